//! One tender with everything that is public about it: `GetTender`.

use std::mem::take;

use sijill_ledger_core::codec::EncodeError;
use sijill_ledger_core::codec::payload::{Payload, write};
use sijill_ledger_core::domain::tender::{AwardBy, LotLine};
use sijill_ledger_core::domain::values::{EffectiveAt, OrganizationId, TenderId};
use sijill_ledger_core::time::Timestamp;
use sijill_projections::tenders::record::{End, Fallen, Lot, LotState, Record, Times};
use sijill_projections::tenders::step::Step;
use sijill_projections::tenders::withheld::withheld;
use sijill_projections::tenders::{Tenders, World};
use tonic::{Code, Response, Status};

use super::{durations, growing, pb, timeline, wire};
use crate::grpc::question::desk::{Circumstances, Desk, Place};
use crate::grpc::question::fingerprint::fingerprint;
use crate::grpc::question::page::Token;
use crate::grpc::question::{context, unwritable};
use crate::grpc::status::{self, Problem};

/// Answers `GetTender`.
pub async fn get(
    desk: &Desk,
    mut request: pb::GetTenderRequest,
) -> Result<Response<pb::GetTenderResponse>, Status> {
    let (asked, token) = (request.context.take(), take(&mut request.page_token));
    let question = fingerprint(&request, desk.origin(), asked.as_ref(), "");
    let token = Token::read(&token, question)?;
    let id = Payload::new("GetTender", &[]).take(request.tender, "tender");
    let id: TenderId = id.map_err(|error| status::invalid(&error))?;
    let circumstances = Circumstances::read(asked)?;
    let place = match token {
        Some(token) => Place::After(token.size),
        None => desk.place(&circumstances).await?,
    };
    desk.look(place, move |look| {
        let view = &look.views().tenders;
        let found = look.at(circumstances.at).zip(view.tender_of(&id));
        let (at, record) = found.ok_or_else(|| unknown(&id))?;
        no_later_steps(record, circumstances.at)?;
        let answer = view.answer(at, ());
        let (page, rows_before) = part(view, record, at, token.map(|token| token.rows_before))
            .map_err(|error| unwritable(&error))?;
        let next = rows_before.map(|rows_before| Token {
            question,
            size: look.size(),
            rows_before,
        });
        Ok(Response::new(pb::GetTenderResponse {
            context: Some(context(look, Some(at), answer.definition, answer.ruleset)?),
            tender: Some(page),
            next_page_token: next.map(|next| next.write()).unwrap_or_default(),
        }))
    })
    .await
}

/// The whole page but for what does not fit into one answer, or what comes after so many rows of that; and how many rows come before
/// the next part's.
fn part(
    view: &Tenders,
    record: &Record,
    at: EffectiveAt,
    before: Option<u64>,
) -> Result<(pb::TenderPage, Option<u64>), EncodeError> {
    let mut page = match before {
        None => written(view, record, at)?,
        Some(_) => pb::TenderPage {
            tender: write(&record.id)?,
            ..pb::TenderPage::default()
        },
    };
    let before = usize::try_from(before.unwrap_or(0)).unwrap_or(usize::MAX);
    let next = growing::fill(&mut page, view, record, before)?;
    Ok((page, next.and_then(|next| u64::try_from(next).ok())))
}

/// The page shows a tender as it stands: at an earlier instant it stood otherwise, and the log of then knows how.
fn no_later_steps(record: &Record, named: Option<EffectiveAt>) -> Result<(), Status> {
    let Some(at) = named else {
        return Ok(());
    };
    let by_then = |step: &&Step| step.mark.at.at() <= at.at();
    let then = record.steps.iter().take_while(by_then).last();
    if then.map(|step| step.mark.index) == record.steps.last().map(|step| step.mark.index) {
        return Ok(());
    }
    let (id, size) = (
        &record.id,
        then.map_or(0, |step| step.mark.index.saturating_add(1)),
    );
    Err(Problem::new(
        Code::FailedPrecondition,
        "TENDER_LATER_STEPS",
        format!(
            "للمناقصة {id} خطوات بعد هذه اللحظة، وصفحتها تُظهر حالها الآن؛ اسأل بلا لحظة، أو عن السجل كما كان: أول {size} من قيوده (--as-of {size})"
        ),
        format!(
            "the tender {id} has steps after that instant, and its page shows how it stands now; ask without the instant, or of the log as it was: its first {size} entries (--as-of {size})"
        ),
    )
    .field("context.at", "before the tender's last step")
    .into())
}

