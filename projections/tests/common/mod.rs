//! Logs for tests: events as the ledger would have recorded them, written down in a few words.
#![allow(
    dead_code,
    clippy::panic,
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm,
    clippy::cast_possible_wrap,
    reason = "for tests, each of which uses its part"
)]

pub mod random;
pub mod script;
pub mod tendering;
pub mod trade;
pub mod trading;

use std::collections::HashMap;

use rust_decimal::Decimal;
use sijill_ledger_core::domain::stock::{
    self, Acceptance, AcceptanceLine, Adjustment, AdjustmentLine, Arrival, ArrivalLine, BatchStep,
    CountApproval, CountLine, Dispatch, Document, Issue, LineIn, LineOut, LossReason, Opening,
    PeriodReport, Receipt, Recipient, Repack, RepackLine, Reservation, Return, ReturnRoute,
    Reversal, Source, StockKey, WriteOff,
};
use sijill_ledger_core::domain::values::{
    Batch, CountId, Date, DocumentNumber, EffectiveAt, ItemCode, OfficialId, Programme, Quantity,
    ReservationId, Sha256, Text,
};
use sijill_ledger_core::event::{Actor, ActorId, Event, Metadata, Origin, Recorded, Role};
use sijill_ledger_core::store::StreamName;
use sijill_ledger_core::time::Timestamp;
use uuid::Uuid;

/// Minutes that the clock of every test facility is ahead of UTC.
pub const OFFSET_MINUTES: i16 = 120;

/// Events in log order.
#[derive(Clone, Debug, Default)]
pub struct Log {
    pub events: Vec<Recorded>,
    revisions: HashMap<String, u64>,
}

impl Log {
    /// Records an event; its revision in the stream.
    pub fn push(&mut self, stream: &str, at: EffectiveAt, event: impl Into<Event>) -> u64 {
        let next = self.revisions.entry(stream.to_owned()).or_default();
        let revision = *next;
        *next += 1;
        let index = self.events.len() as u64;
        self.events.push(Recorded {
            index,
            stream: StreamName::new(stream).unwrap(),
            revision,
            id: Uuid::from_u128(u128::from(index)),
            recorded_at: Timestamp::from_micros(1 + index as i64),
            metadata: metadata(at),
            event: event.into(),
        });
        revision
    }

    /// Records a document of a facility's stock.
    pub fn stock(&mut self, facility: &str, at: EffectiveAt, event: stock::Event) -> u64 {
        self.push(&format!("stock-{facility}"), at, event)
    }
}

fn metadata(at: EffectiveAt) -> Metadata {
    Metadata {
        command_id: Uuid::nil(),
        command_hash: Sha256([0; 32]),
        correlation_id: Uuid::nil(),
        causation_id: None,
        actor: Actor {
            id: ActorId::Official(OfficialId::new("huda").unwrap()),
            role: Role::Storekeeper,
            position: None,
        },
        decided_at: at.at(),
        effective_at: at,
        facts: Vec::new(),
        ruleset: None,
        origin: Origin::Native,
        statement: None,
    }
}

/// Noon on a date, on the wall of the test facilities.
pub fn noon(date: Date) -> EffectiveAt {
    let at = date.start(OFFSET_MINUTES).plus_micros(12 * 3_600_000_000);
    EffectiveAt::new(at, OFFSET_MINUTES).unwrap()
}

pub fn date(text: &str) -> Date {
    Date::parse(text).unwrap()
}

/// `ITEM`, `ITEM/BATCH`, `ITEM@PROGRAMME` or `ITEM/BATCH@PROGRAMME`.
pub fn key(text: &str) -> StockKey {
    let (rest, programme) = text
        .split_once('@')
        .map_or((text, None), |(rest, programme)| (rest, Some(programme)));
    let (item, batch) = rest
        .split_once('/')
        .map_or((rest, None), |(item, batch)| (item, Some(batch)));
    StockKey {
        item: ItemCode::new(item).unwrap(),
        batch: batch.map(|batch| Batch::new(batch).unwrap()),
        programme: programme.map(|programme| Programme::new(programme).unwrap()),
    }
}

pub fn quantity(amount: u32) -> Quantity {
    Quantity::from(amount)
}

pub fn text(text: &str) -> Text {
    Text::new(text).unwrap()
}

pub fn paper() -> Document {
    Document {
        number: DocumentNumber::new("T-1").unwrap(),
        attachment: None,
        note: None,
    }
}

fn line_in(key: StockKey, amount: Quantity, expiry: Option<Date>) -> LineIn {
    LineIn {
        key,
        expiry,
        quantity: amount,
        unit_price: None,
    }
}

fn line_out(key: StockKey, amount: Quantity, reservation: Option<&str>) -> LineOut {
    LineOut {
        key,
        quantity: amount,
        reservation: reservation.map(|id| ReservationId::new(id).unwrap()),
        fefo_override: None,
    }
}

pub fn opening(key: StockKey, amount: Quantity, expiry: Option<Date>) -> stock::Event {
    stock::Event::OpeningBalanceDeclared(Opening {
        document: paper(),
        lines: vec![line_in(key, amount, expiry)],
    })
}

