//! The sealing sheets of a tender: what bidders seal under, and what envelopes are opened by.

use super::event::{EnvelopePart, Sealing};
use crate::domain::values::TenderId;
use crate::seal::{Member, MemberKey, PROOF_BYTES, Sheet, SheetError, Terms};

impl EnvelopePart {
    /// Its name on a sealing sheet, for ever.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Technical => "technical",
            Self::Financial => "financial",
        }
    }
}

impl Sealing {
    /// Where no envelopes are taken.
    pub(super) const fn nobody() -> Self {
        Self {
            threshold: 0,
            members: Vec::new(),
        }
    }

    /// The sheet of one part's envelopes, in the log of this origin; refused where a key stands twice or is not proven.
    pub fn sheet(
        &self,
        origin: &str,
        tender: &TenderId,
        part: EnvelopePart,
    ) -> Result<Sheet, SheetError> {
        let members = self.members.iter().map(|it| {
            let unproven = || SheetError::Unproven {
                member: it.member.to_string(),
            };
            let proof = <[u8; PROOF_BYTES]>::try_from(it.proof.as_slice());
            Ok(Member {
                id: it.member.to_string(),
                key: MemberKey::new(&it.key).ok_or_else(unproven)?,
                proof: proof.map_err(|_| unproven())?,
            })
        });
        let members: Result<Vec<Member>, SheetError> = members.collect();
        Sheet::new(Terms {
            origin: origin.to_owned(),
            tender: tender.to_string(),
            kind: part.name().to_owned(),
            threshold: self.threshold,
            members: members?,
        })
    }
}
