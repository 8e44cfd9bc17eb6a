//! `sijill verify` judges every decision again: entries that break a rule, put into the log past the ledger, are each named with
//! their index, their check and the code of the refusal that their command would have met.

#![allow(clippy::unwrap_used, clippy::panic, reason = "for tests")]

mod forged;
mod people;
mod registers;
#[path = "../small_ledger/mod.rs"]
mod small_ledger;
mod world;

use forged::{Forged, forge};
use serde_json::Value;
use sijill_ledger_core::domain::item;
use sijill_ledger_core::domain::migration::{self, Migration};
use sijill_ledger_core::domain::official::{self, Official};
use sijill_ledger_core::domain::stock::{self, BrokenRule, Discrepancy, Stock, StockKey};
use sijill_ledger_core::domain::values::{DiscrepancyId, EffectiveAt, RulesetId, Sha256};
use sijill_ledger_core::event::{Event, Metadata, Origin, Role, RulesetVersion};
use sijill_ledger_core::store::StreamName;
use small_ledger::{Ran, path, sijill};
use world::{World, official, who};

fn verify(dir: &tempfile::TempDir) -> Ran {
    sijill(&["verify", "--data", &path(dir), "--output", "json"])
}

fn check<'a>(report: &'a Value, name: &str) -> &'a Value {
    let checks = report["checks"].as_array().unwrap();
    checks.iter().find(|check| check["check"] == name).unwrap()
}

/// The forged entry is the one that is named, by this check and code.
#[track_caller]
fn assert_named(name: &str, code: &str, forged: &Forged) {
    let ran = verify(&forged.dir);
    assert_eq!(ran.status, 4, "{name} {code}: {}{}", ran.out, ran.err);
    let report = ran.json();
    let failed = check(&report, name);
    assert_eq!(failed["outcome"], "failed", "{code}: {report}");
    assert_eq!(failed["code"], code, "{failed}");
    assert_eq!(failed["index"], forged.index, "{failed}");
    let message = format!(
        "error[DATA_DAMAGED]: the log is damaged at index {}: ",
        forged.index
    );
    assert!(
        ran.err.contains(&message) && ran.err.contains(code),
        "{}",
        ran.err
    );
}

