//! Verifies tokens for a server: keys that are read again when their file changes, and verified tokens that are remembered.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use sha2::{Digest as _, Sha256};
use tokio::sync::watch;

use super::keys::{KeyFileError, KeySet, Stamp};
use super::token::{self, Identity, Realm, TokenError, Verified};

/// Verified tokens that are remembered: about as many people as work at once in a country's stores.
const REMEMBERED_MAX: usize = 20_000;

/// Verifies tokens.
pub struct Verifier {
    realm: Realm,
    path: Option<PathBuf>,
    keys: watch::Sender<Arc<Keys>>,
    remembered: Mutex<Remembered>,
}

/// Keys, how their file looked, and how many were there before.
struct Keys {
    set: KeySet,
    stamp: Option<Stamp>,
    generation: u64,
}

/// How long a call may go on that a token opened: until the token ends, or its key is taken out.
#[derive(Clone)]
pub struct Pass {
    verified: Arc<Verified>,
    until: Option<Instant>,
    keys: watch::Receiver<Arc<Keys>>,
    /// The keys that were in force when it was looked at last.
    generation: u64,
}

impl Verifier {
    /// With the keys of a file or directory; without one no token is taken.
    pub fn new(realm: Realm, path: Option<&Path>) -> Result<Self, KeyFileError> {
        let mut keys = Keys {
            set: KeySet::default(),
            stamp: None,
            generation: 0,
        };
        if let Some(path) = path {
            // Before the keys: a change in between is then seen as one.
            keys.stamp = Stamp::of(path).ok();
            keys.set = KeySet::load(path)?;
        }
        Ok(Self {
            realm,
            path: path.map(Path::to_owned),
            keys: watch::Sender::new(Arc::new(keys)),
            remembered: Mutex::default(),
        })
    }

    /// Whether there is any key.
    pub fn takes_tokens(&self) -> bool {
        self.keys().set.len() > 0
    }

    /// Who a token speaks for, and how long.
    pub fn verify(&self, token: &str) -> Result<Pass, TokenError> {
        let keys = self.keys();
        if keys.set.len() == 0 {
            return Err(TokenError::NoKeys);
        }
        // The token itself is a secret that memory need not hold.
        let digest: [u8; 32] = Sha256::digest(token).into();
        let remembered = self.remembered().get(keys.generation, &digest);
        let verified = match remembered {
            Some(verified) if verified.identity.has_ended(token::now()) => {
                return Err(TokenError::Expired);
            }
            Some(verified) => verified,
            None => {
                let verified = Arc::new(token::verify(token, &keys.set, &self.realm)?);
                self.remembered()
                    .put(keys.generation, digest, Arc::clone(&verified));
                verified
            }
        };
        Ok(Pass {
            until: Instant::now().checked_add(verified.identity.good_for()),
            verified,
            keys: self.keys.subscribe(),
            generation: keys.generation,
        })
    }

    /// Reads the keys again when their file has changed; whether it had. On an error the keys stay as they were, and the
    /// file is looked at again next time.
    pub fn refresh(&self) -> Result<bool, KeyFileError> {
        let Some(path) = &self.path else {
            return Ok(false);
        };
        let keys = self.keys();
        let stamp = Stamp::of(path).ok();
        if stamp.is_some() && stamp == keys.stamp {
            return Ok(false);
        }
        let set = KeySet::load(path)?;
        let generation = keys.generation.saturating_add(1);
        let fresh = Keys {
            set,
            stamp,
            generation,
        };
        self.keys.send_replace(Arc::new(fresh));
        Ok(true)
    }

    fn keys(&self) -> Arc<Keys> {
        Arc::clone(&self.keys.borrow())
    }

    fn remembered(&self) -> MutexGuard<'_, Remembered> {
        self.remembered
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pass {
    /// What the token says.
    pub fn identity(&self) -> &Identity {
        &self.verified.identity
    }

    /// Why it is good no more; `None` while it is.
    pub fn ended(&mut self) -> Option<TokenError> {
        if self.until.is_some_and(|until| until <= Instant::now()) {
            return Some(TokenError::Expired);
        }
        let keys = self.keys.borrow();
        if keys.generation != self.generation && !keys.set.holds(&self.verified.key) {
            return Some(TokenError::UnknownKey);
        }
        self.generation = keys.generation;
        None
    }

    /// Waits until it is good no more.
    pub async fn end(mut self) -> TokenError {
        loop {
            if let Some(ended) = self.ended() {
                return ended;
            }
            let changed = async {
                // The verifier is gone only when the server is.
                if self.keys.changed().await.is_err() {
                    std::future::pending::<()>().await;
                }
            };
            match self.until {
                Some(until) => {
                    let _ = tokio::time::timeout_at(until.into(), changed).await;
                }
                None => changed.await,
            }
        }
    }
}

/// Two halves: the older one goes when the younger one is full, and whoever still comes moves to the younger. Only
/// tokens with a right signature get in, so a stranger cannot push others out.
#[derive(Default)]
struct Remembered {
    generation: u64,
    young: HashMap<[u8; 32], Arc<Verified>>,
    old: HashMap<[u8; 32], Arc<Verified>>,
}

impl Remembered {
    fn get(&mut self, generation: u64, digest: &[u8; 32]) -> Option<Arc<Verified>> {
        if generation != self.generation {
            return None;
        }
        if let Some(verified) = self.young.get(digest) {
            return Some(Arc::clone(verified));
        }
        let verified = self.old.remove(digest)?;
        self.put(generation, *digest, Arc::clone(&verified));
        Some(verified)
    }

