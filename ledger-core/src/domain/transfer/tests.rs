//! The rulebook of transfers, rule by rule.

use proptest::prelude::*;

use super::*;
use crate::domain::facility;
use crate::domain::values::{Batch, Date, DocumentNumber, ItemCode, Names, OfficialId};
use crate::event::{Actor, Origin};
use crate::testing::{Given, actor, official};

fn system() -> Actor {
    Actor {
        id: ActorId::System,
        role: Role::System,
        position: None,
    }
}

fn id(facility: &str) -> FacilityId {
    FacilityId::new(facility).unwrap()
}

fn key(item: &str) -> StockKey {
    let batch = Some(Batch::new("A").unwrap());
    StockKey {
        item: ItemCode::new(item).unwrap(),
        batch,
        programme: None,
    }
}

fn nothing() -> Given<Transfer> {
    Given::nothing().by(system())
}

/// What the store sent to the clinic, by item.
fn shipment(revision: u64, lines: &[(&str, u32)]) -> Shipment {
    let line = |(item, quantity): &(&str, u32)| ShipmentLine {
        key: key(item),
        quantity: (*quantity).into(),
    };
    Shipment {
        dispatch: DocumentRef {
            facility: id("store"),
            revision,
        },
        number: DocumentNumber::new("DSP-1").unwrap(),
        to: id("clinic"),
        dispatched_on: Date::parse("2026-01-01").unwrap(),
        due: None,
        requisition: None,
        lines: lines.iter().map(line).collect(),
    }
}

/// What the clinic found, by item: accepted, rejected, lost.
fn receipt(revision: u64, lines: &[(&str, [u32; 3])]) -> Receipt {
    let line = |(item, [accepted, rejected, lost]): &(&str, [u32; 3])| ReceiptLine {
        key: key(item),
        accepted: (*accepted).into(),
        rejected: (*rejected).into(),
        lost: (*lost).into(),
        reason: None,
    };
    Receipt {
        arrival: DocumentRef {
            facility: id("clinic"),
            revision,
        },
        number: DocumentNumber::new("ARR-1").unwrap(),
        from: id("store"),
        arrived_on: Date::parse("2026-01-03").unwrap(),
        lines: lines.iter().map(line).collect(),
    }
}

fn dispatch(revision: u64, lines: &[(&str, u32)]) -> Command {
    Command::Dispatch(shipment(revision, lines))
}

fn arrive(revision: u64, lines: &[(&str, [u32; 3])]) -> Command {
    Command::Arrive(receipt(revision, lines))
}

fn close() -> Command {
    let reason = Text::new("lost on the road").unwrap();
    Command::Close { reason }
}

/// 100 tablets and 10 syringes left.
fn sent() -> Given<Transfer> {
    nothing().when(dispatch(4, &[("tablet", 100), ("syringe", 10)]))
}

/// The rules that the last command's discrepancies name, in order.
fn broken(given: &Given<Transfer>) -> Vec<BrokenRule> {
    let rule = |event: &Event| {
        if let Event::DiscrepancyOpened(discrepancy) = event {
            Some(discrepancy.rule)
        } else {
            None
        }
    };
    given.last().iter().filter_map(rule).collect()
}

fn in_transit(given: &Given<Transfer>, item: &str) -> Decimal {
    let account = given.state().account().unwrap();
    account.balance(&key(item)).in_transit()
}

fn is_closed(given: &Given<Transfer>) -> bool {
    matches!(given.state(), Transfer::Closed(_))
}

#[test]
fn what_left_is_in_transit_until_it_is_settled() {
    let partly = sent().when(arrive(1, &[("tablet", [80, 5, 3])]));
    assert_eq!(broken(&partly), [BrokenRule::ShortOrRejected]);
    assert_eq!(in_transit(&partly, "tablet"), Decimal::from(12));
    assert_eq!(in_transit(&partly, "syringe"), Decimal::from(10));
    assert!(!is_closed(&partly));
    let whole = partly.when(arrive(
        2,
        &[("tablet", [12, 0, 0]), ("syringe", [10, 0, 0])],
    ));
    assert_eq!(broken(&whole), []);
    let end = Closure {
        reason: None,
        lost: Vec::new(),
    };
    assert_eq!(whole.last().last(), Some(&Event::TransferClosed(end)));
    assert!(is_closed(&whole));
}

