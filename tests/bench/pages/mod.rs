//! Measures the pages of an incident with 200,000 timeline entries, in turn with a bare axum server that sends as
//! many bytes, and the memory of 200 pages that are notified of changes.

pub mod bare_page;
pub mod session;
mod streams;

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, named_params};

use crate::list::insert_incidents;
use crate::load::{Batch, Expected, Plan, run_load};
use crate::pages::session::{Session, insert_sessions};
use crate::process::{App, Server, create_folder, store_path};
use crate::slack::Slack;
use crate::stats::{Stats, median_ratio};
use crate::thresholds::Thresholds;

/// The number of timeline entries of the first incident.
const ENTRIES: usize = 200_000;

/// The number of open incidents.
const INCIDENTS: usize = 100;

/// The maximum response time, in milliseconds.
const MAX_LATENCY: f64 = 50.0;

/// The number of rounds. The page and the bare one are measured in each.
const ROUNDS: usize = 5;

/// Pages: their names in the report, and their paths.
const PAGES: [(&str, &str); 4] = [
    ("incident", "/incidents/1"),
    ("timeline", "/incidents/1/timeline"),
    (
        "timeline, oldest first",
        "/incidents/1/timeline?order=oldest",
    ),
    ("incident without entries", "/incidents/2"),
];

/// Measures pages and streams.
pub fn measure(goals: &mut Thresholds) {
    let slack = Slack::start();
    let folder = create_folder();
    insert_incidents(folder.path(), 0, INCIDENTS);
    insert_entries(folder.path());
    let sessions = insert_sessions(folder.path(), streams::USERS);
    let app = App::start_with_pages(folder.path(), &slack);
    println!("Pages of an incident with {ENTRIES} timeline entries, one client, ms");
    println!(
        "                                kB      p50      p99      bare page p50      p99    ratio"
    );
    for (name, path) in PAGES {
        measure_page(&app, &sessions[0], (name, path), goals);
    }
    println!();
    streams::measure(&app, &slack, &sessions, goals);
}

fn measure_page(app: &App, session: &Session, page: (&str, &str), goals: &mut Thresholds) {
    let (name, path) = page;
    let request = session.get(path);
    let size = response_size(&app.server, &request);
    let bare = bare_page::start(size);
    let request = Batch::Repeated(request);
    let run = |server: &Server| {
        let plan = Plan {
            clients: 1,
            duration: Duration::from_millis(500),
            expected: Expected::Anything,
        };
        run_load(server, &request, plan)
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
    goals.at_most(&format!("page {name}: p99"), ours.p99, MAX_LATENCY, " ms");
}

/// Returns the size of the response to a request.
fn response_size(server: &Server, request: &[u8]) -> usize {
    let body = session::fetch(server.address, request);
    assert!(body.len() > 2_000, "not a page");
    body.len()
}

/// Inserts timeline entries of the first incident into a store, bypassing the program.
fn insert_entries(folder: &Path) {
    let mut connection = Connection::open(store_path(folder)).unwrap();
    let tx = connection.transaction().unwrap();
    for number in 0..ENTRIES {
        let (day, second) = (number / 86_400, number % 86_400);
        let (hour, minute) = (second / 3600, second / 60 % 60);
        tx.prepare_cached(
            "INSERT INTO timeline (incident_id, kind, author, event, happened_at, recorded_at, recorded_by)
             VALUES (1, 'note', 'U0ALICE0001', :event, :at, :at, 'U0ALICE0001')",
        )
        .unwrap()
        .execute(named_params! {
            ":event": format!(r#"{{"event":"note","text":"I looked at graph {number}."}}"#),
            ":at": format!("2026-11-{:02}T{hour:02}:{minute:02}:{:02}.000Z", 20 + day, second % 60),
        })
        .unwrap();
    }
    tx.commit().unwrap();
}
