//! The measured processes: started, polled until ready, and killed with the benchmark.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::slack::Slack;

/// How long a bot may take to become ready.
const READY_TIMEOUT: Duration = Duration::from_secs(20);

/// A measured server. Dropping it kills the process.
pub struct Process {
    /// The address that the server listens on.
    pub address: SocketAddr,
    child: Child,
    /// Kept open, because a write to a closed pipe ends the process.
    _stdout: BufReader<ChildStdout>,
}

/// A bot: the real program with its store.
pub struct App {
    /// The running program.
    pub process: Process,
    /// The time from the start to the first `200` on `/readyz`.
    pub ready_after: Duration,
}

/// Creates a folder on the disk of the build. The default folder for temporary files may be in memory, where
/// a sync is free.
pub fn create_folder() -> TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap()
}

/// Returns the path of the database in a folder.
pub fn store_path(folder: &Path) -> PathBuf {
    folder.join("incidents.db")
}

impl Process {
    /// Starts this program as a baseline.
    pub fn start_baseline(arguments: &[&str]) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(arguments);
        Self::start(&mut command, |text| text)
    }

    /// Starts a program that prints its address to stdout.
    fn start(command: &mut Command, address: fn(&str) -> &str) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut text = String::new();
        while !text.contains("127.0.0.1") || text.starts_with("Slack") {
            text.clear();
            let read = stdout.read_line(&mut text).unwrap();
            assert!(read > 0, "the program ended before it printed its address");
        }
        Self {
            address: address(text.trim()).parse().unwrap(),
            child,
            _stdout: stdout,
        }
    }

    /// Returns the CPU time of the process so far.
    pub fn cpu_time(&self) -> Duration {
        /// Linux reports CPU time in hundredths of a second on all machines.
        const TICK: Duration = Duration::from_millis(10);
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        // The program name in parentheses may contain any character.
        let (_, fields) = stat.rsplit_once(')').unwrap();
        let ticks = fields.split_whitespace().skip(11).take(2);
        TICK * ticks.map(|field| field.parse::<u32>().unwrap()).sum()
    }

    /// Returns the resident memory of the process, in MB (10⁶ bytes).
    pub fn memory(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let entry = status.lines().find(|entry| entry.starts_with("VmRSS:"));
        let kilobytes = entry.unwrap().split_whitespace().nth(1).unwrap();
        kilobytes.parse::<f64>().unwrap() * 1024.0 / 1e6
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl App {
    /// Starts the program on the store of a folder, configured as in production except for Slack's URL, and
    /// waits until it is ready.
    pub fn start(folder: &Path, slack: &Slack) -> Self {
        let log = File::options()
            .create(true)
            .append(true)
            .open(folder.join("log"))
            .unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_muster"));
        command
            .current_dir(folder)
            .env_clear()
            .env("LISTEN_ADDR", "127.0.0.1:0")
            .env("DATABASE_PATH", store_path(folder))
            .env("INCIDENTS_CHANNEL", "incidents")
            .env("SLACK_API_URL", slack.sandbox.api_url())
            .env("SLACK_BOT_TOKEN", slack.sandbox.bot_token())
            .env("SLACK_SIGNING_SECRET", slack.sandbox.signing_secret())
            .stderr(log);
        let began = Instant::now();
        let process = Process::start(&mut command, |text| {
            let address = text.strip_prefix("Health").unwrap().trim();
            let address = address.strip_prefix("http://").unwrap();
            address.strip_suffix("/readyz").unwrap()
        });
        while !is_ready(process.address) {
            assert!(
                began.elapsed() < READY_TIMEOUT,
                "the bot did not become ready"
            );
            std::thread::yield_now();
        }
        let ready_after = began.elapsed();
        slack.set_app_address(process.address);
        Self {
            process,
            ready_after,
        }
    }
}

fn is_ready(address: SocketAddr) -> bool {
    let mut response = String::new();
    let mut connection = TcpStream::connect(address).unwrap();
    connection
        .write_all(b"GET /readyz HTTP/1.1\r\nhost: muster\r\nconnection: close\r\n\r\n")
        .unwrap();
    connection.read_to_string(&mut response).unwrap();
    response.starts_with("HTTP/1.1 200")
}
