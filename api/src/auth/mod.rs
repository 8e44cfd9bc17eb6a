//! Who calls, and what they may do.
//!
//! | File | What |
//! |---|---|
//! | [`caller`] | who calls, as services see it |
//! | [`policy`] | the table: method × role × condition; what is not in it is refused |
//! | [`roles`] | the roles' names |
//! | [`token`] | what a token says, and when it is believed |
//! | [`verifier`] | keys and verified tokens of a running server |
//! | [`keys`], [`eddsa`] | keys in files; Ed25519 for the token library |

pub mod caller;
pub mod eddsa;
pub mod keys;
pub mod policy;
pub mod roles;
pub mod token;
pub mod verifier;
