use super::*;
use crate::event::Actor;
use crate::testing::{Given, actor, official};

const EVENT: Uuid = Uuid::from_u128(0x0000_0000_0000_5000_8000_0000_0000_0007);

/// A registrar acts.
fn given() -> Given<Disclosure> {
    Given::nothing()
        .stream(Disclosure::stream(EVENT))
        .by(registrar())
}

fn part(class: PartClass) -> Part {
    Part {
        class,
        salt: [9; 32],
        bytes: b"bidder: nile".to_vec(),
    }
}

fn target(number: u8) -> Target {
    let kept = part(PartClass::Pending);
    let part = PartRef {
        part: number,
        ..PART
    };
    Target::new(part, kept.class, kept.commitment())
}

fn opening(class: PartClass) -> Opening {
    let kept = part(class);
    Opening::new(Target::new(PART, class, kept.commitment()), kept)
}

fn disclose() -> Command {
    Command::Disclose(opening(PartClass::Pending))
}

fn order() -> LegalOrder {
    LegalOrder {
        number: DocumentNumber::new("771/2026").unwrap(),
        authority: Text::new("Cairo Administrative Court").unwrap(),
        grounds: Text::new("Law 151 of 2020, article 2").unwrap(),
    }
}

fn erase(part: u8) -> Command {
    Command::Erase {
        target: target(part),
        order: order(),
    }
}

fn registrar() -> Actor {
    actor("rana", Role::Registrar)
}

const PART: PartRef = PartRef {
    event: EVENT,
    index: 41,
    part: 2,
};

/// SHA-256 over four fields, each after its length, computed with Python's hashlib: an oracle outside this program.
#[test]
fn the_commitment_is_the_published_one() {
    let found = crate::domain::values::Sha256(part(PartClass::Bidder).commitment());
    assert_eq!(
        found.to_string(),
        "f70488c48c50c6749213cfceddb99dafb80f9ad85d7a72266f590739809d463c"
    );
}

/// Whose an envelope is, a keeper of the registers tells nobody before the step that tells everybody.
#[test]
fn what_a_step_releases_nobody_publishes_by_hand() {
    let kept = part(PartClass::Pending);
    let target = Target::new(PART, PartClass::Pending, kept.commitment()).released_by_step();
    let early = Command::Disclose(Opening::new(target, kept));
    assert_eq!(given().when(early).refused(), Refusal::StepReleases);
}

#[test]
fn a_part_is_published_with_what_proves_it() {
    let disclosed = given().when(disclose());
    let Opening { salt, bytes, .. } = opening(PartClass::Pending);
    let event = Disclosed {
        part: PART,
        class: PartClass::Pending,
        salt,
        bytes,
    };
    assert_eq!(disclosed.last(), [Event::PartDisclosed(event)]);
    assert_eq!(disclosed.state().fate(2), Some(Fate::Disclosed));
    assert_eq!(disclosed.state().fate(1), None);
    let again = disclosed.when(disclose());
    assert_eq!(again.refused(), Refusal::DisclosedAlready);
}

#[test]
fn other_content_is_refused() {
    let changes: [fn(&mut Opening); 4] = [
        |o| o.bytes = b"bidder: delta".to_vec(),
        |o| o.salt = [8; 32],
        |o| o.target.commitment = [0; 32],
        |o| {
            *o = opening(PartClass::Bidder);
            o.target.class = PartClass::Pending;
        },
    ];
    for change in changes {
        let mut forged = opening(PartClass::Pending);
        change(&mut forged);
        let refused = given().when(Command::Disclose(forged)).refused();
        assert_eq!(refused, Refusal::OtherContent);
    }
}

#[test]
fn nothing_is_published_without_a_rule() {
    let refused = |class| given().when(Command::Disclose(opening(class))).refused();
    assert_eq!(refused(PartClass::Bidder), Refusal::NoReleaseRule);
    assert_eq!(refused(PartClass::Person), Refusal::NeverPerson);
    assert_eq!(refused(PartClass::Security), Refusal::NeverSecurity);
}

#[test]
fn pending_content_is_published_by_who_keeps_the_registers() {
    let refused = given().by(official("huda")).when(disclose()).refused();
    assert_eq!(refused, Refusal::MayNotDisclose);
    let disclosed = given()
        .by(actor("adam", Role::Administrator))
        .when(disclose());
    assert_eq!(disclosed.last().len(), 1);
}

#[test]
fn a_disclosure_fits_into_an_entry() {
    let mut large = opening(PartClass::Pending);
    large.bytes = vec![0; PART_BYTES_MAX + 1];
    let bytes = large.bytes.len();
    let refused = given().when(Command::Disclose(large)).refused();
    assert_eq!(refused, Refusal::TooLarge { bytes });
}

#[test]
fn erasure_needs_a_legal_order_and_the_right_person() {
    let refused = given().by(official("huda")).when(erase(2)).refused();
    assert_eq!(refused, Refusal::MayNotErase);
    for role in [Role::Registrar, Role::Administrator] {
        let erased = given().by(actor("rana", role)).when(erase(2));
        let event = Erased {
            part: PART,
            order: order(),
        };
        assert_eq!(erased.last(), [Event::PartErased(event)]);
        assert_eq!(
            erased.clone().when(erase(2)).refused(),
            Refusal::ErasedAlready
        );
        let other = erased.when(erase(0));
        assert_eq!(other.state().fate(0), Some(Fate::Erased));
    }
}

#[test]
fn what_happened_to_a_part_stays() {
    let erased = given().by(registrar()).when(erase(2)).when(disclose());
    assert_eq!(erased.refused(), Refusal::ErasedCannotBeDisclosed);
    let disclosed = given().by(registrar()).when(disclose()).when(erase(2));
    assert_eq!(disclosed.refused(), Refusal::DisclosedCannotBeErased);
}

#[test]
fn one_stream_is_about_one_entry() {
    for command in [disclose(), erase(2)] {
        let other_event = Disclosure::stream(Uuid::from_u128(8));
        let odd_name = StreamName::of("disclosure", &EVENT.simple().to_string());
        for stream in [other_event, odd_name] {
            let elsewhere = given().stream(stream).when(command.clone());
            assert_eq!(elsewhere.refused(), Refusal::NoEvent);
        }
    }
    let mut elsewhere = opening(PartClass::Pending);
    elsewhere.target.part = PartRef {
        index: 42,
        part: 3,
        ..PART
    };
    let refused = given()
        .when(disclose())
        .when(Command::Disclose(elsewhere))
        .refused();
    let (known, index) = (41, 42);
    assert_eq!(refused, Refusal::OtherIndex { known, index });
}

#[test]
fn impossible_histories() {
    let erased = |event, index, part| {
        let part = PartRef { event, index, part };
        Event::PartErased(Erased {
            part,
            order: order(),
        })
    };
    let disclosed = given().when(disclose());
    assert!(!disclosed.possible(&erased(EVENT, 41, 2)), "two fates");
    assert!(!disclosed.possible(&erased(EVENT, 42, 3)), "two indexes");
    let other = Uuid::from_u128(8);
    assert!(!disclosed.possible(&erased(other, 41, 3)), "two entries");
    assert!(disclosed.possible(&erased(EVENT, 41, 3)));
}

#[test]
fn content_stays_out_of_logs() {
    let shown = format!("{:?}", opening(PartClass::Pending));
    assert_eq!(shown, "Opening(Pending, part 2 of entry 41, 12 bytes)");
}
