//! What a list is, and the way from its request to its answer: the same for all.

use std::sync::Arc;

use prost::{Message, Name};
use sha2::{Digest as _, Sha256};
use sijill_ledger_core::codec::EncodeError;
use sijill_ledger_core::codec::payload::write;
use sijill_ledger_core::domain::values::EffectiveAt;
use sijill_projections::Views;
use sijill_schemas::types::v1 as types;
use tonic::{Request, Response, Status};

use super::desk::{Circumstances, Look, Place};
use super::page::{self, Order, Orders, Token};
use super::{Oversight, pb};
use crate::grpc::status;

/// The first 16 bytes of SHA-256 over what makes a question: the log, the message, and all that was asked but which page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint(pub [u8; 16]);

/// The request of a list.
pub trait Question: Message + Name + Send + Sized + 'static {
    /// What is asked, read.
    type Asked: Send + 'static;
    /// A row of the answer.
    type Row: Message + Clone + 'static;
    /// The answer.
    type Answer;

    /// Fields that it can be sorted by.
    const ORDERS: Orders<Self::Row>;

    /// Takes the circumstances and the page out; what is left is the question itself.
    fn take(&mut self) -> (Option<types::QueryContext>, Option<types::Page>);

    /// Reads the question.
    fn read(&self) -> Result<Self::Asked, Status>;

    /// All rows, in the answer's own order.
    fn rows(
        asked: &Self::Asked,
        views: &Views,
        at: EffectiveAt,
    ) -> Result<Rows<Self::Row>, EncodeError>;

    /// A page of the answer.
    fn answer(page: Page<'_, Self::Row>) -> Self::Answer;
}

/// All rows of an answer, and what they rest on.
#[allow(clippy::struct_field_names)] // there is no better word
pub struct Rows<Row> {
    /// The rows.
    pub rows: Vec<Row>,
    /// Version of the view's definition.
    pub definition: u32,
    /// Version of the ruleset in force.
    pub ruleset: Option<u32>,
    /// The parameters, where the question's answer tells them.
    pub parameters: Option<pb::ShortageParameters>,
}

impl<Row> Rows<Row> {
    /// What an empty log answers.
    pub const fn none() -> Self {
        Self {
            rows: Vec::new(),
            definition: 0,
            ruleset: None,
            parameters: None,
        }
    }
}

/// A page of an answer.
pub struct Page<'a, Row> {
    /// What the answer rests on.
    pub context: types::AnswerContext,
    /// The parameters, where the answer tells them.
    pub parameters: Option<pb::ShortageParameters>,
    /// The rows.
    pub rows: &'a [Row],
    /// Asks for the next page; empty at the end.
    pub next_page_token: String,
    /// Rows on all pages.
    pub total_size: u64,
}

/// An answer in full.
struct Full<Row> {
    context: types::AnswerContext,
    size: u64,
    rows: Rows<Row>,
}

/// What a request says once it is read.
struct Call<Q: Question> {
    asked: Q::Asked,
    circumstances: Circumstances,
    order: Option<Order<Q::Row>>,
    fingerprint: Fingerprint,
}

impl Oversight {
    /// Answers a list.
    pub(super) async fn list<Q: Question>(
        &self,
        request: Request<Q>,
    ) -> Result<Response<Q::Answer>, Status> {
        let mut question = request.into_inner();
        let (context, page) = question.take();
        let page = page.unwrap_or_default();
        let fingerprint = fingerprint(
            &question,
            self.desk.origin(),
            context.as_ref(),
            &page.order_by,
        );
        let call: Call<Q> = Call {
            asked: question.read()?,
            circumstances: Circumstances::read(context)?,
            order: Order::read(&page.order_by, Q::ORDERS)?,
            fingerprint,
        };
        let token = Token::read(&page.token, fingerprint)?;
        let full = self.full(call, token).await?;

        let before = token.map_or(0, |token| token.rows_before);
        let all = &full.rows.rows;
        let total_size = u64::try_from(all.len()).unwrap_or(u64::MAX);
        let skipped = usize::try_from(before).unwrap_or(usize::MAX);
        let rows = page::cut(all, skipped, page::rows_max(page.size));
        let given = before.saturating_add(u64::try_from(rows.len()).unwrap_or(u64::MAX));
        let next = Token {
            question: fingerprint,
            size: full.size,
            rows_before: given,
        };
        let more = !rows.is_empty() && given < total_size;
        Ok(Response::new(Q::answer(Page {
            context: full.context.clone(),
            parameters: full.rows.parameters,
            rows,
            next_page_token: if more { next.write() } else { String::new() },
            total_size,
        })))
    }

