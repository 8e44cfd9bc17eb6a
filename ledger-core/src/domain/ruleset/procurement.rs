//! Parameters of procurement: periods, limits and the calendar. They are adopted together, as a country's law gives them.

use rust_decimal::Decimal;
use serde::Deserialize;

use super::rules::out_of_range;
use super::{Range, Refusal, Witnessing};
use crate::aggregate::ensure;
use crate::domain::grown::grown;
use crate::domain::tender::Procedure;
use crate::domain::values::{Calendar, Clocks, Currency, EffectiveAt, Money, legal};
use crate::time::{MICROS_PER_DAY, MICROS_PER_SECOND, Timestamp};

/// Most holidays of a calendar: some twenty years of them.
pub const HOLIDAYS_MAX: usize = 500;
/// Most changes of a country's clocks: some hundred years of summer time.
pub const CLOCK_CHANGES_MAX: usize = 200;
/// Days between two changes of the clocks, so that none falls into the day of another.
const CLOCK_DAYS_MIN: i64 = 2;

/// The latest edition of the rules of procedure ([`edition`](field@ProcurementRules::edition)): the only one that is still proposed.
pub const EDITION_LATEST: u8 = 4;
/// From this edition on a tender keeps the edition that it was published under.
pub(super) const EDITION_KEPT: u8 = 3;
/// From this edition on days are counted by the country's clocks.
const EDITION_CLOCKS: u8 = 4;

