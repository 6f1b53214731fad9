//! Measures the time from the program's start until it is ready, and its memory.

use std::time::Duration;

use super::load::{Expected, Plan, run_load};
use super::process::{App, create_folder};
use super::requests::Requests;
use super::slack::Slack;
use crate::stats::{median, milliseconds};
use crate::thresholds::Thresholds;

/// The number of starts.
const STARTS: usize = 7;

/// The number of incidents that are declared before the second memory measurement.
const INCIDENTS: usize = 10_000;

/// The maximum memory, in MB.
const MAX_MEMORY: f64 = 40.0;

/// Measures starts and memory.
pub fn measure(goals: &mut Thresholds) {
    let slack = Slack::start();
    let first = create_folder();
    let starts: Vec<f64> = (0..STARTS)
        .map(|start| {
            let another = create_folder();
            // Every second start uses the store of the first.
            let folder = if start % 2 == 0 { &first } else { &another };
            milliseconds(App::start(folder.path(), &slack).ready_after)
        })
        .collect();
    let ready = median(starts.iter().copied());
    let slowest = starts.iter().copied().fold(0.0, f64::max);

    let folder = create_folder();
    let app = App::start(folder.path(), &slack);
    let after_start = app.server.memory();
    let mut requests = Requests::record(&slack);
    let plan = Plan {
        clients: 16,
        duration: Duration::from_secs(60),
        expected: Expected::EmptyBody,
    };
    let declared = requests.declarations(INCIDENTS);
    run_load(&app.server, &declared, plan);
    let after_incidents = app.server.memory();

    println!("Start and memory");
    println!("  start to ready          {ready:>8.0} ms   (slowest of {STARTS}: {slowest:.0} ms)");
    println!("  memory after start      {after_start:>8.1} MB");
    println!("  after {INCIDENTS} incidents   {after_incidents:>8.1} MB\n");
    goals.at_most("start to ready", ready / 1000.0, 1.0, " s");
    goals.at_most("memory after start", after_start, MAX_MEMORY, " MB");
    let what = format!("memory after {INCIDENTS} incidents");
    goals.at_most(&what, after_incidents, MAX_MEMORY, " MB");
}
