//! Room for uploads: how many at once, and how much of one organisation's may lie here that no event names.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sijill_ledger_core::store::attachments::uploads::Share;
use tonic::{Code, Status};

use super::Limits;
use crate::grpc::status::{self, Problem};

/// Who receives what now.
pub struct Room {
    limits: Limits,
    receiving: Mutex<HashMap<String, Share>>,
}

/// A place for one upload and its bytes; given back when it is dropped.
pub struct Place {
    room: Arc<Room>,
    owner: String,
    bytes: u64,
}

impl Room {
    /// With these limits.
    pub fn new(limits: Limits) -> Self {
        let receiving = Mutex::default();
        Self { limits, receiving }
    }

    /// Lets an upload of so many bytes in. `unnamed` tells what its owner has here already.
    pub fn enter(
        self: &Arc<Self>,
        owner: &str,
        bytes: u64,
        unnamed: impl FnOnce() -> Share,
    ) -> Result<Place, Status> {
        let mut receiving = self.receiving();
        let all: usize = receiving.values().map(|share| share.count).sum();
        let own = receiving.get(owner).copied().unwrap_or_default();
        if all >= self.limits.uploads_max || own.count >= self.limits.uploads_per_owner_max {
            return Err(busy());
        }
        let unnamed = unnamed();
        let count = own.count.saturating_add(unnamed.count);
        let sum = own
            .bytes
            .saturating_add(unnamed.bytes)
            .saturating_add(bytes);
        if count >= self.limits.unnamed_count_max || sum > self.limits.unnamed_bytes_max {
            return Err(full(owner, &self.limits));
        }
        let own = receiving.entry(owner.to_owned()).or_default();
        own.count = own.count.saturating_add(1);
        own.bytes = own.bytes.saturating_add(bytes);
        drop(receiving);
        Ok(Place {
            room: Arc::clone(self),
            owner: owner.to_owned(),
            bytes,
        })
    }

    fn receiving(&self) -> MutexGuard<'_, HashMap<String, Share>> {
        self.receiving
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut receiving = self.room.receiving();
        if let Some(own) = receiving.get_mut(&self.owner) {
            own.count = own.count.saturating_sub(1);
            own.bytes = own.bytes.saturating_sub(self.bytes);
            if own.count == 0 {
                receiving.remove(&self.owner);
            }
        }
    }
}

fn busy() -> Status {
    status::overloaded(
        "UPLOADS_BUSY",
        "الوثائق المرفوعة الآن كثيرة؛ أعد الرفع بعد قليل",
        "too many documents are being uploaded; try again shortly",
    )
}

fn full(owner: &str, limits: &Limits) -> Status {
    let (bytes, count) = (limits.unnamed_bytes_max, limits.unnamed_count_max);
    Problem::new(
        Code::ResourceExhausted,
        "UNNAMED_DOCUMENTS_FULL",
        format!(
            "لجهتك وثائق مرفوعة لم يذكرها حدث، وحدّها {bytes} بايت و{count} وثيقة؛ سجّل ما يذكرها ثم أعد الرفع، أو اطلب من مشغّل الخادم حذف القديم منها"
        ),
        format!(
            "your organisation has uploaded documents that no event names, at most {bytes} bytes and {count} documents of them; record what names them and upload again, or ask the server's operator to sweep the old ones"
        ),
    )
    .with("owner", owner)
    .into()
}
