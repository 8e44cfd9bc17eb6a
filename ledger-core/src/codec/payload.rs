//! Values of requests and answers: the same messages as in events, checked by the same types.

use super::error::{At as _, DecodeError, Defect, EncodeError, Fault};
use super::parts::{PartView, PartsIn, PartsOut};
use super::wire::Wire;
use crate::store::PartClass;

/// Reads the fields of one request. A field `x_part` of a payload holds the index of its content in the request's list of
/// withheld contents; each is named by exactly one field.
#[derive(Debug)]
pub struct Payload<'a> {
    message: &'static str,
    parts: PartsIn<'a>,
}

/// The contents that a request withholds, as its payload may name them.
pub fn contents(withheld: &[String]) -> Vec<PartView<'_>> {
    withheld
        .iter()
        .map(|content| PartView {
            class: PartClass::Pending,
            commitment: [0; 32],
            content: Some(content.as_bytes()),
        })
        .collect()
}

impl<'a> Payload<'a> {
    /// A request by the name of its message, which errors repeat, with the contents that it withholds.
    pub fn new(message: &'static str, contents: &'a [PartView<'a>]) -> Self {
        let parts = PartsIn::of_request(contents);
        Self { message, parts }
    }

    /// Reads a field.
    pub fn take<T: Wire<W>, W>(&mut self, wire: W, field: &str) -> Result<T, DecodeError> {
        let read = T::from_wire(wire, &mut self.parts).at(field);
        read.map_err(|fault| fault.decode_error(self.message))
    }

    /// Reads a field that must be there.
    pub fn required<T: Wire<W>, W>(
        &mut self,
        wire: Option<W>,
        field: &str,
    ) -> Result<T, DecodeError> {
        match wire {
            Some(wire) => self.take(wire, field),
            None => {
                let missing = Err(Fault::from(Defect::Missing)).at(field);
                missing.map_err(|fault| fault.decode_error(self.message))
            }
        }
    }

    /// Reads a field that may be absent.
    pub fn optional<T: Wire<W>, W>(
        &mut self,
        wire: Option<W>,
        field: &str,
    ) -> Result<Option<T>, DecodeError> {
        wire.map(|wire| self.take(wire, field)).transpose()
    }

    /// Ends the request: every withheld content must have been named.
    pub fn finish(self) -> Result<(), DecodeError> {
        let message = self.message;
        self.parts.finish().map_err(|fault| fault.decode_error(message))
    }
}

/// Writes a public value into an answer.
pub fn write<T: Wire<W>, W>(value: &T) -> Result<W, EncodeError> {
    let mut parts = PartsOut::default();
    value
        .to_wire(&mut parts)
        .map_err(|fault| fault.encode_error("answer"))
}
