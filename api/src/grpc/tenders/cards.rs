//! Cards: `GetSupplierCard` and `GetBuyerCard`.

use sijill_ledger_core::codec::EncodeError;
use sijill_ledger_core::codec::payload::{Payload, write};
use sijill_ledger_core::domain::values::{EffectiveAt, OrganizationId};
use sijill_projections::tenders::buyer::{BuyerCard, Concentration};
use sijill_projections::tenders::supplier::SupplierCard;
use sijill_projections::tenders::world::{Barred, Organization};
use sijill_projections::tenders::{Answer, Tenders, World};
use sijill_schemas::events::v1 as events;
use sijill_schemas::types::v1 as types;
use tonic::{Response, Status};

use super::{durations, pb, wire};
use crate::grpc::question::desk::{Circumstances, Desk};
use crate::grpc::question::{context, unwritable};
use crate::grpc::status;

/// Answers `GetSupplierCard`.
pub async fn supplier(
    desk: &Desk,
    request: pb::GetSupplierCardRequest,
) -> Result<Response<pb::GetSupplierCardResponse>, Status> {
    let id = organization(request.supplier, "supplier")?;
    let card = |view: &Tenders, at, id: &_| {
        let Answer { value, .. } = view.supplier_card(at, id)?;
        Some(written_supplier(view.world(), &value))
    };
    let (context, card) = look(desk, request.context, id, card).await?;
    Ok(Response::new(pb::GetSupplierCardResponse {
        context: Some(context),
        card: Some(card),
    }))
}

/// Answers `GetBuyerCard`.
pub async fn buyer(
    desk: &Desk,
    request: pb::GetBuyerCardRequest,
) -> Result<Response<pb::GetBuyerCardResponse>, Status> {
    let id = organization(request.buyer, "buyer")?;
    let card = |view: &Tenders, at, id: &_| {
        let Answer { value, .. } = view.buyer_card(at, id)?;
        Some(written_buyer(view.world(), &value))
    };
    let (context, card) = look(desk, request.context, id, card).await?;
    Ok(Response::new(pb::GetBuyerCardResponse {
        context: Some(context),
        card: Some(card),
    }))
}

async fn look<Card: Send + 'static>(
    desk: &Desk,
    asked: Option<types::QueryContext>,
    id: OrganizationId,
    card: impl FnOnce(&Tenders, EffectiveAt, &OrganizationId) -> Option<Result<Card, EncodeError>>
    + Send
    + 'static,
) -> Result<(types::AnswerContext, Card), Status> {
    let circumstances = Circumstances::read(asked)?;
    let place = desk.place(&circumstances).await?;
    desk.look(place, move |look| {
        let view = &look.views().tenders;
        let at = look.at(circumstances.at).ok_or_else(|| unknown(&id))?;
        let card = card(view, at, &id).ok_or_else(|| unknown(&id))?;
        let answer = view.answer(at, ());
        let context = context(look, Some(at), answer.definition, answer.ruleset)?;
        Ok((context, card.map_err(|error| unwritable(&error))?))
    })
    .await
}

fn organization(id: String, field: &str) -> Result<OrganizationId, Status> {
    let id = Payload::new("GetCard", &[]).take(id, field);
    id.map_err(|error| status::invalid(&error))
}

fn unknown(id: &OrganizationId) -> Status {
    status::not_found(
        "ORGANIZATION_NOT_FOUND",
        format!("لا جهة مسجلة برقم {id}، ولا مناقصة تذكرها؛ تحقق من الرقم"),
        format!("no organisation is registered as {id}, and no tender names it; check the id"),
    )
}

fn profile(of: Option<&Organization>) -> Result<Option<events::OrganizationProfile>, EncodeError> {
    of.map(|it| write(&it.profile)).transpose()
}

