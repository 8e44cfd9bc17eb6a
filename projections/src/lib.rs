//! Views.

mod intern;
mod output;
pub mod shortage;
pub mod view;
