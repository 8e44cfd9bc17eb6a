//! The log after all kills: each command once, each reaction once, and the same goods in stores, transfers and orders.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use rust_decimal::Decimal;
use sijill_ledger_core::codec;
use sijill_ledger_core::domain::values::{EffectiveAt, FacilityId, ItemCode};
use sijill_ledger_core::domain::{order, reaction, requisition, stock, transfer};
use sijill_ledger_core::event::{Event, Origin, Recorded};
use sijill_ledger_core::store::EventStore as _;
use sijill_ledger_core::store::embedded::EmbeddedStore;
use sijill_projections::Runner;
use sijill_projections::distribution::balance;
use sijill_schemas::types::v1::CommandResponse;
use uuid::Uuid;

/// A stock document: its store and its revision there.
type Document = (FacilityId, u64);
/// How much of each item.
type Amounts = BTreeMap<ItemCode, Decimal>;
/// What reactions say of documents.
type ByDocument = BTreeMap<Document, Vec<Amounts>>;

/// The log, decoded.
pub struct Log {
    store: Arc<EmbeddedStore>,
    entries: Vec<Recorded>,
}

/// What the reactions of the log say, by the document that each is about.
#[derive(Default)]
struct Reactions {
    dispatched: ByDocument,
    arrived: ByDocument,
    delivered: ByDocument,
    inspected: ByDocument,
    fulfilled: ByDocument,
    /// Refused steps: cause and stream.
    refused: BTreeMap<(Uuid, String), usize>,
    /// Orders and requisitions that somebody began.
    begun: BTreeSet<String>,
}

/// How many documents of each kind were compared.
#[derive(Debug, Default)]
pub struct Compared {
    dispatches: usize,
    arrivals: usize,
    receipts: usize,
    inspections: usize,
    for_requisitions: usize,
    refused_steps: usize,
}

impl Compared {
    /// Each kind, by its name.
    pub const fn counts(&self) -> [(&'static str, usize); 6] {
        [
            ("dispatch", self.dispatches),
            ("arrival", self.arrivals),
            ("receipt", self.receipts),
            ("inspection", self.inspections),
            ("dispatch for a requisition", self.for_requisitions),
            ("refused step", self.refused_steps),
        ]
    }
}

impl Log {
    pub fn read(dir: &Path) -> Self {
        let store = Arc::new(EmbeddedStore::open_read_only(dir).unwrap());
        let mut entries = Vec::new();
        for batch in store.log_reader(0) {
            for (index, entry) in batch.unwrap().iter() {
                assert_eq!(index, entries.len() as u64);
                entries.push(codec::recorded(index, &entry, &[]).unwrap());
            }
        }
        Self { store, entries }
    }

    pub const fn len(&self) -> usize {
        self.entries.len()
    }

    /// Every acknowledged command stands where its answer says, and nothing else that people asked for stands after the
    /// registration.
    pub fn holds_once(&self, registration: u64, acknowledged: &BTreeMap<Uuid, CommandResponse>) {
        let mut found: BTreeMap<Uuid, Vec<&Recorded>> = BTreeMap::new();
        for entry in &self.entries {
            if entry.index >= registration && entry.metadata.origin == Origin::Native {
                let id = entry.metadata.command_id;
                found.entry(id).or_default().push(entry);
            }
        }
        for (id, answer) in acknowledged {
            let entries = found.remove(id).unwrap_or_default();
            let indexes: Vec<u64> = entries.iter().map(|entry| entry.index).collect();
            let first = answer.position.as_ref().unwrap().index;
            let expected: Vec<u64> = (first..first + answer.count).collect();
            assert_eq!(indexes, expected, "the command {id}: {answer:?}");
            let last = entries.last().unwrap();
            assert_eq!(last.stream.as_str(), answer.stream);
            assert_eq!(last.revision, answer.revision);
            assert_eq!(last.recorded_at.as_micros(), answer.recorded_at_micros);
        }
        assert!(found.is_empty(), "nobody was told of {:?}", found.keys());
    }

