//! What a plan was expected to cost: told by the first opening of a tender for it, or its failure, and by nobody before.

use super::*;
use crate::aggregate::Explain as _;
use crate::domain::plan::{self, Plan};
use crate::domain::tender::{Failure, FailureCause, Procedure};
use crate::domain::values::{
    Currency, Date, DocumentRef, MediaType, Money, Names, PlanId, Sha256, UnitPrice, Withheld,
};

const TENDER: &str = "T-9";

struct Planned {
    log: Log<MemoryStore>,
    /// Event ids of what states the estimate.
    estimates: Vec<Uuid>,
}

impl Planned {
    /// Huda plans, raises the estimate, and drafts a tender for it.
    async fn new() -> Self {
        let clock = manual();
        let store = Arc::new(MemoryStore::new(world::ORIGIN, Arc::clone(&clock) as _));
        let log = Log::new(store, clock).await;
        let plan = PlanId::new("P-1").unwrap();
        let huda = actor("huda", Role::ProcurementOfficer);
        let estimate = |amount: u32| {
            let currency = Currency::new("EGP").unwrap();
            Withheld::Known(Money::new(amount.into(), currency).unwrap())
        };
        let draft = world::draft(Procedure::Open);
        let of_lot = world::lot().lines.into_iter();
        let lines: Vec<_> = of_lot
            .map(|line| plan::PlanLine {
                item: line.item,
                quantity: line.quantity,
                facility: line.facility,
                needed_by: Date::parse("2026-06-30").unwrap(),
            })
            .collect();
        let need = plan::Need {
            buyer: draft.buyer.clone(),
            title: Names::new("شاش", "gauze").unwrap(),
            year: 2026,
            estimate: estimate(4_000),
            lines: lines.clone(),
        };
        let amendment = plan::Amendment {
            reason: Text::new("an outbreak").unwrap(),
            estimate: estimate(5_000),
            lines,
        };
        let stream = Plan::stream(&plan);
        for event in [
            plan::Event::NeedPlanned(need),
            plan::Event::PlanAmended(amendment),
        ] {
            log.happened(&stream, &huda, event).await;
        }
        let draft = tender::Draft {
            plan: Some(plan),
            ..draft
        };
        let events = log.events().await;
        let of_plan = events.iter().filter(|it| it.stream == stream);
        let estimates = of_plan.map(|it| it.id).collect();
        let planned = Self { log, estimates };
        planned.tender(tender::Event::TenderDrafted(draft)).await;
        planned
    }

    async fn tender(&self, event: tender::Event) {
        let stream = StreamName::of(Tender::KIND, TENDER);
        let huda = actor("huda", Role::ProcurementOfficer);
        self.log.happened(&stream, &huda, event).await;
    }

    /// A runner whose checkpoint was lost.
    async fn react(&self) {
        let policy = Arc::new(DisclosureOfPlans::default());
        let runner = PolicyRunner::new(self.log.ledger.clone(), policy, kept()).await;
        runner.unwrap().catch_up().await.unwrap();
    }

    async fn published(&self) -> Vec<bool> {
        let mut fates = Vec::new();
        for id in &self.estimates {
            let about = Disclosure::stream(*id);
            let state = self.log.ledger.state::<Disclosure>(&about).await.unwrap();
            fates.push(state.fate(0) == Some(disclosure::Fate::Disclosed));
        }
        fates
    }
}

#[tokio::test]
async fn an_estimate_of_a_plan_waits_for_the_tender_whoever_asks() {
    let planned = Planned::new().await;
    planned.react().await;
    assert_eq!(planned.published().await, [false, false]);
    let events = planned.log.events().await;
    let need = events.iter().find(|it| it.id == planned.estimates[0]);
    let by_hand = Context::new(Uuid::from_u128(900), actor("rana", Role::Registrar));
    let by_hand = planned
        .log
        .ledger
        .disclose(need.unwrap().index, 0, by_hand)
        .await;
    let refused = by_hand.unwrap_err();
    assert_eq!(refused.code(), "DISCLOSURE_STEP_RELEASES");

    planned
        .tender(tender::Event::TenderFailed(Failure {
            cause: Some(FailureCause::NoBids),
        }))
        .await;
    for _ in 0..2 {
        planned.react().await;
        assert_eq!(planned.published().await, [true, true]);
    }
    let size = planned.log.ledger.store().size();
    planned.react().await;
    assert_eq!(planned.log.ledger.store().size(), size, "once");
}

/// Nothing of a direct purchase is ever opened: its offer is the step, for the plan and for the lots.
#[tokio::test]
async fn a_direct_offer_tells_what_it_was_expected_to_cost() {
    let planned = Planned::new().await;
    planned.tender(tender::Event::LotAdded(world::lot())).await;
    let pounds = Currency::new("EGP").unwrap();
    let offer = tender::DirectOffer {
        bidder: supplier_id(),
        offer: tender::FinancialBid {
            prices: vec![tender::LinePrice {
                lot: world::lot().id,
                line: 1,
                quantity: 10.into(),
                unit_price: UnitPrice::new(40.into(), pounds).unwrap(),
            }],
            totals: vec![tender::LotTotal {
                lot: world::lot().id,
                total: Money::new(400.into(), pounds).unwrap(),
            }],
        },
        document: DocumentRef {
            title: Names::new("عرض", "offer").unwrap(),
            sha256: Sha256([4; 32]),
            bytes: 900,
            media_type: MediaType::Pdf,
        },
    };
    planned.tender(tender::Event::OfferRecorded(offer)).await;
    planned.react().await;
    assert_eq!(planned.published().await, [true, true]);

    let events = planned.log.events().await;
    let of_offer =
        |it: &&Recorded| matches!(&it.event, Event::Tender(tender::Event::OfferRecorded(_)));
    let offered = events.iter().find(of_offer).unwrap();
    let steps = DisclosureOfPending.react(offered);
    let [
        Step::Release {
            stream,
            kinds,
            last,
        },
    ] = &steps[..]
    else {
        panic!("{steps:?}");
    };
    assert_eq!((stream, *last), (&offered.stream, offered.revision));
    assert_eq!(*kinds, ["sijill.events.v1.LotAdded"]);
    let kind = crate::codec::kind_of(&offered.event);
    assert!(DisclosureOfPending.reacts_to().contains(&kind));
}
