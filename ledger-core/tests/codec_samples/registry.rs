//! Samples of facilities, items, rulesets, imports and disclosures.

use sijill_ledger_core::domain::values::{Calendar, ClockChange, Date, Names, Weekday};
use sijill_ledger_core::domain::{
    disclosure, facility, item, migration, reaction, ruleset, succession,
};
use sijill_ledger_core::store::PartClass;
use sijill_ledger_core::time::Timestamp;
use uuid::Uuid;

use super::values::{checkpoint, money, names, of, price, quantity, sha256, text};
use super::{Sample, full, full_since, further};

pub fn samples() -> Vec<Sample> {
    [
        facilities(),
        items(),
        rulesets(),
        imports(),
        disclosures(),
        reactions(),
        successions(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn facilities() -> Vec<Sample> {
    use facility::{Amendment, Assortment, Closure, Coordinates, Event, Handover, Kind, Profile};
    let profile = Profile {
        names: names(),
        kind: Kind::Hospital,
        governorate: Some(of("EG-C")),
        position: Some(Coordinates {
            latitude_microdegrees: 30_031_111,
            longitude_microdegrees: -31_229_444,
        }),
        population: Some(1_200_000),
        parent: Some(of("EG-C-001")),
        owner: Some(of("EG-MOH")),
    };
    let bare = Profile {
        names: names(),
        kind: Kind::CentralStore,
        governorate: None,
        position: None,
        population: None,
        parent: None,
        owner: None,
    };
    let handover = |from| {
        Event::CustodyHandedOver(Handover {
            from,
            to: of("O-1077"),
        })
    };
    vec![
        full(Event::FacilityOpened(profile.clone())),
        further("minimal", Event::FacilityOpened(bare)),
        full(Event::FacilityAmended(Amendment {
            profile,
            reason: text("تصحيح الإحداثيات"),
        })),
        full(Event::AssortmentSet(Assortment {
            item: of("J01CA04"),
            min: quantity("500"),
            max: quantity("1500.5"),
        })),
        full(handover(Some(of("O-0001")))),
        further("first", handover(None)),
        full(Event::FacilityClosed(Closure {
            reason: text("دُمجت في مستشفى آخر"),
        })),
    ]
}

fn items() -> Vec<Sample> {
    use item::{Amendment, Category, Delisting, Event, Pack, Profile, ReferencePrice, Tracking};
    let profile = Profile {
        names: Names::new("أموكسيسيلين ٥٠٠ مجم كبسول", "Amoxicillin 500 mg capsule").unwrap(),
        category: Category::Medicine,
        base_unit: of("capsule"),
        packs: vec![Pack {
            name: text("علبة ٢٠"),
            factor: quantity("20"),
            gtin: Some(of("4006381333931")),
        }],
        atc: Some(of("J01CA04")),
        unspsc: Some(of("51101511")),
        essential: true,
        cold_chain: true,
        tracking: Tracking::BatchAndExpiry,
        inspected: true,
    };
    let bare = Profile {
        names: Names::new("كرسي", "Chair").unwrap(),
        category: Category::Durable,
        base_unit: of("piece"),
        packs: Vec::new(),
        atc: None,
        unspsc: None,
        essential: false,
        cold_chain: false,
        tracking: Tracking::Quantity,
        inspected: false,
    };
    vec![
        full(Event::ItemListed(profile.clone())),
        further("minimal", Event::ItemListed(bare)),
        full(Event::ItemAmended(Amendment {
            profile,
            reason: text("عبوة جديدة"),
        })),
        full(Event::ReferencePriceSet(ReferencePrice {
            price: price(),
            source: text("MSH International Medical Products Price Guide"),
        })),
        full(Event::ItemDelisted(Delisting {
            reason: text("استُبدل بصنف آخر"),
        })),
    ]
}

fn rulesets() -> Vec<Sample> {
    use ruleset::{Adoption, Event, Proposal, Rules};
    let rules = Rules {
        open_window_days: 31,
        future_tolerance_minutes: 10,
        amc_look_back_months: 6,
        amc_stocked_days_min: 10,
        critical_below_months: "0.5".parse().unwrap(),
        low_below_months: "2".parse().unwrap(),
        overstocked_above_months: "6".parse().unwrap(),
        petty_cash_limit: Some(money()),
        emergency_approval_days: Some(7),
        advance_percent_max: Some(25),
        price_tolerance_percent: Some("0.5".parse().unwrap()),
        transfer_overdue_days: Some(21),
        statements_required: Some(true),
        procurement: Some(procurement().into()),
    };
    vec![
        full_since(
            11,
            Event::RulesetProposed(Proposal {
                version: 1,
                rules: rules.clone(),
                reason: text("مراجعة سنوية"),
            }),
        ),
        full_since(11, Event::RulesetAdopted(Adoption { version: 1, rules })),
    ]
}

fn procurement() -> ruleset::ProcurementRules {
    use ruleset::ByProcedure;
    let days = |open, quotation| ByProcedure {
        open,
        quotation,
        limited: Some(20),
        direct: Some(4),
    };
    ruleset::ProcurementRules {
        tender_days_min: days(30, 5),
        amendment_days_min: days(5, 2),
        enquiry_days_min: days(10, 1),
        standstill_days: days(7, 0),
        complaint_days: 7,
        security_percent_max: "1.5".parse().unwrap(),
        quotation_ceiling: Some(money()),
        low_price_percent: 25,
        reveal_days: 4,
        outage_allowance_minutes: 90,
        calendar: Calendar {
            weekend: [Weekday::Friday, Weekday::Saturday].into(),
            holidays: ["2026-01-07", "2026-01-25"]
                .map(|day| Date::parse(day).unwrap())
                .into(),
            clocks: vec![ClockChange {
                from: Timestamp::from_micros(1_776_978_000_000_000),
                minutes: 180,
            }],
        },
        edition: Some(2),
        closing_grace_minutes: Some(60),
        limited_invited_min: Some(4),
        framework_days_max: Some(1_461),
        plan_required: Some(true),
        witnessing: Some(ruleset::Witnessing {
            policy: [
                "witness court court.example+1a2b3c4d+AQIDBA==",
                "quorum court",
            ]
            .map(str::to_owned)
            .into(),
            within_seconds: 60,
        }),
    }
}

fn imports() -> Vec<Sample> {
    use migration::{Closed, Closure, Event, ImportedFile};
    vec![
        full(Event::FileImported(ImportedFile {
            format: of("openlmis-stock-cards"),
            sha256: sha256(),
            name: text("stock_card_line_items.csv"),
            rows_taken: 4_760,
            rows_rejected: 1,
        })),
        full(Event::MigrationClosureProposed(Closure {
            reason: text("اكتمل إدخال التاريخ"),
        })),
        full(Event::MigrationClosed(Closed { files: 3 })),
    ]
}

fn reactions() -> Vec<Sample> {
    use reaction::{Event, Refused};
    vec![full(Event::StepRefused(Refused {
        cause: Uuid::from_u128(0x0123_4567_89ab_cdef_0123_4567_89ab_cdef),
        cause_index: 1_234_567,
        step: 1,
        stream: text("order-77"),
        code: of("ORDER_CLOSED"),
        reason: Names::new("أُغلق الأمر", "the order is closed").unwrap(),
    }))]
}

fn successions() -> Vec<Sample> {
    use succession::{Event, Succeeded};
    vec![full(Event::LogSucceeded(Succeeded {
        checkpoint: checkpoint(),
        surviving_entries: 1_234_000,
        surviving_root: sha256(),
        reason: text("احترق القرص ولم توجد مرآة"),
    }))]
}

fn disclosures() -> Vec<Sample> {
    use disclosure::{Disclosed, Erased, Event, LegalOrder, PartRef};
    let part = PartRef {
        event: Uuid::from_u128(0x44),
        index: 1_000_000,
        part: 1,
    };
    vec![
        full(Event::PartDisclosed(Disclosed {
            part,
            class: PartClass::Pending,
            salt: sha256().0,
            bytes: "محتوى".as_bytes().to_vec(),
        })),
        full(Event::PartErased(Erased {
            part,
            order: LegalOrder {
                number: of("77/2026"),
                authority: text("محكمة القضاء الإداري"),
                grounds: text("حق صاحب البيانات في المحو"),
            },
        })),
    ]
}
