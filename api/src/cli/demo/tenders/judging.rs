//! The committees: shares that open envelopes, points, rejections, minutes.

use sijill_ledger_core::domain::committee::{Committee, Paper, Resolution};
use sijill_ledger_core::domain::tender::{
    Command, Correction, Disqualification, DisqualificationGround, EnvelopePart, EnvelopeShare,
    OpenedBid, Score, Scores, Scoring, Shares, TechnicalResult,
};
use sijill_ledger_core::domain::values::{DocumentNumber, Text, ValueError, Withheld};
use sijill_ledger_core::event::Actor;
use sijill_ledger_core::seal;

use super::case::{Case, Dealt};
use super::desk::{Desk, Minutes, Note};
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

    /// The committee decides that a bid is rejected, which is out.
    fn reject(
        &mut self,
        bid: usize,
        ground: DisqualificationGround,
        reason: Text,
    ) -> Result<(), ValueError> {
        self.out.push(bid);
        self.to_reject.push(Disqualification {
            bidder: self.bidder(bid)?,
            lot: None,
            ground,
            reason,
            minutes: None,
        });
        Ok(())
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

/// Points where quality counts; minutes of the result, and of the rejections where the requirement is not met.
pub async fn judge_technically(
    at: usize,
    case: &mut Case,
    buyer: &Buyer,
    desk: &mut Desk<'_>,
) -> Result<(), Failure> {
    let Some(evaluator) = buyer.evaluation.members.first() else {
        return Ok(());
    };
    if case.plot.price_weight.is_some() {
        for bid in case.standing() {
            let command = Command::Score(scoring(case, bid).map_err(impossible)?);
            desk.of_tender(at, Note::No, &case.plot.id, evaluator, command)
                .await?;
        }
    }
    let mut decided = || {
        let unfit: Vec<(usize, Text)> = case
            .plot
            .unfit()
            .map(|(bid, reason)| (bid, reason.clone()))
            .collect();
        for (bid, reason) in unfit {
            let ground = DisqualificationGround::Criterion(criterion("REQUIRED")?);
            case.reject(bid, ground, reason)?;
        }
        case.minutes += 1;
        minutes(at, case, buyer, vec![Resolution::TechnicalResult])
    };
    desk.minutes(decided().map_err(impossible)?);
    Ok(())
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

/// By these minutes bids are rejected, and the technical result stands.
pub async fn accept_technically(
    at: usize,
    case: &mut Case,
    buyer: &Buyer,
    desk: &mut Desk<'_>,
) -> Result<(), Failure> {
    let Some(evaluator) = buyer.evaluation.members.first() else {
        return Ok(());
    };
    reject(at, case, evaluator, desk).await?;
    let result = TechnicalResult {
        minutes: case.last_minutes().map_err(impossible)?,
        accepted: Vec::new(),
    };
    let command = Command::ApproveTechnicalResult(result);
    desk.of_tender(at, Note::No, &case.plot.id, evaluator, command)
        .await
}

/// Sums are corrected; minutes of who wins, and of each bid that is to be rejected.
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
    let mut decided = || {
        let rejected: Vec<(usize, Text)> = case
            .plot
            .rejected()
            .map(|(bid, reason)| (bid, reason.clone()))
            .collect();
        for (bid, reason) in rejected {
            case.reject(bid, DisqualificationGround::FalseStatement, reason)?;
        }
        case.minutes += 1;
        minutes(at, case, buyer, case.awards()?)
    };
    desk.minutes(decided().map_err(impossible)?);
    Ok(())
}

/// After a complaint was upheld, the winner of the first lot is to be rejected; minutes of that, and of who wins instead.
pub fn judge_again(
    at: usize,
    case: &mut Case,
    buyer: &Buyer,
    desk: &mut Desk<'_>,
) -> Result<(), Failure> {
    let mut decided = || {
        if let Some(bid) = case.ranked(0).first().copied() {
            let reason = both(
                "شهادة المطابقة المقدمة لا تخص الصنف المعروض",
                "the certificate of conformity is for another product than the one offered",
            )?;
            case.reject(bid, DisqualificationGround::FalseStatement, reason)?;
        }
        case.minutes += 1;
        minutes(at, case, buyer, case.awards()?)
    };
    desk.minutes(decided().map_err(impossible)?);
    Ok(())
}

/// The bids of which minutes are signed are rejected.
pub async fn reject(
    at: usize,
    case: &mut Case,
    evaluator: &Actor,
    desk: &mut Desk<'_>,
) -> Result<(), Failure> {
    let minutes = case.last_minutes().map_err(impossible)?;
    for rejection in std::mem::take(&mut case.to_reject) {
        let command = Command::Disqualify(Disqualification {
            minutes: Some(minutes.clone()),
            ..rejection
        });
        desk.of_tender(at, Note::No, &case.plot.id, evaluator, command)
            .await?;
    }
    Ok(())
}

/// The minutes of the day, which everyone signs; what they decide is done on a later day, when they are on the disk. Where another
/// than the best is to win, the last member disagrees.
fn minutes(
    at: usize,
    case: &Case,
    buyer: &Buyer,
    decided: Vec<Resolution>,
) -> Result<Minutes, ValueError> {
    let rejections = case.to_reject.iter().map(|it| Resolution::Rejection {
        bidder: it.bidder.clone(),
        lot: it.lot.clone(),
    });
    let departs = case.departs() && decided != [Resolution::TechnicalResult];
    let dissent = departs.then(|| {
        both(
            "لا أرى مبررًا لتجاوز الأفضل",
            "nothing justifies passing over the best",
        )
    });
    let members = buyer.evaluation.members.iter().cloned();
    let mut signers: Vec<_> = members.map(|member| (member, None)).collect();
    if let Some((_, says)) = signers.last_mut() {
        *says = dissent.transpose()?;
    }
    Ok(Minutes {
        case: at,
        stream: Committee::stream(&buyer.evaluation.id),
        paper: Paper {
            number: case.last_minutes()?,
            tender: Some(case.plot.id.clone()),
            resolutions: rejections.chain(decided).collect(),
            document: None,
        },
        signers,
    })
}
