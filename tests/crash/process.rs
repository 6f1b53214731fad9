//! The real binary as a child process.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

/// A running bot. Dropping it kills the process.
pub struct AppProcess {
    child: Arc<Mutex<Child>>,
    /// The base URL of the bot, without a trailing slash.
    pub address: String,
    log: PathBuf,
}

/// Kills a process, from any thread and without waiting.
#[derive(Clone)]
pub struct KillHandle(Arc<Mutex<Child>>);

impl AppProcess {
    /// Starts the binary with only these environment variables, in a folder without a `.env`, and logs to a
    /// file. Returns when the binary prints its address.
    pub fn start(settings: &[(&str, String)], folder: &Path, log: PathBuf) -> Self {
        // Ignoring SIGXFSZ makes a write beyond the file size limit fail, as on a full disk, instead of
        // killing the process.
        let mut child = Command::new("/bin/sh")
            .args([
                "-c",
                "trap '' XFSZ; exec \"$0\"",
                env!("CARGO_BIN_EXE_muster"),
            ])
            .env_clear()
            .envs(settings.iter().map(|(name, value)| (*name, value)))
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(File::create(&log).unwrap())
            .spawn()
            .unwrap();
        let banner = BufReader::new(child.stdout.take().unwrap());
        let health = banner
            .lines()
            .map_while(Result::ok)
            .find_map(|text| text.strip_prefix("Health")?.trim().parse::<String>().ok());
        let child = Arc::new(Mutex::new(child));
        let Some(health) = health else {
            let log = std::fs::read_to_string(&log).unwrap_or_default();
            panic!("the bot did not start: {log}");
        };
        Self {
            child,
            address: health.trim_end_matches("/readyz").to_owned(),
            log,
        }
    }

    /// Returns a handle that kills the process.
    pub fn kill_handle(&self) -> KillHandle {
        KillHandle(Arc::clone(&self.child))
    }

    /// Limits the size of files that the process writes: `0` as on a full disk, or `unlimited`.
    pub fn limit_file_size(&self, limit: &str) {
        let id = self.child.lock().unwrap().id().to_string();
        let limit = format!("--fsize={limit}:unlimited");
        let set = Command::new("prlimit")
            .args(["--pid", &id, &limit])
            .status();
        assert!(set.unwrap().success());
    }

    /// Returns the warnings and errors in the log.
    pub fn log_warnings(&self) -> Vec<String> {
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        let loud = |text: &&str| text.contains("\"WARN\"") || text.contains("\"ERROR\"");
        log.lines().filter(loud).map(str::to_owned).collect()
    }
}

impl KillHandle {
    /// Sends SIGKILL and waits until the process has ended and released its locks.
    pub fn kill(&self) {
        let mut child = self.0.lock().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
    }
}

impl Drop for AppProcess {
    fn drop(&mut self) {
        self.kill_handle().kill();
    }
}
