//! While suppliers may bid.

use sijill_ledger_core::domain::tender::{Amendment, Change as Amended, Event};
use sijill_ledger_core::time::Timestamp;

use super::super::record::Record;
use super::super::stage::Stage;
use super::super::step::{Change, Moved};
use super::{Circumstances, Told};

impl Record {
    pub(super) fn bidding(&mut self, event: &Event, at: &Circumstances<'_>) -> Told {
        if let Event::QuestionAsked(question) = event {
            self.questions.0 = self.questions.0.saturating_add(1);
            Told::nothing()
                .referring(question.id.as_str())
                .because(&question.text)
        } else if let Event::QuestionAnswered(answer) = event {
            self.questions.1 = self.questions.1.saturating_add(1);
            Told::nothing()
                .referring(answer.question.as_str())
                .because(&answer.text)
        } else if let Event::TenderAmended(amendment) = event {
            self.amended(amendment)
        } else if let Event::DeadlineExtended(extension) = event {
            self.times.enquiries_until = Some(extension.enquiries_until);
            let moved = self.moved(extension.closes_at);
            Told::nothing()
                .because(&extension.reason)
                .changing(Change::Deadline(moved))
        } else if let Event::OutageRecorded(outage) = event {
            let told = Told::nothing().because(&outage.reason);
            match outage.closes_at {
                None => told,
                Some(closes_at) => told.changing(Change::Deadline(self.moved(closes_at))),
            }
        } else if let Event::DeadlineWitnessed(witness) = event {
            self.outside_witness = Some(witness.outside);
            Told::nothing().referring(&witness.checkpoint.size().to_string())
        } else {
            self.times.closed = Some(at.mark);
            self.go(Stage::Listing, at);
            Told::nothing()
        }
    }

    fn amended(&mut self, amendment: &Amendment) -> Told {
        self.amendments = self.amendments.saturating_add(1);
        let deadline = self.moved(amendment.closes_at);
        let told = match &amendment.change {
            Amended::Documents { after, .. } => {
                let before = std::mem::replace(&mut self.documents, after.clone());
                Told::nothing().changing(Change::Documents {
                    before,
                    after: after.clone(),
                    deadline,
                })
            }
            Amended::Lot { lot, after, before } => {
                let known = self.lot_mut(lot);
                let before = known.map_or_else(
                    || before.clone(),
                    |lot| std::mem::replace(&mut lot.lines, after.clone()),
                );
                Told::lot(lot).changing(Change::Lines {
                    before,
                    after: after.clone(),
                    deadline,
                })
            }
        };
        told.because(&amendment.reason)
    }

    fn moved(&mut self, after: Timestamp) -> Moved {
        let before = self.times.closes_at.replace(after).unwrap_or(after);
        self.outside_witness = None;
        if before != after {
            self.deadline_moves = self.deadline_moves.saturating_add(1);
        }
        Moved { before, after }
    }
}
