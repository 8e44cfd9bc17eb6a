//! Why a command about a facility is refused.

use crate::aggregate::refusals;
use crate::domain::values::{FacilityId, ItemCode, OfficialId, OrganizationId, Quantity};

refusals! {
    /// Why a command about a facility is refused.
    pub enum Refusal {
        /// It is registered already.
        Open = "FACILITY_OPEN",
            "المنشأة مسجَّلة ومفتوحة؛ لتغيير بياناتها استخدم التعديل",
            "the facility is registered and open; to change its particulars, amend it";
        /// It was closed.
        Closed = "FACILITY_CLOSED",
            "أُغلقت المنشأة ولا تُفتح ثانية؛ سجّل منشأة جديدة برقم جديد",
            "the facility was closed and does not open again; register a new one with a new id";
        /// It is not registered.
        NotRegistered = "FACILITY_NOT_REGISTERED",
            "المنشأة غير مسجَّلة؛ سجّلها أولًا",
            "the facility is not registered; register it first";
        /// Nothing would change.
        NothingChanges = "FACILITY_NOTHING_CHANGES",
            "لا يغيّر هذا شيئًا؛ اذكر البيانات الجديدة",
            "this changes nothing; give the new particulars";
        /// The coordinates lie outside the earth's.
        OffTheEarth = "FACILITY_OFF_THE_EARTH",
            "الإحداثيات خارج المدى: خط العرض بين −90 و90 وخط الطول بين −180 و180 درجة",
            "the coordinates are out of range: latitude −90 to 90, longitude −180 to 180 degrees";
        /// It would be above itself.
        OwnParent = "FACILITY_OWN_PARENT",
            "لا تتبع المنشأة نفسها؛ اذكر المنشأة التي تموّنها أو اترك الحقل خاليًا",
            "a facility is not its own parent; name the one that supplies it, or none";
        /// The parent is not open.
        NoParent {
            /// The parent.
            parent: FacilityId,
        } = "FACILITY_NO_PARENT",
            "المنشأة الأعلى {parent} غير مسجَّلة أو مغلقة؛ سجّلها أولًا أو اختر غيرها",
            "the parent {parent} is not registered, or closed; register it first or choose another";
        /// The parent is below this facility.
        ParentBelow {
            /// The parent.
            parent: FacilityId,
        } = "FACILITY_PARENT_BELOW",
            "تتبع المنشأة {parent} هذه المنشأة فلا تعلوها؛ غيّر تبعيتها أولًا",
            "{parent} is below this facility, so it cannot be above it; change its parent first";
        /// The owner is not registered.
        OwnerNotRegistered {
            /// The owner.
            owner: OrganizationId,
        } = "FACILITY_OWNER_NOT_REGISTERED",
            "الجهة المالكة {owner} غير مسجَّلة؛ سجّلها أولًا أو صحّح رقمها",
            "the owner {owner} is not registered; register it first or correct its id";
        /// The minimum is above the maximum.
        MinAboveMax {
            /// The minimum, in base units.
            min: Quantity,
            /// The maximum, in base units.
            max: Quantity,
        } = "FACILITY_MIN_ABOVE_MAX",
            "الحد الأدنى {min} أكبر من الحد الأقصى {max}؛ صحّح أحدهما",
            "the minimum {min} is above the maximum {max}; correct one of them";
        /// The item is not in the catalogue.
        ItemNotListed {
            /// The item.
            item: ItemCode,
        } = "FACILITY_ITEM_NOT_LISTED",
            "الصنف {item} ليس في الدليل الوطني؛ أدرجه أولًا أو صحّح رمزه",
            "the item {item} is not in the catalogue; list it first or correct its code";
        /// Another keeps the store.
        NotTheKeeper {
            /// Who keeps it, `—` for nobody.
            keeper: String,
        } = "FACILITY_NOT_THE_KEEPER",
            "أمين المخزن الآن: {keeper}؛ يُسلِّم العهدةَ من هي في ذمته",
            "the keeper now is: {keeper}; only the present keeper hands over";
        /// The keeper would hand over to the keeper.
        SameKeeper = "FACILITY_SAME_KEEPER",
            "لا تُسلَّم العهدة إلى من هي في ذمته؛ اذكر أمين المخزن الجديد",
            "custody is not handed to the one who has it; name the new keeper";
        /// The new keeper never held a post.
        KeeperNotKnown {
            /// The new keeper.
            keeper: OfficialId,
        } = "FACILITY_KEEPER_NOT_KNOWN",
            "لم يُسجَّل تعيين {keeper} في أي وظيفة؛ سجّل تعيينه أولًا أو صحّح رقمه",
            "{keeper} was never appointed to a post; record the appointment first or correct the id";
        /// There is stock.
        StockOnHand = "FACILITY_STOCK_ON_HAND",
            "في المنشأة مخزون أو عُهد؛ انقلها أو اصرفها أو اشطبها أولًا ثم أغلق المنشأة",
            "the facility has stock or goods in custody; transfer, issue or write them off first, then close it";
    }
}
