//! Random histories of orders, transfers and requisitions beside those of stock: what policies record comes a few events behind the
//! documents of the stores, and quantities are free.

use proptest::prelude::*;
use sijill_ledger_core::domain::stock::StockKey;
use sijill_ledger_core::domain::values::{Date, Quantity};
use sijill_ledger_core::event::Event;

use super::random::{self, BACK_DAYS_MAX, FACILITIES, Writer};
use super::trade::{
    Ordered, approve, ask, cancel_order, close_order, close_transfer, deliver, fulfil, inspect,
    land, place, reject, ship, take_back, under, unmet, withdraw,
};
use super::{Log, accept, arrive, dispatch, key, lose, noon, quantity, receive, reverse};

/// One step of trade, before it is known what it can refer to.
#[derive(Clone, Debug)]
pub struct Step {
    kind: u8,
    place: usize,
    item: usize,
    amount: u32,
    back_days: i32,
    pick: usize,
}

const ITEMS: [&str; 2] = ["AMOX", "ORS"];
const SUPPLIERS: [&str; 2] = ["acme", "nile"];

/// Steps of stock and of trade, to be taken in turns.
pub fn both(most: usize) -> impl Strategy<Value = (Vec<random::Step>, Vec<Step>)> {
    let step = (
        0_u8..14,
        0_usize..2,
        0_usize..2,
        0_u32..60,
        prop_oneof![3 => Just(0_i32), 1 => 0_i32..20],
        0_usize..64,
    );
    let step = step.prop_map(|(kind, place, item, amount, back_days, pick)| Step {
        kind,
        place,
        item,
        amount,
        back_days,
        pick,
    });
    (random::steps(most), prop::collection::vec(step, 0..most))
}

/// The log of the steps, and its last day.
pub fn history(stock: &[random::Step], trade: &[Step]) -> (Log, Date) {
    let mut trader = Trader {
        writer: Writer::default(),
        transfers: Vec::new(),
        orders: Vec::new(),
        requisitions: Vec::new(),
        late: Vec::new(),
    };
    for turn in 0..stock.len().max(trade.len()) {
        if let Some(step) = stock.get(turn) {
            trader.writer.step(step);
        }
        if let Some(step) = trade.get(turn) {
            trader.step(step);
        }
    }
    // The policies come behind, in the order of the log; the last one may not have come yet.
    trader.late.pop();
    trader.policies();
    (trader.writer.log, trader.writer.today)
}

struct Trader {
    writer: Writer,
    /// Closed ones have left.
    transfers: Vec<Sent>,
    orders: Vec<Bought>,
    requisitions: Vec<Asked>,
    /// What policies will record: stream, effective day, event.
    late: Vec<(String, Date, Event)>,
}

/// A transfer: what is in transit of its keys.
struct Sent {
    id: String,
    from: usize,
    to: usize,
    lines: Vec<(StockKey, u32)>,
}

#[derive(Clone)]
struct Bought {
    id: String,
    lines: Vec<(usize, usize)>,
    receipts: Vec<Waiting>,
}

/// A receipt: what is left of it to inspect; and since when it can be taken back, while it can.
#[derive(Clone)]
struct Waiting {
    store: usize,
    revision: u64,
    item: usize,
    left: u32,
    reversible: Option<Date>,
}

struct Asked {
    id: String,
    from: usize,
    item: usize,
    amount: u32,
    complete: bool,
}

impl Trader {
    fn step(&mut self, step: &Step) {
        let today = self.writer.today;
        let day = today.plus_days(-step.back_days);
        match step.kind {
            0 | 1 => self.dispatch(step, day),
            2 | 3 => self.arrive(step, day),
            4 => self.close_transfer(step, today),
            5 => self.place(step, day),
            6 | 7 => self.deliver(step, day),
            8 => self.inspect(step, today),
            9 => self.take_back(step, today),
            10 => self.end_order(step, today),
            11 => self.ask(step, today),
            12 => self.answer(step, today),
            _ => self.lose_in_custody(step, day),
        }
        // Policies run a few events behind.
        if self.late.len() > 3 {
            self.policies();
        }
    }

    fn policies(&mut self) {
        for (stream, day, event) in std::mem::take(&mut self.late) {
            self.writer.log.push(&stream, noon(day), event);
        }
    }

    fn react(&mut self, stream: String, day: Date, event: impl Into<Event>) {
        self.late.push((stream, day, event.into()));
    }

