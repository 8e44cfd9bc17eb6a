//! Orders to suppliers: placed, acknowledged, delivered, invoiced, paid, closed. What comes in stands in `supply`.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use sijill_ledger_core::domain::item::Category;
use sijill_ledger_core::domain::order::{
    Acknowledgement, Basis, Cancellation, Closure, Command, Invoice, InvoiceLine, Order, OrderLine,
    Payment, PaymentApproval, PaymentPurpose, Placement,
};
use sijill_ledger_core::domain::values::{
    ContractId, Currency, Date, DocumentNumber, Money, OrderId, OrganizationId, Text, UnitPrice,
    ValueError, legal,
};
use sijill_ledger_core::event::{Actor, ActorId, Role};

use super::anomalies::Anomalies;
use super::calendar::day_of_month;
use super::catalogue::LISTINGS;
use super::registry::MINISTRY;
use super::world::{Ask, Post, Today, quantity};

/// Orders on their way, by number.
pub type Purchases = BTreeMap<u64, Purchase>;
/// What is to be done about which order, by day.
pub type Agenda = BTreeMap<Date, Vec<(u64, Task)>>;

/// Days in which a supplier promises to deliver.
const PROMISED_DAYS: i32 = 14;
/// Days after which an order that nobody delivered is called off.
const PATIENCE_DAYS: i32 = 150;
/// Purchases up to so many pounds need no contract.
const DIRECT_POUNDS_MAX: u64 = 250_000;

/// An order on its way.
#[derive(Clone, Debug)]
pub struct Purchase {
    /// The listing.
    pub item: usize,
    /// The supplier's number, from 1.
    pub supplier: usize,
    /// Base units ordered.
    pub ordered: u64,
    /// Base units taken over until now.
    pub accepted: u64,
    /// Price of a base unit, as ordered.
    pub price: UnitPrice,
}

/// What is to be done about an order on a day.
#[derive(Clone, Copy, Debug)]
pub enum Task {
    /// The supplier takes note.
    Acknowledge,
    /// Another approves the emergency.
    ApproveEmergency,
    /// So many base units come.
    Deliver(u64),
    /// The supplier sends its invoice; a second one where the first was wrong.
    Invoice {
        /// Counted from 1.
        number: u8,
        /// At a price that was not agreed.
        inflated: bool,
    },
    /// The payment of an invoice is approved.
    ApprovePayment {
        /// The invoice.
        number: u8,
    },
    /// It is paid.
    Pay {
        /// The invoice.
        number: u8,
    },
    /// Nothing more is expected.
    Close,
    /// It never came.
    Cancel,
}

