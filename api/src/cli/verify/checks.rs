//! The checks that `verify` makes, by names that stay.

use sijill_ledger_core::event::Event;

use crate::cli::output::Word;

/// Declares the checks, in the order of the report, each with its name.
macro_rules! checks {
    ($($(#[$doc:meta])* $name:ident = $key:literal, $ar:literal, $en:literal;)*) => {
        /// The checks, in the order of the report.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Check { $($(#[$doc])* $name),* }

        impl Check {
            /// All of them.
            pub const ALL: [Self; [$($key),*].len()] = [$(Self::$name),*];

            /// Its name.
            pub const fn word(self) -> Word {
                match self { $(Self::$name => Word::new($key, $ar, $en)),* }
            }
        }
    };
}

checks! {
    /// Checksums of groups, form of entries, revisions without gaps, rising stamps: as the store reads them.
    Stored = "stored",
        "المجاميع والصيغة والتسلسل على القرص",
        "checksums, form and order on disk";
    /// Withheld parts against the commitments in the entries.
    Withheld = "withheld",
        "الأجزاء المحجوبة تطابق التزاماتها",
        "withheld parts match their commitments";
    /// Disclosed claims of envelopes against the lists of their tenders.
    Claims = "claims",
        "المظاريف محصورة كما تقول بياناتها المنشورة",
        "envelopes are listed as their disclosed claims say";
    /// Every entry is an event that this program can read.
    Decoded = "decoded",
        "القيود تُقرأ أحداثًا",
        "entries read as events";
    /// Revisions without gaps and rising stamps, counted once more from the events.
    Order = "order",
        "تسلسل المراجعات وتزايد الأوقات",
        "revisions without gaps, times rise";
    /// Event ids follow from log, actor, stream and command.
    Ids = "ids",
        "أرقام الأحداث تُشتق من أوامرها",
        "event ids follow from their commands";
    /// What a decision rests on was in the log before it.
    Facts = "facts",
        "ما بُني عليه القرار سابق له في السجل",
        "facts were in the log before the decision";
    /// Every event could follow the ones before it in its stream.
    Possible = "possible",
        "كل حدث ممكن بعد ما سبقه",
        "every event could follow those before it";
    /// Applications: what was decided follows again from the rules and the recorded facts.
    DecidedApplications = "decided_applications",
        "أُعيد الحكم: طلبات التسجيل واعتمادها",
        "decided again: applications of suppliers and their approval";
    /// The same of committees.
    DecidedCommittees = "decided_committees",
        "أُعيد الحكم: قرارات اللجان ومحاضرها",
        "decided again: committees and their minutes";
    /// The same of disclosures and erasures.
    DecidedDisclosures = "decided_disclosures",
        "أُعيد الحكم: نشر الأجزاء المحجوبة ومحوها",
        "decided again: disclosures and erasures of withheld parts";
    /// The same of sealed envelopes.
    DecidedEnvelopes = "decided_envelopes",
        "أُعيد الحكم: المظاريف المختومة",
        "decided again: sealed envelopes";
    /// The same of facilities.
    DecidedFacilities = "decided_facilities",
        "أُعيد الحكم: سجل المنشآت",
        "decided again: the register of facilities";
    /// The same of framework agreements.
    DecidedFrameworks = "decided_frameworks",
        "أُعيد الحكم: الاتفاقيات الإطارية والطلب بموجبها",
        "decided again: framework agreements and their call-offs";
    /// The same of items.
    DecidedItems = "decided_items",
        "أُعيد الحكم: سجل الأصناف",
        "decided again: the catalogue of items";
    /// The same of the import of history.
    DecidedMigration = "decided_migration",
        "أُعيد الحكم: استيراد التاريخ وإغلاقه",
        "decided again: imports of history and their end";
    /// The same of officials, their authority and keys.
    DecidedOfficials = "decided_officials",
        "أُعيد الحكم: المناصب والتفويضات ومفاتيح الموظفين",
        "decided again: posts, delegations, conflicts, keys of officials";
    /// The same of orders, their invoices and payments.
    DecidedOrders = "decided_orders",
        "أُعيد الحكم: أوامر الشراء وفواتيرها ودفعاتها",
        "decided again: orders, invoices, payments";
    /// The same of organisations, their accounts and keys.
    DecidedOrganizations = "decided_organizations",
        "أُعيد الحكم: سجل الجهات وحساباتها ومفاتيحها",
        "decided again: organisations, their accounts, debarments, keys";
    /// The same of plans of needs.
    DecidedPlans = "decided_plans",
        "أُعيد الحكم: خطط الاحتياج",
        "decided again: plans of needs";
    /// The same of processes of other systems.
    DecidedProcesses = "decided_processes",
        "أُعيد الحكم: عمليات الأنظمة الأخرى",
        "decided again: processes of other systems";
    /// The same of lists of qualified suppliers.
    DecidedQualifications = "decided_qualifications",
        "أُعيد الحكم: التأهيل وقوائم المؤهلين",
        "decided again: lists of qualified suppliers";
    /// The same of refused steps of policies.
    DecidedReactions = "decided_reactions",
        "أُعيد الحكم: ما رُفض من خطوات السياسات",
        "decided again: refused steps of policies";
    /// The same of requisitions.
    DecidedRequisitions = "decided_requisitions",
        "أُعيد الحكم: الطلبيات",
        "decided again: requisitions";
    /// The same of rulesets.
    DecidedRulesets = "decided_rulesets",
        "أُعيد الحكم: القواعد واعتمادها",
        "decided again: rulesets and their adoption";
    /// The same of securities.
    DecidedSecurities = "decided_securities",
        "أُعيد الحكم: التأمينات",
        "decided again: securities";
    /// The same of stock.
    DecidedStock = "decided_stock",
        "أُعيد الحكم: وثائق المخزون",
        "decided again: stock documents";
    /// The same of logs that go on from another.
    DecidedSuccessions = "decided_successions",
        "أُعيد الحكم: خلافة سجل لسجل ضاعت قيوده",
        "decided again: a log going on from one that lost entries";
    /// The same of tenders from draft to award.
    DecidedTenders = "decided_tenders",
        "أُعيد الحكم: المناقصات من الكراسة إلى الترسية",
        "decided again: tenders from draft to award";
    /// The same of transfers.
    DecidedTransfers = "decided_transfers",
        "أُعيد الحكم: التحويلات",
        "decided again: transfers";
    /// What actors signed stands, and is there where the rules required it.
    Statements = "statements",
        "الإفادات الموقَّعة ثابتة وحاضرة حيث اشتُرطت",
        "statements stand, and are there where required";
    /// What witnesses had seen at a deadline was this log.
    Witnessed = "witnessed",
        "ما رآه الشهود عند المواعيد هو هذا السجل",
        "what witnesses had seen at deadlines is this log";
    /// No event id stands twice.
    Unique = "unique",
        "لا رقم حدث يتكرر",
        "no event id stands twice";
    /// What came in and went out makes what is there, for every facility and item.
    Balances = "balances",
        "معادلة رصيد كل منشأة وصنف",
        "balance equation of every facility and item";
    /// What left one store has arrived at another, is lost, or is on its way, for every item.
    Transit = "transit",
        "حساب البضاعة في الطريق لكل صنف",
        "account of goods in transit of every item";
    /// The tree's files hold the hashes that the entries give.
    Tiles = "tiles",
        "رقع الشجرة تطابق القيود",
        "tiles of the tree match the entries";
    /// The entries give the root of the checkpoint.
    Root = "root",
        "جذر القيود هو جذر نقطة التحقق",
        "entries give the root of the checkpoint";
    /// The log has signed the checkpoint.
    Signature = "signature",
        "توقيع السجل على نقطة التحقق",
        "the log's signature on the checkpoint";
    /// Witnesses enough for the policy have cosigned it.
    Cosignatures = "cosignatures",
        "شهادات الشهود تكفي السياسة",
        "cosignatures enough for the policy";
    /// The log has only grown since the checkpoints that the user saved.
    Known = "known",
        "نما السجل من نقاط التحقق المحفوظة",
        "the log has grown from saved checkpoints";
}

impl Check {
    /// The check of the decisions about this event's aggregate.
    pub const fn of_decisions(event: &Event) -> Self {
        match event {
            Event::Application(_) => Self::DecidedApplications,
            Event::Committee(_) => Self::DecidedCommittees,
            Event::Disclosure(_) => Self::DecidedDisclosures,
            Event::Facility(_) => Self::DecidedFacilities,
            Event::Framework(_) => Self::DecidedFrameworks,
            Event::Item(_) => Self::DecidedItems,
            Event::Migration(_) => Self::DecidedMigration,
            Event::Official(_) => Self::DecidedOfficials,
            Event::Order(_) => Self::DecidedOrders,
            Event::Organization(_) => Self::DecidedOrganizations,
            Event::Process(_) => Self::DecidedProcesses,
            Event::Qualification(_) => Self::DecidedQualifications,
            Event::Reaction(_) => Self::DecidedReactions,
            Event::Requisition(_) => Self::DecidedRequisitions,
            Event::Ruleset(_) => Self::DecidedRulesets,
            Event::Stock(_) => Self::DecidedStock,
            Event::Succession(_) => Self::DecidedSuccessions,
            Event::Envelope(_) => Self::DecidedEnvelopes,
            Event::Plan(_) => Self::DecidedPlans,
            Event::Security(_) => Self::DecidedSecurities,
            Event::Tender(_) => Self::DecidedTenders,
            Event::Transfer(_) => Self::DecidedTransfers,
        }
    }

    /// Whether it counts decisions.
    pub fn is_of_decisions(self) -> bool {
        (Self::DecidedApplications..=Self::DecidedTransfers).contains(&self)
    }
}
