//! A part of a long list.

use serde::Serialize;

/// Which part: after sorting, so that pages follow one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// Rows to leave out at the beginning.
    pub offset: usize,
    /// Most rows to give.
    pub limit: usize,
}

impl Page {
    /// Everything.
    pub const ALL: Self = Self {
        offset: 0,
        limit: usize::MAX,
    };

    /// That part of a sorted list. Only its rows are made.
    ///
    /// ```
    /// use sijill_projections::page::Page;
    /// let page = Page { offset: 1, limit: 2 };
    /// let paged = page.of(vec![1, 2, 3, 4], |n| n * 10);
    /// assert_eq!((paged.total, paged.rows), (4, vec![20, 30]));
    /// assert!(Page { offset: 9, limit: 2 }.of(vec![1], |n| n).rows.is_empty());
    /// ```
    pub fn of<T, R>(self, all: Vec<T>, row: impl FnMut(T) -> R) -> Paged<R> {
        Paged {
            total: all.len(),
            rows: all
                .into_iter()
                .skip(self.offset)
                .take(self.limit)
                .map(row)
                .collect(),
        }
    }
}

/// A part of a list, and how long the list is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Paged<T> {
    /// Rows of the whole list.
    pub total: usize,
    /// The rows of this page.
    pub rows: Vec<T>,
}
