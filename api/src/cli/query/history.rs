//! Every event that concerns a thing.

use serde_json::Value;
use sijill_ledger_core::codec::payload::Payload;
use sijill_ledger_core::event::{Actor, Role};
use sijill_projections::audit::entity::EntityKind;
use sijill_schemas::audit::v1 as pb;
use sijill_schemas::types::v1 as types;

use super::arguments::History;
use super::cells::{self, Wall, instant, unreadable};
use super::pages::{Pages, Whole};
use crate::cli::errors::{Bilingual, Failure};
use crate::cli::output::{Cell, Format, Sheet, Ui, Word};
use crate::cli::words;

const COLUMNS: [Word; 9] = [
    words::INDEX_OF,
    words::RECORDED_AT_OF,
    Word::new("effective_at", "وقت الحدوث", "effective at"),
    Word::new("stream", "السلسلة", "stream"),
    Word::new("kind", "النوع", "kind"),
    Word::new("actor", "الفاعل", "actor"),
    Word::new("role", "الصفة", "role"),
    Word::new("position", "الوظيفة", "position"),
    Word::new("changed", "ما تغيّر", "changed"),
];

/// Event types are named without this.
const PACKAGE: &str = "sijill.events.v1.";

/// Asks; the sheet, and how many events there are before filters. Programs get the whole events.
pub async fn ask(pages: &mut Pages, asked: &History, ui: &Ui) -> Result<(Sheet, u64), Failure> {
    asked.common.only(&[])?;
    let question = pb::GetHistoryRequest {
        entity: Some(entity(&asked.entity)?),
        kinds: asked.kinds.clone(),
        ..pb::GetHistoryRequest::default()
    };
    let Whole {
        context,
        rows,
        total,
    } = pages.all(question).await?;
    if total == 0 {
        return Err(nothing_known(&asked.entity));
    }
    let title = Word::new("history", "السيرة", "history");
    let mut sheet = cells::recorded(title, &COLUMNS, context.as_ref())?;
    let wall = Wall::of(context.as_ref());
    sheet.rows = rows
        .iter()
        .map(|row| cells_of(row, &wall))
        .collect::<Result<_, _>>()?;
    if ui.format == Format::Json {
        sheet.inputs = rows.iter().map(inputs).collect::<Result<_, _>>()?;
    }
    Ok((sheet, total))
}

/// No event is about it or names it. The exit status is the one of what a service does not find.
fn nothing_known(entity: &str) -> Failure {
    Failure::Answered {
        code: "ENTITY_NOT_FOUND".to_owned(),
        text: Bilingual::new(
            format!("لا حدث في السجل يخص {entity} أو يذكره؛ تحقق من النوع ومن الرمز كما سُجِّل"),
            format!(
                "no event is about {entity} or names it; check the kind, and the code as it was recorded"
            ),
        ),
        exit_status: 3,
    }
}

/// Reads `kind:name`; scoped names are `scope/name`.
fn entity(text: &str) -> Result<pb::Entity, Failure> {
    let (kind, name) = text.split_once(':').unwrap_or((text, ""));
    let known = EntityKind::ALL
        .into_iter()
        .find(|known| known.key() == kind);
    let (Some(known), false) = (known, name.is_empty()) else {
        let kinds = EntityKind::ALL.map(EntityKind::key).join(", ");
        return Err(Failure::Usage(Bilingual::new(
            format!(
                "{text:?} لا يُعرف: اكتب النوع ثم نقطتين ثم الاسم، مثل item:AMOX؛ الأنواع: {kinds}"
            ),
            format!(
                "{text:?} is not understood: write kind, colon, name, such as item:AMOX; the kinds are {kinds}"
            ),
        )));
    };
    let (scope, id) = match name.split_once('/').filter(|_| known.is_scoped()) {
        Some((scope, id)) => (scope, id),
        None => ("", name),
    };
    let name = format!("ENTITY_KIND_{}", known.key().to_uppercase());
    let kind = pb::EntityKind::from_str_name(&name).unwrap_or_default();
    Ok(pb::Entity {
        kind: kind.into(),
        scope: scope.to_owned(),
        id: id.to_owned(),
    })
}

fn cells_of(row: &pb::EventRow, wall: &Wall) -> Result<Vec<Cell>, Failure> {
    let actor = actor(row.actor.clone())?;
    let changed = row.amendment.as_ref().map(|amendment| {
        let change = |change: &pb::FieldChange| {
            let shown = |value: Option<&String>| value.map_or("–", String::as_str).to_owned();
            let (before, after) = (shown(change.before.as_ref()), shown(change.after.as_ref()));
            format!("{}: {before} → {after}", change.path)
        };
        let changes: Vec<String> = amendment.changes.iter().map(change).collect();
        changes.join("; ")
    });
    Ok(vec![
        Cell::Count(row.index),
        wall.cell(row.recorded_at_micros),
        instant(row.effective_at)?,
        Cell::text(&row.stream),
        Cell::text(row.kind.strip_prefix(PACKAGE).unwrap_or(&row.kind)),
        Cell::maybe(actor.as_ref().map(|actor| actor.id.to_string())),
        Cell::maybe(actor.as_ref().map(|actor| role(actor.role))),
        Cell::maybe(actor.and_then(|actor| actor.position)),
        Cell::maybe(changed.filter(|changed| !changed.is_empty())),
    ])
}

/// Who acts, as a person reads it.
pub fn actor(wire: Option<types::Actor>) -> Result<Option<Actor>, Failure> {
    let read = Payload::new("the answer", &[]).optional(wire, "actor");
    read.map_err(|error| unreadable(&error.to_string()))
}

/// A role by its stable key.
fn role(role: Role) -> &'static str {
    match role {
        Role::Requester => "requester",
        Role::ProcurementOfficer => "procurement_officer",
        Role::Approver => "approver",
        Role::BudgetOfficer => "budget_officer",
        Role::CommitteeMember => "committee_member",
        Role::Inspector => "inspector",
        Role::Storekeeper => "storekeeper",
        Role::Payer => "payer",
        Role::Supplier => "supplier",
        Role::ReviewBody => "review_body",
        Role::Auditor => "auditor",
        Role::Oversight => "oversight",
        Role::Registrar => "registrar",
        Role::Administrator => "administrator",
        Role::System => "system",
    }
}

fn inputs(row: &pb::EventRow) -> Result<Value, Failure> {
    let data: Value =
        serde_json::from_str(&row.json).map_err(|error| unreadable(&error.to_string()))?;
    Ok(serde_json::json!({
        "id": row.id,
        "revision": row.revision,
        "command_id": row.command_id,
        "correlation_id": row.correlation_id,
        "causation_id": row.causation_id,
        "data": data,
        "previous_index": row.amendment.as_ref().map(|amendment| amendment.previous_index),
    }))
}
