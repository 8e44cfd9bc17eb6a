//! Values of requests and answers: the same messages as in events, checked by the same types.

use uuid::Uuid;

use super::error::{At as _, DecodeError, Defect, EncodeError, Fault};
use super::fields::take;
use super::parts::{PartView, PartsIn, PartsOut};
use super::wire::Wire;
use crate::domain::values::{ValueError, legal};
use crate::store::PartClass;

/// Where a request lists the contents that it withholds.
const WITHHELD: &str = "context.withheld";

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
            None => Err(self.defect(Defect::Missing, field)),
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

    /// Reads the lines of a document, 1 to 200.
    pub fn lines<T: Wire<W>, W>(
        &mut self,
        wires: Vec<W>,
        field: &str,
    ) -> Result<Vec<T>, DecodeError> {
        let read = take::lines(wires, &mut self.parts).at(field);
        read.map_err(|fault| fault.decode_error(self.message))
    }

    /// Refuses a field that the ledger fills in: what a caller says there would be lost without a word.
    pub fn absent<W>(&self, wire: Option<&W>, field: &str) -> Result<(), DecodeError> {
        match wire {
            None => Ok(()),
            Some(_) => Err(self.defect(Defect::FilledIn, field)),
        }
    }

    /// What is wrong with a field that the caller has read by other means.
    pub fn defect(&self, defect: Defect, field: &str) -> DecodeError {
        Fault::from(defect).below(field).decode_error(self.message)
    }

    /// Ends the request: every withheld content must have been named.
    pub fn finish(self) -> Result<(), DecodeError> {
        let finished = self.parts.finish().at(WITHHELD);
        finished.map_err(|fault| fault.decode_error(self.message))
    }
}

/// Writes a public value into an answer.
pub fn write<T: Wire<W>, W>(value: &T) -> Result<W, EncodeError> {
    let mut parts = PartsOut::default();
    value
        .to_wire(&mut parts)
        .map_err(|fault| fault.encode_error("answer"))
}

/// In requests a UUID is text, as people and JSON write it. The one without a single bit is what a program sends that
/// forgot to choose one.
impl Wire<String> for Uuid {
    fn to_wire(&self, _parts: &mut PartsOut) -> Result<String, Fault> {
        Ok(self.hyphenated().to_string())
    }

    fn from_wire(wire: String, _parts: &mut PartsIn<'_>) -> Result<Self, Fault> {
        match Self::try_parse(&wire) {
            Ok(id) if !id.is_nil() => Ok(id),
            Ok(_) | Err(_) => Err(ValueError::new(
                "UUID",
                wire,
                legal(
                    "32 رقمًا ست عشريًا بصورة 8-4-4-4-12، وليست كلها صفرًا",
                    "32 hexadecimal digits as 8-4-4-4-12, not all of them zero",
                ),
            )
            .into()),
        }
    }
}
