//! What was published or erased against the entry that it names.

use sijill_ledger_core::domain::disclosure::{Disclosed, Disclosure, Event as Fate, PartRef};
use sijill_ledger_core::event::{Event, Recorded};
use sijill_ledger_core::store::{Part, PartClass};

use super::source::Source;
use crate::cli::lang::{Lang, two};

/// Checks an event about a withheld part; any other event has nothing to check here.
pub fn check(source: &dyn Source, event: &Recorded, lang: Lang) -> Result<(), String> {
    let Event::Disclosure(fate) = &event.event else {
        return Ok(());
    };
    let part = match fate {
        Fate::PartDisclosed(disclosed) => disclosed.part,
        Fate::PartErased(erased) => erased.part,
    };
    let PartRef {
        index,
        part: number,
        ..
    } = part;
    let named = named(source, event, part).ok_or_else(|| {
        two!(
            lang,
            "ليس في القيد {index} قبله جزء محجوب رقمه {number} بمعرّف الحدث الذي يذكره",
            "the entry at index {index} before it has not the event id that it names, or no withheld part {number}"
        )
    })?;
    match fate {
        Fate::PartDisclosed(disclosed) if !opens(disclosed, named) => Err(two!(
            lang,
            "المنشور لا يعطي البصمة والفئة اللتين في القيد {index}",
            "what it publishes does not give class and commitment of the part in the entry at index {index}"
        )),
        Fate::PartDisclosed(_) | Fate::PartErased(_) => Ok(()),
    }
}

/// Class and commitment of the part in the entry, where that is the one and stands before the event.
fn named(source: &dyn Source, event: &Recorded, part: PartRef) -> Option<(PartClass, [u8; 32])> {
    let its_stream = event.stream == Disclosure::stream(part.event);
    (its_stream && part.index < event.index).then_some(())?;
    let entry = source.entry(part.index).ok()??;
    (entry.id == part.event).then_some(())?;
    entry.commitments.get(usize::from(part.part)).copied()
}

/// Whether salt and content give the commitment.
fn opens(disclosed: &Disclosed, (class, commitment): (PartClass, [u8; 32])) -> bool {
    let opened = Part {
        class: disclosed.class,
        salt: disclosed.salt,
        bytes: disclosed.bytes.clone(),
    };
    disclosed.class == class && opened.commitment() == commitment
}
