//! From the need to the publication.

use sijill_ledger_core::domain::plan::{self, Need, Plan, PlanLine};
use sijill_ledger_core::domain::tender::{
    Amendment, Answer, Approval, AwardBy, CancellationApproval, CancellationGround,
    CancellationProposal, Change, Command, Committees, Criterion, CriterionKind, Draft, Lot,
    LotLine, OpeningKey, Publication, Terms, TieRule,
};
use sijill_ledger_core::domain::values::{
    Code, CriterionId, Date, Money, Names, PlanId, QuestionId, Text, ValueError, Withheld,
};
use sijill_ledger_core::seal::{MemberSecret, Seat};

use super::case::{Case, money, unit_price};
use super::desk::{Desk, Note};
use super::institutions::{Buyer, official_id, registrars};
use super::plot::Twist;
use super::{bidding, secrets};
use crate::cli::demo::catalogue::LISTINGS;
use crate::cli::demo::seed::impossible;
use crate::cli::demo::world::quantity;
use crate::cli::demo::{ORIGIN, calendar};
use crate::cli::errors::Failure;

/// Minute of the day of a deadline: eleven o'clock.
pub const DEADLINE_MINUTE: u32 = 11 * 60;
/// Days in which goods are to be delivered; after an amendment that gives more time, half as many again.
const DELIVERY_DAYS: u16 = 30;
/// Most points for quality.
const POINTS: i64 = 100;

/// The id of the requirement, and of the rated criterion.
pub fn criterion(id: &str) -> Result<CriterionId, ValueError> {
    CriterionId::new(id)
}

impl Case {
    /// A request for quotations needs no plan.
    const fn is_planned(&self) -> bool {
        self.plot.procedure.has_technical_part()
    }

    fn plan_id(&self) -> Result<PlanId, ValueError> {
        PlanId::new(&format!("P-{}", self.plot.id))
    }

    fn estimate(&self, lot: usize) -> Result<Money, ValueError> {
        let plot = self.plot.lots[lot];
        money(
            unit_price(plot.item, plot.estimate_permille)?,
            quantity(plot.units)?,
        )
    }

    fn needed(&self, buyer: &Buyer, day: Date) -> Result<Need, ValueError> {
        let mut sum = rust_decimal::Decimal::ZERO;
        let mut lines = Vec::new();
        for (lot, plot) in self.plot.lots.iter().enumerate() {
            sum += self.estimate(lot)?.amount();
            lines.push(PlanLine {
                item: LISTINGS[plot.item].item()?,
                quantity: quantity(plot.units)?,
                facility: buyer.facility.clone(),
                needed_by: day.plus_days(180),
            });
        }
        let year = day.month().number() / 12;
        Ok(Need {
            buyer: buyer.id.clone(),
            title: self.plot.title.clone(),
            year: u16::try_from(year).unwrap_or_default(),
            estimate: Withheld::Known(Money::new(sum, Self::pounds()?)?),
            lines,
        })
    }

    fn draft(&self, buyer: &Buyer) -> Result<Draft, ValueError> {
        let mut criteria = Vec::new();
        if let Some(name) = &self.plot.required {
            criteria.push(Criterion {
                id: criterion("REQUIRED")?,
                name: name.clone(),
                kind: CriterionKind::Required,
            });
        }
        if self.plot.price_weight.is_some() {
            criteria.push(Criterion {
                id: criterion("QUALITY")?,
                name: Names::new("جودة المنتج وخدمة ما بعد البيع", "Quality and service")?,
                kind: CriterionKind::Rated {
                    points: POINTS.into(),
                    least: 50.into(),
                },
            });
        }
        let award_by = match self.plot.price_weight {
            Some(price_weight) => AwardBy::Rated { price_weight },
            None => AwardBy::LowestPrice,
        };
        Ok(Draft {
            buyer: buyer.id.clone(),
            title: self.plot.title.clone(),
            procedure: self.plot.procedure.clone(),
            plan: self.is_planned().then(|| self.plan_id()).transpose()?,
            currency: Self::pounds()?,
            terms: Terms {
                delivery: Code::new("DDP")?,
                tax_included: true,
                validity_days: 90,
                security_percent: 0.into(),
                split: false,
            },
            criteria,
            award_by,
            ties: vec![TieRule::EarlierEnvelope],
            participants: Vec::new(),
            documents: Vec::new(),
            invitation: None,
            framework: None,
        })
    }

