//! One sample event of every kind with every field filled, and further ones where a field may be absent or is one of several.
//! Their bytes are kept in `golden/kind` for ever.

mod framework;
mod order;
mod people;
mod process;
mod procurement;
mod qualification;
mod registry;
mod requisition;
mod stock;
mod tender;
mod transfer;
mod values;

pub use values::metadata;

use sijill_ledger_core::codec::kind_of;
use sijill_ledger_core::event::Event;

/// A sample and the name of its golden file.
pub struct Sample {
    /// The kind's simple name, and for a further sample of the kind what is special about it: `StockIssued.patients`.
    pub name: String,
    /// The event.
    pub event: Event,
    /// Whether every field is filled.
    pub full: bool,
    /// The version of its golden files: one more each time the kind got new fields. Files of earlier versions stay and are read.
    pub version: u32,
}

/// All samples.
pub fn samples() -> Vec<Sample> {
    let mut samples = stock::samples();
    samples.extend(order::samples());
    samples.extend(framework::samples());
    samples.extend(registry::samples());
    samples.extend(people::samples());
    samples.extend(process::samples());
    samples.extend(procurement::samples());
    samples.extend(qualification::samples());
    samples.extend(tender::samples());
    samples.extend(transfer::samples());
    samples.extend(requisition::samples());
    samples
}

/// A sample with every field filled.
fn full(event: impl Into<Event>) -> Sample {
    full_since(1, event)
}

/// A sample with every field filled, in this version of its kind's golden files.
fn full_since(version: u32, event: impl Into<Event>) -> Sample {
    let event = event.into();
    let name = simple_name(&event);
    Sample {
        name,
        event,
        full: true,
        version,
    }
}

/// A further sample of the same kind.
fn further(special: &str, event: impl Into<Event>) -> Sample {
    let event = event.into();
    let name = format!("{}.{special}", simple_name(&event));
    Sample {
        name,
        event,
        full: false,
        version: 1,
    }
}

fn simple_name(event: &Event) -> String {
    let kind = kind_of(event);
    kind.rsplit_once('.')
        .map_or(kind, |(_, name)| name)
        .to_owned()
}
