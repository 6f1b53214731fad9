//! What was found when something was looked at, one thing a line, each with what to do about it.

use std::fmt;

use crate::config::Problems;

/// How something was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is right.
    Right,
    /// It works, but whoever runs the bot should know.
    Note,
    /// It is wrong.
    Wrong,
}

/// What was found about one thing, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How it was found.
    pub verdict: Verdict,
    /// What was looked at.
    pub about: String,
    /// What was found, and what to do.
    pub says: String,
}

/// All that was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings(Vec<Finding>);

impl Findings {
    /// Says whether nothing is wrong.
    pub fn is_well(&self) -> bool {
        self.wrong() == 0
    }

    /// Adds what was found about one thing.
    pub fn add(&mut self, verdict: Verdict, about: &str, says: impl Into<String>) {
        self.0.push(Finding {
            verdict,
            about: about.to_owned(),
            says: says.into(),
        });
    }

    /// Adds what is wrong with the settings, without which nothing else can be looked at.
    pub fn problems(&mut self, problems: &Problems, command: &str) {
        for problem in problems.iter() {
            self.add(Verdict::Wrong, &problem.name, &problem.what);
        }
        let says = format!("Put these right, then run `{command}` again for all the rest.");
        self.add(Verdict::Note, "Settings", says);
    }

    /// Gives how many things are wrong.
    pub fn wrong(&self) -> usize {
        let wrong = |finding: &&Finding| finding.verdict == Verdict::Wrong;
        self.0.iter().filter(wrong).count()
    }

    /// Gives all that was found.
    pub fn all(&self) -> &[Finding] {
        &self.0
    }
}

impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Finding {
            verdict,
            about,
            says,
        } in &self.0
        {
            let sign = match verdict {
                Verdict::Right => '✓',
                Verdict::Note => '!',
                Verdict::Wrong => '✗',
            };
            writeln!(f, "{sign} {about:<20} {says}")?;
        }
        match self.wrong() {
            0 => write!(f, "\nNothing is wrong."),
            1 => write!(f, "\nOne thing is wrong."),
            several => write!(f, "\n{several} things are wrong."),
        }
    }
}
