//! What the rows name: the buyer, vendors, countries as stores, items. The file has names and no codes, so codes are made
//! from the names, the same for the same name in every file.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256 as Hasher};
use sijill_ledger_core::domain::facility::{self, Facility};
use sijill_ledger_core::domain::item::{self, Category, Tracking};
use sijill_ledger_core::domain::organization::{self, Organization, Registration};
use sijill_ledger_core::domain::values::{
    Code, Country, EffectiveAt, ExternalId, FacilityId, ItemCode, Names, OrganizationId, ValueError,
};

use super::rows::{Delivered, Item};
use crate::cli::errors::Failure;
use crate::cli::import::csv_file::CsvFile;
use crate::cli::import::history::{self, FromRow, Import, unusable};

/// The buyer: the Supply Chain Management System project, which bought for all countries.
pub const BUYER: &str = "SCMS";

/// Codes of what a row names.
#[derive(Clone, Debug)]
pub struct Named {
    /// The vendor.
    pub vendor: OrganizationId,
    /// The country's store.
    pub store: FacilityId,
    /// The item.
    pub item: ItemCode,
}

impl Named {
    /// The codes.
    pub fn of(row: &Delivered) -> Result<Self, ValueError> {
        Ok(Self {
            vendor: OrganizationId::new(&code(&row.vendor))?,
            store: FacilityId::new(&code(&row.country))?,
            item: item_code(&row.item)?,
        })
    }
}

/// Registers what the rows name, durable before their orders.
pub async fn register(
    import: &mut Import,
    file: &CsvFile,
    rows: &[Delivered],
) -> Result<(), Failure> {
    if rows.is_empty() {
        return Ok(());
    }
    let at = history::beginning(import.offset).map_err(unusable)?;
    let organizations = organizations(rows, at).map_err(unusable)?;
    import
        .send::<Organization>(file, organizations, |_, _| {})
        .await?;
    let stores = stores(rows, at).map_err(unusable)?;
    import.send::<Facility>(file, stores, |_, _| {}).await?;
    let items = items(rows, at).map_err(unusable)?;
    import.send::<item::Item>(file, items, |_, _| {}).await
}

fn organizations(
    rows: &[Delivered],
    at: EffectiveAt,
) -> Result<Vec<FromRow<Organization>>, ValueError> {
    let mut all = vec![organization(
        BUYER,
        "Supply Chain Management System",
        organization::Role::ProcuringEntity,
        (1, at),
    )?];
    for (vendor, line) in firsts(rows, |row| row.vendor.as_str()) {
        let role = organization::Role::Supplier;
        all.push(organization(&code(vendor), vendor, role, (line, at))?);
    }
    Ok(all)
}

/// The file does not say where vendors are registered, nor under which number: `ZZ` is no country, `XX-SCMS` no register.
fn organization(
    id: &str,
    name: &str,
    role: organization::Role,
    (line, at): (u64, EffectiveAt),
) -> Result<FromRow<Organization>, ValueError> {
    let registration = Registration {
        profile: organization::Profile {
            roles: [role].into(),
            names: Names::new(name, name)?,
            external: ExternalId::new(&format!("XX-SCMS:{id}"))?,
            country: Country::new("ZZ")?,
            governorate: None,
        },
        bank_account: None,
    };
    Ok(FromRow {
        line,
        stream: Organization::stream(&OrganizationId::new(id)?),
        id: format!("organization/{id}"),
        command: organization::Command::Register(registration),
        at,
    })
}

/// One store per country: deliveries went to clients of whom the file names nothing else. (Project codes name funding,
/// and some of them another country.)
fn stores(rows: &[Delivered], at: EffectiveAt) -> Result<Vec<FromRow<Facility>>, ValueError> {
    let store = |(country, line): (&str, u64)| {
        let id = code(country);
        let profile = facility::Profile {
            names: Names::new(country, country)?,
            kind: facility::Kind::CentralStore,
            governorate: None,
            position: None,
            population: None,
            parent: None,
            owner: None,
        };
        Ok(FromRow {
            line,
            stream: Facility::stream(&FacilityId::new(&id)?),
            id: format!("facility/{id}"),
            command: facility::Command::Open(profile),
            at,
        })
    };
    let countries = firsts(rows, |row| row.country.as_str());
    countries.into_iter().map(store).collect()
}

