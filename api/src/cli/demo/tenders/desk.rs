//! A day's commands of all tenders on their way to the disk: submitted in the order of the story, waited for once.

use std::pin::Pin;

use sijill_ledger_core::aggregate::{Aggregate, Explain as _};
use sijill_ledger_core::domain::committee::{self, Committee, MemberSignature, Paper};
use sijill_ledger_core::domain::envelope::{self, Envelope};
use sijill_ledger_core::domain::tender::{self, Tender};
use sijill_ledger_core::domain::values::{EffectiveAt, EnvelopeId, TenderId, Text};
use sijill_ledger_core::event::{Actor, ActorId, Role};
use sijill_ledger_core::ledger::{Context, Done, ExecuteError, Ledger, command_hash};
use sijill_ledger_core::statement::{Claim, StatementKey};
use sijill_ledger_core::store::StreamName;
use sijill_ledger_core::store::embedded::EmbeddedStore;

use crate::cli::data;
use crate::cli::demo::ORIGIN;
use crate::cli::demo::seed::command_id;
use crate::cli::errors::{Bilingual, Failure};

/// What the story must remember of a command's result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Note {
    /// Nothing.
    No,
    /// Up to which revision the tender was drafted.
    Drafted,
    /// The revision of the proposal to give the tender up.
    GivenUp,
    /// The revision of the proposal for a lot.
    Proposed(usize),
}

/// Minutes of a committee, with the case that they are about.
pub struct Minutes {
    /// The case's place in the story.
    pub case: usize,
    /// The committee.
    pub stream: StreamName,
    /// What is drawn up, by the first of those who sign.
    pub paper: Paper,
    /// Who signs, and why the member disagrees where it does.
    pub signers: Vec<(Actor, Option<Text>)>,
}

type Waiting = Pin<Box<dyn Future<Output = Result<Done, Failure>> + Send>>;

/// What is submitted and not yet known to be durable.
pub struct Desk<'a> {
    ledger: &'a Ledger<EmbeddedStore>,
    at: EffectiveAt,
    submitted: u64,
    waiting: Vec<(usize, Note, Waiting)>,
    minutes: Vec<Minutes>,
}

impl<'a> Desk<'a> {
    /// An empty desk at an instant.
    pub const fn new(ledger: &'a Ledger<EmbeddedStore>, at: EffectiveAt) -> Self {
        Self {
            ledger,
            at,
            submitted: 0,
            waiting: Vec::new(),
            minutes: Vec::new(),
        }
    }

    /// The durable state of a tender.
    pub async fn tender(&self, id: &TenderId) -> Result<Tender, Failure> {
        let state = self.ledger.state::<Tender>(&Tender::stream(id)).await;
        state.map_err(|error| data::executing(error, id.as_str()))
    }

    /// The instant at which it stands.
    pub const fn at(&self) -> EffectiveAt {
        self.at
    }

    /// Asks something of a tender; `case` is its place in the story.
    pub async fn of_tender(
        &mut self,
        case: usize,
        note: Note,
        id: &TenderId,
        actor: &Actor,
        command: tender::Command,
    ) -> Result<(), Failure> {
        self.ask::<Tender>(case, note, Tender::stream(id), actor, command)
            .await
    }

    /// Asks something of any stream.
    pub async fn ask<A: Aggregate>(
        &mut self,
        case: usize,
        note: Note,
        stream: StreamName,
        actor: &Actor,
        command: A::Command,
    ) -> Result<(), Failure> {
        let context = self.context(&stream, actor.clone()).effective(self.at);
        self.submit::<A>(case, note, stream, command, context).await
    }

    /// Asks something that the next command reads: waits until it is durable.
    pub async fn ask_durably<A: Aggregate>(
        &mut self,
        stream: StreamName,
        actor: &Actor,
        command: A::Command,
    ) -> Result<(), Failure> {
        let context = self.context(&stream, actor.clone()).effective(self.at);
        let done = self.ledger.execute::<A>(&stream, command, context).await;
        done.map(drop)
            .map_err(|error| data::executing(error, stream.as_str()))
    }

    /// Has minutes drawn up and signed at the end of the day: another tender of the same buyer reads the committee on the same day,
    /// and what it reads must not depend on how fast the disk is.
    pub fn minutes(&mut self, minutes: Minutes) {
        self.minutes.push(minutes);
    }

