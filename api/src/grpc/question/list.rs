//! What a list is, and the way from its request to a page of its answer: the same for all.

use std::sync::Arc;

use prost::{Message, Name};
use sijill_ledger_core::codec::EncodeError;
use sijill_ledger_core::domain::values::EffectiveAt;
use sijill_projections::Views;
use sijill_projections::shortage::query::Answer;
use sijill_schemas::oversight::v1 as pb;
use sijill_schemas::types::v1 as types;
use tonic::{Request, Response, Status};

use super::answers::Answers;
use super::desk::{Circumstances, Desk, Effort, Look, Place};
use super::fingerprint::{Fingerprint, fingerprint};
use super::listing::{Listing, Made};
use super::page::{self, Order, Orders, Token};
use super::{context, unwritable};
use crate::grpc::status;

/// Rows of a page that are made at once; the rows of a larger one are work that takes its time.
const SHORT_ROWS_MAX: usize = 200;

/// The request of a list.
pub trait Question: Message + Name + Send + Sized + 'static {
    /// What is asked, read.
    type Asked: Send + 'static;
    /// The rows.
    type List: Listing;
    /// The answer.
    type Answer;

    /// Fields that it can be sorted by.
    const ORDERS: Orders<<Self::List as Listing>::Sort>;

    /// Takes the circumstances and the page out; what is left is the question itself.
    fn take(&mut self) -> (Option<types::QueryContext>, Option<types::Page>);

    /// Reads the question.
    fn read(&self) -> Result<Self::Asked, Status>;

    /// How much work the answer is.
    fn effort(_asked: &Self::Asked, _views: &Views) -> Effort {
        Effort::Long
    }

    /// All rows, in the answer's own order.
    fn rows(
        asked: &Self::Asked,
        views: &Views,
        at: EffectiveAt,
    ) -> Result<Rows<Self::List>, EncodeError>;

    /// A page of the answer.
    fn answer(page: Page<<Self::List as Listing>::Row>) -> Self::Answer;

    /// Tells of all rows together what an answer tells of them beside the page; most tell nothing.
    fn sum_up(_list: &Self::List, _answer: &mut Self::Answer) {}
}

/// All rows of an answer, and what they rest on.
#[allow(clippy::struct_field_names)] // there is no better word
pub struct Rows<List> {
    /// The rows.
    pub rows: List,
    /// Version of the view's definition.
    pub definition: u32,
    /// Version of the ruleset in force.
    pub ruleset: Option<u32>,
    /// The parameters, where the question's answer tells them.
    pub parameters: Option<pb::ShortageParameters>,
}

impl<Row> Rows<Made<Row>> {
    /// Rows of a view's answer, each written, without parameters.
    pub fn of<T>(
        answer: &Answer<T>,
        rows: impl Iterator<Item = Result<Row, EncodeError>>,
    ) -> Result<Self, EncodeError> {
        Ok(Self {
            rows: Made(rows.collect::<Result<_, _>>()?),
            definition: answer.definition,
            ruleset: answer.ruleset,
            parameters: None,
        })
    }
}

/// A page of an answer.
pub struct Page<Row> {
    /// What the answer rests on.
    pub context: types::AnswerContext,
    /// The parameters, where the answer tells them.
    pub parameters: Option<pb::ShortageParameters>,
    /// The rows.
    pub rows: Vec<Row>,
    /// Asks for the next page; empty at the end.
    pub next_page_token: String,
    /// Rows on all pages.
    pub total_size: u64,
}

/// Where lists are answered.
pub struct Lists {
    desk: Desk,
    answers: Arc<Answers>,
}

/// An answer; of an empty log, at which nothing happened at any instant, there are no rows.
struct Full<List> {
    context: types::AnswerContext,
    size: u64,
    rows: Option<Rows<List>>,
}

/// What a request says once it is read.
struct Call<Q: Question> {
    asked: Q::Asked,
    circumstances: Circumstances,
    order: Option<Order<<Q::List as Listing>::Sort>>,
    fingerprint: Fingerprint,
    part: Part,
}

/// Which part of the answer.
#[derive(Clone, Copy)]
struct Part {
    before: usize,
    rows_max: usize,
}

type RowOf<Q> = <<Q as Question>::List as Listing>::Row;
type Answered<Q> = (Arc<Full<<Q as Question>::List>>, Vec<RowOf<Q>>);

impl Lists {
    /// At this desk.
    pub fn new(desk: Desk) -> Self {
        Self {
            desk,
            answers: Arc::default(),
        }
    }

