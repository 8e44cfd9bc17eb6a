//! Signed notes (C2SP signed-note): a text and the signatures under it, each on a line of its own.
//!
//! A note's text says nothing before a signature of a known key was checked: see [`LogVerifier`] and
//! [`CosignatureVerifier`]. Signatures of unknown keys are carried along and count for nothing.

mod keyfile;
mod keys;
#[cfg(test)]
mod tests;
mod vkey;

pub(super) use keyfile::folder;
pub use keyfile::{KeyFileError, read_key, write_key};
pub use keys::{CosignatureVerifier, LogKey, LogVerifier, WitnessKey};
pub use signed_note::Signature;
pub use vkey::{KEY_NAME_BYTES_MAX, KeyError};

use crate::aggregate::{ensure, refusals};

/// Largest note, in bytes, signatures included: far beyond any checkpoint with all its cosignatures.
pub const NOTE_BYTES_MAX: usize = 256 << 10;

/// Most signatures under one note.
pub const SIGNATURES_MAX: usize = 64;

/// A text and the signatures under it, none of them checked yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Note {
    text: String,
    signatures: Vec<Signature>,
}

impl Note {
    /// A note that nobody has signed yet.
    pub fn new(text: String) -> Result<Self, NoteError> {
        let bytes = text.len();
        ensure(bytes <= NOTE_BYTES_MAX, NoteError::TooLarge { bytes })?;
        ensure(text.ends_with('\n') && is_clean(&text), NoteError::NotText)?;
        Ok(Self {
            text,
            signatures: Vec::new(),
        })
    }

    /// Parses a note with its signatures, strictly: what is accepted is written back byte for byte the same.
    pub fn parse(bytes: &[u8]) -> Result<Self, NoteError> {
        let size = bytes.len();
        ensure(size <= NOTE_BYTES_MAX, NoteError::TooLarge { bytes: size })?;
        let whole = str::from_utf8(bytes).map_err(|_| NoteError::NotText)?;
        ensure(is_clean(whole), NoteError::NotText)?;
        // The last blank line: the text itself may have blank lines, the signatures have none.
        let (text, lines) = whole.rsplit_once("\n\n").ok_or(NoteError::Unsigned)?;
        let mut note = Self::new(format!("{text}\n"))?;
        note.signatures = parse_signatures(lines)?;
        Ok(note)
    }

    /// The text, with its last newline.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The signatures, in their order, checked or not.
    pub fn signatures(&self) -> &[Signature] {
        &self.signatures
    }

    /// Adds a signature; one of the same key makes room for it.
    pub fn put(&mut self, signature: Signature) -> Result<(), NoteError> {
        self.signatures
            .retain(|old| (old.name(), old.id()) != (signature.name(), signature.id()));
        ensure(
            self.signatures.len() < SIGNATURES_MAX,
            NoteError::TooManySignatures,
        )?;
        self.signatures.push(signature);
        Ok(())
    }

    /// The note as it is served and stored.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.text.clone().into_bytes();
        bytes.push(b'\n');
        for signature in &self.signatures {
            bytes.extend(signature.to_bytes());
        }
        bytes
    }

    /// The one signature of a key, `None` where it has not signed. Two of one key are refused: which of them counts would
    /// depend on who reads.
    fn signature_of(&self, name: &str, id: u32) -> Result<Option<&[u8]>, NoteError> {
        let mut of_key = self
            .signatures
            .iter()
            .filter(|signature| (signature.name(), signature.id()) == (name, id));
        let first = of_key.next();
        let key = || name.to_owned();
        ensure(
            of_key.next().is_none(),
            NoteError::SignedTwice { key: key() },
        )?;
        Ok(first.map(Signature::signature))
    }
}

