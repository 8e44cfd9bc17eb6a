//! The rulebook, rule by rule: given, when, then.

use rust_decimal::Decimal;

use super::*;
use crate::domain::facility;
use crate::domain::item::{self, Category, Tracking};
use crate::domain::official::{self, Appointment, Conflict, Delegation, Interest, Official, Seat};
use crate::domain::organization::{self, Debarment, Registration};
use crate::domain::ruleset::{self, Adoption, Proposal, Rules, Ruleset};
use crate::domain::values::*;
use crate::event::{Actor, Role};
use crate::testing::{Given, actor};

mod calling;
mod delivering;
mod invoicing;
mod paying;
mod placing;

pub(super) fn text(text: &str) -> Text {
    Text::new(text).unwrap()
}

pub(super) fn day(day: &str) -> Date {
    Date::parse(day).unwrap()
}

pub(super) fn paper(number: &str) -> DocumentNumber {
    DocumentNumber::new(number).unwrap()
}

pub(super) fn pounds() -> Currency {
    Currency::new("EGP").unwrap()
}

pub(super) fn money(amount: &str) -> Money {
    Money::new(amount.parse().unwrap(), pounds()).unwrap()
}

pub(super) fn price(amount: &str) -> UnitPrice {
    UnitPrice::new(amount.parse().unwrap(), pounds()).unwrap()
}

pub(super) fn item(code: &str) -> ItemCode {
    ItemCode::new(code).unwrap()
}

pub(super) fn store(id: &str) -> FacilityId {
    FacilityId::new(id).unwrap()
}

pub(super) fn organization(id: &str) -> OrganizationId {
    OrganizationId::new(id).unwrap()
}

/// Places orders.
pub(in crate::domain) fn huda() -> Actor {
    actor("huda", Role::ProcurementOfficer)
}

/// Places large orders.
pub(super) fn salma() -> Actor {
    actor("salma", Role::ProcurementOfficer)
}

/// Records invoices.
pub(super) fn sami() -> Actor {
    actor("sami", Role::ProcurementOfficer)
}

/// Approves up to 10,000 pounds.
pub(in crate::domain) fn mona() -> Actor {
    actor("mona", Role::Approver)
}

/// The supplier itself.
pub(super) fn nile() -> Actor {
    Actor {
        id: ActorId::Organization(organization("nile")),
        role: Role::Supplier,
        position: None,
    }
}

/// Policies.
pub(in crate::domain) fn sijill() -> Actor {
    Actor {
        id: ActorId::System,
        role: Role::System,
        position: None,
    }
}

/// The state after some events.
fn remembered<A: Aggregate>(by: Actor, events: impl IntoIterator<Item = A::Event>) -> A
where
    A::Event: PartialEq,
{
    let given = events
        .into_iter()
        .fold(Given::<A>::nothing().by(by), Given::event);
    given.state().clone()
}

fn registered(role: organization::Role) -> organization::Event {
    organization::Event::OrganizationRegistered(Registration {
        profile: organization::Profile {
            roles: [role].into(),
            names: Names::new("جهة", "Organization").unwrap(),
            external: ExternalId::new("EG-GAFI:12345").unwrap(),
            country: Country::new("EG").unwrap(),
            governorate: None,
        },
        bank_account: None,
    })
}

fn listed() -> item::Event {
    item::Event::ItemListed(item::Profile {
        names: Names::new("صنف", "Item").unwrap(),
        category: Category::Medicine,
        base_unit: Code::new("unit").unwrap(),
        packs: Vec::new(),
        atc: None,
        unspsc: None,
        essential: true,
        cold_chain: false,
        tracking: Tracking::Quantity,
        inspected: false,
    })
}

fn opened() -> facility::Event {
    facility::Event::FacilityOpened(facility::Profile {
        names: Names::new("مخزن", "Store").unwrap(),
        kind: facility::Kind::CentralStore,
        governorate: Some(Place::new("EG-C").unwrap()),
        position: None,
        population: None,
        parent: None,
        owner: None,
    })
}

