//! The rows of an answer: made all at once, or each when its page is asked for.

use prost::Message;
use sijill_ledger_core::codec::EncodeError;
use sijill_projections::Views;

use super::page::{Key, Order};

/// Rows in an order, each of which can be had. It is kept while its pages may be asked for, and nothing that the views take in
/// changes it.
pub trait Listing: Send + Sync + 'static {
    /// A row.
    type Row: Message + 'static;
    /// What rows can be compared by.
    type Sort: Copy + Send + 'static;

    /// How many rows there are.
    fn row_count(&self) -> usize;

    /// The most memory that keeping it takes, in bytes.
    fn bytes(&self) -> usize;

    /// Sorts; rows that compare equal stay as they are.
    fn sort(&mut self, order: &Order<Self::Sort>, views: &Views);

    /// The row at a place below [`Listing::row_count`]; `None` when the views know nothing of it. The views may have seen more
    /// than those that the listing is of, never less.
    fn row(&self, place: usize, views: &Views) -> Result<Option<Self::Row>, EncodeError>;
}

/// Rows that are made.
#[derive(Clone, Debug)]
pub struct Made<Row>(pub Vec<Row>);

impl<Row: Message + Clone + 'static> Listing for Made<Row> {
    type Row = Row;
    type Sort = fn(&Row) -> Key;

    fn row_count(&self) -> usize {
        self.0.len()
    }

    fn bytes(&self) -> usize {
        self.0.iter().map(Message::encoded_len).sum()
    }

    fn sort(&mut self, order: &Order<Self::Sort>, _views: &Views) {
        let rows = std::mem::take(&mut self.0);
        self.0 = order.sort(rows, |by, row| by(row));
    }

    fn row(&self, place: usize, _views: &Views) -> Result<Option<Row>, EncodeError> {
        Ok(self.0.get(place).cloned())
    }
}
