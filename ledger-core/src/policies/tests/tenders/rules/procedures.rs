//! How suppliers are sought: on which ground, up to how much, and in which form they offer.

use rust_decimal::Decimal;

use super::super::world::PAPER;
use super::Rules;
use super::known::{Known, day};
use crate::domain::tender::{DirectOffer, Event, Invitation, InvitationGround, Procedure};
use crate::event::{ActorId, Recorded, Role};
use crate::store::AttachmentHash;

impl Rules<'_> {
    /// Nobody is invited where anyone may bid; else on a ground that the procedure knows, as many as it asks for. Security is asked for
    /// only where a technical bid can name it, and no more of it than the rules allow.
    pub(super) fn suppliers_are_sought_lawfully(&self) {
        let drafted = self.of_tender().find_map(|(it, event)| match event {
            Event::TenderDrafted(draft) => Some((it, draft)),
            _ => None,
        });
        let Some((it, draft)) = drafted else {
            return;
        };
        let rules = self.parameters();
        let most = if draft.procedure.has_technical_part() {
            rules.security_percent_max
        } else {
            Decimal::ZERO
        };
        assert!(draft.terms.security_percent <= most, "{:?}", draft.terms);
        let few = rules.limited_invited_min.map_or(3, usize::from);
        match (&draft.procedure, &draft.invitation) {
            (Procedure::Open | Procedure::Quotation, invitation) => assert_eq!(*invitation, None),
            (Procedure::Limited, Some(invitation)) => {
                let least = match invitation.ground {
                    InvitationGround::FewSuppliers => 2,
                    InvitationGround::Disproportionate | InvitationGround::FailedTender => few,
                    other => panic!("{other:?} limits no tender"),
                };
                assert!(invitation.invited.len() >= least, "{invitation:?}");
                self.can_be_invited(invitation, it);
            }
            (Procedure::Direct, Some(invitation)) => {
                let direct = matches!(
                    invitation.ground,
                    InvitationGround::SoleSource
                        | InvitationGround::Urgency
                        | InvitationGround::Additional
                        | InvitationGround::EssentialSecurity
                        | InvitationGround::FailedTender
                );
                assert!(direct, "{:?} excuses no tender", invitation.ground);
                assert_eq!(invitation.invited.len(), 1, "{invitation:?}");
                self.can_be_invited(invitation, it);
            }
            other => panic!("nobody plays {other:?}"),
        }
    }

    /// Suppliers, none of them debarred then.
    fn can_be_invited(&self, invitation: &Invitation, at: &Recorded) {
        let known = Known::before(self.0, at);
        for bidder in &invitation.invited {
            assert!(known.supplies(bidder), "{bidder} supplies nothing");
            assert!(!known.is_debarred(bidder, day(at)), "{bidder} is debarred");
        }
    }

    /// What is expected of quotations when they are asked for is within their ceiling, and so is what is awarded.
    pub(super) fn quotations_stay_within_their_ceiling(&self) {
        let Some(Procedure::Quotation) = self.draft().map(|draft| &draft.procedure) else {
            return;
        };
        let ceiling = || self.parameters().quotation_ceiling.unwrap().amount();
        for (it, event) in self.of_tender() {
            let value = match event {
                Event::TenderPublished(_) => self.estimate(it.index),
                Event::AwardApproved(approval) => approval.value.unwrap().amount(),
                _ => continue,
            };
            assert!(value <= ceiling(), "{value} above {}: {event:?}", ceiling());
        }
    }

    /// Envelopes only where they are taken, and a technical result only of technical ones; offers on paper where none are.
    pub(super) fn offers_have_their_form(&self) {
        let Some(procedure) = self.draft().map(|draft| &draft.procedure) else {
            return;
        };
        self.envelopes_are_of(procedure);
        let mut offered = None;
        for (it, event) in self.of_tender() {
            match event {
                Event::TenderPublished(published) => {
                    assert_eq!(published.sealing.is_some(), procedure.takes_envelopes());
                }
                Event::TechnicalResultApproved(_) => assert!(procedure.has_technical_part()),
                Event::OfferRecorded(offer) => {
                    assert_eq!(*procedure, Procedure::Direct);
                    assert_eq!(offered.replace(&offer.bidder), None, "offered once");
                    self.is_as_asked(offer, it);
                }
                _ => {}
            }
        }
    }

    /// By an officer, from who was asked and is not debarred, with the paper; not more than is asked for.
    fn is_as_asked(&self, offer: &DirectOffer, it: &Recorded) {
        let (by, bidder) = (&it.metadata.actor, &offer.bidder);
        let officer = matches!(by.id, ActorId::Official(_)) && by.role == Role::ProcurementOfficer;
        assert!(officer, "{by:?} records no offers");
        assert!(self.draft().unwrap().invites(bidder), "{bidder} uninvited");
        assert!(!Known::before(self.0, it).is_debarred(bidder, day(it)));
        assert_eq!(offer.document.sha256.0, AttachmentHash::of(PAPER).0);
        let lots = self.lots(it.index);
        for price in &offer.offer.prices {
            let line = &lots[&price.lot].lines[usize::from(price.line) - 1];
            assert!(price.quantity <= line.quantity, "{price:?}");
        }
    }
}
