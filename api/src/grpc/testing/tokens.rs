//! Tokens of the tests' callers, for servers that check them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use sijill_ledger_core::domain::values::{FacilityId, OfficialId, OrganizationId};
use sijill_ledger_core::event::ActorId;

use super::{By, NATIONWIDE};
use crate::auth::keys::PrivateKey;
use crate::auth::token::{self, Identity, Realm};

/// Seed of the key that signs them.
pub const SEED: [u8; 32] = [0x7b; 32];

/// How long they are good.
const SECONDS: u64 = 86_400;

/// Who issues them, and for whom.
pub fn realm() -> Realm {
    Realm {
        issuer: "tests".to_owned(),
        audience: "tests".to_owned(),
    }
}

/// The key that signs them.
pub fn key() -> PrivateKey {
    PrivateKey::new(&SEED)
}

/// Who a caller of the tests is.
pub fn actor_id(id: &str) -> ActorId {
    match id.strip_prefix("organization:") {
        Some(id) => ActorId::Organization(OrganizationId::new(id).unwrap()),
        None => ActorId::Official(OfficialId::new(id).unwrap()),
    }
}

/// The token of a caller; the same each time.
pub fn token(by: By) -> String {
    static SIGNED: Mutex<BTreeMap<(&str, String, &str), String>> = Mutex::new(BTreeMap::new());
    let By(id, role, facility) = by;
    let mut signed = SIGNED.lock().unwrap();
    let signed = signed.entry((id, format!("{role:?}"), facility));
    let signed = signed.or_insert_with(|| {
        let identity = Identity {
            id: actor_id(id),
            roles: vec![role],
            position: None,
            facilities: Arc::new(FacilityId::new(facility).into_iter().collect()),
            nationwide: facility == NATIONWIDE,
            expires: token::now() + SECONDS,
        };
        token::issue(&identity, &key(), &realm()).unwrap()
    });
    signed.clone()
}
