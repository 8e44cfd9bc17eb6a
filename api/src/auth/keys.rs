//! Keys in files: JSON Web Keys (RFC 7517, RFC 8037) of type OKP on Ed25519, and nothing else.
//!
//! The server reads public keys only. A file with a private key among them is refused: it should not be on that machine.

use std::collections::HashMap;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::SigningKey;
use jsonwebtoken::DecodingKey;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::eddsa;

/// Largest key file, in bytes.
const FILE_BYTES_MAX: u64 = 1 << 20;

/// A key as it stands in a file.
#[derive(Serialize, Deserialize)]
pub struct Jwk {
    kty: String,
    crv: String,
    /// The public key, 32 bytes in base64url.
    x: String,
    /// The private key, 32 bytes in base64url.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    d: Option<String>,
    #[serde(default)]
    kid: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    alg: Option<String>,
    #[serde(rename = "use", default, skip_serializing_if = "Option::is_none")]
    usage: Option<String>,
}

/// A private key never reaches a log line.
impl fmt::Debug for Jwk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Jwk({:?}, {})", self.kid, self.crv)
    }
}

/// A set of keys as it stands in a file.
#[derive(Debug, Serialize, Deserialize)]
pub struct Jwks {
    keys: Vec<Jwk>,
}

/// Why a key file is not used.
#[derive(Debug, thiserror::Error)]
#[error("{}: {defect}", path.display())]
pub struct KeyFileError {
    /// The file.
    pub path: PathBuf,
    /// What is wrong.
    pub defect: KeyDefect,
}

/// What is wrong with a key file.
#[derive(Debug, thiserror::Error)]
pub enum KeyDefect {
    /// The operating system.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// Too large to be a key file.
    #[error("{0} bytes are too many for a key file")]
    TooLarge(u64),
    /// No JSON of that form.
    #[error("no JSON Web Key Set: {0}")]
    Json(#[from] serde_json::Error),
    /// Another type of key, or one that is not whole.
    #[error("the key {0:?} is no usable Ed25519 key (kty OKP, crv Ed25519)")]
    NotEd25519(String),
    /// A private key where public ones are expected.
    #[error(
        "it holds a private key; give the server the public key set, and keep the private key elsewhere"
    )]
    Private,
    /// No private key where one is expected.
    #[error("it holds no private key")]
    Public,
    /// Two keys of one id.
    #[error("two keys have the id {0:?}")]
    Twice(String),
    /// Not one key.
    #[error("it holds no keys")]
    Empty,
}

/// Public keys by id.
#[derive(Clone, Debug, Default)]
pub struct KeySet {
    by_id: HashMap<String, PublicKey>,
}

/// A public key.
#[derive(Clone, Debug)]
pub struct PublicKey {
    /// The key itself.
    pub bytes: [u8; 32],
    /// As the token library carries it.
    pub decoding: DecodingKey,
}

impl KeySet {
    /// The keys of a file, or of every `*.json` file in a directory.
    pub fn load(path: &Path) -> Result<Self, KeyFileError> {
        let mut set = Self::default();
        for file in files(path).map_err(|error| failed(path, error))? {
            set.add(&file).map_err(|defect| failed(&file, defect))?;
        }
        if set.by_id.is_empty() {
            return Err(failed(path, KeyDefect::Empty));
        }
        Ok(set)
    }

    fn add(&mut self, file: &Path) -> Result<(), KeyDefect> {
        let bytes = read(file)?;
        let value: serde_json::Value = serde_json::from_slice(&bytes)?;
        // Said before anything else is found wrong with it.
        if value.get("d").is_some() {
            return Err(KeyDefect::Private);
        }
        let Jwks { keys } = serde_json::from_value(value)?;
        for key in keys {
            if key.d.is_some() {
                return Err(KeyDefect::Private);
            }
            let public = key.public()?;
            let id = key.kid.unwrap_or_else(|| thumbprint(&public));
            let decoding = eddsa::decoding_key(&public);
            let decoding = decoding.ok_or_else(|| KeyDefect::NotEd25519(id.clone()))?;
            let key = PublicKey {
                bytes: public,
                decoding,
            };
            if self.by_id.insert(id.clone(), key).is_some() {
                return Err(KeyDefect::Twice(id));
            }
        }
        Ok(())
    }

    /// The key of an id; without an id the only key there is.
    pub fn find(&self, id: Option<&str>) -> Option<&PublicKey> {
        match id {
            Some(id) => self.by_id.get(id),
            None if self.by_id.len() == 1 => self.by_id.values().next(),
            None => None,
        }
    }

