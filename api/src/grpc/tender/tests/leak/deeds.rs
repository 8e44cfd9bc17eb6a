//! What bidders, askers and complainants do before the deadline, and what others try.

use prost::Message as _;
use sijill_ledger_core::domain::tender::EnvelopePart;
use sijill_schemas::documents::v1 as documents;
use sijill_schemas::registry::v1 as registry;
use sijill_schemas::types::v1::CommandContext;

use super::bids::{CALL, ENVELOPE, EVIDENCE, SCORES, dear, document, hex};
use super::reads::ask;
use super::*;
use crate::grpc::command::CommandRequest;
use crate::grpc::tender::tests::play::amended;

const DISCLOSE: &str = "/sijill.registry.v1.RegistryService/DisclosePart";

/// Everything that is done under keys before the deadline.
pub async fn sealed(site: &Site, bids: &Bids) {
    let play = &site.play;
    play.noon("01-03");
    questioned(play, &bids.asks).await;
    complained(play, &bids.complains).await;
    uploaded(play, bids.nile.by, &bids.ciphertext, ENVELOPE).await;
    play.noon("01-05");
    for (part, bid) in [(Technical, bids.technical()), (Financial, dear(0))] {
        let mut request = play.sealing(bids.nile.name(), &bids.nile, part, &bid).await;
        // A client that means well, and one that does not think of it.
        let call = match part {
            Technical => request
                .get_ref()
                .context
                .as_ref()
                .unwrap()
                .request_id
                .clone(),
            Financial => CALL.to_owned(),
        };
        let headers = request.metadata_mut();
        headers.insert("x-request-id", call.parse().unwrap());
        done(play.world.tenders().seal_bid(request).await);
    }
    for part in [Technical, Financial] {
        let bid = match part {
            Technical => technical(&["B"]),
            Financial => dear(1),
        };
        done(play.seal(&bids.sinai, part, &bid).await);
    }
    amended(play).await;
    play.noon("01-12");
    let mut tenders = play.world.tenders();
    for part in [Technical, Financial] {
        let confirm = bids
            .nile
            .signs(&[], |context| confirmation(context, &bids.nile, part));
        done(tenders.confirm_bid(confirm).await);
        let withdraw = bids
            .sinai
            .signs(&[], |context| withdrawal(context, &bids.sinai, part));
        done(tenders.withdraw_bid(withdraw).await);
        let bid = match part {
            Technical => technical(&["A"]),
            Financial => dear(2),
        };
        done(play.seal(&bids.delta, part, &bid).await);
    }
}

async fn uploaded(play: &Play, by: By, content: &[u8], media_type: &str) {
    use documents::upload_document_request::Part;
    let announced = documents::UploadedDocument {
        media_type: media_type.to_owned(),
        size_bytes: content.len() as u64,
        sha256: String::new(),
    };
    let parts = [Part::Document(announced), Part::Chunk(content.to_vec())];
    let parts = parts.map(|part| documents::UploadDocumentRequest { part: Some(part) });
    let mut service = play.world.documents();
    let uploaded = service
        .upload_document(by.asks(tokio_stream::iter(parts)))
        .await;
    assert_eq!(uploaded.unwrap().into_inner().sha256, hex(content));
}

async fn questioned(play: &Play, bidder: &Bidder) {
    let question = |context| pb::AskQuestionRequest {
        context,
        tender: TENDER.to_owned(),
        question: Some(events::QuestionAsked {
            id: "Q-1".to_owned(),
            text: "may the gauze be folded?".to_owned(),
            key: bidder.public(),
        }),
    };
    let mut tenders = play.world.tenders();
    done(tenders.ask_question(bidder.signs(&[], question)).await);
}

