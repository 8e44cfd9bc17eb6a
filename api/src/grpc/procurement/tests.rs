//! The service over a real connection and a real store.

#![allow(clippy::unnecessary_wraps, reason = "fields of messages are optional")]

use sha2::{Digest as _, Sha256 as Hasher};
use sijill_ledger_core::codec;
use sijill_ledger_core::domain::order::Command;
use sijill_ledger_core::domain::process::{self, Process};
use sijill_ledger_core::domain::values::{Sha256, Text};
use sijill_ledger_core::event::Role;
use sijill_ledger_core::store::AttachmentHash;
use sijill_schemas::events::v1 as events;
use sijill_schemas::registry::v1 as registry;
use sijill_schemas::types::v1::{Money, UnitPrice};
use tokio_stream::StreamExt as _;

use super::*;
use crate::grpc::testing::*;

const GAUZE: &str = "GAUZE";
const BUYER: &str = "MOH";
/// Runs orders.
const NADIA: By = By("nadia", Role::ProcurementOfficer, "-");
/// The supplier of the orders.
const SUPPLIER: By = By("organization:NILE", Role::Supplier, "-");

fn pounds(units: i64) -> Option<Money> {
    let currency = "EGP".to_owned();
    let amount = whole(units);
    Some(Money { amount, currency })
}

/// A buyer, a supplier, an item, a clinic; officials who may commit 1,000 pounds.
async fn registered() -> World {
    let world = World::new().await;
    world.item(GAUZE).await;
    world.facility(CLINIC).await;
    world
        .organization(BUYER, events::OrganizationRole::ProcuringEntity)
        .await;
    world
        .organization("NILE", events::OrganizationRole::Supplier)
        .await;
    for official in ["nadia", "sami"] {
        delegated(&world, official).await;
    }
    world
}

async fn delegated(world: &World, official: &str) {
    let mut registry = world.registry();
    let post = world.official(official, BUYER).await;
    let delegation = registry::DelegateAuthorityRequest {
        context: new(),
        official: official.to_owned(),
        delegation: Some(events::AuthorityDelegated {
            post,
            limit: pounds(1_000),
            from_days: FIRST_DAY,
            until_days: LAST_DAY,
            delegator: None,
            decree: "2/2024".to_owned(),
        }),
    };
    registry
        .delegate_authority(HUDA.asks(delegation))
        .await
        .unwrap();
}

fn placement(
    order: &str,
    basis: events::order_placed::Basis,
    quantity: i64,
) -> pb::PlaceOrderRequest {
    let unit_price = UnitPrice {
        amount: whole(10),
        currency: "EGP".to_owned(),
    };
    let line = events::OrderLine {
        item: GAUZE.to_owned(),
        facility: CLINIC.to_owned(),
        quantity: whole(quantity),
        unit_price: Some(unit_price),
        due_days: Some(LAST_DAY),
    };
    pb::PlaceOrderRequest {
        context: new(),
        order: order.to_owned(),
        placement: Some(events::OrderPlaced {
            number: order.to_owned(),
            basis: Some(basis),
            called_by: None,
            buyer: BUYER.to_owned(),
            supplier: "NILE".to_owned(),
            currency: "EGP".to_owned(),
            delivery_terms: None,
            attachment_sha256: None,
            lines: vec![line],
        }),
    }
}

fn direct(order: &str, quantity: i64) -> pb::PlaceOrderRequest {
    let only_maker = events::order_placed::Basis::Direct("the only maker".to_owned());
    placement(order, only_maker, quantity)
}

fn acknowledgement() -> pb::AcknowledgeOrderRequest {
    pb::AcknowledgeOrderRequest {
        context: new(),
        order: "PO-1".to_owned(),
        acknowledgement: Some(events::OrderAcknowledged { reference: None }),
    }
}

#[tokio::test]
async fn an_order_goes_to_its_supplier_and_to_no_other() {
    let world = registered().await;
    let mut procurement = world.procurement();
    let early = procurement
        .acknowledge_order(SUPPLIER.asks(acknowledgement()))
        .await;
    assert_eq!(code_and_field(&early.unwrap_err()).0, "NOTHING_RECORDED");
    let placed = procurement
        .place_order(NADIA.asks(direct("PO-1", 100)))
        .await;
    assert_eq!(placed.unwrap().into_inner().stream, "order-PO-1");
    let other = By("organization:DELTA", Role::Supplier, "-");
    let status = procurement
        .acknowledge_order(other.asks(acknowledgement()))
        .await;
    assert_eq!(
        code_and_field(&status.unwrap_err()).0,
        "NOT_OWN_ORGANIZATION"
    );
    let taken = procurement
        .acknowledge_order(SUPPLIER.asks(acknowledgement()))
        .await;
    assert_eq!(taken.unwrap().into_inner().revision, 1);
}

