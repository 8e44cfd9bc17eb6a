//! Where entries of a log are lost for good: a new log under a new origin and key. It begins with the entries that are left, as they
//! are; its first own entry names the checkpoint up to which the old log had signed.
//!
//! One administrator is enough, because the act cannot be turned against the old log: the checkpoint bears that log's signature, the
//! entries are compared with whatever it has published, and everything is public from the first checkpoint on.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use sijill_ledger_core::domain::succession::{Command, Succeeded, Succession};
use sijill_ledger_core::domain::values::SavedCheckpoint;
use sijill_ledger_core::domain::values::{OfficialId, Sha256, Text, ValueError};
use sijill_ledger_core::event::{Actor, ActorId, Role};
use sijill_ledger_core::ledger::{Context, Ledger};
use sijill_ledger_core::log::Hash;
use sijill_ledger_core::log::checkpoint::SignedCheckpoint;
use sijill_ledger_core::log::note::{LogKey, LogVerifier, NOTE_BYTES_MAX, read_key};
use sijill_ledger_core::log::published;
use sijill_ledger_core::log::tree::RootBuilder;
use sijill_ledger_core::store::embedded::{EmbeddedStore, Restoring};
use sijill_ledger_core::store::{AttachmentHash, Attachments, EventStore as _};
use sijill_ledger_core::time::SystemClock;
use uuid::Uuid;

use super::{Arguments, close, finish, open, options, settling};
use crate::cli::data;
use crate::cli::errors::{Bilingual, Failure};
use crate::cli::input::{contents, unusable};
use crate::cli::output::Ui;
use crate::published_log::{self, Fault};

/// Entries that are stored at once: a thousand of the largest would be too many.
const ENTRIES_AT_ONCE: usize = 256;

/// Begins the new log.
pub async fn run(
    arguments: &Arguments,
    lost: &Path,
    keys: &[LogVerifier],
    ui: &mut Ui,
) -> Result<(), Failure> {
    let old = Path::new(&arguments.from);
    let left = data::open(old)?;
    let lost = lost_checkpoint(lost, keys)?;
    same_origin(&left, &lost, old)?;
    let origin = new_origin(arguments, left.origin())?;
    let actor = administrator(arguments)?;
    let mut options = options(&arguments.dir, &origin);
    if arguments.allow_gap {
        options = options.allow_gap();
    }
    let survey = Survey::of(&left, &lost)?;
    let restoring = open(options, Some(old))?;
    let begun = begin(arguments, &left, &restoring, &survey, &lost, actor).await;
    close(&restoring, &arguments.dir).await?;
    begun?.report(ui)
}

/// The old log's last known checkpoint, under its own signature.
fn lost_checkpoint(file: &Path, keys: &[LogVerifier]) -> Result<SignedCheckpoint, Failure> {
    let note = contents(file, NOTE_BYTES_MAX as u64)?;
    let lost = SignedCheckpoint::parse(&note).map_err(|error| unusable(file, &error))?;
    for key in keys {
        if lost
            .signed_by(key)
            .map_err(|error| unusable(file, &error))?
        {
            return Ok(lost);
        }
    }
    Err(Failure::Input {
        file: file.to_owned(),
        text: Bilingual::new(
            "لم يوقّع نقطة التحقق هذه أي من مفاتيح السجل القديم المعطاة؛ تحقق من المفتاح (--vkey) ومن الملف",
            "none of the given keys of the old log has signed this checkpoint; check the key (--vkey) and the file",
        ),
    })
}

fn same_origin(left: &EmbeddedStore, lost: &SignedCheckpoint, old: &Path) -> Result<(), Failure> {
    let (here, named) = (left.origin(), lost.checkpoint().origin());
    if here == named {
        return Ok(());
    }
    Err(Failure::WrongLedger {
        dir: old.to_owned(),
        text: Bilingual::new(
            format!("فيه السجل {here:?}، ونقطة التحقق للسجل {named:?}؛ أعط مجلده"),
            format!(
                "holds the log {here:?}, and the checkpoint is of {named:?}; give the directory of that one"
            ),
        ),
    })
}

/// The new origin is the name of the new key, and another than the old one: one origin never shows two histories.
fn new_origin(arguments: &Arguments, old: &str) -> Result<String, Failure> {
    // It is required beside --succeed.
    let file = arguments
        .log_key
        .as_deref()
        .unwrap_or(Path::new("--log-key"));
    let text = read_key(file).map_err(|error| unusable(file, &error))?;
    let key = LogKey::parse(&text).map_err(|error| unusable(file, &error))?;
    let origin = key.verifier().name().to_owned();
    if origin != old {
        return Ok(origin);
    }
    Err(Failure::Input {
        file: file.to_owned(),
        text: Bilingual::new(
            format!(
                "هو مفتاح الأصل القديم {old}، ولا يُظهر أصل واحد تاريخين؛ أنشئ مفتاحًا لأصل جديد: sijill keygen --log --origin NEW"
            ),
            format!(
                "is a key of the old origin {old}, and one origin never shows two histories; make a key of a new one: sijill keygen --log --origin NEW"
            ),
        ),
    })
}

fn administrator(arguments: &Arguments) -> Result<Actor, Failure> {
    let id = arguments.by.as_deref().unwrap_or_default();
    Ok(Actor {
        id: ActorId::Official(OfficialId::new(id).map_err(invalid)?),
        role: Role::Administrator,
        position: None,
    })
}

#[allow(clippy::needless_pass_by_value)] // for `map_err`
fn invalid(error: ValueError) -> Failure {
    Failure::Usage(Bilingual::from(&error))
}

/// What is left, compared with what the old log has signed.
struct Survey {
    size: u64,
    root: Hash,
}

