//! The rulebook of requisitions, rule by rule.

use proptest::prelude::*;

use super::*;
use crate::domain::facility;
use crate::domain::item::{self, Category, ReferencePrice, Tracking};
use crate::domain::official::{self, Official, Seat};
use crate::domain::values::{
    Code, Currency, Date, DocumentNumber, Money, Names, OfficialId, TransferId, UnitPrice,
};
use crate::event::{Actor, Origin, Role};
use crate::testing::{Given, actor};

mod approving;

fn facility_id(id: &str) -> FacilityId {
    FacilityId::new(id).unwrap()
}

fn item_code(code: &str) -> ItemCode {
    ItemCode::new(code).unwrap()
}

fn open_facility() -> Facility {
    let profile = facility::Profile {
        names: Names::new("منشأة", "Facility").unwrap(),
        kind: facility::Kind::Clinic,
        governorate: None,
        position: None,
        population: None,
        parent: None,
        owner: None,
    };
    let opened = facility::Event::FacilityOpened(profile);
    Given::<Facility>::nothing().event(opened).state().clone()
}

/// A listed item, with a reference price such as `0.35 EGP`.
fn listed(price: Option<&str>) -> Item {
    let listed = item::Event::ItemListed(item::Profile {
        names: Names::new("صنف", "Item").unwrap(),
        category: Category::Medicine,
        base_unit: Code::new("unit").unwrap(),
        packs: Vec::new(),
        atc: None,
        unspsc: None,
        essential: true,
        cold_chain: false,
        tracking: Tracking::Quantity,
        inspected: false,
    });
    let given = Given::<Item>::nothing().event(listed);
    let Some((amount, currency)) = price.and_then(|price| price.split_once(' ')) else {
        return given.state().clone();
    };
    let price = UnitPrice::new(amount.parse().unwrap(), Currency::new(currency).unwrap());
    let set = item::Event::ReferencePriceSet(ReferencePrice {
        price: price.unwrap(),
        source: Text::new("tender 2025").unwrap(),
    });
    given.event(set).state().clone()
}

fn egp(amount: u32) -> Money {
    Money::new(amount.into(), Currency::new("EGP").unwrap()).unwrap()
}

/// An official in a post since 2025, who may approve up to a limit through 2026.
fn delegate(limit: Option<u32>) -> Official {
    let post = || Code::new("store-manager").unwrap();
    let decree = || DocumentNumber::new("D-1").unwrap();
    let day = |day| Date::parse(day).unwrap();
    let held = official::Event::PositionHeld(official::Appointment {
        post: post(),
        seat: Seat::Facility(facility_id("store")),
        names: Names::new("موظف", "Official").unwrap(),
        national_id: None,
        from: day("2025-01-01"),
        decree: decree(),
    });
    let given = Given::<Official>::nothing().event(held);
    let Some(limit) = limit else {
        return given.state().clone();
    };
    let delegated = official::Event::AuthorityDelegated(official::Delegation {
        post: post(),
        limit: egp(limit),
        from: day("2026-01-01"),
        until: day("2026-12-31"),
        delegator: None,
        decree: decree(),
    });
    given.event(delegated).state().clone()
}

/// A clinic and a store; tablets at 0.35 EGP, boxes at 12.50 EGP, gauze and lint without a price, vaccine at 2 USD. Mona may approve up
/// to 100 EGP, Omar up to 1,000, Adel up to 5,000; Sami holds a post without authority. Huda acts.
fn world() -> Given<Requisition> {
    let given = ["clinic", "store"]
        .into_iter()
        .fold(Given::nothing(), |given, id| {
            given.reading(Facility::stream(&facility_id(id)), 0, open_facility())
        });
    let items = [
        ("tablet", Some("0.35 EGP")),
        ("box", Some("12.5 EGP")),
        ("gauze", None),
        ("lint", None),
        ("vaccine", Some("2 USD")),
    ];
    let given = items.into_iter().fold(given, |given, (code, price)| {
        given.reading(Item::stream(&item_code(code)), 0, listed(price))
    });
    let officials = [
        ("mona", Some(100)),
        ("omar", Some(1_000)),
        ("adel", Some(5_000)),
        ("sami", None),
    ];
    officials.into_iter().fold(given, |given, (id, limit)| {
        let stream = Official::stream(&OfficialId::new(id).unwrap());
        given.reading(stream, 0, delegate(limit))
    })
}

