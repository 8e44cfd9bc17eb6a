//! The committees: shares that open envelopes, points, rejections, minutes.

use sijill_ledger_core::domain::committee::{self, Committee, Minutes, Signer};
use sijill_ledger_core::domain::tender::{
    Command, Correction, Disqualification, DisqualificationGround, EnvelopePart, EnvelopeShare,
    OpenedBid, Score, Scores, Scoring, Shares, TechnicalResult,
};
use sijill_ledger_core::domain::values::{DocumentNumber, Text, ValueError, Withheld};
use sijill_ledger_core::event::Actor;
use sijill_ledger_core::seal;

use super::case::{Case, Dealt};
use super::desk::{Desk, Note};
use super::drafting::{criterion, member_secret};
use super::institutions::{Buyer, official_id};
use super::plot::both;
use crate::cli::demo::seed::impossible;
use crate::cli::errors::Failure;

impl Case {
    /// Number of the minutes that were signed last.
    pub fn last_minutes(&self) -> Result<DocumentNumber, ValueError> {
        DocumentNumber::new(&format!("{}/{}", self.plot.id, self.minutes))
    }

    /// Number of the minutes by which a bid is rejected.
    fn minutes_of_rejection(&self, bid: usize) -> Result<DocumentNumber, ValueError> {
        DocumentNumber::new(&format!("{}/R{bid}", self.plot.id))
    }

    /// Bids that stand.
    fn standing(&self) -> Vec<usize> {
        let counting = self.plot.counting().into_iter();
        counting.filter(|bid| !self.out.contains(bid)).collect()
    }

    fn envelopes(&self, part: EnvelopePart) -> Vec<&Dealt> {
        let standing = self.standing();
        let dealt = self.dealt.iter();
        dealt
            .filter(|it| it.part == part && standing.contains(&it.bid))
            .collect()
    }
}

/// As many members as are needed publish their shares of one part, and every envelope is opened.
pub async fn open(
    at: usize,
    case: &mut Case,
    buyer: &Buyer,
    part: EnvelopePart,
    desk: &mut Desk<'_>,
) -> Result<(), Failure> {
    case.sheet(part, desk).await?;
    let needed = usize::from(buyer.opening.majority());
    for member in buyer.opening.members.iter().take(needed) {
        let shares = shares_of(case, member, part)?;
        let Some((id, shares)) = official_id(member).zip(shares) else {
            continue;
        };
        let member_id = id.clone();
        let command = Command::PublishShares(Shares {
            member: member_id,
            shares,
        });
        desk.of_tender(at, Note::No, &case.plot.id, member, command)
            .await?;
    }
    for dealt in case.envelopes(part) {
        let command = Command::Open(OpenedBid::asked(dealt.id.clone()));
        desk.of_tender(at, Note::No, &case.plot.id, &buyer.officer, command)
            .await?;
    }
    Ok(())
}

/// A member's shares of all envelopes of a part; `None` where nobody knows to whom they were sealed.
fn shares_of(
    case: &Case,
    member: &Actor,
    part: EnvelopePart,
) -> Result<Option<Vec<EnvelopeShare>>, Failure> {
    let Some(([technical, financial], id)) = case.sheets.as_ref().zip(official_id(member)) else {
        return Ok(None);
    };
    let sheet = match part {
        EnvelopePart::Technical => technical,
        EnvelopePart::Financial => financial,
    };
    let secret = member_secret(case, id.as_str());
    let mut shares = Vec::new();
    for dealt in case.envelopes(part) {
        let envelope = seal::Envelope::new(sheet, &dealt.dealing);
        let envelope = envelope.map_err(|error| Failure::refused(&error, dealt.id.as_str()))?;
        // What cannot be taken out is said, as a complaint about the dealer.
        let share = envelope.share(&secret).ok().map(|share| *share.value);
        shares.push(EnvelopeShare {
            envelope: dealt.id.clone(),
            share,
        });
    }
    Ok(Some(shares))
}

/// Points where quality counts, rejections where the requirement is not met, minutes.
pub async fn judge_technically(
    at: usize,
    case: &mut Case,
    buyer: &Buyer,
    desk: &mut Desk<'_>,
) -> Result<(), Failure> {
    let Some(evaluator) = buyer.evaluation.members.first() else {
        return Ok(());
    };
    let unfit: Vec<(usize, Text)> = case
        .plot
        .unfit()
        .map(|(bid, reason)| (bid, reason.clone()))
        .collect();
    if case.plot.price_weight.is_some() {
        for bid in case.standing() {
            let command = Command::Score(scoring(case, bid).map_err(impossible)?);
            desk.of_tender(at, Note::No, &case.plot.id, evaluator, command)
                .await?;
        }
    }
    for (bid, reason) in unfit {
        let rejection = Disqualification {
            bidder: case.bidder(bid).map_err(impossible)?,
            lot: None,
            ground: DisqualificationGround::Criterion(criterion("REQUIRED").map_err(impossible)?),
            reason,
            minutes: None,
        };
        reject(at, case, evaluator, (bid, rejection), desk).await?;
    }
    sign_minutes(at, case, buyer, desk)
}

fn scoring(case: &Case, bid: usize) -> Result<Scoring, ValueError> {
    let score = Score {
        criterion: criterion("QUALITY")?,
        points: case.plot.bids[bid].points.into(),
    };
    Ok(Scoring {
        bidder: case.bidder(bid)?,
        scores: Withheld::Known(Scores(vec![score])),
    })
}

