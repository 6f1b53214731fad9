//! From the start of the program to its being ready, and the memory that it holds.

use std::time::Duration;

use super::figures::{median, milliseconds};
use super::goals::Goals;
use super::load::{Expected, Plan, load};
use super::process::{Bot, folder};
use super::requests::Requests;
use super::slack::Slack;

/// How often the program is started.
const STARTS: usize = 7;

/// How many incidents are declared before the memory is looked at again.
const INCIDENTS: usize = 10_000;

/// How much memory is enough, in MB.
const ENOUGH: f64 = 40.0;

/// Measures starts and memory.
pub fn measure(goals: &mut Goals) {
    let slack = Slack::start();
    let first = folder();
    let starts: Vec<f64> = (0..STARTS)
        .map(|start| {
            let another = folder();
            // Each second start finds the store of the first.
            let folder = if start % 2 == 0 { &first } else { &another };
            milliseconds(Bot::start(folder.path(), &slack).ready_after)
        })
        .collect();
    let ready = median(starts.iter().copied());
    let slowest = starts.iter().copied().fold(0.0, f64::max);

    let folder = folder();
    let bot = Bot::start(folder.path(), &slack);
    let after_start = bot.process.memory();
    let mut requests = Requests::record(&slack);
    let plan = Plan {
        clients: 16,
        lasting: Duration::from_secs(60),
        expected: Expected::Nothing,
    };
    let declared = requests.declarations(INCIDENTS);
    load(&bot.process, &declared, plan);
    let after_incidents = bot.process.memory();

    println!("Start and memory");
    println!("  start to ready          {ready:>8.0} ms   (slowest of {STARTS}: {slowest:.0} ms)");
    println!("  memory after start      {after_start:>8.1} MB");
    println!("  after {INCIDENTS} incidents   {after_incidents:>8.1} MB\n");
    goals.at_most("start to ready", ready / 1000.0, 1.0, " s");
    goals.at_most("memory after start", after_start, ENOUGH, " MB");
    let what = format!("memory after {INCIDENTS} incidents");
    goals.at_most(&what, after_incidents, ENOUGH, " MB");
}
