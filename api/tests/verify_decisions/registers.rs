//! What holds of organisations, facilities, items and what else is registered once.

use sijill_ledger_core::domain::application::{self, Approved, Rejected};
use sijill_ledger_core::domain::disclosure::{self, Disclosure, Erased, LegalOrder, PartRef};
use sijill_ledger_core::domain::facility::{self, Facility};
use sijill_ledger_core::domain::item::{self, Item};
use sijill_ledger_core::domain::migration::{self, Migration};
use sijill_ledger_core::domain::organization::{self, AccountConfirmation, Debarment};
use sijill_ledger_core::domain::process;
use sijill_ledger_core::domain::qualification::{self, Announcement, Qualification, Requirement};
use sijill_ledger_core::domain::reaction::{self, Reaction};
use sijill_ledger_core::domain::ruleset::{self, Adoption, Proposal, Rules, Ruleset};
use sijill_ledger_core::domain::stock::Stock;
use sijill_ledger_core::domain::values::{
    Code, CriterionId, Names, OrganizationId, QualificationId, Sha256, UnitPrice,
};
use sijill_ledger_core::event::{Event, Role};
use sijill_ledger_core::store::StreamName;
use sijill_ledger_core::time::Timestamp;
use uuid::Uuid;

use crate::world::{self, World, day, number, organization, pounds, text};
use crate::{Breach, assert_all_named};

#[test]
fn organizations_facilities_and_items_keep_their_rules() {
    let registrar = ("rana", Role::Registrar);
    let debarment = Debarment {
        from: day("2026-01-01"),
        until: None,
        decision: number("X-1"),
        grounds: text("forged papers"),
    };
    let orphan = facility::Profile {
        parent: Some(world::facility("F9")),
        ..world::clinic()
    };
    let free = item::ReferencePrice {
        price: UnitPrice::new(0.into(), pounds(1).currency()).unwrap(),
        source: text("nowhere"),
    };
    let f0 = || Facility::stream(&world::facility("F0"));
    let breach = |check, code, stream, event, by, reads| Breach {
        check,
        code,
        stream,
        event,
        by,
        reads,
    };
    assert_all_named(vec![
        breach(
            "decided_organizations",
            "ORGANIZATION_OWN_ACCOUNT",
            organization("dawa"),
            Event::Organization(organization::Event::BankAccountConfirmed(
                AccountConfirmation { stated: 0 },
            )),
            registrar,
            vec![],
        ),
        breach(
            "decided_organizations",
            "ORGANIZATION_NO_SUPPLIER",
            organization("moh"),
            Event::Organization(organization::Event::SupplierDebarred(debarment)),
            registrar,
            vec![],
        ),
        breach(
            "decided_facilities",
            "FACILITY_STOCK_ON_HAND",
            f0(),
            Event::Facility(facility::Event::FacilityClosed(facility::Closure {
                reason: text("sold"),
            })),
            registrar,
            vec![Stock::stream(&world::facility("F0"))],
        ),
        breach(
            "decided_facilities",
            "FACILITY_NO_PARENT",
            Facility::stream(&world::facility("F1")),
            Event::Facility(facility::Event::FacilityOpened(orphan)),
            registrar,
            vec![
                organization("moh"),
                Facility::stream(&world::facility("F9")),
            ],
        ),
        breach(
            "decided_items",
            "ITEM_ZERO_PRICE",
            Item::stream(&world::item()),
            Event::Item(item::Event::ReferencePriceSet(free)),
            registrar,
            vec![],
        ),
    ]);
}

#[test]
fn rulesets_and_the_end_of_imports_take_two_persons() {
    let breach = |check, code, stream, event, by| Breach {
        check,
        code,
        stream,
        event,
        by,
        reads: vec![],
    };
    let adopted = |version| {
        let rules = Rules::default();
        Event::Ruleset(ruleset::Event::RulesetAdopted(Adoption { version, rules }))
    };
    let endless = Proposal {
        version: 2,
        rules: Rules {
            open_window_days: 4_000,
            ..Rules::default()
        },
        reason: text("no window at all"),
    };
    let closed = Event::Migration(migration::Event::MigrationClosed(migration::Closed {
        files: 0,
    }));
    let file = Event::Migration(migration::Event::FileImported(migration::ImportedFile {
        format: Code::new("openlmis-stock-cards").unwrap(),
        sha256: Sha256([1; 32]),
        name: text("cards.csv"),
        rows_taken: 1,
        rows_rejected: 0,
    }));
    let administrator = |name| (name, Role::Administrator);
    assert_all_named(vec![
        breach(
            "decided_rulesets",
            "RULESET_SAME_PERSON",
            Ruleset::national(),
            adopted(2),
            administrator("huda"),
        ),
        breach(
            "decided_rulesets",
            "RULESET_OTHER_VERSION",
            Ruleset::national(),
            adopted(3),
            administrator("mona"),
        ),
        breach(
            "decided_rulesets",
            "RULESET_OUT_OF_RANGE",
            Ruleset::national(),
            Event::Ruleset(ruleset::Event::RulesetProposed(endless)),
            administrator("huda"),
        ),
        breach(
            "decided_migration",
            "MIGRATION_SAME_PERSON",
            Migration::national(),
            closed,
            administrator("adel"),
        ),
        breach(
            "decided_migration",
            "MIGRATION_NOT_ADMINISTRATOR",
            Migration::national(),
            file,
            ("rana", Role::Registrar),
        ),
    ]);
}

