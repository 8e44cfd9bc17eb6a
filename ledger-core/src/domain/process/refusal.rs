//! Why a release of another system is not recorded.

use super::{
    AWARDS_MAX, DESCRIPTION_BYTES_MAX, INLINE_BYTES_MAX, LEFT_OUT_MAX, RELEASE_BYTES_MAX,
    RELEASES_MAX, SUPPLIERS_MAX, TAGS_MAX,
};
use crate::aggregate::refusals;
use crate::domain::values::{Sha256, Text};

refusals! {
    /// Why a release of another system is not recorded.
    pub enum Refusal {
        /// The role does not record releases.
        Role = "RELEASE_ROLE",
            "تسجيل إصدارات الأنظمة الأخرى لأمناء السجل ومسؤولي النظام؛ اطلبه من أحدهم",
            "releases of other systems are recorded by registrars and administrators; ask one of them";
        /// The stream is another process's.
        OtherProcess {
            /// The process that the release names.
            ocid: Text,
        } = "RELEASE_OTHER_PROCESS",
            "يخص الإصدار العملية {ocid}، وهذه سلسلة عملية أخرى؛ سجّله في سلسلتها",
            "the release is of the process {ocid}, and this is the stream of another; record it in its own";
        /// The same release is there already.
        Recorded {
            /// The release.
            id: Text,
        } = "RELEASE_RECORDED",
            "الإصدار {id} مسجَّل من قبل بالمحتوى نفسه؛ لا حاجة إلى تسجيله مرة أخرى",
            "the release {id} was recorded before with the same content; there is nothing to do";
        /// Another content is there under the same id.
        Changed {
            /// The release.
            id: Text,
            /// SHA-256 of what is recorded.
            recorded: Sha256,
            /// SHA-256 of what is given.
            given: Sha256,
        } = "RELEASE_CHANGED",
            "الإصدار {id} مسجَّل من قبل بمحتوى آخر: بصمة المسجَّل {recorded} وبصمة المقدَّم {given}؛ لا يُغيَّر إصدار بعد نشره، فاسأل الناشر واطلب إصدارًا جديدًا برقم جديد",
            "the release {id} was recorded before with other content: {recorded} is recorded, {given} is given; a published release is never changed: ask the publisher, and for a new release with a new id";
        /// It has no tag.
        NoTag = "RELEASE_NO_TAG",
            "لا وسم للإصدار؛ اذكر وسمًا واحدًا على الأقل مثل tender",
            "the release has no tag; give at least one, such as tender";
        /// It has too many tags.
        TooManyTags {
            /// How many.
            count: usize,
        } = "RELEASE_TOO_MANY_TAGS",
            "للإصدار {count} وسمًا، والحد الأقصى {TAGS_MAX}؛ صحّح وسومه",
            "the release has {count} tags and at most {TAGS_MAX} are taken; correct its tags";
        /// It is empty, or nothing is given of it.
        Empty = "RELEASE_EMPTY",
            "الإصدار بلا محتوى؛ أرفق نصه كما نُشر",
            "the release has no content; give its text as published";
        /// It is too large.
        TooLarge {
            /// Its size in bytes.
            bytes: u64,
        } = "RELEASE_TOO_LARGE",
            "حجم الإصدار {bytes} بايت، والحد الأقصى {RELEASE_BYTES_MAX}؛ اطلب من الناشر أن يقسّمه",
            "the release has {bytes} bytes and at most {RELEASE_BYTES_MAX} are taken; ask the publisher to split it";
        /// Too much stands in the event itself.
        InlineTooLarge {
            /// How many compressed bytes.
            bytes: usize,
        } = "RELEASE_INLINE_TOO_LARGE",
            "حجم الإصدار مضغوطًا {bytes} بايت، ولا يُحفظ في القيد نفسه أكثر من {INLINE_BYTES_MAX}؛ ارفعه مرفقًا",
            "the compressed release has {bytes} bytes and at most {INLINE_BYTES_MAX} stand in the entry itself; store it as an attachment";
        /// Its names and summary are too long.
        DescriptionTooLarge {
            /// How many bytes.
            bytes: usize,
        } = "RELEASE_DESCRIPTION_TOO_LARGE",
            "حجم أرقام الإصدار ووسومه وملخصه {bytes} بايت، والحد الأقصى {DESCRIPTION_BYTES_MAX}؛ اختصر الملخص",
            "ids, tags and summary of the release have {bytes} bytes and at most {DESCRIPTION_BYTES_MAX} are taken; shorten the summary";
        /// The summary lists too much.
        SummaryTooLong = "RELEASE_SUMMARY_TOO_LONG",
            "يسع الملخص {AWARDS_MAX} ترسية، ولكل ترسية {SUPPLIERS_MAX} موردًا، و{LEFT_OUT_MAX} موضعًا متروكًا؛ اترك ما زاد واذكر أنه متروك",
            "a summary has at most {AWARDS_MAX} awards with {SUPPLIERS_MAX} suppliers each, and {LEFT_OUT_MAX} places left out; leave out the rest and say so";
        /// The summary both states and removes a field.
        SummaryContradicts = "RELEASE_SUMMARY_CONTRADICTS",
            "يذكر الملخص قيمة ويلغيها معًا، أو يلغيها مرتين؛ استخرجه من الإصدار من جديد",
            "the summary both gives and removes a field, or removes it twice; derive it from the release again";
        /// The process has as many releases as it can have.
        Full = "PROCESS_FULL",
            "للعملية {RELEASES_MAX} إصدار وهو الحد الأقصى؛ تحقق من أن الناشر لا يكرر النشر",
            "the process has {RELEASES_MAX} releases, the most it can have; check that the publisher does not publish in a loop";
    }
}
