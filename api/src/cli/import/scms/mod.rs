//! `sijill import scms FILE…`: the delivery history of the Supply Chain Management System project, row by row, once.
//!
//! Each row becomes an order of one line under the row's own id, the receipt in the stock of its country's store, and the
//! delivery on the order, which names that receipt. The three are imported history; the policy that brings native receipts to
//! orders leaves imported ones alone, so a delivery counts once. Command ids are derived from the ids in the file, so that
//! importing again adds nothing, and a corrected file adds only what was rejected before.

mod registry;
mod rows;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use sijill_ledger_core::domain::order::{
    self, Basis, Delivery, DeliveryLine, Order, OrderLine, Placement, ReceiptRef,
};
use sijill_ledger_core::domain::stock::{self, Document, LineIn, Receipt, Source, Stock, StockKey};
use sijill_ledger_core::domain::values::{Date, EffectiveAt, OrganizationId, Text, ValueError};

use super::csv_file::CsvFile;
use super::history::{self, Count, FromRow, Import, grouped};
use super::rejects::Rejects;
use crate::cli::errors::{Bilingual, Failure};
use crate::cli::lang::two;
use crate::cli::output::{Cell, Format, Sheet, Ui, Word};
use crate::cli::progress;
use registry::{BUYER, Named};
use rows::Delivered;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// CSV files of the delivery history
    #[arg(required = true)]
    files: Vec<PathBuf>,
    #[command(flatten)]
    options: history::Options,
}

/// A row, ready: what each of its three commands says, and when it happened.
struct Ready {
    line: u64,
    order: sijill_ledger_core::domain::values::OrderId,
    ordered_at: EffectiveAt,
    delivered_at: EffectiveAt,
    placement: Placement,
    receipt: Receipt,
    delivery: Delivery,
}

/// Imports the files in their order.
pub async fn run(arguments: &Arguments, ui: &mut Ui) -> Result<(), Failure> {
    let mut rejects = Rejects::default();
    let mut files = Vec::with_capacity(arguments.files.len());
    for path in &arguments.files {
        let file = CsvFile::read(path, &mut rejects)?;
        let rows = rows::read(&file, &mut rejects)?;
        files.push((file, rows));
    }
    let mut import = Import::open("scms", &arguments.options, rejects).await?;
    let mut count = Count::default();
    for (file, rows) in &files {
        registry::register(&mut import, file, rows).await?;
        let taken = take(&mut import, file, rows).await?;
        import.record_file("scms-deliveries", file, taken).await?;
        count = count.and(taken);
    }
    report(import.close(), count, arguments, ui)
}

/// Orders, then receipts, then deliveries; what was refused on the way goes no further.
async fn take(import: &mut Import, file: &CsvFile, rows: &[Delivered]) -> Result<Count, Failure> {
    let mut ready = Vec::with_capacity(rows.len());
    for row in rows {
        match Ready::of(row, import) {
            Ok(row) => ready.push(row),
            Err(error) => {
                let rejection = file.rejection(row.line, "VALUE", Bilingual::from(&error));
                import.rejects.push(rejection);
            }
        }
    }
    let steps = u64::try_from(ready.len()).unwrap_or(0).saturating_mul(3);
    let bar = progress::bar(steps, &file.name);
    let mut ordered = BTreeMap::new();
    import
        .send::<Order>(file, ready.iter().map(Ready::order), |line, done| {
            bar.inc(1);
            ordered.insert(line, done.revision);
        })
        .await?;
    let placed = ready.iter().filter(|row| ordered.contains_key(&row.line));
    let mut received = BTreeMap::new();
    import
        .send::<Stock>(file, placed.map(Ready::receipt), |line, done| {
            bar.inc(1);
            received.insert(line, done.revision);
        })
        .await?;
    let mut count = Count::default();
    let deliveries = ready
        .iter()
        .filter_map(|row| Some(row.delivery(*received.get(&row.line)?)));
    import
        .send::<Order>(file, deliveries, |_, done| {
            bar.inc(1);
            count.note(done.repeated);
        })
        .await?;
    bar.finish_and_clear();
    Ok(count)
}

