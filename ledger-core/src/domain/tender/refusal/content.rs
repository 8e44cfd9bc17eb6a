//! Why what is drafted, or amended, cannot be.

use rust_decimal::Decimal;

use super::super::inviting::FAILED_DAYS_MAX;
use crate::aggregate::refusals;
use crate::domain::values::{
    CriterionId, FacilityId, ItemCode, LotId, OrganizationId, PlanId, QualificationId, TenderId,
};

refusals! {
    /// Why what is drafted, or amended, cannot be.
    pub enum ContentRefusal {
        // What is drafted.
        /// Not registered as a buyer.
        NotAnEntity {
            /// Which.
            organization: OrganizationId,
        } = "TENDER_NOT_AN_ENTITY",
            "{organization} ليست جهة متعاقدة مسجلة؛ سجّلها أولًا أو اختر غيرها",
            "{organization} is not registered as a procuring entity; register it first or name another";
        /// Waits for its approval, is another's, or was never planned.
        Plan {
            /// Which.
            plan: PlanId,
        } = "TENDER_PLAN",
            "الخطة {plan} ليست معتمدة أو ليست لهذا المشتري؛ تُعتمد أولًا، أو سمِّ خطة أخرى",
            "the plan {plan} is not approved or is not this buyer's; have it approved first, or name another";
        /// The rules ask for one.
        PlanMissing = "TENDER_PLAN_MISSING",
            "تُنفّذ المناقصة بهذا الإجراء خطةً معتمدة؛ خطّط الاحتياج واعتمده ثم سمِّ الخطة في المسودة",
            "a tender by this procedure carries out an approved plan; plan the need, have it approved, and name the plan in the draft";
        /// The buyer, or the same entity twice.
        ParticipantTwice {
            /// Which.
            organization: OrganizationId,
        } = "TENDER_PARTICIPANT_TWICE",
            "{organization} واردة مرتين بين المشترين؛ اذكرها مرة واحدة",
            "{organization} stands twice among the buyers; name it once";
        /// In another currency, or nothing.
        Budget {
            /// Whose.
            organization: OrganizationId,
            /// The tender's currency.
            currency: &'static str,
        } = "TENDER_BUDGET",
            "ميزانية {organization} يجب أن تكون فوق الصفر وبعملة المناقصة {currency}",
            "the budget of {organization} must be above zero and in the tender's currency, {currency}";
        /// Longer than may be.
        TooMany {
            /// Of what: the field's name.
            field: &'static str,
            /// How many there are.
            count: usize,
            /// Most allowed.
            most: usize,
        } = "TENDER_TOO_MANY",
            "في {field} عدد {count}، والحد الأقصى {most}؛ اختصر أو قسّم المناقصة",
            "there are {count} {field}, and {most} are allowed; shorten the list or split the tender";
        /// The same criterion twice.
        CriterionTwice {
            /// Which.
            criterion: CriterionId,
        } = "TENDER_CRITERION_TWICE",
            "تكرر المعيار {criterion}؛ لكل معيار رقم واحد",
            "the criterion {criterion} stands twice; each has an id of its own";
        /// Points that cannot be given.
        Points {
            /// Which criterion.
            criterion: CriterionId,
        } = "TENDER_POINTS",
            "نقاط المعيار {criterion} يجب أن تكون فوق الصفر ولا تزيد على 1000، وحدّها الأدنى بين الصفر وأعلاها",
            "the points of {criterion} must be above 0 and at most 1000, and the fewest between 0 and the most";
        /// A weight that leaves nothing to weigh.
        PriceWeight {
            /// What was given, in percent.
            percent: u8,
        } = "TENDER_PRICE_WEIGHT",
            "وزن السعر {percent} في المئة، والمسموح من 1 إلى 99 مع معيار بنقاط واحد على الأقل",
            "the price weighs {percent} percent; 1 to 99 are allowed, with at least one rated criterion";
        /// Quotations have no technical envelope.
        QuotationRated = "TENDER_QUOTATION_RATED",
            "طلب عروض الأسعار والشراء المباشر يُرسيان على أقل سعر وبلا معايير بنقاط؛ استعمل المناقصة العامة إن أردتها",
            "a request for quotations or a direct purchase goes to the lowest price, without rated criteria; use an open tender for those";
        /// A quotation names no security.
        QuotationSecured = "TENDER_QUOTATION_SECURED",
            "طلب عروض الأسعار والشراء المباشر بلا مظروف فني يُذكر فيه التأمين المؤقت؛ اجعل نسبته 0 أو استعمل المناقصة العامة",
            "a request for quotations or a direct purchase has no technical envelope that could name a bid security; ask for 0 percent, or use an open tender";
        /// Nobody is asked.
        InvitationMissing = "TENDER_INVITATION_MISSING",
            "المناقصة المحدودة والشراء المباشر يذكران سببهما ومن يُدعى إليهما؛ أضف الدعوة أو استعمل المناقصة العامة",
            "a limited tender and a direct purchase name their ground and who is asked; add the invitation, or use an open tender";
        /// Anyone may bid.
        InvitationUnasked = "TENDER_INVITATION_UNASKED",
            "المناقصة العامة وطلب عروض الأسعار مفتوحان للجميع بلا دعوة؛ احذف الدعوة أو غيّر الإجراء",
            "an open tender and a request for quotations are for everyone, without an invitation; leave it out, or name another procedure";
        /// A ground of another procedure.
        InvitationGround = "TENDER_INVITATION_GROUND",
            "السبب المذكور ليس من أسباب هذا الإجراء؛ اذكر سببًا منها أو استعمل المناقصة العامة",
            "this ground is not one for this procedure; name one that is, or use an open tender";
        /// Not named, not failed, another buyer's, or named for nothing.
        FailedTender = "TENDER_FAILED_BEFORE",
            "المناقصة السابقة تُذكر إذا كان فشلها هو السبب ولا تُذكر لغيره، وتكون لهذا المشتري وقد فشلت لغير ضياع عطاءاتها؛ صحح رقمها أو السبب",
            "an earlier tender is named where its failure is the ground and only there, and it was this buyer's and failed, not because its bids were lost; correct its id or the ground";
        /// It failed too long ago.
        FailedLongAgo {
            /// Which tender.
            tender: TenderId,
        } = "TENDER_FAILED_LONG_AGO",
            "مضى على الموعد النهائي للمناقصة {tender} أكثر من {FAILED_DAYS_MAX} يومًا، ففشلها لم يعد سببًا؛ اطرح مناقصة عامة",
            "the deadline of tender {tender} is more than {FAILED_DAYS_MAX} days past, and its failure a ground no more; use an open tender";
        /// Another item, or more of it, than was asked for when nobody won.
        MoreThanFailed {
            /// In which tender.
            tender: TenderId,
            /// Of which item.
            item: ItemCode,
            /// How much is asked for, in base units.
            asked: Decimal,
            /// How much was asked for then.
            unmet: Decimal,
        } = "TENDER_MORE_THAN_FAILED",
            "المطلوب من الصنف {item} هو {asked}، وكان في المناقصة {tender} التي فشلت {unmet}؛ لا تطلب أكثر منه أو اطرح مناقصة عامة",
            "{asked} of {item} are asked for, and tender {tender}, which failed, asked for {unmet}; ask for no more, or use an open tender";
        /// Too few or too many.
        InvitedCount {
            /// How many there are.
            count: usize,
            /// Fewest.
            least: usize,
            /// Most.
            most: usize,
        } = "TENDER_INVITED_COUNT",
            "المدعوون {count}، والمطلوب من {least} إلى {most}؛ صحح القائمة",
            "{count} suppliers are invited; {least} to {most} are needed, correct the list";
        /// The same twice.
        InvitedTwice {
            /// Which.
            organization: OrganizationId,
        } = "TENDER_INVITED_TWICE",
            "{organization} مدعو مرتين؛ اذكره مرة واحدة",
            "{organization} is invited twice; name it once";
        /// No registered supplier, or debarred.
        NotInvitable {
            /// Which.
            organization: OrganizationId,
        } = "TENDER_NOT_INVITABLE",
            "{organization} ليس موردًا مسجَّلًا أو هو ممنوع من التعامل؛ سجّله أولًا أو ادعُ غيره، وإن كان في قائمة تأهيل فأوقفه فيها",
            "{organization} is not a registered supplier, or is debarred; have it registered first or invite another, and suspend it where a list of the qualified holds it";
        /// A selective tender without a list.
        ListMissing = "TENDER_LIST_MISSING",
            "المناقصة الانتقائية تدعو المؤهلين؛ اذكر قائمة التأهيل (list)",
            "a selective tender invites the qualified; name their list (list)";
        /// A list where being on it is not the ground.
        ListUnasked = "TENDER_LIST_UNASKED",
            "لا تُذكر قائمة تأهيل إلا في المناقصة الانتقائية؛ احذفها أو غيّر الإجراء",
            "only a selective tender names a list of qualified suppliers; leave it out or choose another procedure";
        /// Never announced, or by another buyer.
        ListOfAnother {
            /// Which.
            list: QualificationId,
        } = "TENDER_LIST_OF_ANOTHER",
            "لم يعلن هذا المشتري تأهيلًا باسم {list}؛ راجع الرقم أو أعلنه أولًا",
            "this buyer announced no qualification {list}; check the id, or announce it first";
        /// Whom to invite is said in the wrong place.
        InvitedByList = "TENDER_INVITED_BY_LIST",
            "المدعوون إلى مناقصة انتقائية يُذكرون عند نشرها كما في القائمة يومئذ، والمدعوون إلى غيرها في المسودة؛ احذفهم من هنا",
            "whom a selective tender invites is said when it is published, as its list then is, and of other tenders in the draft; leave them out here";
        /// Not published, given up, or valid no more.
        ListNotValid {
            /// Which.
            list: QualificationId,
        } = "TENDER_LIST_NOT_VALID",
            "قائمة التأهيل {list} لم تُنشر أو أُنهيت أو انقضى سريانها؛ انشرها أولًا أو أعلن تأهيلًا آخر",
            "the list {list} is not published, was ended or is valid no more; publish it first, or announce another";
        /// Invited and not on the list, or the other way round.
        NotAsListed {
            /// Which list.
            list: QualificationId,
            /// Who makes the difference.
            organization: OrganizationId,
        } = "TENDER_NOT_AS_LISTED",
            "المدعوون ليسوا من في القائمة {list} الآن، والفرق في {organization}؛ اذكر كل من فيها غير الموقوفين وحدهم، ومن مُنع منهم يوقف أولًا",
            "the invited are not those whom the list {list} holds now; {organization} makes the difference. Name all of it that are not suspended and nobody else; one that is debarred is suspended there first";
        /// What decides between equal bids is not clear.
        Ties = "TENDER_TIES",
            "قواعد التعادل تُذكر كل منها مرة واحدة وآخرها المظروف الأسبق (EarlierEnvelope)",
            "tie rules are named once each, and the last is the earlier envelope (EarlierEnvelope)";
        /// Too short or too long.
        Validity {
            /// What was given, in days.
            days: u16,
        } = "TENDER_VALIDITY",
            "مدة سريان العطاء {days} يومًا، والمسموح من 1 إلى 365",
            "bids would bind for {days} days; 1 to 365 are allowed";
        /// Above what the ruleset allows, or below zero.
        SecurityPercent {
            /// What was given.
            percent: Decimal,
            /// Most allowed.
            most: Decimal,
        } = "TENDER_SECURITY_PERCENT",
            "التأمين المؤقت {percent} في المئة، والمسموح من 0 إلى {most}",
            "the bid security is {percent} percent; 0 to {most} are allowed";
        // Lots.
        /// The same lot twice.
        LotTwice {
            /// Which.
            lot: LotId,
        } = "TENDER_LOT_TWICE",
            "المجموعة {lot} موجودة في المسودة؛ استعمل رقمًا آخر أو احذفها أولًا",
            "the lot {lot} is in the draft already; use another id or remove it first";
        /// No such lot.
        LotUnknown {
            /// Which.
            lot: LotId,
        } = "TENDER_LOT_UNKNOWN",
            "لا مجموعة باسم {lot} في هذه المناقصة؛ راجع الرقم",
            "this tender has no lot {lot}; check the id";
        /// Nothing would be bought.
        NoLots = "TENDER_NO_LOTS",
            "ليس في المسودة أي مجموعة؛ أضف واحدة على الأقل",
            "the draft has no lot; add at least one";
        /// None or too many.
        LineCount {
            /// How many there are.
            lines: usize,
        } = "TENDER_LINE_COUNT",
            "في المجموعة {lines} سطرًا، والمسموح من 1 إلى 200؛ قسّمها",
            "the lot has {lines} lines; 1 to 200 are allowed, split it";
        /// Nothing, or no time.
        Line {
            /// Its number, from 1.
            line: usize,
        } = "TENDER_LINE",
            "السطر {line}: الكمية يجب أن تزيد على الصفر ومهلة التسليم من 1 إلى 1095 يومًا",
            "line {line}: the quantity must be above zero and the delivery within 1 to 1,095 days";
        /// The same twice.
        LineTwice {
            /// Its number, from 1.
            line: usize,
        } = "TENDER_LINE_TWICE",
            "السطر {line} يكرر صنف سطر سابق ومنشأته ومهلته وجهته؛ اجمعهما في سطر واحد",
            "line {line} repeats an earlier one's item, facility, delivery and entity; make them one line";
        /// Not in the catalogue.
        ItemNotListed {
            /// Which.
            item: ItemCode,
        } = "TENDER_ITEM_NOT_LISTED",
            "الصنف {item} ليس في الدليل؛ اختر صنفًا مدرجًا",
            "the item {item} is not in the catalogue; choose a listed one";
        /// Nothing can be delivered there.
        FacilityNotOpen {
            /// Which.
            facility: FacilityId,
        } = "TENDER_FACILITY_NOT_OPEN",
            "المنشأة {facility} غير مسجلة أو مغلقة؛ اختر منشأة مفتوحة",
            "the facility {facility} is not registered or closed; choose an open one";
        /// Does not buy here.
        EntityNotParticipant {
            /// Which.
            organization: OrganizationId,
        } = "TENDER_ENTITY_NOT_PARTICIPANT",
            "{organization} ليست من المشترين في هذه المناقصة؛ اذكرها في المسودة أو صحح السطر",
            "{organization} is not among this tender's buyers; name it in the draft or correct the line";
        /// In another currency, or nothing.
        Estimate {
            /// Of which lot.
            lot: LotId,
            /// The tender's currency.
            currency: &'static str,
        } = "TENDER_ESTIMATE",
            "القيمة التقديرية للمجموعة {lot} يجب أن تكون فوق الصفر وبعملة المناقصة {currency}",
            "the estimate of the lot {lot} must be above zero and in the tender's currency, {currency}";
        /// Nothing shows what is approved.
        EstimateMissing {
            /// Of which lot.
            lot: LotId,
        } = "TENDER_ESTIMATE_MISSING",
            "المجموعة {lot} بلا قيمة تقديرية فلا تُعرف قيمة المناقصة؛ احذفها وأضفها بقيمتها",
            "the lot {lot} has no estimate, so nobody knows what the tender comes to; remove it and add it with one";
        /// More than money can hold.
        EstimateTooLarge = "TENDER_ESTIMATE_TOO_LARGE",
            "مجموع القيم التقديرية أكبر مما يمكن حفظه؛ قسّم المناقصة",
            "the estimates come to more than can be held; split the tender";
        /// Too long, or no time at all.
        FrameworkTerm {
            /// As given.
            days: u16,
            /// The ruleset's most.
            most: u16,
        } = "TENDER_FRAMEWORK_TERM",
            "مدة الاتفاقية الإطارية {days} يومًا، والمسموح من 1 إلى {most}؛ قصّرها",
            "the framework agreement would run for {days} days; 1 to {most} are allowed, shorten it";
        /// None or too many.
        FrameworkSuppliers {
            /// As given.
            suppliers: u8,
        } = "TENDER_FRAMEWORK_SUPPLIERS",
            "عدد موردي المجموعة في الاتفاقية الإطارية {suppliers}، والمسموح من 1 إلى 5",
            "the framework agreement would have {suppliers} suppliers to a lot; 1 to 5 are allowed";
        /// Shares and ranks exclude each other.
        FrameworkSplit = "TENDER_FRAMEWORK_SPLIT",
            "لا تُجزّأ الكميات في اتفاقية إطارية؛ كل مورد يعرض المجموعة كاملة ويُطلب منه بترتيبه",
            "quantities are not split in a framework agreement; each supplier offers the whole lot and is called by its rank";
    }
}
