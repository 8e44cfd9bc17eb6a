//! How long tenders stand in their stages: `ListTenderDurations` and `ListStageMedians`.

use sijill_ledger_core::codec::EncodeError;
use sijill_ledger_core::codec::payload::{Payload, write};
use sijill_ledger_core::domain::values::{EffectiveAt, OrganizationId};
use sijill_ledger_core::time::Timestamp;
use sijill_projections::Views;
use sijill_projections::tenders::buyer::StageDays;
use sijill_projections::tenders::durations::{
    Basis, Clock, DurationFilter, StageTime, Standing, WaitsFor,
};
use sijill_projections::tenders::{Stage, Tenders};
use tonic::Status;

use super::{pb, wire};
use crate::grpc::question::list::{Question, Rows, list};
use crate::grpc::question::listing::Made;
use crate::grpc::question::page::{Key, Orders};
use crate::grpc::status;

impl Question for pb::ListTenderDurationsRequest {
    type Asked = DurationFilter;
    type List = Made<pb::TenderDurationRow>;
    type Answer = pb::ListTenderDurationsResponse;

    const ORDERS: Orders<fn(&pb::TenderDurationRow) -> Key> = &[
        ("tender", |row| Key::text(&row.tender)),
        ("buyer", |row| Key::text(&row.buyer)),
        ("stage", |row| {
            Key::case(row.now.as_ref().map_or(0, |now| now.stage))
        }),
        ("days", |row| {
            row.now
                .as_ref()
                .map_or(Key::Absent, |now| Key::Day(now.days))
        }),
        ("days_late", |row| Key::Day(row.days_late)),
        ("days_since_publication", |row| {
            row.days_since_publication.map_or(Key::Absent, Key::Day)
        }),
    ];

    list!(ListTenderDurationsResponse);

    fn read(&self) -> Result<DurationFilter, Status> {
        // Unspecified is absent here, not a wrong procedure.
        let procedure = (self.procedure != 0).then_some(self.procedure);
        let fields = || {
            let mut payload = Payload::new("ListTenderDurations", &[]);
            Ok(DurationFilter {
                buyer: payload.optional(self.buyer.clone(), "buyer")?,
                procedure: payload.optional(procedure, "procedure")?,
                stages: Vec::new(),
                late_only: self.late_only,
            })
        };
        let filter: DurationFilter = fields().map_err(|error| status::invalid(&error))?;
        let stages = read_stages(&self.stages)?;
        Ok(DurationFilter { stages, ..filter })
    }

    fn rows(
        asked: &DurationFilter,
        views: &Views,
        at: EffectiveAt,
    ) -> Result<Rows<Made<pb::TenderDurationRow>>, EncodeError> {
        let view = &views.tenders;
        let answer = view.standing(at, asked);
        let rows = answer.value.iter().map(|row| written(view, row, at));
        Rows::of(&answer, rows)
    }
}

impl Question for pb::ListStageMediansRequest {
    type Asked = Option<OrganizationId>;
    type List = Made<pb::StageMedianRow>;
    type Answer = pb::ListStageMediansResponse;

    const ORDERS: Orders<fn(&pb::StageMedianRow) -> Key> = &[
        ("buyer", |row| Key::text(&row.buyer)),
        ("stage", |row| Key::case(of(row).map_or(0, |it| it.stage))),
        ("median_days", |row| {
            Key::decimal(of(row).and_then(|it| it.median_days.as_ref()))
        }),
        ("stays", |row| {
            let stays = of(row).and_then(|it| it.stays.as_ref());
            stays.map_or(Key::Absent, |stays| Key::Count(stays.count))
        }),
    ];

    list!(ListStageMediansResponse);

    fn read(&self) -> Result<Self::Asked, Status> {
        let buyer = self.buyer.clone();
        let buyer = Payload::new("ListStageMedians", &[]).optional(buyer, "buyer");
        buyer.map_err(|error| status::invalid(&error))
    }

    fn rows(
        asked: &Self::Asked,
        views: &Views,
        at: EffectiveAt,
    ) -> Result<Rows<Made<pb::StageMedianRow>>, EncodeError> {
        let view = &views.tenders;
        let mut rows = Vec::new();
        for buyer in view.buyers() {
            if asked.as_ref().is_none_or(|asked| asked == buyer) {
                for (stage, days) in view.stage_days(at, Some(buyer)) {
                    rows.push(pb::StageMedianRow {
                        buyer: write(buyer)?,
                        buyer_names: wire::organization(view.world(), buyer)?,
                        median: Some(median(stage, &days)?),
                    });
                }
            }
        }
        let answer = view.answer(at, ());
        Ok(Rows {
            rows: Made(rows),
            definition: answer.definition,
            ruleset: answer.ruleset,
            parameters: None,
        })
    }
}

