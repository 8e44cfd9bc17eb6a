//! Modes of a field: how the fields that `record!` names are put into a message and taken out of it.
//!
//! `plain` as it is · `required` a message that is always there · `optional` may be absent · `list` 0 to 1,000 elements · `set` the
//! same, none twice · `lines` 1 to 200, a document's · `many[min..=max]` any other list · `withheld(Class)` kept apart where it is
//! there, `apart(Class)` kept apart and always there · `number` a whole number that must fit · `bytes[min..=max]`, `signature` and
//! `part_content` bytes of bounded size.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use super::error::{At, Defect, Fault};
use super::parts::{Content, PartsIn, PartsOut};
use super::wire::Wire;
use crate::domain::disclosure::PART_BYTES_MAX;
use crate::domain::stock::LINES_MAX;
use crate::domain::values::Withheld;
use crate::store::PartClass;

/// Size of a signature of either algorithm.
const SIGNATURE_BYTES: usize = 64;
/// Most elements of a list that is not a document's lines, such as what a decision read: an entry must hold it.
const LIST_MAX: usize = 1_000;

/// Modes of a field, on the way out.
pub(super) mod put {
    use super::{
        BTreeSet, Content, Defect, Fault, LINES_MAX, LIST_MAX, PART_BYTES_MAX, PartClass, PartsOut,
        RangeInclusive, Wire, Withheld, in_bounds, signature_sized, within,
    };

    /// The field as it is.
    pub(in crate::codec) fn plain<T: Wire<W>, W>(
        value: &T,
        parts: &mut PartsOut,
    ) -> Result<W, Fault> {
        value.to_wire(parts)
    }

    /// A message that is always there.
    pub(in crate::codec) fn required<T: Wire<W>, W>(
        value: &T,
        parts: &mut PartsOut,
    ) -> Result<Option<W>, Fault> {
        value.to_wire(parts).map(Some)
    }

    /// A field that may be absent.
    #[expect(clippy::ref_option, reason = "`record!` borrows the field")]
    pub(in crate::codec) fn optional<T: Wire<W>, W>(
        value: &Option<T>,
        parts: &mut PartsOut,
    ) -> Result<Option<W>, Fault> {
        value.as_ref().map(|value| value.to_wire(parts)).transpose()
    }

    /// A list that may be empty.
    pub(in crate::codec) fn list<T: Wire<W>, W>(
        values: &[T],
        parts: &mut PartsOut,
    ) -> Result<Vec<W>, Fault> {
        many(0..=LIST_MAX, values, parts)
    }

    /// A set, in rising order: one set, one form.
    pub(in crate::codec) fn set<T: Wire<W> + Ord, W>(
        values: &BTreeSet<T>,
        parts: &mut PartsOut,
    ) -> Result<Vec<W>, Fault> {
        in_bounds(0, values.len(), LIST_MAX)?;
        values.iter().map(|value| value.to_wire(parts)).collect()
    }

    /// The lines of a document.
    pub(in crate::codec) fn lines<T: Wire<W>, W>(
        values: &[T],
        parts: &mut PartsOut,
    ) -> Result<Vec<W>, Fault> {
        many(1..=LINES_MAX, values, parts)
    }

    /// A list of a bounded number of elements.
    pub(in crate::codec) fn many<T: Wire<W>, W>(
        bounds: RangeInclusive<usize>,
        values: &[T],
        parts: &mut PartsOut,
    ) -> Result<Vec<W>, Fault> {
        within(&bounds, values.len())?;
        let mut wires = Vec::with_capacity(values.len());
        for (index, value) in values.iter().enumerate() {
            wires.push(super::At::nth(value.to_wire(parts), index)?);
        }
        Ok(wires)
    }

    /// A field that is kept apart, by class.
    #[expect(clippy::ref_option, reason = "`record!` borrows the field")]
    pub(in crate::codec) fn withheld<T: Content>(
        class: PartClass,
        value: &Option<Withheld<T>>,
        parts: &mut PartsOut,
    ) -> Result<Option<u32>, Fault> {
        value
            .as_ref()
            .map(|withheld| parts.put(class, withheld))
            .transpose()
    }

    /// A field that is kept apart and always there, by class.
    pub(in crate::codec) fn apart<T: Content>(
        class: PartClass,
        value: &Withheld<T>,
        parts: &mut PartsOut,
    ) -> Result<u32, Fault> {
        parts.put(class, value)
    }

    /// Bytes of bounded size.
    pub(in crate::codec) fn bytes(
        bounds: RangeInclusive<usize>,
        value: &[u8],
        _parts: &mut PartsOut,
    ) -> Result<Vec<u8>, Fault> {
        within(&bounds, value.len())?;
        Ok(value.to_vec())
    }

    /// The content of a withheld part: as many bytes as one may have.
    pub(in crate::codec) fn part_content(
        value: &[u8],
        _parts: &mut PartsOut,
    ) -> Result<Vec<u8>, Fault> {
        in_bounds(0, value.len(), PART_BYTES_MAX)?;
        Ok(value.to_vec())
    }

    /// A signature: bytes of one size.
    pub(in crate::codec) fn signature(
        value: &[u8],
        _parts: &mut PartsOut,
    ) -> Result<Vec<u8>, Fault> {
        signature_sized(value)?;
        Ok(value.to_vec())
    }

