//! Why a command about a plan is refused. No text says what a plan is expected to cost.

use crate::aggregate::refusals;
use crate::domain::official::buyers;
use crate::domain::values::{Date, FacilityId, ItemCode, Money, OrganizationId, TenderId};
use rust_decimal::Decimal;

refusals! {
    /// Why a command about a plan is refused.
    pub enum Refusal,
        /// By an official who is not the buyer's.
        Office(buyers::Refusal)
    {
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
        /// Waits for approval.
        NotApproved = "PLAN_NOT_APPROVED",
            "الخطة تنتظر الاعتماد، ولا يُحجز منها قبله؛ تُعتمد أولًا",
            "the plan waits for approval, and nothing is taken from it before; have it approved first";
        /// Nothing was taken before there was a plan here.
        TakingNotHistory = "PLAN_TAKING_NOT_HISTORY",
            "لا يُستورد الحجز من الخطط من أنظمة سابقة؛ تحجز كل مناقصة هنا ما تطلبه",
            "what was taken from a plan is not imported from earlier systems; each tender here takes what it asks for";
        /// No such draft.
        NoDraft {
            /// Which.
            tender: TenderId,
        } = "PLAN_NO_DRAFT",
            "ليست {tender} مسودة مناقصة تُنفّذ هذه الخطة وفيها مجموعات؛ راجع رقمها والخطة المسماة فيها، أو أضف مجموعاتها",
            "{tender} is no draft with lots that carries out this plan; check its id and the plan that it names, or add its lots";
        /// It has what it asks for.
        TakenAlready {
            /// Which.
            tender: TenderId,
        } = "PLAN_TAKEN_ALREADY",
            "حُجز من قبل كل ما تطلبه المناقصة {tender} من هذه الخطة؛ لا يلزم شيء آخر",
            "all that the tender {tender} asks for is taken from this plan already; nothing more is needed";
        /// Nobody planned it.
        NotInPlan {
            /// Which.
            item: ItemCode,
            /// Where.
            facility: FacilityId,
        } = "PLAN_NOT_IN_PLAN",
            "لا تذكر الخطة الصنف {item} للمنشأة {facility}؛ احذفه من المناقصة، أو عدّل الخطة لتشمله",
            "the plan has no {item} for the facility {facility}; leave it out of the tender, or amend the plan so that it does";
        /// Others took it, or it was never that much.
        NotLeft {
            /// Of what.
            item: ItemCode,
            /// Where.
            facility: FacilityId,
            /// What the tender asks for.
            asked: Decimal,
            /// What is left of the plan.
            left: Decimal,
        } = "PLAN_NOT_LEFT",
            "تطلب المناقصة {asked} من الصنف {item} للمنشأة {facility}، والباقي في الخطة {left}؛ اطلب أقل، أو عدّل الخطة",
            "the tender asks for {asked} of {item} for the facility {facility}, and {left} is left in the plan; ask for less, or amend the plan";
        /// The plan would no longer hold what was taken.
        BelowTaken {
            /// Of what.
            item: ItemCode,
            /// Where.
            facility: FacilityId,
            /// How much.
            taken: Decimal,
        } = "PLAN_BELOW_TAKEN",
            "حجزت المناقصات {taken} من الصنف {item} للمنشأة {facility}؛ لا تقل الخطة عن ذلك",
            "tenders took {taken} of {item} for the facility {facility}; the plan cannot hold less";
        /// Sijill settles.
        SettledBySijill = "PLAN_SETTLED_BY_SIJILL",
            "يعيد سجل وحده إلى الخطة ما لم تستعمله المناقصة بعد انتهائها؛ لا يلزمك عمل شيء",
            "Sijill alone gives back to the plan what a tender did not use, once it has ended; there is nothing for you to do";
        /// It took nothing, or was settled.
        NotTaken {
            /// Which.
            tender: TenderId,
        } = "PLAN_NOT_TAKEN",
            "لا حجز قائمًا للمناقصة {tender} في هذه الخطة؛ راجع رقمها",
            "the tender {tender} holds nothing of this plan that could be given back; check its id";
        /// It has not ended.
        TenderRuns {
            /// Which.
            tender: TenderId,
        } = "PLAN_TENDER_RUNS",
            "لم تنتهِ المناقصة {tender}؛ يعود ما لم تستعمله بعد انتهائها",
            "the tender {tender} has not ended; what it does not use is given back then";
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