impl Today<'_> {
    /// Each item is ordered every third month, for the months to come.
    pub fn orders(&mut self, anomalies: &Anomalies) -> Result<(), ValueError> {
        let month = self.day.month();
        let due = |item: usize| {
            let phase = usize::try_from(month.number()).unwrap_or(0) % 3;
            let day = usize::try_from(day_of_month(self.day)).unwrap_or(1);
            item % 3 == phase && day == 2 + item % 20
        };
        let due: Vec<usize> = (0..LISTINGS.len()).filter(|item| due(*item)).collect();
        for item in due {
            if LISTINGS[item].category == Category::Durable {
                continue;
            }
            let target = self.world.monthly(0, item, month.plus(1)) * 5;
            let held = self.world.shelf(0, item).on_hand() + self.world.on_order(item);
            let short = target.saturating_sub(held);
            if short > 0 {
                let units = self.world.rng.about(short, 15).max(1);
                self.buy(item, units, anomalies)?;
            }
        }
        if self.day == anomalies.emergency_on {
            self.buy_in_emergency(anomalies)?;
        }
        Ok(())
    }

    fn buy(&mut self, item: usize, units: u64, anomalies: &Anomalies) -> Result<(), ValueError> {
        let (supplier, price) = (usual_supplier(item), LISTINGS[item].price()?);
        let pounds = LISTINGS[item].pounds(units);
        let basis = if LISTINGS[item].category != Category::Medicine && pounds <= DIRECT_POUNDS_MAX
        {
            Basis::Direct(Text::new("below the tender threshold / دون حد المناقصة")?)
        } else if let Some(contract) = self.world.contracts.get(&item) {
            Basis::Contract(contract.clone())
        } else {
            let year = self.day.month().number() / 12;
            Basis::Contract(ContractId::new(&format!("CTR-{year}-{supplier:02}"))?)
        };
        let number = self.place(item, supplier, units, price, basis)?;
        let (first, last) = anomalies.failed;
        if item == anomalies.failed_item && (first..=last).contains(&self.day) {
            self.plan(number, PATIENCE_DAYS, Task::Cancel);
            return Ok(());
        }
        let late = supplier == anomalies.late_supplier || self.world.rng.percent(12);
        let (soonest, latest) = if late { (15, 30) } else { (7, 14) };
        let days = i32::try_from(self.world.rng.between(soonest, latest)).unwrap_or(14);
        let coming = if self.world.rng.percent(4) {
            units - units / 15
        } else {
            units
        };
        let mut last = days;
        if coming > 10 && self.world.rng.percent(10) {
            let first = coming * 6 / 10;
            self.plan(number, days, Task::Deliver(first));
            last += 7;
            self.plan(number, last, Task::Deliver(coming - first));
        } else {
            self.plan(number, days, Task::Deliver(coming));
        }
        let inflated =
            supplier == anomalies.inflating_supplier && self.day >= anomalies.inflating_from;
        if inflated {
            self.world.inflated.get_or_insert(number);
        }
        self.settle_after(number, last, inflated);
        Ok(())
    }

    /// What follows the last delivery; an inflated invoice is refused, and a right one comes later.
    fn settle_after(&mut self, order: u64, delivered: i32, inflated: bool) {
        self.plan(order, 1, Task::Acknowledge);
        let mut at = delivered + 6;
        let first = Task::Invoice {
            number: 1,
            inflated,
        };
        self.plan(order, at, first);
        let number = if inflated { 2 } else { 1 };
        if inflated {
            at += 8;
            let right = Task::Invoice {
                number,
                inflated: false,
            };
            self.plan(order, at, right);
        }
        self.plan(order, at + 3, Task::ApprovePayment { number });
        self.plan(order, at + 12, Task::Pay { number });
        self.plan(order, at + 13, Task::Close);
    }

    /// The planted emergency: at twice the price, from another supplier.
    fn buy_in_emergency(&mut self, anomalies: &Anomalies) -> Result<(), ValueError> {
        let item = anomalies.failed_item;
        let listed = LISTINGS[item].price()?;
        let price = UnitPrice::new(listed.amount() + listed.amount(), listed.currency())?;
        let reason = Text::new("insulin ran out nationwide / نفاد الإنسولين على مستوى البلد")?;
        let units = self.world.monthly(0, item, self.day.month()) / 4 + 1;
        let number = self.place(item, 11, units, price, Basis::Emergency(reason))?;
        self.world.emergency = Some(number);
        self.plan(number, 3, Task::Deliver(units));
        self.plan(number, 5, Task::ApproveEmergency);
        self.settle_after(number, 3, false);
        Ok(())
    }

    fn place(
        &mut self,
        item: usize,
        supplier: usize,
        units: u64,
        price: UnitPrice,
        basis: Basis,
    ) -> Result<u64, ValueError> {
        let number = self.world.next_number();
        let placement = Placement {
            number: DocumentNumber::new(&format!("EG-MOHP/PO/{number}"))?,
            basis,
            buyer: OrganizationId::new(MINISTRY)?,
            supplier: supplier_id(supplier)?,
            currency: Currency::new("EGP")?,
            delivery_terms: None,
            attachment: None,
            called_by: None,
            lines: vec![OrderLine {
                item: self.world.items[item].clone(),
                facility: self.world.sites[0].id.clone(),
                quantity: quantity(units)?,
                unit_price: price,
                due: Some(self.day.plus_days(PROMISED_DAYS)),
            }],
        };
        self.world.purchases.insert(
            number,
            Purchase {
                item,
                supplier,
                ordered: units,
                accepted: 0,
                price,
            },
        );
        self.ask(number, Post::Officer, 8 * 60, Command::Place(placement))?;
        Ok(number)
    }

    fn plan(&mut self, order: u64, days: i32, task: Task) {
        let day = self.day.plus_days(days);
        self.world
            .agenda
            .entry(day)
            .or_default()
            .push((order, task));
    }

    /// What was planned for today.
    pub fn purchases(&mut self) -> Result<(), ValueError> {
        for (order, task) in self.world.agenda.remove(&self.day).unwrap_or_default() {
            self.do_task(order, task)?;
        }
        Ok(())
    }

    fn do_task(&mut self, order: u64, task: Task) -> Result<(), ValueError> {
        let Some(purchase) = self.world.purchases.get(&order).cloned() else {
            return Ok(());
        };
        let nothing_came = purchase.accepted == 0;
        match task {
            Task::Acknowledge => self.acknowledge(order, purchase.supplier),
            Task::ApproveEmergency => {
                let reason = Text::new("patients at risk / خطر على المرضى")?;
                let command = Command::ApproveEmergency { reason };
                self.ask(order, Post::Director, 9 * 60, command)
            }
            Task::Deliver(units) => self.deliver(order, &purchase, units),
            Task::Invoice { .. } | Task::ApprovePayment { .. } | Task::Pay { .. }
                if nothing_came =>
            {
                Ok(())
            }
            Task::Invoice { number, inflated } => self.invoice(order, &purchase, number, inflated),
            Task::ApprovePayment { number } => {
                let approval = PaymentApproval {
                    payment: paper(order, "PAY", number)?,
                    purpose: PaymentPurpose::Invoice(paper(order, "INV", number)?),
                    amount: purchase.amount(purchase.price)?,
                };
                let command = Command::ApprovePayment(approval);
                self.ask(order, Post::Director, 11 * 60, command)
            }
            Task::Pay { number } => {
                let payment = Payment {
                    payment: paper(order, "PAY", number)?,
                    paid_on: self.day,
                    amount: purchase.amount(purchase.price)?,
                    reference: DocumentNumber::new(&format!("CBE/{order}"))?,
                };
                self.ask(order, Post::Payer, 13 * 60, Command::RecordPayment(payment))
            }
            Task::Close => {
                let missing = purchase.accepted < purchase.ordered;
                let why = Text::new("the rest is not delivered / لن يُورَّد الباقي")?;
                let reason = missing.then_some(why);
                self.world.purchases.remove(&order);
                let command = Command::Close(Closure { reason });
                self.ask(order, Post::Officer, 14 * 60, command)
            }
            Task::Cancel => {
                let reason = Text::new("never delivered / لم يُورَّد قط")?;
                self.world.purchases.remove(&order);
                let command = Command::Cancel(Cancellation { reason });
                self.ask(order, Post::Officer, 14 * 60, command)
            }
        }
    }

    fn acknowledge(&mut self, order: u64, supplier: usize) -> Result<(), ValueError> {
        let actor = Actor {
            id: ActorId::Organization(supplier_id(supplier)?),
            role: Role::Supplier,
            position: None,
        };
        let command = Command::Acknowledge(Acknowledgement { reference: None });
        let stream = Order::stream(&order_id(order)?);
        self.ask_as(stream, actor, 10 * 60, Ask::Order(command))
    }

    fn invoice(
        &mut self,
        order: u64,
        purchase: &Purchase,
        number: u8,
        inflated: bool,
    ) -> Result<(), ValueError> {
        let price = if inflated {
            // A fifth more than was ordered.
            let ordered = purchase.price;
            UnitPrice::new(ordered.amount() * Decimal::new(12, 1), ordered.currency())?
        } else {
            purchase.price
        };
        let invoice = Invoice {
            number: paper(order, "INV", number)?,
            dated: self.day.plus_days(-1),
            attachment: None,
            lines: vec![InvoiceLine {
                line: 1,
                quantity: quantity(purchase.accepted)?,
                unit_price: price,
            }],
            total: purchase.amount(price)?,
        };
        self.ask(
            order,
            Post::Officer,
            12 * 60,
            Command::RecordInvoice(invoice),
        )
    }

    fn ask(
        &mut self,
        order: u64,
        post: Post,
        minute: u32,
        command: Command,
    ) -> Result<(), ValueError> {
        let stream = Order::stream(&order_id(order)?);
        let actor = self.world.actor(0, post)?;
        self.ask_as(stream, actor, minute, Ask::Order(command))
    }
}

impl Purchase {
    /// What was taken over, at a price.
    fn amount(&self, price: UnitPrice) -> Result<Money, ValueError> {
        let accepted = quantity(self.accepted)?;
        let beyond = || {
            ValueError::new(
                "amount",
                accepted,
                legal("مبلغ دون 10^14", "an amount below 10^14"),
            )
        };
        price.line_total(accepted).ok_or_else(beyond)
    }
}

/// The id of an order.
pub fn order_id(number: u64) -> Result<OrderId, ValueError> {
    OrderId::new(&format!("PO-{number:06}"))
}

/// Number of the supplier from whom the ministry usually orders an item.
pub const fn usual_supplier(item: usize) -> usize {
    item % 12 + 1
}

/// The id of a supplier.
pub fn supplier_id(number: usize) -> Result<OrganizationId, ValueError> {
    OrganizationId::new(&format!("SUP-{number:02}"))
}

fn paper(order: u64, kind: &str, number: u8) -> Result<DocumentNumber, ValueError> {
    DocumentNumber::new(&format!("{kind}/{order}/{number}"))
}
