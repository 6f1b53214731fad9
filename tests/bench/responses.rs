//! Measures response times, and the number of submissions stored per second, against the baselines.

use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;

use crate::baseline;
use crate::list::{OPEN_INCIDENTS, insert_incidents};
use crate::load::{Expected, Plan, run_load};
use crate::process::{App, create_folder, store_path};
use crate::requests::{Requests, UPDATED_INCIDENTS, signed_command};
use crate::slack::Slack;
use crate::stats::{Stats, median_ratio};
use crate::thresholds::Thresholds;

/// The numbers of concurrent clients.
const CLIENTS: [usize; 3] = [1, 16, 128];

/// The number of rounds. The servers take turns in each round.
const ROUNDS: usize = 7;

/// The duration of each run.
const RUN_DURATION: Duration = Duration::from_millis(600);

/// The duration of each server's warm-up.
const WARM_UP: Duration = Duration::from_millis(300);

/// The number of submissions for each number of clients. A run with more of them would end early.
const BATCH_SIZES: [usize; 3] = [2_500, 7_000, 14_000];

/// The maximum p99 of submissions at 16 clients, as a multiple of `insert`'s.
const MAX_P99_RATIO: f64 = 1.25;

/// The maximum p99 of submissions at 16 clients, in milliseconds.
const MAX_P99: f64 = 50.0;

/// The minimum number of submissions stored per second, as a fraction of `insert`'s.
const MIN_THROUGHPUT_RATIO: f64 = 0.6;

/// A measured server or request: its name and the figures of its runs.
pub struct Measurement {
    /// Its name.
    pub name: &'static str,
    /// Its figures, one for each round.
    pub runs: Vec<Stats>,
}

/// Measures commands against the first baseline.
pub fn measure_commands(_: &mut Thresholds) {
    print_header("Commands");
    let slack = Slack::start();
    let folder = create_folder();
    insert_incidents(folder.path(), 0, OPEN_INCIDENTS);
    let app = App::start(folder.path(), &slack);
    let floor = baseline::start_http_only();
    for clients in CLIENTS {
        let help = signed_command(&slack, "/datadog help");
        let list = signed_command(&slack, "/datadog incident list");
        let [floor, help, list] =
            measure_interleaved(["baseline", "help", "list"], |index, duration| {
                let (server, batch, expected) = match index {
                    0 => (&floor, &help, Expected::Anything),
                    1 => (&app.server, &help, Expected::Message),
                    _ => (&app.server, &list, Expected::Message),
                };
                run_load(
                    server,
                    batch,
                    Plan {
                        clients,
                        duration,
                        expected,
                    },
                )
            });
        for row in [help, list] {
            row.print(clients, &floor);
        }
    }
}

/// Measures submissions against the second baseline. The third and fourth baselines show the cost of reading
/// submissions and of storing their rows.
pub fn measure_submissions(goals: &mut Thresholds) {
    print_header("Submissions");
    let slack = Slack::start();
    let folder = create_folder();
    let app = App::start(folder.path(), &slack);
    let floor = baseline::start_single_row(folder.path());
    let secret = slack.sandbox.signing_secret();
    let reading = baseline::start_verifying(folder.path(), &secret);
    let keeping = baseline::start_all_rows(folder.path(), &secret);
    let mut requests = Requests::record(&slack);
    let declarations = requests.declarations(UPDATED_INCIDENTS);
    let first = Plan {
        clients: 16,
        duration: Duration::from_secs(60),
        expected: Expected::EmptyBody,
    };
    let mut answered = Requests::RECORDED_SUBMISSIONS;
    answered += run_load(&app.server, &declarations, first).responses;
    for (clients, supply) in CLIENTS.into_iter().zip(BATCH_SIZES) {
        let names = ["baseline", "verify", "insert", "declare", "update"];
        let rows = measure_interleaved(names, |index, duration| {
            let (server, batch) = match index {
                0 => (&floor, requests.declarations(supply)),
                1 => (&reading, requests.declarations(supply)),
                2 => (&keeping, requests.declarations(supply)),
                3 => (&app.server, requests.declarations(supply)),
                _ => (&app.server, requests.updates(supply)),
            };
            let plan = Plan {
                clients,
                duration,
                ..first
            };
            let figures = run_load(server, &batch, plan);
            answered += if index < 3 { 0 } else { figures.responses };
            figures
        });
        print_submissions(&rows, clients, goals);
    }
    assert_stored_once(folder.path(), answered);
}

