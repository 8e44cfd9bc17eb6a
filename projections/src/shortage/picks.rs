//! What an answer of many rows consists of before its rows are made: a page makes its own rows only, today and when the view
//! has long gone on.
//!
//! Cells are shared with the view as they stood when the question was asked: the view copies such a cell before it changes it.
//! Codes are only ever added to a view, with numbers that the log fixes, so any later view of the same log names them.

use std::mem::size_of;
use std::sync::Arc;

use sijill_ledger_core::domain::facility;
use sijill_ledger_core::domain::item::{self, Category};
use sijill_ledger_core::domain::values::{Batch, EffectiveAt, FacilityId, ItemCode, Programme};

use super::Shortage;
use super::cell::{Card, Cell};
use super::lens::{Figures, Lens, Scene};
use super::outlook::Outlook;
use super::query::{CardRow, Filter, Quantities, Row};
use super::supply::Pipeline;

pub use super::lens::Standing;

/// Items of facilities, in the order of facility and item.
#[derive(Debug)]
pub struct Picks {
    lenses: Vec<Lens>,
    picks: Vec<Pick>,
}

/// An item of a facility.
#[derive(Debug)]
struct Pick {
    lens: usize,
    item: u32,
    cell: Arc<Cell>,
}

/// Cards, in the order of facility, item, batch and programme.
#[derive(Debug)]
pub struct Cards {
    picks: Picks,
    /// Place among the picks, place in the cell.
    cards: Vec<(usize, usize)>,
}

/// A card with whose it is.
#[derive(Clone, Debug)]
pub struct CardOf<'a> {
    /// The facility.
    pub facility: &'a FacilityId,
    /// Its particulars; `None` when it was not registered.
    pub facility_profile: Option<&'a facility::Profile>,
    /// The item.
    pub item: &'a ItemCode,
    /// Its particulars; `None` when it was not listed.
    pub item_profile: Option<&'a item::Profile>,
    /// The card.
    pub card: CardRow,
}

impl Shortage {
    /// Every item of every facility that was moved, expected or awaited there. Costs no figure.
    pub fn pick(&self, at: EffectiveAt, filter: &Filter) -> Picks {
        self.picked(at, filter, Figures::All)
    }

    /// Every card with stock, or with a movement since the look-back began.
    pub fn cards(&self, at: EffectiveAt, filter: &Filter) -> Cards {
        let picks = self.picked(at, filter, Figures::Stock);
        let mut cards = Vec::with_capacity(picks.len());
        for (place, Pick { lens, item, cell }) in picks.picks.iter().enumerate() {
            let Some(lens) = picks.lenses.get(*lens) else {
                continue;
            };
            let first = cards.len();
            for (own, card) in cell.cards().iter().enumerate() {
                if lens.shows(*item, card, cell) {
                    cards.push((place, own));
                }
            }
            if let Some(of_cell) = cards.get_mut(first..).filter(|cards| cards.len() > 1) {
                let card = |own: usize| cell.cards().get(own).map(|card| self.names(card));
                of_cell.sort_by_key(|(_, own)| card(*own));
            }
        }
        Cards { picks, cards }
    }

    /// Items of facilities that a question has to look at.
    pub fn cells_of(&self, filter: &Filter) -> usize {
        let stores = self.stores(filter).into_iter();
        if filter.item.is_some() {
            return stores.count();
        }
        stores.map(|(_, store)| store.cells.len()).sum()
    }

    fn picked(&self, at: EffectiveAt, filter: &Filter, figures: Figures) -> Picks {
        let scene = Arc::new(Scene::new(self, at));
        let (mut lenses, mut picks) = (Vec::new(), Vec::new());
        for (facility, store) in self.stores(filter) {
            let known = (facility, store);
            let lens = lenses.len();
            lenses.push(Lens::new(
                self,
                &scene,
                known,
                filter.item.as_ref(),
                figures,
            ));
            let cells = self.cells(store, filter).into_iter();
            picks.extend(cells.map(|(item, _, cell)| Pick {
                lens,
                item,
                cell: Arc::clone(cell),
            }));
        }
        Picks { lenses, picks }
    }

    /// Texts of a card's batch and programme; absent ones come first, as they do by their codes.
    fn names(&self, card: &Card) -> (Option<&str>, Option<&str>) {
        let batch = card.batch.and_then(|no| self.codes.batches.code(no));
        let programme = card.programme.and_then(|no| self.codes.programmes.code(no));
        (batch.map(Batch::as_str), programme.map(Programme::as_str))
    }
}

