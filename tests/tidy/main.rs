//! Project rules: file layout, module dependencies and style.
//!
//! Each rule scans the sources and reports violations with file and line.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "tidy/imports.rs"]
mod imports;
#[path = "tidy/sources.rs"]
mod sources;
#[path = "tidy/style.rs"]
mod style;

use std::collections::BTreeSet;
use std::fs;

use muster::config::VARIABLES;
use muster_commands::COMMANDS;

use sources::{assert_none, project_root, read_file};

#[test]
fn every_variable_is_documented_in_env_example_and_readme() {
    let names: BTreeSet<&str> = VARIABLES.iter().map(|setting| setting.name).collect();
    let example = read_file(".env.example");
    let lines: Vec<&str> = example
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .collect();
    for setting in VARIABLES {
        let line = format!("{}={}", setting.name, setting.default);
        assert!(lines.contains(&line.as_str()), ".env.example lacks {line}");
    }
    assert_eq!(
        lines.len(),
        names.len(),
        ".env.example has variables that config.rs does not define"
    );

    let readme = read_file("README.md");
    let rows = readme
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    let told: BTreeSet<&str> = rows
        .filter(|name| name.chars().all(|c| c.is_ascii_uppercase() || c == '_'))
        .collect();
    assert_eq!(told, names, "table of variables in README.md");
}

#[test]
fn top_level_contains_only_known_entries() {
    let ignored = read_file(".gitignore");
    let mut known: BTreeSet<&str> = ignored.lines().map(|line| line.trim_matches('/')).collect();
    known.extend([
        "Cargo.toml",
        "Cargo.lock",
        "LICENSE",
        "README.md",
        "schema.sql",
    ]);
    known.extend(["commands", "src", "tests", "fixtures"]);
    let entries = fs::read_dir(project_root()).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let strange = names.filter(|name| !name.starts_with('.') && !known.contains(name.as_str()));
    assert_none(
        "These top-level entries are not part of the layout in ARCHITECTURE.md:",
        strange.collect(),
    );
}

#[test]
fn every_command_has_a_handler_file_of_the_same_name() {
    let mut missing = Vec::new();
    for command in COMMANDS {
        for folder in ["commands", "src/slack"] {
            let file = format!("{folder}/{}.rs", command.name);
            if !project_root().join(&file).exists() {
                missing.push(file);
            }
        }
    }
    assert_none("Missing files of commands:", missing);
}
