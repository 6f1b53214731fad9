//! The rules of the house: the code is where it belongs, and written as we write it.
//!
//! Each rule reads the sources. What breaks it is named with its file and line.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use muster::config::SETTINGS;
use muster_commands::COMMANDS;

/// The longest that a file may be, in lines.
const LONGEST_FILE: usize = 400;

/// The longest that a function may be, in lines: one screen.
const LONGEST_FUNCTION: usize = 40;

/// A source file, by its path from the top of the project.
struct Source {
    path: String,
    text: String,
}

impl Source {
    /// Gives what comes before the test module: the rules of production code do not bind tests.
    fn production(&self) -> &str {
        self.text.split("\n#[cfg(test)]\nmod ").next().unwrap()
    }

    fn is_test(&self) -> bool {
        self.path.starts_with("tests/") || self.path.contains("/tests")
    }
}

fn top() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .flat_map(|path| {
            if path.is_dir() {
                files_below(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

/// Gives the files below a folder that end like this; a folder that is not there has none.
fn sources(folder: &str, endings: &[&str]) -> Vec<Source> {
    let mut files = files_below(&top().join(folder));
    files.sort();
    files
        .into_iter()
        .filter(|path| {
            endings
                .iter()
                .any(|ending| path.extension().is_some_and(|e| e == *ending))
        })
        .map(|path| Source {
            text: fs::read_to_string(&path).unwrap(),
            path: path
                .strip_prefix(top())
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned(),
        })
        .collect()
}

fn rust(folders: &[&str]) -> Vec<Source> {
    folders
        .iter()
        .flat_map(|folder| sources(folder, &["rs"]))
        .collect()
}

/// Gives the lines of production code that hold one of these, as `path:line: needle`.
fn found(sources: &[Source], needles: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources.iter().filter(|source| !source.is_test()) {
        for (number, line) in source.production().lines().enumerate() {
            let code = line.trim_start();
            if code.starts_with("//") {
                continue;
            }
            for needle in needles.iter().filter(|needle| code.contains(**needle)) {
                found.push(format!("{}:{}: {needle}", source.path, number + 1));
            }
        }
    }
    found
}

fn none(what: &str, broken: Vec<String>) {
    assert!(broken.is_empty(), "{what}\n  {}", broken.join("\n  "));
}

/// Gives the modules of ours that a line names: `store` of `use crate::store::Store`.
fn named<'a>(line: &'a str, crate_name: &'a str) -> impl Iterator<Item = &'a str> {
    line.split(crate_name).skip(1).map(|rest| {
        let end = rest.find(|sign: char| !sign.is_alphanumeric() && sign != '_');
        &rest[..end.unwrap_or(rest.len())]
    })
}

#[test]
fn the_domain_is_pure() {
    let impure = [
        "tokio",
        "hyper",
        "rusqlite",
        "slack_morphism",
        "reqwest",
        "async ",
        "Utc::now",
        "SystemTime",
        "Instant::now",
        "std::fs",
        "std::net",
        "std::env",
        "rand::",
    ];
    let broken = found(&rust(&["src/domain"]), &impure);
    none("The domain is told everything and asks nothing:", broken);
}

#[test]
fn the_grammar_is_pure() {
    let impure = [
        "std::fs",
        "std::net",
        "std::time",
        "std::env",
        "std::process",
        "std::thread",
        "chrono",
        "SystemTime",
        "Instant",
        "tokio",
        "async ",
    ];
    let broken = found(&rust(&["commands"]), &impure);
    none(
        "What people say depends on nothing but what they say:",
        broken,
    );

    let manifest = fs::read_to_string(top().join("commands/Cargo.toml")).unwrap();
    let dependencies = manifest.split("[dependencies]").nth(1).unwrap();
    let names: BTreeSet<&str> = dependencies
        .lines()
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.split(['=', '.']).next())
        .map(str::trim)
        .filter(|name| !name.is_empty() && !name.starts_with('#'))
        .collect();
    let known = BTreeSet::from(["serde", "serde_json", "slack-morphism", "strsim"]);
    assert!(names.is_subset(&known), "commands/ depends on {names:?}");
}

#[test]
fn the_store_knows_nothing_of_slack() {
    let broken = found(
        &rust(&["src/store"]),
        &["slack_morphism", "reqwest", "hyper", "axum"],
    );
    none("The store keeps and calls nobody:", broken);
}

#[test]
fn sql_is_in_the_store_only() {
    let elsewhere: Vec<_> = rust(&["src", "commands"])
        .into_iter()
        .filter(|source| !source.path.starts_with("src/store/"))
        .collect();
    let sql = [
        "SELECT ",
        "INSERT INTO ",
        "DELETE FROM ",
        "CREATE TABLE ",
        "PRAGMA ",
    ];
    none(
        "SQL stands in src/store/ and schema.sql:",
        found(&elsewhere, &sql),
    );
    let elsewhere: Vec<_> = elsewhere
        .into_iter()
        .filter(|source| source.path != "src/error.rs")
        .collect();
    none(
        "Only the store speaks to SQLite:",
        found(&elsewhere, &["rusqlite"]),
    );
}

#[test]
fn nobody_knows_whom_they_must_not_know() {
    // The part, and the modules of ours that it may name; whoever is not listed here is the wiring.
    let may_know: [(&str, &[&str]); 8] = [
        ("src/domain/", &["domain"]),
        ("src/store/", &["store", "domain", "error"]),
        (
            "src/slack/",
            &[
                "slack", "store", "domain", "error", "bot", "clock", "metrics",
            ],
        ),
        (
            "src/web/",
            &["web", "store", "domain", "error", "bot", "clock"],
        ),
        (
            "src/api/",
            &["api", "store", "domain", "error", "bot", "clock"],
        ),
        (
            "src/http/",
            &[
                "http", "slack", "web", "api", "store", "domain", "error", "bot", "clock",
                "metrics", "secret",
            ],
        ),
        (
            "src/worker/",
            &[
                "worker", "slack", "email", "store", "domain", "error", "bot", "clock", "metrics",
            ],
        ),
        ("src/sandbox/", &["sandbox"]),
    ];
    let mut broken = Vec::new();
    for source in rust(&["src"]).iter().filter(|source| !source.is_test()) {
        let Some((_, known)) = may_know
            .iter()
            .find(|(part, _)| source.path.starts_with(part))
        else {
            continue;
        };
        for (number, line) in source.production().lines().enumerate() {
            let strangers = named(line, "crate::").filter(|name| !known.contains(name));
            broken.extend(strangers.map(|name| format!("{}:{}: {name}", source.path, number + 1)));
        }
    }
    none(
        "Who may know whom stands in ARCHITECTURE.md and in src/lib.rs:",
        broken,
    );
}

#[test]
fn only_main_names_the_sandbox_and_it_names_nothing_of_ours() {
    let (sandbox, others): (Vec<_>, Vec<_>) = rust(&["src", "commands"])
        .into_iter()
        .filter(|source| source.path != "src/main.rs")
        .partition(|source| source.path.starts_with("src/sandbox/"));
    none(
        "Only main.rs names the sandbox:",
        found(&others, &["sandbox::"]),
    );
    none(
        "The sandbox knows Slack and nothing of incidents:",
        found(&sandbox, &["muster_commands", "muster::", "use crate::{"]),
    );
}

#[test]
fn the_web_api_is_called_from_one_place() {
    let others: Vec<_> = rust(&["src"])
        .into_iter()
        .filter(|source| !source.path.starts_with("src/slack/client"))
        .filter(|source| !source.path.starts_with("src/sandbox/"))
        .collect();
    let calls = ["http_post(", "http_get(", ".open_session(", "bearer_auth("];
    none("Only src/slack/client calls Slack:", found(&others, &calls));
}

#[test]
fn the_sandbox_answers_every_method_that_we_call() {
    let sandbox = rust(&["src/sandbox"]);
    if sandbox.is_empty() {
        return;
    }
    let mut unanswered = Vec::new();
    for source in rust(&["src/slack/client"]) {
        for word in source.production().split('"').skip(1).step_by(2) {
            let families = [
                "auth.",
                "apps.",
                "chat.",
                "conversations.",
                "pins.",
                "reactions.",
                "bookmarks.",
                "users.",
                "views.",
            ];
            let quoted = format!("\"{word}\"");
            let is_method = families.iter().any(|family| word.starts_with(family));
            if is_method && !sandbox.iter().any(|other| other.text.contains(&quoted)) {
                unanswered.push(format!("{}: {word}", source.path));
            }
        }
    }
    none("The sandbox must know these:", unanswered);
}

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
    for source in rust(&["src", "commands", "tests", "benches"]) {
        let (mut documented, mut in_attribute) = (false, false);
        for (number, line) in source.text.lines().enumerate() {
            let code = line.trim_start();
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
fn no_function_is_too_long() {
    let mut long = Vec::new();
    for source in rust(&["src", "commands"]) {
        let lines: Vec<&str> = source.text.lines().collect();
        for (start, line) in lines.iter().enumerate() {
            let code = line.trim_start();
            let words = [
                "fn ",
                "pub fn ",
                "async fn ",
                "pub async fn ",
                "const fn ",
                "pub const fn ",
            ];
            if !words.iter().any(|word| code.starts_with(word)) {
                continue;
            }
            // rustfmt puts the end of a function in the column of its beginning.
            let end = format!("{}}}", &line[..line.len() - code.len()]);
            let length = lines[start..]
                .iter()
                .position(|line| *line == end)
                .unwrap_or(0)
                + 1;
            if length > LONGEST_FUNCTION + 2 && !code.ends_with(';') {
                long.push(format!("{}:{}: {length} lines", source.path, start + 1));
            }
        }
    }
    none("A function fits on a screen:", long);
}

#[test]
fn every_setting_is_explained_wherever_settings_are() {
    let names: BTreeSet<&str> = SETTINGS.iter().map(|setting| setting.name).collect();
    let example = fs::read_to_string(top().join(".env.example")).unwrap();
    let lines: Vec<&str> = example
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .collect();
    for setting in SETTINGS {
        let line = format!("{}={}", setting.name, setting.preset);
        assert!(lines.contains(&line.as_str()), ".env.example lacks {line}");
    }
    assert_eq!(
        lines.len(),
        names.len(),
        ".env.example has settings that config.rs has not"
    );

    let readme = fs::read_to_string(top().join("README.md")).unwrap();
    let rows = readme
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    let told: BTreeSet<&str> = rows
        .filter(|name| name.chars().all(|c| c.is_ascii_uppercase() || c == '_'))
        .collect();
    assert_eq!(told, names, "the table of settings in README.md");
}

#[test]
fn nothing_unexpected_stands_at_the_top() {
    let ignored = fs::read_to_string(top().join(".gitignore")).unwrap();
    let mut known: BTreeSet<&str> = ignored.lines().map(|line| line.trim_matches('/')).collect();
    known.extend([
        "Cargo.toml",
        "Cargo.lock",
        "LICENSE",
        "README.md",
        "schema.sql",
    ]);
    known.extend(["commands", "src", "tests", "fixtures"]);
    let entries = fs::read_dir(top()).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let strange = names.filter(|name| !name.starts_with('.') && !known.contains(name.as_str()));
    none(
        "The layout of ARCHITECTURE.md has no place for these:",
        strange.collect(),
    );
}

#[test]
fn every_command_has_a_handler_and_once_there_are_stories_a_story() {
    let stories = top().join("tests/scenarios");
    let mut missing = Vec::new();
    for command in COMMANDS {
        for folder in ["commands", "src/slack", "tests/scenarios"] {
            let file = top().join(folder).join(format!("{}.rs", command.name));
            if !file.exists() && (folder != "tests/scenarios" || stories.exists()) {
                missing.push(format!("{folder}/{}.rs", command.name));
            }
        }
    }
    none("One word, one place:", missing);
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
    for source in sources
        .iter()
        .filter(|source| source.path != "tests/tidy.rs")
    {
        let tests = if source.is_test() {
            source.text.as_str()
        } else {
            &source.text[source.production().len()..]
        };
        for needle in ["#[ignore", "sleep("] {
            broken.extend(
                tests
                    .contains(needle)
                    .then(|| format!("{}: {needle}", source.path)),
            );
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
    let wild: Vec<_> = found(&sources, &["::*;"])
        .into_iter()
        .filter(|place| {
            let (path, rest) = place.split_once(':').unwrap();
            let number: usize = rest.split(':').next().unwrap().parse().unwrap();
            let text = &sources
                .iter()
                .find(|source| source.path == path)
                .unwrap()
                .text;
            !text
                .lines()
                .nth(number - 1)
                .unwrap()
                .contains("slack_morphism::prelude::*")
        })
        .collect();
    none("Name what is imported:", wild);
}
