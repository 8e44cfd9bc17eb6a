//! The service over a real connection and a real store.

#![allow(clippy::unnecessary_wraps, reason = "fields of messages are optional")]

use sijill_ledger_core::domain::stock::{Card, Command, StockKey};
use sijill_ledger_core::domain::values::{Date, DocumentNumber, FacilityId, ItemCode, TransferId};
use sijill_ledger_core::event::{Actor, ActorId, Role};
use sijill_ledger_core::ledger::Context;
use sijill_ledger_core::store::{EventStore as _, StoredPart};
use sijill_schemas::types::v1::CommandResponse;
use tokio_stream::StreamExt as _;
use tonic::{Code, Status};
use uuid::Uuid;

use super::*;
use crate::grpc::testing::*;

const GAUZE: &str = "GAUZE";
const REMARK: &str = "the porter signed for the keeper";

/// An item and a clinic.
async fn registered() -> World {
    let world = World::new().await;
    world.item(GAUZE).await;
    world.facility(CLINIC).await;
    world
}

fn document(number: &str) -> Option<events::Document> {
    let number = number.to_owned();
    Some(events::Document {
        number,
        ..events::Document::default()
    })
}

fn key() -> Option<events::StockKey> {
    let item = GAUZE.to_owned();
    Some(events::StockKey {
        item,
        ..events::StockKey::default()
    })
}

fn receipt(quantity: i64) -> pb::ReceiveStockRequest {
    let line = events::LineIn {
        key: key(),
        quantity: whole(quantity),
        ..events::LineIn::default()
    };
    pb::ReceiveStockRequest {
        context: new(),
        facility: CLINIC.to_owned(),
        receipt: Some(events::StockReceived {
            document: document("R-1"),
            source: Some(events::stock_received::Source::Production(
                events::ProductionSource {},
            )),
            provisional: false,
            lines: vec![line],
        }),
    }
}

fn issue(quantity: i64) -> pb::IssueStockRequest {
    let line = events::LineOut {
        key: key(),
        quantity: whole(quantity),
        ..events::LineOut::default()
    };
    pb::IssueStockRequest {
        context: new(),
        facility: CLINIC.to_owned(),
        issue: Some(events::StockIssued {
            document: document("I-1"),
            to: Some(events::stock_issued::To::Patients(
                events::PatientsRecipient {},
            )),
            lines: vec![line],
        }),
    }
}

fn reservation(id: &str, quantity: i64) -> pb::ReserveStockRequest {
    let line = events::LineOut {
        key: key(),
        quantity: whole(quantity),
        ..events::LineOut::default()
    };
    pb::ReserveStockRequest {
        context: new(),
        facility: CLINIC.to_owned(),
        reservation: Some(events::StockReserved {
            reservation: id.to_owned(),
            purpose: "vaccination week".to_owned(),
            lines: vec![line],
        }),
    }
}

async fn stock(world: &World) -> Stock {
    let stream = Stock::stream(&FacilityId::new(CLINIC).unwrap());
    world.ledger.state::<Stock>(&stream).await.unwrap()
}

async fn refused(world: &World, by: By, request: pb::ReceiveStockRequest) -> Status {
    let mut inventory = world.inventory();
    inventory.receive_stock(by.asks(request)).await.unwrap_err()
}

#[tokio::test]
async fn goods_are_received_with_a_remark_that_stays_apart() {
    let world = registered().await;
    let mut request = receipt(100);
    request.context = withholding(&[REMARK]);
    let paper = request.receipt.as_mut().unwrap().document.as_mut().unwrap();
    paper.note_part = Some(0);
    let answer = world.inventory().receive_stock(MONA.asks(request)).await;
    let answer = answer.unwrap().into_inner();
    let position = answer.position.unwrap();
    assert_eq!(position.log_id, "sijill.test/commands");
    assert_eq!((position.index, answer.count), (2, 1));
    assert_eq!(answer.stream, format!("stock-{CLINIC}"));
    assert_eq!((answer.revision, answer.repeated), (0, false));

    let store = world.ledger.store();
    let batch = store.entry(2).unwrap();
    let (_, entry) = batch.get(0).unwrap();
    assert_eq!(answer.recorded_at_micros, entry.recorded_at.as_micros());
    assert!(!String::from_utf8_lossy(entry.bytes()).contains(REMARK));
    let parts = store.parts(2).await.unwrap();
    let [StoredPart::Known(part)] = &parts[..] else {
        panic!("one part");
    };
    assert_eq!(part.bytes, REMARK.as_bytes());
    let item = ItemCode::new(GAUZE).unwrap();
    let (batch, programme) = (None, None);
    let key = StockKey {
        item,
        batch,
        programme,
    };
    let on_hand = stock(&world).await.card(&key).map(Card::on_hand);
    assert_eq!(on_hand, Some(100.into()));
}

