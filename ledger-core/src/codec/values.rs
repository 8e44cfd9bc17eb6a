//! Values that messages share: codes, numbers, times, keys.

use std::sync::Arc;

use rust_decimal::Decimal;
use sijill_schemas::types::v1 as pb;
use uuid::Uuid;

use super::error::{At, Defect, Fault};
use super::fields::{put, take};
use super::parts::{PartsIn, PartsOut};
use super::wire::{Wire, choice, record};
use crate::domain::values::{
    Batch, Code, CommitteeId, ComplaintId, ContractId, CountId, Country, CriterionId, Currency,
    Date, DiscrepancyId, DocumentNumber, DocumentRef, EffectiveAt, EnvelopeId, ExternalId,
    FacilityId, Gtin, ItemCode, KeyAlgorithm, KeyId, LotId, MediaType, Money, Month, Names,
    OfficialId, OrderId, OrganizationId, Place, PlanId, Programme, PublicKey, QualificationId,
    Quantity, QuestionId, RequisitionId, ReservationId, RulesetId, SavedCheckpoint, SecurityId,
    Sha256, TenderId, Text, TransferId, UnitPrice,
};
use crate::store::StreamName;
use crate::time::Timestamp;

/// Checked texts: written as they are, checked anew when read.
macro_rules! texts {
    ($($name:ident),* $(,)?) => {$(
        impl Wire<String> for $name {
            fn to_wire(&self, _parts: &mut PartsOut) -> Result<String, Fault> {
                Ok(self.as_str().to_owned())
            }

            fn from_wire(wire: String, _parts: &mut PartsIn<'_>) -> Result<Self, Fault> {
                Ok(Self::new(&wire)?)
            }
        }
    )*};
}

texts! {
    Batch, Code, CommitteeId, ComplaintId, ContractId, CountId, Country, CriterionId, DiscrepancyId, DocumentNumber, EnvelopeId,
    ExternalId, FacilityId, Gtin, ItemCode, KeyId, LotId, MediaType, OfficialId, OrderId, OrganizationId, Place, PlanId, Programme, QualificationId, QuestionId,
    RequisitionId, ReservationId, RulesetId, SavedCheckpoint, SecurityId, StreamName, TenderId, Text, TransferId,
}

/// Plain types that need no check.
macro_rules! same {
    ($($name:ty),* $(,)?) => {$(
        impl Wire<$name> for $name {
            fn to_wire(&self, _parts: &mut PartsOut) -> Result<$name, Fault> {
                Ok(Self::clone(self))
            }

            fn from_wire(wire: $name, _parts: &mut PartsIn<'_>) -> Result<Self, Fault> {
                Ok(wire)
            }
        }
    )*};
}

same!(bool, u32, u64, String, Vec<u8>);

/// Small whole numbers: protobuf has none below 32 bits.
macro_rules! small {
    ($($name:ty),*) => {$(
        impl Wire<u32> for $name {
            fn to_wire(&self, _parts: &mut PartsOut) -> Result<u32, Fault> {
                Ok(u32::from(*self))
            }

            fn from_wire(wire: u32, parts: &mut PartsIn<'_>) -> Result<Self, Fault> {
                take::number(wire, parts)
            }
        }
    )*};
}

small!(u8, u16);

impl<const N: usize> Wire<Vec<u8>> for [u8; N] {
    fn to_wire(&self, _parts: &mut PartsOut) -> Result<Vec<u8>, Fault> {
        Ok(self.to_vec())
    }

    fn from_wire(wire: Vec<u8>, _parts: &mut PartsIn<'_>) -> Result<Self, Fault> {
        let (actual, expected) = (wire.len(), N);
        wire.try_into()
            .map_err(|_| Defect::Length { actual, expected }.into())
    }
}

impl Wire<Vec<u8>> for Sha256 {
    fn to_wire(&self, parts: &mut PartsOut) -> Result<Vec<u8>, Fault> {
        self.0.to_wire(parts)
    }

    fn from_wire(wire: Vec<u8>, parts: &mut PartsIn<'_>) -> Result<Self, Fault> {
        Wire::from_wire(wire, parts).map(Self)
    }
}

impl Wire<Vec<u8>> for Uuid {
    fn to_wire(&self, parts: &mut PartsOut) -> Result<Vec<u8>, Fault> {
        self.as_bytes().to_wire(parts)
    }

    fn from_wire(wire: Vec<u8>, parts: &mut PartsIn<'_>) -> Result<Self, Fault> {
        Wire::from_wire(wire, parts).map(Self::from_bytes)
    }
}

impl Wire<String> for Currency {
    fn to_wire(&self, _parts: &mut PartsOut) -> Result<String, Fault> {
        Ok(self.code().to_owned())
    }

    fn from_wire(wire: String, _parts: &mut PartsIn<'_>) -> Result<Self, Fault> {
        Ok(Self::new(&wire)?)
    }
}

impl Wire<i32> for Date {
    fn to_wire(&self, _parts: &mut PartsOut) -> Result<i32, Fault> {
        Ok(self.days())
    }

