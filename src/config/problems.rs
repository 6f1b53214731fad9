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

impl Problem {
    /// Returns whether an option of the command line is invalid, not a variable or file.
    fn is_option(&self) -> bool {
        self.name.starts_with("--")
    }
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

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name, self.message)
    }
}

impl fmt::Display for Problems {
    /// Writes the end of a message that starts with the consequence, such as `Muster did not start`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let [only] = self.0.as_slice() {
            write!(f, ": {only}")?;
        } else {
            writeln!(f, ". {} values are invalid or missing:\n", self.0.len())?;
            let lines: Vec<String> = self.0.iter().map(|it| format!("  {it}")).collect();
            write!(f, "{}", lines.join("\n"))?;
        }
        if self.0.iter().all(Problem::is_option) {
            return Ok(());
        }
        write!(
            f,
            "\n\nVariables are read from the environment and from .env in the working directory. \
             .env.example lists them all."
        )
    }
}
