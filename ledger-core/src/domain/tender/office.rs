//! What is the buyer's own to decide, and asks for its officials from the fourth edition of the rules on. Members of committees,
//! registrars of keys, administrators, review bodies and bidders come from elsewhere, and anybody may say that an instant has passed.

use super::command::Command;
use super::notice::Notice;
use super::{Refusal, Tender};
use crate::aggregate::{Facts, Readings};
use crate::domain::official::buyers;
use crate::domain::values::{Currency, Money, OrganizationId};

impl Tender {
    pub(super) fn check_office(&self, command: &Command, facts: &Facts) -> Result<(), Refusal> {
        let buyer = self.asks_for(command, &facts.readings);
        Ok(buyers::check(buyer, facts)?)
    }

    /// The buyer whose officials alone may do this.
    pub(super) fn asks_for<'a>(
        &'a self,
        command: &'a Command,
        readings: &Readings,
    ) -> Option<&'a OrganizationId> {
        command.is_the_buyers().then_some(())?;
        match self {
            Self::Unknown => buyers::asked(command.drafts_for()?, readings),
            Self::Draft(drafting) => buyers::asked(&drafting.draft.buyer, readings),
            Self::Bidding(_) | Self::Evaluation(_) => self.notice()?.asks_for(readings),
            Self::Ended(_) => None,
        }
    }
}

impl Notice {
    fn asks_for(&self, readings: &Readings) -> Option<&OrganizationId> {
        let asked = self.has_edition(buyers::EDITION, readings);
        asked.then_some(&self.draft.buyer)
    }

    /// Most that the official who acts may commit by one approval of this tender.
    pub(super) fn limit(&self, currency: Currency, facts: &Facts) -> Option<Money> {
        buyers::limit(self.asks_for(&facts.readings), currency, facts)
    }
}

impl Command {
    /// For whom a tender is begun.
    fn drafts_for(&self) -> Option<&OrganizationId> {
        if let Self::Draft(draft) = self {
            Some(&draft.buyer)
        } else {
            None
        }
    }

    const fn is_the_buyers(&self) -> bool {
        match self {
            Self::Draft(_)
            | Self::AddLot(_)
            | Self::RemoveLot(_)
            | Self::AppointCommittees(_)
            | Self::Approve(_)
            | Self::Publish(_)
            | Self::Answer(_)
            | Self::Amend(_)
            | Self::Extend(_)
            | Self::RecordOffer(_)
            | Self::ApproveAward(_)
            | Self::Notify(_)
            | Self::CancelAward(_)
            | Self::Cancel(_)
            | Self::ProposeCancellation(_)
            | Self::ApproveCancellation(_)
            | Self::Fail(_)
            | Self::Complete(_) => true,
            Self::EnrolOpeningKey(_)
            | Self::Ask(_)
            | Self::RecordOutage(_)
            | Self::Witness(_)
            | Self::Close
            | Self::Receive(_)
            | Self::EndReceipts(_)
            | Self::PublishShares(_)
            | Self::Reveal(_)
            | Self::Open(_)
            | Self::Disqualify(_)
            | Self::Score(_)
            | Self::ApproveTechnicalResult(_)
            | Self::Correct(_)
            | Self::ExplainLowBid(_)
            | Self::ExtendValidity(_)
            | Self::ProposeAward(_)
            | Self::FailLot(_)
            | Self::EndStandstill
            | Self::Complain(_)
            | Self::DecideComplaint(_)
            | Self::WithdrawComplaint(_) => false,
        }
    }
}
