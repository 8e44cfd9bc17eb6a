//! The bytes of a statement, and that none of them can be changed.

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::aggregate::Explain as _;
use crate::domain::enrolment::{KeyEnrolment, KeyRevocation};
use crate::domain::ruleset::ProcurementRules;
use crate::domain::values::Text;
use crate::event::FactRead;
use crate::testing::{noon, official};

const ORIGIN: &str = "sijill.gov.example/health";

/// A key, its owner, and a signed approval of a count: the worked example of `ledger/IDS.md`.
struct Example {
    key: StatementKey,
    claim: Claim,
    metadata: Metadata,
    keys: Keys,
}

impl Example {
    fn new() -> Self {
        let key = StatementKey::from_seed(&[1; 32]).unwrap();
        let approved = Approved {
            event: Uuid::from_u128(9),
            leaf: Sha256([9; 32]),
        };
        let claim = Claim {
            origin: ORIGIN.to_owned(),
            stream: StreamName::of("stock", "EG-CAI-01"),
            command_id: Uuid::from_u128(1),
            effective_at: Some(noon("2026-01-01")),
            key: key.public().id(),
            payload: Sha256([7; 32]),
            approved: Some(approved),
        };
        let mut keys = Keys::default();
        let proposal = key.proposal(&StreamName::of("official", "huda"));
        keys.proposed_by(&proposal, &official("rana").id, 4)
            .unwrap();
        let enrolment = KeyEnrolment { key: proposal.key };
        keys.enrolled_by(&enrolment, &official("sami").id, (5, None))
            .unwrap();
        let metadata = metadata(&claim, &key);
        Self {
            key,
            claim,
            metadata,
            keys,
        }
    }

    fn judge(&self, statement: Statement) -> Result<(), Refusal> {
        let metadata = Metadata {
            statement: Some(statement),
            ..self.metadata.clone()
        };
        self.case(&metadata).judge()
    }

    fn case<'a>(&'a self, metadata: &'a Metadata) -> Case<'a> {
        Case {
            origin: ORIGIN,
            stream: &self.claim.stream,
            metadata,
            wanted: Wanted::Approval { revision: Some(3) },
            required: true,
            approved: self.claim.approved,
            keys: Some(&self.keys),
        }
    }

    fn statement(&self) -> Statement {
        self.metadata.statement.clone().unwrap()
    }
}

fn metadata(claim: &Claim, key: &StatementKey) -> Metadata {
    let huda = official("huda");
    let read = FactRead {
        log: None,
        stream: keys_stream(&huda.id).unwrap(),
        revision: Some(5),
    };
    Metadata {
        command_id: claim.command_id,
        command_hash: claim.payload,
        correlation_id: claim.command_id,
        causation_id: None,
        actor: huda,
        decided_at: noon("2026-01-02").at(),
        effective_at: noon("2026-01-01"),
        facts: vec![read],
        ruleset: None,
        origin: Origin::Native,
        statement: Some(key.sign(claim)),
    }
}

#[test]
fn the_example_stands() {
    let example = Example::new();
    assert_eq!(example.judge(example.statement()), Ok(()));
    // Nine fields, of which the first names the purpose.
    let bytes = example.claim.bytes();
    assert!(bytes.starts_with(b"\0\0\0\x11sijill/command/v1\0\0\0\x19sijill.gov.example/health"));
    let content = 17 + ORIGIN.len() + "stock-EG-CAI-01".len() + 16 + 10 + 16 + 32 + 16 + 32;
    assert_eq!(bytes.len(), 9 * 4 + content);
}

/// Every bit of statement, signature and key id counts.
#[test]
fn no_bit_can_be_flipped() {
    let example = Example::new();
    let whole = example.statement();
    let flipped = |bytes: &[u8], bit: usize| {
        let mut bytes = bytes.to_vec();
        bytes[bit / 8] ^= 1 << (bit % 8);
        bytes
    };
    for bit in 0..whole.bytes.len() * 8 {
        let statement = Statement {
            bytes: flipped(&whole.bytes, bit),
            ..whole.clone()
        };
        assert!(example.judge(statement).is_err(), "bit {bit}");
    }
    for bit in 0..whole.signature.len() * 8 {
        let statement = Statement {
            signature: flipped(&whole.signature, bit),
            ..whole.clone()
        };
        let refused = example.judge(statement).unwrap_err();
        assert_eq!(refused.code(), "STATEMENT_BAD_SIGNATURE", "bit {bit}");
    }
    for length in 0..whole.bytes.len() {
        let bytes = whole.bytes[..length].to_vec();
        let refused = example.judge(Statement {
            bytes,
            ..whole.clone()
        });
        assert!(
            matches!(refused, Err(Refusal::Malformed { .. })),
            "{length}"
        );
    }
    let mut bytes = whole.bytes.clone();
    bytes.push(0);
    let refused = example.judge(Statement { bytes, ..whole });
    assert_eq!(refused, Err(Refusal::Malformed { field: "end" }));
}

