//! The proof that the log at one size begins with the log at a smaller one: `GetConsistencyProof`.

use std::sync::Arc;

use tonic::{Code, Status};

use super::{blocking, bytes, pb, shown, unpublished};
use crate::grpc::status::Problem;
use crate::log::Publication;

/// Answers.
pub async fn get(
    publication: &Arc<Publication>,
    request: pb::GetConsistencyProofRequest,
) -> Result<pb::GetConsistencyProofResponse, Status> {
    let latest = publication.latest().ok_or_else(unpublished)?;
    let (old_size, new_size) = (request.old_size, request.new_size.unwrap_or(latest.size()));
    within("new_size", new_size, latest.size())?;
    within("old_size", old_size, new_size)?;
    let proved = blocking(publication, move |publication| {
        let tree = publication.tree();
        Ok(pb::GetConsistencyProofResponse {
            old_size,
            new_size,
            old_root: bytes(tree.root(old_size)?),
            new_root: bytes(tree.root(new_size)?),
            hashes: tree
                .consistency(old_size, new_size)?
                .into_iter()
                .map(bytes)
                .collect(),
            checkpoint: Some(shown(&latest)),
        })
    });
    proved.await
}

/// A larger size than the log's: whoever kept a checkpoint of it holds evidence.
fn within(field: &str, size: u64, size_max: u64) -> Result<(), Status> {
    if size <= size_max {
        return Ok(());
    }
    Err(Problem::new(
        Code::OutOfRange,
        "SIZE_BEYOND_LOG",
        format!("الحقل {field} هو {size} والأكبر هنا {size_max}؛ إن كانت لديك نقطة تحقق موقّعة بهذا العدد فهي دليل على أن السجل رُدّ إلى الوراء"),
        format!("{field} is {size}, at most {size_max} here; if you hold a signed checkpoint of that size, it is evidence that the log was rewound"),
    )
    .field(field, format!("at most {size_max}"))
    .into())
}
