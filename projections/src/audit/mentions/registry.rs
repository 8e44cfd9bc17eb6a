//! What events of facilities, items, people and organisations name.

use sijill_ledger_core::domain::official::Seat;
use sijill_ledger_core::domain::values::Code;
use sijill_ledger_core::domain::{application, committee, facility, item, official, organization};

use super::{EntityKind, Teller};

impl<'a> Teller<'_, 'a> {
    /// An event of a facility, apart from its stock.
    pub(super) fn facility_event(&mut self, event: &'a facility::Event) {
        use facility::Event;
        match event {
            Event::FacilityOpened(profile) => self.facility_profile(profile),
            Event::FacilityAmended(amendment) => self.facility_profile(&amendment.profile),
            Event::AssortmentSet(assortment) => self.item(&assortment.item),
            Event::CustodyHandedOver(handover) => {
                handover.from.iter().for_each(|from| self.official(from));
                self.official(&handover.to);
            }
            Event::FacilityClosed(_) => {}
        }
    }

    fn facility_profile(&mut self, profile: &'a facility::Profile) {
        profile.parent.iter().for_each(|above| self.facility(above));
        profile.owner.iter().for_each(|id| self.organization(id));
    }

    /// An event of an item: names nothing but the item.
    #[allow(
        clippy::unused_self,
        reason = "a kind that names something else will need it"
    )]
    pub(super) fn item_event(&mut self, event: &'a item::Event) {
        use item::Event;
        match event {
            Event::ItemListed(_)
            | Event::ItemAmended(_)
            | Event::ReferencePriceSet(_)
            | Event::ItemDelisted(_) => {}
        }
    }

    /// An event of an official.
    pub(super) fn official_event(&mut self, event: &'a official::Event) {
        use official::Event;
        match event {
            Event::PositionHeld(appointment) => {
                self.post(&appointment.post);
                self.seat(&appointment.seat);
                self.document(&appointment.decree);
            }
            Event::AuthorityDelegated(delegation) => {
                self.post(&delegation.post);
                delegation.delegator.iter().for_each(|id| self.official(id));
                self.document(&delegation.decree);
            }
            Event::ActingAppointed(acting) => {
                self.post(&acting.post);
                acting.holder.iter().for_each(|id| self.official(id));
                acting.seat.iter().for_each(|seat| self.seat(seat));
                self.document(&acting.decree);
            }
            Event::PositionLeft(departure) => {
                self.post(&departure.post);
                self.document(&departure.decree);
            }
            Event::ConflictDeclared(conflict) => self.organization(&conflict.organization),
            Event::ConflictWithdrawn(withdrawal) => self.organization(&withdrawal.organization),
            Event::KeyProposed(_)
            | Event::KeyEnrolled(_)
            | Event::KeyRevoked(_)
            | Event::KeyCompromised(_) => {}
        }
    }

    fn seat(&mut self, seat: &'a Seat) {
        match seat {
            Seat::Facility(id) => self.facility(id),
            Seat::Organization(id) => self.organization(id),
        }
    }

    fn post(&mut self, post: &'a Code) {
        self.named(EntityKind::Post, post.as_str());
    }

    /// An event of an organisation.
    pub(super) fn organization_event(&mut self, event: &'a organization::Event) {
        use organization::Event;
        match event {
            Event::SupplierDebarred(debarment) => self.document(&debarment.decision),
            Event::SupplierReinstated(reinstated) => self.document(&reinstated.decision),
            Event::ApplicantKeyProposed(key) => self.official(&key.registrar),
            Event::OrganizationRegistered(_)
            | Event::OrganizationAmended(_)
            | Event::BankAccountConfirmed(_)
            | Event::KeyProposed(_)
            | Event::KeyEnrolled(_)
            | Event::KeyRevoked(_)
            | Event::KeyCompromised(_) => {}
        }
    }

    /// An event of an application, whose stream has the id of the organisation that comes of it: its history begins there.
    pub(super) fn application(&mut self, event: &'a application::Event, organization: &'a str) {
        use application::Event;
        match event {
            Event::SupplierApplied(_)
            | Event::ApplicationApproved(_)
            | Event::ApplicationRejected(_)
            | Event::ApplicationWithdrawn(_) => self.named(EntityKind::Organization, organization),
        }
    }

    /// An event of a committee.
    pub(super) fn committee(&mut self, event: &'a committee::Event) {
        use committee::Event;
        match event {
            Event::CommitteeFormed(formation) => {
                let all = formation.members.iter().chain(&formation.alternates);
                all.for_each(|member| self.official(member));
                self.document(&formation.decree);
            }
            Event::MemberReplaced(replacement) => {
                self.official(&replacement.leaves);
                self.official(&replacement.joins);
            }
            Event::MinutesSigned(minutes) => {
                self.document(&minutes.number);
                let signers = minutes.signers.iter();
                signers.for_each(|signer| self.official(&signer.member));
            }
            Event::MinutesDrawnUp(paper) => self.paper(paper),
            Event::MemberSigned(signature) => self.document(&signature.number),
            Event::CommitteeDissolved(_) => {}
        }
    }

    fn paper(&mut self, paper: &'a committee::Paper) {
        use committee::Resolution;
        self.document(&paper.number);
        paper.tender.iter().for_each(|id| self.tender_id(id));
        for resolution in &paper.resolutions {
            match resolution {
                Resolution::Rejection { bidder, .. } | Resolution::Award { bidder, .. } => {
                    self.organization(bidder);
                }
                Resolution::TechnicalResult | Resolution::Other(_) => {}
            }
        }
    }
}
