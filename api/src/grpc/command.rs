//! The command side of a service: parse, decide, reply. What every command shares stands here; each service is a table.
//!
//! A row of a table says how a request becomes a stream and a command. The rest is the same for all of them: who calls
//! and whether the policy's row lets them act there, the circumstances, withheld contents, the answer. A row serves its
//! method and its place in `Submit` alike, so that neither allows what the other refuses.

mod open;

use std::pin::Pin;
use std::sync::Arc;

use sijill_ledger_core::aggregate::{Aggregate, Explain};
use sijill_ledger_core::codec::DecodeError;
use sijill_ledger_core::codec::payload::{self, Payload};
use sijill_ledger_core::domain::envelope::Claim;
use sijill_ledger_core::domain::ruleset::Ruleset;
use sijill_ledger_core::domain::values::{EffectiveAt, KeyId, Sha256};
use sijill_ledger_core::event::{Actor, ActorId, Role, Statement};
use sijill_ledger_core::ledger::{Context, Done, ExecuteError, Ledger, Pending, command_hash};
use sijill_ledger_core::store::NodeStore;
use sijill_ledger_core::store::{EventStore as _, StreamName};
use sijill_schemas::types::v1::{CommandContext, CommandResponse, Position};
use tonic::{Code, Request, Response, Status};
use uuid::Uuid;

use super::authority::{self, Acting};
use super::bids::Index;
use super::status::{self, Problem};
use crate::auth::caller::Known;

/// The request of one command.
pub trait CommandRequest: prost::Name + Default + Send + Sized + 'static {
    /// Whom it commands.
    type Aggregate: Aggregate;
    /// Path of its method, `/package.Service/Method`: the policy's row for it judges the caller.
    const PATH: &'static str;

    /// Its circumstances.
    fn take_context(&mut self) -> Option<CommandContext>;

    /// Where it goes, and what it asks for.
    fn read(self, payload: &mut Payload<'_>) -> Result<Read<Self::Aggregate>, DecodeError>;
}

/// What a request asks for, as far as its caller signs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The commanded stream.
    pub stream: StreamName,
    /// The command's id.
    pub command_id: Uuid,
    /// The effective time, where the caller gives one.
    pub effective_at: Option<EffectiveAt>,
    /// The command hash.
    pub payload: Sha256,
}

impl Asked {
    /// Reads an encoded request as its method does, without carrying it out.
    pub fn of<C: CommandRequest>(request: &[u8]) -> Result<Self, Status> {
        let mut request = C::decode(request).map_err(|error| {
            Problem::new(
                Code::InvalidArgument,
                "REQUEST_UNREADABLE",
                format!("ليست البايتات طلبًا من نوع {}: {error}", C::NAME),
                format!("the bytes are no {}: {error}", C::NAME),
            )
        })?;
        let circumstances = request.take_context().unwrap_or_default();
        // Who signs is said by the key.
        let (context, (target, command)) = read(circumstances, &nobody(), C::NAME, |payload| {
            request.read(payload)
        })?;
        let payload = command_hash::<C::Aggregate>(&command, context.effective_at);
        Ok(Self {
            stream: target.stream,
            command_id: context.command_id,
            effective_at: context.effective_at,
            payload: payload.map_err(status::refused)?,
        })
    }
}

/// Where a request goes, and what it asks for.
pub type Read<A> = (Target<A>, <A as Aggregate>::Command);

/// Where a command goes.
#[derive(Clone, Debug)]
pub struct Target<A> {
    /// The stream.
    pub stream: StreamName,
    /// For whom the caller acts.
    pub acting: Acting<A>,
    /// Under whose name it is recorded.
    pub name: Name,
    /// Whose envelope it hands in, where it does: of those a bidder has so many for a tender.
    pub counted: Option<Claim>,
}

/// Under whose name a command is recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Name {
    /// The caller's own.
    Own,
    /// The key's that signed it, made for one tender: whose it is stands nowhere in the log until bids are opened.
    Pseudonym,
}

impl<A> Target<A> {
    /// A stream where a caller acts in the own name.
    pub const fn own(stream: StreamName, acting: Acting<A>) -> Self {
        Self {
            stream,
            acting,
            name: Name::Own,
            counted: None,
        }
    }

    /// The same under this name.
    #[must_use]
    pub fn under(self, name: Name) -> Self {
        Self { name, ..self }
    }

    /// The same, where an envelope under this claim is handed in.
    #[must_use]
    pub fn counted(self, counted: Option<Claim>) -> Self {
        Self { counted, ..self }
    }
}

/// A stream of the whole country: nobody acts for anyone there.
impl<A> From<StreamName> for Target<A> {
    fn from(stream: StreamName) -> Self {
        Self::own(stream, Acting::AsSuch)
    }
}

/// An answer on its way: ready when the events are durable.
pub type Answer = Pin<Box<dyn Future<Output = Result<CommandResponse, Status>> + Send>>;

/// Takes commands to the ledger.
#[derive(Clone)]
pub struct Commands {
    ledger: Ledger<NodeStore>,
    envelopes: Arc<Index>,
}