#[test]
fn a_document_counts_once() {
    let counted = |facility: &str, revision| Refusal::DocumentCounted {
        facility: id(facility),
        revision,
    };
    let again = sent().when(dispatch(4, &[("tablet", 1)]));
    assert_eq!(again.refused(), counted("store", 4));
    let arrived = sent().when(arrive(1, &[("tablet", [1, 0, 0])]));
    let again = arrived.when(arrive(1, &[("tablet", [1, 0, 0])]));
    assert_eq!(again.refused(), counted("clinic", 1));
}

#[test]
fn a_transfer_of_many_lines_leaves_with_several_documents() {
    let second = sent().when(dispatch(5, &[("tablet", 50), ("gauze", 2)]));
    assert_eq!(broken(&second), []);
    assert_eq!(in_transit(&second, "tablet"), Decimal::from(150));
    let mut elsewhere = shipment(6, &[("gauze", 7)]);
    elsewhere.to = id("school");
    let other = second.when(Command::Dispatch(elsewhere));
    assert_eq!(broken(&other), [BrokenRule::OtherRoute]);
    assert_eq!(
        in_transit(&other, "gauze"),
        Decimal::from(9),
        "it left all the same"
    );
    assert_eq!(other.state().account().unwrap().route().to, id("clinic"));
}

#[test]
fn more_than_is_in_transit_is_recorded_and_questioned() {
    let above = sent().when(arrive(1, &[("tablet", [101, 0, 0])]));
    assert_eq!(broken(&above), [BrokenRule::AboveInTransit]);
    assert_eq!(in_transit(&above, "tablet"), Decimal::from(-1));
    assert!(!is_closed(&above), "ten syringes are missing");
    let [_, Event::DiscrepancyOpened(opened)] = above.last() else {
        panic!("{:?}", above.last())
    };
    assert_eq!(
        (opened.id.as_str(), opened.expected, opened.found),
        ("D2", 100.into(), 101.into())
    );
    let settled = above.when(arrive(2, &[("syringe", [10, 0, 0])]));
    assert!(is_closed(&settled));
}

#[test]
fn an_arrival_whose_dispatch_is_not_known_waits_for_it() {
    let early = nothing().when(arrive(1, &[("tablet", [60, 0, 0])]));
    assert_eq!(broken(&early), [BrokenRule::AboveInTransit]);
    assert!(matches!(early.state(), Transfer::Awaited(_)));
    assert_eq!(early.state().in_transit(&key("tablet")), None);
    let known = early.clone().when(dispatch(4, &[("tablet", 100)]));
    assert_eq!(broken(&known), []);
    assert_eq!(
        known.state().in_transit(&key("tablet")),
        Some(Decimal::from(40))
    );
    let exactly = early.clone().when(dispatch(4, &[("tablet", 60)]));
    assert!(is_closed(&exactly), "both sides are known and agree");
    let mut other = shipment(4, &[("tablet", 60)]);
    other.to = id("school");
    let other = early.when(Command::Dispatch(other));
    assert_eq!(broken(&other), [BrokenRule::OtherRoute]);
    assert_eq!(other.state().account().unwrap().route().to, id("school"));
}

#[test]
fn another_receiver_or_sender_is_questioned_once_for_each_document() {
    let lines = [("tablet", [100, 0, 0]), ("syringe", [10, 0, 0])];
    let mut elsewhere = receipt(1, &lines);
    elsewhere.arrival.facility = id("school");
    let arrived = sent().when(Command::Arrive(elsewhere));
    assert_eq!(broken(&arrived), [BrokenRule::OtherReceiver]);
    assert!(is_closed(&arrived));
    let mut from_another = receipt(1, &lines);
    from_another.from = id("depot");
    let arrived = sent().when(Command::Arrive(from_another));
    assert_eq!(broken(&arrived), [BrokenRule::OtherSender]);
}

#[test]
fn what_is_missing_is_given_up_and_may_be_found_again() {
    let partly = sent().when(arrive(1, &[("tablet", [80, 0, 0])]));
    let closed = partly.by(official("huda")).when(close());
    let [Event::TransferClosed(closure)] = closed.last() else {
        panic!("{:?}", closed.last())
    };
    let lost = |item: &str, quantity: u32| ShipmentLine {
        key: key(item),
        quantity: quantity.into(),
    };
    assert_eq!(closure.lost, [lost("syringe", 10), lost("tablet", 20)]);
    assert!(is_closed(&closed));
    assert_eq!(closed.clone().when(close()).refused(), Refusal::Closed);
    let late = closed
        .by(system())
        .when(arrive(2, &[("tablet", [15, 0, 1])]));
    assert_eq!(
        broken(&late),
        [BrokenRule::AfterClosing, BrokenRule::ShortOrRejected]
    );
    let tablets = late.state().account().unwrap().balance(&key("tablet"));
    let expected = Balance {
        dispatched: 100.into(),
        accepted: 95.into(),
        rejected: 0.into(),
        lost: 5.into(),
        given_up: 4.into(),
    };
    assert_eq!(tablets, expected);
    assert_eq!(tablets.in_transit(), Decimal::ZERO);
}

