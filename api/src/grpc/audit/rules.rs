//! Rules that facts can break: their stable codes, and what people read.

use sijill_ledger_core::domain::{order, requisition, stock, transfer};
use sijill_projections::audit::discrepancies::Rule;
use sijill_schemas::types::v1 as types;
use tonic::Status;

use crate::grpc::status;

/// A rule as answers name it.
pub struct Label {
    /// Its stable code.
    pub code: &'static str,
    ar: &'static str,
    en: &'static str,
}

impl Label {
    /// What people read.
    pub fn names(&self) -> types::Names {
        types::Names {
            ar: self.ar.to_owned(),
            en: self.en.to_owned(),
        }
    }
}

/// Declares the label of every rule, and the way back from its code. A new rule makes the compiler ask.
macro_rules! rules {
    ($($kind:ident($module:ident) { $($rule:ident = $code:literal, $ar:literal, $en:literal;)* })*) => {
        /// The label of a rule.
        pub const fn label(rule: Rule) -> Label {
            match rule {
                $($(Rule::$kind($module::BrokenRule::$rule) => Label { code: $code, ar: $ar, en: $en },)*)*
            }
        }

        /// All rules, in the order of the table.
        const ALL: &[Rule] = &[$($(Rule::$kind($module::BrokenRule::$rule)),*),*];
    };
}

