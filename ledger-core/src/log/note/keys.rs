//! Keys that sign notes, and their public halves that check: logs sign the text, witnesses a time and the text.

use std::fmt;

use ed25519_dalek::Signer as _;
use zeroize::Zeroizing;

use super::vkey::{KeyError, Kind, Public, Secret};
use super::{Note, NoteError, Signature};
use crate::aggregate::ensure;

/// Latest time of a cosignature, in seconds since 1970 (C2SP tlog-cosignature).
const TIME_MAX: u64 = i64::MAX.unsigned_abs();

/// A log's public key. Its name is the log's origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogVerifier(Public);

impl LogVerifier {
    /// Parses a vkey of type 1.
    pub fn parse(vkey: &str) -> Result<Self, KeyError> {
        Public::parse(vkey, Kind::Log).map(Self)
    }

    /// The key as published.
    pub fn vkey(&self) -> String {
        self.0.vkey()
    }

    /// Its name: the origin of the log.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The 32 bytes of the Ed25519 key.
    pub fn key_bytes(&self) -> &[u8; 32] {
        self.0.key.as_bytes()
    }

    /// Whether this key has signed the note; a signature in its name that is not over the text is an error.
    pub fn signed(&self, note: &Note) -> Result<bool, NoteError> {
        let Some(signature) = note.signature_of(&self.0.name, self.0.id)? else {
            return Ok(false);
        };
        check(&self.0, note.text().as_bytes(), signature)?;
        Ok(true)
    }
}

/// A witness's public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CosignatureVerifier(Public);

impl CosignatureVerifier {
    /// Parses a vkey of type 4.
    pub fn parse(vkey: &str) -> Result<Self, KeyError> {
        Public::parse(vkey, Kind::Cosignature).map(Self)
    }

    /// The key as published.
    pub fn vkey(&self) -> String {
        self.0.vkey()
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The 32 bytes of the Ed25519 key.
    pub fn key_bytes(&self) -> &[u8; 32] {
        self.0.key.as_bytes()
    }

    /// Whether a signature claims to be of this key.
    pub fn made(&self, signature: &Signature) -> bool {
        (signature.name(), signature.id()) == (self.0.name.as_str(), self.0.id)
    }

    /// When this key cosigned the note, in seconds since 1970; `None` where it has not. A cosignature in its name that is
    /// not over time and text is an error.
    pub fn cosigned_at(&self, note: &Note) -> Result<Option<u64>, NoteError> {
        let Some(blob) = note.signature_of(&self.0.name, self.0.id)? else {
            return Ok(None);
        };
        let bad = || NoteError::BadSignature {
            key: self.0.name.clone(),
        };
        let (time, signature) = blob.split_first_chunk().ok_or_else(bad)?;
        let time = u64::from_be_bytes(*time);
        ensure(time <= TIME_MAX, bad())?;
        check(&self.0, &cosigned_message(time, note.text()), signature)?;
        Ok(Some(time))
    }
}

/// A log's secret key. What may be signed with it is for [`Signer`](crate::log::signer::Signer) to say.
pub struct LogKey(Secret);

impl LogKey {
    /// A new key for the log of this origin.
    pub fn generate(origin: &str) -> Result<Self, KeyError> {
        Secret::generate(origin, Kind::Log).map(Self)
    }

    /// Parses the secret text form, without a newline.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        Secret::parse(text, Kind::Log).map(Self)
    }

    /// The secret text form: for its key file only.
    pub fn to_text(&self) -> Zeroizing<String> {
        self.0.to_text()
    }

    /// The public half.
    pub fn verifier(&self) -> LogVerifier {
        LogVerifier(self.0.public.clone())
    }

    pub(in crate::log) fn sign(&self, note: &mut Note) -> Result<(), NoteError> {
        let blob = self.0.key.sign(note.text().as_bytes()).to_bytes().to_vec();
        note.put(signature(&self.0.public, blob)?)
    }
}

/// A witness's secret key. What may be cosigned with it is for [`Witness`](crate::log::witness::Witness) to say.
pub struct WitnessKey(Secret);

impl WitnessKey {
    /// A new key for a witness of this name.
    pub fn generate(name: &str) -> Result<Self, KeyError> {
        Secret::generate(name, Kind::Cosignature).map(Self)
    }

    /// Parses the secret text form, without a newline.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        Secret::parse(text, Kind::Cosignature).map(Self)
    }

    /// The secret text form: for its key file only.
    pub fn to_text(&self) -> Zeroizing<String> {
        self.0.to_text()
    }

    /// The public half.
    pub fn verifier(&self) -> CosignatureVerifier {
        CosignatureVerifier(self.0.public.clone())
    }

    pub(in crate::log) fn cosign(
        &self,
        text: &str,
        posix_seconds: u64,
    ) -> Result<Signature, NoteError> {
        ensure(posix_seconds <= TIME_MAX, NoteError::Time { posix_seconds })?;
        let signed = self.0.key.sign(&cosigned_message(posix_seconds, text));
        let blob = [posix_seconds.to_be_bytes().as_slice(), &signed.to_bytes()].concat();
        signature(&self.0.public, blob)
    }
}

/// The secret never shows in a log line.
impl fmt::Debug for LogKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("LogKey").field(&self.0.public).finish()
    }
}

impl fmt::Debug for WitnessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("WitnessKey").field(&self.0.public).finish()
    }
}

/// C2SP tlog-cosignature, "Ed25519 signed message".
fn cosigned_message(posix_seconds: u64, text: &str) -> Vec<u8> {
    format!("cosignature/v1\ntime {posix_seconds}\n{text}").into_bytes()
}

fn signature(public: &Public, blob: Vec<u8>) -> Result<Signature, NoteError> {
    let key = &public.name;
    Signature::new(key.clone(), public.id, blob)
        .map_err(|_| NoteError::BadSignature { key: key.clone() })
}

/// Strictly: no weak key and one form only of each signature, so that all verifiers agree.
fn check(public: &Public, message: &[u8], signature: &[u8]) -> Result<(), NoteError> {
    ed25519_dalek::Signature::from_slice(signature)
        .and_then(|signature| public.key.verify_strict(message, &signature))
        .map_err(|_| NoteError::BadSignature {
            key: public.name.clone(),
        })
}