#[tokio::test]
async fn every_withheld_content_is_named_once() {
    let world = registered().await;
    let mut unnamed = receipt(1);
    unnamed.context = withholding(&[REMARK]);
    let status = refused(&world, MONA, unnamed).await;
    assert_eq!(status.code(), Code::InvalidArgument);
    assert_eq!(code_and_field(&status).1, "context.withheld");

    let mut beyond = receipt(1);
    beyond
        .receipt
        .as_mut()
        .unwrap()
        .document
        .as_mut()
        .unwrap()
        .note_part = Some(0);
    let status = refused(&world, MONA, beyond).await;
    assert_eq!(code_and_field(&status).1, "receipt.document.note_part");
}

#[tokio::test]
async fn a_refused_plan_says_its_rule_in_both_languages() {
    let world = registered().await;
    let mut inventory = world.inventory();
    inventory
        .receive_stock(MONA.asks(receipt(10)))
        .await
        .unwrap();
    let request = MONA.asks(reservation("V-1", 11));
    let status = inventory.reserve_stock(request).await.unwrap_err();
    assert_eq!(status.code(), Code::FailedPrecondition);
    let refusal = details(&status);
    assert_eq!(refusal.code, "STOCK_NOT_ENOUGH");
    assert_eq!(refusal.en, status.message());
    assert!(
        refusal
            .ar
            .chars()
            .any(|c| ('\u{0600}'..'\u{0700}').contains(&c))
    );
}

#[tokio::test]
async fn a_retry_is_answered_with_the_first_result() {
    let world = registered().await;
    let mut inventory = world.inventory();
    let request = receipt(10);
    let first = inventory.receive_stock(MONA.asks(request.clone())).await;
    let first = first.unwrap().into_inner();
    let again = inventory.receive_stock(MONA.asks(request.clone())).await;
    let repeated = true;
    let expected = CommandResponse { repeated, ..first };
    assert_eq!(again.unwrap().into_inner(), expected);

    let mut other = receipt(11);
    other.context = request.context;
    let status = refused(&world, MONA, other).await;
    assert_eq!(status.code(), Code::AlreadyExists);
    assert_eq!(code_and_field(&status).0, "COMMAND_ID_REUSED");
}

#[tokio::test]
async fn what_cannot_be_read_is_named_by_its_path() {
    type Spoil = fn(&mut pb::ReceiveStockRequest);
    let world = registered().await;
    let cases: [(Spoil, &str); 8] = [
        (|it| it.context = None, "context.request_id"),
        (
            |it| it.context.as_mut().unwrap().request_id = "first".to_owned(),
            "context.request_id",
        ),
        (
            |it| {
                let nobody_chose_it = "00000000-0000-0000-0000-000000000000".to_owned();
                it.context.as_mut().unwrap().request_id = nobody_chose_it;
            },
            "context.request_id",
        ),
        (
            |it| it.context.as_mut().unwrap().correlation_id = Some(String::new()),
            "context.correlation_id",
        ),
        (|it| it.facility = "the clinic".to_owned(), "facility"),
        (|it| it.receipt = None, "receipt"),
        (
            |it| it.receipt.as_mut().unwrap().lines[0].quantity = whole(-1),
            "receipt.lines[0].quantity",
        ),
        (
            |it| it.receipt.as_mut().unwrap().lines.clear(),
            "receipt.lines",
        ),
    ];
    for (spoil, field) in cases {
        let mut request = receipt(1);
        spoil(&mut request);
        let status = refused(&world, MONA, request).await;
        assert_eq!(status.code(), Code::InvalidArgument, "{field}");
        let expected = ("INVALID_FIELD".to_owned(), field.to_owned());
        assert_eq!(code_and_field(&status), expected);
    }
}

