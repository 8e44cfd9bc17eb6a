//! A server's log as an actor's machine reads it: streams, folded here from their entries. Nothing of what a server says beside
//! the entries is believed; with the log's key, an entry that matters is also proven to be in the log.

use std::collections::BTreeSet;
use std::path::PathBuf;

use sijill_ledger_core::aggregate::Aggregate;
use sijill_ledger_core::domain::State;
use sijill_ledger_core::event::{Event, Recorded};
use sijill_ledger_core::log::proof::{Proof, Verified};
use sijill_ledger_core::store::{Entry, StreamName};
use sijill_projections::audit::entity::EntityKind;
use sijill_schemas::audit::v1 as audit;
use sijill_schemas::audit::v1::audit_service_client::AuditServiceClient;
use sijill_schemas::types::v1 as types;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::Channel;

use super::data;
use super::errors::{Bilingual, Failure};
use super::query::{Bearing, Wall, answered, client};
use super::verify::claims::Claims;

/// Events asked for at a time.
const PAGE_ROWS: u32 = 1_000;
/// How long the server may wait for a checkpoint that covers an entry.
const WAIT_MILLIS: u32 = 10_000;

/// Which server.
#[derive(Debug, clap::Args)]
pub struct ServerArguments {
    /// Address of a server, such as <http://127.0.0.1:7450>
    #[arg(long, value_name = "URL")]
    pub server: String,
    /// File with the bearer token to show the server
    #[arg(long)]
    pub token_file: Option<PathBuf>,
}

/// Whom to believe about the log.
#[derive(Debug, clap::Args)]
pub struct Trust {
    /// Public key of the log, as sijill keygen --log prints it: what the server says is proven to be in the log
    #[arg(long)]
    vkey: Vec<String>,
    /// Policy: the witnesses that are known, and how many of them must have cosigned
    #[arg(long, requires = "vkey")]
    witnesses: Option<PathBuf>,
}

impl Trust {
    /// Whether witnesses vouch that everybody is shown the same log.
    pub const fn is_witnessed(&self) -> bool {
        self.witnesses.is_some()
    }

    /// What proofs are judged by; `None` where the user gives no key.
    pub fn claims(&self) -> Result<Option<Claims>, Failure> {
        if self.vkey.is_empty() {
            return Ok(None);
        }
        Claims::believing(&self.vkey, self.witnesses.as_deref()).map(Some)
    }
}

/// An entry, and where it stands.
#[derive(Clone, Debug)]
pub struct Placed {
    /// Leaf index.
    pub index: u64,
    /// Its bytes, as they are hashed.
    pub bytes: Vec<u8>,
}

/// A stream as its entries tell it.
pub struct Stream<A> {
    /// Origin of the log, as the server says.
    pub origin: String,
    /// The clocks on which the server shows instants.
    pub wall: Wall,
    /// What the entries come to.
    pub state: A,
    /// The events, public content only.
    pub events: Vec<Recorded>,
    /// The entries.
    pub entries: Vec<Placed>,
}

impl<A> Stream<A> {
    /// The first entry whose event is such a one.
    pub fn first(&self, is_such: impl Fn(&Event) -> bool) -> Option<&Placed> {
        let mut both = self.events.iter().zip(&self.entries);
        both.find_map(|(event, entry)| is_such(&event.event).then_some(entry))
    }
}

/// Where the events of a thing's own stream stand, in order.
#[derive(Default)]
struct Found {
    /// Origin of the log.
    origin: String,
    wall: Wall,
    indexes: BTreeSet<u64>,
}

/// Reads a server's log.
pub struct Remote {
    server: String,
    client: AuditServiceClient<InterceptedService<Channel, Bearing>>,
}

impl Remote {
    /// Connects; what is read here is public, and no token is shown.
    pub async fn connect(server: &str) -> Result<Self, Failure> {
        Ok(Self {
            server: server.to_owned(),
            client: client(server, None).await?,
        })
    }