/// By these minutes the technical result stands.
pub async fn accept_technically(
    at: usize,
    case: &Case,
    buyer: &Buyer,
    desk: &mut Desk<'_>,
) -> Result<(), Failure> {
    let Some(evaluator) = buyer.evaluation.members.first() else {
        return Ok(());
    };
    let result = TechnicalResult {
        minutes: case.last_minutes().map_err(impossible)?,
        accepted: Vec::new(),
    };
    let command = Command::ApproveTechnicalResult(result);
    desk.of_tender(at, Note::No, &case.plot.id, evaluator, command)
        .await
}

/// Sums are corrected; minutes of that, and of each bid that is to be rejected.
pub async fn judge_prices(
    at: usize,
    case: &mut Case,
    buyer: &Buyer,
    desk: &mut Desk<'_>,
) -> Result<(), Failure> {
    let Some(evaluator) = buyer.evaluation.members.first() else {
        return Ok(());
    };
    for bid in case.standing() {
        let plot = &case.plot.bids[bid];
        let offered = (0..).zip(&plot.permille).filter(|(_, it)| it.is_some());
        let offered: Vec<usize> = offered.map(|(lot, _)| lot).collect();
        for lot in offered
            .into_iter()
            .filter(|_| case.plot.bids[bid].wrong_total)
        {
            let correction = || {
                Ok(Correction {
                    bidder: case.bidder(bid)?,
                    lot: Case::lot_id(lot)?,
                    before: None,
                    after: None,
                })
            };
            let command = Command::Correct(correction().map_err(impossible)?);
            desk.of_tender(at, Note::No, &case.plot.id, evaluator, command)
                .await?;
        }
    }
    let rejected: Vec<(usize, Text)> = case
        .plot
        .rejected()
        .map(|(bid, reason)| (bid, reason.clone()))
        .collect();
    to_reject(at, case, buyer, rejected, desk)?;
    sign_minutes(at, case, buyer, desk)
}

/// After a complaint was upheld, the winner of the first lot is to be rejected; minutes.
pub fn judge_again(
    at: usize,
    case: &mut Case,
    buyer: &Buyer,
    desk: &mut Desk<'_>,
) -> Result<(), Failure> {
    if let Some(bid) = case.ranked(0).first().copied() {
        let reason = both(
            "شهادة المطابقة المقدمة لا تخص الصنف المعروض",
            "the certificate of conformity is for another product than the one offered",
        );
        let rejected = vec![(bid, reason.map_err(impossible)?)];
        to_reject(at, case, buyer, rejected, desk)?;
    }
    sign_minutes(at, case, buyer, desk)
}

/// Once prices are read a bid is rejected by minutes of its own.
fn to_reject(
    at: usize,
    case: &mut Case,
    buyer: &Buyer,
    rejected: Vec<(usize, Text)>,
    desk: &mut Desk<'_>,
) -> Result<(), Failure> {
    for (bid, reason) in rejected {
        let number = case.minutes_of_rejection(bid).map_err(impossible)?;
        sign(at, buyer, number, desk)?;
        case.to_reject.push((bid, reason));
    }
    Ok(())
}

/// The bids of which minutes are signed are rejected.
pub async fn reject_by_minutes(
    at: usize,
    case: &mut Case,
    evaluator: &Actor,
    desk: &mut Desk<'_>,
) -> Result<(), Failure> {
    for (bid, reason) in std::mem::take(&mut case.to_reject) {
        let rejection = Disqualification {
            bidder: case.bidder(bid).map_err(impossible)?,
            lot: None,
            ground: DisqualificationGround::FalseStatement,
            reason,
            minutes: Some(case.minutes_of_rejection(bid).map_err(impossible)?),
        };
        reject(at, case, evaluator, (bid, rejection), desk).await?;
    }
    Ok(())
}

async fn reject(
    at: usize,
    case: &mut Case,
    evaluator: &Actor,
    (bid, rejection): (usize, Disqualification),
    desk: &mut Desk<'_>,
) -> Result<(), Failure> {
    case.out.push(bid);
    let command = Command::Disqualify(rejection);
    desk.of_tender(at, Note::No, &case.plot.id, evaluator, command)
        .await
}

/// Everyone signs; what is decided by these minutes is decided on a later day, when they are on the disk.
fn sign_minutes(
    at: usize,
    case: &mut Case,
    buyer: &Buyer,
    desk: &mut Desk<'_>,
) -> Result<(), Failure> {
    case.minutes += 1;
    sign(at, buyer, case.last_minutes().map_err(impossible)?, desk)
}

fn sign(
    at: usize,
    buyer: &Buyer,
    number: DocumentNumber,
    desk: &mut Desk<'_>,
) -> Result<(), Failure> {
    let members = &buyer.evaluation.members;
    let minutes = move || {
        let signers = members.iter().filter_map(official_id).map(|member| Signer {
            member: member.clone(),
            dissent: None,
        });
        Ok(Minutes {
            number,
            decision: both("كما هو مثبت في السجل", "as recorded in the log")?,
            signers: signers.collect(),
        })
    };
    let command = committee::Command::SignMinutes(minutes().map_err(impossible)?);
    let stream = Committee::stream(&buyer.evaluation.id);
    if let Some(recorder) = members.first() {
        desk.sign(at, stream, recorder, command);
    }
    Ok(())
}
