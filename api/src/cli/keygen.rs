//! `sijill keygen`: keys for signing tokens, for installations without an identity provider of their own; keys that sign a log;
//! keys of witnesses.

use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use sijill_ledger_core::log::note::{LogVerifier, WitnessKey, write_key};
use sijill_ledger_core::log::signer::{SignerError, create_key, rotate_key};
use sijill_ledger_core::log::state::StateFile;

use super::errors::{Bilingual, Failure};
use super::lang::two;
use super::output::Ui;
use crate::auth::keys::{KeyDefect, KeyFileError, PrivateKey};
use crate::log::signers;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// A key that signs a log (sijill serve --log-key); its state is put beside it, as FILE.state
    #[arg(long, conflicts_with_all = ["witness", "name"])]
    log: bool,
    /// Identity of the log that it signs
    #[arg(long, requires = "log")]
    origin: Option<String>,
    /// The key that it takes over from, at once and for good: the signing state moves, and the old key signs nothing more
    #[arg(long, value_name = "FILE", requires = "log", conflicts_with = "origin")]
    replaces: Option<PathBuf>,
    /// A key that cosigns the checkpoints of logs
    #[arg(long, requires = "name")]
    witness: bool,
    /// Name of the witness, such as witness.parliament.example
    #[arg(long, requires = "witness")]
    name: Option<String>,
    /// File of the private key, which only its owner can read; public keys for tokens are put beside it, as NAME.public.json
    #[arg(long)]
    out: PathBuf,
}

/// Readable by the owner alone.
pub const PRIVATE_MODE: u32 = 0o600;
/// Readable by everyone.
pub const PUBLIC_MODE: u32 = 0o644;

/// Makes the keys. No file is overwritten, and the private key is never printed.
pub fn run(arguments: &Arguments, ui: &mut Ui) -> Result<(), Failure> {
    let Arguments {
        log,
        origin,
        replaces,
        name,
        out,
        ..
    } = arguments;
    let refused = |refusal: SignerError| signers::refused(&refusal);
    match (origin, replaces, name) {
        (Some(origin), _, _) => for_log(out, &create_key(out, origin).map_err(refused)?, ui),
        (_, Some(old), _) => for_log(out, &rotate_key(old, out).map_err(refused)?, ui),
        (_, _, Some(name)) => for_witness(out, name, ui),
        (None, None, None) if *log => Err(Failure::Usage(Bilingual::new(
            "ينقص ‎--origin (مفتاح أول) أو ‎--replaces (مفتاح يحل محل آخر)",
            "--origin (a first key) or --replaces (a key instead of another) is missing",
        ))),
        (None, None, None) => for_tokens(arguments, ui),
    }
}

/// The vkey stands alone on its line: it is what is given to others.
fn for_log(out: &Path, made: &LogVerifier, ui: &mut Ui) -> Result<(), Failure> {
    let origin = made.name();
    let (out, state) = (out.display(), StateFile::beside(out));
    let state = state.path().display().to_string();
    ui.line(&two!(
        ui.lang,
        "مفتاح السجل {origin}\n  الخاص، للتوقيع (sijill serve --log-key): {out}\n  حالة توقيعه، لا تُستعاد من نسخة قديمة أبدًا: {state}\n  العام، يُنشر لمن يتحقق:",
        "key of the log {origin}\n  private, for signing (sijill serve --log-key): {out}\n  its signing state, never to be restored from an old copy: {state}\n  public, to be published for whoever verifies:"
    ))?;
    ui.line(&made.vkey())
}

fn for_witness(out: &Path, name: &str, ui: &mut Ui) -> Result<(), Failure> {
    let unusable = |text| Failure::Input {
        file: out.to_owned(),
        text,
    };
    let key = WitnessKey::generate(name).map_err(|error| unusable(Bilingual::refusal(&error)))?;
    let written = write_key(out, &key.to_text());
    written.map_err(|error| unusable(Bilingual::refusal(&error)))?;
    let out = out.display();
    ui.line(&two!(
        ui.lang,
        "مفتاح الشاهد {name}\n  الخاص، للشهادة: {out}\n  العام، يُكتب في سياسات السجلات والمتحققين:",
        "key of the witness {name}\n  private, for cosigning: {out}\n  public, for the policies of logs and verifiers:"
    ))?;
    ui.line(&key.verifier().vkey())
}