fn submission(lines: &[(&str, u32)]) -> Submission {
    let line = |(item, requested): &(&str, u32)| RequisitionLine {
        item: item_code(item),
        on_hand: 3.into(),
        requested: (*requested).into(),
    };
    Submission {
        number: DocumentNumber::new("REQ-1").unwrap(),
        from: facility_id("clinic"),
        supplier: facility_id("store"),
        kind: Kind::Emergency(Text::new("measles").unwrap()),
        lines: lines.iter().map(line).collect(),
    }
}

fn submit(lines: &[(&str, u32)]) -> Command {
    Command::Submit(submission(lines))
}

fn approve(lines: &[(&str, u32)]) -> Command {
    let line = |(item, approved): &(&str, u32)| ApprovedLine {
        item: item_code(item),
        approved: (*approved).into(),
    };
    Command::Approve {
        lines: lines.iter().map(line).collect(),
    }
}

fn reject() -> Command {
    let reason = Text::new("enough for two months").unwrap();
    Command::Reject(Rejection { reason })
}

fn fulfil(dispatch: u64, lines: &[(&str, u32)]) -> Command {
    Command::Fulfil(fulfilment(dispatch, lines))
}

fn fulfilment(dispatch: u64, lines: &[(&str, u32)]) -> Fulfilment {
    Fulfilment {
        transfer: TransferId::new("T1").unwrap(),
        from: facility_id("store"),
        dispatch,
        to: facility_id("clinic"),
        lines: quantities(lines),
    }
}

fn quantities(lines: &[(&str, u32)]) -> Vec<ItemQuantity> {
    let line = |(item, quantity): &(&str, u32)| ItemQuantity {
        item: item_code(item),
        quantity: (*quantity).into(),
    };
    lines.iter().map(line).collect()
}

fn unmet() -> Command {
    let reason = Text::new("the supplier did not deliver").unwrap();
    Command::RecordUnmet { reason }
}

fn withdraw() -> Command {
    let reason = Text::new("a donation came").unwrap();
    Command::Withdraw(Withdrawal { reason })
}

fn who(id: &str) -> Actor {
    actor(id, Role::Approver)
}

fn system() -> Actor {
    Actor {
        id: ActorId::System,
        role: Role::System,
        position: None,
    }
}

/// 200 tablets and 3 boxes asked for: 107.50 EGP.
fn submitted() -> Given<Requisition> {
    world().when(submit(&[("tablet", 200), ("box", 3)]))
}

/// The same, approved by Omar with 100 tablets fewer.
fn approved() -> Given<Requisition> {
    let lowered = approve(&[("tablet", 100), ("box", 3)]);
    submitted().by(who("omar")).when(lowered)
}

/// The rules that the last command's discrepancies name, with what was expected and found, in order.
fn broken(given: &Given<Requisition>) -> Vec<(BrokenRule, u32, u32)> {
    let number = |decimal: Decimal| u32::try_from(decimal).unwrap();
    let rule = |event: &Event| {
        if let Event::DiscrepancyOpened(d) = event {
            Some((d.rule, number(d.expected), number(d.found)))
        } else {
            None
        }
    };
    given.last().iter().filter_map(rule).collect()
}

