//! The sheet that a tender's bids are sealed under, from what was published.

use crate::domain::tender::{EnvelopePart, Sealing, SealingMember};
use crate::domain::values::TenderId;
use crate::seal::{Member, MemberKey, Sheet, SheetError, Terms};

/// The sheet of one part of a tender in the log of this origin. The parts have different sheets, so that no envelope passes for
/// one of the other part.
///
/// # Errors
/// Where a key is none, or not proven by its member for this tender.
pub fn sheet(
    log: &str,
    tender: &TenderId,
    part: EnvelopePart,
    sealing: &Sealing,
) -> Result<Sheet, SheetError> {
    let kind = match part {
        EnvelopePart::Technical => "technical",
        EnvelopePart::Financial => "financial",
    };
    let members = sealing.members.iter().map(member);
    Sheet::new(Terms {
        origin: log.to_owned(),
        tender: tender.to_string(),
        kind: kind.to_owned(),
        threshold: sealing.threshold,
        members: members.collect::<Result<_, _>>()?,
    })
}

fn member(member: &SealingMember) -> Result<Member, SheetError> {
    let id = member.member.to_string();
    let key = MemberKey::new(&member.key);
    let proof = member.proof.as_slice().try_into().ok();
    match key.zip(proof) {
        Some((key, proof)) => Ok(Member { id, key, proof }),
        None => Err(SheetError::Unproven { member: id }),
    }
}
