//! What is wrong in the demo's country, on purpose: each with where it is and how to see it.

use sijill_ledger_core::domain::facility::Kind;
use sijill_ledger_core::domain::values::{Date, FacilityId, ItemCode, ValueError, legal};

use super::calendar;
use super::catalogue::index_of;
use super::purchase::order_id;
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
    /// A supplier, by its number, that is late every time.
    pub late_supplier: usize,
    /// A supplier whose invoices ask for a fifth more than was ordered …
    pub inflating_supplier: usize,
    /// … from this day on.
    pub inflating_from: Date,
    /// The day of an emergency purchase at twice the price.
    pub emergency_on: Date,
    /// A warehouse whose goods …
    pub stuck_warehouse: usize,
    /// … do not arrive from this day on.
    pub stuck_from: Date,
}

impl Anomalies {
    /// Puts them into a country: there is always a first and a second governorate.
    pub fn plant(world: &World) -> Result<Self, ValueError> {
        let nth = |kind: Kind, governorate: usize, n: usize| {
            let fits = |(_, site): &(usize, &super::country::Site)| {
                site.profile.kind == kind && site.governorate == governorate
            };
            let mut found = world.sites.iter().enumerate().filter(fits);
            let missing = || {
                ValueError::new(
                    "country",
                    governorate,
                    legal("محافظتان على الأقل", "at least two governorates"),
                )
            };
            found.nth(n).map(|(index, _)| index).ok_or_else(missing)
        };
        let item = |code: &str| {
            index_of(code).ok_or_else(|| {
                ValueError::new("item", code, legal("صنف من الدليل", "in the catalogue"))
            })
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
                calendar::date((2024, 10, 1))?,
                calendar::date((2025, 9, 15))?,
            ),
            silent_clinic: nth(Kind::Clinic, 1, 2)?,
            silent_from: calendar::date((2025, 10, 1))?,
            late_supplier: 5,
            inflating_supplier: 7,
            inflating_from: calendar::date((2025, 2, 1))?,
            emergency_on: calendar::date((2025, 8, 18))?,
            stuck_warehouse: nth(Kind::Warehouse, 0, 0)?,
            stuck_from: calendar::date((2025, 12, 8))?,
        })
    }

    /// How many times its share a site gets of an item: the planted misdirection, else once.
    pub fn misdirection(&self, site: usize, item: usize, day: Date) -> u64 {
        if item != self.misdirected_item || day < self.misdirected_from {
            return 1;
        }
        if site == self.starved_hospital {
            0
        } else if site == self.glutted_clinic {
            9
        } else {
            1
        }
    }

    /// Each in words, with the command that shows it.
    pub fn told(&self, world: &World, data: &str) -> Vec<(Bilingual, String)> {
        let tell = Tell { world, data };
        vec![
            self.leak(&tell),
            self.misdirected(&tell),
            self.backdating(&tell),
            self.failure(&tell),
            self.silence(&tell),
            self.lateness(&tell),
            self.inflation(&tell),
            self.emergency(&tell),
            self.stuck(&tell),
        ]
    }

    fn leak(&self, tell: &Tell<'_>) -> (Bilingual, String) {
        let (site, item) = (
            tell.site(self.leaking_warehouse),
            tell.item(self.leaking_item),
        );
        let text = Bilingual::new(
            format!("كل جرد في {site} يجد أقل من الدفتر من الصنف {item}"),
            format!("every count at {site} finds less of {item} than the book"),
        );
        (
            text,
            tell.command("query flows", &format!("--facility {site} --item {item}")),
        )
    }

    fn misdirected(&self, tell: &Tell<'_>) -> (Bilingual, String) {
        let (without, with) = (
            tell.site(self.starved_hospital),
            tell.site(self.glutted_clinic),
        );
        let item = tell.item(self.misdirected_item);
        let text = Bilingual::new(
            format!("{without} نفد عنده {item} بينما يفيض في {with}"),
            format!("{without} is out of {item} while {with} next door has too much"),
        );
        let filter = format!("--governorate EG-C --item {item} --at 2025-12-31");
        (text, tell.command("query shortage", &filter))
    }

    fn backdating(&self, tell: &Tell<'_>) -> (Bilingual, String) {
        let (site, item) = (
            tell.site(self.backdating_hospital),
            tell.item(self.backdated_item),
        );
        let text = Bilingual::new(
            format!("في {site} تُقيَّد صرفيات {item} بتاريخ سابق بين الجرد واعتماده، فتغطي النقص"),
            format!(
                "at {site} issues of {item} are backdated between count and approval, and cover what is missing"
            ),
        );
        (
            text,
            tell.command(
                "query movements",
                &format!("--facility {site} --item {item} --since 2025-10-01"),
            ),
        )
    }

    fn failure(&self, tell: &Tell<'_>) -> (Bilingual, String) {
        let (item, (first, last)) = (tell.item(self.failed_item), self.failed);
        let text = Bilingual::new(
            format!("لم يُورَّد {item} من {first} إلى {last}، فنفد في البلد"),
            format!("nobody delivered {item} from {first} to {last}: the country ran out"),
        );
        let filter = format!("--item {item} --at 2025-08-15");
        (text, tell.command("query shortage", &filter))
    }

    fn lateness(&self, tell: &Tell<'_>) -> (Bilingual, String) {
        let supplier = format!("SUP-{:02}", self.late_supplier);
        let text = Bilingual::new(
            format!("المورّد {supplier} يتأخر في كل توريد"),
            format!("the supplier {supplier} is late every time"),
        );
        let filter = format!("--supplier {supplier} --summary");
        (text, tell.command("query deliveries", &filter))
    }

    fn inflation(&self, tell: &Tell<'_>) -> (Bilingual, String) {
        let (supplier, since) = (
            format!("SUP-{:02}", self.inflating_supplier),
            self.inflating_from,
        );
        let text = Bilingual::new(
            format!("فواتير {supplier} منذ {since} تزيد خُمسًا على سعر الأمر: لا تُطابَق، وتُستبدل"),
            format!(
                "since {since} invoices of {supplier} ask for a fifth more than was ordered: none matches, each is replaced"
            ),
        );
        let order = tell.world.inflated.map(order_id);
        let order = order
            .and_then(Result::ok)
            .map_or_else(String::new, |id| id.to_string());
        (
            text,
            tell.command("query history", &format!("order:{order}")),
        )
    }

    fn emergency(&self, tell: &Tell<'_>) -> (Bilingual, String) {
        let (day, item) = (self.emergency_on, tell.item(self.failed_item));
        let text = Bilingual::new(
            format!("شراء طارئ للصنف {item} في {day} بضعف السعر، واعتُمد بعد الشراء"),
            format!(
                "an emergency purchase of {item} on {day} at twice the price, approved afterwards"
            ),
        );
        let order = tell.world.emergency.map(order_id);
        let order = order
            .and_then(Result::ok)
            .map_or_else(String::new, |id| id.to_string());
        (
            text,
            tell.command("query history", &format!("order:{order}")),
        )
    }

    fn stuck(&self, tell: &Tell<'_>) -> (Bilingual, String) {
        let (site, since) = (tell.site(self.stuck_warehouse), self.stuck_from);
        let text = Bilingual::new(
            format!("ما أرسله المخزن المركزي إلى {site} منذ {since} لم يصل بعد"),
            format!("what the central store sent to {site} since {since} has not arrived"),
        );
        (
            text,
            tell.command("query transfers", &format!("--facility {site} --limit 5")),
        )
    }

    fn silence(&self, tell: &Tell<'_>) -> (Bilingual, String) {
        let (site, since) = (tell.site(self.silent_clinic), self.silent_from);
        let text = Bilingual::new(
            format!("{site} لا يُبلّغ منذ {since}: يُعَدّ وحده، لا صفرًا"),
            format!("{site} has not reported since {since}: counted apart, not as zero"),
        );
        let filter = format!("--facility {site} --at 2025-12-31");
        (text, tell.command("query shortage", &filter))
    }
}

/// What a story is told with.
struct Tell<'a> {
    world: &'a World,
    data: &'a str,
}

impl Tell<'_> {
    fn site(&self, index: usize) -> &FacilityId {
        &self.world.sites[index].id
    }

    fn item(&self, index: usize) -> &ItemCode {
        &self.world.items[index]
    }

    fn command(&self, name: &str, filter: &str) -> String {
        format!("sijill {name} --data {} {filter}", self.data)
    }
}
