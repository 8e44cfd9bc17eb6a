//! While a tender is drafted, until its publication.

use sijill_ledger_core::domain::tender::{Event, Lot as Drafted, Publication};

use super::super::record::{Lot, LotState, Record, Sealed};
use super::super::stage::Stage;
use super::super::step::About;
use super::{Circumstances, Told};

impl Record {
    pub(super) fn drafting(&mut self, event: &Event, at: &Circumstances<'_>) -> Told {
        // Keys say to whom bids will be sealed, not what is bought: an approval stands.
        if let Event::OpeningKeyEnrolled(key) = event {
            return Told::about(About {
                member: Some(key.member.clone()),
                ..About::default()
            });
        }
        if let Event::TenderApproved(_) = event {
            self.times.approved = Some(at.mark);
            self.go(Stage::Approved, at);
            return Told::nothing();
        }
        if let Event::TenderPublished(publication) = event {
            self.published(publication, at);
            return Told::nothing();
        }
        // Any other change: nobody has agreed to what it is now.
        self.times.approved = None;
        self.go(Stage::Draft, at);
        self.changed(event, at)
    }

    fn changed(&mut self, event: &Event, at: &Circumstances<'_>) -> Told {
        if let Event::LotAdded(lot) = event {
            self.lots.push(added(lot, at));
            Told::lot(&lot.id)
        } else if let Event::LotRemoved(removal) = event {
            self.lots.retain(|lot| lot.id != removal.lot);
            Told::lot(&removal.lot).because(&removal.reason)
        } else if let Event::CommitteeAppointed(committees) = event {
            self.committees = Some(committees.clone());
            Told::nothing()
        } else {
            if self.times.drafted.is_none() {
                self.times.drafted = Some(at.mark);
            }
            Told::nothing()
        }
    }

    fn published(&mut self, publication: &Publication, at: &Circumstances<'_>) {
        self.times.published = Some(at.mark);
        self.times.enquiries_until = Some(publication.enquiries_until);
        self.times.closes_at = Some(publication.closes_at);
        if let Some(invitation) = &mut self.invitation {
            // None of a tender that names them in its draft.
            invitation.invited.extend_from_slice(&publication.invited);
        }
        self.go(Stage::Bidding, at);
    }
}

/// What an added lot withholds is never read from its event, known or not: only from its disclosure.
fn added(lot: &Drafted, at: &Circumstances<'_>) -> Lot {
    Lot {
        id: lot.id.clone(),
        title: lot.title.clone(),
        lines: lot.lines.clone(),
        estimate: lot.estimate.as_ref().map(|_| Sealed::new(at.mark.index)),
        state: LotState::Open,
    }
}
