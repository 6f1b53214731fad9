//! `/datadog incident list` beside ten open incidents: with no others in the store, and with a hundred
//! thousand that are resolved.

use std::path::Path;
use std::time::Duration;

use muster::store::Store;
use rusqlite::{Connection, named_params};

use super::figures::{Figures, median_ratio};
use super::goals::Goals;
use super::load::{Expected, Plan, load};
use super::process::{Bot, folder, store};
use super::requests::signed_command;
use super::slack::Slack;

/// How many incidents are open.
pub const OPEN: usize = 10;

/// How many are resolved besides.
const RESOLVED: usize = 100_000;

/// How often both are measured, in turns.
const ROUNDS: usize = 9;

/// How much slower is no slower, for two runs on the same store differ as much.
const NOISE: f64 = 1.10;

/// Measures the list of a small store and of a large one.
pub fn measure(goals: &mut Goals) {
    let slack = Slack::start();
    let (few, many) = (folder(), folder());
    fill(few.path(), 0, OPEN);
    fill(many.path(), RESOLVED, OPEN);
    let bots = [few.path(), many.path()].map(|folder| Bot::start(folder, &slack));
    let asked = signed_command(&slack, "/datadog incident list");
    let run = |bot: &Bot, lasting| {
        let plan = Plan {
            clients: 1,
            lasting: Duration::from_millis(lasting),
            expected: Expected::Words,
        };
        load(&bot.process, &asked, plan)
    };
    let mut runs = [Vec::new(), Vec::new()];
    for bot in &bots {
        run(bot, 200);
    }
    for round in 0..ROUNDS {
        for turn in [round % 2, (round + 1) % 2] {
            runs[turn].push(run(&bots[turn], 300));
        }
    }
    let [few, many] = runs;
    println!("List with {OPEN} open incidents, one client, ms   p50      p99      max");
    for (resolved, runs) in [(0, &few), (RESOLVED, &many)] {
        let Figures { p50, p99, max, .. } = Figures::median(runs);
        println!(
            "  and {resolved:>6} resolved in the store        {p50:>8.3} {p99:>8.3} {max:>8.3}"
        );
    }
    println!();
    let ratio = median_ratio(&many, &few, |run| run.p50);
    goals.at_most(
        "list beside 100000 resolved, against ten in all",
        ratio,
        NOISE,
        "×",
    );
}

/// Fills the store of a folder with resolved and open incidents, past the program.
pub fn fill(folder: &Path, resolved: usize, open: usize) {
    let store_file = store(folder);
    close(Store::open(&store_file).unwrap());
    let mut connection = Connection::open(&store_file).unwrap();
    let tx = connection.transaction().unwrap();
    for number in 0..resolved + open {
        // The open ones are spread among the others.
        let is_open =
            number % ((resolved + open) / open) == 0 && number / ((resolved + open) / open) < open;
        tx.prepare_cached(
            "INSERT INTO incidents (title, severity, status, commander, declared_by, detection_method,
                    summary, root_cause, customer_impact, declared_at, detected_at, resolved_at,
                    channel_state, channel_id, channel_name, header_ts, card_channel, card_ts)
             VALUES (:title, 'SEV-3', :status, 'U0ALICE0001', 'U0ALICE0001', 'employee',
                    'The connection pool was too small', 'A deploy halved it', 'no', :at, :at, :resolved_at,
                    'open', :channel, :channel, '1.000001', 'C0INCIDENTS', '1.000002')",
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

fn close(store: Store) {
    let closed = store.closed();
    drop(store);
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(closed);
}