    fn dispatch(&mut self, step: &Step, day: Date) {
        let (from, to) = (step.place, 1 - step.place);
        let amount = step.amount + 1;
        let goods = key(&format!("{}/B{}", ITEMS[step.item], 1 + step.pick % 2));
        let same = |sent: &Sent| sent.from == from && step.pick > 40;
        let under_way = self.transfers.iter().position(same);
        let place = under_way.unwrap_or_else(|| {
            let id = format!("T{}", self.writer.log.events.len());
            self.transfers.push(Sent {
                id,
                from,
                to,
                lines: Vec::new(),
            });
            self.transfers.len() - 1
        });
        let id = self.transfers[place].id.clone();
        self.transfers[place].lines.push((goods.clone(), amount));
        let sent = dispatch(goods.clone(), quantity(amount), None);
        let sent = under(sent, &id, FACILITIES[to]);
        let revision = self.writer.log.stock(FACILITIES[from], noon(day), sent);
        let due = step.pick.is_multiple_of(3).then(|| day.plus_days(5));
        let asked = self.requisitions.iter().rposition(|asked| {
            asked.from == to && asked.item == step.item && asked.complete && step.pick < 50
        });
        let asked = asked.map(|place| self.requisitions[place].id.clone());
        let lines = [(goods, quantity(amount))];
        let shipment = ship(
            (FACILITIES[from], revision),
            FACILITIES[to],
            day,
            due,
            asked.as_deref(),
            &lines,
        );
        self.react(format!("transfer-{id}"), day, shipment);
        if let Some(asked) = asked {
            let sent = fulfil(&id, revision, &[(ITEMS[step.item], quantity(amount))]);
            self.react(format!("requisition-{asked}"), day, sent);
        }
    }

    fn arrive(&mut self, step: &Step, day: Date) {
        let Some(place) = step.pick.checked_rem(self.transfers.len()) else {
            return;
        };
        let Sent {
            id,
            from,
            to,
            lines,
        } = &mut self.transfers[place];
        let Some(line) = step.amount.checked_rem(u32::try_from(lines.len()).unwrap()) else {
            return;
        };
        let (goods, left) = &mut lines[line as usize];
        let settled = (*left).min(step.amount + 1);
        // A few of them arrive twice, or more of them than left.
        if step.pick != 7 {
            *left -= settled;
        }
        let (rejected, lost) = (settled / 5, settled / 7);
        let parts = [settled - rejected - lost, rejected, lost].map(quantity);
        let (goods, from, to, id) = (
            goods.clone(),
            FACILITIES[*from],
            FACILITIES[*to],
            id.clone(),
        );
        let came = under(arrive(goods.clone(), parts[0], None), &id, from);
        let revision = self.writer.log.stock(to, noon(day), came);
        let event = land((to, revision), from, day, goods, parts);
        self.react(format!("transfer-{id}"), day, event);
    }

    fn close_transfer(&mut self, step: &Step, today: Date) {
        // What was recorded before is known to whoever closes.
        self.policies();
        let Some(place) = step.pick.checked_rem(self.transfers.len()) else {
            return;
        };
        let Sent { id, lines, .. } = self.transfers.remove(place);
        let lost: Vec<(StockKey, Quantity)> = lines
            .into_iter()
            .filter(|(_, left)| *left > 0)
            .map(|(goods, left)| (goods, quantity(left)))
            .collect();
        let event = close_transfer(&lost);
        self.writer
            .log
            .push(&format!("transfer-{id}"), noon(today), event);
    }

    fn place(&mut self, step: &Step, day: Date) {
        let id = format!("P{}", self.writer.log.events.len());
        let due = (!step.pick.is_multiple_of(5)).then(|| day.plus_days(10));
        let first = (step.item, step.place);
        let mut lines = vec![first];
        if step.pick.is_multiple_of(2) {
            lines.extend([(1 - step.item, step.place), (step.item, 1 - step.place)]);
        }
        let amount = quantity(step.amount + 1);
        let ordered: Vec<Ordered<'_>> = lines
            .iter()
            .map(|(item, place)| (ITEMS[*item], FACILITIES[*place], amount, due))
            .collect();
        let event = place(SUPPLIERS[step.pick % 2], &ordered);
        self.writer
            .log
            .push(&format!("order-{id}"), noon(day), event);
        self.orders.push(Bought {
            id,
            lines,
            receipts: Vec::new(),
        });
    }

    fn deliver(&mut self, step: &Step, day: Date) {
        let Some(place) = step.pick.checked_rem(self.orders.len()) else {
            return;
        };
        let order = self.orders[place].clone();
        let number = step.amount as usize % order.lines.len();
        let (item, store) = order.lines[number];
        let (provisional, amount) = (step.pick.is_multiple_of(3), step.amount + 1);
        let goods = key(&format!("{}/B1", ITEMS[item]));
        let came = receive(goods, quantity(amount), None, provisional);
        let revision = self.writer.log.stock(FACILITIES[store], noon(day), came);
        let line = (step.pick != 11).then_some(u16::try_from(number).unwrap() + 1);
        let half = quantity(amount / 2);
        let rest = quantity(amount - amount / 2);
        let event = deliver(
            (FACILITIES[store], revision),
            day,
            ITEMS[item],
            &[(line, half), (line, rest)],
            provisional,
        );
        self.react(format!("order-{}", order.id), day, event);
        self.orders[place].receipts.push(Waiting {
            store,
            revision,
            item,
            left: if provisional { amount } else { 0 },
            reversible: Some(day),
        });
    }

