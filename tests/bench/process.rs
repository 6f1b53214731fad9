//! The processes that are measured: started, asked whether they are ready, and ended with the bench.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::slack::Slack;

/// How long a bot may take to be ready, before something is wrong with it.
const PATIENCE: Duration = Duration::from_secs(20);

/// A server that is measured. It does not outlive this value.
pub struct Process {
    /// Where it listens.
    pub address: SocketAddr,
    child: Child,
    /// Kept open: who writes to a closed pipe is ended.
    _stdout: BufReader<ChildStdout>,
}

/// A bot, the real program, with what it stores.
pub struct Bot {
    /// The program that runs.
    pub process: Process,
    /// The time from its start to its first `200` on `/readyz`.
    pub ready_after: Duration,
}

/// Gives a folder on the disk of the build: elsewhere temporary files may be in memory, where no sync
/// costs anything.
pub fn folder() -> TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap()
}

/// Gives the file in which the bot of a folder stores.
pub fn store(folder: &Path) -> PathBuf {
    folder.join("incidents.db")
}

impl Process {
    /// Starts this program as a floor.
    pub fn floor(arguments: &[&str]) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(arguments);
        Self::start(&mut command, |line| line)
    }

    /// Starts a program that says on stdout where it listens.
    fn start(command: &mut Command, address: fn(&str) -> &str) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        while !line.contains("127.0.0.1") || line.starts_with("Slack") {
            line.clear();
            let read = stdout.read_line(&mut line).unwrap();
            assert!(read > 0, "the program ended before it listened");
        }
        Self {
            address: address(line.trim()).parse().unwrap(),
            child,
            _stdout: stdout,
        }
    }

    /// Gives how long the process has computed so far.
    pub fn cpu(&self) -> Duration {
        /// Linux counts in hundredths of a second, whatever the machine.
        const TICK: Duration = Duration::from_millis(10);
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        // The name of the program, in brackets, may hold anything.
        let (_, fields) = stat.rsplit_once(')').unwrap();
        let ticks = fields.split_whitespace().skip(11).take(2);
        TICK * ticks.map(|field| field.parse::<u32>().unwrap()).sum()
    }

    /// Gives the memory that the process holds now, in MB of a million bytes.
    pub fn memory(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS:"));
        let kilobytes = line.unwrap().split_whitespace().nth(1).unwrap();
        kilobytes.parse::<f64>().unwrap() * 1024.0 / 1e6
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Bot {
    /// Starts the program on the store of a folder, set up as in production but for the address of
    /// Slack, and waits until it is ready.
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
            .env("DATABASE_PATH", store(folder))
            .env("INCIDENTS_CHANNEL", "incidents")
            .env("SLACK_API_URL", slack.sandbox.api_url())
            .env("SLACK_BOT_TOKEN", slack.sandbox.bot_token())
            .env("SLACK_SIGNING_SECRET", slack.sandbox.signing_secret())
            .stderr(log);
        let began = Instant::now();
        let process = Process::start(&mut command, |line| {
            let address = line.strip_prefix("Health").unwrap().trim();
            let address = address.strip_prefix("http://").unwrap();
            address.strip_suffix("/readyz").unwrap()
        });
        while !is_ready(process.address) {
            assert!(began.elapsed() < PATIENCE, "the bot does not become ready");
            std::thread::yield_now();
        }
        let ready_after = began.elapsed();
        slack.serves(process.address);
        Self {
            process,
            ready_after,
        }
    }
}

fn is_ready(address: SocketAddr) -> bool {
    let mut answer = String::new();
    let mut connection = TcpStream::connect(address).unwrap();
    connection
        .write_all(b"GET /readyz HTTP/1.1\r\nhost: muster\r\nconnection: close\r\n\r\n")
        .unwrap();
    connection.read_to_string(&mut answer).unwrap();
    answer.starts_with("HTTP/1.1 200")
}