/// An official in office through 2026 with a limit.
fn official(limit: &str) -> Vec<official::Event> {
    let post = Code::new("EG-MOH-buyer").unwrap();
    vec![
        official::Event::PositionHeld(Appointment {
            post: post.clone(),
            seat: Seat::Organization(organization("ministry")),
            names: Names::new("موظف", "Official").unwrap(),
            national_id: None,
            from: day("2025-01-01"),
            decree: paper("12/2025"),
        }),
        official::Event::AuthorityDelegated(Delegation {
            post,
            limit: money(limit),
            from: day("2026-01-01"),
            until: day("2026-12-31"),
            delegator: None,
            decree: paper("13/2025"),
        }),
    ]
}

fn interest() -> official::Event {
    official::Event::ConflictDeclared(Conflict {
        organization: organization("nile"),
        interest: Interest::Kinship,
        particulars: None,
    })
}

fn rules_in_force(rules: Rules) -> Ruleset {
    let proposal = ruleset::Event::RulesetProposed(Proposal {
        version: 1,
        rules: rules.clone(),
        reason: text("annual review"),
    });
    let adoption = ruleset::Event::RulesetAdopted(Adoption { version: 1, rules });
    let proposed = Given::<Ruleset>::nothing().by(huda()).event(proposal);
    proposed.by(mona()).event(adoption).state().clone()
}

/// Petty cash up to 500 pounds; everything else built in.
pub(super) fn rules() -> Rules {
    Rules {
        petty_cash_limit: Some(money("500")),
        ..Rules::default()
    }
}

/// A ministry that buys, two suppliers, one that is debarred in 2026, two stores and two items; Huda and Sami may order for 1,000
/// pounds and Salma for 50,000, Mona and Omar approve 10,000, Laila has an interest in the supplier.
pub(super) fn nothing() -> Given<Order> {
    world()
}

/// The same for whatever is commanded in it.
pub(in crate::domain) fn world<A: Aggregate<Event: PartialEq>>() -> Given<A> {
    let debarred = organization::Event::SupplierDebarred(Debarment {
        from: day("2026-01-01"),
        until: None,
        decision: paper("D-1"),
        grounds: text("forged delivery notes"),
    });
    let organizations = [
        (
            "ministry",
            vec![registered(organization::Role::ProcuringEntity)],
        ),
        ("nile", vec![registered(organization::Role::Supplier)]),
        ("delta", vec![registered(organization::Role::Supplier)]),
        (
            "forger",
            vec![registered(organization::Role::Supplier), debarred],
        ),
    ];
    let officials = [
        ("huda", official("1000")),
        ("sami", official("1000")),
        ("salma", official("50000")),
        ("mona", official("10000")),
        ("omar", official("10000")),
        ("laila", [official("10000"), vec![interest()]].concat()),
    ];
    let given =
        Given::nothing()
            .by(huda())
            .reading(Ruleset::national(), 1, rules_in_force(rules()));
    let given = organizations
        .into_iter()
        .fold(given, |given, (id, events)| {
            let state = remembered::<Organization>(huda(), events);
            given.reading(Organization::stream(&organization(id)), 0, state)
        });
    let given = officials.into_iter().fold(given, |given, (id, events)| {
        let state = remembered::<Official>(actor("registrar", Role::Registrar), events);
        let id = OfficialId::new(id).unwrap();
        given.reading(Official::stream(&id), 0, state)
    });
    let given = ["pen", "syrup"].into_iter().fold(given, |given, code| {
        let state = remembered::<Item>(huda(), [listed()]);
        given.reading(Item::stream(&item(code)), 0, state)
    });
    ["central", "giza"].into_iter().fold(given, |given, id| {
        let state = remembered::<Facility>(huda(), [opened()]);
        given.reading(Facility::stream(&store(id)), 0, state)
    })
}

pub(super) fn line(code: &str, to: &str, quantity: u32, unit_price: &str) -> OrderLine {
    OrderLine {
        item: item(code),
        facility: store(to),
        quantity: quantity.into(),
        unit_price: price(unit_price),
        due: Some(day("2026-01-31")),
    }
}

pub(super) fn placement(basis: Basis, lines: Vec<OrderLine>) -> Placement {
    Placement {
        number: paper("PO-1"),
        basis,
        buyer: organization("ministry"),
        supplier: organization("nile"),
        currency: pounds(),
        delivery_terms: None,
        attachment: None,
        lines,
        called_by: None,
    }
}

pub(super) fn contract() -> Basis {
    Basis::Contract(ContractId::new("C-1").unwrap())
}