#[tokio::test]
async fn what_the_ledger_fills_in_is_left_empty() {
    let world = registered().await;
    let inspector = By("nabil", Role::Inspector, CLINIC);
    let acceptance = pb::AcceptStockRequest {
        context: new(),
        facility: CLINIC.to_owned(),
        acceptance: Some(events::StockAccepted {
            order: Some("PO-1".to_owned()),
            ..events::StockAccepted::default()
        }),
    };
    let mut inventory = world.inventory();
    let accepted = inventory.accept_stock(inspector.asks(acceptance)).await;
    let status = accepted.unwrap_err();
    assert_eq!(code_and_field(&status).1, "acceptance.order");

    let repacking = pb::RepackStockRequest {
        context: new(),
        facility: CLINIC.to_owned(),
        repacking: Some(events::StockRepacked {
            document: document("P-1"),
            lines: vec![
                events::RepackLine::default(),
                events::RepackLine {
                    expiry_days: Some(20_000),
                    ..events::RepackLine::default()
                },
            ],
        }),
    };
    let status = world.inventory().repack_stock(MONA.asks(repacking)).await;
    let field = code_and_field(&status.unwrap_err()).1;
    assert_eq!(field, "repacking.lines[1].expiry_days");
}

#[tokio::test]
async fn keepers_act_for_their_own_store_and_nobody_without_a_token() {
    let world = registered().await;
    let stranger = By("omar", Role::Storekeeper, "EG-ALX-CL-9");
    let status = refused(&world, stranger, receipt(1)).await;
    assert_eq!(status.code(), Code::PermissionDenied);
    assert_eq!(code_and_field(&status).0, "NOT_OWN_FACILITY");
    let status = refused(&world, SAMI, receipt(1)).await;
    assert_eq!(code_and_field(&status).0, "ROLE_NOT_ALLOWED");
    let anonymous = world.inventory().receive_stock(receipt(1)).await;
    assert_eq!(anonymous.unwrap_err().code(), Code::Unauthenticated);
    assert!(stock(&world).await.is_empty());
}

#[tokio::test]
async fn a_count_needs_a_second_person() {
    let world = registered().await;
    let mut inventory = world.inventory();
    inventory
        .receive_stock(MONA.asks(receipt(10)))
        .await
        .unwrap();
    let line = events::CountLine {
        key: key(),
        counted: whole(9),
        expiry_days: None,
    };
    let count = pb::ProposeCountRequest {
        context: new(),
        facility: CLINIC.to_owned(),
        count: Some(events::CountProposed {
            count: "C-1".to_owned(),
            document: document("C-1"),
            lines: vec![line],
        }),
    };
    inventory.propose_count(MONA.asks(count)).await.unwrap();
    let approval = || pb::ApproveCountRequest {
        context: new(),
        facility: CLINIC.to_owned(),
        count: "C-1".to_owned(),
    };
    let herself = By("mona", Role::Approver, CLINIC);
    let status = inventory.approve_count(herself.asks(approval())).await;
    assert_eq!(code_and_field(&status.unwrap_err()).0, "STOCK_SAME_PERSON");
    let approved = inventory
        .approve_count(SAMI.asks(approval()))
        .await
        .unwrap();
    assert_eq!(approved.into_inner().count, 2, "and the finding it opens");
}

const HOSPITAL: &str = "EG-C-HO-1";

