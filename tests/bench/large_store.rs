//! Measures a store with 5,000 open incidents and 200,000 timeline entries, a tenth of them on one incident.
//! Paged lists must be as fast as with few rows, and the incident with the long timeline as fast to change as
//! one without entries.

use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::{Connection, named_params};

use crate::list::insert_incidents;
use crate::load::{Batch, Expected, Plan, run_load};
use crate::process::{App, create_folder, store_path};
use crate::requests::{
    Requests, signed_block_suggestion, signed_command, signed_command_in_channel,
};
use crate::slack::Slack;
use crate::stats::{Stats, median_ratio};
use crate::thresholds::Thresholds;

/// The number of open incidents.
const OPEN_INCIDENTS: usize = 5_000;

/// The total number of timeline entries.
const ENTRIES: usize = 200_000;

/// The number of entries of the incident with the long timeline.
const LONG_TIMELINE_ENTRIES: usize = 20_000;

/// The numbers of the incident with the long timeline, and of one with an empty timeline.
const LONG_TIMELINE: i64 = 1;
const EMPTY_TIMELINE: i64 = 2;

/// The maximum response time, in milliseconds.
const MAX_LATENCY: f64 = 50.0;

/// The maximum ratio. Two runs on the same store differ by as much.
const MAX_NOISE_RATIO: f64 = 1.10;

/// The number of rounds.
const ROUNDS: usize = 7;

/// Measures paged lists with many incidents and many entries.
pub fn measure(goals: &mut Thresholds) {
    let slack = Slack::start();
    let folder = create_folder();
    insert_incidents(folder.path(), 0, OPEN_INCIDENTS);
    insert_timelines(folder.path());
    let app = App::start(folder.path(), &slack);
    println!("{OPEN_INCIDENTS} open incidents and {ENTRIES} timeline entries, one client, ms");
    println!("                            p50      p99      max");
    measure_queries(&app, &slack, goals);
    measure_homes(&slack, goals);
    measure_updates(&app, &slack, goals);
    println!();
}

/// Opens the Home view of three users for the first time: from the click until it is published.
fn measure_homes(slack: &Slack, goals: &mut Thresholds) {
    let opened = ["alice", "bob", "chioma"].map(|who| {
        let started_at = Instant::now();
        slack
            .block_on(async {
                slack.sandbox.opens_home(who).await;
                slack.sandbox.wait_for(|slack| slack.home_view(who)).await
            })
            .expect("no Home view");
        started_at.elapsed().as_secs_f64() * 1_000.0
    });
    let slowest = opened.into_iter().fold(0.0, f64::max);
    println!("  Home view, until published                 {slowest:>8.3}   the slowest of three");
    goals.at_most("Home view with many incidents", slowest, MAX_LATENCY, " ms");
}

fn measure_queries(app: &App, slack: &Slack, goals: &mut Thresholds) {
    let channel = channel_id(LONG_TIMELINE);
    let timeline = "/datadog incident timeline";
    let timeline = signed_command_in_channel(slack, Some(&channel), timeline);
    let list = signed_command(slack, "/datadog incident list");
    let suggestions = |text| signed_block_suggestion(slack, text);
    let (message, any) = (Expected::Message, Expected::Anything);
    let questions = [
        ("list", list, message),
        ("timeline of 20000", timeline, message),
        ("picker, nothing typed", suggestions(""), any),
        ("picker, “for 4999”", suggestions("for 4999"), any),
        ("picker, no match", suggestions("nothing of it"), any),
    ];
    for (name, question, expected) in questions {
        let plan = Plan {
            clients: 1,
            duration: Duration::from_millis(400),
            expected,
        };
        let runs: Vec<_> = (0..ROUNDS)
            .map(|_| run_load(&app.server, &question, plan))
            .collect();
        let figures = Stats::median(&runs);
        print_stats(name, &figures);
        goals.at_most(
            &format!("{name}: p99 with many incidents"),
            figures.p99,
            MAX_LATENCY,
            " ms",
        );
    }
}

fn measure_updates(app: &App, slack: &Slack, goals: &mut Thresholds) {
    let mut requests = Requests::record(slack);
    let mut runs = [Vec::new(), Vec::new()];
    for round in 0..ROUNDS {
        for index in [round % 2, (round + 1) % 2] {
            let updates: Batch =
                requests.updates_of_incident([LONG_TIMELINE, EMPTY_TIMELINE][index], 2_000);
            let plan = Plan {
                clients: 1,
                duration: Duration::from_millis(400),
                expected: Expected::EmptyBody,
            };
            runs[index].push(run_load(&app.server, &updates, plan));
        }
    }
    let [long, empty] = runs;
    print_stats("change, 20000 entries", &Stats::median(&long));
    print_stats("change, no entries", &Stats::median(&empty));
    let ratio = median_ratio(&long, &empty, |run| run.p50);
    goals.at_most(
        "change with 20000 timeline entries, ratio to none",
        ratio,
        MAX_NOISE_RATIO,
        "×",
    );
}

fn print_stats(name: &str, figures: &Stats) {
    let Stats { p50, p99, max, .. } = figures;
    println!("  {name:<22} {p50:>8.3} {p99:>8.3} {max:>8.3}");
}

/// Returns the channel of an incident that [`insert_incidents`] created.
fn channel_id(incident: i64) -> String {
    format!("C{:09}", incident - 1)
}

/// Inserts timeline entries into a store, bypassing the program.
fn insert_timelines(folder: &Path) {
    let mut connection = Connection::open(store_path(folder)).unwrap();
    let tx = connection.transaction().unwrap();
    for number in 0..ENTRIES {
        let others = i64::try_from(number % (OPEN_INCIDENTS - 2)).unwrap();
        tx.prepare_cached(
            "INSERT INTO timeline (incident_id, kind, author, event, happened_at, recorded_at, recorded_by)
             VALUES (:incident, 'message', 'U0ALICE0001', :event, :at, :at, 'U0ALICE0001')",
        )
        .unwrap()
        .execute(named_params! {
            ":incident": if number < LONG_TIMELINE_ENTRIES { LONG_TIMELINE } else { EMPTY_TIMELINE + 1 + others },
            ":event": format!(r#"{{"what":"message","text":"I looked at graph {number}."}}"#),
            ":at": format!("2026-11-21T{:02}:{:02}:{:02}.000Z", number / 3600 % 24, number / 60 % 60, number % 60),
        })
        .unwrap();
    }
    tx.commit().unwrap();
}