/// The parameters of procurement. Days are whole days on the wall ([`clocks`](Self::clocks)): the day from which they are counted
/// does not count, and what they bound comes after the last of them.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize)]
pub struct ProcurementRules {
    /// Fewest days from publication to the deadline: 1 to 180.
    pub tender_days_min: ByProcedure,
    /// Fewest days that the deadline stays ahead when a tender is amended: 1 to 60.
    pub amendment_days_min: ByProcedure,
    /// Fewest days after publication on which questions are taken: 0 to 60, and fewer than the tender's.
    pub enquiry_days_min: ByProcedure,
    /// Days after bidders were notified on which no contract is signed: 0 to 60.
    pub standstill_days: ByProcedure,
    /// Days after bidders were notified on which they may complain about an award: 1 to 60.
    pub complaint_days: u16,
    /// Highest bid security, in percent of the bid: 0 to 20.
    pub security_percent_max: Decimal,
    /// Most that a tender by quotations may be expected to cost. Absent: nothing is bought so.
    pub quotation_ceiling: Option<Money>,
    /// A price more than this below the estimate, or below the mean of the other prices, in percent, must be explained: 5
    /// to 90.
    pub low_price_percent: u8,
    /// Days on which a bidder may show the secret of an envelope that the committee could not open: 1 to 30.
    pub reveal_days: u16,
    /// How much longer than an outage the deadline moves, in minutes: 0 to 10,080, a week.
    pub outage_allowance_minutes: u16,
    /// Days on which offices are closed: no deadline ends on one; and when a day begins. Built in: none.
    pub calendar: Calendar,
    /// Which edition of the rules of procedure holds: 1 to 4 ([`EDITION_LATEST`]). Absent: 1.
    ///
    /// | From edition | Rule |
    /// |---|---|
    /// | 2 | an envelope counts whose bidder vouched for its key |
    /// | 2 | a bid is awarded while it binds, and with the security that the terms ask for, verified and not lapsed |
    /// | 2 | an approver's limit covers all that the tender awards, not each lot |
    /// | 2 | a published tender is cancelled by two persons, and no amendment asks for more than was approved |
    /// | 2 | securities of bids are recorded when envelopes are listed |
    /// | 3 | a tender keeps the edition that it was published under, whatever is adopted later |
    /// | 3 | an order from a framework agreement that is kept here is placed by its call-off alone |
    /// | 3 | once prices are read, a bid is rejected by minutes; for its security only where that does not stand; as withdrawn by its bidder |
    /// | 3 | 500 questions about a tender, and 10 complaints about its documents under one key |
    /// | 3 | after a tender that failed, its items alone are asked for, no more of each, within a year of its deadline |
    /// | 3 | what quotations award in all is within their ceiling |
    /// | 3 | no complaint is decided by who evaluates the tender or holds a post of its buyer |
    /// | 3 | a security is called by a decision, and neither called nor given back while the bid that rests on it may win |
    /// | 3 | outages move a deadline by 72 hours at most, and one that has passed when a second person confirms the outage it fell into |
    /// | 4 | each member of a committee signs minutes for itself; technical results, rejections and awards rest on what minutes decide of them, once, and that know of the points, sums and explanations that stand |
    /// | 4 | a buyer's plans, tenders, lists of suppliers and framework agreements are for officials with a post in it, whose authority counts there |
    /// | 4 | a tender that names a plan asks for what it took from it, and all tenders together for no more than was planned |
    /// | 4 | days are counted by the country's clocks where the calendar names them, whoever acts; like holidays they hold for tenders that are out |
    /// | 4 | a bidder hands in 100 envelopes for a tender |
    /// | 4 | a tender of which no bid was read fails as one whose bids were lost, where envelopes could not be listed; that is no ground to ask others without a tender |
    /// | 4 | bidding is not closed while an outage that the deadline fell into can still be confirmed |
    /// | 4 | while bids are judged a bidder's security is called by a decision that the tender knows |
    /// | 4 | a bidder signs that it withdraws its opened bid, where statements are required |
    /// | 4 | of complaints about the documents those hold up the closing that organisations file in their own name, each one until the documents change |
    pub edition: Option<u8>,
    /// How long after the deadline bidding is closed, in minutes: 0 to 1,440, a day. Until then an outage that the deadline fell
    /// into can be recorded. Absent: 0.
    pub closing_grace_minutes: Option<u16>,
    /// Fewest suppliers that a limited or selective tender invites: 2 to 20. Absent: 3.
    pub limited_invited_min: Option<u8>,
    /// Most days through which goods are called off from a framework agreement: 1 to 3,660. Absent: 1,461, four years (as in
    /// Directive 2014/24/EU, article 33).
    pub framework_days_max: Option<u16>,
    /// Whether a tender carries out an approved plan, from the fourth edition on: all but requests for quotations and direct purchases
    /// after a catastrophe. Absent: it need not.
    pub plan_required: Option<bool>,
    /// Which witnesses say what the log held at the deadlines of tenders that are published under these rules. Absent: the server's
    /// stamps alone do. Bidding is then closed half an hour after their time at the earliest ([`closing_grace_minutes`](Self::closing_grace_minutes)):
    /// where they had not seen all, two persons can give all bidders the time again.
    pub witnessing: Option<Witnessing>,
}

grown!(ProcurementRules {
    tender_days_min,
    amendment_days_min,
    enquiry_days_min,
    standstill_days,
    complaint_days,
    security_percent_max,
    quotation_ceiling,
    low_price_percent,
    reveal_days,
    outage_allowance_minutes,
    calendar;
    edition,
    closing_grace_minutes,
    limited_invited_min,
    framework_days_max,
    plan_required,
    witnessing,
});

/// A number of days for each procedure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
pub struct ByProcedure {
    /// Open tenders.
    pub open: u16,
    /// Requests for quotations.
    pub quotation: u16,
    /// Limited and selective tenders, and requests to be qualified for the latter. Absent: as of open ones.
    pub limited: Option<u16>,
    /// Direct purchases, whose notice stands that long. Absent: as of quotations.
    pub direct: Option<u16>,
}

grown!(ByProcedure { open, quotation; limited, direct });

impl ByProcedure {
    /// Of one procedure.
    pub const fn of(self, procedure: &Procedure) -> u16 {
        match procedure {
            Procedure::Open => self.open,
            Procedure::Quotation => self.quotation,
            Procedure::Limited | Procedure::Selective => self.limited(),
            Procedure::Direct => self.direct(),
        }
    }