fn unknown(id: &TenderId) -> Status {
    status::not_found(
        "TENDER_NOT_FOUND",
        format!("لا مناقصة برقم {id}؛ تحقق من الرقم، أو ابحث عنها"),
        format!("there is no tender {id}; check its id, or search for it"),
    )
}

fn written(
    view: &Tenders,
    record: &Record,
    at: EffectiveAt,
) -> Result<pb::TenderPage, EncodeError> {
    let world = view.world();
    let plan = record.plan.as_ref();
    let committees = record.committees.as_ref();
    let named = |id| wire::names(world.committee_names(id));
    let lots = record.lots.iter();
    let invitation = record.invitation.as_ref();
    let invited = invitation.into_iter().flat_map(|it| &it.invited);
    let stages = view.stage_times(record, at).into_iter();
    Ok(pb::TenderPage {
        tender: write(&record.id)?,
        title: Some(write(&record.title)?),
        buyer: write(&record.buyer)?,
        buyer_names: wire::organization(world, &record.buyer)?,
        procedure: write(&record.procedure)?,
        plan: plan.map(ToString::to_string),
        plan_title: wire::names(plan.and_then(|id| world.plan(id)).map(|it| &it.title))?,
        currency: write(&record.currency)?,
        terms: Some(write(&record.terms)?),
        criteria: record
            .criteria
            .iter()
            .map(write)
            .collect::<Result<_, _>>()?,
        price_weight: match record.award_by {
            AwardBy::LowestPrice => None,
            AwardBy::Rated { price_weight } => Some(price_weight.into()),
        },
        participants: record
            .participants
            .iter()
            .map(write)
            .collect::<Result<_, _>>()?,
        documents: record
            .documents
            .iter()
            .map(write)
            .collect::<Result<_, _>>()?,
        invitation: invitation.map(write).transpose()?,
        invited: invited
            .map(|it| invited_supplier(world, it))
            .collect::<Result<_, _>>()?,
        framework: record.framework.as_ref().map(write).transpose()?,
        lots: lots.map(|it| lot(world, it)).collect::<Result<_, _>>()?,
        committees: committees.map(write).transpose()?,
        opening_committee_names: committees
            .map(|it| named(&it.opening))
            .transpose()?
            .flatten(),
        evaluation_committee_names: committees
            .map(|it| named(&it.evaluation))
            .transpose()?
            .flatten(),
        stage: wire::stage(record.stage).into(),
        times: Some(times(&record.times)?),
        amendments: record.amendments.into(),
        deadline_moves: record.deadline_moves.into(),
        outside_witness: record.outside_witness,
        questions: record.questions.0,
        answers: record.questions.1,
        fallen: record.fallen.iter().map(fallen).collect::<Result<_, _>>()?,
        end: ended(record)?,
        withheld: withheld(record).iter().map(timeline::withheld).collect(),
        stages: stages
            .map(|time| durations::stage_time(view, &time, at))
            .collect::<Result<_, _>>()?,
        // The lists that grow come apart.
        ..pb::TenderPage::default()
    })
}

fn invited_supplier(
    world: &World,
    id: &OrganizationId,
) -> Result<pb::InvitedSupplier, EncodeError> {
    Ok(pb::InvitedSupplier {
        supplier: write(id)?,
        names: wire::organization(world, id)?,
    })
}

