//! Why a command about a plan is refused. No text says what a plan is expected to cost.

use crate::aggregate::refusals;
use crate::domain::values::{Date, FacilityId, ItemCode, Money, OrganizationId};

refusals! {
    /// Why a command about a plan is refused.
    pub enum Refusal {
        /// It exists.
        Exists = "PLAN_EXISTS",
            "هذه الخطة موجودة؛ عدّلها، أو اختر رقمًا آخر",
            "this plan exists already; amend it, or choose another id";
        /// Nothing was planned.
        NotPlanned = "PLAN_NOT_PLANNED",
            "لا توجد خطة بهذا الرقم؛ راجع الرقم",
            "there is no plan with this id; check the id";
        /// It is approved as it stands.
        Approved = "PLAN_APPROVED",
            "اعتُمدت الخطة كما هي؛ إن تغيّرت الحاجة فعدّلها",
            "the plan is approved as it stands; if the need has changed, amend it";
        /// No line or too many.
        LineCount {
            /// How many there are.
            lines: usize,
        } = "PLAN_LINE_COUNT",
            "عدد السطور {lines}، والمسموح من 1 إلى 400؛ قسّمها على خطط",
            "there are {lines} lines; 1 to 400 are allowed, split them among plans";
        /// The same need twice.
        DuplicateLine {
            /// The item.
            item: ItemCode,
            /// Where.
            facility: FacilityId,
        } = "PLAN_DUPLICATE_LINE",
            "تكرر الصنف {item} للمنشأة {facility} في اليوم نفسه؛ اجمعه في سطر واحد",
            "the item {item} stands twice for the facility {facility} and the same day; make it one line";
        /// Nothing is needed.
        ZeroQuantity {
            /// Of what.
            item: ItemCode,
        } = "PLAN_ZERO_QUANTITY",
            "كمية الصنف {item} صفر؛ احذف السطر",
            "the quantity of {item} is zero; leave the line out";
        /// An estimate of nothing.
        EstimateNotPositive = "PLAN_ESTIMATE_NOT_POSITIVE",
            "التكلفة التقديرية يجب أن تكون أكبر من صفر؛ قدّرها",
            "the expected cost must be above zero; estimate it";
        /// Past, or too far ahead.
        Year {
            /// Which.
            year: u16,
            /// First that may be planned.
            first: i32,
            /// Last that may be planned.
            last: i32,
        } = "PLAN_YEAR",
            "سنة الموازنة {year} خارج المسموح: من {first} إلى {last}؛ صحّحها",
            "the budget year {year} is not one of {first} to {last}; correct it";
        /// No such buyer.
        NoBuyer {
            /// Which.
            buyer: OrganizationId,
        } = "PLAN_NO_BUYER",
            "الجهة {buyer} غير مسجلة جهةً مشترية؛ سجّلها أولًا",
            "{buyer} is not registered as a procuring entity; register it first";
        /// Not in the catalogue.
        ItemNotListed {
            /// Which.
            item: ItemCode,
        } = "PLAN_ITEM_NOT_LISTED",
            "الصنف {item} ليس في الدليل؛ اختر صنفًا مدرجًا",
            "the item {item} is not in the catalogue; choose a listed one";
        /// No such facility.
        FacilityUnknown {
            /// Which.
            facility: FacilityId,
        } = "PLAN_FACILITY_UNKNOWN",
            "المنشأة {facility} غير مسجلة؛ سجّلها أولًا",
            "the facility {facility} is not registered; register it first";
        /// A closed facility.
        FacilityClosed {
            /// Which.
            facility: FacilityId,
        } = "PLAN_FACILITY_CLOSED",
            "المنشأة {facility} مغلقة؛ اختر منشأة أخرى",
            "the facility {facility} is closed; choose another";
        /// Needed by a day that is over.
        DayOver {
            /// What.
            item: ItemCode,
            /// By when.
            day: Date,
        } = "PLAN_DAY_OVER",
            "اليوم {day} المطلوب فيه الصنف {item} مضى؛ اختر يومًا قادمًا",
            "the day {day} by which {item} is needed is over; choose a later one";
        /// Organisations and Sijill itself plan and approve nothing.
        NotAnOfficial = "PLAN_NOT_AN_OFFICIAL",
            "لا يضع الخطة ولا يعدّلها ولا يعتمدها إلا موظف عام",
            "only an official plans, amends or approves";
        /// The planner approves.
        OwnPlan = "PLAN_OWN",
            "لا يعتمد الخطة من وضعها أو عدّلها؛ يعتمدها شخص آخر",
            "who planned or amended it does not approve it; another person must";
        /// It changed since it was read.
        Changed {
            /// What was read.
            read: u64,
            /// What stands now.
            revision: u64,
        } = "PLAN_CHANGED",
            "تغيّرت الخطة بعد أن قرأتها: قرأت النسخة {read} والقائمة الآن {revision}؛ اقرأها ثم اعتمدها",
            "the plan is not what you have read: you read revision {read}, and {revision} stands now; read it, then approve";
        /// No delegated authority that day.
        NoAuthority = "PLAN_NO_AUTHORITY",
            "ليس لك تفويض مالي سارٍ بعملة الخطة في يوم الاعتماد؛ يعتمدها مفوَّض",
            "you hold no delegated authority in the plan's currency on the day of approval; someone who does must approve";
        /// More than the limit covers.
        AboveLimit {
            /// The approver's.
            limit: Money,
        } = "PLAN_ABOVE_LIMIT",
            "تتجاوز التكلفة التقديرية سقف تفويضك {limit}؛ يعتمدها صاحب سقف أعلى",
            "the expected cost is above your limit of {limit}; someone with a higher limit must approve";
        /// Only the commitment of the estimate is left.
        EstimateUnknown = "PLAN_ESTIMATE_UNKNOWN",
            "لم تعد التكلفة التقديرية محفوظة هنا؛ عدّل الخطة واذكرها، ثم تُعتمد",
            "the expected cost is not kept here any more; amend the plan and state it, then it can be approved";
    }
}
