//! `sijill sign`: keys of people and organisations, and what they sign with them. Offline: the secret key meets no server.
//!
//! A request is signed as it is sent: the protobuf message of its method, encoded, which a program of any language can
//! write to a file. What is printed goes into the request's `context.statement`.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sijill_ledger_core::domain::application::organization_of;
use sijill_ledger_core::domain::organization::Organization;
use sijill_ledger_core::domain::values::{ExternalId, KeyId};
use sijill_ledger_core::statement::{Approved, Claim, KeyError, StatementKey, keys_stream};
use sijill_ledger_core::store::{Entry, StreamName};

use super::errors::{Bilingual, Failure};
use super::output::{Cell, Sheet, Ui, Word};
use super::parse::Rule;
use super::query::answered;
use crate::auth::token;
use crate::grpc::{self, admission::MESSAGE_BYTES_MAX};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Make a key for someone, and print what a registrar proposes: the key with its proof of possession
    Key(KeyArguments),
    /// Sign a request as it is sent, and print the statement for its context.statement
    Request(RequestArguments),
}

#[derive(Debug, clap::Args)]
struct KeyArguments {
    /// File of the secret key, which only its owner can read; no file is overwritten
    #[arg(long)]
    out: PathBuf,
    /// Whose key it is: official:ID, organization:ID, or number:LIST:NUMBER for a firm that asks to be registered
    #[arg(long)]
    owner: Owner,
}

#[derive(Debug, clap::Args)]
struct RequestArguments {
    /// File of the secret key, made by `sijill sign key`
    #[arg(long, required_unless_present = "key_id", conflicts_with = "key_id")]
    key: Option<PathBuf>,
    /// Id of a key that is kept elsewhere: prints the bytes to sign and the payload hash, without a signature
    #[arg(long)]
    key_id: Option<String>,
    /// Origin of the log that the request goes to, such as sijill.gov.example/health
    #[arg(long)]
    origin: String,
    /// Path of the request's method, such as /sijill.registry.v1.RegistryService/AdoptRuleset
    #[arg(long)]
    method: String,
    /// File with the entry that the request approves, byte by byte as its signer read it (EventDetail.entry)
    #[arg(long)]
    approves: Option<PathBuf>,
    /// File of the request in binary protobuf; without it, standard input
    request: Option<PathBuf>,
}

/// Whose key: an actor with a stream of keys.
#[derive(Clone, Debug)]
struct Owner(StreamName);

impl FromStr for Owner {
    type Err = Rule;

    fn from_str(text: &str) -> Result<Self, Rule> {
        let owner = match text.strip_prefix("number:") {
            Some(number) => ExternalId::new(number)
                .ok()
                .map(|number| Organization::stream(&organization_of(&number))),
            None => token::subject(text)
                .ok()
                .and_then(|actor| keys_stream(&actor)),
        };
        owner.map(Self).ok_or_else(|| {
            Rule::new(
                "official:ID لموظف، أو organization:ID لجهة، أو number:EG-GAFI:12345 لشركة تطلب التسجيل برقمها",
                "official:ID for a person, organization:ID, or number:EG-GAFI:12345 for a firm that asks to be registered by its number",
            )
        })
    }
}

/// Makes a key, or signs.
pub fn run(arguments: &Arguments, ui: &mut Ui) -> Result<(), Failure> {
    let sheet = match &arguments.what {
        What::Key(arguments) => make(arguments)?,
        What::Request(arguments) => sign(arguments)?,
    };
    ui.sheet(&sheet)
}

fn make(arguments: &KeyArguments) -> Result<Sheet, Failure> {
    let unusable = |error| unusable(&arguments.out, &error);
    let key = StatementKey::random().map_err(unusable)?;
    key.save(&arguments.out).map_err(unusable)?;
    let proposal = key.proposal(&arguments.owner.0);
    let columns = [
        Word::new("owner", "السجل", "record"),
        Word::new("key_id", "رقم المفتاح", "key id"),
        Word::new("algorithm", "الخوارزمية", "algorithm"),
        Word::new("key", "المفتاح العام", "public key"),
        Word::new("proof", "إثبات الحيازة", "proof of possession"),
    ];
    let mut sheet = Sheet::new(Word::new("keys", "المفاتيح", "keys"), &columns);
    sheet.rows.push(vec![
        Cell::text(&arguments.owner.0),
        Cell::text(proposal.key.id()),
        Cell::text(proposal.key.algorithm().name()),
        Cell::text(STANDARD.encode(proposal.key.bytes())),
        Cell::text(STANDARD.encode(&proposal.proof)),
    ]);
    Ok(sheet)
}

