//! What is wrong with the settings, told together.

use std::fmt;

/// One setting that is wrong or missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The setting, or where it was written.
    pub name: String,
    /// What is wrong, and what to do: goes on after the name.
    pub what: String,
}

/// All that is wrong with the settings. It never quotes a secret.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// Says whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds a setting that is wrong or missing.
    pub fn add(&mut self, name: &str, what: impl Into<String>) {
        self.0.push(Problem {
            name: name.to_owned(),
            what: what.into(),
        });
    }

    /// Gives them one by one, in the order in which they were found.
    pub fn iter(&self) -> impl Iterator<Item = &Problem> {
        self.0.iter()
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = match self.0.len() {
            1 => "One setting needs".to_owned(),
            several => format!("{several} settings need"),
        };
        writeln!(f, "Muster did not start. {count} your attention:\n")?;
        for Problem { name, what } in &self.0 {
            writeln!(f, "  {name} {what}")?;
        }
        write!(
            f,
            "\nSettings are read from the environment and from the file .env in this folder; \
             .env.example explains each."
        )
    }
}

impl std::error::Error for Problems {}