    /// A whole stream, which is a thing's own.
    pub async fn stream<A: Aggregate>(
        &mut self,
        kind: EntityKind,
        name: &StreamName,
    ) -> Result<Stream<A>, Failure> {
        let Found {
            origin,
            wall,
            indexes,
        } = self.indexes(kind, name.id()).await?;
        let mut state = A::default().into_state();
        let (mut events, mut entries) = (Vec::new(), Vec::new());
        for index in indexes {
            let bytes = self.entry(index).await?;
            let entry = Entry::decode(&bytes).map_err(|error| self.odd(index, &error))?;
            let event = data::decoded(index, &entry)?;
            // Every revision, each once: nothing of the stream is left out in between.
            if event.stream != *name || event.revision != entries.len() as u64 {
                return Err(self.odd(index, &format!("{name} {}", entries.len())));
            }
            state = evolved(state, &event).ok_or_else(|| self.odd(index, &event.stream))?;
            events.push(event);
            entries.push(Placed { index, bytes });
        }
        let state = A::from_state(state).ok_or_else(|| self.odd(0, name))?;
        if entries.is_empty() {
            return Err(unknown(name));
        }
        Ok(Stream {
            origin,
            wall,
            state,
            events,
            entries,
        })
    }

    async fn indexes(&mut self, kind: EntityKind, id: &str) -> Result<Found, Failure> {
        let wire =
            audit::EntityKind::from_str_name(&format!("ENTITY_KIND_{}", kind.key().to_uppercase()));
        let mut found = Found::default();
        let mut token = String::new();
        loop {
            let answer = self.client.get_history(audit::GetHistoryRequest {
                page: Some(types::Page {
                    size: PAGE_ROWS,
                    token,
                    order_by: String::new(),
                }),
                entity: Some(audit::Entity {
                    kind: wire.unwrap_or_default().into(),
                    scope: String::new(),
                    id: id.to_owned(),
                }),
                parts: vec![audit::Part::Own.into()],
                ..audit::GetHistoryRequest::default()
            });
            let answer = answer.await.map_err(|status| answered(&status))?;
            let answer = answer.into_inner();
            found.wall = Wall::of(answer.context.as_ref());
            if let Some(position) = answer.context.and_then(|context| context.position) {
                found.origin = position.log_id;
            }
            found
                .indexes
                .extend(answer.rows.iter().map(|row| row.index));
            token = answer.next_page_token;
            if token.is_empty() || answer.rows.is_empty() {
                return Ok(found);
            }
        }
    }

    /// An entry as it is stored.
    pub async fn entry(&mut self, index: u64) -> Result<Vec<u8>, Failure> {
        let asked = audit::GetEventRequest {
            index,
            context: Some(types::QueryContext {
                minimum_index: Some(index),
                ..types::QueryContext::default()
            }),
        };
        let answer = self.client.get_event(asked).await;
        let answer = answer.map_err(|status| answered(&status))?.into_inner();
        Ok(answer.event.unwrap_or_default().entry)
    }

    /// The proof that an entry is in the log of this origin, checked here, and what it proves.
    pub async fn proof(
        &mut self,
        entry: &Placed,
        origin: &str,
        claims: &Claims,
    ) -> Result<(Proof, Verified), Failure> {
        let index = entry.index;
        let answer = self.client.get_receipt(audit::GetReceiptRequest {
            index,
            wait_millis: WAIT_MILLIS,
        });
        let answer = answer.await.map_err(|status| answered(&status))?;
        let unproven = |error| Failure::refused(&error, &self.server);
        let proof = Proof::parse(&answer.into_inner().receipt).map_err(unproven)?;
        // Another log of the same signer proves nothing about this one.
        let other_log = proof.checkpoint.checkpoint().origin() != origin;
        if other_log || proof.index != index {
            return Err(self.odd(index, &"receipt"));
        }
        let verified = claims.proven(&proof, &entry.bytes).map_err(unproven)?;
        Ok((proof, verified))
    }

    /// What cannot be of a log that is kept in order.
    fn odd(&self, index: u64, what: &impl ToString) -> Failure {
        let (server, what) = (&self.server, what.to_string());
        Failure::Refused {
            code: "SERVER_ANSWER_ODD",
            text: Bilingual::new(
                format!(
                    "ما أجاب به {server} عن القيد {index} لا يكون في سجل سليم ({what})؛ احفظه دليلًا واسأل مرآة"
                ),
                format!(
                    "what {server} answered about entry {index} cannot be of a log in order ({what}); keep it as evidence, and ask a mirror"
                ),
            ),
        }
    }
}

fn evolved(state: State, it: &Recorded) -> Option<State> {
    let at = Some(it.recorded_at);
    state.evolve(&it.event, &it.stream, &it.metadata, it.revision, at)
}

fn unknown(stream: &StreamName) -> Failure {
    Failure::Refused {
        code: "NOTHING_RECORDED",
        text: Bilingual::new(
            format!("لا شيء مسجَّل في {stream}؛ تحقق من الرقم والخادم"),
            format!("nothing is recorded in {stream}; check the number and the server"),
        ),
    }
}
