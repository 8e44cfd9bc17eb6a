//! What is stored while a tender is drafted.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::domain::grown::grown;
use crate::domain::values::{
    Code, CommitteeId, CriterionId, Currency, DocumentRef, FacilityId, ItemCode, LotId, Money,
    Names, OfficialId, OrganizationId, PlanId, QualificationId, Quantity, TenderId, Text, Withheld,
    octets,
};

/// Most lots of a tender.
pub const LOTS_MAX: usize = 50;
/// Most lines of a lot: one event holds it, and an amendment holds it twice.
pub const LOT_LINES_MAX: usize = 200;
/// Most lines of all lots together: a financial bid fits into one envelope.
pub const LINES_MAX: usize = 400;
/// Most documents of a tender.
pub const DOCUMENTS_MAX: usize = 50;
/// Most criteria.
pub const CRITERIA_MAX: usize = 30;
/// Most entities that buy together.
pub const PARTICIPANTS_MAX: usize = 50;

/// As many rules for ties as there are.
pub const TIES_MAX: usize = 3;

/// Most suppliers that are invited.
pub const INVITED_MAX: usize = 50;

/// A new tender.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Draft {
    /// Who buys, and answers for the procedure.
    pub buyer: OrganizationId,
    /// Its title; written for publication.
    pub title: Names,
    /// How suppliers are sought (OCDS: `procurementMethod`).
    pub procedure: Procedure,
    /// The plan that it carries out.
    pub plan: Option<PlanId>,
    /// Currency of all prices.
    pub currency: Currency,
    /// Terms under which prices compare.
    pub terms: Terms,
    /// What is required, and what decides.
    pub criteria: Vec<Criterion>,
    /// How bids are ranked.
    pub award_by: AwardBy,
    /// What to do when two bids rank alike: tried in this order; the last is always the earlier envelope.
    pub ties: Vec<TieRule>,
    /// Who buys with the buyer, for joint procurement; 0 to [`PARTICIPANTS_MAX`].
    pub participants: Vec<Participant>,
    /// Tender documents; 0 to [`DOCUMENTS_MAX`].
    pub documents: Vec<DocumentRef>,
    /// Who is asked, and why, where not anyone may bid.
    pub invitation: Option<Invitation>,
    /// That its awards conclude a framework agreement, and on which terms. The lots' quantities are then ceilings.
    pub framework: Option<FrameworkTerms>,
}

grown!(Draft {
    buyer,
    title,
    procedure,
    plan,
    currency,
    terms,
    criteria,
    award_by,
    ties,
    participants,
    documents;
    invitation,
    framework,
});

/// Terms of the framework agreement that a tender concludes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrameworkTerms {
    /// Days through which goods can be called off, from the conclusion on: 1 to the ruleset's most.
    pub days: u16,
    /// Most suppliers of a lot, each for the whole of it: 1 to 5.
    pub suppliers: u8,
}

/// How suppliers are sought.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Procedure {
    /// Anyone may bid; technical and financial envelopes.
    Open,
    /// A request for quotations, up to the ruleset's ceiling; financial envelopes only.
    Quotation,
    /// Only those who are invited may bid, on a stated ground; technical and financial envelopes.
    Limited,
    /// One supplier is asked for its offer, on a stated ground; no envelopes.
    Direct,
    /// Only those on a list of qualified suppliers may bid; technical and financial envelopes.
    Selective,
}

impl Procedure {
    /// Whether technical envelopes are handed in.
    pub const fn has_technical_part(&self) -> bool {
        match self {
            Self::Open | Self::Limited | Self::Selective => true,
            Self::Quotation | Self::Direct => false,
        }
    }

    /// Whether bids come in sealed envelopes at all.
    pub const fn takes_envelopes(&self) -> bool {
        match self {
            Self::Open | Self::Limited | Self::Selective | Self::Quotation => true,
            Self::Direct => false,
        }
    }
}

/// Who is asked, where not anyone may bid. It is published with the tender, and whoever is left out can complain about it as about
/// the documents.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Invitation {
    /// The ground.
    pub ground: InvitationGround,
    /// The facts that it rests on and where they are from; written for publication.
    pub justification: Text,
    /// The tender that found no winner, where that is the ground.
    pub after: Option<TenderId>,
    /// Registered suppliers: one for a direct purchase, the ruleset's fewest to [`INVITED_MAX`] for a limited tender. None for a
    /// selective one: its publication says whom the list then holds.
    pub invited: Vec<OrganizationId>,
    /// The list of qualified suppliers, where that is the ground.
    pub list: Option<QualificationId>,
}

grown!(Invitation { ground, justification, after, invited; list });

