//! Questions about tenders, an answer as a sheet each.
//!
//! | File | What |
//! |---|---|
//! | `page`, `parts` | one tender: its facts, and one of its parts as rows |
//! | `durations` | tenders in their stages, and whom they wait for |
//! | `cards` | cards of suppliers and buyers |
//! | `awards` | awards and prices |
//! | `search`, `alerts` | published tenders by words and filters; what happened to them |
//! | `words` | terms and cells that these share |

pub mod alerts;
pub mod awards;
pub mod cards;
pub mod durations;
pub mod page;
mod parts;
pub mod search;
mod words;
