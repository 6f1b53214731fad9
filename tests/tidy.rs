//! The rules of the house: the code is where it belongs, and written as we write it.
//!
//! Each rule reads the sources. What breaks it is named with its file and line.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "tidy/places.rs"]
mod places;
#[path = "tidy/sources.rs"]
mod sources;
#[path = "tidy/writing.rs"]
mod writing;

use std::collections::BTreeSet;
use std::fs;

use muster::config::SETTINGS;
use muster_commands::COMMANDS;

use sources::{none, read, top};

#[test]
fn every_setting_is_explained_wherever_settings_are() {
    let names: BTreeSet<&str> = SETTINGS.iter().map(|setting| setting.name).collect();
    let example = read(".env.example");
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

    let readme = read("README.md");
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
    let ignored = read(".gitignore");
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
fn every_command_has_a_handler_of_its_name() {
    let mut missing = Vec::new();
    for command in COMMANDS {
        for folder in ["commands", "src/slack"] {
            let file = format!("{folder}/{}.rs", command.name);
            if !top().join(&file).exists() {
                missing.push(file);
            }
        }
    }
    none("One word, one place:", missing);
}
