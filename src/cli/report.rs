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
    pub fn add(&mut self, verdict: CheckStatus, about: &str, says: impl Into<String>) {
        self.0.push(Check {
            status: verdict,
            subject: about.to_owned(),
            message: says.into(),
        });
    }

    /// Adds the configuration errors. Without a valid configuration nothing else can be checked.
    pub fn add_problems(&mut self, problems: &Problems, command: &str) {
        for problem in problems.iter() {
            self.add(CheckStatus::Error, &problem.name, &problem.message);
        }
        let says =
            format!("Fix these variables, then run `{command}` again for the remaining checks.");
        self.add(CheckStatus::Warning, "Configuration", says);
    }

    /// Returns the number of failed checks.
    pub fn error_count(&self) -> usize {
        let wrong = |finding: &&Check| finding.status == CheckStatus::Error;
        self.0.iter().filter(wrong).count()
    }

    /// Returns all checks.
    pub fn checks(&self) -> &[Check] {
        &self.0
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Check {
            status: verdict,
            subject: about,
            message: says,
        } in &self.0
        {
            let sign = match verdict {
                CheckStatus::Ok => '✓',
                CheckStatus::Warning => '!',
                CheckStatus::Error => '✗',
            };
            writeln!(f, "{sign} {about:<20} {says}")?;
        }
        match self.error_count() {
            0 => write!(f, "\nAll checks passed."),
            1 => write!(f, "\nOne thing is wrong."),
            several => write!(f, "\n{several} things are wrong."),
        }
    }
}
