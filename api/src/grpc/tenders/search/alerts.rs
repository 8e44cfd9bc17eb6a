//! `ListTenderAlerts`.

use std::sync::Arc;

use sijill_ledger_core::codec::EncodeError;
use sijill_ledger_core::domain::values::EffectiveAt;
use sijill_ledger_core::time::Timestamp;
use sijill_projections::tenders::Tenders;
use sijill_projections::tenders::search::alerts::{Alert, Interest};
use sijill_projections::tenders::search::entry::Entry;
use sijill_projections::{View as _, Views};
use tonic::{Request, Response, Status};

use super::{filter, found, pb};
use crate::grpc::question::desk::Desk;
use crate::grpc::question::list::{Lists, Question, Rows, list};
use crate::grpc::question::listing::Listing;
use crate::grpc::question::page::{Order, Orders};
use pb::list_tender_alerts_request::Since;

/// Answers `ListTenderAlerts`.
pub async fn answer(
    lists: &Lists,
    desk: &Desk,
    request: Request<pb::ListTenderAlertsRequest>,
) -> Result<Response<pb::ListTenderAlertsResponse>, Status> {
    if let Some(Since::After(after)) = &request.get_ref().since {
        desk.resumed(after, "after")?;
    }
    lists.answer(request).await
}

/// What `ListTenderAlerts` asks.
pub struct Asked {
    interest: Interest,
    since: Option<Since>,
}

/// The alerts, with the tenders as they stood.
pub struct Told {
    alerts: Vec<(Alert, Arc<Entry>)>,
    at: Timestamp,
}

impl Question for pb::ListTenderAlertsRequest {
    type Asked = Asked;
    type List = Told;
    type Answer = pb::ListTenderAlertsResponse;

    const ORDERS: Orders<()> = &[("index", ())];

    list!(ListTenderAlertsResponse);

    fn read(&self) -> Result<Asked, Status> {
        Ok(Asked {
            interest: filter::interest(self.filter.as_ref(), &self.kinds)?,
            since: self.since.clone(),
        })
    }

    fn rows(asked: &Asked, views: &Views, at: EffectiveAt) -> Result<Rows<Told>, EncodeError> {
        let search = views.tenders.search();
        let from = match &asked.since {
            None => Some(0),
            Some(Since::After(after)) => Some(after.index.saturating_add(1)),
            Some(Since::RecordedFromMicros(micros)) => {
                search.first_alert_since(Timestamp::from_micros(*micros))
            }
        };
        let told = from.map(|from| {
            let alerts = search.alerts_from(from, &asked.interest, at);
            alerts.map(|(alert, entry)| (*alert, Arc::clone(entry)))
        });
        Ok(Rows {
            rows: Told {
                alerts: told.into_iter().flatten().collect(),
                at: at.at(),
            },
            definition: Tenders::VERSION,
            ruleset: views.tenders.world().ruleset(),
            parameters: None,
        })
    }
}

impl Listing for Told {
    type Row = pb::TenderAlert;
    type Sort = ();

    fn row_count(&self) -> usize {
        self.alerts.len()
    }

    fn bytes(&self) -> usize {
        let each = size_of::<(Alert, Arc<Entry>)>() + size_of::<Entry>();
        self.alerts.len().saturating_mul(each)
    }

    fn sort(&mut self, order: &Order<()>, _views: &Views) {
        if order.is_descending() {
            self.alerts.reverse();
        }
    }

    fn row(&self, place: usize, views: &Views) -> Result<Option<pb::TenderAlert>, EncodeError> {
        let told = self.alerts.get(place);
        told.map(|(alert, entry)| found::alert(alert, entry, self.at, views.tenders.world()))
            .transpose()
    }
}
