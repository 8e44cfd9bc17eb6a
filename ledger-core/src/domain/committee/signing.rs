//! Minutes that a member draws up and each member signs for itself: nobody's word for another's signature counts.
//!
//! They are adopted with the signature by which a quorum of the present members has signed and fewer than half of those disagree.
//! Until then whoever sits on the committee may draw them up anew, which voids what was signed, and the signature of a member who
//! is replaced goes with it. Afterwards they stay as they are; members who have not signed may still do so, and say that they
//! disagree.
//!
//! What they decide of a tender rests on its bids as they were judged when the minutes were drawn up: points, sums or explanations that
//! came later are not in them, and the tender asks for new ones.
//!
//! About a tender only those sign who may judge it: its drafters and members with an interest in one of its bidders do not.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Bench, Committee, Event, MemberSignature, Paper, RESOLUTIONS_MAX, Refusal, Resolution,
};
use crate::aggregate::{Facts, Occurred, ensure};
use crate::domain::tender::Tender;
use crate::domain::values::{DocumentNumber, LotId, OfficialId, TenderId, Text};
use crate::event::ActorId;
use crate::store::StreamName;

/// Minutes that were drawn up, and who signed them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    paper: Paper,
    revision: u64,
    judged_at: Option<u64>,
    signatures: BTreeMap<OfficialId, Option<Text>>,
    adopted: bool,
}

impl Sheet {
    /// What was drawn up.
    pub const fn paper(&self) -> &Paper {
        &self.paper
    }

    /// Revision of the committee's stream at which it was: what a signature must have read.
    pub const fn revision(&self) -> u64 {
        self.revision
    }

    /// Revision of the tender's stream as whoever drew them up had read it: what was judged later is not in them. `None` where they are
    /// about no tender, and in imported history.
    pub const fn judged_at(&self) -> Option<u64> {
        self.judged_at
    }

    /// Who signed, and why the member disagrees; absent from one who agrees.
    pub const fn signatures(&self) -> &BTreeMap<OfficialId, Option<Text>> {
        &self.signatures
    }

    /// Whether a quorum signed, of which fewer than half disagree.
    pub const fn is_adopted(&self) -> bool {
        self.adopted
    }
}

impl Bench {
    /// Minutes that were drawn up, adopted or not.
    pub fn sheet(&self, number: &DocumentNumber) -> Option<&Sheet> {
        self.sheets.get(number)
    }

    /// What minutes of this number decide, once they are adopted; `None` too for those that one member recorded.
    pub fn adopted(&self, number: &DocumentNumber) -> Option<&Paper> {
        let sheet = self.sheet(number).filter(|sheet| sheet.adopted);
        sheet.map(Sheet::paper)
    }

    /// The tender that minutes are about.
    pub(super) fn tender_of(&self, number: &DocumentNumber) -> Option<StreamName> {
        let tender = self.sheet(number)?.paper.tender.as_ref()?;
        Some(Tender::stream(tender))
    }

    pub(super) fn draw_up(&self, paper: Paper, facts: &Facts) -> Result<Event, Refusal> {
        self.can_be_drawn_up(&paper, &facts.actor.id)?;
        self.check_judge(paper.tender.as_ref(), facts)?;
        Ok(Event::MinutesDrawnUp(paper))
    }

    pub(super) fn sign(&self, signature: MemberSignature, facts: &Facts) -> Result<Event, Refusal> {
        let (sheet, _) = self.can_sign(&signature, &facts.actor.id)?;
        self.check_judge(sheet.paper.tender.as_ref(), facts)?;
        Ok(Event::MemberSigned(signature))
    }

    /// What holds in any history.
    fn can_be_drawn_up(&self, paper: &Paper, by: &ActorId) -> Result<(), Refusal> {
        self.check_member(official(by)?)?;
        let number = &paper.number;
        if self.sheet(number).is_none_or(|sheet| sheet.adopted) {
            self.check_number_unused(number)?;
        }
        paper.check()
    }

