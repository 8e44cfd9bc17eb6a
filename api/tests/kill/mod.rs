//! What a server is killed under, and what must hold afterwards: for `server_kill`.
//!
//! | file | what |
//! |---|---|
//! | `country` | a small country: who is there, who may act, and its registration over gRPC |
//! | `asks` | commands under ids of their own, and how they are sent |
//! | `clients` | clients that send a mix of them, and know what was acknowledged and what is in doubt |
//! | `agreement` | the log afterwards: each command once, each reaction once, the same goods on both sides |

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // tests

pub mod agreement;
pub mod asks;
pub mod clients;
pub mod country;
