//! The real binary as a process: started, asked how it goes, killed.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

/// A bot that runs as a process. Dropping it kills it.
pub struct Process {
    child: Arc<Mutex<Child>>,
    /// Where it answers, without a slash at the end.
    pub address: String,
    log: PathBuf,
}

/// What kills a process, from any thread and at once.
#[derive(Clone)]
pub struct Killer(Arc<Mutex<Child>>);

impl Process {
    /// Starts the binary with these settings and no others, in a folder without a `.env`; gives it once
    /// it says where it listens. What it logs goes to a file.
    pub fn start(settings: &[(&str, String)], folder: &Path, log: PathBuf) -> Self {
        // A write beyond a limit on file sizes is to fail, as on a full disk, and not to kill.
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
            .find_map(|line| line.strip_prefix("Health")?.trim().parse::<String>().ok());
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

    /// Gives what kills it.
    pub fn killer(&self) -> Killer {
        Killer(Arc::clone(&self.child))
    }

    /// Lets files grow no more from now on, as on a full disk: `0`; or as they like again: `unlimited`.
    pub fn files_grow_to(&self, limit: &str) {
        let id = self.child.lock().unwrap().id().to_string();
        let limit = format!("--fsize={limit}:unlimited");
        let set = Command::new("prlimit")
            .args(["--pid", &id, &limit])
            .status();
        assert!(set.unwrap().success());
    }

    /// Gives the warnings and errors of its log.
    pub fn complaints(&self) -> Vec<String> {
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        let loud = |line: &&str| line.contains("\"WARN\"") || line.contains("\"ERROR\"");
        log.lines().filter(loud).map(str::to_owned).collect()
    }
}

impl Killer {
    /// Kills with SIGKILL, and waits until the process is gone and with it all that it held.
    pub fn kill(&self) {
        let mut child = self.0.lock().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.killer().kill();
    }
}