impl Survey {
    fn of(left: &EmbeddedStore, lost: &SignedCheckpoint) -> Result<Self, Failure> {
        let shown = published::load(left.dir());
        let shown = shown.map_err(|error| unusable(&left.dir().join(published::FILE), &error))?;
        let claims = [Some(lost), shown.as_ref()].into_iter().flatten();
        let claims: BTreeMap<u64, Hash> = claims
            .map(|signed| (signed.checkpoint().size(), signed.checkpoint().root()))
            .collect();
        let (size, mut tree) = (left.size(), RootBuilder::new());
        for batch in left.log_reader(0) {
            let batch = batch.map_err(data::reading)?;
            for (_, entry) in batch.iter().filter(|(index, _)| *index < size) {
                tree.push_entry(entry.bytes());
                if claims
                    .get(&tree.size())
                    .is_some_and(|root| *root != tree.root())
                {
                    return Err(grown(tree.size(), size));
                }
            }
        }
        let signed = lost.checkpoint().size();
        if size < signed {
            let root = tree.root();
            return Ok(Self { size, root });
        }
        Err(Failure::Refused {
            code: "SUCCESSION_NOTHING_LOST",
            text: Bilingual::new(
                format!(
                    "في المجلد {size} قيدًا ومنها كل ما وُقِّع عليه ({signed}): لم يضع شيء، فتابع بالسجل نفسه ومفتاحه"
                ),
                format!(
                    "the directory has {size} entries, with all {signed} that were signed: nothing is lost, so go on with the log itself and its key"
                ),
            ),
        })
    }
}

fn grown(at: u64, size: u64) -> Failure {
    Failure::Refused {
        code: "SUCCESSION_FORKED",
        text: Bilingual::new(
            format!(
                "قيود المجلد ({size}) ليست ما وقّعه السجل عند {at}: نما نموًّا آخر بعد الفقد. ابدأ من نسخة قبل ذلك، واحفظ هذا المجلد"
            ),
            format!(
                "the directory's {size} entries are not what the log has signed at {at}: it grew differently after the loss. Begin with a copy from before that, and keep this directory"
            ),
        ),
    }
}

/// Takes the entries over, and names what was lost.
async fn begin(
    arguments: &Arguments,
    left: &EmbeddedStore,
    restoring: &Restoring,
    survey: &Survey,
    lost: &SignedCheckpoint,
    actor: Actor,
) -> Result<settling::Settled, Failure> {
    take(left, restoring, survey.size).await?;
    let store = restoring.mirror().store();
    let missing = attachments(left, store)?;
    let succeeded = Succeeded {
        checkpoint: saved(lost)?,
        surviving_entries: survey.size,
        surviving_root: Sha256(survey.root.0),
        reason: Text::new(arguments.reason.as_deref().unwrap_or_default()).map_err(invalid)?,
    };
    restoring.begin_appends();
    let ledger = Ledger::new(Arc::new(store.clone()), Arc::new(SystemClock::default()));
    // The same again, where this was interrupted after it.
    let id = Uuid::new_v5(&Uuid::NAMESPACE_OID, lost.checkpoint().body().as_bytes());
    let context = Context::new(id, actor);
    let command = Command::Succeed(succeeded);
    let stream = Succession::stream();
    let done = ledger.execute::<Succession>(&stream, command, context);
    let done = done
        .await
        .map_err(|error| data::executing(error, "--succeed"))?;
    if done.first_index != survey.size {
        return Err(Failure::Damaged {
            index: Some(done.first_index),
            what: format!("the succession does not follow the {} entries", survey.size),
        });
    }
    let settled = settling::settle(restoring, None, missing).await?;
    finish(restoring, &arguments.dir)?;
    Ok(settled)
}

fn saved(lost: &SignedCheckpoint) -> Result<SavedCheckpoint, Failure> {
    let note = lost.to_bytes();
    SavedCheckpoint::new(&String::from_utf8_lossy(&note)).map_err(invalid)
}

async fn take(left: &EmbeddedStore, restoring: &Restoring, until: u64) -> Result<(), Failure> {
    let mirror = restoring.mirror();
    let store = mirror.store();
    for batch in left.log_reader(store.size().min(until)) {
        let batch = batch.map_err(data::reading)?;
        let below = batch.iter().filter(|(index, _)| *index < until);
        let entries: Vec<Vec<u8>> = below.map(|(_, entry)| entry.bytes().to_vec()).collect();
        for some in entries.chunks(ENTRIES_AT_ONCE) {
            let stored = mirror.mirror(store.size(), some.to_vec()).await;
            stored.map_err(|error| Failure::WritesStopped {
                what: error.to_string(),
            })?;
        }
    }
    Ok(())
}

/// Copies the attachments that events name; how many are missing.
fn attachments(left: &EmbeddedStore, store: &EmbeddedStore) -> Result<usize, Failure> {
    let (from, to) = (Attachments::new(left.dir()), Attachments::new(store.dir()));
    let mut missing = BTreeSet::new();
    for batch in store.log_reader(0) {
        let batch = batch.map_err(data::reading)?;
        for (index, entry) in batch.iter() {
            for hash in data::decoded(index, &entry)?.event.attachments() {
                let hash = AttachmentHash(hash.0);
                if !copied(&from, &to, hash)? {
                    missing.insert(hash);
                }
            }
        }
    }
    Ok(missing.len())
}

/// Whether it is here now.
fn copied(from: &Attachments, to: &Attachments, hash: AttachmentHash) -> Result<bool, Failure> {
    if to.has(hash).map_err(data::attaching)? {
        return Ok(true);
    }
    let Some(content) = published_log::kept(from, hash).map_err(Fault::failure)? else {
        return Ok(false);
    };
    to.put(&content).map_err(data::attaching)?;
    Ok(true)
}
