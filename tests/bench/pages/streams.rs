//! Measures the memory of pages that are notified of changes.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use crate::load::{Expected, Plan, run_load};
use crate::pages::session::Session;
use crate::process::App;
use crate::requests::Requests;
use crate::slack::Slack;
use crate::thresholds::Thresholds;

/// The number of users with open pages.
pub const USERS: usize = 25;

/// The open pages of each user.
const PAGES_PER_USER: usize = 8;

/// The number of changes that all pages are notified of.
const CHANGES: usize = 50;

/// The maximum additional memory, in MB (25 MiB).
const MAX_MEMORY: f64 = 26.2;

/// Opens streams, changes their incident, and measures the memory.
pub fn measure(app: &App, slack: &Slack, sessions: &[Session], goals: &mut Thresholds) {
    let mut requests = Requests::record(slack);
    let plan = Plan {
        clients: 1,
        duration: Duration::from_secs(60),
        expected: Expected::EmptyBody,
    };
    let change = |requests: &mut Requests| {
        let changes = requests.updates_of_incident(1, CHANGES);
        run_load(&app.server, &changes, plan)
    };
    let alone = change(&mut requests);
    let before = app.server.memory();
    let mut streams: Vec<_> = sessions
        .iter()
        .flat_map(|it| open_streams(app, it))
        .collect();
    let opened = app.server.memory();
    let watched = change(&mut requests);
    for stream in &mut streams {
        read_until(stream, "event: changed");
    }
    let after = app.server.memory();
    let count = streams.len();
    println!("{count} pages that are notified of {CHANGES} changes");
    println!("  memory before           {before:>8.1} MB");
    println!("  with the open pages     {opened:>8.1} MB");
    println!("  after the changes       {after:>8.1} MB");
    println!("  change, no page open    {:>8.3} ms p50", alone.p50);
    println!("  change, all pages open  {:>8.3} ms p50\n", watched.p50);
    let what = format!("memory of {count} notified pages");
    goals.at_most(&what, opened.max(after) - before, MAX_MEMORY, " MB");
}

fn open_streams(app: &App, session: &Session) -> Vec<TcpStream> {
    let open = |_| {
        let mut connection = TcpStream::connect(app.server.address).unwrap();
        connection
            .write_all(&session.get("/incidents/1/events"))
            .unwrap();
        read_until(&mut connection, "\n:");
        connection
    };
    (0..PAGES_PER_USER).map(open).collect()
}

/// Reads until a text has arrived.
fn read_until(connection: &mut TcpStream, text: &str) {
    let mut received = Vec::new();
    let mut buffer = [0; 4096];
    while !String::from_utf8_lossy(&received).contains(text) {
        let length = connection.read(&mut buffer).unwrap();
        assert!(
            length > 0,
            "the stream has ended: {}",
            String::from_utf8_lossy(&received)
        );
        received.extend_from_slice(&buffer[..length]);
    }
}
