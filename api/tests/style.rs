//! The architecture's invariants (DESIGN 1), read from the sources: who may know whom, who may append.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // tests

use std::fs;
use std::path::{Path, PathBuf};

/// Lines of a file and of a function that a reader can hold; beyond the ceiling the test fails, below it reports.
const FILE_LINES_AIM: usize = 450;
const FILE_LINES_MAX: usize = 700;
const FUNCTION_LINES_AIM: usize = 80;
const FUNCTION_LINES_MAX: usize = 120;

struct Source {
    path: String,
    /// Without comments and without the test module at its end.
    code: String,
    lines: Vec<String>,
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The sources under a directory of the workspace, tests and test support left out.
fn sources(dir: &str) -> Vec<Source> {
    let mut found = Vec::new();
    collect(&workspace().join(dir), &mut found);
    assert!(!found.is_empty(), "no sources under {dir}");
    found
}

fn collect(dir: &Path, found: &mut Vec<Source>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    for path in entries {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let is_support =
            ["tests", "tests.rs", "testing.rs", "sim.rs", "arbitrary"].contains(&&*name);
        if is_support {
            continue;
        }
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(source(&path));
        }
    }
}

fn source(path: &Path) -> Source {
    let text = fs::read_to_string(path).unwrap();
    let text = text
        .split("\n#[cfg(test)]\nmod ")
        .next()
        .unwrap_or_default();
    let is_code = |line: &&str| !line.trim_start().starts_with("//");
    let relative = path.strip_prefix(workspace()).unwrap();
    Source {
        path: relative.to_string_lossy().into_owned(),
        code: text.lines().filter(is_code).collect::<Vec<_>>().join("\n"),
        lines: text.lines().map(str::to_owned).collect(),
    }
}

/// What a source takes from a module: the names after each `module::`, those in braces one by one.
fn taken_from(code: &str, module: &str) -> Vec<String> {
    let needle = format!("{module}::");
    let mut taken = Vec::new();
    for (at, _) in code.match_indices(&needle) {
        let rest = &code[at + needle.len()..];
        if let Some(list) = rest.strip_prefix('{') {
            let list = list.split('}').next().unwrap_or_default();
            let names = list
                .split(',')
                .map(str::trim)
                .filter(|name| !name.is_empty());
            taken.extend(names.map(str::to_owned));
        } else {
            let is_name = |c: char| c.is_alphanumeric() || c == '_';
            taken.push(rest.chars().take_while(|c| is_name(*c)).collect());
        }
    }
    taken
}

fn violations(dir: &str, forbidden: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources(dir) {
        for needle in forbidden {
            if source.code.contains(needle) {
                found.push(format!("{} uses {needle}", source.path));
            }
        }
    }
    found
}

#[test]
fn the_domain_does_no_io_reads_no_clock_draws_no_randomness_and_knows_no_wire_format() {
    let forbidden = [
        "crate::codec",
        "crate::ledger",
        "crate::follower",
        "sijill_schemas",
        "prost",
        "tokio",
        "std::fs",
        "std::io",
        "std::net",
        "std::env",
        "std::thread",
        "std::time",
        "SystemTime",
        "Instant::now",
        "Timestamp::now",
        "Zoned::now",
        "SystemClock",
        "getrandom",
        "rand::",
    ];
    assert_eq!(
        violations("ledger-core/src/domain", &forbidden),
        Vec::<String>::new()
    );
}

/// Streams are named, and a disclosure recomputes a commitment; nothing else of the store is known to the domain.
#[test]
fn the_domain_knows_of_the_store_only_names_and_commitments() {
    let allowed = [
        "StreamName",
        "Part",
        "PartClass",
        "PART_BYTES_MAX",
        "PARTS_MAX",
    ];
    for source in sources("ledger-core/src/domain") {
        for name in taken_from(&source.code, "crate::store") {
            assert!(
                allowed.contains(&&*name),
                "{} takes {name} from the store",
                source.path
            );
        }
    }
}

