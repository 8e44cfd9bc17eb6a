//! A step of a tender, as its timeline tells it: where it stands in the log, who took it, what it is about, what it changed.

use std::collections::HashMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use sijill_ledger_core::domain::tender::{EnvelopePart, Event, LotLine};
use sijill_ledger_core::domain::values::{
    Code, DocumentRef, EffectiveAt, LotId, OfficialId, OrganizationId, Text,
};
use sijill_ledger_core::event::{Actor, ActorId, Recorded, Role};
use sijill_ledger_core::time::Timestamp;

use crate::view::AsOf;

/// Where an event stands, and when it was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// Log index.
    pub index: u64,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// When it was decided: the instant that the rules used, on the clock on the wall there.
    pub at: EffectiveAt,
}

impl Mark {
    /// Of an event.
    pub fn of(event: &Recorded) -> Self {
        let effective = event.metadata.effective_at;
        let at = EffectiveAt::new(event.metadata.decided_at, effective.offset_minutes());
        Self {
            index: event.index,
            recorded_at: event.recorded_at,
            at: at.unwrap_or(effective),
        }
    }

    /// Its place in the log.
    pub const fn place(&self) -> AsOf {
        AsOf {
            index: self.index,
            recorded_at: self.recorded_at,
        }
    }
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// What happened.
    pub kind: StepKind,
    /// Where and when.
    pub mark: Mark,
    /// When it happened in the world.
    pub effective_at: EffectiveAt,
    /// Number of who acted.
    pub(super) actor: u32,
    /// What it is about, where that is not the tender as a whole.
    pub about: Option<Box<About>>,
    /// What it changed.
    pub change: Option<Box<Change>>,
}

/// What a step is about; what is not named does not apply.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// A lot.
    pub lot: Option<LotId>,
    /// Whose bid.
    pub bidder: Option<OrganizationId>,
    /// Which envelope of that bidder.
    pub part: Option<EnvelopePart>,
    /// A member of a committee.
    pub member: Option<OfficialId>,
    /// The name or number of a question, complaint, decision or minutes.
    pub reference: Option<Text>,
    /// Why; written for publication.
    pub reason: Option<Text>,
}

/// What a step changed, before and after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Change {
    /// The deadline alone.
    Deadline(Moved),
    /// The tender documents.
    Documents {
        /// As they were.
        before: Vec<DocumentRef>,
        /// As they are.
        after: Vec<DocumentRef>,
        /// The deadline, too.
        deadline: Moved,
    },
    /// The lines of a lot.
    Lines {
        /// As they were.
        before: Vec<LotLine>,
        /// As they are.
        after: Vec<LotLine>,
        /// The deadline, too.
        deadline: Moved,
    },
}

/// A deadline before and after a step; equal where it stayed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// As it was.
    pub before: Timestamp,
    /// As it is.
    pub after: Timestamp,
}

impl Change {
    /// What became of the deadline.
    pub const fn deadline(&self) -> Moved {
        match self {
            Self::Deadline(moved) => *moved,
            Self::Documents { deadline, .. } | Self::Lines { deadline, .. } => *deadline,
        }
    }
}

/// Who took a step, and in which posts.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Who {
    /// An official, an organisation, Sijill, or a pseudonym.
    pub id: ActorId,
    /// The role the step was allowed under.
    pub role: Role,
    /// The post that the step names, else the posts that the official filled on that day, as was known then.
    pub posts: Vec<Code>,
}

impl Who {
    pub(super) fn new(actor: &Actor, held: Vec<Code>) -> Self {
        let posts = match &actor.position {
            Some(post) => vec![post.clone()],
            None => held,
        };
        Self {
            id: actor.id.clone(),
            role: actor.role,
            posts,
        }
    }

    /// The official, where it is one.
    pub const fn official(&self) -> Option<&OfficialId> {
        official(&self.id)
    }
}

/// The official, where it is one.
pub(super) const fn official(actor: &ActorId) -> Option<&OfficialId> {
    match actor {
        ActorId::Official(id) => Some(id),
        ActorId::Organization(_) | ActorId::System | ActorId::Key(_) => None,
    }
}

/// Numbers those who act, in the order of their first step.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(from = "Vec<Who>", into = "Vec<Who>")]
pub(super) struct Actors {
    all: Vec<Who>,
    numbers: HashMap<Who, u32>,
}

impl Actors {
    /// The number of one; a new one gets the next.
    pub fn number(&mut self, who: Who) -> u32 {
        if let Some(number) = self.numbers.get(&who) {
            return *number;
        }
        // Four billion distinct actors do not fit into memory; saturating keeps the function total.
        let number = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        self.numbers.insert(who.clone(), number);
        self.all.push(who);
        number
    }

    /// All of them, with their numbers.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &Who)> {
        (0..).zip(&self.all)
    }

    /// The one with a number.
    pub fn get(&self, number: u32) -> Option<&Who> {
        self.all.get(usize::try_from(number).ok()?)
    }
}

