//! Measures what 200 notification rules add to a submission: two bots in turn, one with rules and one without.

use std::time::Duration;

use muster::store::OfflineSettings;
use muster_domain::Timestamp;
use serde_json::{Value, json};

use crate::load::{Expected, Plan, run_load};
use crate::process::{App, create_folder, store_path};
use crate::requests::{Requests, UPDATED_INCIDENTS};
use crate::responses::{Measurement, measure_interleaved};
use crate::slack::Slack;
use crate::stats::{Stats, median_ratio};
use crate::thresholds::Thresholds;

/// The number of rules.
const RULES: usize = 200;

/// The number of submissions of each run. A run with more of them would end early.
const SUPPLY: usize = 7_000;

/// The number of concurrent clients.
const CLIENTS: usize = 16;

/// The maximum CPU time of a submission with the rules, as a multiple of that without.
const MAX_CPU_RATIO: f64 = 1.1;

/// Measures declarations, each of which is compared with all rules, and updates.
pub fn measure(goals: &mut Thresholds) {
    println!("\n{RULES} notification rules, none of which matches: µs of CPU time per submission");
    let (plain_slack, slack) = (Slack::start(), Slack::start());
    let (plain_folder, folder) = (create_folder(), create_folder());
    let plain_app = App::start(plain_folder.path(), &plain_slack);
    let app = App::start(folder.path(), &slack);
    let mut plain_requests = Requests::record(&plain_slack);
    let mut requests = Requests::record(&slack);
    let mut settings = OfflineSettings::open(&store_path(folder.path())).unwrap();
    let rules: Vec<Value> = (1..=RULES).map(rule).collect();
    let values = [("notification_rules".to_owned(), json!(rules))];
    let now = Timestamp::from_epoch_seconds(chrono::Utc::now().timestamp());
    let changed = settings.change(|settings| settings.with_values(values), now);
    changed.unwrap().unwrap();
    for (server, requests) in [
        (&plain_app.server, &mut plain_requests),
        (&app.server, &mut requests),
    ] {
        let declarations = requests.declarations(UPDATED_INCIDENTS);
        run_load(server, &declarations, plan(Duration::from_secs(60)));
    }
    let names = ["declare", "declare+", "update", "update+"];
    let rows = measure_interleaved(names, |index, duration| {
        let (server, requests) = match index % 2 {
            0 => (&plain_app.server, &mut plain_requests),
            _ => (&app.server, &mut requests),
        };
        let batch = match index {
            0 | 1 => requests.declarations(SUPPLY),
            _ => requests.updates(SUPPLY),
        };
        run_load(server, &batch, plan(duration))
    });
    for pair in rows.chunks(2) {
        compare(&pair[0], &pair[1], goals);
    }
}

fn plan(duration: Duration) -> Plan {
    Plan {
        clients: CLIENTS,
        duration,
        expected: Expected::EmptyBody,
    }
}

/// Returns a rule of usual size that matches no incident of the benchmark.
fn rule(number: usize) -> Value {
    json!({
        "name": format!("Rule {number}"),
        "when": "declared_or_updated",
        "conditions": [
            { "field": "status", "values": ["ACTIVE", "STABLE"] },
            { "field": "services", "values": [format!("service-{number}"), "checkout", "payments"] },
        ],
        "renotify_on": ["severity", "status"],
        "at_most_every_minutes": 30,
        "recipients": ["#exec", format!("team-{number}@example.com")],
    })
}

fn compare(plain: &Measurement, with_rules: &Measurement, goals: &mut Thresholds) {
    let cpu = |row: &Measurement| Stats::median(&row.runs).cpu;
    let ratio = median_ratio(&with_rules.runs, &plain.runs, |run| run.cpu);
    println!(
        "{:<8} {:>6.0} without, {:>6.0} with: {ratio:.3}×",
        plain.name,
        cpu(plain),
        cpu(with_rules)
    );
    let what = format!("{}: CPU time with {RULES} rules", plain.name);
    goals.at_most(&what, ratio, MAX_CPU_RATIO, "×");
}
