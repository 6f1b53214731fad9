//! The program, started as a newcomer starts it: in an empty folder, with no settings but free ports.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::thread::{self, JoinHandle};

use serde_json::Value;
use tempfile::TempDir;

/// The bot with its sandbox. It does not outlive the test.
pub struct Program {
    child: Child,
    page: String,
    log: Option<JoinHandle<String>>,
    _folder: TempDir,
}

impl Program {
    /// Starts the program and waits until it says where its page is.
    pub fn started() -> Self {
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
        let log = all_of(child.stderr.take().unwrap());
        let banner = BufReader::new(child.stdout.take().unwrap());
        let line = banner.lines().next().expect("the program ended").unwrap();
        let page = line.split_whitespace().nth(1).unwrap().to_owned();
        assert!(page.starts_with("http://127.0.0.1:"), "{line}");
        Self {
            child,
            page,
            log: Some(log),
            _folder: folder,
        }
    }

    /// Gives the address of the sandbox's page.
    pub fn page(&self) -> &str {
        &self.page
    }

    /// Asks the program to stop; gives what it logged that was more than word of its doings.
    pub fn stopped(mut self) -> Vec<String> {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status().unwrap();
        assert!(sent.success());
        let status = self.child.wait().unwrap();
        let log = self.log.take().unwrap().join().unwrap();
        assert!(status.success(), "{log}");
        let is_trouble = |line: &&str| {
            let entry: Option<Value> = serde_json::from_str(line).ok();
            entry.is_none_or(|entry| entry["level"] != "INFO")
        };
        log.lines().filter(is_trouble).map(str::to_owned).collect()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Reads the log while it is written: a full pipe would hold the program up.
fn all_of(mut log: ChildStderr) -> JoinHandle<String> {
    thread::spawn(move || {
        let mut text = String::new();
        log.read_to_string(&mut text).unwrap();
        text
    })
}
