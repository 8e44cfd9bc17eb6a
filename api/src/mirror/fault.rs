//! What may pass, and what ends the mirroring.

use std::path::Path;

use sijill_ledger_core::aggregate::Explain;
use sijill_ledger_core::log::remote::RemoteError;

use super::evidence;
use crate::cli::errors::{Bilingual, Failure};
pub use crate::published_log::Fault;

/// A refusal, as what ends the mirroring.
pub fn refused(refusal: &impl Explain) -> Fault {
    Fault::Stop(Failure::Refused {
        code: refusal.code(),
        text: Bilingual::refusal(refusal),
    })
}

/// Does what blocks on a thread where that does no harm.
pub async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Fault> + Send + 'static,
) -> Result<T, Fault> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|error| {
        let path = "mirror".into();
        let what = format!("the work ended in disorder: {error}");
        Err(Fault::Stop(Failure::Io { path, what }))
    })
}

/// Tiles that are not those of the checkpoint that they were served under. Checkpoint and tile are kept.
pub fn not_believed(dir: &Path, note: &[u8], error: RemoteError<Fault>) -> Fault {
    let (what, bytes) = match error {
        RemoteError::Fetch(fault) => return fault,
        RemoteError::Tile { tile, bytes } => (tile.path(), Some(bytes)),
        RemoteError::Length { tile, bytes, .. } => (format!("{tile} ({bytes} B)"), None),
        RemoteError::Root { size } => (format!("tile/…/*.p/* @{size}"), None),
        RemoteError::Absent { level, n, size } => (format!("tile/{level}/{n} @{size}"), None),
    };
    let mut pieces = vec![("offered.checkpoint", note)];
    if let Some(bytes) = &bytes {
        pieces.push(("offered.tile", bytes));
    }
    let kept = match evidence::keep(dir, &pieces) {
        Ok(kept) => kept,
        Err(failure) => return Fault::Stop(failure),
    };
    Fault::Stop(Failure::Refused {
        code: "MIRROR_TILE_FALSE",
        text: Bilingual::new(
            format!(
                "البصمات المعروضة ({what}) ليست بصمات الشجرة الموقّعة: لا يُؤخذ منها شيء. جرّب مرآة أخرى، وراجع القائم على السجل؛ ما عُرض محفوظ: {kept}"
            ),
            format!(
                "the hashes served ({what}) are not those of the signed tree: nothing is taken from them. Try another mirror, and ask the log's operator; what was served is kept: {kept}"
            ),
        ),
    })
}
