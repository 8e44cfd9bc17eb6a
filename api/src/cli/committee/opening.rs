//! `sijill committee open --server`: has every envelope opened that is due. Whoever asks decides nothing: the server opens from the
//! shares in the log, and whoever has the log opens again.

use sijill_ledger_core::domain::tender;
use sijill_ledger_core::event::Event;
use sijill_ledger_core::store::Entry;
use sijill_schemas::procurement::v1 as pb;
use sijill_schemas::procurement::v1::tender_service_client::TenderServiceClient;
use sijill_schemas::types::v1::CommandContext;

use super::open::{OPENED, OUTCOME, VOID};
use super::publish::{There, being_opened};
use crate::cli::data;
use crate::cli::errors::Failure;
use crate::cli::output::{Cell, Sheet, Ui, Word};
use crate::cli::query::{answered, channel};
use crate::cli::remote::Remote;
use crate::cli::sealed::{ENVELOPE, random_id};

const COLUMNS: [Word; 4] = [
    ENVELOPE,
    Word::new("bidder", "صاحب العطاء", "bidder"),
    OUTCOME,
    Word::new("blamed", "من أجاب بغير الحق", "answered falsely"),
];

/// Opens; the first envelope that cannot be opened yet ends it, and what was opened before is said.
pub(super) async fn run(there: &There, ui: &mut Ui) -> Result<(), Failure> {
    let (server, tender) = there.named()?;
    let mut remote = Remote::connect(server).await?;
    let (_, evaluation) = being_opened(&mut remote, there).await?;
    let channel = channel(server, there.token_file.as_deref()).await?;
    let mut tenders = TenderServiceClient::new(channel);
    let mut sheet = Sheet::new(Word::new("envelopes", "المظاريف", "envelopes"), &COLUMNS);
    for id in evaluation.unopened() {
        let request = pb::OpenBidRequest {
            context: Some(CommandContext {
                request_id: random_id()?.to_string(),
                ..CommandContext::default()
            }),
            tender: tender.to_string(),
            envelope: id.to_string(),
        };
        let answer = match tenders.open_bid(request).await {
            Ok(answer) => answer.into_inner(),
            Err(status) => {
                ui.sheet(&sheet)?;
                return Err(answered(&status));
            }
        };
        let index = answer.position.map_or(0, |position| position.index);
        sheet.rows.push(row(index, &remote.entry(index).await?)?);
    }
    ui.sheet(&sheet)
}

fn row(index: u64, entry: &[u8]) -> Result<Vec<Cell>, Failure> {
    let odd = |what: String| Failure::Damaged {
        index: Some(index),
        what,
    };
    let entry = Entry::decode(entry).map_err(|error| odd(error.to_string()))?;
    let recorded = data::decoded(index, &entry)?;
    let Event::Tender(event) = recorded.event else {
        return Err(odd(recorded.stream.to_string()));
    };
    let (envelope, bidder, outcome, blamed) = if let tender::Event::BidOpened(it) = event {
        (it.envelope, it.bidder, OPENED, it.blamed)
    } else if let tender::Event::BidVoided(it) = event {
        (it.envelope, it.bidder, VOID, it.blamed)
    } else {
        return Err(odd(recorded.stream.to_string()));
    };
    let blamed: Vec<String> = blamed.iter().map(ToString::to_string).collect();
    Ok(vec![
        Cell::text(envelope),
        Cell::maybe(bidder),
        Cell::Word(outcome),
        Cell::maybe((!blamed.is_empty()).then(|| blamed.join(", "))),
    ])
}
