//! What `sijill committee` and `sijill bid` share: the files of sealed bids.

use std::fs;
use std::io::Read as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use sijill_ledger_core::aggregate::Explain;
use sijill_ledger_core::domain::values::EffectiveAt;
use sijill_ledger_core::seal::files::{EnvelopeFile, FILE_BYTES_MAX, FileForm, SheetFile};
use sijill_ledger_core::seal::{Envelope, SIZE_CLASSES, Sealed};
use sijill_ledger_core::time::Timestamp;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::errors::{Bilingual, Failure};
use super::keygen::{PRIVATE_MODE, PUBLIC_MODE, new_file};
use super::output::{Cell, Sheet, Word};

/// The sheet and the envelope under it.
pub struct Read {
    pub sheet: SheetFile,
    pub envelope: EnvelopeFile,
}

impl Read {
    /// Reads both.
    pub fn from(sheet: &Path, envelope: &Path) -> Result<Self, Failure> {
        Ok(Self {
            sheet: load(sheet)?,
            envelope: load(envelope)?,
        })
    }

    /// The envelope, checked; `file` is where it was read from.
    pub fn checked(&self, file: &Path) -> Result<Envelope<'_>, Failure> {
        let envelope = self.envelope.envelope(&self.sheet.sheet);
        envelope.map_err(|refusal| unusable(file, &refusal))
    }

    /// What of the envelope holds for a whole answer, over rows of seats.
    pub fn answer(&self, columns: &[Word]) -> Sheet {
        let under = &self.sheet.sheet;
        let terms = under.terms();
        let Sealed {
            dealing,
            ciphertext,
        } = &self.envelope.sealed;
        Sheet::new(SEATS, columns)
            .fact(TENDER, Cell::text(&terms.tender))
            .fact(KIND, Cell::text(&terms.kind))
            .fact(SHEET, Cell::text(under.digest()))
            .fact(THRESHOLD, Cell::Count(terms.threshold.into()))
            .fact(DEADLINE, Cell::Instant(self.sheet.deadline))
            .fact(ENVELOPE, Cell::text(dealing.id))
            .fact(DIGEST, Cell::text(dealing.digest()))
            .fact(CIPHERTEXT, count(ciphertext.len()))
    }
}

/// An instant as the clock shows it that shows a deadline.
pub fn like(deadline: EffectiveAt, at: Timestamp) -> Cell {
    EffectiveAt::new(at, deadline.offset_minutes()).map_or_else(|_| Cell::text(at), Cell::Instant)
}

/// A size or number as a cell.
pub fn count(number: usize) -> Cell {
    Cell::Count(u64::try_from(number).unwrap_or(u64::MAX))
}

pub const SEATS: Word = Word::new("seats", "المقاعد", "seats");
pub const SEAT: Word = Word::new("seat", "المقعد", "seat");
pub const MEMBER: Word = Word::new("member", "العضو", "member");
pub const TENDER: Word = Word::new("tender", "المناقصة", "tender");
const KIND: Word = Word::new("kind", "نوع المظروف", "kind of envelope");
const SHEET: Word = Word::new("sheet", "بصمة كشف الختم", "sealing sheet's digest");
pub const THRESHOLD: Word = Word::new(
    "threshold",
    "عدد من يفتحونه معًا",
    "members who open together",
);
pub const DEADLINE: Word = Word::new(
    "deadline",
    "الموعد الأخير كما في الكشف",
    "deadline in the sheet",
);
pub const ENVELOPE: Word = Word::new("envelope", "المظروف", "envelope");
const DIGEST: Word = Word::new("digest", "بصمة المظروف", "envelope's digest");
const CIPHERTEXT: Word = Word::new(
    "ciphertext_bytes",
    "حجم المشفّر (بايت)",
    "encrypted, in bytes",
);

/// Reads a file of one of the forms.
pub fn load<F: FileForm>(path: &Path) -> Result<F, Failure> {
    let text = bytes(path, FILE_BYTES_MAX)?;
    F::from_json(&text).map_err(|refusal| unusable(path, &refusal))
}

/// The same for one that only its owner may be able to read.
pub fn load_private<F: FileForm>(path: &Path) -> Result<F, Failure> {
    let meta = fs::metadata(path).map_err(|error| Failure::unreadable(path, &error))?;
    if meta.mode() & 0o077 != 0 {
        return Err(Failure::Input {
            file: path.to_owned(),
            text: Bilingual::new(
                "يقرأ هذا الملف السري غير صاحبه؛ إن احتُمل أنه قُرئ فاختم العطاء من جديد واسحب الأول، ثم نفّذ chmod 600",
                "others can read this secret file; if it may have been read, seal the bid again and withdraw the first, then run chmod 600",
            ),
        });
    }
    load(path)
}

/// Writes a new file that everyone may read.
pub fn save(path: &Path, file: &impl FileForm) -> Result<(), Failure> {
    write(path, PUBLIC_MODE, file)
}

/// Writes a new file that only its owner can read.
pub fn save_private(path: &Path, file: &impl FileForm) -> Result<(), Failure> {
    write(path, PRIVATE_MODE, file)
}

fn write(path: &Path, mode: u32, file: &impl FileForm) -> Result<(), Failure> {
    let text = file.to_json().map_err(|refusal| unusable(path, &refusal))?;
    new_file(path, mode, text.as_bytes())
}

/// A file's bytes; of a larger one, one more than it may have, which is then refused by who knows what it is.
pub fn bytes(path: &Path, limit: usize) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let unreadable = |error: std::io::Error| Failure::unreadable(path, &error);
    let file = fs::File::open(path).map_err(unreadable)?;
    let mut bytes = Zeroizing::new(Vec::with_capacity(SIZE_CLASSES[0]));
    let taken = file.take(limit as u64 + 1).read_to_end(&mut bytes);
    taken.map_err(unreadable)?;
    Ok(bytes)
}

/// A file that cannot be used, and why.
pub fn unusable(path: &Path, refusal: &impl Explain) -> Failure {
    Failure::Input {
        file: path.to_owned(),
        text: Bilingual::refusal(refusal),
    }
}

/// 32 bytes from the operating system.
pub fn random() -> Result<Zeroizing<[u8; 32]>, Failure> {
    let mut drawn = Zeroizing::new([0; 32]);
    getrandom::fill(&mut drawn[..]).map_err(|error| Failure::Io {
        path: "getrandom".into(),
        what: error.to_string(),
    })?;
    Ok(drawn)
}

/// A random UUID: an envelope's, or a command's.
pub fn random_id() -> Result<Uuid, Failure> {
    let mut bytes = [0; 16];
    let drawn = random()?;
    bytes
        .iter_mut()
        .zip(drawn.iter())
        .for_each(|(byte, drawn)| *byte = *drawn);
    Ok(uuid::Builder::from_random_bytes(bytes).into_uuid())
}
