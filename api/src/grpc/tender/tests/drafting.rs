//! From a need to publication.

use prost::Message as _;
use sijill_ledger_core::codec;
use sijill_ledger_core::domain::ruleset;
use sijill_ledger_core::domain::values::Text;
use sijill_ledger_core::event::Event;
use sijill_schemas::registry::v1 as registry;

use super::world::*;
use super::*;

pub fn line(quantity: i64, delivery_days: u32) -> events::LotLine {
    events::LotLine {
        item: ITEM.to_owned(),
        quantity: whole(quantity),
        facility: CLINIC.to_owned(),
        delivery_days,
        entity: None,
    }
}

/// Proposes the built-in parameters of procurement under an edition, with minutes of grace, and witnesses.
fn proposal(
    edition: u8,
    grace: Option<u16>,
    witnessing: Option<ruleset::Witnessing>,
) -> registry::ProposeRulesetRequest {
    let procurement = ruleset::ProcurementRules {
        edition: Some(edition),
        closing_grace_minutes: grace,
        witnessing,
        ..ruleset::ProcurementRules::default()
    };
    let rules = ruleset::Rules {
        procurement: Some(procurement.into()),
        ..ruleset::Rules::default()
    };
    let event = ruleset::Event::RulesetProposed(ruleset::Proposal {
        version: 1,
        rules,
        reason: Text::new("by law").unwrap(),
    });
    let written = codec::encode(&Event::Ruleset(event)).unwrap();
    let written = events::RulesetProposed::decode(written.data.as_slice()).unwrap();
    registry::ProposeRulesetRequest {
        context: new(),
        rules: written.rules,
        reason: written.reason,
    }
}

/// Nothing is drafted before two persons have adopted what binds buyer and bidders, and no edition that changes what is out.
pub async fn ruled(play: &Play, grace: Option<u16>) {
    ruled_with(play, grace, None).await;
}

/// The same, with witnesses of deadlines.
pub async fn ruled_with(play: &Play, grace: Option<u16>, witnessing: Option<ruleset::Witnessing>) {
    let early = play.world.tenders().draft_tender(NADIA.asks(draft())).await;
    assert_eq!(refused(early), "TENDER_NO_RULES");
    let mut registry = play.world.registry();
    let older = registry
        .propose_ruleset(HUDA.asks(proposal(2, grace, None)))
        .await;
    assert_eq!(refused(older), "RULESET_EDITION");
    let nobody = witnessing.clone().map(|it| ruleset::Witnessing {
        policy: vec!["quorum none".to_owned()],
        ..it
    });
    if nobody.is_some() {
        let refusal = proposal(ruleset::EDITION_LATEST, grace, nobody);
        let refusal = registry.propose_ruleset(HUDA.asks(refusal)).await;
        assert_eq!(refused(refusal), "RULESET_OUT_OF_RANGE");
    }
    let latest = proposal(ruleset::EDITION_LATEST, grace, witnessing);
    done(registry.propose_ruleset(HUDA.asks(latest)).await);
    let adoption = registry::AdoptRulesetRequest {
        context: new(),
        version: 1,
    };
    done(registry.adopt_ruleset(ADEL.asks(adoption)).await);
}

pub async fn planned(play: &Play) {
    let need = || pb::PlanNeedRequest {
        context: withholding(&["1650.00 EGP"]),
        plan: "PLAN-1".to_owned(),
        need: Some(events::NeedPlanned {
            buyer: BUYER.to_owned(),
            title: names("شاش", "gauze"),
            year: 2026,
            estimate_part: 0,
            lines: vec![events::PlanLine {
                item: ITEM.to_owned(),
                quantity: whole(160),
                facility: CLINIC.to_owned(),
                needed_days: LAST_DAY,
            }],
        }),
    };
    let mut tenders = play.world.tenders();
    let other = tenders.plan_need(KARIM.asks(need())).await;
    assert_eq!(refused(other), "OFFICIAL_NOT_OF_BUYER");
    done(tenders.plan_need(NADIA.asks(need())).await);
    let early = tenders.draft_tender(NADIA.asks(draft())).await;
    assert_eq!(refused(early), "TENDER_PLAN");
    let approval = || pb::ApprovePlanRequest {
        context: new(),
        plan: "PLAN-1".to_owned(),
        approval: Some(events::PlanApproved {
            read: 0,
            limit: None,
        }),
    };
    let own = By("nadia", Role::Approver, "-").asks(approval());
    assert_eq!(refused(tenders.approve_plan(own).await), "PLAN_OWN");
    let above = tenders.approve_plan(RIDA.asks(approval())).await;
    assert_eq!(refused(above), "PLAN_ABOVE_LIMIT");
    done(tenders.approve_plan(SAMI.asks(approval())).await);
}

fn criteria() -> Vec<events::Criterion> {
    use events::criterion::Kind;
    let rated = events::RatedCriterion {
        points: whole(100),
        least: whole(60),
    };
    let kinds = [
        ("licence", Kind::Required(events::RequiredCriterion {})),
        ("quality", Kind::Rated(rated)),
    ];
    let criterion = |(id, kind): (&str, _)| events::Criterion {
        id: id.to_owned(),
        name: names("معيار", "criterion"),
        kind: Some(kind),
    };
    kinds.into_iter().map(criterion).collect()
}

