//! How a domain type and its wire type become each other: one trait, and macros that spell each field once for both ways.

use super::error::{At, Defect, Fault};
use super::parts::{Content, PartsIn, PartsOut};
use crate::domain::stock::LINES_MAX;
use crate::domain::values::Withheld;
use crate::store::PartClass;

/// Size of a signature of either algorithm.
const SIGNATURE_BYTES: usize = 64;

/// A domain type that is written as `W` and read back from it, checked.
pub(super) trait Wire<W>: Sized {
    fn to_wire(&self, parts: &mut PartsOut) -> Result<W, Fault>;
    fn from_wire(wire: W, parts: &mut PartsIn<'_>) -> Result<Self, Fault>;
}

/// Modes of a field, on the way out.
pub(super) mod put {
    use super::{Content, Defect, Fault, PartClass, PartsOut, Wire, Withheld, in_bounds, signature_sized};

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
        in_bounds(0, values.len())?;
        let mut wires = Vec::with_capacity(values.len());
        for (index, value) in values.iter().enumerate() {
            wires.push(super::At::nth(value.to_wire(parts), index)?);
        }
        Ok(wires)
    }

    /// The lines of a document.
    pub(in crate::codec) fn lines<T: Wire<W>, W>(
        values: &[T],
        parts: &mut PartsOut,
    ) -> Result<Vec<W>, Fault> {
        in_bounds(1, values.len())?;
        list(values, parts)
    }

