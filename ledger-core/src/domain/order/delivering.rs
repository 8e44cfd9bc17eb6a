//! Deliveries: facts that stores recorded, brought by the policy `delivery-on-order`.

use rust_decimal::Decimal;

use super::Decision;
use super::accounts::{Line, Shipment, Stage};
use super::event::{
    BrokenRule, Delivery, DeliveryLine, DeliveryReversal, Event, Inspection, LINES_MAX,
};
use super::findings::Findings;
use super::refusal::Refusal;
use super::state::Book;
use crate::aggregate::{Facts, ensure};
use crate::domain::values::Quantity;
use crate::event::ActorId;

impl Book {
    pub(super) fn record_delivery(&self, mut delivery: Delivery, facts: &Facts) -> Decision {
        by_policy(facts)?;
        delivery.check()?;
        let receipt = &delivery.receipt;
        ensure(
            !self.deliveries.contains_key(receipt),
            Refusal::DeliveryRecorded {
                receipt: receipt.clone(),
            },
        )?;
        let came = std::mem::take(&mut delivery.lines);
        delivery.lines = self.allocated(&delivery, &came);
        let mut findings = Findings::of(Event::DeliveryRecorded(delivery.clone()), facts);
        self.examine(&delivery, &mut findings);
        let mut after = self.clone();
        after.deliver(&delivery).ok_or(Refusal::TooLarge)?;
        findings.follow(after.match_waiting(facts));
        Ok(findings.into_events())
    }

    /// Lines of the order that ask for this item in this store take what came in their order, each what it still lacks; what is
    /// left over goes to the last of them.
    pub(super) fn allocated(
        &self,
        delivery: &Delivery,
        came: &[DeliveryLine],
    ) -> Vec<DeliveryLine> {
        let counts = delivery.supplier == self.supplier;
        let mut remaining: Vec<Decimal> = self.lines.iter().map(Line::remaining).collect();
        let mut allocated = Vec::with_capacity(came.len());
        for line in came {
            let mut left = line.quantity.get();
            let mut shares: Vec<(Option<u16>, Decimal)> = Vec::new();
            for (place, (ordered, lacks)) in self.lines.iter().zip(&mut remaining).enumerate() {
                let asked =
                    ordered.item == line.item && ordered.facility == delivery.receipt.facility;
                if counts && asked {
                    let taken = left.min(*lacks);
                    *lacks -= taken;
                    left -= taken;
                    shares.push((number(place), taken));
                }
            }
            match shares.last_mut() {
                Some((_, share)) => *share += left,
                None => shares.push((None, left)),
            }
            allocated.extend(shares.into_iter().filter_map(|(number, share)| {
                // A part of a legal quantity is one.
                let quantity = Quantity::new(share).ok().filter(|share| !share.is_zero())?;
                Some(DeliveryLine {
                    line: number,
                    quantity,
                    ..line.clone()
                })
            }));
        }
        allocated
    }

    /// What breaks a rule and is recorded all the same.
    fn examine(&self, delivery: &Delivery, findings: &mut Findings<'_>) {
        let lines = delivery.lines.iter();
        let all = lines.fold(Decimal::ZERO, |sum, line| {
            sum.saturating_add(line.quantity.get())
        });
        match self.stage {
            Stage::Placed | Stage::Acknowledged => {}
            Stage::Closed | Stage::Cancelled => {
                findings.open(BrokenRule::AfterClosing, None, Decimal::ZERO, all);
            }
        }
        if delivery.supplier != self.supplier {
            findings.open(BrokenRule::OtherSupplier, None, Decimal::ZERO, all);
            return;
        }
        let mut remaining: Vec<Decimal> = self.lines.iter().map(Line::remaining).collect();
        for line in &delivery.lines {
            let found = line.quantity.get();
            let ordered = line.line.and_then(|number| self.line(number));
            let Some((place, ordered)) = ordered else {
                findings.open(BrokenRule::NotOrdered, None, Decimal::ZERO, found);
                continue;
            };
            if let Some(lacks) = remaining.get_mut(place) {
                if found > *lacks {
                    findings.open(BrokenRule::AboveOrdered, line.line, *lacks, found);
                }
                *lacks = (*lacks - found).max(Decimal::ZERO);
            }
            if let Some(price) = line.unit_price.filter(|price| *price != ordered.price) {
                let expected = ordered.price.amount();
                findings.open(
                    BrokenRule::PriceDiffers,
                    line.line,
                    expected,
                    price.amount(),
                );
            }
        }
    }