#[test]
fn the_signature_is_of_the_key_that_is_named() {
    let example = Example::new();
    let other = StatementKey::from_seed(&[2; 32]).unwrap();
    let key = example.claim.key.clone();
    let forged = Statement {
        key: key.clone(),
        ..other.sign(&example.claim)
    };
    assert_eq!(
        example.judge(forged),
        Err(Refusal::BadSignature { key: key.clone() })
    );
    let mut nobody = Example::new();
    nobody.metadata.facts.clear();
    assert_eq!(
        nobody.judge(example.statement()),
        Err(Refusal::UnknownKey { key: key.clone() })
    );
    nobody.metadata.actor.id = ActorId::System;
    assert_eq!(
        nobody.judge(example.statement()),
        Err(Refusal::UnknownKey { key })
    );
}

/// The log's order decides: a key that ended at a revision after the one that was read had not ended for this decision.
#[test]
fn a_later_end_of_the_key_changes_nothing() {
    let mut example = Example::new();
    let revocation = KeyRevocation {
        key: example.claim.key.clone(),
        reason: Text::new("the laptop was replaced").unwrap(),
    };
    example.keys.revoked(&revocation, (6, None)).unwrap();
    assert_eq!(example.judge(example.statement()), Ok(()));
    example.metadata.facts[0].revision = Some(6);
    let key = example.claim.key.clone();
    let refused = example.judge(example.statement());
    assert_eq!(refused, Err(Refusal::UnknownKey { key }));
}

#[test]
fn absence_is_judged_by_what_is_wanted_and_required() {
    let mut example = Example::new();
    example.metadata.statement = None;
    let judged = |wanted, required| {
        let case = Case {
            wanted,
            required,
            ..example.case(&example.metadata)
        };
        case.judge()
    };
    let approval = Wanted::Approval { revision: Some(3) };
    for wanted in [Wanted::Signature, approval] {
        assert_eq!(judged(wanted.clone(), true), Err(Refusal::Missing));
        assert_eq!(judged(wanted, false), Ok(()));
    }
    assert_eq!(judged(Wanted::No, true), Ok(()));
}

/// A pseudonym is its key: it must sign, with that key alone, and only for what is the key's to sign.
#[test]
fn a_pseudonym_signs_with_its_own_key() {
    let mut example = Example::new();
    example.claim.approved = None;
    let own = example.key.public().clone();
    let other = StatementKey::from_seed(&[2; 32]).unwrap();
    example.metadata = metadata(&example.claim, &example.key);
    example.metadata.facts.clear();
    example.metadata.actor.id = ActorId::Key(own.id());
    let judged = |metadata: &Metadata, wanted: &Wanted| {
        let case = Case {
            wanted: wanted.clone(),
            required: false,
            approved: None,
            keys: None,
            ..example.case(metadata)
        };
        case.judge()
    };
    let wanted = Wanted::Own(own.clone());
    assert_eq!(judged(&example.metadata, &wanted), Ok(()));
    let unsigned = Metadata {
        statement: None,
        ..example.metadata.clone()
    };
    assert_eq!(
        judged(&unsigned, &wanted),
        Err(Refusal::Missing),
        "whatever the rules say"
    );
    let not_its = |key: &PublicKey| Err(Refusal::NotItsKey { key: key.id() });
    for nothing_of_it in [Wanted::No, Wanted::Signature] {
        assert_eq!(judged(&example.metadata, &nothing_of_it), not_its(&own));
        assert_eq!(judged(&unsigned, &nothing_of_it), not_its(&own));
    }
    let of_other = Wanted::Own(other.public().clone());
    assert_eq!(
        judged(&example.metadata, &of_other),
        not_its(other.public())
    );
    let mut named = example.metadata.clone();
    named.actor = official("huda");
    assert_eq!(judged(&named, &wanted), not_its(&own));
    let mut forged = example.metadata.clone();
    let key = own.id();
    forged.statement = Some(Statement {
        key: key.clone(),
        ..other.sign(&example.claim)
    });
    assert_eq!(judged(&forged, &wanted), Err(Refusal::BadSignature { key }));
}

