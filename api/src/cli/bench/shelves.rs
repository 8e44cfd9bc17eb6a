//! Full shelves: what commands are measured on, each an issue that the ledger can grant.

use sijill_ledger_core::domain::stock::{Command, Stock};
use sijill_ledger_core::event::Role;
use sijill_ledger_core::ledger::{Context, Ledger};
use sijill_ledger_core::store::EventStore;
use sijill_ledger_core::store::StreamName;
use uuid::Uuid;

use super::append::stream_of;
use super::world::{self, Spot};
use crate::cli::data;
use crate::cli::errors::Failure;

/// What stands on each shelf at first, and what is handed out at a time.
const SHELF: u32 = 1_000_000_000;
pub const HANDED_OUT: u32 = 2;

/// A batch that is not expired for decades: an issue of expired goods would be two events.
const LONG_LIVED_DAY: i32 = 20_000;

/// The shelf that the n-th command at a facility goes to: all of them in turn.
pub const fn spot(facility: u64, command: u64) -> Spot {
    Spot {
        facility,
        item: command % world::ITEMS,
        day: LONG_LIVED_DAY,
    }
}

/// Where the n-th command goes, and who gives it.
pub fn address(
    keeper: &str,
    facility: u64,
    command: u64,
) -> Result<(StreamName, Context), Failure> {
    let keeper = world::actor(keeper, Role::Storekeeper);
    let keeper = keeper.map_err(|error| world::impossible(&error))?;
    let context = Context::new(Uuid::from_u128(command.into()), keeper);
    Ok((stream_of(facility)?, context))
}

/// One receipt of each item at each facility, all on their way at once; says how many commands that were.
pub async fn fill<S: EventStore>(ledger: &Ledger<S>, facilities: u64) -> Result<u64, Failure> {
    let mut commands = 0;
    let mut pending = Vec::new();
    for facility in 0..facilities {
        for _ in 0..world::ITEMS {
            let receipt = world::receipt(commands, spot(facility, commands), SHELF);
            let command = receipt.map(Command::Receive);
            let command = command.map_err(|error| world::impossible(&error))?;
            let (stream, context) = address("keeper", facility, commands)?;
            let submitted = ledger.submit::<Stock>(&stream, command, context).await;
            pending.push(submitted.map_err(|error| data::executing(error, "bench"))?);
            commands += 1;
        }
    }
    for one in pending {
        one.done()
            .await
            .map_err(|error| data::executing(error, "bench"))?;
    }
    Ok(commands)
}
