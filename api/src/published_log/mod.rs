//! A log as it is published (C2SP tlog-tiles), wherever that is read: over HTTP, out of a directory of files such as
//! `sijill export tiles` writes, or out of a data directory, a mirror's too. The same questions, and the same refusals.
//!
//! Nothing here is believed: what is answered is limited in size and time, and whoever asked checks it against a checkpoint.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sijill_ledger_core::log::bundle::{self, BUNDLE_BYTES_MAX};
use sijill_ledger_core::log::note::NOTE_BYTES_MAX;
use sijill_ledger_core::log::published;
use sijill_ledger_core::log::remote::Tiles;
use sijill_ledger_core::log::tile::{TILE_WIDTH, TileId, TileKind};
use sijill_ledger_core::store::{
    ATTACHMENT_BYTES_MAX, AttachmentError, AttachmentHash, Attachments,
};

use crate::cli::errors::{Bilingual, Failure};
use crate::cli::input::contents;
use crate::cli::{data, proof};
use crate::http_client::{HttpClient, HttpError};
use crate::log::Publication;

/// How long one answer may take: a bundle of large entries over a slow line.
const CALL_MAX: Duration = Duration::from_mins(2);
/// Bytes of a hash.
const HASH_BYTES: usize = 32;

/// Why something was not read.
#[derive(Debug)]
pub enum Fault {
    /// It may be over by itself: the network, a log that shows nothing yet.
    Later(Failure),
    /// Somebody has to look at it.
    Stop(Failure),
}

impl Fault {
    /// As the failure of a command.
    pub fn failure(self) -> Failure {
        match self {
            Self::Later(failure) | Self::Stop(failure) => failure,
        }
    }
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        Self::Stop(failure)
    }
}

/// A published log.
#[derive(Clone, Debug)]
pub struct PublishedLog {
    /// As the user named it.
    name: String,
    place: Place,
}

#[derive(Clone, Debug)]
enum Place {
    Http(HttpClient),
    Files(PathBuf),
    Data(Arc<Publication>),
}

impl PublishedLog {
    /// The log whose paths begin with this address.
    pub fn at(url: &str) -> Self {
        Self {
            name: url.trim_end_matches('/').to_owned(),
            place: Place::Http(HttpClient::new(CALL_MAX)),
        }
    }

    /// The log in a directory of published files.
    pub fn in_files(dir: &Path) -> Self {
        Self {
            name: dir.display().to_string(),
            place: Place::Files(dir.to_owned()),
        }
    }

    /// By an address, or by a directory of either kind.
    pub fn named(name: &str) -> Result<Self, Failure> {
        if name.starts_with("http://") || name.starts_with("https://") {
            return Ok(Self::at(name));
        }
        let dir = Path::new(name);
        if !dir.join("log").is_dir() {
            return Ok(Self::in_files(dir));
        }
        let publication = proof::published(&data::open(dir)?)?;
        Ok(Self {
            name: name.to_owned(),
            place: Place::Data(Arc::new(publication)),
        })
    }

    /// The checkpoint that it shows.
    pub fn checkpoint(&self) -> Result<Vec<u8>, Fault> {
        let found = match &self.place {
            Place::Http(client) => self.get(client, published::FILE, NOTE_BYTES_MAX as u64)?,
            Place::Files(dir) => file(&dir.join(published::FILE), NOTE_BYTES_MAX as u64)?,
            Place::Data(publication) => publication.latest().map(|latest| latest.note.to_vec()),
        };
        found.ok_or_else(|| self.nothing_published())
    }

    /// A tile or a bundle. A log need not keep an unfinished one once it is full: then it is cut out of the full one. `None` where
    /// neither is there.
    pub fn content(&self, tile: &TileId) -> Result<Option<Vec<u8>>, Fault> {
        Ok(match self.served(tile)? {
            Some((served, bytes)) if served == *tile => Some(bytes),
            Some((_, wider)) => beginning(tile, &wider),
            None => None,
        })
    }

    /// The same as it is served: under its own name, or as the full one.
    pub fn served(&self, tile: &TileId) -> Result<Option<(TileId, Vec<u8>)>, Fault> {
        let full = TileId::new(tile.kind(), tile.n(), TILE_WIDTH).filter(|full| full != tile);
        for tile in [Some(*tile), full].into_iter().flatten() {
            if let Some(bytes) = self.exactly(&tile)? {
                return Ok(Some((tile, bytes)));
            }
        }
        Ok(None)
    }

    /// A tile or a bundle that must be there.
    pub fn required(&self, tile: &TileId) -> Result<Vec<u8>, Fault> {
        let content = self.content(tile)?;
        content.ok_or_else(|| self.unusable(&tile.path(), "404"))
    }

