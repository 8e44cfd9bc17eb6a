//! Sealed bids: reading one before the opening takes k members of the committee; no bidder can change, deny or adapt one
//! after. `SEAL.md` beside this file is the specification, byte by byte, with what this protects and what it does not.
//!
//! ```text
//! bidder   seal(sheet, id, sender, bid, secrets) ──▶ Dealing (public) + ciphertext
//! member   Envelope::new(sheet, dealing)?.share(secret) ──▶ Share, or the bidder's fault
//! anyone   open(envelope, ciphertext, answers) ──▶ Opened | Void | NotEnough, and who answered falsely
//! ```
//!
//! | File | What is in it |
//! |---|---|
//! | `member` | a member's key for one tender, and the proof of its possession |
//! | `sheet` | what bids are sealed under: tender, envelope, committee |
//! | `sealing` | a bid into an envelope |
//! | `envelope` | what is public of it, what it is bound to, a member's share |
//! | `opening` | shares or r into the bid, or into whose fault it is |
//! | `bytes` | an envelope as its event holds it |
//! | `files` | JSON forms of sheet, envelope, secret and answer |
//! | `sharing`, `hybrid`, `plaintext`, `transcript` | Feldman, HPKE, padding, hashes |
//!
//! Deliberately absent: files, clocks and randomness, which come in as data; deadlines, people and statements, which are the
//! tender's.

mod bytes;
mod envelope;
pub mod files;
mod hybrid;
mod member;
mod opening;
mod plaintext;
mod sealing;
mod sharing;
mod sheet;
#[cfg(test)]
mod tests;
mod transcript;

pub use envelope::{Dealing, Envelope, EnvelopeError, Share, ShareError};
pub use member::{MemberKey, MemberSecret, PROOF_BYTES, Seat};
pub use opening::{Answer, Answers, OpenError, Opening, Outcome, Void, open, open_with_r};
pub use plaintext::{BID_BYTES_MAX, SIZE_CLASSES};
pub use sealing::{SealError, Sealed, Secrets, seal};
pub use sheet::{Member, Sheet, SheetError, TEXT_BYTES_MAX, Terms};
pub(crate) use transcript::digest;

/// Place on the committee, from 1: the x of the member's share.
pub type SeatNumber = u8;

/// Fewest members of a committee.
pub const MEMBERS_MIN: usize = 3;
/// Most members of a committee.
pub const MEMBERS_MAX: usize = 16;
/// Fewest members who open together.
pub const THRESHOLD_MIN: u8 = 2;
/// Size of a sealed share, in bytes: encapsulated key, share, tag.
pub const SHARE_BYTES: usize = 32 + 32 + 16;
