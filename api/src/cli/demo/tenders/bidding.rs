//! Suppliers: questions, and envelopes sealed with real cryptography under keys made for one tender.

use sijill_ledger_core::codec;
use sijill_ledger_core::domain::envelope::{self, Confirmation, Envelope, Vouched, Withdrawal};
use sijill_ledger_core::domain::tender::{self, EnvelopePart, Notice, Procedure, Question, Tender};
use sijill_ledger_core::domain::values::{EnvelopeId, QuestionId, Text, Withheld};
use sijill_ledger_core::seal::{self, Sealed, Secrets, Sheet};
use sijill_ledger_core::statement::StatementKey;

use super::case::{Case, Dealt};
use super::desk::Desk;
use super::secrets;
use crate::cli::demo::ORIGIN;
use crate::cli::demo::seed::impossible;
use crate::cli::errors::{Bilingual, Failure};

/// The envelopes of a bid.
pub fn parts(procedure: &Procedure) -> &'static [EnvelopePart] {
    if procedure.has_technical_part() {
        &[EnvelopePart::Technical, EnvelopePart::Financial]
    } else {
        &[EnvelopePart::Financial]
    }
}

impl Case {
    /// The sheet of one part, which everyone makes from the publication.
    pub async fn sheet(&mut self, part: EnvelopePart, desk: &Desk<'_>) -> Result<&Sheet, Failure> {
        let sheets = match self.sheets.take() {
            Some(sheets) => sheets,
            None => made(desk.tender(&self.plot.id).await?.notice())?,
        };
        let [technical, financial] = self.sheets.insert(sheets);
        Ok(match part {
            EnvelopePart::Technical => technical,
            EnvelopePart::Financial => financial,
        })
    }

    /// The key of a supplier for this tender.
    fn key(&self, supplier: usize) -> Result<StatementKey, Failure> {
        let seed = secrets::bytes(&format!("bidder/{}/{supplier}", self.plot.id));
        StatementKey::from_seed(&seed).map_err(|error| Failure::refused(&error, "demo"))
    }
}

fn made(notice: Option<&Notice>) -> Result<[Sheet; 2], Failure> {
    let Some(notice) = notice else {
        return Err(unpublished());
    };
    let sheet = |part| {
        let sheet = notice.sealing.sheet(ORIGIN, &notice.tender, part);
        sheet.map_err(|error| Failure::refused(&error, notice.tender.as_str()))
    };
    Ok([
        sheet(EnvelopePart::Technical)?,
        sheet(EnvelopePart::Financial)?,
    ])
}

fn unpublished() -> Failure {
    Failure::Refused {
        code: "DEMO",
        text: Bilingual::new("مناقصة لم تُنشر", "a tender that is not published"),
    }
}

/// A question under a supplier's key: the first bidder's, or a stranger's where nobody bids.
pub async fn ask(
    at: usize,
    case: &Case,
    id: QuestionId,
    text: Text,
    desk: &mut Desk<'_>,
) -> Result<(), Failure> {
    let supplier = case.plot.bids.first().map_or(1, |bid| bid.supplier);
    let key = case.key(supplier)?;
    let question = Question {
        id,
        text,
        key: key.public().clone(),
    };
    let command = tender::Command::Ask(question);
    let stream = Tender::stream(&case.plot.id);
    desk.ask_signed::<Tender>(at, stream, &key, command).await
}

/// One envelope, and the command that hands it in.
struct Handed {
    id: EnvelopeId,
    sealed: Sealed,
    command: envelope::Command,
}

