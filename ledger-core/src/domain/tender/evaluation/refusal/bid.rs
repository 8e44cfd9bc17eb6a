//! Why a command about bids is refused.

use rust_decimal::Decimal;

use crate::aggregate::refusals;
use crate::domain::tender::event::SHARES_MAX;
use crate::domain::values::{
    CriterionId, Date, DocumentNumber, EnvelopeId, LotId, Money, OrganizationId, SecurityId,
};
use crate::time::Timestamp;

refusals! {
    /// Why a command about bids is refused.
    pub enum BidRefusal {
        /// Listed already.
        Listed {
            /// Which.
            envelope: EnvelopeId,
        } = "TENDER_ENVELOPE_LISTED",
            "المظروف {envelope} محصور من قبل؛ لا يلزم عمل شيء",
            "envelope {envelope} is listed already; there is nothing to do";
        /// There is none, or it is on its way to the log.
        NoEnvelope {
            /// Which.
            envelope: EnvelopeId,
        } = "TENDER_NO_ENVELOPE",
            "لا مظروف مسجلًا رقمه {envelope}؛ راجع الرقم أو أعد المحاولة بعد لحظة",
            "no envelope {envelope} is recorded; check its id, or try again in a moment";
        /// The envelope says something else.
        OtherClaim {
            /// Which.
            envelope: EnvelopeId,
        } = "TENDER_OTHER_CLAIM",
            "المظروف {envelope} لمناقصة أو مورّد أو جزء غير المذكور؛ اذكر ما في المظروف",
            "envelope {envelope} is of another tender, bidder or part than is said; say what it says";
        /// Not all are listed.
        ListIncomplete {
            /// How many are.
            listed: u32,
            /// How many there are.
            expected: u32,
        } = "TENDER_LIST_INCOMPLETE",
            "حُصر {listed} من {expected} مظروفًا؛ احصر الباقي أولًا",
            "{listed} of {expected} envelopes are listed; list the others first";
        /// Not on the list.
        NotListed {
            /// Which.
            envelope: EnvelopeId,
        } = "TENDER_ENVELOPE_NOT_LISTED",
            "المظروف {envelope} ليس في حصر هذه المناقصة؛ راجع الرقم",
            "envelope {envelope} is not on the list of this tender; check its id";
        /// Late, superseded, withdrawn, not confirmed, or of a debarred bidder.
        CountsNot {
            /// Which.
            envelope: EnvelopeId,
        } = "TENDER_ENVELOPE_COUNTS_NOT",
            "المظروف {envelope} لا يُعتدّ به (متأخر أو مستبدَل أو مسحوب أو غير مؤكد أو صاحبه ممنوع)، فلا يُفتح أبدًا؛ افتح ما يُعتدّ به وحده",
            "envelope {envelope} does not count (late, superseded, withdrawn, not confirmed, or its bidder is debarred) and is never opened; open only those that count";
        /// Opened already, or void.
        Opened {
            /// Which.
            envelope: EnvelopeId,
        } = "TENDER_ENVELOPE_OPENED",
            "المظروف {envelope} فُتح أو أُبطل من قبل؛ لا يلزم عمل شيء",
            "envelope {envelope} is open or void already; there is nothing to do";
        /// Not by the member.
        OtherMember = "TENDER_OTHER_MEMBER",
            "ينشر الحصص صاحبها باسمه؛ ادخل بهوية العضو المذكور",
            "shares are published by their member alone; sign in as the member who is named";
        /// No key for this tender.
        NoKey = "TENDER_NO_OPENING_KEY",
            "ليس لهذا العضو مفتاح في هذه المناقصة؛ ينشر الحصص من ظُرّفت له العطاءات",
            "the member has no key for this tender; those publish shares to whom bids were sealed";
        /// No shares, or too many.
        ShareCount {
            /// How many.
            count: usize,
        } = "TENDER_SHARE_COUNT",
            "في الطلب {count} حصة، والمطلوب من 1 إلى {SHARES_MAX}؛ قسّمها على طلبات",
            "{count} shares are given; 1 to {SHARES_MAX} are asked for, so divide them among several requests";
        /// Published already, or twice in one command.
        SharePublished {
            /// Of which.
            envelope: EnvelopeId,
        } = "TENDER_SHARE_PUBLISHED",
            "نشر العضو حصته من المظروف {envelope}، ولا تُنشر مرتين؛ احذفها من الطلب",
            "the member's share of envelope {envelope} is published, and never twice; leave it out";
        /// Somebody else's envelope.
        OtherBidder = "TENDER_OTHER_BIDDER",
            "لا يكشف سر المظروف إلا صاحبه؛ ادخل بهويته",
            "only its bidder shows the secret of an envelope; sign in as that supplier";
        /// Not needed.
        SharesSuffice {
            /// Which.
            envelope: EnvelopeId,
        } = "TENDER_SHARES_SUFFICE",
            "ما نُشر يكفي لفتح المظروف {envelope}؛ لا حاجة إلى كشف السر",
            "what is published opens envelope {envelope}; its secret is not needed";
        /// Not this envelope's.
        OtherSecret {
            /// Which.
            envelope: EnvelopeId,
        } = "TENDER_OTHER_SECRET",
            "السر ليس سر المظروف {envelope}؛ اكشف الرقم المحفوظ مع هذا المظروف",
            "this is not the secret of envelope {envelope}; show the number that was kept with it";
        /// Too few good shares.
        SharesMissing {
            /// Good ones.
            good: usize,
            /// How many are needed.
            needed: usize,
            /// Until when they, or the secret, are waited for.
            until: Timestamp,
        } = "TENDER_SHARES_MISSING",
            "الحصص الصحيحة {good} والمطلوب {needed}؛ انتظر باقي الأعضاء أو كشف صاحب العطاء عن سره حتى {until}",
            "there are {good} good shares and {needed} are needed; wait for other members, or for the bidder to show the secret, until {until}";
        /// Rejected.
        Rejected {
            /// Whose.
            bidder: OrganizationId,
        } = "TENDER_BID_REJECTED",
            "عطاء {bidder} غير مقبول فنيًا أو مستبعد، فلا يُقرأ سعره ولا يُحكم عليه؛ احذفه من الطلب",
            "the bid of {bidder} was not accepted or was rejected: its price is not read and it is not judged again; leave it out";
        /// Not asked.
        NotInvited {
            /// Who.
            bidder: OrganizationId,
        } = "TENDER_NOT_INVITED",
            "{bidder} ليس المورد المدعو في هذا الشراء المباشر؛ سجّل عرض من دُعي، أو اطرح مناقصة",
            "{bidder} is not the supplier that this direct purchase asks; record the offer of who is, or hold a tender";
        /// Twice.
        OfferRecorded {
            /// Whose.
            bidder: OrganizationId,
        } = "TENDER_OFFER_RECORDED",
            "سُجّل عرض {bidder} من قبل، ولا يُستبدل بعد قراءته؛ احكم فيه، أو ألغِ الشراء",
            "the offer of {bidder} is recorded, and is not replaced once it was read; judge it, or cancel the purchase";
        /// Not what is asked for.
        OfferUnfit {
            /// Whose.
            bidder: OrganizationId,
        } = "TENDER_OFFER_UNFIT",
            "عرض {bidder} لا يوافق المطلوب: عملة أخرى أو مجموعة أو سطر غير موجود أو مكرر، أو كمية فوق المطلوب، أو مجموعة بلا مجموع؛ صححه بحسب الوثيقة",
            "the offer of {bidder} does not fit what is asked for: another currency, an unknown lot or line or one twice, more than is asked, or a lot without its total; correct it by the paper";
        /// It binds no more.
        Lapsed {
            /// Whose.
            bidder: OrganizationId,
            /// Last day on which it bound.
            until: Date,
        } = "TENDER_BID_LAPSED",
            "انتهت مدة سريان عطاء {bidder} في {until} ولم تُمدَّد، فلا يُرسى عليه ولا يُمدَّد؛ استبعده بهذا السبب واقترح الترسية من جديد",
            "the bid of {bidder} bound it until {until} and was not extended: it is neither awarded nor extended any more; reject it on that ground and propose the award again";
        /// Not before what holds, and not too far ahead.
        ValidityRange {
            /// Until when it binds.
            after: Date,
            /// The latest day that may be named.
            latest: Date,
        } = "TENDER_BID_VALIDITY",
            "يسري العطاء حتى {after}؛ اذكر يومًا بعده ولا يتجاوز {latest}",
            "the bid binds until {after}; name a day after that, and not after {latest}";
        /// Somebody else's bid.
        NotOwnBid = "TENDER_NOT_OWN_BID",
            "لا يمدّ سريان العطاء إلا صاحبه؛ ادخل بهويته",
            "only its bidder extends a bid; sign in as that supplier";
        /// The bid names none.
        NoSecurity {
            /// Whose.
            bidder: OrganizationId,
        } = "TENDER_NO_SECURITY",
            "لا يذكر عطاء {bidder} تأمينًا مؤقتًا والمناقصة تشترطه؛ استبعده بهذا السبب",
            "the bid of {bidder} names no bid security, which the terms ask for; reject it on that ground";
        /// Not received, not verified, of another, called, released or lapsed.
        SecurityNotHeld {
            /// Whose.
            bidder: OrganizationId,
            /// Which.
            security: SecurityId,
        } = "TENDER_SECURITY_NOT_HELD",
            "التأمين {security} لعطاء {bidder} غير مستلم لهذه المناقصة أو لم يؤكده مُصدِره، أو صودر أو رُدّ أو انتهى؛ تحقق منه لدى مُصدِره أو مدّده، أو استبعد العطاء بهذا السبب",
            "the security {security} of {bidder} was not received for this tender, or not confirmed by its issuer, or is called, released or lapsed; have it verified or extended, or reject the bid on that ground";
        /// Less than the terms ask for.
        SecurityTooLow {
            /// Which.
            security: SecurityId,
            /// What it comes to.
            amount: Money,
            /// What is asked for, in percent of the bid.
            percent: Decimal,
        } = "TENDER_SECURITY_TOO_LOW",
            "التأمين {security} قيمته {amount} وهي دون {percent} في المئة من العطاء، أو بعملة أخرى؛ استبعد العطاء بهذا السبب",
            "the security {security} comes to {amount}, which is less than {percent} percent of the bid or in another currency; reject the bid on that ground";
        /// Nothing of it is open.
        NoBid {
            /// Whose.
            bidder: OrganizationId,
        } = "TENDER_NO_BID",
            "لا عطاء مفتوحًا من {bidder}؛ راجع قائمة العطاءات المفتوحة",
            "no bid of {bidder} is open; see the list of opened bids";
        /// No acceptable offer for the lot.
        NoOffer {
            /// Whose.
            bidder: OrganizationId,
            /// The lot.
            lot: LotId,
        } = "TENDER_NO_OFFER",
            "ليس من {bidder} عرض مقبول للمجموعة {lot}؛ راجع قائمة العروض",
            "there is no acceptable offer of {bidder} for lot {lot}; see the list of offers";
        /// The ground does not hold.
        NoGround {
            /// Whose.
            bidder: OrganizationId,
        } = "TENDER_NO_GROUND",
            "سبب الاستبعاد لا ينطبق على عطاء {bidder} بحسب ما في السجل؛ اذكر السبب الصحيح، والمجموعة إن كان يخص مجموعة",
            "by what the log holds the ground does not apply to the bid of {bidder}; name the right one, and the lot where it is about one";
        /// Prices are known.
        PricesKnown = "TENDER_PRICES_KNOWN",
            "بعد اعتماد النتيجة الفنية لا يُستبعد عطاء بمعيار فني؛ اذكر سببًا ماليًا أو قانونيًا إن وجد",
            "after the technical result no bid is rejected by a criterion; name a financial or legal ground if there is one";
        /// No such criterion, or not rated.
        NoCriterion {
            /// Which.
            criterion: CriterionId,
        } = "TENDER_NO_CRITERION",
            "ليس في المناقصة معيار كهذا رقمه {criterion}؛ راجع المعايير المنشورة",
            "the tender has no such criterion {criterion}; see the published criteria";
        /// Not scored.
        NotScored {
            /// Whose.
            bidder: OrganizationId,
        } = "TENDER_NOT_SCORED",
            "لم تُسجّل درجات عطاء {bidder}؛ سجّلها أولًا",
            "the bid of {bidder} has no points; score it first";
        /// No criterion is rated.
        NothingRated = "TENDER_NOTHING_RATED",
            "لا معايير بدرجات في هذه المناقصة؛ لا يلزم عمل شيء",
            "no criterion of this tender is rated; there is nothing to score";
        /// Missing, twice, or out of range.
        WrongPoints {
            /// Which.
            criterion: CriterionId,
            /// Most points.
            most: Decimal,
        } = "TENDER_WRONG_POINTS",
            "درجة المعيار {criterion} تُذكر مرة واحدة، من 0 إلى {most}، بأربع منازل عشرية على الأكثر؛ صحّحها",
            "points for {criterion} are given once, 0 to {most}, with at most four decimal places; correct them";
        /// Fewer points than the least, and not rejected.
        TooFewPoints {
            /// Whose.
            bidder: OrganizationId,
            /// For which criterion.
            criterion: CriterionId,
        } = "TENDER_TOO_FEW_POINTS",
            "عطاء {bidder} دون الحد الأدنى في المعيار {criterion}؛ استبعده بهذا السبب أولًا",
            "the bid of {bidder} is below the least points for {criterion}; reject it on that ground first";
        /// No such minutes.
        NoMinutes {
            /// Which.
            minutes: DocumentNumber,
        } = "TENDER_NO_MINUTES",
            "لم تعتمد لجنة التقييم محضرًا رقمه {minutes}؛ يوقّعه النصاب أولًا ويوافق أكثر من نصف الموقّعين",
            "the evaluation committee adopted no minutes {minutes}; a quorum signs them first, and more than half of those agree";
        /// No member alone may reject it, and no minutes are named.
        MinutesMissing = "TENDER_MINUTES_MISSING",
            "لا يستبعد عضو وحده عطاءً؛ وقّعوا محضرًا بالاستبعاد واذكر رقمه",
            "no member alone rejects a bid; sign minutes of the rejection and name them";
        /// The minutes do not decide this.
        NotDecided {
            /// Which.
            minutes: DocumentNumber,
        } = "TENDER_NOT_DECIDED",
            "لم يقرر المحضر {minutes} هذا لهذه المناقصة ومجموعتها ومقدم عطائها؛ راجع ما قرره، أو وقّعوا محضرًا به",
            "the minutes {minutes} do not decide this of this tender, lot and bidder; check what they decide, or sign minutes that do";
        /// Bids were judged after they were drawn up.
        JudgedSince {
            /// Which.
            minutes: DocumentNumber,
        } = "TENDER_JUDGED_SINCE",
            "أُعطيت درجات أو صُحح مجموع أو قُبل تفسير بعد تحرير المحضر {minutes}، فهو لا يعلم به؛ حرّروا محضرًا على ما هو الآن ووقّعوه",
            "points, a corrected sum or an explanation came after the minutes {minutes} were drawn up, which know nothing of it; draw up minutes of what stands now, and sign them";
        /// Withdrawn by another than its bidder.
        NotWithdrawn {
            /// Whose.
            bidder: OrganizationId,
        } = "TENDER_NOT_WITHDRAWN",
            "لا يقول بانسحاب {bidder} غيره وبلا محضر؛ ليدخل المورّد بهويته، أو اذكر سببًا آخر إن وُجد",
            "only {bidder} itself says that it withdraws, without minutes; let that supplier sign in, or name another ground if there is one";
        /// They decided something already.
        MinutesSpent {
            /// Which.
            minutes: DocumentNumber,
        } = "TENDER_MINUTES_SPENT",
            "المحضر {minutes} أسند قرارًا سابقًا ولا يسند غيره؛ وقّعوا محضرًا جديدًا",
            "minutes {minutes} stand behind an earlier decision and no other; sign new ones";
        /// Right, or corrected already.
        NothingToCorrect = "TENDER_NOTHING_TO_CORRECT",
            "مجموع العرض صحيح أو صُحّح من قبل؛ لا يلزم عمل شيء",
            "the offer's total is right, or was corrected already; there is nothing to do";
        /// Not low, or explained already.
        NothingToExplain = "TENDER_NOTHING_TO_EXPLAIN",
            "السعر ليس منخفضًا بصورة غير عادية، أو قُبل تفسيره من قبل؛ لا يلزم عمل شيء",
            "the price is not abnormally low, or its explanation was accepted already; there is nothing to do";
    }
}