/// 100 pens at 2.50 for the central store: 250.00.
pub(super) fn pens() -> Vec<OrderLine> {
    vec![line("pen", "central", 100, "2.5")]
}

pub(super) fn place(basis: Basis, lines: Vec<OrderLine>) -> Command {
    Command::Place(placement(basis, lines))
}

/// 100 pens at 2.50 are ordered.
pub(super) fn ordered() -> Given<Order> {
    nothing().when(place(contract(), pens()))
}

/// A receipt of the central store.
pub(super) fn receipt(revision: u64) -> ReceiptRef {
    ReceiptRef {
        facility: store("central"),
        revision,
    }
}

pub(super) fn came(code: &str, quantity: u32) -> DeliveryLine {
    DeliveryLine {
        line: None,
        item: item(code),
        quantity: quantity.into(),
        unit_price: None,
    }
}

/// A line as the decision fills it in.
pub(super) fn counted(number: u16, code: &str, quantity: u32) -> DeliveryLine {
    DeliveryLine {
        line: Some(number),
        ..came(code, quantity)
    }
}

pub(super) fn delivery(revision: u64, lines: Vec<DeliveryLine>) -> Delivery {
    Delivery {
        receipt: receipt(revision),
        document: paper("GRN-1"),
        supplier: organization("nile"),
        delivered_on: day("2026-01-10"),
        provisional: false,
        lines,
        freight: None,
        note: None,
    }
}

/// So many pens came to the central store.
pub(super) fn deliver(given: Given<Order>, revision: u64, pens: u32) -> Given<Order> {
    let command = Command::RecordDelivery(delivery(revision, vec![came("pen", pens)]));
    given.by(sijill()).when(command)
}

pub(super) fn invoice(number: &str, quantity: u32, unit_price: &str, total: &str) -> Invoice {
    Invoice {
        number: paper(number),
        dated: day("2026-01-12"),
        attachment: None,
        lines: vec![InvoiceLine {
            line: 1,
            quantity: quantity.into(),
            unit_price: price(unit_price),
        }],
        total: money(total),
    }
}

/// Sami records an invoice of so many pens at 2.50.
pub(super) fn bill(given: Given<Order>, number: &str, pens: u32, total: &str) -> Given<Order> {
    let command = Command::RecordInvoice(invoice(number, pens, "2.5", total));
    given.by(sami()).when(command)
}

pub(super) fn approval(payment: &str, purpose: PaymentPurpose, amount: &str) -> PaymentApproval {
    PaymentApproval {
        payment: paper(payment),
        purpose,
        amount: money(amount),
    }
}

/// Mona approves a payment of an invoice.
pub(super) fn approve(
    given: Given<Order>,
    payment: &str,
    invoice: &str,
    amount: &str,
) -> Given<Order> {
    let purpose = PaymentPurpose::Invoice(paper(invoice));
    let command = Command::ApprovePayment(approval(payment, purpose, amount));
    given.by(mona()).when(command)
}

/// Mona approves an advance.
pub(super) fn advance(given: Given<Order>, payment: &str, amount: &str) -> Given<Order> {
    let command = Command::ApprovePayment(approval(payment, PaymentPurpose::Advance, amount));
    given.by(mona()).when(command)
}

pub(super) fn payment(number: &str, amount: &str, reference: &str) -> Payment {
    Payment {
        payment: paper(number),
        paid_on: day("2026-01-20"),
        amount: money(amount),
        reference: paper(reference),
    }
}

/// The treasury paid.
pub(super) fn pay(
    given: Given<Order>,
    number: &str,
    amount: &str,
    reference: &str,
) -> Given<Order> {
    let command = Command::RecordPayment(payment(number, amount, reference));
    given.by(actor("payer", Role::Payer)).when(command)
}

/// The broken rules among the events of the last command, with what was expected and found.
#[track_caller]
pub(super) fn broken(given: &Given<Order>) -> Vec<(BrokenRule, Option<u16>, Decimal, Decimal)> {
    let events = given.last().iter();
    events
        .filter_map(|event| {
            let Event::DiscrepancyOpened(it) = event else {
                return None;
            };
            Some((it.rule, it.line, it.expected, it.found))
        })
        .collect()
}

pub(super) fn number(number: i64) -> Decimal {
    Decimal::from(number)
}
