//! What witnesses outside have said of the log, as far as it is at hand: the scheduler records it at a deadline.

use std::path::Path;

use crate::log::checkpoint::SignedCheckpoint;
use crate::log::published::{self, PublishedError};

/// Checkpoints that witnesses cosigned. Nothing that is given here is believed before a rule has checked it.
pub trait Witnesses: Send + Sync {
    /// Those of the last minutes, and the last one before a restart, in any order.
    fn checkpoints(&self) -> Vec<SignedCheckpoint>;

    /// Asks for one of the log as it is now, soon.
    fn ask(&self);
}

/// Where there are none.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoWitnesses;

impl Witnesses for NoWitnesses {
    fn checkpoints(&self) -> Vec<SignedCheckpoint> {
        Vec::new()
    }

    fn ask(&self) {}
}

/// What a data directory keeps of them, while nobody signs.
#[derive(Debug, Default)]
pub struct KeptWitnesses(Vec<SignedCheckpoint>);

impl KeptWitnesses {
    /// Reads it.
    ///
    /// # Errors
    /// When a file is there and cannot be read.
    pub fn load(dir: &Path) -> Result<Self, PublishedError> {
        let kept = [published::load_witnessed(dir)?, published::load(dir)?];
        Ok(Self(kept.into_iter().flatten().collect()))
    }
}

impl Witnesses for KeptWitnesses {
    fn checkpoints(&self) -> Vec<SignedCheckpoint> {
        self.0.clone()
    }

    fn ask(&self) {}
}
