//! The checks that `verify` makes, by names that stay.

use crate::cli::output::Word;

/// The checks, in the order of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Check {
    /// Checksums of groups, form of entries, revisions without gaps, rising stamps: as the store reads them.
    Stored,
    /// Withheld parts against the commitments in the entries.
    Withheld,
    /// Every entry is an event that this program can read.
    Decoded,
    /// Revisions without gaps and rising stamps, counted once more from the events.
    Order,
    /// Event ids follow from log, actor, stream and command.
    Ids,
    /// What a decision rests on was in the log before it.
    Facts,
    /// Every event could follow the ones before it in its stream.
    Possible,
    /// Stock: what was decided follows again from the rules and the recorded facts.
    DecidedStock,
    /// The same of orders, their invoices and payments.
    DecidedOrders,
    /// The same of transfers.
    DecidedTransfers,
    /// The same of requisitions.
    DecidedRequisitions,
    /// What actors signed stands, and is there where the rules required it.
    Statements,
    /// No event id stands twice.
    Unique,
    /// What came in and went out makes what is there, for every facility and item.
    Balances,
    /// What left one store has arrived at another, is lost, or is on its way, for every item.
    Transit,
    /// The tree's files hold the hashes that the entries give.
    Tiles,
    /// The entries give the root of the checkpoint.
    Root,
    /// The log has signed the checkpoint.
    Signature,
    /// Witnesses enough for the policy have cosigned it.
    Cosignatures,
    /// The log has only grown since the checkpoints that the user saved.
    Known,
}

impl Check {
    /// All of them.
    pub const ALL: [Self; 20] = [
        Self::Stored,
        Self::Withheld,
        Self::Decoded,
        Self::Order,
        Self::Ids,
        Self::Facts,
        Self::Possible,
        Self::DecidedStock,
        Self::DecidedOrders,
        Self::DecidedTransfers,
        Self::DecidedRequisitions,
        Self::Statements,
        Self::Unique,
        Self::Balances,
        Self::Transit,
        Self::Tiles,
        Self::Root,
        Self::Signature,
        Self::Cosignatures,
        Self::Known,
    ];

    /// Its name.
    pub const fn word(self) -> Word {
        match self {
            Self::Stored => Word::new(
                "stored",
                "المجاميع والصيغة والتسلسل على القرص",
                "checksums, form and order on disk",
            ),
            Self::Withheld => Word::new(
                "withheld",
                "الأجزاء المحجوبة تطابق التزاماتها",
                "withheld parts match their commitments",
            ),
            Self::Decoded => Word::new("decoded", "القيود تُقرأ أحداثًا", "entries read as events"),
            Self::Order => Word::new(
                "order",
                "تسلسل المراجعات وتزايد الأوقات",
                "revisions without gaps, times rise",
            ),
            Self::Ids => Word::new(
                "ids",
                "أرقام الأحداث تُشتق من أوامرها",
                "event ids follow from their commands",
            ),
            Self::Facts => Word::new(
                "facts",
                "ما بُني عليه القرار سابق له في السجل",
                "facts were in the log before the decision",
            ),
            Self::Possible => Word::new(
                "possible",
                "كل حدث ممكن بعد ما سبقه",
                "every event could follow those before it",
            ),
            Self::DecidedStock => Word::new(
                "decided_stock",
                "وثائق المخزون تتبع القواعد والوقائع المسجلة",
                "stock documents follow from rules and recorded facts",
            ),
            Self::DecidedOrders => Word::new(
                "decided_orders",
                "أوامر الشراء وفواتيرها ودفعاتها تتبع القواعد والوقائع المسجلة",
                "orders, invoices, payments follow from rules and recorded facts",
            ),
            Self::DecidedTransfers => Word::new(
                "decided_transfers",
                "التحويلات تتبع القواعد والوقائع المسجلة",
                "transfers follow from rules and recorded facts",
            ),
            Self::DecidedRequisitions => Word::new(
                "decided_requisitions",
                "الطلبيات تتبع القواعد والوقائع المسجلة",
                "requisitions follow from rules and recorded facts",
            ),
            Self::Statements => Word::new(
                "statements",
                "الإفادات الموقَّعة ثابتة وحاضرة حيث اشتُرطت",
                "statements stand, and are there where required",
            ),
            Self::Unique => Word::new("unique", "لا رقم حدث يتكرر", "no event id stands twice"),
            Self::Balances => Word::new(
                "balances",
                "معادلة رصيد كل منشأة وصنف",
                "balance equation of every facility and item",
            ),
            Self::Transit => Word::new(
                "transit",
                "حساب البضاعة في الطريق لكل صنف",
                "account of goods in transit of every item",
            ),
            Self::Tiles => Word::new(
                "tiles",
                "رقع الشجرة تطابق القيود",
                "tiles of the tree match the entries",
            ),
            Self::Root => Word::new(
                "root",
                "جذر القيود هو جذر نقطة التحقق",
                "entries give the root of the checkpoint",
            ),
            Self::Signature => Word::new(
                "signature",
                "توقيع السجل على نقطة التحقق",
                "the log's signature on the checkpoint",
            ),
            Self::Cosignatures => Word::new(
                "cosignatures",
                "شهادات الشهود تكفي السياسة",
                "cosignatures enough for the policy",
            ),
            Self::Known => Word::new(
                "known",
                "نما السجل من نقاط التحقق المحفوظة",
                "the log has grown from saved checkpoints",
            ),
        }
    }
}
