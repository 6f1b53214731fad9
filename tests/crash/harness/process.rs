//! The real binary as a process that can be killed from any thread and whose disk can be full.

use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};

use crate::support::binary::MUSTER;
use crate::support::process::Process;

/// A running bot. Dropping it kills the process.
pub struct AppProcess {
    process: Arc<Mutex<Process>>,
    /// The base URL of the bot, without a trailing slash.
    pub address: String,
}

/// Kills a process, from any thread and without waiting.
#[derive(Clone)]
pub struct KillHandle(Arc<Mutex<Process>>);

impl AppProcess {
    /// Starts the binary with only these environment variables, in a folder without a `.env`. Returns when it
    /// has printed its address.
    pub fn start(environment: &[(&str, String)], folder: &Path) -> Self {
        // Ignoring SIGXFSZ makes a write beyond the file size limit fail, as on a full disk, instead of
        // killing the process.
        let mut command = Command::new("/bin/sh");
        command
            .args(["-c", "trap '' XFSZ; exec \"$0\"", MUSTER])
            .current_dir(folder)
            .env_clear()
            .envs(environment.iter().map(|(name, value)| (*name, value)));
        let process = Process::start(&mut command, "Health");
        Self {
            address: process.base_url().to_owned(),
            process: Arc::new(Mutex::new(process)),
        }
    }

    /// Returns a handle that kills the process.
    pub fn kill_handle(&self) -> KillHandle {
        KillHandle(Arc::clone(&self.process))
    }

    /// Limits the size of files that the process writes: `0` as on a full disk, or `unlimited`.
    pub fn limit_file_size(&self, limit: &str) {
        let id = self.process.lock().unwrap().id().to_string();
        let limit = format!("--fsize={limit}:unlimited");
        let set = Command::new("prlimit")
            .args(["--pid", &id, &limit])
            .status();
        assert!(set.unwrap().success());
    }

    /// Returns the warnings and errors in the log.
    pub fn log_warnings(&self) -> Vec<String> {
        self.process.lock().unwrap().log_warnings()
    }
}

impl KillHandle {
    /// Sends SIGKILL and waits until the process has ended and released its locks.
    pub fn kill(&self) {
        self.0.lock().unwrap().kill();
    }
}

impl Drop for AppProcess {
    fn drop(&mut self) {
        self.kill_handle().kill();
    }
}
