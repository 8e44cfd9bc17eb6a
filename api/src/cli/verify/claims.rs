//! What is said about a log: its checkpoint with the signatures under it, and the checkpoints that a user saved.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use sijill_ledger_core::aggregate::Explain;
use sijill_ledger_core::log::Hash;
use sijill_ledger_core::log::checkpoint::SignedCheckpoint;
use sijill_ledger_core::log::note::{LogVerifier, NOTE_BYTES_MAX, NoteError};
use sijill_ledger_core::log::policy::{POLICY_BYTES_MAX, Policy, PolicyError};
use sijill_ledger_core::log::proof::{Proof, ProofError, Verified};

use super::Fault;
use super::checks::Check;
use super::lineage::{Earlier, Lineage};
use super::report::Report;
use crate::cli::errors::{Bilingual, Failure};
use crate::cli::input::{contents, unusable};
use crate::cli::lang::{Lang, two};

/// Whom the user believes, and what the user was told before.
#[derive(Debug, Default)]
pub struct Claims {
    keys: Vec<LogVerifier>,
    policy: Option<Policy>,
    known: Vec<Known>,
}

/// A checkpoint out of a file.
#[derive(Debug)]
pub struct Known {
    /// The file.
    pub file: PathBuf,
    /// The checkpoint in it.
    pub checkpoint: SignedCheckpoint,
}

/// The options that all kinds of verification share.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Public key of the log, as sijill keygen --log prints it; once more for each key of a rotation
    #[arg(long)]
    vkey: Vec<String>,
    /// Policy: the witnesses that are known, and how many of them must have cosigned
    #[arg(long)]
    witnesses: Option<PathBuf>,
    /// Checkpoint saved earlier, from which the log must have grown; may be repeated
    #[arg(long)]
    known: Vec<PathBuf>,
}

impl Claims {
    /// Whose signatures are believed, and nothing that was told before.
    pub fn believing(vkeys: &[String], witnesses: Option<&Path>) -> Result<Self, Failure> {
        Self::read(&Options {
            vkey: vkeys.to_vec(),
            witnesses: witnesses.map(Path::to_owned),
            known: Vec::new(),
        })
    }

    /// Whether a receipt proves that one of the believed keys has committed to this entry.
    pub fn proven(&self, proof: &Proof, entry: &[u8]) -> Result<Verified, ProofError> {
        let unwitnessed = Policy::unwitnessed();
        let policy = self.policy().unwrap_or(&unwitnessed);
        let origin = proof.checkpoint.checkpoint().origin().to_owned();
        let mut judged = Err(ProofError::NotSigned { origin });
        for key in self.keys() {
            if matches!(judged, Err(ProofError::NotSigned { .. })) {
                judged = proof.verify(entry, key, policy);
            }
        }
        judged
    }

    /// As the user gives them.
    pub fn read(options: &Options) -> Result<Self, Failure> {
        let keys = options.vkey.iter().map(|vkey| {
            LogVerifier::parse(vkey).map_err(|error| unusable(Path::new("--vkey"), &error))
        });
        let mut keys = keys.collect::<Result<Vec<_>, _>>()?;
        let policy = options.witnesses.as_deref().map(policy).transpose()?;
        let of_policy = policy.iter().flat_map(Policy::logs);
        keys.extend(of_policy.map(|log| log.key.clone()));
        let mut claims = Self {
            keys,
            policy,
            known: Vec::new(),
        };
        for file in &options.known {
            let bytes = contents(file, NOTE_BYTES_MAX as u64)?;
            let read = SignedCheckpoint::parse(&bytes).map_err(|error| unusable(file, &error))?;
            let signed = claims
                .signed(&read)
                .map_err(|error| unusable(file, &error))?;
            // One that the log has not signed accuses nobody.
            if !claims.keys.is_empty() && !signed {
                return Err(not_signed(file));
            }
            claims.know(file, read);
        }
        Ok(claims)
    }

    /// Takes a checkpoint that the log must have grown from.
    pub fn know(&mut self, file: &Path, checkpoint: SignedCheckpoint) {
        self.known.push(Known {
            file: file.to_owned(),
            checkpoint,
        });
    }

