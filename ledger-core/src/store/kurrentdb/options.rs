//! How to open a node.

use std::time::Duration;

use crate::store::embedded;

/// How to open a node of a ledger on a cluster.
#[derive(Clone)]
pub struct Options {
    /// Where the cluster is: `kurrentdb://`, `esdb://` and what the official client understands besides.
    pub connection: String,
    /// The directory of the mirror, the log's origin, and the clock that deadlines are judged by.
    pub mirror: embedded::Options,
    /// What the names of all streams begin with on the cluster: empty where the cluster holds one log, as it should; else
    /// lower-case letters and digits with a dot at the end, such as `health.`.
    pub namespace: String,
    /// Most bytes of one append as the cluster counts them (data, metadata, twice the type's length): its own setting
    /// `MaxAppendSize`.
    pub append_bytes_max: usize,
    /// How long one answer of the cluster may take, or one page of its log.
    pub patience: Duration,
    /// How long an append is tried again, with the same ids, until its outcome counts as unknown; and how long one that the
    /// cluster has taken may take to the mirror.
    pub retry_for: Duration,
    /// How long to wait before trying again.
    pub retry_delay: Duration,
    /// How often the log is read when this node appends nothing: what entries of other nodes are late by, at most.
    pub poll_every: Duration,
}

/// The setting `MaxAppendSize` of servers unless it was changed, in bytes.
pub(super) const APPEND_BYTES_MAX_DEFAULT: usize = 1 << 20;

impl Options {
    /// The usual options for a cluster and a mirror of its log.
    pub fn new(connection: impl Into<String>, mirror: embedded::Options) -> Self {
        Self {
            connection: connection.into(),
            mirror,
            namespace: String::new(),
            append_bytes_max: APPEND_BYTES_MAX_DEFAULT,
            patience: Duration::from_secs(10),
            retry_for: Duration::from_secs(30),
            retry_delay: Duration::from_millis(200),
            poll_every: Duration::from_millis(50),
        }
    }

    /// Whether the namespace can be told from the names of streams.
    pub(super) fn namespace_is_legal(&self) -> bool {
        let legal = |name: &str| {
            !name.is_empty()
                && name
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        };
        self.namespace.is_empty() || self.namespace.strip_suffix('.').is_some_and(legal)
    }
}
