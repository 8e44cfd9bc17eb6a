//! SCAFFOLD.
use super::error::{Defect, Fault};
use super::parts::{PartsIn, PartsOut};
use crate::domain::order::Event;

pub(in crate::codec) const KINDS: &[&str] = &[];
pub(in crate::codec) const fn kind_of(_event: &Event) -> &'static str {
    ""
}
pub(in crate::codec) fn encode(_event: &Event, _parts: &mut PartsOut) -> Result<Vec<u8>, Fault> {
    Err(Defect::UnknownKind.into())
}
pub(in crate::codec) fn decode(
    _kind: &str,
    _data: &[u8],
    _parts: &mut PartsIn<'_>,
) -> Option<Result<Event, Fault>> {
    None
}