    pub(super) fn inspect_delivery(&self, inspection: Inspection, facts: &Facts) -> Decision {
        by_policy(facts)?;
        let receipt = inspection.receipt.clone();
        let mut after = self.clone();
        let parts = match self.deliveries.get(&receipt) {
            None | Some(Shipment::Reversed) => return Err(Refusal::NoDelivery { receipt }),
            Some(Shipment::Standing { inspections, .. })
                if inspections.contains(&inspection.revision) =>
            {
                return Err(Refusal::InspectionRecorded { receipt });
            }
            Some(Shipment::Standing { parts, .. }) => parts,
        };
        let lines = inspection.lines.len();
        ensure(
            (1..=LINES_MAX).contains(&lines),
            Refusal::LineCount { lines },
        )?;
        after
            .inspect(&inspection)
            .ok_or(Refusal::AboveDelivered { receipt })?;
        let found = inspection.lines.clone();
        let mut findings = Findings::of(Event::DeliveryInspected(inspection), facts);
        for line in found.iter().filter(|line| !line.rejected.is_zero()) {
            let part = parts.iter().find(|part| part.item == line.item);
            let number = part.and_then(|part| part.line).and_then(number);
            let (accepted, rejected) = (line.accepted.get(), line.rejected.get());
            findings.open(BrokenRule::Rejected, number, accepted + rejected, accepted);
        }
        findings.follow(after.match_waiting(facts));
        Ok(findings.into_events())
    }

    pub(super) fn reverse_delivery(&self, reversal: DeliveryReversal, facts: &Facts) -> Decision {
        by_policy(facts)?;
        let receipt = reversal.receipt.clone();
        let Some(Shipment::Standing { parts, .. }) = self.deliveries.get(&receipt) else {
            return Err(Refusal::NoDelivery { receipt });
        };
        let mut findings = Findings::of(Event::DeliveryReversed(reversal), facts);
        for (place, line) in self.lines.iter().enumerate() {
            let taken_back = parts
                .iter()
                .filter(|part| part.line == Some(place))
                .fold(Decimal::ZERO, |sum, part| sum + part.accepted);
            let left = (line.accepted - taken_back).min(line.ordered);
            if !taken_back.is_zero() && left < line.invoiced {
                findings.open(
                    BrokenRule::BelowInvoiced,
                    number(place),
                    left,
                    line.invoiced,
                );
            }
        }
        Ok(findings.into_events())
    }
}

impl Delivery {
    /// What holds of any delivery, imported ones too.
    pub(super) fn check(&self) -> Result<(), Refusal> {
        let lines = self.lines.len();
        ensure(
            (1..=LINES_MAX).contains(&lines),
            Refusal::LineCount { lines },
        )?;
        let nothing = self.lines.iter().position(|line| line.quantity.is_zero());
        match nothing {
            None => Ok(()),
            Some(place) => Err(Refusal::ZeroQuantity {
                line: place.saturating_add(1),
            }),
        }
    }
}

/// Number of a line of the order by its place.
pub(super) fn number(place: usize) -> Option<u16> {
    u16::try_from(place.checked_add(1)?).ok()
}

/// Deliveries come from stores; nobody enters them here.
fn by_policy(facts: &Facts) -> Result<(), Refusal> {
    ensure(facts.actor.id == ActorId::System, Refusal::NotAPolicy)
}
