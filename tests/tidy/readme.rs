//! README.md, .env.example and the map in src/lib.rs agree with the code.

use std::collections::BTreeSet;

use muster::config::VARIABLES;

use super::sources::{RUST_FOLDERS, assert_none, project_root, read_file, rust_files};

#[test]
fn every_variable_is_documented_in_env_example_and_readme() {
    let names: BTreeSet<&str> = VARIABLES.iter().map(|variable| variable.name).collect();
    let example = read_file(".env.example");
    let assignments: Vec<&str> = example
        .lines()
        .filter(|row| !row.starts_with('#') && !row.is_empty())
        .collect();
    for variable in VARIABLES {
        let row = format!("{}={}", variable.name, variable.default);
        assert!(
            assignments.contains(&row.as_str()),
            ".env.example lacks {row}"
        );
    }
    assert_eq!(
        assignments.len(),
        names.len(),
        ".env.example has variables that src/config does not define"
    );

    let readme = read_file("README.md");
    let documented: BTreeSet<&str> = readme
        .lines()
        .filter_map(|row| row.strip_prefix("| `")?.split('`').next())
        .filter(|name| name.chars().all(|c| c.is_ascii_uppercase() || c == '_'))
        .collect();
    assert_eq!(documented, names, "table of variables in README.md");
}

/// Returns the section of README.md with this heading.
fn section(heading: &str) -> String {
    let readme = read_file("README.md");
    let rest = readme.split_once(&format!("\n## {heading}\n")).unwrap().1;
    rest.split("\n## ").next().unwrap().to_owned()
}

#[test]
fn tests_named_as_guarantees_exist() {
    let mut tests = String::new();
    for source in rust_files(RUST_FOLDERS) {
        tests.push_str(source.tests());
    }
    let guarantees = section("Guarantees");
    let rows = guarantees.lines().filter(|row| row.starts_with("| **"));
    let missing: Vec<String> = rows
        .filter_map(|row| row.rsplit(" | ").next())
        .flat_map(|cell| cell.split('`').skip(1).step_by(2))
        .filter(|name| name.contains('_') && !name.ends_with('…'))
        .filter(|name| !tests.contains(&format!("fn {name}(")))
        .map(str::to_owned)
        .collect();
    assert_none("README.md names tests that do not exist:", &missing);
}

#[test]
fn folders_in_the_map_exist() {
    let map = section("How it is built");
    let missing: Vec<String> = map
        .lines()
        .filter_map(|row| row.split_whitespace().next()?.strip_suffix('/'))
        .filter(|folder| !project_root().join(folder).is_dir())
        .map(str::to_owned)
        .collect();
    assert_none("README.md names folders that do not exist:", &missing);
}

#[test]
fn paths_in_the_map_of_the_library_exist() {
    let library = read_file("src/lib.rs");
    let missing: Vec<String> = library
        .lines()
        .filter(|row| row.starts_with("//! |"))
        .flat_map(|row| row.split('`').skip(1).step_by(2))
        .filter(|path| path.contains('/') && !path.contains('<'))
        .flat_map(alternatives)
        .filter(|path| !project_root().join(path).exists())
        .collect();
    assert_none("src/lib.rs names paths that do not exist:", &missing);
}

/// Expands one list of alternatives: `a/{b,c}/` is `a/b/` and `a/c/`.
fn alternatives(path: &str) -> Vec<String> {
    let Some((start, rest)) = path.split_once('{') else {
        return vec![path.to_owned()];
    };
    let (list, end) = rest.split_once('}').unwrap();
    let names = list.split(',');
    names.map(|name| format!("{start}{name}{end}")).collect()
}