    /// The whole answer: one that was given already, else a new one.
    async fn full<Q: Question>(
        &self,
        call: Call<Q>,
        token: Option<Token>,
    ) -> Result<Arc<Full<Q::Row>>, Status> {
        let place = match token {
            Some(token) => Place::After(token.size),
            None => self.desk.place(&call.circumstances).await?,
        };
        let size = match place {
            Place::After(size) => size,
            Place::Now => self.desk.live().read().position(),
        };
        let fingerprint = call.fingerprint;
        if let Some(given) = self.answers.get(&(fingerprint, size)) {
            return Ok(given);
        }
        let full = self.desk.look(place, move |look| call.answer(look)).await?;
        let bytes = full.rows.rows.iter().map(Message::encoded_len).sum();
        let full = Arc::new(full);
        self.answers.put((fingerprint, full.size), bytes, &full);
        Ok(full)
    }
}

impl<Q: Question> Call<Q> {
    fn answer(self, look: &Look<'_>) -> Result<Full<Q::Row>, Status> {
        let at = look.at(self.circumstances.at);
        let mut rows = match at {
            Some(at) => {
                Q::rows(&self.asked, look.views(), at).map_err(|error| unwritable(&error))?
            }
            // An empty log: nothing happened at any instant.
            None => Rows::none(),
        };
        if let Some(order) = self.order {
            rows.rows = order.sort(rows.rows);
        }
        Ok(Full {
            context: context(look, at, rows.definition, rows.ruleset)?,
            size: look.size(),
            rows,
        })
    }
}

/// What an answer rests on.
pub fn context(
    look: &Look<'_>,
    at: Option<EffectiveAt>,
    definition: u32,
    ruleset: Option<u32>,
) -> Result<types::AnswerContext, Status> {
    let at = at.map(|at| write(&at)).transpose();
    Ok(types::AnswerContext {
        position: look.position(),
        recorded_at_micros: look.recorded_at_micros(),
        at: at.map_err(|error| unwritable(&error))?,
        definition,
        ruleset,
    })
}

/// A figure that no answer can hold: the sum of absurd documents.
pub fn unwritable(error: &EncodeError) -> Status {
    status::Problem::new(
        tonic::Code::OutOfRange,
        "FIGURE_OUT_OF_RANGE",
        format!("رقم في الجواب أكبر مما تحمله الرسالة؛ ضيّق السؤال: {error}"),
        format!("a figure of the answer is too large for a message; ask for less: {error}"),
    )
    .into()
}

/// What makes a question, for its page tokens.
pub fn fingerprint<Q: Message + Name>(
    question: &Q,
    origin: &str,
    context: Option<&types::QueryContext>,
    order_by: &str,
) -> Fingerprint {
    // Waiting for an index changes nothing about what is asked.
    let context = context.map(|context| types::QueryContext {
        minimum_index: None,
        ..*context
    });
    let context = context.unwrap_or_default().encode_to_vec();
    let question = question.encode_to_vec();
    let mut hasher = Sha256::new();
    for part in [
        b"sijill/question/v1",
        origin.as_bytes(),
        Q::full_name().as_bytes(),
        order_by.as_bytes(),
        &context,
        &question,
    ] {
        hasher.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        hasher.update(part);
    }
    let digest: [u8; 32] = hasher.finalize().into();
    let mut first = [0; 16];
    first.copy_from_slice(&digest[..16]);
    Fingerprint(first)
}

/// Every list's request and answer have the same fields for what every list has.
macro_rules! list {
    ($answer:ident $(, $parameters:ident)?) => {
        fn take(
            &mut self,
        ) -> (
            Option<sijill_schemas::types::v1::QueryContext>,
            Option<sijill_schemas::types::v1::Page>,
        ) {
            (self.context.take(), self.page.take())
        }

        fn answer(page: $crate::grpc::oversight::question::Page<'_, Self::Row>) -> Self::Answer {
            pb::$answer {
                context: Some(page.context),
                $($parameters: page.parameters,)?
                rows: page.rows.to_vec(),
                next_page_token: page.next_page_token,
                total_size: page.total_size,
            }
        }
    };
}
pub(super) use list;
