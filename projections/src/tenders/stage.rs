//! How far a tender has come.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A stage of a tender; the order is that of the procedure.
///
/// ```text
/// Draft ─▶ Approved ─▶ Bidding ─▶ Listing ─▶ TechnicalOpening ─▶ TechnicalEvaluation ─▶ FinancialOpening
///   └──────◀──┘                                 ─▶ Awarding ─▶ Standstill ─▶ Final ─▶ Completed | Failed
/// ```
///
/// A fallen award leads back to `Awarding`, an upheld complaint about the technical result to `TechnicalEvaluation`. A
/// request for quotations has no technical stages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Stage {
    /// It is drafted, and nobody has approved it as it is.
    Draft,
    /// It is approved and waits for publication.
    Approved,
    /// Suppliers may bid.
    Bidding,
    /// Bidding is closed; envelopes are listed.
    Listing,
    /// Technical envelopes are opened.
    TechnicalOpening,
    /// Technical bids are judged.
    TechnicalEvaluation,
    /// Financial envelopes of accepted bids are opened.
    FinancialOpening,
    /// Prices are judged and lots awarded.
    Awarding,
    /// Bidders were told; nothing is signed.
    Standstill,
    /// Standstill is over: contracts may be signed.
    Final,
    /// Ended: each lot has its contractor, or failed.
    Completed,
    /// Ended without a winner.
    Failed,
    /// Ended: the buyer gave it up.
    Cancelled,
}

impl Stage {
    /// All of them, in order.
    pub const ALL: [Self; 13] = [
        Self::Draft,
        Self::Approved,
        Self::Bidding,
        Self::Listing,
        Self::TechnicalOpening,
        Self::TechnicalEvaluation,
        Self::FinancialOpening,
        Self::Awarding,
        Self::Standstill,
        Self::Final,
        Self::Completed,
        Self::Failed,
        Self::Cancelled,
    ];

    /// Whether nothing happens any more.
    pub const fn is_end(self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Cancelled)
    }

    /// Its name in Arabic and in English.
    pub const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Draft => ("مسودة", "draft"),
            Self::Approved => ("معتمدة", "approved"),
            Self::Bidding => ("تقديم العطاءات", "bidding"),
            Self::Listing => ("حصر المظاريف", "listing of envelopes"),
            Self::TechnicalOpening => ("فتح المظاريف الفنية", "technical opening"),
            Self::TechnicalEvaluation => ("التقييم الفني", "technical evaluation"),
            Self::FinancialOpening => ("فتح المظاريف المالية", "financial opening"),
            Self::Awarding => ("الترسية", "awarding"),
            Self::Standstill => ("فترة التوقف", "standstill"),
            Self::Final => ("ما بعد فترة التوقف", "after standstill"),
            Self::Completed => ("اكتملت", "completed"),
            Self::Failed => ("فشلت", "failed"),
            Self::Cancelled => ("أُلغيت", "cancelled"),
        }
    }
}

/// Its name in English, or, as `{:#}`, in Arabic.
impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (arabic, english) = self.words();
        f.pad(if f.alternate() { arabic } else { english })
    }
}
