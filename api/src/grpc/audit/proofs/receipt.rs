//! The proof that an entry is in the log: `GetReceipt`.

use std::sync::Arc;
use std::time::Duration;

use sijill_ledger_core::store::{EventStore as _, ReadError};
use tonic::{Code, Status};

use super::{blocking, pb, shown};
use crate::grpc::status::{self, COME_BACK, Problem};
use crate::log::Publication;

/// The method.
pub const PATH: &str = "/sijill.audit.v1.AuditService/GetReceipt";
/// How long a checkpoint is waited for, in milliseconds: usually, and at most.
const WAIT_MILLIS: u32 = 5_000;
const WAIT_MILLIS_MAX: u32 = 60_000;
/// The same.
pub const WAIT_MAX: Duration = Duration::from_millis(WAIT_MILLIS_MAX as u64);

/// Answers.
pub async fn get(
    publication: &Arc<Publication>,
    request: &pb::GetReceiptRequest,
) -> Result<pb::GetReceiptResponse, Status> {
    let wait = wait(request.wait_millis)?;
    let index = request.index;
    // Whoever was answered with an index by this node finds the entry here; on a node that follows, it is on its way.
    let store = publication.store();
    if store.is_writer() && index >= store.size() {
        return Err(status::reading(&ReadError::NotFound { index }));
    }
    let Some(covering) = publication.covering(index, wait).await else {
        return Err(not_yet(publication, index));
    };
    let (of, batch) = (Arc::clone(&covering), publication.store().entry(index));
    let batch = batch.map_err(|error| status::reading(&error))?;
    let (_, entry) = batch
        .get(0)
        .ok_or_else(|| status::reading(&ReadError::NotFound { index }))?;
    let receipt = blocking(publication, move |publication| {
        publication.receipt(&of, index)
    });
    Ok(pb::GetReceiptResponse {
        receipt: receipt.await?.to_bytes(),
        entry: entry.bytes().to_vec(),
        index,
        checkpoint: Some(shown(&covering)),
    })
}

fn wait(millis: u32) -> Result<Duration, Status> {
    let millis = match millis {
        0 => WAIT_MILLIS,
        1..=WAIT_MILLIS_MAX => millis,
        _ => {
            let ar = format!("بين 1 و{WAIT_MILLIS_MAX} ملّي ثانية، أو 0 للمعتاد");
            let en = format!("1 to {WAIT_MILLIS_MAX} milliseconds, or 0 for the usual");
            return Err(status::invalid_field("wait_millis", ar, &en));
        }
    };
    Ok(Duration::from_millis(millis.into()))
}

/// What is missing: the entry itself where it comes from elsewhere, a checkpoint over it, or witnesses enough.
fn not_yet(publication: &Publication, index: u64) -> Status {
    let (entries, size) = (publication.store().size(), publication.size());
    let (ar, en) = if index >= entries {
        (
            format!("لم يصل القيد {index} إلى هنا بعد (وصل {entries})؛ أعد الطلب بعد قليل"),
            format!(
                "the entry at index {index} has not come here yet ({entries} have); ask again shortly"
            ),
        )
    } else if index >= size {
        (
            format!(
                "القيد {index} مسجَّل، ولم تُنشر بعد نقطة تحقق تشمله (آخرها عند {size})؛ أعد الطلب بعد قليل، فإن تكرر فراجع مشغّل السجل"
            ),
            format!(
                "the entry at index {index} is recorded, but no checkpoint covers it yet (the last one is at {size}); ask again shortly, and its operator if that goes on"
            ),
        )
    } else {
        let latest = publication.latest();
        let witnesses = latest.map_or_else(String::new, |latest| latest.witnesses.join(", "));
        let known = publication.policy().witnesses().len();
        (
            format!(
                "القيد {index} تشمله نقطة تحقق منشورة، ولم يشهد عليها من الشهود ما يكفي (شهد [{witnesses}] من {known})؛ أعد الطلب بعد قليل"
            ),
            format!(
                "a published checkpoint covers the entry at index {index}, but too few witnesses have cosigned it ([{witnesses}] of {known}); ask again shortly"
            ),
        )
    };
    Problem::new(Code::DeadlineExceeded, "RECEIPT_NOT_YET", ar, en)
        .with("index", index.to_string())
        .with("published_size", size.to_string())
        .retry_after(COME_BACK)
        .into()
}
