//! Views of the ledger: pure folds of the log that answer questions.
//!
//! | Where | What |
//! |---|---|
//! | [`view`] | what a view is; the digest that makes two copies comparable |
//! | [`registry`] | the views there are, one line each |
//! | [`runner`] | feeds the log to them: positions, one decode for all |
//! | [`snapshot`] | a view on disk, tied to an index |
//! | [`shortage`] | on hand, in transit, on order, consumption, months of stock, stock-outs, outlook, roll-ups |
//! | [`audit`] | history of every entity, register of movements, discrepancies |
//! | [`distribution`] | flows, transfers in transit, deliveries, losses, equity; the balance equation |
//! | [`ocds`] | OCDS in: releases as published, what they say, and their bytes |
//! | [`process`] | processes of other systems: their releases, search |
//! | [`tenders`] | tenders: timeline, stages and their clocks, awards, prices, who wins from whom |
//! | [`applications`] | applications of suppliers: which wait, and who has their number already |
//! | [`attachments`] | attachments that events name |
//! | [`page`] | a part of a long list |
//! | [`words`] | texts as they are searched: Arabic and Latin spellings folded |
//! | [`stock_card`] | daily stock on hand, for export |
//!
//! What is deliberately not here: nothing in this crate appends; nothing reads a clock (every question names its instant)
//! or draws a random number; no wire type and no bytes of the log (the codec decodes them once for all views); no rule of
//! what a document does to a balance (`ledger_core::domain::stock` says that, for the aggregate and for views
//! alike). A view's fold does no I/O: only the runner and the snapshots do.

pub mod applications;
pub mod attachments;
pub mod audit;
pub mod distribution;
mod intern;
pub mod ocds;
mod output;
pub mod page;
pub mod process;
pub mod registry;
pub mod runner;
pub mod shortage;
pub mod snapshot;
pub mod stock_card;
pub mod tenders;
mod trade;
pub mod view;
pub mod words;

pub use registry::Views;
pub use runner::Runner;
pub use view::{AsOf, View};
