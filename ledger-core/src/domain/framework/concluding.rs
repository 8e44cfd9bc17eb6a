//! The conclusion: what a completed tender awarded, and nothing else.

use super::Decision;
use super::event::{AgreedLine, AgreedSupplier, Conclusion, Event, LotAgreement};
use super::refusal::Refusal;
use crate::aggregate::Facts;
use crate::domain::tender::{Award, Draft, End, Evaluation, LastStage, Lot, LotLine, Tender};
use crate::domain::values::TenderId;

/// A header, and an event for each lot that found suppliers: together they would outgrow an entry.
pub(super) fn conclude(facts: &Facts) -> Decision {
    let tender = TenderId::new(facts.stream.id()).map_err(|_| Refusal::NotConcluded)?;
    let read = facts.readings.get::<Tender>(&Tender::stream(&tender));
    let evaluation = read
        .and_then(completed)
        .ok_or_else(|| Refusal::TenderOpen {
            tender: tender.clone(),
        })?;
    let notice = evaluation.notice();
    let not_announced = || Refusal::NotAFramework {
        tender: tender.clone(),
    };
    let conclusion = concluded(&notice.draft, &tender, facts).ok_or_else(not_announced)?;
    let awards = notice.lots.iter().filter_map(|lot| {
        let mut awards = evaluation.awards();
        let award = awards.find(|award| award.lot == lot.id)?;
        Some(agreed(evaluation, lot, award))
    });
    let lots: Option<Vec<Event>> = awards.collect();
    let mut events = vec![Event::FrameworkConcluded(conclusion)];
    events.extend(lots.ok_or_else(not_announced)?);
    Ok(events)
}

/// A tender that ended with awards which nothing changes any more.
fn completed(tender: &Tender) -> Option<&Evaluation> {
    match tender {
        Tender::Unknown | Tender::Draft(_) | Tender::Bidding(_) | Tender::Evaluation(_) => None,
        Tender::Ended(ended) => match (&ended.end, &ended.last) {
            (End::Completed, LastStage::Evaluation(evaluation)) => Some(evaluation),
            (
                End::Completed | End::Cancelled | End::Failed,
                LastStage::Draft | LastStage::Bidding(_) | LastStage::Evaluation(_),
            ) => None,
        },
    }
}

/// It runs from the later of the days of decision and effect: dating back gains nothing.
fn concluded(draft: &Draft, tender: &TenderId, facts: &Facts) -> Option<Conclusion> {
    let terms = draft.framework.as_ref()?;
    let [effective, decided] = facts.days();
    let from = effective.max(decided);
    Some(Conclusion {
        tender: tender.clone(),
        buyer: draft.buyer.clone(),
        currency: draft.currency,
        delivery: draft.terms.delivery.clone(),
        from,
        until: from.plus_days(i32::from(terms.days).saturating_sub(1)),
    })
}

fn agreed(evaluation: &Evaluation, lot: &Lot, award: &Award) -> Option<Event> {
    let line = |line: &LotLine| AgreedLine {
        item: line.item.clone(),
        ceiling: line.quantity,
        facility: line.facility.clone(),
        delivery_days: line.delivery_days,
    };
    let ranked = award.ranking.iter().map(|ranked| &ranked.bidder);
    let winning = ranked.filter(|bidder| award.winners.iter().any(|it| it.bidder == **bidder));
    let suppliers = winning.map(|bidder| {
        Some(AgreedSupplier {
            supplier: bidder.clone(),
            unit_prices: evaluation.unit_prices(lot, bidder)?,
        })
    });
    Some(Event::FrameworkLotAgreed(LotAgreement {
        lot: lot.id.clone(),
        lines: lot.lines.iter().map(line).collect(),
        suppliers: suppliers.collect::<Option<_>>()?,
    }))
}
