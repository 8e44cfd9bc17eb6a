//! The expiry of a batch on one card: as the first document that stands named it.

use serde::{Deserialize, Serialize};

use crate::domain::values::Date;

/// Who named an expiry: revision and date, in the order of the stream. A later document that names another opens a
/// discrepancy and changes nothing, unless the first one is reversed: a mistyped expiry goes with its document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expiry(Vec<(u64, Date)>);

impl Expiry {
    /// The document at a revision names an expiry, where it does.
    pub fn name(&mut self, revision: u64, expiry: Option<Date>) {
        if let Some(expiry) = expiry {
            self.0.push((revision, expiry));
        }
    }

    /// The document at a revision does not stand any more.
    pub fn cancel(&mut self, revision: u64) {
        self.0.retain(|(by, _)| *by != revision);
    }

    /// The expiry: usable through this day.
    pub fn date(&self) -> Option<Date> {
        self.0.first().map(|(_, date)| *date)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_that_stands_counts() {
        let day = |text| Date::parse(text).ok();
        let mut expiry = Expiry::default();
        expiry.name(3, day("2025-06-30"));
        expiry.name(5, None);
        expiry.name(7, day("2028-06-30"));
        assert_eq!(expiry.date(), day("2025-06-30"));
        expiry.cancel(3);
        assert_eq!(expiry.date(), day("2028-06-30"));
    }
}
