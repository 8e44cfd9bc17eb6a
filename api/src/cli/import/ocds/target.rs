//! Where releases are recorded.

use std::path::Path;
use std::sync::Arc;

use sijill_ledger_core::domain::process::{Content, INLINE_BYTES_MAX, Release};
use sijill_ledger_core::domain::values::{Sha256, Text};
use sijill_ledger_core::ledger::{Ledger, OsSalts, Surroundings};
use sijill_ledger_core::store::Attachments;
use sijill_ledger_core::store::embedded::{EmbeddedStore, Options};
use sijill_ledger_core::time::SystemClock;
use sijill_projections::ocds::{Found, Published, content};
use tokio::sync::OnceCell;

use crate::cli::data;
use crate::cli::errors::Failure;

/// Identity of a log that is created without one: of this machine only, never signed.
const ORIGIN_DEFAULT: &str = "localhost/sijill";

/// A ledger. A new one is not created before there is something to record: input that holds no release
/// leaves nothing behind.
pub struct Target {
    vacant: bool,
    options: Options,
    opened: OnceCell<Opened>,
}

/// A ledger that is open.
pub struct Opened {
    store: Arc<EmbeddedStore>,
    /// The ledger.
    pub ledger: Ledger<EmbeddedStore>,
    attachments: Attachments,
}

impl Target {
    /// In a directory; a new log gets this identity, or one of this machine only.
    pub fn new(dir: &Path, origin: Option<&str>, allow_gap: bool) -> Self {
        let vacant = !dir.join("log").exists();
        let origin = origin.or(vacant.then_some(ORIGIN_DEFAULT));
        let options = data::options(dir, origin, Arc::new(SystemClock::default()));
        Self {
            vacant,
            options: if allow_gap {
                options.allow_gap()
            } else {
                options
            },
            opened: OnceCell::new(),
        }
    }

    /// Whether there is no ledger yet.
    pub const fn is_vacant(&self) -> bool {
        self.vacant
    }

    /// The ledger; opened, or created, when it is asked for first.
    pub async fn opened(&self) -> Result<&Opened, Failure> {
        self.opened.get_or_try_init(|| self.open()).await
    }

    async fn open(&self) -> Result<Opened, Failure> {
        let store = data::create(self.options.clone()).await?;
        let attachments = store.attachments().clone();
        let surroundings = Surroundings {
            clock: Arc::new(SystemClock::default()),
            salts: Arc::new(OsSalts),
            attachments: Some(attachments.clone()),
        };
        Ok(Opened {
            ledger: Ledger::with(Arc::clone(&store), surroundings),
            store,
            attachments,
        })
    }

    /// Closes the ledger, where it was opened.
    pub fn close(&self) {
        if let Some(opened) = self.opened.get() {
            opened.store.close();
        }
    }
}

impl Opened {
    /// The release with its bytes: in the event, or durable as an attachment.
    pub fn kept(
        &self,
        published: Published<'_>,
        source: Option<&Text>,
        found: &Found<'_>,
    ) -> Result<Release, Failure> {
        let storing = |error: &std::io::Error| Failure::io(Path::new("attachments"), error);
        let compressed =
            content::compress(found.text.as_bytes()).map_err(|error| storing(&error))?;
        let content = if compressed.len() <= INLINE_BYTES_MAX {
            Content::Inline(compressed)
        } else {
            let hash = self.attachments.put(&compressed).map_err(data::attaching)?;
            Content::Attachment(Sha256(hash.0))
        };
        // A file whose name shows nothing: the release is all that is known of where it came from.
        let source = source.unwrap_or(&published.ocid).clone();
        Ok(published.into_release(source, content))
    }
}
