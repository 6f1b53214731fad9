//! Configuration errors, reported together.

use std::fmt;

/// An invalid or missing variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The variable, option or file.
    pub name: String,
    /// The error and how to fix it, as the end of a sentence that starts with the name.
    pub message: String,
}

/// All configuration errors. The messages never contain a secret.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// Returns whether there is no error.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds an error.
    pub fn add(&mut self, name: &str, message: impl Into<String>) {
        self.0.push(Problem {
            name: name.to_owned(),
            message: message.into(),
        });
    }

    /// Returns the errors in the order of the variables.
    pub fn iter(&self) -> impl Iterator<Item = &Problem> {
        self.0.iter()
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = match self.0.len() {
            1 => "One variable is".to_owned(),
            count => format!("{count} variables are"),
        };
        writeln!(f, "Muster did not start. {count} invalid or missing:\n")?;
        for problem in &self.0 {
            writeln!(f, "  {} {}", problem.name, problem.message)?;
        }
        write!(
            f,
            "\nVariables are read from the environment and from the file .env in this folder; \
             .env.example describes them."
        )
    }
}

impl std::error::Error for Problems {}
