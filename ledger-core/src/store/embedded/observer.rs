//! Reading beside a running writer: looks at its head now and then, and takes up what it has made durable.

use std::io::ErrorKind;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use super::error::OpenError;
use super::layout::{SegmentFile, read_head};
use super::scan::{Scan, Stop};
use super::shared::Shared;
use super::{files::File, files::Mode, layout::HEAD_FILE};

/// How often the head is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// Ends the observing thread when it is dropped.
#[derive(Debug)]
pub(super) struct Observer(Arc<AtomicBool>);

impl Observer {
    /// Starts to follow the head, from where a scan ended.
    pub(super) fn start(
        shared: &Arc<Shared>,
        scan: Scan,
        segments: Vec<SegmentFile>,
    ) -> Result<Self, OpenError> {
        let ended = Arc::new(AtomicBool::new(false));
        let (observed, end) = (Arc::clone(shared), Arc::clone(&ended));
        let thread = thread::Builder::new().name("sijill-observer".to_owned());
        let follow = move || {
            let (mut scan, mut segments) = (scan, segments);
            while !end.load(Ordering::Relaxed) {
                if let Err(why) = look(&observed, &mut scan, &mut segments) {
                    observed.stop(&why);
                    return;
                }
                thread::sleep(LOOK_EVERY);
            }
        };
        thread
            .spawn(follow)
            .map_err(|error| shared.dir.failed(&shared.dir.root, error))?;
        Ok(Self(ended))
    }
}

impl Drop for Observer {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Takes up what the head shows beyond what is known.
fn look(shared: &Shared, scan: &mut Scan, segments: &mut Vec<SegmentFile>) -> Result<(), String> {
    let path = shared.dir.root.join(HEAD_FILE);
    let file = shared.dir.files.open(&path, Mode::Read);
    let Some(head) = file
        .ok()
        .and_then(|file| read_head(&*file as &dyn File, shared.log_id))
    else {
        return Ok(());
    };
    if head.size <= shared.size() {
        return Ok(());
    }
    // The last segment known may have been prepared only, and begun since.
    let known = scan.at.segment as usize;
    segments.truncate(known + 1);
    shared
        .dir
        .refresh(segments)
        .map_err(|error| error.to_string())?;
    // The index goes into the scan and back: readers wait for as long as the new entries take to read.
    let mut index = shared.index_mut();
    std::mem::swap(&mut *index, &mut scan.index);
    let stop = scan.run(&shared.dir, segments, head.size);
    std::mem::swap(&mut *index, &mut scan.index);
    drop(index);
    match stop.map_err(|error| error.to_string())? {
        Stop::End => {}
        Stop::Bad(_, damage) => return Err(damage.to_string()),
    }
    let parts = shared.parts.scan(head.size);
    shared.publish(head.size);
    match parts {
        // Another user may not read what is withheld; the log goes on.
        Err(error) if error.kind() == ErrorKind::PermissionDenied => Ok(()),
        scanned => scanned.map(|_| ()).map_err(|error| error.to_string()),
    }
}
