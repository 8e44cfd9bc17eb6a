//! Statements: what an actor signs, and how that is judged (DESIGN 3).
//!
//! A [`Claim`] is what the signed bytes say, as `ledger/IDS.md` draws them. A [`Case`] is what the log says of the same
//! command; it judges the statement alike for a command that is being decided and for an event that was recorded years ago.

mod claim;
mod key;
#[cfg(test)]
pub(crate) mod tests;

pub use claim::{Approved, Claim};
pub use key::{KeyError, StatementKey};

use crate::aggregate::{Wanted, refusals};
use crate::domain::enrolment::Keys;
use crate::domain::official::Official;
use crate::domain::organization::Organization;
use crate::domain::ruleset::{self, Rules};
use crate::domain::tender;
use crate::domain::values::{EffectiveAt, KeyId, PublicKey, Sha256};
use crate::event::{ActorId, Event, Metadata, Origin, Statement};
use crate::log::leaf_hash;
use crate::store::{Entry, StreamName};

impl Approved {
    /// What an approval says of the event of an entry: its id, and the hash of its leaf.
    pub fn of(entry: &Entry<'_>) -> Self {
        Self {
            event: entry.id,
            leaf: Sha256(leaf_hash(entry.bytes()).0),
        }
    }
}

/// The stream that holds an actor's keys; `None` for Sijill itself, which signs nothing, and for a pseudonym, which is its key.
pub fn keys_stream(actor: &ActorId) -> Option<StreamName> {
    match actor {
        ActorId::Official(id) => Some(Official::stream(id)),
        ActorId::Organization(id) => Some(Organization::stream(id)),
        ActorId::System | ActorId::Key(_) => None,
    }
}

/// Whether a command must be signed where its first event wants it, under the rules in force at the decision. Imports and
/// policies sign nothing.
///
/// Rules that require statements are themselves adopted by a signature: else nobody might hold a key when they begin to
/// hold, and nothing could be approved ever after.
pub fn is_required(rules: &Rules, origin: &Origin, first: &Event) -> bool {
    let begins = matches!(
        first,
        Event::Ruleset(ruleset::Event::RulesetAdopted(adoption)) if adoption.rules.statements_required()
    );
    match origin {
        Origin::Native => (rules.statements_required() && !unsigned_then(rules, first)) || begins,
        Origin::Policy(_) | Origin::Import { .. } => false,
    }
}

/// Whether an event is signed only from a later edition of the rules of procurement on.
fn unsigned_then(rules: &Rules, first: &Event) -> bool {
    let withdrawal = matches!(
        first,
        Event::Tender(tender::Event::BidDisqualified(it)) if it.is_withdrawal() && it.minutes.is_none()
    );
    withdrawal && !rules.procurement().has_edition(4)
}

/// Whether there is anything to judge: a statement, something that is wanted, or a pseudonym, which does nothing unsigned.
pub const fn is_judged(metadata: &Metadata, wanted: &Wanted) -> bool {
    let pseudonym = matches!(metadata.actor.id, ActorId::Key(_));
    metadata.statement.is_some() || !matches!(wanted, Wanted::No) || pseudonym
}

/// One command as the log has it, or is about to.
#[derive(Clone, Debug)]
pub struct Case<'a> {
    /// The log's origin.
    pub origin: &'a str,
    /// The commanded stream.
    pub stream: &'a StreamName,
    /// Metadata of the command's first event: it carries the facts, and the statement where there is one.
    pub metadata: &'a Metadata,
    /// What the first event wants.
    pub wanted: Wanted,
    /// Whether what it wants must be there.
    pub required: bool,
    /// The event that `wanted` names, as the log holds it.
    pub approved: Option<Approved>,
    /// The actor's keys, at the revision that the facts name or later.
    pub keys: Option<&'a Keys>,
}