/// An approver answers for the facilities of the token, or for all where it says so; a keeper never for all.
#[tokio::test]
async fn an_approver_acts_where_the_token_says() {
    let world = registered().await;
    world.facility(HOSPITAL).await;
    let mut inventory = world.inventory();
    let close = |facility: &str| pb::ClosePeriodRequest {
        context: new(),
        facility: facility.to_owned(),
        closing: Some(events::PeriodClosed {
            period_months: 24_300,
        }),
    };
    // Whoever is let in learns that the month is not reported.
    let unbound = By("amal", Role::Approver, "-");
    let national = By("amal", Role::Approver, NATIONWIDE);
    for (by, facility, expected) in [
        (SAMI, CLINIC, "STOCK_PERIOD_NOT_REPORTED"),
        (SAMI, HOSPITAL, "NOT_OWN_FACILITY"),
        (unbound, CLINIC, "NOT_OWN_FACILITY"),
        (national, CLINIC, "STOCK_PERIOD_NOT_REPORTED"),
        (national, HOSPITAL, "STOCK_PERIOD_NOT_REPORTED"),
    ] {
        let asked = by.asks(close(facility));
        let status = inventory.close_period(asked).await.unwrap_err();
        assert_eq!(code_and_field(&status).0, expected, "{facility}");
    }

    inventory
        .submit_requisition(MONA.asks(asked(5)))
        .await
        .unwrap();
    let reject = || pb::RejectRequisitionRequest {
        context: new(),
        requisition: "Q-1".to_owned(),
        rejection: Some(events::RequisitionRejected {
            reason: "enough for a month".to_owned(),
        }),
    };
    let stranger = By("dina", Role::Approver, "EG-ALX-CL-9");
    let status = inventory.reject_requisition(stranger.asks(reject())).await;
    let status = status.unwrap_err();
    assert_eq!(code_and_field(&status).0, "NOT_OWN_FACILITY");
    let rejected = inventory.reject_requisition(national.asks(reject())).await;
    assert_eq!(rejected.unwrap().into_inner().stream, "requisition-Q-1");
    let keeper = By("omar", Role::Storekeeper, NATIONWIDE);
    let status = inventory.issue_stock(keeper.asks(issue(1))).await;
    assert_eq!(code_and_field(&status.unwrap_err()).0, "NOT_OWN_FACILITY");
}

fn asked(requested: i64) -> pb::SubmitRequisitionRequest {
    let line = events::RequisitionLine {
        item: GAUZE.to_owned(),
        on_hand: whole(0),
        requested: whole(requested),
    };
    pb::SubmitRequisitionRequest {
        context: new(),
        requisition: "Q-1".to_owned(),
        submission: Some(events::RequisitionSubmitted {
            number: "Q-1".to_owned(),
            from: CLINIC.to_owned(),
            supplier: HOSPITAL.to_owned(),
            kind: Some(events::requisition_submitted::Kind::Emergency(
                "an outbreak".to_owned(),
            )),
            lines: vec![line],
        }),
    }
}

#[tokio::test]
async fn on_a_requisition_each_side_acts_for_itself() {
    let world = registered().await;
    world.facility(HOSPITAL).await;
    let mut inventory = world.inventory();
    let hospital = By("omar", Role::Storekeeper, HOSPITAL);
    let unmet = || pb::RecordUnmetDemandRequest {
        context: new(),
        requisition: "Q-1".to_owned(),
        reason: "none is left in the country".to_owned(),
    };
    let nothing = inventory.record_unmet_demand(hospital.asks(unmet())).await;
    assert_eq!(code_and_field(&nothing.unwrap_err()).0, "NOTHING_RECORDED");

    let not_own = inventory.submit_requisition(hospital.asks(asked(5))).await;
    assert_eq!(code_and_field(&not_own.unwrap_err()).0, "NOT_OWN_FACILITY");
    let mut unasked = asked(5);
    unasked.submission.as_mut().unwrap().lines.clear();
    let empty = inventory.submit_requisition(MONA.asks(unasked)).await;
    assert_eq!(code_and_field(&empty.unwrap_err()).1, "submission.lines");
    inventory
        .submit_requisition(MONA.asks(asked(5)))
        .await
        .unwrap();

    let approval = pb::ApproveRequisitionRequest {
        context: new(),
        requisition: "Q-1".to_owned(),
        lines: Vec::new(),
    };
    let no_lines = inventory.approve_requisition(SAMI.asks(approval)).await;
    assert_eq!(code_and_field(&no_lines.unwrap_err()).1, "lines");
    let asker = inventory.record_unmet_demand(MONA.asks(unmet())).await;
    assert_eq!(code_and_field(&asker.unwrap_err()).0, "NOT_OWN_FACILITY");
    let recorded = inventory.record_unmet_demand(hospital.asks(unmet())).await;
    assert_eq!(recorded.unwrap().into_inner().stream, "requisition-Q-1");
}

