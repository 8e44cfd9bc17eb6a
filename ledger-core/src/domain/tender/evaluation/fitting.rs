//! Whether what was in an envelope fits the tender, and what it offers.

use std::collections::{BTreeMap, BTreeSet};

use super::state::Offer;
use crate::domain::tender::event::{ANSWERS_MAX, FinancialBid, TechnicalBid};
use crate::domain::tender::notice::Notice;
use crate::domain::values::{LotId, Quantity, UnitPrice};

/// The lots of a technical bid; `None` for a bid without lots, with a lot or criterion that the tender does not have, or with one
/// that stands twice.
pub(super) fn tendered_lots(notice: &Notice, bid: &TechnicalBid) -> Option<BTreeSet<LotId>> {
    let known = bid.lots.iter().filter(|lot| notice.lot(lot).is_some());
    let lots: BTreeSet<LotId> = known.cloned().collect();
    let criteria = &notice.draft.criteria;
    let answered = bid.answers.iter().map(|answer| &answer.criterion);
    let answered = answered.filter(|id| criteria.iter().any(|it| it.id == **id));
    let answered: BTreeSet<_> = answered.collect();
    let fits = !lots.is_empty()
        && lots.len() == bid.lots.len()
        && answered.len() == bid.answers.len()
        && bid.answers.len() <= ANSWERS_MAX
        && bid.documents.len() <= ANSWERS_MAX;
    fits.then_some(lots)
}

/// What a financial bid offers by lot; `None` for a bid that offers nothing, names a lot or line that the tender does not have or
/// one twice, is in another currency, offers nothing or more than is asked of a line, has a lot without a total or a total without
/// a lot, or comes to more than money can hold.
pub(super) fn offers(notice: &Notice, bid: &FinancialBid) -> Option<BTreeMap<LotId, Offer>> {
    let mut lines: BTreeMap<LotId, BTreeMap<u16, (Quantity, UnitPrice)>> = BTreeMap::new();
    for price in &bid.prices {
        let place = usize::from(price.line).checked_sub(1)?;
        let asked = notice.lot(&price.lot)?.lines.get(place)?.quantity;
        let fits = price.unit_price.currency() == notice.draft.currency
            && !price.quantity.is_zero()
            && price.quantity <= asked;
        fits.then_some(())?;
        let lot = lines.entry(price.lot.clone()).or_default();
        let before = lot.insert(price.line, (price.quantity, price.unit_price));
        before.is_none().then_some(())?;
    }
    let mut offers = BTreeMap::new();
    for total in &bid.totals {
        (total.total.currency() == notice.draft.currency).then_some(())?;
        let mut offer = Offer {
            lines: lines.remove(&total.lot)?,
            stated: total.total,
            price: total.total,
            corrected: false,
            explained: None,
        };
        offer.price = offer.value_of(&offer.whole())?;
        offers.insert(total.lot.clone(), offer);
    }
    (lines.is_empty() && !offers.is_empty()).then_some(offers)
}
