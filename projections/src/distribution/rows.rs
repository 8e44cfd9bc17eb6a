//! Public output rows, for the digest: fields separated by tabs, no field can hold one.

use rust_decimal::Decimal;

use super::Distribution;
use super::store::Store;
use super::transfers::Direction;
use crate::trade::orders::Order;
use crate::trade::transfers::Transfer;

impl Distribution {
    /// `flow` rows per facility, item, month and account; `transfer`, `leg` and `line` rows; `order` rows; documents that wait.
    pub(super) fn each_row(&self, sink: &mut dyn FnMut(&[u8])) {
        self.flow_rows(sink);
        for (number, id) in self.transfers.ids.sorted() {
            if let Some(transfer) = self.transfers.get(number) {
                self.transfer_rows(id.as_str(), transfer, sink);
            }
        }
        self.document_rows(sink);
        for (number, id) in self.purchases.orders.ids.sorted() {
            if let Some(order) = self.purchases.get(number) {
                self.order_rows(id.as_str(), order, sink);
            }
        }
    }

    fn flow_rows(&self, sink: &mut dyn FnMut(&[u8])) {
        for (number, facility) in self.codes.facilities.sorted() {
            let cells = self.store(number).into_iter().flat_map(Store::cells);
            let mut cells: Vec<_> = cells
                .filter_map(|(item, months)| Some((self.codes.keys.items.code(item)?, months)))
                .collect();
            cells.sort_unstable_by_key(|(item, _)| *item);
            for (item, months) in cells {
                months.each(|month, account, amount| {
                    let amount = amount.normalize();
                    let row = format!("flow\t{facility}\t{item}\t{month}\t{account:?}\t{amount}");
                    sink(row.as_bytes());
                });
            }
        }
    }

    fn transfer_rows(&self, id: &str, transfer: &Transfer, sink: &mut dyn FnMut(&[u8])) {
        let closed = shown(transfer.closed_on);
        sink(format!("transfer\t{id}\t{closed}").as_bytes());
        for leg in &transfer.legs {
            let name = |number| self.codes.facilities.text(Some(number));
            let (from, to, on) = (name(leg.from), name(leg.to), leg.dispatched_on);
            let (due, requisition) = (shown(leg.due), shown(leg.requisition.as_ref()));
            let row = format!("leg\t{id}\t{from}\t{to}\t{on}\t{due}\t{requisition}");
            sink(row.as_bytes());
        }
        for entry in &transfer.entries {
            let key = shown(self.codes.keys.stock_key(entry.key));
            let (on, what, quantity) = (entry.on, entry.what, entry.quantity.normalize());
            sink(format!("line\t{id}\t{key}\t{on}\t{what:?}\t{quantity}").as_bytes());
        }
    }

    /// Documents that no transfer has recorded, or that one tells differently, in the order of facility and revision.
    fn document_rows(&self, sink: &mut dyn FnMut(&[u8])) {
        let name = |number| self.codes.facilities.text(Some(number)).to_owned();
        let item = |number| self.codes.keys.items.text(Some(number));
        let mut rows: Vec<(String, u64, String)> = Vec::new();
        for ((facility, revision), awaited) in &self.transfers.awaited {
            let way = match awaited.direction {
                Direction::Out => "out",
                Direction::In => "in",
            };
            let head = format!("{}\t{way}\t{}", awaited.transfer, awaited.on);
            for (number, amount) in &awaited.amounts {
                let rest = format!("{head}\t{}\t{}", item(*number), amount.normalize());
                rows.push((name(*facility), *revision, rest));
            }
        }
        for wrong in &self.transfers.mismatches {
            let transfer = self.transfers.ids.text(Some(wrong.transfer));
            let amounts = [wrong.in_stock, wrong.in_transfer].map(|amount| amount.normalize());
            let [stock, other] = amounts;
            let rest = format!(
                "{transfer}\tdiffers\t\t{}\t{stock}\t{other}",
                item(wrong.item)
            );
            rows.push((name(wrong.place.0), wrong.place.1, rest));
        }
        rows.sort_unstable();
        for (facility, revision, rest) in rows {
            sink(format!("document\t{facility}\t{revision}\t{rest}").as_bytes());
        }
    }

    fn order_rows(&self, id: &str, order: &Order, sink: &mut dyn FnMut(&[u8])) {
        let codes = &self.codes;
        let (buyer, supplier) = (
            codes.organizations.text(Some(order.buyer)),
            codes.organizations.text(Some(order.supplier)),
        );
        let (placed, ended) = (order.placed_on, order.ended);
        let ended = ended.map_or(String::new(), |(end, on)| format!("{end:?} {on}"));
        sink(format!("order\t{id}\t{buyer}\t{supplier}\t{placed}\t{ended}").as_bytes());
        for line in &order.lines {
            let (item, facility) = (
                codes.keys.items.text(Some(line.item)),
                codes.facilities.text(Some(line.facility)),
            );
            let (quantity, due) = (line.quantity.normalize(), shown(line.due));
            let row = format!("ordered\t{id}\t{item}\t{facility}\t{quantity}\t{due}");
            sink(row.as_bytes());
        }
        for arrival in &order.arrivals {
            let (facility, revision) = arrival.receipt;
            let facility = codes.facilities.text(Some(facility));
            let item = codes.keys.items.text(Some(arrival.item));
            let amounts = [
                arrival.quantity,
                arrival.accepted(None),
                arrival.rejected(None),
            ];
            let amounts: Vec<String> = amounts.iter().map(plain).collect();
            let row = format!(
                "delivered\t{id}\t{}\t{facility}\t{revision}\t{item}\t{}\t{}",
                shown(arrival.line),
                arrival.delivered_on,
                amounts.join("\t"),
            );
            sink(row.as_bytes());
        }
    }
}

fn plain(amount: &Decimal) -> String {
    amount.normalize().to_string()
}

fn shown<T: ToString>(value: Option<T>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}