#[tokio::test]
async fn a_transfer_is_closed_by_one_of_its_sides() {
    let world = registered().await;
    world.facility(HOSPITAL).await;
    let key = StockKey {
        item: ItemCode::new(GAUZE).unwrap(),
        batch: None,
        programme: None,
    };
    let shipment = transfer::Shipment {
        dispatch: transfer::DocumentRef {
            facility: FacilityId::new(HOSPITAL).unwrap(),
            revision: 0,
        },
        number: DocumentNumber::new("D-1").unwrap(),
        to: FacilityId::new(CLINIC).unwrap(),
        dispatched_on: Date::from_days(20_000).unwrap(),
        due: None,
        requisition: None,
        lines: vec![transfer::ShipmentLine {
            key,
            quantity: 5.into(),
        }],
    };
    // What the policy says when the hospital's document is recorded.
    let policy = Actor {
        id: ActorId::System,
        role: Role::System,
        position: None,
    };
    let stream = Transfer::stream(&TransferId::new("T-1").unwrap());
    let context = Context::new(Uuid::from_u128(1), policy);
    let dispatch = transfer::Command::Dispatch(shipment);
    let opened = world.ledger.execute::<Transfer>(&stream, dispatch, context);
    opened.await.unwrap();

    let close = || pb::CloseTransferRequest {
        context: new(),
        transfer: "T-1".to_owned(),
        reason: "the lorry burnt out".to_owned(),
    };
    let mut inventory = world.inventory();
    let third = By("omar", Role::Storekeeper, "EG-ALX-CL-9");
    let status = inventory.close_transfer(third.asks(close())).await;
    assert_eq!(code_and_field(&status.unwrap_err()).0, "NOT_OWN_FACILITY");
    let closed = inventory.close_transfer(MONA.asks(close())).await.unwrap();
    assert_eq!(closed.into_inner().stream, "transfer-T-1");
}

fn submission(sequence: u64, command: pb::submit_request::Command) -> pb::SubmitRequest {
    let command = Some(command);
    pb::SubmitRequest { sequence, command }
}