impl Commands {
    /// To this ledger.
    pub fn new(ledger: Ledger<NodeStore>) -> Self {
        let envelopes = Arc::new(Index::new(ledger.clone()));
        Self { ledger, envelopes }
    }

    /// Whose envelopes there are.
    pub const fn envelopes(&self) -> &Arc<Index> {
        &self.envelopes
    }

    /// The ledger.
    pub const fn ledger(&self) -> &Ledger<NodeStore> {
        &self.ledger
    }

    /// One command, from its request to its answer.
    pub async fn execute<C: CommandRequest>(
        &self,
        request: Request<C>,
    ) -> Result<Response<CommandResponse>, Status> {
        let known = authority::known(&request)?.clone();
        let (stream, pending) = self.decide(&known, request.into_inner()).await?;
        let done = self.told(pending.done().await).await?;
        Ok(Response::new(self.answer(&stream, &done)))
    }

    /// Decides a command and queues its events; the answer tells when they are durable.
    pub async fn submit<C: CommandRequest>(
        &self,
        known: &Known,
        request: C,
    ) -> Result<Answer, Status> {
        let (stream, pending) = self.decide(known, request).await?;
        let commands = self.clone();
        Ok(Box::pin(async move {
            let done = commands.told(pending.done().await).await?;
            Ok(commands.answer(&stream, &done))
        }))
    }

    async fn decide<C: CommandRequest>(
        &self,
        known: &Known,
        mut request: C,
    ) -> Result<(StreamName, Pending<C::Aggregate, NodeStore>), Status> {
        let condition = authority::condition(known, C::PATH)?;
        let circumstances = request.take_context().unwrap_or_default();
        let (mut context, (target, command)) =
            read(circumstances, &known.actor, C::NAME, |payload| {
                request.read(payload)
            })?;
        let Target {
            stream,
            acting,
            name,
            counted,
        } = target;
        if name == Name::Pseudonym {
            context.actor.id = ActorId::Key(pseudonym(context.statement.as_ref())?);
            context.actor.position = None;
        }
        authority::fulfilled(condition, known, &self.ledger, &stream, &acting).await?;
        if let Some(claim) = counted {
            self.envelopes.check_room(&claim, stream.id()).await?;
        }
        let pending = self
            .ledger
            .submit::<C::Aggregate>(&stream, command, context)
            .await;
        let pending = self.told(pending).await?;
        Ok((stream, pending))
    }

    /// A refusal tells its instants on the country's clocks, where the ruleset in force names them; else in UTC.
    async fn told<T, R: Explain>(&self, result: Result<T, ExecuteError<R>>) -> Result<T, Status> {
        let error = match result {
            Ok(told) => return Ok(told),
            Err(error) => error,
        };
        let ruleset = self.ledger.state::<Ruleset>(&Ruleset::national()).await;
        // Whoever is refused is told why even where the ruleset cannot be read.
        let rules = ruleset.ok().and_then(|ruleset| ruleset.rules().cloned());
        let procurement = rules.unwrap_or_default().procurement();
        Err(status::refused_by(&error, &procurement.clocks(0)))
    }

    /// What a caller is told of a durable command.
    pub fn answer(&self, stream: &StreamName, done: &Done) -> CommandResponse {
        CommandResponse {
            position: Some(Position {
                log_id: self.ledger.store().origin().to_owned(),
                index: done.first_index,
            }),
            count: done.count,
            stream: stream.as_str().to_owned(),
            revision: done.revision,
            recorded_at_micros: done.recorded_at.as_micros(),
            repeated: done.repeated,
        }
    }
}

/// Stands where nobody acts, or nobody is known yet.
const fn nobody() -> Actor {
    Actor {
        id: ActorId::System,
        role: Role::System,
        position: None,
    }
}

/// The key that signed, for whom nobody vouches but the signature.
fn pseudonym(statement: Option<&Statement>) -> Result<KeyId, Status> {
    let key = statement.map(|statement| statement.key.clone());
    key.ok_or_else(|| {
        let unsigned = Problem::new(
            Code::InvalidArgument,
            "STATEMENT_MISSING",
            "هذا الطلب باسم مفتاح لا باسم حساب؛ وقّعه بالمفتاح (sijill sign request)",
            "this call is made under a key's name and not an account's; sign it with the key (sijill sign request)",
        );
        Status::from(unsigned)
    })
}

