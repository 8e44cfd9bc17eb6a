//! Awards that conclude a framework agreement: several win a lot, each the whole of it, and who delivers is decided by call-offs.

use rust_decimal::Decimal;

use super::state::{Evaluation, plus};
use crate::domain::tender::event::{Award, Lot};
use crate::domain::values::{Money, OrganizationId, UnitPrice};

impl Evaluation {
    /// What a bidder asks for a base unit of each line of a lot; `None` unless it offers every line.
    pub fn unit_prices(&self, lot: &Lot, bidder: &OrganizationId) -> Option<Vec<UnitPrice>> {
        let offer = self.bids.get(bidder)?.offers.get(&lot.id)?;
        let numbers = (1..).zip(&lot.lines).map(|(number, _): (u16, _)| number);
        numbers
            .map(|number| offer.lines.get(&number).map(|(_, price)| *price))
            .collect()
    }

    /// The most that can be called off: each line's quantity at the highest of the winners' prices, rounded per line. `None` for
    /// more than money can hold.
    pub(super) fn worth(&self, award: &Award) -> Option<Money> {
        let lot = self.notice.lot(&award.lot)?;
        let prices = award.winners.iter();
        let prices = prices.map(|winner| self.unit_prices(lot, &winner.bidder));
        let prices: Vec<Vec<UnitPrice>> = prices.collect::<Option<_>>()?;
        let zero = Money::new(Decimal::ZERO, self.notice.draft.currency).ok();
        let lines = lot.lines.iter().enumerate().map(|(place, line)| {
            let asked = prices.iter().filter_map(|prices| prices.get(place));
            let highest = asked.max_by_key(|price| price.amount())?;
            highest.line_total(line.quantity)
        });
        lines.fold(zero, |sum, line| plus(sum?, line?))
    }
}
