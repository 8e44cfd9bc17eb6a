//! Times in posts, and the authority that goes with them.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{ActingAppointment, Appointment, Delegation, Departure, Event, Seat};
use crate::domain::values::{Code, Currency, Date, Money, OrganizationId};

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
    filled: Filled,
    from: Date,
    until: Option<Date>,
}

/// How a post is filled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Filled {
    /// It is held, there.
    Held(Seat),
    /// It is acted in, there where the appointment says so.
    Acting(Option<Seat>),
}

impl Tenure {
    fn covers(&self, day: Date) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }

    /// Where the post is held.
    const fn held(&self) -> Option<&Seat> {
        match &self.filled {
            Filled::Held(seat) => Some(seat),
            Filled::Acting(_) => None,
        }
    }

    /// Where the post is, held or acted in, as far as is known.
    const fn seat(&self) -> Option<&Seat> {
        match &self.filled {
            Filled::Held(seat) => Some(seat),
            Filled::Acting(seat) => seat.as_ref(),
        }
    }

    fn is_of(&self, organization: &OrganizationId) -> bool {
        self.seat().is_some_and(|seat| match seat {
            Seat::Organization(id) => id == organization,
            Seat::Facility(_) => false,
        })
    }
}

impl Posts {
    /// Whether the official holds the post or acts in it on a day.
    pub fn fills(&self, post: &Code, day: Date) -> bool {
        self.tenure(post, day).is_some()
    }

    /// Whether the official holds the post, not only acts in it, on a day.
    pub fn holds(&self, post: &Code, day: Date) -> bool {
        self.seat_held(post, day).is_some()
    }

    /// Where a post is that the official holds, not only acts in, on a day.
    pub(super) fn seat_held(&self, post: &Code, day: Date) -> Option<&Seat> {
        self.tenure(post, day).and_then(Tenure::held)
    }

    /// Whether the official holds a post in this organisation itself, or acts in one, on a day. A post in one of its facilities is
    /// none: who keeps a hospital's store does not buy for the ministry.
    pub fn serves(&self, organization: &OrganizationId, day: Date) -> bool {
        self.of(organization, day).next().is_some()
    }

    fn of(&self, organization: &OrganizationId, day: Date) -> impl Iterator<Item = &Tenure> {
        let tenures = self.tenures.iter().filter(move |t| t.covers(day));
        tenures.filter(move |tenure| tenure.is_of(organization))
    }

    /// The posts held or acted in on a day.
    pub fn on(&self, day: Date) -> impl Iterator<Item = &Code> {
        let tenures = self.tenures.iter().filter(move |t| t.covers(day));
        tenures.map(|tenure| &tenure.post)
    }

    /// The posts held, not only acted in, on a day, each with where it is.
    pub fn seats_on(&self, day: Date) -> impl Iterator<Item = (&Code, &Seat)> {
        let tenures = self.tenures.iter().filter(move |t| t.covers(day));
        tenures.filter_map(|tenure| Some((&tenure.post, tenure.held()?)))
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

    /// The same in posts of this organisation alone ([`serves`](Self::serves)).
    pub fn limit_for(
        &self,
        organization: &OrganizationId,
        day: Date,
        currency: Currency,
    ) -> Option<Money> {
        let limits = self
            .of(organization, day)
            .filter_map(|tenure| self.limit_in(&tenure.post, day, currency));
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
        self.begin(post, Filled::Held(seat.clone()), *from, None)
    }

    fn acting_appointed(&mut self, acting: &ActingAppointment) -> Option<()> {
        (acting.from <= acting.until).then_some(())?;
        let filled = Filled::Acting(acting.seat.clone());
        self.begin(&acting.post, filled, acting.from, Some(acting.until))
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
        filled: Filled,
        from: Date,
        until: Option<Date>,
    ) -> Option<()> {
        (!self.fills_within(post, from, until)).then_some(())?;
        self.tenures.push(Tenure {
            post: post.clone(),
            filled,
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
