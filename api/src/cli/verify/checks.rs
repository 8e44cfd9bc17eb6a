//! The checks that `verify` makes, by names that stay.

use sijill_ledger_core::event::Event;

use crate::cli::output::Word;

/// The checks, in the order of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Check {
    /// Checksums of groups, form of entries, revisions without gaps, rising stamps: as the store reads them.
    Stored,
    /// Withheld parts against the commitments in the entries.
    Withheld,
    /// Every entry is an event that this program can read.
    Decoded,
    /// Revisions without gaps and rising stamps, counted once more from the events.
    Order,
    /// Event ids follow from log, actor, stream and command.
    Ids,
    /// What a decision rests on was in the log before it.
    Facts,
    /// Every event could follow the ones before it in its stream.
    Possible,
    /// Committees: what was decided follows again from the rules and the recorded facts.
    DecidedCommittees,
    /// The same of disclosures and erasures.
    DecidedDisclosures,
    /// The same of facilities.
    DecidedFacilities,
    /// The same of items.
    DecidedItems,
    /// The same of the import of history.
    DecidedMigration,
    /// The same of officials, their authority and keys.
    DecidedOfficials,
    /// The same of orders, their invoices and payments.
    DecidedOrders,
    /// The same of organisations, their accounts and keys.
    DecidedOrganizations,
    /// The same of processes of other systems.
    DecidedProcesses,
    /// The same of refused steps of policies.
    DecidedReactions,
    /// The same of requisitions.
    DecidedRequisitions,
    /// The same of rulesets.
    DecidedRulesets,
    /// The same of stock.
    DecidedStock,
    /// The same of transfers.
    DecidedTransfers,
    /// What actors signed stands, and is there where the rules required it.
    Statements,
    /// No event id stands twice.
    Unique,
    /// What came in and went out makes what is there, for every facility and item.
    Balances,
    /// What left one store has arrived at another, is lost, or is on its way, for every item.
    Transit,
    /// The tree's files hold the hashes that the entries give.
    Tiles,
    /// The entries give the root of the checkpoint.
    Root,
    /// The log has signed the checkpoint.
    Signature,
    /// Witnesses enough for the policy have cosigned it.
    Cosignatures,
    /// The log has only grown since the checkpoints that the user saved.
    Known,
}

impl Check {
    /// All of them.
    pub const ALL: [Self; 30] = [
        Self::Stored,
        Self::Withheld,
        Self::Decoded,
        Self::Order,
        Self::Ids,
        Self::Facts,
        Self::Possible,
        Self::DecidedCommittees,
        Self::DecidedDisclosures,
        Self::DecidedFacilities,
        Self::DecidedItems,
        Self::DecidedMigration,
        Self::DecidedOfficials,
        Self::DecidedOrders,
        Self::DecidedOrganizations,
        Self::DecidedProcesses,
        Self::DecidedReactions,
        Self::DecidedRequisitions,
        Self::DecidedRulesets,
        Self::DecidedStock,
        Self::DecidedTransfers,
        Self::Statements,
        Self::Unique,
        Self::Balances,
        Self::Transit,
        Self::Tiles,
        Self::Root,
        Self::Signature,
        Self::Cosignatures,
        Self::Known,
    ];

    /// The check of the decisions about this event's aggregate.
    pub const fn of_decisions(event: &Event) -> Self {
        match event {
            Event::Committee(_) => Self::DecidedCommittees,
            Event::Disclosure(_) => Self::DecidedDisclosures,
            Event::Facility(_) => Self::DecidedFacilities,
            Event::Item(_) => Self::DecidedItems,
            Event::Migration(_) => Self::DecidedMigration,
            Event::Official(_) => Self::DecidedOfficials,
            Event::Order(_) => Self::DecidedOrders,
            Event::Organization(_) => Self::DecidedOrganizations,
            Event::Process(_) => Self::DecidedProcesses,
            Event::Reaction(_) => Self::DecidedReactions,
            Event::Requisition(_) => Self::DecidedRequisitions,
            Event::Ruleset(_) => Self::DecidedRulesets,
            Event::Stock(_) => Self::DecidedStock,
            Event::Transfer(_) => Self::DecidedTransfers,
        }
    }

    /// Whether it counts decisions.
    pub fn is_of_decisions(self) -> bool {
        (Self::DecidedCommittees..=Self::DecidedTransfers).contains(&self)
    }

