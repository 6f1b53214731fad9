//! The measured processes: started, polled until ready, and killed with the benchmark.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::slack::Slack;
use super::support::binary::muster;
use super::support::process::Process;
use super::support::transport::Transport;
use super::support::workspace::environment;

/// How long a bot may take to become ready.
const READY_TIMEOUT: Duration = Duration::from_secs(20);

/// A measured server. Dropping it kills the process.
pub struct Server {
    /// The address that the server listens on.
    pub address: SocketAddr,
    process: Process,
}

/// A bot: the real program with its store.
pub struct App {
    /// The running program.
    pub server: Server,
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

impl Server {
    /// Starts this program as a baseline. It prints its address.
    pub fn start_baseline(arguments: &[&str]) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args(arguments)
            .current_dir(env!("CARGO_TARGET_TMPDIR"));
        let process = Process::start(&mut command, "");
        Self {
            address: process.startup_message[0].parse().unwrap(),
            process,
        }
    }

    /// Returns the CPU time of the process so far.
    pub fn cpu_time(&self) -> Duration {
        /// Linux reports CPU time in hundredths of a second on all machines.
        const TICK: Duration = Duration::from_millis(10);
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.process.id())).unwrap();
        // The program name in parentheses may contain any character.
        let (_, fields) = stat.rsplit_once(')').unwrap();
        let ticks = fields.split_whitespace().skip(11).take(2);
        TICK * ticks.map(|field| field.parse::<u32>().unwrap()).sum()
    }

    /// Returns the resident memory of the process, in MB (10⁶ bytes).
    pub fn memory(&self) -> f64 {
        let status =
            std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap();
        let entry = status.lines().find(|entry| entry.starts_with("VmRSS:"));
        let kilobytes = entry.unwrap().split_whitespace().nth(1).unwrap();
        kilobytes.parse::<f64>().unwrap() * 1024.0 / 1e6
    }
}

impl App {
    /// Starts the program on the store of a folder, configured as in production except for Slack's URL, and
    /// waits until it is ready.
    pub fn start(folder: &Path, slack: &Slack) -> Self {
        Self::start_with(folder, slack, &[])
    }

    /// Starts the program like [`App::start`], with pages.
    pub fn start_with_pages(folder: &Path, slack: &Slack) -> Self {
        let variables = [("PUBLIC_URL", "http://muster.example.com")];
        Self::start_with(folder, slack, &variables)
    }

    /// Starts the program like [`App::start`], with this mail relay, and with links in its mails.
    pub fn start_with_mail(folder: &Path, slack: &Slack, relay: SocketAddr) -> Self {
        let relay = format!("smtp://{relay}");
        let variables = [
            ("PUBLIC_URL", "https://muster.example.com"),
            ("MAIL_URL", relay.as_str()),
        ];
        Self::start_with(folder, slack, &variables)
    }

    fn start_with(folder: &Path, slack: &Slack, variables: &[(&str, &str)]) -> Self {
        let mut command = muster(folder);
        command
            .env("DATABASE_PATH", store_path(folder))
            .envs(environment(&slack.sandbox, Transport::Http))
            .envs(variables.iter().copied());
        let began = Instant::now();
        let process = Process::start(&mut command, "Health");
        let address = process.base_url().strip_prefix("http://").unwrap();
        let server = Server {
            address: address.parse().unwrap(),
            process,
        };
        while !is_ready(server.address) {
            assert!(
                began.elapsed() < READY_TIMEOUT,
                "the bot did not become ready"
            );
            std::thread::yield_now();
        }
        let ready_after = began.elapsed();
        slack.set_app_address(server.address);
        Self {
            server,
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
