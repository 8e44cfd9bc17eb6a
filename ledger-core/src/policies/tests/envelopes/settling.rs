//! What an ended tender did not use of its plan is there again, whichever came first on the log.

use super::*;
use crate::domain::plan::{self, Plan};
use crate::domain::tender::{CancellationGround, Ending, Procedure};
use crate::domain::values::{Currency, Date, Money, Names, PlanId, Withheld};

const TENDER: &str = "T-9";

/// A plan for all that the world's lot asks for, approved, and the draft of a tender that carries it out.
async fn planned() -> Log<MemoryStore> {
    let clock = manual();
    let store = Arc::new(MemoryStore::new(world::ORIGIN, Arc::clone(&clock) as _));
    let log = Log::new(store, clock).await;
    let draft = world::draft(Procedure::Open);
    let line = |line: tender::LotLine| plan::PlanLine {
        item: line.item,
        quantity: line.quantity,
        facility: line.facility,
        needed_by: Date::parse("2026-06-30").unwrap(),
    };
    let need = plan::Need {
        buyer: draft.buyer.clone(),
        title: Names::new("شاش", "gauze").unwrap(),
        year: 2026,
        estimate: Withheld::Known(Money::new(4_000.into(), Currency::new("EGP").unwrap()).unwrap()),
        lines: world::lot().lines.into_iter().map(line).collect(),
    };
    let by = |name| actor(name, Role::ProcurementOfficer);
    let happened = async |stream: &StreamName, name, event: crate::event::Event| {
        log.happened(stream, &by(name), event).await;
    };
    happened(&stream(), "huda", plan::Event::NeedPlanned(need).into()).await;
    let approval = plan::Approval {
        read: 0,
        limit: None,
    };
    happened(
        &stream(),
        "omar",
        plan::Event::PlanApproved(approval).into(),
    )
    .await;
    let draft = tender::Draft {
        plan: Some(PlanId::new("P-1").unwrap()),
        ..draft
    };
    happened(
        &tender_stream(),
        "huda",
        tender::Event::TenderDrafted(draft).into(),
    )
    .await;
    happened(
        &tender_stream(),
        "huda",
        tender::Event::LotAdded(world::lot()).into(),
    )
    .await;
    log
}

fn stream() -> StreamName {
    Plan::stream(&PlanId::new("P-1").unwrap())
}

fn tender_stream() -> StreamName {
    StreamName::of(Tender::KIND, TENDER)
}

async fn taken(log: &Log<MemoryStore>) {
    let line = |line: tender::LotLine| plan::TakenLine {
        item: line.item,
        facility: line.facility,
        quantity: line.quantity,
    };
    let taking = plan::Event::PlanTaken(plan::Taking {
        tender: TENDER.to_owned().try_into().unwrap(),
        lines: world::lot().lines.into_iter().map(line).collect(),
    });
    let huda = actor("huda", Role::ProcurementOfficer);
    log.happened(&stream(), &huda, taking).await;
}

async fn dropped(log: &Log<MemoryStore>) {
    let ending = tender::Event::TenderCancelled(Ending {
        ground: CancellationGround::NoDemand,
        reason: Text::new("a donation came").unwrap(),
        proposal: None,
    });
    let huda = actor("huda", Role::ProcurementOfficer);
    log.happened(&tender_stream(), &huda, ending).await;
}

/// With a runner whose checkpoint was lost.
async fn settled(log: &Log<MemoryStore>) -> Vec<bool> {
    let policy = Arc::new(SettlementOfPlans::default());
    let runner = PolicyRunner::new(log.ledger.clone(), policy, kept()).await;
    runner.unwrap().catch_up().await.unwrap();
    let plan = log.ledger.state::<Plan>(&stream()).await.unwrap();
    let takings = plan.sheet().unwrap().takings();
    takings
        .map(|(_, it)| it.settled && it.needs.is_empty())
        .collect()
}

#[tokio::test]
async fn a_draft_that_is_given_up_leaves_its_plan_to_others() {
    let log = planned().await;
    assert!(settled(&log).await.is_empty());
    taken(&log).await;
    assert_eq!(settled(&log).await, [false]);
    dropped(&log).await;
    assert_eq!(settled(&log).await, [true]);
    let size = log.ledger.store().size();
    assert_eq!(settled(&log).await, [true]);
    assert_eq!(log.ledger.store().size(), size, "once");
}

/// The draft was read before it was given up, and its taking recorded after.
#[tokio::test]
async fn what_was_taken_late_comes_back_too() {
    let log = planned().await;
    dropped(&log).await;
    assert!(settled(&log).await.is_empty());
    taken(&log).await;
    assert_eq!(settled(&log).await, [true]);
}

/// Most tenders carry out no plan, and some took nothing of theirs.
#[tokio::test]
async fn a_tender_that_took_nothing_asks_for_nothing() {
    let log = planned().await;
    dropped(&log).await;
    let size = log.ledger.store().size();
    assert!(settled(&log).await.is_empty());
    assert_eq!(log.ledger.store().size(), size);
}
