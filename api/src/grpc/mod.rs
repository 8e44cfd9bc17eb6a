//! The services: parse, execute or ask, reply. One service per file or folder; what they share stands here.

pub mod audit;
pub mod live;
pub mod oversight;
pub mod status;
