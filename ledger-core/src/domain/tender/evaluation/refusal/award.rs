//! Why a command about awards is refused.

use crate::aggregate::refusals;
use crate::domain::values::{LotId, Money, OrganizationId};
use crate::time::Timestamp;

refusals! {
    /// Why a command about awards is refused.
    pub enum AwardRefusal {
        /// Awarded or failed.
        LotDecided {
            /// Which.
            lot: LotId,
        } = "TENDER_LOT_DECIDED",
            "المجموعة {lot} بُتّ فيها؛ ألغِ ترسيتها أولًا إن لزم تغييرها",
            "lot {lot} is decided; cancel its award first if it has to change";
        /// Neither awarded nor failed.
        LotUndecided {
            /// Which.
            lot: LotId,
        } = "TENDER_LOT_UNDECIDED",
            "المجموعة {lot} لم يُبتّ فيها؛ اعتمد ترسيتها أو أعلن عدم ترسيتها أولًا",
            "lot {lot} is not decided; approve its award, or say that it failed, first";
        /// An arithmetic error stands.
        Uncorrected {
            /// Whose.
            bidder: OrganizationId,
            /// In which lot.
            lot: LotId,
        } = "TENDER_UNCORRECTED",
            "مجموع عرض {bidder} للمجموعة {lot} لا يوافق كمياته وأسعاره؛ صحّحه أولًا",
            "the total of {bidder} for lot {lot} does not follow from its quantities and prices; correct it first";
        /// Not all is offered, and nothing may be split.
        IncompleteOffer {
            /// Whose.
            bidder: OrganizationId,
            /// In which lot.
            lot: LotId,
        } = "TENDER_INCOMPLETE_OFFER",
            "عرض {bidder} للمجموعة {lot} لا يغطي كل المطلوب، والتجزئة غير جائزة؛ استبعده من المجموعة أولًا",
            "{bidder} does not offer all of lot {lot}, and quantities may not be split; reject it for that lot first";
        /// Not the one that follows from the criteria.
        OtherRanking = "TENDER_OTHER_RANKING",
            "الترتيب المذكور غير الذي تعطيه المعايير المنشورة؛ اترك الترتيب فارغًا ليُحسب",
            "the ranking is not the one that follows from the published criteria; leave it empty to have it computed";
        /// Nobody is left.
        NoOffers {
            /// Which.
            lot: LotId,
        } = "TENDER_NO_OFFERS",
            "لا عرض مقبولًا للمجموعة {lot}؛ أعلن عدم ترسيتها",
            "no acceptable offer is left for lot {lot}; say that it failed";
        /// Somebody is left.
        HasOffers {
            /// Which.
            lot: LotId,
            /// Who.
            bidder: OrganizationId,
        } = "TENDER_HAS_OFFERS",
            "للمجموعة {lot} عرض مقبول من {bidder}؛ اقترح ترسيتها أو استبعد العرض بسببه",
            "lot {lot} has an acceptable offer of {bidder}; propose an award, or reject the offer on its ground";
        /// None, or several where quantities may not be split.
        WinnerCount {
            /// How many.
            count: usize,
        } = "TENDER_WINNER_COUNT",
            "عدد الفائزين {count}؛ فائز واحد لكل مجموعة إلا إذا أجازت المناقصة تجزئة الكميات",
            "there are {count} winners; a lot has one, unless the tender lets quantities be split";
        /// Not offered, not asked for, twice, or not a bidder in this lot.
        WrongShare {
            /// Whose.
            bidder: OrganizationId,
        } = "TENDER_WRONG_SHARE",
            "نصيب {bidder} ليس مما عرضه أو يتجاوز المطلوب، أو هو مذكور مرتين، أو لا عرض مقبولًا له؛ راجع بنود العرض وكمياته",
            "the share of {bidder} is not what was offered or more than is asked, or it is named twice, or has no acceptable offer; check lines and quantities";
        /// The reserve supplier is not among the others.
        ReserveNotRanked {
            /// Who.
            bidder: OrganizationId,
        } = "TENDER_RESERVE_NOT_RANKED",
            "{bidder} لا يصلح احتياطيًا: هو فائز أو ليس في الترتيب؛ اختر ممن لم يفز",
            "{bidder} cannot be the reserve: it wins, or is not ranked; choose among those who do not win";
        /// Another than the best, without a reason.
        Unjustified = "TENDER_UNJUSTIFIED",
            "المقترح غير ما يعطيه الترتيب؛ اقترح الأفضل أو اكتب مبرر الخروج عنه",
            "this is not what the ranking gives; propose the best, or write down why not";
        /// A reason without a departure.
        NoDeparture = "TENDER_NO_DEPARTURE",
            "المقترح هو ما يعطيه الترتيب؛ احذف مبرر الخروج عنه",
            "this is what the ranking gives; leave out the reason for departing from it";
        /// An abnormally low price without an accepted explanation.
        Unexplained {
            /// Whose.
            bidder: OrganizationId,
            /// For which lot.
            lot: LotId,
        } = "TENDER_LOW_PRICE_UNEXPLAINED",
            "سعر {bidder} للمجموعة {lot} منخفض بصورة غير عادية؛ اطلب تفسيره وسجّله، أو استبعد العرض",
            "the price of {bidder} for lot {lot} is abnormally low; have it explained and record that, or reject the offer";
        /// More than money can hold.
        BeyondMoney = "TENDER_AWARD_BEYOND_MONEY",
            "مجموع الترسية يتجاوز ما يقبله النظام (أقل من 100 تريليون)؛ راجع الكميات والأسعار",
            "the awards come to more than the system takes (below 10^14); check quantities and prices";
        /// Nothing waits for approval.
        NotProposed {
            /// Which.
            lot: LotId,
        } = "TENDER_NOT_PROPOSED",
            "لا ترسية مقترحة للمجموعة {lot}، أو سقط المقترح بتغيّر ما بُني عليه؛ اقترحوا الترسية من جديد",
            "no award of lot {lot} waits for approval, or what it rested on changed; propose it again";
        /// Another proposal than was read.
        OtherProposal {
            /// The one that waits.
            revision: u64,
        } = "TENDER_OTHER_PROPOSAL",
            "المقترح القائم في المراجعة {revision} غير الذي قرأته؛ اقرأه ثم اعتمده",
            "the proposal that waits is at revision {revision}, not the one that was read; read it and approve that";
        /// More than may be bought by quotations.
        AboveCeiling {
            /// What all awards come to.
            value: Money,
            /// The ruleset's.
            ceiling: Money,
        } = "TENDER_AWARD_ABOVE_CEILING",
            "الترسيات معًا {value} وهي فوق حد طلب عروض الأسعار {ceiling}؛ ألغِ الطلب واطرح مناقصة عامة",
            "the awards together come to {value}, above the ceiling of {ceiling} for quotations; cancel it and use an open tender";
        /// One's own.
        OwnProposal = "TENDER_OWN_PROPOSAL",
            "من اقترح الترسية لا يعتمدها؛ اطلب الاعتماد من غيره",
            "who proposed an award does not approve it; ask someone else";
        /// No award stands.
        NotAwarded {
            /// Which.
            lot: LotId,
        } = "TENDER_NOT_AWARDED",
            "لا ترسية قائمة للمجموعة {lot}؛ راجع رقم المجموعة",
            "no award of lot {lot} stands; check its id";
        /// All lots failed.
        NothingAwarded = "TENDER_NOTHING_AWARDED",
            "لم تُرسَ أي مجموعة؛ أعلن فشل المناقصة بدل اكتمالها",
            "no lot is awarded; say that the tender failed instead";
        /// Somebody won, or bids that were read are not judged yet, or their bidders not told.
        CouldBeAwarded = "TENDER_COULD_BE_AWARDED",
            "في المناقصة عطاءات مقروءة أو ترسية قائمة؛ بُتّ في كل مجموعة وأخطر مقدمي العطاءات أولًا، أو ألغِ المناقصة بسبب معلن",
            "the tender has bids that were read, or an award; decide every lot and tell the bidders first, or cancel the tender on a stated ground";
        /// Nothing may be signed yet.
        StandstillRuns {
            /// Until when.
            until: Timestamp,
        } = "TENDER_STANDSTILL_RUNS",
            "فترة التوقف قائمة حتى {until}؛ انتظر انتهاءها",
            "standstill lasts until {until}; wait for its end";
    }
}
