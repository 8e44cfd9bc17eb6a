//! What actors signed, judged once more from what the log shows alone: bytes, keys, signatures, and what was approved.

use std::collections::BTreeMap;
use std::sync::Arc;

use sijill_ledger_core::aggregate::{Explain as _, Wanted};
use sijill_ledger_core::domain::State;
use sijill_ledger_core::domain::enrolment::Keys;
use sijill_ledger_core::domain::ruleset::{Event as RulesetEvent, Rules, Ruleset};
use sijill_ledger_core::domain::values::KeyId;
use sijill_ledger_core::event::{Event, Metadata, Recorded, Statement};
use sijill_ledger_core::statement::{Approved, Case, is_required, keys_stream};
use sijill_ledger_core::store::embedded::EmbeddedStore;
use sijill_ledger_core::store::{EventStore as _, ReadError, StreamName};
use sijill_ledger_core::time::Timestamp;

use crate::cli::lang::{Lang, two};

/// Follows rulesets and statements along the log.
pub struct Statements {
    store: Arc<EmbeddedStore>,
    lang: Lang,
    /// Rulesets that were adopted, by version.
    rules: BTreeMap<u32, Rules>,
    /// Every statement that stands: who looks for doubts needs the whole log first.
    standing: Vec<Standing>,
}

/// A statement that stands.
struct Standing {
    index: u64,
    recorded_at: Timestamp,
    owner: StreamName,
    key: KeyId,
}

/// A statement that stands, by a key that somebody else may have held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubt {
    /// Index of its first event.
    pub index: u64,
    /// The key.
    pub key: KeyId,
    /// Since when the key is in doubt.
    pub since: Timestamp,
}

/// What stands before an event.
pub struct Before<'a> {
    /// The state of its stream.
    pub state: Option<&'a State>,
    /// Whether the event before it there is of the same command.
    pub same_command: bool,
    /// The statement of the event before it there.
    pub statement: Option<&'a Statement>,
    /// The keys of its actor.
    pub keys: Option<&'a Keys>,
}

impl Statements {
    pub const fn new(store: Arc<EmbeddedStore>, lang: Lang) -> Self {
        Self {
            store,
            lang,
            rules: BTreeMap::new(),
            standing: Vec::new(),
        }
    }

    /// Judges the statement of an event, or its absence; whether there was one to judge.
    pub fn check(&mut self, event: &Recorded, before: &Before<'_>) -> Result<bool, String> {
        let metadata = &event.metadata;
        let wanted = match before.state {
            Some(state) => state.wants_statement(&event.event),
            None => Wanted::No,
        };
        let required = self.is_required(event, wanted)?;
        self.remember(event);
        if before.same_command {
            return self.check_further(event, before.statement, required);
        }
        if metadata.statement.is_none() && wanted == Wanted::No {
            return Ok(false);
        }
        let case = Case {
            origin: self.store.origin(),
            stream: &event.stream,
            metadata,
            wanted,
            required,
            approved: self
                .approved(event, wanted)
                .map_err(|error| error.to_string())?,
            keys: before.keys,
        };
        case.judge().map_err(|refusal| {
            let (code, ar, en) = (refusal.code(), refusal.arabic(), refusal.english());
            two!(
                self.lang,
                "إفادته الموقَّعة لا تثبت ({code}): {ar}",
                "its statement does not stand ({code}): {en}"
            )
        })?;
        self.stands(event);
        Ok(metadata.statement.is_some())
    }

    /// Whether the rules that the event names require what it wants.
    fn is_required(&self, event: &Recorded, wanted: Wanted) -> Result<bool, String> {
        if wanted == Wanted::No {
            return Ok(false);
        }
        let Metadata {
            ruleset, origin, ..
        } = &event.metadata;
        let built_in = Rules::default();
        let rules = match ruleset {
            None => &built_in,
            Some(ruleset) => self.rules.get(&ruleset.version).ok_or_else(|| {
                let version = ruleset.version;
                two!(
                    self.lang,
                    "يذكر الإصدار {version} من القواعد ولم يُعتمد قبله",
                    "it names version {version} of the rules, which was not adopted before it"
                )
            })?,
        };
        Ok(is_required(rules, origin, &event.event))
    }

    /// All events of a command bear one statement, which its first event was judged by.
    fn check_further(
        &self,
        event: &Recorded,
        first: Option<&Statement>,
        required: bool,
    ) -> Result<bool, String> {
        if event.metadata.statement.as_ref() == first && !(required && first.is_none()) {
            return Ok(false);
        }
        Err(two!(
            self.lang,
            "إفادته الموقَّعة ليست إفادة الحدث الأول من أمره",
            "its statement is not the one of its command's first event"
        ))
    }

    /// The event that is approved, as it stands in this log.
    fn approved(&self, event: &Recorded, wanted: Wanted) -> Result<Option<Approved>, ReadError> {
        let Wanted::Approval {
            revision: Some(revision),
        } = wanted
        else {
            return Ok(None);
        };
        if event.metadata.statement.is_none() {
            return Ok(None);
        }
        let read = self.store.read_stream_at_most(&event.stream, revision, 1);
        let batch = tokio::runtime::Handle::current().block_on(read)?;
        Ok(batch.get(0).map(|(_, entry)| Approved::of(&entry)))
    }

    fn remember(&mut self, event: &Recorded) {
        if let Event::Ruleset(RulesetEvent::RulesetAdopted(adoption)) = &event.event
            && event.stream == Ruleset::national()
        {
            self.rules.insert(adoption.version, adoption.rules.clone());
        }
    }

    fn stands(&mut self, event: &Recorded) {
        let owner = keys_stream(&event.metadata.actor.id);
        if let Some((statement, owner)) = event.metadata.statement.as_ref().zip(owner) {
            self.standing.push(Standing {
                index: event.index,
                recorded_at: event.recorded_at,
                owner,
                key: statement.key.clone(),
            });
        }
    }

    /// Statements whose keys were found to be compromised when they were recorded. They stand, for nobody can tell which
    /// of them the owner made; people must look at what rests on them.
    pub fn doubts<'a>(&self, keys: impl Fn(&StreamName) -> Option<&'a Keys>) -> Vec<Doubt> {
        let doubt = |standing: &Standing| {
            let since = keys(&standing.owner)?.compromised_since(&standing.key)?;
            (since <= standing.recorded_at).then(|| Doubt {
                index: standing.index,
                key: standing.key.clone(),
                since,
            })
        };
        self.standing.iter().filter_map(doubt).collect()
    }
}
