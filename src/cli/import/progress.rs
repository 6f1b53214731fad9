//! The progress of an import on stderr: a bar on a terminal, otherwise one line per step.

use std::io::{IsTerminal, Write};
use std::time::Duration;

/// The width of the bar, in characters.
const WIDTH: usize = 30;

/// After how many incidents a line is printed if there is no terminal.
const STEP: usize = 100;

/// The progress of an import.
#[derive(Debug, Default)]
pub(super) struct Progress {
    done: usize,
    total: Option<usize>,
    has_bar: bool,
}

impl Progress {
    pub(super) fn new() -> Self {
        Self {
            has_bar: std::io::stderr().is_terminal(),
            ..Self::default()
        }
    }

    /// Sets the number of incidents in Datadog, if it is known.
    pub(super) fn set_total(&mut self, total: Option<usize>) {
        self.total = total;
    }

    /// Counts an incident.
    pub(super) fn advance(&mut self) {
        self.done += 1;
        if self.has_bar {
            self.draw();
        } else if self.done.is_multiple_of(STEP) {
            print(&format!("Read {}\n", self.counts()));
        }
    }

    /// Waits, and says why.
    pub(super) async fn wait(&mut self, wait: Duration) {
        let seconds = wait.as_secs().max(1);
        if self.has_bar {
            print(&format!(
                "\r\x1b[KDatadog's rate limit: waiting {seconds} s"
            ));
        } else {
            print(&format!("Datadog's rate limit: waiting {seconds} s.\n"));
        }
        tokio::time::sleep(wait).await;
        if self.has_bar {
            self.draw();
        }
    }

    /// Removes the bar.
    pub(super) fn finish(&self) {
        if self.has_bar {
            print("\r\x1b[K");
        }
    }

    fn draw(&self) {
        print(&format!("\r\x1b[K{}{}", self.bar(), self.counts()));
    }

    fn bar(&self) -> String {
        let Some(total) = self.total.filter(|total| *total > 0) else {
            return String::new();
        };
        let filled = (WIDTH * self.done / total).min(WIDTH);
        format!("[{}{}] ", "#".repeat(filled), "-".repeat(WIDTH - filled))
    }

    fn counts(&self) -> String {
        match self.total {
            Some(total) => format!("{} of {} incidents", self.done, total.max(self.done)),
            None => format!("{} incidents", self.done),
        }
    }
}

/// Prints to stderr. A closed pipe is ignored.
fn print(text: &str) {
    let mut stderr = std::io::stderr();
    drop(stderr.write_all(text.as_bytes()));
    drop(stderr.flush());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bar_grows_with_the_incidents() {
        let mut progress = Progress {
            done: 10,
            ..Progress::default()
        };
        assert_eq!(
            (progress.bar(), progress.counts()),
            (String::new(), "10 incidents".to_owned())
        );
        progress.set_total(Some(20));
        let half = format!("[{}{}] ", "#".repeat(15), "-".repeat(15));
        assert_eq!(
            (progress.bar(), progress.counts()),
            (half, "10 of 20 incidents".to_owned())
        );
        progress.set_total(Some(5));
        assert_eq!(progress.counts(), "10 of 10 incidents");
    }
}
