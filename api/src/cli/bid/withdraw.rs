//! `sijill bid withdraw`: takes an envelope back before the deadline.

use sijill_schemas::procurement::v1 as pb;

use super::handing::{Handing, done};
use crate::cli::errors::Failure;
use crate::cli::output::Ui;
use crate::cli::query::answered;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    handing: Handing,
}

/// Withdraws.
pub(super) async fn run(arguments: &Arguments, ui: &mut Ui) -> Result<(), Failure> {
    let ready = arguments.handing.read()?;
    let request = ready.signed("withdraw", Vec::new(), |context| pb::WithdrawBidRequest {
        context,
        envelope: ready.dealing().id.to_string(),
    })?;
    let mut tenders = arguments.handing.connect().await?;
    let answer = tenders.withdraw_bid(request).await;
    let answer = answer.map_err(|status| answered(&status))?.into_inner();
    ui.sheet(&done(&ready, &answer))
}
