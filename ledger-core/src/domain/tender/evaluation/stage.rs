//! How far the judging of bids has come.

use std::fmt;

use crate::time::Timestamp;

/// A stage between closing and the end.
///
/// ```text
/// Receiving ─▶ TechnicalOpening ─▶ TechnicalEvaluation ─▶ FinancialOpening ─▶ Awarding ─▶ Standstill ─▶ Final
///     └───────────── a request for quotations ──────────────────▲               ▲             │           │
///                                                                               └─ an award falls ────────┘
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Envelopes are listed.
    Receiving,
    /// Technical envelopes are opened.
    TechnicalOpening {
        /// Since when shares and secrets are waited for.
        since: Timestamp,
    },
    /// Technical bids are judged.
    TechnicalEvaluation,
    /// Financial envelopes of accepted bids are opened.
    FinancialOpening {
        /// Since when shares and secrets are waited for.
        since: Timestamp,
    },
    /// Prices are judged and lots awarded.
    Awarding,
    /// Bidders were told; nothing is signed.
    Standstill {
        /// Until when complaints are taken.
        until: Timestamp,
    },
    /// Standstill is over: contracts may be signed.
    Final,
}

/// Its name in English, or, as `{:#}`, in Arabic.
impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (arabic, english) = match self {
            Self::Receiving => ("حصر المظاريف", "listing of envelopes"),
            Self::TechnicalOpening { .. } => ("فتح المظاريف الفنية", "technical opening"),
            Self::TechnicalEvaluation => ("التقييم الفني", "technical evaluation"),
            Self::FinancialOpening { .. } => ("فتح المظاريف المالية", "financial opening"),
            Self::Awarding => ("الترسية", "awarding"),
            Self::Standstill { .. } => ("فترة التوقف", "standstill"),
            Self::Final => ("ما بعد فترة التوقف", "after standstill"),
        };
        f.write_str(if f.alternate() { arabic } else { english })
    }
}
