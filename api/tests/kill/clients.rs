//! Clients that send a mix of commands until the server dies, and know what was acknowledged and what is in doubt.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use sijill_schemas::types::v1::CommandResponse;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;
use uuid::Uuid;

use super::asks::{Ask, Connection, Goods, What};
use super::country::{FACILITIES, INSPECTED, ITEMS};

/// Most tries of a command in doubt once the server stays up.
const TRIES_MAX: u32 = 100;

/// What clients and the killer of their server tell each other.
#[derive(Debug, Default)]
pub struct Life {
    /// Commands that were answered with a result.
    pub answers: AtomicU64,
    /// The server was killed.
    pub dead: AtomicBool,
}

/// Numbers that look random and are the same for a seed (`SplitMix64`).
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below a bound.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % bound
    }

    fn place(&mut self, count: usize) -> usize {
        usize::try_from(self.below(count as u64)).unwrap()
    }

    fn one_in(&mut self, bound: u64) -> bool {
        self.below(bound) == 0
    }
}

/// A client, and what it knows.
#[derive(Debug)]
pub struct Client {
    number: u64,
    next: u64,
    dice: Dice,
    /// Sent, and answered by nobody, in the order of sending.
    doubtful: Vec<Ask>,
    /// Answered with a result.
    pub acknowledged: Vec<(Ask, CommandResponse)>,
    /// Refused by a rule: nothing of them may be in the log.
    pub refused: Vec<Uuid>,
    /// How many were in doubt, and how many of those had been recorded.
    pub retried: usize,
    pub recovered: usize,
    known: Known,
}

/// What is begun and may be gone on with; all of it acknowledged.
#[derive(Debug, Default)]
struct Known {
    /// Orders, with what they order.
    orders: Vec<(String, Goods)>,
    /// Receipts that wait for an inspection, with their revisions.
    uninspected: Vec<(u64, Goods)>,
    /// Transfers on their way, with what left and whereto.
    on_the_way: Vec<(String, Goods, usize)>,
    /// Requisitions that wait for an approval, with the store that is asked.
    requested: Vec<(String, Goods, usize)>,
    /// Requisitions that wait for goods.
    approved: Vec<(String, Goods, usize)>,
}

impl Client {
    pub fn new(number: u64, seed: u64) -> Self {
        Self {
            number,
            next: 0,
            dice: Dice::new(seed.wrapping_mul(1_000).wrapping_add(number)),
            doubtful: Vec::new(),
            acknowledged: Vec::new(),
            refused: Vec::new(),
            retried: 0,
            recovered: 0,
            known: Known::default(),
        }
    }

    /// Asks again what is in doubt, then something new all the time, until the server is dead.
    pub async fn work(mut self, mut connection: Connection, life: Arc<Life>) -> Self {
        let mut again = std::mem::take(&mut self.doubtful).into_iter();
        while !life.dead.load(Ordering::Relaxed) {
            let answered = self.acknowledged.len();
            let retry = again.next();
            let is_retry = retry.is_some();
            let ask = retry.unwrap_or_else(|| self.something());
            self.ask(&mut connection, ask, is_retry).await;
            let more = self.acknowledged.len() - answered;
            life.answers.fetch_add(more as u64, Ordering::Relaxed);
        }
        self.doubtful.extend(again);
        self
    }

    /// Asks again what is in doubt until nothing is.
    pub async fn settle(mut self, mut connection: Connection) -> Self {
        for _ in 0..TRIES_MAX {
            for ask in std::mem::take(&mut self.doubtful) {
                self.ask(&mut connection, ask, true).await;
            }
            if self.doubtful.is_empty() {
                return self;
            }
        }
        panic!("still in doubt: {:?}", self.doubtful);
    }

    /// Asks everything again that was acknowledged: each is answered with its first result.
    pub async fn repeat(self, mut connection: Connection) -> Self {
        for (ask, first) in &self.acknowledged {
            let again = connection.send(ask).await.unwrap();
            let repeated = true;
            let expected = CommandResponse {
                repeated,
                ..first.clone()
            };
            assert_eq!(again, expected, "{ask:?}");
        }
        self
    }

    /// Stock of everything at every store, for the first client.
    pub async fn provide(mut self, mut connection: Connection) -> Self {
        for store in 0..FACILITIES.len() {
            for item in 0..ITEMS.len() {
                let goods = Goods {
                    store,
                    item,
                    quantity: 100_000,
                };
                let ask = self.numbered(What::Produce { goods });
                self.ask(&mut connection, ask, false).await;
            }
        }
        assert!(self.doubtful.is_empty() && self.refused.is_empty());
        self
    }

