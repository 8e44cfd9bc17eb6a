//! What stock documents share: the paper, keys, lines, and reasons.

use sijill_schemas::events::v1 as pb;

use crate::codec::wire::{choice, record};
use crate::domain::stock::{
    AcceptanceLine, AdjustmentLine, ArrivalLine, BrokenRule, CountLine, Document, LineIn, LineOut,
    LossReason, RepackLine, ReturnLine, StockKey,
};

record! { Document = pb::Document {
    number: plain;
    attachment = attachment_sha256: optional,
    note = note_part: withheld(Person),
} }

record! { StockKey = pb::StockKey { item: plain, batch: optional, programme: optional } }

record! { LineIn = pb::LineIn {
    key: required,
    quantity: required,
    unit_price: optional;
    expiry = expiry_days: optional,
} }

record! { LineOut = pb::LineOut {
    key: required,
    quantity: required,
    reservation: optional,
    fefo_override: optional,
} }

record! { AcceptanceLine = pb::AcceptanceLine {
    key: required,
    accepted: required,
    rejected: required,
    reason: optional,
} }

record! { ArrivalLine = pb::ArrivalLine {
    key: required,
    shipped: required,
    accepted: required,
    rejected: required,
    lost: required,
    reason: optional;
    expiry = expiry_days: optional,
} }

record! { AdjustmentLine = pb::AdjustmentLine {
    key: required,
    amount: required;
    expiry = expiry_days: optional,
} }

record! { ReturnLine = pb::ReturnLine {
    key: required,
    quantity: required;
    expiry = expiry_days: optional,
} }

record! { CountLine = pb::CountLine {
    key: required,
    counted: required;
    expiry = expiry_days: optional,
} }

record! { RepackLine = pb::RepackLine {
    from: required,
    from_pack: required,
    from_packs: required,
    to: required,
    to_pack: required,
    to_packs: required,
    value: optional;
    expiry = expiry_days: optional,
} }

choice! { LossReason = pb::LossReason {
    Expired, Damaged, Lost, Stolen, OpenVialLimit, ColdChainFailure, Recalled, Scrapped,
} }

choice! { BrokenRule = pb::BrokenRule {
    AboveUsable, Expired, Blocked, NotFirstExpiry, ExpiryDiffers, ShortOrRejected, BelowReserved,
    CountDiffers, AboveCustody, Unregistered, TrackingMissing, AboveReservation, TransferRepeated,
    ShippedDiffers,
} }
