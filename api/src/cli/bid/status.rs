//! `sijill bid status`: the own envelopes, as the log's server knows them: also for who lost all files.

use sijill_schemas::events::v1 as events;
use sijill_schemas::procurement::v1 as pb;
use sijill_schemas::procurement::v1::bids_service_client::BidsServiceClient;
use sijill_schemas::types::v1 as types;

use crate::cli::errors::Failure;
use crate::cli::output::{Cell, Sheet, Ui, Word};
use crate::cli::query::{Wall, answered, channel};
use crate::cli::remote::ServerArguments;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    server: ServerArguments,
    /// One tender only
    #[arg(long)]
    tender: Option<String>,
}

const COLUMNS: [Word; 9] = [
    Word::new("tender", "المناقصة", "tender"),
    Word::new("part", "المظروف", "part"),
    Word::new("envelope", "رقم المظروف", "envelope"),
    Word::new("index", "القيد", "index"),
    Word::new("sealed_at", "وقت الختم", "sealed at"),
    Word::new("deadline", "الموعد الأخير", "deadline"),
    Word::new("amendments", "التعديلات", "amendments"),
    Word::new("confirmed", "المؤكَّد منها", "confirmed"),
    Word::new("state", "حاله", "state"),
];

/// Asks for all pages.
pub(super) async fn run(arguments: &Arguments, ui: &mut Ui) -> Result<(), Failure> {
    let token = arguments.server.token_file.as_deref();
    let channel = channel(&arguments.server.server, token).await?;
    let mut bids = BidsServiceClient::new(channel);
    let mut sheet = Sheet::new(Word::new("bids", "العطاءات", "bids"), &COLUMNS);
    let mut token = String::new();
    loop {
        let asked = pb::ListOwnBidsRequest {
            tender: arguments.tender.clone(),
            page: Some(types::Page {
                token,
                ..types::Page::default()
            }),
        };
        let answer = bids.list_own_bids(asked).await;
        let answer = answer.map_err(|status| answered(&status))?.into_inner();
        let wall = Wall::of_country(&answer.clocks);
        sheet
            .rows
            .extend(answer.bids.iter().map(|bid| row(bid, &wall)));
        token = answer.next_page_token;
        if token.is_empty() {
            return ui.sheet(&sheet);
        }
    }
}

fn row(bid: &pb::OwnBid, wall: &Wall) -> Vec<Cell> {
    let part = match bid.part() {
        events::EnvelopePart::Unspecified => Cell::Absent,
        events::EnvelopePart::Technical => Cell::text("technical"),
        events::EnvelopePart::Financial => Cell::text("financial"),
    };
    vec![
        Cell::text(&bid.tender),
        part,
        Cell::text(&bid.envelope),
        Cell::Count(bid.position.as_ref().map_or(0, |it| it.index)),
        wall.cell(bid.sealed_micros),
        wall.cell(bid.closes_micros),
        Cell::Count(bid.amendments.into()),
        Cell::Count(bid.confirmed.into()),
        Cell::Word(state(bid.state())),
    ]
}

const fn state(state: pb::OwnBidState) -> Word {
    match state {
        pb::OwnBidState::Unspecified => Word::new("unknown", "غير معروف", "unknown"),
        pb::OwnBidState::Sealed => Word::new("sealed", "مختوم", "sealed"),
        pb::OwnBidState::ConfirmationNeeded => {
            Word::new("confirmation_needed", "يحتاج إلى تأكيد", "to be confirmed")
        }
        pb::OwnBidState::Superseded => Word::new("superseded", "حل محله لاحق", "superseded"),
        pb::OwnBidState::Withdrawn => Word::new("withdrawn", "مسحوب", "withdrawn"),
        pb::OwnBidState::Late => Word::new("late", "متأخر", "late"),
        pb::OwnBidState::Unconfirmed => Word::new("unconfirmed", "لم يُؤكَّد", "not confirmed"),
        pb::OwnBidState::Debarred => Word::new("debarred", "صاحبه محظور", "debarred"),
        pb::OwnBidState::Unvouched => {
            Word::new("unvouched", "لم يُثبت مفتاحه", "key not vouched for")
        }
        pb::OwnBidState::Uninvited => Word::new("uninvited", "غير مدعو", "not invited"),
        pb::OwnBidState::Unwitnessed => Word::new(
            "unwitnessed",
            "لم يره الشهود في حينه",
            "not witnessed in time",
        ),
        pb::OwnBidState::Counts => Word::new("counts", "محسوب ولم يُفتح", "counts, not open"),
        pb::OwnBidState::Opened => Word::new("opened", "فُتح", "opened"),
        pb::OwnBidState::Void => Word::new("void", "باطل", "void"),
        pb::OwnBidState::Undecided => Word::new("undecided", "لم يُبت فيه", "undecided"),
    }
}