fn sign(arguments: &RequestArguments) -> Result<Sheet, Failure> {
    let RequestArguments { key, key_id, .. } = arguments;
    let secret = match key {
        Some(path) => Some(StatementKey::load(path).map_err(|error| unusable(path, &error))?),
        None => None,
    };
    let id = match (&secret, key_id) {
        (Some(secret), _) => secret.public().id(),
        (None, Some(id)) => {
            KeyId::new(id).map_err(|error| Failure::Usage(Bilingual::from(&error)))?
        }
        // clap asks for one of the two.
        (None, None) => return Err(Failure::Usage(Bilingual::new("لا مفتاح", "no key"))),
    };
    let request = request_bytes(arguments.request.as_deref())?;
    let approved = arguments.approves.as_deref().map(approved).transpose()?;
    let claim = claim(&arguments.origin, &arguments.method, &request, id, approved)?;
    let signature = secret.map(|secret| STANDARD.encode(secret.sign(&claim).signature));
    let columns = [
        Word::new("stream", "السلسلة", "stream"),
        Word::new("payload_sha256", "بصمة الطلب", "payload hash"),
        Word::new("key", "رقم المفتاح", "key id"),
        Word::new("signed", "البايتات الموقَّعة", "signed bytes"),
        Word::new("signature", "التوقيع", "signature"),
    ];
    let mut sheet = Sheet::new(Word::new("statements", "الإفادات", "statements"), &columns);
    sheet.rows.push(vec![
        Cell::text(&claim.stream),
        Cell::text(claim.payload),
        Cell::text(&claim.key),
        Cell::text(STANDARD.encode(claim.bytes())),
        Cell::maybe(signature),
    ]);
    Ok(sheet)
}

/// What a statement says of an encoded request of the method at this path, in the log of this origin.
pub fn claim(
    origin: &str,
    path: &str,
    request: &[u8],
    key: KeyId,
    approved: Option<Approved>,
) -> Result<Claim, Failure> {
    let asked = grpc::asked(path, request).ok_or_else(|| {
        Failure::Usage(Bilingual::new(
            format!("لا أمر بهذا المسار: {path}"),
            format!("no command has the path {path}"),
        ))
    })?;
    let asked = asked.map_err(|status| answered(&status))?;
    Ok(Claim {
        origin: origin.to_owned(),
        stream: asked.stream,
        command_id: asked.command_id,
        effective_at: asked.effective_at,
        key,
        payload: asked.payload,
        approved,
    })
}

/// The request, of at most as many bytes as a server takes.
fn request_bytes(path: Option<&Path>) -> Result<Vec<u8>, Failure> {
    let name = path.unwrap_or(Path::new("-"));
    let unreadable = |error: std::io::Error| Failure::unreadable(name, &error);
    let source: Box<dyn std::io::Read> = match path {
        Some(path) => Box::new(fs::File::open(path).map_err(unreadable)?),
        None => Box::new(std::io::stdin().lock()),
    };
    let mut bytes = Vec::new();
    let limit = MESSAGE_BYTES_MAX as u64;
    source
        .take(limit + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    if bytes.len() as u64 > limit {
        return Err(Failure::Input {
            file: name.to_owned(),
            text: Bilingual::new(
                format!("الطلب أكبر مما يقبله خادم: أكثر من {limit} بايت"),
                format!("the request is larger than a server takes: more than {limit} bytes"),
            ),
        });
    }
    Ok(bytes)
}

fn approved(path: &Path) -> Result<Approved, Failure> {
    let bytes = fs::read(path).map_err(|error| Failure::unreadable(path, &error))?;
    let entry = Entry::decode(&bytes).map_err(|error| Failure::Input {
        file: path.to_owned(),
        text: Bilingual::new(
            format!("ليس قيدًا كما يُخزَّن: {error}"),
            format!("it is not an entry as it is stored: {error}"),
        ),
    })?;
    Ok(Approved::of(&entry))
}

/// A key file that cannot be used, and why.
pub fn unusable(path: &Path, error: &KeyError) -> Failure {
    Failure::Input {
        file: path.to_owned(),
        text: Bilingual::refusal(error),
    }
}