/// A pack is the base unit: quantities and prices are per pack. Rapid diagnostic tests are supplies, all else is medicine.
fn items(rows: &[Delivered], at: EffectiveAt) -> Result<Vec<FromRow<item::Item>>, ValueError> {
    let item = |(item, line): (&Item, u64)| {
        let category = if item.group.ends_with("RDT") || item.group == "HRDT" {
            Category::Supply
        } else {
            Category::Medicine
        };
        let code = item_code(item)?;
        let profile = item::Profile {
            names: Names::new(&item.description, &item.description)?,
            category,
            base_unit: Code::new(format!("pack of {}", item.pack).trim_end())?,
            packs: Vec::new(),
            atc: None,
            unspsc: None,
            essential: false,
            cold_chain: false,
            tracking: Tracking::Quantity,
            inspected: false,
        };
        Ok(FromRow {
            line,
            stream: item::Item::stream(&code),
            id: format!("item/{code}"),
            command: item::Command::List(profile),
            at,
        })
    };
    firsts(rows, |row| &row.item)
        .into_iter()
        .map(item)
        .collect()
}

/// Each value that rows name, with the first line that names it.
fn firsts<'a, T: Ord + ?Sized>(
    rows: &'a [Delivered],
    named: impl Fn(&'a Delivered) -> &'a T,
) -> BTreeMap<&'a T, u64> {
    let mut firsts = BTreeMap::new();
    for row in rows {
        let line = firsts.entry(named(row)).or_insert(row.line);
        *line = row.line.min(*line);
    }
    firsts
}

/// A code from a name: its letters and digits, and where that leaves something out, the beginning of its SHA-256.
fn code(name: &str) -> String {
    let words: Vec<&str> = name.split(' ').collect();
    let plain = |word: &&str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric());
    if name.len() <= 40 && words.iter().all(plain) {
        return format!("SCMS-{}", words.join("-"));
    }
    format!("SCMS-{}-{}", slug(name), digest(&[name]))
}

/// Everything that tells items apart is in the digest.
fn item_code(item: &Item) -> Result<ItemCode, ValueError> {
    let Item {
        description,
        group,
        molecule,
        brand,
        dosage,
        form,
        pack,
    } = item;
    let digest = digest(&[description, group, molecule, brand, dosage, form, pack]);
    ItemCode::new(&format!("SCMS-{}-{digest}", slug(molecule)))
}

/// Runs of letters and digits joined by hyphens, at most 40 characters.
fn slug(name: &str) -> String {
    let runs = name.split(|c: char| !c.is_ascii_alphanumeric());
    let joined = runs
        .filter(|run| !run.is_empty())
        .collect::<Vec<_>>()
        .join("-");
    let cut: String = joined.chars().take(40).collect();
    cut.trim_end_matches('-').to_owned()
}

/// The first 40 bits of a SHA-256 over length-prefixed parts, in hexadecimal.
fn digest(parts: &[&str]) -> String {
    let mut hasher = Hasher::new();
    for part in parts {
        hasher.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        hasher.update(part);
    }
    let hash = hasher.finalize();
    let first = hash
        .iter()
        .take(5)
        .fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
    format!("{first:010x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_made_of_names_and_stay_apart() {
        assert_eq!(code("South Africa"), "SCMS-South-Africa");
        let ivory = code("Côte d'Ivoire");
        assert!(ivory.starts_with("SCMS-C-te-d-Ivoire-"), "{ivory}");
        assert_ne!(code("ABBVIE, SRL"), code("ABBVIE SRL."));
        assert_ne!(code("A B"), code("A  B"));
        for name in ["-", "شركة النيل", &"x".repeat(400)] {
            assert!(OrganizationId::new(&code(name)).is_ok(), "{name}");
        }
    }
}
