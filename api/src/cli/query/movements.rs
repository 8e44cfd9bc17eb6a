//! The register of movements, a row per line of a document.

use sijill_ledger_core::domain::values::Date;
use sijill_schemas::audit::v1 as pb;

use super::arguments::Movements;
use super::cells::{self, decimal, instant};
use super::history::actor;
use super::pages::{Pages, Whole};
use crate::cli::errors::{Bilingual, Failure};
use crate::cli::output::{Cell, Sheet, Word};
use crate::cli::words;

const COLUMNS: [Word; 14] = [
    words::INDEX_OF,
    Word::new("effective_at", "وقت الحدوث", "effective at"),
    words::FACILITY,
    words::ITEM,
    words::BATCH,
    words::PROGRAMME,
    Word::new("document", "المستند", "document"),
    Word::new("flow", "الحركة", "flow"),
    Word::new("counterparty", "الطرف الآخر", "counterparty"),
    Word::new("change", "التغيّر", "change"),
    Word::new("balance", "الرصيد بعدها", "balance"),
    Word::new("actor", "الفاعل", "actor"),
    Word::new("reversed_by", "عُكس بالقيد", "reversed by"),
    Word::new("reason", "السبب", "reason"),
];

/// Asks; the sheet, and how many lines there are in all.
pub async fn ask(pages: &mut Pages, asked: &Movements) -> Result<(Sheet, u64), Failure> {
    asked.common.only(&["facility", "item"])?;
    let question = pb::ListMovementsRequest {
        facility: pages.filter.facility.clone().unwrap_or_default(),
        item: pages.filter.item.clone().unwrap_or_default(),
        batch: asked.batch.clone().unwrap_or_default(),
        from_day: day(asked.since.as_deref())?,
        until_day: day(asked.until.as_deref())?,
        ..pb::ListMovementsRequest::default()
    };
    let Whole {
        context,
        rows,
        total,
    } = pages.all(question).await?;
    let title = Word::new("movements", "سجل الحركة", "movements");
    let mut sheet = cells::recorded(title, &COLUMNS, context.as_ref())?;
    sheet.rows = rows.iter().map(cells_of).collect::<Result<_, _>>()?;
    Ok((sheet, total))
}

fn day(text: Option<&str>) -> Result<Option<i32>, Failure> {
    let day = text.map(Date::parse).transpose();
    let day = day.map_err(|error| Failure::Usage(Bilingual::from(&error)))?;
    Ok(day.map(Date::days))
}

fn cells_of(row: &pb::MovementRow) -> Result<Vec<Cell>, Failure> {
    let actor = actor(row.actor.clone())?;
    Ok(vec![
        Cell::Count(row.index),
        instant(row.effective_at)?,
        Cell::text(&row.facility),
        Cell::text(&row.item),
        Cell::maybe(row.batch.as_ref()),
        Cell::maybe(row.programme.as_ref()),
        Cell::maybe(row.document.as_ref()),
        flow(row.flow()),
        counterparty(row.counterparty.as_ref()),
        decimal(row.change.as_ref())?,
        decimal(row.balance.as_ref())?,
        Cell::maybe(actor.map(|actor| actor.id.to_string())),
        row.reversed_by.map_or(Cell::Absent, Cell::Count),
        Cell::maybe(row.reason.as_ref()),
    ])
}

const fn flow(flow: pb::Flow) -> Cell {
    let word = match flow {
        pb::Flow::Unspecified => return Cell::Absent,
        pb::Flow::Opening => Word::new("opening", "افتتاحي", "opening"),
        pb::Flow::Received => Word::new("received", "وارد", "received"),
        pb::Flow::TransferIn => Word::new("transfer_in", "محوَّل إليها", "transfer in"),
        pb::Flow::Returned => Word::new("returned", "مرتجع", "returned"),
        pb::Flow::Surrendered => Word::new("surrendered", "مسلَّم من عهدة", "surrendered"),
        pb::Flow::Gain => Word::new("gain", "زيادة", "gain"),
        pb::Flow::Issued => Word::new("issued", "منصرف", "issued"),
        pb::Flow::Entrusted => Word::new("entrusted", "عهدة", "entrusted"),
        pb::Flow::TransferOut => Word::new("transfer_out", "محوَّل منها", "transfer out"),
        pb::Flow::Loss => Word::new("loss", "فاقد", "loss"),
        pb::Flow::Reduction => Word::new("reduction", "تخفيض", "reduction"),
        pb::Flow::Repacked => Word::new("repacked", "أعيدت تعبئته", "repacked"),
        pb::Flow::Counted => Word::new("counted", "جرد", "counted"),
    };
    Cell::Word(word)
}

fn counterparty(party: Option<&pb::Counterparty>) -> Cell {
    let Some(party) = party else {
        return Cell::Absent;
    };
    let word = match party.kind() {
        pb::CounterpartyKind::Patients => Word::new("patients", "المرضى", "patients"),
        pb::CounterpartyKind::Production => Word::new("production", "إنتاج", "production"),
        pb::CounterpartyKind::Inspection => Word::new("inspection", "الفحص", "inspection"),
        pb::CounterpartyKind::Unspecified
        | pb::CounterpartyKind::Supplier
        | pb::CounterpartyKind::Donor
        | pb::CounterpartyKind::Facility
        | pb::CounterpartyKind::Unit
        | pb::CounterpartyKind::Official => {
            return Cell::maybe(Some(&party.id).filter(|id| !id.is_empty()));
        }
    };
    Cell::Word(word)
}
