//! The clock of rehearsals: `sijill serve --demo-clock FILE` shows the instant that stands in a file, so that a tender of months
//! can be played in a minute.
//!
//! A log whose times somebody can choose proves nothing, so this clock only ever shows time to a log that says of itself that it
//! is a rehearsal: the host of its origin ends in `.demo.invalid`. The origin is fixed when a log is created; it is the first
//! line of every checkpoint, stands in every statement that was signed for the log, and names the log in every answer. Nobody
//! can own a name under `.invalid` (RFC 6761), so no real log has such an origin, and a rehearsal can never become one.

use std::fs;
use std::path::{Path, PathBuf};

use sijill_ledger_core::store::EventStore as _;
use sijill_ledger_core::time::{Clock, ClockError, Timestamp};

use super::data;
use super::errors::{Bilingual, Failure};

/// What the host of a rehearsal's origin ends in.
const DOMAIN: &str = "demo.invalid";

/// Stands still at the instant in a file, until there is another one in it.
#[derive(Debug)]
pub struct DemoClock {
    file: PathBuf,
}

impl DemoClock {
    /// The clock, for the log in this directory or the one that is created there with this origin; and the log's origin. Read
    /// before anything is opened for writing: a real log is not even looked at by this clock.
    pub fn for_log(
        file: &Path,
        dir: &Path,
        origin: Option<&str>,
    ) -> Result<(Self, String), Failure> {
        let origin = match origin {
            Some(origin) => origin.to_owned(),
            None => data::open(dir)?.origin().to_owned(),
        };
        if !is_rehearsal(&origin) {
            return Err(real_log(&origin));
        }
        let clock = Self {
            file: file.to_owned(),
        };
        let shown = clock.now();
        shown.map_err(|error| Failure::Input {
            file: file.to_owned(),
            text: Bilingual::new(
                "ليس فيه وقت مثل 2026-01-01T09:00:00Z في سطر واحد",
                error.to_string(),
            ),
        })?;
        Ok((clock, origin))
    }
}

impl Clock for DemoClock {
    fn now(&self) -> Result<Timestamp, ClockError> {
        let unreadable = |what: String| ClockError::Unreadable {
            what: format!("{}: {what}", self.file.display()),
        };
        let text = fs::read_to_string(&self.file).map_err(|error| unreadable(error.to_string()))?;
        let shown: Result<jiff::Timestamp, _> = text.trim().parse();
        let shown = shown.map_err(|error| unreadable(error.to_string()))?;
        Ok(Timestamp::from_micros(shown.as_microsecond()))
    }
}

/// Whether the origin's host is under the domain that nobody can own.
pub fn is_rehearsal(origin: &str) -> bool {
    let host = origin.split('/').next().unwrap_or_default();
    let above = host.strip_suffix(DOMAIN);
    above.is_some_and(|above| above.is_empty() || above.ends_with('.'))
}

fn real_log(origin: &str) -> Failure {
    Failure::Refused {
        code: "DEMO_CLOCK_REAL_LOG",
        text: Bilingual::new(
            format!(
                "لا تُختار ساعة السجل {origin}؛ ساعة العرض لسجل تجربة ينتهي اسم مضيفه بـ {DOMAIN} عند إنشائه، مثل sijill.demo.invalid/rehearsal"
            ),
            format!(
                "nobody chooses the time of the log {origin}; the demo clock is for a rehearsal, whose host ends in {DOMAIN} from its creation, such as sijill.demo.invalid/rehearsal"
            ),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_origins_that_nobody_can_own_are_rehearsals() {
        for rehearsal in ["demo.invalid", "sijill.demo.invalid/rehearsal"] {
            assert!(is_rehearsal(rehearsal), "{rehearsal}");
        }
        for real in [
            "sijill.gov.example/health",
            "sijill.gov.example/demo.invalid",
            "notdemo.invalid",
            "demo.invalid.gov.example",
            "",
        ] {
            assert!(!is_rehearsal(real), "{real}");
        }
    }

    #[test]
    fn it_shows_what_stands_in_the_file_and_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("now");
        fs::write(&file, "2026-01-01T09:00:00Z\n").unwrap();
        let origin = Some("sijill.demo.invalid/rehearsal");
        let (clock, _) = DemoClock::for_log(&file, dir.path(), origin).unwrap();
        assert_eq!(
            clock.now().unwrap().to_string(),
            "2026-01-01T09:00:00.000000Z"
        );
        fs::write(&file, "2026-02-01T09:00:00Z").unwrap();
        assert_eq!(
            clock.now().unwrap().to_string(),
            "2026-02-01T09:00:00.000000Z"
        );
        fs::write(&file, "tomorrow").unwrap();
        assert!(matches!(clock.now(), Err(ClockError::Unreadable { .. })));
    }

    #[test]
    fn a_real_log_is_refused_by_what_it_is_created_as_and_by_what_it_is() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("now");
        fs::write(&file, "2026-01-01T09:00:00Z").unwrap();
        let data = dir.path().join("data");
        let real = "sijill.gov.example/health";
        let refused = |origin| {
            let made = DemoClock::for_log(&file, &data, origin);
            made.unwrap_err().code().to_owned()
        };
        assert_eq!(refused(Some(real)), "DEMO_CLOCK_REAL_LOG");
        let clock = std::sync::Arc::new(sijill_ledger_core::time::SystemClock::default());
        data::writable(data::options(&data, Some(real), clock)).unwrap();
        assert_eq!(refused(None), "DEMO_CLOCK_REAL_LOG");
    }
}