/// One entry that breaks a rule: in which stream, by whom, over which other streams.
struct Breach {
    check: &'static str,
    code: &'static str,
    stream: StreamName,
    event: Event,
    by: (&'static str, Role),
    reads: Vec<StreamName>,
}

impl Breach {
    #[track_caller]
    fn assert_named(self) {
        let Self {
            check,
            code,
            stream,
            event,
            by: (name, role),
            reads,
        } = self;
        let forged = forge(
            World::built(),
            &stream,
            &event,
            who(name, role),
            &reads,
            |_| {},
        );
        assert_named(check, code, &forged);
    }
}

#[track_caller]
fn assert_all_named(breaches: Vec<Breach>) {
    for breach in breaches {
        breach.assert_named();
    }
}

#[test]
fn decisions_of_every_register_are_judged_again() {
    let dir = World::built();
    let ran = verify(&dir);
    assert_eq!(ran.status, 0, "{}{}", ran.out, ran.err);
    let report = ran.json();
    let counts = [
        ("applications", 3),
        ("committees", 5),
        ("disclosures", 1),
        ("facilities", 1),
        ("items", 1),
        ("migration", 1),
        ("officials", 9),
        ("organizations", 5),
        ("processes", 1),
        ("rulesets", 3),
        ("stock", 1),
    ];
    for (name, count) in counts {
        let row = check(&report, &format!("decided_{name}"));
        assert_eq!(row["outcome"], "passed", "{row}");
        assert_eq!(
            (&row["count"], &row["skipped"]),
            (&count.into(), &0.into()),
            "{row}"
        );
    }
    let all: u64 = counts.iter().map(|(_, count)| *count).sum();
    assert_eq!(report["decided_again"], all);
    assert_eq!(report["not_decided_again"], 0);
    assert!(check(&report, "possible")["skipped"].is_null());
}

/// What every decision has to hold, whatever its stream: here a listing of another item, which no rule of items refuses.
#[track_caller]
fn assert_listing_named(code: &str, role: Role, change: impl FnOnce(&mut Metadata)) {
    let stream = StreamName::new("item-cotton").unwrap();
    let event = Event::Item(item::Event::ItemListed(world::gauze()));
    let forged = forge(
        World::built(),
        &stream,
        &event,
        who("rana", role),
        &[],
        change,
    );
    assert_named("decided_items", code, &forged);
}

#[test]
fn what_the_ledger_asks_of_every_command_is_asked_again() {
    let imported = |metadata: &mut Metadata| {
        let file = Sha256([1; 32]);
        metadata.origin = Origin::Import { file, line: 2 };
    };
    assert_listing_named("IMPORT_NOT_ADMINISTRATOR", Role::Registrar, imported);
    // An administrator's, which does not say whether the door was open.
    assert_listing_named("DECISION_READING_MISSING", Role::Administrator, imported);
    assert_listing_named("DECISION_READING_MISSING", Role::Registrar, |metadata| {
        metadata.facts.clear();
        metadata.ruleset = None;
    });
    assert_listing_named("DECISION_OTHER_RULESET", Role::Registrar, |metadata| {
        metadata.ruleset = None;
    });
    assert_listing_named("DECISION_OTHER_RULESET", Role::Registrar, |metadata| {
        let id = RulesetId::new("other").unwrap();
        metadata.ruleset = Some(RulesetVersion { id, version: 1 });
    });
    assert_listing_named("EFFECTIVE_IN_FUTURE", Role::Registrar, |metadata| {
        let at = metadata.decided_at.plus_days(2);
        metadata.effective_at = EffectiveAt::new(at, 0).unwrap();
    });
}

#[test]
fn an_event_that_only_follows_others_is_no_decision() {
    let discrepancy = Discrepancy {
        id: DiscrepancyId::new("D1").unwrap(),
        rule: BrokenRule::AboveUsable,
        document: 0,
        key: StockKey {
            item: world::item(),
            batch: None,
            programme: None,
        },
        expected: 1_000.into(),
        found: 2_000.into(),
    };
    let event = Event::Stock(stock::Event::DiscrepancyOpened(discrepancy));
    let stream = Stock::stream(&world::facility("F0"));
    let by = who("huda", Role::Storekeeper);
    let forged = forge(World::built(), &stream, &event, by, &[], |_| {});
    assert_named("decided_stock", "DECISION_NOT_ASKED", &forged);
}

/// A decision is judged over what it read, although that has moved on since: Mona's limit was 1,000 pounds until it was taken away.
#[test]
fn a_decision_is_judged_over_the_revisions_that_it_names() {
    let mona = Official::stream(&official("mona"));
    let forged = |limit, revision: Option<u64>| {
        let dir = World::built();
        let delegation = world::delegation("P-mona", 0, None);
        let taken = Event::Official(official::Event::AuthorityDelegated(delegation));
        let registrar = || who("rana", Role::Registrar);
        let Forged { dir, .. } = forge(dir, &mona, &taken, registrar(), &[], |_| {});
        let delegation = world::delegation("P-adel", limit, Some("mona"));
        let event = Event::Official(official::Event::AuthorityDelegated(delegation));
        let adel = Official::stream(&official("adel"));
        forge(
            dir,
            &adel,
            &event,
            registrar(),
            std::slice::from_ref(&mona),
            |metadata| {
                for fact in metadata.facts.iter_mut().filter(|fact| fact.stream == mona) {
                    fact.revision = revision.or(fact.revision);
                }
            },
        )
    };
    // Revision 0 is the post, 1 the limit, 2 the key, 3 its end.
    let over = |limit, revision| {
        assert_named(
            "decided_officials",
            "OFFICIAL_ABOVE_DELEGATOR",
            &forged(limit, revision),
        );
    };
    over(900, None);
    over(900, Some(0));
    over(1_001, Some(1));
    let ran = verify(&forged(900, Some(1)).dir);
    assert_eq!(ran.status, 0, "{}{}", ran.out, ran.err);
    assert_eq!(ran.json()["earlier_readings"], 1);
    assert_eq!(ran.json()["not_decided_again"], 0);
}

#[test]
fn the_report_for_people_names_the_rule_too() {
    let event = Event::Migration(migration::Event::MigrationClosed(migration::Closed {
        files: 0,
    }));
    let by = who("adel", Role::Administrator);
    let forged = forge(
        World::built(),
        &Migration::national(),
        &event,
        by,
        &[],
        |_| {},
    );
    let ran = sijill(&["verify", "--data", &path(&forged.dir)]);
    assert!(ran.out.contains("MIGRATION_SAME_PERSON"), "{}", ran.out);
    assert!(ran.out.contains("decisions judged again: "), "{}", ran.out);
}
