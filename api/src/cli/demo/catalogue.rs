//! The catalogue of the demo: medicines with their ATC codes (WHO), supplies, stationery, durables. Prices and demand
//! are invented, of a plausible size.

use rust_decimal::Decimal;
use sijill_ledger_core::domain::facility::Kind;
use sijill_ledger_core::domain::item::{Category, Pack, Profile, Tracking};
use sijill_ledger_core::domain::values::{
    Code, Currency, ItemCode, Names, Quantity, Text, UnitPrice, ValueError,
};

/// When more of an item is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Season {
    /// The whole year.
    Even,
    /// Coughs and fevers.
    Winter,
    /// Heat and dehydration.
    Summer,
    /// The school year.
    School,
}

impl Season {
    /// Demand in a month (1 to 12), in hundredths of the average.
    pub const fn percent(self, month: u32) -> u64 {
        match (self, month) {
            (Self::Winter, 11 | 12 | 1 | 2) => 160,
            (Self::Winter, 6..=8) | (Self::Summer, 12 | 1 | 2) => 60,
            (Self::Summer, 6..=8) => 170,
            (Self::School, 9 | 10) => 220,
            (Self::School, 7 | 8) => 20,
            (Self::Even | Self::Winter | Self::Summer | Self::School, _) => 100,
        }
    }
}

/// An item of the demo.
#[derive(Clone, Copy, Debug)]
pub struct Listing {
    /// Its code.
    pub code: &'static str,
    ar: &'static str,
    en: &'static str,
    /// What it is.
    pub category: Category,
    unit: &'static str,
    pack: u32,
    class: &'static str,
    cold: bool,
    /// Months from making to expiry; zero does not expire.
    pub shelf_months: i32,
    price_piastres: u32,
    /// Base units a month for each unit of size, at a hospital, a clinic, an office or school.
    demand: (u64, u64, u64),
    /// When more is needed.
    pub season: Season,
}

use Category::{Durable, Medicine, Stationery, Supply};
use Season::{Even, School, Summer, Winter};

macro_rules! listings {
    ($($code:literal $ar:literal $en:literal $category:ident $unit:literal * $pack:literal $class:literal
       $(cold $cold:literal)? shelf $shelf:literal price $price:literal demand $demand:tt $season:ident;)*) => {
        &[$(Listing {
            code: $code, ar: $ar, en: $en, category: $category, unit: $unit, pack: $pack, class: $class,
            cold: false $(|| $cold)?, shelf_months: $shelf, price_piastres: $price, demand: $demand, season: $season,
        }),*]
    };
}

