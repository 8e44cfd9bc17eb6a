//! Quarantine, release and recall of a batch in one store.

use super::Decision;
use super::event::{BatchStep, Event};
use super::refusal::Refusal;
use super::rules::{check_open, profile};
use super::state::Stock;
use crate::aggregate::{Facts, ensure};

impl Stock {
    pub(super) fn quarantine(&self, step: BatchStep, facts: &Facts) -> Decision {
        self.check_step(&step, facts, |history| {
            !history.is_blocked(facts.effective.at())
        })?;
        Ok(vec![Event::BatchQuarantined(step)])
    }

    pub(super) fn release(&self, step: BatchStep, facts: &Facts) -> Decision {
        let at = facts.effective.at();
        self.check_step(&step, facts, |history| {
            history.is_blocked(at) && !history.is_recalled(at)
        })?;
        Ok(vec![Event::BatchReleased(step)])
    }

    pub(super) fn recall(&self, step: BatchStep, facts: &Facts) -> Decision {
        self.check_step(&step, facts, |history| {
            !history.is_recalled(facts.effective.at())
        })?;
        Ok(vec![Event::BatchRecalled(step)])
    }

    fn check_step(
        &self,
        step: &BatchStep,
        facts: &Facts,
        fits: impl Fn(&super::BatchHistory) -> bool,
    ) -> Result<(), Refusal> {
        check_open(facts)?;
        profile(&step.item, facts)?;
        self.check_time(facts.effective, facts)?;
        let here = self
            .cards_of(&step.item)
            .any(|(key, _)| key.batch.as_ref() == Some(&step.batch));
        let (item, batch) = (step.item.clone(), step.batch.clone());
        ensure(
            here,
            Refusal::BatchUnknown {
                item: item.clone(),
                batch: batch.clone(),
            },
        )?;
        let history = self
            .batches
            .get(&(item.clone(), batch.clone()))
            .cloned()
            .unwrap_or_default();
        ensure(fits(&history), Refusal::BatchStep { item, batch })
    }
}
