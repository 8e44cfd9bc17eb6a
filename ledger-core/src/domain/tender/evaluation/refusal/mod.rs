//! Why a command about the judging of bids is refused: stages, people and complaints here, bids and awards beside.

mod award;
mod bid;

pub use award::AwardRefusal;
pub use bid::BidRefusal;

use super::Stage;
use super::complaining::COMPLAINTS_MAX;
use crate::aggregate::refusals;
use crate::domain::tender::event::DOCUMENTS_MAX;
use crate::domain::values::{
    CommitteeId, ComplaintId, DocumentNumber, LotId, Money, OrganizationId,
};
use crate::time::Timestamp;

refusals! {
    /// Why a command about the judging of bids is refused.
    pub enum Refusal,
        /// About bids.
        Bid(BidRefusal),
        /// About awards.
        Award(AwardRefusal)
    {
        /// Not at this stage.
        NotNow {
            /// The stage.
            stage: Stage,
        } = "TENDER_NOT_AT_THIS_STAGE",
            "المناقصة في مرحلة {stage:#}، وليس هذا وقت المطلوب؛ راجع مراحل المناقصة وما يجوز في كل منها",
            "the tender is at the stage {stage}, which is not the time for this; see the stages of a tender and what each allows";
        /// Only the scheduler lists envelopes.
        SchedulerOnly = "TENDER_SCHEDULER_ONLY",
            "حصر المظاريف يقوم به سجل وحده، فهو من يعرف مظاريف المناقصة؛ لا يلزمك عمل شيء",
            "Sijill alone lists envelopes, for it knows which are this tender's; there is nothing for you to do";
        /// Only officials.
        OfficialOnly = "TENDER_OFFICIAL_ONLY",
            "هذا القرار لموظف عام باسمه؛ ادخل بهوية الموظف",
            "this is for a public official, by name; sign in as one";
        /// Only procurement officers.
        OfficerOnly = "TENDER_OFFICER_ONLY",
            "هذا من عمل موظف المشتريات؛ اطلبه منه",
            "this is for a procurement officer; ask one";
        /// The evaluation committee does not decide now.
        NoCommittee {
            /// Which.
            committee: CommitteeId,
        } = "TENDER_NO_EVALUATION_COMMITTEE",
            "اللجنة {committee} ليست لجنة تقييم قائمة؛ راجع تشكيلها",
            "{committee} is not an evaluation committee that decides now; check its formation";
        /// Not a member of the evaluation committee.
        NotAnEvaluator = "TENDER_NOT_AN_EVALUATOR",
            "هذا لأعضاء لجنة التقييم وحدهم؛ اطلبه من أحدهم",
            "this is for members of the evaluation committee alone; ask one of them";
        /// A member of the evaluation committee.
        Evaluates = "TENDER_EVALUATES",
            "عضو لجنة التقييم لا يعتمد ما اقترحته لجنته؛ اطلب الاعتماد من غير أعضائها",
            "a member of the evaluation committee does not approve what it proposed; ask someone who does not sit on it";
        /// Drafted the tender.
        DraftedIt = "TENDER_DRAFTED_IT",
            "من أعدّ المناقصة لا يقيّم عطاءاتها ولا يعتمد ترسيتها؛ اطلبه من غيره",
            "who drafted the tender neither judges its bids nor approves its awards; ask someone else";
        /// Has a declared interest in a bidder.
        HasInterest {
            /// Which.
            bidder: OrganizationId,
        } = "TENDER_HAS_INTEREST",
            "لك مصلحة معلنة في {bidder}، فلا تشارك في الحكم على عطاءات هذه المناقصة؛ اتركه لعضو بديل",
            "you declared an interest in {bidder} and do not judge bids of this tender; leave it to an alternate";
        /// No delegated authority.
        NoAuthority {
            /// What is to be approved.
            value: Money,
        } = "TENDER_AWARD_NO_AUTHORITY",
            "ليس لك تفويض باعتماد {value} في هذا اليوم؛ اطلب الاعتماد ممن فُوّض به",
            "you have no delegated authority to approve {value} on this day; ask someone who has";
        /// Above the delegated limit.
        AboveLimit {
            /// What is to be approved.
            value: Money,
            /// The limit.
            limit: Money,
        } = "TENDER_AWARD_ABOVE_LIMIT",
            "قيمة الترسية {value} وحدّ تفويضك {limit}؛ اطلب الاعتماد من صاحب حدّ أعلى",
            "the award comes to {value} and your limit is {limit}; ask someone with a higher limit";
        /// Debarred.
        BidderDebarred {
            /// Who.
            bidder: OrganizationId,
            /// By which decision.
            decision: DocumentNumber,
        } = "TENDER_BIDDER_DEBARRED",
            "{bidder} ممنوع من التعامل بالقرار {decision}؛ استبعد عطاءه ثم اقترح الترسية من جديد",
            "{bidder} is debarred by decision {decision}; reject its bid and propose the award again";
        /// No such lot.
        NoLot {
            /// Which.
            lot: LotId,
        } = "TENDER_NO_LOT",
            "ليس في المناقصة مجموعة رقمها {lot}؛ راجع الرقم",
            "the tender has no lot {lot}; check its id";
        /// A complaint stands against it.
        Disputed {
            /// Which.
            complaint: ComplaintId,
        } = "TENDER_DISPUTED",
            "الشكوى {complaint} تمنع ذلك؛ انتظر البتّ فيها، فإن قُبلت فنفّذ ما يلزم عنها",
            "complaint {complaint} stands against it; wait for the decision, and if it was upheld do what it asks for";
        /// Not a bidder in its own name.
        BiddersOnly = "TENDER_BIDDERS_ONLY",
            "الشكوى في هذه المرحلة لمن قدّم مظروفًا، وباسمه؛ ادخل بهوية المورّد",
            "at this stage those complain who handed in an envelope, in their own name; sign in as the supplier";
        /// The id is used, or the same is complained about already.
        ComplaintExists {
            /// Which.
            complaint: ComplaintId,
        } = "TENDER_COMPLAINT_REPEATED",
            "الشكوى {complaint} قائمة من قبل؛ استعمل رقمًا جديدًا لموضوع جديد، أو انتظر البتّ فيها",
            "there is a complaint {complaint} already; use a new id for a new matter, or wait for its decision";
        /// Too many documents.
        ComplaintDocuments {
            /// How many.
            count: usize,
        } = "TENDER_COMPLAINT_TOO_MANY_DOCUMENTS",
            "مع الشكوى {count} مستندًا، والحد {DOCUMENTS_MAX}؛ اجمعها في عدد أقل",
            "{count} documents come with the complaint; the most is {DOCUMENTS_MAX}, so put them together";
        /// Too many complaints.
        TooManyComplaints = "TENDER_TOO_MANY_COMPLAINTS",
            "لكل مورّد {COMPLAINTS_MAX} شكاوى في المناقصة على الأكثر وقد قدّمتها؛ اسلك طريق القضاء إن لزم",
            "a supplier files at most {COMPLAINTS_MAX} complaints about a tender, and you have; go to court if you must";
        /// The time for complaints is over.
        ComplaintsOver {
            /// When it ended.
            until: Timestamp,
        } = "TENDER_COMPLAINTS_OVER",
            "انتهت مهلة الشكوى في {until}؛ اسلك طريق القضاء إن لزم",
            "the time for complaints ended at {until}; go to court if you must";
        /// The time for complaints is not over.
        ComplaintsRun {
            /// Until when.
            until: Timestamp,
        } = "TENDER_COMPLAINTS_RUN",
            "لمقدمي العطاءات تقديم الشكاوى حتى {until}؛ انتظر انتهاء المهلة",
            "bidders may complain until {until}; wait until then";
        /// Somebody else's complaint.
        OthersComplaint = "TENDER_COMPLAINT_OF_ANOTHER",
            "لا يسحب الشكوى إلا من قدّمها؛ ادخل بهويته",
            "only who filed a complaint takes it back; sign in as that supplier";
        /// Decided, taken back or unknown.
        NotPending {
            /// Which.
            complaint: ComplaintId,
        } = "TENDER_COMPLAINT_NOT_OPEN",
            "ليس في المناقصة شكوى قائمة رقمها {complaint}؛ راجع الرقم",
            "the tender has no pending complaint {complaint}; check its id";
        /// Not a review body.
        NotAReviewBody = "TENDER_REVIEW_BODY_ONLY",
            "البتّ في الشكاوى لجهة النظر في الشكاوى؛ أحلها إليها",
            "complaints are for a review body to decide; refer it there";
        /// Took part in what is complained about.
        ReviewsItself = "TENDER_REVIEWS_ITSELF",
            "من شارك في المناقصة لا يبتّ في الشكوى منها؛ أحلها إلى غيره",
            "who took part in the tender does not decide complaints about it; refer it to someone else";
    }
}
