//! Keys as text: `name+hash+base64(type ‖ public key)` (C2SP signed-note), and Go's form for secrets,
//! `PRIVATE+KEY+name+hash+base64(type ‖ seed)`.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use ed25519_dalek::{SigningKey, VerifyingKey};
use zeroize::Zeroizing;

use crate::aggregate::{ensure, refusals};

/// Longest key name, and so longest origin, in bytes: what the ML-DSA cosignature of the same standard can hold.
pub const KEY_NAME_BYTES_MAX: usize = 255;

const SECRET_PREFIX: &str = "PRIVATE+KEY+";
const KEY_BYTES: usize = 32;

/// What a key's signatures mean: the type byte of C2SP signed-note, part of every key id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Ed25519 over the text: a log's own signature.
    Log,
    /// Ed25519 over a time and the text: a witness's cosignature.
    Cosignature,
}

impl Kind {
    const fn byte(self) -> u8 {
        match self {
            Self::Log => 0x01,
            Self::Cosignature => 0x04,
        }
    }
}

/// A public key with its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Public {
    pub(super) name: String,
    pub(super) id: u32,
    pub(super) key: VerifyingKey,
    kind: Kind,
}

impl Public {
    fn new(name: &str, kind: Kind, key: VerifyingKey) -> Self {
        Self {
            name: name.to_owned(),
            id: signed_note::key_id(name, &typed(kind, key.as_bytes())),
            key,
            kind,
        }
    }

    pub(super) fn parse(vkey: &str, kind: Kind) -> Result<Self, KeyError> {
        let mut fields = vkey.splitn(3, '+');
        let (name, id, data) = three(&mut fields)?;
        ensure(is_name(name), KeyError::Name)?;
        let key = VerifyingKey::from_bytes(&*decode(data, kind)?)
            .ok()
            .filter(|key| !key.is_weak())
            .ok_or(KeyError::Malformed)?;
        let public = Self::new(name, kind, key);
        ensure(public.hash() == id, KeyError::Hash)?;
        Ok(public)
    }

    pub(super) fn vkey(&self) -> String {
        let data = BASE64_STANDARD.encode(typed(self.kind, self.key.as_bytes()));
        format!("{}+{}+{data}", self.name, self.hash())
    }

    fn hash(&self) -> String {
        format!("{:08x}", self.id)
    }
}

/// A secret key with its public half.
pub(super) struct Secret {
    pub(super) public: Public,
    pub(super) key: SigningKey,
}

impl Secret {
    fn new(name: &str, kind: Kind, seed: &[u8; KEY_BYTES]) -> Self {
        let key = SigningKey::from_bytes(seed);
        Self {
            public: Public::new(name, kind, key.verifying_key()),
            key,
        }
    }

    pub(super) fn generate(name: &str, kind: Kind) -> Result<Self, KeyError> {
        ensure(is_name(name), KeyError::Name)?;
        let mut seed = Zeroizing::new([0; KEY_BYTES]);
        getrandom::fill(seed.as_mut_slice()).map_err(|error| KeyError::NoRandomness {
            why: error.to_string(),
        })?;
        Ok(Self::new(name, kind, &seed))
    }

    pub(super) fn parse(text: &str, kind: Kind) -> Result<Self, KeyError> {
        let rest = text
            .strip_prefix(SECRET_PREFIX)
            .ok_or(KeyError::Malformed)?;
        let (name, id, data) = three(&mut rest.splitn(3, '+'))?;
        ensure(is_name(name), KeyError::Name)?;
        let secret = Self::new(name, kind, &*decode(data, kind)?);
        ensure(secret.public.hash() == id, KeyError::Hash)?;
        Ok(secret)
    }

    pub(super) fn to_text(&self) -> Zeroizing<String> {
        let (name, id) = (&self.public.name, self.public.hash());
        let typed = Zeroizing::new(typed(self.public.kind, self.key.as_bytes()));
        let data = Zeroizing::new(BASE64_STANDARD.encode(typed.as_slice()));
        Zeroizing::new(format!("{SECRET_PREFIX}{name}+{id}+{}", data.as_str()))
    }
}

/// Names that a signature line can hold: no spaces, no plus, no control characters.
pub(super) fn is_name(name: &str) -> bool {
    name.len() <= KEY_NAME_BYTES_MAX
        && signed_note::is_key_name_valid(name)
        && !name.chars().any(char::is_control)
}

fn three<'a>(
    fields: &mut impl Iterator<Item = &'a str>,
) -> Result<(&'a str, &'a str, &'a str), KeyError> {
    let mut next = || fields.next().ok_or(KeyError::Malformed);
    Ok((next()?, next()?, next()?))
}

fn typed(kind: Kind, key: &[u8; KEY_BYTES]) -> Vec<u8> {
    [&[kind.byte()], key.as_slice()].concat()
}

fn decode(data: &str, kind: Kind) -> Result<Zeroizing<[u8; KEY_BYTES]>, KeyError> {
    let bytes = BASE64_STANDARD
        .decode(data)
        .map_err(|_| KeyError::Malformed)?;
    let bytes = Zeroizing::new(bytes);
    let (&found, key) = bytes.split_first().ok_or(KeyError::Malformed)?;
    let expected = kind.byte();
    ensure(found == expected, KeyError::Kind { found, expected })?;
    let key = <[u8; KEY_BYTES]>::try_from(key).map_err(|_| KeyError::Malformed)?;
    Ok(Zeroizing::new(key))
}

refusals! {
    /// Why a text is no key of the kind that is needed here.
    pub enum KeyError {
        /// Not in the form.
        Malformed = "KEY_MALFORMED",
            "ليس هذا مفتاحًا على صيغة «اسم+بصمة+base64»؛ انسخه كاملًا من مصدره",
            "this is no key of the form 'name+hash+base64'; copy it whole from its source";
        /// The name cannot stand on a signature line.
        Name = "KEY_NAME",
            "اسم المفتاح فارغ، أو أطول من {KEY_NAME_BYTES_MAX} بايت، أو فيه مسافة أو «+» أو محرف تحكم؛ اختر اسمًا مثل log.example.org/2026",
            "the key's name is empty, longer than {KEY_NAME_BYTES_MAX} bytes, or has a space, a plus or a control character; choose one like log.example.org/2026";
        /// Another type byte.
        Kind {
            /// The type byte found.
            found: u8,
            /// The one needed: 1 for a log, 4 for a witness.
            expected: u8,
        } = "KEY_KIND",
            "نوع المفتاح {found} والمطلوب هنا {expected} (1 للسجل و4 للشاهد)؛ استعمل المفتاح المناسب",
            "the key is of type {found}, type {expected} is needed here (1 for a log, 4 for a witness); use the right key";
        /// The hash is not the key's.
        Hash = "KEY_HASH",
            "بصمة المفتاح لا توافق اسمه ومحتواه: حُرِّف أو نُسخ ناقصًا؛ انسخه من جديد من مصدره",
            "the key's hash does not fit its name and content: it was altered or copied in part; copy it again from its source";
        /// The operating system gives no randomness.
        NoRandomness {
            /// What it said.
            why: String,
        } = "KEY_NO_RANDOMNESS",
            "لم يُنشأ المفتاح لأن النظام لم يعطِ أرقامًا عشوائية: {why}",
            "no key was made because the system gave no randomness: {why}";
    }
}
