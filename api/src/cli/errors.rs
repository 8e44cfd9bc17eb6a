//! What can go wrong, said in the user's language: what, where, what to do, with a stable code and exit status.

use std::io;
use std::path::{Path, PathBuf};

use sijill_ledger_core::aggregate::Explain;
use sijill_ledger_core::domain::values::ValueError;

use super::lang::{Lang, many, two};

/// A text in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bilingual {
    /// In Arabic.
    pub ar: String,
    /// In English.
    pub en: String,
}

impl Bilingual {
    /// Both texts.
    pub fn new(ar: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            ar: ar.into(),
            en: en.into(),
        }
    }

    /// A refusal of the ledger.
    pub fn refusal<R: Explain>(refusal: &R) -> Self {
        Self::new(refusal.arabic(), refusal.english())
    }

    /// The text in one language.
    pub fn get(&self, lang: Lang) -> &str {
        lang.pick(&self.ar, &self.en)
    }
}

/// A value that cannot be, as text.
impl From<&ValueError> for Bilingual {
    fn from(error: &ValueError) -> Self {
        Self::new(error.arabic(), error.to_string())
    }
}

/// Why a command ends without success.
#[derive(Debug)]
pub enum Failure {
    /// The reader of our output went away (`| head`): no error.
    BrokenPipe,
    /// The arguments cannot be understood together.
    Usage(Bilingual),
    /// The ledger refused a command that this program needs.
    Refused {
        /// The refusal's stable code.
        code: &'static str,
        /// What was attempted, and the refusal's own text.
        text: Bilingual,
    },
    /// Some rows of an import were rejected; the others were taken.
    RowsRejected {
        /// How many.
        count: usize,
    },
    /// What is stored is not what was written.
    Damaged {
        /// Log index of the first damage, where it is known.
        index: Option<u64>,
        /// What is wrong there.
        what: String,
    },
    /// Another process writes to the directory.
    Locked {
        /// The directory.
        dir: PathBuf,
    },
    /// A newer program wrote the directory.
    NewerFormat {
        /// The directory.
        dir: PathBuf,
        /// What it says of itself.
        what: String,
    },
    /// The disk is full.
    NoSpace {
        /// The directory.
        dir: PathBuf,
    },
    /// The operating system forbids it.
    Denied {
        /// The file or directory.
        path: PathBuf,
        /// What it says.
        what: String,
    },
    /// An input file is missing or cannot be used as a whole.
    Input {
        /// The file.
        file: PathBuf,
        /// What is wrong with it and what to do.
        text: Bilingual,
    },
    /// There is no ledger in the directory.
    NoLedger {
        /// The directory.
        dir: PathBuf,
    },
    /// The directory holds something that is in the way of what was asked for.
    WrongLedger {
        /// The directory.
        dir: PathBuf,
        /// What it holds, what was expected and what to do.
        text: Bilingual,
    },
    /// A server does not answer.
    Unreachable {
        /// Its address.
        server: String,
        /// Why.
        what: String,
    },
    /// A service answered with an error.
    Answered {
        /// Its stable code.
        code: String,
        /// Its texts.
        text: Bilingual,
        /// The exit status that is nearest.
        exit_status: u8,
    },
    /// A check found what has to be put right; it is listed above.
    Unwell {
        /// How many things.
        count: usize,
    },
    /// The store stopped taking writes.
    WritesStopped {
        /// Why.
        what: String,
    },
    /// Anything else of the operating system.
    Io {
        /// The file or directory.
        path: PathBuf,
        /// What it says.
        what: String,
    },
}

