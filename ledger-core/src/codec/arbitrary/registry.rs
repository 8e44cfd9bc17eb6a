//! Arbitrary events of facilities, items, rulesets, imports, disclosures and policies.

use std::sync::Arc;

use proptest::collection::{btree_set, vec};
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;

use super::drawn;
use super::values::{
    checkpoint, date, decimal, id, money, names, printable, quantity, sha256, text, unit_price,
    uuid,
};
use crate::domain::values::{Calendar, ClockChange, Code, Gtin, Place, Weekday};
use crate::domain::{disclosure, facility, item, migration, reaction, ruleset, succession};
use crate::store::PartClass;
use crate::time::Timestamp;

/// Any event of a facility.
pub(crate) fn facility() -> BoxedStrategy<facility::Event> {
    use facility::{Amendment, Assortment, Closure, Event, Handover};
    let amendment = drawn!(Amendment {
        profile: facility_profile(),
        reason: text()
    });
    let assortment = drawn!(Assortment {
        item: id(),
        min: quantity(),
        max: quantity()
    });
    let handover = drawn!(Handover {
        from: of(id()),
        to: id()
    });
    prop_oneof![
        facility_profile().prop_map(Event::FacilityOpened),
        amendment.prop_map(Event::FacilityAmended),
        assortment.prop_map(Event::AssortmentSet),
        handover.prop_map(Event::CustodyHandedOver),
        text().prop_map(|reason| Event::FacilityClosed(Closure { reason })),
    ]
    .boxed()
}

fn facility_profile() -> impl Strategy<Value = facility::Profile> {
    use facility::{Coordinates, Kind, Profile};
    let kinds = vec![
        Kind::CentralStore,
        Kind::Warehouse,
        Kind::Hospital,
        Kind::Clinic,
        Kind::School,
        Kind::Office,
    ];
    let position = drawn!(Coordinates {
        latitude_microdegrees: -90_000_000..=90_000_000_i32,
        longitude_microdegrees: -180_000_000..=180_000_000_i32,
    });
    drawn!(Profile {
        names: names(),
        kind: select(kinds),
        governorate: of(place()),
        position: of(position),
        population: of(any::<u32>()),
        parent: of(id()),
        owner: of(id()),
    })
}

/// A governorate.
pub(super) fn place() -> impl Strategy<Value = Place> {
    "[A-Z]{2}-[A-Z0-9]{1,3}".prop_map(|code| Place::new(&code).unwrap())
}

/// Any event of an item.
pub(crate) fn item() -> BoxedStrategy<item::Event> {
    use item::{Amendment, Delisting, Event, ReferencePrice};
    let amendment = drawn!(Amendment {
        profile: item_profile(),
        reason: text()
    });
    let price = drawn!(ReferencePrice {
        price: unit_price(),
        source: text()
    });
    prop_oneof![
        item_profile().prop_map(Event::ItemListed),
        amendment.prop_map(Event::ItemAmended),
        price.prop_map(Event::ReferencePriceSet),
        text().prop_map(|reason| Event::ItemDelisted(Delisting { reason })),
    ]
    .boxed()
}

fn item_profile() -> impl Strategy<Value = item::Profile> {
    use item::{Category, Pack, Profile, Tracking};
    let categories = vec![
        Category::Medicine,
        Category::Stationery,
        Category::Supply,
        Category::Durable,
    ];
    let trackings = vec![
        Tracking::Quantity,
        Tracking::Batch,
        Tracking::BatchAndExpiry,
    ];
    let pack = drawn!(Pack {
        name: text(),
        factor: quantity(),
        gtin: of(gtin())
    });
    drawn!(Profile {
        names: names(),
        category: select(categories),
        base_unit: printable(),
        packs: vec(pack, 0..4),
        atc: of(printable::<Code>()),
        unspsc: of(printable::<Code>()),
        essential: any::<bool>(),
        cold_chain: any::<bool>(),
        tracking: select(trackings),
        inspected: any::<bool>(),
    })
}

/// One of the ten numbers that share twelve digits has the right check digit.
fn gtin() -> impl Strategy<Value = Gtin> {
    "[0-9]{12}".prop_map(|digits| {
        (0..10)
            .find_map(|check| Gtin::new(&format!("{digits}{check}")).ok())
            .unwrap()
    })
}

/// Any event of a ruleset. Legal in form; `decide` knows the ranges.
pub(crate) fn ruleset() -> BoxedStrategy<ruleset::Event> {
    use ruleset::{Adoption, Event, Proposal};
    let proposal = drawn!(Proposal {
        version: any::<u32>(),
        rules: rules(),
        reason: text()
    });
    let adoption = drawn!(Adoption {
        version: any::<u32>(),
        rules: rules()
    });
    prop_oneof![
        proposal.prop_map(Event::RulesetProposed),
        adoption.prop_map(Event::RulesetAdopted),
    ]
    .boxed()
}

