//! Minutes on the timeline of the tender that they are about: who drew them up, who signed, who disagreed.

use sijill_ledger_core::domain::committee::{Event, MemberSignature, Paper, Resolution};
use sijill_ledger_core::domain::values::{DocumentNumber, OfficialId, TenderId};
use sijill_ledger_core::event::ActorId;
use sijill_projections::tenders::step::StepKind;

use super::common::tendering::{Story, Until};
use super::common::{Log, date, noon, text};
use super::{fed, the, told};

fn said(log: &mut Log, by: &str, event: Event) {
    log.push("committee-E", noon(date("2026-01-20")), event);
    let last = log.events.last_mut().unwrap();
    last.metadata.actor.id = ActorId::Official(OfficialId::new(by).unwrap());
}

fn drawn_up(number: &str, tender: Option<&str>) -> Event {
    Event::MinutesDrawnUp(Paper {
        number: DocumentNumber::new(number).unwrap(),
        tender: tender.map(|id| TenderId::new(id).unwrap()),
        resolutions: vec![Resolution::TechnicalResult],
        document: None,
    })
}

fn signed(number: &str, dissent: Option<&str>) -> Event {
    Event::MemberSigned(MemberSignature {
        number: DocumentNumber::new(number).unwrap(),
        read: 0,
        dissent: dissent.map(text),
    })
}

#[test]
fn signatures_and_dissents_stand_on_the_timeline_of_their_tender() {
    let story = |id| Story {
        until: Until::Priced,
        ..Story::new(id, "2026-01-01", &[("NILE", 600)])
    };
    let mut log = told(&[story("T-1"), story("T-2")]);
    said(&mut log, "amal", drawn_up("M-1", Some("T-1")));
    said(&mut log, "amal", signed("M-1", None));
    said(&mut log, "badr", signed("M-1", Some("the sample failed")));
    // About no tender, about one that is not there, and never drawn up.
    said(&mut log, "amal", drawn_up("M-2", None));
    said(&mut log, "amal", signed("M-2", None));
    said(&mut log, "amal", drawn_up("M-3", Some("T-9")));
    said(&mut log, "amal", signed("M-4", None));
    let view = fed(&log.events);
    let shown = |id| {
        let steps = the(&view, id).steps.iter();
        let about_minutes = steps.filter_map(|step| {
            let about = step.about.as_ref()?;
            let member = about.member.as_ref()?.as_str();
            let reason = about.reason.as_ref().map(ToString::to_string);
            let reference = about.reference.as_ref()?.to_string();
            Some((step.kind, member, reference, reason))
        });
        about_minutes.collect::<Vec<_>>()
    };
    let step = |kind, member, reason: Option<&str>| {
        (kind, member, "M-1".to_owned(), reason.map(str::to_owned))
    };
    let expected = [
        step(StepKind::MinutesDrawnUp, "amal", None),
        step(StepKind::MemberSigned, "amal", None),
        step(StepKind::MemberSigned, "badr", Some("the sample failed")),
    ];
    assert_eq!(shown("T-1"), expected);
    assert_eq!(shown("T-2"), []);
}
