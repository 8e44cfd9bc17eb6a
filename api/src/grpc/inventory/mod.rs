//! `sijill.inventory.v1.InventoryService`: commands to the stores.
//!
//! Not here, because only policies and imports give them: what a dispatch, an arrival or a fulfilment says to the
//! transfer and the requisition it belongs to, and imported history.

#[cfg(test)]
mod tests;

use sijill_ledger_core::codec::DecodeError;
use sijill_ledger_core::codec::payload::Payload;
use sijill_ledger_core::domain::requisition::{self, Requisition, Submission};
use sijill_ledger_core::domain::stock::{self, PeriodClose, PeriodReport, Stock};
use sijill_ledger_core::domain::transfer::{self, Account, Transfer};
use sijill_ledger_core::domain::values::FacilityId;
use sijill_schemas::events::v1 as events;
use sijill_schemas::inventory::v1 as pb;

use super::authority::{Acting, Party};
use super::command::{Commands, Read, Target, commands};

/// The service.
#[derive(Clone)]
pub struct Inventory {
    commands: Commands,
}

impl Inventory {
    /// Over this ledger.
    pub const fn new(commands: Commands) -> Self {
        Self { commands }
    }
}

/// The stock of a facility, for which the caller acts.
fn store(facility: String, payload: &mut Payload<'_>) -> Result<Target<Stock>, DecodeError> {
    let facility: FacilityId = payload.take(facility, "facility")?;
    let stream = Stock::stream(&facility);
    let acting = Acting::For(facility);
    Ok(Target::own(stream, acting))
}

/// A transfer; the caller acts for one of its sides.
fn transfer(transfer: String, payload: &mut Payload<'_>) -> Result<Target<Transfer>, DecodeError> {
    let stream = Transfer::stream(&payload.take(transfer, "transfer")?);
    let acting = Acting::OneOf(|transfer: &Transfer| {
        let route = transfer.account().map(Account::route);
        let sides = route.into_iter().flat_map(|route| [&route.from, &route.to]);
        sides.cloned().map(Party::Facility).collect()
    });
    Ok(Target::own(stream, acting))
}

/// A requisition, on which the caller acts for one of these sides.
fn requisition(
    requisition: String,
    sides: fn(&Requisition) -> Vec<Party>,
    payload: &mut Payload<'_>,
) -> Result<Target<Requisition>, DecodeError> {
    let stream = Requisition::stream(&payload.take(requisition, "requisition")?);
    let acting = Acting::OneOf(sides);
    Ok(Target::own(stream, acting))
}

/// Who asks.
fn asking(requisition: &Requisition) -> Vec<Party> {
    let asks = requisition.sheet().map(|sheet| &sheet.submission().from);
    asks.cloned().map(Party::Facility).into_iter().collect()
}

/// Who is to supply.
fn supplying(requisition: &Requisition) -> Vec<Party> {
    let asked = requisition
        .sheet()
        .map(|sheet| &sheet.submission().supplier);
    asked.cloned().map(Party::Facility).into_iter().collect()
}

/// Who asks, and who is to supply.
fn both(requisition: &Requisition) -> Vec<Party> {
    [asking(requisition), supplying(requisition)].concat()
}

/// A new requisition, or one that was sent back: the caller acts for who asks.
fn submission(
    request: pb::SubmitRequisitionRequest,
    payload: &mut Payload<'_>,
) -> Result<Read<Requisition>, DecodeError> {
    let stream = Requisition::stream(&payload.take(request.requisition, "requisition")?);
    let submission: Submission = payload.required(request.submission, "submission")?;
    let acting = Acting::For(submission.from.clone());
    let target = Target::own(stream, acting);
    Ok((target, requisition::Command::Submit(submission)))
}

