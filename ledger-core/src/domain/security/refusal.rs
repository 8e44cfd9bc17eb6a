//! Why a command about a security is refused.

use crate::aggregate::refusals;
use crate::domain::values::{Date, DocumentNumber, Money, OrganizationId, TenderId};

refusals! {
    /// Why a command about a security is refused.
    pub enum Refusal {
        /// It was received already.
        Exists = "SECURITY_EXISTS",
            "سُجّل هذا التأمين من قبل؛ مدّده إن امتد، أو سجّل تأمينًا آخر برقم آخر",
            "this security is recorded already; extend it if it was extended, or record another one under another id";
        /// None was received.
        NotReceived = "SECURITY_NOT_RECEIVED",
            "لا يوجد تأمين بهذا الرقم؛ سجّل استلامه أولًا",
            "there is no security with this id; record its receipt first";
        /// The issuer confirmed it already.
        Verified = "SECURITY_VERIFIED",
            "أكّد مُصدر التأمين صحته من قبل؛ لا حاجة إلى تأكيد آخر",
            "the issuer has confirmed this security already; no other confirmation is needed";
        /// It was called.
        Called = "SECURITY_CALLED",
            "صودر هذا التأمين؛ وهذا نهائي",
            "this security was called, which is final";
        /// It was given back.
        Released = "SECURITY_RELEASED",
            "رُدّ هذا التأمين إلى صاحبه؛ وهذا نهائي، فإن لزم فاطلب تأمينًا جديدًا",
            "this security was given back, which is final; if one is needed, ask for a new one";
        /// No amount, or a negative one.
        NotPositive = "SECURITY_NOT_POSITIVE",
            "المبلغ يجب أن يكون أكبر من صفر؛ صحّحه",
            "the amount must be above zero; correct it";
        /// Its last day is over.
        Lapsed {
            /// Its last day.
            valid_until: Date,
        } = "SECURITY_LAPSED",
            "انتهى سريان التأمين في {valid_until}؛ اطلب تأمينًا جديدًا",
            "the security was valid until {valid_until}; ask for a new one";
        /// Not later than it is valid now.
        NotLater {
            /// Its last day now.
            valid_until: Date,
        } = "SECURITY_NOT_LATER",
            "التأمين سارٍ حتى {valid_until}؛ التمديد يكون إلى يوم بعده، والتأمين البديل لا ينتهي قبله",
            "the security is valid until {valid_until}; an extension leads to a later day, and a paper in its place to no earlier one";
        /// The paper in its place is worth less, or another currency's.
        LessPaper {
            /// What the security is worth.
            amount: Money,
        } = "SECURITY_LESS_PAPER",
            "قيمة التأمين {amount}؛ لا يحل محله تأمين أقل منه ولا بعملة أخرى",
            "the security is worth {amount}; no paper for less or in another currency takes its place";
        /// More than it is worth, or in another currency.
        AboveAmount {
            /// What it is worth.
            amount: Money,
        } = "SECURITY_ABOVE_AMOUNT",
            "قيمة التأمين {amount}؛ لا يصادَر أكثر منها ولا بعملة أخرى",
            "the security is worth {amount}; neither more nor another currency can be called";
        /// No such supplier.
        NoPrincipal {
            /// Which.
            principal: OrganizationId,
        } = "SECURITY_NO_PRINCIPAL",
            "مقدّم التأمين {principal} غير مسجل مورّدًا؛ سجّله أولًا",
            "{principal}, who gives the security, is not registered as a supplier; register it first";
        /// No such buyer.
        NoBeneficiary {
            /// Which.
            beneficiary: OrganizationId,
        } = "SECURITY_NO_BENEFICIARY",
            "المستفيد من التأمين {beneficiary} غير مسجل جهةً مشترية؛ سجّله أولًا",
            "{beneficiary}, in whose favour the security is, is not registered as a procuring entity; register it first";
        /// No such tender was published.
        NoTender {
            /// Which.
            tender: TenderId,
        } = "SECURITY_NO_TENDER",
            "لم تُنشر مناقصة برقم {tender}؛ راجع الرقم",
            "no tender {tender} was published; check the id";
        /// Bids are still sealed: its record would show who bids.
        BidsSealed {
            /// Which tender's.
            tender: TenderId,
        } = "SECURITY_BIDS_SEALED",
            "عروض المناقصة {tender} ما زالت مختومة، وتسجيل التأمين يكشف صاحب العرض؛ سجّله بعد إغلاق باب العروض",
            "the bids of tender {tender} are still sealed, and the security would show who bids; record it once bidding is closed";
        /// In favour of another than who buys.
        OtherBuyer {
            /// Who buys.
            buyer: OrganizationId,
        } = "SECURITY_OTHER_BUYER",
            "التأمين ليس لصالح الجهة المشترية في هذه المناقصة وهي {buyer}؛ راجع المستفيد",
            "the security is not in favour of the tender's buyer, {buyer}; check the beneficiary";
        /// What it secures may still win, or has won and is not complete.
        BidStands {
            /// Whose bid.
            bidder: OrganizationId,
        } = "SECURITY_BID_STANDS",
            "عطاء {bidder} ما زال قائمًا ويقوم على هذا التأمين؛ انتظر استبعاده أو انسحابه أو انتهاء سريانه أو انتهاء المناقصة",
            "the bid of {bidder} stands and rests on this security; wait until it is rejected, withdrawn or lapsed, or the tender is over";
        /// No decision is named.
        CallDecision = "SECURITY_CALL_DECISION",
            "مصادرة التأمين تكون بقرار؛ اذكر رقمه",
            "a security is called by a decision; name it";
        /// The tender knows no such decision against the bidder.
        CallUnfounded {
            /// Which decision is cited.
            decision: DocumentNumber,
            /// Whose bid it secures.
            bidder: OrganizationId,
        } = "SECURITY_CALL_UNFOUNDED",
            "لا قرار برقم {decision} على {bidder} في المناقصة؛ اذكر محضر استبعاد عطائه أو قرار جهة النظر في الشكاوى عليه، أو انتظر انسحابه أو سقوط ترسيته",
            "the tender holds no decision {decision} against {bidder}; cite the minutes that rejected its bid or the review body's decision, or wait until it withdraws or its award falls";
        /// Organisations and Sijill itself record nothing here.
        NotAnOfficial = "SECURITY_NOT_AN_OFFICIAL",
            "لا يسجّل التأمين ولا يتصرف فيه إلا موظف عام",
            "only an official records a security or acts on it";
        /// Who recorded it verifies it.
        OwnReceipt = "SECURITY_OWN_RECEIPT",
            "لا يسجّل تأكيد المُصدر من سجّل التأمين أو تمديده؛ يتحقق منه شخص آخر",
            "who recorded the security or its extension does not record the issuer's confirmation; another person must ask";
    }
}