    /// The log's keys.
    pub fn keys(&self) -> &[LogVerifier] {
        &self.keys
    }

    /// Whose cosignatures are enough, where the user says so.
    pub const fn policy(&self) -> Option<&Policy> {
        self.policy.as_ref()
    }

    /// The sizes at which roots are claimed.
    pub fn sizes(&self, published: Option<&SignedCheckpoint>) -> BTreeSet<u64> {
        let known = self.known.iter().map(|known| &known.checkpoint);
        let all = known.chain(published);
        all.map(|signed| signed.checkpoint().size()).collect()
    }

    /// Judges the signatures under the published checkpoint.
    pub fn signatures(&self, published: &SignedCheckpoint, report: &mut Report, lang: Lang) {
        if self.keys.is_empty() {
            report.not_done(Check::Signature, without_key());
        } else {
            match self.signed(published) {
                Ok(true) => report.settle(Check::Signature, 1),
                Ok(false) => report.fail(said(
                    Check::Signature,
                    two!(
                        lang,
                        "نقطة التحقق المنشورة لا تحمل توقيع أي من المفاتيح المعطاة",
                        "the published checkpoint bears no signature of the given keys"
                    ),
                )),
                Err(error) => report.fail(said(Check::Signature, told(&error, lang))),
            }
        }
        match &self.policy {
            None => report.not_done(Check::Cosignatures, without_policy()),
            Some(policy) => cosignatures(policy, published, report, lang),
        }
    }

    /// Compares what is claimed with the roots that the entries give.
    pub fn roots(
        &self,
        origin: &str,
        published: Option<&SignedCheckpoint>,
        (entries, roots): (u64, &BTreeMap<u64, Hash>),
        lineage: &Lineage,
        report: &mut Report,
        lang: Lang,
    ) {
        let found = Found { entries, roots };
        let before = report.fault_count();
        if let Some(published) = published {
            match found.judge(origin, published, lang) {
                None => report.settle(Check::Root, published.checkpoint().size()),
                Some((index, what)) => report.fail(Fault {
                    index,
                    check: Check::Root,
                    code: None,
                    what,
                }),
            }
        }
        for Known { file, checkpoint } in &self.known {
            let says = checkpoint.checkpoint();
            let of = match lineage.earlier(says.origin(), says.size()) {
                Some(Earlier::Lost { named_by }) => {
                    report.remark(lost(file, says.size(), named_by));
                    continue;
                }
                Some(Earlier::Unnamed { named }) => {
                    report.fail(unnamed(file, says.size(), named, lang));
                    continue;
                }
                Some(Earlier::Left) => says.origin(),
                None => origin,
            };
            match found.judge(of, checkpoint, lang) {
                None => report.count(Check::Known, 1),
                Some((index, what)) => report.fail(Fault {
                    index,
                    check: Check::Known,
                    code: None,
                    what: format!("{}: {what}", file.display()),
                }),
            }
        }
        if self.known.is_empty() {
            report.not_done(Check::Known, without_known());
        } else if report.fault_count() == before {
            report.settle(Check::Known, 0);
        }
    }

