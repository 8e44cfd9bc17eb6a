//! Why a command about withheld parts is refused.

use super::PART_BYTES_MAX;
use crate::aggregate::refusals;

refusals! {
    /// Why a command about withheld parts is refused.
    pub enum Refusal {
        /// The stream is not named after the part's event.
        NoEvent = "DISCLOSURE_NO_EVENT",
            "لا يحمل اسم هذا السجل معرّف الحدث الذي فيه الجزء المحجوب؛ استخدم ذلك المعرّف",
            "this stream is not named after the event that has the withheld part; use that event's id";
        /// The same event has another index.
        OtherIndex {
            /// Its index as recorded before.
            known: u64,
            /// As given now.
            index: u64,
        } = "DISCLOSURE_OTHER_INDEX",
            "موضع الحدث في السجل {known} وليس {index}؛ صحّح الموضع",
            "the event stands at log index {known}, not {index}; correct the index";
        /// About a natural person.
        NeverPerson = "DISCLOSURE_NEVER_PERSON",
            "لا تُنشر بيانات الأشخاص الطبيعيين أبدًا؛ انشر ما لا يدل على شخص بعينه",
            "what concerns a natural person is never published; publish what points to nobody";
        /// Would help a thief or a forger.
        NeverSecurity = "DISCLOSURE_NEVER_SECURITY",
            "لا تُنشر الحسابات المصرفية وما يعين على السرقة أو التزوير أبدًا؛ انشر ملخصًا لا يكشفها",
            "bank accounts and what else would help a thief or a forger are never published; publish a summary without them";
        /// No rule releases it.
        NoReleaseRule = "DISCLOSURE_NO_RELEASE_RULE",
            "لا تُنشر هوية مقدمي العطاءات قبل فتحها، ولا قاعدة تُفرج عن هذا الجزء؛ انتظر خطوة الإجراءات التي تنشره",
            "no rule releases this part: bidders are published by the opening of bids; wait for the step of the procedure that does so";
        /// Neither a registrar nor an administrator.
        MayNotDisclose = "DISCLOSURE_MAY_NOT_DISCLOSE",
            "لا ينشر المحجوب إلا مسجِّل أو مدير النظام؛ أحِل الطلب إلى أحدهما",
            "only a registrar or an administrator publishes what is withheld; refer the request to one of them";
        /// A step of the procedure publishes it, nobody by hand.
        StepReleases = "DISCLOSURE_STEP_RELEASES",
            "ينشره السجل نفسه حين تأتي خطوته (حصر المظاريف أو فتحها أو إبلاغ المتقدمين)، ولا ينشره أحد قبلها؛ انتظر الخطوة",
            "the ledger itself publishes this when its step has come (envelopes are listed or opened, bidders are notified), and nobody before; wait for the step";
        /// Published before.
        DisclosedAlready = "DISCLOSURE_DISCLOSED_ALREADY",
            "نُشر هذا الجزء من قبل، وهو متاح للجميع؛ لا يلزم شيء آخر",
            "this part was published before and everybody can read it; nothing more is needed";
        /// Destroyed before.
        ErasedAlready = "DISCLOSURE_ERASED_ALREADY",
            "مُحي هذا الجزء من قبل؛ لا يلزم شيء آخر",
            "this part was erased before; nothing more is needed";
        /// What was destroyed cannot be published.
        ErasedCannotBeDisclosed = "DISCLOSURE_ERASED_CANNOT_BE_DISCLOSED",
            "مُحي هذا الجزء بأمر قانوني فلا يُنشر؛ راجع الأمر في سجل المحو",
            "this part was erased on a legal order and cannot be published; see the order where the erasure is recorded";
        /// What was published cannot be destroyed.
        DisclosedCannotBeErased = "DISCLOSURE_DISCLOSED_CANNOT_BE_ERASED",
            "نُشر هذا الجزء فأصبح من التاريخ العلني ونسخه عند غيرنا، ولا يُمحى هنا؛ أبلغ الجهة التي أصدرت الأمر بذلك",
            "this part was published, so it is public history with copies elsewhere, and cannot be erased here; tell the authority that gave the order";
        /// The content cannot be carried by one entry.
        TooLarge {
            /// Its size.
            bytes: usize,
        } = "DISCLOSURE_TOO_LARGE",
            "حجم المحتوى {bytes} بايت والحد الأقصى {PART_BYTES_MAX}؛ انشره مرفقًا",
            "the content has {bytes} bytes and at most {PART_BYTES_MAX} can be published in an entry; publish it as an attachment";
        /// Salt and content do not give the commitment.
        OtherContent = "DISCLOSURE_OTHER_CONTENT",
            "لا يطابق المحتوى والملح البصمةَ المسجَّلة في القيد؛ قدِّمهما كما حُفظا حرفيًا",
            "content and salt do not give the commitment in the entry; present them exactly as they were kept";
        /// Neither a registrar nor an administrator.
        MayNotErase = "DISCLOSURE_MAY_NOT_ERASE",
            "لا يمحو إلا مسجِّل أو مدير النظام بأمر قانوني؛ أحِل الأمر إلى أحدهما",
            "only a registrar or an administrator erases, on a legal order; refer the order to one of them";
    }
}