/// Reads a request: its circumstances, then its content by `read_content`, which may name what the request withholds.
pub fn read<T>(
    circumstances: CommandContext,
    actor: &Actor,
    message: &'static str,
    read_content: impl FnOnce(&mut Payload<'_>) -> Result<T, DecodeError>,
) -> Result<(Context, T), Status> {
    let CommandContext {
        request_id,
        effective_at,
        correlation_id,
        statement,
        withheld,
    } = circumstances;
    let parts = payload::contents(&withheld);
    let mut payload = Payload::new(message, &parts);
    let both = || {
        let context = Context {
            effective_at: payload.optional(effective_at, "context.effective_at")?,
            correlation_id: payload.optional(correlation_id, "context.correlation_id")?,
            statement: payload.optional(statement, "context.statement")?,
            ..Context::new(
                payload.take(request_id, "context.request_id")?,
                actor.clone(),
            )
        };
        let asked = read_content(&mut payload)?;
        payload.finish()?;
        Ok((context, asked))
    };
    both().map_err(|error| status::invalid(&error))
}

/// A service of commands: for each method its request, the aggregate that it commands, and how the request becomes a
/// stream and a command. What stands under `@alone` are methods of another kind, which `Submit` does not take; a service
/// that begins with `single` has no `Submit`.
macro_rules! commands {
    (
        $server:path => $service:ident in $package:literal;
        $($method:ident $name:ident($request:ident) => $aggregate:ty: |$message:ident, $payload:ident| $read:expr;)*
        $(@alone { $($alone:tt)* })?
    ) => {
        $crate::grpc::command::requests! {
            $service in $package;
            $($name($request) => $aggregate: |$message, $payload| $read;)*
        }

        impl $crate::grpc::submit::Submission for pb::SubmitRequest {
            type Response = pb::SubmitResponse;

            fn sequence(&self) -> u64 {
                self.sequence
            }

            async fn submit(
                self,
                commands: &$crate::grpc::command::Commands,
                known: &$crate::auth::caller::Known,
            ) -> Result<$crate::grpc::command::Answer, tonic::Status> {
                match self.command {
                    $(Some(pb::submit_request::Command::$name(request)) => {
                        commands.submit(known, request).await
                    })*
                    None => Err($crate::grpc::submit::nothing_asked()),
                }
            }

            fn response(
                sequence: u64,
                outcome: Result<
                    sijill_schemas::types::v1::CommandResponse,
                    sijill_schemas::types::v1::Refusal,
                >,
            ) -> pb::SubmitResponse {
                let outcome = Some(match outcome {
                    Ok(done) => pb::submit_response::Outcome::Done(done),
                    Err(refusal) => pb::submit_response::Outcome::Refused(refusal),
                });
                pb::SubmitResponse { sequence, outcome }
            }
        }

        #[tonic::async_trait]
        impl $server for $service {
            $(async fn $method(
                &self,
                request: tonic::Request<pb::$request>,
            ) -> Result<tonic::Response<sijill_schemas::types::v1::CommandResponse>, tonic::Status> {
                self.commands.execute(request).await
            })*

            type SubmitStream = $crate::grpc::submit::Answers<pb::SubmitResponse>;

            async fn submit(
                &self,
                request: tonic::Request<tonic::Streaming<pb::SubmitRequest>>,
            ) -> Result<tonic::Response<Self::SubmitStream>, tonic::Status> {
                $crate::grpc::submit::submit(self.commands.clone(), request)
            }

            $($($alone)*)?
        }
    };
    (
        single $server:path => $service:ident in $package:literal;
        $($method:ident $name:ident($request:ident) => $aggregate:ty: |$message:ident, $payload:ident| $read:expr;)*
        $(@alone { $($alone:tt)* })?
    ) => {
        $crate::grpc::command::requests! {
            $service in $package;
            $($name($request) => $aggregate: |$message, $payload| $read;)*
        }

        #[tonic::async_trait]
        impl $server for $service {
            $(async fn $method(
                &self,
                request: tonic::Request<pb::$request>,
            ) -> Result<tonic::Response<sijill_schemas::types::v1::CommandResponse>, tonic::Status> {
                self.commands.execute(request).await
            })*

            $($($alone)*)?
        }
    };
}
pub(in crate::grpc) use commands;

/// How each request is read, and which path asks for what.
macro_rules! requests {
    (
        $service:ident in $package:literal;
        $($name:ident($request:ident) => $aggregate:ty: |$message:ident, $payload:ident| $read:expr;)*
    ) => {
        $(impl $crate::grpc::command::CommandRequest for pb::$request {
            type Aggregate = $aggregate;
            const PATH: &'static str = concat!("/", $package, ".", stringify!($service), "Service/", stringify!($name));

            fn take_context(&mut self) -> Option<sijill_schemas::types::v1::CommandContext> {
                self.context.take()
            }

            fn read(
                self,
                $payload: &mut sijill_ledger_core::codec::payload::Payload<'_>,
            ) -> Result<
                $crate::grpc::command::Read<$aggregate>,
                sijill_ledger_core::codec::DecodeError,
            > {
                let $message = self;
                Ok($read)
            }
        })*

        /// What a request of a method of this service asks for; `None` for another path.
        pub fn asked(
            path: &str,
            request: &[u8],
        ) -> Option<Result<$crate::grpc::command::Asked, tonic::Status>> {
            use $crate::grpc::command::{Asked, CommandRequest};
            $(if path == <pb::$request as CommandRequest>::PATH {
                return Some(Asked::of::<pb::$request>(request));
            })*
            None
        }
    };
}
pub(in crate::grpc) use requests;