    /// Every document has each of its reactions exactly once, with the same goods, or a refusal where a rule asks for
    /// one; and there is no reaction without its document.
    pub fn reactions_agree(&self) -> Compared {
        let mut reactions = Reactions::of(&self.entries);
        let mut compared = Compared::default();
        for entry in &self.entries {
            let Event::Stock(event) = &entry.event else {
                continue;
            };
            let document = (FacilityId::new(entry.stream.id()).unwrap(), entry.revision);
            if let stock::Event::StockDispatched(dispatch) = event {
                let left = sum(dispatch
                    .lines
                    .iter()
                    .map(|l| (&l.key.item, l.quantity.get())));
                once(&mut reactions.dispatched, &document, &left);
                compared.dispatches += 1;
                if let Some(id) = &dispatch.requisition {
                    let stream = format!("requisition-{id}");
                    let taken = reactions.is_taken(entry, &stream);
                    exactly(&mut reactions.fulfilled, &document, &left, taken);
                    compared.for_requisitions += 1;
                }
            }
            if let stock::Event::StockArrived(arrival) = event {
                let settled = sum(arrival.lines.iter().map(|l| (&l.key.item, l.shipped.get())));
                once(&mut reactions.arrived, &document, &settled);
                compared.arrivals += 1;
            }
            if let stock::Event::StockReceived(receipt) = event
                && let Some(order) = receipt.order()
            {
                let came = sum(receipt
                    .lines
                    .iter()
                    .map(|l| (&l.key.item, l.quantity.get())));
                let taken = reactions.is_taken(entry, &format!("order-{order}"));
                exactly(&mut reactions.delivered, &document, &came, taken);
                compared.receipts += 1;
            }
            if let stock::Event::StockAccepted(acceptance) = event
                && let Some(order) = &acceptance.order
            {
                let accepted = acceptance.lines.iter();
                let accepted = sum(accepted.map(|l| (&l.key.item, l.accepted.get())));
                let taken = reactions.is_taken(entry, &format!("order-{order}"));
                exactly(&mut reactions.inspected, &document, &accepted, taken);
                compared.inspections += 1;
            }
        }
        compared.refused_steps = reactions.refusals_seen(&self.entries);
        reactions.nothing_is_left();
        compared
    }

    /// The view of distribution, folded from the first event: every balance holds, transfers have recorded every
    /// document, and what is in transit is what left less what was settled, as the stores wrote it.
    pub async fn transit_agrees(&self) {
        let mut runner = Runner::default();
        let size = self.store.size();
        runner.catch_up_to(&self.store, size).await.unwrap();
        let views = runner.views();
        assert_eq!(balance::check(views).len(), 0);
        assert_eq!(balance::check_transit(views), []);
        let last = self.entries.last().unwrap().recorded_at;
        let at = EffectiveAt::new(last, 0).unwrap();
        let unsettled = views.distribution.unsettled_documents(at).value;
        assert_eq!(unsettled, []);
        let mut expected = Amounts::new();
        for entry in &self.entries {
            if let Event::Stock(stock::Event::StockDispatched(dispatch)) = &entry.event {
                for line in &dispatch.lines {
                    *expected.entry(line.key.item.clone()).or_default() += line.quantity.get();
                }
            }
            if let Event::Stock(stock::Event::StockArrived(arrival)) = &entry.event {
                for line in &arrival.lines {
                    *expected.entry(line.key.item.clone()).or_default() -= line.shipped.get();
                }
            }
        }
        let accounts = balance::transit(views).into_iter();
        let found: Amounts = accounts.map(|row| (row.item, row.in_transit)).collect();
        assert_eq!(found, expected, "goods in transit");
    }
}

impl Reactions {
    fn of(entries: &[Recorded]) -> Self {
        let mut all = Self::default();
        for entry in entries {
            match &entry.event {
                Event::Transfer(event) => all.transfer(event),
                Event::Order(event) => all.order(entry, event),
                Event::Requisition(event) => all.requisition(entry, event),
                Event::Reaction(reaction::Event::StepRefused(refused)) => {
                    let step = (refused.cause, refused.stream.as_str().to_owned());
                    *all.refused.entry(step).or_default() += 1;
                }
                _ => {}
            }
        }
        all
    }

