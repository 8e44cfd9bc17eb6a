//! `sijill bid submit`: hands in what was sealed.

use std::path::PathBuf;

use sijill_schemas::events::v1 as events;
use sijill_schemas::procurement::v1 as pb;
use sijill_schemas::types::v1 as types;

use super::handing::{Handing, Ready, done};
use super::receipt::Kept;
use crate::cli::errors::Failure;
use crate::cli::output::{Cell, Ui};
use crate::cli::query::answered;
use crate::cli::sealed::DEADLINE;
use sijill_ledger_core::domain::values::KeyAlgorithm;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    handing: Handing,
    /// The supplier that bids, as it is registered: the one of the token
    #[arg(long)]
    bidder: String,
    /// File for the receipt: where and when the envelope was recorded [default: beside the envelope, as NAME.receipt]
    #[arg(long)]
    receipt: Option<PathBuf>,
}

/// Submits. Whoever gets no answer submits again: it is recorded once.
pub(super) async fn run(arguments: &Arguments, ui: &mut Ui) -> Result<(), Failure> {
    let Arguments {
        handing,
        bidder,
        receipt,
    } = arguments;
    let ready = handing.read()?;
    let request = request(&ready, bidder)?;
    let mut tenders = handing.connect().await?;
    let answer = tenders.seal_bid(request).await;
    let answer = answer.map_err(|status| answered(&status))?.into_inner();
    let kept = Kept::new(&ready, bidder, &answer);
    let beside = || {
        let mut name = handing.envelope.clone().into_os_string();
        name.push(".receipt");
        name.into()
    };
    kept.save(&receipt.clone().unwrap_or_else(beside))?;
    let deadline = Cell::text(ready.read.sheet.deadline);
    ui.sheet(&done(&ready, &answer).fact(DEADLINE, deadline))
}

fn request(ready: &Ready, bidder: &str) -> Result<pb::SealBidRequest, Failure> {
    let terms = ready.read.sheet.sheet.terms();
    let claim = format!("{} {bidder} {}", terms.tender, terms.kind);
    let sender = &ready.dealing().sender;
    let algorithm = match sender.algorithm() {
        KeyAlgorithm::Ed25519 => types::KeyAlgorithm::Ed25519,
        KeyAlgorithm::Es256 => types::KeyAlgorithm::Es256,
    };
    ready.signed("submit", vec![claim], |context| pb::SealBidRequest {
        context,
        envelope: ready.dealing().id.to_string(),
        sealed: Some(events::BidSealed {
            claim_part: 0,
            key: Some(types::PublicKey {
                algorithm: algorithm.into(),
                key: sender.bytes().to_vec(),
            }),
            sealed: ready.read.envelope.sealed.to_bytes(),
        }),
    })
}