    fn inspect(&mut self, step: &Step, today: Date) {
        let Some((order, place)) = self.pick_receipt(step) else {
            return;
        };
        let waiting = &mut self.orders[order].receipts[place];
        let settled = waiting.left.min(step.amount);
        if settled == 0 {
            return;
        }
        waiting.left -= settled;
        waiting.reversible = None;
        let (store, revision, item) = (waiting.store, waiting.revision, waiting.item);
        let (accepted, rejected) = (quantity(settled - settled / 4), quantity(settled / 4));
        let goods = key(&format!("{}/B1", ITEMS[item]));
        let found = accept(revision, goods, accepted, rejected);
        let by = self.writer.log.stock(FACILITIES[store], noon(today), found);
        let event = inspect(
            (FACILITIES[store], revision),
            by,
            ITEMS[item],
            accepted,
            rejected,
        );
        let stream = format!("order-{}", self.orders[order].id);
        self.react(stream, today, event);
    }

    fn take_back(&mut self, step: &Step, today: Date) {
        let Some((order, place)) = self.pick_receipt(step) else {
            return;
        };
        let oldest = today.plus_days(-BACK_DAYS_MAX);
        let waiting = self.orders[order].receipts[place].clone();
        if waiting.reversible.is_none_or(|day| day < oldest) {
            return;
        }
        self.orders[order].receipts.remove(place);
        let (store, revision, item) = (waiting.store, waiting.revision, waiting.item);
        let goods = key(&format!("{}/B1", ITEMS[item]));
        let event = reverse(revision, vec![goods]);
        self.writer.log.stock(FACILITIES[store], noon(today), event);
        let stream = format!("order-{}", self.orders[order].id);
        self.react(stream, today, take_back(FACILITIES[store], revision));
    }

    fn pick_receipt(&self, step: &Step) -> Option<(usize, usize)> {
        let order = step.pick.checked_rem(self.orders.len())?;
        let receipts = &self.orders[order].receipts;
        Some((order, (step.amount as usize).checked_rem(receipts.len())?))
    }

    fn end_order(&mut self, step: &Step, today: Date) {
        self.policies();
        let Some(place) = step.pick.checked_rem(self.orders.len()) else {
            return;
        };
        let order = self.orders.remove(place);
        let event = if order.receipts.is_empty() {
            cancel_order()
        } else {
            close_order()
        };
        let stream = format!("order-{}", order.id);
        self.writer.log.push(&stream, noon(today), event);
    }

    fn ask(&mut self, step: &Step, today: Date) {
        let id = format!("Q{}", self.writer.log.events.len());
        let amount = step.amount + 1;
        let lines = [
            (ITEMS[step.item], quantity(amount)),
            (ITEMS[1 - step.item], quantity(3)),
        ];
        let event = ask(FACILITIES[step.place], FACILITIES[1 - step.place], &lines);
        self.writer
            .log
            .push(&format!("requisition-{id}"), noon(today), event);
        self.requisitions.push(Asked {
            id,
            from: step.place,
            item: step.item,
            amount,
            complete: false,
        });
    }

    fn answer(&mut self, step: &Step, today: Date) {
        let Some(place) = step.pick.checked_rem(self.requisitions.len()) else {
            return;
        };
        let (id, item, amount) = {
            let asked = &self.requisitions[place];
            (asked.id.clone(), ITEMS[asked.item], asked.amount)
        };
        let stream = format!("requisition-{id}");
        let event = match step.amount % 6 {
            0..=2 => {
                let complete = !step.amount.is_multiple_of(3);
                self.requisitions[place].complete |= complete;
                approve(complete, &[(item, quantity(amount / 2))])
            }
            3 => unmet(&[(item, quantity(amount / 3 + 1))]),
            4 => reject(),
            _ => withdraw(),
        };
        if step.amount % 6 > 2 {
            self.requisitions.remove(place);
        }
        self.writer.log.push(&stream, noon(today), event);
    }

    fn lose_in_custody(&mut self, step: &Step, day: Date) {
        let event = lose(key(ITEMS[step.item]), quantity(step.amount + 1), true);
        self.writer
            .log
            .stock(FACILITIES[step.place], noon(day), event);
    }
}
