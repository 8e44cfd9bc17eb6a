//! The judging of bids, rule by rule.

pub(in crate::domain) mod agreeing;
mod asks;
mod awarding;
mod binding;
mod complaining;
mod example;
mod judging;
mod offering;
mod opening;
mod properties;
mod receiving;
pub(in crate::domain) mod records;
pub(in crate::domain) mod resolving;
mod splitting;
mod stages;
mod world;

use super::*;
use crate::aggregate::Explain;
use crate::domain::envelope::Vouch;
use crate::domain::ruleset::ProcurementRules;
use crate::domain::tender::event::*;
use crate::domain::values::*;
use crate::event::{Actor, ActorId, Role};
use asks::*;
use world::*;
