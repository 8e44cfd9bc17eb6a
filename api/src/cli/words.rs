//! The field's words in both languages: columns and statuses that several commands show.

use sijill_projections::shortage::amc::Quality;
use sijill_projections::shortage::status::Status;

use super::output::{Cell, Word};

pub const FACILITY: Word = Word::new("facility", "المنشأة", "facility");
pub const FACILITY_NAME: Word = Word::new("facility_name", "اسم المنشأة", "facility name");
pub const ITEM: Word = Word::new("item", "الصنف", "item");
pub const ITEM_NAME: Word = Word::new("item_name", "اسم الصنف", "item name");
pub const UNIT: Word = Word::new("unit", "الوحدة", "unit");
pub const BATCH: Word = Word::new("batch", "التشغيلة", "batch");
pub const PROGRAMME: Word = Word::new("programme", "البرنامج", "programme");
pub const EXPIRY: Word = Word::new("expiry", "الصلاحية", "expiry");
pub const ON_HAND: Word = Word::new("on_hand", "الرصيد", "on hand");
pub const USABLE: Word = Word::new("usable", "الصالح", "usable");
pub const EXPIRED: Word = Word::new("expired", "منتهٍ", "expired");
pub const BLOCKED: Word = Word::new("blocked", "محجور", "blocked");
pub const RESERVED: Word = Word::new("reserved", "محجوز", "reserved");
pub const UNINSPECTED: Word = Word::new("uninspected", "تحت الفحص", "uninspected");
pub const AMC: Word = Word::new("amc", "متوسط الاستهلاك الشهري", "AMC");
pub const AMC_QUALITY: Word = Word::new("amc_quality", "جودة المتوسط", "AMC quality");
pub const MONTHS: Word = Word::new("months_of_stock", "شهور الكفاية", "months of stock");
pub const STATUS: Word = Word::new("status", "الحالة", "status");
pub const STOCKOUT_DAYS: Word = Word::new("stockout_days", "أيام النفاد", "stock-out days");
pub const REPORTING: Word = Word::new("reporting", "يُبلّغ", "reporting");
pub const AT: Word = Word::new("at", "اللحظة", "at");
pub const INDEX: Word = Word::new("index", "آخر قيد", "last index");
pub const INDEX_OF: Word = Word::new("index", "القيد", "index");
pub const RECORDED_AT_OF: Word = Word::new("recorded_at", "وقت التسجيل", "recorded at");
pub const RECORDED_AT: Word = Word::new("recorded_at", "وقت تسجيله", "recorded at");
pub const DEFINITION: Word = Word::new("definition", "إصدار التعريف", "definition");
pub const RULESET: Word = Word::new("ruleset", "إصدار القواعد", "ruleset");
pub const ROWS_TOTAL: Word = Word::new("rows_total", "مجموع الصفوف", "rows in all");
pub const YES: Word = Word::new("true", "نعم", "yes");
pub const NO: Word = Word::new("false", "لا", "no");

/// The units that registers commonly count in. A register may have others: they are shown by their codes.
const UNITS: [Word; 20] = [
    Word::new("tablet", "قرص", "tablet"),
    Word::new("capsule", "كبسولة", "capsule"),
    Word::new("vial", "فيال", "vial"),
    Word::new("ampoule", "أمبول", "ampoule"),
    Word::new("syringe", "محقن", "syringe"),
    Word::new("inhaler", "بخاخ", "inhaler"),
    Word::new("sachet", "كيس", "sachet"),
    Word::new("bottle", "زجاجة", "bottle"),
    Word::new("tube", "أنبوب", "tube"),
    Word::new("dose", "جرعة", "dose"),
    Word::new("test", "اختبار", "test"),
    Word::new("kit", "طقم", "kit"),
    Word::new("piece", "قطعة", "piece"),
    Word::new("box", "علبة", "box"),
    Word::new("pack", "عبوة", "pack"),
    Word::new("ream", "رزمة", "ream"),
    Word::new("cartridge", "خرطوشة", "cartridge"),
    Word::new("litre", "لتر", "litre"),
    Word::new("kilogram", "كيلوجرام", "kilogram"),
    Word::new("each", "وحدة", "each"),
];

/// A unit by its word where it is a common one, else by its code; programs get the code in either case.
pub fn unit(code: Option<&String>) -> Cell {
    let Some(code) = code else {
        return Cell::Absent;
    };
    let known = UNITS.iter().find(|word| word.key == code);
    known.map_or_else(|| Cell::text(code), |word| Cell::Word(*word))
}

/// The word of a status.
pub const fn status(status: Status) -> Word {
    match status {
        Status::StockedOut => Word::new("stocked_out", "نافد", "stocked out"),
        Status::Critical => Word::new("critical", "حرج", "critical"),
        Status::Low => Word::new("low", "منخفض", "low"),
        Status::Adequate => Word::new("adequate", "كافٍ", "adequate"),
        Status::Overstocked => Word::new("overstocked", "فائض", "overstocked"),
        Status::NoConsumption => Word::new("no_consumption", "بلا استهلاك", "no consumption"),
        Status::Unknown => Word::new("unknown", "غير معلوم", "unknown"),
    }
}

/// The word of an average's quality.
pub const fn quality(quality: Quality) -> Word {
    match quality {
        Quality::Full => Word::new("full", "كامل", "full"),
        Quality::Partial => Word::new("partial", "جزئي", "partial"),
        Quality::None => Word::new("none", "لا يُحسب", "none"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_units_have_words_and_all_keep_their_codes() {
        let code = |text: &str| unit(Some(&text.to_owned()));
        let Cell::Word(word) = code("tablet") else {
            panic!("a tablet is common");
        };
        assert_eq!((word.key, word.ar), ("tablet", "قرص"));
        assert_eq!(code("firkin"), Cell::text("firkin"));
        assert_eq!(unit(None), Cell::Absent);
    }
}