#[test]
fn a_later_dispatch_opens_the_transfer_again() {
    let lines = [("tablet", [100, 0, 0]), ("syringe", [10, 0, 0])];
    let closed = sent().when(arrive(1, &lines));
    let again = closed.when(dispatch(9, &[("gauze", 3)]));
    assert!(matches!(again.state(), Transfer::InTransit(_)));
    assert!(is_closed(&again.when(arrive(2, &[("gauze", [3, 0, 0])]))));
}

#[test]
fn giving_up_more_than_one_event_holds_takes_several() {
    let names: Vec<String> = (0..350).map(|n| format!("item-{n:03}")).collect();
    let lines: Vec<(&str, u32)> = names.iter().map(|name| (name.as_str(), 1)).collect();
    let sent = nothing()
        .when(dispatch(1, &lines[..200]))
        .when(dispatch(2, &lines[200..]));
    let closed = sent.by(official("huda")).when(close());
    let lost: Vec<usize> = closed
        .last()
        .iter()
        .map(|event| {
            let Event::TransferClosed(closure) = event else {
                panic!("{event:?}")
            };
            closure.lost.len()
        })
        .collect();
    assert_eq!(lost, [200, 150]);
    assert!(is_closed(&closed));
}

#[test]
fn closing_is_for_either_side() {
    let kept_by = |keeper: &str| {
        let keeper = OfficialId::new(keeper).unwrap();
        let opened = facility::Event::FacilityOpened(facility::Profile {
            names: Names::new("مخزن", "Store").unwrap(),
            kind: facility::Kind::Warehouse,
            governorate: None,
            position: None,
            population: None,
            parent: None,
            owner: None,
        });
        let handed = facility::Event::CustodyHandedOver(facility::Handover {
            from: None,
            to: keeper,
        });
        let given = Given::<Facility>::nothing().event(opened).event(handed);
        given.state().clone()
    };
    let sent = sent()
        .reading(Facility::stream(&id("store")), 1, kept_by("mona"))
        .reading(Facility::stream(&id("clinic")), 1, kept_by("huda"));
    let side = Refusal::NotASide {
        from: id("store"),
        to: id("clinic"),
    };
    for (who, allowed) in [
        (official("huda"), true),
        (official("mona"), true),
        (official("adel"), false),
        (actor("adel", Role::ProcurementOfficer), true),
        (actor("adel", Role::Approver), false),
        (actor("adel", Role::Auditor), false),
        (system(), false),
    ] {
        let outcome = sent.clone().by(who).when(close());
        if allowed {
            assert!(outcome.accepted());
        } else {
            assert_eq!(outcome.refused(), side);
        }
    }
    let reads = sent.state().reads(&Transfer::stream(&t1()), &close());
    assert_eq!(
        reads,
        [
            Facility::stream(&id("store")),
            Facility::stream(&id("clinic"))
        ]
    );
    assert_eq!(nothing().when(close()).refused(), Refusal::Unknown);
}

fn t1() -> TransferId {
    TransferId::new("T1").unwrap()
}

#[test]
fn documents_are_brought_by_sijill_or_imported() {
    let lines = [("tablet", 1)];
    let by_hand = nothing().by(official("huda")).when(dispatch(1, &lines));
    assert_eq!(by_hand.refused(), Refusal::NotAPolicy);
    let origin = Origin::Import {
        file: crate::domain::values::Sha256([0; 32]),
        line: 2,
    };
    let imported = nothing().by(actor("adel", Role::Administrator));
    let imported = imported.origin(origin).when(dispatch(1, &lines));
    assert!(imported.accepted());
    assert!(imported.when(close()).accepted());
}