    fn from_wire(wire: i32, _parts: &mut PartsIn<'_>) -> Result<Self, Fault> {
        Ok(Self::from_days(wire)?)
    }
}

impl Wire<u32> for Month {
    fn to_wire(&self, parts: &mut PartsOut) -> Result<u32, Fault> {
        put::number(&self.number(), parts)
    }

    fn from_wire(wire: u32, parts: &mut PartsIn<'_>) -> Result<Self, Fault> {
        let number: i32 = take::number(wire, parts)?;
        Ok(Self::try_from(number)?)
    }
}

impl Wire<i64> for Timestamp {
    fn to_wire(&self, _parts: &mut PartsOut) -> Result<i64, Fault> {
        Ok(self.as_micros())
    }

    fn from_wire(wire: i64, _parts: &mut PartsIn<'_>) -> Result<Self, Fault> {
        Ok(Self::from_micros(wire))
    }
}

impl Wire<pb::EffectiveAt> for EffectiveAt {
    fn to_wire(&self, _parts: &mut PartsOut) -> Result<pb::EffectiveAt, Fault> {
        Ok(pb::EffectiveAt {
            micros: self.at().as_micros(),
            offset_minutes: i32::from(self.offset_minutes()),
        })
    }

    fn from_wire(wire: pb::EffectiveAt, parts: &mut PartsIn<'_>) -> Result<Self, Fault> {
        let offset_minutes = take::number(wire.offset_minutes, parts).at("offset_minutes")?;
        Ok(Self::new(
            Timestamp::from_micros(wire.micros),
            offset_minutes,
        )?)
    }
}

/// Without trailing zeros, so that equal numbers have equal bytes.
impl Wire<pb::Decimal> for Decimal {
    fn to_wire(&self, _parts: &mut PartsOut) -> Result<pb::Decimal, Fault> {
        let canonical = self.normalize();
        let units =
            i64::try_from(canonical.mantissa()).map_err(|_| Defect::Number(self.to_string()))?;
        let scale = canonical.scale();
        Ok(pb::Decimal { units, scale })
    }

    fn from_wire(wire: pb::Decimal, _parts: &mut PartsIn<'_>) -> Result<Self, Fault> {
        Self::try_new(wire.units, wire.scale)
            .map(|decimal| decimal.normalize())
            .map_err(|_| Defect::Number(format!("{}e-{}", wire.units, wire.scale)).into())
    }
}

impl Wire<pb::Decimal> for Quantity {
    fn to_wire(&self, parts: &mut PartsOut) -> Result<pb::Decimal, Fault> {
        self.get().to_wire(parts)
    }

    fn from_wire(wire: pb::Decimal, parts: &mut PartsIn<'_>) -> Result<Self, Fault> {
        Ok(Self::new(Decimal::from_wire(wire, parts)?)?)
    }
}

/// An amount with its currency.
macro_rules! priced {
    ($($name:ident),*) => {$(
        impl Wire<pb::$name> for $name {
            fn to_wire(&self, parts: &mut PartsOut) -> Result<pb::$name, Fault> {
                Ok(pb::$name {
                    amount: put::required(&self.amount(), parts).at("amount")?,
                    currency: self.currency().code().to_owned(),
                })
            }

            fn from_wire(wire: pb::$name, parts: &mut PartsIn<'_>) -> Result<Self, Fault> {
                let amount = take::required(wire.amount, parts).at("amount")?;
                let currency = Currency::new(&wire.currency).map_err(Fault::from).at("currency")?;
                Ok(Self::new(amount, currency)?)
            }
        }
    )*};
}

priced!(Money, UnitPrice);

record! { Names = pb::Names { ar: plain, en: plain } }

record! { DocumentRef = pb::Document {
    title: required,
    sha256: plain,
    bytes: plain,
    media_type: plain,
} }

choice! { KeyAlgorithm = pb::KeyAlgorithm { Ed25519, Es256 } }

/// What is shared is written as it is.
impl<T: Wire<W>, W> Wire<W> for Arc<T> {
    fn to_wire(&self, parts: &mut PartsOut) -> Result<W, Fault> {
        self.as_ref().to_wire(parts)
    }

    fn from_wire(wire: W, parts: &mut PartsIn<'_>) -> Result<Self, Fault> {
        T::from_wire(wire, parts).map(Self::new)
    }
}

impl Wire<pb::PublicKey> for PublicKey {
    fn to_wire(&self, parts: &mut PartsOut) -> Result<pb::PublicKey, Fault> {
        Ok(pb::PublicKey {
            algorithm: self.algorithm().to_wire(parts)?,
            key: self.bytes().to_vec(),
        })
    }

    fn from_wire(wire: pb::PublicKey, parts: &mut PartsIn<'_>) -> Result<Self, Fault> {
        let algorithm = take::plain(wire.algorithm, parts).at("algorithm")?;
        Ok(Self::new(algorithm, &wire.key)?)
    }
}
