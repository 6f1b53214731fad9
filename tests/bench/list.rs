//! Measures `/datadog incident list` with ten open incidents, once without and once with a hundred thousand
//! resolved incidents.

use std::path::Path;
use std::time::Duration;

use muster::store::Store;
use rusqlite::{Connection, named_params};

use super::load::{Expected, Plan, run_load};
use super::process::{App, create_folder, store_path};
use super::requests::signed_command;
use super::slack::Slack;
use crate::stats::{Stats, median_ratio};
use crate::thresholds::Thresholds;

/// The number of open incidents.
pub const OPEN_INCIDENTS: usize = 10;

/// The number of resolved incidents in the large store.
const RESOLVED_INCIDENTS: usize = 100_000;

/// The number of rounds. Both stores are measured in each.
const ROUNDS: usize = 9;

/// The maximum ratio. Two runs on the same store differ by as much.
const MAX_NOISE_RATIO: f64 = 1.10;

/// Measures the list on a small and on a large store.
pub fn measure(goals: &mut Thresholds) {
    let slack = Slack::start();
    let (few, many) = (create_folder(), create_folder());
    insert_incidents(few.path(), 0, OPEN_INCIDENTS);
    insert_incidents(many.path(), RESOLVED_INCIDENTS, OPEN_INCIDENTS);
    let bots = [few.path(), many.path()].map(|folder| App::start(folder, &slack));
    let request = signed_command(&slack, "/datadog incident list");
    let run = |app: &App, milliseconds| {
        let plan = Plan {
            clients: 1,
            duration: Duration::from_millis(milliseconds),
            expected: Expected::Message,
        };
        run_load(&app.server, &request, plan)
    };
    let mut runs = [Vec::new(), Vec::new()];
    for app in &bots {
        run(app, 200);
    }
    for round in 0..ROUNDS {
        for index in [round % 2, (round + 1) % 2] {
            runs[index].push(run(&bots[index], 300));
        }
    }
    let [few, many] = runs;
    println!("List with {OPEN_INCIDENTS} open incidents, one client, ms   p50      p99      max");
    for (resolved, runs) in [(0, &few), (RESOLVED_INCIDENTS, &many)] {
        let Stats { p50, p99, max, .. } = Stats::median(runs);
        println!(
            "  and {resolved:>6} resolved incidents           {p50:>8.3} {p99:>8.3} {max:>8.3}"
        );
    }
    println!();
    let ratio = median_ratio(&many, &few, |run| run.p50);
    goals.at_most(
        "list with 100000 resolved incidents, ratio to none",
        ratio,
        MAX_NOISE_RATIO,
        "×",
    );
}

/// Inserts resolved and open incidents into the store of a folder, bypassing the program.
pub fn insert_incidents(folder: &Path, resolved: usize, open: usize) {
    create_store(folder);
    let mut connection = Connection::open(store_path(folder)).unwrap();
    let tx = connection.transaction().unwrap();
    for number in 0..resolved + open {
        // Open incidents are spread evenly.
        let is_open =
            number % ((resolved + open) / open) == 0 && number / ((resolved + open) / open) < open;
        tx.prepare_cached(
            "INSERT INTO incidents (title, severity, status, commander, declared_by, detection_method,
                    summary, root_cause, customer_impact, declared_at, detected_at, resolved_at,
                    channel_state, channel_id, channel_name, header_ts, announcement_channel, announcement_ts,
                    last_activity_at)
             VALUES (:title, 'SEV-3', :status, 'U0ALICE0001', 'U0ALICE0001', 'employee',
                    'The connection pool was too small', 'A deploy halved it', 'no', :at, :at, :resolved_at,
                    'open', :channel, :channel, '1.000001', 'C0INCIDENTS', '1.000002', :at)",
        )
        .unwrap()
        .execute(named_params! {
            ":title": format!("Checkout is slow for {number}"),
            ":status": if is_open { "active" } else { "resolved" },
            ":at": "2026-11-20T10:00:00.000Z",
            ":resolved_at": (!is_open).then_some("2026-11-20T11:00:00.000Z"),
            ":channel": format!("C{number:09}"),
        })
        .unwrap();
    }
    let listed: i64 = tx
        .query_row(
            "SELECT count(*) FROM incidents WHERE status = 'active'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(usize::try_from(listed), Ok(open));
    tx.commit().unwrap();
}

/// Creates an empty store in a folder.
pub fn create_store(folder: &Path) {
    close_store(Store::open(&store_path(folder)).unwrap());
}

/// Closes a store and waits until its files are complete.
pub fn close_store(store: Store) {
    let closed = store.closed();
    drop(store);
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(closed);
}
