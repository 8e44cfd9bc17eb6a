//! The tree over a data directory's entries: against its files, the checkpoint that was published, and saved ones.

use std::collections::BTreeSet;
use std::path::Path;

use sijill_ledger_core::log::checkpoint::SignedCheckpoint;
use sijill_ledger_core::log::published::{self, PublishedError};
use sijill_ledger_core::log::tree::{self, Checked, TreeError};
use sijill_ledger_core::store::embedded::EmbeddedStore;

use super::Fault;
use super::checks::Check;
use super::claims::Claims;
use super::lineage::Lineage;
use super::report::Report;
use crate::cli::data;
use crate::cli::errors::{Bilingual, Failure};
use crate::cli::lang::Lang;

/// The checkpoint in the data directory, as far as it could be read.
pub struct Published(Result<Option<SignedCheckpoint>, PublishedError>);

impl Published {
    /// Reads it.
    pub fn load(dir: &Path) -> Self {
        Self(published::load(dir))
    }

    /// The sizes at which roots are claimed.
    pub fn sizes(&self, claims: &Claims) -> BTreeSet<u64> {
        claims.sizes(self.checkpoint())
    }

    fn checkpoint(&self) -> Option<&SignedCheckpoint> {
        self.0.as_ref().ok().and_then(Option::as_ref)
    }
}

/// Reads every entry below `until`; the root at that size is found besides those at the sizes asked for.
pub fn read(store: &EmbeddedStore, until: u64, sizes: &BTreeSet<u64>) -> Result<Checked, Failure> {
    let mut sizes = sizes.clone();
    sizes.insert(until);
    tree::check(store, until, &sizes).map_err(|error| match error {
        TreeError::Entries(error) => data::reading(error),
        TreeError::Io { path, source } => Failure::io(&path, &source),
        other @ (TreeError::TooSmall { .. }
        | TreeError::NoSuchIndex { .. }
        | TreeError::Shrunk { .. }
        | TreeError::Disorder(_)) => Failure::Damaged {
            index: None,
            what: other.to_string(),
        },
    })
}

/// Judges what was read.
pub fn judge(
    checked: &Checked,
    published: &Published,
    (claims, lineage): (&Claims, &Lineage),
    report: &mut Report,
    lang: Lang,
) {
    report.settle(Check::Tiles, checked.tiles);
    if let Some((level, n)) = checked.first_wrong {
        report.remark(wrong_tiles(checked.wrong, level, n));
    }
    if let Some(root) = checked.roots.get(&report.entries) {
        report.root(*root);
    }
    match (&published.0, published.checkpoint()) {
        (Err(error), _) => report.fail(Fault {
            index: None,
            check: Check::Root,
            code: None,
            what: Bilingual::refusal(error).get(lang).to_owned(),
        }),
        (Ok(_), Some(checkpoint)) => claims.signatures(checkpoint, report, lang),
        (Ok(_), None) => {
            for check in [Check::Root, Check::Signature, Check::Cosignatures] {
                report.not_done(check, unpublished());
            }
        }
    }
    let origin = report.origin().to_owned();
    let (checkpoint, entries) = (published.checkpoint(), report.entries);
    let found = (entries, &checked.roots);
    claims.roots(&origin, checkpoint, found, lineage, report, lang);
}

fn unpublished() -> Bilingual {
    Bilingual::new(
        "لم تُنشر نقطة تحقق من هذا المجلد بعد؛ توقّعها `sijill serve --log-key`",
        "no checkpoint was published from this directory yet; `sijill serve --log-key` signs them",
    )
}

fn wrong_tiles(count: u64, level: u8, n: u64) -> Bilingual {
    Bilingual::new(
        format!(
            "ملفات الشجرة المشتقة لا تطابق القيود في {count} رقعة، أولها {n} في tree/level-{level}؛ يعيد `sijill serve --log-key` بناءها عند تشغيله"
        ),
        format!(
            "the derived files of the tree differ from the entries in {count} tiles, first in tile {n} of tree/level-{level}; `sijill serve --log-key` makes them anew when it starts"
        ),
    )
}