#[tokio::test]
async fn orders_are_refused_by_their_rules_and_read_by_their_fields() {
    let world = registered().await;
    let mut procurement = world.procurement();
    let above = procurement
        .place_order(NADIA.asks(direct("PO-1", 101)))
        .await;
    assert_eq!(code_and_field(&above.unwrap_err()).0, "ORDER_ABOVE_LIMIT");
    let requester = By("karim", Role::Requester, "-");
    let status = procurement
        .place_order(requester.asks(direct("PO-1", 1)))
        .await;
    let code = code_and_field(&status.unwrap_err()).0;
    assert_eq!(code, "ORDER_NOT_A_PROCUREMENT_OFFICER");
    let mut unreadable = direct("PO-1", 1);
    unreadable.placement.as_mut().unwrap().lines[0].unit_price = None;
    let status = procurement.place_order(NADIA.asks(unreadable)).await;
    let field = code_and_field(&status.unwrap_err()).1;
    assert_eq!(field, "placement.lines[0].unit_price");
}

#[tokio::test]
async fn an_emergency_is_approved_by_another_official() {
    let world = registered().await;
    let mut procurement = world.procurement();
    let flood = events::order_placed::Basis::Emergency("a flood".to_owned());
    let placed = procurement
        .place_order(NADIA.asks(placement("PO-1", flood, 50)))
        .await;
    placed.unwrap();
    let approval = || pb::ApproveEmergencyOrderRequest {
        context: new(),
        order: "PO-1".to_owned(),
        reason: "nothing else was near".to_owned(),
    };
    let herself = By("nadia", Role::Approver, "-");
    let status = procurement
        .approve_emergency_order(herself.asks(approval()))
        .await;
    assert_eq!(code_and_field(&status.unwrap_err()).0, "ORDER_OWN_ORDER");
    let approved = procurement
        .approve_emergency_order(SAMI.asks(approval()))
        .await;
    assert_eq!(approved.unwrap().into_inner().count, 1);
}

#[tokio::test]
async fn a_stream_takes_each_command_under_the_row_of_its_own_method() {
    use pb::submit_request::Command;
    use pb::submit_response::Outcome;
    let world = registered().await;
    let cancel = pb::CancelOrderRequest {
        context: new(),
        order: "PO-1".to_owned(),
        cancellation: Some(events::OrderCancelled {
            reason: "ordered twice".to_owned(),
        }),
    };
    let pay = pb::RecordPaymentRequest {
        context: new(),
        order: "PO-1".to_owned(),
        payment: Some(events::PaymentMade::default()),
    };
    let commands = [
        Command::PlaceOrder(direct("PO-1", 1)),
        Command::RecordPayment(pay),
        Command::CancelOrder(cancel),
    ];
    let sent: Vec<_> = (1..)
        .zip(commands)
        .map(|(sequence, command)| pb::SubmitRequest {
            sequence,
            command: Some(command),
        })
        .collect();
    let mut procurement = world.procurement();
    let answers = procurement
        .submit(NADIA.asks(tokio_stream::iter(sent)))
        .await;
    let answers: Vec<_> = answers.unwrap().into_inner().collect().await;
    let said: Vec<_> = answers
        .into_iter()
        .map(|answer| match answer.unwrap().outcome.unwrap() {
            Outcome::Done(done) => done.stream,
            Outcome::Refused(refusal) => refusal.code,
        })
        .collect();
    // Whether the content could be read is nothing to who may not ask.
    assert_eq!(said, ["order-PO-1", "ROLE_NOT_ALLOWED", "order-PO-1"]);
}

fn release(text: &str) -> pb::RecordReleaseRequest {
    pb::RecordReleaseRequest {
        context: new(),
        release: text.as_bytes().to_vec(),
        source: "Ministry of Works, https://works.example/ocds".to_owned(),
    }
}

/// A release of a fictional system, with this title.
fn published(id: &str, title: &str) -> String {
    format!(
        r#"{{"ocid":"ocds-fict01-7","id":"{id}","date":"2026-03-01T09:30:00+02:00","tag":["tender"],"initiationType":"tender","tender":{{"id":"7","title":"{title}"}}}}"#
    )
}

