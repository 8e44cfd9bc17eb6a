//! Minutes about tenders, as the tenders' timelines tell them: who drew them up, who signed them, and who disagreed.

use sijill_ledger_core::domain::committee::Event;
use sijill_ledger_core::domain::values::{CommitteeId, Text};
use sijill_ledger_core::event::Recorded;

use super::Tenders;
use super::fold::Circumstances;
use super::step::{About, StepKind, official};

impl Tenders {
    /// Takes an event of a committee in. What it says about no tender is not told here.
    pub(super) fn committee(&mut self, recorded: &Recorded, event: &Event) {
        self.world.committee_event(recorded.stream.id(), event);
        let Ok(committee) = CommitteeId::new(recorded.stream.id()) else {
            return;
        };
        let (kind, minutes, dissent) = match event {
            Event::MinutesDrawnUp(paper) => {
                let tender = paper.tender.as_ref().and_then(|id| self.number(id));
                let of_committee = self.minutes.entry(committee.clone()).or_default();
                of_committee.insert(paper.number.clone(), tender);
                (StepKind::MinutesDrawnUp, &paper.number, None)
            }
            Event::MemberSigned(it) => (StepKind::MemberSigned, &it.number, it.dissent.clone()),
            Event::CommitteeFormed(_)
            | Event::MemberReplaced(_)
            | Event::MinutesSigned(_)
            | Event::CommitteeDissolved(_) => return,
        };
        let known = self.minutes.get(&committee).and_then(|it| it.get(minutes));
        let Some(number) = known.copied().flatten() else {
            return;
        };
        let actor = self.actor(recorded);
        let about = About {
            member: official(&recorded.metadata.actor.id).cloned(),
            reference: Text::new(minutes.as_str()).ok(),
            reason: dissent,
            ..About::default()
        };
        let at = Circumstances::of(recorded, actor);
        if let Some(record) = self.record_mut(number) {
            record.minutes(kind, about, &at);
        }
    }
}
