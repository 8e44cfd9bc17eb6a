//! Why a command about a transfer is refused.

use crate::aggregate::refusals;
use crate::domain::stock::StockKey;
use crate::domain::values::{DiscrepancyId, FacilityId};

refusals! {
    /// Why a command about a transfer is refused.
    pub enum Refusal {
        /// Dispatches and arrivals come from the stores' own documents.
        NotAPolicy = "TRANSFER_NOT_A_POLICY",
            "لا يُسجَّل خروج البضاعة ووصولها هنا مباشرة؛ سجّل المستند في دفتر المخزن المعني فينتقل إلى التحويل",
            "dispatches and arrivals are not recorded here by hand; record the document in the store's stock ledger, and it is brought here";
        /// The document is in the account already.
        DocumentCounted {
            /// The store.
            facility: FacilityId,
            /// Revision of the document in the store's stock stream.
            revision: u64,
        } = "TRANSFER_DOCUMENT_COUNTED",
            "احتُسب المستند {revision} من المخزن {facility} في هذا التحويل من قبل",
            "document {revision} of the store {facility} counts in this transfer already";
        /// No line or too many.
        LineCount {
            /// How many there are.
            lines: usize,
        } = "TRANSFER_LINE_COUNT",
            "عدد سطور المستند {lines}، والمسموح من 1 إلى 200؛ قسّمه",
            "the document has {lines} lines; 1 to 200 are allowed, split it";
        /// The same key twice.
        DuplicateLine {
            /// Which.
            key: StockKey,
        } = "TRANSFER_DUPLICATE_LINE",
            "تكرر السطر {key} في المستند؛ اجمعه في سطر واحد",
            "the line {key} stands twice in the document; make it one line";
        /// A line that moves nothing.
        ZeroQuantity {
            /// Which.
            key: StockKey,
        } = "TRANSFER_ZERO_QUANTITY",
            "كمية السطر {key} صفر",
            "the quantity of the line {key} is zero";
        /// More in transit than a line can hold.
        TooLarge {
            /// Which.
            key: StockKey,
        } = "TRANSFER_TOO_LARGE",
            "تتجاوز كمية {key} في الطريق ما يتسع له سطر واحد؛ راجع وحدة الصنف",
            "more of {key} would be in transit than a line can hold; look at the item's unit";
        /// Nothing is known of it.
        Unknown = "TRANSFER_UNKNOWN",
            "لا يُعرف تحويل بهذا الرقم؛ راجع الرقم، أو انتظر قليلًا إن سُجّل خروج البضاعة للتو",
            "no transfer with this id is known; check the id, or wait a moment if the dispatch was recorded just now";
        /// Nothing is in transit any more.
        Closed = "TRANSFER_CLOSED",
            "التحويل مغلق ولم يبقَ منه شيء في الطريق",
            "the transfer is closed; nothing of it is in transit";
        /// Neither side's storekeeper nor an officer.
        NotASide {
            /// The sender.
            from: FacilityId,
            /// The receiver.
            to: FacilityId,
        } = "TRANSFER_NOT_A_SIDE",
            "يغلق التحويلَ أمينُ أحد المخزنين {from} و{to} أو موظف المشتريات",
            "a transfer is closed by the storekeeper of {from} or {to}, or by a procurement officer";
        /// No such discrepancy is open.
        DiscrepancyUnknown {
            /// Which.
            id: DiscrepancyId,
        } = "TRANSFER_DISCREPANCY_UNKNOWN",
            "لا يوجد فرق مفتوح باسم {id} في هذا التحويل",
            "no discrepancy {id} is open in this transfer";
    }
}
