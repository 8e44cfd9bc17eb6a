//! Checkpoints (C2SP tlog-checkpoint): what a log commits to, on three lines under its signature.

use super::lines::decimal;
use super::note::{KEY_NAME_BYTES_MAX, LogKey, LogVerifier, Note, NoteError, Signature};
use super::{EMPTY_HASH, Hash};
use crate::aggregate::{ensure, refusals};

/// A log's promise: this origin has this many entries, and their tree has this root.
#[derive(Clone, Debug, PartialEq)]
pub struct Checkpoint {
    origin: String,
    size: u64,
    root: Hash,
}

impl Checkpoint {
    /// A checkpoint. An empty tree has one root only, so another one with size 0 is refused.
    pub fn new(origin: &str, size: u64, root: Hash) -> Result<Self, CheckpointError> {
        let legal = !origin.is_empty()
            && origin.len() <= KEY_NAME_BYTES_MAX
            && !origin.chars().any(char::is_control);
        ensure(legal, CheckpointError::Origin)?;
        ensure(size > 0 || root == EMPTY_HASH, CheckpointError::Root)?;
        Ok(Self {
            origin: origin.to_owned(),
            size,
            root,
        })
    }

    /// Before the first entry.
    pub fn empty(origin: &str) -> Result<Self, CheckpointError> {
        Self::new(origin, 0, EMPTY_HASH)
    }

    /// Parses a note's text. Extension lines of other logs are read over; Sijill writes none.
    pub fn parse(text: &str) -> Result<Self, CheckpointError> {
        let body = text.strip_suffix('\n').ok_or(CheckpointError::Lines)?;
        let mut lines = body.split('\n');
        let mut next = || lines.next().ok_or(CheckpointError::Lines);
        let (origin, size, root) = (next()?, next()?, next()?);
        ensure(lines.all(|line| !line.is_empty()), CheckpointError::Lines)?;
        let size = decimal(size).ok_or(CheckpointError::Size)?;
        let root = Hash::parse_hash(root).map_err(|_| CheckpointError::Root)?;
        Self::new(origin, size, root)
    }

    /// The note's text: three lines.
    pub fn body(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, self.root)
    }

    /// Which log.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Its entries, in number.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The root of their tree.
    pub const fn root(&self) -> Hash {
        self.root
    }

    /// Signs, and asks nothing: whether this may be signed is for [`Signer`](super::signer::Signer) to say.
    pub(crate) fn sign(self, key: &LogKey) -> Result<SignedCheckpoint, NoteError> {
        let mut note = Note::new(self.body())?;
        key.sign(&mut note)?;
        Ok(SignedCheckpoint {
            checkpoint: self,
            note,
        })
    }
}

/// A checkpoint with the signatures under it. None of them is checked before [`signed_by`](Self::signed_by) or a policy does.
#[derive(Clone, Debug, PartialEq)]
pub struct SignedCheckpoint {
    checkpoint: Checkpoint,
    note: Note,
}

impl SignedCheckpoint {
    /// Parses a note whose text is a checkpoint.
    pub fn parse(bytes: &[u8]) -> Result<Self, CheckpointError> {
        let note = Note::parse(bytes)?;
        Ok(Self {
            checkpoint: Checkpoint::parse(note.text())?,
            note,
        })
    }

    /// The note as it is served and stored.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.note.to_bytes()
    }

    /// What it says.
    pub const fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// Text and signatures.
    pub const fn note(&self) -> &Note {
        &self.note
    }

    /// Whether the log itself signed: the key's name must be the origin, or one log could speak for another.
    pub fn signed_by(&self, log: &LogVerifier) -> Result<bool, NoteError> {
        Ok(log.name() == self.checkpoint.origin && log.signed(&self.note)?)
    }

    /// Adds a cosignature that was checked; an older one of the same key makes room for it.
    pub fn put(&mut self, cosignature: Signature) -> Result<(), NoteError> {
        self.note.put(cosignature)
    }
}

