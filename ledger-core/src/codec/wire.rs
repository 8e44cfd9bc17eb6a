//! How a domain type and its wire type become each other: one trait, and macros that spell each field once for both ways.

use super::error::Fault;
use super::parts::{PartsIn, PartsOut};

/// A domain type that is written as `W` and read back from it, checked.
pub trait Wire<W>: Sized {
    fn to_wire(&self, parts: &mut PartsOut) -> Result<W, Fault>;
    fn from_wire(wire: W, parts: &mut PartsIn<'_>) -> Result<Self, Fault>;
}

/// A struct and its message: each field with its mode and what that mode needs to know, a class `(Person)` or bounds
/// `[1..=LINES_MAX]`; fields whose names differ stand after a semicolon.
macro_rules! record {
    ($domain:ty = $package:ident::$wire:ident {
        $($field:ident: $mode:ident $(($class:ident))? $([$bounds:expr])?),* $(,)?
        $(; $($name:ident = $wire_name:ident: $name_mode:ident $(($name_class:ident))? $([$name_bounds:expr])?),* $(,)?)?
    }) => {
        impl $crate::codec::wire::Wire<$package::$wire> for $domain {
            fn to_wire(
                &self,
                parts: &mut $crate::codec::parts::PartsOut,
            ) -> Result<$package::$wire, $crate::codec::error::Fault> {
                use $crate::codec::{error::At as _, fields::put};
                Ok($package::$wire {
                    $($field: put::$mode($($crate::store::PartClass::$class,)? $($bounds,)? &self.$field, parts)
                        .at(stringify!($field))?,)*
                    $($($wire_name: put::$name_mode(
                        $($crate::store::PartClass::$name_class,)? $($name_bounds,)? &self.$name, parts,
                    ).at(stringify!($wire_name))?,)*)?
                })
            }

            fn from_wire(
                wire: $package::$wire,
                parts: &mut $crate::codec::parts::PartsIn<'_>,
            ) -> Result<Self, $crate::codec::error::Fault> {
                use $crate::codec::{error::At as _, fields::take};
                Ok(Self {
                    $($field: take::$mode($($crate::store::PartClass::$class,)? $($bounds,)? wire.$field, parts)
                        .at(stringify!($field))?,)*
                    $($($name: take::$name_mode(
                        $($crate::store::PartClass::$name_class,)? $($name_bounds,)? wire.$wire_name, parts,
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
                use $crate::codec::{error::At as _, fields::put};
                let $field = put::required(self, parts).at(stringify!($field))?;
                Ok(pb::$wire { $field })
            }

            fn from_wire(
                wire: pb::$wire,
                parts: &mut $crate::codec::parts::PartsIn<'_>,
            ) -> Result<Self, $crate::codec::error::Fault> {
                use $crate::codec::{error::At as _, fields::take};
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
    ($case:ident) => {
        pb::$case
    };
    ($case:ident $message:ident) => {
        pb::$message
    };
}

/// The kinds of one aggregate: each case of its `Event` and the message it is stored as, whose full name is the event type.
/// The message has the case's name, or the one given where aggregates share a name.
macro_rules! kinds {
    ($event:ident { $($case:ident $(= $message:ident)?),* $(,)? }) => {
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
            match event { $($event::$case(_) => kind::$case),* }
        }

        /// The event's public bytes; withheld content goes to `parts`.
        pub(in crate::codec) fn encode(
            event: &$event,
            parts: &mut $crate::codec::parts::PartsOut,
        ) -> Result<Vec<u8>, $crate::codec::error::Fault> {
            Ok(match event {
                $($event::$case(payload) => {
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
                    .map($event::$case),)*
                _ => return None,
            })
        }
    };
}

pub(super) use {choice, kinds, message, record, wrapped};