    /// Asks something under the name of a bidder's key, signed by it. The effective time is left to the ledger.
    pub async fn ask_signed<A: Aggregate>(
        &mut self,
        case: usize,
        stream: StreamName,
        key: &StatementKey,
        command: A::Command,
    ) -> Result<(), Failure> {
        let context = self.signed::<A>(&stream, key, &command)?;
        self.submit::<A>(case, Note::No, stream, command, context)
            .await
    }

    /// Seals an envelope that the rules must refuse, and gives what they say.
    pub async fn refused(
        &mut self,
        envelope: &EnvelopeId,
        key: &StatementKey,
        command: envelope::Command,
    ) -> Result<Bilingual, Failure> {
        let stream = Envelope::stream(envelope);
        let context = self.signed::<Envelope>(&stream, key, &command)?;
        let outcome = self
            .ledger
            .submit::<Envelope>(&stream, command, context)
            .await;
        match outcome {
            Err(ExecuteError::Refused(refusal)) => {
                let code = refusal.code();
                Ok(Bilingual::new(
                    format!("{code}: {}", refusal.arabic()),
                    format!("{code}: {}", refusal.english()),
                ))
            }
            Err(error) => Err(data::executing(error, stream.as_str())),
            Ok(_) => Err(Failure::Refused {
                code: "DEMO",
                text: Bilingual::new("قُبل مظروف متأخر", "a late envelope was taken"),
            }),
        }
    }

    fn context(&mut self, stream: &StreamName, actor: Actor) -> Context {
        self.submitted += 1;
        let (day, number) = (self.at.date(), self.submitted);
        Context::new(
            command_id(&format!("tenders/{stream}/{day}/{number}")),
            actor,
        )
    }

    fn signed<A: Aggregate>(
        &mut self,
        stream: &StreamName,
        key: &StatementKey,
        command: &A::Command,
    ) -> Result<Context, Failure> {
        let actor = Actor {
            id: ActorId::Key(key.public().id()),
            role: Role::Supplier,
            position: None,
        };
        let mut context = self.context(stream, actor);
        let hash = command_hash::<A>(command, None);
        let claim = Claim {
            origin: ORIGIN.to_owned(),
            stream: stream.clone(),
            command_id: context.command_id,
            effective_at: None,
            key: key.public().id(),
            payload: hash.map_err(|error| data::executing(error, stream.as_str()))?,
            approved: None,
        };
        context.statement = Some(key.sign(&claim));
        Ok(context)
    }

    async fn submit<A: Aggregate>(
        &mut self,
        case: usize,
        note: Note,
        stream: StreamName,
        command: A::Command,
        context: Context,
    ) -> Result<(), Failure> {
        let told = format!("{stream} {}", self.at.date());
        let pending = self.ledger.submit::<A>(&stream, command, context).await;
        let pending = pending.map_err(|error| data::executing(error, &told))?;
        let done = async move {
            let done = pending.done().await;
            done.map_err(|error| data::executing(error, &told))
        };
        self.waiting.push((case, note, Box::pin(done)));
        Ok(())
    }

    /// Waits for the disk; then has the minutes drawn up and signed, and waits for each of these.
    pub async fn settle(mut self) -> Result<Vec<(usize, Note, Done)>, Failure> {
        let mut settled = self.wait().await?;
        let minutes = std::mem::take(&mut self.minutes);
        let signed = minutes.iter().filter(|it| !it.signers.is_empty());
        for it in signed.clone() {
            let Some((first, _)) = it.signers.first() else {
                continue;
            };
            let command = committee::Command::DrawUp(it.paper.clone());
            self.ask::<Committee>(it.case, Note::No, it.stream.clone(), first, command)
                .await?;
        }
        let drawn = self.wait().await?;
        for (it, (_, _, done)) in signed.zip(&drawn) {
            for (member, dissent) in &it.signers {
                let command = committee::Command::Sign(MemberSignature {
                    number: it.paper.number.clone(),
                    read: done.revision,
                    dissent: dissent.clone(),
                });
                self.ask::<Committee>(it.case, Note::No, it.stream.clone(), member, command)
                    .await?;
            }
        }
        settled.extend(drawn);
        settled.extend(self.wait().await?);
        Ok(settled)
    }

    async fn wait(&mut self) -> Result<Vec<(usize, Note, Done)>, Failure> {
        let mut settled = Vec::with_capacity(self.waiting.len());
        for (case, note, waiting) in std::mem::take(&mut self.waiting) {
            settled.push((case, note, waiting.await?));
        }
        Ok(settled)
    }
}
