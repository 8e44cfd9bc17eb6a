//! The way history came in, and when that way was closed. One stream for the whole ledger.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::aggregate::{Aggregate, Facts, Occurred, Wanted, ensure, refusals};
use crate::domain::member;
use crate::domain::values::{Code, Sha256, Text};
use crate::event::{ActorId, Role};
use crate::store::StreamName;

/// What happened to the import of history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// A file was read to its end.
    FileImported(ImportedFile),
    /// One administrator proposed to close the import for ever.
    MigrationClosureProposed(Closure),
    /// Another closed it.
    MigrationClosed(Closed),
}

/// An imported file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportedFile {
    /// What it holds, such as `openlmis-stock-cards`.
    pub format: Code,
    /// SHA-256 of its bytes: events that came from it name the same.
    pub sha256: Sha256,
    /// Its name.
    pub name: Text,
    /// Rows that stand in the ledger, earlier runs over the same file included.
    pub rows_taken: u64,
    /// Rows that do not, each listed by the import with its reason.
    pub rows_rejected: u64,
}

/// A proposal to close.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closure {
    /// Why; written for publication.
    pub reason: Text,
}

/// The end of imports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closed {
    /// Files that were imported until then.
    pub files: u32,
}

/// What can be asked of the import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    /// Record a file that was read to its end.
    Record(ImportedFile),
    /// Propose to close.
    ProposeClosure(Closure),
    /// Close; by someone else.
    Close,
}

/// The import of history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Migration {
    /// History may be imported.
    Open {
        /// Rows taken of each file, by SHA-256.
        files: BTreeMap<Sha256, u64>,
        /// Who proposed to close, and the revision of the proposal.
        closing: Option<(ActorId, u64)>,
    },
    /// The ledger lives from native commands alone.
    Closed {
        /// Rows taken of each file, by SHA-256.
        files: BTreeMap<Sha256, u64>,
    },
}

impl Default for Migration {
    fn default() -> Self {
        Self::Open {
            files: BTreeMap::new(),
            closing: None,
        }
    }
}

impl Migration {
    /// The stream.
    pub fn national() -> StreamName {
        StreamName::of("migration", "national")
    }

    /// Whether imported history must be refused.
    pub const fn is_closed(&self) -> bool {
        matches!(self, Self::Closed { .. })
    }

    /// Rows taken of the file with this SHA-256, `None` for a file that was never read to its end.
    pub fn rows_taken(&self, file: &Sha256) -> Option<u64> {
        match self {
            Self::Open { files, .. } | Self::Closed { files } => files.get(file).copied(),
        }
    }
}

impl Aggregate for Migration {
    type Command = Command;
    type Event = Event;
    type Refusal = Refusal;
    const KIND: &'static str = "migration";

    fn reads(&self, _stream: &StreamName, _command: &Command) -> Vec<StreamName> {
        Vec::new()
    }

    fn wants_statement(&self, event: &Event) -> Wanted {
        match (event, self) {
            (Event::MigrationClosed(_), Self::Open { closing, .. }) => Wanted::Approval {
                revision: closing.as_ref().map(|(_, revision)| *revision),
            },
            (Event::MigrationClosed(_), Self::Closed { .. }) => Wanted::Approval { revision: None },
            (Event::FileImported(_) | Event::MigrationClosureProposed(_), _) => Wanted::No,
        }
    }

    fn decide(&self, command: Command, facts: &Facts) -> Result<Vec<Event>, Refusal> {
        ensure(
            facts.actor.role == Role::Administrator,
            Refusal::NotAdministrator,
        )?;
        let Self::Open { files, closing } = self else {
            return Err(Refusal::Closed);
        };
        let event = match command {
            Command::Record(file) => {
                more_than_before(files, &file)?;
                Event::FileImported(file)
            }
            Command::ProposeClosure(closure) => {
                ensure(closing.is_none(), Refusal::Proposed)?;
                Event::MigrationClosureProposed(closure)
            }
            Command::Close => close(files, closing.as_ref(), facts)?,
        };
        Ok(vec![event])
    }

