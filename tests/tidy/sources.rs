//! Reads the sources of the project for the project rules.

use std::fs;
use std::path::{Path, PathBuf};

/// The folders that contain Rust code.
pub const RUST_FOLDERS: &[&str] = &["src", "commands", "tests"];

/// A source file.
pub struct Source {
    /// The path relative to the project root, such as `src/store/mod.rs`.
    pub path: String,
    pub text: String,
}

impl Source {
    /// Returns the part before the test module, because some rules do not apply to tests.
    pub fn production(&self) -> &str {
        let start = self
            .text
            .match_indices("\n#[cfg(test)]\n")
            .map(|(start, _)| start)
            .find(|start| {
                let mut rows = self.text[*start..].lines().skip(2);
                rows.find(|row| !row.starts_with("#["))
                    .is_some_and(|row| row.starts_with("mod "))
            });
        &self.text[..start.unwrap_or(self.text.len())]
    }

    /// Returns the test module, or the whole file if it contains only tests.
    pub fn tests(&self) -> &str {
        if self.is_test() {
            &self.text
        } else {
            &self.text[self.production().len()..]
        }
    }

    /// Returns whether the whole file is only for tests.
    pub fn is_test(&self) -> bool {
        self.path.starts_with("tests/")
            || self.path.contains("/tests/")
            || self.path.ends_with("/tests.rs")
            || self.path.ends_with("/testing.rs")
    }
}

/// Returns the project root.
pub fn project_root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Reads a file by its path relative to the project root.
pub fn read_file(path: &str) -> String {
    fs::read_to_string(project_root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Returns the Rust files below these folders. A missing folder has none.
pub fn rust_files(folders: &[&str]) -> Vec<Source> {
    let below = |folder: &&str| source_files(folder, &["rs"]);
    folders.iter().flat_map(below).collect()
}

/// Returns the files below a folder whose names have one of these endings.
pub fn source_files(folder: &str, endings: &[&str]) -> Vec<Source> {
    let mut files = files_below(&project_root().join(folder));
    files.sort();
    let has_ending = |path: &PathBuf| {
        let ending = path.extension().unwrap_or_default();
        endings.iter().any(|expected| ending == *expected)
    };
    files
        .into_iter()
        .filter(has_ending)
        .map(|path| Source {
            text: fs::read_to_string(&path).unwrap(),
            path: relative_path(&path),
        })
        .collect()
}

fn relative_path(path: &Path) -> String {
    let relative = path.strip_prefix(project_root()).unwrap();
    relative.to_str().unwrap().to_owned()
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

/// Returns the rows of production code that contain one of these strings, as `path:row: string`.
/// Comments are ignored.
pub fn find_matches(sources: &[Source], needles: &[&str]) -> Vec<String> {
    let mut matches = Vec::new();
    for source in sources.iter().filter(|source| !source.is_test()) {
        for (index, row) in source.production().lines().enumerate() {
            let code = row.trim_start();
            if code.starts_with("//") {
                continue;
            }
            for needle in needles.iter().filter(|needle| code.contains(**needle)) {
                matches.push(format!("{}:{}: {needle}", source.path, index + 1));
            }
        }
    }
    matches
}

/// Panics with the violations of a rule if there are any.
pub fn assert_none(rule: &str, violations: &[String]) {
    assert!(
        violations.is_empty(),
        "{rule}\n  {}",
        violations.join("\n  ")
    );
}
