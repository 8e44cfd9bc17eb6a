//! What makes a question, for its page tokens and for answers that are kept.

use prost::{Message, Name};
use sha2::{Digest as _, Sha256};
use sijill_schemas::types::v1 as types;

/// The first 16 bytes of SHA-256 over what makes a question: the log, the message, and all that was asked but which page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint(pub [u8; 16]);

/// What makes a question, given without its circumstances and its page.
pub fn fingerprint<Q: Message + Name>(
    question: &Q,
    origin: &str,
    context: Option<&types::QueryContext>,
    order_by: &str,
) -> Fingerprint {
    // Waiting for an index changes nothing about what is asked.
    let context = context.map(|context| types::QueryContext {
        minimum_index: None,
        ..*context
    });
    let context = context.unwrap_or_default().encode_to_vec();
    let question = question.encode_to_vec();
    let mut hasher = Sha256::new();
    for part in [
        b"sijill/question/v1",
        origin.as_bytes(),
        Q::full_name().as_bytes(),
        order_by.as_bytes(),
        &context,
        &question,
    ] {
        hasher.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        hasher.update(part);
    }
    let digest: [u8; 32] = hasher.finalize().into();
    let mut first = [0; 16];
    first.copy_from_slice(&digest[..16]);
    Fingerprint(first)
}
