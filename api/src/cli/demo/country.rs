//! The country of the demo: the 27 governorates of Egypt (ISO 3166-2:EG) with invented facilities. Populations are
//! rounded and positions are those of the capitals, so that maps and rates look right; nothing else is real.

use sijill_ledger_core::domain::facility::{Coordinates, Kind, Profile};
use sijill_ledger_core::domain::values::{FacilityId, Names, Place, ValueError};

/// A governorate.
#[derive(Debug)]
pub struct Governorate {
    /// ISO 3166-2.
    pub code: &'static str,
    /// In Arabic.
    pub ar: &'static str,
    /// In English.
    pub en: &'static str,
    /// People, in thousands, rounded.
    pub population_thousands: u32,
    /// Latitude and longitude of its capital, in hundredths of a degree.
    pub capital: (i32, i32),
}

const fn governorate(
    code: &'static str,
    ar: &'static str,
    en: &'static str,
    population_thousands: u32,
    capital: (i32, i32),
) -> Governorate {
    Governorate {
        code,
        ar,
        en,
        population_thousands,
        capital,
    }
}

/// The largest first, so that a small demo shows the best known.
pub const GOVERNORATES: [Governorate; 27] = [
    governorate("EG-C", "القاهرة", "Cairo", 10_200, (3_004, 3_124)),
    governorate("EG-GZ", "الجيزة", "Giza", 9_500, (3_001, 3_121)),
    governorate("EG-SHR", "الشرقية", "Sharqia", 7_900, (3_059, 3_150)),
    governorate("EG-DK", "الدقهلية", "Dakahlia", 7_100, (3_104, 3_138)),
    governorate("EG-BH", "البحيرة", "Beheira", 6_900, (3_104, 3_047)),
    governorate("EG-MN", "المنيا", "Minya", 6_300, (2_810, 3_075)),
    governorate("EG-KB", "القليوبية", "Qalyubia", 6_100, (3_046, 3_118)),
    governorate("EG-SHG", "سوهاج", "Sohag", 5_800, (2_656, 3_169)),
    governorate("EG-ALX", "الإسكندرية", "Alexandria", 5_600, (3_120, 2_992)),
    governorate("EG-GH", "الغربية", "Gharbia", 5_500, (3_079, 3_100)),
    governorate("EG-AST", "أسيوط", "Asyut", 5_000, (2_718, 3_118)),
    governorate("EG-MNF", "المنوفية", "Monufia", 4_700, (3_056, 3_101)),
    governorate("EG-FYM", "الفيوم", "Faiyum", 4_100, (2_931, 3_084)),
    governorate(
        "EG-KFS",
        "كفر الشيخ",
        "Kafr el-Sheikh",
        3_800,
        (3_111, 3_094),
    ),
    governorate("EG-KN", "قنا", "Qena", 3_600, (2_616, 3_272)),
    governorate("EG-BNS", "بني سويف", "Beni Suef", 3_600, (2_907, 3_110)),
    governorate("EG-ASN", "أسوان", "Aswan", 1_700, (2_409, 3_290)),
    governorate("EG-DT", "دمياط", "Damietta", 1_600, (3_142, 3_181)),
    governorate("EG-IS", "الإسماعيلية", "Ismailia", 1_500, (3_060, 3_227)),
    governorate("EG-LX", "الأقصر", "Luxor", 1_400, (2_569, 3_264)),
    governorate("EG-SUZ", "السويس", "Suez", 800, (2_997, 3_253)),
    governorate("EG-PTS", "بورسعيد", "Port Said", 800, (3_126, 3_230)),
    governorate("EG-MT", "مطروح", "Matrouh", 550, (3_135, 2_725)),
    governorate("EG-SIN", "شمال سيناء", "North Sinai", 450, (3_113, 3_380)),
    governorate("EG-BA", "البحر الأحمر", "Red Sea", 420, (2_726, 3_381)),
    governorate("EG-WAD", "الوادي الجديد", "New Valley", 270, (2_544, 3_055)),
    governorate("EG-JS", "جنوب سيناء", "South Sinai", 120, (2_824, 3_362)),
];

/// How many of the two scales: hundredths of the full country.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScalePercent(pub u32);

/// A facility of the demo.
#[derive(Clone, Debug)]
pub struct Site {
    /// Its id: governorate, a letter for the kind, a number.
    pub id: FacilityId,
    /// Its particulars.
    pub profile: Profile,
    /// Index of the site that supplies it; the central store has none.
    pub parent: Option<usize>,
    /// Multiplies its demand: 1 to 6, by the people of its governorate.
    pub size: u64,
    /// Index of its governorate.
    pub governorate: usize,
}