    fn line(&self, lot: usize, buyer: &Buyer, amended: bool) -> Result<LotLine, ValueError> {
        let units = self.units(lot, amended);
        let more_time = amended && units == self.units(lot, false);
        Ok(LotLine {
            item: LISTINGS[self.plot.lots[lot].item].item()?,
            quantity: quantity(units)?,
            facility: buyer.facility.clone(),
            delivery_days: if more_time {
                DELIVERY_DAYS * 3 / 2
            } else {
                DELIVERY_DAYS
            },
            entity: None,
        })
    }

    fn lot(&self, lot: usize, buyer: &Buyer) -> Result<Lot, ValueError> {
        Ok(Lot {
            id: Self::lot_id(lot)?,
            title: LISTINGS[self.plot.lots[lot].item].profile()?.names,
            estimate: Some(Withheld::Known(self.estimate(lot)?)),
            lines: vec![self.line(lot, buyer, false)?],
        })
    }
}

/// The secret key of a member for one tender.
pub fn member_secret(case: &Case, member: &str) -> MemberSecret {
    MemberSecret::from_seed(&secrets::bytes(&format!(
        "opening/{}/{member}",
        case.plot.id
    )))
}

/// The officer plans the need.
pub async fn plan(
    at: usize,
    case: &Case,
    buyer: &Buyer,
    desk: &mut Desk<'_>,
) -> Result<(), Failure> {
    let plan = || {
        let stream = Plan::stream(&case.plan_id()?);
        let need = case.needed(buyer, desk.at().date())?;
        Ok((stream, plan::Command::Plan(need)))
    };
    let (stream, command) = plan().map_err(impossible)?;
    desk.ask::<Plan>(at, Note::No, stream, &buyer.officer, command)
        .await
}

/// The director approves the plan as it was read: it has one revision.
pub async fn approve_plan(
    at: usize,
    case: &Case,
    buyer: &Buyer,
    desk: &mut Desk<'_>,
) -> Result<(), Failure> {
    let stream = Plan::stream(&case.plan_id().map_err(impossible)?);
    let approval = plan::Approval {
        read: 0,
        limit: None,
    };
    let command = plan::Command::Approve(approval);
    desk.ask::<Plan>(at, Note::No, stream, &buyer.director, command)
        .await
}

/// Draft, lots, committees; and each member's key, by two registrars.
pub async fn draft(
    at: usize,
    case: &Case,
    buyer: &Buyer,
    desk: &mut Desk<'_>,
) -> Result<(), Failure> {
    let drafted = || {
        let mut commands = vec![Command::Draft(case.draft(buyer)?)];
        for lot in 0..case.plot.lots.len() {
            commands.push(Command::AddLot(case.lot(lot, buyer)?));
        }
        commands.push(Command::AppointCommittees(Committees {
            opening: buyer.opening.id.clone(),
            evaluation: buyer.evaluation.id.clone(),
            threshold: buyer.opening.majority(),
        }));
        Ok(commands)
    };
    let id = &case.plot.id;
    for command in drafted().map_err(impossible)? {
        desk.of_tender(at, Note::Drafted, id, &buyer.officer, command)
            .await?;
    }
    let [first, second] = registrars().map_err(impossible)?;
    for member in buyer.opening.members.iter().filter_map(official_id) {
        let secret = member_secret(case, member.as_str());
        let seat = Seat {
            origin: ORIGIN,
            tender: id.as_str(),
            member: member.as_str(),
        };
        for (registrar, witness) in [(&first, &second), (&second, &first)] {
            let Some(witness) = official_id(witness) else {
                continue;
            };
            let key = OpeningKey {
                member: member.clone(),
                key: *secret.public().as_bytes(),
                proof: secret.prove(&seat).to_vec(),
                witness: witness.clone(),
            };
            let command = Command::EnrolOpeningKey(key);
            desk.of_tender(at, Note::No, id, registrar, command).await?;
        }
    }
    Ok(())
}

