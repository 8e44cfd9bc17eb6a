//! Digests of the views at a size of the log: `GetViewDigest`.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use sijill_projections::Views;
use sijill_projections::runner::ViewDigest;
use tonic::Status;

use super::pb;
use crate::grpc::question::context;
use crate::grpc::question::desk::{Circumstances, Desk, Look};
use crate::grpc::status;

/// Sizes whose digests are kept: all the rows of all views are hashed for one.
const KEPT_MAX: usize = 64;

/// Answers, and keeps what was answered: the digests at a size never change.
#[derive(Clone, Default)]
pub struct Digests {
    kept: Arc<Mutex<BTreeMap<u64, Arc<Vec<ViewDigest>>>>>,
}

impl Digests {
    /// Answers.
    pub async fn get(
        &self,
        desk: &Desk,
        request: pb::GetViewDigestRequest,
    ) -> Result<pb::GetViewDigestResponse, Status> {
        let circumstances = Circumstances::read(request.context)?;
        let view = request.view;
        if !view.is_empty() && !Views::NAMES.contains(&view.as_str()) {
            return Err(unknown(&view));
        }
        let place = desk.place(&circumstances).await?;
        let (digests, at) = (self.clone(), circumstances.at);
        let looked = desk.look(place, move |look| {
            let all = digests.at(look);
            let asked = all
                .iter()
                .filter(|digest| view.is_empty() || digest.view == view);
            Ok(pb::GetViewDigestResponse {
                context: Some(context(look, look.at(at), 1, None)?),
                size: look.size(),
                digests: asked.map(shown).collect(),
            })
        });
        looked.await
    }

    fn at(&self, look: &Look<'_>) -> Arc<Vec<ViewDigest>> {
        let size = look.size();
        let kept = || self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(digests) = kept().get(&size) {
            return Arc::clone(digests);
        }
        let digests = Arc::new(look.digests());
        let mut kept = kept();
        kept.insert(size, Arc::clone(&digests));
        if kept.len() > KEPT_MAX {
            kept.pop_first();
        }
        digests
    }
}

fn shown(digest: &ViewDigest) -> pb::ViewDigest {
    pb::ViewDigest {
        view: digest.view.to_owned(),
        version: digest.version,
        digest: digest.digest.0.to_vec(),
    }
}

fn unknown(view: &str) -> Status {
    let names = Views::NAMES.join(", ");
    let ar = format!("لا كشف اسمه {view:?}؛ الكشوف: {names}");
    let en = format!("there is no view {view:?}; the views are {names}");
    status::invalid_field("view", ar, &en)
}
