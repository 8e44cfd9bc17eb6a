//! The files that members and bidders keep and exchange: JSON, each with its format's name and version.
//!
//! | Format | What it is | Who may see it |
//! |---|---|---|
//! | `sijill-sealing-sheet/v1` | what bids are sealed under | everyone |
//! | `sijill-envelope/v1` | a sealed bid, with the digest of its sheet | until the opening whoever knows which tender it is for |
//! | `sijill-bid-secret/v1` | the bidder's salt and r: opens the envelope | the bidder alone |
//! | `sijill-share/v1` | a member's answer at the opening | nobody before the opening |
//!
//! Bytes are base64 (RFC 4648 with padding), hashes hexadecimal, instants RFC 3339. Fields that are not known are refused.

mod raw;
#[cfg(test)]
mod tests;

use uuid::Uuid;
use zeroize::Zeroizing;

use super::{
    Answer, Answers, Envelope, EnvelopeError, Sealed, SeatNumber, Secrets, Sheet, SheetError,
};
use crate::aggregate::{ensure, refusals};
use crate::domain::values::{EffectiveAt, Sha256};

/// Largest file, in bytes: the largest ciphertext in base64, and the rest many times over.
pub const FILE_BYTES_MAX: usize = 2 << 20;

/// A sealing sheet, and until when bids are taken under it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetFile {
    /// What bids are sealed under.
    pub sheet: Sheet,
    /// The deadline when the file was written, on the clocks of the country; the tender may move it.
    pub deadline: EffectiveAt,
}

/// A sealed bid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvelopeFile {
    /// Digest of the sheet that it was sealed under.
    pub sheet: Sha256,
    /// The envelope.
    pub sealed: Sealed,
}

impl EnvelopeFile {
    /// The envelope under the sheet that it was sealed under.
    pub fn envelope<'a>(&'a self, sheet: &'a Sheet) -> Result<Envelope<'a>, EnvelopeError> {
        let (given, sealed) = (sheet.digest(), self.sheet);
        ensure(given == sealed, EnvelopeError::OtherSheet { given, sealed })?;
        Envelope::new(sheet, &self.sealed.dealing)
    }

    /// The members' answers for this envelope.
    pub fn answers(&self, shares: &[ShareFile]) -> Result<Answers, FileError> {
        let digest = self.sealed.dealing.digest();
        let mut answers = Answers::new();
        for ShareFile {
            digest: answered,
            seat,
            answer,
        } in shares
        {
            let seat = *seat;
            ensure(*answered == digest, FileError::OtherEnvelope { seat })?;
            let before = answers.insert(seat, *answer);
            ensure(before.is_none(), FileError::AnsweredTwice { seat })?;
        }
        Ok(answers)
    }
}

/// What a bidder keeps.
pub struct SecretFile {
    /// The envelope's id.
    pub envelope: Uuid,
    /// The envelope's digest, which the receipt names.
    pub digest: Sha256,
    /// What opens it.
    pub secrets: Secrets,
    /// The receipt, once there is one.
    pub receipt: Option<String>,
}

/// A member's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShareFile {
    /// The envelope's digest.
    pub digest: Sha256,
    /// The member's seat.
    pub seat: SeatNumber,
    /// What it says.
    pub answer: Answer,
}

/// A file's content as text and back.
pub trait FileForm: Sized {
    /// The format's name and version, as it stands in the file.
    const FORMAT: &'static str;

    /// The text of the file.
    fn to_json(&self) -> Result<Zeroizing<String>, FileError>;

    /// Reads it, and checks all that can be checked of it alone.
    fn from_json(text: &[u8]) -> Result<Self, FileError>;
}

refusals! {
    /// Why a file cannot be used.
    pub enum FileError,
    /// The sheet in it is refused.
    Sheet(SheetError) {
        /// It is too large.
        Size {
            /// Its size, or one byte more than was read of it.
            bytes: usize,
        } = "SEAL_FILE_SIZE",
            "حجم الملف {bytes} بايت، وأكبر ملف من هذه الملفات 2097152 بايت؛ تأكد أنه الملف الصحيح",
            "the file has {bytes} bytes, the largest of these files has 2097152; check that it is the right file";
        /// It is something else.
        Format {
            /// What it should be.
            expected: &'static str,
            /// What it says it is.
            found: String,
        } = "SEAL_FILE_FORMAT",
            "صيغة الملف {found:?}، والمطلوب {expected}؛ تأكد أنه الملف الصحيح، وحدّث sijill إن كانت الصيغة أحدث",
            "the file's format is {found:?}, wanted is {expected}; check that it is the right file, and update sijill if its version is a later one";
        /// An answer is about another envelope.
        OtherEnvelope {
            /// The seat that answers.
            seat: SeatNumber,
        } = "SEAL_FILE_OTHER_ENVELOPE",
            "جواب المقعد {seat} عن مظروف آخر؛ هات جوابه عن هذا المظروف",
            "the answer of seat {seat} is about another envelope; give its answer for this one";
        /// A seat answers twice.
        AnsweredTwice {
            /// The seat.
            seat: SeatNumber,
        } = "SEAL_FILE_ANSWERED_TWICE",
            "للمقعد {seat} جوابان؛ هات أحدهما، والمعتد به ما نُشر أولًا في السجل",
            "seat {seat} answers twice; give one of the two: the one that counts is the one that the log holds first";
        /// It is not readable.
        Malformed {
            /// What, and where.
            why: String,
        } = "SEAL_FILE_MALFORMED",
            "محتوى الملف غير مقروء: {why}؛ اطلبه من جديد ممن أعطاه",
            "what is in the file cannot be read: {why}; get it again from who gave it";
    }
}