    const fn limited(self) -> u16 {
        match self.limited {
            Some(days) => days,
            None => self.open,
        }
    }

    const fn direct(self) -> u16 {
        match self.direct {
            Some(days) => days,
            None => self.quotation,
        }
    }

    const fn all(self) -> [u16; 4] {
        [self.open, self.quotation, self.limited(), self.direct()]
    }

    fn are_within(self, least: u16, most: u16) -> bool {
        self.all().iter().all(|days| (least..=most).contains(days))
    }
}

impl Default for ProcurementRules {
    /// What holds before such parameters are adopted. An example, not a country's law.
    fn default() -> Self {
        let by = |open, quotation| ByProcedure {
            open,
            quotation,
            limited: None,
            direct: None,
        };
        Self {
            tender_days_min: by(15, 3),
            amendment_days_min: by(4, 2),
            enquiry_days_min: by(5, 1),
            standstill_days: by(10, 0),
            complaint_days: 10,
            security_percent_max: Decimal::from(5),
            quotation_ceiling: None,
            low_price_percent: 30,
            reveal_days: 3,
            outage_allowance_minutes: 60,
            calendar: Calendar::default(),
            edition: None,
            closing_grace_minutes: None,
            limited_invited_min: None,
            framework_days_max: None,
            plan_required: None,
            witnessing: None,
        }
    }
}

impl ProcurementRules {
    /// Most that a tender by quotations may be expected to cost in this currency; `None` where nothing may be bought so.
    pub fn quotation_ceiling(&self, currency: Currency) -> Option<Money> {
        self.quotation_ceiling
            .filter(|ceiling| ceiling.currency() == currency)
    }

    /// Fewest suppliers that a limited or selective tender invites.
    pub fn limited_invited_min(&self) -> u8 {
        self.limited_invited_min.unwrap_or(3)
    }

    /// Most days through which goods are called off from a framework agreement.
    pub fn framework_days_max(&self) -> u16 {
        self.framework_days_max.unwrap_or(1_461)
    }

    /// How long after the deadline bidding is closed, in microseconds.
    pub fn closing_grace(&self) -> i64 {
        i64::from(self.closing_grace_minutes.unwrap_or(0)) * 60 * MICROS_PER_SECOND
    }