/// Every site; the first is the central store, then per governorate its warehouse and what the warehouse supplies.
pub fn sites(scale: ScalePercent) -> Result<Vec<Site>, ValueError> {
    let count = (27 * scale.0).div_ceil(100).clamp(2, 27);
    let copies = (scale.0 / 100).max(1);
    let mut sites = vec![site(0, Kind::CentralStore, 1, None)?];
    let count = usize::try_from(count).unwrap_or(GOVERNORATES.len());
    for (governorate, place) in GOVERNORATES.iter().enumerate().take(count) {
        let warehouse = sites.len();
        sites.push(site(governorate, Kind::Warehouse, 1, Some(0))?);
        let populous = place.population_thousands > 5_000;
        let hospitals = if populous { 2 } else { 1 };
        for number in 1..=copies * hospitals {
            sites.push(site(governorate, Kind::Hospital, number, Some(warehouse))?);
        }
        for number in 1..=copies * 3 {
            sites.push(site(governorate, Kind::Clinic, number, Some(warehouse))?);
        }
        let learns = governorate % 2 == 0;
        let kind = if learns { Kind::School } else { Kind::Office };
        for number in 1..=copies {
            sites.push(site(governorate, kind, number, Some(warehouse))?);
        }
    }
    let ids: Vec<FacilityId> = sites.iter().map(|site| site.id.clone()).collect();
    for site in &mut sites {
        site.profile.parent = site.parent.and_then(|parent| ids.get(parent).cloned());
    }
    Ok(sites)
}

fn site(
    governorate: usize,
    kind: Kind,
    number: u32,
    parent: Option<usize>,
) -> Result<Site, ValueError> {
    let place = &GOVERNORATES[governorate];
    let (letter, names, share_percent) = named(kind, place, number)?;
    let id = if kind == Kind::CentralStore {
        "EG-CENTRAL".to_owned()
    } else {
        format!("{}-{letter}{number}", place.code)
    };
    let number = i32::try_from(number).unwrap_or(1);
    let (latitude, longitude) = place.capital;
    Ok(Site {
        id: FacilityId::new(&id)?,
        profile: Profile {
            names,
            kind,
            governorate: Some(Place::new(place.code)?),
            // A few hundred metres apart, so that a map shows each.
            position: Some(Coordinates {
                latitude_microdegrees: latitude * 10_000 + number * 3_000,
                longitude_microdegrees: longitude * 10_000 - number * 2_000,
            }),
            population: share_percent.map(|share| place.population_thousands * 10 * share),
            parent: None,
            owner: None,
        },
        parent,
        size: u64::from(1 + place.population_thousands / 2_000),
        governorate,
    })
}

/// Letter of the id, names, and what share of the governorate's people it serves, in hundredths.
fn named(
    kind: Kind,
    place: &Governorate,
    number: u32,
) -> Result<(&'static str, Names, Option<u32>), ValueError> {
    let Governorate { ar, en, .. } = place;
    let (letter, ar, en, share) = match kind {
        Kind::CentralStore => (
            "",
            "المخزن المركزي للإمداد الطبي".to_owned(),
            "Central Medical Store".to_owned(),
            None,
        ),
        Kind::Warehouse => (
            "W",
            format!("مخزن محافظة {ar}"),
            format!("{en} Governorate Warehouse"),
            Some(100),
        ),
        Kind::Hospital => (
            "H",
            format!("مستشفى {ar} العام رقم {number}"),
            format!("{en} General Hospital No. {number}"),
            Some(40),
        ),
        Kind::Clinic => (
            "K",
            format!("مركز صحة {ar} رقم {number}"),
            format!("{en} Health Centre No. {number}"),
            Some(15),
        ),
        Kind::School => (
            "S",
            format!("مدرسة {ar} الثانوية رقم {number}"),
            format!("{en} Secondary School No. {number}"),
            None,
        ),
        Kind::Office => (
            "O",
            format!("مكتب الشؤون الصحية في {ar} رقم {number}"),
            format!("{en} Health Affairs Office No. {number}"),
            None,
        ),
    };
    Ok((letter, Names::new(&ar, &en)?, share))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_scale_has_distinct_sites_with_parents() {
        for scale in [5, 100, 300] {
            let sites = sites(ScalePercent(scale)).unwrap();
            let ids: BTreeSet<_> = sites.iter().map(|site| site.id.clone()).collect();
            assert_eq!(ids.len(), sites.len());
            let orphans = sites.iter().filter(|site| site.parent.is_none()).count();
            assert_eq!(orphans, 1, "only the central store has nobody above it");
        }
    }

    #[test]
    fn the_full_country_has_27_governorates() {
        let codes: BTreeSet<_> = GOVERNORATES.iter().map(|g| g.code).collect();
        assert_eq!(codes.len(), 27);
        assert!(codes.iter().all(|code| Place::new(code).is_ok()));
    }
}