commands! {
    pb::inventory_service_server::InventoryService => Inventory in "sijill.inventory.v1";

    receive_stock ReceiveStock(ReceiveStockRequest) => Stock: |it, payload| (
        store(it.facility, payload)?,
        stock::Command::Receive(payload.required(it.receipt, "receipt")?),
    );
    issue_stock IssueStock(IssueStockRequest) => Stock: |it, payload| (
        store(it.facility, payload)?,
        stock::Command::Issue(payload.required(it.issue, "issue")?),
    );
    dispatch_stock DispatchStock(DispatchStockRequest) => Stock: |it, payload| (
        store(it.facility, payload)?,
        stock::Command::Dispatch(payload.required(it.dispatch, "dispatch")?),
    );
    record_arrival RecordArrival(RecordArrivalRequest) => Stock: |it, payload| (
        store(it.facility, payload)?,
        stock::Command::Arrive(payload.required(it.arrival, "arrival")?),
    );
    accept_stock AcceptStock(AcceptStockRequest) => Stock: |it, payload| (
        store(it.facility, payload)?,
        stock::Command::Accept(payload.required(undecided(it.acceptance, payload)?, "acceptance")?),
    );
    return_stock ReturnStock(ReturnStockRequest) => Stock: |it, payload| (
        store(it.facility, payload)?,
        stock::Command::Return(payload.required(it.return_slip, "return_slip")?),
    );
    adjust_stock AdjustStock(AdjustStockRequest) => Stock: |it, payload| (
        store(it.facility, payload)?,
        stock::Command::Adjust(payload.required(it.adjustment, "adjustment")?),
    );
    propose_count ProposeCount(ProposeCountRequest) => Stock: |it, payload| (
        store(it.facility, payload)?,
        stock::Command::ProposeCount(payload.required(it.count, "count")?),
    );
    approve_count ApproveCount(ApproveCountRequest) => Stock: |it, payload| (
        store(it.facility, payload)?,
        stock::Command::ApproveCount { count: payload.take(it.count, "count")? },
    );
    write_off_stock WriteOffStock(WriteOffStockRequest) => Stock: |it, payload| (
        store(it.facility, payload)?,
        stock::Command::WriteOff(payload.required(it.write_off, "write_off")?),
    );
    reserve_stock ReserveStock(ReserveStockRequest) => Stock: |it, payload| (
        store(it.facility, payload)?,
        stock::Command::Reserve(payload.required(it.reservation, "reservation")?),
    );
    release_reservation ReleaseReservation(ReleaseReservationRequest) => Stock: |it, payload| (
        store(it.facility, payload)?,
        stock::Command::ReleaseReservation {
            reservation: payload.take(it.reservation, "reservation")?,
        },
    );
    repack_stock RepackStock(RepackStockRequest) => Stock: |it, payload| (
        store(it.facility, payload)?,
        stock::Command::Repack(payload.required(unmoved(it.repacking, payload)?, "repacking")?),
    );
    reverse_document ReverseDocument(ReverseDocumentRequest) => Stock: |it, payload| (
        store(it.facility, payload)?,
        stock::Command::Reverse {
            document: payload.required(it.document, "document")?,
            original: it.original,
            reason: payload.take(it.reason, "reason")?,
        },
    );
    quarantine_batch QuarantineBatch(QuarantineBatchRequest) => Stock: |it, payload| (
        store(it.facility, payload)?,
        stock::Command::Quarantine(payload.required(it.step, "step")?),
    );
    release_batch ReleaseBatch(ReleaseBatchRequest) => Stock: |it, payload| (
        store(it.facility, payload)?,
        stock::Command::Release(payload.required(it.step, "step")?),
    );
    recall_batch RecallBatch(RecallBatchRequest) => Stock: |it, payload| (
        store(it.facility, payload)?,
        stock::Command::Recall(payload.required(it.step, "step")?),
    );
    declare_opening_balance DeclareOpeningBalance(DeclareOpeningBalanceRequest) => Stock: |it, payload| (
        store(it.facility, payload)?,
        stock::Command::DeclareOpening(payload.required(it.opening, "opening")?),
    );
    report_period ReportPeriod(ReportPeriodRequest) => Stock: |it, payload| (
        store(it.facility, payload)?,
        report(it.report, payload)?,
    );
    close_period ClosePeriod(ClosePeriodRequest) => Stock: |it, payload| (
        store(it.facility, payload)?,
        close(it.closing, payload)?,
    );
    answer_stock_discrepancy AnswerStockDiscrepancy(AnswerStockDiscrepancyRequest) => Stock: |it, payload| (
        store(it.facility, payload)?,
        stock::Command::AnswerDiscrepancy(payload.required(it.answer, "answer")?),
    );

    close_transfer CloseTransfer(CloseTransferRequest) => Transfer: |it, payload| (
        transfer(it.transfer, payload)?,
        transfer::Command::Close { reason: payload.take(it.reason, "reason")? },
    );
    answer_transfer_discrepancy AnswerTransferDiscrepancy(AnswerTransferDiscrepancyRequest) => Transfer: |it, payload| (
        transfer(it.transfer, payload)?,
        transfer::Command::AnswerDiscrepancy(payload.required(it.answer, "answer")?),
    );

    submit_requisition SubmitRequisition(SubmitRequisitionRequest) => Requisition: |it, payload| submission(it, payload)?;
    approve_requisition ApproveRequisition(ApproveRequisitionRequest) => Requisition: |it, payload| (
        requisition(it.requisition, both, payload)?,
        requisition::Command::Approve { lines: payload.lines(it.lines, "lines")? },
    );
    reject_requisition RejectRequisition(RejectRequisitionRequest) => Requisition: |it, payload| (
        requisition(it.requisition, both, payload)?,
        requisition::Command::Reject(payload.required(it.rejection, "rejection")?),
    );
    record_unmet_demand RecordUnmetDemand(RecordUnmetDemandRequest) => Requisition: |it, payload| (
        requisition(it.requisition, supplying, payload)?,
        requisition::Command::RecordUnmet { reason: payload.take(it.reason, "reason")? },
    );
    withdraw_requisition WithdrawRequisition(WithdrawRequisitionRequest) => Requisition: |it, payload| (
        requisition(it.requisition, asking, payload)?,
        requisition::Command::Withdraw(payload.required(it.withdrawal, "withdrawal")?),
    );
    answer_requisition_discrepancy AnswerRequisitionDiscrepancy(AnswerRequisitionDiscrepancyRequest) => Requisition: |it, payload| (
        requisition(it.requisition, both, payload)?,
        requisition::Command::AnswerDiscrepancy(payload.required(it.answer, "answer")?),
    );
}

