//! Starts the program as a new user does: in an empty folder, with no configuration except free ports.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::thread::{self, JoinHandle};

use serde_json::Value;
use tempfile::TempDir;

/// The bot with its sandbox. Dropping it stops the process.
pub struct Program {
    child: Child,
    page: String,
    log: Option<JoinHandle<String>>,
    _folder: TempDir,
}

impl Program {
    /// Starts the program and waits until it prints the URL of its page.
    pub fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_muster"))
            .current_dir(folder.path())
            .env_clear()
            .env("LISTEN_ADDR", "127.0.0.1:0")
            .env("SANDBOX_ADDR", "127.0.0.1:0")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let log = read_in_background(child.stderr.take().unwrap());
        let banner = BufReader::new(child.stdout.take().unwrap());
        let text = banner
            .lines()
            .next()
            .expect("the program ended before it printed the URL of its page")
            .unwrap();
        let page = text.split_whitespace().nth(1).unwrap().to_owned();
        assert!(page.starts_with("http://127.0.0.1:"), "{text}");
        Self {
            child,
            page,
            log: Some(log),
            _folder: folder,
        }
    }

    /// Returns the URL of the sandbox's page.
    pub fn page(&self) -> &str {
        &self.page
    }

    /// Stops the program. Returns its warnings and errors.
    pub fn stop(mut self) -> Vec<String> {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status().unwrap();
        assert!(sent.success());
        let status = self.child.wait().unwrap();
        let log = self.log.take().unwrap().join().unwrap();
        assert!(status.success(), "{log}");
        let is_problem = |text: &&str| {
            let entry: Option<Value> = serde_json::from_str(text).ok();
            entry.is_none_or(|entry| entry["level"] != "INFO")
        };
        log.lines().filter(is_problem).map(str::to_owned).collect()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Reads the log continuously: a full pipe would block the program.
fn read_in_background(mut log: ChildStderr) -> JoinHandle<String> {
    thread::spawn(move || {
        let mut text = String::new();
        log.read_to_string(&mut text).unwrap();
        text
    })
}
