//! Arbitrary values, and metadata.

use std::fmt::Debug;

use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::drawn;
use crate::domain::values::{
    Batch, Code, Country, Currency, Date, DocumentRef, EffectiveAt, KeyAlgorithm, KeyId, MediaType,
    Money, Month, Names, PublicKey, Quantity, SavedCheckpoint, Sha256, Text, UnitPrice, Withheld,
};
use crate::event::{Actor, ActorId, FactRead, Metadata, Origin, Role, RulesetVersion, Statement};
use crate::store::StreamName;
use crate::time::Timestamp;

/// A code that is safe in a stream name, of any such type.
pub(super) fn id<T: TryFrom<String, Error: Debug> + Debug>() -> impl Strategy<Value = T> {
    "[A-Za-z0-9._-]{1,64}".prop_map(|id| T::try_from(id).unwrap())
}

/// A code of printable characters, of any such type.
pub(super) fn printable<T: TryFrom<String, Error: Debug> + Debug>() -> impl Strategy<Value = T> {
    "[!-~]([ -~]{0,38}[!-~])?".prop_map(|code| T::try_from(code).unwrap())
}

pub(super) fn batch() -> impl Strategy<Value = Batch> {
    "[!-~]([ -~]{0,38}[!-~])?".prop_map(|code| Batch::new(&code).unwrap())
}

pub(super) fn country() -> impl Strategy<Value = Country> {
    "[A-Z]{2}".prop_map(|code| Country::new(&code).unwrap())
}

pub(super) fn text() -> impl Strategy<Value = Text> {
    "[ء-يa-zA-Z٠-٩0-9]{1,12}( [ء-يa-z،.]{1,9}){0,3}".prop_map(|text| Text::new(&text).unwrap())
}

pub(super) fn withheld() -> impl Strategy<Value = Option<Withheld<Text>>> {
    of(text().prop_map(Withheld::Known))
}

pub(super) fn known<T: Debug>(
    content: impl Strategy<Value = T>,
) -> impl Strategy<Value = Withheld<T>> {
    content.prop_map(Withheld::Known)
}

pub(super) fn document() -> impl Strategy<Value = DocumentRef> {
    drawn!(DocumentRef {
        title: names(),
        sha256: sha256(),
        bytes: any::<u64>(),
        media_type: select(&MediaType::ALL[..]),
    })
}

pub(super) fn names() -> impl Strategy<Value = Names> {
    drawn!(Names {
        ar: text(),
        en: text()
    })
}

pub(super) fn decimal() -> impl Strategy<Value = Decimal> {
    (any::<i64>(), 0..=28_u32)
        .prop_map(|(units, scale)| Decimal::from_i128_with_scale(i128::from(units), scale))
}

pub(super) fn quantity() -> impl Strategy<Value = Quantity> {
    let large = (0..=1_000_000_000_000_000_000_i64, Just(6));
    let small = (0..=100_000_i64, 0..=6_u32);
    prop_oneof![large, small]
        .prop_map(|(units, scale)| Quantity::new(Decimal::new(units, scale)).unwrap())
}

pub(super) fn currency() -> impl Strategy<Value = Currency> {
    select(vec!["EGP", "JOD", "JPY", "KWD", "USD"]).prop_map(|code| Currency::new(code).unwrap())
}

pub(super) fn money() -> impl Strategy<Value = Money> {
    (-99_999_999_999_999..=99_999_999_999_999_i64, currency()).prop_map(|(units, currency)| {
        Money::new(Decimal::new(units, currency.decimals()), currency).unwrap()
    })
}

pub(super) fn unit_price() -> impl Strategy<Value = UnitPrice> {
    (0..=999_999_999_999_999_999_i64, currency())
        .prop_map(|(units, currency)| UnitPrice::new(Decimal::new(units, 8), currency).unwrap())
}

pub(super) fn date() -> impl Strategy<Value = Date> {
    (-25_567..=376_199).prop_map(|days| Date::from_days(days).unwrap())
}

pub(super) fn month() -> impl Strategy<Value = Month> {
    date().prop_map(Date::month)
}

pub(super) fn instant() -> impl Strategy<Value = Timestamp> {
    any::<i64>().prop_map(Timestamp::from_micros)
}