fn times(of: &Times) -> Result<pb::TenderTimes, EncodeError> {
    let mark = |mark: &Option<_>| wire::marked(mark.as_ref());
    Ok(pb::TenderTimes {
        drafted: mark(&of.drafted)?,
        approved: mark(&of.approved)?,
        published: mark(&of.published)?,
        enquiries_until_micros: of.enquiries_until.map(Timestamp::as_micros),
        closes_micros: of.closes_at.map(Timestamp::as_micros),
        closed: mark(&of.closed)?,
        listed: mark(&of.listed)?,
        first_opened: mark(&of.first_opened)?,
        technical_result: mark(&of.technical_result)?,
        notified: mark(&of.notified)?,
        standstill_until_micros: of.standstill_until.map(Timestamp::as_micros),
        standstill_ended: mark(&of.standstill_ended)?,
        ended: mark(&of.ended)?,
    })
}

fn lot(world: &World, lot: &Lot) -> Result<pb::TenderLot, EncodeError> {
    let lines = lot.lines.iter();
    let estimate = lot.estimate.as_ref().and_then(|it| it.disclosed.as_ref());
    let mut written = pb::TenderLot {
        lot: write(&lot.id)?,
        title: Some(write(&lot.title)?),
        lines: lines.map(|it| line(world, it)).collect::<Result<_, _>>()?,
        estimate: estimate.map(|(money, _)| write(money)).transpose()?,
        estimate_disclosed: wire::marked(estimate.map(|(_, mark)| mark))?,
        ..pb::TenderLot::default()
    };
    match &lot.state {
        LotState::Open => {}
        LotState::Proposed(proposed) => {
            written.award = Some(write(&proposed.award)?);
            written.proposed = Some(wire::mark(&proposed.mark)?);
        }
        LotState::Awarded(awarded) => {
            written.award = Some(write(&awarded.award)?);
            written.proposed = Some(wire::mark(&awarded.proposed)?);
            written.approved = Some(wire::mark(&awarded.approved)?);
            written.value = awarded.value.as_ref().map(write).transpose()?;
        }
        LotState::Failed { reason, mark } => {
            written.failure = Some(write(reason)?);
            written.failed = Some(wire::mark(mark)?);
        }
    }
    Ok(written)
}

fn line(world: &World, line: &LotLine) -> Result<pb::TenderLine, EncodeError> {
    let item = world.item(&line.item).map(|item| &item.profile);
    let facility = world.facility(&line.facility);
    let place = facility.and_then(|it| it.governorate.as_ref());
    Ok(pb::TenderLine {
        line: Some(write(line)?),
        item_names: wire::names(item.map(|it| &it.names))?,
        base_unit: item.map(|it| write(&it.base_unit)).transpose()?,
        facility_names: wire::names(facility.map(|it| &it.names))?,
        governorate: place.map(ToString::to_string),
    })
}

fn fallen(of: &Fallen) -> Result<pb::FallenAward, EncodeError> {
    Ok(pb::FallenAward {
        award: Some(write(&of.awarded.award)?),
        approved: Some(wire::mark(&of.awarded.approved)?),
        fell: Some(wire::mark(&of.mark)?),
        reason: write(&of.reason)?,
    })
}

fn ended(record: &Record) -> Result<Option<pb::TenderEnd>, EncodeError> {
    let Some(end) = &record.end else {
        return Ok(None);
    };
    let mut written = pb::TenderEnd {
        mark: wire::marked(record.times.ended.as_ref())?,
        ..pb::TenderEnd::default()
    };
    match end {
        End::Cancelled { ground, reason } => {
            written.ground = write(ground)?;
            written.reason = Some(write(reason)?);
        }
        End::Failed(cause) => {
            written.cause = cause.as_ref().map(write).transpose()?.unwrap_or_default();
        }
        End::Completed(value) => written.value = value.as_ref().map(write).transpose()?,
    }
    Ok(Some(written))
}
