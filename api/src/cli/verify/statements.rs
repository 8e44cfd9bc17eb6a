//! What actors signed, judged once more from what the log shows alone: bytes, keys, signatures, and what was approved.

use std::collections::BTreeMap;

use sijill_ledger_core::aggregate::{Explain as _, Wanted};
use sijill_ledger_core::domain::State;
use sijill_ledger_core::domain::enrolment::Keys;
use sijill_ledger_core::domain::ruleset::{Event as RulesetEvent, Rules, Ruleset};
use sijill_ledger_core::domain::values::KeyId;
use sijill_ledger_core::event::{Event, Metadata, Recorded, Statement};
use sijill_ledger_core::statement::{Approved, Case, is_judged, is_required, keys_stream};
use sijill_ledger_core::store::{Entry, StreamName};
use sijill_ledger_core::time::Timestamp;

use super::source::Source;
use super::stream::Stream;
use crate::cli::errors::Bilingual;
use crate::cli::lang::{Lang, two};

/// Doubtful statements that are named one by one.
const DOUBTS_NAMED_MAX: usize = 20;

/// What is wrong with a statement.
pub struct Wrong {
    /// Code of the refusal, where a rule says so.
    pub code: Option<&'static str>,
    /// In words.
    pub what: String,
}

impl From<String> for Wrong {
    fn from(what: String) -> Self {
        Self { code: None, what }
    }
}

/// Follows rulesets and statements along the log.
pub struct Statements {
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

/// What stands before an event.
pub struct Before<'a> {
    /// The log.
    pub source: &'a dyn Source,
    /// The event's stream; `None` where it begins with it.
    pub stream: Option<&'a Stream>,
    /// The keys of the event's actor.
    pub keys: Option<&'a Keys>,
}

impl Before<'_> {
    /// As the ledger asked it: of the state before the event, also where the event is its stream's first.
    fn wanted(&self, event: &Recorded) -> Wanted {
        let begins = || State::before_first(event.stream.kind());
        let state = match self.stream {
            Some(stream) => stream.state.clone(),
            None => begins(),
        };
        state.map_or(Wanted::No, |state| state.wants_statement(&event.event))
    }

    /// The event that is approved, as it stands in this log.
    fn approved(&self, wanted: &Wanted, lang: Lang) -> Result<Option<Approved>, String> {
        let Wanted::Approval {
            revision: Some(revision),
        } = wanted
        else {
            return Ok(None);
        };
        let place = usize::try_from(*revision).ok();
        let index = self
            .stream
            .zip(place)
            .and_then(|(stream, place)| stream.indexes.get(place));
        let Some(index) = index else {
            return Ok(None);
        };
        let entry = self.source.entry(*index);
        let entry = entry.map_err(|failure| failure.message(lang))?;
        Ok(entry.and_then(|entry| Entry::decode(&entry.bytes).ok().map(|it| Approved::of(&it))))
    }
}

impl Statements {
    pub const fn new(lang: Lang) -> Self {
        Self {
            lang,
            rules: BTreeMap::new(),
            standing: Vec::new(),
        }
    }

    /// Judges the statement of an event, or its absence; whether there was one to judge.
    pub fn check(&mut self, event: &Recorded, before: &Before<'_>) -> Result<bool, Wrong> {
        let metadata = &event.metadata;
        let wanted = before.wanted(event);
        let required = self.is_required(event, &wanted)?;
        self.remember(event);
        let of_last = before
            .stream
            .filter(|stream| stream.is_of_last_command(event));
        if let Some(stream) = of_last {
            return Ok(self.check_further(event, stream.statement.as_ref(), required)?);
        }
        if !is_judged(metadata, &wanted) {
            return Ok(false);
        }
        let case = Case {
            origin: before.source.origin_at(event.index),
            stream: &event.stream,
            metadata,
            required,
            approved: match &metadata.statement {
                Some(_) => before.approved(&wanted, self.lang)?,
                None => None,
            },
            wanted,
            keys: before.keys,
        };
        case.judge().map_err(|refusal| {
            let (code, ar, en) = (refusal.code(), refusal.arabic(), refusal.english());
            let what = two!(
                self.lang,
                "إفادته الموقَّعة لا تثبت ({code}): {ar}",
                "its statement does not stand ({code}): {en}"
            );
            let code = Some(code);
            Wrong { code, what }
        })?;
        self.stands(event);
        Ok(metadata.statement.is_some())
    }

    /// Whether the rules that the event names require what it wants; what a pseudonym signs is always required.
    fn is_required(&self, event: &Recorded, wanted: &Wanted) -> Result<bool, String> {
        match wanted {
            Wanted::No => return Ok(false),
            Wanted::Own(_) => return Ok(true),
            Wanted::Signature | Wanted::Approval { .. } => {}
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
    pub fn doubts<'a>(&self, keys: impl Fn(&StreamName) -> Option<&'a Keys>) -> Vec<Bilingual> {
        let doubt = |standing: &Standing| {
            let Standing { index, key, .. } = standing;
            let since = keys(&standing.owner)?.compromised_since(key)?;
            (since <= standing.recorded_at).then(|| {
                Bilingual::new(
                    format!("القيد {index} موقَّع بالمفتاح {key} المشكوك فيه منذ {since}؛ راجعوا ما بُني عليه"),
                    format!(
                        "the entry at index {index} is signed with the key {key}, in doubt since {since}; review what rests on it"
                    ),
                )
            })
        };
        let mut doubts: Vec<_> = self.standing.iter().filter_map(doubt).collect();
        let more = doubts.len().saturating_sub(DOUBTS_NAMED_MAX);
        if more > 0 {
            doubts.truncate(DOUBTS_NAMED_MAX);
            doubts.push(Bilingual::new(
                format!("و{more} قيدًا آخر موقَّعًا بمفاتيح مشكوك فيها"),
                format!("and {more} more entries are signed with keys in doubt"),
            ));
        }
        doubts
    }
}