rules! {
    Stock(stock) {
        AboveUsable = "STOCK_ABOVE_USABLE",
            "صُرف أكثر من الرصيد الصالح للصرف", "more was handed out than was usable";
        Expired = "STOCK_EXPIRED",
            "صُرف صنف انتهت صلاحيته", "expired goods were handed out";
        Blocked = "STOCK_BLOCKED",
            "صُرفت تشغيلة محجورة أو مسحوبة", "quarantined or recalled goods were handed out";
        NotFirstExpiry = "STOCK_NOT_FIRST_EXPIRY",
            "لم تُصرف التشغيلة الأقرب انتهاءً أولًا ولم يُذكر السبب", "not the batch that expires first, and no reason given";
        ExpiryDiffers = "STOCK_EXPIRY_DIFFERS",
            "تاريخ الصلاحية في الاستلام يخالف المسجل للتشغيلة", "the receipt names another expiry than earlier ones of the batch";
        ShortOrRejected = "STOCK_SHORT_OR_REJECTED",
            "رُفض جزء من الوارد أو فُقد", "an inspection or arrival rejected or lost something";
        BelowReserved = "STOCK_BELOW_RESERVED",
            "وجد الجرد أقل من الكمية المحجوزة", "a count found less than is reserved";
        CountDiffers = "STOCK_COUNT_DIFFERS",
            "وجد الجرد رصيدًا يخالف الدفتر", "a count found another balance than the book";
        AboveCustody = "STOCK_ABOVE_CUSTODY",
            "خرج من العهدة أكثر مما فيها", "more came out of custody than was in it";
        Unregistered = "STOCK_UNREGISTERED",
            "تحرك صنف ليس في الدليل أو تحرك مخزون منشأة مغلقة", "an item that is not in the catalogue, or a closed facility, moved";
        TrackingMissing = "STOCK_TRACKING_MISSING",
            "ينقص رقم التشغيلة أو تاريخ الصلاحية", "batch or expiry is missing where the item needs it";
        AboveReservation = "STOCK_ABOVE_RESERVATION",
            "أُخذ من الحجز أكثر مما فيه، أو الحجز غير قائم", "more was taken from a reservation than it held, or it does not stand";
        TransferRepeated = "STOCK_TRANSFER_REPEATED",
            "وصلت بضاعة من هذا الصنف بالتحويل نفسه من قبل", "goods like these arrived under the same transfer before";
        ShippedDiffers = "STOCK_SHIPPED_DIFFERS",
            "الكمية المرسلة في مستند الوصول تخالف ما سجّله المرسل", "the arrival's paper names another shipped quantity than the dispatch";
    }
    Order(order) {
        AboveOrdered = "ORDER_ABOVE_ORDERED",
            "ورد أكثر مما طُلب", "more came than was ordered and had not come";
        NotOrdered = "ORDER_NOT_ORDERED",
            "ورد ما ليس في أمر الشراء", "something came that is not on the order";
        OtherSupplier = "ORDER_OTHER_SUPPLIER",
            "جاء بالبضاعة مورّد آخر", "another supplier brought it";
        PriceDiffers = "ORDER_PRICE_DIFFERS",
            "السعر في الاستلام يخالف أمر الشراء", "the receipt names another price than the order";
        AfterClosing = "ORDER_AFTER_CLOSING",
            "وردت بضاعة بعد إقفال أمر الشراء أو إلغائه", "goods came after the order was closed or cancelled";
        AboveApproved = "ORDER_ABOVE_APPROVED",
            "دُفع ما لم يُعتمد، أو أكثر مما اعتُمد", "something was paid that nobody approved, or more than was approved";
        Rejected = "ORDER_REJECTED",
            "رُفض جزء من التوريد عند الفحص", "the inspection rejected part of a delivery";
        ApprovedLate = "ORDER_APPROVED_LATE",
            "اعتُمد الشراء الطارئ بعد المهلة المقررة", "an emergency was approved later than the rules allow";
        BelowInvoiced = "ORDER_BELOW_INVOICED",
            "أُلغي استلام بضاعة فاتورتها مطابقة", "a receipt was taken back whose goods are on a matched invoice";
        AdvanceUnrecovered = "ORDER_ADVANCE_UNRECOVERED",
            "أُقفل الأمر ولم تُسترد الدفعة المقدمة", "the order was closed and an advance was not recovered";
        OwnApproval = "ORDER_OWN_APPROVAL",
            "من اعتمد الصرف سجّل تنفيذه أيضًا، واللازم شخصان", "who approved the payment also recorded it as made; two persons are needed";
    }
    Transfer(transfer) {
        AboveInTransit = "TRANSFER_ABOVE_IN_TRANSIT",
            "سُوّي أكثر مما في الطريق: لم يخرج أصلًا، أو وصل من قبل", "more was settled than is in transit: it never left, or had arrived before";
        OtherReceiver = "TRANSFER_OTHER_RECEIVER",
            "وصل إلى مخزن غير الذي أُرسل إليه", "it arrived at another store than it was sent to";
        OtherSender = "TRANSFER_OTHER_SENDER",
            "سمّى المستلم مرسلًا آخر", "the receiver names another sender";
        ShortOrRejected = "TRANSFER_SHORT_OR_REJECTED",
            "فقد المستلم شيئًا من التحويل أو رفضه", "the receiver lost or rejected something";
        AfterClosing = "TRANSFER_AFTER_CLOSING",
            "وصلت بضاعة بعد إقفال التحويل", "goods arrived after the transfer was closed";
        OtherRoute = "TRANSFER_OTHER_ROUTE",
            "صُرف برقم تحويل لمرسل آخر أو مستلم آخر", "a dispatch under the number of another sender's or receiver's transfer";
    }
    Requisition(requisition) {
        AboveApproved = "REQUISITION_ABOVE_APPROVED",
            "أُرسل أكثر مما اعتُمد", "more was sent than was approved";
        NotRequested = "REQUISITION_NOT_REQUESTED",
            "أُرسل ما لم يُطلب", "something was sent that was not asked for";
        NotApproved = "REQUISITION_NOT_APPROVED",
            "أُرسلت بضاعة قبل اكتمال الاعتماد أو بعد الرفض", "goods were sent before the approval was complete, or after a rejection";
        OtherSupplier = "REQUISITION_OTHER_SUPPLIER",
            "أرسلها مخزن غير المطلوب منه", "another store sent it than the one that was asked";
        OtherReceiver = "REQUISITION_OTHER_RECEIVER",
            "أُرسلت إلى منشأة غير الطالبة", "it was sent to another facility than the one that asks";
        AfterClosing = "REQUISITION_AFTER_CLOSING",
            "أُرسلت بضاعة بعد سحب الطلب أو تسجيل باقيه غير ملبّى", "goods were sent after the requisition was withdrawn or the rest recorded as unmet";
    }
}

/// The rule with a code; an empty text names none.
pub fn read(code: &str) -> Result<Option<Rule>, Status> {
    if code.is_empty() {
        return Ok(None);
    }
    let found = ALL.iter().copied().find(|rule| label(*rule).code == code);
    found.map(Some).ok_or_else(|| {
        let codes: Vec<&str> = ALL.iter().map(|rule| label(*rule).code).collect();
        let codes = codes.join(", ");
        status::invalid_field(
            "rule",
            format!("لا توجد قاعدة رمزها {code:?}؛ الرموز: {codes}"),
            &format!("{code:?} is no rule's code; the codes are {codes}"),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_found_by_its_own_code() {
        for rule in ALL {
            assert_eq!(read(label(*rule).code).unwrap(), Some(*rule));
        }
        assert_eq!(read("").unwrap(), None);
        assert!(read("STOCK").is_err());
    }
}