    /// A field that is kept apart, by class.
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
    use super::{At, Content, Defect, Fault, PartClass, PartsIn, Wire, Withheld, in_bounds, signature_sized};

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
        in_bounds(0, wires.len())?;
        let mut values = Vec::with_capacity(wires.len());
        for (index, wire) in wires.into_iter().enumerate() {
            values.push(T::from_wire(wire, parts).nth(index)?);
        }
        Ok(values)
    }

    pub(in crate::codec) fn lines<T: Wire<W>, W>(
        wires: Vec<W>,
        parts: &mut PartsIn<'_>,
    ) -> Result<Vec<T>, Fault> {
        in_bounds(1, wires.len())?;
        list(wires, parts)
    }

    pub(in crate::codec) fn withheld<T: Content>(
        class: PartClass,
        part: Option<u32>,
        parts: &mut PartsIn<'_>,
    ) -> Result<Option<Withheld<T>>, Fault> {
        part.map(|part| parts.take(class, part)).transpose()
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

/// No list is longer than a document may be: an entry must hold it.
fn in_bounds(min: usize, count: usize) -> Result<(), Fault> {
    let max = LINES_MAX;
    if (min..=max).contains(&count) {
        Ok(())
    } else {
        Err(Defect::Count { count, min, max }.into())
    }
}

fn signature_sized(signature: &[u8]) -> Result<(), Fault> {
    let (actual, expected) = (signature.len(), SIGNATURE_BYTES);
    if actual == expected {
        Ok(())
    } else {
        Err(Defect::Length { actual, expected }.into())
    }
}

/// A struct and its message: each field with its mode; fields whose names differ stand after a semicolon.
macro_rules! record {
    ($domain:ty = $wire:ty {
        $($field:ident: $mode:ident $(($class:ident))?),* $(,)?
        $(; $($name:ident = $wire_name:ident: $name_mode:ident $(($name_class:ident))?),* $(,)?)?
    }) => {
        impl $crate::codec::wire::Wire<$wire> for $domain {
            fn to_wire(
                &self,
                parts: &mut $crate::codec::parts::PartsOut,
            ) -> Result<$wire, $crate::codec::error::Fault> {
                use $crate::codec::{error::At as _, wire::put};
                Ok($wire {
                    $($field: put::$mode($($crate::store::PartClass::$class,)? &self.$field, parts)
                        .at(stringify!($field))?,)*
                    $($($wire_name: put::$name_mode(
                        $($crate::store::PartClass::$name_class,)? &self.$name, parts,
                    ).at(stringify!($wire_name))?,)*)?
                })
            }

            fn from_wire(
                wire: $wire,
                parts: &mut $crate::codec::parts::PartsIn<'_>,
            ) -> Result<Self, $crate::codec::error::Fault> {
                use $crate::codec::{error::At as _, wire::take};
                Ok(Self {
                    $($field: take::$mode($($crate::store::PartClass::$class,)? wire.$field, parts)
                        .at(stringify!($field))?,)*
                    $($($name: take::$name_mode(
                        $($crate::store::PartClass::$name_class,)? wire.$wire_name, parts,
                    ).at(stringify!($wire_name))?,)*)?
                })
            }
        }
    };
}

/// A message whose only field is the whole domain value.
macro_rules! wrapped {
    ($domain:ty = $wire:ident { $field:ident }) => {
        impl $crate::codec::wire::Wire<pb::$wire> for $domain {
            fn to_wire(
                &self,
                parts: &mut $crate::codec::parts::PartsOut,
            ) -> Result<pb::$wire, $crate::codec::error::Fault> {
                use $crate::codec::{error::At as _, wire::put};
                let $field = put::required(self, parts).at(stringify!($field))?;
                Ok(pb::$wire { $field })
            }

            fn from_wire(
                wire: pb::$wire,
                parts: &mut $crate::codec::parts::PartsIn<'_>,
            ) -> Result<Self, $crate::codec::error::Fault> {
                use $crate::codec::{error::At as _, wire::take};
                take::required(wire.$field, parts).at(stringify!($field))
            }
        }
    };
}

/// An enumeration without data. The domain's cases and the wire's have the same names; the wire has one more,
/// `Unspecified`, which is refused.
macro_rules! choice {
    ($domain:ty = $wire:ty { $($case:ident),* $(,)? }) => {
        impl $crate::codec::wire::Wire<i32> for $domain {
            fn to_wire(
                &self,
                _parts: &mut $crate::codec::parts::PartsOut,
            ) -> Result<i32, $crate::codec::error::Fault> {
                Ok(match self { $(Self::$case => <$wire>::$case),* } as i32)
            }

            fn from_wire(
                wire: i32,
                _parts: &mut $crate::codec::parts::PartsIn<'_>,
            ) -> Result<Self, $crate::codec::error::Fault> {
                match <$wire>::try_from(wire) {
                    $(Ok(<$wire>::$case) => Ok(Self::$case),)*
                    Ok(<$wire>::Unspecified) | Err(_) => {
                        Err($crate::codec::error::Defect::Choice(wire).into())
                    }
                }
            }
        }
    };
}

/// The message of a case: of the same name, or of the name given.
macro_rules! message {
    ($case:ident) => { pb::$case };
    ($case:ident $message:ident) => { pb::$message };
}

/// The kinds of one aggregate: each case of its `Event` and the message it is stored as, whose full name is the event type.
/// The message has the case's name, or the one given where aggregates share a name.
macro_rules! kinds {
    ($event:ty { $($case:ident $(= $message:ident)?),* $(,)? }) => {
        mod kind {
            use sijill_schemas::events::v1 as pb;

            $(#[allow(non_upper_case_globals)]
            pub(super) const $case: &str = $crate::codec::kinds::full_name!(
                $crate::codec::wire::message!($case $($message)?)
            );)*
        }

        /// The event types of this aggregate.
        pub(in crate::codec) const KINDS: &[&str] = &[$(kind::$case),*];

        /// The event's type.
        pub(in crate::codec) const fn kind_of(event: &$event) -> &'static str {
            match event { $(<$event>::$case(_) => kind::$case),* }
        }

        /// The event's public bytes; withheld content goes to `parts`.
        pub(in crate::codec) fn encode(
            event: &$event,
            parts: &mut $crate::codec::parts::PartsOut,
        ) -> Result<Vec<u8>, $crate::codec::error::Fault> {
            Ok(match event {
                $(<$event>::$case(payload) => {
                    let wire: $crate::codec::wire::message!($case $($message)?) =
                        $crate::codec::wire::Wire::to_wire(payload, parts)?;
                    prost::Message::encode_to_vec(&wire)
                })*
            })
        }

        /// Reads an event; `None` when the type is not of this aggregate.
        pub(in crate::codec) fn decode(
            kind: &str,
            data: &[u8],
            parts: &mut $crate::codec::parts::PartsIn<'_>,
        ) -> Option<Result<$event, $crate::codec::error::Fault>> {
            Some(match kind {
                $(kind::$case => <$crate::codec::wire::message!($case $($message)?) as prost::Message>::decode(data)
                    .map_err($crate::codec::error::Fault::from)
                    .and_then(|wire| $crate::codec::wire::Wire::from_wire(wire, parts))
                    .map(<$event>::$case),)*
                _ => return None,
            })
        }
    };
}

pub(super) use {choice, kinds, message, record, wrapped};
