//! Why a command about an organisation is refused.

use crate::aggregate::refusals;
use crate::domain::enrolment;
use crate::domain::values::{Country, Date, DocumentNumber};

refusals! {
    /// Why a command about an organisation is refused.
    pub enum Refusal,
    /// A rule about keys.
    Key(enrolment::Refusal)
    {
        /// It is registered already.
        Registered = "ORGANIZATION_REGISTERED",
            "الجهة مسجَّلة من قبل؛ لتغيير بياناتها استخدم التعديل",
            "the organization is registered already; to change its particulars, amend it";
        /// It is not registered.
        NotRegistered = "ORGANIZATION_NOT_REGISTERED",
            "الجهة غير مسجَّلة؛ سجِّلها أولًا",
            "the organization is not registered; register it first";
        /// No application with this key was approved for it by this registrar.
        NoSuchApplication = "ORGANIZATION_NO_SUCH_APPLICATION",
            "لم يعتمد هذا المسجِّل طلبًا بهذا المفتاح لهذه الجهة؛ يقترح المفتاحَ مسجِّل بأمره المعتاد",
            "this registrar approved no application with this key for this organization; a registrar proposes the key by the usual command";
        /// It has no role.
        NoRole = "ORGANIZATION_NO_ROLE",
            "لا بد للجهة من صفة واحدة على الأقل: جهة مشترية أو مورِّد أو جهة رقابة",
            "an organization needs at least one role: procuring entity, supplier or oversight";
        /// Its governorate lies in another country.
        GovernorateElsewhere {
            /// Its country.
            country: Country,
        } = "ORGANIZATION_GOVERNORATE_ELSEWHERE",
            "المحافظة ليست في بلد الجهة {country}؛ صحّح أحدهما",
            "the governorate is not in the organization's country {country}; correct one of them";
        /// The amendment changes nothing.
        NothingChanges = "ORGANIZATION_NOTHING_CHANGES",
            "لا يغيّر التعديل شيئًا؛ اذكر البيانات الجديدة",
            "the amendment changes nothing; give the new particulars";
        /// The event states no account, or a newer one was stated, or it is confirmed.
        NoAccountWaits {
            /// Revision of the event.
            revision: u64,
        } = "ORGANIZATION_NO_ACCOUNT_WAITS",
            "لا ينتظر تأكيدًا حسابٌ ذُكر في المراجعة {revision}: لم يُذكر فيها، أو ذُكر بعده غيره، أو أُكّد؛ راجع تاريخ الجهة",
            "no bank account of revision {revision} waits for confirmation: none is stated there, a newer one was stated since, or it is confirmed; look at the organization's history";
        /// Who stated the account does not confirm it.
        OwnAccount = "ORGANIZATION_OWN_ACCOUNT",
            "من ذكر الحساب المصرفي لا يؤكده؛ يؤكده شخص آخر بعد مراجعته مع الجهة",
            "who stated the bank account does not confirm it; another person must, after checking it with the organization";
        /// Only suppliers are debarred.
        NoSupplier = "ORGANIZATION_NO_SUPPLIER",
            "الجهة ليست مورِّدًا فلا تُحرم من التعامل؛ تحقّق من رقمها",
            "the organization is no supplier, so it cannot be debarred; check its id";
        /// The last day lies before the first.
        EndsBeforeItBegins = "ORGANIZATION_DEBARMENT_ENDS_BEFORE_IT_BEGINS",
            "آخر يوم في الحرمان قبل أول يوم فيه؛ صحّح التاريخين",
            "the debarment's last day is before its first; correct the dates";
        /// Another debarment covers some of its days.
        DebarredAlready {
            /// First day of the other.
            from: Date,
            /// The decision behind the other.
            decision: DocumentNumber,
        } = "ORGANIZATION_DEBARRED_ALREADY",
            "يغطي القرار {decision} الساري من {from} بعض هذه الأيام؛ ابدأ الحرمان الجديد بعد نهايته، أو ارفع الحرمان السابق أولًا",
            "the decision {decision}, in force from {from}, covers some of these days; begin after its end, or lift it first";
        /// No debarment covers the day.
        NotDebarred {
            /// The day.
            day: Date,
        } = "ORGANIZATION_NOT_DEBARRED",
            "المورِّد غير محروم في {day}؛ اذكر يومًا من أيام الحرمان الذي يُرفع",
            "the supplier is not debarred on {day}; give a day of the debarment that is lifted";
    }
}
