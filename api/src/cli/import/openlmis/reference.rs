//! Reference data that stock cards name: facilities, items, programmes, lots.

use std::collections::BTreeMap;
use std::path::Path;

use rust_decimal::Decimal;
use sijill_ledger_core::domain::facility::{self, Coordinates};
use sijill_ledger_core::domain::item;
use sijill_ledger_core::domain::stock::StockKey;
use sijill_ledger_core::domain::values::{
    Batch, Code, Date, FacilityId, ItemCode, Names, Programme, Quantity, Text, ValueError,
};

use crate::cli::errors::{Bilingual, Failure};
use crate::cli::import::csv_file::{CsvFile, Row};
use crate::cli::import::rejects::Rejects;

/// A stock card: one store, one item, perhaps one lot and programme.
#[derive(Clone, Debug)]
pub struct Card {
    /// The store.
    pub facility: FacilityId,
    /// What.
    pub key: StockKey,
    /// The lot's expiry.
    pub expiry: Option<Date>,
}

/// Something to register before its first movement.
#[derive(Clone, Debug)]
pub struct Registered<I, P> {
    /// Its code.
    pub code: I,
    /// Its particulars.
    pub profile: P,
    /// Line in its file.
    pub line: u64,
}

/// The cards that can be taken, and what they name.
#[derive(Debug, Default)]
pub struct Reference {
    /// Cards by id.
    pub cards: BTreeMap<String, Card>,
    /// Facilities of those cards, by OpenLMIS id.
    pub facilities: BTreeMap<String, Registered<FacilityId, facility::Profile>>,
    /// Items of those cards, by OpenLMIS id.
    pub items: BTreeMap<String, Registered<ItemCode, item::Profile>>,
}

/// The files, read.
#[derive(Debug)]
pub struct Files {
    /// Stock cards.
    pub cards: CsvFile,
    /// Facilities.
    pub facilities: CsvFile,
    facility_types: CsvFile,
    /// Orderables.
    pub items: CsvFile,
    programmes: CsvFile,
    lots: CsvFile,
}

impl Files {
    /// Reads them from a directory.
    pub fn read(dir: &Path, rejects: &mut Rejects) -> Result<Self, Failure> {
        let mut file = |name: &str| CsvFile::read(&dir.join(name), rejects);
        Ok(Self {
            cards: file("stockmanagement.stock_cards.csv")?,
            facilities: file("referencedata.facilities.csv")?,
            facility_types: file("referencedata.facility_types.csv")?,
            items: file("referencedata.orderables.csv")?,
            programmes: file("referencedata.programs.csv")?,
            lots: file("referencedata.lots.csv")?,
        })
    }
}

/// A row of a reference file, by id: among equal ids the highest version counts, else the first.
struct Table<'a>(BTreeMap<String, &'a Row>);

impl<'a> Table<'a> {
    fn of(
        file: &'a CsvFile,
        version: Option<&str>,
        rejects: &mut Rejects,
    ) -> Result<Self, Failure> {
        let id = file.column("id")?;
        let version = version.map(|name| file.column(name)).transpose()?;
        let number = |row: &Row| version.map(|column| row.get(column).parse::<u64>().unwrap_or(0));
        let mut rows: BTreeMap<String, &Row> = BTreeMap::new();
        for row in &file.rows {
            match rows.get(&row.id(id)) {
                Some(first) if number(first) == number(row) => {
                    let first = first.line;
                    let reason = Bilingual::new(
                        format!("معرّف مكرر، ورد في السطر {first}"),
                        format!("duplicate id, first on line {first}"),
                    );
                    rejects.push(file.rejection(row.line, "DUPLICATE_ID", reason));
                }
                Some(first) if number(first) > number(row) => {}
                Some(_) | None => {
                    rows.insert(row.id(id), row);
                }
            }
        }
        Ok(Self(rows))
    }

    fn get(
        &self,
        id: &str,
        what: &'static str,
        what_ar: &'static str,
    ) -> Result<&'a Row, Bilingual> {
        self.0.get(id).copied().ok_or_else(|| {
            Bilingual::new(
                format!("{what_ar} {id} ليس في ملفه"),
                format!("the {what} {id} is not in its file"),
            )
        })
    }
}