/// Everything that moves in the demo.
pub const LISTINGS: &[Listing] = listings! {
    "N02BE01-500T" "باراسيتامول 500 مجم أقراص" "Paracetamol 500 mg tablets" Medicine "tablet" * 100 "N02BE01" shelf 36 price 25 demand (9_000, 2_500, 0) Winter;
    "M01AE01-400T" "إيبوبروفين 400 مجم أقراص" "Ibuprofen 400 mg tablets" Medicine "tablet" * 100 "M01AE01" shelf 36 price 60 demand (4_000, 1_200, 0) Even;
    "J01CA04-500C" "أموكسيسيلين 500 مجم كبسولات" "Amoxicillin 500 mg capsules" Medicine "capsule" * 100 "J01CA04" shelf 24 price 120 demand (5_000, 1_500, 0) Winter;
    "J01CR02-1G" "أموكسيسيلين مع حمض الكلافولانيك 1 جم" "Amoxicillin and clavulanic acid 1 g" Medicine "tablet" * 14 "J01CR02" shelf 24 price 650 demand (1_500, 300, 0) Winter;
    "J01FA10-500T" "أزيثروميسين 500 مجم أقراص" "Azithromycin 500 mg tablets" Medicine "tablet" * 3 "J01FA10" shelf 24 price 900 demand (700, 200, 0) Winter;
    "J01DD04-1G" "سيفترياكسون 1 جم حقن" "Ceftriaxone 1 g injection" Medicine "vial" * 10 "J01DD04" shelf 24 price 2_800 demand (1_200, 0, 0) Even;
    "P01AB01-500T" "ميترونيدازول 500 مجم أقراص" "Metronidazole 500 mg tablets" Medicine "tablet" * 100 "P01AB01" shelf 36 price 55 demand (2_500, 700, 0) Summer;
    "J01MA02-500T" "سيبروفلوكساسين 500 مجم أقراص" "Ciprofloxacin 500 mg tablets" Medicine "tablet" * 10 "J01MA02" shelf 36 price 210 demand (1_500, 300, 0) Summer;
    "A10AC01-VIAL" "إنسولين NPH 100 وحدة/مل" "Insulin isophane 100 IU/ml" Medicine "vial" * 1 "A10AC01" cold true shelf 18 price 6_500 demand (420, 90, 0) Even;
    "A10AB01-VIAL" "إنسولين بشري سريع المفعول" "Insulin human, fast-acting" Medicine "vial" * 1 "A10AB01" cold true shelf 18 price 6_700 demand (300, 60, 0) Even;
    "A10BA02-850T" "ميتفورمين 850 مجم أقراص" "Metformin 850 mg tablets" Medicine "tablet" * 60 "A10BA02" shelf 36 price 85 demand (6_000, 2_400, 0) Even;
    "A10BB12-2T" "جليمبيريد 2 مجم أقراص" "Glimepiride 2 mg tablets" Medicine "tablet" * 30 "A10BB12" shelf 36 price 130 demand (2_000, 800, 0) Even;
    "C09AA02-10T" "إنالابريل 10 مجم أقراص" "Enalapril 10 mg tablets" Medicine "tablet" * 30 "C09AA02" shelf 30 price 90 demand (3_000, 1_200, 0) Even;
    "C08CA01-5T" "أملوديبين 5 مجم أقراص" "Amlodipine 5 mg tablets" Medicine "tablet" * 30 "C08CA01" shelf 36 price 110 demand (3_500, 1_500, 0) Even;
    "C03CA01-40T" "فوروسيميد 40 مجم أقراص" "Furosemide 40 mg tablets" Medicine "tablet" * 50 "C03CA01" shelf 36 price 45 demand (1_500, 400, 0) Even;
    "C07AB07-5T" "بيسوبرولول 5 مجم أقراص" "Bisoprolol 5 mg tablets" Medicine "tablet" * 30 "C07AB07" shelf 36 price 140 demand (2_000, 700, 0) Even;
    "C10AA05-20T" "أتورفاستاتين 20 مجم أقراص" "Atorvastatin 20 mg tablets" Medicine "tablet" * 30 "C10AA05" shelf 36 price 300 demand (2_500, 900, 0) Even;
    "B01AC06-75T" "حمض أسيتيل الساليسيليك 75 مجم" "Acetylsalicylic acid 75 mg tablets" Medicine "tablet" * 30 "B01AC06" shelf 36 price 30 demand (4_000, 1_600, 0) Even;
    "B01AB05-40S" "إينوكسابارين 40 مجم محقن" "Enoxaparin 40 mg syringe" Medicine "syringe" * 10 "B01AB05" shelf 24 price 9_500 demand (350, 0, 0) Even;
    "H02AB02-AMP" "ديكساميثازون 8 مجم أمبول" "Dexamethasone 8 mg ampoule" Medicine "ampoule" * 10 "H02AB02" shelf 30 price 700 demand (600, 60, 0) Winter;
    "R03AC02-INH" "سالبوتامول بخاخ 100 ميكروجرام" "Salbutamol inhaler 100 µg" Medicine "inhaler" * 1 "R03AC02" shelf 24 price 4_200 demand (220, 70, 0) Winter;
    "R03BA02-INH" "بوديزونيد بخاخ 200 ميكروجرام" "Budesonide inhaler 200 µg" Medicine "inhaler" * 1 "R03BA02" shelf 24 price 11_000 demand (90, 25, 0) Winter;
    "A02BC01-20C" "أوميبرازول 20 مجم كبسولات" "Omeprazole 20 mg capsules" Medicine "capsule" * 28 "A02BC01" shelf 24 price 95 demand (3_500, 1_000, 0) Even;
    "A07CA-ORS" "أملاح معالجة الجفاف بالفم" "Oral rehydration salts" Medicine "sachet" * 100 "A07CA" shelf 36 price 180 demand (1_200, 600, 0) Summer;
    "N03AG01-500T" "فالبروات الصوديوم 500 مجم أقراص" "Valproic acid 500 mg tablets" Medicine "tablet" * 30 "N03AG01" shelf 36 price 420 demand (900, 250, 0) Even;
    "N05BA01-AMP" "ديازيبام 10 مجم أمبول" "Diazepam 10 mg ampoule" Medicine "ampoule" * 10 "N05BA01" shelf 30 price 850 demand (120, 0, 0) Even;
    "N01BB02-VIAL" "ليدوكايين 2% حقن" "Lidocaine 2% injection" Medicine "vial" * 10 "N01BB02" shelf 30 price 1_500 demand (180, 20, 0) Even;
    "N01AX03-VIAL" "كيتامين 500 مجم فيال" "Ketamine 500 mg vial" Medicine "vial" * 1 "N01AX03" shelf 30 price 4_800 demand (60, 0, 0) Even;
    "B05BB01-500" "محلول ملح 0.9% عبوة 500 مل" "Sodium chloride 0.9%, 500 ml" Medicine "bottle" * 20 "B05BB01" shelf 30 price 1_200 demand (3_000, 150, 0) Summer;
    "H01BB02-AMP" "أوكسيتوسين 10 وحدات أمبول" "Oxytocin 10 IU ampoule" Medicine "ampoule" * 10 "H01BB02" cold true shelf 18 price 650 demand (300, 30, 0) Even;
    "B03AA07-200T" "كبريتات الحديدوز 200 مجم" "Ferrous sulfate 200 mg tablets" Medicine "tablet" * 100 "B03AA07" shelf 36 price 35 demand (1_500, 1_200, 0) Even;
    "B03BB01-5T" "حمض الفوليك 5 مجم أقراص" "Folic acid 5 mg tablets" Medicine "tablet" * 100 "B03BB01" shelf 36 price 20 demand (900, 900, 0) Even;
    "J07BB02-DOSE" "لقاح الإنفلونزا الموسمية" "Influenza vaccine" Medicine "dose" * 10 "J07BB02" cold true shelf 12 price 22_000 demand (80, 40, 0) Winter;
    "J07CA11-DOSE" "اللقاح الخماسي" "Pentavalent vaccine" Medicine "dose" * 10 "J07CA11" cold true shelf 24 price 9_000 demand (150, 260, 0) Even;
    "J07BD52-DOSE" "لقاح الحصبة والنكاف والحصبة الألمانية" "Measles, mumps and rubella vaccine" Medicine "dose" * 10 "J07BD52" cold true shelf 24 price 7_500 demand (90, 160, 0) Even;
    "L01FD01-440" "تراستوزوماب 440 مجم فيال" "Trastuzumab 440 mg vial" Medicine "vial" * 1 "L01FD01" cold true shelf 24 price 1_450_000 demand (8, 0, 0) Even;
    "L01EA01-400T" "إيماتينيب 400 مجم أقراص" "Imatinib 400 mg tablets" Medicine "tablet" * 30 "L01EA01" shelf 24 price 9_800 demand (240, 0, 0) Even;
    "J05AP08-400T" "سوفوسبوفير 400 مجم أقراص" "Sofosbuvir 400 mg tablets" Medicine "tablet" * 28 "J05AP08" shelf 24 price 1_800 demand (560, 0, 0) Even;
    "J04AM02-TAB" "ريفامبيسين مع إيزونيازيد أقراص" "Rifampicin and isoniazid tablets" Medicine "tablet" * 84 "J04AM02" shelf 24 price 260 demand (800, 150, 0) Even;
    "N02AA01-AMP" "مورفين 10 مجم أمبول" "Morphine 10 mg ampoule" Medicine "ampoule" * 10 "N02AA01" shelf 30 price 1_100 demand (150, 0, 0) Even;
    "C01CA24-AMP" "أدرينالين 1 مجم أمبول" "Epinephrine 1 mg ampoule" Medicine "ampoule" * 10 "C01CA24" shelf 18 price 900 demand (200, 15, 0) Even;
    "A04AA01-AMP" "أوندانسيترون 8 مجم أمبول" "Ondansetron 8 mg ampoule" Medicine "ampoule" * 5 "A04AA01" shelf 30 price 1_900 demand (260, 0, 0) Even;
    "J06AA03-AMP" "مصل مضاد لسم الثعابين" "Snake venom antiserum" Medicine "ampoule" * 1 "J06AA03" cold true shelf 24 price 38_000 demand (10, 4, 0) Summer;
    "MS-GLOVE-M" "قفازات فحص مقاس متوسط" "Examination gloves, medium" Supply "piece" * 100 "42132203" shelf 48 price 90 demand (9_000, 1_800, 0) Even;
    "MS-SYR-5" "محاقن 5 مل" "Syringes 5 ml" Supply "piece" * 100 "" shelf 48 price 130 demand (6_000, 1_000, 0) Even;
    "MS-CAN-20" "كانيولا وريدية مقاس 20" "IV cannula 20G" Supply "piece" * 50 "" shelf 48 price 700 demand (1_400, 60, 0) Even;
    "MS-GAUZE" "شاش معقم" "Sterile gauze" Supply "piece" * 50 "" shelf 48 price 220 demand (2_500, 500, 0) Even;
    "MS-MASK" "كمامات جراحية" "Surgical masks" Supply "piece" * 50 "" shelf 36 price 60 demand (5_000, 1_200, 0) Winter;
    "MS-ALC-1L" "كحول إيثيلي 70% لتر" "Ethyl alcohol 70%, 1 l" Supply "bottle" * 12 "" shelf 36 price 4_500 demand (150, 40, 0) Even;
    "MS-TUBE" "أنابيب سحب دم" "Blood collection tubes" Supply "piece" * 100 "" shelf 18 price 250 demand (3_000, 300, 0) Even;
    "MS-SUTURE" "خيوط جراحية 2/0" "Sutures 2/0" Supply "piece" * 12 "" shelf 48 price 3_200 demand (250, 10, 0) Even;
    "ST-PAPER-A4" "ورق تصوير A4" "A4 copier paper" Stationery "ream" * 5 "14111507" shelf 0 price 19_000 demand (25, 5, 60) School;
    "ST-PEN-BLUE" "أقلام جافة زرقاء" "Blue ball-point pens" Stationery "piece" * 50 "44121704" shelf 0 price 400 demand (80, 20, 200) School;
    "ST-PENCIL" "أقلام رصاص" "Pencils" Stationery "piece" * 12 "44121706" shelf 0 price 250 demand (0, 0, 240) School;
    "ST-NOTE-80" "كراسات 80 ورقة" "Notebooks, 80 sheets" Stationery "piece" * 20 "" shelf 0 price 1_400 demand (0, 0, 300) School;
    "ST-TONER" "أحبار طابعات ليزر" "Laser toner" Stationery "cartridge" * 1 "44103103" shelf 0 price 95_000 demand (3, 0, 4) Even;
    "ST-FOLDER" "ملفات ورقية" "Paper folders" Stationery "piece" * 100 "44122011" shelf 0 price 350 demand (120, 40, 150) Even;
    "ST-ANSWER" "كراسات إجابة الامتحانات" "Examination answer books" Stationery "piece" * 500 "" shelf 0 price 300 demand (0, 0, 500) School;
    "DU-LAPTOP" "حاسوب محمول" "Notebook computer" Durable "piece" * 1 "43211503" shelf 0 price 2_800_000 demand (0, 0, 0) Even;
    "DU-DESKTOP" "حاسوب مكتبي" "Desktop computer" Durable "piece" * 1 "43211507" shelf 0 price 2_100_000 demand (0, 0, 0) Even;
    "DU-PRINTER" "طابعة ليزر" "Laser printer" Durable "piece" * 1 "43212105" shelf 0 price 950_000 demand (0, 0, 0) Even;
    "DU-DESK" "مكتب خشبي" "Wooden desk" Durable "piece" * 1 "56101703" shelf 0 price 420_000 demand (0, 0, 0) Even;
    "DU-CHAIR" "كرسي مكتب" "Office chair" Durable "piece" * 1 "" shelf 0 price 180_000 demand (0, 0, 0) Even;
};