#[test]
fn lines_are_counted_and_move_something() {
    let code = |lines: &[(&str, u32)]| nothing().when(dispatch(1, lines)).refused();
    assert_eq!(code(&[]), Refusal::LineCount { lines: 0 });
    let duplicate = Refusal::DuplicateLine { key: key("tablet") };
    assert_eq!(code(&[("tablet", 1), ("tablet", 2)]), duplicate);
    let zero = Refusal::ZeroQuantity { key: key("tablet") };
    assert_eq!(code(&[("tablet", 0)]), zero);
    let nothing_came = sent().when(arrive(1, &[("tablet", [0, 0, 0])]));
    assert_eq!(nothing_came.refused(), zero);
    let mut huge = shipment(1, &[("tablet", 1)]);
    huge.lines[0].quantity = Quantity::parse("1000000000000").unwrap();
    let mut more = huge.clone();
    more.dispatch.revision = 2;
    let huge = nothing().when(Command::Dispatch(huge));
    let too_large = Refusal::TooLarge { key: key("tablet") };
    assert_eq!(huge.when(Command::Dispatch(more)).refused(), too_large);
}

#[test]
fn a_discrepancy_is_answered_once() {
    let answer = |id: &str| {
        Command::AnswerDiscrepancy(DiscrepancyAnswer {
            id: DiscrepancyId::new(id).unwrap(),
            answer: Text::new("miscounted").unwrap(),
        })
    };
    let short = sent().when(arrive(1, &[("tablet", [99, 1, 0])]));
    let answered = short.by(official("huda")).when(answer("D2"));
    assert!(answered.accepted());
    let unknown = |id: &str| Refusal::DiscrepancyUnknown {
        id: DiscrepancyId::new(id).unwrap(),
    };
    assert_eq!(answered.when(answer("D2")).refused(), unknown("D2"));
    assert_eq!(nothing().when(answer("D0")).refused(), unknown("D0"));
}

#[test]
fn histories_that_could_not_have_happened() {
    let lost = |quantity: u32| {
        Event::TransferClosed(Closure {
            reason: None,
            lost: vec![ShipmentLine {
                key: key("tablet"),
                quantity: quantity.into(),
            }],
        })
    };
    assert!(!nothing().possible(&lost(1)), "nothing is known");
    assert!(!sent().possible(&lost(99)), "100 are missing");
    assert!(!sent().possible(&lost(100)), "ten syringes are left");
    let same = Event::TransferDispatched(shipment(4, &[("tablet", 1)]));
    assert!(!sent().possible(&same), "the document counts already");
}

/// A step of a random history.
#[derive(Clone, Debug)]
enum Deed {
    Dispatch(u64, u32),
    Arrive(u64, [u32; 3]),
    Close,
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        (0..6_u64, 1..50_u32).prop_map(|(revision, quantity)| Deed::Dispatch(revision, quantity)),
        (0..6_u64, [0..30_u32, 0..10, 0..10]).prop_map(|(revision, q)| Deed::Arrive(revision, q)),
        Just(Deed::Close),
    ]
}

proptest! {
    /// Whatever happens in whatever order: nothing panics, what is decided can be remembered (`when` does it), the account
    /// adds up, and a closed transfer has nothing in transit.
    #[test]
    fn the_account_adds_up(deeds in proptest::collection::vec(deed(), 0..20)) {
        let (mut given, mut left, mut settled) = (nothing(), Decimal::ZERO, Decimal::ZERO);
        for deed in deeds {
            given = match deed {
                Deed::Dispatch(revision, quantity) => {
                    let given = given.by(system()).when(dispatch(revision, &[("tablet", quantity)]));
                    if given.accepted() {
                        left += Decimal::from(quantity);
                    }
                    given
                }
                Deed::Arrive(revision, q) => {
                    let given = given.by(system()).when(arrive(revision, &[("tablet", q)]));
                    if given.accepted() {
                        settled += Decimal::from(q.iter().sum::<u32>());
                    }
                    given
                }
                Deed::Close => given.by(official("huda")).when(close()),
            };
            let Some(account) = given.state().account() else {
                continue;
            };
            let balance = account.balance(&key("tablet"));
            prop_assert_eq!(balance.dispatched, left);
            prop_assert!(balance.given_up >= Decimal::ZERO && balance.given_up <= balance.lost);
            let recorded = balance.accepted + balance.rejected + balance.lost;
            prop_assert_eq!(left, recorded + balance.in_transit());
            prop_assert!(recorded >= settled.min(left), "nothing that came is forgotten");
            let closed = matches!(given.state(), Transfer::Closed(_));
            prop_assert!(!closed || account.is_settled());
        }
    }
}
