//! Public output rows, for the digest: fields separated by tabs, no text can hold one.

use sijill_ledger_core::domain::process::Party;
use sijill_ledger_core::domain::values::Text;

use super::Processes;

impl Processes {
    /// Per process: `process`, `award` and `supplier` rows, `release` rows.
    pub(super) fn each_row(&self, sink: &mut dyn FnMut(&[u8])) {
        for (ocid, process) in &self.by_ocid {
            let row = self.row(ocid, process);
            let fields = [
                shown(row.title),
                party(row.buyer.as_ref()),
                party(row.procuring_entity.as_ref()),
                shown(row.status),
                shown(row.method),
                shown(row.value),
                shown(row.tenderers),
            ];
            sink(format!("process\t{ocid}\t{}", fields.join("\t")).as_bytes());
            for award in &row.awards {
                let (status, value) = (shown(award.status.as_ref()), shown(award.value));
                let id = &award.id;
                sink(format!("award\t{ocid}\t{id}\t{status}\t{value}").as_bytes());
                let mut suppliers: Vec<_> = award.suppliers.iter().collect();
                suppliers.sort_unstable();
                for supplier in suppliers {
                    let supplier = party(Some(supplier));
                    sink(format!("supplier\t{ocid}\t{id}\t{supplier}").as_bytes());
                }
            }
            for release in &process.releases {
                let release = self.release(release);
                let tags: Vec<&str> = release.tags.iter().map(Text::as_str).collect();
                let row = format!(
                    "release\t{ocid}\t{}\t{}\t{}\t{}\t{}\t{}\t{}",
                    release.id,
                    release.date.as_micros(),
                    release.index,
                    release.sha256,
                    release.bytes,
                    release.source,
                    tags.join("\t"),
                );
                sink(row.as_bytes());
            }
        }
    }
}

fn party(party: Option<&Party>) -> String {
    let (id, name) = party.map_or((None, None), |p| (p.id.as_ref(), p.name.as_ref()));
    format!("{}\t{}", shown(id), shown(name))
}

fn shown<T: ToString>(value: Option<T>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}
