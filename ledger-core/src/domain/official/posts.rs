//! Times in posts, and the authority that goes with them.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{ActingAppointment, Appointment, Delegation, Departure, Event, Seat};
use crate::domain::values::{Code, Currency, Date, Money};

/// The posts of one official.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posts {
    /// No two tenures of one post share a day.
    tenures: Vec<Tenure>,
    /// In the order of decision.
    delegations: Vec<Delegation>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Tenure {
    post: Code,
    /// Absent where the post is acted in: the appointment says where it is, the acting appointment does not.
    seat: Option<Seat>,
    from: Date,
    until: Option<Date>,
}

impl Tenure {
    fn covers(&self, day: Date) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }
}

impl Posts {
    /// Whether the official holds the post or acts in it on a day.
    pub fn fills(&self, post: &Code, day: Date) -> bool {
        self.tenure(post, day).is_some()
    }

    /// Whether the official holds the post, not only acts in it, on a day.
    pub fn holds(&self, post: &Code, day: Date) -> bool {
        self.tenure(post, day)
            .is_some_and(|tenure| tenure.seat.is_some())
    }

    /// The posts held or acted in on a day.
    pub fn on(&self, day: Date) -> impl Iterator<Item = &Code> {
        let tenures = self.tenures.iter().filter(move |t| t.covers(day));
        tenures.map(|tenure| &tenure.post)
    }

    /// The posts held, not only acted in, on a day, each with where it is.
    pub fn seats_on(&self, day: Date) -> impl Iterator<Item = (&Code, &Seat)> {
        let tenures = self.tenures.iter().filter(move |t| t.covers(day));
        tenures.filter_map(|tenure| Some((&tenure.post, tenure.seat.as_ref()?)))
    }

    /// Most that one approval in a post may commit on a day; `None` without authority.
    pub fn limit_in(&self, post: &Code, day: Date, currency: Currency) -> Option<Money> {
        let covers = |d: &&Delegation| {
            d.post == *post && d.limit.currency() == currency && d.from <= day && day <= d.until
        };
        self.fills(post, day).then_some(())?;
        let latest = self.delegations.iter().rev().find(covers)?;
        (latest.limit.amount() > Decimal::ZERO).then_some(latest.limit)
    }

    /// Most that one approval may commit on a day, in whichever post allows most; `None` without authority.
    pub fn limit_on(&self, day: Date, currency: Currency) -> Option<Money> {
        let limits = self
            .on(day)
            .filter_map(|post| self.limit_in(post, day, currency));
        limits.max_by_key(|limit| limit.amount())
    }

    /// Most that one approval may commit on *each* of these days; `None` when a day is without authority.
    pub fn limit_through(&self, from: Date, until: Date, currency: Currency) -> Option<Money> {
        // Between the days on which something begins or has just ended, the limit stays.
        let delegations = self.delegations.iter().map(|d| (d.from, Some(d.until)));
        let tenures = self.tenures.iter().map(|t| (t.from, t.until));
        let changes = delegations
            .chain(tenures)
            .flat_map(|(first, last)| [Some(first), last.map(|last| last.plus_days(1))])
            .flatten()
            .filter(|day| from < *day && *day <= until);
        let mut least = self.limit_on(from, currency)?;
        for day in changes {
            let limit = self.limit_on(day, currency)?;
            if limit.amount() < least.amount() {
                least = limit;
            }
        }
        Some(least)
    }

    /// Whether one tenure of the post covers all of these days.
    pub(super) fn fills_through(&self, post: &Code, from: Date, until: Date) -> bool {
        self.tenure(post, from)
            .is_some_and(|tenure| tenure.covers(until))
    }

    /// Whether the official fills the post on some day from `from` on, until `until` where that is given.
    pub(super) fn fills_within(&self, post: &Code, from: Date, until: Option<Date>) -> bool {
        self.tenures.iter().any(|tenure| {
            tenure.post == *post
                && tenure.until.is_none_or(|last| from <= last)
                && until.is_none_or(|until| tenure.from <= until)
        })
    }

    /// Whether leaving on this day would end something: the post is filled then, and beyond.
    pub(super) fn can_leave(&self, post: &Code, last_day: Date) -> bool {
        self.tenure(post, last_day)
            .is_some_and(|tenure| tenure.until.is_none_or(|until| last_day < until))
    }

    /// Remembers what an event says of posts; `None` for one that could not have happened.
    pub fn remember(&mut self, event: &Event) -> Option<()> {
        match event {
            Event::PositionHeld(appointment) => self.appointed(appointment),
            Event::AuthorityDelegated(delegation) => self.delegated(delegation),
            Event::ActingAppointed(acting) => self.acting_appointed(acting),
            Event::PositionLeft(departure) => self.left(departure),
            Event::ConflictDeclared(_)
            | Event::ConflictWithdrawn(_)
            | Event::KeyProposed(_)
            | Event::KeyEnrolled(_)
            | Event::KeyRevoked(_)
            | Event::KeyCompromised(_) => Some(()),
        }
    }

    fn appointed(&mut self, appointment: &Appointment) -> Option<()> {
        let Appointment {
            post, seat, from, ..
        } = appointment;
        self.begin(post, Some(seat), *from, None)
    }

    fn acting_appointed(&mut self, acting: &ActingAppointment) -> Option<()> {
        (acting.from <= acting.until).then_some(())?;
        self.begin(&acting.post, None, acting.from, Some(acting.until))
    }

    fn delegated(&mut self, delegation: &Delegation) -> Option<()> {
        let possible =
            delegation.from <= delegation.until && delegation.limit.amount() >= Decimal::ZERO;
        possible.then(|| self.delegations.push(delegation.clone()))
    }

    /// Ends the tenure and what authority was delegated within it, so that neither comes back with a later tenure.
    fn left(&mut self, departure: &Departure) -> Option<()> {
        let Departure { post, last_day, .. } = departure;
        self.can_leave(post, *last_day).then_some(())?;
        let tenure = self
            .tenures
            .iter_mut()
            .find(|t| t.post == *post && t.covers(*last_day))?;
        let ended = tenure.clone();
        tenure.until = Some(*last_day);
        let within = |d: &Delegation| d.post == *post && ended.covers(d.from);
        self.delegations
            .retain(|d| !within(d) || d.from <= *last_day);
        for delegation in self.delegations.iter_mut().filter(|d| within(d)) {
            delegation.until = delegation.until.min(*last_day);
        }
        Some(())
    }

    fn begin(
        &mut self,
        post: &Code,
        seat: Option<&Seat>,
        from: Date,
        until: Option<Date>,
    ) -> Option<()> {
        (!self.fills_within(post, from, until)).then_some(())?;
        self.tenures.push(Tenure {
            post: post.clone(),
            seat: seat.cloned(),
            from,
            until,
        });
        Some(())
    }

    fn tenure(&self, post: &Code, day: Date) -> Option<&Tenure> {
        self.tenures
            .iter()
            .find(|t| t.post == *post && t.covers(day))
    }
}