    /// What holds in any history: the minutes that are signed, and by whom.
    fn can_sign<'a>(
        &self,
        signature: &MemberSignature,
        by: &'a ActorId,
    ) -> Result<(&Sheet, &'a OfficialId), Refusal> {
        let member = official(by)?;
        self.check_member(member)?;
        let number = &signature.number;
        let sheet = self.sheet(number).ok_or_else(|| Refusal::NotDrawnUp {
            number: number.clone(),
        })?;
        let revision = sheet.revision;
        ensure(
            signature.read == revision,
            Refusal::OtherPaper {
                number: number.clone(),
                revision,
            },
        )?;
        let official = member.clone();
        let signed = sheet.signatures.contains_key(member);
        ensure(!signed, Refusal::SignedTwice { official })?;
        Ok((sheet, member))
    }

    /// Whoever says what a tender comes to may judge it.
    fn check_judge(&self, tender: Option<&TenderId>, facts: &Facts) -> Result<(), Refusal> {
        let Some(tender) = tender.filter(|_| !facts.imported()) else {
            return Ok(());
        };
        let read = facts.readings.get::<Tender>(&Tender::stream(tender));
        let judged = read.and_then(Tender::judged);
        let judged = judged.ok_or_else(|| Refusal::NotJudged {
            tender: tender.clone(),
        })?;
        let committee = &judged.notice().committees.evaluation;
        ensure(
            Committee::stream(committee) == facts.stream,
            Refusal::OtherTender {
                tender: tender.clone(),
            },
        )?;
        Ok(judged.check_judge(self, facts)?)
    }
}

impl Bench {
    pub(super) fn drawn_up(&mut self, paper: &Paper, occurred: &Occurred<'_, Event>) -> Option<()> {
        let metadata = occurred.metadata;
        self.can_be_drawn_up(paper, &metadata.actor.id).ok()?;
        let tender = paper.tender.as_ref().map(Tender::stream);
        let mut read = metadata.facts.iter().filter(|fact| fact.log.is_none());
        let read = read.find(|fact| Some(&fact.stream) == tender.as_ref());
        let sheet = Sheet {
            paper: paper.clone(),
            revision: occurred.revision,
            judged_at: read.and_then(|fact| fact.revision),
            signatures: BTreeMap::new(),
            adopted: false,
        };
        self.sheets.insert(paper.number.clone(), sheet);
        Some(())
    }

    pub(super) fn signed(&mut self, signature: &MemberSignature, by: &ActorId) -> Option<()> {
        let (_, member) = self.can_sign(signature, by).ok()?;
        let (quorum, member) = (self.quorum, member.clone());
        let sheet = self.sheets.get_mut(&signature.number)?;
        sheet.signatures.insert(member, signature.dissent.clone());
        let signed = sheet.signatures.len();
        let dissents = sheet.signatures.values().flatten();
        sheet.adopted |= signed >= quorum && dissents.count() * 2 < signed;
        Some(())
    }

    /// Whoever leaves has not signed what is not adopted.
    pub(super) fn left(&mut self, member: &OfficialId) {
        let pending = self.sheets.values_mut().filter(|sheet| !sheet.adopted);
        for sheet in pending {
            sheet.signatures.remove(member);
        }
    }
}

impl Paper {
    /// Whether they decide exactly this about a tender: all of it, and for a lot of which an award is asked no other winner.
    pub fn decide(&self, tender: &TenderId, asked: &BTreeSet<Resolution>) -> bool {
        let lots: BTreeSet<&LotId> = asked.iter().filter_map(Resolution::awarded).collect();
        let awards = |it: &&Resolution| it.awarded().is_some_and(|lot| lots.contains(lot));
        self.tender.as_ref() == Some(tender)
            && asked.iter().all(|it| self.resolutions.contains(it))
            && self
                .resolutions
                .iter()
                .filter(awards)
                .all(|it| asked.contains(it))
    }

    fn check(&self) -> Result<(), Refusal> {
        let count = self.resolutions.len();
        ensure(
            (1..=RESOLUTIONS_MAX).contains(&count),
            Refusal::ResolutionCount { count },
        )?;
        let distinct: BTreeSet<&Resolution> = self.resolutions.iter().collect();
        ensure(distinct.len() == count, Refusal::DecidedTwice)?;
        let free = self.resolutions.iter().all(Resolution::is_free);
        ensure(free || self.tender.is_some(), Refusal::NoTender)
    }
}

impl Resolution {
    /// The lot that it awards.
    const fn awarded(&self) -> Option<&LotId> {
        match self {
            Self::Award { lot, .. } => Some(lot),
            Self::TechnicalResult | Self::Rejection { .. } | Self::Other(_) => None,
        }
    }

    /// The one lot that it is about.
    pub const fn lot(&self) -> Option<&LotId> {
        match self {
            Self::Award { lot, .. } => Some(lot),
            Self::Rejection { lot, .. } => lot.as_ref(),
            Self::TechnicalResult | Self::Other(_) => None,
        }
    }

    /// Whether it needs no tender.
    const fn is_free(&self) -> bool {
        match self {
            Self::Other(_) => true,
            Self::TechnicalResult | Self::Rejection { .. } | Self::Award { .. } => false,
        }
    }
}

/// The official who acts.
fn official(actor: &ActorId) -> Result<&OfficialId, Refusal> {
    match actor {
        ActorId::Official(id) => Ok(id),
        ActorId::Organization(_) | ActorId::System | ActorId::Key(_) => Err(Refusal::MembersOnly),
    }
}