/// Seals one part of a bid; `name` makes it another envelope than all others.
async fn hand_in(
    case: &mut Case,
    bid: usize,
    part: EnvelopePart,
    name: &str,
    desk: &Desk<'_>,
) -> Result<Handed, Failure> {
    let content = case.content(bid, part).map_err(impossible)?;
    let supplier = case.plot.bids[bid].supplier;
    let key = case.key(supplier)?;
    let bidder = case.bidder(bid).map_err(impossible)?;
    let vouch = secrets::supplier_key(supplier)?.vouch(&Vouched {
        origin: ORIGIN,
        tender: &case.plot.id,
        bidder: &bidder,
        key: key.public(),
    });
    let claim = case.claim(bid, part, Some(vouch)).map_err(impossible)?;
    let purpose = format!("envelope/{}/{name}/{}", case.plot.id, part.name());
    let uuid = secrets::envelope_id(&purpose);
    let bytes = codec::write_bid(&content).map_err(|error| Failure::Refused {
        code: "DEMO",
        text: Bilingual::new(error.to_string(), error.to_string()),
    })?;
    let drawn = Secrets {
        salt: secrets::bytes(&format!("{purpose}/salt")).into(),
        r: secrets::bytes(&format!("{purpose}/r")).into(),
    };
    let sheet = case.sheet(part, desk).await?;
    let sealed = seal::seal(sheet, uuid, key.public(), &bytes, &drawn);
    let sealed = sealed.map_err(|error| Failure::refused(&error, &purpose))?;
    let command = envelope::Command::Seal(envelope::Sealed {
        claim: Withheld::Known(claim),
        key: key.public().clone(),
        sealed: sealed.to_bytes(),
    });
    Ok(Handed {
        id: EnvelopeId::new(&uuid.to_string()).map_err(impossible)?,
        sealed,
        command,
    })
}

/// All envelopes of a bid.
pub async fn seal(
    at: usize,
    case: &mut Case,
    bid: usize,
    desk: &mut Desk<'_>,
) -> Result<(), Failure> {
    let key = case.key(case.plot.bids[bid].supplier)?;
    for part in parts(&case.plot.procedure) {
        let handed = hand_in(case, bid, *part, &format!("bid-{bid}"), desk).await?;
        let stream = Envelope::stream(&handed.id);
        desk.ask_signed::<Envelope>(at, stream, &key, handed.command)
            .await?;
        case.dealt.push(Dealt {
            bid,
            part: *part,
            id: handed.id,
            dealing: handed.sealed.dealing,
        });
    }
    Ok(())
}

/// The bid of the first bidder once more, in another's name and after the deadline: refused, and what was said is remembered.
pub async fn seal_late(
    case: &mut Case,
    supplier: usize,
    desk: &mut Desk<'_>,
) -> Result<(), Failure> {
    let part = EnvelopePart::Financial;
    let mut bid = case.plot.bids[0].clone();
    bid.supplier = supplier;
    case.plot.bids.push(bid);
    let late = case.plot.bids.len() - 1;
    let handed = hand_in(case, late, part, "late", desk).await;
    case.plot.bids.pop();
    let key = case.key(supplier)?;
    let handed = handed?;
    case.refused = Some(desk.refused(&handed.id, &key, handed.command).await?);
    Ok(())
}

/// After the amendment the bidder stands by its envelopes.
pub async fn confirm(
    at: usize,
    case: &Case,
    bid: usize,
    desk: &mut Desk<'_>,
) -> Result<(), Failure> {
    let command = envelope::Command::Confirm(Confirmation { amendment: 1 });
    again(at, case, bid, &command, desk).await
}

/// The bidder takes its envelopes back.
pub async fn withdraw(
    at: usize,
    case: &Case,
    bid: usize,
    desk: &mut Desk<'_>,
) -> Result<(), Failure> {
    let command = envelope::Command::Withdraw(Withdrawal {});
    again(at, case, bid, &command, desk).await
}

async fn again(
    at: usize,
    case: &Case,
    bid: usize,
    command: &envelope::Command,
    desk: &mut Desk<'_>,
) -> Result<(), Failure> {
    let key = case.key(case.plot.bids[bid].supplier)?;
    for dealt in case.dealt.iter().filter(|dealt| dealt.bid == bid) {
        let stream = Envelope::stream(&dealt.id);
        desk.ask_signed::<Envelope>(at, stream, &key, command.clone())
            .await?;
    }
    Ok(())
}
