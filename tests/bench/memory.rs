//! Measures the time from the program's start until it is ready, and its memory.

use std::time::Duration;

use muster_sandbox::Fault;

use super::list::create_store;
use super::load::{Batch, Expected, Plan, run_load};
use super::pages::session::{Session, insert_sessions};
use super::process::{App, create_folder};
use super::requests::{Requests, signed_command};
use super::slack::Slack;
use crate::stats::{Stats, median, milliseconds};
use crate::thresholds::Thresholds;

/// The number of starts.
const STARTS: usize = 7;

/// The number of incidents that are declared before the second memory measurement.
const INCIDENTS: usize = 10_000;

/// The maximum memory, in MB.
const MAX_MEMORY: f64 = 40.0;

/// The memory of a connection that has had a list, in MB.
const CONNECTION_MEMORY: f64 = 0.05;

/// The number of clients that list the incidents at the same time.
const LIST_CLIENTS: usize = 128;

/// The maximum response time of the list, in milliseconds, divided by the number of clients.
const MAX_LIST_LATENCY: f64 = 2.0;

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
    create_store(folder.path());
    let sessions = insert_sessions(folder.path(), 1);
    let app = App::start_with_pages(folder.path(), &slack);
    let after_start = app.server.memory();
    declare_incidents(&app, &slack);
    let after_incidents = app.server.memory();
    open_pages(&app, &sessions[0]);
    let after_pages = app.server.memory();

    println!("Start and memory");
    println!("  start to ready          {ready:>8.0} ms   (slowest of {STARTS}: {slowest:.0} ms)");
    println!("  memory after start      {after_start:>8.1} MB");
    println!("  after {INCIDENTS} incidents   {after_incidents:>8.1} MB");
    println!("  after their pages       {after_pages:>8.1} MB\n");
    goals.at_most("start to ready", ready / 1000.0, 1.0, " s");
    goals.at_most("memory after start", after_start, MAX_MEMORY, " MB");
    let what = format!("memory after {INCIDENTS} incidents");
    goals.at_most(&what, after_incidents, MAX_MEMORY, " MB");
    let what = format!("memory after pages of {INCIDENTS} incidents");
    goals.at_most(&what, after_pages, MAX_MEMORY, " MB");
    drop(app);
    measure_without_users(goals);
}

fn declare_incidents(app: &App, slack: &Slack) {
    let mut requests = Requests::record(slack);
    let plan = Plan {
        clients: 16,
        duration: Duration::from_secs(60),
        expected: Expected::EmptyBody,
    };
    let declared = requests.declarations(INCIDENTS);
    run_load(&app.server, &declared, plan);
}

/// Opens pages, several at the same time.
fn open_pages(app: &App, session: &Session) {
    let plan = Plan {
        clients: 8,
        duration: Duration::from_secs(2),
        expected: Expected::Anything,
    };
    for path in [
        "/incidents",
        "/incidents/7",
        "/incidents/7/timeline",
        "/tasks",
        "/help/commands",
    ] {
        let request = Batch::Repeated(session.get(path));
        run_load(&app.server, &request, plan);
    }
}

/// Measures memory and the list of open incidents while `users.info` is never answered.
fn measure_without_users(goals: &mut Thresholds) {
    let (slack, folder) = (Slack::start(), create_folder());
    slack.sandbox.fail_calls("users.info", 100_000, Fault::Hang);
    let app = App::start(folder.path(), &slack);
    declare_incidents(&app, &slack);
    let list = signed_command(&slack, "/datadog incident list");
    println!("While users.info is not answered, after {INCIDENTS} incidents");
    for clients in [1, LIST_CLIENTS] {
        let plan = Plan {
            clients,
            duration: Duration::from_secs(5),
            expected: Expected::Message,
        };
        let Stats { p50, p99, .. } = run_load(&app.server, &list, plan);
        println!("  list, {clients:>3} clients, ms      p50 {p50:>8.3}   p99 {p99:>8.3}");
        let what = format!("list without users, {clients} clients, p50 per client");
        #[allow(clippy::cast_precision_loss)]
        let count = clients as f64;
        let per_client = p50 / count;
        goals.at_most(&what, per_client, MAX_LIST_LATENCY, " ms");
        let memory = app.server.memory();
        println!("  memory                      {memory:>8.1} MB");
        let what = format!("memory without users, {clients} clients");
        goals.at_most(&what, memory, MAX_MEMORY + CONNECTION_MEMORY * count, " MB");
    }
    let calls = slack.sandbox.calls();
    let lookups = calls
        .iter()
        .filter(|call| call.method == "users.info")
        .count();
    println!("  calls of users.info     {lookups:>8}\n");
}
