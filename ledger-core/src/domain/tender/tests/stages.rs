//! What may be asked in which stage: the table in `STAGES.md`, which is written by this test
//! (`SIJILL_BLESS=1 cargo test -p sijill-ledger-core stages`) and which documentation includes.

use std::fmt::Write as _;

use super::*;
use crate::domain::values::SavedCheckpoint;
use crate::log::note::WitnessKey;
use crate::log::testing::cosigned;

const KEPT: &str = include_str!("../STAGES.md");

/// Stages up to the closing, and those after it as far as they are judged here.
fn stages() -> [(&'static str, Given<Tender>); 8] {
    let draft = drafted()
        .when(Command::AddLot(tablets()))
        .when(Command::AddLot(gauze()))
        .when(Command::AppointCommittees(committees(2)));
    let asked = || {
        published()
            .at(time("01-03 12:00"))
            .by(somebody())
            .when(question("Q1"))
    };
    let complained = || asked().when(complaint("C1", Against::Documents));
    let passed = || asked().at(time("01-17 00:00"));
    let upheld = complained()
        .by(judge())
        .when(ruling("C1", ComplaintOutcome::Upheld))
        .at(time("01-17 00:00"));
    [
        ("nothing", world()),
        ("draft", draft),
        ("approved draft", approved()),
        ("bidding", complained()),
        ("deadline passed", passed()),
        ("the same, complaint upheld", upheld),
        ("bidding closed", closed()),
        ("ended", cancelled()),
    ]
}

/// What no rule asks for here: the rules name no witnesses.
fn witness() -> DeadlineWitness {
    let key = WitnessKey::generate("court").unwrap();
    let signed = cosigned("sijill.test", 9, &key, time("01-17 00:00"));
    let note = String::from_utf8(signed.to_bytes()).unwrap();
    DeadlineWitness {
        closes_at: time("01-17 00:00"),
        checkpoint: SavedCheckpoint::new(&note).unwrap(),
        covered_until: time("01-16 00:00"),
        outside: 0,
    }
}

/// Each command as the right person asks it, well formed, so that the stage decides.
fn commands() -> Vec<(&'static str, Actor, Command)> {
    let huda = || officer("huda");
    let removal = LotRemoval {
        lot: id("L1"),
        reason: text("bought otherwise"),
    };
    let third = lot("L3", 1, &[line("tablet", 1)]);
    let declined = ruling("C1", ComplaintOutcome::Declined);
    vec![
        ("Draft", huda(), Command::Draft(draft())),
        ("AddLot", huda(), Command::AddLot(third)),
        ("RemoveLot", huda(), Command::RemoveLot(removal)),
        (
            "AppointCommittees",
            huda(),
            Command::AppointCommittees(committees(3)),
        ),
        ("EnrolOpeningKey", registrar("rami"), enrol("a", "sara")),
        ("Approve", actor("omar", Role::Approver), approve(3)),
        ("Publish", huda(), Command::Publish(publication())),
        ("Ask", somebody(), question("Q2")),
        ("Answer", huda(), answer("Q1")),
        ("Amend", huda(), amendment(700, "01-30 00:00")),
        ("Extend", huda(), extension("01-30 00:00", "01-08 00:00")),
        (
            "RecordOutage",
            administrator(),
            outage("01-02 09:00", "01-02 11:00"),
        ),
        ("Witness", system(), Command::Witness(witness())),
        ("Close", system(), Command::Close),
        ("Complain", somebody(), complaint("C2", Against::Documents)),
        ("DecideComplaint", judge(), declined),
        ("WithdrawComplaint", somebody(), withdrawal("C1")),
        ("Cancel", huda(), cancel()),
        ("ProposeCancellation", huda(), propose_cancellation()),
        (
            "ApproveCancellation",
            actor("omar", Role::Approver),
            approve_cancellation(0),
        ),
    ]
}

/// Some of the commands that are for `evaluation` alone: they are told apart from the others in one place.
fn later() -> Vec<Command> {
    let lot = || id("L1");
    let reason = || text("none fits");
    vec![
        Command::EndReceipts(Listing {
            envelopes: None,
            unlisted: Vec::new(),
            left_off: None,
        }),
        Command::Reveal(Reveal {
            envelope: id("V1"),
            secret: [1; 32],
        }),
        Command::FailLot(LotFailure {
            lot: lot(),
            reason: reason(),
        }),
        Command::CancelAward(AwardCancellation {
            lot: lot(),
            reason: reason(),
        }),
        Command::Notify(Notification {
            standstill_until: None,
        }),
        Command::EndStandstill,
        Command::Fail(Failure { cause: None }),
        Command::Complete(Completion { value: None }),
    ]
}

/// `✓`, the refusal's code, or `…` where `evaluation` judges.
fn cell(given: &Given<Tender>, by: &Actor, command: Command) -> String {
    let theirs = matches!(given.state(), Tender::Evaluation(_));
    match given.clone().by(by.clone()).when(command).outcome() {
        Err(Refusal::Evaluation(_)) => "…".to_owned(),
        Ok(_) if theirs => "…".to_owned(),
        Ok(_) => "✓".to_owned(),
        Err(refusal) => format!("`{}`", refusal.code().trim_start_matches("TENDER_")),
    }
}

fn table() -> String {
    let stages = stages();
    let mut table = String::from("| Command |");
    let names: Vec<String> = stages
        .iter()
        .map(|(name, _)| format!(" {name} |"))
        .collect();
    let rule = " --- |".repeat(stages.len());
    let _ = writeln!(table, "{}\n| --- |{rule}", names.concat());
    for (name, by, command) in commands() {
        let cells = stages
            .iter()
            .map(|(_, given)| cell(given, &by, command.clone()));
        let cells: Vec<String> = cells.map(|cell| format!(" {cell} |")).collect();
        let _ = writeln!(table, "| {name} |{}", cells.concat());
    }
    let cells = stages.iter().map(|(stage, given)| {
        let mut all = later()
            .into_iter()
            .map(|it| cell(given, &officer("huda"), it));
        let first = all.next().unwrap();
        assert!(all.all(|other| other == first), "{stage}");
        format!(" {first} |")
    });
    let _ = writeln!(table, "| all others |{}", cells.collect::<String>());
    table
}

#[test]
fn every_command_in_every_stage() {
    let (before, kept) = KEPT.split_once("\n| Command").unwrap();
    let table = table();
    if std::env::var_os("SIJILL_BLESS").is_some() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/src/domain/tender/STAGES.md");
        std::fs::write(file, format!("{before}\n{table}")).unwrap();
    }
    assert_eq!(format!("| Command{kept}"), table);
}
