//! Policies as text, read strictly: a policy that is misread believes the wrong ones.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use super::{Group, Log, Member, POLICY_BYTES_MAX, POLICY_ITEMS_MAX, Policy, Quorum, Witness};
use crate::aggregate::{Explain, ensure, refusals};
use crate::log::lines::decimal;
use crate::log::note::{CosignatureVerifier, KeyError, LogVerifier};

/// The quorum's name where no witness is needed. It cannot be given to anything.
const NONE: &str = "none";

/// What is wrong with a policy, and on which line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyError {
    /// The line, from 1; 0 where the whole file is meant.
    pub line: usize,
    /// What is wrong there.
    pub defect: PolicyDefect,
}

impl FromStr for Policy {
    type Err = PolicyError;

    fn from_str(text: &str) -> Result<Self, PolicyError> {
        let whole = |defect| PolicyError { line: 0, defect };
        let bytes = text.len();
        ensure(
            bytes <= POLICY_BYTES_MAX,
            whole(PolicyDefect::TooLarge { bytes }),
        )?;
        let lines = text
            .strip_suffix('\n')
            .ok_or_else(|| whole(PolicyDefect::CutShort))?;
        let mut reader = Reader::default();
        for (line, number) in lines.split('\n').zip(1..) {
            reader.line(line).map_err(|defect| PolicyError {
                line: number,
                defect,
            })?;
        }
        let quorum = reader.quorum.ok_or_else(|| whole(PolicyDefect::NoQuorum))?;
        Ok(Self {
            logs: reader.logs,
            witnesses: reader.witnesses,
            groups: reader.groups,
            quorum,
        })
    }
}

#[derive(Default)]
struct Reader {
    logs: Vec<Log>,
    witnesses: Vec<Witness>,
    groups: Vec<Group>,
    names: BTreeMap<String, Member>,
    /// Names that are in a group already: each counts in one way only.
    grouped: BTreeSet<String>,
    quorum: Option<Quorum>,
}

type Read = Result<(), PolicyDefect>;

impl Reader {
    fn line(&mut self, line: &str) -> Read {
        let clean = |byte: u8| byte == b'\t' || (byte >= b' ' && byte != 0x7F);
        ensure(line.bytes().all(clean), PolicyDefect::ControlCharacter)?;
        let words: Vec<&str> = line
            .split([' ', '\t'])
            .filter(|word| !word.is_empty())
            .collect();
        match *words {
            [] => Ok(()),
            [first, ..] if first.starts_with('#') => Ok(()),
            ["log", vkey] => self.log(vkey, None),
            ["log", vkey, url] => self.log(vkey, Some(url)),
            ["witness", name, vkey] => self.witness(name, vkey, None),
            ["witness", name, vkey, url] => self.witness(name, vkey, Some(url)),
            ["group", name, threshold, ref members @ ..] => self.group(name, threshold, members),
            ["quorum", name] => self.quorum(name),
            _ => Err(PolicyDefect::Unknown),
        }
    }

    fn log(&mut self, vkey: &str, url: Option<&str>) -> Read {
        room(self.logs.len())?;
        let key = LogVerifier::parse(vkey)?;
        let mut known = self.logs.iter().map(|log| log.key.key_bytes());
        ensure(
            !known.any(|known| known == key.key_bytes()),
            PolicyDefect::KeyTwice,
        )?;
        let url = url.map(str::to_owned);
        self.logs.push(Log { key, url });
        Ok(())
    }

    fn witness(&mut self, name: &str, vkey: &str, url: Option<&str>) -> Read {
        room(self.witnesses.len())?;
        let key = CosignatureVerifier::parse(vkey)?;
        let mut known = self.witnesses.iter().map(|witness| witness.key.key_bytes());
        ensure(
            !known.any(|known| known == key.key_bytes()),
            PolicyDefect::KeyTwice,
        )?;
        self.define(name, Member::Witness(self.witnesses.len()))?;
        self.witnesses.push(Witness {
            name: name.to_owned(),
            key,
            url: url.map(str::to_owned),
        });
        Ok(())
    }

    /// The members are looked up before the name is defined, so a group is never its own member.
    fn group(&mut self, name: &str, threshold: &str, names: &[&str]) -> Read {
        room(self.groups.len())?;
        let members = names
            .iter()
            .map(|name| self.member(name))
            .collect::<Result<Vec<_>, _>>()?;
        let threshold = match threshold {
            "any" => Some(1),
            "all" => Some(members.len()),
            k => decimal(k).and_then(|k| usize::try_from(k).ok()),
        };
        let count = members.len();
        let threshold = threshold
            .filter(|threshold| (1..=count).contains(threshold))
            .ok_or(PolicyDefect::Threshold { members: count })?;
        self.define(name, Member::Group(self.groups.len()))?;
        self.groups.push(Group { threshold, members });
        Ok(())
    }

    fn member(&mut self, name: &str) -> Result<Member, PolicyDefect> {
        let member = self.lookup(name)?;
        let fresh = self.grouped.insert(name.to_owned());
        let name = name.to_owned();
        ensure(fresh, PolicyDefect::GroupedTwice { name })?;
        Ok(member)
    }

    fn quorum(&mut self, name: &str) -> Read {
        ensure(self.quorum.is_none(), PolicyDefect::QuorumTwice)?;
        self.quorum = Some(match name {
            NONE => Quorum::Nobody,
            name => Quorum::Of(self.lookup(name)?),
        });
        Ok(())
    }

