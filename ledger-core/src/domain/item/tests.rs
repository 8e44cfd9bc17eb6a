use proptest::prelude::*;

use super::*;
use crate::domain::values::{Code, Currency, Gtin, Names, Quantity, Text, UnitPrice};
use crate::testing::Given;

fn text(text: &str) -> Text {
    Text::new(text).unwrap()
}

fn pack(name: &str, factor: u32, gtin: Option<&str>) -> Pack {
    Pack {
        name: text(name),
        factor: Quantity::from(factor),
        gtin: gtin.map(|gtin| Gtin::new(gtin).unwrap()),
    }
}

/// Amoxicillin capsules in a box of 20.
pub fn profile() -> Profile {
    Profile {
        names: Names::new("أموكسيسيلين 500 مجم", "Amoxicillin 500 mg").unwrap(),
        category: Category::Medicine,
        base_unit: Code::new("capsule").unwrap(),
        packs: vec![pack("box of 20", 20, Some("4006381333931"))],
        atc: Some(Code::new("J01CA04").unwrap()),
        unspsc: None,
        essential: true,
        cold_chain: false,
        tracking: Tracking::BatchAndExpiry,
        inspected: true,
    }
}

/// A listed item.
pub fn listed() -> Given<Item> {
    Given::nothing().when(Command::List(profile()))
}

fn amendment(profile: Profile) -> Amendment {
    Amendment {
        profile,
        reason: text("new box"),
    }
}

fn amend(change: impl Fn(&mut Profile)) -> Command {
    let mut after = profile();
    change(&mut after);
    Command::Amend(amendment(after))
}

fn price(amount: u32) -> Command {
    let price = UnitPrice::new(amount.into(), Currency::new("EGP").unwrap()).unwrap();
    Command::SetReferencePrice(ReferencePrice {
        price,
        source: text("MSH International Medical Products Price Guide"),
    })
}

fn delist() -> Command {
    Command::Delist(Delisting {
        reason: text("withdrawn by its maker"),
    })
}

#[test]
fn listed_amended_delisted() {
    let given = listed();
    assert_eq!(given.last(), [Event::ItemListed(profile())]);
    let again = given.clone().when(Command::List(profile()));
    assert_eq!(again.refused(), Refusal::Listed);

    let amended = given.when(amend(|p| p.packs.push(pack("box of 100", 100, None))));
    assert_eq!(amended.state().profile().map(|p| p.packs.len()), Some(2));
    let delisted = amended.when(delist());
    assert!(!delisted.state().is_listed());
    assert!(delisted.state().profile().is_some(), "still known by name");
    for command in [
        Command::List(profile()),
        amend(|p| p.essential = false),
        price(1),
        delist(),
    ] {
        assert_eq!(delisted.clone().when(command).refused(), Refusal::Delisted);
    }
}

#[test]
fn nothing_happens_to_an_unlisted_item() {
    for command in [amend(|p| p.essential = false), price(1), delist()] {
        let refused = Given::<Item>::nothing().when(command).refused();
        assert_eq!(refused, Refusal::NotListed);
    }
}

#[test]
fn what_movements_rest_on_never_changes() {
    let refused = |command| listed().when(command).refused();
    let unit = amend(|p| p.base_unit = Code::new("tablet").unwrap());
    assert_eq!(refused(unit), Refusal::BaseUnitChanges);
    let category = amend(|p| p.category = Category::Supply);
    assert_eq!(refused(category), Refusal::CategoryChanges);
    let tracking = amend(|p| p.tracking = Tracking::Batch);
    assert_eq!(refused(tracking), Refusal::TrackingChanges);
    assert_eq!(refused(amend(|_| {})), Refusal::NothingChanges);
}

#[test]
fn packs_can_be_told_apart() {
    let refused = |packs: Vec<Pack>| {
        let command = amend(|p| p.packs.clone_from(&packs));
        listed().when(command).refused()
    };
    let same_name = vec![pack("box", 20, None), pack("box", 100, None)];
    let name = text("box");
    assert_eq!(refused(same_name), Refusal::SamePack { pack: name.clone() });
    let code = "4006381333931";
    let same_gtin = vec![pack("box", 20, Some(code)), pack("carton", 100, Some(code))];
    let gtin = Gtin::new(code).unwrap();
    assert_eq!(refused(same_gtin), Refusal::SameGtin { gtin });
    let empty = vec![pack("box", 0, None)];
    assert_eq!(refused(empty), Refusal::EmptyPack { pack: name });
    let many = (0..=20)
        .map(|i| pack(&format!("box {i}"), 1, None))
        .collect();
    assert_eq!(refused(many), Refusal::TooManyPacks);
}

#[test]
fn the_latest_reference_price_counts() {
    let given = listed().when(price(3)).when(price(4));
    let latest = given.state().reference_price().map(|r| r.price.amount());
    assert_eq!(latest, Some(4.into()));
    assert_eq!(
        given.clone().when(price(4)).refused(),
        Refusal::NothingChanges
    );
    assert_eq!(given.when(price(0)).refused(), Refusal::ZeroPrice);
}

#[test]
fn impossible_histories() {
    let nothing = Given::<Item>::nothing();
    let mut other_unit = profile();
    other_unit.base_unit = Code::new("tablet").unwrap();
    assert!(!nothing.possible(&Event::ItemAmended(amendment(profile()))));
    assert!(!listed().possible(&Event::ItemListed(profile())));
    assert!(!listed().possible(&Event::ItemAmended(amendment(other_unit))));
    assert!(listed().possible(&Event::ItemAmended(amendment(profile()))));
}

proptest! {
    /// Whatever packs are given: an accepted profile has packs that differ in name and hold something.
    #[test]
    fn accepted_packs_are_distinct(packs in prop::collection::vec((0..6_u8, 0..4_u32), 0..24)) {
        let packs: Vec<Pack> = packs.iter().map(|(name, factor)| pack(&format!("box {name}"), *factor, None)).collect();
        let names: BTreeSet<&Text> = packs.iter().map(|p| &p.name).collect();
        let legal = packs.len() <= PACKS_MAX && names.len() == packs.len() && packs.iter().all(|p| !p.factor.is_zero());
        let profile = Profile { packs: packs.clone(), ..profile() };
        let given = Given::<Item>::nothing().when(Command::List(profile));
        prop_assert_eq!(given.state().is_listed(), legal);
    }
}
