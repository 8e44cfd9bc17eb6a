//! What is wrong in the demo's country, on purpose: each with where it is and how to see it.

use sijill_ledger_core::domain::facility::Kind;
use sijill_ledger_core::domain::values::{Date, ValueError};

use super::calendar;
use super::catalogue::index_of;
use super::world::World;
use crate::cli::errors::Bilingual;

/// The sites and items of the planted anomalies.
#[derive(Clone, Debug)]
pub struct Anomalies {
    /// A warehouse whose every count finds less of a costly medicine.
    pub leaking_warehouse: usize,
    /// That medicine.
    pub leaking_item: usize,
    /// A hospital that is forgotten …
    pub starved_hospital: usize,
    /// … while the clinic next door is overstocked …
    pub glutted_clinic: usize,
    /// … with this item …
    pub misdirected_item: usize,
    /// … from this day on.
    pub misdirected_from: Date,
    /// A hospital whose missing ampoules are explained by late entries just before the count is approved.
    pub backdating_hospital: usize,
    /// Those ampoules.
    pub backdated_item: usize,
    /// An item that no supplier delivered …
    pub failed_item: usize,
    /// … in these days.
    pub failed: (Date, Date),
    /// A clinic that stops reporting …
    pub silent_clinic: usize,
    /// … from this day on.
    pub silent_from: Date,
}

impl Anomalies {
    /// Puts them into a country: there is always a first and a second governorate.
    pub fn plant(world: &World) -> Result<Self, ValueError> {
        let nth = |kind: Kind, governorate: usize, n: usize| {
            let fits = |(_, site): &(usize, &super::country::Site)| {
                site.profile.kind == kind && site.governorate == governorate
            };
            let mut found = world.sites.iter().enumerate().filter(fits);
            let missing = || ValueError::new("country", governorate, "at least two governorates");
            found.nth(n).map(|(index, _)| index).ok_or_else(missing)
        };
        let item = |code: &str| {
            index_of(code).ok_or_else(|| ValueError::new("item", code, "in the catalogue"))
        };
        Ok(Self {
            leaking_warehouse: nth(Kind::Warehouse, 1, 0)?,
            leaking_item: item("L01FD01-440")?,
            starved_hospital: nth(Kind::Hospital, 0, 1)?,
            glutted_clinic: nth(Kind::Clinic, 0, 0)?,
            misdirected_item: item("J01CA04-500C")?,
            misdirected_from: calendar::date((2025, 9, 1))?,
            backdating_hospital: nth(Kind::Hospital, 1, 0)?,
            backdated_item: item("N02AA01-AMP")?,
            failed_item: item("A10AC01-VIAL")?,
            failed: (
                calendar::date((2025, 1, 10))?,
                calendar::date((2025, 7, 31))?,
            ),
            silent_clinic: nth(Kind::Clinic, 1, 2)?,
            silent_from: calendar::date((2025, 10, 1))?,
        })
    }

    /// Each in words, with the command that shows it.
    pub fn told(&self, world: &World, data: &str) -> Vec<(Bilingual, String)> {
        let site = |index: usize| world.sites[index].id.to_string();
        let item = |index: usize| world.items[index].to_string();
        let at = "--at 2025-12-31";
        vec![
            (
                Bilingual::new(
                    format!(
                        "كل جرد في {} يجد أقل من الدفتر من الصنف {}",
                        site(self.leaking_warehouse),
                        item(self.leaking_item)
                    ),
                    format!(
                        "every count at {} finds less of {} than the book",
                        site(self.leaking_warehouse),
                        item(self.leaking_item)
                    ),
                ),
                format!(
                    "sijill query flows --data {data} --facility {} --item {}",
                    site(self.leaking_warehouse),
                    item(self.leaking_item)
                ),
            ),
            (
                Bilingual::new(
                    format!(
                        "{} نفد عنده {} بينما يفيض في {}",
                        site(self.starved_hospital),
                        item(self.misdirected_item),
                        site(self.glutted_clinic)
                    ),
                    format!(
                        "{} is out of {} while {} next door has too much",
                        site(self.starved_hospital),
                        item(self.misdirected_item),
                        site(self.glutted_clinic)
                    ),
                ),
                format!(
                    "sijill query shortage --data {data} --governorate EG-C --item {} {at}",
                    item(self.misdirected_item)
                ),
            ),
            (
                Bilingual::new(
                    format!(
                        "في {} تُقيَّد صرفيات {} بتاريخ سابق بين الجرد واعتماده، فتغطي النقص",
                        site(self.backdating_hospital),
                        item(self.backdated_item)
                    ),
                    format!(
                        "at {} issues of {} are backdated between count and approval, and cover what is missing",
                        site(self.backdating_hospital),
                        item(self.backdated_item)
                    ),
                ),
                format!(
                    "sijill replay --data {data} --stream stock-{}",
                    site(self.backdating_hospital)
                ),
            ),
            (
                Bilingual::new(
                    format!(
                        "لم يُورَّد {} من {} إلى {}، فنفد في البلد",
                        item(self.failed_item),
                        self.failed.0,
                        self.failed.1
                    ),
                    format!(
                        "nobody delivered {} from {} to {}: the country ran out",
                        item(self.failed_item),
                        self.failed.0,
                        self.failed.1
                    ),
                ),
                format!(
                    "sijill query shortage --data {data} --item {} --at 2025-08-15",
                    item(self.failed_item)
                ),
            ),
            (
                Bilingual::new(
                    format!(
                        "{} لا يُبلّغ منذ {}: يُعَدّ وحده، لا صفرًا",
                        site(self.silent_clinic),
                        self.silent_from
                    ),
                    format!(
                        "{} has not reported since {}: counted apart, not as zero",
                        site(self.silent_clinic),
                        self.silent_from
                    ),
                ),
                format!(
                    "sijill query rates --data {data} --item {} {at}",
                    item(self.misdirected_item)
                ),
            ),
        ]
    }
}
