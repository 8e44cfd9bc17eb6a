//! The services: parse, execute or ask, reply. One service per file or folder; what they share stands here.

pub mod authority;
pub mod command;
pub mod inventory;
pub mod live;
pub mod procurement;
pub mod registry;
pub mod status;
pub mod submit;
#[cfg(test)]
mod testing;