/// A caller who leaves the time to the ledger signs that there is none.
#[test]
fn the_instant_of_decision_need_not_be_known_before() {
    let mut example = Example::new();
    example.claim.effective_at = None;
    example.metadata = metadata(&example.claim, &example.key);
    let decided = example.metadata.decided_at;
    example.metadata.effective_at = EffectiveAt::new(decided, 0).unwrap();
    assert_eq!(example.judge(example.statement()), Ok(()));
}

fn claims() -> impl Strategy<Value = Claim> {
    let approved = (any::<u128>(), any::<[u8; 32]>()).prop_map(|(event, leaf)| Approved {
        event: Uuid::from_u128(event),
        leaf: Sha256(leaf),
    });
    let effective = (
        -1_000_000_000_000_000..4_000_000_000_000_000_i64,
        -840..=840_i16,
    )
        .prop_map(|(micros, offset)| {
            let at = crate::time::Timestamp::from_micros(micros);
            EffectiveAt::new(at, offset).unwrap()
        });
    (
        "[a-z./]{1,40}",
        "[A-Z0-9-]{1,30}",
        any::<u128>(),
        proptest::option::of(effective),
        "[0-9a-f]{16}",
        any::<[u8; 32]>(),
        proptest::option::of(approved),
    )
        .prop_map(
            |(origin, id, command, effective_at, key, payload, approved)| Claim {
                origin,
                stream: StreamName::of("stock", &id),
                command_id: Uuid::from_u128(command),
                effective_at,
                key: KeyId::new(&key).unwrap(),
                payload: Sha256(payload),
                approved,
            },
        )
}

proptest! {
    #[test]
    fn a_claim_has_one_form(claim in claims()) {
        prop_assert_eq!(Claim::parse(&claim.bytes()), Ok(claim));
    }

    /// Whatever is read is written back byte by byte: there is no second form of anything.
    #[test]
    fn what_is_read_is_what_was_written(
        claim in claims(),
        place in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let mut bytes = claim.bytes();
        let place = place.index(bytes.len());
        bytes[place] = byte;
        if let Ok(read) = Claim::parse(&bytes) {
            prop_assert_eq!(read.bytes(), bytes);
        }
    }

    #[test]
    fn any_bytes_are_judged_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = Claim::parse(&bytes);
    }
}

#[test]
fn a_key_file_is_its_owners_own_and_never_overwritten() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("omar.key");
    let key = StatementKey::random().unwrap();
    key.save(&path).unwrap();
    let mode = std::fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let loaded = StatementKey::load(&path).unwrap();
    assert_eq!(loaded.public(), key.public());
    let again = StatementKey::random().unwrap().save(&path).unwrap_err();
    assert_eq!(again.code(), "KEY_FILE_EXISTS");
    assert_eq!(StatementKey::load(&path).unwrap().public(), key.public());
    for (name, text) in [
        ("prefix", "x"),
        ("short", "sijill-statement-key+Ed25519+AAAA"),
    ] {
        let path = folder.path().join(name);
        crate::log::note::write_key(&path, text).unwrap();
        let refused = StatementKey::load(&path).unwrap_err();
        assert_eq!(refused.code(), "STATEMENT_KEY_UNREADABLE", "{name}");
    }
}

/// From the fourth edition of the rules of procurement on a bidder that withdraws its opened bid signs that, where statements are required.
#[test]
fn a_bidder_signs_that_it_withdraws_its_opened_bid() {
    let required = |edition, statements, minutes: Option<&str>| {
        let procurement = ProcurementRules {
            edition: Some(edition),
            ..ProcurementRules::default()
        };
        let rules = Rules {
            procurement: Some(std::sync::Arc::new(procurement)),
            statements_required: Some(statements),
            ..Rules::default()
        };
        let withdrawal = tender::Disqualification {
            bidder: "nile".to_owned().try_into().unwrap(),
            lot: None,
            ground: tender::DisqualificationGround::WithdrawnAfterOpening,
            reason: Text::new("the factory closed").unwrap(),
            minutes: minutes.map(|it| it.to_owned().try_into().unwrap()),
        };
        let event = Event::Tender(tender::Event::BidDisqualified(withdrawal));
        is_required(&rules, &Origin::Native, &event)
    };
    assert!(required(4, true, None));
    assert!(!required(3, true, None), "nobody signed it then");
    assert!(required(3, true, Some("M1")), "a quorum did");
    assert!(!required(4, false, None));
}
