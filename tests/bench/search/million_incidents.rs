//! Fills a store with many incidents, and one of them with a long timeline.

use std::path::Path;

use muster_domain::Timestamp;
use rusqlite::{Connection, Transaction, named_params};

/// The number of timeline entries of one incident.
pub const ENTRIES: usize = 200_000;

/// The number of incidents between two open ones.
const OPEN_EVERY: usize = 10_000;

/// The number of services. Each incident has one.
const SERVICES: usize = 20;

/// Returns the current time of the benchmark.
pub fn now() -> Timestamp {
    Timestamp::from_epoch_seconds(1_795_447_205)
}

/// The incidents are spread over five years.
fn declared_at(number: usize, incidents: usize) -> Timestamp {
    let age = 5 * 365 * 86_400 * (incidents - number) / incidents;
    now().plus(-chrono::Duration::seconds(i64::try_from(age).unwrap()))
}

/// Returns the time of an entry.
pub fn entry_time(number: usize) -> Timestamp {
    now().plus(chrono::Duration::seconds(i64::try_from(number).unwrap()))
}

/// Fills a store in one transaction, bypassing the program.
pub fn fill(path: &Path, incidents: usize) {
    let mut connection = Connection::open(path).unwrap();
    connection
        .pragma_update(None, "cache_size", -200_000)
        .unwrap();
    let tx = connection.transaction().unwrap();
    for number in 1..=incidents {
        insert_incident(&tx, number, incidents);
        insert_fields(&tx, number);
    }
    insert_parts(&tx);
    for number in 1..=ENTRIES {
        insert_entry(&tx, number);
    }
    tx.commit().unwrap();
    connection
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        .unwrap();
}

const SUBJECTS: [&str; 7] = [
    "Checkout",
    "Search",
    "Login",
    "Checkout API",
    "Mail",
    "Reports",
    "db pool",
];
const STATES: [&str; 5] = [
    "is slow",
    "returns errors",
    "lost orders",
    "is down",
    "times out",
];
const METHODS: [&str; 5] = ["customer", "employee", "monitor", "monitor", "unknown"];

fn title(number: usize) -> String {
    let subject = SUBJECTS[number % SUBJECTS.len()];
    let state = STATES[number / 7 % STATES.len()];
    let rare = if number % 50_000 == 17 {
        " zebrafish"
    } else {
        ""
    };
    format!("{subject} {state} for shard {number}{rare}")
}

fn service(number: usize) -> String {
    match number % 5_000 {
        23 => "service-rare".to_owned(),
        _ if number < 400_000 && number % 40 == 24 => "service-retired".to_owned(),
        _ => format!("service-{:02}", number * 7 / 3 % SERVICES),
    }
}

fn severity(number: usize) -> &'static str {
    match number % 100 {
        0 => "SEV-1",
        1..=4 => "SEV-2",
        5..=49 => "SEV-3",
        50..=79 => "SEV-4",
        80..=89 => "SEV-5",
        _ => "UNKNOWN",
    }
}

fn status(number: usize) -> &'static str {
    match number % OPEN_EVERY {
        5 => "active",
        6 => "stable",
        7 => "completed",
        _ => "resolved",
    }
}

fn insert_incident(tx: &Transaction<'_>, number: usize, incidents: usize) {
    let at = declared_at(number, incidents).to_string();
    let status = status(number);
    let is_open = status == "active" || status == "stable";
    tx.prepare_cached(
        "INSERT INTO incidents (id, title, severity, status, commander, declared_by, detection_method,
                summary, root_cause, customer_impact, declared_at, detected_at, resolved_at,
                channel_state, channel_id, channel_name, header_ts, announcement_channel,
                announcement_ts, visibility, impact_state, last_activity_at)
         VALUES (:id, :title, :severity, :status, :commander, :commander, :method,
                'The connection pool was too small for the load of the campaign',
                'A deploy halved the number of connections', 'no', :at, :at, :resolved_at,
                'archived', :channel, 'incident-' || :id, '1.000001', 'C0INCIDENTS',
                '1.000002', :visibility, :impact, :at)",
    )
    .unwrap()
    .execute(named_params! {
        ":id": i64::try_from(number).unwrap(),
        ":title": title(number),
        ":severity": severity(number),
        ":status": status,
        ":commander": format!("U{:09}", number * 31 % 200),
        ":method": METHODS[number % METHODS.len()],
        ":at": at,
        ":resolved_at": (!is_open).then_some(&at),
        ":channel": format!("C{number:09}"),
        ":visibility": if number % 100 == 33 { "private" } else { "public" },
        ":impact": if is_open { "ongoing" } else { "over" },
    })
    .unwrap();
}

/// Inserts a service, and a team for every third incident.
fn insert_fields(tx: &Transaction<'_>, number: usize) {
    let team = number
        .is_multiple_of(3)
        .then(|| format!("team-{}", number % 5));
    let fields = [("services", Some(service(number))), ("teams", team)];
    for (field, value) in fields {
        let Some(value) = value else { continue };
        tx.prepare_cached(
            "INSERT INTO field_values (incident_id, field, position, type, value)
             VALUES (:incident, :field, 1, 'multi_select', :value)",
        )
        .unwrap()
        .execute(named_params! {
            ":incident": i64::try_from(number).unwrap(),
            ":field": field,
            ":value": value,
        })
        .unwrap();
    }
}

/// Inserts the commanders as responders, and the texts of the incidents into the full-text index.
fn insert_parts(tx: &Transaction<'_>) {
    tx.execute_batch(
        "INSERT INTO responders (incident_id, user_id, position, joined_at)
         SELECT id, commander, 0, declared_at FROM incidents;
         INSERT INTO incident_text (rowid, title, summary, root_cause, channel_name)
         SELECT id, ' ' || title || ' ', ' ' || summary || ' ', ' ' || root_cause || ' ',
                ' ' || channel_name || ' ' FROM incidents ORDER BY id",
    )
    .unwrap();
}

/// Inserts an entry on the timeline of IR-1.
fn insert_entry(tx: &Transaction<'_>, number: usize) {
    let id = i64::try_from(number).unwrap();
    let text = format!("I looked at graph {number}.");
    tx.prepare_cached(
        "INSERT INTO timeline (id, incident_id, kind, author, event, happened_at, recorded_at, recorded_by)
         VALUES (:id, 1, 'note', 'U000000007', :event, :at, :at, 'U000000007')",
    )
    .unwrap()
    .execute(named_params! {
        ":id": id,
        ":event": format!(r#"{{"event":"note","text":"{text}"}}"#),
        ":at": entry_time(number).to_string(),
    })
    .unwrap();
    tx.prepare_cached(
        "INSERT INTO timeline_text (rowid, text) VALUES ((1 << 31) + ?1, ' ' || ?2 || ' ')",
    )
    .unwrap()
    .execute((id, text))
    .unwrap();
}