/// Prints the rows of the submissions, and adds the thresholds of those that the app stored.
fn print_submissions(rows: &[Measurement; 5], clients: usize, goals: &mut Thresholds) {
    let [floor, reading, keeping, declare, update] = rows;
    for row in [reading, keeping] {
        row.print(clients, floor);
    }
    for row in [declare, update] {
        row.print(clients, floor);
        row.check_thresholds(clients, keeping, goals);
    }
}

/// Checks that the app stored each acknowledged submission once.
fn assert_stored_once(folder: &Path, answered: usize) {
    let stored = count_stored(folder);
    assert_eq!(
        stored, answered,
        "each acknowledged submission is stored once"
    );
    println!("  All {answered} acknowledged submissions are stored, each once.");
}

fn print_header(what: &str) {
    println!("{what}: response times in ms, responses per second, and µs of CPU time per response");
    println!(
        "                 Muster                               baseline                             ratio"
    );
    println!(
        "        clients    p50    p99    max     /s   µs      p50    p99    max     /s   µs      p99     /s"
    );
}

/// Measures several servers in alternating order, after a warm-up of each.
pub fn measure_interleaved<const MANY: usize>(
    names: [&'static str; MANY],
    mut measure: impl FnMut(usize, Duration) -> Stats,
) -> [Measurement; MANY] {
    let mut rows = names.map(|name| Measurement {
        name,
        runs: Vec::with_capacity(ROUNDS),
    });
    for index in 0..MANY {
        measure(index, WARM_UP);
    }
    for round in 0..ROUNDS {
        for position in 0..MANY {
            let index = if round % 2 == 0 {
                position
            } else {
                MANY - 1 - position
            };
            rows[index].runs.push(measure(index, RUN_DURATION));
        }
    }
    rows
}

impl Measurement {
    fn print(&self, clients: usize, floor: &Self) {
        let columns = |row: &Self| {
            let Stats {
                p50,
                p99,
                max,
                per_second,
                cpu,
                ..
            } = Stats::median(&row.runs);
            format!("{p50:>6.2} {p99:>6.2} {max:>6.1} {per_second:>6.0} {cpu:>4.0}")
        };
        println!(
            "{:<8}{clients:>7}  {}   {}   {:>5.2}×  {:>5.2}",
            self.name,
            columns(self),
            columns(floor),
            self.p99_ratio(floor),
            self.throughput_ratio(floor),
        );
    }

    /// Adds the thresholds of submissions, relative to the server that inserts the same rows without a
    /// decision.
    fn check_thresholds(&self, clients: usize, insert: &Self, goals: &mut Thresholds) {
        let name = self.name;
        if clients == 16 {
            let what = format!("{name}: p99 at 16 clients, ratio to `insert`");
            goals.at_most(&what, self.p99_ratio(insert), MAX_P99_RATIO, "×");
            let what = format!("{name}: p99 at 16 clients");
            goals.at_most(&what, Stats::median(&self.runs).p99, MAX_P99, " ms");
        }
        if clients > 1 {
            let what = format!("{name}: stored per second at {clients} clients, ratio to `insert`");
            goals.at_least(
                &what,
                self.throughput_ratio(insert),
                MIN_THROUGHPUT_RATIO,
                "",
            );
        }
    }

    fn p99_ratio(&self, floor: &Self) -> f64 {
        median_ratio(&self.runs, &floor.runs, |run| run.p99)
    }

    fn throughput_ratio(&self, floor: &Self) -> f64 {
        median_ratio(&self.runs, &floor.runs, |run| run.per_second)
    }
}

/// Counts the submissions in the inbox of a bot.
fn count_stored(folder: &Path) -> usize {
    let count: i64 = Connection::open(store_path(folder))
        .unwrap()
        .query_row(
            "SELECT count(*) FROM inbox WHERE key LIKE 'view:%'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    count.try_into().unwrap()
}