pub fn draft() -> pb::DraftTenderRequest {
    pb::DraftTenderRequest {
        context: new(),
        tender: TENDER.to_owned(),
        draft: Some(events::TenderDrafted {
            invitation: None,
            framework: None,
            buyer: BUYER.to_owned(),
            title: names("شاش", "gauze"),
            procedure: events::TenderProcedure::Open.into(),
            plan: Some("PLAN-1".to_owned()),
            currency: "EGP".to_owned(),
            terms: Some(events::TenderTerms {
                delivery: "DDP".to_owned(),
                tax_included: true,
                validity_days: 90,
                security_percent: whole(0),
                split: false,
            }),
            criteria: criteria(),
            ties: vec![
                events::TieRule::LowerPrice.into(),
                events::TieRule::EarlierEnvelope.into(),
            ],
            participants: Vec::new(),
            documents: Vec::new(),
            award_by: Some(events::tender_drafted::AwardBy::PriceWeight(60)),
        }),
    }
}

/// Two lots and the committees: changes 0 to 3.
pub async fn drafted(play: &Play) {
    drafted_as(play, draft()).await;
}

/// The same of another draft.
pub async fn drafted_as(play: &Play, draft: pb::DraftTenderRequest) {
    let mut tenders = play.world.tenders();
    let planned = draft.draft.as_ref().unwrap().plan.is_some();
    done(tenders.draft_tender(NADIA.asks(draft)).await);
    let lots = [
        ("A", "1200.00 EGP", vec![line(100, 30), line(50, 45)]),
        ("B", "450.00 EGP", vec![line(10, 30)]),
    ];
    lots_and_committees(play, lots).await;
    if planned {
        done(taken(play, TENDER).await);
    }
}

/// Takes what a tender asks for from the plan.
pub async fn taken(play: &Play, tender: &str) -> Answer {
    let request = pb::TakeFromPlanRequest {
        context: new(),
        plan: "PLAN-1".to_owned(),
        tender: tender.to_owned(),
    };
    let mut tenders = play.world.tenders();
    tenders.take_from_plan(NADIA.asks(request)).await
}

/// Lots by id, estimate and lines.
pub async fn lots_and_committees(play: &Play, lots: [(&str, &str, Vec<events::LotLine>); 2]) {
    let mut tenders = play.world.tenders();
    for (id, estimate, lines) in lots {
        let lot = pb::AddLotRequest {
            context: withholding(&[estimate]),
            tender: TENDER.to_owned(),
            lot: Some(events::LotAdded {
                id: id.to_owned(),
                title: names("مجموعة", "lot"),
                estimate_part: Some(0),
                lines,
            }),
        };
        done(tenders.add_lot(NADIA.asks(lot)).await);
    }
    let committees = pb::AppointCommitteesRequest {
        context: new(),
        tender: TENDER.to_owned(),
        committees: Some(events::CommitteeAppointed {
            opening: "O".to_owned(),
            evaluation: "E".to_owned(),
            threshold: 3,
        }),
    };
    done(tenders.appoint_committees(NADIA.asks(committees)).await);
}

/// Each key by both registrars.
pub async fn keys_enrolled(play: &Play) {
    let mut tenders = play.world.tenders();
    for member in OPENERS {
        let key = opening_key(member, ADEL);
        done(tenders.enrol_opening_key(HUDA.asks(key)).await);
        let alone = opening_key(member, HUDA);
        let alone = tenders.enrol_opening_key(HUDA.asks(alone)).await;
        assert_eq!(refused(alone), "TENDER_REGISTRARS");
        let again = opening_key(member, HUDA);
        done(tenders.enrol_opening_key(ADEL.asks(again)).await);
    }
}

pub async fn approved_and_published(play: &Play) {
    let mut tenders = play.world.tenders();
    let publication = || pb::PublishTenderRequest {
        context: new(),
        tender: TENDER.to_owned(),
        publication: Some(events::TenderPublished {
            enquiries_until_micros: midnight("01-07").as_micros(),
            closes_micros: midnight("01-17").as_micros(),
            sealing: None,
            invited: Vec::new(),
        }),
    };
    let early = tenders.publish_tender(NADIA.asks(publication())).await;
    assert_eq!(refused(early), "TENDER_NOT_APPROVED");
    let approval = || pb::ApproveTenderRequest {
        context: new(),
        tender: TENDER.to_owned(),
        approval: Some(events::TenderApproved {
            read: 3,
            limit: None,
        }),
    };
    let own = By("nadia", Role::Approver, "-").asks(approval());
    assert_eq!(
        refused(tenders.approve_tender(own).await),
        "TENDER_OWN_DRAFT"
    );
    done(tenders.approve_tender(SAMI.asks(approval())).await);
    done(tenders.publish_tender(NADIA.asks(publication())).await);
    assert_eq!(play.notice().await.sealing.members.len(), 5);
}