impl Reference {
    /// Resolves the cards; a card that names something missing or unusable is rejected by line.
    pub fn resolve(files: &Files, rejects: &mut Rejects) -> Result<Self, Failure> {
        let resolver = Resolver::new(files, rejects)?;
        let columns = [
            files.cards.column("id")?,
            files.cards.column("facilityId")?,
            files.cards.column("orderableId")?,
            files.cards.column("lotId")?,
            files.cards.column("programId")?,
        ];
        let mut reference = Self::default();
        let mut keys: BTreeMap<(FacilityId, StockKey), u64> = BTreeMap::new();
        for row in &files.cards.rows {
            let [id, facility, item, lot, programme] = columns.map(|column| row.id(column));
            let card = resolver.card(&mut reference, [&facility, &item, &lot, &programme]);
            let card = card.and_then(|card| {
                if reference.cards.contains_key(&id) {
                    return Err(Bilingual::new("معرّف مكرر", "duplicate id"));
                }
                let place = (card.facility.clone(), card.key.clone());
                let first = *keys.entry(place).or_insert(row.line);
                if first == row.line {
                    Ok(card)
                } else {
                    Err(Bilingual::new(
                        format!("للمنشأة والصنف والتشغيلة والبرنامج بطاقة أخرى في السطر {first}"),
                        format!("line {first} has another card of this facility, item, lot and programme"),
                    ))
                }
            });
            match card {
                Ok(card) => {
                    reference.cards.insert(id, card);
                }
                Err(reason) => rejects.push(files.cards.rejection(row.line, "CARD", reason)),
            }
        }
        Ok(reference)
    }
}

struct Resolver<'a> {
    files: &'a Files,
    facilities: Table<'a>,
    facility_types: Table<'a>,
    items: Table<'a>,
    programmes: Table<'a>,
    lots: Table<'a>,
}

impl<'a> Resolver<'a> {
    fn new(files: &'a Files, rejects: &mut Rejects) -> Result<Self, Failure> {
        for (file, columns) in [
            (
                &files.facilities,
                &["code", "name", "typeid", "location"][..],
            ),
            (&files.facility_types, &["code"]),
            (&files.items, &["code", "fullproductname", "netcontent"]),
            (&files.programmes, &["code"]),
            (&files.lots, &["lotcode", "expirationdate"]),
        ] {
            for column in columns {
                file.column(column)?;
            }
        }
        Ok(Self {
            files,
            facilities: Table::of(&files.facilities, None, rejects)?,
            facility_types: Table::of(&files.facility_types, None, rejects)?,
            items: Table::of(&files.items, Some("versionnumber"), rejects)?,
            programmes: Table::of(&files.programmes, None, rejects)?,
            lots: Table::of(&files.lots, None, rejects)?,
        })
    }

    fn card(&self, reference: &mut Reference, ids: [&str; 4]) -> Result<Card, Bilingual> {
        let [facility_id, item_id, lot_id, programme_id] = ids;
        let facility = self.facility(facility_id)?;
        let item = self.item(item_id)?;
        let programme = match programme_id {
            "" => None,
            id => {
                let row = self.programmes.get(id, "programme", "البرنامج")?;
                let code = field(&self.files.programmes, row, "code");
                Some(Programme::new(code).map_err(|error| Bilingual::from(&error))?)
            }
        };
        let (batch, expiry) = match lot_id {
            "" => (None, None),
            id => self.lot(id)?,
        };
        let card = Card {
            facility: facility.code.clone(),
            key: StockKey {
                item: item.code.clone(),
                batch,
                programme,
            },
            expiry,
        };
        reference
            .facilities
            .insert(facility_id.to_owned(), facility);
        reference.items.insert(item_id.to_owned(), item);
        Ok(card)
    }

    fn lot(&self, id: &str) -> Result<(Option<Batch>, Option<Date>), Bilingual> {
        let file = &self.files.lots;
        let row = self.lots.get(id, "lot", "التشغيلة")?;
        let batch = Batch::new(field(file, row, "lotcode")).map_err(|e| Bilingual::from(&e))?;
        let expiry = match field(file, row, "expirationdate") {
            "" => None,
            day => Some(Date::parse(day).map_err(|error| Bilingual::from(&error))?),
        };
        Ok((Some(batch), expiry))
    }

