//! `sijill bid sheet`: what to seal under, out of the tender's own log.

use std::path::PathBuf;

use clap::ValueEnum;
use sijill_ledger_core::domain::tender::{self, EnvelopePart, Tender};
use sijill_ledger_core::domain::values::TenderId;
use sijill_ledger_core::event::Event;
use sijill_ledger_core::seal::files::SheetFile;
use sijill_projections::audit::entity::EntityKind;

use crate::cli::errors::{Bilingual, Failure};
use crate::cli::output::{Cell, Sheet, Ui, Word};
use crate::cli::remote::{Remote, Stream, Trust};
use crate::cli::sealed::{self, DEADLINE, MEMBER, SEAT, SEATS, TENDER, THRESHOLD, unusable};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Address of a server, such as <http://127.0.0.1:7450>
    #[arg(long, value_name = "URL")]
    server: String,
    #[command(flatten)]
    trust: Trust,
    /// The tender
    #[arg(long)]
    tender: String,
    /// For which envelope
    #[arg(long, value_enum)]
    part: Part,
    /// File for the sheet; no file is overwritten
    #[arg(long)]
    out: PathBuf,
}

/// What an envelope holds.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Part {
    /// The technical bid.
    Technical,
    /// The financial bid.
    Financial,
}

/// Writes it.
pub(super) async fn run(arguments: &Arguments, ui: &mut Ui) -> Result<(), Failure> {
    let part = match arguments.part {
        Part::Technical => EnvelopePart::Technical,
        Part::Financial => EnvelopePart::Financial,
    };
    let id = TenderId::new(&arguments.tender);
    let id = id.map_err(|error| Failure::Usage(Bilingual::from(&error)))?;
    let mut remote = Remote::connect(&arguments.server).await?;
    let stream = Tender::stream(&id);
    let read: Stream<Tender> = remote.stream(EntityKind::Tender, &stream).await?;
    let unpublished = || Failure::Refused {
        code: "TENDER_NOT_PUBLISHED",
        text: Bilingual::new(
            format!("لم تُنشر المناقصة {id} بعد؛ لا يُختم شيء قبل نشرها"),
            format!("the tender {id} is not published yet; nothing is sealed before"),
        ),
    };
    let notice = read.state.notice().ok_or_else(unpublished)?;
    let sheet = notice.sealing.sheet(&read.origin, &id, part);
    let sheet = sheet.map_err(|refusal| unusable(&arguments.out, &refusal))?;
    match arguments.trust.claims()? {
        Some(claims) => {
            let published = read.first(|event| {
                matches!(event, Event::Tender(tender::Event::TenderPublished(_)))
            });
            let published = published.ok_or_else(unpublished)?;
            remote.proof(published, &read.origin, &claims).await?;
        }
        None => ui.note(ui.lang.pick(
            "تنبيه: لم يُثبت أن الكشف في السجل؛ أعطِ مفتاح السجل المنشور بالخيار ‎--vkey",
            "warning: nothing proves that the sheet is in the log; give the log's published key by --vkey",
        ))?,
    }
    let deadline = read.wall.show(notice.closes_at);
    let file = SheetFile {
        sheet,
        deadline: deadline.ok_or_else(|| Failure::Damaged {
            index: None,
            what: notice.closes_at.to_string(),
        })?,
    };
    sealed::save(&arguments.out, &file)?;
    ui.sheet(&shown(&file))
}

fn shown(file: &SheetFile) -> Sheet {
    let terms = file.sheet.terms();
    let mut sheet = Sheet::new(SEATS, &[SEAT, MEMBER])
        .fact(TENDER, Cell::text(&terms.tender))
        .fact(
            Word::new("part", "المظروف", "part"),
            Cell::text(&terms.kind),
        )
        .fact(THRESHOLD, Cell::Count(terms.threshold.into()))
        .fact(DEADLINE, Cell::Instant(file.deadline));
    let seats = file.sheet.seats();
    let seats = seats.map(|(seat, member)| vec![Cell::Count(seat.into()), Cell::text(&member.id)]);
    sheet.rows = seats.collect();
    sheet
}
