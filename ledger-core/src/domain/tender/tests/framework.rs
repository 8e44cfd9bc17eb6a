//! Drafts that announce a framework agreement.

use super::*;
use crate::domain::ruleset::{ProcurementRules, Ruleset};

fn announcing(days: u16, suppliers: u8) -> Draft {
    Draft {
        framework: Some(FrameworkTerms { days, suppliers }),
        ..draft()
    }
}

fn refused(draft: Draft) -> ContentRefusal {
    let refused = world().when(Command::Draft(draft)).refused();
    let Refusal::Content(refusal) = refused else {
        panic!("not its content: {refused:?}");
    };
    refusal
}

/// Four years, where the rules say nothing else.
#[test]
fn an_agreement_has_a_term_within_the_rules() {
    let most = 1_461;
    assert!(world().when(Command::Draft(announcing(most, 3))).accepted());
    for days in [0, most + 1] {
        let refused = refused(announcing(days, 3));
        assert_eq!(refused, ContentRefusal::FrameworkTerm { days, most });
    }
    let rules = ProcurementRules {
        framework_days_max: Some(365),
        ..ProcurementRules::default()
    };
    let strict = world().reading(Ruleset::national(), 1, ruleset(rules));
    assert!(
        !strict
            .clone()
            .when(Command::Draft(announcing(366, 3)))
            .accepted()
    );
    assert!(strict.when(Command::Draft(announcing(365, 3))).accepted());
}

#[test]
fn a_lot_has_one_to_five_suppliers_for_the_whole_of_it() {
    for suppliers in [0, 6] {
        let refused = refused(announcing(365, suppliers));
        assert_eq!(refused, ContentRefusal::FrameworkSuppliers { suppliers });
    }
    assert!(world().when(Command::Draft(announcing(365, 1))).accepted());
    let mut split = announcing(365, 5);
    split.terms.split = true;
    assert_eq!(refused(split), ContentRefusal::FrameworkSplit);
}