    fn put(&mut self, generation: u64, digest: [u8; 32], verified: Arc<Verified>) {
        if generation < self.generation {
            // Verified with keys that are gone meanwhile.
            return;
        }
        if generation > self.generation {
            *self = Self {
                generation,
                ..Self::default()
            };
        }
        if self.young.len() >= REMEMBERED_MAX / 2 {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(digest, verified);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::keys::PrivateKey;
    use sijill_ledger_core::event::Role;
    use std::time::{Duration, SystemTime};

    fn realm() -> Realm {
        Realm {
            issuer: "i".to_owned(),
            audience: "a".to_owned(),
        }
    }

    fn token_of(key: &PrivateKey) -> String {
        let identity = Identity {
            id: token::subject("official:1").unwrap(),
            roles: vec![Role::Auditor],
            position: None,
            facilities: Arc::default(),
            nationwide: false,
            expires: token::now() + 60,
        };
        token::issue(&identity, key, &realm()).unwrap()
    }

    fn write(path: &Path, key: &PrivateKey) {
        std::fs::write(path, serde_json::to_vec(&key.to_jwks()).unwrap()).unwrap();
        // Two writes within the clock's step would look the same.
        let age = Duration::from_secs(u64::from(key.public()[0]));
        let file = std::fs::File::options().write(true).open(path).unwrap();
        file.set_modified(SystemTime::now() - age).unwrap();
    }

    #[test]
    fn a_key_that_is_taken_out_ends_its_tokens_at_once() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("keys.json");
        let (first, second) = (PrivateKey::new(&[1; 32]), PrivateKey::new(&[2; 32]));
        write(&path, &first);
        let verifier = Verifier::new(realm(), Some(&path)).unwrap();
        let token = token_of(&first);
        let mut pass = verifier.verify(&token).unwrap();
        let again = verifier.verify(&token).unwrap();
        assert!(Arc::ptr_eq(&pass.verified, &again.verified), "remembered");
        assert!(!verifier.refresh().unwrap());
        assert_eq!(pass.ended(), None);
        write(&path, &second);
        assert!(verifier.refresh().unwrap());
        assert_eq!(why(verifier.verify(&token)), TokenError::UnknownKey);
        assert_eq!(pass.ended(), Some(TokenError::UnknownKey));
        assert!(verifier.verify(&token_of(&second)).is_ok());
    }

    fn why(verified: Result<Pass, TokenError>) -> TokenError {
        verified.err().unwrap()
    }

    #[tokio::test]
    async fn who_waits_for_the_end_learns_of_it_and_another_key_ends_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let (first, second) = (PrivateKey::new(&[1; 32]), PrivateKey::new(&[2; 32]));
        let (one, two) = (dir.path().join("1.json"), dir.path().join("2.json"));
        write(&one, &first);
        let verifier = Verifier::new(realm(), Some(dir.path())).unwrap();
        let pass = verifier.verify(&token_of(&first)).unwrap();
        let end = tokio::spawn(pass.end());
        write(&two, &second);
        assert!(verifier.refresh().unwrap());
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert!(!end.is_finished(), "its key is still there");
        std::fs::remove_file(&one).unwrap();
        assert!(verifier.refresh().unwrap());
        assert_eq!(end.await.unwrap(), TokenError::UnknownKey);
    }

    #[test]
    fn a_damaged_key_file_leaves_the_keys_as_they_were() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("keys.json");
        let key = PrivateKey::new(&[1; 32]);
        write(&path, &key);
        let verifier = Verifier::new(realm(), Some(&path)).unwrap();
        std::fs::write(&path, "{").unwrap();
        for _ in 0..2 {
            verifier.refresh().unwrap_err();
            assert!(verifier.verify(&token_of(&key)).is_ok());
        }
    }

    #[test]
    fn without_keys_no_token_is_taken() {
        let verifier = Verifier::new(realm(), None).unwrap();
        let token = token_of(&PrivateKey::new(&[1; 32]));
        assert_eq!(why(verifier.verify(&token)), TokenError::NoKeys);
    }

    #[test]
    fn no_more_tokens_are_remembered_than_the_limit() {
        let mut remembered = Remembered::default();
        let verified = Arc::new(Verified {
            identity: Identity {
                id: token::subject("official:1").unwrap(),
                roles: vec![Role::Auditor],
                position: None,
                facilities: Arc::default(),
                nationwide: false,
                expires: 0,
            },
            key: [0; 32],
        });
        let mut digest = [0; 32];
        for n in 0..3 * REMEMBERED_MAX as u64 {
            digest[..8].copy_from_slice(&n.to_be_bytes());
            remembered.put(0, digest, Arc::clone(&verified));
            let often = [0xFF; 32];
            if remembered.get(0, &often).is_none() {
                remembered.put(0, often, Arc::clone(&verified));
                assert_eq!(n, 0, "who comes often stays");
            }
        }
        assert!(remembered.young.len() + remembered.old.len() <= REMEMBERED_MAX);
    }
}
