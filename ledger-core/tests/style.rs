//! Data flows one way, and the folders say which: a test over what each room names.
//!
//! Invariants of DESIGN 1. A line that breaks one is listed with its file and number.
#![allow(clippy::unwrap_used, reason = "a test may fall")]

use std::fs;
use std::path::{Path, PathBuf};

/// What a room may not name, and where it may all the same.
struct Rule {
    room: &'static str,
    never: &'static [&'static str],
    except: &'static [&'static str],
    why: &'static str,
}

const RULES: &[Rule] = &[
    Rule {
        room: "ledger-core/src/domain",
        never: &[
            "crate::codec",
            "crate::ledger",
            "crate::policies",
            "crate::follower",
            "crate::time::SystemClock",
            "std::fs",
            "std::io",
            "std::net",
            "std::env",
            "std::time",
            "std::thread",
            "tokio",
            "prost",
            "sijill_schemas",
            "getrandom",
            "Uuid::new_v4",
            "HashMap",
        ],
        except: &[],
        why: "the domain does no I/O, reads no clock, draws no randomness, knows no wire types, and its order is fixed",
    },
    Rule {
        room: "ledger-core/src/store",
        never: &[
            "crate::domain",
            "crate::codec",
            "crate::event",
            "crate::aggregate",
            "crate::ledger",
            "sijill_schemas",
            "prost",
        ],
        except: &[],
        why: "a store moves bytes and knows no domain",
    },
    Rule {
        room: "ledger-core/src",
        never: &["sijill_schemas"],
        except: &["ledger-core/src/codec", "ledger-core/src/lib.rs"],
        why: "only the codec knows both bytes and domain",
    },
    Rule {
        room: "ledger-core/src",
        never: &[
            "store.submit(",
            "store.append(",
            "store().submit(",
            "store().append(",
        ],
        except: &["ledger-core/src/ledger", "ledger-core/src/store"],
        why: "only the ledger appends",
    },
    Rule {
        room: "projections/src",
        never: &[
            "Ledger",
            "store.submit(",
            "store.append(",
            "sijill_schemas",
            "std::time",
            "SystemClock",
            "HashSet",
        ],
        except: &[],
        why: "views never append, read no clock and have one order",
    },
    Rule {
        room: "api/src",
        never: &["sijill_schemas", "prost"],
        except: &["api/src/grpc", "api/src/parse.rs"],
        why: "wire types stop at the two edges",
    },
    Rule {
        room: "schemas/src",
        never: &["sijill_ledger_core", "sijill_projections"],
        except: &[],
        why: "wire types have no logic",
    },
];

#[test]
fn every_room_names_only_what_it_may() {
    let mut broken = Vec::new();
    for rule in RULES {
        for file in sources(&root().join(rule.room)) {
            let name = file.strip_prefix(root()).unwrap().display().to_string();
            if rule.except.iter().any(|allowed| name.starts_with(allowed)) {
                continue;
            }
            for (number, line) in (1..).zip(fs::read_to_string(&file).unwrap().lines()) {
                let code = line.split("//").next().unwrap_or_default();
                if let Some(word) = rule.never.iter().find(|word| code.contains(*word)) {
                    broken.push(format!("{name}:{number}: {word}: {}", rule.why));
                }
            }
        }
    }
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

#[test]
fn files_and_lines_stay_readable() {
    let long: Vec<String> = ["schemas", "ledger-core", "projections", "api"]
        .iter()
        .flat_map(|package| sources(&root().join(package).join("src")))
        .filter_map(|file| {
            let lines = fs::read_to_string(&file).unwrap().lines().count();
            // Tests and tables of refusals may be longer: nobody reads them from top to bottom.
            let limit = if file.ends_with("refusal.rs") || file.to_string_lossy().contains("tests")
            {
                900
            } else {
                520
            };
            (lines > limit).then(|| format!("{}: {lines} lines", file.display()))
        })
        .collect();
    assert!(long.is_empty(), "split these files:\n{}", long.join("\n"));
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_path_buf()
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}
