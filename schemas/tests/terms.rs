//! One Arabic word for one thing: the table of schemas/README.md names the words that are not used, and nothing that a person reads
//! has one of them.
#![allow(clippy::unwrap_used, reason = "a test may fall")]

use std::fs;
use std::path::{Path, PathBuf};

/// What stands in the third column of the table.
fn refused(readme: &str) -> Vec<String> {
    let (_, section) = readme.split_once("\n## Arabic terms\n").unwrap();
    let (section, _) = section.split_once("\n## ").unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| "));
    let cells = rows.map(|row| row.split('|').nth(3).unwrap());
    cells
        .flat_map(|cell| cell.split('`').skip(1).step_by(2))
        .map(str::to_owned)
        .collect()
}

/// Sources without tests, whose samples are bytes that never change.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.is_dir() && name != "tests" {
            sources(&path, found);
        } else if path.extension().is_some_and(|it| it == "rs") && name != "tests.rs" {
            found.push(path);
        }
    }
}

#[test]
fn no_text_has_a_word_that_is_not_used() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let refused = refused(&fs::read_to_string(root.join("schemas/README.md")).unwrap());
    assert!(refused.len() >= 10, "{refused:?}");
    let mut files = vec![root.join("README.ar.md")];
    for folder in ["ledger-core/src", "projections/src", "api/src"] {
        sources(&root.join(folder), &mut files);
    }
    assert!(files.len() > 500, "{}", files.len());
    let mut found = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        for (number, line) in (1..).zip(text.lines()) {
            let words = refused.iter().filter(|word| line.contains(word.as_str()));
            found.extend(words.map(|word| format!("{}:{number}: {word}", file.display())));
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}