fn of(row: &pb::StageMedianRow) -> Option<&pb::StageMedian> {
    row.median.as_ref()
}

fn read_stages(wire: &[i32]) -> Result<Vec<Stage>, Status> {
    let read = |number: &i32| {
        let stage = pb::TenderStage::try_from(*number).ok();
        stage.and_then(wire::read_stage).ok_or_else(|| {
            status::invalid_field(
                "stages",
                format!("{number} ليست مرحلة"),
                &format!("{number} is no stage"),
            )
        })
    };
    wire.iter().map(read).collect()
}

/// The median of a stage.
pub fn median(stage: Stage, days: &StageDays) -> Result<pb::StageMedian, EncodeError> {
    Ok(pb::StageMedian {
        stage: wire::stage(stage).into(),
        stays: Some(wire::count(&days.stays)),
        median_days: days.median.as_ref().map(write).transpose()?,
    })
}

fn written(
    view: &Tenders,
    row: &Standing<'_>,
    at: EffectiveAt,
) -> Result<pb::TenderDurationRow, EncodeError> {
    let record = row.record;
    Ok(pb::TenderDurationRow {
        tender: write(&record.id)?,
        title: Some(write(&record.title)?),
        buyer: write(&record.buyer)?,
        buyer_names: wire::organization(view.world(), &record.buyer)?,
        procedure: write(&record.procedure)?,
        now: Some(stage_time(view, &row.now, at)?),
        days_since_publication: row.days_since_publication,
        days_late: row.days_late,
    })
}

/// How long a tender stood in a stage.
pub fn stage_time(
    view: &Tenders,
    time: &StageTime,
    at: EffectiveAt,
) -> Result<pb::StageTime, EncodeError> {
    Ok(pb::StageTime {
        stage: wire::stage(time.stage).into(),
        since: Some(wire::mark(&time.since)?),
        until: wire::marked(time.until.as_ref())?,
        days: time.days,
        ruleset: time.ruleset,
        clocks: time.clocks.iter().map(clock).collect(),
        waits_for: Some(waits_for(view, &time.waits_for, at)?),
    })
}

fn clock(clock: &Clock) -> pb::StageClock {
    let basis = match clock.basis {
        Basis::TenderDays => pb::ClockBasis::TenderDays,
        Basis::EnquiryDays => pb::ClockBasis::EnquiryDays,
        Basis::Deadline => pb::ClockBasis::Deadline,
        Basis::RevealDays => pb::ClockBasis::RevealDays,
        Basis::BidValidity => pb::ClockBasis::BidValidity,
        Basis::StandstillDays => pb::ClockBasis::StandstillDays,
        Basis::ComplaintDays => pb::ClockBasis::ComplaintDays,
    };
    pb::StageClock {
        basis: basis.into(),
        is_least: clock.basis.is_least(),
        days: clock.days.map(u32::from),
        due_micros: clock.due.as_micros(),
        actual_micros: clock.actual.map(Timestamp::as_micros),
        kept: clock.kept,
        days_beyond: clock.days_beyond,
    }
}

fn waits_for(
    view: &Tenders,
    party: &WaitsFor,
    at: EffectiveAt,
) -> Result<pb::WaitsFor, EncodeError> {
    use pb::WaitsForKind as Kind;
    let of = |kind: Kind| pb::WaitsFor {
        kind: kind.into(),
        ..pb::WaitsFor::default()
    };
    Ok(match party {
        WaitsFor::Official { id, posts } => {
            let day = at.date();
            let mut holders: Vec<String> = posts
                .iter()
                .flat_map(|post| view.holders(post, day))
                .map(ToString::to_string)
                .collect();
            holders.sort_unstable();
            holders.dedup();
            pb::WaitsFor {
                official: Some(write(id)?),
                names: wire::names(view.world().official_names(id))?,
                posts: posts.iter().map(ToString::to_string).collect(),
                holders,
                ..of(Kind::Official)
            }
        }
        WaitsFor::Committee(id) => pb::WaitsFor {
            committee: Some(write(id)?),
            names: wire::names(view.world().committee_names(id))?,
            ..of(Kind::Committee)
        },
        WaitsFor::Approver => of(Kind::Approver),
        WaitsFor::ReviewBody => of(Kind::ReviewBody),
        WaitsFor::Bidders => of(Kind::Bidders),
        WaitsFor::Sijill => of(Kind::Sijill),
        WaitsFor::Nobody => of(Kind::Nobody),
    })
}
