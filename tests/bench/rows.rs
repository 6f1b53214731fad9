//! Inserts the rows of a declaration without a decision or a lookup: the minimum for a store with Muster's
//! tables.

use rusqlite::Connection;

/// Muster's schema.
pub const SCHEMA: &str = include_str!("../../schema.sql");

/// One statement per row, for the incident with the number `?1`: the incident, its text, its responder, its first
/// timeline entry, its two schedule entries, its deliveries, and the inbox key of the submission.
const INSERTS: [&str; 9] = [
    "INSERT INTO incidents (id, title, severity, status, commander, declared_by, detection_method, summary,
            root_cause, customer_impact, declared_at, detected_at, channel_state, last_activity_at)
     VALUES (?1, 'Checkout is slow', 'UNKNOWN', 'active', 'U0ALICE0001', 'U0ALICE0001', 'unknown', '', '',
            'unknown', '2026-11-23T14:05:09.120Z', '2026-11-23T14:05:09.120Z', 'pending', '2026-11-23T14:05:09.120Z')",
    "INSERT INTO incident_text (rowid, title, summary, root_cause, channel_name)
     VALUES (?1, ' Checkout is slow ', ' ', ' ', ' ')",
    "INSERT INTO responders (incident_id, user_id, position, joined_at, last_active_at)
     VALUES (?1, 'U0ALICE0001', 0, '2026-11-23T14:05:09.120Z', '2026-11-23T14:05:09.120Z')",
    "INSERT INTO timeline (incident_id, kind, author, event, happened_at, recorded_at, recorded_by)
     VALUES (?1, 'update', 'U0ALICE0001',
            '{\"event\":\"declared\",\"severity\":\"UNKNOWN\",\"customer_impact\":\"unknown\"}',
            '2026-11-23T14:05:09.120Z', '2026-11-23T14:05:09.120Z', 'U0ALICE0001')",
    "INSERT INTO schedule (kind, key, incident_id, since, base_at, due_at)
     VALUES ('update_reminder', CAST(?1 AS TEXT), ?1, '2026-11-23T14:05:09.120Z', '2026-11-23T14:05:09.120Z', NULL)",
    "INSERT INTO schedule (kind, key, incident_id, since, base_at, due_at)
     VALUES ('severity_reminder', CAST(?1 AS TEXT), ?1, '2026-11-23T14:05:09.120Z', '2026-11-23T14:05:09.120Z',
            '2026-11-23T14:15:09.120Z')",
    "INSERT INTO outbox (incident_id, ordering_key, kind, priority, payload, state, enqueued_at, due_at)
     VALUES (?1, 'posts', 'create_channel', 2011,
            '{\"kind\":\"create_channel\",\"name\":\"incident-1-checkout-is-slow\",\"declared_in\":{\"channel\":\"C0GENERAL01\",\"response_url\":\"https://hooks.slack.com/commands/T0ACME/1/abcdefghijklmnop\"}}',
            'pending', '2026-11-23T14:05:09.120Z', '2026-11-23T14:05:09.120Z')",
    "INSERT INTO outbox (incident_id, ordering_key, kind, priority, payload, state, enqueued_at, due_at)
     VALUES (?1, 'posts', 'post_activity', 9011,
            '{\"kind\":\"post_activity\",\"activity\":{\"actor\":\"U0ALICE0001\",\"event\":{\"event\":\"declared\",\"severity\":\"UNKNOWN\",\"customer_impact\":\"unknown\"},\"at\":\"2026-11-23T14:05:09.120Z\"}}',
            'blocked', '2026-11-23T14:05:09.120Z', '2026-11-23T14:05:09.120Z')",
    "INSERT INTO inbox (key, incident_id, processed_at) VALUES ('view:V' || ?1, ?1, '2026-11-23T14:05:09.120Z')",
];

/// Inserts the rows of an incident.
pub fn insert_rows(connection: &Connection, number: i64) {
    for row in INSERTS {
        connection
            .prepare_cached(row)
            .unwrap()
            .execute([number])
            .unwrap();
    }
}
