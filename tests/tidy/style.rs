//! Style rules: comments, sizes of files and folders, output, and ignored tests.

use std::collections::BTreeMap;
use std::path::Path;

use super::sources::{RUST_FOLDERS, Source, assert_none, find_matches, rust_files, source_files};

const MAX_FILE_LINES: usize = 400;

/// The maximum number of files in a folder, without `mod.rs`, `lib.rs` and `main.rs`.
const MAX_FILES: usize = 16;

/// The folders with one file per item of a registry, which may be longer.
const REGISTRIES: &[&str] = &[
    "commands",
    "src/domain/delivery",
    "src/sandbox/page",
    "src/slack/blocks",
    "src/slack/commands",
    "src/worker/jobs",
];

/// Returns the Rust files and the files of the sandbox page.
fn all_files() -> Vec<Source> {
    let mut files = rust_files(RUST_FOLDERS);
    files.extend(source_files("src/sandbox/page", &["html", "css", "js"]));
    files
}

#[test]
fn every_file_starts_with_a_module_comment() {
    let violations: Vec<String> = rust_files(RUST_FOLDERS)
        .into_iter()
        .filter(|source| !source.text.starts_with("//! "))
        .map(|source| source.path)
        .collect();
    assert_none("Files without a //! comment:", &violations);
}

#[test]
fn every_public_item_has_a_doc_comment() {
    let kinds = [
        "fn ",
        "async fn ",
        "const fn ",
        "struct ",
        "enum ",
        "trait ",
        "type ",
        "const ",
        "static ",
    ];
    let mut violations = Vec::new();
    let mut sources = rust_files(&["src", "commands"]);
    sources.retain(|source| !source.path.contains("/tests/"));
    for source in sources {
        let (mut is_documented, mut is_attribute) = (false, false);
        for (index, row) in source.text.lines().enumerate() {
            let code = row.trim_start();
            if code.starts_with("$(#[") {
                is_documented = true; // The macro forwards the doc comment.
                continue;
            }
            if is_attribute || code.starts_with("#[") {
                is_attribute = !code.ends_with(']');
                continue;
            }
            let item = code.strip_prefix("pub ").unwrap_or_default();
            if !is_documented && kinds.iter().any(|kind| item.starts_with(kind)) {
                violations.push(format!("{}:{}: {code}", source.path, index + 1));
            }
            is_documented = code.starts_with("///");
        }
    }
    assert_none("Public items without a doc comment:", &violations);
}

#[test]
fn files_stay_below_the_line_limit() {
    let violations: Vec<String> = all_files()
        .iter()
        .map(|source| (source, source.text.lines().count()))
        .filter(|(_, length)| *length > MAX_FILE_LINES)
        .map(|(source, length)| format!("{}: {length}", source.path))
        .collect();
    assert_none("Files with more than 400 lines:", &violations);
}

#[test]
fn folders_stay_below_the_file_limit() {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for source in all_files() {
        let path = Path::new(&source.path);
        let roots = ["mod.rs", "lib.rs", "main.rs"];
        let is_root = roots.iter().any(|root| path.ends_with(root));
        let folder = path.parent().unwrap().to_str().unwrap().to_owned();
        *counts.entry(folder).or_default() += usize::from(!is_root);
    }
    let violations: Vec<String> = counts
        .into_iter()
        .filter(|(folder, count)| *count > MAX_FILES && !REGISTRIES.contains(&folder.as_str()))
        .map(|(folder, count)| format!("{folder}: {count}"))
        .collect();
    assert_none("Folders with too many files:", &violations);
}

#[test]
fn only_the_command_line_writes_output() {
    let mut sources = rust_files(&["src", "commands"]);
    let writers = [
        "src/cli/mod.rs",
        "src/cli/import/progress.rs",
        "src/logging.rs",
    ];
    sources.retain(|source| !writers.contains(&source.path.as_str()));
    assert_none(
        "Only the log, src/cli/mod.rs and the progress of an import may write output:",
        &find_matches(&sources, &["io::stdout()", "io::stderr().", "eprint"]),
    );
}

#[test]
fn tests_are_not_ignored_and_do_not_sleep() {
    let mut violations = Vec::new();
    for source in rust_files(RUST_FOLDERS) {
        // The rules contain these strings themselves.
        let is_rule = source.path.starts_with("tests/tidy");
        for needle in ["#[ignore", "sleep("] {
            if !is_rule && source.tests().contains(needle) {
                violations.push(format!("{}: {needle}", source.path));
            }
        }
    }
    assert_none("Tests must not be ignored and must not sleep:", &violations);
}
