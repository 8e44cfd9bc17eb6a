//! From a request to the place in the log that it is answered at, and to a page of it.
//!
//! A page token of these lists counts what was looked through, not what was shown: filters that need the event itself
//! are asked of each, and a page ends when it has looked at enough.

use prost::{Message, Name};
use sijill_ledger_core::codec::payload::write;
use sijill_ledger_core::codec::recorded;
use sijill_ledger_core::domain::values::EffectiveAt;
use sijill_ledger_core::event::Recorded;
use sijill_ledger_core::store::embedded::EmbeddedStore;
use sijill_ledger_core::store::{Attachments, Batch, ReadError};
use sijill_projections::Views;
use sijill_projections::audit::Audit;
use sijill_projections::view::View as _;
use sijill_schemas::types::v1 as types;
use tonic::Status;

use crate::grpc::question::desk::{Circumstances, Desk, Look, Place};
use crate::grpc::question::fingerprint::{Fingerprint, fingerprint};
use crate::grpc::question::page::{self, Token};
use crate::grpc::question::unwritable;
use crate::grpc::status;

/// Most events that are read for one page.
pub const READ_MAX: usize = 20_000;
/// Most bytes of a page's rows: below what clients accept by default (4 MiB), with room for one more large row.
pub const BYTES_MAX: usize = 2 << 20;

/// A list's request without its circumstances and page: the question itself.
pub struct Asking {
    circumstances: Circumstances,
    fingerprint: Fingerprint,
    token: Option<Token>,
    /// Most rows of the page.
    pub rows_max: usize,
    /// The field to sort by; `None` for the answer's own order.
    pub field: Option<&'static str>,
    /// Whether the last come first; `None` for the answer's own order.
    pub descending: Option<bool>,
}

/// The view and its log at the size that is asked about.
pub struct Sight<'a> {
    look: &'a Look<'a>,
    /// Number of events that are known.
    pub size: u64,
    at: Option<EffectiveAt>,
    last: Option<Recorded>,
}