impl Failure {
    /// An error of the operating system about a path, sorted by what the user can do about it. The other kinds, to
    /// which the standard library adds over time, can only be read about.
    #[allow(clippy::wildcard_enum_match_arm)]
    pub fn io(path: &Path, error: &io::Error) -> Self {
        let path = path.to_owned();
        let what = error.to_string();
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::BrokenPipe,
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                Self::NoSpace { dir: path }
            }
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                Self::Denied { path, what }
            }
            _ => Self::Io { path, what },
        }
    }

    /// An input file that cannot be read.
    pub fn unreadable(file: &Path, error: &io::Error) -> Self {
        if error.kind() == io::ErrorKind::NotFound {
            let text = Bilingual::new(
                "الملف غير موجود؛ تحقق من المجلد الذي ذُكر",
                "there is no such file; check the directory that was named",
            );
            return Self::Input {
                file: file.to_owned(),
                text,
            };
        }
        Self::io(file, error)
    }

    /// The same in other words, where a service answered.
    #[must_use]
    pub fn retold(self, retell: impl FnOnce(Bilingual) -> Bilingual) -> Self {
        if let Self::Answered {
            code,
            text,
            exit_status,
        } = self
        {
            let text = retell(text);
            Self::Answered {
                code,
                text,
                exit_status,
            }
        } else {
            self
        }
    }

    /// A refusal of the ledger, with what was attempted.
    pub fn refused<R: Explain>(refusal: &R, attempted: &str) -> Self {
        let text = Bilingual::refusal(refusal);
        Self::Refused {
            code: refusal.code(),
            text: Bilingual::new(
                format!("{attempted}: {}", text.ar),
                format!("{attempted}: {}", text.en),
            ),
        }
    }

    /// The process's exit status: documented in `--help`, never renumbered.
    pub const fn exit_status(&self) -> u8 {
        match self {
            Self::BrokenPipe => 0,
            Self::Answered { exit_status, .. } => *exit_status,
            Self::Io { .. } | Self::WritesStopped { .. } | Self::Unreachable { .. } => 1,
            Self::Usage(_) => 2,
            Self::Refused { .. } | Self::RowsRejected { .. } => 3,
            Self::Damaged { .. } => 4,
            Self::Locked { .. } => 5,
            Self::NewerFormat { .. } => 6,
            Self::NoSpace { .. } => 7,
            Self::Denied { .. } => 8,
            Self::Input { .. } => 9,
            Self::NoLedger { .. } | Self::WrongLedger { .. } => 10,
            Self::Unwell { .. } => 11,
        }
    }

    /// A stable code for programs and manuals.
    pub fn code(&self) -> &str {
        match self {
            Self::Unreachable { .. } => "SERVER_UNREACHABLE",
            Self::Answered { code, .. } => code,
            Self::BrokenPipe => "BROKEN_PIPE",
            Self::Usage(_) => "USAGE",
            Self::Refused { code, .. } => code,
            Self::RowsRejected { .. } => "ROWS_REJECTED",
            Self::Damaged { .. } => "DATA_DAMAGED",
            Self::Locked { .. } => "DATA_LOCKED",
            Self::NewerFormat { .. } => "DATA_NEWER_FORMAT",
            Self::NoSpace { .. } => "DISK_FULL",
            Self::Denied { .. } => "PERMISSION_DENIED",
            Self::Input { .. } => "INPUT_UNUSABLE",
            Self::NoLedger { .. } => "NO_LEDGER",
            Self::WrongLedger { .. } => "WRONG_LEDGER",
            Self::Unwell { .. } => "PROBLEMS_FOUND",
            Self::WritesStopped { .. } => "WRITES_STOPPED",
            Self::Io { .. } => "IO",
        }
    }

    /// The whole message: code, what and where; then what to do.
    pub fn message(&self, lang: Lang) -> String {
        let code = self.code();
        let (what, remedy) = (self.what(lang), self.remedy(lang));
        let head = two!(lang, "خطأ[{code}]: {what}", "error[{code}]: {what}");
        match remedy {
            Some(remedy) => {
                head + "\n" + &two!(lang, "  ما العمل: {remedy}", "  what to do: {remedy}")
            }
            None => head,
        }
    }

    fn what(&self, lang: Lang) -> String {
        match self {
            Self::BrokenPipe => two!(
                lang,
                "أُغلق قارئ الخرج",
                "the reader of the output went away"
            ),
            Self::Usage(text) | Self::Refused { text, .. } | Self::Answered { text, .. } => {
                text.get(lang).to_owned()
            }
            Self::Unreachable { server, what } => two!(
                lang,
                "الخادم {server} لا يجيب: {what}",
                "the server {server} does not answer: {what}"
            ),
            Self::RowsRejected { count } => {
                let rows = many(*count, "row was", "rows were");
                two!(
                    lang,
                    "عدد الصفوف المرفوضة {count}، وهي مذكورة أعلاه بالملف والسطر والسبب، وقُبل ما عداها",
                    "{count} {rows} rejected, listed above by file, line and reason; the others were taken"
                )
            }
            Self::Damaged {
                index: Some(index),
                what,
            } => two!(
                lang,
                "السجل تالف عند القيد {index}: {what}",
                "the log is damaged at index {index}: {what}"
            ),
            Self::Damaged { index: None, what } => {
                two!(lang, "السجل تالف: {what}", "the log is damaged: {what}")
            }
            Self::Locked { dir } => {
                let dir = dir.display();
                two!(
                    lang,
                    "عملية أخرى تكتب الآن في {dir}",
                    "another process is writing to {dir}"
                )
            }
            Self::NewerFormat { dir, what } => {
                let dir = dir.display();
                two!(
                    lang,
                    "كتب {dir} إصدار أحدث من سجل: {what}",
                    "{dir} was written by a newer version of Sijill: {what}"
                )
            }
            Self::NoSpace { dir } => {
                let dir = dir.display();
                two!(lang, "امتلأ القرص عند {dir}", "the disk is full at {dir}")
            }
            Self::Denied { path, what } => {
                let path = path.display();
                two!(
                    lang,
                    "لا إذن بالوصول إلى {path}: {what}",
                    "no permission for {path}: {what}"
                )
            }
            Self::Input { file, text } => format!("{}: {}", file.display(), text.get(lang)),
            Self::NoLedger { dir } => {
                let dir = dir.display();
                two!(lang, "لا سجل في {dir}", "there is no ledger in {dir}")
            }
            Self::WrongLedger { dir, text } => format!("{}: {}", dir.display(), text.get(lang)),
            Self::Unwell { count } => {
                let things = many(*count, "thing has", "things have");
                two!(
                    lang,
                    "عدد ما يجب إصلاحه {count}، وهو مذكور أعلاه مع العلاج",
                    "{count} {things} to be put right, listed above with what to do"
                )
            }
            Self::WritesStopped { what } => two!(
                lang,
                "توقف المخزن عن قبول الكتابة: {what}",
                "the store has stopped taking writes: {what}"
            ),
            Self::Io { path, what } => format!("{}: {what}", path.display()),
        }
    }

    fn remedy(&self, lang: Lang) -> Option<String> {
        let (ar, en) = match self {
            Self::BrokenPipe
            | Self::Refused { .. }
            | Self::Answered { .. }
            | Self::Unwell { .. }
            | Self::Input { .. }
            | Self::WrongLedger { .. } => {
                return None;
            }
            Self::Unreachable { .. } => (
                "تحقق من العنوان ومن أن `sijill serve` يعمل هناك",
                "check the address, and that `sijill serve` runs there",
            ),
            Self::Usage(_) => ("اقرأ `sijill --help`", "read `sijill --help`"),
            Self::RowsRejected { .. } => (
                "صحح هذه الصفوف في الملف وأعد الاستيراد: ما قُبل لا يُعاد",
                "correct these rows in the file and import again: what was taken is not taken twice",
            ),
            Self::Damaged { .. } => (
                "لا تكتب في المجلد؛ انسخه كما هو، ثم استعد من نسخة احتياطية أو من مرآة",
                "do not write to the directory; copy it as it is, then restore from a backup or a mirror",
            ),
            Self::Locked { .. } => (
                "انتظر حتى تنتهي أو أوقفها؛ أوامر القراءة (query, export, replay) تعمل بجانبها",
                "wait for it or stop it; commands that only read (query, export, replay) work beside it",
            ),
            Self::NewerFormat { .. } => (
                "حدّث sijill إلى ذلك الإصدار أو ما بعده؛ لم يُمس شيء",
                "update sijill to that version or a later one; nothing was touched",
            ),
            Self::NoSpace { .. } => (
                "أفرغ مساحة ثم أعد الأمر: ما سُجل قبل ذلك محفوظ ولا يُعاد",
                "free some space, then repeat the command: what was recorded is kept and is not recorded twice",
            ),
            Self::Denied { .. } => (
                "شغّل الأمر بمستخدم يملك هذا المسار، أو غيّر أذوناته",
                "run the command as a user who owns this path, or change its permissions",
            ),
            Self::NoLedger { .. } => (
                "أنشئه بالأمر `sijill demo --data DIR` أو `sijill import`",
                "create one with `sijill demo --data DIR` or `sijill import`",
            ),
            Self::WritesStopped { .. } => (
                "افحص القرص والساعة، ثم أعد الأمر: ما سُجل لا يُعاد",
                "check the disk and the clock, then repeat the command: what was recorded is not recorded twice",
            ),
            Self::Io { .. } => ("تحقق من المسار والقرص", "check the path and the disk"),
        };
        Some(lang.pick(ar, en).to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_the_operating_system_are_sorted_by_remedy() {
        let of = |kind: io::ErrorKind| Failure::io(Path::new("d"), &kind.into()).exit_status();
        assert_eq!(of(io::ErrorKind::StorageFull), 7);
        assert_eq!(of(io::ErrorKind::PermissionDenied), 8);
        assert_eq!(of(io::ErrorKind::BrokenPipe), 0);
        assert_eq!(of(io::ErrorKind::InvalidData), 1);
    }

    #[test]
    fn one_is_not_told_as_many() {
        let told = |count| Failure::Unwell { count }.message(Lang::En);
        assert!(told(1).contains("1 thing has to be"), "{}", told(1));
        assert!(told(2).contains("2 things have to be"), "{}", told(2));
        let told = |count| Failure::RowsRejected { count }.message(Lang::En);
        assert!(told(1).contains("1 row was rejected"), "{}", told(1));
        assert!(told(3).contains("3 rows were rejected"), "{}", told(3));
    }

    #[test]
    fn a_message_says_what_where_and_what_to_do_in_both_languages() {
        let locked = Failure::Locked {
            dir: "/srv/s".into(),
        };
        let english = locked.message(Lang::En);
        assert!(english.starts_with("error[DATA_LOCKED]: another process is writing to /srv/s\n"));
        assert!(english.contains("what to do:"));
        let arabic = locked.message(Lang::Ar);
        assert!(arabic.starts_with("خطأ[DATA_LOCKED]") && arabic.contains("ما العمل"));
    }
}