/// The officer takes from the plan what was drafted, the director approves that, and the officer publishes it.
pub async fn publish(
    at: usize,
    case: &Case,
    buyer: &Buyer,
    closes: Date,
    desk: &mut Desk<'_>,
) -> Result<(), Failure> {
    let id = &case.plot.id;
    if case.is_planned() {
        let stream = Plan::stream(&case.plan_id().map_err(impossible)?);
        let take = plan::Command::Take { tender: id.clone() };
        desk.ask_durably::<Plan>(stream, &buyer.officer, take)
            .await?;
    }
    let approval = Approval {
        read: case.drafted,
        limit: None,
    };
    let approve = Command::Approve(approval);
    desk.of_tender(at, Note::No, id, &buyer.director, approve)
        .await?;
    let deadline = || {
        // Questions are taken through half of the time.
        let today = desk.at().date();
        let half = today.plus_days((closes.days() - today.days()) / 2);
        Ok(Publication {
            enquiries_until: calendar::at(half, DEADLINE_MINUTE)?.at(),
            closes_at: calendar::at(closes, DEADLINE_MINUTE)?.at(),
            sealing: None,
            invited: Vec::new(),
        })
    };
    let publish = Command::Publish(deadline().map_err(impossible)?);
    desk.of_tender(at, Note::No, id, &buyer.officer, publish)
        .await
}

/// A supplier's question, under its key, and its answer.
pub async fn question(
    at: usize,
    case: &Case,
    buyer: &Buyer,
    is_answer: bool,
    desk: &mut Desk<'_>,
) -> Result<(), Failure> {
    let id = QuestionId::new("Q1").map_err(impossible)?;
    for twist in &case.plot.twists {
        let Twist::Question { asked, answered } = twist else {
            continue;
        };
        if is_answer {
            let answer = Answer {
                question: id.clone(),
                text: answered.clone(),
            };
            let command = Command::Answer(answer);
            desk.of_tender(at, Note::No, &case.plot.id, &buyer.officer, command)
                .await?;
        } else {
            bidding::ask(at, case, id.clone(), asked.clone(), desk).await?;
        }
    }
    Ok(())
}

/// The first lot is amended; the deadline stays.
pub async fn amend(
    at: usize,
    case: &Case,
    buyer: &Buyer,
    closes: Date,
    desk: &mut Desk<'_>,
) -> Result<(), Failure> {
    for twist in &case.plot.twists {
        let Twist::Amendment { reason, .. } = twist else {
            continue;
        };
        let amendment = || {
            Ok(Amendment {
                number: None,
                reason: reason.clone(),
                change: Change::Lot {
                    lot: Case::lot_id(0)?,
                    before: Vec::new(),
                    after: vec![case.line(0, buyer, true)?],
                },
                closes_at: calendar::at(closes, DEADLINE_MINUTE)?.at(),
            })
        };
        let command = Command::Amend(amendment().map_err(impossible)?);
        desk.of_tender(at, Note::No, &case.plot.id, &buyer.officer, command)
            .await?;
    }
    Ok(())
}

/// The officer proposes to give it up.
pub async fn cancel(
    at: usize,
    case: &Case,
    buyer: &Buyer,
    desk: &mut Desk<'_>,
) -> Result<(), Failure> {
    let reasons = case.plot.twists.iter().filter_map(|twist| {
        if let Twist::Cancelled { reason } = twist {
            Some(reason.clone())
        } else {
            None
        }
    });
    let reasons: Vec<Text> = reasons.collect();
    for reason in reasons {
        let command = Command::ProposeCancellation(CancellationProposal {
            ground: CancellationGround::ExpensesCut,
            reason,
        });
        let id = &case.plot.id;
        desk.of_tender(at, Note::GivenUp, id, &buyer.officer, command)
            .await?;
    }
    Ok(())
}

/// The director approves that.
pub async fn approve_cancellation(
    at: usize,
    case: &Case,
    buyer: &Buyer,
    desk: &mut Desk<'_>,
) -> Result<(), Failure> {
    let command = Command::ApproveCancellation(CancellationApproval {
        proposal: case.given_up,
    });
    desk.of_tender(at, Note::No, &case.plot.id, &buyer.director, command)
        .await
}
