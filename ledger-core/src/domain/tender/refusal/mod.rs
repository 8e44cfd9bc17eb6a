//! Why a command about a tender is refused, up to its closing. What follows is refused by `evaluation`.

mod content;

pub use content::ContentRefusal;

use super::amending::OUTAGE_HOURS_MAX;
use super::bidding::QUESTIONS_MAX;
use super::evaluation::COMPLAINTS_MAX;
use crate::aggregate::refusals;
use crate::domain::official::buyers;
use crate::domain::values::{
    CommitteeId, ComplaintId, Date, ItemCode, KeyId, Money, OfficialId, PlanId, QuestionId,
};
use crate::seal::SheetError;
use crate::time::Timestamp;
use rust_decimal::Decimal;

refusals! {
    /// Why a command about a tender is refused.
    pub enum Refusal,
        /// What is drafted or amended cannot be.
        Content(ContentRefusal),
        /// Envelopes cannot be sealed to these keys.
        Sealing(SheetError),
        /// By an official who is not the buyer's.
        Office(buyers::Refusal),
        /// By the rules of opening, evaluation and award.
        Evaluation(super::evaluation::Refusal)
    {
        // Stages.
        /// There is no such tender.
        NotDrafted = "TENDER_NOT_DRAFTED",
            "لا توجد مناقصة بهذا الرقم؛ راجع الرقم، أو ابدأ مسودتها أولًا",
            "there is no tender with this id; check the id, or begin its draft first";
        /// There is one already.
        Drafted = "TENDER_DRAFTED",
            "توجد مناقصة بهذا الرقم من قبل؛ استعمل رقمًا آخر",
            "a tender with this id exists already; use another id";
        /// Drafting is over.
        Published = "TENDER_PUBLISHED",
            "نُشرت المناقصة فلا تُغيَّر مسودتها؛ عدّلها قبل الموعد النهائي، أو ألغها",
            "the tender is published, so its draft changes no more; amend it before the deadline, or cancel it";
        /// Bidding has not begun.
        NotPublished = "TENDER_NOT_PUBLISHED",
            "لم تُنشر المناقصة بعد؛ تُعتمد مسودتها وتُنشر أولًا",
            "the tender is not published yet; its draft is approved and published first";
        /// Bidding has not been closed.
        BiddingOpen {
            /// Deadline.
            closes_at: Timestamp,
        } = "TENDER_BIDDING_OPEN",
            "تقديم العطاءات لم يُغلق بعد، وموعده النهائي {closes_at}؛ أغلقه بعد الموعد ثم أعد المحاولة",
            "bidding is not closed yet, its deadline is {closes_at}; close it after the deadline, then try again";
        /// Not all that it asks for was taken from its plan.
        PlanNotTaken {
            /// The plan.
            plan: PlanId,
        } = "TENDER_PLAN_NOT_TAKEN",
            "ما تطلبه المناقصة ليس محجوزًا لها كله من الخطة {plan}؛ احجزه من الخطة أولًا، أو اطلب ما خُطِّط فقط",
            "not all that the tender asks for is taken from the plan {plan} for it; take it from the plan first, or ask only for what was planned";
        /// Bidding is over.
        BiddingClosed = "TENDER_BIDDING_CLOSED",
            "أُغلق تقديم العطاءات؛ لا يُغيَّر بعده إعلان المناقصة، وللجهة أن تلغيها مع بيان السبب",
            "bidding is closed; nothing that was published changes any more, and the buyer may cancel the tender with a reason";
        /// It ended.
        Ended = "TENDER_ENDED",
            "انتهت المناقصة؛ ابدأ مناقصة جديدة إن لزم",
            "the tender has ended; begin a new one if there is need";
        /// No path for history.
        NotHistory = "TENDER_NOT_HISTORY",
            "لا تُستورد المناقصات السابقة على أنها أحداث؛ استوردها إصداراتٍ بمعيار OCDS",
            "earlier tenders are not imported as events; import them as OCDS releases";
        /// No parameters of procurement were adopted.
        NoRules = "TENDER_NO_RULES",
            "لم تُعتمد معايير للتعاقدات بعد، فلا يُعرف ما يلزم المشتري ومقدمي العطاءات؛ اقترح قواعد فيها procurement (sijill ruleset propose) ويعتمدها غيرك (sijill ruleset adopt) ثم ابدأ المسودة، والأمثلة في schemas/examples/rulesets",
            "no parameters of procurement have been adopted, so nothing says what binds buyer and bidders; propose a ruleset with procurement (sijill ruleset propose), let someone else adopt it (sijill ruleset adopt), then draft; examples are in schemas/examples/rulesets";
        // People.
        /// Organisations and Sijill itself run no tender.
        NotAnOfficial = "TENDER_NOT_AN_OFFICIAL",
            "لا يفعل هذا إلا موظف عام؛ ادخل بحساب موظف",
            "only an official does this; act as one";
        /// Another role is needed.
        NotRegistrar = "TENDER_NOT_REGISTRAR",
            "مفاتيح الفتح يقيّدها مسجّل؛ استعمل صفة المسجّل",
            "opening keys are enrolled by a registrar; act in that role";
        /// Another role is needed.
        NotAdministrator = "TENDER_NOT_ADMINISTRATOR",
            "انقطاع الخدمة يسجّله مدير النظام؛ استعمل صفته",
            "an outage is recorded by an administrator; act in that role";
        /// Another role is needed.
        NotReviewBody = "TENDER_NOT_REVIEW_BODY",
            "الشكوى تبتّ فيها جهة النظر في الشكاوى؛ استعمل صفتها",
            "a complaint is decided by a review body; act in that role";
        /// Who is judged does not decide.
        OwnTender = "TENDER_OWN",
            "شاركتَ في إعداد هذه المناقصة أو اعتمادها أو تقيّمها أو تعمل لدى المشتري؛ يبتّ في الشكوى منها غيرك",
            "you drafted, approved or evaluate this tender, or hold a post of its buyer; someone else decides complaints about it";
        /// Somebody acts in an own name, or under another key.
        NotUnderKey {
            /// The key that the question or complaint names.
            key: KeyId,
        } = "TENDER_NOT_UNDER_KEY",
            "لا يُعرف قبل الموعد النهائي من يسأل أو يشتكي؛ أرسل هذا باسم المفتاح {key} الذي أُنشئ لهذه المناقصة وموقَّعًا به",
            "before the deadline nobody learns who asks or complains; send this as the key {key}, made for this tender, and signed with it";
        /// Only the scheduler or whoever runs it closes.
        NotACloser = "TENDER_NOT_A_CLOSER",
            "لا يغلق تقديم العطاءات إلا موظف عام أو سجل نفسه",
            "bidding is closed by an official or by Sijill itself";
        /// Only Sijill itself knows what the witnesses sent it.
        NotTheScheduler = "TENDER_NOT_THE_SCHEDULER",
            "لا يسجل ما رآه الشهود إلا سجل نفسه",
            "what the witnesses had seen is recorded by Sijill itself";
        /// The ruleset names none, or no envelopes are taken.
        NoWitnessing = "TENDER_NO_WITNESSING",
            "لا تسمي القواعد التي نُشرت عليها هذه المناقصة شهودًا لموعدها فلا يُسجَّل ما رأوه",
            "the rules that this tender was published under name no witnesses for its deadline, so what they had seen is not recorded";
        /// The deadline has moved.
        WitnessOfOtherDeadline {
            /// Deadline.
            closes_at: Timestamp,
        } = "TENDER_WITNESS_OF_OTHER_DEADLINE",
            "ما رآه الشهود يُسجَّل للموعد {closes_at} وحده",
            "what the witnesses had seen is recorded for the deadline {closes_at} alone";
        /// Another log's.
        WitnessOfOtherLog {
            /// Whose is wanted.
            log: String,
        } = "TENDER_WITNESS_OF_OTHER_LOG",
            "نقطة التحقق لسجل آخر؛ المطلوبة لهذا السجل: {log}",
            "the checkpoint is of another log; wanted is one of {log}";
        /// Too few witnesses, too late, or a false signature.
        WitnessedTooLate {
            /// Until when they were to cosign.
            until: Timestamp,
        } = "TENDER_WITNESSED_TOO_LATE",
            "لم يوقّع نصاب الشهود على نقطة التحقق هذه حتى {until} بساعاتهم؛ سجّل نقطة أقدم وقّعوها",
            "no quorum of the witnesses had cosigned this checkpoint by {until} on their own clocks; record an earlier one that they did";
        /// As much is on record.
        WitnessedAlready = "TENDER_WITNESSED_ALREADY",
            "سُجِّل من قبل أن الشهود رأوا هذا القدر أو أكثر",
            "it is on record already that the witnesses had seen as much, or more";
        /// Nothing is on record of what the witnesses had seen.
        DeadlineUnwitnessed {
            /// Deadline.
            closes_at: Timestamp,
        } = "TENDER_DEADLINE_UNWITNESSED",
            "لم يُسجَّل ما رآه الشهود من السجل عند الموعد {closes_at} فلا يُغلق تقديم العطاءات؛ إن تعذّر الوصول إليهم فليسجل شخصان انقطاع الخدمة ليتأخر الموعد",
            "it is not on record what the witnesses had seen of the log at the deadline {closes_at}, so bidding does not close; if they could not be reached, two persons record the outage, which moves the deadline";
        // Committees and keys.
        /// Does not exist now, or decides something else.
        CommitteeCannot {
            /// Which.
            committee: CommitteeId,
        } = "TENDER_COMMITTEE_CANNOT",
            "اللجنة {committee} غير قائمة أو ليست لهذا الغرض؛ سمِّ لجنة فتح قائمة ولجنة تقييم قائمة",
            "the committee {committee} does not exist now or has another purpose; name an active opening committee and an active evaluation committee";
        /// Too few or too many of them.
        Threshold {
            /// How many open together.
            threshold: u8,
            /// How many members there are.
            members: usize,
        } = "TENDER_THRESHOLD",
            "يفتح المظاريف {threshold} من {members} عضوًا، والمطلوب اثنان على الأقل وأكثر من النصف ولا يزيد على الأعضاء",
            "{threshold} of {members} members would open envelopes; at least two, more than half, and no more than there are, are needed";
        /// Who drafts does not evaluate.
        EvaluatorDrafted {
            /// The member.
            official: OfficialId,
        } = "TENDER_EVALUATOR_DRAFTED",
            "{official} شارك في إعداد المناقصة فلا يقيّم عطاءاتها؛ استبدله في لجنة التقييم أو سمِّ لجنة أخرى",
            "{official} drafted this tender and so does not evaluate its bids; replace the member or name another committee";
        /// Not named yet.
        NoCommittees = "TENDER_NO_COMMITTEES",
            "لم تُسمَّ لجنتا الفتح والتقييم؛ سمِّهما أولًا",
            "the opening and evaluation committees are not named; name them first";
        /// Not a member who opens.
        NotAMember {
            /// Who.
            official: OfficialId,
        } = "TENDER_NOT_A_MEMBER",
            "{official} ليس عضوًا في لجنة الفتح؛ راجع الاسم",
            "{official} is not a member of the opening committee; check the name";
        /// Two registrars who do not open.
        Registrars = "TENDER_REGISTRARS",
            "يقيّد المفتاحَ مسجّلان مختلفان ليسا من لجنة الفتح؛ سمِّ مسجّلًا آخر",
            "a key is enrolled by two different registrars who are not on the opening committee; name another registrar";
        /// Has one already.
        KeyEnrolled {
            /// Whose.
            official: OfficialId,
        } = "TENDER_KEY_ENROLLED",
            "للعضو {official} مفتاح مقيّد لهذه المناقصة ولا يُستبدل؛ إن فُقد فاستبدل العضو أو ابدأ مسودة جديدة",
            "{official} has an enrolled key for this tender, which is not replaced; if it is lost, replace the member or begin a new draft";
        /// Whoever presented it does not also confirm it.
        KeyPresented {
            /// Whose.
            official: OfficialId,
            /// Who confirms it.
            witness: OfficialId,
        } = "TENDER_KEY_PRESENTED",
            "قيّدتَ هذا المفتاح للعضو {official} من قبل؛ يبقى أن يقيّده {witness} بنفسه",
            "you have enrolled this key of {official} already; {witness} has to enrol it too";
        /// Someone else may hold it.
        KeyUnproven {
            /// Whose.
            official: OfficialId,
        } = "TENDER_KEY_UNPROVEN",
            "مفتاح {official} أو إثبات حيازته لا يصح لهذه المناقصة؛ يولّد العضو مفتاحًا جديدًا لها (`sijill committee keygen`)",
            "the key of {official} or the proof of its possession does not hold for this tender; the member makes a new one for it (`sijill committee keygen`)";
        /// Nothing can be sealed to this member.
        KeyMissing {
            /// Who.
            official: OfficialId,
        } = "TENDER_KEY_MISSING",
            "لم يقيّد مسجّلان مفتاح عضو لجنة الفتح {official}؛ قيّداه أولًا",
            "two registrars have not enrolled the key of {official}, a member of the opening committee; enrol it first";
        // Approval and publication.
        /// Drafter and approver are one.
        OwnDraft = "TENDER_OWN_DRAFT",
            "شاركتَ في إعداد هذه المسودة فلا تعتمدها؛ يعتمدها شخص آخر",
            "you drafted this tender and so do not approve it; another person must";
        /// Something else stands there by now.
        ReadAnother {
            /// Revision of the last change.
            last: u64,
        } = "TENDER_READ_ANOTHER",
            "آخر تغيير في المسودة عند المراجعة {last}؛ راجعها كما هي الآن ثم اعتمدها",
            "the draft was last changed by the event {last}; read it as it is now, then approve it";
        /// It is approved.
        Approved = "TENDER_APPROVED",
            "اعتُمدت المسودة كما هي من قبل؛ تُنشر الآن",
            "the draft is approved as it is; it can be published";
        /// Nobody has agreed to it.
        NotApproved = "TENDER_NOT_APPROVED",
            "المسودة كما هي الآن لم تُعتمد، فكل تغيير يُسقط الاعتماد؛ اطلب اعتمادها",
            "the draft as it is now is not approved, for every change voids an approval; have it approved";
        /// No delegated authority that day.
        NoAuthority {
            /// In which currency.
            currency: &'static str,
        } = "TENDER_NO_AUTHORITY",
            "ليس لك تفويض مالي سارٍ بعملة {currency} في يوم الاعتماد؛ يعتمدها مفوَّض",
            "you hold no delegated authority in {currency} on the day of approval; someone who does must approve";
        /// The estimate is not within it.
        AboveLimit {
            /// The approver's.
            limit: Money,
        } = "TENDER_ABOVE_LIMIT",
            "القيمة التقديرية فوق سقف تفويضك {limit}؛ يعتمدها صاحب سقف أعلى",
            "the estimate is above your limit of {limit}; someone with a higher one must approve";
        /// No ceiling is set.
        NoQuotations {
            /// In which currency.
            currency: &'static str,
        } = "TENDER_NO_QUOTATIONS",
            "القواعد لا تسمح بطلب عروض أسعار بعملة {currency}؛ استعمل المناقصة العامة، أو يُعتمد لها حد في القواعد",
            "the rules allow no request for quotations in {currency}; use an open tender, or have a ceiling adopted";
        /// Too much for quotations.
        AboveCeiling {
            /// The ruleset's.
            ceiling: Money,
        } = "TENDER_ABOVE_CEILING",
            "القيمة التقديرية فوق حد طلب عروض الأسعار {ceiling}؛ استعمل المناقصة العامة",
            "the estimate is above the ceiling of {ceiling} for quotations; use an open tender";
        // Deadlines.
        /// Less time than the rules give.
        DeadlineTooEarly {
            /// The earliest deadline.
            earliest: Timestamp,
        } = "TENDER_DEADLINE_TOO_EARLY",
            "الموعد النهائي قبل أن تنقضي المدة الدنيا؛ أقرب موعد هو {earliest}",
            "the deadline comes before the least time has passed; the earliest is {earliest}";
        /// More than a year ahead.
        DeadlineTooLate {
            /// The latest deadline.
            latest: Timestamp,
        } = "TENDER_DEADLINE_TOO_LATE",
            "الموعد النهائي أبعد من سنة؛ آخر موعد هو {latest}",
            "the deadline is more than a year ahead; the latest is {latest}";
        /// On a day when offices are closed.
        DeadlineOnHoliday {
            /// The next working day.
            next: Date,
        } = "TENDER_DEADLINE_ON_HOLIDAY",
            "ينتهي الموعد في عطلة؛ أقرب يوم عمل بعده هو {next}",
            "the deadline falls on a day when offices are closed; the next working day is {next}";
        /// It moves forward only.
        DeadlineNotLater {
            /// Deadline.
            closes_at: Timestamp,
        } = "TENDER_DEADLINE_NOT_LATER",
            "الموعد النهائي {closes_at} لا يُقدَّم؛ حدّد موعدًا بعده",
            "the deadline of {closes_at} moves forward only; name a later one";
        /// It has passed.
        DeadlinePassed {
            /// Deadline.
            closes_at: Timestamp,
        } = "TENDER_DEADLINE_PASSED",
            "انقضى الموعد النهائي {closes_at} ولم يعد هذا ممكنًا؛ أغلق تقديم العطاءات أو ألغِ المناقصة",
            "the deadline of {closes_at} has passed and this is no longer possible; close bidding or cancel the tender";
        /// It has not passed.
        DeadlineAhead {
            /// Deadline.
            closes_at: Timestamp,
        } = "TENDER_DEADLINE_AHEAD",
            "لم يحن الموعد النهائي {closes_at}؛ يُغلق تقديم العطاءات عنده أو بعده",
            "the deadline of {closes_at} has not come; bidding is closed then or later";
        /// Questions end before the deadline, and not too early.
        EnquiriesUntil {
            /// The earliest end.
            earliest: Timestamp,
            /// The deadline.
            closes_at: Timestamp,
        } = "TENDER_ENQUIRIES_UNTIL",
            "تُقبل الأسئلة حتى {earliest} على الأقل وتنتهي قبل الموعد النهائي {closes_at}؛ صحح نهايتها",
            "questions are taken until {earliest} at least, and end before the deadline of {closes_at}; correct their end";
        // Questions.
        /// Not taken any more.
        EnquiriesOver {
            /// Until when they were.
            until: Timestamp,
        } = "TENDER_ENQUIRIES_OVER",
            "انتهى قبول الأسئلة في {until}؛ انظر أجوبة ما سُئل",
            "questions were taken until {until}; read the answers to those that were asked";
        /// The same id twice.
        QuestionTwice {
            /// Which.
            question: QuestionId,
        } = "TENDER_QUESTION_TWICE",
            "سُئل سؤال بالرقم {question} من قبل؛ استعمل رقمًا آخر",
            "a question {question} was asked already; use another id";
        /// Many more than anyone reads.
        TooManyQuestions = "TENDER_TOO_MANY_QUESTIONS",
            "بلغت أسئلة هذه المناقصة {QUESTIONS_MAX} سؤالًا وهو الحد؛ راجع ما أُجيب منها",
            "{QUESTIONS_MAX} questions were asked about this tender, which is the most; see what was answered";
        /// No such question, or it has its answer.
        QuestionNotOpen {
            /// Which.
            question: QuestionId,
        } = "TENDER_QUESTION_NOT_OPEN",
            "لا سؤال ينتظر جوابًا بالرقم {question}؛ راجع الرقم",
            "no question {question} waits for an answer; check the id";
        // Changes.
        /// Nothing would change.
        NothingChanges = "TENDER_NOTHING_CHANGES",
            "التعديل لا يغيّر شيئًا؛ اذكر الوثائق أو السطور كما ستصير",
            "the amendment changes nothing; give the documents or lines as they will be";
        /// An outage that cannot be.
        Outage = "TENDER_OUTAGE",
            "الانقطاع يبدأ بعد النشر وقبل الموعد النهائي وينتهي بعد بدايته وقبل تسجيله؛ صحح وقتيه",
            "an outage begins after publication and before the deadline, and ends after its beginning and before it is recorded; correct its times";
        /// The deadline has passed, and did not fall into it.
        OutageBefore = "TENDER_OUTAGE_BEFORE",
            "انقضى الموعد النهائي، ولم يقع في هذا الانقطاع فلا يتحرك به؛ سجّل ما وقع الموعد فيه، أو ألغِ المناقصة",
            "the deadline has passed and did not fall into this outage, which moves it no more; record the one it fell into, or cancel the tender";
        /// Longer than a deadline moves by rule.
        OutageTooLong = "TENDER_OUTAGE_TOO_LONG",
            "انقطاعات هذه المناقصة معًا أطول من {OUTAGE_HOURS_MAX} ساعة؛ مدّد الموعد قبل انقضائه أو ألغِ المناقصة",
            "the outages of this tender together are longer than {OUTAGE_HOURS_MAX} hours; extend the deadline before it passes, or cancel the tender";
        /// Reported by the same person, or by who drafted it.
        OwnOutage = "TENDER_OWN_OUTAGE",
            "من سجّل الانقطاع بعد الموعد أو أعدّ المناقصة لا يؤكده؛ يسجّله بالوقتين نفسيهما مدير نظام آخر أو صاحب صلاحية اعتماد",
            "who recorded the outage after the deadline, or drafted the tender, does not confirm it; another administrator or an approver records the same times";
        /// Recorded already.
        OutageTwice = "TENDER_OUTAGE_TWICE",
            "سُجّل انقطاع في هذا الوقت أو بعضه من قبل؛ سجّل ما لم يُسجَّل",
            "an outage in some of this time is recorded already; record what is not";
        /// The deadline would still have passed.
        OutageTooLate {
            /// Where the deadline would move to.
            moved: Timestamp,
        } = "TENDER_OUTAGE_TOO_LATE",
            "حتى بعد هذا الانقطاع يكون الموعد النهائي {moved} قد انقضى؛ ألغِ المناقصة أو أغلقها",
            "even moved by this outage, to {moved}, the deadline has passed; cancel the tender or close it";
        /// More than was approved.
        AboveApproved {
            /// Of which item.
            item: ItemCode,
            /// How much would be asked for, in base units.
            asked: Decimal,
            /// How much was approved.
            approved: Decimal,
        } = "TENDER_ABOVE_APPROVED",
            "يطلب التعديل {asked} من {item} والمعتمد {approved}؛ أبقِ الكمية في حدود المعتمد، أو ألغِ المناقصة وأعد مسودتها لتُعتمد",
            "the amendment asks for {asked} of {item}, and {approved} were approved; stay within that, or cancel the tender and draft it anew to have it approved";
        /// An outage may still be recorded.
        ClosingGrace {
            /// Until when.
            until: Timestamp,
        } = "TENDER_CLOSING_GRACE",
            "انقضى الموعد النهائي ويبقى لمدير النظام حتى {until} أن يسجّل انقطاعًا وقع فيه؛ يُغلق تقديم العطاءات بعد ذلك",
            "the deadline has passed, and until {until} an administrator may record an outage that it fell into; bidding is closed after that";
        /// An outage that the deadline fell into waits for its second person.
        OutageWaits {
            /// Until when it can be confirmed: the deadline that it gives.
            until: Timestamp,
        } = "TENDER_OUTAGE_WAITS",
            "سُجّل انقطاع وقع فيه الموعد النهائي وينتظر تأكيد شخص ثانٍ حتى {until}؛ يؤكده بالوقتين نفسيهما، أو يُغلق تقديم العطاءات بعد ذلك",
            "an outage that the deadline fell into is recorded and waits for a second person until {until}; confirm it with the same times, or bidding is closed after that";
        // Cancellation.
        /// Two persons cancel what is published.
        CancelAlone = "TENDER_CANCEL_ALONE",
            "لا يلغي المناقصة المنشورة شخص واحد؛ اقترح إلغاءها ليعتمده غيرك",
            "nobody cancels a published tender alone; propose to cancel it, and have another official approve";
        /// Nothing is proposed, or something else.
        NoCancellation {
            /// What was named.
            proposal: u64,
        } = "TENDER_NO_CANCELLATION",
            "لا اقتراح إلغاء قائمًا في المراجعة {proposal}؛ اقرأ الاقتراح القائم واعتمده برقمه، أو اقترح الإلغاء أولًا",
            "no proposal to cancel stands at revision {proposal}; read the one that stands and approve that, or propose first";
        /// Proposed it or drafted the tender.
        OwnCancellation = "TENDER_OWN_CANCELLATION",
            "من اقترح الإلغاء أو أعدّ المناقصة لا يعتمد إلغاءها؛ اطلب الاعتماد من غيره",
            "who proposed the cancellation, or drafted the tender, does not approve it; ask someone else";
        // Complaints.
        /// Not what can be complained about now.
        ComplaintEarly = "TENDER_COMPLAINT_EARLY",
            "لا يُشتكى قبل الموعد النهائي إلا من وثائق المناقصة؛ انتظر إخطار المتنافسين",
            "before the deadline only the tender documents can be complained about; wait until bidders are notified";
        /// Anonymous, but under a key; from the fourth edition of the rules on also by an organisation in its own name.
        ComplaintKey = "TENDER_COMPLAINT_KEY",
            "تُقدَّم الشكوى من الوثائق بمفتاح أُنشئ لهذه المناقصة، أو باسم جهة مسجَّلة حيث تسري الطبعة الرابعة من قواعد التعاقدات؛ اذكر المفتاح أو قدّمها بحساب الجهة",
            "a complaint about documents is filed under a key made for this tender or, where the fourth edition of the rules holds, by an organisation in its own name; give the key, or use the organisation's account";
        /// The same id twice.
        ComplaintTwice {
            /// Which.
            complaint: ComplaintId,
        } = "TENDER_COMPLAINT_TWICE",
            "قُدّمت شكوى بالرقم {complaint} من قبل؛ استعمل رقمًا آخر",
            "a complaint {complaint} was filed already; use another id";
        /// Too many under one key.
        TooManyComplaints = "TENDER_TOO_MANY_COMPLAINTS_OF_KEY",
            "قُدّمت بهذا المفتاح {COMPLAINTS_MAX} شكاوى من وثائق المناقصة وهو الحد؛ انتظر البتّ فيها",
            "{COMPLAINTS_MAX} complaints about the documents were filed under this key, which is the most; wait for their decisions";
        /// No such complaint, or it is settled.
        ComplaintNotPending {
            /// Which.
            complaint: ComplaintId,
        } = "TENDER_COMPLAINT_NOT_PENDING",
            "لا شكوى تنتظر قرارًا بالرقم {complaint}؛ راجع الرقم",
            "no complaint {complaint} waits for a decision; check the id";
        /// Someone else's.
        ComplaintOfAnother = "TENDER_COMPLAINT_NOT_OWN",
            "لا يسحب الشكوى إلا من قدّمها",
            "a complaint is withdrawn only by whoever filed it";
        /// Undecided complaints hold the closing.
        ComplaintPending {
            /// Which.
            complaint: ComplaintId,
        } = "TENDER_COMPLAINT_PENDING",
            "الشكوى {complaint} من الوثائق لم يُبتّ فيها فلا يُغلق تقديم العطاءات؛ انتظر القرار",
            "the complaint {complaint} about the documents is not decided, so bidding does not close; wait for the decision";
        /// An upheld complaint holds the closing.
        ComplaintUpheld {
            /// Which.
            complaint: ComplaintId,
        } = "TENDER_COMPLAINT_UPHELD",
            "قُبلت الشكوى {complaint} من الوثائق؛ عدّل المناقصة أو ألغها قبل إغلاق تقديم العطاءات",
            "the complaint {complaint} about the documents was upheld; amend the tender or cancel it before bidding closes";
    }
}
