//! Why a command about an envelope is refused. No text names tender or bidder: whoever asks knows both, and a line in somebody's
//! log would say it to others.

use crate::aggregate::refusals;
use crate::domain::values::{DocumentNumber, KeyId};
use crate::seal::{EnvelopeError, SheetError};
use crate::time::Timestamp;

refusals! {
    /// Why a command about an envelope is refused.
    pub enum Refusal,
    /// It is sealed for another committee, or not as anyone may.
    Deal(EnvelopeError),
    /// Nothing can be sealed under what was published.
    Sheet(SheetError) {
        /// Imported.
        NotHistory = "ENVELOPE_NOT_HISTORY",
            "لا تُستورد المظاريف من نظام آخر؛ استورد ما فُتح منها مع مناقصته",
            "envelopes are not imported from another system; import what was opened of them with its tender";
        /// The actor is no key, or more is said of it.
        NotPseudonymous = "ENVELOPE_NOT_PSEUDONYMOUS",
            "يُقدَّم المظروف باسم المفتاح الذي أنشئ لهذه المناقصة بصفة مورّد، بلا اسم ولا وظيفة؛ قدّمه بالأمر `sijill bid submit`",
            "an envelope is submitted under the name of a key made for this tender, as a supplier, with no name and no post; submit it with `sijill bid submit`";
        /// Another key acts.
        OtherKey {
            /// The key that may.
            key: KeyId,
        } = "ENVELOPE_OTHER_KEY",
            "لا يتصرف في هذا المظروف إلا مفتاحه {key}؛ وقّع به",
            "only its own key {key} acts for this envelope; sign with that";
        /// The id could say something.
        IdNotRandom = "ENVELOPE_ID_NOT_RANDOM",
            "رقم المظروف رقم عشوائي (UUID من الإصدار الرابع بحروف صغيرة وشرطات) لئلا يدل على شيء؛ ظرّف العطاء بالأمر `sijill bid seal`",
            "an envelope's id is a random number (UUID version 4, lower case, with hyphens), so that it says nothing; seal the bid with `sijill bid seal`";
        /// There is one already.
        SealedAlready = "ENVELOPE_SEALED_ALREADY",
            "في هذا الرقم مظروف سابق؛ لعطاء جديد ظرّف من جديد برقم جديد، ويُعتد بالأخير قبل الموعد",
            "there is an envelope under this id already; for a new bid seal again under a new id: the last one before the deadline counts";
        /// Its bidder has sealed as many for the tender as are taken.
        TooMany {
            /// How many are taken.
            most: usize,
        } = "ENVELOPE_TOO_MANY",
            "سُجّل لمقدّم هذا العطاء {most} مظروفًا في هذه المناقصة، ولا يُقبل منه أكثر؛ يُعتد بآخر ما قُدّم منها ولم يُسحب",
            "{most} envelopes of this bidder are recorded for this tender, and no more of it are taken; the last of them that is not withdrawn counts";
        /// There is none.
        NotSealed = "ENVELOPE_NOT_SEALED",
            "لا مظروف بهذا الرقم؛ تأكد من الرقم في إيصالك",
            "there is no envelope under this id; check the id on your receipt";
        /// It was withdrawn.
        Withdrawn = "ENVELOPE_WITHDRAWN",
            "سُحب هذا المظروف ولا يعود؛ قدّم مظروفًا جديدًا قبل الموعد",
            "this envelope was withdrawn and does not come back; submit a new one before the deadline";
        /// The bytes are none.
        Unreadable = "ENVELOPE_UNREADABLE",
            "بايتات المظروف غير مقروءة أو ليست بأحد المقاسات؛ ظرّف العطاء بالأمر `sijill bid seal`",
            "the envelope's bytes cannot be read or have none of the sizes; seal the bid with `sijill bid seal`";
        /// The tender takes no bids.
        NoBidding = "ENVELOPE_NO_BIDDING",
            "المناقصة المذكورة لا تُقدَّم إليها العطاءات الآن: لم تُعلن أو انتهت؛ تأكد من رقمها وحالتها",
            "the tender that it is for takes no bids now: not published, or over; check its id and where it stands";
        /// The deadline passed.
        BiddingClosed {
            /// The deadline.
            closes_at: Timestamp,
        } = "TENDER_BIDDING_CLOSED",
            "أُغلق باب التقديم في {closes_at}، وما يُسجَّل في تلك اللحظة أو بعدها متأخر؛ لم يُسجَّل شيء",
            "bidding closed at {closes_at}, and what is recorded at that instant or later is late; nothing was recorded";
        /// The procedure has no such envelope.
        NoSuchPart = "ENVELOPE_NO_SUCH_PART",
            "طلب عروض الأسعار له مظروف مالي فقط؛ قدّم المظروف المالي",
            "a request for quotations has financial envelopes only; submit that one";
        /// A direct purchase.
        NoEnvelopes = "ENVELOPE_NONE_TAKEN",
            "الشراء المباشر بلا مظاريف؛ سلّم عرضك إلى الجهة المشترية مع وثيقته",
            "a direct purchase takes no envelopes; hand your offer to the buyer with its paper";
        /// Others are asked.
        NotInvited = "ENVELOPE_NOT_INVITED",
            "المناقصة محدودة على من دُعي إليها وليس مقدّم العطاء منهم؛ لك أن تشتكي من ذلك قبل الموعد النهائي",
            "the tender is for those who were invited, and the bidder is not one of them; complain about that before the deadline if you must";
        /// The bidder is no registered supplier.
        NotASupplier = "ENVELOPE_NOT_A_SUPPLIER",
            "مقدّم العطاء ليس موردًا مسجَّلًا؛ سجّله أولًا لدى المسجِّل",
            "the bidder is not a registered supplier; have a registrar register it first";
        /// The bidder is debarred.
        Debarred {
            /// The decision that debars it.
            decision: DocumentNumber,
        } = "ENVELOPE_BIDDER_DEBARRED",
            "مقدّم العطاء ممنوع من التقديم بالقرار {decision}؛ لا يُقبل عطاؤه حتى يُرفع المنع",
            "the bidder is debarred by the decision {decision}; no bid of it is taken until that ends";
        /// Nothing binds the key to the bidder.
        NotVouched = "ENVELOPE_NOT_VOUCHED",
            "لا يُثبت شيء أن مفتاح هذا المظروف لمقدّمه؛ وقّعه بمفتاح المورّد المسجَّل بالأمر `sijill bid submit`",
            "nothing shows that the envelope's key is its bidder's; have it signed with the supplier's enrolled key, by `sijill bid submit`";
        /// The word is not the bidder's.
        VouchWrong {
            /// The key that is said to have signed.
            key: KeyId,
        } = "ENVELOPE_VOUCH_WRONG",
            "التوقيع على مفتاح هذا المظروف ليس توقيع المفتاح {key}، أو ليس هذا مفتاحًا ساريًا لمقدّم العطاء؛ وقّعه بمفتاح مسجَّل للمورّد، لهذه المناقصة ولهذا المفتاح",
            "the signature over the envelope's key is not one of {key}, or that is no key of the bidder that counts now; sign with an enrolled key of the supplier, for this tender and this key";
        /// Another amendment is the last.
        OtherAmendment {
            /// Number of the last one, 0 where there is none.
            last: usize,
        } = "ENVELOPE_OTHER_AMENDMENT",
            "آخر تعديل على المناقصة رقمه {last} (0: لا تعديل)؛ اقرأه ثم أكّد عطاءك برقمه، أو قدّم غيره",
            "the last amendment of the tender has the number {last} (0: there is none); read it, then confirm with its number, or submit another bid";
        /// It was confirmed after this amendment.
        ConfirmedAlready = "ENVELOPE_CONFIRMED_ALREADY",
            "أُكّد هذا المظروف بعد هذا التعديل من قبل؛ لا يلزم شيء آخر",
            "this envelope was confirmed after this amendment before; nothing more is needed";
    }
}
