//! What is told of the tenders in the end: how many stand at which stage, the next deadlines, where to look.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sijill_ledger_core::domain::ruleset::Ruleset;
use sijill_ledger_core::domain::tender::evaluation::Stage;
use sijill_ledger_core::domain::tender::{End, Tender};
use sijill_ledger_core::domain::values::{EffectiveAt, Names, TenderId};
use sijill_ledger_core::ledger::Ledger;
use sijill_ledger_core::store::embedded::EmbeddedStore;

use super::Tenders;
use crate::cli::data;
use crate::cli::errors::{Bilingual, Failure};
use crate::local::{self, Tongue};

/// Deadlines that are shown.
const DEADLINES: usize = 5;

/// The tenders as the story leaves them.
pub struct Summary {
    /// How many, by stage, in the order of a tender's life.
    stages: BTreeMap<u8, (Bilingual, usize)>,
    /// Tenders on which one can bid, the next deadline first, on the clocks of the country.
    deadlines: Vec<(EffectiveAt, TenderId, Names)>,
    /// What was planted: in words, and the tender to look at first.
    planted: Vec<(Bilingual, TenderId)>,
    envelopes: usize,
}

impl Tenders {
    /// Reads from the ledger how far each tender has come.
    pub async fn summary(&self, ledger: &Ledger<EmbeddedStore>) -> Result<Summary, Failure> {
        let mut summary = Summary {
            stages: BTreeMap::new(),
            deadlines: Vec::new(),
            planted: Vec::new(),
            envelopes: self.cases.iter().map(|case| case.dealt.len()).sum(),
        };
        let national = ledger.state::<Ruleset>(&Ruleset::national()).await;
        let national = national.map_err(|error| data::executing(error, "ruleset"))?;
        let rules = national.rules().cloned().unwrap_or_default().procurement();
        for case in &self.cases {
            let id = &case.plot.id;
            let tender = ledger.state::<Tender>(&Tender::stream(id)).await;
            let tender = tender.map_err(|error| data::executing(error, id.as_str()))?;
            let (order, stage) = stage(&tender);
            let counted = summary.stages.entry(order);
            counted.or_insert((stage, 0)).1 += 1;
            if let Tender::Bidding(bidding) = &tender {
                let closes_at = rules.clocks(0).show(bidding.notice().closes_at);
                let title = &case.plot.title;
                let named = closes_at.map(|at| (at, id.clone(), title.clone()));
                summary.deadlines.extend(named);
            }
        }
        summary
            .deadlines
            .sort_by_key(|(at, id, _)| (*at, id.clone()));
        for planted in &self.planted {
            let Some(first) = planted.tenders.first() else {
                continue;
            };
            let told = self.told(&planted.told, first);
            let told = among(told, &planted.tenders);
            summary.planted.push((told, first.clone()));
        }
        Ok(summary)
    }

    /// With what a late bidder was told, where there was one.
    fn told(&self, told: &Bilingual, tender: &TenderId) -> Bilingual {
        let mut cases = self.cases.iter();
        let case = cases.find(|case| case.plot.id == *tender);
        match case.and_then(|case| case.refused.as_ref()) {
            Some(refused) => Bilingual::new(
                format!("{} («{}»)", told.ar, refused.ar),
                format!("{} (\"{}\")", told.en, refused.en),
            ),
            None => told.clone(),
        }
    }
}

/// With the ids, where several tenders together show it.
fn among(told: Bilingual, tenders: &[TenderId]) -> Bilingual {
    if tenders.len() < 2 {
        return told;
    }
    let ids = tenders.iter().map(TenderId::as_str);
    let ids = ids.collect::<Vec<_>>().join(" ");
    Bilingual::new(format!("{}: {ids}", told.ar), format!("{}: {ids}", told.en))
}

/// A tender's stage in words, and its place in a tender's life.
fn stage(tender: &Tender) -> (u8, Bilingual) {
    match tender {
        Tender::Unknown => (0, Bilingual::new("مخطط لها", "planned")),
        Tender::Draft(_) => (1, Bilingual::new("مسودة", "draft")),
        Tender::Bidding(_) => (2, Bilingual::new("مفتوحة للعطاءات", "open for bids")),
        Tender::Evaluation(evaluation) => {
            let stage = evaluation.stage();
            let place = match stage {
                Stage::Receiving => 3,
                Stage::TechnicalOpening { .. } => 4,
                Stage::TechnicalEvaluation => 5,
                Stage::FinancialOpening { .. } => 6,
                Stage::Awarding => 7,
                Stage::Standstill { .. } => 8,
                Stage::Final => 9,
            };
            let told = Bilingual::new(format!("{stage:#}"), stage.to_string());
            (place, told)
        }
        Tender::Ended(ended) => match ended.end {
            End::Completed => (10, Bilingual::new("تمت", "complete")),
            End::Failed => (11, Bilingual::new("بلا فائز", "failed")),
            End::Cancelled => (12, Bilingual::new("ملغاة", "cancelled")),
        },
    }
}

impl Summary {
    /// In words, one line each.
    pub fn told(&self) -> Vec<Bilingual> {
        let stages = self.stages.values();
        let counted: Vec<(String, String)> = stages
            .map(|(stage, count)| {
                (
                    format!("{} {count}", stage.ar),
                    format!("{count} {}", stage.en),
                )
            })
            .collect();
        let (ar, en): (Vec<String>, Vec<String>) = counted.into_iter().unzip();
        let (tenders, envelopes) = (self.count(), self.envelopes);
        let mut told = vec![
            Bilingual::new(
                format!("{tenders} مناقصة و{envelopes} مظروفًا مختومًا"),
                format!("{tenders} tenders, {envelopes} sealed envelopes"),
            ),
            Bilingual::new(ar.join("؛ "), en.join("; ")),
        ];
        for (at, id, title) in self.deadlines.iter().take(DEADLINES) {
            told.push(Bilingual::new(
                format!(
                    "آخر موعد {}: {id}، {}",
                    local::shown(*at, Tongue::Arabic),
                    title.ar
                ),
                format!(
                    "closes {}: {id}, {}",
                    local::shown(*at, Tongue::English),
                    title.en
                ),
            ));
        }
        told
    }

    /// What was planted, each with the command that shows it.
    pub fn irregularities(&self, data: &str) -> Vec<(Bilingual, String)> {
        let planted = self.planted.iter();
        let told = planted.map(|(told, tender)| {
            let command = format!("sijill query history --data {data} tender:{tender}");
            (told.clone(), command)
        });
        told.collect()
    }

    /// The same for programs.
    pub fn json(&self) -> Value {
        let stages = self.stages.values();
        let stages: Vec<Value> = stages
            .map(|(stage, count)| json!({ "ar": stage.ar, "en": stage.en, "tenders": count }))
            .collect();
        let deadlines = self.deadlines.iter();
        let deadlines: Vec<Value> = deadlines
            .map(|(at, id, _)| json!({ "tender": id.as_str(), "closes_at": at.at().to_string() }))
            .collect();
        json!({
            "tenders": self.count(),
            "envelopes": self.envelopes,
            "stages": stages,
            "open": deadlines,
        })
    }

    fn count(&self) -> usize {
        self.stages.values().map(|(_, count)| count).sum()
    }
}