impl Ready {
    fn of(row: &Delivered, import: &Import) -> Result<Self, ValueError> {
        let named = Named::of(row)?;
        let note = (!row.note.is_empty()).then(|| Text::new(&row.note));
        let receipt = Receipt {
            document: Document {
                number: row.document.clone(),
                attachment: None,
                note: None,
            },
            source: Source::Supplier {
                organization: named.vendor.clone(),
                order: Some(row.order.clone()),
            },
            provisional: false,
            lines: vec![LineIn {
                key: StockKey {
                    item: named.item.clone(),
                    batch: None,
                    programme: None,
                },
                expiry: None,
                quantity: row.quantity,
                unit_price: Some(row.pack_price),
            }],
        };
        let delivery = Delivery {
            // The revision is known once the receipt is recorded.
            receipt: ReceiptRef {
                facility: named.store.clone(),
                revision: 0,
            },
            document: row.document.clone(),
            supplier: named.vendor.clone(),
            delivered_on: row.delivered_on,
            provisional: false,
            lines: vec![DeliveryLine {
                line: None,
                item: named.item.clone(),
                quantity: row.quantity,
                unit_price: Some(row.pack_price),
            }],
            freight: row.freight,
            note: note.transpose()?,
        };
        let at = |day: Date| history::noon(day, import.offset);
        Ok(Self {
            line: row.line,
            order: row.order.clone(),
            ordered_at: at(row.ordered_on)?,
            delivered_at: at(row.delivered_on)?,
            placement: placement(row, named)?,
            receipt,
            delivery,
        })
    }

    fn order(&self) -> FromRow<Order> {
        let placed = order::Event::OrderPlaced(self.placement.clone());
        FromRow {
            line: self.line,
            id: format!("order/{}", self.order),
            stream: Order::stream(&self.order),
            command: order::Command::Import(Box::new(placed)),
            at: self.ordered_at,
        }
    }

    fn receipt(&self) -> FromRow<Stock> {
        let received = stock::Event::StockReceived(self.receipt.clone());
        FromRow {
            line: self.line,
            id: format!("receipt/{}", self.order),
            stream: Stock::stream(&self.delivery.receipt.facility),
            command: stock::Command::Import(Box::new(received)),
            at: self.delivered_at,
        }
    }

    fn delivery(&self, revision: u64) -> FromRow<Order> {
        let mut delivery = self.delivery.clone();
        delivery.receipt.revision = revision;
        let recorded = order::Event::DeliveryRecorded(delivery);
        FromRow {
            line: self.line,
            id: format!("delivery/{}", self.order),
            stream: Order::stream(&self.order),
            command: order::Command::Import(Box::new(recorded)),
            at: self.delivered_at,
        }
    }
}

fn placement(row: &Delivered, named: Named) -> Result<Placement, ValueError> {
    Ok(Placement {
        number: row.number.clone(),
        basis: Basis::Unstated,
        buyer: OrganizationId::new(BUYER)?,
        supplier: named.vendor,
        currency: row.pack_price.currency(),
        delivery_terms: row.terms.clone(),
        attachment: None,
        called_by: None,
        lines: vec![OrderLine {
            item: named.item,
            facility: named.store,
            quantity: row.quantity,
            unit_price: row.pack_price,
            due: Some(row.due),
        }],
    })
}

fn report(
    mut rejects: Rejects,
    count: Count,
    arguments: &Arguments,
    ui: &mut Ui,
) -> Result<(), Failure> {
    history::report_rejects(&mut rejects, &arguments.options, ui)?;
    let rejected = rejects.count();
    let deliveries = grouped(count.taken());
    let text = two!(
        ui.lang,
        "أُخذ {deliveries} توريدًا، ورُفض {rejected}",
        "{deliveries} deliveries taken, {rejected} rejected"
    );
    ui.note(&text)?;
    history::report_added(count, ui)?;
    if ui.format == Format::Table {
        ui.note(&next_steps(&arguments.options.data, ui))?;
    } else {
        ui.sheet(&summary(count, rejected))?;
    }
    match rejected {
        0 => Ok(()),
        count => Err(Failure::RowsRejected { count }),
    }
}

fn summary(count: Count, rejected: usize) -> Sheet {
    let columns = [
        Word::new("deliveries_taken", "توريدات مأخوذة", "deliveries taken"),
        Word::new("deliveries_added", "أُضيف", "added"),
        Word::new("deliveries_there_already", "كان موجودًا", "there already"),
        Word::new("rows_rejected", "مرفوض", "rejected"),
    ];
    let mut sheet = Sheet::new(Word::new("import", "الاستيراد", "import"), &columns);
    sheet.rows.push(vec![
        Cell::Count(count.taken()),
        Cell::Count(count.added),
        Cell::Count(count.there_already),
        Cell::Count(u64::try_from(rejected).unwrap_or(u64::MAX)),
    ]);
    sheet
}

fn next_steps(dir: &Path, ui: &Ui) -> String {
    let dir = dir.display();
    two!(
        ui.lang,
        "التالي: sijill query deliveries --summary --data {dir}",
        "next: sijill query deliveries --summary --data {dir}"
    )
}