impl Picks {
    /// How many.
    pub fn len(&self) -> usize {
        self.picks.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.picks.is_empty()
    }

    /// Leaves those that are counted among shortages; see [`Row::counts`].
    pub fn retain_counted(&mut self) {
        let lenses = &self.lenses;
        self.picks.retain(|pick| {
            let Some(lens) = lenses.get(pick.lens) else {
                return false;
            };
            let profile = lens.scene().profile(pick.item);
            let durable = profile.is_some_and(|item| item.category == Category::Durable);
            lens.is_open() && pick.cell.is_handled() && !durable
        });
    }

    /// The facility of one of them.
    pub fn facility(&self, place: usize) -> Option<&FacilityId> {
        self.at(place).map(|(lens, _)| &lens.facility)
    }

    /// The item of one of them.
    pub fn item<'a>(&self, place: usize, view: &'a Shortage) -> Option<&'a ItemCode> {
        self.at(place)
            .and_then(|(_, pick)| view.codes.items.code(pick.item))
    }

    /// How well one of them is stocked.
    pub fn standing(&self, place: usize) -> Option<Standing> {
        let (lens, pick) = self.at(place)?;
        Some(lens.standing(pick.item, &pick.cell))
    }

    /// What lies ahead of one of them, computed from the view that it was picked from or any later one.
    pub fn outlook(&self, place: usize, view: &Shortage) -> Option<Outlook> {
        let (lens, pick) = self.at(place)?;
        Some(lens.lies_ahead(&view.codes, pick.item, &pick.cell))
    }

    /// What is on its way of one of them; `None` for nothing.
    pub fn supply(&self, place: usize) -> Option<&Pipeline> {
        let (lens, pick) = self.at(place)?;
        lens.supply(pick.item)
    }

    /// Everything that is said of one of them, named by the view that it was picked from or by any later one.
    pub fn row(&self, place: usize, view: &Shortage) -> Option<Row> {
        let (lens, pick) = self.at(place)?;
        let item = view.codes.items.code(pick.item)?;
        Some(lens.row(&view.codes, (pick.item, item), &pick.cell))
    }

    /// The rows of all.
    pub fn rows(&self, view: &Shortage) -> impl Iterator<Item = Row> {
        (0..self.len()).filter_map(|place| self.row(place, view))
    }

    /// The most that holding on to them can cost, in bytes: when the view has changed every one of the cells since.
    pub fn bytes(&self) -> usize {
        let cells = self.picks.iter().map(|pick| pick.cell.bytes());
        let picks = self.picks.len().saturating_mul(size_of::<Pick>());
        let lenses = self.lenses.len().saturating_mul(2 * size_of::<Lens>());
        cells.fold(picks.saturating_add(lenses), usize::saturating_add)
    }

    fn at(&self, place: usize) -> Option<(&Lens, &Pick)> {
        let pick = self.picks.get(place)?;
        Some((self.lenses.get(pick.lens)?, pick))
    }
}

impl Cards {
    /// How many.
    pub fn len(&self) -> usize {
        self.cards.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.cards.is_empty()
    }

    /// One of them with its quantities.
    pub fn card<'a>(&'a self, place: usize, view: &'a Shortage) -> Option<CardOf<'a>> {
        let (lens, pick, card) = self.at(place)?;
        Some(CardOf {
            facility: &lens.facility,
            facility_profile: lens.profile(),
            item: view.codes.items.code(pick.item)?,
            item_profile: lens.scene().profile(pick.item),
            card: lens.card_row(&view.codes, pick.item, card, &pick.cell),
        })
    }

    /// The quantities of one of them.
    pub fn quantities(&self, place: usize) -> Option<Quantities> {
        let (lens, pick, card) = self.at(place)?;
        Some(lens.quantities(pick.item, card, &pick.cell))
    }

    /// The most that holding on to them can cost, in bytes.
    pub fn bytes(&self) -> usize {
        let cards = self.cards.len().saturating_mul(size_of::<(usize, usize)>());
        self.picks.bytes().saturating_add(cards)
    }

    fn at(&self, place: usize) -> Option<(&Lens, &Pick, &Card)> {
        let (pick, own) = self.cards.get(place)?;
        let (lens, pick) = self.picks.at(*pick)?;
        Some((lens, pick, pick.cell.cards().get(*own)?))
    }
}
