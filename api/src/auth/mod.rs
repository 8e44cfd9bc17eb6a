//! Who calls, and what they may do.
//!
//! | File | What |
//! |---|---|
//! | [`caller`] | who calls, as services see it |
//! | [`policy`] | the table: method × role × condition; what is not in it is refused |

pub mod caller;
pub mod policy;
