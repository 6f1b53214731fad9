//! A team that never tidies up: 5,000 open incidents and 200,000 lines of timelines, a tenth of them on
//! one incident. Whatever pages through them is answered as if there were few, and the incident with
//! the long timeline is as quick to change as one with none.

use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::{Connection, named_params};

use super::figures::{Figures, median_ratio};
use super::goals::Goals;
use super::list::fill;
use super::load::{Batch, Expected, Plan, load};
use super::process::{Bot, folder, store};
use super::requests::{Requests, signed_command, signed_command_in, signed_question};
use super::slack::Slack;

/// How many incidents are open.
const OPEN: usize = 5_000;

/// How many lines all timelines have together.
const LINES: usize = 200_000;

/// How many of them one incident has.
const ON_ONE: usize = 20_000;

/// The incident with the long timeline, and one whose timeline is empty.
const LONG: i64 = 1;
const EMPTY: i64 = 2;

/// How long an answer may take, in milliseconds.
const SLOWEST: f64 = 50.0;

/// How much slower is no slower, for two runs on the same store differ as much.
const NOISE: f64 = 1.10;

/// How often everything is measured, in turns.
const ROUNDS: usize = 7;

/// Measures what pages through many incidents and many lines.
pub fn measure(goals: &mut Goals) {
    let slack = Slack::start();
    let folder = folder();
    fill(folder.path(), 0, OPEN);
    fill_timelines(folder.path());
    let bot = Bot::start(folder.path(), &slack);
    println!("With {OPEN} open incidents and {LINES} lines of timelines, one client, ms");
    println!("                            p50      p99      max");
    asked(&bot, &slack, goals);
    homes(&slack, goals);
    changed(&bot, &slack, goals);
    println!();
}

/// Opens the Home of three people for the first time, each: from the click until it stands there.
fn homes(slack: &Slack, goals: &mut Goals) {
    let opened = ["alice", "bob", "chioma"].map(|who| {
        let asked = Instant::now();
        slack
            .runs(async {
                slack.sandbox.opens_home(who).await;
                slack.sandbox.until(|slack| slack.home(who)).await
            })
            .expect("a Home");
        asked.elapsed().as_secs_f64() * 1_000.0
    });
    let slowest = opened.into_iter().fold(0.0, f64::max);
    println!("  a Home, until it stands                    {slowest:>8.3}   the slowest of three");
    goals.at_most("a Home among many", slowest, SLOWEST, " ms");
}

fn asked(bot: &Bot, slack: &Slack, goals: &mut Goals) {
    let channel = channel_of(LONG);
    let questions = [
        (
            "list",
            signed_command(slack, "/datadog incident list"),
            Expected::Words,
        ),
        (
            "timeline of 20000",
            signed_command_in(slack, Some(&channel), "/datadog incident timeline"),
            Expected::Words,
        ),
        (
            "picker, nothing typed",
            signed_question(slack, ""),
            Expected::Anything,
        ),
        (
            "picker, “for 4999”",
            signed_question(slack, "for 4999"),
            Expected::Anything,
        ),
        (
            "picker, no such",
            signed_question(slack, "nothing of it"),
            Expected::Anything,
        ),
    ];
    for (name, question, expected) in questions {
        let plan = Plan {
            clients: 1,
            lasting: Duration::from_millis(400),
            expected,
        };
        let runs: Vec<_> = (0..ROUNDS)
            .map(|_| load(&bot.process, &question, plan))
            .collect();
        let figures = Figures::median(&runs);
        print(name, &figures);
        goals.at_most(
            &format!("{name}: p99 among many"),
            figures.p99,
            SLOWEST,
            " ms",
        );
    }
}

fn changed(bot: &Bot, slack: &Slack, goals: &mut Goals) {
    let mut requests = Requests::record(slack);
    let mut runs = [Vec::new(), Vec::new()];
    for round in 0..ROUNDS {
        for turn in [round % 2, (round + 1) % 2] {
            let updates: Batch = requests.updates_of([LONG, EMPTY][turn], 2_000);
            let plan = Plan {
                clients: 1,
                lasting: Duration::from_millis(400),
                expected: Expected::Nothing,
            };
            runs[turn].push(load(&bot.process, &updates, plan));
        }
    }
    let [long, empty] = runs;
    print("change, 20000 lines", &Figures::median(&long));
    print("change, no line", &Figures::median(&empty));
    let ratio = median_ratio(&long, &empty, |run| run.p50);
    goals.at_most(
        "a change beside 20000 lines, against none",
        ratio,
        NOISE,
        "×",
    );
}

fn print(name: &str, figures: &Figures) {
    let Figures { p50, p99, max, .. } = figures;
    println!("  {name:<22} {p50:>8.3} {p99:>8.3} {max:>8.3}");
}

/// Gives the channel that [`fill`] gave an incident.
fn channel_of(incident: i64) -> String {
    format!("C{:09}", incident - 1)
}

/// Fills the timelines of a store, past the program.
fn fill_timelines(folder: &Path) {
    let mut connection = Connection::open(store(folder)).unwrap();
    let tx = connection.transaction().unwrap();
    for line in 0..LINES {
        let others = i64::try_from(line % (OPEN - 2)).unwrap();
        tx.prepare_cached(
            "INSERT INTO timeline (incident_id, kind, author, what, happened_at, recorded_at, recorded_by)
             VALUES (:incident, 'message', 'U0ALICE0001', :what, :at, :at, 'U0ALICE0001')",
        )
        .unwrap()
        .execute(named_params! {
            ":incident": if line < ON_ONE { LONG } else { EMPTY + 1 + others },
            ":what": format!(r#"{{"what":"message","text":"I looked at graph {line}."}}"#),
            ":at": format!("2026-11-21T{:02}:{:02}:{:02}.000Z", line / 3600 % 24, line / 60 % 60, line % 60),
        })
        .unwrap();
    }
    tx.commit().unwrap();
}