/// The ledger says which order a receipt was against.
fn undecided(
    acceptance: Option<events::StockAccepted>,
    payload: &Payload<'_>,
) -> Result<Option<events::StockAccepted>, DecodeError> {
    let order = acceptance.as_ref().and_then(|it| it.order.as_ref());
    payload.absent(order, "acceptance.order")?;
    Ok(acceptance)
}

/// The ledger says which expiry moves along.
fn unmoved(
    repacking: Option<events::StockRepacked>,
    payload: &Payload<'_>,
) -> Result<Option<events::StockRepacked>, DecodeError> {
    let lines = repacking.iter().flat_map(|it| &it.lines).enumerate();
    for (n, line) in lines {
        payload.absent(
            line.expiry_days.as_ref(),
            &format!("repacking.lines[{n}].expiry_days"),
        )?;
    }
    Ok(repacking)
}

fn report(
    report: Option<events::PeriodReported>,
    payload: &mut Payload<'_>,
) -> Result<stock::Command, DecodeError> {
    let PeriodReport { period, nil } = payload.required(report, "report")?;
    Ok(stock::Command::ReportPeriod { period, nil })
}

fn close(
    closing: Option<events::PeriodClosed>,
    payload: &mut Payload<'_>,
) -> Result<stock::Command, DecodeError> {
    let PeriodClose { period } = payload.required(closing, "closing")?;
    Ok(stock::Command::ClosePeriod { period })
}