    /// Answers a list.
    pub async fn answer<Q: Question>(
        &self,
        request: Request<Q>,
    ) -> Result<Response<Q::Answer>, Status> {
        let desk = self.desk.for_caller(&request);
        let mut question = request.into_inner();
        let (context, page) = question.take();
        let page = page.unwrap_or_default();
        let fingerprint = fingerprint(
            &question,
            self.desk.origin(),
            context.as_ref(),
            &page.order_by,
        );
        let token = Token::read(&page.token, fingerprint)?;
        let before = token.map_or(0, |token| token.rows_before);
        let call: Call<Q> = Call {
            asked: question.read()?,
            circumstances: Circumstances::read(context)?,
            order: Order::read(&page.order_by, Q::ORDERS)?,
            fingerprint,
            part: Part {
                before: usize::try_from(before).unwrap_or(usize::MAX),
                rows_max: page::rows_max(page.size),
            },
        };
        let (full, rows) = self.page(&desk, call, token).await?;

        let total_size = u64::try_from(full.row_count()).unwrap_or(u64::MAX);
        let given = before.saturating_add(u64::try_from(rows.len()).unwrap_or(u64::MAX));
        let next = Token {
            question: fingerprint,
            size: full.size,
            rows_before: given,
        };
        let more = !rows.is_empty() && given < total_size;
        let mut answer = Q::answer(Page {
            context: full.context.clone(),
            parameters: full.rows.as_ref().and_then(|rows| rows.parameters),
            rows,
            next_page_token: if more { next.write() } else { String::new() },
            total_size,
        });
        if let Some(rows) = &full.rows {
            Q::sum_up(&rows.rows, &mut answer);
        }
        Ok(Response::new(answer))
    }

    /// A page of an answer that was given already, else of a new one.
    async fn page<Q: Question>(
        &self,
        desk: &Desk,
        call: Call<Q>,
        token: Option<Token>,
    ) -> Result<Answered<Q>, Status> {
        let place = match token {
            Some(token) => Place::After(token.size),
            None => desk.place(&call.circumstances).await?,
        };
        let part = call.part;
        let (size, mut effort) = {
            let runner = desk.live().read();
            let size = match place {
                Place::After(size) => size,
                Place::Now => runner.position(),
            };
            (size, Q::effort(&call.asked, runner.views()))
        };
        if part.rows_max > SHORT_ROWS_MAX {
            effort = Effort::Long;
        }
        if let Some(full) = self.answers.get::<Full<Q::List>>(&(call.fingerprint, size)) {
            // The rows are named by views that have seen at least as much as the answer rests on.
            if let Some(last) = size.checked_sub(1) {
                desk.live().reach(last).await?;
            }
            let effort = Effort::of(part.rows_max, SHORT_ROWS_MAX);
            let cut = move |look: &Look<'_>| {
                let rows = full.cut(part, look.views())?;
                Ok((full, rows))
            };
            return desk.see(Place::Now, effort, cut).await;
        }
        let answers = Arc::clone(&self.answers);
        desk.see(place, effort, move |look| {
            let fingerprint = call.fingerprint;
            let full = Arc::new(call.answer(look)?);
            let rows = full.cut(part, look.views())?;
            // What is asked for once and costs little is not worth its room.
            if effort == Effort::Long || rows.len() < full.row_count() {
                answers.put((fingerprint, full.size), full.bytes(), &full);
            }
            Ok((full, rows))
        })
        .await
    }
}

impl<Q: Question> Call<Q> {
    fn answer(self, look: &Look<'_>) -> Result<Full<Q::List>, Status> {
        let at = look.at(self.circumstances.at);
        let rows = at.map(|at| Q::rows(&self.asked, look.views(), at));
        let mut rows = rows.transpose().map_err(|error| unwritable(&error))?;
        if let (Some(rows), Some(order)) = (&mut rows, &self.order) {
            rows.rows.sort(order, look.views());
        }
        let definition = rows.as_ref().map_or(0, |rows| rows.definition);
        let ruleset = rows.as_ref().and_then(|rows| rows.ruleset);
        Ok(Full {
            context: context(look, at, definition, ruleset)?,
            size: look.size(),
            rows,
        })
    }
}

impl<List: Listing> Full<List> {
    fn row_count(&self) -> usize {
        self.rows.as_ref().map_or(0, |rows| rows.rows.row_count())
    }

    fn bytes(&self) -> usize {
        self.rows.as_ref().map_or(0, |rows| rows.rows.bytes())
    }

    fn cut(&self, part: Part, views: &Views) -> Result<Vec<List::Row>, Status> {
        let Some(Rows { rows, .. }) = &self.rows else {
            return Ok(Vec::new());
        };
        made(rows, part.before, part.rows_max, views)
    }
}

/// The rows of a page.
pub fn made<List: Listing>(
    list: &List,
    before: usize,
    rows_max: usize,
    views: &Views,
) -> Result<Vec<List::Row>, Status> {
    let unknown = || status::internal("a row of the answer is about what the views do not know");
    let places = (before..list.row_count()).take(rows_max);
    page::cut(places.map(|place| {
        let row = list.row(place, views);
        row.map_err(|error| unwritable(&error))?.ok_or_else(unknown)
    }))
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

        fn answer(
            page: $crate::grpc::question::list::Page<
                <Self::List as $crate::grpc::question::listing::Listing>::Row,
            >,
        ) -> Self::Answer {
            pb::$answer {
                context: Some(page.context),
                $($parameters: page.parameters,)?
                rows: page.rows,
                next_page_token: page.next_page_token,
                total_size: page.total_size,
            }
        }
    };
}
pub(in crate::grpc) use list;
