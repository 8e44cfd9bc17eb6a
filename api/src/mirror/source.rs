//! The log over HTTP (C2SP tlog-tiles). Nobody there is trusted: what is answered is limited in size and time, and whoever asked
//! checks it.

use std::time::Duration;

use sijill_ledger_core::log::bundle::{self, BUNDLE_BYTES_MAX};
use sijill_ledger_core::log::note::NOTE_BYTES_MAX;
use sijill_ledger_core::log::remote::{Expected, Tiles};
use sijill_ledger_core::log::tile::{TILE_WIDTH, TileId};
use sijill_ledger_core::store::{ATTACHMENT_BYTES_MAX, AttachmentHash};

use super::fault::Fault;
use crate::cli::errors::{Bilingual, Failure};
use crate::http_client::{HttpClient, HttpError};

/// How long one answer may take: a bundle of large entries over a slow line.
const CALL_MAX: Duration = Duration::from_mins(2);
/// Bytes of a hash.
const HASH_BYTES: usize = 32;

/// A log, by its address.
#[derive(Clone, Debug)]
pub struct Source {
    client: HttpClient,
    url: String,
}

impl Source {
    /// The log whose paths begin with this address.
    pub fn new(url: &str) -> Self {
        Self {
            client: HttpClient::new(CALL_MAX),
            url: url.trim_end_matches('/').to_owned(),
        }
    }

    /// The checkpoint that it shows.
    pub fn checkpoint(&self) -> Result<Vec<u8>, Fault> {
        let found = self.content("checkpoint", NOTE_BYTES_MAX as u64)?;
        let url = &self.url;
        found.ok_or_else(|| {
            Fault::Later(Failure::Refused {
                code: "MIRROR_NOTHING_PUBLISHED",
                text: Bilingual::new(
                    format!("لم ينشر السجل في {url} نقطة تحقق بعد؛ تحقق من العنوان، ومن أن الخادم يوقّع (--log-key)"),
                    format!("the log at {url} has published no checkpoint yet; check the address, and that its server signs (--log-key)"),
                ),
            })
        })
    }

    /// A bundle of entries, as served.
    pub fn bundle(&self, expected: &Expected) -> Result<Vec<u8>, Fault> {
        match expected.tile() {
            Some(tile) => self.any_tile(&tile, BUNDLE_BYTES_MAX, |full, width| {
                let entries = bundle::parse(full, TILE_WIDTH).ok()?;
                let mut cut = Vec::new();
                let whole = entries
                    .iter()
                    .take(width.into())
                    .all(|entry| bundle::push(&mut cut, entry));
                whole.then_some(cut)
            }),
            None => Ok(Vec::new()),
        }
    }

    /// An attachment; `None` where it is not served.
    pub fn attachment(&self, hash: AttachmentHash) -> Result<Option<Vec<u8>>, Fault> {
        self.content(&format!("attachment/{hash}"), ATTACHMENT_BYTES_MAX)
    }

    /// A log need not serve an unfinished tile once it is full: then the full one is asked for, and cut.
    fn any_tile(
        &self,
        tile: &TileId,
        bytes_max: usize,
        cut: impl Fn(&[u8], u16) -> Option<Vec<u8>>,
    ) -> Result<Vec<u8>, Fault> {
        let bytes_max = bytes_max as u64;
        if let Some(content) = self.content(&tile.path(), bytes_max)? {
            return Ok(content);
        }
        let full = TileId::new(tile.kind(), tile.n(), TILE_WIDTH).filter(|_| !tile.is_full());
        let full = match full {
            Some(full) => self.content(&full.path(), bytes_max)?,
            None => None,
        };
        let content = full.and_then(|full| cut(&full, tile.width()));
        content.ok_or_else(|| self.unusable(&tile.path(), "404"))
    }

    /// What is at a path; `None` where there is nothing.
    fn content(&self, path: &str, bytes_max: u64) -> Result<Option<Vec<u8>>, Fault> {
        let url = format!("{}/{path}", self.url);
        let answer = self.client.get(&url, bytes_max);
        let answer = answer.map_err(|error| unreached(&self.url, &error))?;
        match answer.status {
            200 => Ok(Some(answer.body)),
            404 | 410 => Ok(None),
            status => Err(self.unusable(path, &status.to_string())),
        }
    }

    fn unusable(&self, path: &str, status: &str) -> Fault {
        Fault::Later(Failure::Unreachable {
            server: self.url.clone(),
            what: format!("/{path}: HTTP {status}"),
        })
    }
}

impl Tiles for Source {
    type Error = Fault;

    fn tile(&self, tile: &TileId) -> Result<Vec<u8>, Fault> {
        let bytes_max = usize::from(TILE_WIDTH) * HASH_BYTES;
        self.any_tile(tile, bytes_max, |full, width| {
            let bytes = usize::from(width) * HASH_BYTES;
            full.get(..bytes).map(<[u8]>::to_vec)
        })
    }
}

fn unreached(url: &str, error: &HttpError) -> Fault {
    match error {
        HttpError::Address { .. } => Fault::Stop(Failure::Usage(error.text())),
        HttpError::Unreachable { .. } | HttpError::TooLarge { .. } => {
            Fault::Later(Failure::Unreachable {
                server: url.to_owned(),
                what: error.to_string(),
            })
        }
    }
}
