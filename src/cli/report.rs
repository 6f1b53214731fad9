//! Reports of `muster doctor` and `muster verify`: one check per line, with how to fix it.

use std::fmt;

use crate::config::Problems;

/// The result of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckStatus {
    /// The check passed.
    Ok,
    /// It works, but the operator should know about it.
    Warning,
    /// The check failed.
    Error,
}

/// One check, its result and how to fix it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// The result.
    pub status: CheckStatus,
    /// The subject of the check.
    pub subject: String,
    /// The result in words, and how to fix it.
    pub message: String,
}

/// The checks that were made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report(Vec<Check>);

impl Report {
    /// Returns whether no check failed.
    pub fn is_ok(&self) -> bool {
        self.error_count() == 0
    }

    /// Adds a check.
    pub fn add(&mut self, status: CheckStatus, subject: &str, message: impl Into<String>) {
        self.0.push(Check {
            status,
            subject: subject.to_owned(),
            message: message.into(),
        });
    }

    /// Adds a check that passed.
    pub fn pass(&mut self, subject: &str, message: impl Into<String>) {
        self.add(CheckStatus::Ok, subject, message);
    }

    /// Adds a check that passed, but that the operator should know about.
    pub fn warn(&mut self, subject: &str, message: impl Into<String>) {
        self.add(CheckStatus::Warning, subject, message);
    }

    /// Adds a check that failed.
    pub fn fail(&mut self, subject: &str, message: impl Into<String>) {
        self.add(CheckStatus::Error, subject, message);
    }

    /// Adds the configuration errors. Without a valid configuration nothing else can be checked.
    pub fn add_problems(&mut self, problems: &Problems, command: &str) {
        for problem in problems.iter() {
            self.fail(&problem.name, &problem.message);
        }
        let message =
            format!("Fix the above, then run `{command}` again for the remaining checks.");
        self.warn("Configuration", message);
    }

    /// Returns the number of failed checks.
    pub fn error_count(&self) -> usize {
        let is_error = |check: &&Check| check.status == CheckStatus::Error;
        self.0.iter().filter(is_error).count()
    }

    /// Returns all checks.
    #[cfg(test)]
    pub fn checks(&self) -> &[Check] {
        &self.0
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for check in &self.0 {
            let sign = match check.status {
                CheckStatus::Ok => '✓',
                CheckStatus::Warning => '!',
                CheckStatus::Error => '✗',
            };
            writeln!(f, "{sign} {:<20} {}", check.subject, check.message)?;
        }
        match self.error_count() {
            0 => write!(f, "\nAll checks passed."),
            1 => write!(f, "\n1 check failed."),
            count => write!(f, "\n{count} checks failed."),
        }
    }
}
