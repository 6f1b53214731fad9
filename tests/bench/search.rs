//! Measures the filtered list, the search and the facets with a million incidents, and pages of a timeline
//! with 200,000 entries. `BENCH_INCIDENTS=100000` reduces the number of incidents.

use std::future::Future;
use std::path::Path;
use std::time::{Duration, Instant};

use muster::store::{ListRequest, Store};
use muster_commands::timeline::{Page, PageCursor};
use muster_domain::{IncidentId, ListQuery, Timestamp, UserClock, UserId, Viewer};
use rusqlite::{Connection, Transaction, named_params};

use crate::list::close_store;
use crate::process::{create_folder, store_path};
use crate::stats::Stats;
use crate::thresholds::Thresholds;

/// The number of incidents, unless `BENCH_INCIDENTS` reduces it.
const INCIDENTS: usize = 1_000_000;

/// The number of timeline entries of one incident.
const ENTRIES: usize = 200_000;

/// The number of incidents between two open ones.
const OPEN_EVERY: usize = 10_000;

/// The maximum response time of a page, in milliseconds.
const MAX_PAGE: f64 = 50.0;

/// The maximum response time of a page with the counts of its facets, in milliseconds.
const MAX_FACETS: f64 = 150.0;

/// The number of measured reads of one kind.
const READS: usize = 100;