    fn evolve(mut self, occurred: Occurred<'_, Event>) -> Option<Self> {
        let by = &occurred.metadata.actor.id;
        let Self::Open { files, closing } = &mut self else {
            return None;
        };
        match occurred.event {
            Event::FileImported(file) => {
                more_than_before(files, file).ok()?;
                files.insert(file.sha256, file.rows_taken);
                // Whoever closes agrees to the files that were there at the proposal.
                *closing = None;
            }
            Event::MigrationClosureProposed(_) => {
                closing.is_none().then_some(())?;
                *closing = Some((by.clone(), occurred.revision));
            }
            Event::MigrationClosed(closed) => {
                let two_persons = closing.as_ref().is_some_and(|(proposer, _)| proposer != by);
                (two_persons && closed.files == count(files)).then_some(())?;
                let files = std::mem::take(files);
                return Some(Self::Closed { files });
            }
        }
        Some(self)
    }

    fn asked(event: &Event, _imported: bool) -> Option<Command> {
        Some(match event.clone() {
            Event::FileImported(it) => Command::Record(it),
            Event::MigrationClosureProposed(it) => Command::ProposeClosure(it),
            Event::MigrationClosed(_) => Command::Close,
        })
    }

    member!(Migration);
}

/// A second run over a file is recorded when it took rows that the first could not.
fn more_than_before(files: &BTreeMap<Sha256, u64>, file: &ImportedFile) -> Result<(), Refusal> {
    match files.get(&file.sha256) {
        Some(rows) if file.rows_taken <= *rows => Err(Refusal::NothingNew { rows: *rows }),
        Some(_) | None => Ok(()),
    }
}

fn close(
    files: &BTreeMap<Sha256, u64>,
    closing: Option<&(ActorId, u64)>,
    facts: &Facts,
) -> Result<Event, Refusal> {
    let (proposer, _) = closing.ok_or(Refusal::NotProposed)?;
    ensure(*proposer != facts.actor.id, Refusal::SamePerson)?;
    let files = count(files);
    Ok(Event::MigrationClosed(Closed { files }))
}

fn count(files: &BTreeMap<Sha256, u64>) -> u32 {
    u32::try_from(files.len()).unwrap_or(u32::MAX)
}

