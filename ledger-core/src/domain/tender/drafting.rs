//! A draft: what is in it, who had part in it, and whether it is approved as it is.

use std::collections::BTreeSet;

use super::content::at_most;
use super::event::{Committees, Draft, Event, LINES_MAX, LOTS_MAX, Lot, LotRemoval};
use super::keys::OpeningKeys;
use super::refusal::{ContentRefusal, Refusal};
use super::{Bidding, Command, Decision, LastStage, Tender, official};
use crate::aggregate::{Facts, Occurred, Wanted, ensure};
use crate::domain::committee::{Bench, Committee, Purpose};
use crate::domain::values::{CommitteeId, TenderId};
use crate::event::ActorId;
use crate::seal;
use crate::store::StreamName;

/// A tender that is drafted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drafting {
    pub(super) tender: TenderId,
    pub(super) draft: Draft,
    /// In the order in which they were added.
    pub(super) lots: Vec<Lot>,
    pub(super) committees: Option<Committees>,
    pub(super) keys: OpeningKeys,
    /// Who drafted it or added to the draft.
    pub(super) drafters: BTreeSet<ActorId>,
    /// Revision of the last change. Keys are none: they say to whom bids will be sealed, not what is bought.
    pub(super) changed: u64,
    /// Who approved it as it is.
    pub(super) approver: Option<ActorId>,
}

/// Commands.
impl Drafting {
    pub(super) fn reads(&self, command: &Command) -> Vec<StreamName> {
        if let Command::AddLot(lot) = command {
            return lot.reads();
        }
        if let Command::AppointCommittees(committees) = command {
            return committees.reads();
        }
        let mut reads = match &self.committees {
            Some(committees)
                if matches!(command, Command::EnrolOpeningKey(_) | Command::Publish(_)) =>
            {
                committees.reads()
            }
            Some(_) | None => Vec::new(),
        };
        if let Command::Publish(publication) = command {
            reads.extend(self.draft.reads_to_publish(publication));
        }
        reads
    }

    pub(super) fn wants_statement(&self, event: &Event) -> Wanted {
        if let Event::OpeningKeyEnrolled(key) = event {
            return self.keys.wants_statement(key);
        }
        if let Event::TenderApproved(approval) = event {
            return Wanted::Approval {
                revision: Some(approval.read),
            };
        }
        Wanted::No
    }

    pub(super) fn add_lot(&self, lot: Lot, facts: &Facts) -> Decision {
        official(facts)?;
        ensure(
            self.lot(&lot).is_none(),
            ContentRefusal::LotTwice {
                lot: lot.id.clone(),
            },
        )?;
        lot.check(&self.draft, facts)?;
        at_most("lots", self.lots.len().saturating_add(1), LOTS_MAX)?;
        let lines = line_count(&self.lots).saturating_add(lot.lines.len());
        at_most("lines", lines, LINES_MAX)?;
        Ok(vec![Event::LotAdded(lot)])
    }

    pub(super) fn remove_lot(&self, removal: LotRemoval, facts: &Facts) -> Decision {
        official(facts)?;
        ensure(
            self.lots.iter().any(|lot| lot.id == removal.lot),
            ContentRefusal::LotUnknown {
                lot: removal.lot.clone(),
            },
        )?;
        Ok(vec![Event::LotRemoved(removal)])
    }

    pub(super) fn appoint(&self, committees: Committees, facts: &Facts) -> Decision {
        official(facts)?;
        let benches = committees.benches(facts)?;
        let mut drafters = self.drafters.clone();
        drafters.insert(facts.actor.id.clone());
        benches.check(&committees, &drafters)?;
        Ok(vec![Event::CommitteeAppointed(committees)])
    }

    fn lot(&self, like: &Lot) -> Option<&Lot> {
        self.lots.iter().find(|lot| lot.id == like.id)
    }
}

/// Lines of all lots together.
pub(super) fn line_count(lots: &[Lot]) -> usize {
    lots.iter().map(|lot| lot.lines.len()).sum()
}

/// The committees of a tender as they stand.
pub(super) struct Benches<'a> {
    pub(super) opening: &'a Bench,
    evaluation: &'a Bench,
}

impl Committees {
    fn reads(&self) -> Vec<StreamName> {
        [&self.opening, &self.evaluation]
            .map(Committee::stream)
            .into()
    }

    /// Both committees, of the right purposes.
    pub(super) fn benches<'a>(&self, facts: &'a Facts) -> Result<Benches<'a>, Refusal> {
        Ok(Benches {
            opening: bench(&self.opening, Purpose::Opening, facts)?,
            evaluation: bench(&self.evaluation, Purpose::Evaluation, facts)?,
        })
    }
}

