//! Commands under ids of their own: what a retry must repeat word for word.

#![allow(clippy::unnecessary_wraps, reason = "fields of messages are optional")]

use sijill_schemas::events::v1 as events;
use sijill_schemas::inventory::v1 as inventory;
use sijill_schemas::inventory::v1::inventory_service_client::InventoryServiceClient;
use sijill_schemas::procurement::v1 as procurement;
use sijill_schemas::procurement::v1::procurement_service_client::ProcurementServiceClient;
use sijill_schemas::types::v1::CommandResponse;
use tonic::transport::Channel;
use tonic::{Request, Status};
use uuid::Uuid;

use super::country::{
    BUYER, FACILITIES, ITEMS, LAST_DAY, Person, SUPPLIER, Tokens, context, key, price, whole,
};
use crate::server::{Server, bear};

/// A command, by whom, under which id.
#[derive(Clone, Debug)]
pub struct Ask {
    pub id: Uuid,
    pub what: What,
}

/// What is asked. Stores and items are numbers of [`FACILITIES`] and [`ITEMS`].
#[derive(Clone, Debug)]
pub enum What {
    /// Goods come from production.
    Produce { goods: Goods },
    /// Goods come against an order.
    Receive { goods: Goods, order: String },
    /// An inspector looks at the receipt of this revision, and rejects some of it.
    Accept {
        goods: Goods,
        receipt: u64,
        rejected: i64,
    },
    /// Patients get something.
    Issue { goods: Goods },
    /// Goods leave for another store.
    Dispatch {
        goods: Goods,
        to: usize,
        requisition: Option<String>,
    },
    /// Goods come from another store; some are lost.
    Arrive {
        goods: Goods,
        from: usize,
        transfer: String,
        lost: i64,
    },
    /// The officer orders goods for a store.
    Place { goods: Goods },
    /// A store asks another for goods.
    Request { goods: Goods, supplier: usize },
    /// The approver lets all of it be sent.
    Approve { goods: Goods, requisition: String },
}

/// How much of one item, at which store.
#[derive(Clone, Copy, Debug)]
pub struct Goods {
    pub store: usize,
    pub item: usize,
    pub quantity: i64,
}

impl Ask {
    /// The transfer, order or requisition that it begins, and the number of its paper: its own number.
    pub fn own_number(&self) -> String {
        format!("N-{:x}", self.id.as_u128())
    }

    fn document(&self) -> Option<events::Document> {
        Some(events::Document {
            number: self.own_number(),
            ..events::Document::default()
        })
    }
}

/// A client's connection.
pub struct Connection {
    inventory: InventoryServiceClient<Channel>,
    procurement: ProcurementServiceClient<Channel>,
    tokens: Tokens,
}

impl Connection {
    /// One of its own.
    pub fn new(server: &Server, tokens: &Tokens) -> Self {
        let channel = server.channel();
        Self {
            inventory: InventoryServiceClient::new(channel.clone()),
            procurement: ProcurementServiceClient::new(channel),
            tokens: tokens.clone(),
        }
    }

    fn by<T>(&self, person: Person, message: T) -> Request<T> {
        let mut request = Request::new(message);
        bear(&mut request, &self.tokens[&person]);
        request
    }

    /// Sends a command; the same words each time.
    pub async fn send(&mut self, ask: &Ask) -> Result<CommandResponse, Status> {
        let answer = match &ask.what {
            What::Produce { .. } | What::Receive { .. } => {
                let request = self.by(ask.keeper(), ask.receipt());
                self.inventory.receive_stock(request).await
            }
            What::Accept { goods, .. } => {
                let request = self.by(Person::Inspector(goods.store), ask.acceptance());
                self.inventory.accept_stock(request).await
            }
            What::Issue { .. } => {
                let request = self.by(ask.keeper(), ask.issue());
                self.inventory.issue_stock(request).await
            }
            What::Dispatch { .. } => {
                let request = self.by(ask.keeper(), ask.dispatch());
                self.inventory.dispatch_stock(request).await
            }
            What::Arrive { .. } => {
                let request = self.by(ask.keeper(), ask.arrival());
                self.inventory.record_arrival(request).await
            }
            What::Place { .. } => {
                let request = self.by(Person::Officer, ask.placement());
                self.procurement.place_order(request).await
            }
            What::Request { .. } => {
                let request = self.by(ask.keeper(), ask.submission());
                self.inventory.submit_requisition(request).await
            }
            What::Approve { .. } => {
                let request = self.by(Person::Approver, ask.approval());
                self.inventory.approve_requisition(request).await
            }
        };
        answer.map(tonic::Response::into_inner)
    }
}

impl Ask {
    fn goods(&self) -> Goods {
        match &self.what {
            What::Produce { goods }
            | What::Receive { goods, .. }
            | What::Accept { goods, .. }
            | What::Issue { goods }
            | What::Dispatch { goods, .. }
            | What::Arrive { goods, .. }
            | What::Place { goods }
            | What::Request { goods, .. }
            | What::Approve { goods, .. } => *goods,
        }
    }

    fn keeper(&self) -> Person {
        Person::Keeper(self.goods().store)
    }

    fn facility(&self) -> String {
        FACILITIES[self.goods().store].to_owned()
    }

    fn line_out(&self) -> events::LineOut {
        let Goods { item, quantity, .. } = self.goods();
        events::LineOut {
            key: key(item),
            quantity: whole(quantity),
            ..events::LineOut::default()
        }
    }