fn rules() -> impl Strategy<Value = ruleset::Rules> {
    let windows = (any::<u16>(), any::<u16>(), any::<u8>(), any::<u8>());
    let months = (decimal(), decimal(), decimal());
    let orders = (
        of(money()),
        of(any::<u16>()),
        of(any::<u8>()),
        of(decimal()),
    );
    let others = (
        of(any::<u16>()),
        of(any::<bool>()),
        of(procurement().prop_map(Arc::new)),
    );
    (windows, months, orders, others).prop_map(|(windows, months, orders, others)| ruleset::Rules {
        open_window_days: windows.0,
        future_tolerance_minutes: windows.1,
        amc_look_back_months: windows.2,
        amc_stocked_days_min: windows.3,
        critical_below_months: months.0,
        low_below_months: months.1,
        overstocked_above_months: months.2,
        petty_cash_limit: orders.0,
        emergency_approval_days: orders.1,
        advance_percent_max: orders.2,
        price_tolerance_percent: orders.3,
        transfer_overdue_days: others.0,
        statements_required: others.1,
        procurement: others.2,
    })
}

fn procurement() -> impl Strategy<Value = ruleset::ProcurementRules> {
    use Weekday::{Friday, Saturday, Sunday};
    use ruleset::{ByProcedure, ProcurementRules, Witnessing};
    let days = || {
        drawn!(ByProcedure {
            open: any::<u16>(),
            quotation: any::<u16>(),
            limited: of(any::<u16>()),
            direct: of(any::<u16>()),
        })
    };
    let change = drawn!(ClockChange {
        from: any::<i64>().prop_map(Timestamp::from_micros),
        minutes: any::<i16>(),
    });
    let calendar = drawn!(Calendar {
        weekend: btree_set(select(vec![Friday, Saturday, Sunday]), 0..=3),
        holidays: btree_set(date(), 0..20),
        clocks: vec(change, 0..5),
    });
    let witnessing = drawn!(Witnessing {
        policy: vec("\\PC{0,80}", 0..5),
        within_seconds: any::<u16>(),
    });
    let first = (
        [days(), days(), days(), days()],
        any::<[u16; 3]>(),
        decimal(),
        of(money()),
        any::<u8>(),
        calendar,
    );
    let later = (
        of(any::<u8>()),
        of(any::<u16>()),
        of(any::<u8>()),
        of(any::<u16>()),
        of(any::<bool>()),
        of(witnessing),
    );
    (first, later).prop_map(|(first, later)| {
        let (
            edition,
            closing_grace_minutes,
            limited_invited_min,
            framework_days_max,
            plan_required,
            witnessing,
        ) = later;
        let (days, numbers, security_percent_max, quotation_ceiling, low_price_percent, calendar) =
            first;
        let [
            tender_days_min,
            amendment_days_min,
            enquiry_days_min,
            standstill_days,
        ] = days;
        let [complaint_days, reveal_days, outage_allowance_minutes] = numbers;
        ProcurementRules {
            tender_days_min,
            amendment_days_min,
            enquiry_days_min,
            standstill_days,
            complaint_days,
            security_percent_max,
            quotation_ceiling,
            low_price_percent,
            reveal_days,
            outage_allowance_minutes,
            calendar,
            edition,
            closing_grace_minutes,
            limited_invited_min,
            framework_days_max,
            plan_required,
            witnessing,
        }
    })
}

/// Any event of the import of history.
pub(crate) fn migration() -> BoxedStrategy<migration::Event> {
    use migration::{Closed, Closure, Event, ImportedFile};
    let file = drawn!(ImportedFile {
        format: printable(),
        sha256: sha256(),
        name: text(),
        rows_taken: any::<u64>(),
        rows_rejected: any::<u64>(),
    });
    prop_oneof![
        file.prop_map(Event::FileImported),
        text().prop_map(|reason| Event::MigrationClosureProposed(Closure { reason })),
        any::<u32>().prop_map(|files| Event::MigrationClosed(Closed { files })),
    ]
    .boxed()
}

/// Any event of the steps of a policy.
pub(crate) fn reaction() -> BoxedStrategy<reaction::Event> {
    use reaction::{Event, Refused};
    drawn!(Refused {
        cause: uuid(),
        cause_index: any::<u64>(),
        step: any::<u32>(),
        stream: text(),
        code: printable(),
        reason: names(),
    })
    .prop_map(Event::StepRefused)
    .boxed()
}

/// Any end of an earlier log.
pub(crate) fn succession() -> BoxedStrategy<succession::Event> {
    use succession::{Event, Succeeded};
    drawn!(Succeeded {
        checkpoint: checkpoint(),
        surviving_entries: any::<u64>(),
        surviving_root: sha256(),
        reason: text(),
    })
    .prop_map(Event::LogSucceeded)
    .boxed()
}

/// Any event about a withheld part.
pub(crate) fn disclosure() -> BoxedStrategy<disclosure::Event> {
    use disclosure::{Disclosed, Erased, Event, LegalOrder};
    let classes = vec![
        PartClass::Pending,
        PartClass::Bidder,
        PartClass::Person,
        PartClass::Security,
    ];
    let disclosed = drawn!(Disclosed {
        part: part_ref(),
        class: select(classes),
        salt: any::<[u8; 32]>(),
        bytes: vec(any::<u8>(), 0..300),
    });
    let order = drawn!(LegalOrder {
        number: printable(),
        authority: text(),
        grounds: text()
    });
    let erased = drawn!(Erased {
        part: part_ref(),
        order: order
    });
    prop_oneof![
        disclosed.prop_map(Event::PartDisclosed),
        erased.prop_map(Event::PartErased)
    ]
    .boxed()
}

fn part_ref() -> impl Strategy<Value = disclosure::PartRef> {
    use disclosure::PartRef;
    drawn!(PartRef {
        event: uuid(),
        index: any::<u64>(),
        part: any::<u8>()
    })
}
