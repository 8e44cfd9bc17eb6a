//! What may be asked in which stage: the table in the docs of the module.

use super::*;
use crate::aggregate::Explain as _;
use crate::testing::assert_documented;

fn stages() -> [(&'static str, Given<Qualification>); 8] {
    [
        ("nothing", world()),
        ("open", requested()),
        ("time over", requested().at(midnight("01-17"))),
        ("closed", closed()),
        ("assessed", assessed()),
        ("published", published()),
        ("suspended", suspended()),
        ("ended", ended()),
    ]
}

/// Each command as the right person asks it, well formed, so that the stage decides.
fn commands() -> Vec<(&'static str, Actor, Command)> {
    let officer = || official_of("huda");
    vec![
        ("Announce", officer(), Command::Announce(announcement())),
        ("Request", supplier("giza"), request("giza")),
        ("WithdrawRequest", supplier("nile"), withdraw()),
        ("Close", officer(), close()),
        ("Assess", officer(), assess("nile", true)),
        ("Publish", official_of("omar"), Command::Publish { read: 9 }),
        ("Suspend", officer(), suspend("nile")),
        ("Reinstate", officer(), reinstate("misr")),
        ("Remove", officer(), remove("misr")),
        ("End", officer(), end()),
    ]
}

fn cell(given: &Given<Qualification>, by: &Actor, command: &Command) -> String {
    let giza = Organization::stream(&id("giza"));
    let given = given.clone().reading(giza, 0, supplier_state());
    match given.by(by.clone()).when(command.clone()).outcome() {
        Ok(_) => "✓".to_owned(),
        Err(refusal) => refusal
            .code()
            .trim_start_matches("QUALIFICATION_")
            .to_owned(),
    }
}

#[test]
fn every_command_in_every_stage() {
    let stages = stages();
    let row = |cells: Vec<String>| format!("| {} |", cells.join(" | "));
    let names = stages.iter().map(|(name, _)| (*name).to_owned());
    let mut lines = vec![
        row(std::iter::once(String::new()).chain(names).collect()),
        format!("|{}", "---|".repeat(stages.len() + 1)),
    ];
    for (name, by, command) in commands() {
        let cells = stages.iter().map(|(_, given)| cell(given, &by, &command));
        lines.push(row(std::iter::once(name.to_owned()).chain(cells).collect()));
    }
    assert_documented(include_str!("../mod.rs"), &lines.join("\n"));
}