#[test]
fn a_request_names_open_facilities_and_listed_items_once() {
    assert_eq!(submitted().last().len(), 1);
    let refused = |change: fn(&mut Submission)| {
        let mut submission = submission(&[("tablet", 200), ("box", 3)]);
        change(&mut submission);
        world().when(Command::Submit(submission)).refused()
    };
    let unknown = refused(|s| s.supplier = facility_id("nowhere"));
    let facility = facility_id("nowhere");
    assert_eq!(unknown, Refusal::FacilityUnknown { facility });
    let own = refused(|s| s.supplier = facility_id("clinic"));
    assert_eq!(own, Refusal::SameFacility);
    let none = refused(|s| s.lines.clear());
    assert_eq!(none, Refusal::LineCount { lines: 0 });
    let twice = refused(|s| s.lines[1].item = item_code("tablet"));
    let item = item_code("tablet");
    assert_eq!(twice, Refusal::DuplicateLine { item: item.clone() });
    let zero = refused(|s| s.lines[0].requested = Quantity::ZERO);
    assert_eq!(zero, Refusal::ZeroQuantity { item });
    let unlisted = refused(|s| s.lines[0].item = item_code("gold"));
    let item = item_code("gold");
    assert_eq!(unlisted, Refusal::ItemNotListed { item });
    let again = submitted().when(submit(&[("tablet", 1)]));
    assert_eq!(again.refused(), Refusal::Submitted);
}

#[test]
fn a_closed_facility_neither_asks_nor_supplies() {
    let reason = Text::new("merged").unwrap();
    let closed = facility::Event::FacilityClosed(facility::Closure { reason });
    let profile = open_facility().profile().unwrap().clone();
    let given = Given::<Facility>::nothing().event(facility::Event::FacilityOpened(profile));
    let closed = given.event(closed).state().clone();
    let facility = facility_id("store");
    let world = world().reading(Facility::stream(&facility), 1, closed);
    let refused = world.when(submit(&[("tablet", 1)])).refused();
    assert_eq!(refused, Refusal::FacilityClosed { facility });
}

#[test]
fn what_was_sent_back_may_be_submitted_again_by_the_same_facility() {
    let rejected = submitted().by(who("omar")).when(reject());
    assert!(matches!(rejected.state(), Requisition::Rejected(_)));
    let rejected = rejected.by(who("laila"));
    let mut other = submission(&[("tablet", 50)]);
    (other.from, other.supplier) = (other.supplier, other.from);
    let from = facility_id("clinic");
    assert_eq!(
        rejected.clone().when(Command::Submit(other)).refused(),
        Refusal::RequesterChanges { from }
    );
    let again = rejected.when(submit(&[("tablet", 50)]));
    let refused = |who_id: &str| {
        let again = again.clone().by(who(who_id));
        again.when(approve(&[("tablet", 50)])).refused()
    };
    assert_eq!(
        refused("huda"),
        Refusal::OwnRequisition,
        "submitted it first"
    );
    assert_eq!(
        refused("laila"),
        Refusal::OwnRequisition,
        "submitted it again"
    );
    let approved = again.by(who("mona")).when(approve(&[("tablet", 50)]));
    assert!(matches!(approved.state(), Requisition::Approved(_)));
    // What was submitted again, not what was sent back.
    let revision = Some(2);
    assert_eq!(approved.wanted(), Wanted::Approval { revision });
}

#[test]
fn the_submitter_does_not_reject_but_withdraws() {
    let own = submitted().when(reject());
    assert_eq!(own.refused(), Refusal::OwnRequisition);
    let withdrawn = submitted().when(withdraw());
    assert!(matches!(withdrawn.state(), Requisition::Closed(_)));
    assert_eq!(withdrawn.when(withdraw()).refused(), Refusal::Closed);
    assert!(approved().when(withdraw()).accepted());
    assert_eq!(approved().when(reject()).refused(), Refusal::NotWaiting);
    assert_eq!(world().when(withdraw()).refused(), Refusal::NotSubmitted);
    assert_eq!(world().when(reject()).refused(), Refusal::NotSubmitted);
}

