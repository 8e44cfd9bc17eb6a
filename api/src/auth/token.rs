//! Bearer tokens: JSON Web Tokens signed with Ed25519 (`EdDSA`), and nothing else.
//!
//! | Claim | What |
//! |---|---|
//! | `iss`, `aud` | as configured; required |
//! | `exp` | end, in seconds since 1970; required. `nbf`: begin, where there is one |
//! | `sub` | `official:…` or `organization:…`; required |
//! | `roles` | names of [`roles`], the preferred one first; required |
//! | `position` | the post held, such as `EG-MOH-CAI-storekeeper` |
//! | `facilities` | ids of the facilities that the token is for |
//! | `nationwide` | `true` for someone who is in charge of stores of the whole country; nobody is unless it is said |
//!
//! A token says who somebody is and which roles they have, until it ends; there is no list of revoked tokens, so tokens
//! should end soon. A key that is taken out of the key file ends all of its tokens: for new calls at once, and the streams that
//! were opened with them as well.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Header, Validation};
use serde::{Deserialize, Serialize};
use sijill_ledger_core::domain::values::{
    Code, FacilityId, OfficialId, OrganizationId, ValueError,
};
use sijill_ledger_core::event::{ActorId, Role};
use tonic::Status;

use super::keys::{KeySet, PrivateKey};
use super::{eddsa, roles};
use crate::grpc::status;

/// How far the clocks of whoever issues tokens and of this server may differ, in seconds.
pub const SKEW_SECONDS: u64 = 30;
/// Longest token that is looked at, in bytes.
pub const TOKEN_BYTES_MAX: usize = 8 << 10;
/// Most facilities in a token.
const FACILITIES_MAX: usize = 200;

/// Who issues tokens, and for whom: what both ends are configured with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Realm {
    /// `iss`.
    pub issuer: String,
    /// `aud`.
    pub audience: String,
}

/// What a verified token says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Who it is.
    pub id: ActorId,
    /// What they are, in the token's order.
    pub roles: Vec<Role>,
    /// The post held.
    pub position: Option<Code>,
    /// The facilities that the token is for.
    pub facilities: Arc<BTreeSet<FacilityId>>,
    /// Whether it is for the whole country, where the policy asks who is in charge of a facility.
    pub nationwide: bool,
    /// Its end, in seconds since 1970.
    pub expires: u64,
}

impl Identity {
    /// Whether the token has ended at a time in seconds since 1970.
    pub const fn has_ended(&self, now: u64) -> bool {
        self.expires.saturating_add(SKEW_SECONDS) < now
    }

    /// How long the token is still good.
    pub fn good_for(&self) -> Duration {
        let end = self.expires.saturating_add(SKEW_SECONDS);
        Duration::from_secs(end.saturating_sub(now()).saturating_add(1))
    }
}

/// The claims, as they are written and read.
#[derive(Serialize, Deserialize)]
struct Claims {
    #[serde(skip_deserializing)]
    iss: String,
    #[serde(skip_deserializing)]
    aud: String,
    sub: String,
    exp: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    iat: Option<u64>,
    roles: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    position: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    facilities: Vec<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    nationwide: bool,
}

/// Why a token is not taken. Nothing of the token itself is repeated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenError {
    /// This server knows no keys.
    NoKeys,
    /// No token, or one that is too long.
    Malformed,
    /// Signed in another way than this server takes, or not at all.
    Algorithm,
    /// Signed with a key that this server does not know.
    UnknownKey,
    /// The signature is wrong.
    Signature,
    /// It has ended.
    Expired,
    /// It has not begun.
    NotYetValid,
    /// Another issuer's.
    Issuer,
    /// For another audience.
    Audience,
    /// A claim is missing or not legal.
    Claim {
        /// Its name.
        name: &'static str,
        /// What is asked for.
        rule: String,
    },
}

