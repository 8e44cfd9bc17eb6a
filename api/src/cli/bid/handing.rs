//! What the commands about an envelope share: they go to its server, under the key that it was sealed with. Who calls is known to
//! the server by the token; the log sees the key alone.

use std::path::PathBuf;

use sijill_ledger_core::seal::Dealing;
use sijill_ledger_core::statement::StatementKey;
use sijill_ledger_core::time::Timestamp;
use sijill_schemas::procurement::v1::tender_service_client::TenderServiceClient;
use sijill_schemas::types::v1::{CommandContext, CommandResponse};
use tonic::service::interceptor::InterceptedService;
use tonic::transport::Channel;
use uuid::Uuid;

use crate::cli::call::signed;
use crate::cli::errors::{Bilingual, Failure};
use crate::cli::output::{Cell, Sheet, Word};
use crate::cli::query::{Bearing, channel};
use crate::cli::remote::ServerArguments;
use crate::cli::sealed::{Read, like, unusable};
use crate::grpc::command::CommandRequest;

/// An envelope, the key that acts for it, and its server.
#[derive(Debug, clap::Args)]
pub(super) struct Handing {
    #[command(flatten)]
    pub(super) server: ServerArguments,
    /// The sealing sheet that the envelope was sealed under
    #[arg(long)]
    pub(super) sheet: PathBuf,
    /// File of the key that the envelope was sealed with
    #[arg(long)]
    key: PathBuf,
    /// File of the envelope
    pub(super) envelope: PathBuf,
}

/// The same, read and checked.
pub(super) struct Ready {
    pub(super) read: Read,
    key: StatementKey,
}

/// The service of the server that was named.
pub(super) type Tenders = TenderServiceClient<InterceptedService<Channel, Bearing>>;

impl Handing {
    /// Reads the files. A key that did not seal the envelope is refused here, and not by a server.
    pub(super) fn read(&self) -> Result<Ready, Failure> {
        let read = Read::from(&self.sheet, &self.envelope)?;
        read.checked(&self.envelope)?;
        let key = StatementKey::load(&self.key).map_err(|error| unusable(&self.key, &error))?;
        if *key.public() == read.envelope.sealed.dealing.sender {
            return Ok(Ready { read, key });
        }
        Err(Failure::Input {
            file: self.key.clone(),
            text: Bilingual::new(
                "ليس المفتاح الذي خُتم به هذا المظروف؛ هات ذلك المفتاح",
                "it is not the key that this envelope was sealed with; give that one",
            ),
        })
    }

    /// Connects.
    pub(super) async fn connect(&self) -> Result<Tenders, Failure> {
        let token = self.server.token_file.as_deref();
        let channel = channel(&self.server.server, token).await?;
        Ok(TenderServiceClient::new(channel))
    }
}

impl Ready {
    /// What was dealt.
    pub(super) const fn dealing(&self) -> &Dealing {
        &self.read.envelope.sealed.dealing
    }

    /// A request signed with the envelope's key. Its id follows from the envelope and from what is asked: whoever gets no answer
    /// asks again, and it is done once.
    pub(super) fn signed<C: CommandRequest>(
        &self,
        what: &str,
        withheld: Vec<String>,
        request: impl Fn(Option<CommandContext>) -> C,
    ) -> Result<C, Failure> {
        let context = CommandContext {
            request_id: Uuid::new_v5(&self.dealing().id, what.as_bytes()).to_string(),
            withheld,
            ..CommandContext::default()
        };
        let origin = &self.read.sheet.sheet.terms().origin;
        signed::request(&self.key, origin, context, request)
    }
}

/// What was answered to a command about an envelope.
pub(super) fn done(of: &Ready, answer: &CommandResponse) -> Sheet {
    let terms = of.read.sheet.sheet.terms();
    let mut sheet = Sheet::new(Word::new("envelopes", "المظاريف", "envelopes"), &COLUMNS);
    sheet.rows.push(vec![
        Cell::text(&terms.tender),
        Cell::text(&terms.kind),
        Cell::text(of.dealing().id),
        Cell::Count(answer.position.as_ref().map_or(0, |it| it.index)),
        like(
            of.read.sheet.deadline,
            Timestamp::from_micros(answer.recorded_at_micros),
        ),
    ]);
    sheet
}

const COLUMNS: [Word; 5] = [
    Word::new("tender", "المناقصة", "tender"),
    Word::new("part", "المظروف", "part"),
    Word::new("envelope", "رقم المظروف", "envelope"),
    Word::new("index", "القيد", "index"),
    Word::new("recorded_at", "وقت التسجيل", "recorded at"),
];
