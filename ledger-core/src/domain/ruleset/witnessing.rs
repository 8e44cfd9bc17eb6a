//! Which witnesses say what the log held at a deadline.
//!
//! The stamp of an entry is the server's word. Whoever runs the server could let its clock go slow, and give an envelope that came
//! late a stamp before the deadline. Witnesses have clocks of their own: what they had not seen soon after the deadline does not
//! count, whatever its stamp says.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::rules::out_of_range;
use super::{Range, Refusal};
use crate::aggregate::ensure;
use crate::domain::values::legal;
use crate::log::policy::Policy;
use crate::time::{MICROS_PER_SECOND, Timestamp};

/// Most bytes of the trust policy: the parameters of a country stand in one entry.
const POLICY_BYTES_MAX: usize = 16 << 10;

/// Least time that persons have before bidding is closed, in microseconds.
const PERSONS: i64 = 30 * 60 * MICROS_PER_SECOND;

/// Which witnesses say what the log held at a deadline, and how soon after it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Witnessing {
    /// A trust policy (C2SP tlog-policy), line by line: witnesses with their keys, and a quorum of them. Logs need not be named.
    pub policy: Vec<String>,
    /// How long after the deadline, in seconds and by their own clocks, the witnesses cosign: 10 to 600.
    pub within_seconds: u16,
}

impl Witnessing {
    /// Until when the witnesses cosign what the log held at a deadline.
    pub fn until(&self, deadline: Timestamp) -> Timestamp {
        deadline.plus_micros(i64::from(self.within_seconds) * MICROS_PER_SECOND)
    }

    /// The trust policy; `None` where its lines are none, which no ruleset in force has.
    pub fn policy(&self) -> Option<Policy> {
        let lines = self.policy.iter().map(|line| format!("{line}\n"));
        Policy::from_str(&lines.collect::<String>()).ok()
    }

    /// A policy that asks for nobody's signature, or cannot be read, witnesses nothing; and without time before the closing nobody
    /// mends what they had not seen.
    pub(super) fn check(&self, closing_grace: i64) -> Result<(), Refusal> {
        ensure(
            (10..=600).contains(&self.within_seconds),
            out_of_range("witnessing.within_seconds", Range::Within(10, 600)),
        )?;
        let seconds = i64::from(self.within_seconds) * MICROS_PER_SECOND;
        ensure(
            closing_grace >= seconds + PERSONS,
            out_of_range(
                "closing_grace_minutes",
                Range::Rule(legal(
                    "أطول من witnessing.within_seconds بثلاثين دقيقة على الأقل",
                    "at least 30 minutes longer than witnessing.within_seconds",
                )),
            ),
        )?;
        let bytes: usize = self.policy.iter().map(|line| line.len() + 1).sum();
        let lines = self.policy.iter().all(|line| !line.contains('\n'));
        let policy = self.policy().filter(|_| lines && bytes <= POLICY_BYTES_MAX);
        let asks = policy.is_some_and(|policy| !policy.satisfied(|_| false));
        ensure(
            asks,
            out_of_range(
                "witnessing.policy",
                Range::Rule(legal(
                    "سطور سياسة شهود (C2SP tlog-policy) كما يقرؤها «sijill serve --witnesses»، فيها نصاب من شاهد فأكثر، ولا تزيد على 16 كيلوبايت",
                    "the lines of a witness policy (C2SP tlog-policy) as 'sijill serve --witnesses' reads it, with a quorum of at least one witness and at most 16 KiB",
                )),
            ),
        )
    }
}