#[tokio::test]
async fn a_refused_command_does_not_end_the_stream() {
    use pb::submit_request::Command;
    use pb::submit_response::Outcome;
    let world = registered().await;
    let repeated = receipt(5);
    let close = pb::ClosePeriodRequest {
        context: new(),
        facility: CLINIC.to_owned(),
        closing: Some(events::PeriodClosed {
            period_months: 24_300,
        }),
    };
    let mut unreadable = receipt(1);
    unreadable.receipt.as_mut().unwrap().lines[0].key = None;
    let mut elsewhere = receipt(1);
    elsewhere.facility = "EG-ALX-CL-9".to_owned();
    let sent = vec![
        submission(7, Command::ReceiveStock(repeated.clone())),
        submission(8, Command::ReserveStock(reservation("V-1", 6))),
        submission(9, Command::ReceiveStock(unreadable)),
        pb::SubmitRequest {
            sequence: 10,
            command: None,
        },
        submission(11, Command::ClosePeriod(close)),
        submission(12, Command::ReceiveStock(elsewhere)),
        submission(13, Command::IssueStock(issue(5))),
        submission(13, Command::ReceiveStock(repeated)),
    ];
    let mut inventory = world.inventory();
    let answers = inventory.submit(MONA.asks(tokio_stream::iter(sent)));
    let answers: Vec<_> = answers.await.unwrap().into_inner().collect().await;
    let said: Vec<_> = answers
        .into_iter()
        .map(|answer| {
            let pb::SubmitResponse { sequence, outcome } = answer.unwrap();
            match outcome.unwrap() {
                Outcome::Done(done) if done.repeated => (sequence, "repeated".to_owned()),
                Outcome::Done(_) => (sequence, "done".to_owned()),
                Outcome::Refused(refusal) => {
                    assert!(!refusal.ar.is_empty() && !refusal.en.is_empty());
                    (sequence, refusal.code)
                }
            }
        })
        .collect();
    let said: Vec<_> = said.iter().map(|(n, what)| (*n, what.as_str())).collect();
    let expected = [
        (7, "done"),
        (8, "STOCK_NOT_ENOUGH"),
        (9, "INVALID_FIELD"),
        (10, "INVALID_FIELD"),
        (11, "ROLE_NOT_ALLOWED"),
        (12, "NOT_OWN_FACILITY"),
        (13, "done"),
        (13, "repeated"),
    ];
    assert_eq!(said, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_commands_are_answered_in_the_order_of_sending() {
    const COUNT: u64 = 10_000;
    let world = registered().await;
    let sent = (0..COUNT).map(|sequence| {
        submission(
            sequence,
            pb::submit_request::Command::ReceiveStock(receipt(1)),
        )
    });
    let mut inventory = world.inventory();
    let answers = inventory.submit(MONA.asks(tokio_stream::iter(sent)));
    let mut answers = answers.await.unwrap().into_inner();
    for sequence in 0..COUNT {
        let answer = answers.message().await.unwrap().unwrap();
        assert_eq!(answer.sequence, sequence);
        let Some(pb::submit_response::Outcome::Done(done)) = answer.outcome else {
            panic!("{:?}", answer.outcome);
        };
        assert_eq!(done.revision, sequence);
    }
    assert!(answers.message().await.unwrap().is_none());
    assert_eq!(world.ledger.store().size(), 2 + COUNT);
}

#[tokio::test]
async fn a_caller_who_goes_away_leaves_a_stream_that_others_command() {
    let world = registered().await;
    let first = tokio_stream::iter([submission(
        1,
        pb::submit_request::Command::ReceiveStock(receipt(1)),
    )]);
    let open = first.chain(tokio_stream::pending());
    let answers = world.inventory().submit(MONA.asks(open)).await.unwrap();
    let mut answers = answers.into_inner();
    assert!(answers.message().await.unwrap().is_some());
    drop(answers);
    let after = world.inventory().receive_stock(MONA.asks(receipt(1))).await;
    assert_eq!(after.unwrap().into_inner().revision, 1);
}

reached! { stock_methods: Command {
    Command::DeclareOpening(_) => Some("DeclareOpeningBalance"),
    Command::Receive(_) => Some("ReceiveStock"),
    Command::Accept(_) => Some("AcceptStock"),
    Command::Issue(_) => Some("IssueStock"),
    Command::Dispatch(_) => Some("DispatchStock"),
    Command::Arrive(_) => Some("RecordArrival"),
    Command::Return(_) => Some("ReturnStock"),
    Command::Adjust(_) => Some("AdjustStock"),
    Command::ProposeCount(_) => Some("ProposeCount"),
    Command::ApproveCount { .. } => Some("ApproveCount"),
    Command::WriteOff(_) => Some("WriteOffStock"),
    Command::Reserve(_) => Some("ReserveStock"),
    Command::ReleaseReservation { .. } => Some("ReleaseReservation"),
    Command::Quarantine(_) => Some("QuarantineBatch"),
    Command::Release(_) => Some("ReleaseBatch"),
    Command::Recall(_) => Some("RecallBatch"),
    Command::Repack(_) => Some("RepackStock"),
    Command::Reverse { .. } => Some("ReverseDocument"),
    Command::ReportPeriod { .. } => Some("ReportPeriod"),
    Command::ClosePeriod { .. } => Some("ClosePeriod"),
    Command::AnswerDiscrepancy(_) => Some("AnswerStockDiscrepancy"),
    Command::Import(_) => None,
} }

reached! { transfer_methods: transfer::Command {
    transfer::Command::Dispatch(_) => None,
    transfer::Command::Arrive(_) => None,
    transfer::Command::Close { .. } => Some("CloseTransfer"),
    transfer::Command::AnswerDiscrepancy(_) => Some("AnswerTransferDiscrepancy"),
} }

reached! { requisition_methods: requisition::Command {
    requisition::Command::Submit(_) => Some("SubmitRequisition"),
    requisition::Command::Approve { .. } => Some("ApproveRequisition"),
    requisition::Command::Reject(_) => Some("RejectRequisition"),
    requisition::Command::Fulfil(_) => None,
    requisition::Command::RecordUnmet { .. } => Some("RecordUnmetDemand"),
    requisition::Command::Withdraw(_) => Some("WithdrawRequisition"),
    requisition::Command::AnswerDiscrepancy(_) => Some("AnswerRequisitionDiscrepancy"),
} }

/// That each method has a row in the table is what the compiler asks of the service's trait; that each case of a command
/// has a method, what it asks of the list above; that both are the same methods, this test.
#[test]
fn every_command_has_its_method() {
    let reached = [stock_methods(), transfer_methods(), requisition_methods()].concat();
    assert_all_served("sijill.inventory.v1", "InventoryService", &reached);
}