#[test]
fn releases_refused_steps_and_erasures_are_for_those_who_may() {
    let dir = World::built();
    let erased = |stream: &StreamName| {
        let (event, index) = World::first_of(&dir, stream);
        let order = LegalOrder {
            number: number("E-2"),
            authority: text("nobody"),
            grounds: text("none"),
        };
        let part = PartRef {
            event,
            index,
            part: 0,
        };
        let erased = disclosure::Event::PartErased(Erased { part, order });
        (Disclosure::stream(event), Event::Disclosure(erased))
    };
    // A supplier's account, and the remark on a receipt, which is erased already.
    let (account, account_erased) = erased(&organization("dawa"));
    let (remark, remark_erased) = erased(&Stock::stream(&world::facility("F0")));
    let step = reaction::Event::StepRefused(reaction::Refused {
        cause: Uuid::from_u128(7),
        cause_index: 3,
        step: 0,
        stream: text("order-1"),
        code: Code::new("ORDER_CLOSED").unwrap(),
        reason: Names::new("أُغلق", "closed").unwrap(),
    });
    let release = process::Event::ReleaseRecorded(Box::new(world::release("2")));
    let breach = |check, code, stream, event, by| Breach {
        check,
        code,
        stream,
        event,
        by,
        reads: vec![],
    };
    assert_all_named(vec![
        breach(
            "decided_processes",
            "RELEASE_ROLE",
            world::process_stream(),
            Event::Process(release),
            ("adel", Role::Storekeeper),
        ),
        breach(
            "decided_reactions",
            "REACTION_NOT_A_POLICY",
            Reaction::stream("goods-in-transit"),
            Event::Reaction(step),
            ("adel", Role::Administrator),
        ),
        breach(
            "decided_disclosures",
            "DISCLOSURE_MAY_NOT_ERASE",
            account,
            account_erased,
            ("adel", Role::Storekeeper),
        ),
        breach(
            "decided_disclosures",
            "DISCLOSURE_ERASED_ALREADY",
            remark,
            remark_erased,
            ("rana", Role::Registrar),
        ),
    ]);
}

#[test]
fn lists_of_qualified_suppliers_keep_their_rules() {
    let announced = |buyer, closes_at| {
        Event::Qualification(qualification::Event::QualificationAnnounced(Announcement {
            buyer: OrganizationId::new(buyer).unwrap(),
            title: Names::new("مستلزمات", "Supplies").unwrap(),
            requirements: vec![Requirement {
                id: CriterionId::new("licence").unwrap(),
                name: Names::new("رخصة", "a licence").unwrap(),
            }],
            documents: Vec::new(),
            closes_at,
            valid_until: day("2031-01-01"),
        }))
    };
    let past = Timestamp::from_micros(1_000);
    let list = || Qualification::stream(&QualificationId::new("Q-1").unwrap());
    let breach = |code, buyer| Breach {
        check: "decided_qualifications",
        code,
        stream: list(),
        event: announced(buyer, past),
        by: ("huda", Role::ProcurementOfficer),
        reads: vec![organization(buyer)],
    };
    assert_all_named(vec![
        breach("QUALIFICATION_NOT_AN_ENTITY", "dawa"),
        breach("QUALIFICATION_CLOSES_AT", "moh"),
    ]);
}

#[test]
fn applications_keep_their_rules() {
    let approved = application::Event::ApplicationApproved(Approved {
        applied: 0,
        applicant: world::applied("EG-GAFI:2", 2).applicant,
    });
    let rejected = application::Event::ApplicationRejected(Rejected {
        applied: 0,
        reason: text("another firm's papers"),
    });
    let unasked = world::applicant_key("EG-GAFI:2", 2);
    assert_all_named(vec![
        Breach {
            check: "decided_applications",
            code: "APPLICATION_REGISTERED",
            stream: world::applications("EG-GAFI:2"),
            event: Event::Application(approved),
            by: ("rana", Role::Registrar),
            reads: vec![world::applicant("EG-GAFI:2")],
        },
        Breach {
            check: "decided_applications",
            code: "APPLICATION_NOT_REGISTRAR",
            stream: world::applications("EG-GAFI:2"),
            event: Event::Application(rejected),
            by: ("huda", Role::Storekeeper),
            reads: vec![],
        },
        Breach {
            check: "decided_organizations",
            code: "ORGANIZATION_NO_SUCH_APPLICATION",
            stream: world::applicant("EG-GAFI:2"),
            event: Event::Organization(organization::Event::ApplicantKeyProposed(unasked)),
            by: ("rana", Role::Registrar),
            reads: vec![world::applications("EG-GAFI:2")],
        },
    ]);
}
