//! What is stored about a security: a guarantee that a bidder or contractor keeps its word.

use serde::{Deserialize, Serialize};

use crate::domain::grown::grown;
use crate::domain::values::{
    ContractId, Date, DocumentNumber, DocumentRef, Money, Names, OrganizationId, Sha256, TenderId,
    Text,
};

/// What happened to a security.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// It was received.
    SecurityReceived(Received),
    /// The issuer confirmed it to someone else than who received it.
    SecurityVerified(Verification),
    /// It was extended.
    SecurityExtended(Extension),
    /// It was called: the issuer is to pay.
    SecurityCalled(Call),
    /// It was given back.
    SecurityReleased(Release),
}

impl Event {
    /// The attachment that the event names.
    pub fn attachment(&self) -> Option<Sha256> {
        let document = match self {
            Self::SecurityReceived(received) => received.document.as_ref(),
            Self::SecurityExtended(extension) => {
                let paper = extension.paper.as_ref();
                paper.and_then(|paper| paper.document.as_ref())
            }
            Self::SecurityVerified(_) | Self::SecurityCalled(_) | Self::SecurityReleased(_) => None,
        };
        document.map(|it| it.sha256)
    }
}

/// A received security.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Received {
    /// What it secures.
    pub purpose: Purpose,
    /// Who gave it.
    pub principal: OrganizationId,
    /// In whose favour.
    pub beneficiary: OrganizationId,
    /// The bank or insurer that issued it.
    pub issuer: Names,
    /// The issuer's number.
    pub number: DocumentNumber,
    /// Its amount.
    pub amount: Money,
    /// Last day on which it can be called.
    pub valid_until: Date,
    /// Its scan.
    pub document: Option<DocumentRef>,
}

/// What a security secures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Purpose {
    /// A bid. Recorded once bidding is closed: before, nobody is to know who bids.
    Bid(TenderId),
    /// A contract's performance.
    Performance(ContractId),
}

impl Purpose {
    /// The tender whose bid is secured.
    pub const fn tender(&self) -> Option<&TenderId> {
        match self {
            Self::Bid(tender) => Some(tender),
            Self::Performance(_) => None,
        }
    }
}

/// The issuer's confirmation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verification {
    /// The issuer's letter or message.
    pub reference: DocumentNumber,
}

/// A later last day, or another paper in place of the one that was received.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Extension {
    /// Last day on which it can be called, from now on.
    pub valid_until: Date,
    /// The issuer's letter or message.
    pub reference: DocumentNumber,
    /// The paper that takes the place of the one before: the bid goes on to name the same security.
    pub paper: Option<Paper>,
}

grown!(Extension { valid_until, reference; paper });

/// A paper of a bank or insurer that replaces another one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paper {
    /// The bank or insurer that issued it.
    pub issuer: Names,
    /// The issuer's number.
    pub number: DocumentNumber,
    /// Its amount.
    pub amount: Money,
    /// Its scan.
    pub document: Option<DocumentRef>,
}

/// A call.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Call {
    /// How much.
    pub amount: Money,
    /// Why; written for publication.
    pub reason: Text,
    /// The decision by which it is called.
    pub decision: Option<DocumentNumber>,
}

grown!(Call { amount, reason; decision });

/// A release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// Why; written for publication.
    pub reason: Text,
}
