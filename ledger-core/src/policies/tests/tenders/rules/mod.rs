//! The rules of procurement as they must hold of a log, whatever was asked of the ledger: read from the log alone, and apart from
//! how the ledger decides.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "each rule looks at what it is about"
)]

mod awarding;
mod bidding;
mod known;
mod people;
mod plans;
mod procedures;
mod securities;

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use crate::domain::ruleset::{self, ProcurementRules};
use crate::domain::tender::{Against, Committees, ComplaintOutcome, Draft, Event, Lot};
use crate::domain::values::{Date, EffectiveAt, LotId};
use crate::event::{Event as AnyEvent, Recorded};
use crate::time::Timestamp;

const DAY: i64 = 86_400_000_000;

/// The day of an instant, in UTC as this world's clocks are.
fn day_of(at: Timestamp) -> Date {
    EffectiveAt::new(at, 0).unwrap().date()
}

/// One tender in a log.
pub(super) struct Rules<'a>(pub(super) &'a [Recorded]);

impl<'a> Rules<'a> {
    /// All of them.
    pub(super) fn check(&self) {
        self.the_log_is_whole();
        self.two_persons();
        self.officials_of_the_buyer();
        self.suppliers_are_sought_lawfully();
        self.quotations_stay_within_their_ceiling();
        self.offers_have_their_form();
        self.complaints_are_decided_by_others();
        self.cancelled_by_two();
        self.securities();
        self.nobody_is_bound_against_its_will();
        self.what_is_published_stands();
        self.plans_are_kept();
        self.deadlines_move_forward();
        self.outages();
        self.nothing_opened_before_its_time();
        self.bidders_speak_for_themselves();
        self.the_latest_timely_envelope_counts();
        self.disclosures();
        self.prices_after_the_technical_result();
        self.rejections();
        self.awards();
        self.the_end();
    }

    fn of_tender(&self) -> impl Iterator<Item = (&'a Recorded, &'a Event)> {
        self.0.iter().filter_map(|it| match &it.event {
            AnyEvent::Tender(event) => Some((it, event)),
            _ => None,
        })
    }

    fn first(&self, wanted: impl Fn(&Event) -> bool) -> Option<&'a Recorded> {
        let mut found = self.of_tender().filter(|(_, event)| wanted(event));
        found.next().map(|(recorded, _)| recorded)
    }

    /// The parameters that were adopted, or what is built in.
    fn parameters(&self) -> ProcurementRules {
        let mut adopted = self.0.iter().filter_map(|it| match &it.event {
            AnyEvent::Ruleset(ruleset::Event::RulesetAdopted(adopted)) => {
                adopted.rules.procurement.as_deref().cloned()
            }
            _ => None,
        });
        adopted.next_back().unwrap_or_default()
    }

    fn has_edition(&self, edition: u8) -> bool {
        self.parameters().edition.unwrap_or(1) >= edition
    }

    fn draft(&self) -> Option<&'a Draft> {
        self.of_tender().find_map(|(_, event)| match event {
            Event::TenderDrafted(draft) => Some(draft),
            _ => None,
        })
    }

    /// The lots below an index.
    fn lots(&self, below: u64) -> BTreeMap<&'a LotId, &'a Lot> {
        let mut lots = BTreeMap::new();
        for (_, event) in self.of_tender().take_while(|(it, _)| it.index < below) {
            match event {
                Event::LotAdded(lot) => assert_eq!(lots.insert(&lot.id, lot), None),
                Event::LotRemoved(removal) => assert!(lots.remove(&removal.lot).is_some()),
                _ => {}
            }
        }
        lots
    }

    /// What the lots below an index are expected to cost.
    fn estimate(&self, below: u64) -> Decimal {
        let lots = self.lots(below).into_values();
        let known = |lot: &Lot| Some(lot.estimate.as_ref()?.known()?.amount());
        lots.map(|lot| known(lot).unwrap()).sum()
    }

    /// As they were appointed last.
    fn committees(&self) -> &'a Committees {
        let appointed = self.of_tender().filter_map(|(_, event)| match event {
            Event::CommitteeAppointed(committees) => Some(committees),
            _ => None,
        });
        appointed.last().unwrap()
    }

    /// Each deadline that was set, and when.
    fn deadlines(&self) -> impl Iterator<Item = (&'a Recorded, Timestamp)> {
        self.of_tender().filter_map(|(it, event)| {
            let at = match event {
                Event::TenderPublished(set) => set.closes_at,
                Event::TenderAmended(set) => set.closes_at,
                Event::DeadlineExtended(set) => set.closes_at,
                // Without one it waits for its confirmation.
                Event::OutageRecorded(set) => set.closes_at?,
                _ => return None,
            };
            Some((it, at))
        })
    }

    /// The deadline as it stands in the end.
    fn deadline(&self) -> Option<Timestamp> {
        self.deadlines().last().map(|(_, at)| at)
    }

    /// Stamps rise, revisions have no gap, no id stands twice, and no command of an actor on a stream was applied twice.
    fn the_log_is_whole(&self) {
        let (mut ids, mut revisions) = (BTreeSet::new(), BTreeMap::new());
        let mut commands: BTreeMap<_, u64> = BTreeMap::new();
        let mut before = None;
        for it in self.0 {
            assert!(before < Some(it.recorded_at), "{}", it.index);
            before = Some(it.recorded_at);
            assert!(ids.insert(it.id));
            let next: &mut u64 = revisions.entry(it.stream.as_str()).or_default();
            assert_eq!(it.revision, *next, "{}", it.stream);
            *next += 1;
            let (actor, command) = (it.metadata.actor.id.to_string(), it.metadata.command_id);
            // Events of one command stand together.
            let index = commands.insert((it.stream.as_str(), actor, command), it.index);
            assert!(index.is_none_or(|index| index + 1 == it.index), "{it:?}");
        }
    }

    /// Whether a complaint waits below an index, or was upheld and nothing has been mended since: the documents by an amendment,
    /// what was judged by another judgement of which the bidders were told.
    fn is_disputed(&self, below: u64) -> bool {
        let (mut pending, mut upheld) = (BTreeMap::new(), Vec::new());
        let mut heard = BTreeSet::new();
        for (it, event) in self.of_tender().take_while(|(it, _)| it.index < below) {
            let by = it.metadata.actor.id.to_string();
            match event {
                Event::ComplaintFiled(it) => {
                    // From the fourth edition on an organisation's first about the documents as they are.
                    let own = by.starts_with("organization:") && heard.insert(by);
                    let documents = it.against == Against::Documents;
                    let holds = !documents || own || !self.has_edition(4);
                    pending.insert(&it.id, (&it.against, holds));
                }
                Event::ComplaintDecided(it) => {
                    let (against, _) = pending.remove(&it.complaint).unwrap();
                    if it.outcome == ComplaintOutcome::Upheld {
                        upheld.push(against);
                    }
                }
                Event::ComplaintWithdrawn(it) => {
                    pending.remove(&it.complaint).unwrap();
                }
                Event::TenderAmended(_) => {
                    heard.clear();
                    upheld.retain(|it| **it != Against::Documents);
                }
                Event::BiddersNotified(_) => upheld.retain(|it| **it == Against::Documents),
                _ => {}
            }
        }
        pending.values().any(|(_, holds)| *holds) || !upheld.is_empty()
    }
}
