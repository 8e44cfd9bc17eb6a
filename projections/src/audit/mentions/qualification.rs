//! What a list of qualified suppliers names. Requirements have names within their list only.

use sijill_ledger_core::domain::qualification::Event;

use super::Teller;

impl<'a> Teller<'_, 'a> {
    /// An event of a list of qualified suppliers. Who takes a request back is who acts.
    pub(super) fn qualification(&mut self, event: &'a Event) {
        match event {
            Event::QualificationAnnounced(announced) => self.organization(&announced.buyer),
            Event::QualificationRequested(request) => self.organization(&request.supplier),
            Event::QualificationAssessed(assessment) => self.organization(&assessment.supplier),
            Event::QualificationListPublished(list) => {
                let qualified = list.qualified.iter();
                qualified.for_each(|id| self.organization(id));
            }
            Event::QualifiedSupplierSuspended(it) => self.organization(&it.supplier),
            Event::QualifiedSupplierReinstated(it) => self.organization(&it.supplier),
            Event::QualifiedSupplierRemoved(it) => self.organization(&it.supplier),
            Event::QualificationRequestWithdrawn(_)
            | Event::QualificationClosed(_)
            | Event::QualificationEnded(_) => {}
        }
    }
}
