//! `--store`: the ledger on a cluster of `KurrentDB` or `EventStoreDB`, with the feature `kurrentdb`; without it, what to do instead.

#[cfg(feature = "kurrentdb")]
mod moving;
#[cfg(feature = "kurrentdb")]
mod running;

use std::path::Path;

use super::errors::{Bilingual, Failure};

#[cfg(not(feature = "kurrentdb"))]
pub use absent::{migrate, open};
#[cfg(feature = "kurrentdb")]
pub use moving::migrate;
#[cfg(feature = "kurrentdb")]
pub use running::{open, stopped};

/// An address, or `@FILE`: a file that holds it, for everyone on a machine may read the arguments of a process.
pub fn address(given: &str) -> Result<String, Failure> {
    let Some(file) = given.strip_prefix('@').map(Path::new) else {
        return Ok(given.to_owned());
    };
    let text = std::fs::read_to_string(file).map_err(|error| Failure::unreadable(file, &error))?;
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    match (lines.next(), lines.next()) {
        (Some(address), None) => Ok(address.to_owned()),
        _ => Err(Failure::Input {
            file: file.to_owned(),
            text: Bilingual::new(
                "المنتظر سطر واحد: عنوان العنقود، مثل kurrentdb://user:password@host:2113",
                "one line is expected: the cluster's address, such as kurrentdb://user:password@host:2113",
            ),
        }),
    }
}

/// What a build without the feature answers.
#[cfg(not(feature = "kurrentdb"))]
mod absent {
    use std::path::Path;

    use sijill_ledger_core::log::policy::Policy;

    use super::address;
    use crate::cli::errors::{Bilingual, Failure};
    use crate::cli::migrate;
    use crate::cli::output::Ui;
    use crate::grpc::node::Node;

    #[allow(clippy::unused_async, reason = "the same call with the feature")]
    pub async fn open(store: &str, _: &Path, _: Option<&str>, _: Policy) -> Result<Node, Failure> {
        address(store)?;
        Err(not_built())
    }

    #[allow(clippy::unused_async, reason = "the same call with the feature")]
    pub async fn migrate(arguments: &migrate::Arguments, _: &mut Ui) -> Result<(), Failure> {
        address(&arguments.to)?;
        Err(not_built())
    }

    fn not_built() -> Failure {
        Failure::Usage(Bilingual::new(
            "بُني هذا البرنامج دون الخاصية kurrentdb؛ ابنِه بها: cargo build --release --features kurrentdb",
            "this program was built without the feature kurrentdb; build it with it: cargo build --release --features kurrentdb",
        ))
    }
}
