//! Public output rows for the digest: one per tender, with everything that its public events say, and one per entry of the registers
//! that figures rest on.

use super::Tenders;

impl Tenders {
    /// Rows in the order of kinds and ids. A record is written as JSON: names of fields, then values, in one fixed order.
    pub(super) fn each_row(&self, sink: &mut dyn FnMut(&[u8])) {
        let mut line = Vec::new();
        let mut put = |kind: &str, id: &str, content: Result<Vec<u8>, serde_json::Error>| {
            line.clear();
            line.extend_from_slice(kind.as_bytes());
            line.push(b'\t');
            line.extend_from_slice(id.as_bytes());
            line.push(b'\t');
            // Records have texts for keys and no floats: they are written. Were one not, its row would still say that it is there.
            line.extend_from_slice(&content.unwrap_or_default());
            sink(&line);
        };
        for (id, number) in &self.numbers {
            if let Some(record) = self.record(*number) {
                put("tender", id.as_str(), serde_json::to_vec(record));
                for step in &record.steps {
                    put(
                        "step",
                        id.as_str(),
                        serde_json::to_vec(&(step, self.who(step))),
                    );
                }
            }
        }
        for (number, who) in self.actors.iter() {
            put("actor", &number.to_string(), serde_json::to_vec(who));
        }
        for (id, organization) in &self.world.organizations {
            put(
                "organization",
                id.as_str(),
                serde_json::to_vec(organization),
            );
        }
        for (code, item) in &self.world.items {
            put("item", code.as_str(), serde_json::to_vec(item));
        }
        for (id, plan) in &self.world.plans {
            put("plan", id.as_str(), serde_json::to_vec(plan));
        }
        for (id, security) in &self.world.securities {
            put("security", id.as_str(), serde_json::to_vec(security));
        }
    }
}
