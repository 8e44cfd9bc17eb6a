//! Giving up a tender. A draft is dropped by whoever drafts. What was published concerns everyone who bids: from the second edition
//! of the rules on, one official proposes to cancel it, and another, who holds delegated authority and did not draft it, approves.

use super::event::{CancellationApproval, CancellationProposal, Ending, Event};
use super::notice::{Cancellation, Notice};
use super::refusal::Refusal;
use super::{Command, Decision, Tender, official};
use crate::aggregate::{Facts, Occurred, Wanted, ensure};
use crate::event::ActorId;

impl Tender {
    /// Commands that give the tender up, and their proposal.
    pub(super) fn give_up(&self, command: Command, facts: &Facts) -> Decision {
        match self {
            Self::Unknown => return Err(Refusal::NotDrafted),
            Self::Ended(_) => return Err(Refusal::Ended),
            Self::Draft(_) | Self::Bidding(_) | Self::Evaluation(_) => {}
        }
        official(facts)?;
        if let Command::Cancel(ending) = command {
            return self.cancel(ending, facts);
        }
        let notice = self.notice().ok_or(Refusal::NotPublished)?;
        if let Command::ProposeCancellation(proposal) = command {
            return Ok(vec![Event::CancellationProposed(proposal)]);
        }
        if let Command::ApproveCancellation(approval) = command {
            if let Self::Evaluation(evaluation) = self {
                evaluation.check_outsider(facts)?;
            }
            return notice.approve_cancellation(approval, facts);
        }
        Err(Refusal::NotDrafted)
    }

    /// By one person alone.
    fn cancel(&self, ending: Ending, facts: &Facts) -> Decision {
        let notice = self.notice();
        let alone = notice.is_none_or(|notice| !notice.has_edition(2, &facts.readings));
        ensure(alone, Refusal::CancelAlone)?;
        if let Self::Evaluation(evaluation) = self {
            return Ok(evaluation.decide(Command::Cancel(ending), facts)?);
        }
        Ok(vec![Event::TenderCancelled(ending)])
    }
}

impl Ending {
    /// Whoever approves signs over the proposal.
    pub(super) fn wanted(&self) -> Wanted {
        match self.proposal {
            Some(_) => Wanted::Approval {
                revision: self.proposal,
            },
            None => Wanted::No,
        }
    }
}

impl Notice {
    fn approve_cancellation(&self, approval: CancellationApproval, facts: &Facts) -> Decision {
        let proposed = self.cancellation.as_ref();
        let proposed = proposed.filter(|it| it.revision == approval.proposal);
        let proposed = proposed.ok_or(Refusal::NoCancellation {
            proposal: approval.proposal,
        })?;
        let by = &facts.actor.id;
        ensure(!self.has_part(proposed, by), Refusal::OwnCancellation)?;
        let currency = self.draft.currency;
        self.limit(currency, facts).ok_or(Refusal::NoAuthority {
            currency: currency.code(),
        })?;
        let CancellationProposal { ground, reason } = proposed.proposal.clone();
        Ok(vec![Event::TenderCancelled(Ending {
            ground,
            reason,
            proposal: Some(proposed.revision),
        })])
    }

    /// Whoever proposed it, or drafted the tender.
    fn has_part(&self, proposed: &Cancellation, by: &ActorId) -> bool {
        proposed.by == *by || self.drafters.contains(by)
    }

    /// Remembers a proposal; a later one takes its place.
    pub(super) fn cancellation_proposed(
        &mut self,
        proposal: &CancellationProposal,
        occurred: &Occurred<'_, Event>,
    ) {
        self.cancellation = Some(Cancellation {
            proposal: proposal.clone(),
            by: occurred.metadata.actor.id.clone(),
            revision: occurred.revision,
        });
    }

    /// Whether it could be given up so: what was approved had been proposed, by someone else.
    pub(super) fn can_end(&self, ending: &Ending, by: &ActorId) -> bool {
        let Some(revision) = ending.proposal else {
            return true;
        };
        let proposed = self.cancellation.as_ref();
        proposed.is_some_and(|it| it.revision == revision && !self.has_part(it, by))
    }
}
