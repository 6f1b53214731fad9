//! `muster help`: the handbook in the terminal.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::binary::{self, muster};

/// The exit code for an unknown topic.
const EXIT_INVALID: i32 = 2;

fn help(topic: &[&str]) -> (i32, String, String) {
    let folder = tempfile::tempdir().unwrap();
    // A folder in which no other subcommand starts.
    fs::write(folder.path().join(".env"), "not an assignment\n").unwrap();
    let mut command = muster(folder.path());
    binary::run(command.arg("help").args(topic))
}

/// Returns the files of the handbook.
fn page_files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/handbook");
    let files = fs::read_dir(folder).unwrap();
    files
        .map(|file| file.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "md"))
        .collect()
}

fn topic_name(path: &Path) -> String {
    path.file_stem().unwrap().to_str().unwrap().to_owned()
}

#[test]
fn topics_are_listed_and_match_the_files() {
    let (code, stdout, stderr) = help(&[]);
    assert_eq!((code, stderr.as_str()), (0, ""));
    let rows = stdout.lines().filter_map(|row| row.strip_prefix("  "));
    let listed: BTreeSet<String> = rows
        .map(|row| {
            let (name, summary) = row.split_once("  ").unwrap();
            assert!(!summary.trim().is_empty(), "{row}");
            name.to_owned()
        })
        .collect();
    let files: BTreeSet<String> = page_files().iter().map(|path| topic_name(path)).collect();
    assert_eq!(listed, files);
    assert!(stdout.contains("`muster --help`"), "{stdout}");
}

#[test]
fn every_topic_is_printed_as_its_file() {
    for path in page_files() {
        let name = topic_name(&path);
        let page = fs::read_to_string(&path).unwrap();
        assert_eq!(help(&[&name]), (0, page, String::new()), "{name}");
    }
}

#[test]
fn help_on_a_subcommand_is_its_help() {
    for (name, usage) in [
        ("backup", "Usage: muster backup <FILE>"),
        ("manifest", "Usage: muster manifest"),
    ] {
        let (code, stdout, _) = help(&[name]);
        assert_eq!(code, 0);
        assert!(stdout.contains(usage), "{stdout}");
    }
}

#[test]
fn unknown_topic_is_rejected_with_the_closest_one() {
    let closest = "There's no help page “instal”. Did you mean `muster help install`? `muster help` lists \
        the topics.\n";
    let none = "There's no help page “weather”. `muster help` lists the topics.\n";
    for (name, message) in [("instal", closest), ("weather", none)] {
        let expected = (EXIT_INVALID, String::new(), message.to_owned());
        assert_eq!(help(&[name]), expected, "{name}");
    }
}
