//! `sijill bid receipt`: from what the server answered to what nobody can take back: the proof that the envelope is in the log.
//! It is checked here before it is written, and again offline at any time by `sijill verify --receipt PROOF --entry ENTRY`.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sijill_ledger_core::domain::envelope::Event as EnvelopeEvent;
use sijill_ledger_core::domain::values::Sha256;
use sijill_ledger_core::event::Event;
use sijill_ledger_core::seal::Sealed;
use sijill_ledger_core::store::Entry;
use sijill_ledger_core::time::Timestamp;
use sijill_schemas::types::v1::CommandResponse;
use uuid::Uuid;

use super::handing::Ready;
use crate::cli::data;
use crate::cli::errors::{Bilingual, Failure};
use crate::cli::input::contents;
use crate::cli::keygen::{PRIVATE_MODE, new_file};
use crate::cli::output::{Cell, Sheet, Ui, Word};
use crate::cli::remote::{Placed, Remote, Trust};

/// The form of the file.
const FORMAT: &str = "sijill-bid-receipt/v1";
/// A file of this form is far smaller.
const BYTES_MAX: u64 = 64 << 10;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Address of a server, such as <http://127.0.0.1:7450>
    #[arg(long, value_name = "URL")]
    server: String,
    #[command(flatten)]
    trust: Trust,
    /// File for the proof
    #[arg(long)]
    out: PathBuf,
    /// File for the entry, which the proof is about
    #[arg(long)]
    entry: PathBuf,
    /// File of the receipt that `sijill bid submit` wrote
    receipt: PathBuf,
}

/// What a bidder keeps of the answer: whoever reads it knows who bids, so only its owner can.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Kept {
    format: String,
    origin: String,
    tender: String,
    bidder: String,
    part: String,
    envelope: Uuid,
    digest: Sha256,
    index: u64,
    recorded_at: Timestamp,
    deadline: Timestamp,
}

impl Kept {
    /// Of an answer.
    pub(super) fn new(of: &Ready, bidder: &str, answer: &CommandResponse) -> Self {
        let file = &of.read.sheet;
        let terms = file.sheet.terms();
        Self {
            format: FORMAT.to_owned(),
            origin: terms.origin.clone(),
            tender: terms.tender.clone(),
            bidder: bidder.to_owned(),
            part: terms.kind.clone(),
            envelope: of.dealing().id,
            digest: of.dealing().digest(),
            index: answer.position.as_ref().map_or(0, |it| it.index),
            recorded_at: Timestamp::from_micros(answer.recorded_at_micros),
            deadline: file.deadline,
        }
    }

    /// Writes it; where it stands already, it stays.
    pub(super) fn save(&self, file: &Path) -> Result<(), Failure> {
        if Self::load(file).is_ok_and(|before| before == *self) {
            return Ok(());
        }
        let text = serde_json::to_string_pretty(self).map_err(|error| odd(file, &error))?;
        new_file(file, PRIVATE_MODE, format!("{text}\n").as_bytes())
    }

    fn load(file: &Path) -> Result<Self, Failure> {
        let bytes = contents(file, BYTES_MAX)?;
        let kept: Self = serde_json::from_slice(&bytes).map_err(|error| odd(file, &error))?;
        if kept.format == FORMAT {
            Ok(kept)
        } else {
            Err(odd(file, &kept.format))
        }
    }

    /// Whether an entry is the one that the receipt is about.
    fn is_of(&self, entry: &Placed) -> Result<bool, Failure> {
        let read = Entry::decode(&entry.bytes).map_err(|error| Failure::Damaged {
            index: Some(entry.index),
            what: error.to_string(),
        })?;
        let recorded = data::decoded(entry.index, &read)?;
        let Event::Envelope(EnvelopeEvent::BidSealed(sealed)) = &recorded.event else {
            return Ok(false);
        };
        let bid = Sealed::from_bytes(self.envelope, &sealed.key, &sealed.sealed);
        Ok(
            recorded.stream.as_str() == format!("envelope-{}", self.envelope)
                && recorded.recorded_at == self.recorded_at
                && bid.is_some_and(|bid| bid.dealing.digest() == self.digest),
        )
    }
}

/// Fetches, checks, writes.
pub(super) async fn run(arguments: &Arguments, ui: &mut Ui) -> Result<(), Failure> {
    let kept = Kept::load(&arguments.receipt)?;
    let claims = arguments.trust.claims()?.ok_or_else(|| {
        Failure::Usage(Bilingual::new(
            "لا يُثبت شيء بلا مفتاح السجل؛ أعطه بالخيار ‎--vkey",
            "nothing is proven without the log's key; give it by --vkey",
        ))
    })?;
    let mut remote = Remote::connect(&arguments.server).await?;
    let entry = Placed {
        index: kept.index,
        bytes: remote.entry(kept.index).await?,
    };
    if !kept.is_of(&entry)? {
        return Err(Failure::Refused {
            code: "RECEIPT_OTHER_ENTRY",
            text: Bilingual::new(
                format!(
                    "القيد {} في السجل ليس المظروف الذي في الإيصال؛ احفظ الإيصال دليلًا واسأل مرآة وشاهدًا",
                    kept.index
                ),
                format!(
                    "entry {} of the log is not the envelope of the receipt; keep the receipt as evidence, and ask a mirror and a witness",
                    kept.index
                ),
            ),
        });
    }
    let proof = remote.proof(&entry, &kept.origin, &claims).await?;
    let written = |file: &Path, bytes: &[u8]| {
        let written = fs::write(file, bytes);
        written.map_err(|error| Failure::io(file, &error))
    };
    written(&arguments.out, &proof.to_bytes())?;
    written(&arguments.entry, &entry.bytes)?;
    let checkpoint = proof.checkpoint.checkpoint();
    let mut sheet = Sheet::new(Word::new("receipts", "الإيصالات", "receipts"), &COLUMNS);
    sheet.rows.push(vec![
        Cell::text(&kept.tender),
        Cell::text(&kept.part),
        Cell::Count(kept.index),
        Cell::text(kept.recorded_at),
        Cell::text(kept.deadline),
        Cell::Count(checkpoint.size()),
        Cell::text(checkpoint.root()),
    ]);
    ui.sheet(&sheet)
}

const COLUMNS: [Word; 7] = [
    Word::new("tender", "المناقصة", "tender"),
    Word::new("part", "المظروف", "part"),
    Word::new("index", "القيد", "index"),
    Word::new("recorded_at", "وقت التسجيل", "recorded at"),
    Word::new(
        "deadline",
        "الموعد الأخير حين سُلِّم",
        "deadline when handed in",
    ),
    Word::new("size", "قيود نقطة التحقق", "entries of the checkpoint"),
    Word::new("root", "الجذر", "root"),
];

fn odd(file: &Path, what: &impl ToString) -> Failure {
    let what = what.to_string();
    Failure::Input {
        file: file.to_owned(),
        text: Bilingual::new(
            format!("ليس إيصالًا كما يكتبه `sijill bid submit`: {what}"),
            format!("it is no receipt as `sijill bid submit` writes it: {what}"),
        ),
    }
}