#[tokio::test]
async fn a_release_is_recorded_once_exactly_as_published() {
    let world = World::new().await;
    let mut procurement = world.procurement();
    let text = published("1", "a bridge");
    let recorded = procurement.record_release(HUDA.asks(release(&text))).await;
    let recorded = recorded.unwrap().into_inner();
    assert_eq!(recorded.stream, "process-ocds-fict01-7");
    let stream = Process::stream(&Text::new("ocds-fict01-7").unwrap());
    let process = world.ledger.state::<Process>(&stream).await.unwrap();
    let kept = process.release(&Text::new("1").unwrap());
    assert_eq!(kept, Some(Sha256(Hasher::digest(&text).into())));

    let again = procurement.record_release(HUDA.asks(release(&text))).await;
    assert_eq!(code_and_field(&again.unwrap_err()).0, "RELEASE_RECORDED");
    let changed = release(&published("1", "a tunnel"));
    let status = procurement.record_release(HUDA.asks(changed)).await;
    assert_eq!(code_and_field(&status.unwrap_err()).0, "RELEASE_CHANGED");
    let officer = procurement.record_release(NADIA.asks(release(&text))).await;
    assert_eq!(code_and_field(&officer.unwrap_err()).0, "ROLE_NOT_ALLOWED");
}

#[tokio::test]
async fn a_release_that_does_not_fit_into_its_event_is_an_attachment() {
    let world = World::new().await;
    // Nothing that a compressor could find: hashes of numbers.
    let hashes = (0_u32..2_000).map(|n| Sha256(Hasher::digest(n.to_be_bytes()).into()));
    let noise = hashes.map(|hash| hash.to_string()).collect::<String>();
    let text = published("2", &noise);
    let mut procurement = world.procurement();
    let recorded = procurement.record_release(HUDA.asks(release(&text))).await;
    let index = recorded.unwrap().into_inner().position.unwrap().index;
    let batch = world.ledger.store().entry(index).unwrap();
    let (_, entry) = batch.get(0).unwrap();
    let event = codec::decode(entry.kind, entry.data, &[]).unwrap();
    let name = AttachmentHash(event.attachments()[0].0);
    let compressed = world.attachments().get(name).unwrap();
    let bytes = sijill_projections::ocds::content::decompress(&compressed, 1 << 20).unwrap();
    assert_eq!(bytes, text.as_bytes());
}

#[tokio::test]
async fn what_is_wrong_in_a_release_is_named_by_its_place() {
    let world = World::new().await;
    let mut procurement = world.procurement();
    let one = published("1", "a bridge");
    let cases = [
        (String::new(), "JSON_TRUNCATED", "release"),
        (
            one.replace("\"tag\"", "\"gat\""),
            "OCDS_MISSING",
            "release/tag",
        ),
        (one.replace("+02:00", ""), "OCDS_DATE", "release/date"),
        (
            format!(
                r#"{{"uri":"x","releases":[{one},{}]}}"#,
                published("2", "a road")
            ),
            "INVALID_FIELD",
            "release",
        ),
    ];
    for (text, code, field) in cases {
        let status = procurement.record_release(HUDA.asks(release(&text))).await;
        let found = code_and_field(&status.unwrap_err());
        assert_eq!(found, (code.to_owned(), field.to_owned()), "{text}");
    }
    let mut latin = release(&one);
    latin.release = b"{\"title\":\"\xe9\"}".to_vec();
    let status = procurement.record_release(HUDA.asks(latin)).await;
    assert_eq!(code_and_field(&status.unwrap_err()).1, "release");
}

reached! { process_methods: process::Command {
    process::Command::Record(_) => Some("RecordRelease"),
} }

reached! { order_methods: Command {
    Command::Place(_) => Some("PlaceOrder"),
    Command::ApproveEmergency { .. } => Some("ApproveEmergencyOrder"),
    Command::Acknowledge(_) => Some("AcknowledgeOrder"),
    Command::RecordDelivery(_) => None,
    Command::InspectDelivery(_) => None,
    Command::ReverseDelivery(_) => None,
    Command::RecordInvoice(_) => Some("RecordInvoice"),
    Command::ApprovePayment(_) => Some("ApprovePayment"),
    Command::RecordPayment(_) => Some("RecordPayment"),
    Command::RecordCreditNote(_) => Some("RecordCreditNote"),
    Command::Close(_) => Some("CloseOrder"),
    Command::Cancel(_) => Some("CancelOrder"),
    Command::AnswerDiscrepancy(_) => Some("AnswerOrderDiscrepancy"),
    Command::Import(_) => None,
} }

#[test]
fn every_command_has_its_method() {
    let package = "sijill.procurement.v1";
    let reached = [order_methods(), process_methods()].concat();
    assert_all_served(package, "ProcurementService", &reached);
}