refusals! {
    /// Why a text is no checkpoint.
    pub enum CheckpointError, /** The note around it is wrong. */ Note(NoteError) {
        /// Not three lines and, perhaps, extension lines.
        Lines = "CHECKPOINT_LINES",
            "ليست نقطة تحقق: تلزم ثلاثة أسطر غير فارغة (الأصل والعدد والجذر) ينتهي كل منها بسطر جديد؛ احصل عليها من جديد",
            "this is no checkpoint: it needs three lines (origin, size, root), none empty, each ending in a newline; fetch it again";
        /// An origin that cannot stand on a line.
        Origin = "CHECKPOINT_ORIGIN",
            "أصل السجل فارغ، أو أطول من {KEY_NAME_BYTES_MAX} بايت، أو فيه محرف تحكم؛ اختر أصلًا مثل log.example.org/2026",
            "the log's origin is empty, longer than {KEY_NAME_BYTES_MAX} bytes, or has a control character; choose one like log.example.org/2026";
        /// The second line is no number.
        Size = "CHECKPOINT_SIZE",
            "عدد القيود في السطر الثاني ليس عددًا عشريًّا بلا أصفار سابقة؛ احصل على نقطة التحقق من جديد",
            "the size on the second line is no decimal without leading zeros; fetch the checkpoint again";
        /// The third line is no hash, or not that of an empty tree where the size is 0.
        Root = "CHECKPOINT_ROOT",
            "الجذر في السطر الثالث ليس بصمة من 32 بايت بترميز base64، أو لا يوافق سجلًّا فارغًا عدده 0؛ احصل على نقطة التحقق من جديد",
            "the root on the third line is no 32-byte hash in base64, or not the empty tree's where the size is 0; fetch the checkpoint again";
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aggregate::Explain as _;
    use crate::log::testing::{CHECKPOINT_7, ORIGIN, Tree};

    #[test]
    fn only_one_text_says_it() {
        let signed = SignedCheckpoint::parse(CHECKPOINT_7).unwrap();
        assert_eq!(signed.checkpoint(), &Tree::new(7).checkpoint(7));
        let body = signed.checkpoint().body();
        let code = |text: &str| Checkpoint::parse(text).unwrap_err().code();
        let with = |from: &str, to: &str| code(&body.replacen(from, to, 1));
        for size in ["07", "+7", "-7", "7 ", "", "0x7", "18446744073709551616"] {
            assert_eq!(with("\n7\n", &format!("\n{size}\n")), "CHECKPOINT_SIZE");
        }
        assert_eq!(with("\n7\n", "\n0\n"), "CHECKPOINT_ROOT");
        assert_eq!(with("tYc=", "tYd="), "CHECKPOINT_ROOT");
        assert_eq!(with("tYc=", "tYc"), "CHECKPOINT_ROOT");
        assert_eq!(with("tYc=", "tYc= "), "CHECKPOINT_ROOT");
        assert_eq!(with(ORIGIN, ""), "CHECKPOINT_ORIGIN");
        assert_eq!(with(ORIGIN, "a\rb"), "CHECKPOINT_ORIGIN");
        assert_eq!(code(body.trim_end()), "CHECKPOINT_LINES");
        assert_eq!(code(&format!("{body}\n")), "CHECKPOINT_LINES");
        assert_eq!(code("a\n1\n"), "CHECKPOINT_LINES");
        assert_eq!(code(""), "CHECKPOINT_LINES");
        let extended = Checkpoint::parse(&format!("{body}one\ntwo\n")).unwrap();
        assert_eq!(&extended, signed.checkpoint());
    }

    #[test]
    fn an_empty_log_has_one_root() {
        let empty = Checkpoint::empty(ORIGIN).unwrap();
        assert_eq!(empty.root(), Tree::new(0).root(0));
        assert_eq!(Checkpoint::parse(&empty.body()), Ok(empty));
    }
}
