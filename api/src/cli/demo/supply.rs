//! Goods on their way down: from suppliers to the central store, to warehouses, to those who use them.

use std::collections::BTreeMap;

use sijill_ledger_core::domain::item::Category;
use sijill_ledger_core::domain::stock::{
    Acceptance, AcceptanceLine, Arrival, ArrivalLine, BatchStep, Command, Dispatch, LINES_MAX,
    Opening, Receipt, Source,
};
use sijill_ledger_core::domain::values::{Batch, DocumentNumber, Text, TransferId, ValueError};

use super::catalogue::LISTINGS;
use super::purchase::{Purchase, order_id, supplier_id};
use super::request::{Wanted, requisition_id};
use super::shelf::Taken;
use super::world::{Inspection, Post, Tag, Today, Transit, quantity};

/// Most lines on a paper of the demo; a dispatch may have two batches of an item.
const GOODS_MAX: usize = LINES_MAX / 2;
/// Days in which goods between stores should arrive.
pub const ARRIVAL_DAYS: i32 = 4;

impl Today<'_> {
    /// The first day: what was on the shelves.
    pub fn open_books(&mut self) -> Result<(), ValueError> {
        for site in 0..self.world.sites.len() {
            let mut goods = Vec::new();
            for item in 0..LISTINGS.len() {
                goods.extend(self.opening_goods(site, item)?);
            }
            for chunk in goods.chunks(GOODS_MAX) {
                let document = self.document(site, "OPEN")?;
                let lines = self.world.lines_in(chunk)?;
                let opening = Command::DeclareOpening(Opening { document, lines });
                self.act(site, Post::Keeper, 7 * 60, opening)?;
            }
            for (item, taken) in &goods {
                self.world.shelf(site, *item).add(taken);
            }
        }
        Ok(())
    }

    fn opening_goods(
        &mut self,
        site: usize,
        item: usize,
    ) -> Result<Vec<(usize, Taken)>, ValueError> {
        let (listing, kind) = (&LISTINGS[item], self.world.sites[site].profile.kind);
        if !listing.is_held_by(kind) {
            return Ok(Vec::new());
        }
        if listing.category == Category::Durable {
            let units = self.world.rng.between(4, 20);
            return Ok(vec![(item, self.goods(item, units, 0)?)]);
        }
        let months_tenths = if self.world.sites[site].parent.is_some() {
            18
        } else {
            36
        };
        let need = self.world.monthly(site, item, self.day.month()) * months_tenths / 10;
        let need = self.world.rng.about(need, 25).max(2);
        if !listing.expires() {
            return Ok(vec![(item, self.goods(item, need, 0)?)]);
        }
        // A part is near its expiry, as on any shelf.
        let old = (need / 4).max(1);
        let months = listing.shelf_months;
        let old_age = i32::try_from(self.world.rng.between(2, 5)).unwrap_or(2);
        Ok(vec![
            (item, self.goods(item, old, old_age)?),
            (item, self.goods(item, need - old, months - 6)?),
        ])
    }

    /// Goods of a new batch, where the item has batches, that expire in so many months.
    fn goods(&mut self, item: usize, units: u64, months: i32) -> Result<Taken, ValueError> {
        if !LISTINGS[item].expires() {
            return Ok(Taken {
                batch: None,
                expiry: None,
                quantity: units,
            });
        }
        let number = self.world.next_number();
        Ok(Taken {
            batch: Some(Batch::new(&format!("B{:06}", number + 240_000))?),
            expiry: Some(self.day.month().plus(months).last()),
            quantity: units,
        })
    }

    /// What was ordered comes in; medicines wait for inspection.
    pub fn deliver(
        &mut self,
        order: u64,
        purchase: &Purchase,
        units: u64,
    ) -> Result<(), ValueError> {
        let item = purchase.item;
        let age = i32::try_from(self.world.rng.between(1, 6)).unwrap_or(1);
        let goods = vec![(
            item,
            self.goods(item, units, LISTINGS[item].shelf_months - age)?,
        )];
        let mut lines = self.world.lines_in(&goods)?;
        for line in &mut lines {
            line.unit_price = Some(purchase.price);
        }
        let inspected = LISTINGS[item].category == Category::Medicine;
        let receipt = Receipt {
            document: self.document(0, "GRN")?,
            source: Source::Supplier {
                organization: supplier_id(purchase.supplier)?,
                order: Some(order_id(order)?),
            },
            provisional: inspected,
            lines,
        };
        let number = self.world.next_number();
        let step = self.act(0, Post::Keeper, 9 * 60 + 30, Command::Receive(receipt))?;
        if inspected {
            step.tag = Some(Tag::Receipt(number));
            let ready = self.day.plus_days(3);
            let waiting = self.world.inspections.entry(ready).or_default();
            waiting.push(Inspection {
                number,
                order,
                goods,
            });
        } else {
            self.world.take_over(order, units);
            for (item, taken) in &goods {
                self.world.shelf(0, *item).add(taken);
            }
        }
        Ok(())
    }

    /// Inspectors accept what was delivered three days ago, now and then not all of it.
    pub fn inspections(&mut self) -> Result<(), ValueError> {
        for inspection in self.world.inspections.remove(&self.day).unwrap_or_default() {
            let tag = Tag::Receipt(inspection.number);
            let Some(receipt) = self.world.revisions.remove(&tag) else {
                continue;
            };
            let mut lines = Vec::new();
            for (item, taken) in &inspection.goods {
                let bad = self.world.rng.percent(4);
                let rejected = if bad { taken.quantity / 20 } else { 0 };
                let accepted = taken.quantity - rejected;
                self.world.take_over(inspection.order, accepted);
                self.world.shelf(0, *item).add(&Taken {
                    quantity: accepted,
                    ..taken.clone()
                });
                let reason = Text::new("damaged packaging / عبوات تالفة")?;
                lines.push(AcceptanceLine {
                    key: self.world.key(*item, taken.batch.as_ref()),
                    accepted: quantity(accepted)?,
                    rejected: quantity(rejected)?,
                    reason: (rejected > 0).then_some(reason),
                });
            }
            let document = self.document(0, "INSP")?;
            let acceptance = Acceptance {
                document,
                receipt,
                order: None,
                lines,
            };
            self.act(0, Post::Inspector, 8 * 60 + 40, Command::Accept(acceptance))?;
        }
        Ok(())
    }

    /// Each site is supplied once a month by the one above it, as it asked.
    pub fn dispatches(&mut self) -> Result<(), ValueError> {
        for wanted in self.world.wishes.remove(&self.day).unwrap_or_default() {
            self.supply(&wanted)?;
        }
        Ok(())
    }

    fn supply(&mut self, wanted: &Wanted) -> Result<(), ValueError> {
        let (parent, site) = (wanted.parent, wanted.site);
        let mut goods: Vec<(usize, Taken)> = Vec::new();
        let mut complete = true;
        for want in &wanted.lines {
            let available = self.fair_share(parent, want.item, want.approved);
            let picked = self
                .world
                .shelf(parent, want.item)
                .pick(available, self.day);
            let sent: u64 = picked.iter().map(|taken| taken.quantity).sum();
            complete &= sent >= want.asked;
            goods.extend(picked.into_iter().map(|taken| (want.item, taken)));
        }
        for chunk in goods.chunks(GOODS_MAX) {
            self.send(parent, site, wanted.number, chunk.to_vec())?;
        }
        self.supplied(wanted.number, complete);
        Ok(())
    }

    /// When the sender runs low, nobody gets more than half of what is left.
    fn fair_share(&mut self, parent: usize, item: usize, want: u64) -> u64 {
        let left = self.world.shelf(parent, item).on_hand();
        if want * 3 > left {
            want.min(left / 2)
        } else {
            want
        }
    }

    /// Sends goods that were picked before.
    pub fn send(
        &mut self,
        from: usize,
        to: usize,
        requisition: u64,
        goods: Vec<(usize, Taken)>,
    ) -> Result<(), ValueError> {
        let number = self.world.next_number();
        let dispatch = Dispatch {
            document: self.document(from, "OUT")?,
            transfer: Some(transfer(number)?),
            to: Some(self.world.sites[to].id.clone()),
            due: Some(self.day.plus_days(ARRIVAL_DAYS)),
            requisition: Some(requisition_id(requisition)?),
            lines: self.world.lines_out(&goods, None)?,
        };
        self.act(from, Post::Keeper, 11 * 60, Command::Dispatch(dispatch))?;
        self.on_the_road(from, to, number, goods);
        Ok(())
    }

    /// Notes that dispatched goods arrive in a few days.
    pub fn on_the_road(&mut self, from: usize, to: usize, number: u64, goods: Vec<(usize, Taken)>) {
        let days = self.world.rng.between(1, if from == 0 { 5 } else { 3 });
        if self
            .world
            .stuck
            .is_some_and(|(site, since)| site == to && since <= self.day)
        {
            return;
        }
        let arrives = self.day.plus_days(i32::try_from(days).unwrap_or(1));
        let transit = Transit {
            from,
            to,
            number,
            goods,
        };
        self.world
            .transits
            .entry(arrives)
            .or_default()
            .push(transit);
    }

    /// What was sent comes in, now and then short or damaged.
    pub fn arrivals(&mut self) -> Result<(), ValueError> {
        for transit in self.world.transits.remove(&self.day).unwrap_or_default() {
            let mut lines = Vec::with_capacity(transit.goods.len());
            let mut came: BTreeMap<usize, Vec<Taken>> = BTreeMap::new();
            for (item, taken) in &transit.goods {
                let line = self.arrival_line(*item, taken)?;
                let accepted = taken.quantity - units(&line.rejected) - units(&line.lost);
                came.entry(*item).or_default().push(Taken {
                    quantity: accepted,
                    ..taken.clone()
                });
                lines.push(line);
            }
            let arrival = Arrival {
                document: self.document(transit.to, "IN")?,
                transfer: Some(transfer(transit.number)?),
                from: Some(self.world.sites[transit.from].id.clone()),
                lines,
            };
            self.act(transit.to, Post::Keeper, 9 * 60, Command::Arrive(arrival))?;
            for (item, taken) in came
                .iter()
                .flat_map(|(item, all)| all.iter().map(move |t| (*item, t)))
            {
                self.world.shelf(transit.to, item).add(taken);
                self.stop_blocked(transit.to, item, taken.batch.as_ref())?;
            }
        }
        Ok(())
    }

    fn arrival_line(&mut self, item: usize, taken: &Taken) -> Result<ArrivalLine, ValueError> {
        let (mut rejected, mut lost) = (0, 0);
        if taken.quantity >= 20 && self.world.rng.permille(15) {
            let part = taken.quantity / self.world.rng.between(10, 20);
            if self.world.rng.percent(50) {
                rejected = part;
            } else {
                lost = part;
            }
        }
        let reason = match (rejected, lost) {
            (0, 0) => None,
            (_, 0) => Some(Text::new("broken in transport / كسر أثناء النقل")?),
            (_, _) => Some(Text::new("short on arrival / نقص عند الوصول")?),
        };
        Ok(ArrivalLine {
            key: self.world.key(item, taken.batch.as_ref()),
            expiry: taken.expiry,
            shipped: quantity(taken.quantity)?,
            accepted: quantity(taken.quantity - rejected - lost)?,
            rejected: quantity(rejected)?,
            lost: quantity(lost)?,
            reason,
        })
    }

    /// A batch that is stopped in the country is stopped where it arrives later, too.
    fn stop_blocked(
        &mut self,
        site: usize,
        item: usize,
        batch: Option<&Batch>,
    ) -> Result<(), ValueError> {
        let Some(batch) = batch else {
            return Ok(());
        };
        let Some(for_good) = self.world.blocked.get(&(item, batch.clone())).copied() else {
            return Ok(());
        };
        let Some(lot) = self.world.shelf(site, item).lot(Some(batch)) else {
            return Ok(());
        };
        if std::mem::replace(&mut lot.blocked, true) {
            return Ok(());
        }
        let step = self.batch_step(item, batch)?;
        let command = if for_good {
            Command::Recall(step)
        } else {
            Command::Quarantine(step)
        };
        self.act(site, Post::Keeper, 9 * 60 + 10, command)?;
        Ok(())
    }

    /// The national order about a batch.
    pub fn batch_step(&self, item: usize, batch: &Batch) -> Result<BatchStep, ValueError> {
        Ok(BatchStep {
            item: self.world.items[item].clone(),
            batch: batch.clone(),
            authority: DocumentNumber::new(&format!("EDA/{batch}"))?,
            reason: Text::new("complaint about quality / شكوى من الجودة")?,
        })
    }
}

fn transfer(number: u64) -> Result<TransferId, ValueError> {
    TransferId::new(&format!("T-{number:07}"))
}

fn units(quantity: &sijill_ledger_core::domain::values::Quantity) -> u64 {
    u64::try_from(quantity.get()).unwrap_or(0)
}
