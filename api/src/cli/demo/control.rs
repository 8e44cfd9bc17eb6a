//! The keepers' own control: counts by two persons, expired goods, monthly reports and closings, corrections.

use sijill_ledger_core::domain::facility::Kind;
use sijill_ledger_core::domain::stock::{
    Adjustment, AdjustmentLine, Command, CountLine, CountProposal, Issue, LossReason, Recipient,
    Return, ReturnLine, ReturnRoute, WriteOff,
};
use sijill_ledger_core::domain::values::{CountId, Month, OrganizationId, Text, ValueError};

use super::anomalies::Anomalies;
use super::calendar::{day_of_month, month_of_year};
use super::catalogue::{LISTINGS, index_of};
use super::shelf::{Lot, Taken};
use super::world::{Post, Tag, Today, quantity};

impl Today<'_> {
    /// Once a quarter each store is counted after closing time.
    pub fn counts(&mut self, anomalies: &Anomalies) -> Result<(), ValueError> {
        for site in 0..self.world.sites.len() {
            let turn = usize::try_from(day_of_month(self.day)).unwrap_or(0) == 18 + site % 8;
            let silent = site == anomalies.silent_clinic && self.day >= anomalies.silent_from;
            if month_of_year(self.day.month()).is_multiple_of(3) && turn && !silent {
                self.count(site, anomalies)?;
            }
        }
        Ok(())
    }

    fn count(&mut self, site: usize, anomalies: &Anomalies) -> Result<(), ValueError> {
        let mut lines = Vec::new();
        for item in 0..LISTINGS.len() {
            for lot in self.world.shelf(site, item).lots().to_vec() {
                if lot.on_hand() == 0 {
                    continue;
                }
                let missing = self.missing(site, item, &lot, anomalies);
                if let Some(own) = self.world.shelf(site, item).lot(lot.batch.as_ref()) {
                    own.free -= missing;
                }
                lines.push(CountLine {
                    key: self.world.key(item, lot.batch.as_ref()),
                    expiry: lot.expiry,
                    counted: quantity(lot.on_hand() - missing)?,
                });
                if missing > 0
                    && site == anomalies.backdating_hospital
                    && item == anomalies.backdated_item
                {
                    let taken = Taken {
                        batch: lot.batch,
                        expiry: lot.expiry,
                        quantity: missing,
                    };
                    self.world.covers.push((site, item, taken));
                }
            }
        }
        // A store of the demo never has more lots than a paper has lines; should it, the rest waits for the next count.
        lines.truncate(sijill_ledger_core::domain::stock::LINES_MAX);
        if lines.is_empty() {
            return Ok(());
        }
        let number = self.world.next_number();
        let proposal = CountProposal {
            count: count_id(number)?,
            document: self.document(site, "CNT")?,
            lines,
        };
        self.act(site, Post::Keeper, 16 * 60, Command::ProposeCount(proposal))?;
        self.world.counts.push((site, number));
        Ok(())
    }

    /// How much less lies there than the book says.
    fn missing(&mut self, site: usize, item: usize, lot: &Lot, anomalies: &Anomalies) -> u64 {
        let leaks = site == anomalies.leaking_warehouse && item == anomalies.leaking_item;
        let covers = site == anomalies.backdating_hospital
            && item == anomalies.backdated_item
            && self.is_first_usable(site, item, lot);
        let missing = if leaks {
            lot.on_hand() * self.world.rng.between(6, 10) / 100 + 1
        } else if covers {
            self.world.rng.between(5, 15)
        } else if lot.on_hand() >= 50 && self.world.rng.permille(12) {
            lot.on_hand() * self.world.rng.between(1, 3) / 100
        } else {
            0
        };
        missing.min(lot.free)
    }

    fn is_first_usable(&mut self, site: usize, item: usize, lot: &Lot) -> bool {
        let day = self.day;
        let lots = self.world.shelf(site, item).lots();
        let first = lots
            .iter()
            .find(|other| other.free > 0 && other.is_usable(day));
        first.is_some_and(|first| first.batch == lot.batch)
    }

    /// The planted cover-up: before the count is approved, what it misses is entered as handed out before it.
    fn cover(&mut self) -> Result<(), ValueError> {
        for (site, item, taken) in std::mem::take(&mut self.world.covers) {
            let issue = Issue {
                document: self.document(site, "ISS")?,
                to: Recipient::Patients,
                lines: self.world.lines_out(&[(item, taken)], None)?,
            };
            let earlier = self.day.plus_days(-3);
            self.act_on(earlier, site, Post::Keeper, 15 * 60, Command::Issue(issue))?;
        }
        Ok(())
    }

    /// Yesterday's counts are approved by another person.
    pub fn approvals(&mut self) -> Result<(), ValueError> {
        self.cover()?;
        for (site, number) in std::mem::take(&mut self.world.counts) {
            let count = count_id(number)?;
            self.act(
                site,
                Post::Approver,
                8 * 60,
                Command::ApproveCount { count },
            )?;
        }
        Ok(())
    }

    /// What has expired is taken off the shelf and destroyed, on the first of the month.
    pub fn expired(&mut self, anomalies: &Anomalies) -> Result<(), ValueError> {
        if day_of_month(self.day) != 1 {
            return Ok(());
        }
        for site in 0..self.world.sites.len() {
            if site == anomalies.silent_clinic && self.day >= anomalies.silent_from {
                continue;
            }
            let mut goods = Vec::new();
            for item in 0..LISTINGS.len() {
                let swept = self.world.shelf(site, item).sweep(self.day);
                goods.extend(swept.into_iter().map(|taken| (item, taken)));
            }
            self.write_off(site, LossReason::Expired, &goods)?;
        }
        Ok(())
    }

    /// Breakage and theft happen, rarely.
    pub fn losses(&mut self) -> Result<(), ValueError> {
        for site in 0..self.world.sites.len() {
            if self.world.sites[site].profile.kind == Kind::CentralStore
                || !self.world.rng.permille(4)
            {
                continue;
            }
            let last = u64::try_from(LISTINGS.len()).unwrap_or(1) - 1;
            let item = usize::try_from(self.world.rng.between(0, last)).unwrap_or(0);
            let want = self.world.rng.between(1, 20);
            let reason = if self.world.rng.percent(75) {
                LossReason::Damaged
            } else {
                LossReason::Stolen
            };
            let picked = self.world.shelf(site, item).pick(want, self.day);
            let goods: Vec<(usize, Taken)> =
                picked.into_iter().map(|taken| (item, taken)).collect();
            self.write_off(site, reason, &goods)?;
        }
        Ok(())
    }

    /// Writes goods off that are no longer on the shelf.
    pub fn write_off(
        &mut self,
        site: usize,
        reason: LossReason,
        goods: &[(usize, Taken)],
    ) -> Result<(), ValueError> {
        if goods.is_empty() {
            return Ok(());
        }
        let loss = WriteOff {
            document: self.document(site, "LOSS")?,
            reason,
            custody: None,
            lines: self.world.lines_out(goods, None)?,
        };
        self.act(site, Post::Keeper, 15 * 60, Command::WriteOff(loss))?;
        Ok(())
    }

    /// The month before is reported on the third; warehouses and hospitals close the one before that on the sixth.
    pub fn reports(&mut self, anomalies: &Anomalies) -> Result<(), ValueError> {
        let (first, last) = (self.world.first_month, self.day.month().plus(-1));
        for site in 0..self.world.sites.len() {
            let silent = site == anomalies.silent_clinic && self.day >= anomalies.silent_from;
            match day_of_month(self.day) {
                3 if last >= first && !silent => {
                    let nil = !self.world.moved[site].contains(&last);
                    let report = Command::ReportPeriod { period: last, nil };
                    self.act(site, Post::Keeper, 10 * 60 + 5, report)?;
                }
                6 if last.plus(-1) >= first && self.closes_months(site) => {
                    let period = last.plus(-1);
                    self.act(
                        site,
                        Post::Approver,
                        10 * 60 + 5,
                        Command::ClosePeriod { period },
                    )?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn closes_months(&self, site: usize) -> bool {
        match self.world.sites[site].profile.kind {
            Kind::CentralStore | Kind::Warehouse | Kind::Hospital => true,
            Kind::Clinic | Kind::School | Kind::Office => false,
        }
    }

    /// Corrections: a paper taken back, goods found, a late find in a closed month, goods back to the supplier.
    pub fn corrections(&mut self, anomalies: &Anomalies) -> Result<(), ValueError> {
        match self.day.to_string().as_str() {
            "2024-05-14" | "2025-04-09" => self.take_back(anomalies.starved_hospital),
            "2024-09-17" => self.found(anomalies.glutted_clinic, 40, None),
            "2025-07-20" => {
                let closed = self.day.month().plus(-2);
                self.found(anomalies.leaking_warehouse, 12, Some(closed))
            }
            "2024-11-12" | "2025-06-10" => self.send_back(),
            _ => Ok(()),
        }
    }

    fn take_back(&mut self, site: usize) -> Result<(), ValueError> {
        let Some(original) = self.world.revisions.get(&Tag::Issue(site)).copied() else {
            return Ok(());
        };
        for (item, taken) in std::mem::take(&mut self.world.last_issue[site]) {
            self.world.shelf(site, item).add(&taken);
        }
        let reverse = Command::Reverse {
            document: self.document(site, "REV")?,
            original,
            reason: Text::new("entered twice / قُيّد مرتين")?,
        };
        self.act(site, Post::Approver, 8 * 60 + 30, reverse)?;
        Ok(())
    }

    fn found(&mut self, site: usize, units: u64, closed: Option<Month>) -> Result<(), ValueError> {
        let Some(item) = index_of("N02BE01-500T") else {
            return Ok(());
        };
        let lots = self.world.shelf(site, item).lots();
        let Some(lot) = lots
            .iter()
            .rev()
            .find(|lot| lot.is_usable(self.day))
            .cloned()
        else {
            return Ok(());
        };
        self.world.shelf(site, item).add(&Taken {
            batch: lot.batch.clone(),
            expiry: lot.expiry,
            quantity: units,
        });
        let adjustment = Adjustment {
            document: self.document(site, "ADJ")?,
            reason: Text::new("found in another room / وُجد في غرفة أخرى")?,
            prior_period: closed,
            lines: vec![AdjustmentLine {
                key: self.world.key(item, lot.batch.as_ref()),
                expiry: lot.expiry,
                amount: units.into(),
            }],
        };
        let day = closed.map_or(self.day, |month| month.first().plus_days(14));
        self.act_on(
            day,
            site,
            Post::Approver,
            8 * 60 + 30,
            Command::Adjust(adjustment),
        )?;
        Ok(())
    }

    fn send_back(&mut self) -> Result<(), ValueError> {
        let Some(item) = index_of("MS-GLOVE-M") else {
            return Ok(());
        };
        let picked = self.world.shelf(0, item).pick(500, self.day);
        let goods: Vec<(usize, Taken)> = picked.into_iter().map(|taken| (item, taken)).collect();
        if goods.is_empty() {
            return Ok(());
        }
        let back = Return {
            document: self.document(0, "RTS")?,
            route: ReturnRoute::ToSupplier(OrganizationId::new(&format!(
                "SUP-{:02}",
                item % 12 + 1
            ))?),
            lines: self
                .world
                .lines_out(&goods, None)?
                .into_iter()
                .map(ReturnLine::from)
                .collect(),
        };
        self.act(0, Post::Keeper, 14 * 60, Command::Return(back))?;
        Ok(())
    }

    /// Two national orders: one batch is cleared after two weeks, another is recalled and destroyed.
    pub fn batch_orders(&mut self) -> Result<(), ValueError> {
        match self.day.to_string().as_str() {
            "2025-03-10" => self.quarantine("J01DD04-1G"),
            "2025-03-24" => self.clear("J01DD04-1G"),
            "2025-08-11" => self.quarantine("C07AB07-5T"),
            "2025-08-19" => self.recall("C07AB07-5T"),
            "2025-08-25" => self.destroy("C07AB07-5T"),
            _ => Ok(()),
        }
    }

    /// Stops the batch that most sites hold.
    fn quarantine(&mut self, code: &str) -> Result<(), ValueError> {
        let Some(item) = index_of(code) else {
            return Ok(());
        };
        let mut holders = std::collections::BTreeMap::new();
        for site in 0..self.world.sites.len() {
            for lot in self.world.shelf(site, item).lots() {
                if let Some(batch) = lot.batch.clone().filter(|_| lot.on_hand() > 0) {
                    *holders.entry(batch).or_insert(0_u32) += 1;
                }
            }
        }
        let Some(batch) = holders
            .into_iter()
            .max_by_key(|(_, count)| *count)
            .map(|(batch, _)| batch)
        else {
            return Ok(());
        };
        self.world.blocked.insert((item, batch), false);
        self.on_each_lot(item, |today, batch, lot| {
            if lot.on_hand() == 0 || std::mem::replace(&mut lot.blocked, true) {
                return Ok(None);
            }
            Ok(Some(Command::Quarantine(today.batch_step(item, batch)?)))
        })
    }

    fn clear(&mut self, code: &str) -> Result<(), ValueError> {
        let Some(item) = index_of(code) else {
            return Ok(());
        };
        self.on_each_lot(item, |today, batch, lot| {
            let was = std::mem::replace(&mut lot.blocked, false);
            let step = today.batch_step(item, batch)?;
            Ok(was.then_some(Command::Release(step)))
        })?;
        self.world.blocked.retain(|(other, _), _| *other != item);
        Ok(())
    }

    fn recall(&mut self, code: &str) -> Result<(), ValueError> {
        let Some(item) = index_of(code) else {
            return Ok(());
        };
        self.on_each_lot(item, |today, batch, lot| {
            let step = today.batch_step(item, batch)?;
            Ok(lot.blocked.then_some(Command::Recall(step)))
        })?;
        for ((other, _), for_good) in &mut self.world.blocked {
            *for_good |= *other == item;
        }
        Ok(())
    }

    fn destroy(&mut self, code: &str) -> Result<(), ValueError> {
        let Some(item) = index_of(code) else {
            return Ok(());
        };
        for site in 0..self.world.sites.len() {
            let mut goods = Vec::new();
            for lot in self.world.shelf(site, item).lots().to_vec() {
                if !lot.blocked || lot.free == 0 {
                    continue;
                }
                if let Some(own) = self.world.shelf(site, item).lot(lot.batch.as_ref()) {
                    own.free = 0;
                }
                goods.push((
                    item,
                    Taken {
                        batch: lot.batch,
                        expiry: lot.expiry,
                        quantity: lot.free,
                    },
                ));
            }
            self.write_off(site, LossReason::Recalled, &goods)?;
        }
        Ok(())
    }

    /// A command for each site that holds a stopped batch of an item.
    fn on_each_lot(
        &mut self,
        item: usize,
        mut command: impl FnMut(
            &Self,
            &sijill_ledger_core::domain::values::Batch,
            &mut Lot,
        ) -> Result<Option<Command>, ValueError>,
    ) -> Result<(), ValueError> {
        let stopped: Vec<_> = self
            .world
            .blocked
            .keys()
            .filter(|(other, _)| *other == item)
            .cloned()
            .collect();
        for site in 0..self.world.sites.len() {
            for (_, batch) in &stopped {
                let Some(mut lot) = self.world.shelf(site, item).lot(Some(batch)).cloned() else {
                    continue;
                };
                if let Some(command) = command(self, batch, &mut lot)? {
                    self.act(site, Post::Keeper, 8 * 60 + 50, command)?;
                }
                if let Some(own) = self.world.shelf(site, item).lot(Some(batch)) {
                    *own = lot;
                }
            }
        }
        Ok(())
    }
}

fn count_id(number: u64) -> Result<CountId, ValueError> {
    CountId::new(&format!("C-{number:07}"))
}