#[test]
fn batches_of_an_item_are_one_line_of_what_was_sent() {
    let lines = [("tablet", 30), ("box", 1), ("tablet", 20)];
    let sent = approved().by(system()).when(fulfil(7, &lines));
    assert_eq!(broken(&sent), []);
    let [Event::RequisitionFulfilled(fulfilled)] = sent.last() else {
        panic!("{:?}", sent.last())
    };
    assert_eq!(fulfilled.lines, quantities(&[("tablet", 50), ("box", 1)]));
    let sheet = sent.state().sheet().unwrap();
    assert_eq!(sheet.sent(&item_code("tablet")), Decimal::from(50));
    let again = sent.clone().when(fulfil(7, &[("tablet", 1)]));
    let (facility, revision) = (facility_id("store"), 7);
    assert_eq!(
        again.refused(),
        Refusal::DispatchCounted { facility, revision }
    );
    let by_hand = sent.by(who("huda")).when(fulfil(8, &[("tablet", 1)]));
    assert_eq!(by_hand.refused(), Refusal::NotAPolicy);
}

#[test]
fn what_was_not_approved_and_sent_is_recorded_and_questioned() {
    let sent = approved().by(system());
    let above = sent.clone().when(fulfil(7, &[("tablet", 90)]));
    assert_eq!(broken(&above), []);
    let above = above.when(fulfil(8, &[("tablet", 15), ("gauze", 4)]));
    assert_eq!(
        broken(&above),
        [
            (BrokenRule::AboveApproved, 10, 15),
            (BrokenRule::NotRequested, 0, 4)
        ]
    );
    let more = above.when(fulfil(9, &[("tablet", 1)]));
    assert_eq!(broken(&more), [(BrokenRule::AboveApproved, 0, 1)]);
    let mut elsewhere = fulfilment(7, &[("tablet", 5), ("box", 1)]);
    (elsewhere.from, elsewhere.to) = (facility_id("depot"), facility_id("school"));
    let elsewhere = sent.when(Command::Fulfil(elsewhere));
    assert_eq!(
        broken(&elsewhere),
        [
            (BrokenRule::OtherSupplier, 0, 5),
            (BrokenRule::OtherReceiver, 0, 5)
        ]
    );
}

#[test]
fn what_was_sent_at_another_stage_is_questioned() {
    let send =
        |given: Given<Requisition>| broken(&given.by(system()).when(fulfil(7, &[("tablet", 5)])));
    assert_eq!(send(submitted()), [(BrokenRule::NotApproved, 0, 5)]);
    let rejected = submitted().by(who("omar")).when(reject());
    assert_eq!(send(rejected), [(BrokenRule::NotApproved, 0, 5)]);
    let withdrawn = submitted().when(withdraw());
    assert_eq!(send(withdrawn), [(BrokenRule::AfterClosing, 0, 5)]);
    let unknown = world().by(system()).when(fulfil(7, &[("tablet", 5)]));
    assert_eq!(unknown.refused(), Refusal::NotSubmitted);
}

#[test]
fn unmet_demand_is_what_was_approved_and_not_sent() {
    let sent = approved()
        .by(system())
        .when(fulfil(7, &[("tablet", 40), ("box", 3)]));
    let recorded = sent.clone().by(who("mona")).when(unmet());
    let [Event::UnmetDemandRecorded(demand)] = recorded.last() else {
        panic!("{:?}", recorded.last())
    };
    assert_eq!(demand.lines, quantities(&[("tablet", 60)]));
    assert_eq!(recorded.when(unmet()).refused(), Refusal::Closed);
    let all = sent.when(fulfil(8, &[("tablet", 60)]));
    assert_eq!(all.when(unmet()).refused(), Refusal::NothingUnmet);
    let before = submitted().when(unmet());
    let [Event::UnmetDemandRecorded(demand)] = before.last() else {
        panic!("{:?}", before.last())
    };
    assert_eq!(demand.lines, quantities(&[("tablet", 200), ("box", 3)]));
    let rejected = submitted().by(who("omar")).when(reject());
    assert_eq!(rejected.when(unmet()).refused(), Refusal::NotWaiting);
}

