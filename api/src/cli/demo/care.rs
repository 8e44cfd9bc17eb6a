//! Goods in use: handed to patients, wards and class rooms, into custody, and back.

use sijill_ledger_core::domain::facility::Kind;
use sijill_ledger_core::domain::item::Category;
use sijill_ledger_core::domain::stock::{
    Command, Issue, LineOut, LossReason, Recipient, Reservation, Return, ReturnLine, ReturnRoute,
    StockKey, WriteOff,
};
use sijill_ledger_core::domain::values::{Code, ReservationId, Text, ValueError};

use super::anomalies::Anomalies;
use super::calendar::{day_of_month, is_working_day, month_of_year, weekday};
use super::catalogue::{LISTINGS, index_of};
use super::country::{GOVERNORATES, Site};
use super::shelf::Taken;
use super::world::{Post, Tag, Today, World, quantity};

/// How often a site hands out an item: every so many days, in so many parts of a month's need.
struct Rhythm {
    due: bool,
    /// Tenths of a hand-out per month.
    parts_tenths: u64,
}

impl Today<'_> {
    /// Everything handed out today.
    pub fn issues(&mut self, anomalies: &Anomalies) -> Result<(), ValueError> {
        for site in 0..self.world.sites.len() {
            let silent = site == anomalies.silent_clinic && self.day >= anomalies.silent_from;
            if is_working_day(self.day) && !silent {
                self.hand_out(site)?;
            }
        }
        Ok(())
    }

    fn hand_out(&mut self, site: usize) -> Result<(), ValueError> {
        let Site { profile, size, .. } = &self.world.sites[site];
        let (kind, multiplier) = (profile.kind, *size);
        let season_month = month_of_year(self.day.month());
        let mut goods = Vec::new();
        for (item, listing) in LISTINGS.iter().enumerate() {
            let Some(rhythm) = self.rhythm(kind, site, item).filter(|rhythm| rhythm.due) else {
                continue;
            };
            let monthly =
                listing.monthly(kind, multiplier) * listing.season.percent(season_month) / 100;
            if monthly == 0 {
                continue;
            }
            let want = self
                .world
                .rng
                .about(monthly * 10 / rhythm.parts_tenths, 30)
                .max(1);
            let picked = self.world.shelf(site, item).pick(want, self.day);
            goods.extend(picked.into_iter().map(|taken| (item, taken)));
        }
        if goods.is_empty() {
            return Ok(());
        }
        let issue = Issue {
            document: self.document(site, "ISS")?,
            to: self.recipient(kind)?,
            lines: self.world.lines_out(&goods, None)?,
        };
        let step = self.act(site, Post::Keeper, 13 * 60, Command::Issue(issue))?;
        // Now and then a paper is a mistake, and is taken back the next day.
        step.tag = Some(Tag::Issue(site));
        self.world.last_issue[site] = goods;
        Ok(())
    }

    fn rhythm(&self, kind: Kind, site: usize, item: usize) -> Option<Rhythm> {
        let day = usize::try_from(self.day.days()).unwrap_or(0);
        let weekday = usize::try_from(weekday(self.day)).unwrap_or(0);
        let (on_this_day, every, parts_tenths) = match kind {
            Kind::CentralStore | Kind::Warehouse => return None,
            Kind::Hospital => (true, 8, 27),
            Kind::Clinic => (weekday == site % 5 || weekday == (site + 2) % 5, 3, 29),
            Kind::School | Kind::Office => (weekday == site % 5, 2, 21),
        };
        Some(Rhythm {
            due: on_this_day && (day + item + site).is_multiple_of(every),
            parts_tenths,
        })
    }

    fn recipient(&mut self, kind: Kind) -> Result<Recipient, ValueError> {
        let unit = match kind {
            Kind::School => "classrooms",
            Kind::Office => "administration",
            Kind::Hospital if self.world.rng.percent(35) => "inpatient-wards",
            Kind::CentralStore | Kind::Warehouse | Kind::Hospital | Kind::Clinic => {
                return Ok(Recipient::Patients);
            }
        };
        Ok(Recipient::Unit(Code::new(unit)?))
    }

    /// Wards send back what they did not use, on the 26th.
    pub fn returns(&mut self) -> Result<(), ValueError> {
        let Some(item) = index_of("B05BB01-500").filter(|_| day_of_month(self.day) == 26) else {
            return Ok(());
        };
        for site in 0..self.world.sites.len() {
            if self.world.sites[site].profile.kind != Kind::Hospital {
                continue;
            }
            let units = self.world.rng.between(2, 12);
            let here = self.world.shelf(site, item);
            let Some(lot) = here
                .lots()
                .iter()
                .find(|lot| lot.is_usable(self.day))
                .cloned()
            else {
                continue;
            };
            let taken = Taken {
                batch: lot.batch,
                expiry: lot.expiry,
                quantity: units,
            };
            here.add(&taken);
            let back = Return {
                document: self.document(site, "RET")?,
                route: ReturnRoute::FromUnit(Code::new("inpatient-wards")?),
                lines: self
                    .world
                    .lines_out(&[(item, taken)], None)?
                    .into_iter()
                    .map(ReturnLine::from)
                    .collect(),
            };
            self.act(site, Post::Keeper, 14 * 60 + 30, Command::Return(back))?;
        }
        Ok(())
    }

    /// Durables: handed into custody in February 2024, some returned in September 2025, a few scrapped in November.
    pub fn custody(&mut self) -> Result<(), ValueError> {
        let day = usize::try_from(day_of_month(self.day)).unwrap_or(0);
        let turn = |site: &usize| day == 4 + site % 20;
        let month = self.day.month().to_string();
        for site in (0..self.world.sites.len()).filter(turn) {
            for (item, listing) in LISTINGS.iter().enumerate() {
                let kind = self.world.sites[site].profile.kind;
                if listing.category != Category::Durable || !listing.is_held_by(kind) {
                    continue;
                }
                match month.as_str() {
                    "2024-02" => self.entrust(site, item)?,
                    "2025-09" => self.surrender(site, item)?,
                    "2025-11" if item % 5 == 0 => self.scrap(site, item)?,
                    _ => {}
                }
            }
        }
        Ok(())
    }

    fn durable(&self, item: usize, units: u64) -> Result<Vec<LineOut>, ValueError> {
        Ok(vec![LineOut {
            key: StockKey {
                item: self.world.items[item].clone(),
                batch: None,
                programme: None,
            },
            quantity: quantity(units)?,
            reservation: None,
            fefo_override: None,
        }])
    }

    fn entrust(&mut self, site: usize, item: usize) -> Result<(), ValueError> {
        let lines = self.durable(item, 3)?;
        let taken = self.world.shelf(site, item).pick(3, self.day);
        if taken.iter().map(|taken| taken.quantity).sum::<u64>() != 3 {
            return Ok(());
        }
        let issue = Issue {
            document: self.document(site, "CUS")?,
            to: Recipient::Custody(World::official(site, Post::Approver)?),
            lines,
        };
        self.act(site, Post::Keeper, 12 * 60, Command::Issue(issue))?;
        Ok(())
    }

    fn surrender(&mut self, site: usize, item: usize) -> Result<(), ValueError> {
        let lines = self.durable(item, 1)?;
        self.world.shelf(site, item).add(&Taken {
            batch: None,
            expiry: None,
            quantity: 1,
        });
        let back = Return {
            document: self.document(site, "CUS")?,
            route: ReturnRoute::FromCustody(World::official(site, Post::Approver)?),
            lines: lines.into_iter().map(ReturnLine::from).collect(),
        };
        self.act(site, Post::Keeper, 12 * 60, Command::Return(back))?;
        Ok(())
    }

    fn scrap(&mut self, site: usize, item: usize) -> Result<(), ValueError> {
        let loss = WriteOff {
            document: self.document(site, "SCR")?,
            reason: LossReason::Scrapped,
            custody: Some(World::official(site, Post::Approver)?),
            lines: self.durable(item, 1)?,
        };
        self.act(site, Post::Keeper, 12 * 60, Command::WriteOff(loss))?;
        Ok(())
    }

    /// Each October: warehouses set vaccine aside for a campaign, send half of it, and give back the rest.
    pub fn campaign(&mut self) -> Result<(), ValueError> {
        let Some(item) = index_of("J07BB02-DOSE").filter(|_| month_of_year(self.day.month()) == 10)
        else {
            return Ok(());
        };
        for site in 0..self.world.sites.len() {
            if self.world.sites[site].profile.kind != Kind::Warehouse {
                continue;
            }
            match day_of_month(self.day) {
                1 => self.reserve(site, item)?,
                8 => self.send_reserved(site, item)?,
                28 => self.release(site, item)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn campaign_id(&self, site: usize) -> Result<ReservationId, ValueError> {
        let place = GOVERNORATES[self.world.sites[site].governorate].code;
        ReservationId::new(&format!("FLU-{}-{place}", self.day.month()))
    }

    fn reserve(&mut self, site: usize, item: usize) -> Result<(), ValueError> {
        let outlives = self.day.plus_days(40);
        let lots = self.world.shelf(site, item).lots().to_vec();
        let short_dated = lots
            .iter()
            .any(|lot| lot.is_usable(self.day) && lot.is_expired(outlives) && lot.free > 0);
        let half = lots
            .iter()
            .filter(|lot| lot.is_usable(self.day))
            .map(|lot| lot.free)
            .sum::<u64>()
            / 2;
        if short_dated || half == 0 {
            return Ok(());
        }
        let picked = self.world.shelf(site, item).pick(half, self.day);
        for taken in &picked {
            if let Some(lot) = self.world.shelf(site, item).lot(taken.batch.as_ref()) {
                lot.reserved += taken.quantity;
            }
        }
        let goods: Vec<(usize, Taken)> = picked.into_iter().map(|taken| (item, taken)).collect();
        let reservation = Reservation {
            reservation: self.campaign_id(site)?,
            purpose: Text::new("influenza campaign / حملة الإنفلونزا")?,
            lines: self.world.lines_out(&goods, None)?,
        };
        self.act(site, Post::Keeper, 10 * 60, Command::Reserve(reservation))?;
        Ok(())
    }

    fn send_reserved(&mut self, site: usize, item: usize) -> Result<(), ValueError> {
        let hospital =
            self.world.sites.iter().position(|other| {
                other.parent == Some(site) && other.profile.kind == Kind::Hospital
            });
        let mut goods = Vec::new();
        for lot in self.world.shelf(site, item).lots().to_vec() {
            let half = lot.reserved / 2;
            if half == 0 {
                continue;
            }
            if let Some(lot) = self.world.shelf(site, item).lot(lot.batch.as_ref()) {
                lot.reserved -= half;
            }
            goods.push((
                item,
                Taken {
                    batch: lot.batch,
                    expiry: lot.expiry,
                    quantity: half,
                },
            ));
        }
        let (Some(hospital), false) = (hospital, goods.is_empty()) else {
            return Ok(());
        };
        let reservation = self.campaign_id(site)?;
        let number = self.world.next_number();
        let dispatch = sijill_ledger_core::domain::stock::Dispatch {
            document: self.document(site, "OUT")?,
            transfer: Some(sijill_ledger_core::domain::values::TransferId::new(
                &format!("T-{number:07}"),
            )?),
            to: Some(self.world.sites[hospital].id.clone()),
            due: Some(self.day.plus_days(super::supply::ARRIVAL_DAYS)),
            requisition: None,
            lines: self.world.lines_out(&goods, Some(&reservation))?,
        };
        self.act(site, Post::Keeper, 10 * 60, Command::Dispatch(dispatch))?;
        self.on_the_road(site, hospital, number, goods);
        Ok(())
    }

    fn release(&mut self, site: usize, item: usize) -> Result<(), ValueError> {
        let mut held = 0;
        for lot in self.world.shelf(site, item).lots().to_vec() {
            held += lot.reserved;
            if let Some(lot) = self.world.shelf(site, item).lot(lot.batch.as_ref()) {
                lot.free += std::mem::take(&mut lot.reserved);
            }
        }
        if held == 0 {
            return Ok(());
        }
        let reservation = self.campaign_id(site)?;
        self.act(
            site,
            Post::Keeper,
            10 * 60,
            Command::ReleaseReservation { reservation },
        )?;
        Ok(())
    }
}
