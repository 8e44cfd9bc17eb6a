//! A limited purchase from its need to its end: three are invited on a stated ground, and nobody else may bid. Everybody reads who was
//! asked and why, and whoever was asked finds it in its own history.

use prost::Message as _;
use sijill_ledger_core::domain::tender::EnvelopePart::{Financial, Technical};
use sijill_ledger_core::store::EventStore as _;
use sijill_schemas::audit::v1 as audit;
use sijill_schemas::audit::v1::audit_service_client::AuditServiceClient;
use sijill_schemas::events::v1::TenderProcedure as Procedure;
use sijill_schemas::oversight::v1 as asking;
use sijill_schemas::types::v1::{Document, QueryContext};

use super::short::{Short, awarded, bidder, bids, completed, delta, listed, nile, read, told};
use super::site::Site;
use super::world::*;
use super::*;
use super::{asked, drafting};

fn inviting(invited: &[&str]) -> Short {
    Short {
        procedure: Procedure::Limited,
        invitation: Some(events::TenderInvitation {
            ground: events::InvitationGround::Disproportionate.into(),
            justification: "ten pieces are not worth an open tender".to_owned(),
            after: None,
            invited: invited.iter().map(|&name| name.to_owned()).collect(),
            list: None,
        }),
        ..Short::open()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limited_purchase_from_a_need_to_its_end() {
    let site = Site::start(&["NILE", "DELTA", "SINAI", "MISR"]).await;
    let play = &site.play;
    drafting::ruled(play, None).await;
    drafting::planned(play).await;
    let few = inviting(&["NILE", "DELTA"]).draft();
    let few = play.world.tenders().draft_tender(NADIA.asks(few)).await;
    assert_eq!(refused(few), "TENDER_INVITED_COUNT");
    inviting(&["NILE", "DELTA", "SINAI"]).published(play).await;
    play.noon("01-05");
    let (nile, delta) = (nile(), delta());
    done(play.seal(&nile, Technical, &long_bid()).await);
    let price = financial(&[("A", 1, 10, 420)], &[("A", 420)]);
    done(play.seal(&nile, Financial, &price).await);
    bids(play, &delta, &[("A", 400)]).await;
    let misr = bidder("organization:MISR", 4);
    let uninvited = play.seal(&misr, Technical, &technical(&["A"])).await;
    assert_eq!(refused(uninvited), "ENVELOPE_NOT_INVITED");
    listed(play).await;
    read(play, &[&nile, &delta]).await;
    awarded(play, "A", "DELTA").await;
    told(play, "01-20").await;
    completed(play, "01-31").await;
    the_page(play).await;
    the_alerts(play).await;
    the_histories(&site).await;
    site.end().await;
}

/// Sixty documents with long titles, in 35 KB: such a bid lies in its entry, and in that of its opening.
fn long_bid() -> Vec<u8> {
    let document = |n: u8| events::SealedDocument {
        sealed: Some(Document {
            title: names(&"و".repeat(150), &"d".repeat(150)),
            sha256: vec![n; 32],
            bytes: 1_000_000,
            media_type: "application/pdf".to_owned(),
        }),
        key: vec![n; 32],
    };
    let bid = events::TechnicalBid {
        lots: vec!["A".to_owned()],
        answers: Vec::new(),
        documents: (0..60).map(document).collect(),
        security: None,
    };
    let bytes = bid.encode_to_vec();
    assert!(bytes.len() > 32_000);
    bytes
}

async fn the_page(play: &Play) {
    let page = asked::page(play).await;
    assert_eq!(page.procedure(), Procedure::Limited);
    assert_eq!(page.stage(), asking::TenderStage::Completed);
    let invited = page.invited.iter().map(|it| it.supplier.as_str());
    assert_eq!(invited.collect::<Vec<_>>(), ["NILE", "DELTA", "SINAI"]);
    assert!(page.invited.iter().all(|it| it.names.is_some()));
    let ground = page.invitation.as_ref().unwrap().ground();
    assert_eq!(ground, events::InvitationGround::Disproportionate);
    assert_eq!(page.framework, None);
    let bidders: Vec<_> = page.bids.iter().map(|bid| bid.bidder.as_str()).collect();
    assert_eq!(bidders, ["DELTA", "NILE"], "who was invited and bid");
    let award = page.lots[0].award.as_ref().unwrap();
    assert_eq!(award.winners[0].bidder, "DELTA");
    let value = page.end.unwrap().value;
    assert_eq!(asked::amount(value.as_ref()), "400");
}

/// Whoever looks for limited tenders is told of it.
async fn the_alerts(play: &Play) {
    use asking::TenderAlertKind as Kind;
    let alerts = async |procedure: Procedure| {
        let request = asking::ListTenderAlertsRequest {
            context: asked::now(play),
            filter: Some(asking::TenderFilter {
                procedures: vec![procedure.into()],
                ..asking::TenderFilter::default()
            }),
            ..asking::ListTenderAlertsRequest::default()
        };
        let answer = play.world.views().list_tender_alerts(request).await;
        let rows = answer.unwrap().into_inner().rows;
        rows.iter()
            .map(asking::TenderAlert::kind)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        alerts(Procedure::Limited).await,
        [Kind::Published, Kind::Awarded, Kind::Completed]
    );
    assert_eq!(alerts(Procedure::Open).await, []);
}

/// Sinai was invited and did not bid; Misr was not invited.
async fn the_histories(site: &Site) {
    let drafts = async |organization: &str| {
        let request = audit::GetHistoryRequest {
            context: Some(QueryContext {
                minimum_index: Some(site.play.world.ledger.store().size() - 1),
                ..QueryContext::default()
            }),
            entity: Some(audit::Entity {
                kind: audit::EntityKind::Organization.into(),
                scope: String::new(),
                id: organization.to_owned(),
            }),
            parts: vec![audit::Part::Named.into()],
            kinds: vec!["TenderDrafted".to_owned()],
            ..audit::GetHistoryRequest::default()
        };
        let mut audit = AuditServiceClient::new(site.channel.clone());
        let answer = audit.get_history(request).await;
        answer.unwrap().into_inner().rows
    };
    for invited in ["NILE", "DELTA", "SINAI"] {
        let drafts = drafts(invited).await;
        assert_eq!(drafts.len(), 1, "{invited}");
        let told = &drafts[0].json;
        assert!(
            told.contains("ten pieces are not worth") && told.contains(invited),
            "{told}"
        );
    }
    assert_eq!(drafts("MISR").await, [], "it was not asked");
}
