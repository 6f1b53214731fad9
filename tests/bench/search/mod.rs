//! Measures the filtered list, the search and the facets with a million incidents, those of the API, and pages of a
//! timeline with 200,000 entries. `BENCH_INCIDENTS=100000` reduces the number of incidents.

mod api;
mod million_incidents;

use std::time::{Duration, Instant};

use axum::Router;
use axum::response::Html;
use axum::routing::get;
use muster::store::{ListRequest, Store};
use muster_commands::timeline::{Page, PageCursor};
use muster_domain::{IncidentId, ListQuery, UserClock, UserId, Viewer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::list::close_store;
use crate::process::{create_folder, store_path};
use crate::search::million_incidents::{ENTRIES, entry_time, fill, now};
use crate::stats::Stats;
use crate::thresholds::Thresholds;

/// The number of incidents, unless `BENCH_INCIDENTS` reduces it.
const INCIDENTS: usize = 1_000_000;

/// The maximum response time of a page, in milliseconds.
const MAX_PAGE: f64 = 50.0;

/// The maximum response time of a page with the counts of its facets, in milliseconds.
const MAX_FACETS: f64 = 150.0;

/// The size of the page of a list with 50 incidents, in bytes.
const PAGE_SIZE: usize = 64 * 1024;

/// The number of measured reads of one kind.
const READS: usize = 100;

/// The filters that are measured, as names and URL parameters.
const LISTS: [(&str, &[(&str, &str)]); 22] = [
    ("open", &[]),
    ("any status", &[("status", "any")]),
    (
        "any, newest",
        &[("status", "any"), ("sort", "newest"), ("group", "none")],
    ),
    (
        "any, last activity",
        &[("status", "any"), ("sort", "activity"), ("group", "none")],
    ),
    ("resolved", &[("status", "resolved")]),
    (
        "resolved, SEV-1",
        &[("status", "resolved"), ("severity", "SEV-1")],
    ),
    (
        "resolved, SEV-0",
        &[("status", "resolved"), ("severity", "SEV-0")],
    ),
    ("completed", &[("status", "completed")]),
    (
        "two severities",
        &[
            ("status", "any"),
            ("severity", "SEV-1"),
            ("severity", "SEV-2"),
        ],
    ),
    (
        "a commander",
        &[("status", "any"), ("commander", "U000000007")],
    ),
    (
        "a commander, SEV-1",
        &[
            ("status", "any"),
            ("commander", "U000000007"),
            ("severity", "SEV-1"),
        ],
    ),
    ("mine", &[("status", "any"), ("mine", "yes")]),
    ("private", &[("status", "any"), ("visibility", "private")]),
    ("last 7 days", &[("status", "any"), ("declared", "7d")]),
    (
        "last 90 days, SEV-2",
        &[
            ("status", "any"),
            ("declared", "90d"),
            ("severity", "SEV-2"),
        ],
    ),
    (
        "page after 40%",
        &[
            ("status", "any"),
            ("sort", "newest"),
            ("group", "none"),
            ("after", "0.1700000000000.400000"),
        ],
    ),
    (
        "detection, SEV-3",
        &[
            ("status", "any"),
            ("detection", "customer"),
            ("severity", "SEV-3"),
        ],
    ),
    (
        "a service",
        &[("status", "any"), ("field.services", "service-07")],
    ),
    (
        "two services",
        &[
            ("status", "any"),
            ("field.services", "service-07"),
            ("field.services", "service-12"),
        ],
    ),
    (
        "a rare service",
        &[("status", "any"), ("field.services", "service-rare")],
    ),
    (
        "a retired service",
        &[("status", "any"), ("field.services", "service-retired")],
    ),
    ("no team", &[("status", "any"), ("without", "teams")]),
];

/// The words that are searched for.
const SEARCHES: [(&str, &[(&str, &str)]); 7] = [
    ("common word, open", &[("q", "checkout")]),
    ("common word", &[("q", "checkout"), ("status", "any")]),
    ("word of a timeline", &[("q", "graph"), ("status", "any")]),
    (
        "two words",
        &[
            ("q", "checkout slow"),
            ("status", "any"),
            ("severity", "SEV-1"),
        ],
    ),
    ("rare word", &[("q", "zebrafish"), ("status", "any")]),
    ("short word", &[("q", "db"), ("status", "any")]),
    ("no match", &[("q", "nothing of it"), ("status", "any")]),
];

/// Measures lists, searches, facets and timeline pages.
pub fn measure(goals: &mut Thresholds) {
    with_filled_store(async |store| {
        for (name, parameters) in LISTS.into_iter().chain(SEARCHES) {
            let read = async || store.incident_page(request(parameters)).await;
            report(goals, &format!("list: {name}"), MAX_PAGE, read).await;
        }
        for (name, parameters) in LISTS.into_iter().chain(SEARCHES) {
            let read = async || store.incident_list(request(parameters)).await;
            report(goals, &format!("facets: {name}"), MAX_FACETS, read).await;
        }
        measure_timeline(store, goals).await;
        measure_bare_page(goals).await;
    });
}

/// Measures the searches and lists of the API.
pub fn measure_api(goals: &mut Thresholds) {
    with_filled_store(async |store| api::measure(store, goals).await);
}

/// Fills a store with many incidents, and measures it.
fn with_filled_store(measure: impl AsyncFnOnce(&Store)) {
    let incidents = std::env::var("BENCH_INCIDENTS").ok();
    let incidents = incidents.map_or(INCIDENTS, |number| number.parse().unwrap());
    let folder = create_folder();
    let path = store_path(folder.path());
    close_store(Store::open(&path).unwrap());
    let started_at = Instant::now();
    fill(&path, incidents);
    let (seconds, size) = (
        started_at.elapsed().as_secs(),
        path.metadata().unwrap().len() >> 20,
    );
    println!(
        "Search in {incidents} incidents, {ENTRIES} entries; filled in {seconds} s, {size} MiB; ms"
    );
    println!("                                                  p50      p99      max");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let store = Store::open(&path).unwrap();
    runtime.block_on(measure(&store));
    println!();
}

async fn measure_timeline(store: &Store, goals: &mut Thresholds) {
    for (name, cursor) in [
        ("newest", PageCursor::First),
        (
            "middle",
            PageCursor::After(entry_time(ENTRIES / 2).epoch_millis(), 0),
        ),
    ] {
        let page = Page::first(IncidentId(1)).with_cursor(cursor);
        let read = async || store.timeline_page(viewer(), page, 50).await;
        report(goals, &format!("timeline: {name}"), MAX_PAGE, read).await;
    }
}

/// Measures a bare axum server with a page of the size of a list, over HTTP.
async fn measure_bare_page(goals: &mut Thresholds) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let page = Html("x".repeat(PAGE_SIZE));
    let router = Router::new().route("/", get(async move || page));
    let server = tokio::spawn(async { axum::serve(listener, router).await });
    let read = async || {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let request = b"GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
        stream.write_all(request).await.unwrap();
        let mut response = Vec::new();
        stream.read_to_end(&mut response).await.unwrap();
        assert!(response.len() > PAGE_SIZE);
        Ok(())
    };
    report(goals, "bare axum page", MAX_PAGE, read).await;
    server.abort();
}

fn viewer() -> Viewer {
    Viewer::user(&UserId::from("U000000007"))
}

fn request(parameters: &[(&str, &str)]) -> ListRequest {
    ListRequest {
        viewer: viewer(),
        query: ListQuery::parse(parameters.iter().copied()).unwrap().query,
        clock: UserClock::new(now(), "Europe/Paris"),
    }
}

/// Reads repeatedly and prints the response times.
async fn report<T>(
    goals: &mut Thresholds,
    name: &str,
    most: f64,
    read: impl AsyncFn() -> muster::error::Result<T>,
) {
    let mut times: Vec<Duration> = Vec::new();
    let began = Instant::now();
    for _ in 0..READS {
        let started_at = Instant::now();
        read().await.unwrap();
        times.push(started_at.elapsed());
        // A read that misses its limit by far need not be repeated.
        if began.elapsed() > Duration::from_secs(20) {
            break;
        }
    }
    let Stats { p50, p99, max, .. } = Stats::from_times(times, began.elapsed(), Duration::ZERO);
    println!("  {name:<44} {p50:>8.3} {p99:>8.3} {max:>8.3}");
    goals.at_most(&format!("{name}: p99"), p99, most, " ms");
}
