//! What bids are sealed under: the tender, which of its envelopes, the committee and how many of it open.

use std::collections::BTreeSet;

use super::member::{MemberKey, PROOF_BYTES, Seat};
use super::transcript::digest;
use super::{MEMBERS_MAX, MEMBERS_MIN, SeatNumber, THRESHOLD_MIN};
use crate::aggregate::{ensure, refusals};
use crate::domain::values::Sha256;

/// Longest text of a sheet (origin, tender, kind, member), in bytes.
pub const TEXT_BYTES_MAX: usize = 256;

/// One who holds a share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Who it is.
    pub id: String,
    /// The key for this tender.
    pub key: MemberKey,
    /// Its proof of possession.
    pub proof: [u8; PROOF_BYTES],
}

/// What a tender's sealing sheet says, before it is checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Origin of the log.
    pub origin: String,
    /// The tender.
    pub tender: String,
    /// Which of its envelopes, such as `technical` or `financial`.
    pub kind: String,
    /// How many members open it together.
    pub threshold: u8,
    /// The committee in the order of its seats, which are numbered from 1.
    pub members: Vec<Member>,
}

/// A sealing sheet whose every key is proven.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    terms: Terms,
    digest: Sha256,
}

impl Sheet {
    /// Checks the terms.
    pub fn new(terms: Terms) -> Result<Self, SheetError> {
        check_texts(&terms)?;
        check_numbers(&terms)?;
        check_keys(&terms)?;
        let digest = digest_of(&terms);
        Ok(Self { terms, digest })
    }

    /// What it says.
    pub const fn terms(&self) -> &Terms {
        &self.terms
    }

    /// Its digest, which every envelope under it is bound to. The proofs are not in it: they are checked, and say nothing more.
    pub const fn digest(&self) -> Sha256 {
        self.digest
    }

    /// How many members open together.
    pub fn threshold(&self) -> usize {
        self.terms.threshold.into()
    }

    /// The members with the numbers of their seats.
    pub fn seats(&self) -> impl Iterator<Item = (SeatNumber, &Member)> {
        (1..).zip(&self.terms.members)
    }

    /// The seat of a key.
    pub fn seat_of(&self, key: &MemberKey) -> Option<SeatNumber> {
        let mut seats = self.seats();
        seats.find_map(|(seat, member)| (member.key == *key).then_some(seat))
    }
}

fn check_texts(terms: &Terms) -> Result<(), SheetError> {
    let texts = [&terms.origin, &terms.tender, &terms.kind];
    let members = terms.members.iter().map(|member| &member.id);
    let mut lengths = texts.into_iter().chain(members).map(String::len);
    let right = lengths.all(|length| (1..=TEXT_BYTES_MAX).contains(&length));
    ensure(right, SheetError::Text)
}

fn check_numbers(terms: &Terms) -> Result<(), SheetError> {
    let (threshold, members) = (terms.threshold, terms.members.len());
    ensure(
        (MEMBERS_MIN..=MEMBERS_MAX).contains(&members),
        SheetError::Members { members },
    )?;
    let right = threshold >= THRESHOLD_MIN && usize::from(threshold) <= members;
    ensure(right, SheetError::Threshold { threshold, members })
}

/// Who holds two seats, or takes another's key for its own, would turn k members into fewer.
fn check_keys(terms: &Terms) -> Result<(), SheetError> {
    let (mut ids, mut keys) = (BTreeSet::new(), BTreeSet::new());
    for member in &terms.members {
        let id = || member.id.clone();
        let single = ids.insert(&member.id) && keys.insert(member.key.x25519());
        ensure(single, SheetError::Twice { member: id() })?;
        let seat = Seat {
            origin: &terms.origin,
            tender: &terms.tender,
            member: &member.id,
        };
        let proven = member.key.proves(&seat, &member.proof);
        ensure(proven, SheetError::Unproven { member: id() })?;
    }
    Ok(())
}

fn digest_of(terms: &Terms) -> Sha256 {
    let numbers = [
        terms.threshold,
        u8::try_from(terms.members.len()).unwrap_or(u8::MAX),
    ];
    let mut fields = vec![
        b"sijill/seal/sheet/v1".as_slice(),
        terms.origin.as_bytes(),
        terms.tender.as_bytes(),
        terms.kind.as_bytes(),
        &numbers,
    ];
    for member in &terms.members {
        fields.extend([member.id.as_bytes(), member.key.as_bytes().as_slice()]);
    }
    digest(&fields)
}

refusals! {
    /// Why nothing can be sealed under a sheet.
    pub enum SheetError {
        /// A text is empty or too long.
        Text = "SEAL_SHEET_TEXT",
            "في كشف الختم نص فارغ أو أطول من 256 بايت (السجل أو المناقصة أو المظروف أو عضو)؛ اطلب الكشف الصحيح من الجهة",
            "the sealing sheet has a text that is empty or longer than 256 bytes (log, tender, envelope or member); ask the buyer for the right sheet";
        /// Too few or too many members.
        Members {
            /// How many.
            members: usize,
        } = "SEAL_SHEET_MEMBERS",
            "في اللجنة {members} أعضاء، والمطلوب من 3 إلى 16",
            "the committee has {members} members; 3 to 16 are needed";
        /// A number of openers that cannot be.
        Threshold {
            /// How many open.
            threshold: u8,
            /// How many members there are.
            members: usize,
        } = "SEAL_SHEET_THRESHOLD",
            "عدد من يفتحون معًا {threshold} من {members}، والمطلوب 2 على الأقل ولا يزيد على الأعضاء",
            "{threshold} of {members} members would open together; at least 2 are needed, and no more than there are";
        /// One member, or one key, in two seats.
        Twice {
            /// The member in the second seat.
            member: String,
        } = "SEAL_SHEET_TWICE",
            "العضو {member} أو مفتاحه وارد مرتين؛ لكل عضو مقعد واحد ومفتاح لا يشاركه فيه أحد",
            "{member} or the key of {member} stands there twice; every member has one seat and a key of their own";
        /// A key without its proof.
        Unproven {
            /// The member.
            member: String,
        } = "SEAL_SHEET_UNPROVEN",
            "إثبات حيازة مفتاح العضو {member} لا يصح لهذه المناقصة؛ لا تختم به، واطلب من العضو مفتاحًا جديدًا لها (`sijill committee keygen`)",
            "the proof of possession of {member}'s key does not hold for this tender; seal nothing with it, and have the member make a new key for it (`sijill committee keygen`)";
    }
}