impl Benches<'_> {
    /// Enough of them open together, so that fewer than half never do; and nobody evaluates what they drafted.
    pub(super) fn check(
        &self,
        committees: &Committees,
        drafters: &BTreeSet<ActorId>,
    ) -> Result<(), Refusal> {
        let (threshold, members) = (committees.threshold, self.opening.members().len());
        let needed = usize::from(threshold);
        ensure(
            threshold >= seal::THRESHOLD_MIN && needed <= members && needed * 2 > members,
            Refusal::Threshold { threshold, members },
        )?;
        let drafted = |member: &&_| drafters.contains(&ActorId::Official(Clone::clone(*member)));
        match self.evaluation.members().iter().find(drafted) {
            Some(member) => Err(Refusal::EvaluatorDrafted {
                official: member.clone(),
            }),
            None => Ok(()),
        }
    }
}

fn bench<'a>(id: &CommitteeId, purpose: Purpose, facts: &'a Facts) -> Result<&'a Bench, Refusal> {
    let committee = facts.readings.get::<Committee>(&Committee::stream(id));
    committee
        .and_then(Committee::bench)
        .filter(|bench| bench.purpose() == purpose)
        .ok_or_else(|| Refusal::CommitteeCannot {
            committee: id.clone(),
        })
}

/// What happened.
impl Drafting {
    /// The first event of a tender.
    pub(super) fn begun(occurred: &Occurred<'_, Event>) -> Option<Self> {
        let Event::TenderDrafted(draft) = occurred.event else {
            return None;
        };
        Some(Self {
            tender: TenderId::new(occurred.stream.id()).ok()?,
            draft: draft.clone(),
            lots: Vec::new(),
            committees: None,
            keys: OpeningKeys::default(),
            drafters: BTreeSet::from([occurred.metadata.actor.id.clone()]),
            changed: occurred.revision,
            approver: None,
        })
    }

    pub(super) fn evolve(mut self: Box<Self>, occurred: &Occurred<'_, Event>) -> Option<Tender> {
        let event = occurred.event;
        if let Event::TenderPublished(publication) = event {
            let bidding = Bidding::begun(*self, publication, occurred)?;
            return Some(Tender::Bidding(Box::new(bidding)));
        }
        if let Some(end) = event.end() {
            let cancelled = matches!(event, Event::TenderCancelled(it) if it.proposal.is_none());
            return cancelled.then(|| Tender::ended(end, LastStage::Draft));
        }
        self.remember(occurred)?;
        Some(Tender::Draft(self))
    }

    fn remember(&mut self, occurred: &Occurred<'_, Event>) -> Option<()> {
        let by = &occurred.metadata.actor.id;
        match occurred.event {
            Event::LotAdded(lot) => {
                self.lot(lot).is_none().then_some(())?;
                self.lots.push(lot.clone());
            }
            Event::LotRemoved(removal) => {
                let place = self.lots.iter().position(|lot| lot.id == removal.lot)?;
                self.lots.remove(place);
            }
            Event::CommitteeAppointed(committees) => self.committees = Some(committees.clone()),
            Event::OpeningKeyEnrolled(key) => {
                return self.keys.enrolled(key, by, occurred.revision);
            }
            Event::TenderApproved(approval) => {
                let read = (self.changed..occurred.revision).contains(&approval.read);
                let as_it_is = read && self.approver.is_none();
                let by_another = !self.drafters.contains(by);
                (as_it_is && by_another && approval.limit.is_some()).then_some(())?;
                self.approver = Some(by.clone());
                return Some(());
            }
            Event::TenderDrafted(_)
            | Event::TenderPublished(_)
            | Event::QuestionAsked(_)
            | Event::QuestionAnswered(_)
            | Event::TenderAmended(_)
            | Event::DeadlineExtended(_)
            | Event::OutageRecorded(_)
            | Event::DeadlineWitnessed(_)
            | Event::BiddingClosed(_)
            | Event::BidReceived(_)
            | Event::BidsListed(_)
            | Event::SharesPublished(_)
            | Event::SecretRevealed(_)
            | Event::BidOpened(_)
            | Event::BidVoided(_)
            | Event::OfferRecorded(_)
            | Event::BidDisqualified(_)
            | Event::BidScored(_)
            | Event::TechnicalResultApproved(_)
            | Event::BidCorrected(_)
            | Event::LowBidExplained(_)
            | Event::ValidityExtended(_)
            | Event::CancellationProposed(_)
            | Event::AwardProposed(_)
            | Event::AwardApproved(_)
            | Event::LotFailed(_)
            | Event::BiddersNotified(_)
            | Event::StandstillEnded(_)
            | Event::AwardCancelled(_)
            | Event::ComplaintFiled(_)
            | Event::ComplaintDecided(_)
            | Event::ComplaintWithdrawn(_)
            | Event::TenderCancelled(_)
            | Event::TenderFailed(_)
            | Event::TenderCompleted(_) => return None,
        }
        // A change: who made it had part in the draft, and nobody has agreed to what it is now.
        self.drafters.insert(by.clone());
        self.changed = occurred.revision;
        self.approver = None;
        Some(())
    }
}
