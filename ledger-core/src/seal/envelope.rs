//! A sealed envelope: what is public of it, what it is bound to, and a member's share of it.

use uuid::Uuid;
use zeroize::Zeroizing;

use super::hybrid;
use super::member::{MemberKey, MemberSecret};
use super::sharing::{Commitments, scalar};
use super::sheet::Sheet;
use super::transcript::{digest, prefixed};
use super::{SHARE_BYTES, SeatNumber};
use crate::aggregate::refusals;
use crate::domain::values::{PublicKey, Sha256};

/// The public part of an envelope: what its event holds. It names neither tender nor bidder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dealing {
    /// The envelope's random id.
    pub id: Uuid,
    /// The bidder's key for this tender: who copies the envelope cannot sign for it.
    pub sender: PublicKey,
    /// Commitment to the bid: what the bidder cannot change any more.
    pub bid: Sha256,
    /// Commitments to the dealer's polynomial, one a member needed.
    pub commitments: Vec<[u8; 32]>,
    /// SHA-256 of the ciphertext.
    pub ciphertext: Sha256,
    /// The sealed shares, in the order of the seats.
    pub shares: Vec<[u8; SHARE_BYTES]>,
}

impl Dealing {
    /// The digest that receipts name. Public: nobody can try out tenders on it.
    pub fn digest(&self) -> Sha256 {
        let mut fields = vec![
            b"sijill/seal/envelope/v1".as_slice(),
            self.id.as_bytes(),
            self.sender.algorithm().name().as_bytes(),
            self.sender.bytes(),
            &self.bid.0,
            &self.ciphertext.0,
        ];
        fields.extend(self.commitments.iter().map(<[u8; 32]>::as_slice));
        fields.extend(self.shares.iter().map(<[u8; SHARE_BYTES]>::as_slice));
        digest(&fields)
    }
}

/// What an envelope is bound to before anything is encrypted: sheet, id and sender.
#[derive(Clone, Copy)]
pub(super) struct Context(pub(super) Sha256);

impl Context {
    pub(super) fn new(sheet: &Sheet, id: Uuid, sender: &PublicKey) -> Self {
        Self(digest(&[
            b"sijill/seal/context/v1",
            &sheet.digest().0,
            id.as_bytes(),
            sender.algorithm().name().as_bytes(),
            sender.bytes(),
        ]))
    }

    /// Commitment to a bid, which the salt keeps from being guessed.
    pub(super) fn bid(self, salt: &[u8; 32], bid: &[u8]) -> Sha256 {
        digest(&[b"sijill/seal/bid/v1", &self.0.0, salt, bid])
    }

    /// Associated data of the ciphertext.
    pub(super) fn header(self, bid: Sha256, commitments: &[[u8; 32]]) -> Sha256 {
        let mut fields = vec![b"sijill/seal/header/v1".as_slice(), &self.0.0, &bid.0];
        fields.extend(commitments.iter().map(<[u8; 32]>::as_slice));
        digest(&fields)
    }
}

/// What every share is bound to: all of the envelope but the shares.
pub(super) fn transcript(header: Sha256, ciphertext: Sha256) -> Sha256 {
    digest(&[b"sijill/seal/transcript/v1", &header.0, &ciphertext.0])
}

/// The info of a share's HPKE.
pub(super) fn share_info(transcript: Sha256, seat: SeatNumber, key: &MemberKey) -> Vec<u8> {
    prefixed(&[
        b"sijill/seal/share/v1",
        &transcript.0,
        &[seat],
        key.as_bytes(),
    ])
}

/// An envelope of the right shape for its sheet. Whether its shares are right is for their members to see, whether all of it
/// is right shows at the opening.
pub struct Envelope<'a> {
    pub(super) sheet: &'a Sheet,
    pub(super) dealing: &'a Dealing,
    pub(super) commitments: Commitments,
    pub(super) context: Context,
    pub(super) header: Sha256,
    transcript: Sha256,
}

impl<'a> Envelope<'a> {
    /// Checks what anyone can see.
    pub fn new(sheet: &'a Sheet, dealing: &'a Dealing) -> Result<Self, EnvelopeError> {
        let (commitments, shares) = (dealing.commitments.len(), dealing.shares.len());
        let members = sheet.terms().members.len();
        if (commitments, shares) != (sheet.threshold(), members) {
            let threshold = sheet.threshold();
            return Err(EnvelopeError::OtherCommittee {
                commitments,
                shares,
                threshold,
                members,
            });
        }
        let commitments = Commitments::parse(&dealing.commitments);
        let context = Context::new(sheet, dealing.id, &dealing.sender);
        let header = context.header(dealing.bid, &dealing.commitments);
        Ok(Self {
            sheet,
            dealing,
            commitments: commitments.ok_or(EnvelopeError::Commitments)?,
            context,
            header,
            transcript: transcript(header, dealing.ciphertext),
        })
    }

