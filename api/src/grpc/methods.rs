//! The methods that the schemas declare, whether or not they have a row in the policy table.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use prost::Message as _;
use prost_types::FileDescriptorSet;

/// Whether the schemas declare a method of this path, `/package.Service/Method`.
pub fn exists(path: &str) -> bool {
    PATHS.contains(path)
}

static PATHS: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let files = FileDescriptorSet::decode(sijill_schemas::FILE_DESCRIPTOR_SET);
    // The bytes are made with the program, and a test reads them.
    let files = files.map(|set| set.file).unwrap_or_default();
    let mut paths = BTreeSet::new();
    for file in &files {
        for service in &file.service {
            for method in &service.method {
                let (package, service) = (file.package(), service.name());
                paths.insert(format!("/{package}.{service}/{}", method.name()));
            }
        }
    }
    paths
});

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::policy;

    #[test]
    fn the_descriptors_can_be_read() {
        let set = FileDescriptorSet::decode(sijill_schemas::FILE_DESCRIPTOR_SET).unwrap();
        assert!(!set.file.is_empty());
    }

    /// A new method without a row fails here; at run time it is refused.
    #[test]
    fn every_method_has_a_row_in_the_policy_table_and_every_row_a_method() {
        let without: Vec<&String> = PATHS
            .iter()
            .filter(|path| policy::find(path).is_none())
            .collect();
        assert_eq!(without, [""; 0], "methods without a row");
        let rows = policy::TABLE
            .iter()
            .filter(|service| service.name.starts_with("sijill."));
        for service in rows {
            for row in service.rows {
                let path = format!("/{}/{}", service.name, row.method);
                assert!(exists(&path), "the row {path} is of no method");
            }
        }
    }
}
