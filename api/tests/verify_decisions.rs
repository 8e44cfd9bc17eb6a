//! `sijill verify` judges every decision again: entries that break a rule, put into the log past the ledger, are each named with
//! their index, their check and the code of the refusal that their command would have met.

#![allow(clippy::unwrap_used, clippy::panic, reason = "for tests")]

#[path = "decisions/forged.rs"]
mod forged;
mod small_ledger;
#[path = "decisions/world.rs"]
mod world;

use forged::{Forged, forge};
use serde_json::Value;
use sijill_ledger_core::domain::committee::{self, Formation, Minutes, Replacement, Signer};
use sijill_ledger_core::domain::disclosure::{self, Disclosure, Erased, LegalOrder, PartRef};
use sijill_ledger_core::domain::enrolment::{KeyEnrolment, KeyProposal, KeyRevocation};
use sijill_ledger_core::domain::facility::{self, Facility};
use sijill_ledger_core::domain::item::{self, Item};
use sijill_ledger_core::domain::migration::{self, Migration};
use sijill_ledger_core::domain::official::{self, Official};
use sijill_ledger_core::domain::organization::{self, AccountConfirmation, Debarment};
use sijill_ledger_core::domain::process;
use sijill_ledger_core::domain::reaction::{self, Reaction};
use sijill_ledger_core::domain::ruleset::{self, Adoption, Proposal, Rules, Ruleset};
use sijill_ledger_core::domain::stock::{self, BrokenRule, Discrepancy, Stock, StockKey};
use sijill_ledger_core::domain::values::{
    Code, DiscrepancyId, EffectiveAt, Names, RulesetId, Sha256, UnitPrice,
};
use sijill_ledger_core::event::{Event, Metadata, Origin, Role, RulesetVersion};
use sijill_ledger_core::store::StreamName;
use small_ledger::{Ran, path, sijill};
use uuid::Uuid;
use world::{World, committee_stream, day, number, official, organization, pounds, text, who};

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
            event,
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
        ("committees", 2),
        ("disclosures", 1),
        ("facilities", 1),
        ("items", 1),
        ("migration", 1),
        ("officials", 9),
        ("organizations", 2),
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

#[test]
fn authority_is_never_taken_by_oneself_nor_above_the_delegators() {
    let of = |event, by, reads| {
        (
            Official::stream(&official("adel")),
            Event::Official(event),
            by,
            reads,
        )
    };
    let registrar = ("rana", Role::Registrar);
    let mona = || vec![Official::stream(&official("mona"))];
    let delegation = |limit| world::delegation("P-adel", limit, Some("mona"));
    let cases = [
        (
            "OFFICIAL_OWN_AUTHORITY",
            of(
                official::Event::AuthorityDelegated(delegation(100)),
                ("adel", Role::Registrar),
                mona(),
            ),
        ),
        (
            "OFFICIAL_ABOVE_DELEGATOR",
            of(
                official::Event::AuthorityDelegated(delegation(1_001)),
                registrar,
                mona(),
            ),
        ),
        (
            // The delegator's record is not among the facts.
            "DECISION_READING_MISSING",
            of(
                official::Event::AuthorityDelegated(delegation(100)),
                registrar,
                vec![],
            ),
        ),
        (
            "OFFICIAL_NO_SEAT",
            of(
                official::Event::PositionHeld(world::appointment("adel", "P-other", "F9")),
                registrar,
                vec![Facility::stream(&world::facility("F9"))],
            ),
        ),
        (
            "OFFICIAL_OWN_WITHDRAWAL",
            of(
                official::Event::ConflictWithdrawn(world::conflict_withdrawal()),
                ("adel", Role::ProcurementOfficer),
                vec![],
            ),
        ),
        (
            "OFFICIAL_CONFLICT_DECLARED",
            of(
                official::Event::ConflictDeclared(world::conflict()),
                ("adel", Role::ProcurementOfficer),
                vec![organization("dawa")],
            ),
        ),
    ];
    let breaches = cases
        .into_iter()
        .map(|(code, (stream, event, by, reads))| Breach {
            check: "decided_officials",
            code,
            stream,
            event,
            by,
            reads,
        });
    assert_all_named(breaches.collect());
}