    /// What every share is bound to. Only for those who know the tender: it lets others guess it.
    pub const fn transcript(&self) -> Sha256 {
        self.transcript
    }

    /// A member's own share, checked against the commitments. An error other than `NotAMember` is the bidder's fault, and what
    /// the member answers at the opening is a complaint.
    pub fn share(&self, secret: &MemberSecret) -> Result<Share, ShareError> {
        let key = secret.public();
        let seat = self.sheet.seat_of(&key).ok_or(ShareError::NotAMember)?;
        let mut seats = (1..).zip(&self.dealing.shares);
        let sealed = seats.find_map(|(at, sealed)| (at == seat).then_some(sealed));
        let info = share_info(self.transcript, seat, &key);
        let value = sealed.and_then(|sealed| hybrid::open(&secret.x25519(), &info, sealed));
        let value = value.ok_or(ShareError::Unopenable { seat })?;
        if self.holds(seat, &value) {
            Ok(Share { seat, value })
        } else {
            Err(ShareError::Inconsistent { seat })
        }
    }

    /// Whether this is the share of that seat.
    pub fn holds(&self, seat: SeatNumber, share: &[u8; 32]) -> bool {
        let known = self.sheet.seats().any(|(at, _)| at == seat);
        known && scalar(share).is_some_and(|share| self.commitments.hold(seat, &share))
    }
}

/// A member's share: secret until the opening.
pub struct Share {
    /// The member's seat.
    pub seat: SeatNumber,
    /// The share.
    pub value: Zeroizing<[u8; 32]>,
}

refusals! {
    /// Why an envelope is refused at once.
    pub enum EnvelopeError {
        /// It was sealed under another sheet.
        OtherSheet {
            /// The digest of the sheet that is given.
            given: Sha256,
            /// The digest of the one that it was sealed under.
            sealed: Sha256,
        } = "SEAL_ENVELOPE_OTHER_SHEET",
            "خُتم العطاء بالكشف {sealed}، والكشف المعطى {given}؛ هات كشفه، أو اختمه من جديد إن تغيّرت اللجنة",
            "the envelope was sealed under the sheet {sealed}, the given one is {given}; give that one, or seal the bid again if the committee has changed";
        /// It was made for another committee.
        OtherCommittee {
            /// Commitments in it.
            commitments: usize,
            /// Sealed shares in it.
            shares: usize,
            /// How many open under the sheet.
            threshold: usize,
            /// Members of the sheet.
            members: usize,
        } = "SEAL_ENVELOPE_OTHER_COMMITTEE",
            "خُتم العطاء لفتح {commitments} من {shares}، واللجنة {threshold} من {members}؛ اختمه بكشف هذه المناقصة",
            "the envelope is sealed for {commitments} of {shares} to open, the committee is {threshold} of {members}; seal it under this tender's sheet";
        /// A commitment is no point.
        Commitments = "SEAL_ENVELOPE_COMMITMENTS",
            "في المظروف التزام غير صالح؛ اختم العطاء من جديد بالأمر `sijill bid seal`",
            "the envelope has a commitment that cannot be; seal the bid again with `sijill bid seal`";
    }
}

refusals! {
    /// Why a member has no share of an envelope.
    pub enum ShareError {
        /// The key has no seat.
        NotAMember = "SEAL_SHARE_NOT_A_MEMBER",
            "ليس لهذا المفتاح مقعد في لجنة هذه المناقصة؛ استعمل المفتاح الذي سُجّل لها",
            "this key has no seat on the committee of this tender; use the key that was enrolled for it";
        /// It does not open with the member's key for this envelope.
        Unopenable {
            /// The seat.
            seat: SeatNumber,
        } = "SEAL_SHARE_UNOPENABLE",
            "حصة المقعد {seat} لا تُفتح بمفتاحه لهذا المظروف؛ قدّم عند الفتح شكوى بدل الحصة",
            "the share of seat {seat} does not open with its key for this envelope; answer with a complaint at the opening";
        /// It is not the share that the commitments hold.
        Inconsistent {
            /// The seat.
            seat: SeatNumber,
        } = "SEAL_SHARE_INCONSISTENT",
            "حصة المقعد {seat} لا توافق التزامات المظروف؛ قدّم عند الفتح شكوى بدل الحصة",
            "the share of seat {seat} is not the one that the envelope commits to; answer with a complaint at the opening";
    }
}