    /// Whether a public key is one of them, under whichever id.
    pub fn holds(&self, public: &[u8; 32]) -> bool {
        self.by_id.values().any(|key| key.bytes == *public)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.by_id.len()
    }
}

/// What a key file or directory looked like: when it differs, the keys are read again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp(Vec<(PathBuf, u64, Option<SystemTime>)>);

impl Stamp {
    /// How it looks now.
    pub fn of(path: &Path) -> io::Result<Self> {
        let files = files(path)?;
        let stamps = files.into_iter().map(|file| {
            let about = fs::metadata(&file)?;
            Ok((file, about.len(), about.modified().ok()))
        });
        stamps.collect::<io::Result<_>>().map(Self)
    }
}

/// A private key with its id.
pub struct PrivateKey {
    key: SigningKey,
}

impl PrivateKey {
    /// From 32 random bytes.
    pub fn new(secret: &[u8; 32]) -> Self {
        let key = SigningKey::from_bytes(secret);
        Self { key }
    }

    /// From a file that holds one private key.
    pub fn load(path: &Path) -> Result<Self, KeyFileError> {
        let parsed = read(path).and_then(|bytes| {
            let jwk: Jwk = serde_json::from_slice(&bytes)?;
            let public = jwk.public()?;
            let secret = jwk.d.as_deref().ok_or(KeyDefect::Public)?;
            let private = bytes32(secret).map(|secret| Self::new(&secret));
            private
                .filter(|private| private.public() == public)
                .ok_or_else(|| KeyDefect::NotEd25519(jwk.kid.unwrap_or_default()))
        });
        parsed.map_err(|defect| failed(path, defect))
    }

    /// The key's id: its thumbprint (RFC 7638).
    pub fn id(&self) -> String {
        thumbprint(&self.public())
    }

    /// The public half.
    pub fn public(&self) -> [u8; 32] {
        self.key.verifying_key().to_bytes()
    }

    /// As the token library carries it.
    pub fn encoding(&self) -> jsonwebtoken::EncodingKey {
        eddsa::encoding_key(self.key.as_bytes())
    }

    /// The file of the private key.
    pub fn to_jwk(&self) -> Jwk {
        let secret = URL_SAFE_NO_PAD.encode(self.key.as_bytes());
        Jwk {
            d: Some(secret),
            ..jwk(&self.public())
        }
    }

    /// The file of public keys that a server reads.
    pub fn to_jwks(&self) -> Jwks {
        let keys = vec![jwk(&self.public())];
        Jwks { keys }
    }
}

impl Jwk {
    fn public(&self) -> Result<[u8; 32], KeyDefect> {
        let is_ed25519 = self.kty == "OKP" && self.crv == "Ed25519";
        let signs = self.usage.as_deref().is_none_or(|usage| usage == "sig");
        let eddsa = self.alg.as_deref();
        let eddsa = eddsa.is_none_or(|alg| alg == "EdDSA" || alg == "Ed25519");
        let public = bytes32(&self.x).filter(|_| is_ed25519 && signs && eddsa);
        public.ok_or_else(|| KeyDefect::NotEd25519(self.kid.clone().unwrap_or_default()))
    }
}

fn jwk(public: &[u8; 32]) -> Jwk {
    Jwk {
        kty: "OKP".to_owned(),
        crv: "Ed25519".to_owned(),
        x: URL_SAFE_NO_PAD.encode(public),
        d: None,
        kid: Some(thumbprint(public)),
        alg: Some("EdDSA".to_owned()),
        usage: Some("sig".to_owned()),
    }
}

/// RFC 7638: SHA-256 over the required members in lexicographic order, in base64url.
fn thumbprint(public: &[u8; 32]) -> String {
    let x = URL_SAFE_NO_PAD.encode(public);
    let members = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#);
    URL_SAFE_NO_PAD.encode(Sha256::digest(members))
}

fn bytes32(text: &str) -> Option<[u8; 32]> {
    URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()
}

fn read(file: &Path) -> Result<Vec<u8>, KeyDefect> {
    let bytes = fs::metadata(file)?.len();
    if bytes > FILE_BYTES_MAX {
        return Err(KeyDefect::TooLarge(bytes));
    }
    Ok(fs::read(file)?)
}

/// The file itself, or the `*.json` files of a directory, sorted.
fn files(path: &Path) -> io::Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut found = Vec::new();
    for entry in fs::read_dir(path)? {
        let file = entry?.path();
        if file
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            found.push(file);
        }
    }
    found.sort();
    Ok(found)
}

fn failed(path: &Path, defect: impl Into<KeyDefect>) -> KeyFileError {
    KeyFileError {
        path: path.to_owned(),
        defect: defect.into(),
    }
}

#[cfg(test)]
mod tests;