impl Case<'_> {
    /// Judges the statement, or its absence. One that is there is judged whether it is required or not.
    pub fn judge(&self) -> Result<(), Refusal> {
        self.judge_pseudonym()?;
        match (&self.metadata.statement, &self.wanted) {
            (Some(statement), _) => self.judge_statement(statement),
            (None, Wanted::Own(_)) => Err(Refusal::Missing),
            (None, Wanted::Signature | Wanted::Approval { .. }) if self.required => {
                Err(Refusal::Missing)
            }
            (None, Wanted::No | Wanted::Signature | Wanted::Approval { .. }) => Ok(()),
        }
    }

    /// A pseudonym is its key: it does only what is for that key to sign, and nobody else does that.
    fn judge_pseudonym(&self) -> Result<(), Refusal> {
        let own = match &self.wanted {
            Wanted::Own(key) => Some(key.id()),
            Wanted::No | Wanted::Signature | Wanted::Approval { .. } => None,
        };
        let acts = match &self.metadata.actor.id {
            ActorId::Key(key) => Some(key),
            ActorId::Official(_) | ActorId::Organization(_) | ActorId::System => None,
        };
        if acts == own.as_ref() {
            return Ok(());
        }
        let key = own.or_else(|| acts.cloned());
        key.map_or(Ok(()), |key| Err(Refusal::NotItsKey { key }))
    }

    fn judge_statement(&self, statement: &Statement) -> Result<(), Refusal> {
        let claim = Claim::parse(&statement.bytes)?;
        if let Some(field) = self.differing(&claim, &statement.key) {
            return Err(Refusal::OtherCommand { field });
        }
        self.judge_approval(claim.approved)?;
        let key = || statement.key.clone();
        let counts = match &self.wanted {
            Wanted::Own(own) => Some(own).filter(|own| own.id() == statement.key),
            Wanted::No | Wanted::Signature | Wanted::Approval { .. } => {
                self.enrolled(&statement.key)
            }
        };
        if counts
            .ok_or_else(|| Refusal::UnknownKey { key: key() })?
            .verifies(&statement.bytes, &statement.signature)
        {
            Ok(())
        } else {
            Err(Refusal::BadSignature { key: key() })
        }
    }

    /// The actor's key with this id, as of the revision that the facts name.
    fn enrolled(&self, key: &KeyId) -> Option<&PublicKey> {
        let stream = keys_stream(&self.metadata.actor.id)?;
        let mut facts = self.metadata.facts.iter();
        let read = facts.find(|fact| fact.log.is_none() && fact.stream == stream)?;
        self.keys?.enrolled_as_of(key, read.revision)
    }

    /// The first field in which the claim is about another command.
    fn differing(&self, claim: &Claim, key: &KeyId) -> Option<&'static str> {
        let metadata = self.metadata;
        // A caller who gave no time took the instant of decision. The command hash holds which of the two it was.
        let effective = claim.effective_at.map_or_else(
            || EffectiveAt::new(metadata.decided_at, 0).ok(),
            Option::Some,
        );
        let fields = [
            ("log origin", claim.origin == self.origin),
            ("stream", claim.stream == *self.stream),
            ("command id", claim.command_id == metadata.command_id),
            ("effective time", effective == Some(metadata.effective_at)),
            ("key id", claim.key == *key),
            ("payload hash", claim.payload == metadata.command_hash),
        ];
        let differing = fields.into_iter().find(|(_, same)| !same);
        differing.map(|(field, _)| field)
    }

    fn judge_approval(&self, claimed: Option<Approved>) -> Result<(), Refusal> {
        let same = match &self.wanted {
            Wanted::No | Wanted::Signature | Wanted::Own(_) => claimed.is_none(),
            Wanted::Approval { .. } => claimed.is_some() && claimed == self.approved,
        };
        if same {
            Ok(())
        } else {
            Err(Refusal::OtherVersion)
        }
    }
}

refusals! {
    /// Why a statement is refused.
    pub enum Refusal {
        /// The bytes are no statement.
        Malformed {
            /// The first field that cannot be read.
            field: &'static str,
        } = "STATEMENT_MALFORMED",
            "الإفادة الموقَّعة غير مقروءة عند الحقل «{field}»؛ ألّفها من جديد بالأمر `sijill sign`",
            "the statement cannot be read at its field \"{field}\"; compose it again with `sijill sign`";
        /// It is about another command.
        OtherCommand {
            /// The first field that differs.
            field: &'static str,
        } = "STATEMENT_OTHER_COMMAND",
            "الإفادة الموقَّعة لطلب آخر: يختلف الحقل «{field}»؛ وقّع هذا الطلب نفسه كما يُرسل",
            "the statement is about another command: its field \"{field}\" differs; sign this command exactly as it is sent";
        /// The actor has no such key, or none that counts.
        UnknownKey {
            /// The key.
            key: KeyId,
        } = "STATEMENT_UNKNOWN_KEY",
            "المفتاح {key} ليس مسجَّلًا لصاحب الطلب أو أُلغي؛ وقّع بمفتاح مسجَّل، أو يسجّله له مسجِّلان",
            "the key {key} is not enrolled for who commands, or has ended; sign with an enrolled key, or have two registrars enrol it";
        /// A pseudonym does what is not for its key to sign, or another actor does what is.
        NotItsKey {
            /// The key.
            key: KeyId,
        } = "STATEMENT_NOT_ITS_KEY",
            "لا يقدّم هذا الطلب إلا صاحب المفتاح {key} باسم مفتاحه، ولا يقدّم به غيره؛ أرسله باسم المفتاح الذي وُقّع به",
            "this command and the key {key} do not belong together: what a key signs for is commanded under that key's name, and nothing else is; send it under the key that signs it";
        /// The signature is not of this key over these bytes.
        BadSignature {
            /// The key.
            key: KeyId,
        } = "STATEMENT_BAD_SIGNATURE",
            "التوقيع ليس توقيع المفتاح {key} على هذه الإفادة؛ وقّعها من جديد",
            "the signature is not one of the key {key} over this statement; sign it again";
        /// It approves something else than the command does.
        OtherVersion = "STATEMENT_OTHER_VERSION",
            "ما تعتمده الإفادة ليس ما يعتمده الطلب الآن، أو اختلفت بايتاته؛ اقرأ المعروض للاعتماد ثم وقّع عليه",
            "what the statement approves is not what the command approves now, or its bytes differ; read what is to be approved, then sign that";
        /// There is none.
        Missing = "STATEMENT_MISSING",
            "القواعد السارية تشترط توقيع هذا الطلب بمفتاح صاحبه، ولا يغني عنه رمز الدخول؛ وقّعه بالأمر `sijill sign`",
            "the rules in force require this command to be signed with its actor's key, which no token replaces; sign it with `sijill sign`";
    }
}
