//! A call-off from a framework agreement places its order, and the order's cancellation gives the call-off back.
//!
//! The agreement's stream decides, so that two call-offs at once cannot exceed what is left; this only carries out. Of which
//! agreements an order was called off, its cancellation does not say: that is kept in memory, from the start of the log.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Memory, Policy, Step};
use crate::domain::Command;
use crate::domain::framework::{self, CallOff};
use crate::domain::order::{self, Order};
use crate::domain::values::OrderId;
use crate::event::{Event, Recorded};
use crate::store::StreamName;

/// Places what was called off, and gives back what was cancelled.
#[derive(Debug, Default)]
pub struct CallOffs(Mutex<Called>);

/// By stream of the order: the agreements that called it off, by the index of the call-off.
type Called = BTreeMap<StreamName, BTreeMap<u64, StreamName>>;

impl CallOffs {
    fn called(&self) -> MutexGuard<'_, Called> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Of each agreement whose call-off named the order before it was cancelled.
    fn released(&self, event: &Recorded) -> Vec<Step> {
        let Ok(order) = OrderId::new(event.stream.id()) else {
            return Vec::new();
        };
        let called = self.called();
        let agreements = called.get(&event.stream);
        let before = agreements.map(|it| it.range(..event.index));
        let release = |agreement: &StreamName| Step::Command {
            stream: agreement.clone(),
            command: Command::Framework(framework::Command::Release(framework::Release {
                order: order.clone(),
            })),
        };
        before
            .into_iter()
            .flatten()
            .map(|(_, it)| release(it))
            .collect()
    }
}

impl Policy for CallOffs {
    fn name(&self) -> &'static str {
        "call-offs"
    }

    fn reacts_to(&self) -> &'static [&'static str] {
        &[
            "sijill.events.v1.CallOffMade",
            "sijill.events.v1.OrderCancelled",
        ]
    }

    fn react(&self, event: &Recorded) -> Vec<Step> {
        if let Some(call_off) = made(event) {
            return placed(call_off).into_iter().collect();
        }
        if matches!(event.event, Event::Order(order::Event::OrderCancelled(_))) {
            return self.released(event);
        }
        Vec::new()
    }

    fn memory(&self) -> Option<&dyn Memory> {
        Some(self)
    }
}

impl Memory for CallOffs {
    fn remember(&self, event: &Recorded) {
        if let Some(call_off) = made(event) {
            let mut called = self.called();
            let agreements = called.entry(Order::stream(&call_off.order)).or_default();
            agreements.insert(event.index, event.stream.clone());
        }
    }

    /// An order can be cancelled at any time after: nothing goes.
    fn settled(&self, _below: u64) {}
}

const fn made(event: &Recorded) -> Option<&CallOff> {
    if let Event::Framework(framework::Event::CallOffMade(call_off)) = &event.event {
        Some(call_off)
    } else {
        None
    }
}

fn placed(call_off: &CallOff) -> Option<Step> {
    let placement = call_off.placement.clone()?;
    Some(Step::Command {
        stream: Order::stream(&call_off.order),
        command: Command::Order(order::Command::Place(Arc::unwrap_or_clone(placement))),
    })
}