impl TokenError {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoKeys => "TOKENS_NOT_TAKEN",
            Self::Malformed => "TOKEN_MALFORMED",
            Self::Algorithm => "TOKEN_ALGORITHM",
            Self::UnknownKey => "TOKEN_KEY_UNKNOWN",
            Self::Signature => "TOKEN_SIGNATURE_WRONG",
            Self::Expired => "TOKEN_EXPIRED",
            Self::NotYetValid => "TOKEN_NOT_YET_VALID",
            Self::Issuer => "TOKEN_ISSUER_WRONG",
            Self::Audience => "TOKEN_AUDIENCE_WRONG",
            Self::Claim { .. } => "TOKEN_CLAIM_WRONG",
        }
    }

    fn texts(&self) -> (String, String) {
        let (ar, en) = match self {
            Self::NoKeys => (
                "لا يقبل هذا الخادم رموز دخول لأنه شُغّل بلا مفاتيح؛ أعد تشغيله بالخيار --keys",
                "this server takes no tokens because it was started without keys; start it with --keys",
            ),
            Self::Malformed => (
                "رمز الدخول ليس رمز JWT؛ أرسله كما أُعطي لك بعد كلمة Bearer",
                "the token is no JSON Web Token; send it as it was given to you, after the word Bearer",
            ),
            Self::Algorithm => (
                "لا تُقبل إلا رموز الدخول الموقعة بخوارزمية EdDSA",
                "only tokens that are signed with EdDSA are taken",
            ),
            Self::UnknownKey => (
                "وُقّع رمز الدخول بمفتاح لا يعرفه هذا الخادم؛ اطلب رمزًا جديدًا",
                "the token is signed with a key that this server does not know; ask for a new one",
            ),
            Self::Signature => (
                "توقيع رمز الدخول غير صحيح؛ اطلب رمزًا جديدًا",
                "the token's signature is wrong; ask for a new one",
            ),
            Self::Expired => (
                "انتهت صلاحية رمز الدخول؛ اطلب رمزًا جديدًا",
                "the token has ended; ask for a new one",
            ),
            Self::NotYetValid => (
                "لم تبدأ صلاحية رمز الدخول بعد؛ تحقق من الساعة أو عُد في حينه",
                "the token has not begun yet; check the clock, or come back then",
            ),
            Self::Issuer => (
                "أصدر رمزَ الدخول مُصدِر لا يقبله هذا الخادم",
                "the token is of an issuer that this server does not take",
            ),
            Self::Audience => (
                "صدر رمز الدخول لخادم آخر؛ اطلب رمزًا لهذا الخادم",
                "the token is for another server; ask for one for this server",
            ),
            Self::Claim { name, rule } => {
                return (
                    format!("البيان {name} في رمز الدخول ناقص أو غير صالح: {rule}"),
                    format!("the token's claim {name} is missing or not legal: {rule}"),
                );
            }
        };
        (ar.to_owned(), en.to_owned())
    }

    fn claim(name: &'static str, rule: impl Into<String>) -> Self {
        let rule = rule.into();
        Self::Claim { name, rule }
    }
}

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.texts().1)
    }
}

impl std::error::Error for TokenError {}

impl From<&TokenError> for Status {
    fn from(error: &TokenError) -> Self {
        let (ar, en) = error.texts();
        status::unauthenticated(error.code(), ar, en)
    }
}

/// A token that was verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// What it says.
    pub identity: Identity,
    /// The public key that it is signed for.
    pub key: [u8; 32],
}

/// Verifies a token against keys: signature, claims, times.
pub fn verify(token: &str, keys: &KeySet, realm: &Realm) -> Result<Verified, TokenError> {
    if token.len() > TOKEN_BYTES_MAX {
        return Err(TokenError::Malformed);
    }
    let header = jsonwebtoken::decode_header(token).map_err(|error| sorted(error.kind()))?;
    if header.alg != eddsa::ALGORITHM {
        return Err(TokenError::Algorithm);
    }
    // RFC 7515: what must be understood and is not makes the token invalid; nothing is understood here.
    if header.crit.is_some() {
        return Err(TokenError::Malformed);
    }
    let key = keys
        .find(header.kid.as_deref())
        .ok_or(TokenError::UnknownKey)?;
    let mut validation = Validation::new(eddsa::ALGORITHM);
    validation.leeway = SKEW_SECONDS;
    validation.validate_nbf = true;
    validation.set_issuer(&[&realm.issuer]);
    validation.set_audience(&[&realm.audience]);
    validation.set_required_spec_claims(&["iss", "aud", "exp", "sub"]);
    eddsa::install();
    let decoded = jsonwebtoken::decode::<Claims>(token, &key.decoding, &validation);
    let decoded = decoded.map_err(|error| sorted(error.kind()))?;
    Ok(Verified {
        identity: identity(&decoded.claims)?,
        key: key.bytes,
    })
}