    fn receipt(&self) -> inventory::ReceiveStockRequest {
        use events::stock_received::Source;
        let Goods { item, quantity, .. } = self.goods();
        let source = match &self.what {
            What::Receive { order, .. } => Source::Supplier(events::SupplierSource {
                organization: SUPPLIER.to_owned(),
                order: Some(order.clone()),
            }),
            _ => Source::Production(events::ProductionSource {}),
        };
        let line = events::LineIn {
            key: key(item),
            quantity: whole(quantity),
            expiry_days: None,
            unit_price: price(),
        };
        inventory::ReceiveStockRequest {
            context: context(self.id),
            facility: self.facility(),
            receipt: Some(events::StockReceived {
                document: self.document(),
                source: Some(source),
                provisional: false,
                lines: vec![line],
            }),
        }
    }

    fn acceptance(&self) -> inventory::AcceptStockRequest {
        let What::Accept {
            goods,
            receipt,
            rejected,
        } = self.what
        else {
            panic!("no inspection: {self:?}");
        };
        let line = events::AcceptanceLine {
            key: key(goods.item),
            accepted: whole(goods.quantity - rejected),
            rejected: whole(rejected),
            reason: (rejected > 0).then(|| "torn".to_owned()),
        };
        inventory::AcceptStockRequest {
            context: context(self.id),
            facility: self.facility(),
            acceptance: Some(events::StockAccepted {
                document: self.document(),
                receipt,
                lines: vec![line],
                order: None,
            }),
        }
    }

    fn issue(&self) -> inventory::IssueStockRequest {
        let patients = events::PatientsRecipient {};
        inventory::IssueStockRequest {
            context: context(self.id),
            facility: self.facility(),
            issue: Some(events::StockIssued {
                document: self.document(),
                to: Some(events::stock_issued::To::Patients(patients)),
                lines: vec![self.line_out()],
            }),
        }
    }

    fn dispatch(&self) -> inventory::DispatchStockRequest {
        let What::Dispatch {
            to, requisition, ..
        } = &self.what
        else {
            panic!("no dispatch: {self:?}");
        };
        inventory::DispatchStockRequest {
            context: context(self.id),
            facility: self.facility(),
            dispatch: Some(events::StockDispatched {
                document: self.document(),
                transfer: Some(self.own_number()),
                to: Some(FACILITIES[*to].to_owned()),
                lines: vec![self.line_out()],
                due_days: Some(LAST_DAY),
                requisition: requisition.clone(),
            }),
        }
    }

    fn arrival(&self) -> inventory::RecordArrivalRequest {
        let What::Arrive {
            goods,
            from,
            transfer,
            lost,
        } = &self.what
        else {
            panic!("no arrival: {self:?}");
        };
        let line = events::ArrivalLine {
            key: key(goods.item),
            shipped: whole(goods.quantity),
            accepted: whole(goods.quantity - lost),
            rejected: whole(0),
            lost: whole(*lost),
            expiry_days: None,
            reason: (*lost > 0).then(|| "fell off the truck".to_owned()),
        };
        inventory::RecordArrivalRequest {
            context: context(self.id),
            facility: self.facility(),
            arrival: Some(events::StockArrived {
                document: self.document(),
                transfer: Some(transfer.clone()),
                from: Some(FACILITIES[*from].to_owned()),
                lines: vec![line],
            }),
        }
    }

    fn placement(&self) -> procurement::PlaceOrderRequest {
        let Goods { item, quantity, .. } = self.goods();
        let line = events::OrderLine {
            item: ITEMS[item].to_owned(),
            facility: self.facility(),
            quantity: whole(quantity),
            unit_price: price(),
            due_days: Some(LAST_DAY),
        };
        let only_maker = events::order_placed::Basis::Direct("the only maker".to_owned());
        procurement::PlaceOrderRequest {
            context: context(self.id),
            order: self.own_number(),
            placement: Some(events::OrderPlaced {
                number: self.own_number(),
                basis: Some(only_maker),
                called_by: None,
                buyer: BUYER.to_owned(),
                supplier: SUPPLIER.to_owned(),
                currency: price().unwrap().currency,
                delivery_terms: None,
                attachment_sha256: None,
                lines: vec![line],
            }),
        }
    }

    fn submission(&self) -> inventory::SubmitRequisitionRequest {
        let What::Request { goods, supplier } = &self.what else {
            panic!("no requisition: {self:?}");
        };
        let line = events::RequisitionLine {
            item: ITEMS[goods.item].to_owned(),
            on_hand: whole(0),
            requested: whole(goods.quantity),
        };
        let outbreak = events::requisition_submitted::Kind::Emergency("an outbreak".to_owned());
        inventory::SubmitRequisitionRequest {
            context: context(self.id),
            requisition: self.own_number(),
            submission: Some(events::RequisitionSubmitted {
                number: self.own_number(),
                from: self.facility(),
                supplier: FACILITIES[*supplier].to_owned(),
                kind: Some(outbreak),
                lines: vec![line],
            }),
        }
    }

    fn approval(&self) -> inventory::ApproveRequisitionRequest {
        let What::Approve { goods, requisition } = &self.what else {
            panic!("no approval: {self:?}");
        };
        inventory::ApproveRequisitionRequest {
            context: context(self.id),
            requisition: requisition.clone(),
            lines: vec![events::RequisitionApprovedLine {
                item: ITEMS[goods.item].to_owned(),
                approved: whole(goods.quantity),
            }],
        }
    }
}
