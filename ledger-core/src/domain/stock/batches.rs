//! Quarantine, release and recall of a batch in one store, and of whatever was packed out of it.

use super::event::{BatchStep, Event};
use super::refusal::Refusal;
use super::rules::{check_open, profile};
use super::state::Stock;
use super::{BatchHistory, Decision};
use crate::aggregate::{Facts, ensure};

impl Stock {
    pub(super) fn quarantine(&self, step: &BatchStep, facts: &Facts) -> Decision {
        let at = facts.effective.at();
        self.take_step(step, facts, Event::BatchQuarantined, |history| {
            !history.is_blocked(at)
        })
    }

    pub(super) fn release(&self, step: &BatchStep, facts: &Facts) -> Decision {
        let at = facts.effective.at();
        let held = |history: &BatchHistory| history.is_blocked(at) && !history.is_recalled(at);
        self.take_step(step, facts, Event::BatchReleased, held)
    }

    pub(super) fn recall(&self, step: &BatchStep, facts: &Facts) -> Decision {
        let at = facts.effective.at();
        self.take_step(step, facts, Event::BatchRecalled, |history| {
            !history.is_recalled(at)
        })
    }

    /// The step of the batch that is named, and of each batch packed out of it that it fits.
    fn take_step(
        &self,
        step: &BatchStep,
        facts: &Facts,
        event: fn(BatchStep) -> Event,
        fits: impl Fn(&BatchHistory) -> bool,
    ) -> Decision {
        check_open(facts)?;
        profile(&step.item, facts)?;
        self.check_time(facts.effective, facts)?;
        let (item, batch) = (step.item.clone(), step.batch.clone());
        let here = self
            .cards_of(&item)
            .any(|(key, _)| key.batch.as_ref() == Some(&batch));
        ensure(
            here,
            Refusal::BatchUnknown {
                item: item.clone(),
                batch: batch.clone(),
            },
        )?;
        let history = |batch| {
            self.batches
                .get(&(item.clone(), batch))
                .cloned()
                .unwrap_or_default()
        };
        let fitting = ensure(
            fits(&history(batch.clone())),
            Refusal::BatchStep {
                item: item.clone(),
                batch: batch.clone(),
            },
        );
        fitting?;
        let packed = self.with_packed(&item, &batch).into_iter();
        let packed = packed.filter(|other| *other != batch && fits(&history(other.clone())));
        let steps = packed.map(|other| {
            event(BatchStep {
                batch: other,
                ..step.clone()
            })
        });
        Ok(std::iter::once(event(step.clone())).chain(steps).collect())
    }
}