pub(super) fn effective() -> impl Strategy<Value = EffectiveAt> {
    // Two days off the ends of the range, where an offset could lead out of it.
    let days = -25_565..=376_197_i64;
    (days, 0..86_400_000_000_i64, -840..=840_i16).prop_map(|(days, micros, offset)| {
        let at = Timestamp::from_micros(micros).plus_days(days);
        EffectiveAt::new(at, offset).unwrap()
    })
}

pub(super) fn sha256() -> impl Strategy<Value = Sha256> {
    any::<[u8; 32]>().prop_map(Sha256)
}

pub(super) fn uuid() -> impl Strategy<Value = Uuid> {
    any::<u128>().prop_map(Uuid::from_u128)
}

/// Any bytes are a secret key of one curve, and nearly any of the other.
pub(super) fn public_key() -> impl Strategy<Value = PublicKey> {
    let ed25519 = any::<[u8; 32]>().prop_map(|secret| {
        let public = ed25519_dalek::SigningKey::from_bytes(&secret).verifying_key();
        PublicKey::new(KeyAlgorithm::Ed25519, public.as_bytes()).unwrap()
    });
    let p256 = any::<[u8; 32]>().prop_filter_map("no scalar", |secret| {
        let secret = p256::ecdsa::SigningKey::from_slice(&secret).ok()?;
        let public = secret.verifying_key().to_sec1_point(true);
        PublicKey::new(KeyAlgorithm::Es256, public.as_bytes()).ok()
    });
    prop_oneof![ed25519, p256]
}

pub(super) fn key_id() -> impl Strategy<Value = KeyId> {
    "[0-9a-f]{16}".prop_map(|id| KeyId::new(&id).unwrap())
}

pub(super) fn signature() -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>(), 64)
}

/// Any metadata.
pub(crate) fn metadata() -> impl Strategy<Value = Metadata> {
    drawn!(Metadata {
        command_id: uuid(),
        command_hash: sha256(),
        correlation_id: uuid(),
        causation_id: of(uuid()),
        actor: actor(),
        decided_at: instant(),
        effective_at: effective(),
        facts: vec(fact(), 0..5),
        ruleset: of(drawn!(RulesetVersion {
            id: id(),
            version: any::<u32>()
        })),
        origin: origin(),
        statement: of(drawn!(Statement {
            bytes: vec(any::<u8>(), 0..300),
            key: key_id(),
            signature: signature(),
        })),
    })
}

fn actor() -> impl Strategy<Value = Actor> {
    use Role::{
        Administrator, Approver, Auditor, BudgetOfficer, CommitteeMember, Inspector, Oversight,
        Payer, ProcurementOfficer, Registrar, Requester, ReviewBody, Storekeeper, Supplier, System,
    };
    let roles = [
        Requester,
        ProcurementOfficer,
        Approver,
        BudgetOfficer,
        CommitteeMember,
        Inspector,
        Storekeeper,
        Payer,
        Supplier,
        ReviewBody,
        Auditor,
        Oversight,
        Registrar,
        Administrator,
        System,
    ];
    let actors = prop_oneof![
        id().prop_map(ActorId::Official),
        id().prop_map(ActorId::Organization),
        Just(ActorId::System),
        id().prop_map(ActorId::Key),
    ];
    drawn!(Actor {
        id: actors,
        role: select(roles.to_vec()),
        position: of(printable::<Code>())
    })
}

fn fact() -> impl Strategy<Value = FactRead> {
    let stream = "[a-z]{1,12}-[A-Za-z0-9._-]{1,60}";
    drawn!(FactRead {
        log: of("[a-z./]{1,40}"),
        stream: stream.prop_map(|name| StreamName::new(&name).unwrap()),
        revision: of(any::<u64>()),
    })
}

fn origin() -> impl Strategy<Value = Origin> {
    prop_oneof![
        Just(Origin::Native),
        printable().prop_map(Origin::Policy),
        (sha256(), any::<u64>()).prop_map(|(file, line)| Origin::Import { file, line }),
    ]
}

/// Any signed checkpoint.
pub(crate) fn checkpoint() -> BoxedStrategy<SavedCheckpoint> {
    any::<(u64, [u8; 32])>()
        .prop_map(|(size, root)| {
            let hash = crate::log::Hash(root);
            let note = format!(
                "log.test/old\n{}\n{hash}\n\n— log.test/old AAAAAAAA\n",
                size.max(1)
            );
            SavedCheckpoint::new(&note).unwrap()
        })
        .boxed()
}
