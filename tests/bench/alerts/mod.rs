//! Measures a storm of alerts: 1,000 a second for 10 s, under a rule that suggests incidents and one that declares
//! them. Each alert must be stored, and the numbers of incidents and of messages are limited.

mod constant_rate;
pub mod monitor;
mod outcome;

use std::path::Path;
use std::time::Duration;

use chrono::Utc;
use muster::store::OfflineSettings;
use muster_domain::Timestamp;
use serde_json::json;

use crate::alerts::constant_rate::{Times, send_at_rate};
use crate::alerts::monitor::{Monitor, Variety};
use crate::alerts::outcome::Outcome;
use crate::list::create_store;
use crate::load::{Batch, Expected};
use crate::process::{App, create_folder, store_path};
use crate::requests::signed_command;
use crate::slack::Slack;
use crate::stats::Stats;
use crate::thresholds::Thresholds;

/// The number of alerts, and the time between two.
const ALERTS: usize = 10_000;
const PERIOD: Duration = Duration::from_millis(1);

/// The number of commands during a storm, and the time between two.
const COMMANDS: usize = 48;
const COMMAND_PERIOD: Duration = Duration::from_millis(200);

/// The storms: many small groups, and few large ones with as many titles as alerts. Half of the groups are suggested,
/// the others are declared.
const STORMS: [Variety; 2] = [
    Variety {
        groups: 1_000,
        titles: 2,
    },
    Variety {
        groups: 10,
        titles: 1_000,
    },
];

/// The most suggestions and incidents of a rule. The alerts of more groups are counted in one message.
const SUGGESTIONS: usize = 5;
const DECLARATIONS: usize = 3;

/// The maximum p99 of response times, in milliseconds.
const MAX_P99: f64 = 50.0;

/// Measures the storms.
pub fn measure(goals: &mut Thresholds) {
    println!(
        "{ALERTS} alerts in 10 s, each in its own request: response times in ms from when they were due"
    );
    println!("                                    p50      p99      max");
    for variety in STORMS {
        measure_storm(variety, goals);
    }
    println!();
}

fn measure_storm(variety: Variety, goals: &mut Thresholds) {
    let (slack, folder) = (Slack::start(), create_folder());
    create_store(folder.path());
    set_rules(folder.path());
    let mut monitor = Monitor::add(folder.path(), variety);
    let app = App::start(folder.path(), &slack);
    let requests: Vec<_> = (0..ALERTS).map(|_| monitor.request(1)).collect();
    let commands = match signed_command(&slack, "/datadog incident list") {
        Batch::Repeated(command) => vec![command; COMMANDS],
        Batch::Cycle(commands) | Batch::Sequence(commands) => commands,
    };
    let cpu = app.server.cpu_time();
    let [alerts, commands] = send(&app, requests, commands);
    let cpu = app.server.cpu_time() - cpu;
    let delay = alerts.longest_delay;
    let groups = variety.groups;
    let stats = print_times(&format!("alerts of {groups} groups"), alerts, cpu);
    let command = print_times("a command meanwhile", commands, Duration::ZERO);
    println!(
        "    {:.0} µs of CPU time per alert; memory {:.1} MB; sent at most {:.1} ms late",
        stats.cpu,
        app.server.memory(),
        delay.as_secs_f64() * 1000.0
    );
    let what = format!("1,000 alerts a second of {groups} groups: p99");
    goals.at_most(&what, stats.p99, MAX_P99, " ms");
    let what = format!("command during alerts of {groups} groups: p99");
    goals.at_most(&what, command.p99, MAX_P99, " ms");
    Outcome::wait(&slack, folder.path()).check();
}

/// Sends the alerts and the commands at the same time, from a separate thread.
fn send(app: &App, alerts: Vec<Vec<u8>>, commands: Vec<Vec<u8>>) -> [Times; 2] {
    let address = app.server.address;
    let sending = std::thread::spawn(move || {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_all().build().unwrap();
        runtime.block_on(async {
            let alerts = send_at_rate(address, alerts, PERIOD, Expected::Accepted);
            let commands = send_at_rate(address, commands, COMMAND_PERIOD, Expected::Message);
            <[Times; 2]>::from(tokio::join!(alerts, commands))
        })
    });
    sending.join().expect("the load thread panicked")
}

fn print_times(name: &str, times: Times, cpu: Duration) -> Stats {
    let stats = Stats::from_times(times.responses, times.elapsed, cpu);
    let Stats { p50, p99, max, .. } = stats;
    println!("  {name:<28} {p50:>8.2} {p99:>8.2} {max:>8.2}");
    stats
}

/// Sets a rule that suggests incidents and one that declares them, without a hold.
fn set_rules(folder: &Path) {
    let rules = json!([
        {
            "name": "Critical", "match": ["severity=critical"], "action": "declare", "hold_minutes": 0,
            "limit": DECLARATIONS,
        },
        { "name": "Warnings", "match": ["severity=~warning|info"], "limit": SUGGESTIONS },
    ]);
    let values = [("alert_rules".to_owned(), rules)];
    let now = Timestamp::from_epoch_seconds(Utc::now().timestamp());
    let mut settings = OfflineSettings::open(&store_path(folder)).unwrap();
    let changed = settings.change(|settings| settings.with_values(values), now);
    changed.unwrap().unwrap();
}
