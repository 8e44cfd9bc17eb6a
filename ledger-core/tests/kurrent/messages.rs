//! The messages, as far as they are used: of alternatives, each is an optional field of its own, which reads and writes the same.

use std::collections::HashMap;

use prost::Message;

#[derive(Clone, PartialEq, Eq, Message)]
pub struct StreamId {
    #[prost(bytes = "vec", tag = "3")]
    pub name: Vec<u8>,
}

#[derive(Clone, Copy, PartialEq, Eq, Message)]
pub struct Halves {
    #[prost(int64, tag = "1")]
    pub high: i64,
    #[prost(int64, tag = "2")]
    pub low: i64,
}

#[derive(Clone, PartialEq, Eq, Message)]
pub struct EventId {
    #[prost(message, optional, tag = "1")]
    pub halves: Option<Halves>,
    #[prost(string, optional, tag = "2")]
    pub text: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Message)]
pub struct Position {
    #[prost(uint64, tag = "1")]
    pub commit: u64,
    #[prost(uint64, tag = "2")]
    pub prepare: u64,
}

#[derive(Clone, PartialEq, Eq, Message)]
pub struct Place {
    #[prost(message, optional, tag = "1")]
    pub stream: Option<StreamId>,
    #[prost(uint64, optional, tag = "2")]
    pub revision: Option<u64>,
    /// Of an append: there is no stream; of a read: from its start.
    #[prost(message, optional, tag = "3")]
    pub no_stream: Option<()>,
    /// Of a read: from its end.
    #[prost(message, optional, tag = "4")]
    pub end: Option<()>,
}

#[derive(Clone, PartialEq, Eq, Message)]
pub struct Proposed {
    #[prost(message, optional, tag = "1")]
    pub id: Option<EventId>,
    #[prost(map = "string, string", tag = "2")]
    pub system: HashMap<String, String>,
    #[prost(bytes = "vec", tag = "3")]
    pub metadata: Vec<u8>,
    #[prost(bytes = "vec", tag = "4")]
    pub data: Vec<u8>,
}

#[derive(Clone, PartialEq, Eq, Message)]
pub struct AppendPiece {
    #[prost(message, optional, tag = "1")]
    pub place: Option<Place>,
    #[prost(message, optional, tag = "2")]
    pub event: Option<Proposed>,
}

#[derive(Clone, Copy, PartialEq, Eq, Message)]
pub struct Success {
    #[prost(uint64, optional, tag = "1")]
    pub revision: Option<u64>,
    #[prost(message, optional, tag = "4")]
    pub no_position: Option<()>,
}

#[derive(Clone, Copy, PartialEq, Eq, Message)]
pub struct Wrong {
    #[prost(uint64, optional, tag = "6")]
    pub current: Option<u64>,
    #[prost(message, optional, tag = "7")]
    pub current_none: Option<()>,
    #[prost(uint64, optional, tag = "8")]
    pub expected: Option<u64>,
    #[prost(message, optional, tag = "11")]
    pub expected_none: Option<()>,
}

#[derive(Clone, Copy, PartialEq, Eq, Message)]
pub struct AppendAnswer {
    #[prost(message, optional, tag = "1")]
    pub success: Option<Success>,
    #[prost(message, optional, tag = "2")]
    pub wrong: Option<Wrong>,
}

#[derive(Clone, PartialEq, Eq, Message)]
pub struct TombstoneRequest {
    #[prost(message, optional, tag = "1")]
    pub place: Option<Place>,
}

#[derive(Clone, Copy, PartialEq, Eq, Message)]
pub struct TombstoneAnswer {
    #[prost(message, optional, tag = "2")]
    pub no_position: Option<()>,
}

#[derive(Clone, Copy, PartialEq, Eq, Message)]
pub struct AllFrom {
    #[prost(message, optional, tag = "1")]
    pub position: Option<Position>,
}

#[derive(Clone, PartialEq, Eq, Message)]
pub struct Expression {
    #[prost(string, repeated, tag = "2")]
    pub prefixes: Vec<String>,
}

#[derive(Clone, PartialEq, Eq, Message)]
pub struct Filter {
    #[prost(message, optional, tag = "2")]
    pub kind: Option<Expression>,
}

#[derive(Clone, PartialEq, Eq, Message)]
pub struct ReadOptions {
    #[prost(message, optional, tag = "1")]
    pub stream: Option<Place>,
    #[prost(message, optional, tag = "2")]
    pub all: Option<AllFrom>,
    #[prost(uint64, optional, tag = "5")]
    pub count: Option<u64>,
    #[prost(message, optional, tag = "7")]
    pub filter: Option<Filter>,
}

#[derive(Clone, PartialEq, Eq, Message)]
pub struct ReadRequest {
    #[prost(message, optional, tag = "1")]
    pub options: Option<ReadOptions>,
}

#[derive(Clone, PartialEq, Eq, Message)]
pub struct Recorded {
    #[prost(message, optional, tag = "1")]
    pub id: Option<EventId>,
    #[prost(message, optional, tag = "2")]
    pub stream: Option<StreamId>,
    #[prost(uint64, tag = "3")]
    pub revision: u64,
    #[prost(uint64, tag = "4")]
    pub prepare: u64,
    #[prost(uint64, tag = "5")]
    pub commit: u64,
    #[prost(map = "string, string", tag = "6")]
    pub system: HashMap<String, String>,
    #[prost(bytes = "vec", tag = "7")]
    pub metadata: Vec<u8>,
    #[prost(bytes = "vec", tag = "8")]
    pub data: Vec<u8>,
}

#[derive(Clone, PartialEq, Eq, Message)]
pub struct Read {
    #[prost(message, optional, tag = "1")]
    pub event: Option<Recorded>,
    #[prost(uint64, optional, tag = "3")]
    pub commit: Option<u64>,
}

#[derive(Clone, PartialEq, Eq, Message)]
pub struct NotFound {
    #[prost(message, optional, tag = "1")]
    pub stream: Option<StreamId>,
}

#[derive(Clone, PartialEq, Eq, Message)]
pub struct ReadAnswer {
    #[prost(message, optional, tag = "1")]
    pub event: Option<Read>,
    #[prost(message, optional, tag = "4")]
    pub not_found: Option<NotFound>,
}

#[derive(Clone, PartialEq, Eq, Message)]
pub struct EndPoint {
    #[prost(string, tag = "1")]
    pub address: String,
    #[prost(uint32, tag = "2")]
    pub port: u32,
}

#[derive(Clone, PartialEq, Eq, Message)]
pub struct Member {
    #[prost(message, optional, tag = "1")]
    pub instance: Option<EventId>,
    #[prost(int32, tag = "3")]
    pub state: i32,
    #[prost(bool, tag = "4")]
    pub is_alive: bool,
    #[prost(message, optional, tag = "5")]
    pub http: Option<EndPoint>,
}

#[derive(Clone, PartialEq, Eq, Message)]
pub struct Members {
    #[prost(message, repeated, tag = "1")]
    pub members: Vec<Member>,
}