impl Listing {
    /// Its code as a value.
    pub fn item(&self) -> Result<ItemCode, ValueError> {
        ItemCode::new(self.code)
    }

    /// Whether it is tracked by batch and expiry.
    pub const fn expires(&self) -> bool {
        self.shelf_months > 0
    }

    /// Base units a month that a site of this kind and size uses in an average month.
    pub const fn monthly(&self, kind: Kind, size: u64) -> u64 {
        let (hospital, clinic, office) = self.demand;
        match kind {
            Kind::CentralStore | Kind::Warehouse => 0,
            Kind::Hospital => hospital * size,
            Kind::Clinic => clinic * size,
            Kind::School | Kind::Office => office * size,
        }
    }

    /// Whether a site of this kind holds it: what it uses, and durables everywhere but in clinics.
    pub const fn is_held_by(&self, kind: Kind) -> bool {
        match kind {
            Kind::CentralStore | Kind::Warehouse => true,
            Kind::Clinic => self.monthly(kind, 1) > 0,
            Kind::Hospital | Kind::School | Kind::Office => {
                self.monthly(kind, 1) > 0 || matches!(self.category, Category::Durable)
            }
        }
    }

    /// Its particulars.
    pub fn profile(&self) -> Result<Profile, ValueError> {
        let is_medicine = self.category == Medicine;
        let class = match self.class {
            "" => None,
            class => Some(Code::new(class)?),
        };
        let factor = Quantity::from(self.pack);
        let pack = Pack {
            name: Text::new(&format!("pack of {}", self.pack))?,
            factor,
            gtin: None,
        };
        Ok(Profile {
            names: Names::new(self.ar, self.en)?,
            category: self.category,
            base_unit: Code::new(self.unit)?,
            packs: if self.pack > 1 {
                vec![pack]
            } else {
                Vec::new()
            },
            atc: class.clone().filter(|_| is_medicine),
            unspsc: class.filter(|_| !is_medicine),
            essential: is_medicine,
            cold_chain: self.cold,
            tracking: if self.expires() {
                Tracking::BatchAndExpiry
            } else {
                Tracking::Quantity
            },
            inspected: is_medicine,
        })
    }

    /// What so many base units cost, in whole Egyptian pounds.
    pub const fn pounds(&self, units: u64) -> u64 {
        units * self.price_piastres as u64 / 100
    }

    /// What a base unit costs, in Egyptian pounds.
    pub fn price(&self) -> Result<UnitPrice, ValueError> {
        let pounds = Decimal::new(i64::from(self.price_piastres), 2);
        UnitPrice::new(pounds, Currency::new("EGP")?)
    }
}

/// Index of a listing by its code; the demo's story names a few.
pub fn index_of(code: &str) -> Option<usize> {
    LISTINGS.iter().position(|listing| listing.code == code)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_listing_is_legal_and_distinct() {
        let codes: BTreeSet<_> = LISTINGS.iter().map(|l| l.code).collect();
        assert_eq!(codes.len(), LISTINGS.len());
        for listing in LISTINGS {
            listing.item().unwrap();
            listing.profile().unwrap();
            listing.price().unwrap();
        }
    }
}
