//! The files as they stand in JSON, and from there to what they mean.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest as _, Sha256 as Hash};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::super::{Answer, Dealing, Member, MemberKey, Sealed, SeatNumber, Secrets, Sheet, Terms};
use super::{EnvelopeFile, FILE_BYTES_MAX, FileError, FileForm, SecretFile, ShareFile, SheetFile};
use crate::aggregate::ensure;
use crate::domain::values::{EffectiveAt, KeyAlgorithm, PublicKey, Sha256, rfc3339};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSheet {
    format: String,
    origin: String,
    tender: String,
    kind: String,
    threshold: u8,
    #[serde(with = "rfc3339")]
    deadline: EffectiveAt,
    members: Vec<RawMember>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawMember {
    member: String,
    key: Bytes,
    proof: Bytes,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawEnvelope {
    format: String,
    sheet: Sha256,
    envelope: Uuid,
    sender: RawSender,
    bid: Sha256,
    commitments: Vec<Bytes>,
    shares: Vec<Bytes>,
    ciphertext: Bytes,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSender {
    algorithm: String,
    key: Bytes,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSecret {
    format: String,
    envelope: Uuid,
    digest: Sha256,
    salt: Bytes,
    r: Bytes,
    receipt: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawShare {
    format: String,
    digest: Sha256,
    seat: SeatNumber,
    answer: RawAnswer,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum RawAnswer {
    Share(Bytes),
    Complaint,
}

impl FileForm for SheetFile {
    const FORMAT: &'static str = "sijill-sealing-sheet/v1";

    fn to_json(&self) -> Result<Zeroizing<String>, FileError> {
        let terms = self.sheet.terms();
        let members = terms.members.iter().map(|member| RawMember {
            member: member.id.clone(),
            key: Bytes::of(member.key.as_bytes()),
            proof: Bytes::of(&member.proof),
        });
        write(&RawSheet {
            format: Self::FORMAT.to_owned(),
            origin: terms.origin.clone(),
            tender: terms.tender.clone(),
            kind: terms.kind.clone(),
            threshold: terms.threshold,
            deadline: self.deadline,
            members: members.collect(),
        })
    }

    fn from_json(text: &[u8]) -> Result<Self, FileError> {
        let raw: RawSheet = read(text, Self::FORMAT)?;
        let members = raw.members.into_iter().map(|member| {
            Ok(Member {
                id: member.member,
                key: MemberKey::new(&member.key.0).ok_or_else(|| malformed("members.key"))?,
                proof: member.proof.sized("members.proof")?,
            })
        });
        let terms = Terms {
            origin: raw.origin,
            tender: raw.tender,
            kind: raw.kind,
            threshold: raw.threshold,
            members: members.collect::<Result<_, FileError>>()?,
        };
        Ok(Self {
            sheet: Sheet::new(terms)?,
            deadline: raw.deadline,
        })
    }
}

impl FileForm for EnvelopeFile {
    const FORMAT: &'static str = "sijill-envelope/v1";

    fn to_json(&self) -> Result<Zeroizing<String>, FileError> {
        let dealing = &self.sealed.dealing;
        let commitments = dealing.commitments.iter();
        let shares = dealing.shares.iter();
        write(&RawEnvelope {
            format: Self::FORMAT.to_owned(),
            sheet: self.sheet,
            envelope: dealing.id,
            sender: RawSender {
                algorithm: dealing.sender.algorithm().name().to_owned(),
                key: Bytes::of(dealing.sender.bytes()),
            },
            bid: dealing.bid,
            commitments: commitments.map(|bytes| Bytes::of(bytes)).collect(),
            shares: shares.map(|bytes| Bytes::of(bytes)).collect(),
            ciphertext: Bytes::of(&self.sealed.ciphertext),
        })
    }

    fn from_json(text: &[u8]) -> Result<Self, FileError> {
        let raw: RawEnvelope = read(text, Self::FORMAT)?;
        let algorithms = [KeyAlgorithm::Ed25519, KeyAlgorithm::Es256];
        let named = |algorithm: &KeyAlgorithm| algorithm.name() == raw.sender.algorithm;
        let sender = algorithms.into_iter().find(named);
        let sender = sender.and_then(|algorithm| PublicKey::new(algorithm, &raw.sender.key.0).ok());
        let ciphertext = raw.ciphertext.0.to_vec();
        let dealing = Dealing {
            id: raw.envelope,
            sender: sender.ok_or_else(|| malformed("sender"))?,
            bid: raw.bid,
            commitments: all_sized(&raw.commitments, "commitments")?,
            ciphertext: Sha256(Hash::digest(&ciphertext).into()),
            shares: all_sized(&raw.shares, "shares")?,
        };
        let sealed = Sealed {
            dealing,
            ciphertext,
        };
        let sheet = raw.sheet;
        Ok(Self { sheet, sealed })
    }
}

impl FileForm for SecretFile {
    const FORMAT: &'static str = "sijill-bid-secret/v1";

    fn to_json(&self) -> Result<Zeroizing<String>, FileError> {
        write(&RawSecret {
            format: Self::FORMAT.to_owned(),
            envelope: self.envelope,
            digest: self.digest,
            salt: Bytes::of(&self.secrets.salt[..]),
            r: Bytes::of(&self.secrets.r[..]),
            receipt: self.receipt.clone(),
        })
    }

    fn from_json(text: &[u8]) -> Result<Self, FileError> {
        let raw: RawSecret = read(text, Self::FORMAT)?;
        let secrets = Secrets {
            salt: Zeroizing::new(raw.salt.sized("salt")?),
            r: Zeroizing::new(raw.r.sized("r")?),
        };
        Ok(Self {
            envelope: raw.envelope,
            digest: raw.digest,
            secrets,
            receipt: raw.receipt,
        })
    }
}

impl FileForm for ShareFile {
    const FORMAT: &'static str = "sijill-share/v1";

    fn to_json(&self) -> Result<Zeroizing<String>, FileError> {
        let answer = match &self.answer {
            Answer::Share(share) => RawAnswer::Share(Bytes::of(share)),
            Answer::Complaint => RawAnswer::Complaint,
        };
        write(&RawShare {
            format: Self::FORMAT.to_owned(),
            digest: self.digest,
            seat: self.seat,
            answer,
        })
    }

    fn from_json(text: &[u8]) -> Result<Self, FileError> {
        let raw: RawShare = read(text, Self::FORMAT)?;
        let answer = match raw.answer {
            RawAnswer::Share(share) => Answer::Share(share.sized("answer.share")?),
            RawAnswer::Complaint => Answer::Complaint,
        };
        let (digest, seat) = (raw.digest, raw.seat);
        Ok(Self {
            digest,
            seat,
            answer,
        })
    }
}

/// Bytes that may be secret: cleared when they go.
struct Bytes(Zeroizing<Vec<u8>>);

impl Bytes {
    fn of(bytes: &[u8]) -> Self {
        Self(Zeroizing::new(bytes.to_vec()))
    }

    fn sized<const N: usize>(&self, field: &'static str) -> Result<[u8; N], FileError> {
        self.0[..].try_into().map_err(|_| malformed(field))
    }
}

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&Zeroizing::new(STANDARD.encode(&self.0[..])))
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Zeroizing::new(String::deserialize(deserializer)?);
        let bytes = STANDARD.decode(text.as_bytes());
        let bytes = bytes.map_err(|error| D::Error::custom(format!("base64: {error}")));
        Ok(Self(Zeroizing::new(bytes?)))
    }
}

fn all_sized<const N: usize>(
    all: &[Bytes],
    field: &'static str,
) -> Result<Vec<[u8; N]>, FileError> {
    all.iter().map(|bytes| bytes.sized(field)).collect()
}

fn malformed(field: &'static str) -> FileError {
    FileError::Malformed {
        why: field.to_owned(),
    }
}

fn unreadable(error: &serde_json::Error) -> FileError {
    FileError::Malformed {
        why: error.to_string(),
    }
}

fn write(raw: &impl Serialize) -> Result<Zeroizing<String>, FileError> {
    let text = serde_json::to_string_pretty(raw).map_err(|error| unreadable(&error))?;
    Ok(Zeroizing::new(text + "\n"))
}

/// The format before all else: what is wrong with another kind of file is that it is another kind.
fn read<T: DeserializeOwned>(text: &[u8], expected: &'static str) -> Result<T, FileError> {
    #[derive(Deserialize)]
    struct Head {
        format: String,
    }
    let bytes = text.len();
    ensure(bytes <= FILE_BYTES_MAX, FileError::Size { bytes })?;
    let head: Head = serde_json::from_slice(text).map_err(|error| unreadable(&error))?;
    let found = head.format;
    ensure(found == expected, FileError::Format { expected, found })?;
    serde_json::from_slice(text).map_err(|error| unreadable(&error))
}