    /// OpenLMIS has one name; it stands for both languages until someone amends the facility.
    fn facility(&self, id: &str) -> Result<Registered<FacilityId, facility::Profile>, Bilingual> {
        let file = &self.files.facilities;
        let row = self.facilities.get(id, "facility", "المنشأة")?;
        let kind = field(file, row, "typeid").to_lowercase();
        let kind = self
            .facility_types
            .get(&kind, "facility type", "نوع المنشأة")?;
        let kind = kind_of(field(&self.files.facility_types, kind, "code"));
        let build = || -> Result<_, ValueError> {
            let name = field(file, row, "name");
            Ok(Registered {
                code: FacilityId::new(field(file, row, "code"))?,
                profile: facility::Profile {
                    names: Names::new(name, name)?,
                    kind,
                    governorate: None,
                    position: point(field(file, row, "location")),
                    population: None,
                    parent: None,
                    owner: None,
                },
                line: row.line,
            })
        };
        build().map_err(|error| Bilingual::from(&error))
    }

    /// OpenLMIS does not say whether an item is a medicine; everything here is entered as one, to be amended. Its
    /// quantities are in dispensing units, and `netcontent` is how many of them a pack holds.
    fn item(&self, id: &str) -> Result<Registered<ItemCode, item::Profile>, Bilingual> {
        let file = &self.files.items;
        let row = self.items.get(id, "item", "الصنف")?;
        let build = || -> Result<_, ValueError> {
            let name = field(file, row, "fullproductname");
            let content = Quantity::parse(field(file, row, "netcontent"))?;
            let pack = item::Pack {
                name: Text::new(&format!("pack of {content}"))?,
                factor: content,
                gtin: None,
            };
            let more_than_one = content.get() > Decimal::ONE;
            Ok(Registered {
                code: ItemCode::new(field(file, row, "code"))?,
                profile: item::Profile {
                    names: Names::new(name, name)?,
                    category: item::Category::Medicine,
                    base_unit: Code::new("unit")?,
                    packs: if more_than_one {
                        vec![pack]
                    } else {
                        Vec::new()
                    },
                    atc: None,
                    unspsc: None,
                    essential: false,
                    cold_chain: false,
                    tracking: item::Tracking::Quantity,
                    inspected: false,
                },
                line: row.line,
            })
        };
        build().map_err(|error| Bilingual::from(&error))
    }
}

/// The field of a column that the resolver has checked to exist.
fn field<'a>(file: &CsvFile, row: &'a Row, column: &str) -> &'a str {
    file.column(column).map_or("", |column| row.get(column))
}

/// By the words that OpenLMIS installations use in the codes of facility types; what is neither a hospital nor a store
/// gives care.
fn kind_of(code: &str) -> facility::Kind {
    let code = code.to_lowercase();
    if code.contains("hosp") {
        facility::Kind::Hospital
    } else if ["store", "warehouse", "depot"]
        .iter()
        .any(|word| code.contains(word))
    {
        facility::Kind::Warehouse
    } else {
        facility::Kind::Clinic
    }
}

/// `POINT(longitude latitude)` in degrees, WGS 84; anything else is no position.
fn point(text: &str) -> Option<Coordinates> {
    let inner = text.strip_prefix("POINT(")?.strip_suffix(')')?;
    let (longitude, latitude) = inner.split_once(' ')?;
    let microdegrees = |degrees: &str, max: i32| {
        let degrees: Decimal = degrees.parse().ok()?;
        let millionths = degrees.checked_mul(Decimal::from(1_000_000))?.round();
        let value = i32::try_from(millionths).ok()?;
        (value.abs() <= max).then_some(value)
    };
    Some(Coordinates {
        latitude_microdegrees: microdegrees(latitude, 90_000_000)?,
        longitude_microdegrees: microdegrees(longitude, 180_000_000)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions() {
        let kankao = point("POINT(34.922379 -15.054833)").unwrap();
        assert_eq!(kankao.longitude_microdegrees, 34_922_379);
        assert_eq!(kankao.latitude_microdegrees, -15_054_833);
        assert!(
            point("").is_none() && point("POINT(1)").is_none() && point("POINT(0 91)").is_none()
        );
    }

    #[test]
    fn kinds_of_facility() {
        assert_eq!(kind_of("dist_hosp"), facility::Kind::Hospital);
        assert_eq!(kind_of("prov_store"), facility::Kind::Warehouse);
        assert_eq!(kind_of("health_center"), facility::Kind::Clinic);
    }
}
