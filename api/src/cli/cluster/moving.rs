//! Moving a log to a cluster: what is checked before and after, and what is carried along.

use std::sync::Arc;

use sijill_ledger_core::log::Hash;
use sijill_ledger_core::log::checkpoint::SignedCheckpoint;
use sijill_ledger_core::log::published;
use sijill_ledger_core::log::tree::Tree;
use sijill_ledger_core::store::embedded::EmbeddedStore;
use sijill_ledger_core::store::kurrentdb::{KurrentStore, MoveError, Options};
use sijill_ledger_core::store::node::TreeHead;
use sijill_ledger_core::store::{
    ATTACHMENT_BYTES_MAX, AttachmentError, Attachments, EventStore as _,
};
use sijill_ledger_core::time::SystemClock;

use super::{address, running};
use crate::cli::errors::{Bilingual, Failure};
use crate::cli::migrate::Arguments;
use crate::cli::output::{Cell, Sheet, Ui, Word};
use crate::cli::{data, progress};

/// Moves a log, or goes on with that.
pub async fn migrate(arguments: &Arguments, ui: &mut Ui) -> Result<(), Failure> {
    let log = source(arguments)?;
    let from = &arguments.from;
    let (tree, head) = head(&log).map_err(|error| data::hashing(from, error))?;
    let published = published(&log, &tree)?;
    let mirror = data::options(
        &arguments.data,
        Some(log.origin()),
        Arc::new(SystemClock::default()),
    );
    let options = Options::new(address(&arguments.to)?, mirror);
    let bar = progress::bar(head.size, "migrate");
    let told = bar.clone();
    let moved = KurrentStore::migrate(options, Arc::clone(&log), head, move |entries| {
        told.set_position(entries);
    });
    let store = moved.await.map_err(|error| failed(arguments, error))?;
    bar.finish_and_clear();
    let documents = documents(log.attachments(), store.mirror().attachments());
    let documents = documents.map_err(data::attaching)?;
    // Whoever signs from now on signs a tree that contains this one.
    let noted = store
        .intended()
        .await
        .map_err(|why| running::stopped(&why))?;
    if noted.is_none() {
        let intended = store.intend(None, head).await;
        intended.map_err(|why| running::stopped(&why))?;
    }
    let (_, here) =
        self::head(store.mirror()).map_err(|error| data::hashing(&arguments.data, error))?;
    store.close().await;
    if here != head {
        return Err(Failure::Damaged {
            index: None,
            what: "the mirror's tree is not the log's; keep both and report it".to_owned(),
        });
    }
    if let Some(published) = &published {
        let stored = published::store(&arguments.data, published);
        stored.map_err(|error| Failure::WritesStopped {
            what: error.to_string(),
        })?;
    }
    ui.sheet(&sheet(head, published.as_ref(), documents))?;
    ui.note(ui.lang.pick(
        "القيود وأختامها كما كانت، فالشجرة هي نفسها: ما وُقّع من نقاط التحقق والإيصالات يبقى صحيحًا. لا تخدم المجلد القديم بعد اليوم؛ اخدم الجديد: sijill serve --store … --data …، بالمفتاح نفسه وحالته",
        "the entries and their stamps are what they were, so the tree is the same: checkpoints and receipts that were given stay good. Do not serve the old directory any more; serve the new one: sijill serve --store … --data …, with the same log key and its state",
    ))
}

/// The log, held against other writers.
fn source(arguments: &Arguments) -> Result<Arc<EmbeddedStore>, Failure> {
    let dir = &arguments.from;
    if EmbeddedStore::holds_mirror(dir).map_err(|error| data::opening(dir, error))? {
        return Err(Failure::WrongLedger {
            dir: dir.clone(),
            text: Bilingual::new(
                "نسخة مرآة من سجل، ليس فيها ما حُجب؛ انقل السجل نفسه",
                "is a mirror, which lacks what is withheld; move the log itself",
            ),
        });
    }
    // Says why there is nothing, and creates nothing.
    data::open(dir)?;
    let clock = Arc::new(SystemClock::default());
    data::writable(data::options(dir, None, clock))
}

fn head(
    store: &EmbeddedStore,
) -> Result<(Tree, TreeHead), sijill_ledger_core::log::tree::TreeError> {
    let tree = Tree::open(store)?;
    let size = tree.catch_up()?;
    let root = tree.recheck(size)?;
    Ok((tree, TreeHead { size, root: root.0 }))
}

/// The last published checkpoint, which must be about this log.
fn published(log: &EmbeddedStore, tree: &Tree) -> Result<Option<SignedCheckpoint>, Failure> {
    let found = published::load(log.dir());
    let found = found.map_err(|error| Failure::WritesStopped {
        what: error.to_string(),
    })?;
    let Some(published) = found else {
        return Ok(None);
    };
    let checkpoint = published.checkpoint();
    let root = tree.root(checkpoint.size());
    if root.is_ok_and(|root| root == checkpoint.root()) {
        return Ok(Some(published));
    }
    Err(Failure::Damaged {
        index: None,
        what: format!(
            "the checkpoint published at {} entries is not about the entries in this directory; verify it first: sijill verify",
            checkpoint.size()
        ),
    })
}

/// Carries documents along; says how many there are.
fn documents(from: &Attachments, to: &Attachments) -> Result<u64, AttachmentError> {
    let mut carried = 0;
    for stored in from.list()? {
        carried += 1;
        if to.has(stored.hash)? {
            continue;
        }
        let mut reader = from.read(stored.hash)?;
        let mut incoming = to.receive(ATTACHMENT_BYTES_MAX)?;
        while let Some(chunk) = reader.chunk()? {
            incoming.write(&chunk)?;
        }
        incoming.keep()?;
    }
    Ok(carried)
}

fn failed(arguments: &Arguments, error: MoveError) -> Failure {
    match error {
        MoveError::Open(error) => running::opening(&arguments.data, error),
        MoveError::Read(error) => data::reading(error),
        MoveError::Append(error) => data::appending(error),
        MoveError::Different { index } => Failure::Damaged {
            index: Some(index),
            what: error.to_string(),
        },
    }
}

fn sheet(head: TreeHead, published: Option<&SignedCheckpoint>, documents: u64) -> Sheet {
    let checkpoint = published.map(|published| published.checkpoint().size());
    Sheet::new(Word::new("migrated", "نُقل", "moved"), &[])
        .fact(
            Word::new("entries", "القيود", "entries"),
            Cell::Count(head.size),
        )
        .fact(
            Word::new("root", "جذر الشجرة", "root of the tree"),
            Cell::text(Hash(head.root)),
        )
        .fact(
            Word::new(
                "checkpoint",
                "آخر نقطة تحقق منشورة",
                "last published checkpoint",
            ),
            Cell::maybe(checkpoint),
        )
        .fact(
            Word::new("documents", "الوثائق", "documents"),
            Cell::Count(documents),
        )
}
