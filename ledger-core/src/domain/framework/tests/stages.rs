//! What may be asked in which stage: the table in `STAGES.md`, which is written by this test
//! (`SIJILL_BLESS=1 cargo test -p sijill-ledger-core framework::tests::stages`).

use super::*;
use crate::testing::stage_table;

const KEPT: &str = include_str!("../STAGES.md");

/// Each with a call-off of PO-1 whose order was cancelled, so that the stage decides what becomes of a release.
fn stages() -> [(&'static str, Given<Framework>); 6] {
    let called = concluded().when(call("PO-1", "delta", 60));
    let cancel = order::Command::Cancel(order::Cancellation { reason: reason() });
    let cancelled = ordered(placement(&called), &[cancel]);
    let stream = Order::stream(&id("PO-1"));
    let called = called.reading(stream, 1, cancelled);
    let proposed = called.clone().by(mona()).when(propose()).by(huda());
    let suspended = called.clone().when(suspend("delta"));
    let ended = called.clone().when(Command::EndPlace(place("delta")));
    // The proposal is the fourth event, as `terminate` below says.
    [
        ("nothing", announced()),
        ("in force", called),
        ("place suspended", suspended),
        ("place ended", ended),
        ("termination proposed", proposed.clone()),
        ("terminated", proposed.when(terminate(3))),
    ]
}

#[test]
fn every_command_in_every_stage() {
    let commands = [
        ("Conclude", Command::Conclude),
        ("CallOff", call("PO-2", "delta", 1)),
        ("Release", release("PO-1")),
        ("SuspendPlace", suspend("delta")),
        ("ReinstatePlace", Command::ReinstatePlace(place("delta"))),
        ("EndPlace", Command::EndPlace(place("delta"))),
        ("ProposeTermination", propose()),
        ("Terminate", terminate(3)),
    ];
    let table = stage_table(&stages(), &commands);
    let (before, kept) = KEPT.split_once("\n|").unwrap();
    if std::env::var_os("SIJILL_BLESS").is_some() {
        let file = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/src/domain/framework/STAGES.md"
        );
        std::fs::write(file, format!("{before}\n{table}\n")).unwrap();
    }
    assert_eq!(format!("|{kept}"), format!("{table}\n"));
}