    fn transfer(&mut self, event: &transfer::Event) {
        if let transfer::Event::TransferDispatched(shipment) = event {
            let lines = shipment.lines.iter();
            let amounts = sum(lines.map(|l| (&l.key.item, l.quantity.get())));
            let document = &shipment.dispatch;
            let document = (document.facility.clone(), document.revision);
            self.dispatched.entry(document).or_default().push(amounts);
        }
        if let transfer::Event::TransferArrived(receipt) = event {
            let settled =
                |l: &transfer::ReceiptLine| l.accepted.get() + l.rejected.get() + l.lost.get();
            let amounts = sum(receipt.lines.iter().map(|l| (&l.key.item, settled(l))));
            let document = (receipt.arrival.facility.clone(), receipt.arrival.revision);
            self.arrived.entry(document).or_default().push(amounts);
        }
    }

    fn order(&mut self, entry: &Recorded, event: &order::Event) {
        if let order::Event::OrderPlaced(_) = event {
            self.begun.insert(entry.stream.as_str().to_owned());
        }
        if let order::Event::DeliveryRecorded(delivery) = event {
            let amounts = sum(delivery.lines.iter().map(|l| (&l.item, l.quantity.get())));
            let document = (delivery.receipt.facility.clone(), delivery.receipt.revision);
            self.delivered.entry(document).or_default().push(amounts);
        }
        if let order::Event::DeliveryInspected(inspection) = event {
            let amounts = sum(inspection.lines.iter().map(|l| (&l.item, l.accepted.get())));
            let document = (inspection.receipt.facility.clone(), inspection.revision);
            self.inspected.entry(document).or_default().push(amounts);
        }
    }

    fn requisition(&mut self, entry: &Recorded, event: &requisition::Event) {
        if let requisition::Event::RequisitionSubmitted(_) = event {
            self.begun.insert(entry.stream.as_str().to_owned());
        }
        if let requisition::Event::RequisitionFulfilled(fulfilment) = event {
            let amounts = sum(fulfilment.lines.iter().map(|l| (&l.item, l.quantity.get())));
            let document = (fulfilment.from.clone(), fulfilment.dispatch);
            self.fulfilled.entry(document).or_default().push(amounts);
        }
    }

    /// Whether a step had to be taken. One on what nobody began is refused, visibly and once; any other is not refused.
    fn is_taken(&self, cause: &Recorded, stream: &str) -> bool {
        let taken = self.begun.contains(stream);
        let step = (cause.id, stream.to_owned());
        let refused = self.refused.get(&step).copied().unwrap_or_default();
        assert_eq!(refused, usize::from(!taken), "{stream} for {cause:?}");
        taken
    }

    /// Number of the refused steps, whose causes all are in the log.
    fn refusals_seen(&self, entries: &[Recorded]) -> usize {
        let ids: BTreeSet<Uuid> = entries.iter().map(|entry| entry.id).collect();
        assert!(self.refused.keys().all(|(cause, _)| ids.contains(cause)));
        self.refused.len()
    }

    fn nothing_is_left(&self) {
        for left in [
            &self.dispatched,
            &self.arrived,
            &self.delivered,
            &self.inspected,
            &self.fulfilled,
        ] {
            assert!(left.is_empty(), "reactions to no document: {left:?}");
        }
    }
}

/// Takes the one reaction to a document out, which says the same as the document.
fn once(reactions: &mut ByDocument, document: &Document, amounts: &Amounts) {
    let found = reactions.remove(document).unwrap_or_default();
    assert_eq!(found, std::slice::from_ref(amounts), "{document:?}");
}

/// The same where a reaction was to be taken, else none.
fn exactly(reactions: &mut ByDocument, document: &Document, amounts: &Amounts, taken: bool) {
    if taken {
        once(reactions, document, amounts);
    } else {
        assert!(!reactions.contains_key(document), "{document:?}");
    }
}

fn sum<'a>(lines: impl Iterator<Item = (&'a ItemCode, Decimal)>) -> Amounts {
    let mut amounts = Amounts::new();
    for (item, quantity) in lines {
        *amounts.entry(item.clone()).or_default() += quantity;
    }
    amounts
}
