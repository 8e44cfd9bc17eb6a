//! `sijill bid submit`: hands in what was sealed.

use std::path::{Path, PathBuf};

use sijill_ledger_core::codec;
use sijill_ledger_core::domain::envelope::{Claim, Vouched};
use sijill_ledger_core::domain::tender::EnvelopePart;
use sijill_ledger_core::domain::values::{KeyAlgorithm, OrganizationId, TenderId};
use sijill_ledger_core::statement::StatementKey;
use sijill_schemas::events::v1 as events;
use sijill_schemas::procurement::v1 as pb;
use sijill_schemas::types::v1 as types;

use super::handing::{Handing, Ready, done};
use super::receipt::Kept;
use crate::cli::errors::{Bilingual, Failure};
use crate::cli::output::{Cell, Ui};
use crate::cli::query::answered;
use crate::cli::sealed::{DEADLINE, unusable};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    handing: Handing,
    /// The supplier that bids, as it is registered: the one of the token
    #[arg(long)]
    bidder: String,
    /// File of the supplier's own key, which two registrars enrolled: it vouches for the key that the envelope was sealed with, so
    /// that nobody can hand in a bid in the supplier's name, and the supplier cannot deny its own
    #[arg(long, value_name = "FILE")]
    vouch: PathBuf,
    /// File for the receipt: where and when the envelope was recorded [default: beside the envelope, as NAME.receipt]
    #[arg(long)]
    receipt: Option<PathBuf>,
}

/// Submits. Whoever gets no answer submits again: it is recorded once.
pub(super) async fn run(arguments: &Arguments, ui: &mut Ui) -> Result<(), Failure> {
    let Arguments {
        handing,
        bidder,
        vouch,
        receipt,
    } = arguments;
    let ready = handing.read()?;
    let request = request(&ready, claim(&ready, bidder, vouch)?)?;
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
    let deadline = Cell::Instant(ready.read.sheet.deadline);
    ui.sheet(&done(&ready, &answer).fact(DEADLINE, deadline))
}

/// For which tender, whose and what, with the bidder's word that the envelope's key is its own.
fn claim(ready: &Ready, bidder: &str, vouch: &Path) -> Result<String, Failure> {
    let illegal = |error| Failure::Usage(Bilingual::from(&error));
    let terms = ready.read.sheet.sheet.terms();
    let tender = TenderId::new(&terms.tender).map_err(illegal)?;
    let bidder = OrganizationId::new(bidder).map_err(illegal)?;
    let parts = [EnvelopePart::Technical, EnvelopePart::Financial];
    let mut parts = parts.into_iter();
    let part = parts.find(|part| part.name() == terms.kind);
    let part = part.ok_or_else(|| {
        Failure::Usage(Bilingual::new(
            format!("لا يُقدَّم مظروف من نوع {}", terms.kind),
            format!("no tender takes envelopes of the kind {}", terms.kind),
        ))
    })?;
    let own = StatementKey::load(vouch).map_err(|error| unusable(vouch, &error))?;
    let word = own.vouch(&Vouched {
        origin: &terms.origin,
        tender: &tender,
        bidder: &bidder,
        key: &ready.dealing().sender,
    });
    Ok(codec::claim_line(&Claim {
        tender,
        bidder,
        part,
        vouch: Some(word),
    }))
}

fn request(ready: &Ready, claim: String) -> Result<pb::SealBidRequest, Failure> {
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
