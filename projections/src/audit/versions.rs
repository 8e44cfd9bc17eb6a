//! Things that events state anew as a whole: what stood before an amendment is the statement before it.

use sijill_ledger_core::domain::{Event, facility, item, official, organization, ruleset};
use sijill_ledger_core::event::Recorded;

use super::entity::Fingerprint;

/// Sets these fingerprints apart from those of names.
const DOMAIN: u8 = 0x80;

/// The fingerprint of what an event states anew; `None` for an event that states nothing that an earlier one stated. Events
/// with the same fingerprint are versions of one thing: a profile, a price, a minimum and maximum, a limit.
pub(super) fn stated(event: &Recorded) -> Option<Fingerprint> {
    let id = event.stream.id();
    let of = |facet: u8, texts: &[&str]| Some(Fingerprint::of_texts(DOMAIN | facet, texts));
    match &event.event {
        Event::Facility(facility) => match facility {
            facility::Event::FacilityOpened(_) | facility::Event::FacilityAmended(_) => {
                of(1, &[id])
            }
            facility::Event::AssortmentSet(set) => of(2, &[id, set.item.as_str()]),
            // A handover names both keepers itself.
            facility::Event::CustodyHandedOver(_) | facility::Event::FacilityClosed(_) => None,
        },
        Event::Item(item) => match item {
            item::Event::ItemListed(_) | item::Event::ItemAmended(_) => of(3, &[id]),
            item::Event::ReferencePriceSet(_) => of(4, &[id]),
            item::Event::ItemDelisted(_) => None,
        },
        Event::Organization(organization) => match organization {
            organization::Event::OrganizationRegistered(_)
            | organization::Event::OrganizationAmended(_) => of(5, &[id]),
            organization::Event::BankAccountConfirmed(_)
            | organization::Event::SupplierDebarred(_)
            | organization::Event::SupplierReinstated(_)
            | organization::Event::KeyProposed(_)
            | organization::Event::ApplicantKeyProposed(_)
            | organization::Event::KeyEnrolled(_)
            | organization::Event::KeyRevoked(_)
            | organization::Event::KeyCompromised(_) => None,
        },
        Event::Official(official) => match official {
            official::Event::AuthorityDelegated(delegation) => {
                let currency = delegation.limit.currency().code();
                of(6, &[id, delegation.post.as_str(), currency])
            }
            official::Event::PositionHeld(_)
            | official::Event::ActingAppointed(_)
            | official::Event::PositionLeft(_)
            | official::Event::ConflictDeclared(_)
            | official::Event::ConflictWithdrawn(_)
            | official::Event::KeyProposed(_)
            | official::Event::KeyEnrolled(_)
            | official::Event::KeyRevoked(_)
            | official::Event::KeyCompromised(_) => None,
        },
        Event::Ruleset(ruleset) => match ruleset {
            ruleset::Event::RulesetAdopted(_) => of(7, &[id]),
            ruleset::Event::RulesetProposed(_) => None,
        },
        // Amendments of plans and tenders, and extensions of securities, state a part anew, or say themselves what was before.
        Event::Application(_)
        | Event::Committee(_)
        | Event::Disclosure(_)
        | Event::Envelope(_)
        | Event::Migration(_)
        | Event::Order(_)
        | Event::Plan(_)
        | Event::Process(_)
        | Event::Reaction(_)
        | Event::Qualification(_)
        | Event::Requisition(_)
        | Event::Framework(_)
        | Event::Security(_)
        | Event::Stock(_)
        | Event::Succession(_)
        | Event::Tender(_)
        | Event::Transfer(_) => None,
    }
}
