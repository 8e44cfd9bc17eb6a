//! Why a command about a list of qualified suppliers is refused.

use super::{DOCUMENTS_MAX, REQUESTS_MAX, REQUIREMENTS_MAX, VALID_DAYS_MAX};
use crate::aggregate::refusals;
use crate::domain::official::buyers;
use crate::domain::values::{CriterionId, Date, OrganizationId};
use crate::time::Timestamp;

refusals! {
    /// Why a command about a list of qualified suppliers is refused.
    pub enum Refusal,
        /// By an official who is not the buyer's.
        Office(buyers::Refusal)
    {
        // Stages.
        /// It was announced already.
        Announced = "QUALIFICATION_ANNOUNCED",
            "أُعلن هذا التأهيل من قبل؛ أعلن تأهيلًا آخر برقم آخر",
            "this qualification is announced already; announce another under another id";
        /// Nothing was announced.
        NotAnnounced = "QUALIFICATION_NOT_ANNOUNCED",
            "لا يوجد تأهيل بهذا الرقم؛ راجع الرقم، أو أعلنه أولًا",
            "there is no qualification with this id; check it, or announce it first";
        /// Requests are still taken.
        RequestsOpen {
            /// Until when.
            closes_at: Timestamp,
        } = "QUALIFICATION_REQUESTS_OPEN",
            "طلبات التأهيل مقبولة حتى {closes_at}؛ أغلقها عنده أو بعده، ثم يُنظر فيها",
            "requests are taken until {closes_at}; close them then or later, and judge them after that";
        /// Requests are taken no more.
        RequestsOver {
            /// Until when they were.
            closes_at: Timestamp,
        } = "QUALIFICATION_REQUESTS_OVER",
            "انتهى تلقي طلبات التأهيل عند {closes_at}؛ انتظر إعلان التأهيل التالي",
            "requests were taken until {closes_at}; wait for the next announcement";
        /// The list is published.
        Published = "QUALIFICATION_PUBLISHED",
            "نُشرت قائمة المؤهلين ولم يعد هذا ممكنًا؛ لتغيير حال مورد فيها أوقفه أو أعده أو ارفعه منها",
            "the list is published and this is no longer possible; to change how a supplier stands on it, suspend, reinstate or remove it";
        /// The list is not published yet.
        NotPublished = "QUALIFICATION_NOT_PUBLISHED",
            "لم تُنشر قائمة المؤهلين بعد؛ انشرها أولًا",
            "the list is not published yet; publish it first";
        /// The list was given up.
        Ended = "QUALIFICATION_ENDED",
            "أُنهي هذا التأهيل، وهذا نهائي؛ أعلن تأهيلًا جديدًا",
            "this qualification was ended, which is final; announce a new one";
        /// History knows no such lists.
        NotHistory = "QUALIFICATION_NOT_HISTORY",
            "لا تُستورد قوائم التأهيل مع التاريخ؛ أعلن التأهيل من جديد",
            "lists of qualified suppliers are not imported with history; announce the qualification anew";
        // People.
        /// Organisations and Sijill itself judge nothing here.
        NotAnOfficial = "QUALIFICATION_NOT_AN_OFFICIAL",
            "لا يتصرف في التأهيل إلا موظف عام",
            "only an official acts on a qualification";
        /// Who judges suppliers holds a post.
        NotInOffice = "QUALIFICATION_NOT_IN_OFFICE",
            "لا يشغل هذا الموظف منصبًا في هذا اليوم؛ يُقيّد تعيينه أولًا، أو يقرر غيره",
            "the official holds no post on this day; have the appointment recorded first, or let another decide";
        /// A declared interest in one of the suppliers.
        HasInterest {
            /// In which.
            supplier: OrganizationId,
        } = "QUALIFICATION_HAS_INTEREST",
            "أفصحت عن مصلحة مع {supplier} وهو من المتقدمين؛ يقرر غيرك",
            "you have declared an interest in {supplier}, which is among the suppliers; another must decide";
        /// Who announced or assessed publishes the list.
        OwnAssessment = "QUALIFICATION_OWN_ASSESSMENT",
            "من أعلن التأهيل أو قيّم فيه لا ينشر قائمته؛ ينشرها شخص آخر",
            "who announced the qualification or assessed in it does not publish its list; another person must";
        /// Who suspended a supplier decides what becomes of it.
        OwnSuspension {
            /// Which.
            supplier: OrganizationId,
        } = "QUALIFICATION_OWN_SUSPENSION",
            "من أوقف {supplier} لا يعيده ولا يرفعه من القائمة؛ يقرر ذلك شخص آخر",
            "who suspended {supplier} neither reinstates nor removes it; another person must decide";
        /// Only suppliers ask to be on a list, each for itself.
        NotASupplier = "QUALIFICATION_NOT_A_SUPPLIER",
            "لا يطلب التأهيل إلا مورد مسجل باسمه هو؛ سجّل الشركة موردًا أولًا، واطلب بحسابها",
            "only a registered supplier asks to be qualified, for itself; register it as a supplier first, and ask under its account";
        /// The supplier is debarred.
        Debarred = "QUALIFICATION_DEBARRED",
            "هذا المورد ممنوع من التعامل؛ يطلب التأهيل بعد انتهاء المنع",
            "this supplier is debarred; it can ask once the debarment is over";
        // What is announced.
        /// No such buyer.
        NotAnEntity {
            /// Which.
            buyer: OrganizationId,
        } = "QUALIFICATION_NOT_AN_ENTITY",
            "{buyer} ليست جهة متعاقدة مسجلة؛ سجّلها أولًا أو اختر غيرها",
            "{buyer} is not registered as a procuring entity; register it first or name another";
        /// None or too many.
        Requirements {
            /// How many there are.
            count: usize,
        } = "QUALIFICATION_REQUIREMENTS",
            "في الإعلان {count} من المتطلبات، والمسموح من 1 إلى {REQUIREMENTS_MAX}",
            "there are {count} requirements; 1 to {REQUIREMENTS_MAX} are allowed";
        /// The same twice.
        RequirementTwice {
            /// Which.
            requirement: CriterionId,
        } = "QUALIFICATION_REQUIREMENT_TWICE",
            "تكرر المتطلب {requirement}؛ يُذكر كل متطلب مرة واحدة",
            "the requirement {requirement} stands twice; name each once";
        /// Too many.
        Documents {
            /// How many there are.
            count: usize,
        } = "QUALIFICATION_DOCUMENTS",
            "عدد الوثائق {count}، والحد الأقصى {DOCUMENTS_MAX}؛ اجمعها في أقل",
            "there are {count} documents, and {DOCUMENTS_MAX} are allowed; put them together";
        /// Before the least time has passed, or more than a year ahead.
        ClosesAt {
            /// The earliest.
            earliest: Timestamp,
            /// The latest.
            latest: Timestamp,
        } = "QUALIFICATION_CLOSES_AT",
            "موعد الإغلاق يكون من {earliest} إلى {latest}؛ حدّد موعدًا بينهما",
            "requests close between {earliest} and {latest}; name an instant between them";
        /// On a day when offices are closed.
        Holiday {
            /// The next working day.
            next: Date,
        } = "QUALIFICATION_HOLIDAY",
            "ينتهي الموعد في عطلة؛ أقرب يوم عمل بعده هو {next}",
            "the time for requests ends on a day when offices are closed; the next working day is {next}";
        /// Not after the closing, or for too long.
        ValidUntil {
            /// The first day that is allowed.
            first: Date,
            /// The last one.
            last: Date,
        } = "QUALIFICATION_VALID_UNTIL",
            "تسري القائمة إلى يوم من {first} إلى {last} ({VALID_DAYS_MAX} يومًا بعد الإغلاق على الأكثر)؛ صحّح التاريخ",
            "a list is valid until a day from {first} to {last} ({VALID_DAYS_MAX} days after the closing at most); correct the date";
        // Requests and assessments.
        /// It asked already.
        RequestedAlready {
            /// Who.
            supplier: OrganizationId,
        } = "QUALIFICATION_REQUESTED",
            "طلب {supplier} التأهيل من قبل؛ لتغيير الطلب اسحبه أولًا",
            "{supplier} has asked already; to change the request, withdraw it first";
        /// No more fit.
        TooManyRequests = "QUALIFICATION_TOO_MANY_REQUESTS",
            "بلغت الطلبات حدها وهو {REQUESTS_MAX}؛ اطلب من الجهة أن تعلن تأهيلًا آخر",
            "{REQUESTS_MAX} suppliers have asked, and no list holds more; ask the buyer to announce another";
        /// It did not ask, or took it back.
        NotRequested {
            /// Who.
            supplier: OrganizationId,
        } = "QUALIFICATION_NOT_REQUESTED",
            "لا طلب قائمًا من {supplier} في هذا التأهيل؛ راجع الرقم",
            "there is no request of {supplier} in this qualification; check the id";
        /// A requirement is left out, stands twice or is none of the list's.
        Findings {
            /// How many requirements there are.
            requirements: usize,
        } = "QUALIFICATION_FINDINGS",
            "يُحكم على كل متطلب من المتطلبات ({requirements}) مرة واحدة وبلا غيرها؛ صحّح النتائج",
            "each of the {requirements} requirements is judged once, and nothing else; correct the findings";
        /// Nobody judged one of them yet.
        NotAssessed {
            /// Whom.
            supplier: OrganizationId,
        } = "QUALIFICATION_NOT_ASSESSED",
            "لم يُقيَّم {supplier} بعد؛ قيّم كل من طلب ثم انشر القائمة",
            "{supplier} is not assessed yet; assess everyone who asked, then publish the list";
        /// Nobody meets all requirements.
        NobodyQualified = "QUALIFICATION_NOBODY",
            "لم يستوفِ أحد المتطلبات فلا قائمة تُنشر؛ أنهِ التأهيل وأعلن غيره",
            "nobody meets the requirements, so there is no list to publish; end the qualification and announce another";
        /// Something else was read than what is there.
        ReadAnother {
            /// Revision of the last change.
            last: u64,
        } = "QUALIFICATION_READ_ANOTHER",
            "تغير التقييم بعد ما قرأته؛ آخر تغيير رقمه {last}، فاقرأه ثم انشر",
            "the assessments are not what you read; the last change has the revision {last}, read it and publish then";
        /// The list is valid no more.
        Lapsed {
            /// Its last day.
            valid_until: Date,
        } = "QUALIFICATION_LAPSED",
            "انتهى سريان القائمة في {valid_until}؛ أعلن تأهيلًا جديدًا",
            "the list was valid until {valid_until}; announce a new qualification";
        // The list.
        /// Not on the list now.
        NotListed {
            /// Who.
            supplier: OrganizationId,
        } = "QUALIFICATION_NOT_LISTED",
            "{supplier} ليس في القائمة الآن: لم يؤهل أو هو موقوف أو رُفع منها؛ راجع القائمة",
            "{supplier} does not stand on the list: it did not qualify, is suspended or was removed; look at the list";
        /// Not suspended.
        NotSuspended {
            /// Who.
            supplier: OrganizationId,
        } = "QUALIFICATION_NOT_SUSPENDED",
            "{supplier} ليس موقوفًا؛ أوقفه أولًا بسبب معلن",
            "{supplier} is not suspended; suspend it first, with a public reason";
    }
}
