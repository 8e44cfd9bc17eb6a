//! Values of the samples, and metadata.

use sijill_ledger_core::domain::envelope::Vouch;
use sijill_ledger_core::domain::values::{
    Currency, Date, DocumentRef, EffectiveAt, KeyAlgorithm, MediaType, Money, Month, Names,
    PublicKey, Quantity, SavedCheckpoint, Sha256, Text, UnitPrice, Withheld,
};
use sijill_ledger_core::event::{
    Actor, ActorId, FactRead, Metadata, Origin, Role, RulesetVersion, Statement,
};
use sijill_ledger_core::store::StreamName;
use sijill_ledger_core::time::Timestamp;
use uuid::Uuid;

/// A checked text of any type.
pub fn of<T: TryFrom<String, Error: std::fmt::Debug>>(text: &str) -> T {
    T::try_from(text.to_owned()).unwrap()
}

pub fn text(text: &str) -> Text {
    of(text)
}

pub fn withheld(content: &str) -> Option<Withheld<Text>> {
    Some(Withheld::Known(text(content)))
}

pub fn names() -> Names {
    Names::new("مستشفى القصر العيني", "Kasr Al-Ainy Hospital").unwrap()
}

pub fn quantity(amount: &str) -> Quantity {
    Quantity::parse(amount).unwrap()
}

pub fn day(date: &str) -> Date {
    Date::parse(date).unwrap()
}

pub fn march() -> Month {
    Month::parse("2026-03").unwrap()
}

pub fn price() -> UnitPrice {
    UnitPrice::new("0.333512".parse().unwrap(), Currency::new("JOD").unwrap()).unwrap()
}

pub fn money() -> Money {
    Money::new("12500.75".parse().unwrap(), Currency::new("EGP").unwrap()).unwrap()
}

pub fn noon() -> EffectiveAt {
    let noon = Timestamp::from_micros(1_773_309_600_000_001);
    EffectiveAt::new(noon, 120).unwrap()
}

pub fn sha256() -> Sha256 {
    Sha256(std::array::from_fn(|place| u8::try_from(place).unwrap()))
}

pub fn document() -> DocumentRef {
    DocumentRef {
        title: names(),
        sha256: sha256(),
        bytes: 81_920,
        media_type: MediaType::Pdf,
    }
}

/// The public key of the first test of RFC 8032, section 7.1.
pub fn ed25519() -> PublicKey {
    let key = hex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    PublicKey::new(KeyAlgorithm::Ed25519, &key).unwrap()
}

/// The base point of P-256, compressed.
pub fn p256() -> PublicKey {
    let key = hex("036b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296");
    PublicKey::new(KeyAlgorithm::Es256, &key).unwrap()
}

pub fn vouch() -> Vouch {
    Vouch {
        key: ed25519().id(),
        signature: signature(),
    }
}

pub fn signature() -> Vec<u8> {
    vec![0x5a; 64]
}

fn hex(digits: &str) -> Vec<u8> {
    let place = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).unwrap();
    (0..digits.len()).step_by(2).map(place).collect()
}

/// Metadata with every field, without any that may be absent, and from an import, each with its name.
pub fn metadata() -> Vec<(&'static str, Metadata)> {
    let full = Metadata {
        command_id: Uuid::from_u128(0x11),
        command_hash: sha256(),
        correlation_id: Uuid::from_u128(0x22),
        causation_id: Some(Uuid::from_u128(0x33)),
        actor: Actor {
            id: ActorId::Official(of("O-1077")),
            role: Role::Storekeeper,
            position: Some(of("EG-MOH-CAI-storekeeper")),
        },
        decided_at: noon().at().plus_micros(5_000_000),
        effective_at: noon(),
        facts: vec![
            FactRead {
                log: Some("sijill.gov.example/registry".to_owned()),
                stream: StreamName::new("item-J01CA04").unwrap(),
                revision: Some(3),
            },
            FactRead {
                log: None,
                stream: StreamName::new("facility-EG-C-001").unwrap(),
                revision: None,
            },
        ],
        ruleset: Some(RulesetVersion {
            id: of("national"),
            version: 2,
        }),
        origin: Origin::Policy(of("transfer-arrival")),
        statement: Some(Statement {
            bytes: b"sijill/command/v1".to_vec(),
            key: ed25519().id(),
            signature: signature(),
        }),
    };
    let minimal = Metadata {
        causation_id: None,
        actor: Actor {
            id: ActorId::System,
            role: Role::System,
            position: None,
        },
        facts: Vec::new(),
        ruleset: None,
        origin: Origin::Native,
        statement: None,
        ..full.clone()
    };
    let import = Metadata {
        actor: Actor {
            id: ActorId::Organization(of("EG-UPA")),
            role: Role::Administrator,
            position: None,
        },
        origin: Origin::Import {
            file: sha256(),
            line: 4_761,
        },
        ..minimal.clone()
    };
    vec![
        ("Metadata", full),
        ("Metadata.minimal", minimal),
        ("Metadata.import", import),
    ]
}

pub fn checkpoint() -> SavedCheckpoint {
    let note = "sijill.gov.example/health\n1234567\nq83vAQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0=\n\n— sijill.gov.example/health AQIDBAUGBwg=\n";
    SavedCheckpoint::new(note).unwrap()
}
