//! Reads the sources of the project for the project rules.

use std::fs;
use std::path::{Path, PathBuf};

/// A source file.
pub struct Source {
    /// The path relative to the project root, such as `src/store/mod.rs`.
    pub path: String,
    /// The content.
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
                let mut rest = self.text[*start..].lines().skip(2);
                rest.find(|line| !line.starts_with("#["))
                    .is_some_and(|line| line.starts_with("mod "))
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

    /// Returns whether the whole file contains tests.
    pub fn is_test(&self) -> bool {
        ["tests/", "benches/", "commands/tests/"]
            .iter()
            .any(|folder| self.path.starts_with(folder))
            || self.path.ends_with("/tests.rs")
            || self.text.starts_with("//! For tests:")
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
    let wanted = |path: &PathBuf| {
        let ending = path.extension().unwrap_or_default();
        endings.iter().any(|wanted| ending == *wanted)
    };
    files
        .into_iter()
        .filter(wanted)
        .map(|path| Source {
            text: fs::read_to_string(&path).unwrap(),
            path: path
                .strip_prefix(project_root())
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned(),
        })
        .collect()
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

/// Returns the lines of production code that contain one of these strings, as `path:line:
/// needle`. Comments are ignored.
pub fn find_matches(sources: &[Source], needles: &[&str]) -> Vec<String> {
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

/// Panics with the violations of a rule if there are any.
pub fn assert_none(rule: &str, broken: Vec<String>) {
    assert!(broken.is_empty(), "{rule}\n  {}", broken.join("\n  "));
}