    /// Its name.
    pub const fn word(self) -> Word {
        match self {
            Self::Stored => Word::new(
                "stored",
                "المجاميع والصيغة والتسلسل على القرص",
                "checksums, form and order on disk",
            ),
            Self::Withheld => Word::new(
                "withheld",
                "الأجزاء المحجوبة تطابق التزاماتها",
                "withheld parts match their commitments",
            ),
            Self::Decoded => Word::new("decoded", "القيود تُقرأ أحداثًا", "entries read as events"),
            Self::Order => Word::new(
                "order",
                "تسلسل المراجعات وتزايد الأوقات",
                "revisions without gaps, times rise",
            ),
            Self::Ids => Word::new(
                "ids",
                "أرقام الأحداث تُشتق من أوامرها",
                "event ids follow from their commands",
            ),
            Self::Facts => Word::new(
                "facts",
                "ما بُني عليه القرار سابق له في السجل",
                "facts were in the log before the decision",
            ),
            Self::Possible => Word::new(
                "possible",
                "كل حدث ممكن بعد ما سبقه",
                "every event could follow those before it",
            ),
            Self::DecidedCommittees => Word::new(
                "decided_committees",
                "تتبع القواعد والوقائع المسجلة: قرارات اللجان ومحاضرها",
                "follow from rules and recorded facts: committees and their minutes",
            ),
            Self::DecidedDisclosures => Word::new(
                "decided_disclosures",
                "تتبع القواعد والوقائع المسجلة: نشر الأجزاء المحجوبة ومحوها",
                "follow from rules and recorded facts: disclosures and erasures of withheld parts",
            ),
            Self::DecidedFacilities => Word::new(
                "decided_facilities",
                "تتبع القواعد والوقائع المسجلة: سجل المنشآت",
                "follow from rules and recorded facts: the register of facilities",
            ),
            Self::DecidedItems => Word::new(
                "decided_items",
                "تتبع القواعد والوقائع المسجلة: سجل الأصناف",
                "follow from rules and recorded facts: the catalogue of items",
            ),
            Self::DecidedMigration => Word::new(
                "decided_migration",
                "تتبع القواعد والوقائع المسجلة: استيراد التاريخ وإغلاقه",
                "follow from rules and recorded facts: imports of history and their end",
            ),
            Self::DecidedOfficials => Word::new(
                "decided_officials",
                "تتبع القواعد والوقائع المسجلة: المناصب والتفويضات ومفاتيح الموظفين",
                "follow from rules and recorded facts: posts, delegations, conflicts, keys of officials",
            ),
            Self::DecidedOrders => Word::new(
                "decided_orders",
                "تتبع القواعد والوقائع المسجلة: أوامر الشراء وفواتيرها ودفعاتها",
                "follow from rules and recorded facts: orders, invoices, payments",
            ),
            Self::DecidedOrganizations => Word::new(
                "decided_organizations",
                "تتبع القواعد والوقائع المسجلة: سجل الجهات وحساباتها ومفاتيحها",
                "follow from rules and recorded facts: organisations, their accounts, debarments, keys",
            ),
            Self::DecidedProcesses => Word::new(
                "decided_processes",
                "تتبع القواعد والوقائع المسجلة: عمليات الأنظمة الأخرى",
                "follow from rules and recorded facts: processes of other systems",
            ),
            Self::DecidedReactions => Word::new(
                "decided_reactions",
                "تتبع القواعد والوقائع المسجلة: ما رُفض من خطوات السياسات",
                "follow from rules and recorded facts: refused steps of policies",
            ),
            Self::DecidedRequisitions => Word::new(
                "decided_requisitions",
                "تتبع القواعد والوقائع المسجلة: الطلبيات",
                "follow from rules and recorded facts: requisitions",
            ),
            Self::DecidedRulesets => Word::new(
                "decided_rulesets",
                "تتبع القواعد والوقائع المسجلة: القواعد واعتمادها",
                "follow from rules and recorded facts: rulesets and their adoption",
            ),
            Self::DecidedStock => Word::new(
                "decided_stock",
                "تتبع القواعد والوقائع المسجلة: وثائق المخزون",
                "follow from rules and recorded facts: stock documents",
            ),
            Self::DecidedTransfers => Word::new(
                "decided_transfers",
                "تتبع القواعد والوقائع المسجلة: التحويلات",
                "follow from rules and recorded facts: transfers",
            ),
            Self::Statements => Word::new(
                "statements",
                "الإفادات الموقَّعة ثابتة وحاضرة حيث اشتُرطت",
                "statements stand, and are there where required",
            ),
            Self::Unique => Word::new("unique", "لا رقم حدث يتكرر", "no event id stands twice"),
            Self::Balances => Word::new(
                "balances",
                "معادلة رصيد كل منشأة وصنف",
                "balance equation of every facility and item",
            ),
            Self::Transit => Word::new(
                "transit",
                "حساب البضاعة في الطريق لكل صنف",
                "account of goods in transit of every item",
            ),
            Self::Tiles => Word::new(
                "tiles",
                "رقع الشجرة تطابق القيود",
                "tiles of the tree match the entries",
            ),
            Self::Root => Word::new(
                "root",
                "جذر القيود هو جذر نقطة التحقق",
                "entries give the root of the checkpoint",
            ),
            Self::Signature => Word::new(
                "signature",
                "توقيع السجل على نقطة التحقق",
                "the log's signature on the checkpoint",
            ),
            Self::Cosignatures => Word::new(
                "cosignatures",
                "شهادات الشهود تكفي السياسة",
                "cosignatures enough for the policy",
            ),
            Self::Known => Word::new(
                "known",
                "نما السجل من نقاط التحقق المحفوظة",
                "the log has grown from saved checkpoints",
            ),
        }
    }
}
