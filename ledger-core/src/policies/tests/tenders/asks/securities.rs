//! The securities of bids.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "each function is about some steps"
)]

use super::super::envelopes::security_id;
use super::super::script::Step;
use super::super::world::{Ask, BIDDERS, BUYER, egp, id};
use super::{huda, text};
use crate::domain::Command;
use crate::domain::envelope::tests::world as bid_world;
use crate::domain::security::{self, Security};
use crate::domain::values::{Date, Names};
use crate::event::Role;
use crate::testing::actor;

impl Step {
    pub(super) fn of_security(self, bidder: usize) -> Ask {
        let samir = || actor("samir", Role::ProcurementOfficer);
        let (by, command) = match self {
            Self::Secure(_) => (huda(), security::Command::Receive(received(bidder))),
            Self::VerifySecurity(_) => {
                let reference = id(&format!("BANK-{bidder}"));
                let verified = security::Verification { reference };
                (samir(), security::Command::Verify(verified))
            }
            Self::CallSecurity(_) => {
                let call = security::Call {
                    amount: egp(90.into()),
                    reason: text("it did not keep its word"),
                    decision: Some(id("R-9")),
                };
                (samir(), security::Command::Call(call))
            }
            _ => {
                let reason = text("it is over");
                let released = security::Release { reason };
                (huda(), security::Command::Release(released))
            }
        };
        Ask {
            stream: Security::stream(&security_id(bidder)),
            command: Command::Security(command),
            by,
            key: None,
        }
    }
}

/// 90 EGP: two percent of the dearest bid, and a little more.
fn received(bidder: usize) -> security::Received {
    security::Received {
        purpose: security::Purpose::Bid(bid_world::tender_id()),
        principal: id(BIDDERS[bidder]),
        beneficiary: id(BUYER),
        issuer: Names::new("bank", "bank").unwrap(),
        number: id(&format!("LG-{bidder}")),
        amount: egp(90.into()),
        valid_until: Date::parse("2026-12-31").unwrap(),
        document: None,
    }
}