fn written_supplier(
    world: &World,
    card: &SupplierCard<'_>,
) -> Result<pb::SupplierCard, EncodeError> {
    let buyers = card.buyers.iter().map(|(buyer, from)| {
        Ok(pb::WonFrom {
            buyer: write(buyer)?,
            buyer_names: wire::organization(world, buyer)?,
            lots: wire::count(&from.lots),
            value: wire::sums(&from.value)?,
        })
    });
    let called = card.securities_called.iter().filter_map(|(id, security)| {
        let (call, mark) = security.called.as_ref()?;
        let written = || {
            Ok(pb::CalledSecurity {
                security: write(*id)?,
                received: Some(write(&security.received)?),
                call: Some(write(call)?),
                mark: Some(wire::mark(mark)?),
            })
        };
        Some(written())
    });
    Ok(pb::SupplierCard {
        supplier: write(&card.id)?,
        profile: profile(card.organization)?,
        bids: wire::count(&card.bids),
        counting: wire::count(&card.counting),
        valid: wire::count(&card.valid),
        disqualified: wire::count(&card.disqualified),
        void: wire::count(&card.void),
        lots_won: wire::count(&card.lots_won),
        value: wire::sums(&card.value)?,
        overrides: wire::count(&card.overrides),
        buyers: buyers.collect::<Result<_, EncodeError>>()?,
        complaints: wire::count(&card.complaints),
        complaints_upheld: wire::count(&card.complaints_upheld),
        debarments: card
            .debarments
            .iter()
            .map(debarment)
            .collect::<Result<_, _>>()?,
        debarred: card.debarred,
        securities: wire::count(&card.securities),
        securities_called: called.collect::<Result<_, EncodeError>>()?,
    })
}

fn debarment(of: &Barred) -> Result<pb::DebarmentRow, EncodeError> {
    let freed = of.reinstated.as_ref();
    Ok(pb::DebarmentRow {
        debarment: Some(write(&of.debarment)?),
        mark: Some(wire::mark(&of.mark)?),
        reinstatement: freed.map(|(it, _)| write(it)).transpose()?,
        reinstated: wire::marked(freed.map(|(_, mark)| mark))?,
    })
}

fn written_buyer(world: &World, card: &BuyerCard<'_>) -> Result<pb::BuyerCard, EncodeError> {
    let by_stage = card.by_stage.iter().map(|((procedure, stage), tenders)| {
        Ok(pb::StageCount {
            procedure: write(procedure)?,
            stage: wire::stage(*stage).into(),
            tenders: wire::count(tenders),
        })
    });
    let stages = card.stages.iter();
    let suppliers = card.suppliers.iter().map(|(currency, of)| {
        let currency = currency.code().to_owned();
        concentration(world, currency, of)
    });
    let single = card.single_bid_share();
    Ok(pb::BuyerCard {
        buyer: write(&card.id)?,
        profile: profile(card.organization)?,
        tenders: wire::count(&card.tenders),
        by_stage: by_stage.collect::<Result<_, EncodeError>>()?,
        with_bids: wire::count(&card.with_bids),
        single_bid: wire::count(&card.single_bid),
        single_bid_share: single.as_ref().map(write).transpose()?,
        bidders_median: card.bidders_median.as_ref().map(write).transpose()?,
        stages: stages
            .map(|(stage, days)| durations::median(*stage, days))
            .collect::<Result<_, _>>()?,
        lots_awarded: wire::count(&card.lots_awarded),
        value: wire::sums(&card.value)?,
        suppliers: suppliers.collect::<Result<_, _>>()?,
        cancelled: wire::count(&card.cancelled),
        failed: wire::count(&card.failed),
        overrides: wire::count(&card.overrides),
        awards_fallen: wire::count(&card.awards_fallen),
        amendments: wire::count(&card.amendments),
        extensions: wire::count(&card.extensions),
        outages: wire::count(&card.outages),
        complaints: wire::count(&card.complaints),
        complaints_upheld: wire::count(&card.complaints_upheld),
    })
}

fn concentration(
    world: &World,
    currency: String,
    of: &Concentration,
) -> Result<pb::Concentration, EncodeError> {
    let suppliers = of.suppliers.iter().map(|it| {
        Ok(pb::SupplierShare {
            supplier: write(&it.supplier)?,
            supplier_names: wire::organization(world, &it.supplier)?,
            amount: Some(write(&it.amount)?),
            share: it.share.as_ref().map(write).transpose()?,
            lots: wire::count(&it.lots),
        })
    });
    Ok(pb::Concentration {
        currency,
        hhi: of.hhi.as_ref().map(write).transpose()?,
        suppliers: suppliers.collect::<Result<_, EncodeError>>()?,
    })
}