/// Parses signature lines, such as a witness answers with: at least one, each with its newline.
pub fn parse_signatures(lines: &str) -> Result<Vec<Signature>, NoteError> {
    let lines = lines.strip_suffix('\n').ok_or(NoteError::Unsigned)?;
    let mut signatures = Vec::new();
    for (line, number) in lines.split('\n').zip(1..) {
        ensure(
            signatures.len() < SIGNATURES_MAX,
            NoteError::TooManySignatures,
        )?;
        let malformed = NoteError::SignatureLine { line: number };
        let signature = Signature::from_bytes(line.as_bytes()).map_err(|_| malformed.clone())?;
        ensure(vkey::is_name(signature.name()), malformed)?;
        signatures.push(signature);
    }
    Ok(signatures)
}

/// No control characters but newlines.
fn is_clean(text: &str) -> bool {
    text.bytes().all(|byte| byte >= b' ' || byte == b'\n')
}

refusals! {
    /// Why bytes are no note, or a signature under a note is refused.
    pub enum NoteError {
        /// More bytes than a note has.
        TooLarge {
            /// How many there are, or at least are.
            bytes: usize,
        } = "NOTE_TOO_LARGE",
            "المذكرة الموقّعة كبيرة ({bytes} بايت)، والحد الأقصى {NOTE_BYTES_MAX}؛ تحقّق من مصدرها",
            "the signed note has {bytes} bytes, at most {NOTE_BYTES_MAX} are allowed; check where it is from";
        /// Control characters, broken UTF-8, or no newline at the end.
        NotText = "NOTE_NOT_TEXT",
            "المذكرة الموقّعة ليست نصًّا سليمًا: فيها محارف تحكم، أو ترميز معطوب، أو ينقصها سطر أخير تام؛ احصل عليها من جديد",
            "the signed note is not clean text: control characters, broken UTF-8, or no newline at its end; fetch it again";
        /// No blank line and signatures at the end.
        Unsigned = "NOTE_UNSIGNED",
            "لا تواقيع في آخر المذكرة بعد سطر فارغ، أو أنها مقطوعة؛ احصل عليها من جديد",
            "the note does not end in a blank line and signature lines, or is cut short; fetch it again";
        /// A line that is no signature.
        SignatureLine {
            /// Which of the signature lines, from 1.
            line: usize,
        } = "NOTE_SIGNATURE_LINE",
            "سطر التوقيع {line} ليس على صيغة «— اسم base64»؛ احصل على المذكرة من جديد",
            "signature line {line} does not read '— name base64'; fetch the note again";
        /// More signatures than a note has.
        TooManySignatures = "NOTE_TOO_MANY_SIGNATURES",
            "تحت المذكرة تواقيع أكثر من الحد الأقصى {SIGNATURES_MAX}؛ تحقّق من مصدرها",
            "there are more than {SIGNATURES_MAX} signatures under the note; check where it is from";
        /// Two signatures of one key.
        SignedTwice {
            /// The key's name.
            key: String,
        } = "NOTE_SIGNED_TWICE",
            "تحت المذكرة توقيعان للمفتاح {key}، ولا يُقبل إلا توقيع واحد؛ احصل عليها من جديد",
            "there are two signatures of the key {key} under the note, only one is accepted; fetch it again";
        /// A signature of a known key that the key did not make over this text.
        BadSignature {
            /// The key's name.
            key: String,
        } = "NOTE_BAD_SIGNATURE",
            "توقيع المفتاح {key} ليس على هذا النص: غُيِّر النص أو التوقيع؛ احفظ المذكرة دليلًا واحصل عليها من مصدر آخر",
            "the signature of the key {key} is not over this text: text or signature was changed; keep the note as evidence and fetch it elsewhere";
        /// A time that the format has no room for.
        Time {
            /// Seconds since 1970.
            posix_seconds: u64,
        } = "NOTE_TIME",
            "الوقت {posix_seconds} خارج ما تتسع له صيغة الشهادة؛ اضبط ساعة الجهاز",
            "the time {posix_seconds} does not fit the cosignature format; set this machine's clock";
    }
}