    /// A whole number that must fit.
    pub(in crate::codec) fn number<T: Copy + ToString, W: TryFrom<T>>(
        value: &T,
        _parts: &mut PartsOut,
    ) -> Result<W, Fault> {
        W::try_from(*value).map_err(|_| Defect::Number(value.to_string()).into())
    }
}

/// Modes of a field, on the way in.
pub(super) mod take {
    use super::{
        At, BTreeSet, Content, Defect, Fault, LINES_MAX, LIST_MAX, PART_BYTES_MAX, PartClass,
        PartsIn, RangeInclusive, Wire, Withheld, in_bounds, signature_sized, within,
    };

    pub(in crate::codec) fn plain<T: Wire<W>, W>(
        wire: W,
        parts: &mut PartsIn<'_>,
    ) -> Result<T, Fault> {
        T::from_wire(wire, parts)
    }

    pub(in crate::codec) fn required<T: Wire<W>, W>(
        wire: Option<W>,
        parts: &mut PartsIn<'_>,
    ) -> Result<T, Fault> {
        T::from_wire(wire.ok_or(Defect::Missing)?, parts)
    }

    pub(in crate::codec) fn optional<T: Wire<W>, W>(
        wire: Option<W>,
        parts: &mut PartsIn<'_>,
    ) -> Result<Option<T>, Fault> {
        wire.map(|wire| T::from_wire(wire, parts)).transpose()
    }

    pub(in crate::codec) fn list<T: Wire<W>, W>(
        wires: Vec<W>,
        parts: &mut PartsIn<'_>,
    ) -> Result<Vec<T>, Fault> {
        many(0..=LIST_MAX, wires, parts)
    }

    pub(in crate::codec) fn set<T: Wire<W> + Ord, W>(
        wires: Vec<W>,
        parts: &mut PartsIn<'_>,
    ) -> Result<BTreeSet<T>, Fault> {
        let values: Vec<T> = list(wires, parts)?;
        let mut pairs = values.iter().zip(values.iter().skip(1));
        match pairs.position(|(before, after)| before >= after) {
            Some(before) => Err(Fault::from(Defect::Order)).nth(before.saturating_add(1)),
            None => Ok(values.into_iter().collect()),
        }
    }

    pub(in crate::codec) fn lines<T: Wire<W>, W>(
        wires: Vec<W>,
        parts: &mut PartsIn<'_>,
    ) -> Result<Vec<T>, Fault> {
        many(1..=LINES_MAX, wires, parts)
    }

    pub(in crate::codec) fn many<T: Wire<W>, W>(
        bounds: RangeInclusive<usize>,
        wires: Vec<W>,
        parts: &mut PartsIn<'_>,
    ) -> Result<Vec<T>, Fault> {
        within(&bounds, wires.len())?;
        let mut values = Vec::with_capacity(wires.len());
        for (index, wire) in wires.into_iter().enumerate() {
            values.push(T::from_wire(wire, parts).nth(index)?);
        }
        Ok(values)
    }

    pub(in crate::codec) fn withheld<T: Content>(
        class: PartClass,
        part: Option<u32>,
        parts: &mut PartsIn<'_>,
    ) -> Result<Option<Withheld<T>>, Fault> {
        part.map(|part| parts.take(class, part)).transpose()
    }

    pub(in crate::codec) fn apart<T: Content>(
        class: PartClass,
        part: u32,
        parts: &mut PartsIn<'_>,
    ) -> Result<Withheld<T>, Fault> {
        parts.take(class, part)
    }

    pub(in crate::codec) fn bytes(
        bounds: RangeInclusive<usize>,
        wire: Vec<u8>,
        _parts: &mut PartsIn<'_>,
    ) -> Result<Vec<u8>, Fault> {
        within(&bounds, wire.len())?;
        Ok(wire)
    }

    pub(in crate::codec) fn part_content(
        wire: Vec<u8>,
        _parts: &mut PartsIn<'_>,
    ) -> Result<Vec<u8>, Fault> {
        in_bounds(0, wire.len(), PART_BYTES_MAX)?;
        Ok(wire)
    }

    pub(in crate::codec) fn signature(
        wire: Vec<u8>,
        _parts: &mut PartsIn<'_>,
    ) -> Result<Vec<u8>, Fault> {
        signature_sized(&wire)?;
        Ok(wire)
    }

    pub(in crate::codec) fn number<W: Copy + ToString, T: TryFrom<W>>(
        wire: W,
        _parts: &mut PartsIn<'_>,
    ) -> Result<T, Fault> {
        T::try_from(wire).map_err(|_| Defect::Number(wire.to_string()).into())
    }
}

pub(super) fn in_bounds(min: usize, count: usize, max: usize) -> Result<(), Fault> {
    if (min..=max).contains(&count) {
        Ok(())
    } else {
        Err(Defect::Count { count, min, max }.into())
    }
}

fn within(bounds: &RangeInclusive<usize>, count: usize) -> Result<(), Fault> {
    in_bounds(*bounds.start(), count, *bounds.end())
}

fn signature_sized(signature: &[u8]) -> Result<(), Fault> {
    let (actual, expected) = (signature.len(), SIGNATURE_BYTES);
    if actual == expected {
        Ok(())
    } else {
        Err(Defect::Length { actual, expected }.into())
    }
}