    fn lookup(&self, name: &str) -> Result<Member, PolicyDefect> {
        self.names
            .get(name)
            .copied()
            .ok_or_else(|| PolicyDefect::Undefined {
                name: name.to_owned(),
            })
    }

    fn define(&mut self, name: &str, member: Member) -> Read {
        let free = name != NONE && !self.names.contains_key(name);
        let name = name.to_owned();
        ensure(free, PolicyDefect::NameTaken { name: name.clone() })?;
        self.names.insert(name, member);
        Ok(())
    }
}

fn room(count: usize) -> Read {
    ensure(count < POLICY_ITEMS_MAX, PolicyDefect::TooMany)
}

impl std::fmt::Display for PolicyError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.english())
    }
}

impl std::error::Error for PolicyError {}

impl Explain for PolicyError {
    fn code(&self) -> &'static str {
        self.defect.code()
    }

    fn arabic(&self) -> String {
        match self.line {
            0 => format!("ملف السياسة: {}", self.defect.arabic()),
            line => format!("ملف السياسة، السطر {line}: {}", self.defect.arabic()),
        }
    }

    fn english(&self) -> String {
        match self.line {
            0 => format!("policy file: {}", self.defect.english()),
            line => format!("policy file, line {line}: {}", self.defect.english()),
        }
    }
}

refusals! {
    /// What can be wrong with a policy.
    pub enum PolicyDefect, /** A key is none. */ Key(KeyError) {
        /// More bytes than a policy has.
        TooLarge {
            /// How many.
            bytes: usize,
        } = "POLICY_TOO_LARGE",
            "حجمه {bytes} بايت والحد الأقصى {POLICY_BYTES_MAX}؛ تأكد أنه الملف الصحيح",
            "it has {bytes} bytes, at most {POLICY_BYTES_MAX} are allowed; check that it is the right file";
        /// The last line has no newline.
        CutShort = "POLICY_CUT_SHORT",
            "لا ينتهي آخر سطر بسطر جديد، فلعله مقطوع؛ احصل عليه كاملًا أو أنهِ السطر",
            "its last line does not end in a newline, so it may be cut short; fetch it whole or end the line";
        /// A control character, a carriage return among them.
        ControlCharacter = "POLICY_CONTROL_CHARACTER",
            "فيه محرف تحكم غير الجدولة، مثل CR في نهايات أسطر ويندوز؛ احذفه",
            "it has a control character other than tab, such as the CR of Windows line ends; remove it";
        /// No line of the four kinds.
        Unknown = "POLICY_LINE_UNKNOWN",
            "ليس سطرًا معروفًا؛ الأسطر: log <vkey> [url] أو witness <name> <vkey> [url] أو group <name> all|any|<k> <name>... أو quorum <name>|none",
            "no such line is known; lines are: log <vkey> [url], witness <name> <vkey> [url], group <name> all|any|<k> <name>..., quorum <name>|none";
        /// More items than a policy has.
        TooMany = "POLICY_TOO_MANY",
            "عدد السجلات أو الشهود أو المجموعات يتجاوز {POLICY_ITEMS_MAX}؛ اختصرها",
            "there are more than {POLICY_ITEMS_MAX} logs, witnesses or groups; use fewer";
        /// One key in two places.
        KeyTwice = "POLICY_KEY_TWICE",
            "هذا المفتاح مذكور في سطر سابق، ولا يُحسب مفتاح واحد مرتين؛ احذف أحد السطرين",
            "this key stands on an earlier line, and one key never counts twice; remove one of the lines";
        /// A name in use, or `none`.
        NameTaken {
            /// The name.
            name: String,
        } = "POLICY_NAME_TAKEN",
            "الاسم {name} مستعمل من قبل أو محجوز؛ اختر اسمًا آخر",
            "the name {name} is taken or reserved; choose another one";
        /// A name of nothing above.
        Undefined {
            /// The name.
            name: String,
        } = "POLICY_NAME_UNDEFINED",
            "الاسم {name} غير معرَّف في سطر سابق؛ عرّفه قبل هذا السطر",
            "the name {name} is not defined on an earlier line; define it above this line";
        /// One name in two groups, or twice in one.
        GroupedTwice {
            /// The name.
            name: String,
        } = "POLICY_GROUPED_TWICE",
            "الاسم {name} عضو في مجموعة من قبل، ولا يُحسب إلا مرة واحدة؛ احذفه من إحداهما",
            "the name {name} is in a group already and counts once only; remove it from one of them";
        /// A threshold that is no number from 1 to the number of members.
        Threshold {
            /// How many members there are.
            members: usize,
        } = "POLICY_THRESHOLD",
            "حد المجموعة يكون all أو any أو عددًا من 1 إلى عدد أعضائها ({members})؛ صحّحه",
            "a group's threshold is all, any, or a number from 1 to the number of its members ({members}); correct it";
        /// Nothing says which witnesses are enough.
        NoQuorum = "POLICY_NO_QUORUM",
            "ينقصه سطر quorum؛ أضفه، أو quorum none إن لم يلزم شاهد",
            "it has no quorum line; add one, or 'quorum none' where no witness is needed";
        /// Two quorum lines.
        QuorumTwice = "POLICY_QUORUM_TWICE",
            "فيه سطر quorum ثانٍ؛ أبقِ واحدًا",
            "it has a second quorum line; keep one";
    }
}
