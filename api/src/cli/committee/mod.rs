//! `sijill committee`: a member's own machine, and anyone's at the opening. A member's key meets no server: what is computed with
//! it here, a proof or a share, is all that is sent.
//!
//! | File | What |
//! |---|---|
//! | `keygen` | a member's key, offline |
//! | `enrol` | the key into the tender, by registrars |
//! | `share`, `publish` | a member's answers: one into a file, or all that are due to the server |
//! | `open`, `opening` | envelopes from the answers: one from files, or all that are due on the server |

mod enrol;
mod keygen;
mod open;
mod opening;
mod publish;
mod share;

use std::path::Path;

use sijill_ledger_core::log::note::read_key;
use sijill_ledger_core::seal::{Answer, MemberSecret};

use super::errors::{Bilingual, Failure};
use super::output::Word;
use super::sealed::unusable;
use super::subcommands::subcommands;

subcommands! {
    /// Make a member's key for one tender, and print what two registrars enrol: the key with its proof of possession
    Keygen(keygen);
    /// Enrol a member's key in a tender, as a registrar with another as witness; the proof is checked before
    Enrol(enrol).await;
    /// Check a member's share of an envelope; with --out, write the answer for the opening: the share, or a complaint. With
    /// --server, answer for every envelope that is due to be opened
    Share(share).await;
    /// Open an envelope with the answers of enough members, or with what its bidder reveals; seal it again, compare every byte,
    /// and name who answered falsely. With --server, have every envelope opened that is due
    Open(open).await;
}

const ANSWER: Word = Word::new("answer", "الجواب", "answer");
const SHARE: Word = Word::new("share", "حصة", "share");
const COMPLAINT: Word = Word::new("complaint", "شكوى", "complaint");

const fn word(answer: Answer) -> Word {
    match answer {
        Answer::Share(_) => SHARE,
        Answer::Complaint => COMPLAINT,
    }
}

/// A member's key for one tender, out of its file.
fn secret(path: &Path) -> Result<MemberSecret, Failure> {
    let text = read_key(path).map_err(|refusal| unusable(path, &refusal))?;
    MemberSecret::parse(&text).ok_or_else(|| Failure::Input {
        file: path.to_owned(),
        text: Bilingual::new(
            "ليس فيه مفتاح عضو لجنة كما ينشئه `sijill committee keygen`؛ تأكد أنه الملف الصحيح",
            "it does not hold a committee member's key, as `sijill committee keygen` makes them; check that it is the right file",
        ),
    })
}
