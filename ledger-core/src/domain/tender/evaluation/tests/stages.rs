//! What may be asked in which stage: the table in `STAGES.md`, which is written by this test
//! (`SIJILL_BLESS=1 cargo test -p sijill-ledger-core stages`) and which documentation includes.

use std::fmt::Write as _;

use super::offering::{direct_stages, offer};
use super::*;
use crate::domain::tender::event::DisqualificationGround as Ground;

const KEPT: &str = include_str!("../STAGES.md");

fn stages() -> [(&'static str, Case); 9] {
    let claimed = |case: Case| {
        case.by(supplier("delta"))
            .when(complain("C1", against_award("B")))
    };
    [
        ("listing", received()),
        ("technical opening", listed()),
        ("technical evaluation", scored()),
        ("financial opening", accepted()),
        ("awarding", priced()),
        ("proposed", proposed()),
        ("awarded", awarded()),
        ("standstill", claimed(notified())),
        ("after standstill", final_()),
    ]
}

/// Each command as the right person asks it, well formed, so that the stage decides.
fn commands(case: &Case) -> Vec<(&'static str, Actor, Command)> {
    let e1 = || evaluator("e1");
    let nile = || supplier("nile");
    let financial = EnvelopePart::Financial;
    let proposal = case.facts.next_revision.saturating_sub(2);
    vec![
        ("Receive", system(), receive("late", "late", financial)),
        ("EndReceipts", system(), end_receipts()),
        (
            "PublishShares, technical",
            evaluator("o3"),
            shares("o3", &["nile-t"]),
        ),
        (
            "PublishShares, financial",
            evaluator("o3"),
            shares("o3", &["nile-f"]),
        ),
        ("Reveal, technical", nile(), reveal("nile-t", SECRET)),
        ("Reveal, financial", nile(), reveal("nile-f", SECRET)),
        ("Open, technical", samir(), open("nile-t")),
        ("Open, financial", samir(), open("nile-f")),
        ("RecordOffer", samir(), offer("nile", "400")),
        (
            "Disqualify",
            e1(),
            reject("nile", None, Ground::FalseStatement),
        ),
        ("Score", e1(), score("nile", "75")),
        ("ApproveTechnicalResult", e1(), technical_result("M9")),
        ("Correct", e1(), correct("nile", "A")),
        ("ExplainLowBid", e1(), explain("delta", "A", true)),
        ("ExtendValidity", nile(), extend_validity("nile", "12-31")),
        ("ProposeAward", e1(), propose("A", "delta")),
        ("ApproveAward", adel(), approve("A", proposal)),
        ("FailLot", e1(), fail_lot("A")),
        ("Notify", samir(), notify()),
        ("EndStandstill", system(), Command::EndStandstill),
        ("CancelAward", adel(), cancel_award("A")),
        (
            "Complain, technical result",
            nile(),
            complain("C2", Against::TechnicalResult),
        ),
        (
            "Complain, award",
            nile(),
            complain("C2", against_award("A")),
        ),
        (
            "DecideComplaint",
            judge(),
            rule("C1", ComplaintOutcome::Declined),
        ),
        ("WithdrawComplaint", supplier("delta"), withdraw("C1")),
        ("Cancel", samir(), cancel()),
        ("Fail", samir(), fail()),
        ("Complete", samir(), complete()),
        ("Close (and all before it)", system(), Command::Close),
    ]
}

fn cell(case: &Case, by: &Actor, command: Command) -> String {
    let content = financial(&[("B", 1, 10, "40")], &[("B", "400")]);
    let late = case
        .clone()
        .sealed("late", "late", &content, notice().closes_at);
    match late.by(by.clone()).when(command).outcome {
        Ok(_) => "✓".to_owned(),
        Err(Refusal::NotNow { .. }) => "–".to_owned(),
        Err(refusal) => format!("`{}`", refusal.code().trim_start_matches("TENDER_")),
    }
}

fn table() -> String {
    let stages = stages();
    let names = stages.iter().map(|(name, _)| format!(" {name} |"));
    let names = names.collect::<Vec<_>>().concat();
    let mut table = format!(
        "| Command |{names}\n| --- |{}\n",
        " --- |".repeat(stages.len())
    );
    let rows = commands(&stages[0].1).len();
    for row in 0..rows {
        let mut name = "";
        let cells = stages.iter().map(|(_, case)| {
            let (command_name, by, command) = commands(case).swap_remove(row);
            name = command_name;
            format!(" {} |", cell(case, &by, command))
        });
        let cells = cells.collect::<Vec<_>>().concat();
        let _ = writeln!(table, "| {name} |{cells}");
    }
    let cells = direct_stages().map(|case| {
        let cell = case.map_or_else(String::new, |case| {
            cell(&case, &samir(), offer("nile", "400"))
        });
        format!(" {cell} |")
    });
    let _ = writeln!(table, "| RecordOffer, direct purchase |{}", cells.concat());
    table
}

#[test]
fn every_command_in_every_stage() {
    let (before, kept) = KEPT.split_once("\n| Command").unwrap();
    let table = table();
    if std::env::var_os("SIJILL_BLESS").is_some() {
        let file = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/src/domain/tender/evaluation/STAGES.md"
        );
        std::fs::write(file, format!("{before}\n{table}")).unwrap();
    }
    assert_eq!(format!("| Command{kept}"), table);
}
