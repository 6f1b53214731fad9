//! Project rules: file layout, module dependencies and style.
//!
//! Each rule scans the sources and reports violations with file and line.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod glossary;
mod imports;
mod lexer;
mod lexer_tests;
mod readme;
mod rejected;
mod sources;
mod style;
mod templates;
mod words;

use std::collections::BTreeSet;
use std::fs;

use muster_commands::COMMANDS;

use sources::{assert_none, project_root, read_file};

#[test]
fn top_level_contains_only_known_entries() {
    let ignored = read_file(".gitignore");
    let mut known: BTreeSet<&str> = ignored.lines().map(|row| row.trim_matches('/')).collect();
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
    let unknown = names.filter(|name| !name.starts_with('.') && !known.contains(name.as_str()));
    assert_none(
        "These top-level entries are not part of the layout in ARCHITECTURE.md:",
        &unknown.collect::<Vec<_>>(),
    );
}

#[test]
fn every_command_has_a_handler_file_of_the_same_name() {
    let mut missing = Vec::new();
    for command in COMMANDS {
        for folder in ["commands", "src/slack/commands"] {
            let path = project_root().join(folder).join(command.name);
            if !path.with_extension("rs").exists() && !path.join("mod.rs").exists() {
                missing.push(format!("{folder}/{}.rs", command.name));
            }
        }
    }
    assert_none("Missing files of commands:", &missing);
}
