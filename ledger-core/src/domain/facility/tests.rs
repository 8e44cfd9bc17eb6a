use super::*;
use crate::domain::item;
use crate::domain::organization;
use crate::domain::values::{Names, OrganizationId, Sha256, Text};
use crate::event::Origin;
use crate::testing::Given;

fn id(id: &str) -> FacilityId {
    FacilityId::new(id).unwrap()
}

fn keeper(id: &str) -> OfficialId {
    OfficialId::new(id).unwrap()
}

fn code(code: &str) -> ItemCode {
    ItemCode::new(code).unwrap()
}

/// A hospital with neither parent nor owner.
pub fn profile() -> Profile {
    Profile {
        names: Names::new("مستشفى المنيا", "Minya Hospital").unwrap(),
        kind: Kind::Hospital,
        governorate: None,
        position: Some(Coordinates {
            latitude_microdegrees: 28_109_884,
            longitude_microdegrees: 30_750_299,
        }),
        population: Some(250_000),
        parent: None,
        owner: None,
    }
}

/// An open hospital with the id `test`.
pub fn opened() -> Given<Facility> {
    Given::nothing().when(Command::Open(profile()))
}

fn below(parent: &str) -> Profile {
    Profile {
        parent: Some(id(parent)),
        ..profile()
    }
}

fn amend(profile: Profile) -> Command {
    Command::Amend(Amendment {
        profile,
        reason: Text::new("reorganisation").unwrap(),
    })
}

fn assortment(min: u32, max: u32) -> Assortment {
    Assortment {
        item: code("J01"),
        min: Quantity::from(min),
        max: Quantity::from(max),
    }
}

fn set(min: u32, max: u32) -> Command {
    Command::SetAssortment(assortment(min, max))
}

fn hand_over(from: Option<&str>, to: &str) -> Command {
    Command::HandOver(Handover {
        from: from.map(keeper),
        to: keeper(to),
    })
}

fn close() -> Command {
    Command::Close(Closure {
        reason: Text::new("merged with the new hospital").unwrap(),
    })
}

fn closed(given: Given<Facility>) -> Given<Facility> {
    given
        .reading(Stock::stream(&id("test")), 0, <Stock as Default>::default())
        .when(close())
}

fn with_parent(given: Given<Facility>, parent: &Facility) -> Given<Facility> {
    given.reading(Facility::stream(&id("store")), 0, parent.clone())
}

fn with_item(given: Given<Facility>) -> Given<Facility> {
    let listed = item::tests::listed();
    given.reading(Item::stream(&code("J01")), 0, listed.state().clone())
}

fn with_keepers(given: Given<Facility>) -> Given<Facility> {
    ["huda", "omar"].into_iter().fold(given, |given, name| {
        let known = crate::domain::official::tests::head();
        given.reading(Official::stream(&keeper(name)), 0, known.state().clone())
    })
}

fn imported() -> Origin {
    let file = Sha256([0; 32]);
    Origin::Import { file, line: 2 }
}

#[test]
fn opened_amended_closed() {
    let given = opened();
    assert_eq!(given.last(), [Event::FacilityOpened(profile())]);
    assert!(given.state().is_open());
    let again = given.clone().when(Command::Open(profile()));
    assert_eq!(again.refused(), Refusal::Open);
    let same = given.clone().when(amend(profile()));
    assert_eq!(same.refused(), Refusal::NothingChanges);

    let larger = Profile {
        population: Some(300_000),
        ..profile()
    };
    let amended = given.when(amend(larger.clone()));
    assert_eq!(amended.state().profile(), Some(&larger));
    let closed = closed(amended);
    assert!(!closed.state().is_open());
    assert_eq!(
        closed.state().profile(),
        Some(&larger),
        "still known by name"
    );
    let reopened = closed.when(Command::Open(profile()));
    assert_eq!(reopened.refused(), Refusal::Closed);
}

#[test]
fn only_an_open_facility_changes() {
    let nothing = Given::<Facility>::nothing();
    let closed = closed(opened());
    for command in [
        amend(below("store")),
        set(1, 2),
        hand_over(None, "huda"),
        close(),
    ] {
        let unknown = nothing.clone().when(command.clone()).refused();
        assert_eq!(unknown, Refusal::NotRegistered);
        assert_eq!(closed.clone().when(command).refused(), Refusal::Closed);
    }
}

#[test]
fn a_parent_is_another_open_facility() {
    let nothing = Given::<Facility>::nothing();
    let own = nothing.clone().when(Command::Open(below("test")));
    assert_eq!(own.refused(), Refusal::OwnParent);

    let parent = id("store");
    let no_parent = Refusal::NoParent { parent };
    let open_below = Command::Open(below("store"));
    let unknown = nothing.clone().when(open_below.clone());
    assert_eq!(unknown.refused(), no_parent);
    let gone = closed(opened());
    let below_closed = with_parent(nothing.clone(), gone.state());
    assert_eq!(
        below_closed.clone().when(open_below.clone()).refused(),
        no_parent
    );
    let history = below_closed.origin(imported()).when(open_below.clone());
    assert!(history.state().is_open());
    let below_open = with_parent(nothing, opened().state()).when(open_below);
    assert!(below_open.state().is_open());
}

