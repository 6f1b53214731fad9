//! Measures the HTTP API and the intake of alerts, in turn with bare axum servers that send as many bytes and, for
//! requests that change something, insert a row of the size of the request. The limit of requests is per key, so the
//! requests are sent with many keys.

mod bodies;
mod changes;
mod keys;
mod queries;
pub mod row_floor;

use std::path::Path;

use rusqlite::Connection;

use crate::api::changes::Changes;
use crate::list::insert_incidents;
use crate::process::{App, create_folder, store_path};
use crate::responses::Measurement;
use crate::slack::Slack;
use crate::stats::{Stats, median_ratio};
use crate::thresholds::Thresholds;

const RESOLVED: usize = 9_900;
const OPEN: usize = 100;

/// The numbers of concurrent clients.
const CLIENTS: [usize; 3] = [1, 16, 128];

/// The maximum p99, in milliseconds, with one client. With 16 clients it applies to requests that are not large.
const MAX_P99: f64 = 50.0;

/// Measures the requests.
pub fn measure(goals: &mut Thresholds) {
    let slack = Slack::start();
    let folder = create_folder();
    insert_incidents(folder.path(), RESOLVED, OPEN);
    make_searchable(folder.path());
    let tokens = keys::insert_keys(folder.path());
    let mut changes = Changes::prepare(folder.path());
    let app = App::start_with_pages(folder.path(), &slack);
    print_header();
    queries::measure(&app, &tokens, goals);
    changes.measure(&app, &tokens, goals);
    println!();
}

/// Sets a second severity, and inserts the titles into the full-text index.
fn make_searchable(folder: &Path) {
    Connection::open(store_path(folder))
        .unwrap()
        .execute_batch(
            "UPDATE incidents SET severity = 'SEV-2' WHERE id % 400 = 1;
             INSERT INTO incident_text (rowid, title, summary, root_cause, channel_name)
             SELECT id, ' ' || title || ' ', ' ' || summary || ' ', ' ' || root_cause || ' ',
                    ' ' || channel_name || ' ' FROM incidents ORDER BY id",
        )
        .unwrap();
}

fn print_header() {
    println!(
        "API with {} incidents: response times in ms, responses per second, and µs of CPU time per response",
        RESOLVED + OPEN
    );
    println!(
        "                                           Muster                      bare server                 ratio"
    );
    println!(
        "                         kB  clients    p50    p99     /s    µs      p50    p99     /s    µs      p50    p99     /s"
    );
}

/// A row of the report: a request, and the number of clients that send it.
#[derive(Clone, Copy, Debug)]
struct Row {
    name: &'static str,
    /// The size of the request or of the response, in bytes.
    size: usize,
    clients: usize,
    /// The number of clients up to which the response time is limited.
    limited: usize,
}

impl Row {
    fn print(self, ours: &Measurement, floor: &Measurement) {
        let columns = |row: &Measurement| {
            let Stats {
                p50,
                p99,
                per_second,
                cpu,
                ..
            } = Stats::median(&row.runs);
            format!("{p50:>6.2} {p99:>6.2} {per_second:>6.0} {cpu:>5.0}")
        };
        let ratio = |figure: fn(&Stats) -> f64| median_ratio(&ours.runs, &floor.runs, figure);
        println!(
            "  {:<20} {:>4.0} {:>8}  {}   {}   {:>5.1}× {:>5.1}× {:>5.2}×",
            self.name,
            self.size as f64 / 1000.0,
            self.clients,
            columns(ours),
            columns(floor),
            ratio(|run| run.p50),
            ratio(|run| run.p99),
            ratio(|run| run.per_second),
        );
    }

    /// Adds the threshold of the number of stored requests per second with 16 clients, as a fraction of the bare
    /// server's.
    fn check_throughput(self, rows: &[Measurement; 2], least: f64, goals: &mut Thresholds) {
        let [floor, ours] = rows;
        if self.clients == 16 {
            let ratio = median_ratio(&ours.runs, &floor.runs, |run| run.per_second);
            let what = format!("API, {}: stored per second, ratio to a row", self.name);
            goals.at_least(&what, ratio, least, "×");
        }
    }

    /// Adds the threshold of the response time.
    fn check_latency(self, ours: &Measurement, goals: &mut Thresholds) {
        if self.clients <= self.limited {
            let what = format!("API, {}: p99 with {} clients", self.name, self.clients);
            goals.at_most(&what, Stats::median(&ours.runs).p99, MAX_P99, " ms");
        }
    }
}
