//! Where settings come from: the environment of the process, and the file `.env` beside it.

use std::collections::HashMap;
use std::env::VarError;
use std::path::Path;

use super::{Problems, SETTINGS};

/// What is set. What the process was given wins over `.env`, even when it is empty: so
/// `SLACK_BOT_TOKEN= muster` tries the sandbox beside a filled-in `.env`.
#[derive(Clone)]
pub struct Environment(HashMap<String, String>);

impl Environment {
    /// Reads the environment of this process, and a `.env` file if there is one.
    ///
    /// # Errors
    /// When a setting or the file cannot be read as text, with what to do.
    pub fn of_process(dot_env: &Path) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        let mut set = from_file(dot_env, &mut problems);
        for setting in SETTINGS {
            match std::env::var(setting.name) {
                Ok(value) => drop(set.insert(setting.name.to_owned(), value)),
                Err(VarError::NotPresent) => {}
                Err(VarError::NotUnicode(_)) => {
                    problems.add(setting.name, "is not valid UTF-8 text. Write it anew.");
                }
            }
        }
        if problems.is_empty() {
            Ok(Self(set))
        } else {
            Err(problems)
        }
    }

    /// Gives what a name is set to.
    pub fn get(&self, name: &str) -> Option<String> {
        self.0.get(name).cloned()
    }
}

/// Reads a `.env` file; that there is none is no problem.
fn from_file(path: &Path, problems: &mut Problems) -> HashMap<String, String> {
    let mut set = HashMap::new();
    let lines = match dotenvy::from_path_iter(path) {
        Ok(lines) => lines,
        Err(error) if error.not_found() => return set,
        Err(_) => {
            problems.add(".env", "cannot be opened. Make it readable, or remove it.");
            return set;
        }
    };
    for line in lines {
        match line {
            Ok((name, value)) => drop(set.insert(name, value)),
            Err(dotenvy::Error::LineParse(line, _)) => {
                // The line may hold a secret: only its number is told.
                let what = format!(
                    "cannot be read{}. Write NAME=value; put a value with spaces or # between \
                     single quotes.",
                    number_of(path, &line)
                );
                problems.add(".env", what);
            }
            Err(_) => {
                problems.add(".env", "cannot be read. It must be a text file in UTF-8.");
                break;
            }
        }
    }
    set
}

fn number_of(path: &Path, line: &str) -> String {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let place = text
        .lines()
        .position(|other| other.trim_end() == line.trim_end());
    place
        .map(|place| format!(" in line {}", place + 1))
        .unwrap_or_default()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn read(text: &str) -> (HashMap<String, String>, Problems) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".env");
        std::fs::write(&path, text).unwrap();
        let mut problems = Problems::default();
        (from_file(&path, &mut problems), problems)
    }

    #[test]
    fn the_file_is_read_and_may_be_missing() {
        let (set, problems) =
            read("# a comment\nLISTEN_ADDR=127.0.0.1:4000\nSLASH_COMMAND='/dd'\n");
        assert!(problems.is_empty());
        assert_eq!(set["LISTEN_ADDR"], "127.0.0.1:4000");
        assert_eq!(set["SLASH_COMMAND"], "/dd");

        let mut problems = Problems::default();
        assert!(from_file(Path::new("/nowhere/.env"), &mut problems).is_empty());
        assert!(problems.is_empty());
    }

    #[test]
    fn a_line_that_cannot_be_read_is_told_by_its_number_and_not_quoted() {
        let (_, problems) = read("LISTEN_ADDR=127.0.0.1:4000\nSLACK_BOT_TOKEN xoxb-secret\n");
        let told = problems.to_string();
        assert!(told.contains(".env cannot be read in line 2."), "{told}");
        assert!(!told.contains("xoxb-secret"), "{told}");
    }
}