#[test]
fn two_facilities_are_not_above_each_other() {
    let child = Facility::Open {
        profile: below("test"),
        keeper: None,
        assortment: BTreeMap::new(),
    };
    let refused = with_parent(opened(), &child)
        .when(amend(below("store")))
        .refused();
    let parent = id("store");
    assert_eq!(refused, Refusal::ParentBelow { parent });
}

#[test]
fn an_owner_is_registered_unless_history_says_so() {
    let owner = OrganizationId::new("ministry").unwrap();
    let command = Command::Open(Profile {
        owner: Some(owner.clone()),
        ..profile()
    });
    let nothing = Given::<Facility>::nothing();
    let refused = nothing.clone().when(command.clone()).refused();
    let stream = Organization::stream(&owner);
    assert_eq!(refused, Refusal::OwnerNotRegistered { owner });
    let history = nothing.clone().origin(imported()).when(command.clone());
    assert!(history.state().is_open());
    let ministry = organization::tests::registered();
    let held = nothing
        .reading(stream, 0, ministry.state().clone())
        .when(command);
    assert!(held.state().is_open());
}

#[test]
fn coordinates_are_on_the_earth() {
    let position = Some(Coordinates {
        latitude_microdegrees: 90_000_001,
        longitude_microdegrees: 0,
    });
    let off = Profile {
        position,
        ..profile()
    };
    let refused = opened().when(amend(off)).refused();
    assert_eq!(refused, Refusal::OffTheEarth);
}

#[test]
fn an_assortment_has_a_minimum_below_its_maximum() {
    let given = with_item(opened());
    let (min, max) = (Quantity::from(3), Quantity::from(2));
    let refused = given.clone().when(set(3, 2)).refused();
    assert_eq!(refused, Refusal::MinAboveMax { min, max });
    let set_once = given.when(set(10, 40));
    assert_eq!(set_once.last(), [Event::AssortmentSet(assortment(10, 40))]);
    let expected = Some((Quantity::from(10), Quantity::from(40)));
    assert_eq!(set_once.state().expected(&code("J01")), expected);
    let same = set_once.clone().when(set(10, 40));
    assert_eq!(same.refused(), Refusal::NothingChanges);
    let out = set_once.when(set(0, 0));
    assert_eq!(out.state().expected(&code("J01")), None);
    assert_eq!(out.when(set(0, 0)).refused(), Refusal::NothingChanges);
}

#[test]
fn an_assortment_holds_listed_items() {
    let item = code("J01");
    let not_listed = Refusal::ItemNotListed { item: item.clone() };
    assert_eq!(opened().when(set(1, 2)).refused(), not_listed);
    let history = opened().origin(imported()).when(set(1, 2));
    assert!(history.state().expected(&item).is_some());
    let out = history.origin(Origin::Native).when(set(0, 0));
    assert_eq!(
        out.state().expected(&item),
        None,
        "a delisted item may leave"
    );
}

#[test]
fn custody_passes_from_the_present_keeper_to_another() {
    let given = with_keepers(opened());
    let refused = given
        .clone()
        .when(hand_over(Some("omar"), "huda"))
        .refused();
    let nobody = Refusal::NotTheKeeper {
        keeper: "—".to_owned(),
    };
    assert_eq!(refused, nobody);
    let first = given.when(hand_over(None, "huda"));
    assert_eq!(first.state().keeper(), Some(&keeper("huda")));
    let huda = Refusal::NotTheKeeper {
        keeper: "huda".to_owned(),
    };
    assert_eq!(first.clone().when(hand_over(None, "omar")).refused(), huda);
    let same = first.clone().when(hand_over(Some("huda"), "huda"));
    assert_eq!(same.refused(), Refusal::SameKeeper);
    let second = first.clone().when(hand_over(Some("huda"), "omar"));
    assert_eq!(second.state().keeper(), Some(&keeper("omar")));

    let stranger = hand_over(Some("huda"), "stranger");
    let refused = first.clone().when(stranger.clone()).refused();
    let keeper = keeper("stranger");
    assert_eq!(
        refused,
        Refusal::KeeperNotKnown {
            keeper: keeper.clone()
        }
    );
    let history = first.origin(imported()).when(stranger);
    assert_eq!(history.state().keeper(), Some(&keeper));
}

/// Without a reading of the stock nothing is known of it, which is no ground for closing.
#[test]
fn a_facility_closes_empty() {
    assert_eq!(opened().when(close()).refused(), Refusal::StockOnHand);
    assert_eq!(closed(opened()).last().len(), 1);
    let stream = Facility::stream(&id("test"));
    let reads = Facility::default().reads(&stream, &close());
    assert_eq!(reads, [Stock::stream(&id("test"))]);
}

#[test]
fn impossible_histories() {
    let happened = |given: &Given<Facility>, event: Event| given.possible(&event);
    let nothing = Given::<Facility>::nothing();
    assert!(!happened(&nothing, Event::AssortmentSet(assortment(1, 2))));
    assert!(!happened(&opened(), Event::FacilityOpened(profile())));
    assert!(!happened(&opened(), Event::AssortmentSet(assortment(2, 1))));
    assert!(!happened(&opened(), Event::AssortmentSet(assortment(0, 0))));
    let stolen = Handover {
        from: Some(keeper("huda")),
        to: keeper("omar"),
    };
    assert!(!happened(&opened(), Event::CustodyHandedOver(stolen)));
    assert!(happened(&opened(), Event::AssortmentSet(assortment(1, 2))));
}