#[test]
fn keys_enter_by_two_registrars_and_with_proof_of_possession() {
    let stream = || Official::stream(&official("mona"));
    let other = world::key(2);
    let fresh = other.proposal(&stream());
    // The signature of the right key over another owner's message.
    let stolen = KeyProposal {
        key: fresh.key.clone(),
        proof: other.proposal(&Official::stream(&official("adel"))).proof,
    };
    let waiting = world::key(1).proposal(&stream()).key;
    let enrolment = KeyEnrolment {
        key: waiting.clone(),
    };
    let revocation = KeyRevocation {
        key: waiting.id(),
        reason: text("none of their business"),
    };
    let breach = |code, event, by| Breach {
        check: "decided_officials",
        code,
        stream: stream(),
        event: Event::Official(event),
        by,
        reads: vec![],
    };
    assert_all_named(vec![
        breach(
            "KEY_NO_POSSESSION",
            official::Event::KeyProposed(stolen),
            ("rana", Role::Registrar),
        ),
        breach(
            "KEY_NOT_REGISTRAR",
            official::Event::KeyProposed(fresh),
            ("adel", Role::Approver),
        ),
        breach(
            "KEY_SAME_REGISTRAR",
            official::Event::KeyEnrolled(enrolment),
            ("rana", Role::Registrar),
        ),
        breach(
            "KEY_NOT_REGISTRAR_OR_OWNER",
            official::Event::KeyRevoked(revocation),
            ("adel", Role::Approver),
        ),
    ]);
}

#[test]
fn committees_are_odd_in_office_and_decide_by_a_quorum() {
    let breach = |code, stream: &str, event, by, reads: &[&str]| Breach {
        check: "decided_committees",
        code,
        stream: committee_stream(stream),
        event: Event::Committee(event),
        by: (by, Role::CommitteeMember),
        reads: reads
            .iter()
            .map(|name| Official::stream(&official(name)))
            .collect(),
    };
    let formed = |members: &[&str], quorum| {
        committee::Event::CommitteeFormed(Formation {
            quorum,
            ..world::formation(members)
        })
    };
    let minutes = |signers: &[(&str, bool)]| {
        let signer = |(name, dissents): &(&str, bool)| Signer {
            member: official(name),
            dissent: dissents.then(|| text("too dear")),
        };
        committee::Event::MinutesSigned(Minutes {
            number: number("M-2"),
            decision: text("accepted"),
            signers: signers.iter().map(signer).collect(),
        })
    };
    let replaced = committee::Event::MemberReplaced(Replacement {
        leaves: official("adel"),
        joins: official("nobody"),
        reason: text("moved"),
    });
    let three = ["mona", "adel", "sami"];
    assert_all_named(vec![
        breach(
            "COMMITTEE_NOT_ODD",
            "C2",
            formed(&three[..2], 2),
            "mona",
            &three[..2],
        ),
        breach(
            "COMMITTEE_QUORUM_TOO_SMALL",
            "C2",
            formed(&three, 1),
            "mona",
            &three,
        ),
        breach(
            "COMMITTEE_NOT_IN_OFFICE",
            "C1",
            replaced,
            "mona",
            &["nobody"],
        ),
        breach(
            "COMMITTEE_BELOW_QUORUM",
            "C1",
            minutes(&[("mona", false)]),
            "mona",
            &[],
        ),
        breach(
            "COMMITTEE_NO_MAJORITY",
            "C1",
            minutes(&[("mona", false), ("adel", true)]),
            "mona",
            &[],
        ),
        breach(
            "COMMITTEE_RECORDER_DID_NOT_SIGN",
            "C1",
            minutes(&[("mona", false), ("adel", false)]),
            "sami",
            &[],
        ),
    ]);
}

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

/// What every decision has to hold, whatever its stream: here a listing of another item, which no rule of items refuses.
#[track_caller]
fn assert_listing_named(code: &str, role: Role, change: impl FnOnce(&mut Metadata)) {
    let stream = StreamName::new("item-cotton").unwrap();
    let event = Event::Item(item::Event::ItemListed(world::gauze()));
    let forged = forge(
        World::built(),
        &stream,
        event,
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
    let forged = forge(World::built(), &stream, event, by, &[], |_| {});
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
        let Forged { dir, .. } = forge(dir, &mona, taken, registrar(), &[], |_| {});
        let delegation = world::delegation("P-adel", limit, Some("mona"));
        let event = Event::Official(official::Event::AuthorityDelegated(delegation));
        let adel = Official::stream(&official("adel"));
        forge(
            dir,
            &adel,
            event,
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
        event,
        by,
        &[],
        |_| {},
    );
    let ran = sijill(&["verify", "--data", &path(&forged.dir)]);
    assert!(ran.out.contains("MIGRATION_SAME_PERSON"), "{}", ran.out);
    assert!(ran.out.contains("decisions judged again: "), "{}", ran.out);
}
