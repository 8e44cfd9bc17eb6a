//! What the log says of people up to an entry: posts, authority, committees, interests, debarments, minutes.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use crate::domain::committee::{self, Resolution};
use crate::domain::official::{self, Seat};
use crate::domain::organization;
use crate::domain::values::{
    CommitteeId, Date, DocumentNumber, EffectiveAt, OfficialId, OrganizationId,
};
use crate::event::{ActorId, Event, Recorded};

/// The entries before one.
pub(super) struct Known<'a>(&'a [Recorded]);

/// On which day something was decided, in UTC as this world's clocks are.
pub(super) fn day(it: &Recorded) -> Date {
    EffectiveAt::new(it.metadata.decided_at, 0).unwrap().date()
}

impl<'a> Known<'a> {
    pub(super) fn before(log: &'a [Recorded], it: &Recorded) -> Self {
        Self(&log[..usize::try_from(it.index).unwrap()])
    }

    fn of(&self, stream: &str) -> impl Iterator<Item = &'a Recorded> + use<'a> {
        let own = move |it: &&Recorded| it.stream.as_str() == stream;
        let found: Vec<_> = self.0.iter().filter(own).collect();
        found.into_iter()
    }

    fn of_official(&self, by: &ActorId) -> impl Iterator<Item = &'a official::Event> + use<'a> {
        let stream = by.to_string().replacen("official:", "official-", 1);
        self.of(&stream).filter_map(|it| match &it.event {
            Event::Official(event) => Some(event),
            _ => None,
        })
    }

    /// Whether an official holds a post of a buyer on a day. In this world everybody has one post at most.
    pub(super) fn serves(&self, by: &ActorId, buyer: &OrganizationId, day: Date) -> bool {
        let mut serves = false;
        for event in self.of_official(by) {
            match event {
                official::Event::PositionHeld(held) => {
                    let here = held.seat == Seat::Organization(buyer.clone());
                    serves = here && held.from <= day;
                }
                official::Event::PositionLeft(left) if left.last_day < day => serves = false,
                _ => {}
            }
        }
        serves
    }

    /// Most that an official may approve on a day.
    pub(super) fn authority(&self, by: &ActorId, day: Date) -> Decimal {
        let mut most = Decimal::ZERO;
        for event in self.of_official(by) {
            match event {
                official::Event::AuthorityDelegated(it) if it.from <= day && day <= it.until => {
                    most = it.limit.amount();
                }
                official::Event::PositionLeft(left) if left.last_day < day => most = Decimal::ZERO,
                _ => {}
            }
        }
        most
    }

    pub(super) fn has_interest(&self, by: &ActorId, bidder: &OrganizationId) -> bool {
        self.of_official(by).any(|event| match event {
            official::Event::ConflictDeclared(it) => it.organization == *bidder,
            _ => false,
        })
    }

    pub(super) fn supplies(&self, bidder: &OrganizationId) -> bool {
        let stream = format!("organization-{bidder}");
        self.of(&stream).any(|it| match &it.event {
            Event::Organization(organization::Event::OrganizationRegistered(it)) => {
                it.profile.roles.contains(&organization::Role::Supplier)
            }
            _ => false,
        })
    }

    pub(super) fn is_debarred(&self, bidder: &OrganizationId, day: Date) -> bool {
        let stream = format!("organization-{bidder}");
        self.of(&stream).any(|it| match &it.event {
            Event::Organization(organization::Event::SupplierDebarred(it)) => {
                it.from <= day && it.until.is_none_or(|until| day <= until)
            }
            _ => false,
        })
    }

    fn of_committee(
        &self,
        committee: &CommitteeId,
    ) -> impl Iterator<Item = (&'a Recorded, &'a committee::Event)> + use<'a> {
        let stream = format!("committee-{committee}");
        self.of(&stream).filter_map(|it| match &it.event {
            Event::Committee(event) => Some((it, event)),
            _ => None,
        })
    }

    /// Who sits on a committee, and how many of them decide.
    fn sitting(&self, committee: &CommitteeId) -> (BTreeSet<&'a OfficialId>, usize) {
        let (mut members, mut quorum) = (BTreeSet::new(), 0);
        for (_, event) in self.of_committee(committee) {
            match event {
                committee::Event::CommitteeFormed(it) => {
                    members = it.members.iter().collect();
                    quorum = usize::from(it.quorum);
                }
                committee::Event::MemberReplaced(it) => {
                    members.remove(&it.leaves);
                    members.insert(&it.joins);
                }
                _ => {}
            }
        }
        (members, quorum)
    }

    pub(super) fn sits(&self, by: &ActorId, committee: &CommitteeId) -> bool {
        let (members, _) = self.sitting(committee);
        members.into_iter().any(|member| is(by, member))
    }

    /// Whether one member recorded that a quorum of those who sat then had signed.
    pub(super) fn recorded(&self, committee: &CommitteeId, number: &DocumentNumber) -> bool {
        self.of_committee(committee).any(|(it, event)| match event {
            committee::Event::MinutesSigned(minutes) if minutes.number == *number => {
                let (members, quorum) = Known::before(self.0, it).sitting(committee);
                let signers = minutes.signers.iter().map(|signer| &signer.member);
                let signers: BTreeSet<_> = signers.filter(|it| members.contains(it)).collect();
                signers.len() >= quorum
            }
            _ => false,
        })
    }

    /// Whether a quorum of members, each for itself, signed minutes that decide this, as they were drawn up last.
    pub(super) fn adopted(
        &self,
        committee: &CommitteeId,
        number: &DocumentNumber,
        decided: &Resolution,
    ) -> bool {
        let (mut paper, mut signers, mut adopted) = (None, BTreeSet::new(), false);
        for (it, event) in self.of_committee(committee) {
            let by = &it.metadata.actor.id;
            match event {
                committee::Event::MinutesDrawnUp(drawn) if drawn.number == *number => {
                    assert!(!adopted, "adopted minutes were drawn up anew");
                    paper = Some((it.revision, drawn));
                    signers.clear();
                }
                committee::Event::MemberSigned(signed) if signed.number == *number => {
                    let now = Known::before(self.0, it);
                    let (members, quorum) = now.sitting(committee);
                    assert!(now.sits(by, committee) && paper.unwrap().0 == signed.read);
                    assert!(signers.insert(by), "{by} signed twice");
                    let sit = |by: &&&ActorId| members.iter().any(|member| is(by, member));
                    adopted |= signers.iter().filter(sit).count() >= quorum;
                }
                _ => {}
            }
        }
        adopted && paper.unwrap().1.resolutions.contains(decided)
    }
}

fn is(by: &ActorId, member: &OfficialId) -> bool {
    by.to_string() == format!("official:{member}")
}
