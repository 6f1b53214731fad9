//! Measures the searches and lists of the API, with the counts of their facets.

use std::time::{Duration, Instant};

use muster::store::{DocumentOrder, DocumentRange, DocumentSearch, Store};
use muster_domain::api::search::{SearchContext, parse_query, resolve};
use muster_domain::{IncidentFilter, Severity, Status, TimeBounds};

use super::million_incidents::now;
use super::viewer;
use crate::stats::Stats;
use crate::thresholds::Thresholds;

/// The number of measured reads of one kind.
const READS: usize = 30;

/// The maximum response time of a usual search, in milliseconds.
const MAX_SEARCH: f64 = 200.0;

/// The maximum response time of a search that reads all incidents, in milliseconds.
const MAX_SCAN: f64 = 1_000.0;

/// The maximum response time of a page of the list, in milliseconds.
const MAX_LIST: f64 = 50.0;

/// Searches that are usual, or that an index helps with.
const SEARCHES: [&str; 24] = [
    "*",
    "state:active",
    "state:active AND severity:SEV-2",
    "state:(active OR stable)",
    "state:resolved",
    "severity:SEV-1",
    "severity:SEV-2 state:resolved",
    "checkout",
    "checkout severity:SEV-1",
    "checkout slow state:active",
    "zebrafish",
    "NOT checkout",
    "mail -checkout",
    "title:check*slow",
    "services:*",
    "services:service-07",
    "services:service-rare",
    "services:service-07 severity:SEV-1",
    "created:>now-30d",
    "created:>now-30d severity:SEV-1",
    "commander:U000000007",
    "visibility:private",
    "detection_method:monitor",
    "IR-500000",
];

/// Searches that no index helps with, and that few or no incidents match.
const SCANS: [&str; 6] = [
    "declared_by:U0UNKNOWN1",
    "declared_by:U000000007",
    "time_to_resolve:>100000000",
    "postmortem:Yes",
    "detected:<2000-01-01",
    "NOT severity:(SEV-1 OR SEV-2 OR SEV-3 OR SEV-4 OR SEV-5 OR UNKNOWN)",
];

/// Measures searches and lists.
pub async fn measure(store: &Store, goals: &mut Thresholds) {
    for (queries, most) in [(&SEARCHES[..], MAX_SEARCH), (&SCANS, MAX_SCAN)] {
        for query in queries {
            let search = || search(store, query);
            let read = async || store.search_documents(search()).await.map(drop);
            report(goals, query, most, read).await;
        }
    }
    for (name, range) in ranges() {
        let read = async || store.incident_documents(range.clone()).await.map(drop);
        report(goals, name, MAX_LIST, read).await;
    }
}

fn search(store: &Store, query: &str) -> DocumentSearch {
    let ctx = SearchContext {
        settings: &muster_domain::Settings::default(),
        store_id: store.store_id(),
        now: now(),
    };
    let condition = parse_query(query).and_then(|parsed| resolve(&parsed, &ctx));
    DocumentSearch {
        viewer: viewer(),
        condition: condition.unwrap(),
        order: DocumentOrder::CreatedDescending,
        offset: 0,
        size: 10,
        now: now(),
    }
}

/// Returns pages of the list, by their names.
fn ranges() -> Vec<(&'static str, DocumentRange)> {
    let page = |order, offset, size| DocumentRange {
        viewer: viewer(),
        filter: IncidentFilter::default(),
        declared: TimeBounds::default(),
        order,
        offset,
        size,
    };
    let filter = |statuses: &[Status], severities: &[Severity]| IncidentFilter {
        statuses: statuses.iter().copied().collect(),
        severities: severities.iter().copied().collect(),
        ..IncidentFilter::default()
    };
    let filtered = |statuses: &[Status], severities: &[Severity], order| DocumentRange {
        filter: filter(statuses, severities),
        ..page(order, 0, 10)
    };
    let newest = DocumentOrder::CreatedDescending;
    vec![
        ("list, sort=created", page(DocumentOrder::Created, 0, 10)),
        ("list, sort=-created", page(newest, 0, 10)),
        (
            "list, sort=-modified",
            page(DocumentOrder::ModifiedDescending, 0, 10),
        ),
        ("list of 100", page(newest, 0, 100)),
        ("list after 10,000", page(newest, 10_000, 10)),
        ("list after 900,000", page(newest, 900_000, 10)),
        ("list: active", filtered(&[Status::Active], &[], newest)),
        (
            "list: resolved, SEV-1",
            filtered(&[Status::Resolved], &[Severity::Sev1], newest),
        ),
        (
            "list: SEV-0, sort=-modified",
            filtered(&[], &[Severity::Sev0], DocumentOrder::ModifiedDescending),
        ),
    ]
}

/// Reads repeatedly and prints the response times.
async fn report(
    goals: &mut Thresholds,
    name: &str,
    most: f64,
    read: impl AsyncFn() -> muster::error::Result<()>,
) {
    let (mut times, began) = (Vec::new(), Instant::now());
    // A read that misses its limit by far need not be repeated.
    while times.len() < READS && began.elapsed() < Duration::from_secs(10) {
        let started_at = Instant::now();
        read().await.unwrap();
        times.push(started_at.elapsed());
    }
    let Stats { p50, p99, max, .. } = Stats::from_times(times, began.elapsed(), Duration::ZERO);
    let name: String = name.chars().take(44).collect();
    println!("  {name:<44} {p50:>8.3} {p99:>8.3} {max:>8.3}");
    goals.at_most(&format!("API: {name}: p99"), p99, most, " ms");
}
