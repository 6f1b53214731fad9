//! The rows that a declaration leaves, put down with nothing decided and nothing looked up: the least that a
//! store of Muster's tables takes.

use rusqlite::Connection;

/// Muster's tables.
pub const SCHEMA: &str = include_str!("../../schema.sql");

/// A row each, for the incident whose number is `?1`: the incident, who takes part, its first line, its two
/// reminders, what is owed, and that the form was seen.
const ROWS: [&str; 8] = [
    "INSERT INTO incidents (id, title, severity, status, commander, declared_by, detection_method, summary,
            root_cause, customer_impact, declared_at, detected_at, channel_state)
     VALUES (?1, 'Checkout is slow', 'UNKNOWN', 'active', 'U0ALICE0001', 'U0ALICE0001', 'unknown', '', '',
            'unknown', '2026-11-23T14:05:09.120Z', '2026-11-23T14:05:09.120Z', 'awaited')",
    "INSERT INTO responders (incident_id, person, position, joined_at, acted_at)
     VALUES (?1, 'U0ALICE0001', 0, '2026-11-23T14:05:09.120Z', '2026-11-23T14:05:09.120Z')",
    "INSERT INTO timeline (incident_id, kind, author, what, happened_at, recorded_at, recorded_by)
     VALUES (?1, 'update', 'U0ALICE0001',
            '{\"what\":\"declared\",\"severity\":\"UNKNOWN\",\"customer_impact\":\"unknown\"}',
            '2026-11-23T14:05:09.120Z', '2026-11-23T14:05:09.120Z', 'U0ALICE0001')",
    "INSERT INTO reminders (incident_id, kind, state, since, due_at)
     VALUES (?1, 'update', 'waiting', '2026-11-23T14:05:09.120Z', '2026-11-23T14:35:09.120Z')",
    "INSERT INTO reminders (incident_id, kind, state, since, due_at)
     VALUES (?1, 'severity', 'waiting', '2026-11-23T14:05:09.120Z', '2026-11-23T14:15:09.120Z')",
    "INSERT INTO outbox (incident_id, lane, kind, rank, effect, state, queued_at, due_at)
     VALUES (?1, 'posts', 'open_channel', 11,
            '{\"effect\":\"open_channel\",\"name\":\"incident-1-checkout-is-slow\",\"declared_in\":{\"channel\":\"C0GENERAL01\",\"response_url\":\"https://hooks.slack.com/commands/T0ACME/1/abcdefghijklmnop\"}}',
            'waiting', '2026-11-23T14:05:09.120Z', '2026-11-23T14:05:09.120Z')",
    "INSERT INTO outbox (incident_id, lane, kind, rank, effect, state, queued_at, due_at)
     VALUES (?1, 'posts', 'tell', 11,
            '{\"effect\":\"tell\",\"line\":{\"by\":\"U0ALICE0001\",\"what\":{\"what\":\"declared\",\"severity\":\"UNKNOWN\",\"customer_impact\":\"unknown\"},\"at\":\"2026-11-23T14:05:09.120Z\"}}',
            'behind', '2026-11-23T14:05:09.120Z', '2026-11-23T14:05:09.120Z')",
    "INSERT INTO inbox (key, incident_id, done_at) VALUES ('view:V' || ?1, ?1, '2026-11-23T14:05:09.120Z')",
];

/// Puts down the rows of the incident of this number.
pub fn put_down(connection: &Connection, number: i64) {
    for row in ROWS {
        connection
            .prepare_cached(row)
            .unwrap()
            .execute([number])
            .unwrap();
    }
}
