//! The rulebook of tenders up to their closing, rule by rule.

use rust_decimal::Decimal;

use super::*;
use crate::aggregate::Explain as _;
use crate::domain::committee::{self, Committee, Formation, Purpose};
use crate::domain::facility::{self, Facility};
use crate::domain::item::{self, Item};
use crate::domain::official::{self, Official, Seat};
use crate::domain::organization::{self, Organization};
use crate::domain::ruleset::{self, ByProcedure, ProcurementRules, Rules, Ruleset};
use crate::domain::values::{
    Calendar, ClockChange, Country, Currency, Date, DocumentRef, EffectiveAt, ExternalId,
    KeyAlgorithm, MediaType, Money, Names, PublicKey, Sha256, Text, Weekday, Withheld,
};
use crate::event::{Actor, Role};
use crate::seal::{MemberSecret, Seat as Seat_};
use crate::testing::{Given, actor};
use crate::time::Timestamp;
use world::*;

mod attachments;
mod bidding;
mod cancelling;
mod complaining;
mod drafting;
mod example;
mod framework;
mod impossible;
mod inviting;
mod keys;
mod office;
mod opened;
mod planned;
mod properties;
mod publishing;
mod selective;
mod stages;
pub(in crate::domain) mod world;
