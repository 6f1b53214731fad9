//! How long answers take, and how many submissions are stored in a second, beside the floors.

use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;

use super::figures::{Figures, median_ratio};
use super::floors;
use super::goals::Goals;
use super::list::{OPEN, fill};
use super::load::{Expected, Plan, load};
use super::process::{Bot, folder, store};
use super::requests::{Requests, UPDATED, signed_command};
use super::slack::Slack;

/// How many clients ask at the same time.
const CLIENTS: [usize; 3] = [1, 16, 128];

/// How often everything is measured, in turns.
const ROUNDS: usize = 7;

/// How long each turn lasts.
const TURN: Duration = Duration::from_millis(600);

/// How long everybody warms up.
const WARM_UP: Duration = Duration::from_millis(300);

/// How many submissions a client can make in a turn; if there were more, the turn would end early.
const SUPPLY: [usize; 3] = [2_500, 7_000, 14_000];

/// How much slower than the floor's the slowest hundredth of submissions may be, at 16 clients.
const TIMES_THE_FLOOR: f64 = 3.0;

/// How slow it may be there, in milliseconds.
const SLOWEST: f64 = 50.0;

/// Which part of what the floor stores in a second is to be stored.
const SHARE: f64 = 1.0 / 3.0;

/// Something that is measured: its name, and the figures of each turn.
struct Row {
    name: &'static str,
    turns: Vec<Figures>,
}

/// Measures commands beside the first floor.
pub fn commands(_: &mut Goals) {
    print_head("Commands");
    let slack = Slack::start();
    let folder = folder();
    fill(folder.path(), 0, OPEN);
    let bot = Bot::start(folder.path(), &slack);
    let floor = floors::that_answers();
    for clients in CLIENTS {
        let help = signed_command(&slack, "/datadog help");
        let list = signed_command(&slack, "/datadog incident list");
        let [floor, help, list] = in_turns(["floor", "help", "list"], |turn, lasting| {
            let (server, batch, expected) = match turn {
                0 => (&floor, &help, Expected::Anything),
                1 => (&bot.process, &help, Expected::Words),
                _ => (&bot.process, &list, Expected::Words),
            };
            load(
                server,
                batch,
                Plan {
                    clients,
                    lasting,
                    expected,
                },
            )
        });
        for row in [help, list] {
            row.print(clients, &floor);
        }
    }
}

/// Measures submissions that store beside the second floor, and what of the way from there it takes only to
/// read them, and only to keep what they leave.
pub fn submissions(goals: &mut Goals) {
    print_head("Submissions");
    let slack = Slack::start();
    let folder = folder();
    let bot = Bot::start(folder.path(), &slack);
    let floor = floors::that_stores(folder.path());
    let secret = slack.sandbox.signing_secret();
    let reading = floors::that_reads(folder.path(), &secret);
    let keeping = floors::that_keeps(folder.path(), &secret);
    let mut requests = Requests::record(&slack);
    let mut answered = Requests::RECORDED;
    let first = Plan {
        clients: 16,
        lasting: Duration::from_secs(60),
        expected: Expected::Nothing,
    };
    answered += load(&bot.process, &requests.declarations(UPDATED), first).answered;
    for (clients, supply) in CLIENTS.into_iter().zip(SUPPLY) {
        let names = ["floor", "reading", "keeping", "declare", "update"];
        let [floor, reading, keeping, declare, update] = in_turns(names, |turn, lasting| {
            let (server, batch) = match turn {
                0 => (&floor, requests.declarations(supply)),
                1 => (&reading, requests.declarations(supply)),
                2 => (&keeping, requests.declarations(supply)),
                3 => (&bot.process, requests.declarations(supply)),
                _ => (&bot.process, requests.updates(supply)),
            };
            let expected = Expected::Nothing;
            let figures = load(
                server,
                &batch,
                Plan {
                    clients,
                    lasting,
                    expected,
                },
            );
            answered += if turn < 3 { 0 } else { figures.answered };
            figures
        });
        for row in [reading, keeping] {
            row.print(clients, &floor);
        }
        for row in [declare, update] {
            row.print(clients, &floor);
            row.hold_against(clients, &floor, goals);
        }
    }
    assert_eq!(
        stored(folder.path()),
        answered,
        "what was answered is stored, and once"
    );
    println!("  All {answered} submissions that were answered stand in the store, each once.");
}

fn print_head(what: &str) {
    println!("{what}: answer times in ms, answers in a second, and µs of computing for each");
    println!(
        "                 Muster                               floor                                to the floor"
    );
    println!(
        "        clients    p50    p99    max     /s   µs      p50    p99    max     /s   µs      p99     /s"
    );
}

/// Measures several things in turns, first here, then there, after everybody warmed up.
fn in_turns<const MANY: usize>(
    names: [&'static str; MANY],
    mut measure: impl FnMut(usize, Duration) -> Figures,
) -> [Row; MANY] {
    let mut rows = names.map(|name| Row {
        name,
        turns: Vec::with_capacity(ROUNDS),
    });
    for turn in 0..MANY {
        measure(turn, WARM_UP);
    }
    for round in 0..ROUNDS {
        for place in 0..MANY {
            let turn = if round % 2 == 0 {
                place
            } else {
                MANY - 1 - place
            };
            rows[turn].turns.push(measure(turn, TURN));
        }
    }
    rows
}

impl Row {
    fn print(&self, clients: usize, floor: &Self) {
        let shown = |row: &Self| {
            let Figures {
                p50,
                p99,
                max,
                per_second,
                cpu,
                ..
            } = Figures::median(&row.turns);
            format!("{p50:>6.2} {p99:>6.2} {max:>6.1} {per_second:>6.0} {cpu:>4.0}")
        };
        println!(
            "{:<8}{clients:>7}  {}   {}   {:>5.2}×  {:>5.2}",
            self.name,
            shown(self),
            shown(floor),
            self.p99_to(floor),
            self.share_of(floor),
        );
    }

    /// Notes what is to be reached of submissions.
    fn hold_against(&self, clients: usize, floor: &Self, goals: &mut Goals) {
        let name = self.name;
        if clients == 16 {
            let what = format!("{name}: p99 at 16 clients against the floor's");
            goals.at_most(&what, self.p99_to(floor), TIMES_THE_FLOOR, "×");
            let what = format!("{name}: p99 at 16 clients");
            goals.at_most(&what, Figures::median(&self.turns).p99, SLOWEST, " ms");
        }
        if clients > 1 {
            let what =
                format!("{name}: stored in a second at {clients} clients, share of the floor's");
            goals.at_least(&what, self.share_of(floor), SHARE, "");
        }
    }

    fn p99_to(&self, floor: &Self) -> f64 {
        median_ratio(&self.turns, &floor.turns, |turn| turn.p99)
    }

    fn share_of(&self, floor: &Self) -> f64 {
        median_ratio(&self.turns, &floor.turns, |turn| turn.per_second)
    }
}

/// Gives how many submissions a bot's inbox remembers.
fn stored(folder: &Path) -> usize {
    let count: i64 = Connection::open(store(folder))
        .unwrap()
        .query_row(
            "SELECT count(*) FROM inbox WHERE key LIKE 'view:%'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    count.try_into().unwrap()
}
