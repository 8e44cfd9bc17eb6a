//! Minutes behind decisions: what the committee decided, each decision once.
//!
//! From the fourth edition of the rules on, minutes say what they decide, each member signed them for itself, and a decision rests
//! on exactly what they say of this tender, its lot and its bidders. One paper may decide several things, and each of them once: an
//! award that fell, or that was proposed before the bids compared otherwise, is decided anew. Before that the number of minutes was
//! enough, and what they were used for.

use std::collections::BTreeSet;

use super::refusal::{BidRefusal, Refusal};
use super::state::{Evaluation, LotState};
use crate::aggregate::{Facts, ensure};
use crate::domain::committee::{Resolution, Sheet};
use crate::domain::tender::event::{Award, Disqualification, Winner};
use crate::domain::values::DocumentNumber;

impl Evaluation {
    /// Whether minutes say what they decide, and everything but a bidder's own withdrawal rests on them.
    pub(super) fn wants_resolutions(&self, facts: &Facts) -> bool {
        self.notice.has_edition(4, &facts.readings)
    }

    /// Minutes behind the technical result, which a quorum signed.
    pub(super) fn check_result(&self, by: &DocumentNumber, facts: &Facts) -> Result<(), Refusal> {
        self.check_minutes(by, &[Resolution::TechnicalResult].into(), facts)
    }

    /// The same behind a rejection. Before the fourth edition they decide nothing else.
    pub(super) fn check_rejection(
        &self,
        by: &DocumentNumber,
        rejection: &Disqualification,
        facts: &Facts,
    ) -> Result<(), Refusal> {
        self.check_minutes(by, &rejected(rejection), facts)?;
        let awards = self.lots.values().any(|lot| lot.rests_on(by));
        ensure(self.wants_resolutions(facts) || !awards, spent(by.clone()))
    }

    /// The same behind an award.
    pub(super) fn check_awarding(&self, award: &Award, facts: &Facts) -> Result<(), Refusal> {
        self.check_minutes(&award.minutes, &awarded(award), facts)
    }

    fn check_minutes(
        &self,
        minutes: &DocumentNumber,
        asked: &BTreeSet<Resolution>,
        facts: &Facts,
    ) -> Result<(), Refusal> {
        let bench = self.bench(facts)?;
        let number = || minutes.clone();
        ensure(
            bench.has_minutes(minutes),
            BidRefusal::NoMinutes { minutes: number() },
        )?;
        if !self.wants_resolutions(facts) {
            return ensure(!self.spent_minutes.contains(minutes), spent(number()));
        }
        let decided = bench
            .adopted(minutes)
            .is_some_and(|paper| paper.decide(&self.notice.tender, asked));
        ensure(decided, BidRefusal::NotDecided { minutes: number() })?;
        let drawn_up = bench.sheet(minutes).and_then(Sheet::judged_at);
        let later = drawn_up.is_some_and(|read| self.judged_after(read, asked));
        ensure(!later, BidRefusal::JudgedSince { minutes: number() })?;
        let used = |it: &Resolution| self.used.contains(&(number(), it.clone()));
        ensure(!asked.iter().any(used), spent(number()))
    }

    /// Whether something that this rests on was judged after a revision: points behind all of it, sums and explanations of its lots.
    fn judged_after(&self, revision: u64, asked: &BTreeSet<Resolution>) -> bool {
        let lots = asked.iter().map(|it| it.lot().cloned());
        let mut judged = lots.chain([None]).filter_map(|lot| self.judged.get(&lot));
        judged.any(|at| *at > revision)
    }
}

impl Evaluation {
    /// Minutes stood behind the technical result.
    pub(super) fn result_rests_on(&mut self, minutes: &DocumentNumber) {
        self.spent_minutes.insert(minutes.clone());
        self.use_up(minutes, [Resolution::TechnicalResult].into());
    }

    /// Minutes stood behind a rejection, where it had any.
    pub(super) fn rejection_rests_on(&mut self, rejection: &Disqualification) {
        if let Some(minutes) = &rejection.minutes {
            self.spent_minutes.insert(minutes.clone());
            self.use_up(minutes, rejected(rejection));
        }
    }

    /// Minutes stood behind a proposal. Their number is spent when the award falls.
    pub(super) fn award_rests_on(&mut self, award: &Award) {
        self.use_up(&award.minutes, awarded(award));
    }

    fn use_up(&mut self, minutes: &DocumentNumber, decided: BTreeSet<Resolution>) {
        let used = decided.into_iter().map(|it| (minutes.clone(), it));
        self.used.extend(used);
    }
}

impl LotState {
    /// Whether these minutes carry its award, proposed or made.
    fn rests_on(&self, minutes: &DocumentNumber) -> bool {
        match self {
            Self::Proposed(proposal) => proposal.award.minutes == *minutes,
            Self::Awarded(award) => award.minutes == *minutes,
            Self::Open | Self::Failed => false,
        }
    }
}

fn rejected(rejection: &Disqualification) -> BTreeSet<Resolution> {
    [Resolution::Rejection {
        bidder: rejection.bidder.clone(),
        lot: rejection.lot.clone(),
    }]
    .into()
}

fn awarded(award: &Award) -> BTreeSet<Resolution> {
    let each = |winner: &Winner| Resolution::Award {
        lot: award.lot.clone(),
        bidder: winner.bidder.clone(),
    };
    award.winners.iter().map(each).collect()
}

fn spent(minutes: DocumentNumber) -> Refusal {
    BidRefusal::MinutesSpent { minutes }.into()
}