/// Grounds on which not everyone may bid (UNCITRAL Model Law on Public Procurement, 2011, articles 18, 29 and 30).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum InvitationGround {
    /// Limited: no others can supply it (article 29, 1 a).
    FewSuppliers,
    /// Limited: to examine many bids would cost more than fits what is bought (29, 1 b).
    Disproportionate,
    /// Direct: nobody else supplies it, or one has the exclusive right (30, 5 a).
    SoleSource,
    /// Direct: a catastrophe leaves no time for anything else (30, 5 b).
    Urgency,
    /// Direct: what was bought has to be added to, of the same make (30, 5 c).
    Additional,
    /// Direct: essential security (30, 5 d).
    EssentialSecurity,
    /// Limited or direct: a tender before it found no winner.
    FailedTender,
    /// Selective: they met what the buyer required before it tendered (article 18).
    Qualified,
}

impl Draft {
    /// Whether a supplier may bid: anyone where nobody is invited.
    pub fn invites(&self, bidder: &OrganizationId) -> bool {
        let invitation = self.invitation.as_ref();
        invitation.is_none_or(|it| it.invited.contains(bidder))
    }
}

/// Terms under which prices compare.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// Terms of delivery (Incoterms), such as `DDP`.
    pub delivery: Code,
    /// Whether prices include taxes.
    pub tax_included: bool,
    /// Days after the deadline through which a bid binds: 1 to 365.
    pub validity_days: u16,
    /// Bid security, in percent of the bid, 0 for none; at most the ruleset's.
    pub security_percent: Decimal,
    /// Whether a lot's quantities may be split among bidders.
    pub split: bool,
}

/// A published requirement or measure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Criterion {
    /// Its id in this tender.
    pub id: CriterionId,
    /// Its name; written for publication.
    pub name: Names,
    /// What it does.
    pub kind: CriterionKind,
}

/// What a criterion does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CriterionKind {
    /// Met or not: a bid that does not meet it is rejected.
    Required,
    /// Scored from 0 to `points`; below `least` the bid is rejected.
    Rated {
        /// Most points, above 0.
        points: Decimal,
        /// Fewest points of an acceptable bid, 0 to `points`.
        least: Decimal,
    },
}

/// How acceptable bids are ranked, per lot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AwardBy {
    /// The lowest price (OCDS: `priceOnly`).
    LowestPrice,
    /// Points for quality and price, price measured as lowest price ÷ price (OCDS: `ratedCriteria`): the rank is by
    /// `(100 − price_weight) · points ÷ most points + price_weight · lowest ÷ price`.
    Rated {
        /// Weight of the price, in percent: 1 to 99.
        price_weight: u8,
    },
}

/// What decides between bids that rank alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum TieRule {
    /// The lower price.
    LowerPrice,
    /// More points.
    MorePoints,
    /// The envelope that was sealed first.
    EarlierEnvelope,
}

/// An entity that buys together with the buyer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Participant {
    /// Who.
    pub entity: OrganizationId,
    /// Most that it spends; published with the tender.
    pub budget: Option<Money>,
}

/// A lot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lot {
    /// Its id in this tender.
    pub id: LotId,
    /// Its title; written for publication.
    pub title: Names,
    /// What it is expected to cost; withheld until bids are opened.
    pub estimate: Option<Withheld<Money>>,
    /// What is asked for, numbered from 1 in this order: 1 to [`LOT_LINES_MAX`].
    pub lines: Vec<LotLine>,
}

/// A line of a lot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LotLine {
    /// The item.
    pub item: ItemCode,
    /// How much, in base units, above zero.
    pub quantity: Quantity,
    /// Where it is to be delivered.
    pub facility: FacilityId,
    /// Last day of delivery, in days after the contract's signature: 1 to 1,095.
    pub delivery_days: u16,
    /// Whose it will be, in joint procurement; the buyer's where absent.
    pub entity: Option<OrganizationId>,
}

/// A lot taken out of a draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LotRemoval {
    /// Which.
    pub lot: LotId,
    /// Why; written for publication.
    pub reason: Text,
}

/// The committees of a tender.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Committees {
    /// Opens bids; its members hold keys.
    pub opening: CommitteeId,
    /// Judges bids and proposes awards.
    pub evaluation: CommitteeId,
    /// How many members of the opening committee open an envelope together: 2 to its members, more than half of them.
    pub threshold: u8,
}

/// The key of one member of the opening committee for this tender.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpeningKey {
    /// Whose.
    pub member: OfficialId,
    /// Public key, Ed25519, in whose X25519 form envelopes are sealed (`seal/SEAL.md`).
    #[serde(serialize_with = "octets")]
    pub key: [u8; 32],
    /// Proof that the member holds the secret key (`seal/SEAL.md`), 64 bytes.
    #[serde(serialize_with = "octets")]
    pub proof: Vec<u8>,
    /// The other of two registrars; the one is who commands. Each enrols the key, naming the other.
    pub witness: OfficialId,
}

/// An approval of the draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// Revision up to which the draft was read and is agreed to: nothing of it may have changed since.
    pub read: u64,
    /// The approver's delegated limit that day; filled in by the decision.
    pub limit: Option<Money>,
}
