//! Releases of other systems, one at a time. The caller sends what was published and says where it comes from; the ledger
//! itself reads from it what its event says, so that nobody's word stands between the two. Whole files: `sijill import ocds`.

use sijill_ledger_core::codec::DecodeError;
use sijill_ledger_core::domain::process::{Command, Content, INLINE_BYTES_MAX, Process, Release};
use sijill_ledger_core::domain::values::{Sha256, Text};
use sijill_ledger_core::store::{AttachmentError, Attachments};
use sijill_projections::ocds::{self, Fault, Published, content};
use sijill_schemas::procurement::v1 as pb;
use sijill_schemas::types::v1::CommandResponse;
use tonic::{Code, Request, Response, Status};

use crate::grpc::authority;
use crate::grpc::command::{self, Commands};
use crate::grpc::status::{self, Problem};

const PATH: &str = "/sijill.procurement.v1.ProcurementService/RecordRelease";

/// Records a release.
pub(super) async fn record(
    commands: &Commands,
    attachments: &Attachments,
    request: Request<pb::RecordReleaseRequest>,
) -> Result<Response<CommandResponse>, Status> {
    let known = authority::allowed(&request, PATH)?.clone();
    let it = request.into_inner();
    let circumstances = it.context.unwrap_or_default();
    let (context, source) = command::read(
        circumstances,
        &known.actor,
        "RecordReleaseRequest",
        |payload| -> Result<Text, DecodeError> { payload.take(it.source, "source") },
    )?;
    let attachments = attachments.clone();
    // Reading, compressing and storing megabytes would hold up everyone else's calls.
    let read = tokio::task::spawn_blocking(move || release(&it.release, source, &attachments));
    let release = read
        .await
        .map_err(|_| status::internal("a release was not read to its end"))??;
    let stream = Process::stream(&release.ocid);
    let command = Command::Record(Box::new(release));
    let done = commands
        .ledger()
        .execute::<Process>(&stream, command, context)
        .await
        .map_err(status::refused)?;
    Ok(Response::new(commands.answer(&stream, &done)))
}

/// What is recorded of a release; what does not fit into its event is durable in the attachments before.
fn release(published: &[u8], source: Text, attachments: &Attachments) -> Result<Release, Status> {
    let text = str::from_utf8(published)
        .map_err(|_| status::invalid_field("release", "ليس نصًا بترميز UTF-8", "it is not UTF-8"))?;
    let document = ocds::document(text).map_err(|problem| {
        let (path, offset) = (String::new(), 0);
        unreadable(&Fault {
            path,
            offset,
            problem,
        })
    })?;
    if let Some(fault) = document.faults.first() {
        return Err(unreadable(fault));
    }
    let [found] = &document.releases[..] else {
        return Err(not_one(document.releases.len()));
    };
    let read = Published::read(found).map_err(|fault| unreadable(&fault))?;
    let compressed = content::compress(found.text.as_bytes())
        .map_err(|_| status::internal("a release was not compressed"))?;
    let content = if compressed.len() <= INLINE_BYTES_MAX {
        Content::Inline(compressed)
    } else {
        let stored = attachments.put(&compressed);
        let name = stored.map_err(|error| not_stored(&error))?;
        Content::Attachment(Sha256(name.0))
    };
    Ok(read.into_release(source, content))
}

/// What is wrong in the release, with its place there as a JSON pointer behind the field's name.
fn unreadable(fault: &Fault) -> Status {
    let field = format!("release{}", fault.path);
    Problem::of(Code::InvalidArgument, &fault.problem)
        .field(&field, fault.problem.to_string())
        .into()
}

fn not_one(count: usize) -> Status {
    status::invalid_field(
        "release",
        format!(
            "فيه {count} إصدارات، والمطلوب إصدار واحد في كل طلب؛ استورد الحزم بالأمر sijill import ocds"
        ),
        &format!(
            "it holds {count} releases, and a call takes one; import packages with sijill import ocds"
        ),
    )
}

fn not_stored(error: &AttachmentError) -> Status {
    tracing::error!(error = %error, "a release was not stored as an attachment");
    Problem::new(
        Code::Unavailable,
        "ATTACHMENT_NOT_STORED",
        "تعذر حفظ محتوى الإصدار ولم يُسجَّل شيء؛ أعد الطلب برقمه نفسه بعد حين",
        "the release's content could not be stored and nothing was recorded; try again later with the same request id",
    )
    .retry_after(status::COME_BACK)
    .into()
}