async fn complained(play: &Play, bidder: &Bidder) {
    uploaded(play, bidder.by, EVIDENCE.as_bytes(), "text/plain").await;
    let complaint = |context| pb::FileComplaintRequest {
        context,
        tender: TENDER.to_owned(),
        complaint: Some(events::ComplaintFiled {
            id: "C-1".to_owned(),
            against: Some(events::complaint_filed::Against::Documents(
                events::DocumentsComplaint {},
            )),
            grounds: "the place is closed".to_owned(),
            evidence: vec![document(EVIDENCE.as_bytes(), "text/plain")],
            key: bidder.public(),
        }),
    };
    let mut tenders = play.world.tenders();
    done(tenders.file_complaint(bidder.signs(&[], complaint)).await);
    let decision = pb::DecideComplaintRequest {
        context: new(),
        tender: TENDER.to_owned(),
        decision: Some(events::ComplaintDecided {
            complaint: "C-1".to_owned(),
            decision: "R-1".to_owned(),
            outcome: events::ComplaintOutcome::Declined.into(),
            reason: "it is open again".to_owned(),
        }),
    };
    done(tenders.decide_complaint(JUDGE.asks(decision)).await);
}

fn confirmation(
    context: Option<CommandContext>,
    of: &Bidder,
    part: EnvelopePart,
) -> pb::ConfirmBidRequest {
    pb::ConfirmBidRequest {
        context,
        envelope: of.envelope(part).to_string(),
        confirmation: Some(events::BidConfirmed { amendment: 1 }),
    }
}

fn withdrawal(
    context: Option<CommandContext>,
    of: &Bidder,
    part: EnvelopePart,
) -> pb::WithdrawBidRequest {
    pb::WithdrawBidRequest {
        context,
        envelope: of.envelope(part).to_string(),
    }
}

fn path<C: CommandRequest>(_: &C) -> &'static str {
    C::PATH
}

/// What others are told who ask for what is not theirs: a rival with a key of its own, members before their time, a registrar.
pub async fn refused_to_others(server: &Site, bids: &Bids, said: &mut Vec<u8>) {
    let play = &server.play;
    let rival = Bidder::new(By(walk::IDLER, Role::Supplier, "-"), 0x16);
    let mut asked: Vec<(By, &str, Vec<u8>)> = Vec::new();
    macro_rules! ask_for {
        ($by:expr, $request:expr) => {
            let request = $request;
            asked.push(($by, path(&request), request.encode_to_vec()));
        };
    }
    for (of, part) in [(&bids.nile, Technical), (&bids.sinai, Financial)] {
        let confirm = rival.signs(&[], |context| confirmation(context, of, part));
        ask_for!(rival.by, confirm.into_inner());
        let withdraw = rival.signs(&[], |context| withdrawal(context, of, part));
        ask_for!(rival.by, withdraw.into_inner());
        // As everybody may read it in the log, under a claim of one's own.
        let again = play
            .sealing(rival.name(), of, part, &technical(&["B"]))
            .await;
        ask_for!(rival.by, again.into_inner());
        let open = pb::OpenBidRequest {
            context: new(),
            tender: TENDER.to_owned(),
            envelope: of.envelope(part).to_string(),
        };
        ask_for!(NADIA, open);
        ask_for!(O1, play.shares("o1", part, &[of]).await);
        let reveal = pb::RevealSecretRequest {
            context: new(),
            tender: TENDER.to_owned(),
            reveal: Some(events::SecretRevealed {
                envelope: of.envelope(part).to_string(),
                secret: vec![1; 32],
            }),
        };
        ask_for!(rival.by, reveal);
    }
    let size = play.world.ledger.store().size();
    for index in 0..size {
        let disclose = registry::DisclosePartRequest {
            context: new(),
            index,
            part: 0,
        };
        asked.push((HUDA, DISCLOSE, disclose.encode_to_vec()));
    }
    for (by, path, request) in asked {
        said.extend(ask(&server.channel, path, Some(by), request).await);
        let grown = play.world.ledger.store().size();
        assert_eq!(grown, size, "{path} was not refused");
    }
}

/// An evaluator scores what was opened.
pub async fn scored(play: &Play) {
    for bidder in [NILE, DELTA] {
        let scoring = pb::ScoreBidRequest {
            context: withholding(&[SCORES]),
            tender: TENDER.to_owned(),
            scoring: Some(events::BidScored {
                bidder: bidder.trim_start_matches("organization:").to_owned(),
                scores_part: 0,
            }),
        };
        done(play.world.tenders().score_bid(E1.asks(scoring)).await);
    }
}
