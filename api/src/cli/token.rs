//! `sijill token`: signs a token for someone, for installations without an identity provider of their own.

use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use sijill_ledger_core::domain::values::{Code, FacilityId, ValueError};
use sijill_ledger_core::event::{ActorId, Role};

use super::errors::{Bilingual, Failure};
use super::keygen::key_file;
use super::lang::two;
use super::output::Ui;
use super::parse::Rule;
use crate::auth::keys::PrivateKey;
use crate::auth::roles;
use crate::auth::token::{self, Identity, Realm};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// File of the private key, made by `sijill keygen`
    #[arg(long)]
    key: PathBuf,
    /// Whom it is for: official:ID or organization:ID
    #[arg(long)]
    subject: Subject,
    /// A role that they have; once for each, the usual one first
    #[arg(long = "role", required = true)]
    roles: Vec<RoleName>,
    /// The post that they hold, such as EG-MOH-CAI-storekeeper
    #[arg(long)]
    position: Option<String>,
    /// A facility that they act for; once for each
    #[arg(long = "facility")]
    facilities: Vec<String>,
    /// They approve for the stores of the whole country, not only of the facilities named
    #[arg(long)]
    nationwide: bool,
    /// How long it is good: a number and s, m, h or d
    #[arg(long, default_value = "8h")]
    expires: Lifetime,
    #[command(flatten)]
    realm: RealmArguments,
}

/// Who issues tokens, and for whom; the same at both ends.
#[derive(Debug, clap::Args)]
pub struct RealmArguments {
    /// Who issues tokens (the claim iss)
    #[arg(long, default_value = "sijill")]
    issuer: String,
    /// For which server they are (the claim aud); give each server its own where they share keys
    #[arg(long, default_value = "sijill")]
    audience: String,
}

/// What the options say when none is given.
impl Default for RealmArguments {
    fn default() -> Self {
        Self {
            issuer: "sijill".to_owned(),
            audience: "sijill".to_owned(),
        }
    }
}

impl RealmArguments {
    /// As the token's code knows it.
    pub fn realm(&self) -> Realm {
        Realm {
            issuer: self.issuer.clone(),
            audience: self.audience.clone(),
        }
    }
}

/// Prints the token, and nothing else, on standard output.
pub fn run(arguments: &Arguments, ui: &mut Ui) -> Result<(), Failure> {
    let key = PrivateKey::load(&arguments.key).map_err(key_file)?;
    warn_of_readers(arguments, ui);
    let illegal = |error: ValueError| Failure::Usage(Bilingual::from(&error));
    let facilities = arguments.facilities.iter().map(|id| FacilityId::new(id));
    let position = arguments.position.as_deref().map(Code::new).transpose();
    let identity = Identity {
        id: arguments.subject.0.clone(),
        roles: arguments.roles.iter().map(|role| role.0).collect(),
        position: position.map_err(illegal)?,
        facilities: Arc::new(facilities.collect::<Result<_, _>>().map_err(illegal)?),
        nationwide: arguments.nationwide,
        expires: token::now().saturating_add(arguments.expires.0),
    };
    let signed = token::issue(&identity, &key, &arguments.realm.realm());
    let signed = signed.map_err(|error| Failure::Io {
        path: arguments.key.clone(),
        what: error.to_string(),
    })?;
    ui.line(&signed)
}

/// Others who can read the key can sign in anybody's name.
fn warn_of_readers(arguments: &Arguments, ui: &Ui) {
    const OTHERS: u32 = 0o077;
    let about = std::fs::metadata(&arguments.key);
    if about.is_ok_and(|about| about.permissions().mode() & OTHERS != 0) {
        let key = arguments.key.display();
        eprintln!(
            "{}",
            two!(
                ui.lang,
                "تنبيه: غيرك يستطيع قراءة المفتاح الخاص {key}؛ نفّذ chmod 600",
                "warning: others can read the private key {key}; chmod 600 it"
            )
        );
    }
}

/// Whom a token is for.
#[derive(Clone, Debug)]
struct Subject(ActorId);

impl FromStr for Subject {
    type Err = Rule;

    fn from_str(text: &str) -> Result<Self, Rule> {
        let rule = || {
            Rule::new(
                "official:ID لموظف، أو organization:ID لجهة",
                "official:ID for a person, or organization:ID",
            )
        };
        token::subject(text).map(Self).map_err(|_| rule())
    }
}

/// A role by its name.
#[derive(Clone, Copy, Debug)]
struct RoleName(Role);

impl FromStr for RoleName {
    type Err = Rule;

    fn from_str(text: &str) -> Result<Self, Rule> {
        let known = || {
            let names = roles::names();
            Rule::new(
                format!("الأدوار هي {names}"),
                format!("the roles are {names}"),
            )
        };
        roles::parse(text).map(Self).ok_or_else(known)
    }
}

/// How long a token is good, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Lifetime(u64);

/// Longest lifetime of a token, in seconds: nobody can take one back, so none is for ever.
const LIFETIME_MAX_SECONDS: u64 = 366 * 86_400;

impl FromStr for Lifetime {
    type Err = Rule;

    fn from_str(text: &str) -> Result<Self, Rule> {
        let wrong = || {
            Rule::new(
                "عدد ثم s أو m أو h أو d، من 1s إلى 366d",
                "a number and s, m, h or d, from 1s to 366d",
            )
        };
        let unit = text.chars().last().ok_or_else(wrong)?;
        let seconds: u64 = match unit {
            's' => 1,
            'm' => 60,
            'h' => 3_600,
            'd' => 86_400,
            _ => return Err(wrong()),
        };
        let number = text.get(..text.len() - 1).unwrap_or_default();
        let is_number = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
        let number: Option<u64> = number.parse().ok().filter(|_| is_number);
        let total = number.and_then(|number| number.checked_mul(seconds));
        total
            .filter(|total| (1..=LIFETIME_MAX_SECONDS).contains(total))
            .map(Self)
            .ok_or_else(wrong)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lifetimes() {
        let of = |text: &str| text.parse::<Lifetime>().map(|lifetime| lifetime.0).ok();
        assert_eq!(of("8h"), Some(28_800));
        assert_eq!(of("366d"), Some(LIFETIME_MAX_SECONDS));
        for wrong in [
            "",
            "h",
            "8",
            "0s",
            "367d",
            "-1h",
            "+1h",
            "8 h",
            "1w",
            "٨h",
            "8ساعة",
        ] {
            assert_eq!(of(wrong), None, "{wrong}");
        }
    }
}