/// The filters that are measured, as names and URL parameters.
const LISTS: [(&str, &[(&str, &str)]); 17] = [
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
    println!("                                          p50      p99      max");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let store = Store::open(&path).unwrap();
    runtime.block_on(async {
        for (name, parameters) in LISTS.into_iter().chain(SEARCHES) {
            let read = || store.incident_page(request(parameters));
            report(goals, &format!("list: {name}"), MAX_PAGE, read).await;
        }
        for (name, parameters) in LISTS.into_iter().chain(SEARCHES) {
            let read = || store.incident_list(request(parameters));
            report(goals, &format!("facets: {name}"), MAX_FACETS, read).await;
        }
        for (name, cursor) in [
            ("newest", PageCursor::First),
            (
                "middle",
                PageCursor::After(entry_time(ENTRIES / 2).epoch_millis(), 0),
            ),
        ] {
            let page = Page::first(IncidentId(1)).with_cursor(cursor);
            let read = || store.timeline_page(viewer(), page, 50);
            report(goals, &format!("timeline: {name}"), MAX_PAGE, read).await;
        }
    });
    println!();
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
async fn report<T, F: Future<Output = muster::error::Result<T>>>(
    goals: &mut Thresholds,
    name: &str,
    most: f64,
    read: impl Fn() -> F,
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
    println!("  {name:<36} {p50:>8.3} {p99:>8.3} {max:>8.3}");
    goals.at_most(&format!("{name}: p99"), p99, most, " ms");
}

fn now() -> Timestamp {
    Timestamp::from_epoch_seconds(1_795_447_205)
}

/// The incidents are spread over five years.
fn declared_at(number: usize, incidents: usize) -> Timestamp {
    let age = 5 * 365 * 86_400 * (incidents - number) / incidents;
    now().plus(-chrono::Duration::seconds(i64::try_from(age).unwrap()))
}

fn entry_time(number: usize) -> Timestamp {
    now().plus(chrono::Duration::seconds(i64::try_from(number).unwrap()))
}

/// Fills a store in one transaction, bypassing the program.
fn fill(path: &Path, incidents: usize) {
    let mut connection = Connection::open(path).unwrap();
    connection
        .pragma_update(None, "cache_size", -200_000)
        .unwrap();
    let tx = connection.transaction().unwrap();
    for number in 1..=incidents {
        insert_incident(&tx, number, incidents);
    }
    for number in 1..=ENTRIES {
        insert_entry(&tx, number);
    }
    tx.commit().unwrap();
    connection
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        .unwrap();
}

fn insert_incident(tx: &Transaction<'_>, number: usize, incidents: usize) {
    let subjects = [
        "Checkout",
        "Search",
        "Login",
        "Checkout API",
        "Mail",
        "Reports",
        "db pool",
    ];
    let states = [
        "is slow",
        "returns errors",
        "lost orders",
        "is down",
        "times out",
    ];
    let title = format!(
        "{} {} for shard {number}{}",
        subjects[number % subjects.len()],
        states[number / 7 % states.len()],
        if number % 50_000 == 17 {
            " zebrafish"
        } else {
            ""
        },
    );
    let severity = match number % 100 {
        0 => "SEV-1",
        1..=4 => "SEV-2",
        5..=49 => "SEV-3",
        50..=79 => "SEV-4",
        80..=89 => "SEV-5",
        _ => "UNKNOWN",
    };
    let (status, is_open) = match number % OPEN_EVERY {
        5 => ("active", true),
        6 => ("stable", true),
        7 => ("completed", false),
        _ => ("resolved", false),
    };
    let at = declared_at(number, incidents).to_string();
    let summary = "The connection pool was too small for the load of the campaign";
    let root_cause = "A deploy halved the number of connections";
    tx.prepare_cached(
        "INSERT INTO incidents (id, title, severity, status, commander, declared_by, detection_method,
                summary, root_cause, customer_impact, declared_at, detected_at, resolved_at,
                channel_state, channel_id, channel_name, header_ts, announcement_channel,
                announcement_ts, visibility, impact_state, last_activity_at)
         VALUES (:id, :title, :severity, :status, :commander, :commander, :method,
                :summary, :root_cause, 'no', :at, :at, :resolved_at,
                'archived', :channel, :name, '1.000001', 'C0INCIDENTS',
                '1.000002', :visibility, :impact, :at)",
    )
    .unwrap()
    .execute(named_params! {
        ":id": number,
        ":title": title,
        ":severity": severity,
        ":status": status,
        ":commander": format!("U{:09}", number * 31 % 200),
        ":method": ["customer", "employee", "monitor", "monitor", "unknown"][number % 5],
        ":summary": summary,
        ":root_cause": root_cause,
        ":at": at,
        ":resolved_at": (!is_open).then_some(&at),
        ":channel": format!("C{number:09}"),
        ":name": format!("incident-{number}"),
        ":visibility": if number % 100 == 33 { "private" } else { "public" },
        ":impact": if is_open { "ongoing" } else { "over" },
    })
    .unwrap();
    tx.prepare_cached(
        "INSERT INTO responders (incident_id, user_id, position, joined_at) VALUES (?1, ?2, 0, ?3)",
    )
    .unwrap()
    .execute((number, format!("U{:09}", number * 31 % 200), &at))
    .unwrap();
    tx.prepare_cached(
        "INSERT INTO incident_text (rowid, title, summary, root_cause, channel_name)
         VALUES (?1, ' ' || ?2 || ' ', ' ' || ?3 || ' ', ' ' || ?4 || ' ', ?5)",
    )
    .unwrap()
    .execute((
        number,
        title,
        summary,
        root_cause,
        format!(" incident-{number} "),
    ))
    .unwrap();
}

/// Inserts an entry on the timeline of IR-1.
fn insert_entry(tx: &Transaction<'_>, number: usize) {
    let text = format!("I looked at graph {number}.");
    tx.prepare_cached(
        "INSERT INTO timeline (id, incident_id, kind, author, event, happened_at, recorded_at, recorded_by)
         VALUES (:id, 1, 'note', 'U000000007', :event, :at, :at, 'U000000007')",
    )
    .unwrap()
    .execute(named_params! {
        ":id": number,
        ":event": format!(r#"{{"event":"note","text":"{text}"}}"#),
        ":at": entry_time(number).to_string(),
    })
    .unwrap();
    tx.prepare_cached(
        "INSERT INTO timeline_text (rowid, text) VALUES ((1 << 31) + ?1, ' ' || ?2 || ' ')",
    )
    .unwrap()
    .execute((number, text))
    .unwrap();
}
