//! Why a command about an item is refused.

use crate::aggregate::refusals;
use crate::domain::values::{Gtin, Text};

refusals! {
    /// Why a command about an item is refused.
    pub enum Refusal {
        /// It is listed already.
        Listed = "ITEM_LISTED",
            "الصنف مدرج في الدليل؛ لتغيير بياناته استخدم التعديل",
            "the item is listed already; to change its particulars, amend it";
        /// It is not listed.
        NotListed = "ITEM_NOT_LISTED",
            "الصنف غير مدرج في الدليل؛ أدرجه أولًا",
            "the item is not in the catalogue; list it first";
        /// It left the catalogue.
        Delisted = "ITEM_DELISTED",
            "خرج الصنف من الدليل ولا يعود رمزه؛ أدرج صنفًا برمز جديد",
            "the item left the catalogue and its code does not come back; list an item with a new code";
        /// Nothing would change.
        NothingChanges = "ITEM_NOTHING_CHANGES",
            "لا يغيّر هذا شيئًا؛ اذكر البيانات الجديدة",
            "this changes nothing; give the new particulars";
        /// The base unit would change.
        BaseUnitChanges = "ITEM_BASE_UNIT_CHANGES",
            "لا تتغيّر الوحدة الأساسية لصنف مدرج لأن كمياته السابقة محسوبة بها؛ أدرج صنفًا جديدًا",
            "the base unit of a listed item never changes, for its quantities are counted in it; list a new item";
        /// The category would change.
        CategoryChanges = "ITEM_CATEGORY_CHANGES",
            "لا تتغيّر فئة صنف مدرج لأن حركاته السابقة مبنية عليها؛ أدرج صنفًا جديدًا",
            "the category of a listed item never changes, for its movements rest on it; list a new item";
        /// The tracking would change.
        TrackingChanges = "ITEM_TRACKING_CHANGES",
            "لا تتغيّر طريقة تتبع صنف مدرج لأن حركاته السابقة مبنية عليها؛ أدرج صنفًا جديدًا",
            "the tracking of a listed item never changes, for its movements rest on it; list a new item";
        /// Too many packs.
        TooManyPacks = "ITEM_TOO_MANY_PACKS",
            "للصنف عشرون عبوة على الأكثر؛ احذف ما لا يُستعمل",
            "an item has at most twenty packs; leave out those not in use";
        /// A pack with nothing in it.
        EmptyPack {
            /// The pack.
            pack: Text,
        } = "ITEM_EMPTY_PACK",
            "لا تحتوي العبوة «{pack}» على شيء؛ اذكر عدد الوحدات الأساسية فيها",
            "the pack \"{pack}\" has nothing in it; give its number of base units";
        /// Two packs have one name.
        SamePack {
            /// The name.
            pack: Text,
        } = "ITEM_SAME_PACK",
            "الاسم «{pack}» لأكثر من عبوة؛ ميّز بينها",
            "two packs are named \"{pack}\"; tell them apart";
        /// Two packs have one GTIN.
        SameGtin {
            /// The GTIN.
            gtin: Gtin,
        } = "ITEM_SAME_GTIN",
            "الرقم العالمي {gtin} لأكثر من عبوة؛ صحّح أحدها",
            "two packs have the GTIN {gtin}; correct one of them";
        /// A reference price of nothing.
        ZeroPrice = "ITEM_ZERO_PRICE",
            "السعر المرجعي صفر فلا يُقارن به؛ اذكر سعرًا أكبر من صفر",
            "a reference price of zero compares with nothing; give a price above zero";
    }
}
