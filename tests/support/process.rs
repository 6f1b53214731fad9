//! A server as a child process.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::Value;

/// A running server. Dropping it kills the process.
pub struct Process {
    child: Child,
    /// The lines that it printed at its start.
    pub startup_message: Vec<String>,
    log: PathBuf,
    /// Kept open, because a write to a closed pipe ends the process.
    _stdout: BufReader<ChildStdout>,
}

impl Process {
    /// Starts a command in its folder. Returns when it has printed a line that begins with `last_label`.
    ///
    /// Logs to a file in that folder: a pipe that is not read would block the process.
    pub fn start(command: &mut Command, last_label: &str) -> Self {
        let log = command.get_current_dir().unwrap().join("log.txt");
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = command.stderr(File::create(&log).unwrap()).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut startup_message = Vec::new();
        loop {
            let mut text = String::new();
            if stdout.read_line(&mut text).unwrap() == 0 {
                let log = std::fs::read_to_string(&log).unwrap_or_default();
                panic!("the process ended before it printed {last_label}: {log}");
            }
            let is_last = text.starts_with(last_label);
            startup_message.push(text.trim_end().to_owned());
            if is_last {
                break;
            }
        }
        Self {
            child,
            startup_message,
            log,
            _stdout: stdout,
        }
    }

    /// Returns the URL in the line of the startup message with this label.
    pub fn url(&self, label: &str) -> &str {
        let mut lines = self.startup_message.iter();
        let labelled = lines.find(|text| text.starts_with(label)).unwrap();
        labelled.split_whitespace().nth(1).unwrap()
    }

    /// Returns the base URL of the bot, without a trailing slash.
    pub fn base_url(&self) -> &str {
        self.url("Health").trim_end_matches("/readyz")
    }

    /// Returns the process ID.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Returns the log.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap()
    }

    /// Returns the log entries above the level INFO, and all lines that are not log entries.
    pub fn log_warnings(&self) -> Vec<String> {
        let is_problem = |text: &&str| {
            let entry: Option<Value> = serde_json::from_str(text).ok();
            entry.is_none_or(|entry| entry["level"] != "INFO")
        };
        let log = self.log();
        log.lines().filter(is_problem).map(str::to_owned).collect()
    }

    /// Sends SIGTERM and waits until the process has ended. Returns its exit code.
    pub fn terminate(&mut self) -> i32 {
        let id = self.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status().unwrap();
        assert!(sent.success());
        self.child.wait().unwrap().code().unwrap()
    }

    /// Sends SIGKILL and waits until the process has ended and released its locks.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}
