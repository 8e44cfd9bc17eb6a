//! Cards of buyers and suppliers.

use rust_decimal::Decimal;
use sijill_ledger_core::domain::organization::{self, Debarment};
use sijill_ledger_core::domain::tender::{CancellationGround, Ending, Event, Procedure};
use sijill_ledger_core::domain::values::{Currency, DocumentNumber, Names};
use sijill_projections::tenders::Stage;
use sijill_projections::tenders::awards::AwardFilter;

use super::common::tendering::{Story, Until, organization};
use super::common::{date, noon, text};
use super::{fed, percent, told};

/// NILE has 60 % and DELTA 40 % of what was awarded: 3,600 + 1,600.
#[test]
fn a_buyers_card() {
    let stories = [
        Story::new("T-1", "2026-01-01", &[("NILE", 600), ("DELTA", 700)]),
        Story::new("T-2", "2026-02-01", &[("DELTA", 400)]),
        Story {
            until: Until::Closed,
            ..Story::new("T-3", "2026-03-01", &[])
        },
    ];
    let mut log = told(&stories);
    let at = noon(date("2026-04-01"));
    let ending = Ending {
        ground: CancellationGround::NoDemand,
        reason: text("no longer needed"),
        proposal: None,
    };
    log.push("tender-T-3", at, Event::TenderCancelled(ending));
    let view = fed(&log.events);
    let card = view.buyer_card(at, &organization("MOH")).unwrap().value;
    assert_eq!(
        (card.tenders.count, card.cancelled.count, card.failed.count),
        (3, 1, 0)
    );
    assert_eq!((card.with_bids.count, card.single_bid.count), (2, 1));
    assert_eq!(card.single_bid_share(), Some(percent("0.5")));
    assert_eq!(card.bidders_median, Some(percent("1.5")));
    assert_eq!((card.lots_awarded.count, card.overrides.count), (2, 0));
    let egp = Currency::new("EGP").unwrap();
    assert_eq!(card.value.amount(egp), Decimal::from(1_000));
    let shares = &card.suppliers[&egp];
    assert_eq!(shares.hhi, Some(percent("5200")));
    let named = |n: usize| {
        (
            shares.suppliers[n].supplier.as_str(),
            shares.suppliers[n].share,
        )
    };
    assert_eq!(
        [named(0), named(1)],
        [
            ("NILE", Some(percent("0.6"))),
            ("DELTA", Some(percent("0.4")))
        ]
    );
    assert_eq!(card.stages[&Stage::Bidding].median, Some(percent("16")));
    assert_eq!(card.stages[&Stage::Bidding].stays.count, 3);
    assert_eq!(card.by_stage[&(Procedure::Open, Stage::Completed)].count, 2);
    assert!(view.buyer_card(at, &organization("NOBODY")).is_none());
    for index in &card.lots_awarded.inputs {
        let event = &log.events[usize::try_from(*index).unwrap()];
        let sijill_ledger_core::event::Event::Tender(Event::AwardApproved(_)) = &event.event else {
            panic!("{event:?} is no award");
        };
    }
}

#[test]
fn a_suppliers_card() {
    let override_ = Story {
        winner: "DELTA",
        departure: Some("the cheaper mill burnt down"),
        ..Story::new("T-2", "2026-02-01", &[("NILE", 400), ("DELTA", 500)])
    };
    let mut log = told(&[
        Story::new("T-1", "2026-01-01", &[("DELTA", 600)]),
        override_,
    ]);
    let debarment = Debarment {
        from: date("2026-05-01"),
        until: None,
        decision: DocumentNumber::new("D-1").unwrap(),
        grounds: text("fraud"),
    };
    let profile = organization::Profile {
        roles: [organization::Role::Supplier].into(),
        names: Names::new("دلتا", "Delta").unwrap(),
        external: sijill_ledger_core::domain::values::ExternalId::new("EG-GAFI:7").unwrap(),
        country: sijill_ledger_core::domain::values::Country::new("EG").unwrap(),
        governorate: None,
    };
    let at = noon(date("2026-04-30"));
    let registration = organization::Registration {
        profile,
        bank_account: None,
    };
    log.push(
        "organization-DELTA",
        at,
        organization::Event::OrganizationRegistered(registration),
    );
    log.push(
        "organization-DELTA",
        at,
        organization::Event::SupplierDebarred(debarment),
    );
    let view = fed(&log.events);
    let card = |day: &str| {
        view.supplier_card(noon(date(day)), &organization("DELTA"))
            .unwrap()
            .value
    };
    let now = card("2026-05-01");
    assert_eq!(
        (now.bids.count, now.counting.count, now.valid.count),
        (2, 2, 2)
    );
    assert_eq!(
        (now.lots_won.count, now.overrides.count, now.debarred),
        (2, 1, true)
    );
    assert_eq!(
        now.value.amount(Currency::new("EGP").unwrap()),
        Decimal::from(1_100)
    );
    assert_eq!(now.buyers[&organization("MOH")].lots.count, 2);
    assert!(!card("2026-04-30").debarred);
    assert_eq!(card("2026-01-25").lots_won.count, 1);
    let loser = view.supplier_card(at, &organization("NILE")).unwrap().value;
    assert_eq!((loser.bids.count, loser.lots_won.count), (1, 0));
    assert!(loser.organization.is_none(), "not registered");
}

/// No envelope says who is asked directly: the offer does.
#[test]
fn a_direct_purchase_is_its_suppliers() {
    let direct = Story {
        direct: true,
        ..Story::new("T-1", "2026-01-01", &[("DELTA", 600)])
    };
    let view = fed(&told(&[direct]).events);
    let delta = organization("DELTA");
    let at = noon(date("2026-03-01"));
    let card = view.supplier_card(at, &delta).unwrap().value;
    assert_eq!((card.lots_won.count, card.bids.count), (1, 0));
    let of_delta = AwardFilter {
        supplier: Some(delta.clone()),
        ..AwardFilter::default()
    };
    assert_eq!(view.awards(at, &of_delta).value.len(), 1);
    assert_eq!(view.unit_prices(at, &of_delta).value.len(), 1);
}
