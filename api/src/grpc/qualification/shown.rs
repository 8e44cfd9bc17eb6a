//! A list of qualified suppliers as it is shown.

use sijill_ledger_core::codec::EncodeError;
use sijill_ledger_core::codec::payload::write;
use sijill_ledger_core::domain::qualification::{Book, List, Membership, Qualification, Verdict};
use sijill_ledger_core::domain::values::{OrganizationId, QualificationId};

use super::pb;
use pb::{QualificationStage as Stage, QualificationStanding as Standing};

/// The list; `None` where nothing was announced.
pub fn list(
    id: &QualificationId,
    list: &Qualification,
) -> Result<Option<pb::GetQualificationResponse>, EncodeError> {
    let Some(announcement) = list.announcement() else {
        return Ok(None);
    };
    let (stage, suppliers, read) = match list {
        // Without an announcement, which is above.
        Qualification::Unknown => return Ok(None),
        Qualification::Open(book) => (Stage::Open, asking(book), Some(book.changed())),
        Qualification::Closed(book) => (Stage::Closed, asking(book), Some(book.changed())),
        Qualification::Published(list) => (Stage::Published, listed(list), None),
        Qualification::Ended(_) => (Stage::Ended, Vec::new(), None),
    };
    Ok(Some(pb::GetQualificationResponse {
        qualification: id.as_str().to_owned(),
        stage: stage.into(),
        announcement: Some(write(announcement)?),
        suppliers,
        read,
    }))
}

fn asking(book: &Book) -> Vec<pb::QualificationSupplier> {
    let requests = book.requests().iter();
    let shown = requests.map(|(id, verdict)| {
        let standing = match verdict {
            Verdict::Waiting => Standing::Waiting,
            Verdict::Qualified => Standing::Qualified,
            Verdict::Unqualified => Standing::Unqualified,
        };
        supplier(id, standing)
    });
    shown.collect()
}

fn listed(list: &List) -> Vec<pb::QualificationSupplier> {
    let members = list.members().iter();
    let shown = members.map(|(id, membership)| {
        let standing = match membership {
            Membership::Listed => Standing::Listed,
            Membership::Suspended { .. } => Standing::Suspended,
            Membership::Removed => Standing::Removed,
        };
        supplier(id, standing)
    });
    shown.collect()
}

fn supplier(id: &OrganizationId, standing: Standing) -> pb::QualificationSupplier {
    pb::QualificationSupplier {
        supplier: id.as_str().to_owned(),
        standing: standing.into(),
    }
}