    /// Whether one of the log's keys has signed.
    pub fn signed(&self, checkpoint: &SignedCheckpoint) -> Result<bool, NoteError> {
        for key in &self.keys {
            if checkpoint.signed_by(key)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// What the entries give.
struct Found<'a> {
    /// How many there are.
    entries: u64,
    /// Their roots at the sizes that are claimed.
    roots: &'a BTreeMap<u64, Hash>,
}

impl Found<'_> {
    /// What is wrong with a claim, and the first entry concerned where that is known.
    fn judge(
        &self,
        origin: &str,
        claim: &SignedCheckpoint,
        lang: Lang,
    ) -> Option<(Option<u64>, String)> {
        let claim = claim.checkpoint();
        let (size, entries, of) = (claim.size(), self.entries, claim.origin());
        if of != origin {
            let what = two!(
                lang,
                "نقطة التحقق للسجل {of} وهذا {origin}",
                "the checkpoint is of the log {of}, this one is {origin}"
            );
            return Some((None, what));
        }
        let Some(root) = self.roots.get(&size).filter(|_| size <= entries) else {
            let what = two!(
                lang,
                "وقّع السجل على {size} قيد وليس هنا إلا {entries}: نُزعت قيود من آخره",
                "the log has signed for {size} entries, of which {entries} are here: the last ones were removed"
            );
            return Some((Some(entries), what));
        };
        let signed = claim.root();
        (*root != signed).then(|| {
            let what = two!(
                lang,
                "جذر أول {size} قيد هو {root} والموقَّع {signed}: غُيّر قيد منها أو نُزع أو أُضيف أو نُقل بعد التوقيع",
                "the root of the first {size} entries is {root}, signed was {signed}: one of them was changed, removed, added or moved since"
            );
            (None, what)
        })
    }
}

fn lost(file: &Path, size: u64, named_by: u64) -> Bilingual {
    let file = file.display();
    Bilingual::new(
        format!("{file}: من قيودها ({size}) ما ضاع وسمّاه القيد {named_by}؛ لا تُقارن"),
        format!(
            "{file}: of its {size} entries some were lost, as entry {named_by} names; it is not compared"
        ),
    )
}

fn unnamed(file: &Path, size: u64, named: u64, lang: Lang) -> Fault {
    let file = file.display();
    said(
        Check::Known,
        two!(
            lang,
            "{file}: وقّع السجل السابق على {size} قيدًا ولا يسمّي خلفه إلا {named}: ضاع أكثر مما قيل",
            "{file}: the earlier log has signed for {size} entries, of which its successor names {named}: more was lost than is said"
        ),
    )
}

fn cosignatures(policy: &Policy, published: &SignedCheckpoint, report: &mut Report, lang: Lang) {
    match policy.witnessed(published) {
        Err(error) => report.fail(said(Check::Cosignatures, told(&error, lang))),
        Ok(witnessed) => {
            let count = witnessed.cosigned_at.len();
            if witnessed.quorum {
                report.settle(Check::Cosignatures, count as u64);
                return;
            }
            let what = two!(
                lang,
                "شهد على نقطة التحقق {count} من الشهود المعروفين ولا تكتمل بهم السياسة",
                "{count} known witnesses have cosigned the checkpoint, which the policy does not find enough"
            );
            report.fail(said(Check::Cosignatures, what));
        }
    }
}

fn said(check: Check, what: String) -> Fault {
    Fault {
        index: None,
        check,
        code: None,
        what,
    }
}

fn told(error: &impl Explain, lang: Lang) -> String {
    Bilingual::refusal(error).get(lang).to_owned()
}

fn without_key() -> Bilingual {
    Bilingual::new(
        "لم يُعط مفتاح السجل العام؛ أضف --vkey بالمفتاح الذي نشره السجل",
        "the log's public key was not given; add --vkey with the key that the log has published",
    )
}

fn without_policy() -> Bilingual {
    Bilingual::new(
        "لم تُعط سياسة شهود؛ أضف --witnesses بملفها",
        "no policy of witnesses was given; add --witnesses with its file",
    )
}

fn without_known() -> Bilingual {
    Bilingual::new(
        "لم تُعط نقطة تحقق محفوظة؛ احفظ نقطة التحقق اليوم وأعطها لاحقًا بـ --known",
        "no saved checkpoint was given; keep today's checkpoint and give it later as --known",
    )
}

fn not_signed(file: &Path) -> Failure {
    Failure::Input {
        file: file.to_owned(),
        text: Bilingual::new(
            "لم يوقّع نقطة التحقق هذه أي من مفاتيح السجل المعطاة؛ تحقق من المفتاح (--vkey) ومن الملف",
            "none of the given keys has signed this checkpoint; check the key (--vkey) and the file",
        ),
    }
}

fn policy(file: &Path) -> Result<Policy, Failure> {
    let bytes = contents(file, POLICY_BYTES_MAX as u64)?;
    // What is no UTF-8 is no keyword and no key either, and is named with its line.
    let text = String::from_utf8_lossy(&bytes);
    text.parse()
        .map_err(|error: PolicyError| unusable(file, &error))
}
