//! `sijill bid`: a bidder's own machine. Sealing and checking are offline: what opens the envelope meets no server before its
//! bidder wants it. The rest speaks with the log's server, and hands it nothing but what is sealed or signed.
//!
//! | File | What |
//! |---|---|
//! | `sheet` | what to seal under, out of the tender's log |
//! | `seal`, `verify` | an envelope, offline |
//! | `submit`, `confirm`, `withdraw` | commands about an envelope, signed with its key |
//! | `receipt` | the proof that it is in the log |
//! | `status` | the own envelopes, also for who has no files any more |
//! | `handing` | what the commands share |

mod confirm;
mod handing;
mod receipt;
mod seal;
mod sheet;
mod status;
mod submit;
mod verify;
mod withdraw;

use super::output::{Cell, Sheet};
use super::sealed::{MEMBER, Read, SEAT};
use super::subcommands::subcommands;

subcommands! {
    /// Write the sealing sheet of a published tender, out of its server's log; every key is checked
    Sheet(sheet).await;
    /// Seal a bid, so that only so many committee members together can open it
    Seal(seal);
    /// Check an envelope against its sealing sheet; with --secret, that it opens to the bid and would be valid
    Verify(verify);
    /// Hand in a sealed envelope, and keep what the server answers
    Submit(submit).await;
    /// Stand by an envelope after an amendment
    Confirm(confirm).await;
    /// Take an envelope back before the deadline: it is never opened
    Withdraw(withdraw).await;
    /// Fetch the proof that an envelope is in the log, and check it
    Receipt(receipt).await;
    /// List the own envelopes and what became of them
    Status(status).await;
}

/// The envelope, and who can open it.
fn facts(read: &Read) -> Sheet {
    let mut sheet = read.answer(&[SEAT, MEMBER]);
    let seats = read.sheet.sheet.seats();
    let seats = seats.map(|(seat, member)| vec![Cell::Count(seat.into()), Cell::text(&member.id)]);
    sheet.rows = seats.collect();
    sheet
}
