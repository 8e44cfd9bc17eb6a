//! The log over HTTP (C2SP tlog-tiles), for anyone and without a token, on a listener of its own: apart from commands, so
//! that readers never crowd them out.
//!
//! | Path | What |
//! |---|---|
//! | `/checkpoint` | the published checkpoint |
//! | `/tile/<level>/<n>[.p/<width>]` | hashes |
//! | `/tile/entries/<n>[.p/<width>]` | entries |
//! | `/attachment/<sha256>` | an attachment that an event names |
//!
//! And, elsewhere, a witness: `/add-checkpoint`.
//!
//! | File | What |
//! |---|---|
//! | [`serving`] | connections: how many, how long |
//! | `answers` | what each path of a log answers |
//! | [`witness`] | what a witness answers |
//!
//! Of the tree only what the published checkpoint covers is shown, and a path without content is 404, never an empty answer.

mod answers;
pub mod serving;
pub mod witness;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use tower_http::cors::{Any, CorsLayer};

use crate::grpc::live::Live;
use crate::grpc::node::Node;
use crate::log::Publication;
use answers::{Answers, attachment, checkpoint, tile};

/// The paths of a node's log.
pub fn routes(node: &Arc<Node>) -> Router {
    router(Arc::clone(&node.publication), Arc::clone(&node.live))
}

fn router(publication: Arc<Publication>, live: Arc<Live>) -> Router {
    // Pages of any origin may verify.
    let cors = CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([http::Method::GET, http::Method::HEAD]);
    Router::new()
        .route("/checkpoint", get(checkpoint))
        .route("/tile/{*place}", get(tile))
        .route("/attachment/{sha256}", get(attachment))
        .layer(cors)
        .with_state(Arc::new(Answers::new(publication, live)))
}