pub fn receive(
    key: StockKey,
    amount: Quantity,
    expiry: Option<Date>,
    provisional: bool,
) -> stock::Event {
    stock::Event::StockReceived(Receipt {
        document: paper(),
        source: Source::Unstated,
        provisional,
        lines: vec![line_in(key, amount, expiry)],
    })
}

pub fn accept(receipt: u64, key: StockKey, accepted: Quantity, rejected: Quantity) -> stock::Event {
    stock::Event::StockAccepted(Acceptance {
        document: paper(),
        receipt,
        order: None,
        lines: vec![AcceptanceLine {
            key,
            accepted,
            rejected,
            reason: None,
        }],
    })
}

pub fn issue(key: StockKey, amount: Quantity, reservation: Option<&str>) -> stock::Event {
    stock::Event::StockIssued(Issue {
        document: paper(),
        to: Recipient::Patients,
        lines: vec![line_out(key, amount, reservation)],
    })
}

pub fn entrust(key: StockKey, amount: Quantity) -> stock::Event {
    stock::Event::StockIssued(Issue {
        document: paper(),
        to: Recipient::Custody(OfficialId::new("omar").unwrap()),
        lines: vec![line_out(key, amount, None)],
    })
}

pub fn dispatch(key: StockKey, amount: Quantity, reservation: Option<&str>) -> stock::Event {
    stock::Event::StockDispatched(Dispatch {
        document: paper(),
        transfer: None,
        to: None,
        due: None,
        requisition: None,
        lines: vec![line_out(key, amount, reservation)],
    })
}

pub fn arrive(key: StockKey, accepted: Quantity, expiry: Option<Date>) -> stock::Event {
    stock::Event::StockArrived(Arrival {
        document: paper(),
        transfer: None,
        from: None,
        lines: vec![ArrivalLine {
            key,
            expiry,
            shipped: accepted,
            accepted,
            rejected: Quantity::ZERO,
            lost: Quantity::ZERO,
            reason: None,
        }],
    })
}

pub fn back(route: ReturnRoute, key: StockKey, amount: Quantity) -> stock::Event {
    stock::Event::StockReturned(Return {
        document: paper(),
        route,
        lines: vec![line_out(key, amount, None).into()],
    })
}

pub fn adjust(key: StockKey, amount: Decimal) -> stock::Event {
    stock::Event::StockAdjusted(Adjustment {
        document: paper(),
        reason: text("correction"),
        prior_period: None,
        lines: vec![AdjustmentLine {
            key,
            expiry: None,
            amount,
        }],
    })
}

pub fn count(key: StockKey, counted: Quantity, counted_at: EffectiveAt) -> stock::Event {
    stock::Event::CountApproved(CountApproval {
        count: CountId::new("C-1").unwrap(),
        counted_at,
        lines: vec![CountLine {
            key,
            expiry: None,
            counted,
        }],
    })
}

pub fn lose(key: StockKey, amount: Quantity, in_custody: bool) -> stock::Event {
    stock::Event::StockWrittenOff(WriteOff {
        document: paper(),
        reason: LossReason::Damaged,
        custody: in_custody.then(|| OfficialId::new("omar").unwrap()),
        lines: vec![line_out(key, amount, None)],
    })
}

pub fn reserve(id: &str, key: StockKey, amount: Quantity) -> stock::Event {
    stock::Event::StockReserved(Reservation {
        reservation: ReservationId::new(id).unwrap(),
        purpose: text("vaccination day"),
        lines: vec![line_out(key, amount, None)],
    })
}

pub fn batch_step(key: &StockKey) -> BatchStep {
    BatchStep {
        item: key.item.clone(),
        batch: key.batch.clone().unwrap(),
        authority: DocumentNumber::new("N-7").unwrap(),
        reason: text("notice of the regulator"),
    }
}

pub fn repack(from: StockKey, to: StockKey, packs: u32, expiry: Option<Date>) -> stock::Event {
    stock::Event::StockRepacked(Repack {
        document: paper(),
        lines: vec![RepackLine {
            from,
            from_pack: quantity(2),
            from_packs: quantity(packs),
            to,
            to_pack: quantity(1),
            to_packs: quantity(2 * packs),
            expiry,
            value: None,
        }],
    })
}

pub fn reverse(original: u64, keys: Vec<StockKey>) -> stock::Event {
    stock::Event::DocumentReversed(Reversal {
        document: paper(),
        original,
        reason: text("entered twice"),
        order: None,
        keys,
    })
}

pub fn report(month: sijill_ledger_core::domain::values::Month) -> stock::Event {
    stock::Event::PeriodReported(PeriodReport {
        period: month,
        nil: true,
    })
}

/// The ids of a log's events, as a store would give them.
pub fn ids(log: &Log) -> impl Fn(u64) -> Option<uuid::Uuid> + '_ {
    |index| {
        let event = log.events.get(usize::try_from(index).ok()?)?;
        Some(event.id)
    }
}