refusals! {
    /// Why a command about the import of history is refused.
    pub enum Refusal {
        /// Only administrators may.
        NotAdministrator = "MIGRATION_NOT_ADMINISTRATOR",
            "استيراد التاريخ وإغلاقه لمديري النظام وحدهم؛ اطلب ذلك من أحدهم",
            "only administrators import history and close its import; ask one of them";
        /// Imports are closed.
        Closed = "MIGRATION_CLOSED",
            "أُغلق استيراد التاريخ نهائيًا؛ سجّل ما يقع الآن بأوامر عادية، وصحّح القديم بتسوية معلَّمة",
            "the import of history is closed for ever; record what happens now by ordinary commands, and correct the past by a marked adjustment";
        /// The file was imported before and no more rows were taken.
        NothingNew {
            /// Rows taken before.
            rows: u64,
        } = "MIGRATION_NOTHING_NEW",
            "استُورد هذا الملف من قبل وأُخذ منه {rows} صفًا ولم يُضف جديد؛ لا يلزم شيء آخر",
            "this file was imported before with {rows} rows, and nothing was added; nothing more is needed";
        /// A closure is proposed already.
        Proposed = "MIGRATION_CLOSURE_PROPOSED",
            "الإغلاق مقترح من قبل؛ يغلق مدير آخر",
            "the closure is proposed already; another administrator closes";
        /// No closure is proposed, or a file came after the proposal.
        NotProposed = "MIGRATION_CLOSURE_NOT_PROPOSED",
            "لا اقتراح قائمًا بالإغلاق، وكل ملف يُستورد بعد الاقتراح يلغيه؛ اقترحه أولًا",
            "no closure is proposed, and a file imported after a proposal withdraws it; propose it first";
        /// The closer is the proposer.
        SamePerson = "MIGRATION_SAME_PERSON",
            "من اقترح الإغلاق لا ينفّذه؛ يغلق مدير آخر",
            "who proposed the closure cannot close; another administrator must";
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Given, actor, official};

    fn file(first_byte: u8, rows_taken: u64) -> ImportedFile {
        ImportedFile {
            format: Code::new("openlmis-stock-cards").unwrap(),
            sha256: Sha256([first_byte; 32]),
            name: Text::new("stockmanagement.stock_card_line_items.csv").unwrap(),
            rows_taken,
            rows_rejected: 3,
        }
    }

    fn closure() -> Closure {
        let reason = Text::new("all old books are in").unwrap();
        Closure { reason }
    }

    fn adel() -> Given<Migration> {
        Given::nothing().by(actor("adel", Role::Administrator))
    }

    fn proposed() -> Given<Migration> {
        adel()
            .when(Command::Record(file(1, 4_760)))
            .when(Command::ProposeClosure(closure()))
    }

    fn closed() -> Given<Migration> {
        proposed()
            .by(actor("mona", Role::Administrator))
            .when(Command::Close)
    }

    #[test]
    fn two_administrators_close_the_import() {
        let same = proposed().when(Command::Close);
        assert_eq!(same.refused(), Refusal::SamePerson);
        let closed = closed();
        assert_eq!(closed.last(), [Event::MigrationClosed(Closed { files: 1 })]);
        let revision = Some(1);
        assert_eq!(closed.wanted(), Wanted::Approval { revision });
        assert!(closed.state().is_closed());
        assert_eq!(closed.state().rows_taken(&Sha256([1; 32])), Some(4_760));
    }

    #[test]
    fn nothing_follows_the_closing() {
        for command in [
            Command::Record(file(2, 1)),
            Command::ProposeClosure(closure()),
            Command::Close,
        ] {
            assert_eq!(closed().when(command).refused(), Refusal::Closed);
        }
    }

    #[test]
    fn only_administrators_import() {
        for command in [
            Command::Record(file(1, 1)),
            Command::ProposeClosure(closure()),
            Command::Close,
        ] {
            let refused = proposed().by(official("huda")).when(command).refused();
            assert_eq!(refused, Refusal::NotAdministrator);
        }
    }

    #[test]
    fn a_file_counts_again_only_with_more_rows() {
        let given = adel().when(Command::Record(file(1, 10)));
        assert_eq!(given.last(), [Event::FileImported(file(1, 10))]);
        let same = given.clone().when(Command::Record(file(1, 10)));
        assert_eq!(same.refused(), Refusal::NothingNew { rows: 10 });
        let more = given.when(Command::Record(file(1, 12)));
        assert_eq!(more.state().rows_taken(&Sha256([1; 32])), Some(12));
    }

    #[test]
    fn a_new_file_withdraws_the_proposal() {
        let twice = proposed().when(Command::ProposeClosure(closure()));
        assert_eq!(twice.refused(), Refusal::Proposed);
        let later = proposed().when(Command::Record(file(2, 5)));
        let closing = later
            .by(actor("mona", Role::Administrator))
            .when(Command::Close);
        assert_eq!(closing.refused(), Refusal::NotProposed);
    }

    #[test]
    fn impossible_histories() {
        let close = Event::MigrationClosed(Closed { files: 1 });
        assert!(!adel().possible(&close), "not proposed");
        assert!(!proposed().possible(&close), "one person");
        let mona = proposed().by(actor("mona", Role::Administrator));
        assert!(mona.possible(&close));
        assert!(!mona.possible(&Event::MigrationClosed(Closed { files: 2 })));
        assert!(!closed().possible(&Event::FileImported(file(2, 1))));
    }
}