impl Asking {
    /// Reads circumstances and page of a question, which is given without both, and the fields that it can be sorted by.
    pub fn read<Q: Message + Name>(
        question: &Q,
        context: Option<types::QueryContext>,
        page: Option<types::Page>,
        fields: &[&'static str],
        desk: &Desk,
    ) -> Result<Self, Status> {
        let page = page.unwrap_or_default();
        let order = page.order_by.as_str();
        let name = order.strip_prefix('-').unwrap_or(order);
        let field = fields.iter().copied().find(|field| *field == name);
        if field.is_none() && !order.is_empty() {
            return Err(unsortable(order, &fields.join(", ")));
        }
        let fingerprint = fingerprint(question, desk.origin(), context.as_ref(), &page.order_by);
        Ok(Self {
            circumstances: Circumstances::read(context)?,
            fingerprint,
            token: Token::read(&page.token, fingerprint)?,
            rows_max: page::rows_max(page.size),
            field,
            descending: field.map(|_| order.starts_with('-')),
        })
    }

    /// How much was looked through for the pages before.
    pub fn before(&self) -> usize {
        let before = self.token.map_or(0, |token| token.rows_before);
        usize::try_from(before).unwrap_or(usize::MAX)
    }

    /// The token of the page that begins after so much was looked through; empty at the end.
    pub fn next(&self, size: u64, looked: usize, total: usize) -> String {
        if looked >= total {
            return String::new();
        }
        let rows_before = u64::try_from(looked).unwrap_or(u64::MAX);
        let question = self.fingerprint;
        Token {
            question,
            size,
            rows_before,
        }
        .write()
    }

    /// The instant that was named.
    pub const fn at(&self) -> Option<EffectiveAt> {
        self.circumstances.at
    }

    /// The place that the question asks about, once the views have seen what they should.
    pub async fn place(&self, desk: &Desk) -> Result<Place, Status> {
        match self.token {
            Some(token) => Ok(Place::After(token.size)),
            None => desk.place(&self.circumstances).await,
        }
    }

    /// Looks at what was known where the question asks, off the async threads.
    pub async fn look<T, W>(self, desk: &Desk, work: W) -> Result<T, Status>
    where
        T: Send + 'static,
        W: FnOnce(&Self, &Sight<'_>) -> Result<T, Status> + Send + 'static,
    {
        let place = self.place(desk).await?;
        sight(desk, place, self.circumstances.at, move |sight| {
            work(&self, sight)
        })
        .await
    }
}

/// Looks at what was known at a place.
pub async fn sight<T, W>(
    desk: &Desk,
    place: Place,
    at: Option<EffectiveAt>,
    work: W,
) -> Result<T, Status>
where
    T: Send + 'static,
    W: FnOnce(&Sight<'_>) -> Result<T, Status> + Send + 'static,
{
    if let Place::After(size) = place {
        let live = desk.live();
        if size > live.read().position() {
            // Says what is wrong with a size that the log does not have.
            live.as_of(size).await?;
            live.reach(size.saturating_sub(1)).await?;
        }
    }
    let work = move |look: &Look<'_>| {
        let size = match place {
            Place::Now => look.size(),
            Place::After(size) => size,
        };
        work(&Sight::new(look, size, at)?)
    };
    desk.look(Place::Now, work).await
}

impl<'a> Sight<'a> {
    fn new(look: &'a Look<'a>, size: u64, at: Option<EffectiveAt>) -> Result<Self, Status> {
        let last = size.checked_sub(1);
        let last = last.map(|index| event(look.store(), index)).transpose()?;
        let then = |last: &Recorded| {
            let offset = last.metadata.effective_at.offset_minutes();
            EffectiveAt::new(last.recorded_at, offset).ok()
        };
        let at = at.or_else(|| last.as_ref().and_then(then));
        Ok(Self {
            look,
            size,
            at,
            last,
        })
    }

    /// The views. They may have seen more than is known at this size.
    pub const fn views(&self) -> &Views {
        self.look.views()
    }

    /// The audit view.
    pub const fn audit(&self) -> &Audit {
        &self.look.views().audit
    }

    /// The instant asked about; `None` for an empty log.
    pub const fn at(&self) -> Option<EffectiveAt> {
        self.at
    }

    /// The entry at an index, alone in a batch.
    pub fn entry(&self, index: u64) -> Result<Batch, Status> {
        let batch = self.look.store().entry(index);
        batch.map_err(|error| status::reading(&error))
    }

    /// The event at an index. Public content only.
    pub fn event(&self, index: u64) -> Result<Recorded, Status> {
        event(self.look.store(), index)
    }

    /// What the answer rests on.
    pub fn context(&self) -> Result<types::AnswerContext, Status> {
        self.context_of(Audit::VERSION)
    }

    /// The same for another view's definition.
    pub fn context_of(&self, definition: u32) -> Result<types::AnswerContext, Status> {
        let at = self.at.map(|at| write(&at)).transpose();
        let last = self.last.as_ref();
        Ok(types::AnswerContext {
            position: last.map(|last| types::Position {
                log_id: self.origin().to_owned(),
                index: last.index,
            }),
            recorded_at_micros: last.map_or(0, |last| last.recorded_at.as_micros()),
            at: at.map_err(|error| unwritable(&error))?,
            definition,
            // No parameter of a ruleset decides what these answers hold.
            ruleset: None,
            clocks: self.look.clocks(),
        })
    }

    /// The attachments of the log.
    pub fn attachments(&self) -> &Attachments {
        self.look.store().attachments()
    }

    fn origin(&self) -> &str {
        use sijill_ledger_core::store::EventStore as _;
        self.look.store().origin()
    }
}

/// Decodes the event at an index.
fn event(store: &EmbeddedStore, index: u64) -> Result<Recorded, Status> {
    let batch = store
        .entry(index)
        .map_err(|error| status::reading(&error))?;
    decoded(&batch, index)
}

/// Decodes the only event of a batch.
pub fn decoded(batch: &Batch, index: u64) -> Result<Recorded, Status> {
    let Some((index, entry)) = batch.get(0) else {
        return Err(status::reading(&ReadError::NotFound { index }));
    };
    recorded(index, &entry, &[]).map_err(|error| {
        let what = error.to_string();
        status::reading(&ReadError::Corrupt { index, what })
    })
}

fn unsortable(order_by: &str, field: &str) -> Status {
    status::Problem::new(
        tonic::Code::InvalidArgument,
        "ORDER_BY_UNKNOWN",
        format!("لا يُرتَّب بالحقل {order_by:?}؛ حقول الترتيب: {field}"),
        format!("cannot sort by {order_by:?}; the fields are {field}"),
    )
    .field("page.order_by", format!("one of {field}"))
    .into()
}
