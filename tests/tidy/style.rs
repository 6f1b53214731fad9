//! Style rules: comments, lengths, debug output, names and imports.

use std::path::Path;

use super::sources::{Source, assert_none, find_matches, rust_files, source_files};

/// The maximum length of a file, in lines.
const MAX_FILE_LINES: usize = 400;

/// The maximum length of a function, in lines.
const MAX_FUNCTION_LINES: usize = 40;

#[test]
fn every_file_starts_with_a_module_comment() {
    let silent = rust_files(&["src", "commands", "tests", "benches"])
        .into_iter()
        .filter(|source| !source.text.starts_with("//! "))
        .map(|source| source.path);
    assert_none("Files without a //! comment:", silent.collect());
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
    let mut broken = Vec::new();
    for source in rust_files(&["src", "commands"]) {
        let (mut documented, mut in_attribute) = (false, false);
        for (number, line) in source.text.lines().enumerate() {
            let code = line.trim_start();
            if code.starts_with("$(#[") {
                documented = true; // The macro forwards the doc comment.
                continue;
            }
            if in_attribute || code.starts_with("#[") {
                in_attribute = !code.ends_with(']');
                continue;
            }
            let item = code.strip_prefix("pub ").unwrap_or_default();
            if !documented && kinds.iter().any(|kind| item.starts_with(kind)) {
                broken.push(format!("{}:{}: {code}", source.path, number + 1));
            }
            documented = code.starts_with("///");
        }
    }
    assert_none("Public items without a doc comment:", broken);
}

#[test]
fn files_stay_below_the_line_limit() {
    let mut files = rust_files(&["src", "commands", "tests", "benches"]);
    files.extend(source_files("src/sandbox/page", &["html", "css", "js"]));
    let long = files
        .iter()
        .map(|source| (source, source.text.lines().count()))
        .filter(|(_, lines)| *lines > MAX_FILE_LINES)
        .map(|(source, lines)| format!("{}: {lines}", source.path));
    assert_none(
        "A source file must not be longer than 400 lines:",
        long.collect(),
    );
}

#[test]
fn test_functions_stay_below_the_line_limit() {
    let folders = [
        "tests/browser",
        "tests/sandbox",
        "tests/store",
        "tests/tidy",
    ];
    let sources = rust_files(&folders);
    let functions = sources.iter().flat_map(functions);
    let long = functions.filter(|(_, lines)| *lines > MAX_FUNCTION_LINES);
    assert_none(
        "Functions must not be longer than 40 lines:",
        long.map(|(place, lines)| format!("{place}: {lines}"))
            .collect(),
    );
}

/// Returns the location and the number of lines of each function.
fn functions(source: &Source) -> Vec<(String, usize)> {
    let lines: Vec<&str> = source.text.lines().collect();
    let mut found = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        let code = line.trim_start();
        let head = code.split('(').next().unwrap_or_default();
        let is_function = head.split(' ').any(|word| word == "fn") && !code.starts_with("//");
        let end = format!("{}}}", &line[..line.len() - code.len()]);
        let after = lines[number..].iter().position(|line| **line == end);
        if let Some(after) = after.filter(|_| is_function) {
            found.push((format!("{}:{}", source.path, number + 1), after + 1));
        }
    }
    found
}

#[test]
fn code_contains_no_debug_output_todos_or_ignored_tests() {
    let mut sources = rust_files(&["src", "commands"]);
    let loud = [
        "println!",
        "print!(",
        "eprint!(",
        "dbg!(",
        "todo!(",
        "unimplemented!(",
    ];
    assert_none(
        "Only the log and main.rs may write output:",
        find_matches(&sources, &loud),
    );

    sources.extend(rust_files(&["tests"]));
    let mut broken = Vec::new();
    for source in &sources {
        // The rules contain these strings themselves.
        let is_rule = source.path.starts_with("tests/tidy");
        for needle in ["#[ignore", "sleep("] {
            if !is_rule && source.tests().contains(needle) {
                broken.push(format!("{}: {needle}", source.path));
            }
        }
    }
    assert_none("Tests must not be ignored and must not sleep:", broken);
}

#[test]
fn file_names_are_specific_and_imports_are_explicit() {
    let empty_words = ["utils", "helpers", "common", "types", "manager", "service"];
    let sources = rust_files(&["src", "commands", "tests", "benches"]);
    let vague = sources.iter().filter(|source| {
        let stem = Path::new(&source.path)
            .file_stem()
            .unwrap()
            .to_str()
            .unwrap();
        empty_words.contains(&stem)
    });
    assert_none(
        "File names that are too general:",
        vague.map(|it| it.path.clone()).collect(),
    );
    let allowed = "slack_morphism::prelude::*;";
    let others = sources.into_iter().map(|source| Source {
        text: source.text.replace(allowed, ""),
        path: source.path,
    });
    let wild = find_matches(&others.collect::<Vec<_>>(), &["::*;"]);
    assert_none("Glob imports:", wild);
}
