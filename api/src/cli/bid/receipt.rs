//! `sijill bid receipt`: from what the server answered to what nobody can take back: the proof that the envelope is in the log.
//! It is checked here before it is written, and again offline at any time by `sijill verify --receipt PROOF --entry ENTRY`.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sijill_ledger_core::domain::envelope::Event as EnvelopeEvent;
use sijill_ledger_core::domain::values::{EffectiveAt, Sha256, rfc3339};
use sijill_ledger_core::event::Event;
use sijill_ledger_core::seal::Sealed;
use sijill_ledger_core::store::Entry;
use sijill_ledger_core::time::{MICROS_PER_SECOND, Timestamp};
use sijill_schemas::types::v1::CommandResponse;
use uuid::Uuid;

use super::handing::Ready;
use crate::cli::data;
use crate::cli::errors::{Bilingual, Failure};
use crate::cli::input::contents;
use crate::cli::keygen::{PRIVATE_MODE, new_file};
use crate::cli::lang::Lang;
use crate::cli::output::{Cell, Sheet, Ui, Word};
use crate::cli::remote::{Placed, Remote, Trust};
use crate::cli::sealed::like;

/// The form of the file.
const FORMAT: &str = "sijill-bid-receipt/v1";
/// How long after the deadline a quorum may cosign for an envelope's time to be borne out, in seconds: witnesses are asked every few
/// seconds, and one that is not there at once is asked again.
const WITNESSED_WITHIN_SECONDS: i64 = 60;
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
    #[serde(with = "rfc3339")]
    deadline: EffectiveAt,
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
    let (proof, verified) = remote.proof(&entry, &kept.origin, &claims).await?;
    let policy = claims.policy();
    let witnessed = policy.and_then(|it| it.enough_since(&verified.cosigned_at));
    let witnessed = witnessed.and_then(Timestamp::from_seconds);
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
        like(kept.deadline, kept.recorded_at),
        Cell::Instant(kept.deadline),
        witnessed.map_or(Cell::Absent, |at| like(kept.deadline, at)),
        Cell::Count(checkpoint.size()),
        Cell::text(checkpoint.root()),
    ]);
    ui.sheet(&sheet)?;
    let borne_out = borne_out(witnessed, kept.deadline);
    ui.note(ui.lang.pick(&borne_out.ar, &borne_out.en))
}

/// Who beside the server bears out that the envelope came in time. A server whose clock runs slow can stamp a late envelope as an
/// early one, but cannot have shown it to witnesses before it was there.
fn borne_out(witnessed: Option<Timestamp>, deadline: EffectiveAt) -> Bilingual {
    let latest = deadline
        .at()
        .plus_micros(WITNESSED_WITHIN_SECONDS * MICROS_PER_SECOND);
    let Some(at) = witnessed else {
        return Bilingual::new(
            "لا يقول متى جاء إلا ساعة الخادم؛ أعط سياسة الشهود بالخيار ‎--witnesses، واطلب الإيصال فور التسليم",
            "only the server's clock says when it came; give a policy of witnesses by --witnesses, and ask for the receipt as soon as the envelope is handed in",
        );
    };
    let [ar, en] = [Lang::Ar, Lang::En].map(|lang| like(deadline, at).shown(lang));
    if at <= latest {
        return Bilingual::new(
            format!(
                "شهد عليه نصاب الشهود حتى {ar}: لا يُقال إنه جاء بعد الموعد إلا إن قصّرت قواعد المناقصة مهلة الشهود عن ذلك"
            ),
            format!(
                "a quorum of witnesses had seen it by {en}: nobody can say that it came after the deadline, unless the tender's rules give witnesses less time"
            ),
        );
    }
    Bilingual::new(
        format!(
            "لم يشهد عليه نصاب الشهود قبل {ar}، بعد الموعد بأكثر من {WITNESSED_WITHIN_SECONDS} ثانية: لا يثبت أنه جاء في وقته إلا قول الخادم؛ اطلب الإيصال فور التسليم"
        ),
        format!(
            "no quorum of witnesses had seen it before {en}, more than {WITNESSED_WITHIN_SECONDS} s after the deadline: that it came in time is the server's word alone; ask for the receipt as soon as the envelope is handed in"
        ),
    )
}

const COLUMNS: [Word; 8] = [
    Word::new("tender", "المناقصة", "tender"),
    Word::new("part", "المظروف", "part"),
    Word::new("index", "القيد", "index"),
    Word::new("recorded_at", "وقت التسجيل", "recorded at"),
    Word::new(
        "deadline",
        "الموعد الأخير حين سُلِّم",
        "deadline when handed in",
    ),
    Word::new("witnessed_at", "شهادة النصاب", "quorum cosigned at"),
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A deadline at 1,000 s: a quorum at 1,060 s bears it out, one at 1,061 s does not.
    #[test]
    fn witnesses_bear_out_what_they_saw_within_a_minute() {
        let deadline = Timestamp::from_micros(1_000 * MICROS_PER_SECOND);
        let deadline = EffectiveAt::new(deadline, 120).unwrap();
        let said = |seconds| borne_out(Timestamp::from_seconds(seconds), deadline).en;
        assert!(said(990).contains("nobody can say"), "{}", said(990));
        assert!(said(1_060).contains("nobody can say"), "{}", said(1_060));
        assert!(said(1_060).contains("02:17:40 +02:00"), "{}", said(1_060));
        assert!(said(1_061).contains("the server's word"), "{}", said(1_061));
        assert!(said(u64::MAX).contains("only the server's clock"));
        assert!(borne_out(None, deadline).en.contains("--witnesses"));
    }
}
