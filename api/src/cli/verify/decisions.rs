//! What was decided, decided again: the same rules over the same facts must give the same events.
//!
//! The command is told from the first event of its decision; the facts are those that the decision recorded: streams at
//! revisions, actor, instant, effective time. So every rule of these aggregates is checked once more, delegated limits,
//! separation of duties, first expiry, reservations, invoice matching, payments within deliveries, closed periods among them;
//! what breaks one is named by the refusal's code, as the caller of the command would have been told.
//!
//! Not decided again: imported history, which no rule judged; aggregates whose events do not hold their commands (registers,
//! committees, rulesets, disclosures: what of theirs could not have happened is found by evolve); and the few decisions that read
//! a stream which had moved on before they were appended, for earlier states are not kept. Those are counted.
//!
//! A rule that changes takes its new meaning from a ruleset, which the decision names among its facts. A version of this program
//! that judged otherwise without one would accuse what was decided before: this check, over old logs, is what finds that out.

use std::collections::{HashMap, VecDeque};

use sijill_ledger_core::aggregate::{Aggregate as _, Facts, Readings, Refused};
use sijill_ledger_core::codec;
use sijill_ledger_core::domain::State;
use sijill_ledger_core::domain::order::Order;
use sijill_ledger_core::domain::requisition::Requisition;
use sijill_ledger_core::domain::stock::Stock;
use sijill_ledger_core::domain::transfer::Transfer;
use sijill_ledger_core::event::{Event, FactRead, Origin, Recorded};
use sijill_ledger_core::store::StreamName;

use super::Fault;
use super::checks::Check;
use super::report::Report;
use super::stream::Stream;
use crate::cli::lang::{Lang, two};

/// What a decision gave that was decided again.
#[derive(Default)]
pub enum Expected {
    /// Nothing is known.
    #[default]
    Anything,
    /// These events follow the one at an index, as long as there are any left.
    Exactly(VecDeque<Event>, u64),
}

/// The states that the decision of an event read, `None` where one of them is not at hand any more.
pub fn readings(streams: &HashMap<StreamName, Stream>, event: &Recorded) -> Option<Readings> {
    let mut readings = Readings::default();
    for fact in &event.metadata.facts {
        let state = state_at(streams, fact)?;
        readings.insert(fact.stream.clone(), fact.revision, state);
    }
    Some(readings)
}

fn state_at(streams: &HashMap<StreamName, Stream>, fact: &FactRead) -> Option<State> {
    let (Some(revision), None) = (fact.revision, &fact.log) else {
        // A stream that had no event yet; another log's streams are not here.
        let is_here = fact.log.is_none();
        return is_here.then(|| State::before_first(fact.stream.kind()))?;
    };
    let stream = streams.get(&fact.stream)?;
    let is_newest = stream.next.checked_sub(1) == Some(revision);
    stream.state.clone().filter(|_| is_newest)
}

/// Checks the next event of a stream, whose state is still the one before it.
pub fn check(
    stream: &mut Stream,
    event: &Recorded,
    readings: Option<Readings>,
    report: &mut Report,
    lang: Lang,
) -> Result<(), (Check, String)> {
    let Some(check) = check_of(event.stream.kind()) else {
        return Ok(());
    };
    if stream.begins_decision() {
        if let Some((_, missing)) = missing(stream) {
            return Err((check, missing_before(missing, lang)));
        }
        stream.expected = decided(stream, event, readings, report)
            .map_err(|refused| (check, broken(event, &refused, lang)))?;
    }
    let Expected::Exactly(expected, last) = &mut stream.expected else {
        return Ok(());
    };
    *last = event.index;
    if expected.pop_front().as_ref() == Some(&event.event) {
        report.count(check, 1);
        return Ok(());
    }
    Err((check, other(event, lang)))
}

/// Checks that the log does not end within a decision: the events of one are stored together.
pub fn check_complete(streams: &HashMap<StreamName, Stream>, report: &mut Report, lang: Lang) {
    let cut_short = streams.iter().filter_map(|(name, stream)| {
        let (last, event) = missing(stream)?;
        Some((last, check_of(name.kind())?, event))
    });
    if let Some((last, check, event)) = cut_short.min_by_key(|(last, ..)| *last) {
        let kind = codec::kind_of(event);
        report.fail(Fault {
            index: Some(last),
            check,
            what: two!(
                lang,
                "يعطي هذا القرار بعد ذلك {kind} وليس في السجل",
                "the decision gives {kind} as well, which is not in the log"
            ),
        });
    }
}

/// What is missing of the last decision, and the last index that it has.
fn missing(stream: &Stream) -> Option<(u64, &Event)> {
    match &stream.expected {
        Expected::Anything => None,
        Expected::Exactly(left, last) => Some((*last, left.front()?)),
    }
}

/// What the rules give for the command of a first event.
fn decided(
    stream: &Stream,
    event: &Recorded,
    readings: Option<Readings>,
    report: &mut Report,
) -> Result<Expected, Refused> {
    if matches!(event.metadata.origin, Origin::Import { .. }) {
        return Ok(Expected::Anything);
    }
    let (Some(readings), Some(state)) = (readings, &stream.state) else {
        report.earlier_readings = report.earlier_readings.saturating_add(1);
        return Ok(Expected::Anything);
    };
    let facts = Facts {
        log: report.origin().to_owned(),
        stream: event.stream.clone(),
        next_revision: event.revision,
        at: event.metadata.decided_at,
        effective: event.metadata.effective_at,
        actor: event.metadata.actor.clone(),
        origin: event.metadata.origin.clone(),
        readings,
        read_bid: codec::opened_bid,
    };
    match state.decide_again(&event.event, &facts) {
        None => Ok(Expected::Anything),
        Some(decided) => decided.map(|events| Expected::Exactly(events.into(), event.index)),
    }
}

fn check_of(kind: &str) -> Option<Check> {
    let checks = [
        (Stock::KIND, Check::DecidedStock),
        (Order::KIND, Check::DecidedOrders),
        (Transfer::KIND, Check::DecidedTransfers),
        (Requisition::KIND, Check::DecidedRequisitions),
    ];
    let found = checks.into_iter().find(|(of, _)| *of == kind);
    found.map(|(_, check)| check)
}

fn broken(event: &Recorded, refused: &Refused, lang: Lang) -> String {
    let (kind, code) = (codec::kind_of(&event.event), refused.code);
    let why = lang.pick(&refused.arabic, &refused.english);
    two!(
        lang,
        "كان على القواعد أن ترفض {kind} بهذه الوقائع: {code}، {why}",
        "the rules would have refused {kind} over these facts: {code}, {why}"
    )
}

fn other(event: &Recorded, lang: Lang) -> String {
    let kind = codec::kind_of(&event.event);
    two!(
        lang,
        "القرار نفسه بالوقائع نفسها لا يعطي {kind} بهذا المضمون",
        "the same decision over the same facts does not give {kind} with this content"
    )
}

fn missing_before(missing: &Event, lang: Lang) -> String {
    let kind = codec::kind_of(missing);
    two!(
        lang,
        "القرار السابق في هذه السلسلة يلزم أن يعطي بعد ذلك {kind} وليس هنا",
        "the decision before it in this stream gives {kind} as well, which is not here"
    )
}
