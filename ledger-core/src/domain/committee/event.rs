//! What is stored about a committee. The payloads are also what is commanded.

use serde::{Deserialize, Serialize};

use crate::domain::values::{
    DocumentNumber, DocumentRef, LotId, Names, OfficialId, OrganizationId, Sha256, TenderId, Text,
};

/// What happened to a committee.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// It was formed.
    CommitteeFormed(Formation),
    /// One member made way for another.
    MemberReplaced(Replacement),
    /// Members signed the minutes of a decision, as one of them recorded it: before the fourth edition of the rules of procurement.
    MinutesSigned(Minutes),
    /// A member drew minutes up, for the members to sign.
    MinutesDrawnUp(Paper),
    /// One member signed the minutes that were drawn up.
    MemberSigned(MemberSignature),
    /// It was dissolved.
    CommitteeDissolved(Dissolution),
}

impl Event {
    /// The attachment that it names.
    pub fn attachment(&self) -> Option<Sha256> {
        match self {
            Self::MinutesDrawnUp(paper) => paper.document.as_ref().map(|it| it.sha256),
            Self::CommitteeFormed(_)
            | Self::MemberReplaced(_)
            | Self::MinutesSigned(_)
            | Self::MemberSigned(_)
            | Self::CommitteeDissolved(_) => None,
        }
    }
}

/// Fewest members of a committee.
pub const MEMBERS_MIN: usize = 3;
/// Most members of a committee, and most alternates: minutes with all their dissents fit into one entry.
pub const MEMBERS_MAX: usize = 15;

/// A new committee.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Formation {
    /// What it decides.
    pub purpose: Purpose,
    /// Names.
    pub names: Names,
    /// Its members: an odd number of them, [`MEMBERS_MIN`] to [`MEMBERS_MAX`].
    pub members: Vec<OfficialId>,
    /// How many members must sign minutes: more than half of them.
    pub quorum: u8,
    /// Who may take a member's place.
    pub alternates: Vec<OfficialId>,
    /// The decree or order behind it.
    pub decree: DocumentNumber,
}

/// What a committee decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Purpose {
    /// Opens bids.
    Opening,
    /// Judges bids, technically and financially.
    Evaluation,
    /// Inspects and takes over deliveries.
    Inspection,
    /// Counts stock.
    Count,
    /// Disposes of what is expired, damaged or worn out.
    Disposal,
    /// Decides complaints.
    Complaints,
}

/// A change of members; the number of members stays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replacement {
    /// Who leaves.
    pub leaves: OfficialId,
    /// Who joins: one of the alternates while there are any.
    pub joins: OfficialId,
    /// Why; written for publication.
    pub reason: Text,
}

/// Minutes of one decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Minutes {
    /// Their number, unique in this committee.
    pub number: DocumentNumber,
    /// What was decided; written for publication.
    pub decision: Text,
    /// Members who signed.
    pub signers: Vec<Signer>,
}

/// A member's signature under minutes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signer {
    /// The member.
    pub member: OfficialId,
    /// Why the member disagrees; absent from one who agrees. Written for publication.
    pub dissent: Option<Text>,
}

/// Most that one paper decides.
pub const RESOLUTIONS_MAX: usize = 100;

/// Minutes as a member drew them up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paper {
    /// Their number, unique in this committee. Minutes with the number of others that are not adopted take their place, and what was
    /// signed of those is void.
    pub number: DocumentNumber,
    /// The tender that they are about; absent where they are about none.
    pub tender: Option<TenderId>,
    /// What they decide: 1 to [`RESOLUTIONS_MAX`], each once.
    pub resolutions: Vec<Resolution>,
    /// The paper itself.
    pub document: Option<DocumentRef>,
}

/// What minutes decide.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Resolution {
    /// The technical result of the tender stands.
    TechnicalResult,
    /// A bid is rejected.
    Rejection {
        /// Whose.
        bidder: OrganizationId,
        /// For one lot, or, where absent, as a whole.
        lot: Option<LotId>,
    },
    /// A lot is awarded. Where several win it, each of them is decided.
    Award {
        /// Which.
        lot: LotId,
        /// To whom.
        bidder: OrganizationId,
    },
    /// Something else; written for publication.
    Other(Text),
}

/// What a member, who acts, says of minutes that were drawn up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberSignature {
    /// Their number.
    pub number: DocumentNumber,
    /// Revision of the paper that was read.
    pub read: u64,
    /// Why the member disagrees; absent from one who agrees. Written for publication.
    pub dissent: Option<Text>,
}

/// The end of a committee.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dissolution {
    /// Why; written for publication.
    pub reason: Text,
}
