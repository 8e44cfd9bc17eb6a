//! `sijill.procurement.v1.BidsService`: a supplier's own envelopes, for who lost the files of them as for who has them.
//!
//! | File | What |
//! |---|---|
//! | `index` | whose envelopes there are, out of what the store keeps apart, and whether one more is taken |
//! | `own` | one bidder's, as they stand |
//! | `fate` | what became of one |

mod fate;
mod index;
mod own;

use std::sync::Arc;

use sijill_ledger_core::codec::payload::Payload;
use sijill_ledger_core::domain::ruleset::Ruleset;
use sijill_ledger_core::domain::values::{OrganizationId, TenderId};
use sijill_ledger_core::event::ActorId;
use sijill_ledger_core::ledger::Ledger;
use sijill_ledger_core::store::NodeStore;
use sijill_schemas::procurement::v1 as pb;
use sijill_schemas::procurement::v1::bids_service_server::BidsService;
use sijill_schemas::types::v1 as types;
use tonic::{Code, Request, Response, Status};

use super::authority;
use super::question::clock_changes;
use super::question::page::rows_max;
use super::status::{self, Problem};
pub use index::Index;
use own::Own;

/// The service.
pub struct Bids {
    ledger: Ledger<NodeStore>,
    index: Arc<Index>,
}

impl Bids {
    /// Over this ledger and its envelopes.
    pub const fn new(ledger: Ledger<NodeStore>, index: Arc<Index>) -> Self {
        Self { ledger, index }
    }

    /// What the country's clocks show.
    async fn clocks(&self) -> Result<Vec<types::ClockChange>, Status> {
        let ruleset = self.ledger.state::<Ruleset>(&Ruleset::national()).await;
        let ruleset = ruleset.map_err(status::refused)?;
        let rules = ruleset.rules().cloned().unwrap_or_default();
        Ok(clock_changes(&rules.procurement().clocks(0)))
    }
}

#[tonic::async_trait]
impl BidsService for Bids {
    async fn list_own_bids(
        &self,
        request: Request<pb::ListOwnBidsRequest>,
    ) -> Result<Response<pb::ListOwnBidsResponse>, Status> {
        let bidder = own_organization(&request)?;
        let pb::ListOwnBidsRequest { tender, page } = request.into_inner();
        let page = page.unwrap_or_default();
        let mut payload = Payload::new("sijill.procurement.v1.ListOwnBidsRequest", &[]);
        let tender = tender.map(|tender| payload.take::<TenderId, _>(tender, "tender"));
        let tender = tender
            .transpose()
            .map_err(|error| status::invalid(&error))?;
        let from = place(&page)?;
        if !self.ledger.store().holds_parts() {
            return Err(on_a_mirror());
        }
        let envelopes = self.index.of(&bidder).await?;
        let mut own = Own::new(&self.ledger, &envelopes);
        let mut bids = Vec::new();
        let mut next = None;
        for sealed in &envelopes {
            let of_tender = tender.as_ref().is_none_or(|it| *it == sealed.claim.tender);
            if !of_tender || sealed.index < from {
                continue;
            }
            if bids.len() == rows_max(page.size) {
                next = Some(sealed);
                break;
            }
            bids.push(own.shown(sealed).await?);
        }
        Ok(Response::new(pb::ListOwnBidsResponse {
            bids,
            next_page_token: next.map_or_else(String::new, |it| it.index.to_string()),
            clocks: self.clocks().await?,
        }))
    }
}

/// The organisation that the token names, in a role that the row allows.
fn own_organization<T>(request: &Request<T>) -> Result<OrganizationId, Status> {
    const PATH: &str = "/sijill.procurement.v1.BidsService/ListOwnBids";
    let known = authority::known(request)?;
    authority::condition(known, PATH)?;
    match &known.actor.id {
        ActorId::Organization(own) => Ok(own.clone()),
        ActorId::Official(_) | ActorId::Key(_) | ActorId::System => Err(status::denied(
            "NOT_AN_ORGANIZATION",
            "هذا السؤال لمورد عن عطاءاته؛ أرسله برمز دخول المورد نفسه (organization:ID)",
            "a supplier asks this about its own bids; send it with the token of the supplier (organization:ID)",
        )
        .into()),
    }
}

/// Index of the first envelope of a page.
fn place(page: &types::Page) -> Result<u64, Status> {
    if !page.order_by.is_empty() {
        let (ar, en) = ("الترتيب ترتيب السجل", "the order is the log's");
        return Err(status::invalid_field("page.order_by", ar, en));
    }
    if page.token.is_empty() {
        return Ok(0);
    }
    page.token.parse().map_err(|_| {
        let (ar, en) = (
            "ليس رمز صفحة من جواب سابق",
            "it is no page token of an earlier answer",
        );
        status::invalid_field("page.token", ar, en)
    })
}

fn on_a_mirror() -> Status {
    Problem::new(
        Code::FailedPrecondition,
        "OWN_BIDS_ON_MIRROR",
        "لا تعرف المرآة لمن المظاريف قبل نشر قائمتها؛ اسأل خادم السجل نفسه",
        "a mirror does not know whose envelopes are before they are listed; ask the log's own server",
    )
    .into()
}