fn for_tokens(arguments: &Arguments, ui: &mut Ui) -> Result<(), Failure> {
    let Made { id, public } = make(&arguments.out)?;
    let (private, public) = (arguments.out.display(), public.display());
    ui.line(&two!(
        ui.lang,
        "المفتاح {id}\n  الخاص، للتوقيع (sijill token --key): {private}\n  العام، للخادم (sijill serve --keys): {public}",
        "key {id}\n  private, for signing (sijill token --key): {private}\n  public, for the server (sijill serve --keys): {public}"
    ))
}

/// A pair of keys that was made.
pub struct Made {
    /// The key's id.
    pub id: String,
    /// File of the public keys.
    pub public: PathBuf,
}

/// Makes a pair of keys; the public ones are put beside the private one.
pub fn make(private: &Path) -> Result<Made, Failure> {
    let mut secret = [0; 32];
    getrandom::fill(&mut secret).map_err(|error| Failure::Io {
        path: PathBuf::from("getrandom"),
        what: error.to_string(),
    })?;
    let key = PrivateKey::new(&secret);
    let public = private.with_extension("public.json");
    // The private one first, which is never overwritten; a public half of another key must not be left beside it.
    write(private, PRIVATE_MODE, &key.to_jwk())?;
    if let Err(failure) = write(&public, PUBLIC_MODE, &key.to_jwks()) {
        // Made a moment ago and told to nobody.
        let _ = fs::remove_file(private);
        return Err(failure);
    }
    let id = key.id();
    Ok(Made { id, public })
}

fn write(path: &Path, mode: u32, value: &impl serde::Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value).map_err(io::Error::other);
    let text = text.map_err(|error| Failure::io(path, &error))?;
    new_file(path, mode, (text + "\n").as_bytes())
}

/// Writes a new file, durably. None is overwritten: it may hold a key.
pub fn new_file(path: &Path, mode: u32, content: &[u8]) -> Result<(), Failure> {
    let mut options = fs::OpenOptions::new();
    let opened = options.write(true).create_new(true).mode(mode).open(path);
    let written = opened.and_then(|mut file| {
        file.write_all(content)?;
        file.sync_all()
    });
    written.map_err(|error| {
        if error.kind() == io::ErrorKind::AlreadyExists {
            return Failure::Input {
                file: path.to_owned(),
                text: Bilingual::new(
                    "الملف موجود ولا يُكتب فوقه، فقد يكون فيه مفتاح؛ اختر اسمًا آخر",
                    "the file exists and is not overwritten, for it may hold a key; choose another name",
                ),
            };
        }
        Failure::io(path, &error)
    })
}

/// A key file that cannot be used, as a failure of the command.
pub fn key_file(error: KeyFileError) -> Failure {
    let KeyFileError { path, defect } = error;
    let en = defect.to_string();
    let ar = match defect {
        KeyDefect::Io(error) => return Failure::unreadable(&path, &error),
        KeyDefect::TooLarge(bytes) => format!("حجمه {bytes} بايت، وملف المفاتيح أصغر من ذلك"),
        KeyDefect::Json(error) => format!("ليس مجموعة مفاتيح JSON Web Key: {error}"),
        KeyDefect::NotEd25519(id) => {
            format!("المفتاح {id:?} ليس مفتاح Ed25519 صالحًا (kty OKP وcrv Ed25519)")
        }
        KeyDefect::Private => {
            "فيه مفتاح خاص؛ أعطِ الخادم ملف المفاتيح العامة واحفظ الخاص في مكان آخر".to_owned()
        }
        KeyDefect::Public => "ليس فيه مفتاح خاص".to_owned(),
        KeyDefect::Twice(id) => format!("فيه مفتاحان برقم واحد: {id:?}"),
        KeyDefect::Empty => "لا مفاتيح فيه".to_owned(),
    };
    Failure::Input {
        file: path,
        text: Bilingual::new(ar, en),
    }
}