/// The library may add kinds of errors; whatever they are, the token is not taken.
#[allow(clippy::wildcard_enum_match_arm)]
fn sorted(kind: &ErrorKind) -> TokenError {
    match kind {
        ErrorKind::InvalidAlgorithm
        | ErrorKind::UnsupportedAlgorithm
        | ErrorKind::InvalidAlgorithmName => TokenError::Algorithm,
        ErrorKind::InvalidSignature => TokenError::Signature,
        ErrorKind::ExpiredSignature => TokenError::Expired,
        ErrorKind::ImmatureSignature => TokenError::NotYetValid,
        ErrorKind::InvalidIssuer => TokenError::Issuer,
        ErrorKind::InvalidAudience => TokenError::Audience,
        ErrorKind::MissingRequiredClaim(name) => match &**name {
            "iss" => TokenError::claim("iss", "required"),
            "aud" => TokenError::claim("aud", "required"),
            "exp" => TokenError::claim("exp", "seconds since 1970, required"),
            _ => TokenError::claim("sub", "required"),
        },
        _ => TokenError::Malformed,
    }
}

fn identity(claims: &Claims) -> Result<Identity, TokenError> {
    let known = claims.roles.iter().map(|name| roles::parse(name));
    let roles: Option<Vec<Role>> = known.collect();
    let roles = roles.filter(|roles| !roles.is_empty());
    let roles = roles.ok_or_else(|| TokenError::claim("roles", roles::names()))?;
    if claims.facilities.len() > FACILITIES_MAX {
        let rule = format!("at most {FACILITIES_MAX}");
        return Err(TokenError::claim("facilities", rule));
    }
    let facilities = claims.facilities.iter().map(|id| FacilityId::new(id));
    let facilities = facilities.collect::<Result<_, ValueError>>();
    let position = claims.position.as_deref().map(Code::new).transpose();
    Ok(Identity {
        id: subject(&claims.sub)?,
        roles,
        position: position.map_err(|error| TokenError::claim("position", error.rule.en))?,
        facilities: Arc::new(
            facilities.map_err(|error| TokenError::claim("facilities", error.rule.en))?,
        ),
        nationwide: claims.nationwide,
        expires: claims.exp,
    })
}

/// `official:…` or `organization:…`; nobody is Sijill itself.
pub fn subject(text: &str) -> Result<ActorId, TokenError> {
    let wrong = || TokenError::claim("sub", "official:<id> or organization:<id>");
    let (kind, id) = text.split_once(':').ok_or_else(wrong)?;
    match kind {
        "official" => OfficialId::new(id)
            .map(ActorId::Official)
            .map_err(|_| wrong()),
        "organization" => OrganizationId::new(id)
            .map(ActorId::Organization)
            .map_err(|_| wrong()),
        _ => Err(wrong()),
    }
}

/// Signs a token for an identity. Everything in it has been checked by its type.
pub fn issue(identity: &Identity, key: &PrivateKey, realm: &Realm) -> Result<String, TokenError> {
    let claims = Claims {
        iss: realm.issuer.clone(),
        aud: realm.audience.clone(),
        sub: identity.id.to_string(),
        exp: identity.expires,
        iat: Some(now()),
        roles: identity
            .roles
            .iter()
            .map(|role| roles::name(*role).to_owned())
            .collect(),
        position: identity.position.as_ref().map(ToString::to_string),
        facilities: identity
            .facilities
            .iter()
            .map(ToString::to_string)
            .collect(),
        nationwide: identity.nationwide,
    };
    let mut header = Header::new(eddsa::ALGORITHM);
    header.kid = Some(key.id());
    eddsa::install();
    jsonwebtoken::encode(&header, &claims, &key.encoding()).map_err(|error| sorted(error.kind()))
}

/// Seconds since 1970 on this machine's clock; 0 before it.
pub fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.unwrap_or_default().as_secs()
}

#[cfg(test)]
mod tests;
