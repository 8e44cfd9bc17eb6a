//! Reasons of OpenLMIS card lines, and what each does to a stock.

use std::collections::BTreeMap;

use sijill_ledger_core::domain::stock::LossReason;
use sijill_ledger_core::domain::values::Text;

use crate::cli::errors::{Bilingual, Failure};
use crate::cli::import::csv_file::CsvFile;
use crate::cli::import::rejects::Rejects;

/// What a line with a reason does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Goods from another facility.
    TransferIn,
    /// Goods from outside.
    Receipt,
    /// Handed out to be used.
    Consumption,
    /// Goods to another facility.
    TransferOut,
    /// Back from users.
    Return,
    /// Lost or destroyed.
    Loss(LossReason),
    /// Any other reason that adds.
    Gain(Text),
    /// Any other reason that takes away.
    Reduction(Text),
}

/// Whether a reason adds or takes away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sign {
    Credit,
    Debit,
}

/// Reasons that lines of the published demo data use and its reasons file lacks; found by comparing the lines with
/// OpenLMIS's own stock on hand (DESIGN 14). A reasons file that has them comes first.
const BUILT_IN: [(&str, &str, Sign); 3] = [
    (
        "e3fc3cf3-da18-44b0-a220-77c985202e06",
        "Transfer In",
        Sign::Credit,
    ),
    (
        "b5c27da7-bdda-4790-925a-9484c5dfb594",
        "Consumed",
        Sign::Debit,
    ),
    (
        "313f2f5f-0c22-4626-8c49-3554ef763de3",
        "Receipts",
        Sign::Credit,
    ),
];

/// Reasons by id.
#[derive(Debug)]
pub struct Reasons(BTreeMap<String, Effect>);

impl Reasons {
    /// The built-in reasons.
    pub fn built_in() -> Self {
        let known = BUILT_IN
            .iter()
            .filter_map(|(id, name, sign)| Some(((*id).to_owned(), effect(name, *sign)?)));
        Self(known.collect())
    }

    /// Adds the reasons of a file; they come before those known so far.
    pub fn add(&mut self, file: &CsvFile, rejects: &mut Rejects) -> Result<(), Failure> {
        let (id, name) = (file.column("id")?, file.column("name")?);
        let kind = file.column("reasontype")?;
        let mut seen = BTreeMap::new();
        for row in &file.rows {
            let sign = match row.get(kind) {
                "CREDIT" => Some(Sign::Credit),
                "DEBIT" => Some(Sign::Debit),
                _ => None,
            };
            let effect = sign.and_then(|sign| effect(row.get(name), sign));
            let Some(effect) = effect else {
                let given = row.get(kind);
                let reason = Bilingual::new(
                    format!("نوع السبب {given:?} ليس CREDIT أو DEBIT، أو ينقصه الاسم"),
                    format!(
                        "the reason's type {given:?} is neither CREDIT nor DEBIT, or its name is missing"
                    ),
                );
                rejects.push(file.rejection(row.line, "REASON_UNCLEAR", reason));
                continue;
            };
            if let Some(first) = seen.insert(row.id(id), row.line) {
                let reason = Bilingual::new(
                    format!("معرّف مكرر، ورد في السطر {first}"),
                    format!("duplicate id, first on line {first}"),
                );
                rejects.push(file.rejection(row.line, "DUPLICATE_ID", reason));
                continue;
            }
            self.0.insert(row.id(id), effect);
        }
        Ok(())
    }

    /// What a reason does.
    pub fn get(&self, id: &str) -> Option<&Effect> {
        self.0.get(id)
    }
}

/// The names are those of OpenLMIS's own list of reasons; a name that says more than its type is believed only with
/// that type.
fn effect(name: &str, sign: Sign) -> Option<Effect> {
    let named = match (name.to_lowercase().as_str(), sign) {
        ("transfer in", Sign::Credit) => Effect::TransferIn,
        ("receipts" | "receipt", Sign::Credit) => Effect::Receipt,
        ("facility return", Sign::Credit) => Effect::Return,
        ("consumed", Sign::Debit) => Effect::Consumption,
        ("transfer out", Sign::Debit) => Effect::TransferOut,
        ("damage", Sign::Debit) => Effect::Loss(LossReason::Damaged),
        ("expired", Sign::Debit) => Effect::Loss(LossReason::Expired),
        ("stolen", Sign::Debit) => Effect::Loss(LossReason::Stolen),
        ("lost", Sign::Debit) => Effect::Loss(LossReason::Lost),
        ("passed open-vial time limit", Sign::Debit) => Effect::Loss(LossReason::OpenVialLimit),
        ("cold chain failure", Sign::Debit) => Effect::Loss(LossReason::ColdChainFailure),
        (_, Sign::Credit) => Effect::Gain(Text::new(name).ok()?),
        (_, Sign::Debit) => Effect::Reduction(Text::new(name).ok()?),
    };
    Some(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_believed_only_with_their_type() {
        assert_eq!(
            effect("Expired", Sign::Debit),
            Some(Effect::Loss(LossReason::Expired))
        );
        let odd = effect("Expired", Sign::Credit);
        assert_eq!(odd, Some(Effect::Gain(Text::new("Expired").unwrap())));
        assert_eq!(effect("", Sign::Credit), None);
    }

    #[test]
    fn the_three_missing_reasons_are_built_in() {
        let reasons = Reasons::built_in();
        let consumed = reasons.get("b5c27da7-bdda-4790-925a-9484c5dfb594");
        assert_eq!(consumed, Some(&Effect::Consumption));
        assert_eq!(reasons.0.len(), 3);
    }
}