    /// An attachment; `None` where it is not served.
    pub fn attachment(&self, hash: AttachmentHash) -> Result<Option<Vec<u8>>, Fault> {
        let path = format!("attachment/{hash}");
        match &self.place {
            Place::Http(client) => self.get(client, &path, ATTACHMENT_BYTES_MAX),
            Place::Files(dir) => Ok(file(&dir.join(path), ATTACHMENT_BYTES_MAX)?),
            Place::Data(publication) => kept(&Attachments::new(publication.store().dir()), hash),
        }
    }

    fn exactly(&self, tile: &TileId) -> Result<Option<Vec<u8>>, Fault> {
        match &self.place {
            Place::Http(client) => self.get(client, &tile.path(), BUNDLE_BYTES_MAX as u64),
            Place::Files(dir) => Ok(file(&dir.join(tile.path()), BUNDLE_BYTES_MAX as u64)?),
            Place::Data(publication) => {
                let read = publication.tree().tile(tile);
                let dir = publication.store().dir();
                read.map_err(|error| Fault::Stop(data::hashing(dir, error)))
            }
        }
    }

    /// What is at a path of a server; `None` where there is nothing.
    fn get(
        &self,
        client: &HttpClient,
        path: &str,
        bytes_max: u64,
    ) -> Result<Option<Vec<u8>>, Fault> {
        let answer = client.get(&format!("{}/{path}", self.name), bytes_max);
        let answer = answer.map_err(|error| self.unreached(&error))?;
        match answer.status {
            200 => Ok(Some(answer.body)),
            404 | 410 => Ok(None),
            status => Err(self.unusable(path, &status.to_string())),
        }
    }

    fn unreached(&self, error: &HttpError) -> Fault {
        match error {
            HttpError::Address { .. } => Fault::Stop(Failure::Usage(error.text())),
            HttpError::Unreachable { .. } | HttpError::TooLarge { .. } => {
                Fault::Later(Failure::Unreachable {
                    server: self.name.clone(),
                    what: error.to_string(),
                })
            }
        }
    }

    fn unusable(&self, path: &str, status: &str) -> Fault {
        Fault::Later(Failure::Unreachable {
            server: self.name.clone(),
            what: format!("/{path}: HTTP {status}"),
        })
    }

    fn nothing_published(&self) -> Fault {
        let name = &self.name;
        Fault::Later(Failure::Refused {
            code: "LOG_NOTHING_PUBLISHED",
            text: Bilingual::new(
                format!(
                    "لم ينشر السجل في {name} نقطة تحقق بعد؛ تحقق من العنوان، ومن أن الخادم يوقّع (--log-key)"
                ),
                format!(
                    "the log at {name} has published no checkpoint yet; check the address, and that its server signs (--log-key)"
                ),
            ),
        })
    }
}

impl Tiles for PublishedLog {
    type Error = Fault;

    fn tile(&self, tile: &TileId) -> Result<Vec<u8>, Fault> {
        self.required(tile)
    }
}

/// An attachment out of a data directory; `None` where it is not kept.
pub fn kept(attachments: &Attachments, hash: AttachmentHash) -> Result<Option<Vec<u8>>, Fault> {
    match attachments.get(hash) {
        Ok(content) => Ok(Some(content)),
        // What is not what its name says is not it.
        Err(AttachmentError::NotFound(_) | AttachmentError::Corrupt(_)) => Ok(None),
        Err(
            error @ (AttachmentError::Io { .. }
            | AttachmentError::Place { .. }
            | AttachmentError::TooLarge { .. }),
        ) => Err(Fault::Stop(data::attaching(error))),
    }
}

fn file(path: &Path, bytes_max: u64) -> Result<Option<Vec<u8>>, Failure> {
    match std::fs::metadata(path) {
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            Ok(None)
        }
        Err(error) => Err(Failure::io(path, &error)),
        Ok(_) => contents(path, bytes_max).map(Some),
    }
}

/// What a narrower tile has of a wider one; `None` when that is not long enough.
pub fn beginning(tile: &TileId, wider: &[u8]) -> Option<Vec<u8>> {
    let width = usize::from(tile.width());
    match tile.kind() {
        TileKind::Hashes(_) => wider.get(..width * HASH_BYTES).map(<[u8]>::to_vec),
        TileKind::Entries => {
            let entries = readable(wider);
            let mut cut = Vec::new();
            let is_whole = entries
                .iter()
                .take(width)
                .all(|entry| bundle::push(&mut cut, entry));
            (is_whole && entries.len() >= width).then_some(cut)
        }
    }
}

/// The entries of a bundle as far as they can be told apart.
pub fn readable(bytes: &[u8]) -> Vec<&[u8]> {
    let (mut entries, mut rest) = (Vec::new(), bytes);
    while let Some((len, after)) = rest.split_first_chunk::<2>() {
        let Some((entry, after)) = after.split_at_checked(u16::from_be_bytes(*len).into()) else {
            break;
        };
        entries.push(entry);
        rest = after;
    }
    entries
}
