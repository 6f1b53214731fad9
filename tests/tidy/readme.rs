//! README.md, the handbook, .env.example and the map in src/lib.rs agree with the code.

use std::collections::BTreeSet;
use std::path::Path;

use muster::config::VARIABLES;
use muster::handbook::{TOPICS, find_topic};

use super::sources::{RUST_FOLDERS, assert_none, project_root, read_file, rust_files};

#[test]
fn every_variable_is_documented_in_env_example_and_handbook() {
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

    let documented: BTreeSet<&str> = page("configuration")
        .lines()
        .filter_map(|row| row.strip_prefix("| `")?.split('`').next())
        .filter(|name| name.chars().all(|c| c.is_ascii_uppercase() || c == '_'))
        .collect();
    assert_eq!(documented, names, "table of variables in configuration.md");
}

/// Returns a page of the handbook.
fn page(name: &str) -> &'static str {
    find_topic(name).unwrap().text
}

/// Returns the section of a text with this heading.
fn section<'t>(text: &'t str, heading: &str) -> &'t str {
    let rest = text.split_once(&format!("\n## {heading}\n")).unwrap().1;
    rest.split("\n## ").next().unwrap()
}

/// Returns the bold start of each row that begins with `prefix`.
fn bold_starts<'t>(text: &'t str, prefix: &str) -> BTreeSet<&'t str> {
    let rows = text.lines().filter_map(|row| row.strip_prefix(prefix));
    rows.map(|row| row.split("**").next().unwrap()).collect()
}

#[test]
fn tests_named_as_guarantees_exist() {
    let mut tests = String::new();
    for source in rust_files(RUST_FOLDERS) {
        tests.push_str(source.tests());
    }
    let rows = page("guarantees")
        .lines()
        .filter(|row| row.starts_with("| **"));
    let missing: Vec<String> = rows
        .filter_map(|row| row.rsplit(" | ").next())
        .flat_map(|cell| cell.split('`').skip(1).step_by(2))
        .filter(|name| name.contains('_') && !name.ends_with('…'))
        .filter(|name| !tests.contains(&format!("fn {name}(")))
        .map(str::to_owned)
        .collect();
    assert_none("guarantees.md names tests that do not exist:", &missing);
}

#[test]
fn features_of_the_readme_are_tested() {
    let readme = read_file("README.md");
    let features = bold_starts(section(&readme, "Features"), "* **");
    let tested = bold_starts(section(page("guarantees"), "Features"), "| **");
    assert!(features.len() > 8, "{features:?}");
    assert_eq!(features, tested, "README.md and guarantees.md");
}

/// Returns the targets of the links in a Markdown text.
fn link_targets(text: &str) -> Vec<&str> {
    let links = text.split("](").skip(1);
    links.map(|rest| rest.split(')').next().unwrap()).collect()
}

/// Returns whether the page has a heading with this anchor.
fn has_anchor(text: &str, anchor: &str) -> bool {
    let headings = text.lines().filter(|row| row.starts_with('#'));
    headings
        .map(|row| row.trim_start_matches(['#', ' ']).to_lowercase())
        .map(|heading| heading.replace(' ', "-").replace([',', '.', '?'], ""))
        .any(|it| it == anchor)
}

#[test]
fn links_in_readme_and_handbook_lead_to_files_and_headings() {
    let mut texts = vec![("README.md".to_owned(), read_file("README.md"))];
    for topic in TOPICS {
        let path = format!("src/handbook/{}.md", topic.name);
        texts.push((path, topic.text.to_owned()));
    }
    let mut broken = Vec::new();
    for (path, text) in &texts {
        let targets = link_targets(text).into_iter();
        for target in targets.filter(|target| !target.starts_with("https://")) {
            let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
            let folder = Path::new(path).parent().unwrap();
            let file = match file {
                "" => Path::new(path).to_owned(),
                _ => folder.join(file),
            };
            let is_found = project_root().join(&file).exists()
                && (anchor.is_empty() || has_anchor(&read_file(file.to_str().unwrap()), anchor));
            if !is_found {
                broken.push(format!("{path}: {target}"));
            }
        }
    }
    assert_none("Broken links:", &broken);
}

#[test]
fn readme_links_to_every_page_of_the_handbook() {
    let readme = read_file("README.md");
    let missing: Vec<String> = TOPICS
        .iter()
        .map(|topic| format!("(src/handbook/{}.md)", topic.name))
        .filter(|link| !readme.contains(link))
        .collect();
    assert_none("README.md lacks links to:", &missing);
}

#[test]
fn folders_in_the_map_exist() {
    let map = section(page("architecture"), "Folders");
    let missing: Vec<String> = map
        .lines()
        .filter_map(|row| row.split_whitespace().next()?.strip_suffix('/'))
        .filter(|folder| !project_root().join(folder).is_dir())
        .map(str::to_owned)
        .collect();
    assert_none("architecture.md names folders that do not exist:", &missing);
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
