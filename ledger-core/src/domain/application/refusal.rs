//! Why a command about an application is refused.

use crate::aggregate::refusals;
use crate::domain::organization::Refusal as OfOrganization;
use crate::domain::values::{DocumentNumber, KeyId, OrganizationId};
use crate::store::StreamName;

refusals! {
    /// Why a command about an application is refused.
    pub enum Refusal,
    /// A rule about particulars of organisations.
    Particulars(OfOrganization)
    {
        /// History knows no applications.
        NotHistory = "APPLICATION_NOT_HISTORY",
            "لا تُستورد طلبات التسجيل من التاريخ؛ سجّل الجهة نفسها",
            "applications are not imported as history; register the organization itself";
        /// The command is not made under a key's name.
        NotPseudonymous = "APPLICATION_NOT_UNDER_ITS_KEY",
            "يُقدَّم طلب التسجيل ويُسحب باسم مفتاح الشركة لا باسم حساب؛ وقّعه بمفتاحها (sijill sign request)",
            "an application is made and withdrawn under the firm's own key, not under an account; sign it with that key (sijill sign request)";
        /// Another key acts than the application's.
        OtherKey {
            /// The application's.
            key: KeyId,
        } = "APPLICATION_OTHER_KEY",
            "هذا الطلب للمفتاح {key} وحده؛ وقّعه به",
            "this application is the key {key}'s alone; sign with that key";
        /// The signature does not prove possession.
        NoPossession {
            /// The organisation's stream, which the proof must name.
            stream: StreamName,
        } = "APPLICATION_NO_POSSESSION",
            "لا يثبت التوقيع حيازة المفتاح؛ أنشئه من جديد للسجل {stream} (sijill sign key --owner number:…)",
            "the signature does not prove possession of the key; make it again for {stream} (sijill sign key --owner number:…)";
        /// The stream's id is not that of the firm's number.
        OtherNumber {
            /// The id of its number.
            organization: OrganizationId,
        } = "APPLICATION_OTHER_NUMBER",
            "طلبات هذا الرقم تُسجَّل تحت {organization} وحده؛ أعد الطلب إليه",
            "applications of this number stand under {organization} alone; send it there";
        /// No category.
        NoCategory = "APPLICATION_NO_CATEGORY",
            "اذكر ما تورّده الشركة: صنفًا واحدًا على الأقل",
            "say what the firm supplies: at least one category";
        /// An application with this number waits already.
        Open {
            /// Revision of it.
            applied: u64,
        } = "APPLICATION_OPEN",
            "ينتظر طلبٌ بهذا الرقم قرار المسجِّل (المراجعة {applied})؛ انتظر القرار أو اسحبه بمفتاحه، وإن لم يكن طلبك فأبلغ المسجِّل ليرفضه",
            "an application with this number waits for a registrar already (revision {applied}); wait for the decision or withdraw it with its key, and if it is not yours, tell a registrar, who rejects it";
        /// It was approved.
        Approved = "APPLICATION_APPROVED",
            "اعتُمد طلب هذا الرقم وسُجّلت الجهة؛ لتغيير بياناتها أو مفاتيحها اطلب ذلك من المسجِّل",
            "the application of this number was approved and the organization registered; to change its particulars or keys, ask a registrar";
        /// The organisation is registered.
        Registered {
            /// Its id.
            organization: OrganizationId,
        } = "APPLICATION_REGISTERED",
            "الجهة مسجَّلة برقمها هذا ({organization})؛ لتغيير بياناتها أو مفاتيحها اطلب ذلك من المسجِّل",
            "the organization is registered with this number ({organization}); to change its particulars or keys, ask a registrar";
        /// The organisation is debarred.
        Debarred {
            /// Its id.
            organization: OrganizationId,
            /// The decision that debars it.
            decision: DocumentNumber,
        } = "APPLICATION_DEBARRED",
            "الجهة مسجَّلة ({organization}) ومحرومة من التعامل بالقرار {decision}؛ لا يفتح طلب جديد بابًا أغلقه القرار",
            "the organization is registered ({organization}) and debarred by the decision {decision}; a new application does not open what that closed";
        /// None waits.
        NotOpen = "APPLICATION_NOT_OPEN",
            "لا طلب ينتظر بهذا الرقم: لم يُقدَّم أو حُسم أو سُحب؛ راجع حالته",
            "no application waits under this number: none was made, or it was decided or withdrawn; look at where it stands";
        /// Another application waits than the one that was looked at.
        OtherVersion {
            /// Revision of the one that waits.
            applied: u64,
        } = "APPLICATION_OTHER_VERSION",
            "الطلب المنتظر غير الذي اطّلعت عليه (المراجعة {applied})؛ اقرأه ثم قرّر",
            "another application waits than the one that you looked at (revision {applied}); read it, then decide";
        /// Only a registrar decides.
        NotRegistrar = "APPLICATION_NOT_REGISTRAR",
            "لا يعتمد طلبات التسجيل ولا يرفضها إلا مسجِّل من الموظفين؛ اطلب ذلك من أحدهم",
            "only an official who is a registrar approves or rejects applications; ask one to do it";
    }
}
