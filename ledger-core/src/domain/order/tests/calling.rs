//! Orders that framework agreements place, and orders that only name one.

use super::*;
use crate::aggregate::Readings;
use crate::domain::framework::Framework;
use crate::domain::ruleset::ProcurementRules;

fn agreement() -> Basis {
    Basis::CallOff(ContractId::new("T-1").unwrap())
}

/// Agreement T-1 is kept here, as the conclusion alone makes it.
fn kept() -> Framework {
    use crate::domain::framework::{Conclusion, Event};
    let concluded = Event::FrameworkConcluded(Conclusion {
        tender: TenderId::new("T-1").unwrap(),
        buyer: organization("ministry"),
        currency: pounds(),
        delivery: Code::new("DDP").unwrap(),
        from: day("2026-01-01"),
        until: day("2026-12-31"),
    });
    remembered::<Framework>(huda(), [concluded])
}

fn stream() -> StreamName {
    Framework::stream(&ContractId::new("T-1").unwrap())
}

fn edition(edition: u8) -> Rules {
    let procurement = ProcurementRules {
        edition: Some(edition),
        ..ProcurementRules::default()
    };
    Rules {
        procurement: Some(procurement.into()),
        ..rules()
    }
}

#[test]
fn an_agreement_that_is_kept_here_is_called_off_from() {
    let third = nothing().reading(Ruleset::national(), 2, rules_in_force(edition(3)));
    let direct = |given: Given<Order>| given.when(place(agreement(), pens()));
    let refused = direct(third.clone().reading(stream(), 0, kept())).refused();
    let agreement = ContractId::new("T-1").unwrap();
    assert_eq!(refused, Refusal::CallOff { agreement });
    // Of an earlier system: within the limit, as ever.
    assert!(direct(third.reading(stream(), 0, Framework::default())).accepted());
}

/// What older decisions did not read they need not name.
#[test]
fn the_agreement_is_read_from_the_third_edition_on() {
    let reads = |edition_of, command: &Command| {
        let mut readings = Readings::default();
        readings.insert(
            Ruleset::national(),
            Some(2),
            rules_in_force(edition(edition_of)).into_state(),
        );
        Order::Unplaced.reads_under(&readings, command)
    };
    let named = place(agreement(), pens());
    assert_eq!(reads(2, &named), []);
    assert_eq!(reads(3, &named), [stream()]);
    assert_eq!(reads(3, &place(contract(), pens())), []);
}

/// That an order was called off, only a call-off says, and only Sijill itself repeats it.
#[test]
fn nobody_says_by_hand_that_an_order_was_called_off() {
    let placed = Placement {
        called_by: Some(OfficialId::new("huda").unwrap()),
        ..placement(agreement(), pens())
    };
    for by in [huda(), sijill()] {
        let given = nothing().by(by).reading(stream(), 0, kept());
        let refused = given.when(Command::Place(placed.clone())).refused();
        assert_eq!(refused, Refusal::NotCalledOff);
    }
    let other = Placement {
        basis: contract(),
        ..placed
    };
    let refused = nothing().by(sijill()).when(Command::Place(other)).refused();
    assert_eq!(refused, Refusal::NotCalledOff);
}
