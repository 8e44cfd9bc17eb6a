//! OCDS in: releases of other systems, exactly as they were published (Open Contracting Data Standard 1.1).
//!
//! | File | What |
//! |---|---|
//! | [`document`](mod@document) | the releases in a release, a record, or a package of either |
//! | [`release`] | what must be there in a release; the event it becomes |
//! | [`summary`] | what views read of it |
//! | [`content`] | its bytes, compressed and back, and whether an event tells the truth about them |
//! | [`problem`] | what can be wrong, and where |
//! | `json`, `number` | JSON as it stands: exact texts, duplicate names, decimals; never a float |
//!
//! Nothing here reads files or appends: the import and a later check call the same functions.

pub mod content;
pub mod document;
mod json;
mod number;
pub mod problem;
pub mod release;
pub mod summary;

pub use document::{Document, Found, document};
pub use problem::{Fault, Problem};
pub use release::Published;
