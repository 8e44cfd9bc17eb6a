//! `sijill.procurement.v1.BidsService`: a supplier's own envelopes, for who lost the files of them as for who has them.
//!
//! | File | What |
//! |---|---|
//! | `index` | whose envelopes there are, out of what the store keeps apart |
//! | `fate` | what became of one |

mod fate;
mod index;

use std::sync::Arc;

use sijill_ledger_core::codec::payload::Payload;
use sijill_ledger_core::domain::envelope::{Claim, Envelope};
use sijill_ledger_core::domain::tender::{EnvelopePart, Tender};
use sijill_ledger_core::domain::values::{OrganizationId, TenderId};
use sijill_ledger_core::event::ActorId;
use sijill_ledger_core::ledger::Ledger;
use sijill_ledger_core::store::EventStore as _;
use sijill_ledger_core::store::embedded::EmbeddedStore;
use sijill_schemas::events::v1 as events;
use sijill_schemas::procurement::v1 as pb;
use sijill_schemas::procurement::v1::bids_service_server::BidsService;
use sijill_schemas::types::v1 as types;
use tonic::{Code, Request, Response, Status};

use super::authority;
use super::question::page::rows_max;
use super::status::{self, Problem};
use index::{Index, Sealed};

/// The service.
pub struct Bids {
    ledger: Ledger<EmbeddedStore>,
    index: Arc<Index>,
}

impl Bids {
    /// Over this ledger.
    pub fn new(ledger: Ledger<EmbeddedStore>) -> Self {
        let index = Arc::new(Index::new(Arc::clone(ledger.store())));
        Self { ledger, index }
    }

    /// An envelope of the caller's, as it stands.
    async fn shown(&self, sealed: &Sealed, own: &[Sealed]) -> Result<pb::OwnBid, Status> {
        let Claim { tender, part, .. } = &sealed.claim;
        let envelope = self.envelope(sealed).await?;
        let stream = Tender::stream(tender);
        let state: Tender = self.ledger.state(&stream).await.map_err(status::refused)?;
        let notice = state.notice();
        let amendments = notice.map_or(0, |notice| notice.amended_at.len());
        let contents = envelope.contents();
        let confirmed = contents.and_then(|it| it.confirmations().map(|(_, it)| it).max());
        let mut fate = fate::of(&sealed.envelope, &envelope, &state);
        if matches!(
            fate,
            pb::OwnBidState::Sealed | pb::OwnBidState::ConfirmationNeeded
        ) {
            for later in own.iter().filter(|other| other.is_later_than(sealed)) {
                let envelope = self.envelope(later).await?;
                if fate::of(&later.envelope, &envelope, &state) == pb::OwnBidState::Sealed {
                    fate = pb::OwnBidState::Superseded;
                }
            }
        }
        Ok(pb::OwnBid {
            tender: tender.to_string(),
            envelope: sealed.envelope.to_string(),
            part: wire_part(*part).into(),
            position: Some(types::Position {
                log_id: self.ledger.store().origin().to_owned(),
                index: sealed.index,
            }),
            sealed_micros: sealed.at.as_micros(),
            closes_micros: notice.map_or(0, |notice| notice.closes_at.as_micros()),
            key: contents.map_or_else(String::new, |it| it.key().id().to_string()),
            amendments: u32::try_from(amendments).unwrap_or(u32::MAX),
            confirmed: confirmed.unwrap_or(0).into(),
            state: fate.into(),
        })
    }

    async fn envelope(&self, sealed: &Sealed) -> Result<Envelope, Status> {
        let stream = Envelope::stream(&sealed.envelope);
        self.ledger.state(&stream).await.map_err(status::refused)
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
        if self.ledger.store().is_mirror() {
            return Err(on_a_mirror());
        }
        let own = self.index.of(&bidder).await?;
        let mut bids = Vec::new();
        let mut next = None;
        for sealed in &own {
            let of_tender = tender.as_ref().is_none_or(|it| *it == sealed.claim.tender);
            if !of_tender || sealed.index < from {
                continue;
            }
            if bids.len() == rows_max(page.size) {
                next = Some(sealed);
                break;
            }
            bids.push(self.shown(sealed, &own).await?);
        }
        Ok(Response::new(pb::ListOwnBidsResponse {
            bids,
            next_page_token: next.map_or_else(String::new, |it| it.index.to_string()),
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

const fn wire_part(part: EnvelopePart) -> events::EnvelopePart {
    match part {
        EnvelopePart::Technical => events::EnvelopePart::Technical,
        EnvelopePart::Financial => events::EnvelopePart::Financial,
    }
}
