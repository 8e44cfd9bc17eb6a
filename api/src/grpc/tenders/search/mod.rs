//! Search of tenders and alerts of what happens to them: `SearchTenders`, `ListTenderAlerts`, `WatchTenders` of `TendersService`.
//!
//! | File | What |
//! |---|---|
//! | [`query`] | `SearchTenders` |
//! | [`alerts`] | `ListTenderAlerts` |
//! | [`watch`] | `WatchTenders`: the same as it happens |
//! | `filter` | which tenders |
//! | `found` | a tender as it is shown |
//!
//! **Pages.** A page token names the question, the size of the log that its first page was answered at, and how many rows were given.
//! What a question finds is kept for the pages that follow: tenders as they stood, which events after them do not change. What
//! is kept no longer is found again in the views as of that size of the log. So no page shows a tender twice, leaves one out, or
//! shows it otherwise than the count on the first page says, whatever is published, moved or awarded in between.

pub mod alerts;
mod filter;
mod found;
pub mod query;
#[cfg(test)]
mod tests;
pub mod watch;

use super::pb;
