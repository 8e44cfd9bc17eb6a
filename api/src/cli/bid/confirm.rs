//! `sijill bid confirm`: after an amendment, its bidder stands by an envelope.

use sijill_schemas::events::v1 as events;
use sijill_schemas::procurement::v1 as pb;

use super::handing::{Handing, done};
use crate::cli::errors::Failure;
use crate::cli::output::Ui;
use crate::cli::query::answered;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    handing: Handing,
    /// Number of the last amendment that was read, from 1: whoever confirms an older one is refused
    #[arg(long)]
    amendment: u32,
}

/// Confirms.
pub(super) async fn run(arguments: &Arguments, ui: &mut Ui) -> Result<(), Failure> {
    let ready = arguments.handing.read()?;
    let amendment = arguments.amendment;
    let what = format!("confirm {amendment}");
    let request = ready.signed(&what, Vec::new(), |context| pb::ConfirmBidRequest {
        context,
        envelope: ready.dealing().id.to_string(),
        confirmation: Some(events::BidConfirmed { amendment }),
    })?;
    let mut tenders = arguments.handing.connect().await?;
    let answer = tenders.confirm_bid(request).await;
    let answer = answer.map_err(|status| answered(&status))?.into_inner();
    ui.sheet(&done(&ready, &answer))
}