    async fn ask(&mut self, connection: &mut Connection, ask: Ask, is_retry: bool) {
        match connection.send(&ask).await {
            Ok(answer) => {
                self.recovered += usize::from(is_retry && answer.repeated);
                assert!(is_retry || !answer.repeated, "{ask:?}: {answer:?}");
                self.known.learn(&ask, &answer);
                self.acknowledged.push((ask, answer));
            }
            Err(status) if status.code() == Code::FailedPrecondition => self.refused.push(ask.id),
            Err(status) => {
                assert!(is_doubt(&status), "{ask:?}: {status:?}");
                self.retried += usize::from(!is_retry);
                self.doubtful.push(ask);
                // The server is dying or busy.
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
    }

    fn numbered(&mut self, what: What) -> Ask {
        self.next += 1;
        let id = (u128::from(self.number) + 1) << 64 | u128::from(self.next);
        let id = Uuid::from_u128(id);
        Ask { id, what }
    }

    fn something(&mut self) -> Ask {
        let what = match self.dice.below(10) {
            0 => self.place(),
            1 | 2 => self.receive(),
            3 => self.accept(),
            4 | 5 => self.dispatch(),
            6 | 7 => self.arrive(),
            8 => self.request_or_approve(),
            _ => self.issue(),
        };
        self.numbered(what)
    }

    fn goods(&mut self) -> Goods {
        Goods {
            store: self.dice.place(FACILITIES.len()),
            item: self.dice.place(ITEMS.len()),
            quantity: 1 + i64::try_from(self.dice.below(20)).unwrap(),
        }
    }

    fn other_than(&mut self, store: usize) -> usize {
        (store + 1 + self.dice.place(FACILITIES.len() - 1)) % FACILITIES.len()
    }

    fn place(&mut self) -> What {
        let goods = self.goods();
        What::Place { goods }
    }

    /// Against an order of its own, whole or in part or more than is left; sometimes against one that nobody placed.
    fn receive(&mut self) -> What {
        if self.dice.one_in(10) {
            let goods = self.goods();
            let order = format!("NOBODYS-{}-{}", self.number, self.next);
            return What::Receive { goods, order };
        }
        if self.known.orders.is_empty() {
            return self.place();
        }
        let place = self.dice.place(self.known.orders.len());
        let (order, ordered) = self.known.orders[place].clone();
        let quantity = self.goods().quantity;
        let goods = Goods {
            quantity,
            ..ordered
        };
        What::Receive { goods, order }
    }

    fn accept(&mut self) -> What {
        let Some((receipt, goods)) = self.known.uninspected.pop() else {
            return self.receive();
        };
        let rejected = i64::from(self.dice.one_in(3));
        What::Accept {
            goods,
            receipt,
            rejected,
        }
    }

    /// For a requisition where one waits, approved or not; sometimes for one that nobody submitted.
    fn dispatch(&mut self) -> What {
        let early = self.dice.one_in(4);
        let waiting = match self.known.approved.pop() {
            None if early => self.known.requested.pop(),
            found => found,
        };
        if let Some((requisition, asked, supplier)) = waiting {
            let goods = Goods {
                store: supplier,
                ..asked
            };
            return What::Dispatch {
                goods,
                to: asked.store,
                requisition: Some(requisition),
            };
        }
        let goods = self.goods();
        let nobodys = format!("NOBODYS-{}-{}", self.number, self.next);
        What::Dispatch {
            goods,
            to: self.other_than(goods.store),
            requisition: self.dice.one_in(10).then_some(nobodys),
        }
    }

    fn arrive(&mut self) -> What {
        let Some((transfer, sent, to)) = self.known.on_the_way.pop() else {
            return self.dispatch();
        };
        let goods = Goods { store: to, ..sent };
        What::Arrive {
            goods,
            from: sent.store,
            transfer,
            lost: i64::from(self.dice.one_in(3)),
        }
    }

    fn request_or_approve(&mut self) -> What {
        if let Some((requisition, goods, supplier)) = self.known.requested.pop() {
            // Goods may be sent as soon as this is sent: whether it was approved by then, the ledger judges.
            let waits = (requisition.clone(), goods, supplier);
            self.known.approved.push(waits);
            return What::Approve { goods, requisition };
        }
        let goods = self.goods();
        let supplier = self.other_than(goods.store);
        What::Request { goods, supplier }
    }

    fn issue(&mut self) -> What {
        let goods = self.goods();
        What::Issue { goods }
    }
}

impl Known {
    fn learn(&mut self, ask: &Ask, answer: &CommandResponse) {
        let number = ask.own_number();
        match &ask.what {
            What::Place { goods } => self.orders.push((number, *goods)),
            What::Receive { goods, .. } if goods.item == INSPECTED => {
                let receipt = answer.revision + 1 - answer.count;
                self.uninspected.push((receipt, *goods));
            }
            What::Dispatch { goods, to, .. } => self.on_the_way.push((number, *goods, *to)),
            What::Request { goods, supplier } => self.requested.push((number, *goods, *supplier)),
            What::Produce { .. }
            | What::Receive { .. }
            | What::Accept { .. }
            | What::Issue { .. }
            | What::Arrive { .. }
            | What::Approve { .. } => {}
        }
    }
}

/// Whether nobody knows what became of a command: the connection broke, or the server says so, or it was busy.
fn is_doubt(status: &Status) -> bool {
    let busy = [Code::Aborted, Code::ResourceExhausted, Code::Unavailable];
    status.get_details_error_info().is_none() || busy.contains(&status.code())
}
