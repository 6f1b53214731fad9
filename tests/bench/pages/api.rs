//! Measures the API: one incident, and pages of a list of 10,000, in turn with a bare axum server that sends as many
//! bytes. The limit of requests is per key, so the requests are sent with many keys.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, named_params};
use sha2::{Digest, Sha256};

use crate::list::insert_incidents;
use crate::load::{Batch, Expected, Plan, run_load};
use crate::pages::{bare_page, session};
use crate::process::{App, Server, create_folder, store_path};
use crate::slack::Slack;
use crate::stats::{Stats, median_ratio};
use crate::thresholds::Thresholds;

const RESOLVED: usize = 9_900;
const OPEN: usize = 100;

/// The number of keys. Each can send 600 requests at once.
const KEYS: usize = 100;

/// The number of requests of a run.
const REQUESTS: usize = 500;

/// The number of rounds. The API and the bare server are measured in each.
const ROUNDS: usize = 5;

/// The maximum response time, in milliseconds.
const MAX_LATENCY: f64 = 50.0;

/// Requests: their names in the report, and their paths.
const PATHS: [(&str, &str); 4] = [
    ("one incident", "/api/v2/incidents/1"),
    ("list of 10", "/api/v2/incidents"),
    (
        "list of 100 with users",
        "/api/v2/incidents?page[size]=100&include=users",
    ),
    ("last 10 of 10,000", "/api/v2/incidents?page[offset]=9990"),
];

/// Measures the requests.
pub fn measure(goals: &mut Thresholds) {
    let slack = Slack::start();
    let folder = create_folder();
    insert_incidents(folder.path(), RESOLVED, OPEN);
    let tokens = insert_keys(folder.path());
    let app = App::start_with_pages(folder.path(), &slack);
    println!("API with {} incidents, one client, ms", RESOLVED + OPEN);
    println!(
        "                                kB      p50      p99    bare server p50      p99    ratio"
    );
    for (name, path) in PATHS {
        let requests: Vec<_> = tokens.iter().map(|token| get(path, token)).collect();
        measure_path(&app, name, &requests, goals);
    }
    println!();
}

fn measure_path(app: &App, name: &str, requests: &[Vec<u8>], goals: &mut Thresholds) {
    let size = session::fetch(app.server.address, &requests[0]).len();
    let bare = bare_page::start(size);
    let sequence: Vec<_> = requests.iter().cycle().take(REQUESTS).cloned().collect();
    let batch = Batch::Sequence(sequence);
    let run = |server: &Server| {
        let plan = Plan {
            clients: 1,
            duration: Duration::from_secs(10),
            expected: Expected::Anything,
        };
        run_load(server, &batch, plan)
    };
    let mut runs = [Vec::new(), Vec::new()];
    for round in 0..ROUNDS {
        for index in [round % 2, (round + 1) % 2] {
            runs[index].push(run([&app.server, &bare][index]));
        }
    }
    let [ours, bare] = runs;
    let ratio = median_ratio(&ours, &bare, |run| run.p50);
    let (ours, bare) = (Stats::median(&ours), Stats::median(&bare));
    println!(
        "  {name:<26} {:>7} {:>8.3} {:>8.3}         {:>8.3} {:>8.3} {ratio:>7.1}×",
        size / 1000,
        ours.p50,
        ours.p99,
        bare.p50,
        bare.p99
    );
    goals.at_most(&format!("API, {name}: p99"), ours.p99, MAX_LATENCY, " ms");
}

/// Builds a request with a key.
fn get(path: &str, token: &str) -> Vec<u8> {
    format!(
        "GET {path} HTTP/1.1\r\nhost: muster.example.com\r\nauthorization: Bearer {token}\r\n\r\n"
    )
    .into_bytes()
}

/// Inserts keys into an existing store. Returns their tokens.
fn insert_keys(folder: &Path) -> Vec<String> {
    let connection = Connection::open(store_path(folder)).unwrap();
    let insert = "INSERT INTO api_keys (name, key_id, secret_hash, scopes, created_at)
         VALUES (:key_id, :key_id, :hash, 'read', '2026-11-20T10:00:00.000Z')";
    let key = |number: usize| {
        let (key_id, secret) = (format!("{number:032x}"), format!("{number:040x}"));
        let digest = Sha256::digest(secret.as_bytes());
        let hash: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let row = named_params! { ":key_id": key_id, ":hash": hash };
        connection.execute(insert, row).unwrap();
        format!("muster_{key_id}{secret}")
    };
    (0..KEYS).map(key).collect()
}