#[test]
fn the_store_knows_no_domain() {
    let forbidden = [
        "crate::domain",
        "crate::event",
        "crate::aggregate",
        "crate::codec",
        "crate::ledger",
        "sijill_schemas",
        "prost",
    ];
    assert_eq!(
        violations("ledger-core/src/store", &forbidden),
        Vec::<String>::new()
    );
}

#[test]
fn wire_types_stop_at_the_codec() {
    let outside = sources("ledger-core/src")
        .into_iter()
        .chain(sources("projections/src"));
    for source in outside.chain(sources("api/src")) {
        // These are clients: they print what a service answers, and how fast.
        let edge = [
            "ledger-core/src/codec/",
            "api/src/grpc",
            "api/src/cli/bench/",
            "api/src/cli/bid/",
            "api/src/cli/call/",
            "api/src/cli/committee/",
            "api/src/cli/digest.rs",
            "api/src/cli/document/",
            "api/src/cli/proof.rs",
            "api/src/cli/query/",
            "api/src/cli/remote.rs",
            "api/src/cli/ruleset/",
            "api/src/cli/wire/",
        ];
        let is_edge = edge.iter().any(|edge| source.path.starts_with(edge));
        let knows = source.code.contains("sijill_schemas") || source.code.contains("prost::");
        assert!(is_edge || !knows, "{} knows wire types", source.path);
    }
}

#[test]
fn projections_never_append() {
    let forbidden = [
        ".append(",
        ".submit(",
        ".execute(",
        "Ledger",
        "ledger::",
        "SystemClock",
        "getrandom",
    ];
    assert_eq!(
        violations("projections/src", &forbidden),
        Vec::<String>::new()
    );
}

/// The length of every function: from a line that declares one to the closing brace at the same depth.
fn functions(source: &Source) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    for (start, line) in source.lines.iter().enumerate() {
        let indent = line.len() - line.trim_start().len();
        let declares = line
            .trim_start()
            .split(' ')
            .take_while(|word| *word != "=")
            .take(5);
        if !declares.clone().any(|word| word == "fn") || line.trim_start().starts_with("//") {
            continue;
        }
        let closing = format!("{}}}", " ".repeat(indent));
        let end = source.lines[start..]
            .iter()
            .position(|line| *line == closing);
        if let Some(length) = end {
            found.push((format!("{}:{}", source.path, start + 1), length + 1));
        }
    }
    found
}

#[test]
fn files_and_functions_stay_readable() {
    let crates = [
        "schemas/src",
        "ledger-core/src",
        "projections/src",
        "api/src",
    ];
    let all: Vec<Source> = crates.into_iter().flat_map(sources).collect();
    let mut files: Vec<(usize, &str)> = all.iter().map(|s| (s.lines.len(), &*s.path)).collect();
    files.sort_unstable_by(|a, b| b.cmp(a));
    let mut longest: Vec<(usize, String)> = all
        .iter()
        .flat_map(functions)
        .map(|(place, lines)| (lines, place))
        .collect();
    longest.sort_unstable_by(|a, b| b.cmp(a));
    assert!(longest.len() > 100, "functions were found");
    for (lines, path) in files
        .iter()
        .take_while(|(lines, _)| *lines > FILE_LINES_AIM)
    {
        println!("long file: {path} has {lines} lines, aim {FILE_LINES_AIM}");
    }
    for (lines, place) in longest
        .iter()
        .take_while(|(lines, _)| *lines > FUNCTION_LINES_AIM)
    {
        println!("long function: {place} has {lines} lines, aim {FUNCTION_LINES_AIM}");
    }
    assert!(files[0].0 <= FILE_LINES_MAX, "{:?}", files[0]);
    assert!(longest[0].0 <= FUNCTION_LINES_MAX, "{:?}", longest[0]);
}