impl From<Vec<Who>> for Actors {
    fn from(all: Vec<Who>) -> Self {
        let numbers = all.iter().cloned().zip(0..).collect();
        Self { all, numbers }
    }
}

impl From<Actors> for Vec<Who> {
    fn from(actors: Actors) -> Self {
        actors.all
    }
}

/// One line per kind of event: its name, and how a timeline calls it.
macro_rules! steps {
    (
        of a tender { $($kind:ident: $arabic:literal, $english:literal;)* }
        of a committee { $($paper:ident: $paper_arabic:literal, $paper_english:literal;)* }
    ) => {
        /// What happened: the kinds of a tender's events, and of those about minutes.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum StepKind {
            $(#[doc = concat!("Of [`", stringify!($kind), "`](Event::", stringify!($kind), "): ", $english, ".")] $kind,)*
            $(#[doc = concat!("Of a committee: ", $paper_english, ".")] $paper,)*
        }

        impl StepKind {
            /// The kind of an event of a tender.
            pub const fn of(event: &Event) -> Self {
                match event { $(Event::$kind(_) => Self::$kind,)* }
            }

            /// The event's name, as in its type `sijill.events.v1.…`.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$kind => stringify!($kind),)*
                    $(Self::$paper => stringify!($paper),)*
                }
            }

            /// What it is called in Arabic and in English.
            pub const fn words(self) -> (&'static str, &'static str) {
                match self {
                    $(Self::$kind => ($arabic, $english),)*
                    $(Self::$paper => ($paper_arabic, $paper_english),)*
                }
            }
        }
    };
}

steps! {
    of a tender {
        TenderDrafted: "إعداد مسودة المناقصة", "tender drafted";
        LotAdded: "إضافة مجموعة", "lot added";
        LotRemoved: "حذف مجموعة", "lot removed";
        CommitteeAppointed: "تشكيل اللجان", "committees appointed";
        OpeningKeyEnrolled: "تسجيل مفتاح عضو الفتح", "opening key enrolled";
        TenderApproved: "اعتماد المناقصة", "tender approved";
        TenderPublished: "نشر المناقصة", "tender published";
        QuestionAsked: "سؤال", "question asked";
        QuestionAnswered: "إجابة سؤال", "question answered";
        TenderAmended: "تعديل المناقصة", "tender amended";
        DeadlineExtended: "مد الموعد النهائي", "deadline extended";
        OutageRecorded: "انقطاع الخدمة", "outage recorded";
        BiddingClosed: "إغلاق باب العطاءات", "bidding closed";
        BidReceived: "حصر مظروف", "envelope listed";
        BidsListed: "اكتمال حصر المظاريف", "list of envelopes complete";
        SharesPublished: "نشر حصص الفتح", "opening shares published";
        SecretRevealed: "كشف مقدم العطاء سر مظروفه", "bidder showed the secret";
        BidOpened: "فتح مظروف", "envelope opened";
        BidVoided: "مظروف بلا عطاء", "envelope found void";
        BidDisqualified: "استبعاد عطاء", "bid rejected";
        BidScored: "تقدير درجات عطاء", "bid scored";
        TechnicalResultApproved: "اعتماد النتيجة الفنية", "technical result approved";
        BidCorrected: "تصحيح خطأ حسابي", "arithmetic corrected";
        LowBidExplained: "تفسير سعر منخفض", "low price explained";
        AwardProposed: "التوصية بالترسية", "award proposed";
        AwardApproved: "اعتماد الترسية", "award approved";
        LotFailed: "مجموعة بلا فائز", "lot without a winner";
        BiddersNotified: "إخطار مقدمي العطاءات", "bidders notified";
        StandstillEnded: "انتهاء فترة التوقف", "standstill ended";
        AwardCancelled: "سقوط ترسية", "award cancelled";
        ComplaintFiled: "تقديم شكوى", "complaint filed";
        ComplaintDecided: "البت في شكوى", "complaint decided";
        ComplaintWithdrawn: "سحب شكوى", "complaint withdrawn";
        TenderCancelled: "إلغاء المناقصة", "tender cancelled";
        TenderFailed: "فشل المناقصة", "tender failed";
        TenderCompleted: "اكتمال المناقصة", "tender completed";
        ValidityExtended: "مد سريان عطاء", "bid validity extended";
        OfferRecorded: "تسجيل عرض الشراء المباشر", "direct offer recorded";
        CancellationProposed: "اقتراح إلغاء المناقصة", "cancellation proposed";
        DeadlineWitnessed: "تسجيل ما رآه الشهود عند الموعد", "what witnesses had seen at the deadline";
    }
    of a committee {
        MinutesDrawnUp: "تحرير محضر", "minutes drawn up";
        MemberSigned: "توقيع عضو على المحضر", "member signed minutes";
    }
}

/// What it is called in English, or, as `{:#}`, in Arabic.
impl fmt::Display for StepKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (arabic, english) = self.words();
        f.pad(if f.alternate() { arabic } else { english })
    }
}
