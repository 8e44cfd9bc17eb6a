//! Processes of other systems: `SearchProcesses` and `GetProcess`.
//!
//! What releases add up to at an earlier size of the log is not in the view of today, so a question about it, and a later page
//! of a list while the log grows, is answered from views of that size.

use sijill_ledger_core::codec::payload::write;
use sijill_ledger_core::domain::process;
use sijill_ledger_core::time::Timestamp;
use sijill_projections::process::query::{Order, Query, ReleaseRow, Row};
use tonic::{Response, Status};

use super::asking::Asking;
use super::pb;
use crate::grpc::question::desk::{Circumstances, Desk};
use crate::grpc::question::page;
use crate::grpc::question::{context, unwritable};
use crate::grpc::status;

/// Most releases of an answer, the latest ones: a thousand fit into a message.
const RELEASES_MAX: usize = 1_000;

/// Searches.
pub async fn search(
    desk: &Desk,
    mut request: pb::SearchProcessesRequest,
) -> Result<Response<pb::SearchProcessesResponse>, Status> {
    let (circumstances, page) = (request.context.take(), request.page.take());
    let fields = &["ocid", "latest"];
    let asking = Asking::read(&request, circumstances, page, fields, desk)?;
    let order = match (asking.field, asking.descending) {
        (Some("latest"), Some(true)) => Order::Newest,
        (Some("latest"), _) => Order::Oldest,
        _ => Order::Ocid,
    };
    let named = |text: String| Some(text).filter(|text| !text.is_empty());
    let query = Query {
        text: named(request.text),
        status: named(request.status),
        method: named(request.method),
        buyer: named(request.buyer),
        from: request.from_micros.map(Timestamp::from_micros),
        until: request.until_micros.map(Timestamp::from_micros),
        order,
        after: None,
        limit: asking.before().saturating_add(asking.rows_max),
    };
    let place = asking.place(desk).await?;
    let answer = desk.look(place, move |look| {
        let answer = look.views().processes.search(&query);
        let before = asking.before();
        let found = answer.value.rows.iter().skip(before);
        let rows = page::cut(found.take(asking.rows_max).map(row))?;
        let looked = before.saturating_add(rows.len());
        let total = answer.value.total;
        let at = look.at(asking.at());
        Ok(pb::SearchProcessesResponse {
            context: Some(context(look, at, answer.definition, None)?),
            next_page_token: asking.next(look.size(), looked, total),
            rows,
            total_size: u64::try_from(total).unwrap_or(u64::MAX),
        })
    });
    answer.await.map(Response::new)
}

/// Shows one process.
pub async fn get(
    desk: &Desk,
    request: pb::GetProcessRequest,
) -> Result<Response<pb::GetProcessResponse>, Status> {
    let circumstances = Circumstances::read(request.context)?;
    let place = desk.place(&circumstances).await?;
    let ocid = request.ocid;
    let answer = desk.look(place, move |look| {
        let answer = look.views().processes.process(&ocid);
        let Some(found) = answer.value else {
            return Err(unknown(&ocid));
        };
        let skipped = found.releases.len().saturating_sub(RELEASES_MAX);
        let at = look.at(circumstances.at);
        Ok(pb::GetProcessResponse {
            context: Some(context(look, at, answer.definition, None)?),
            process: Some(row(&found.process)?),
            releases: found.releases.iter().skip(skipped).map(release).collect(),
        })
    });
    answer.await.map(Response::new)
}

/// A process that no release is recorded of.
pub fn unknown(ocid: &str) -> Status {
    status::not_found(
        "PROCESS_NOT_FOUND",
        format!("لا إصدار مسجل لعملية رقمها {ocid:?}؛ تحقق من الرقم أو ابحث بكلمات العنوان"),
        format!(
            "no release of a process {ocid:?} is recorded; check the id, or search by words of the title"
        ),
    )
}

fn row(row: &Row) -> Result<pb::ProcessRow, Status> {
    let money = |value| write(&value).map_err(|error| unwritable(&error));
    let award = |award: &process::Award| -> Result<_, Status> {
        Ok(pb::Award {
            id: award.id.to_string(),
            status: award.status.as_ref().map(ToString::to_string),
            value: award.value.map(money).transpose()?,
            suppliers: award.suppliers.iter().map(party).collect(),
        })
    };
    Ok(pb::ProcessRow {
        ocid: row.ocid.to_string(),
        title: row.title.as_ref().map(ToString::to_string),
        buyer: row.buyer.as_ref().map(party),
        procuring_entity: row.procuring_entity.as_ref().map(party),
        status: row.status.as_ref().map(ToString::to_string),
        method: row.method.as_ref().map(ToString::to_string),
        value: row.value.map(money).transpose()?,
        tenderers: row.tenderers,
        awards: row.awards.iter().map(award).collect::<Result<_, _>>()?,
        releases: u64::try_from(row.releases).unwrap_or(u64::MAX),
        earliest_micros: row.earliest.as_micros(),
        latest_micros: row.latest.as_micros(),
    })
}

fn party(party: &process::Party) -> pb::Party {
    pb::Party {
        id: party.id.as_ref().map(ToString::to_string),
        name: party.name.as_ref().map(ToString::to_string),
    }
}

/// A release as answers show it.
pub fn release(row: &ReleaseRow) -> pb::ReleaseRow {
    pb::ReleaseRow {
        id: row.id.to_string(),
        date_micros: row.date.as_micros(),
        tags: row.tags.iter().map(ToString::to_string).collect(),
        source: row.source.clone(),
        index: row.index,
        sha256: row.sha256.to_string(),
        bytes: row.bytes,
    }
}
