//! Why a command about a requisition is refused.

use std::fmt;

use crate::aggregate::refusals;
use crate::domain::values::{DiscrepancyId, FacilityId, ItemCode, Money, Quantity};

/// How many items a text names; it counts the rest, for a refusal travels in headers.
const NAMED_MAX: usize = 10;

/// Items that a refusal is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named(pub Vec<ItemCode>);

impl fmt::Display for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, item) in self.0.iter().take(NAMED_MAX).enumerate() {
            let comma = if place == 0 { "" } else { ", " };
            write!(f, "{comma}{item}")?;
        }
        match self.0.len().saturating_sub(NAMED_MAX) {
            0 => Ok(()),
            more => write!(f, " (+{more})"),
        }
    }
}

refusals! {
    /// Why a command about a requisition is refused.
    pub enum Refusal {
        /// It waits already, or is approved.
        Submitted = "REQUISITION_SUBMITTED",
            "قُدّم هذا الطلب من قبل؛ قدّم طلبًا جديدًا برقم آخر",
            "this requisition is submitted already; submit a new one under another id";
        /// Nothing has been asked for.
        NotSubmitted = "REQUISITION_NOT_SUBMITTED",
            "لم يُقدَّم طلب بهذا الرقم؛ راجع الرقم",
            "no requisition with this id was submitted; check the id";
        /// It does not wait for an approval.
        NotWaiting = "REQUISITION_NOT_WAITING",
            "الطلب لا ينتظر قرارًا: اعتُمد أو أُعيد إلى مقدّمه",
            "the requisition does not wait for a decision: it was approved, or sent back";
        /// It ended.
        Closed = "REQUISITION_CLOSED",
            "انتهى الطلب: سُحب، أو سُجّل ما لم يُلبَّ منه؛ قدّم طلبًا جديدًا",
            "the requisition has ended: it was withdrawn, or its unmet demand is recorded; submit a new one";
        /// No such facility.
        FacilityUnknown {
            /// Which.
            facility: FacilityId,
        } = "REQUISITION_FACILITY_UNKNOWN",
            "المنشأة {facility} غير مسجلة؛ سجّلها أولًا",
            "the facility {facility} is not registered; register it first";
        /// A closed facility.
        FacilityClosed {
            /// Which.
            facility: FacilityId,
        } = "REQUISITION_FACILITY_CLOSED",
            "المنشأة {facility} مغلقة؛ اختر منشأة أخرى",
            "the facility {facility} is closed; choose another";
        /// Of itself.
        SameFacility = "REQUISITION_SAME_FACILITY",
            "لا تطلب المنشأة من نفسها؛ سمِّ المخزن المورّد",
            "a facility does not ask itself; name the store that is to supply";
        /// Another facility submits it again.
        RequesterChanges {
            /// Who asked first.
            from: FacilityId,
        } = "REQUISITION_REQUESTER_CHANGES",
            "قدّمت هذا الطلبَ المنشأةُ {from} وهي وحدها تعيد تقديمه",
            "the facility {from} submitted this requisition, and it alone submits it again";
        /// No line or too many.
        LineCount {
            /// How many there are.
            lines: usize,
        } = "REQUISITION_LINE_COUNT",
            "عدد السطور {lines}، والمسموح من 1 إلى 200؛ قسّمها",
            "there are {lines} lines; 1 to 200 are allowed, split them";
        /// The same item twice.
        DuplicateLine {
            /// Which.
            item: ItemCode,
        } = "REQUISITION_DUPLICATE_LINE",
            "تكرر الصنف {item}؛ اجمعه في سطر واحد",
            "the item {item} stands twice; make it one line";
        /// Nothing is asked for or sent.
        ZeroQuantity {
            /// Which.
            item: ItemCode,
        } = "REQUISITION_ZERO_QUANTITY",
            "كمية الصنف {item} صفر؛ احذف السطر",
            "the quantity of {item} is zero; leave the line out";
        /// Not in the catalogue.
        ItemNotListed {
            /// Which.
            item: ItemCode,
        } = "REQUISITION_ITEM_NOT_LISTED",
            "الصنف {item} ليس في الدليل؛ اختر صنفًا مدرجًا",
            "the item {item} is not in the catalogue; choose a listed one";
        /// Organisations and Sijill itself approve nothing.
        NotAnOfficial = "REQUISITION_NOT_AN_OFFICIAL",
            "لا يعتمد الطلبَ إلا موظف عام",
            "only an official approves a requisition";
        /// The submitter decides.
        OwnRequisition = "REQUISITION_OWN",
            "لا يبتّ في الطلب من قدّمه؛ يبتّ فيه شخص آخر، ولمن قدّمه أن يسحبه",
            "who submitted a requisition does not decide on it; another person must, and the submitter may withdraw it";
        /// One official, two levels.
        ApprovedTwice = "REQUISITION_APPROVED_TWICE",
            "اعتمدتَ هذا الطلب من قبل؛ يعتمده الآن موظف آخر بسقف أعلى",
            "you have approved this requisition already; another official with a higher limit approves next";
        /// Not among what is asked for.
        NotRequested {
            /// Which.
            item: ItemCode,
        } = "REQUISITION_NOT_REQUESTED",
            "الصنف {item} ليس في الطلب",
            "the item {item} is not asked for";
        /// A line without a decision.
        LineMissing {
            /// Which.
            item: ItemCode,
        } = "REQUISITION_LINE_MISSING",
            "لم يُذكر الصنف {item} في الاعتماد؛ اذكره، وبالكمية صفر إن لم يُعتمد",
            "the approval does not name {item}; name it, with zero where it is not approved";
        /// Raised.
        AboveRequested {
            /// Which.
            item: ItemCode,
            /// What is asked for.
            requested: Quantity,
        } = "REQUISITION_ABOVE_REQUESTED",
            "المطلوب من {item} هو {requested} فقط؛ الاعتماد يخفّض ولا يزيد",
            "only {requested} of {item} is asked for; an approval lowers and never raises";
        /// All lines are zero.
        NothingApproved = "REQUISITION_NOTHING_APPROVED",
            "كل الكميات المعتمدة صفر؛ ارفض الطلب مع بيان السبب",
            "all approved quantities are zero; reject the requisition and say why";
        /// No delegated authority that day.
        NoAuthority = "REQUISITION_NO_AUTHORITY",
            "ليس لك تفويض مالي سارٍ بعملة الطلب في يوم الاعتماد؛ يعتمده مفوَّض",
            "you hold no delegated authority in the requisition's currency on the day of approval; someone who does must approve";
        /// The next level must be higher.
        LimitNotHigher {
            /// The approver's.
            limit: Money,
            /// The level before's.
            previous: Money,
        } = "REQUISITION_LIMIT_NOT_HIGHER",
            "سقف تفويضك {limit} ليس أعلى من سقف المستوى السابق {previous}؛ يعتمده صاحب سقف أعلى",
            "your limit of {limit} is not above the previous level's {previous}; someone with a higher limit must approve";
        /// Nothing shows that these lines are within anybody's limit.
        PriceUnknown {
            /// The items without a reference price.
            items: Named,
        } = "REQUISITION_PRICE_UNKNOWN",
            "لا سعر مرجعيًا لهذه الأصناف فلا تُعرف قيمة الطلب: {items}؛ حدّد أسعارها المرجعية، أو اعتمد بقيتها واجعل هذه صفرًا",
            "these items have no reference price, so the requisition's value is not known: {items}; have their prices set, or approve the others with these at zero";
        /// Reference prices in two currencies.
        MixedCurrencies {
            /// The first item whose price is in another currency.
            item: ItemCode,
        } = "REQUISITION_MIXED_CURRENCIES",
            "السعر المرجعي للصنف {item} بعملة أخرى فلا تُجمع القيمة؛ اعتمد أصناف كل عملة في طلب، أو وحّد الأسعار المرجعية",
            "the reference price of {item} is in another currency, so the value has no sum; ask for the items of each currency in a requisition of their own, or set reference prices in one currency";
        /// A sum that nothing can hold.
        TooLarge {
            /// Which.
            item: ItemCode,
        } = "REQUISITION_TOO_LARGE",
            "تتجاوز كمية {item} أو قيمته الحد الأقصى؛ راجع الوحدة",
            "the quantity or value of {item} is above what can be held; look at the unit";
        /// More levels than can be counted.
        TooManyLevels = "REQUISITION_TOO_MANY_LEVELS",
            "بلغ الطلب أقصى عدد من مستويات الاعتماد؛ ارفضه وقسّمه",
            "the requisition has as many levels of approval as can be; reject it and split it";
        /// Dispatches come from the store's own documents.
        NotAPolicy = "REQUISITION_NOT_A_POLICY",
            "لا يُسجَّل الصرف للطلب هنا مباشرة؛ اذكر رقم الطلب في مستند خروج البضاعة من المخزن",
            "what is sent is not recorded here by hand; name the requisition in the store's dispatch";
        /// The dispatch counts already.
        DispatchCounted {
            /// The store.
            facility: FacilityId,
            /// Revision of the dispatch in its stock stream.
            revision: u64,
        } = "REQUISITION_DISPATCH_COUNTED",
            "احتُسب المستند {revision} من المخزن {facility} لهذا الطلب من قبل",
            "document {revision} of the store {facility} counts for this requisition already";
        /// Everything was sent.
        NothingUnmet = "REQUISITION_NOTHING_UNMET",
            "أُرسل كل ما اعتُمد؛ لا شيء لم يُلبَّ",
            "everything that was approved has been sent; nothing is unmet";
        /// No such discrepancy is open.
        DiscrepancyUnknown {
            /// Which.
            id: DiscrepancyId,
        } = "REQUISITION_DISCREPANCY_UNKNOWN",
            "لا يوجد فرق مفتوح باسم {id} في هذا الطلب",
            "no discrepancy {id} is open in this requisition";
    }
}