    /// The clocks by which days are counted: from the fourth edition on the country's, where the calendar names them; else one at the
    /// offset of whoever acts, in minutes.
    pub fn clocks(&self, otherwise: i16) -> Clocks<'_> {
        match self.calendar.clocks.as_slice() {
            changes @ [_, ..] if self.has_edition(EDITION_CLOCKS) => Clocks::of_country(changes),
            [] | [_, ..] => Clocks::at_offset(otherwise),
        }
    }

    /// The first instant after so many days, the last of which is moved to a working day; in the clocks' absence they are counted
    /// on the wall from which they are counted.
    pub fn after_days(&self, from: EffectiveAt, days: u16) -> Timestamp {
        let clocks = self.clocks(from.offset_minutes());
        self.calendar.after_days(from.at(), days, &clocks)
    }

    /// Whether the rules hold that came with this edition.
    pub fn has_edition(&self, edition: u8) -> bool {
        edition <= self.edition()
    }

    /// The edition that holds.
    pub(super) fn edition(&self) -> u8 {
        self.edition.unwrap_or(1)
    }

    /// Parameters that cannot work are refused with the name of the parameter.
    pub(super) fn check(&self) -> Result<(), Refusal> {
        self.check_periods()?;
        self.check_limits()?;
        ensure(
            (1..=EDITION_LATEST).contains(&self.edition()),
            out_of_range("edition", Range::Within(1, 4)),
        )?;
        ensure(
            self.calendar.weekend.len() < 7,
            out_of_range("weekend", Range::Within(0, 6)),
        )?;
        ensure(
            self.calendar.holidays.len() <= HOLIDAYS_MAX,
            out_of_range("holidays", Range::Within(0, 500)),
        )?;
        if let Some(witnessing) = &self.witnessing {
            witnessing.check(self.closing_grace())?;
        }
        self.check_clocks()
    }

    fn check_clocks(&self) -> Result<(), Refusal> {
        let changes = &self.calendar.clocks;
        ensure(
            changes.len() <= CLOCK_CHANGES_MAX,
            out_of_range("clocks", Range::Within(0, 200)),
        )?;
        let mut shown = changes.iter().map(|change| change.minutes);
        ensure(
            shown.all(|minutes| (-840..=840).contains(&minutes)),
            out_of_range("clocks.minutes", Range::Within(-840, 840)),
        )?;
        let mut pairs = changes.iter().zip(changes.iter().skip(1));
        let apart = CLOCK_DAYS_MIN * MICROS_PER_DAY;
        ensure(
            pairs.all(|(earlier, later)| later.from.micros_since(earlier.from) >= apart),
            out_of_range(
                "clocks.from",
                Range::Rule(legal(
                    "مرتبة تصاعديًا، وبين كل اثنتين يومان أو أكثر",
                    "in rising order, 2 days or more apart",
                )),
            ),
        )
    }

    fn check_periods(&self) -> Result<(), Refusal> {
        let tender = self.tender_days_min;
        ensure(
            tender.are_within(1, 180),
            out_of_range("tender_days_min", Range::Within(1, 180)),
        )?;
        ensure(
            self.amendment_days_min.are_within(1, 60),
            out_of_range("amendment_days_min", Range::Within(1, 60)),
        )?;
        let enquiry = self.enquiry_days_min;
        let mut pairs = enquiry.all().into_iter().zip(tender.all());
        let shorter = pairs.all(|(enquiry, tender)| enquiry < tender);
        ensure(
            shorter && enquiry.are_within(0, 60),
            out_of_range(
                "enquiry_days_min",
                Range::Rule(legal(
                    "من 0 إلى 60، وأقل من tender_days_min",
                    "0 to 60, fewer than tender_days_min",
                )),
            ),
        )?;
        ensure(
            self.standstill_days.are_within(0, 60),
            out_of_range("standstill_days", Range::Within(0, 60)),
        )?;
        ensure(
            (1..=60).contains(&self.complaint_days),
            out_of_range("complaint_days", Range::Within(1, 60)),
        )?;
        ensure(
            (1..=30).contains(&self.reveal_days),
            out_of_range("reveal_days", Range::Within(1, 30)),
        )?;
        ensure(
            self.outage_allowance_minutes <= 7 * 24 * 60,
            out_of_range("outage_allowance_minutes", Range::Within(0, 10080)),
        )?;
        ensure(
            self.closing_grace_minutes.unwrap_or(0) <= 24 * 60,
            out_of_range("closing_grace_minutes", Range::Within(0, 1440)),
        )
    }

    fn check_limits(&self) -> Result<(), Refusal> {
        ensure(
            (Decimal::ZERO..=Decimal::from(20)).contains(&self.security_percent_max),
            out_of_range("security_percent_max", Range::Within(0, 20)),
        )?;
        ensure(
            (2..=20).contains(&self.limited_invited_min()),
            out_of_range("limited_invited_min", Range::Within(2, 20)),
        )?;
        ensure(
            (1..=3_660).contains(&self.framework_days_max()),
            out_of_range("framework_days_max", Range::Within(1, 3660)),
        )?;
        ensure(
            self.quotation_ceiling
                .is_none_or(|ceiling| ceiling.amount() > Decimal::ZERO),
            out_of_range("quotation_ceiling", Range::Above(0)),
        )?;
        ensure(
            (5..=90).contains(&self.low_price_percent),
            out_of_range("low_price_percent", Range::Within(5, 90)),
        )
    }
}
