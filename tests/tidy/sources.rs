//! Reading the sources of the project, for the rules of the house.

use std::fs;
use std::path::{Path, PathBuf};

/// A source file, by its path from the top of the project.
pub struct Source {
    /// Where it is: `src/store/mod.rs`.
    pub path: String,
    /// What stands in it.
    pub text: String,
}

impl Source {
    /// Gives what comes before the test module: some rules do not bind tests.
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

    /// Gives the test module, or the whole file if it holds tests only.
    pub fn tests(&self) -> &str {
        if self.is_test() {
            &self.text
        } else {
            &self.text[self.production().len()..]
        }
    }

    /// Says whether the whole file is for tests.
    pub fn is_test(&self) -> bool {
        ["tests/", "benches/", "commands/tests/"]
            .iter()
            .any(|folder| self.path.starts_with(folder))
            || self.path.ends_with("/tests.rs")
            || self.text.starts_with("//! For tests:")
    }
}

/// Gives the top of the project.
pub fn top() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Reads a file by its path from the top of the project.
pub fn read(path: &str) -> String {
    fs::read_to_string(top().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Gives the Rust files below these folders; a folder that is not there has none.
pub fn rust(folders: &[&str]) -> Vec<Source> {
    let below = |folder: &&str| sources(folder, &["rs"]);
    folders.iter().flat_map(below).collect()
}

/// Gives the files below a folder that end like this.
pub fn sources(folder: &str, endings: &[&str]) -> Vec<Source> {
    let mut files = files_below(&top().join(folder));
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
                .strip_prefix(top())
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

/// Gives the lines of production code that hold one of these, as `path:line: needle`. Comments do
/// not count.
pub fn found(sources: &[Source], needles: &[&str]) -> Vec<String> {
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

/// Makes sure that nothing breaks a rule.
pub fn none(rule: &str, broken: Vec<String>) {
    assert!(broken.is_empty(), "{rule}\n  {}", broken.join("\n  "));
}
