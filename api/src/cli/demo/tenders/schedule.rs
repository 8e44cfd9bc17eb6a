//! When what is done about a tender: everything official on Sundays and Wednesdays, on which the offices of the story sit.

use sijill_ledger_core::domain::values::{Calendar, Date};

use super::plot::{Plot, Twist};
use crate::cli::demo::calendar::weekday;

/// What is done about one tender on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// The need is planned.
    Plan,
    /// Another approves the plan.
    ApprovePlan,
    /// Draft, lots, committees, keys.
    Draft,
    /// Another approves the draft, and it is published.
    Publish {
        /// The day of the deadline.
        closes: Date,
    },
    /// A supplier asks.
    Ask,
    /// It is answered.
    Answer,
    /// The first lot is amended.
    Amend {
        /// The day of the deadline, which stays.
        closes: Date,
    },
    /// A bid's envelopes are sealed.
    Seal(usize),
    /// A bidder stands by its early bid.
    Confirm(usize),
    /// A bidder takes its bid back.
    Withdraw(usize),
    /// A supplier comes too late.
    SealLate {
        /// Its number.
        supplier: usize,
    },
    /// Technical envelopes are opened.
    OpenTechnical,
    /// They are judged, and minutes signed.
    JudgeTechnical,
    /// The technical result stands.
    AcceptTechnical,
    /// Financial envelopes are opened.
    OpenFinancial,
    /// Sums are corrected, bids rejected, minutes signed.
    JudgePrices,
    /// Awards are proposed.
    Propose,
    /// Another approves them, and the bidders are told.
    Award,
    /// A bidder complains.
    Complain,
    /// The review body decides.
    Decide,
    /// After an upheld complaint the winner is rejected.
    JudgeAgain,
    /// The buyer proposes to give it up.
    Cancel,
    /// Another approves that.
    ApproveCancel,
    /// Nobody bid.
    Fail,
    /// It is complete.
    Complete,
}

/// All that is done about a tender, in order.
pub fn acts(plot: &Plot, calendar: &Calendar) -> Vec<(Date, Act)> {
    let mut walk = Walk {
        calendar,
        day: plot.begins,
        acts: Vec::new(),
    };
    if plot.procedure.has_technical_part() {
        walk.then(0, Act::Plan);
        walk.then(1, Act::ApprovePlan);
        walk.then(1, Act::Draft);
    } else {
        walk.then(0, Act::Draft);
    }
    let published = walk.sitting(walk.day.plus_days(1));
    let closes = published.plus_days(plot.window_days);
    let seal_by = walk.sitting(published.plus_days(1));
    let closes = calendar.working_from(closes.max(seal_by.plus_days(1)));
    walk.then(1, Act::Publish { closes });
    walk.bidding(plot, closes);
    if plot
        .twists
        .iter()
        .any(|it| matches!(it, Twist::Cancelled { .. }))
    {
        let approved = walk.last_sitting(closes);
        let before = walk.last_sitting(approved);
        walk.acts.retain(|(day, _)| *day < before);
        walk.on(before, Act::Cancel);
        walk.on(approved, Act::ApproveCancel);
        return walk.acts;
    }
    walk.judging(plot, closes);
    walk.acts
}

struct Walk<'a> {
    calendar: &'a Calendar,
    day: Date,
    acts: Vec<(Date, Act)>,
}

impl Walk<'_> {
    /// The first day from this one on which offices sit.
    fn sitting(&self, from: Date) -> Date {
        let mut days = (0..60).map(|ahead| from.plus_days(ahead));
        days.find(|day| self.sits(*day)).unwrap_or(from)
    }

    /// The last such day before this one.
    fn last_sitting(&self, before: Date) -> Date {
        let mut days = (1..60).map(|back| before.plus_days(-back));
        days.find(|day| self.sits(*day)).unwrap_or(before)
    }

    fn sits(&self, day: Date) -> bool {
        matches!(weekday(day), 0 | 3) && self.calendar.is_working(day)
    }

    /// The next act, so many days later at the earliest.
    fn then(&mut self, days: i32, act: Act) {
        self.day = self.sitting(self.day.plus_days(days));
        self.acts.push((self.day, act));
    }

    fn on(&mut self, day: Date, act: Act) {
        self.acts.push((day, act));
    }

    /// From publication to the deadline; the acts come out in the order of their days.
    fn bidding(&mut self, plot: &Plot, closes: Date) {
        let published = self.day;
        let last = self.last_sitting(closes);
        // The rules want five whole days between an amendment and the deadline.
        let amended = self.last_sitting(closes.plus_days(-5));
        let early = self.sitting(published.plus_days(1)).min(last);
        for (place, bid) in plot.bids.iter().enumerate() {
            self.on(if bid.early { early } else { last }, Act::Seal(place));
        }
        for twist in &plot.twists {
            match twist {
                Twist::Question { .. } => {
                    self.on(early, Act::Ask);
                    self.on(self.sitting(early.plus_days(1)), Act::Answer);
                }
                Twist::Amendment { confirmed, .. } => {
                    self.on(amended, Act::Amend { closes });
                    for bid in confirmed {
                        self.on(last, Act::Confirm(*bid));
                    }
                }
                Twist::Withdrawn(bid) => self.on(last, Act::Withdraw(*bid)),
                Twist::Late { supplier } => {
                    let supplier = *supplier;
                    self.on(closes, Act::SealLate { supplier });
                }
                Twist::Unfit { .. }
                | Twist::Rejected { .. }
                | Twist::Override { .. }
                | Twist::Complaint { .. }
                | Twist::Cancelled { .. }
                | Twist::Forgotten => {}
            }
        }
        self.acts.sort_by_key(|(day, _)| *day);
    }

    fn judging(&mut self, plot: &Plot, closes: Date) {
        self.day = closes;
        if plot.counting().is_empty() {
            return self.then(1, Act::Fail);
        }
        if plot.procedure.has_technical_part() {
            self.then(1, Act::OpenTechnical);
            if plot.twists.iter().any(|it| matches!(it, Twist::Forgotten)) {
                return;
            }
            self.then(1, Act::JudgeTechnical);
            self.then(1, Act::AcceptTechnical);
        }
        self.then(1, Act::OpenFinancial);
        self.then(1, Act::JudgePrices);
        self.then(1, Act::Propose);
        self.then(1, Act::Award);
        for twist in &plot.twists {
            if let Twist::Complaint { upheld, .. } = twist {
                self.then(2, Act::Complain);
                self.then(5, Act::Decide);
                if *upheld {
                    self.then(1, Act::JudgeAgain);
                    self.then(1, Act::Propose);
                    self.then(1, Act::Award);
                }
            }
        }
        // Complaints are heard for seven days, and the last of them is a working day.
        self.then(13, Act::Complete);
    }
}
