//! Entries of another copy of the log: checked, written as one group, durable with one fdatasync.

use std::sync::Arc;

use super::Committer;
use crate::store::embedded::group::Group;
use crate::store::embedded::mirror::{MirrorError, Successors};
use crate::store::embedded::parts::Written;

impl Committer {
    /// Stores the next entries of the log that is mirrored here, all or none; says how many there are then.
    pub(super) fn mirror(
        &mut self,
        first_index: u64,
        entries: &[Vec<u8>],
        withheld: Vec<(u64, Vec<Written>)>,
    ) -> Result<u64, MirrorError> {
        let shared = Arc::clone(&self.shared);
        if let Some(why) = shared.stopped() {
            return Err(MirrorError::Stopped(why.to_owned()));
        }
        let successors = Successors::check(&shared.index(), self.last_stamp, first_index, entries)?;
        if entries.is_empty() {
            return Ok(self.head.size);
        }
        let stop = |why: String| {
            shared.stop(&why);
            MirrorError::Stopped(why)
        };
        self.make_room(successors.frames.len())
            .map_err(|error| stop(format!("no room for more entries: {error}")))?;
        let group = Group {
            withheld,
            ..self.lay_successors(&successors)
        };
        self.write(&group)
            .map_err(|error| stop(error.to_string()))?;
        self.publish(group);
        Ok(self.head.size)
    }

    fn lay_successors(&mut self, successors: &Successors<'_>) -> Group {
        self.begin_buffer();
        let shared = Arc::clone(&self.shared);
        let mut index = shared.index_mut();
        let streams = successors.places.iter();
        let places: Vec<(u32, u32)> = streams
            .map(|(stream, start)| (index.stream_number(stream), *start))
            .collect();
        self.lay(&mut index, &successors.frames, places.iter().copied(), true);
        Group {
            count: u32::try_from(places.len()).unwrap_or(u32::MAX),
            last_stamp: successors.last_stamp,
            ..Group::default()
        }
    }
}
