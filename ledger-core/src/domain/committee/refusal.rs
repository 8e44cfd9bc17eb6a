//! Why a command about a committee is refused.

use super::{MEMBERS_MAX, MEMBERS_MIN, RESOLUTIONS_MAX};
use crate::aggregate::refusals;
use crate::domain::tender::evaluation;
use crate::domain::values::{DocumentNumber, OfficialId, TenderId};

refusals! {
    /// Why a command about a committee is refused.
    pub enum Refusal,
        /// Who acts does not judge the tender.
        Judging(evaluation::Refusal)
    {
        /// It is formed already.
        Formed = "COMMITTEE_FORMED",
            "اللجنة مشكَّلة من قبل؛ لتغيير أعضائها استخدم الاستبدال",
            "the committee is formed already; to change its members, replace them";
        /// It is not formed.
        NotFormed = "COMMITTEE_NOT_FORMED",
            "لم تُشكَّل اللجنة بعد؛ شكّلها أولًا",
            "the committee is not formed; form it first";
        /// It was dissolved.
        Dissolved = "COMMITTEE_DISSOLVED",
            "حُلَّت اللجنة ولا تعود؛ شكّل لجنة جديدة برقم جديد",
            "the committee was dissolved and does not come back; form a new one with a new id";
        /// An even number of members, or too few.
        NotOdd {
            /// How many.
            members: usize,
        } = "COMMITTEE_NOT_ODD",
            "عدد الأعضاء {members}؛ يجب أن يكون فرديًا حتى لا تنقسم اللجنة نصفين، وألا يقل عن {MEMBERS_MIN}",
            "there are {members} members; their number must be odd, so that the committee cannot split in halves, and at least {MEMBERS_MIN}";
        /// Too many members or alternates.
        TooMany = "COMMITTEE_TOO_MANY",
            "للجنة {MEMBERS_MAX} عضوًا ومثلهم من الاحتياطيين على الأكثر؛ اختر عددًا أقل",
            "a committee has at most {MEMBERS_MAX} members and as many alternates; choose fewer";
        /// The quorum is not above half.
        QuorumTooSmall {
            /// How many members.
            members: usize,
            /// The smallest quorum.
            least: usize,
        } = "COMMITTEE_QUORUM_TOO_SMALL",
            "النصاب يزيد على نصف الأعضاء وعددهم {members}؛ أقله {least}",
            "a quorum is above half of the {members} members; the least is {least}";
        /// The quorum is nobody, or more than there are.
        QuorumCannotBe {
            /// How many members.
            members: usize,
        } = "COMMITTEE_QUORUM_CANNOT_BE",
            "النصاب بين واحد وعدد الأعضاء وهو {members}؛ صحّحه",
            "a quorum lies between one and the number of members, {members}; correct it";
        /// Named twice, or a member already.
        MemberTwice {
            /// Who.
            official: OfficialId,
        } = "COMMITTEE_MEMBER_TWICE",
            "{official} مذكور مرتين أو عضو من قبل؛ لكل شخص مقعد واحد، فاختر غيره",
            "{official} is named twice or is a member already; each person has one seat, so choose another";
        /// Not a member.
        NoMember {
            /// Who.
            official: OfficialId,
        } = "COMMITTEE_NO_MEMBER",
            "{official} ليس عضوًا في اللجنة الآن؛ راجع قائمة الأعضاء",
            "{official} is not a member of the committee now; check the list of members";
        /// Fills no post.
        NotInOffice {
            /// Who.
            official: OfficialId,
        } = "COMMITTEE_NOT_IN_OFFICE",
            "لا يشغل {official} أي وظيفة في هذا اليوم؛ سجّل تعيينه أولًا أو اختر غيره",
            "{official} fills no post on this day; record the appointment first or choose another";
        /// An outsider would join while there are alternates.
        AlternatesFirst = "COMMITTEE_ALTERNATES_FIRST",
            "يحل محل العضو أحد الاحتياطيين ما داموا موجودين؛ اختر منهم",
            "one of the alternates takes a member's place while there are any; choose from them";
        /// Too few signed.
        BelowQuorum {
            /// How many signed.
            signed: usize,
            /// How many must.
            quorum: usize,
        } = "COMMITTEE_BELOW_QUORUM",
            "وقّع {signed} فقط والنصاب {quorum}؛ استكمل التوقيعات أو أعد الاجتماع",
            "only {signed} signed and the quorum is {quorum}; gather the missing signatures or meet again";
        /// Nobody signed.
        NobodySigned = "COMMITTEE_NOBODY_SIGNED",
            "لا توقيع على المحضر؛ يوقّعه الأعضاء أولًا",
            "nobody signed the minutes; members sign them first";
        /// A member signed twice.
        SignedTwice {
            /// Who.
            official: OfficialId,
        } = "COMMITTEE_SIGNED_TWICE",
            "وقّع {official} مرتين؛ لكل عضو توقيع واحد على المحضر",
            "{official} signed twice; a member signs minutes once";
        /// Not more than half of the signers agree.
        NoMajority {
            /// How many signed.
            signed: usize,
            /// How many of them disagree.
            dissenting: usize,
        } = "COMMITTEE_NO_MAJORITY",
            "اعترض {dissenting} من {signed} موقّعين فلا قرار؛ يلزم أن يوافق أكثر من النصف",
            "{dissenting} of {signed} signers disagree, so nothing is decided; more than half must agree";
        /// Minutes with this number exist.
        NumberUsed {
            /// The number.
            number: DocumentNumber,
        } = "COMMITTEE_NUMBER_USED",
            "سُجِّل محضر برقم {number} من قبل؛ لكل محضر رقمه",
            "minutes with the number {number} were recorded before; give these their own";
        /// Who records the minutes did not sign them.
        RecorderDidNotSign = "COMMITTEE_RECORDER_DID_NOT_SIGN",
            "لا يسجّل المحضر إلا عضو وقّعه؛ اطلب ذلك من أحد الموقّعين",
            "only a member who signed the minutes records them; ask one of the signers";
        /// Minutes are recorded by one for all no more.
        EachSigns = "COMMITTEE_EACH_SIGNS",
            "لا يسجّل عضو توقيعات غيره؛ حرّر المحضر ثم يوقّعه كل عضو بهويته",
            "no member records the signatures of others any more; draw the minutes up, then let each member sign them for itself";
        /// Not an official.
        MembersOnly = "COMMITTEE_MEMBERS_ONLY",
            "لا يحرّر المحضر ولا يوقّعه إلا عضو اللجنة بهويته؛ ادخل بهوية العضو",
            "only members of the committee draw up minutes and sign them, by name; sign in as one";
        /// There are no such minutes to sign.
        NotDrawnUp {
            /// Their number.
            number: DocumentNumber,
        } = "COMMITTEE_NOT_DRAWN_UP",
            "لم يُحرَّر محضر برقم {number}؛ حرّره أولًا أو صحّح الرقم",
            "no minutes {number} were drawn up; draw them up first, or correct the number";
        /// Another paper was read than the one that stands.
        OtherPaper {
            /// Their number.
            number: DocumentNumber,
            /// Revision of the paper that stands.
            revision: u64,
        } = "COMMITTEE_OTHER_PAPER",
            "المحضر {number} محرَّر الآن في المراجعة {revision} وقد قرأت غيرها؛ اقرأها ثم وقّع",
            "the minutes {number} stand as drawn up in revision {revision}, and you read another; read it, then sign";
        /// Nothing is decided, or too much.
        ResolutionCount {
            /// How many decisions.
            count: usize,
        } = "COMMITTEE_RESOLUTION_COUNT",
            "في المحضر {count} قرارًا والمسموح 1 إلى {RESOLUTIONS_MAX}؛ قسّمه أو اذكر ما تقرر",
            "the minutes hold {count} decisions, and 1 to {RESOLUTIONS_MAX} are allowed; divide them, or say what was decided";
        /// The same is decided twice.
        DecidedTwice = "COMMITTEE_DECIDED_TWICE",
            "في المحضر قرار مكرر؛ يُذكر كل قرار مرة",
            "a decision stands in the minutes twice; name each once";
        /// A decision about a tender, and none is named.
        NoTender = "COMMITTEE_NO_TENDER",
            "في المحضر قرار يخص مناقصة ولم تُذكر؛ اذكر رقمها",
            "the minutes decide about a tender and name none; name it";
        /// The tender's bids are not judged now.
        NotJudged {
            /// Which.
            tender: TenderId,
        } = "COMMITTEE_NOT_JUDGED",
            "المناقصة {tender} ليست في التقييم الآن؛ راجع رقمها ومرحلتها",
            "the bids of the tender {tender} are not judged now; check its number and its stage";
        /// Another committee judges the tender.
        OtherTender {
            /// Which.
            tender: TenderId,
        } = "COMMITTEE_OTHER_TENDER",
            "تقيّم المناقصة {tender} لجنة غير هذه؛ راجع رقم المناقصة واللجنة",
            "another committee judges the tender {tender}; check the numbers of both";
    }
}
