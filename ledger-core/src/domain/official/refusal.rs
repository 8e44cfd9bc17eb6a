//! Why a command about an official is refused.

use crate::aggregate::refusals;
use crate::domain::enrolment;
use crate::domain::values::{Code, Money, OfficialId, OrganizationId};
use crate::store::StreamName;

refusals! {
    /// Why a command about an official is refused.
    pub enum Refusal,
    /// A rule about keys.
    Key(enrolment::Refusal)
    {
        /// Never held a post.
        NotKnown = "OFFICIAL_NOT_KNOWN",
            "لم يشغل هذا الموظف أي وظيفة بعد؛ سجّل تعيينه أولًا",
            "this official has held no post yet; record the appointment first";
        /// Fills the post on some of the days.
        InPost {
            /// The post.
            post: Code,
        } = "OFFICIAL_IN_POST",
            "يشغل الموظف الوظيفة {post} في بعض هذه الأيام؛ سجّل تركه لها أولًا، أو ابدأ بعد ذلك",
            "the official fills the post {post} on some of these days; record the departure first, or begin later";
        /// Does not fill the post on all of the days.
        NotInPost {
            /// The post.
            post: Code,
        } = "OFFICIAL_NOT_IN_POST",
            "لا يشغل الموظف الوظيفة {post} في هذه المدة كلها، أو سُجِّل تركه لها من قبل؛ صحّح الوظيفة أو التاريخ",
            "the official does not fill the post {post} through these days, or left it by then; correct the post or the dates";
        /// The facility is not open, or the organisation not registered.
        NoSeat {
            /// Its stream.
            seat: StreamName,
        } = "OFFICIAL_NO_SEAT",
            "لا توجد منشأة مفتوحة أو جهة مسجَّلة في السجل {seat}؛ سجّلها أولًا أو صحّح رقمها",
            "there is no open facility or registered organization at {seat}; register it first or correct its id";
        /// The last day lies before the first.
        EndsBeforeItBegins = "OFFICIAL_ENDS_BEFORE_IT_BEGINS",
            "آخر يوم قبل أول يوم؛ صحّح التاريخين",
            "the last day is before the first; correct the dates";
        /// The limit is below zero.
        NegativeLimit = "OFFICIAL_NEGATIVE_LIMIT",
            "لا يقل حد الصلاحية عن صفر؛ والصفر يسحب الصلاحية",
            "a limit is not below zero; zero takes the authority away";
        /// Authority cannot be passed to oneself.
        OwnDelegator = "OFFICIAL_OWN_DELEGATOR",
            "لا يفوّض الموظف نفسه؛ اذكر من فوّضه، أو اترك المفوِّض خاليًا إن كانت الصلاحية بقانون أو قرار",
            "officials do not delegate to themselves; name who delegates, or nobody where law or decree gives the authority";
        /// The delegator has less authority, on some of the days.
        AboveDelegator {
            /// Who delegates.
            delegator: OfficialId,
            /// What was to be passed on.
            limit: Money,
        } = "OFFICIAL_ABOVE_DELEGATOR",
            "لا يملك المفوِّض {delegator} صلاحية تبلغ {limit} في كل أيام المدة؛ اخفض الحد أو قصّر المدة",
            "{delegator} does not have authority up to {limit} on every one of these days; lower the limit or shorten the time";
        /// The one who acts is the holder.
        OwnHolder = "OFFICIAL_OWN_HOLDER",
            "لا ينوب الموظف عن نفسه؛ اذكر شاغل الوظيفة، أو اتركه خاليًا إن كانت شاغرة",
            "officials do not act for themselves; name who holds the post, or nobody where it is vacant";
        /// The named holder does not hold the post on the first day.
        NotHolder {
            /// Who was named.
            holder: OfficialId,
            /// The post.
            post: Code,
        } = "OFFICIAL_NOT_HOLDER",
            "لا يشغل {holder} الوظيفة {post} في أول أيام الإنابة؛ صحّح الاسم أو اتركه خاليًا إن كانت الوظيفة شاغرة",
            "{holder} does not hold the post {post} on the first day; correct the name, or leave it out where the post is vacant";
        /// The holder has the post elsewhere.
        OtherSeat {
            /// The post.
            post: Code,
            /// Where it was said to be.
            seat: StreamName,
        } = "OFFICIAL_OTHER_SEAT",
            "ليست الوظيفة {post} في {seat} بحسب تعيين شاغلها؛ اذكر مكانها كما في تعيينه، أو اتركه خاليًا",
            "by its holder's appointment the post {post} is not in {seat}; name where that appointment has it, or leave the place out";
        /// The interest is declared already.
        Declared = "OFFICIAL_CONFLICT_DECLARED",
            "أُفصح عن هذه المصلحة من قبل وهي قائمة؛ لا يلزم شيء آخر",
            "this interest is declared already, and it stands; nothing more is needed";
        /// The interest is not declared.
        NotDeclared = "OFFICIAL_CONFLICT_NOT_DECLARED",
            "لم يُفصح عن هذه المصلحة، أو سُحبت من قبل؛ راجع الجهة ونوع المصلحة",
            "this interest is not declared, or was withdrawn; check the organization and the kind of interest";
        /// The organisation is not registered.
        NoOrganization {
            /// The organisation.
            organization: OrganizationId,
        } = "OFFICIAL_NO_ORGANIZATION",
            "الجهة {organization} غير مسجَّلة؛ سجّلها أولًا أو صحّح رقمها",
            "the organization {organization} is not registered; register it first or correct its id";
        /// The official gives a post or authority to the own person.
        OwnAuthority = "OFFICIAL_OWN_AUTHORITY",
            "لا يعيّن الموظف نفسه في وظيفة ولا يمنح نفسه صلاحية؛ يسجّل ذلك شخص آخر",
            "officials do not give posts or authority to themselves; another person must record it";
        /// The official withdraws an own declaration.
        OwnWithdrawal = "OFFICIAL_OWN_WITHDRAWAL",
            "لا يسحب الموظف إفصاحه بنفسه؛ يثبت شخص آخر أن المصلحة زالت",
            "officials do not withdraw their own declarations; another person must find that the interest ended";
    }
}
