//! What was decided, decided again: the same rules over the same facts must give the same events.
//!
//! The command is told from the first event of its decision; the facts are those that the decision recorded: streams at
//! revisions, actor, instant, effective time. So every rule of every aggregate is checked once more: four eyes, delegated limits,
//! authority that nobody gives to oneself, quorums, two registrars and the possession of keys, first expiry, reservations, invoice
//! matching, payments within deliveries, closed periods among them; what breaks one is named by the refusal's code, as the caller
//! of the command would have been told.
//!
//! Native commands, steps of policies and imported history alike: of history the ledger asks less, and that much is asked again.
//! Counted as skipped are only decisions over readings that cannot be had here ([`super::readings`]).
//!
//! How a rule changes without accusing what was decided before it, [`sijill_ledger_core::aggregate::again`] says: this check,
//! over old logs, is what finds out.

use std::collections::{HashMap, VecDeque};

use sijill_ledger_core::aggregate::Refused;
use sijill_ledger_core::codec;
use sijill_ledger_core::event::{Event, Recorded};
use sijill_ledger_core::ledger::decide_again;
use sijill_ledger_core::store::StreamName;

use super::Fault;
use super::checks::Check;
use super::readings::Found;
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

/// Checks the next event of a stream, whose state is still the one before it, in the log of this origin.
pub fn check(
    stream: &mut Stream,
    event: &Recorded,
    origin: &str,
    found: Found,
    report: &mut Report,
    lang: Lang,
) -> Result<(), Fault> {
    let check = Check::of_decisions(&event.event);
    let fault = |code, what| Fault {
        index: Some(event.index),
        check,
        code,
        what,
    };
    let begins = stream.begins_decision();
    if begins {
        if let Some((_, missing)) = missing(stream) {
            return Err(fault(None, missing_before(missing, lang)));
        }
        report.rests_on_earlier(found.earlier);
        stream.expected = decided(stream, event, origin, found)
            .map_err(|refused| fault(Some(refused.code), broken(event, &refused, lang)))?;
    }
    let Expected::Exactly(expected, last) = &mut stream.expected else {
        report.skip(check, u64::from(begins));
        return Ok(());
    };
    *last = event.index;
    if expected.pop_front().as_ref() == Some(&event.event) {
        report.count(check, u64::from(begins));
        return Ok(());
    }
    Err(fault(None, other(event, lang)))
}

/// Checks that the log does not end within a decision: the events of one are stored together.
pub fn check_complete(streams: &HashMap<StreamName, Stream>, report: &mut Report, lang: Lang) {
    let cut_short = streams.values().filter_map(missing);
    if let Some((last, event)) = cut_short.min_by_key(|(last, _)| *last) {
        let kind = codec::kind_of(event);
        report.fail(Fault {
            index: Some(last),
            check: Check::of_decisions(event),
            code: None,
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
    origin: &str,
    found: Found,
) -> Result<Expected, Refused> {
    let (Some(readings), Some(state)) = (found.readings, &stream.state) else {
        return Ok(Expected::Anything);
    };
    let decided = decide_again(state, event, origin, readings)?;
    Ok(Expected::Exactly(decided.into(), event.index))
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
