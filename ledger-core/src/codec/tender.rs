//! Placeholder of branch `bidding`: the real table comes from branch `codec5` (take that whole file when merging).

use super::error::{Defect, Fault};
use super::parts::{PartsIn, PartsOut};
use crate::domain::tender::Event;

pub(in crate::codec) const KINDS: &[&str] = &[];

pub(in crate::codec) const fn kind_of(_: &Event) -> &'static str {
    "sijill.events.v1.Tender"
}

pub(in crate::codec) fn encode(_: &Event, _: &mut PartsOut) -> Result<Vec<u8>, Fault> {
    Err(Defect::UnknownKind.into())
}

pub(in crate::codec) fn decode(
    _: &str,
    _: &[u8],
    _: &mut PartsIn<'_>,
) -> Option<Result<Event, Fault>> {
    None
}
