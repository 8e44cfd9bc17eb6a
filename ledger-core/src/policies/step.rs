//! What a policy asks for.

use crate::domain::Command;
use crate::store::StreamName;

/// One step of a reaction.
#[derive(Clone, Debug)]
#[allow(
    clippy::large_enum_variant,
    reason = "nearly every step is a command, and few are held at a time"
)]
pub enum Step {
    /// A command to another stream, under the rules of that stream.
    Command {
        /// The stream.
        stream: StreamName,
        /// The command.
        command: Command,
    },
    /// The destruction of a withheld part's salt and content, after an event has said so.
    Erase {
        /// Log index of the entry.
        index: u64,
        /// The part's number in the entry.
        part: u8,
    },
    /// The publication of what is *pending* in a stream, because the cause is the step of the procedure that releases it. What
    /// is published already, or erased, stays so.
    Release {
        /// The stream.
        stream: StreamName,
        /// The event types whose pending parts are published.
        kinds: &'static [&'static str],
        /// Revision of the last event that is looked at.
        last: u64,
    },
    /// Nothing, where a step was or would be: those after it keep their numbers, of which their command ids are made.
    Nothing,
}
