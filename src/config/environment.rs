//! Sources of the configuration: the environment of the process, and the file `.env` in its working
//! directory.

use std::collections::HashMap;
use std::env::VarError;
use std::path::Path;

use super::{Problems, VARIABLES};

/// Values of the variables. The environment of the process overrides `.env`, even with an empty value, so
/// that `SLACK_BOT_TOKEN= muster` starts the sandbox in a folder with a complete `.env`.
#[derive(Clone, Default)]
pub struct Environment(HashMap<String, String>);

impl Environment {
    /// Reads the environment of the process, and the `.env` file if it exists.
    pub fn load(dot_env: &Path) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        let mut variables = read_env_file(dot_env, &mut problems);
        for variable in VARIABLES {
            match std::env::var(variable.name) {
                Ok(value) => drop(variables.insert(variable.name.to_owned(), value)),
                Err(VarError::NotPresent) => {}
                Err(VarError::NotUnicode(_)) => {
                    problems.add(variable.name, "isn't valid UTF-8. Set it again.");
                }
            }
        }
        if problems.is_empty() {
            Ok(Self(variables))
        } else {
            Err(problems)
        }
    }

    /// Returns the value of a variable.
    pub fn get(&self, name: &str) -> Option<String> {
        self.0.get(name).cloned()
    }
}

/// Reads a `.env` file. A missing file is not an error.
fn read_env_file(path: &Path, problems: &mut Problems) -> HashMap<String, String> {
    let mut variables = HashMap::new();
    let assignments = match dotenvy::from_path_iter(path) {
        Ok(assignments) => assignments,
        Err(error) if error.not_found() => return variables,
        Err(_) => {
            problems.add(".env", "can't be opened. Make it readable, or remove it.");
            return variables;
        }
    };
    for assignment in assignments {
        match assignment {
            Ok((name, value)) => drop(variables.insert(name, value)),
            Err(dotenvy::Error::LineParse(text, _)) => {
                // The line may contain a secret, so only its number is printed.
                let message = format!(
                    "has an error{}. Write NAME=value, with single quotes around a value that \
                     contains spaces or #.",
                    line_number(path, &text)
                );
                problems.add(".env", message);
            }
            Err(_) => {
                problems.add(".env", "can't be read. It must be a text file in UTF-8.");
                break;
            }
        }
    }
    variables
}

fn line_number(path: &Path, line_text: &str) -> String {
    let content = std::fs::read_to_string(path).unwrap_or_default();
    let index = content
        .lines()
        .position(|other| other.trim_end() == line_text.trim_end());
    index
        .map(|index| format!(" in line {}", index + 1))
        .unwrap_or_default()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> (HashMap<String, String>, Problems) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".env");
        std::fs::write(&path, text).unwrap();
        let mut problems = Problems::default();
        (read_env_file(&path, &mut problems), problems)
    }

    #[test]
    fn env_file_is_read_if_it_exists() {
        let (variables, problems) =
            read_text("# a comment\nLISTEN_ADDR=127.0.0.1:4000\nSLASH_COMMAND='/dd'\n");
        assert!(problems.is_empty());
        assert_eq!(variables["LISTEN_ADDR"], "127.0.0.1:4000");
        assert_eq!(variables["SLASH_COMMAND"], "/dd");

        let mut problems = Problems::default();
        assert!(read_env_file(Path::new("/nowhere/.env"), &mut problems).is_empty());
        assert!(problems.is_empty());
    }

    #[test]
    fn malformed_line_is_reported_by_number_without_its_text() {
        let (_, problems) = read_text("LISTEN_ADDR=127.0.0.1:4000\nSLACK_BOT_TOKEN xoxb-secret\n");
        let message = problems.to_string();
        assert!(
            message.contains(".env has an error in line 2."),
            "{message}"
        );
        assert!(!message.contains("xoxb-secret"), "{message}");
    }
}
