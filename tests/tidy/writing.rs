//! How code is written: documented, short, finished, and named for what it is.

use std::path::Path;

use super::sources::{Source, found, none, rust, sources};

/// The longest that a file may be, in lines.
const LONGEST_FILE: usize = 400;

/// The longest that a function may be, in lines.
const LONGEST_FUNCTION: usize = 40;

#[test]
fn every_file_says_what_lives_in_it() {
    let silent = rust(&["src", "commands", "tests", "benches"])
        .into_iter()
        .filter(|source| !source.text.starts_with("//! "))
        .map(|source| source.path);
    none("Begin these with //!:", silent.collect());
}

#[test]
fn everything_public_says_what_it_is() {
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
    for source in rust(&["src", "commands"]) {
        let (mut documented, mut in_attribute) = (false, false);
        for (number, line) in source.text.lines().enumerate() {
            let code = line.trim_start();
            if code.starts_with("$(#[") {
                documented = true; // A macro hands the comment on.
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
    none("Say with /// what these are:", broken);
}

#[test]
fn no_file_is_too_long() {
    let mut files = rust(&["src", "commands", "tests", "benches"]);
    files.extend(sources("src/sandbox/page", &["html", "css", "js"]));
    let long = files
        .iter()
        .map(|source| (source, source.text.lines().count()))
        .filter(|(_, lines)| *lines > LONGEST_FILE)
        .map(|(source, lines)| format!("{}: {lines}", source.path));
    none(
        "A file has one subject and 400 lines at the most:",
        long.collect(),
    );
}

#[test]
fn no_function_is_too_long_where_all_have_been_split() {
    let folders = [
        "tests/browser",
        "tests/sandbox",
        "tests/store",
        "tests/tidy",
    ];
    let sources = rust(&folders);
    let functions = sources.iter().flat_map(functions);
    let long = functions.filter(|(_, lines)| *lines > LONGEST_FUNCTION);
    none(
        "A function fits on a screen:",
        long.map(|(place, lines)| format!("{place}: {lines}"))
            .collect(),
    );
}

/// Gives where each function begins, with how many lines it has.
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
fn nothing_is_left_half_done_or_said_past_the_log() {
    let mut sources = rust(&["src", "commands"]);
    let loud = [
        "println!",
        "print!(",
        "eprint!(",
        "dbg!(",
        "todo!(",
        "unimplemented!(",
    ];
    none(
        "Logs and main.rs speak; nothing else does:",
        found(&sources, &loud),
    );

    sources.extend(rust(&["tests"]));
    let mut broken = Vec::new();
    for source in &sources {
        // The rules themselves name what they forbid.
        let is_rule = source.path.starts_with("tests/tidy");
        for needle in ["#[ignore", "sleep("] {
            if !is_rule && source.tests().contains(needle) {
                broken.push(format!("{}: {needle}", source.path));
            }
        }
    }
    none("A test runs, and waits for what it waits for:", broken);
}

#[test]
fn names_and_imports_say_what_they_mean() {
    let empty_words = ["utils", "helpers", "common", "types", "manager", "service"];
    let sources = rust(&["src", "commands", "tests", "benches"]);
    let vague = sources.iter().filter(|source| {
        let stem = Path::new(&source.path)
            .file_stem()
            .unwrap()
            .to_str()
            .unwrap();
        empty_words.contains(&stem)
    });
    none(
        "A file is named for what it is about:",
        vague.map(|it| it.path.clone()).collect(),
    );
    let allowed = "slack_morphism::prelude::*;";
    let others = sources.into_iter().map(|source| Source {
        text: source.text.replace(allowed, ""),
        path: source.path,
    });
    let wild = found(&others.collect::<Vec<_>>(), &["::*;"]);
    none("Name what is imported:", wild);
}
