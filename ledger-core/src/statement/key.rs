//! Keys that sign statements, for those who have no device of their own for it.

use std::fmt;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer as _, SigningKey};
use zeroize::Zeroizing;

use super::Claim;
use crate::aggregate::refusals;
use crate::domain::enrolment::{KeyProposal, enrolment_message};
use crate::domain::envelope::{Vouch, Vouched};
use crate::domain::values::{KeyAlgorithm, PublicKey};
use crate::event::Statement;
use crate::log::note::{KeyFileError, read_key, write_key};
use crate::store::StreamName;

/// What a key file begins with: nobody takes a log's or a token's key for one of a person.
const PREFIX: &str = "sijill-statement-key+Ed25519+";

/// An Ed25519 key that signs statements.
pub struct StatementKey {
    secret: SigningKey,
    public: PublicKey,
}

/// A secret key never reaches a log line.
impl fmt::Debug for StatementKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StatementKey({})", self.public.id())
    }
}

impl StatementKey {
    /// A new key, from the operating system's randomness.
    pub fn random() -> Result<Self, KeyError> {
        let mut seed = Zeroizing::new([0; 32]);
        getrandom::fill(&mut seed[..]).map_err(|_| KeyError::NoRandomness)?;
        Self::from_seed(&seed)
    }

    /// The key of a seed, which must be random and secret.
    pub fn from_seed(seed: &[u8; 32]) -> Result<Self, KeyError> {
        let secret = SigningKey::from_bytes(seed);
        let public = PublicKey::new(KeyAlgorithm::Ed25519, secret.verifying_key().as_bytes());
        let public = public.map_err(|_| KeyError::NotAKey)?;
        Ok(Self { secret, public })
    }

    /// Reads a key file, which only its owner may be able to read.
    pub fn load(path: &Path) -> Result<Self, KeyError> {
        let text = read_key(path)?;
        let encoded = text.strip_prefix(PREFIX).ok_or(KeyError::NotAKey)?;
        let decoded = STANDARD.decode(encoded).map(Zeroizing::new);
        let decoded = decoded.map_err(|_| KeyError::NotAKey)?;
        let seed = <&[u8; 32]>::try_from(&decoded[..]).map_err(|_| KeyError::NotAKey)?;
        Self::from_seed(seed)
    }

    /// Writes a new key file, mode 0600; no file is overwritten.
    pub fn save(&self, path: &Path) -> Result<(), KeyError> {
        let seed = Zeroizing::new(self.secret.to_bytes());
        let encoded = Zeroizing::new(STANDARD.encode(&seed[..]));
        let text = Zeroizing::new([PREFIX, &encoded].concat());
        Ok(write_key(path, &text)?)
    }

    /// The public key.
    pub const fn public(&self) -> &PublicKey {
        &self.public
    }

    /// What a registrar proposes: the key, with the proof that whoever makes it holds it.
    pub fn proposal(&self, owner: &StreamName) -> KeyProposal {
        let message = enrolment_message(owner, &self.public);
        KeyProposal {
            key: self.public.clone(),
            proof: self.secret.sign(&message).to_vec(),
        }
    }

    /// Vouches for the key that its organisation made for a tender: the word that goes into the claim of an envelope.
    pub fn vouch(&self, vouched: &Vouched<'_>) -> Vouch {
        Vouch {
            key: self.public.id(),
            signature: self.secret.sign(&vouched.bytes()).to_vec(),
        }
    }

    /// Signs a claim, which names a key: this one, or nobody accepts it.
    pub fn sign(&self, claim: &Claim) -> Statement {
        let bytes = claim.bytes();
        let signature = self.secret.sign(&bytes).to_vec();
        Statement {
            bytes,
            key: self.public.id(),
            signature,
        }
    }
}

refusals! {
    /// Why there is no key.
    pub enum KeyError,
    /// The file cannot be used.
    File(KeyFileError) {
        /// The operating system gives none.
        NoRandomness = "STATEMENT_KEY_NO_RANDOMNESS",
            "لم يعطِ نظام التشغيل أرقامًا عشوائية، ولا مفتاح بغيرها؛ افحص النظام ثم أعد المحاولة",
            "the operating system gives no randomness, and there is no key without it; look at the system, then try again";
        /// It holds something else.
        NotAKey = "STATEMENT_KEY_UNREADABLE",
            "ليس في الملف مفتاح توقيع الإفادات الذي ينشئه `sijill sign key`؛ تأكد أنه الملف الصحيح",
            "the file does not hold a key for statements, as `sijill sign key` makes them; check that it is the right file";
    }
}