#[test]
fn a_discrepancy_is_answered_once() {
    let answer = Command::AnswerDiscrepancy(DiscrepancyAnswer {
        id: DiscrepancyId::new("D3").unwrap(),
        answer: Text::new("a whole box").unwrap(),
    });
    let id = DiscrepancyId::new("D3").unwrap();
    let unknown = Refusal::DiscrepancyUnknown { id };
    assert_eq!(approved().when(answer.clone()).refused(), unknown);
    let above = approved().by(system()).when(fulfil(7, &[("box", 4)]));
    assert_eq!(broken(&above), [(BrokenRule::AboveApproved, 3, 4)]);
    let answered = above.by(who("mona")).when(answer.clone());
    assert!(answered.accepted());
    assert_eq!(answered.when(answer).refused(), unknown);
}

#[test]
fn imported_history_skips_the_rules_of_decisions() {
    let origin = Origin::Import {
        file: crate::domain::values::Sha256([0; 32]),
        line: 2,
    };
    let import = Given::<Requisition>::nothing()
        .by(actor("adel", Role::Administrator))
        .origin(origin);
    let closed = import
        .when(submit(&[("tablet", 10)]))
        .when(approve(&[("tablet", 10)]))
        .when(fulfil(3, &[("tablet", 8)]))
        .when(unmet());
    assert!(closed.accepted());
    assert!(matches!(closed.state(), Requisition::Closed(_)));
}

#[derive(Clone, Debug)]
enum Deed {
    Submit(u32),
    Approve(&'static str, u32),
    Reject(&'static str),
    Fulfil(u64, u32),
    Unmet,
    Withdraw,
}

fn deed() -> impl Strategy<Value = Deed> {
    let people = || proptest::sample::select(vec!["huda", "mona", "omar", "adel", "sami"]);
    prop_oneof![
        (0..400_u32).prop_map(Deed::Submit),
        (people(), 0..400_u32).prop_map(|(who, n)| Deed::Approve(who, n)),
        people().prop_map(Deed::Reject),
        (0..5_u64, 1..100_u32).prop_map(|(dispatch, n)| Deed::Fulfil(dispatch, n)),
        Just(Deed::Unmet),
        Just(Deed::Withdraw),
    ]
}

proptest! {
    /// Whatever is asked in whatever order: nothing panics, what is decided can be remembered (`when` does it), what is
    /// approved is never more than asked for, and what was sent is never forgotten.
    #[test]
    fn any_order_of_commands(deeds in proptest::collection::vec(deed(), 0..25)) {
        let (mut given, mut sent) = (world(), Decimal::ZERO);
        for deed in deeds {
            given = match deed {
                Deed::Submit(n) => given.by(who("huda")).when(submit(&[("tablet", n)])),
                Deed::Approve(id, n) => given.by(who(id)).when(approve(&[("tablet", n)])),
                Deed::Reject(id) => given.by(who(id)).when(reject()),
                Deed::Fulfil(dispatch, n) => {
                    let given = given.by(system()).when(fulfil(dispatch, &[("tablet", n)]));
                    if given.accepted() {
                        sent += Decimal::from(n);
                    }
                    given
                }
                Deed::Unmet => given.when(unmet()),
                Deed::Withdraw => given.when(withdraw()),
            };
            let Some(sheet) = given.state().sheet() else {
                continue;
            };
            let tablet = item_code("tablet");
            prop_assert!(sheet.approved(&tablet) <= sheet.requested(&tablet));
            prop_assert_eq!(sheet.sent(&tablet), sent);
        }
    }
}
