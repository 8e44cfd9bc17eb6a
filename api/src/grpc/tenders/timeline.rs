//! The timeline of a tender: every step with who, when, what changed; and what is not shown yet.

use sijill_ledger_core::codec::EncodeError;
use sijill_ledger_core::codec::payload::write;
use sijill_ledger_core::domain::tender::EnvelopePart;
use sijill_projections::tenders::Tenders;
use sijill_projections::tenders::step::{Change, Step};
use sijill_projections::tenders::withheld::{Fact, WithheldFact};

use super::{pb, wire};

/// A step.
pub fn step(view: &Tenders, step: &Step) -> Result<pb::TenderStep, EncodeError> {
    let about = step.about.as_deref().cloned().unwrap_or_default();
    let who = view.who(step);
    let part = about.part.as_ref().map(write::<_, i32>).transpose()?;
    Ok(pb::TenderStep {
        step: step.kind.name().to_owned(),
        names: Some(wire::words(step.kind.words())),
        mark: Some(wire::mark(&step.mark)?),
        effective_at: Some(write(&step.effective_at)?),
        actor: who.map(|who| wire::actor(who, view.world())).transpose()?,
        lot: about.lot.as_ref().map(ToString::to_string),
        bidder: about.bidder.as_ref().map(ToString::to_string),
        part: part.unwrap_or_default(),
        member: about.member.as_ref().map(ToString::to_string),
        reference: about.reference.as_ref().map(ToString::to_string),
        reason: about.reason.as_ref().map(ToString::to_string),
        change: step.change.as_deref().map(changed).transpose()?,
    })
}

fn changed(change: &Change) -> Result<pb::StepChange, EncodeError> {
    let moved = change.deadline();
    let mut written = pb::StepChange {
        closes_before_micros: moved.before.as_micros(),
        closes_after_micros: moved.after.as_micros(),
        ..pb::StepChange::default()
    };
    match change {
        Change::Deadline(_) => {}
        Change::Documents { before, after, .. } => {
            written.documents_before = before.iter().map(write).collect::<Result<_, _>>()?;
            written.documents_after = after.iter().map(write).collect::<Result<_, _>>()?;
        }
        Change::Lines { before, after, .. } => {
            written.lines_before = before.iter().map(write).collect::<Result<_, _>>()?;
            written.lines_after = after.iter().map(write).collect::<Result<_, _>>()?;
        }
    }
    Ok(written)
}

/// What is not shown yet.
pub fn withheld(fact: &WithheldFact) -> pb::WithheldFact {
    use pb::WithheldKind;
    let (what, bidder, lot) = match &fact.what {
        Fact::Bidders => (WithheldKind::Bidders, None, None),
        Fact::Envelope(bidder, EnvelopePart::Technical) => {
            (WithheldKind::TechnicalBid, Some(bidder), None)
        }
        Fact::Envelope(bidder, EnvelopePart::Financial) => {
            (WithheldKind::FinancialBid, Some(bidder), None)
        }
        Fact::Estimate(lot) => (WithheldKind::Estimate, None, Some(lot)),
        Fact::Points(bidder) => (WithheldKind::Points, Some(bidder), None),
    };
    pb::WithheldFact {
        what: what.into(),
        bidder: bidder.map(ToString::to_string),
        lot: lot.map(ToString::to_string),
        until: fact.until.map(|step| step.name().to_owned()),
        until_names: fact.until.map(|step| wire::words(step.words())),
    }
}
