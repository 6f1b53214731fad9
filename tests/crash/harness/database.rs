//! Reads and locks the database from outside, while the bot is running and after it was killed.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use sha2::{Digest, Sha256};

/// The database of a bot. No connection stays open between calls, so that a restarted bot finds the files as
/// the killed one left them.
#[derive(Clone)]
pub struct Database(PathBuf);

/// The write lock of the database, held against the bot.
pub struct WriteLock(Connection);

/// How long to wait for the bot's write lock.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

impl Database {
    /// Returns the database in a folder.
    pub fn in_folder(folder: &Path) -> Self {
        Self(folder.join("incidents.db"))
    }

    /// Returns the path of the database file.
    pub fn path(&self) -> String {
        self.0.to_str().unwrap().to_owned()
    }

    /// Opens the database for reading.
    pub fn open(&self) -> Connection {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.0, flags).unwrap();
        connection.busy_timeout(BUSY_TIMEOUT).unwrap();
        connection
    }

    /// Returns the first column of a query's result.
    pub fn query(&self, question: &str) -> Vec<String> {
        let connection = self.open();
        let mut statement = connection.prepare(question).unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.collect::<rusqlite::Result<_>>().unwrap()
    }

    /// Counts the rows that match.
    pub fn count(&self, rows: &str) -> i64 {
        let question = format!("SELECT count(*) FROM {rows}");
        let connection = self.open();
        connection
            .query_row(&question, [], |row| row.get(0))
            .unwrap()
    }

    /// Lets the user cache expire.
    pub fn expire_users(&self) {
        let connection = Connection::open(&self.0).unwrap();
        connection.busy_timeout(BUSY_TIMEOUT).unwrap();
        let long_ago = "UPDATE users SET fetched_at = '2020-01-01T00:00:00.000Z'";
        connection.execute(long_ago, []).unwrap();
    }

    /// Removes the commander of all incidents. The bot shows it with its next change.
    pub fn remove_commander(&self) {
        let connection = self.open_writable();
        let none = "UPDATE incidents SET commander = NULL";
        connection.execute(none, []).unwrap();
    }

    /// Saves a view of the list.
    pub fn insert_saved_view(&self, owner: &str, name: &str) {
        let insert = "INSERT INTO saved_views (owner, is_shared, name, query, created_at)
                      VALUES (?1, 0, ?2, 'q=checkout', '2026-11-23T14:05:09.120Z')";
        let connection = self.open_writable();
        connection.execute(insert, (owner, name)).unwrap();
    }

    /// Adds a group with an alert that fires.
    pub fn insert_alert_group(&self) {
        let at = "2026-11-23T14:05:09.120Z";
        let inserts = [
            "INSERT INTO alert_sources (kind, name, token_hash, created_at) VALUES ('json', 'script', 'x', ?1)",
            "INSERT INTO alerts (source_id, key, status, title, description, severity, labels, links, started_at,
                                 is_clock_off, received_at, last_received_at, count)
             VALUES (1, 'k', 'firing', 'No orders', '', '', '{}', '[]', ?1, 0, ?1, ?1, 1)",
            "INSERT INTO alert_groups (rule, key, title, service, fields, stage, is_about_the_monitor, is_added,
                                       opened_at, last_alert_at)
             VALUES ('All alerts', 'k', 'No orders', '', '{}', 'suggested', 0, 0, ?1, ?1)",
            "INSERT INTO alert_group_members (alert_id, group_id, is_firing, last_seen_at) VALUES (1, 1, 1, ?1)",
        ];
        let connection = self.open_writable();
        for insert in inserts {
            connection.execute(insert, [at]).unwrap();
        }
    }

    /// Stores that the group of alerts looks related to IR-1.
    pub fn relate_alert_group(&self) {
        let insert = "INSERT INTO related_alert_groups (incident_id, group_id) VALUES (1, 1)";
        self.open_writable().execute(insert, []).unwrap();
    }

    /// Adds the webhook “hook”.
    pub fn insert_webhook(&self, kind: &str, url: &str, secret: &str) {
        let insert = "INSERT INTO webhooks (name, kind, url, secret, created_at)
                      VALUES ('hook', ?1, ?2, ?3, '2026-11-23T14:05:09.120Z')";
        let connection = self.open_writable();
        connection.execute(insert, (kind, url, secret)).unwrap();
    }

    /// Stops the mails of a rule to an address.
    pub fn insert_unsubscribed(&self, rule: &str, address: &str) {
        let insert = "INSERT INTO unsubscribed_addresses (rule, address, since)
                      VALUES (?1, ?2, '2026-11-23T14:05:09.120Z')";
        let connection = self.open_writable();
        connection.execute(insert, (rule, address)).unwrap();
    }

    /// Adds an API key that acts as Muster.
    pub fn insert_api_key(&self, key_id: &str) {
        let insert = "INSERT INTO api_keys (name, key_id, secret_hash, scopes, created_at)
                      VALUES ('CI', ?1, '', 'read', '2026-11-23T14:05:09.120Z')";
        let connection = self.open_writable();
        connection.execute(insert, [key_id]).unwrap();
    }

    /// Adds an API key that acts as alice, with all scopes.
    pub fn insert_api_key_with_secret(&self, key_id: &str, secret_hash: &str) {
        let insert = "INSERT INTO api_keys (name, key_id, secret_hash, scopes, user_id, created_at)
                      SELECT 'CI', ?1, ?2, 'read write settings', declared_by, '2026-11-23T14:05:09.120Z'
                        FROM incidents WHERE id = 1";
        let connection = self.open_writable();
        connection.execute(insert, [key_id, secret_hash]).unwrap();
    }

    /// Adds a source of alerts.
    pub fn insert_alert_source(&self, kind: &str, token: &str) {
        let insert = "INSERT INTO alert_sources (kind, name, token_hash, created_at)
                      VALUES (?1, 'source', ?2, '2026-11-23T14:05:09.120Z')";
        let hash = Sha256::digest(token.as_bytes());
        let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        let connection = self.open_writable();
        connection.execute(insert, (kind, hash)).unwrap();
    }

    /// Adds a request of SNS to confirm a subscription of the first source.
    pub fn insert_sns_confirmation(&self, topic: &str) {
        let insert = "INSERT INTO sns_confirmations (source_id, topic, subscribe_url, received_at)
                      VALUES (1, ?1, 'https://sns.eu-west-1.amazonaws.com/', '2026-11-23T14:05:09.120Z')";
        let connection = self.open_writable();
        connection.execute(insert, [topic]).unwrap();
    }

    /// Sends a notification about IR-1 to a recipient, as the bot would store it. The bot notices it with its next
    /// commit.
    pub fn insert_notification(&self, recipient: &str) {
        let connection = self.open_writable();
        let recipients = format!("[\"{recipient}\"]");
        let now = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')";
        connection
            .execute_batch(&format!(
                "BEGIN;
                 UPDATE incidents SET last_notification = 1 WHERE id = 1;
                 INSERT INTO notifications (incident_id, number, author, subject, body, recipients, changes, sent_at)
                 SELECT 1, 1, declared_by, 'Checkout is slow', 'We roll back.', '{recipients}', '[]', {now}
                   FROM incidents WHERE id = 1;
                 INSERT INTO outbox (incident_id, ordering_key, kind, priority, payload, state, enqueued_at, due_at)
                 VALUES (1, 'notification:1', 'prepare_notification', 12100,
                         '{{\"kind\":\"prepare_notification\",\"notification\":1}}', 'pending', {now}, {now});
                 COMMIT"
            ))
            .unwrap();
    }

    /// Stores a postmortem of IR-1 with one section, as the bot would.
    pub fn insert_postmortem(&self) {
        let connection = self.open_writable();
        let now = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')";
        connection
            .execute_batch(&format!(
                "BEGIN;
                 INSERT INTO postmortems (incident_id, title, owner, status, timeline, template, created_at, created_by,
                                          last_section)
                 SELECT 1, 'IR-1 Checkout is slow', declared_by, 'draft', 'important', 'Postmortem', {now},
                        declared_by, 1
                   FROM incidents WHERE id = 1;
                 INSERT INTO postmortem_sections (incident_id, number, position, heading, body, revision, edited_at,
                                                  edited_by)
                 SELECT 1, 1, 1, 'Summary', 'It was slow.', 1, {now}, declared_by FROM incidents WHERE id = 1;
                 COMMIT"
            ))
            .unwrap();
    }

    /// Exports the postmortem of IR-1, as the bot would store the request. The bot notices it with its next commit.
    pub fn insert_postmortem_export(&self, target: &str) {
        let connection = self.open_writable();
        let now = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')";
        connection
            .execute_batch(&format!(
                "BEGIN;
                 INSERT INTO postmortem_exports (incident_id, target, state, detail, changed_at, requested_by)
                 SELECT 1, '{target}', 'waiting', '', {now}, declared_by FROM incidents WHERE id = 1
                     ON CONFLICT (incident_id, target) DO UPDATE SET state = 'waiting';
                 INSERT INTO outbox (incident_id, ordering_key, kind, priority, payload, state, enqueued_at, due_at)
                 VALUES (1, 'postmortem:{target}', 'export_postmortem', 22200,
                         '{{\"kind\":\"export_postmortem\",\"target\":\"{target}\"}}', 'pending', {now}, {now});
                 COMMIT"
            ))
            .unwrap();
    }

    /// Counts the pending deliveries of a kind.
    pub fn pending_deliveries(&self, kind: &str) -> i64 {
        self.count(&format!(
            "outbox WHERE state = 'pending' AND kind = '{kind}'"
        ))
    }

    /// Counts the unfinished deliveries.
    pub fn unfinished_deliveries(&self) -> i64 {
        unfinished_deliveries(&self.open())
    }

    /// Makes a schedule entry due now, with a start time one day ago.
    pub fn make_scheduled_due(&self, kind: &str) {
        let connection = self.open_writable();
        let ago = |since: &str| format!("strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '{since}')");
        let (since, due) = (ago("-1 day"), ago("-1 second"));
        let changed = connection
            .execute(
                &format!(
                    "UPDATE schedule SET since = {since}, base_at = {since}, due_at = {due}
                      WHERE kind = ?1 AND due_at IS NOT NULL"
                ),
                [kind],
            )
            .unwrap();
        assert_eq!(changed, 1, "one schedule entry is pending");
    }

    /// Makes the only assigned task overdue since an hour ago, with no notice sent.
    pub fn make_task_overdue(&self) {
        let connection = self.open_writable();
        let ago = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-1 hour')";
        for change in [
            format!("UPDATE tasks SET due_at = {ago} WHERE done_at IS NULL"),
            format!("UPDATE schedule SET due_at = {ago} WHERE kind = 'overdue_notice'"),
        ] {
            let changed = connection.execute(&change, []).unwrap();
            assert_eq!(changed, 1, "one task with one assignee");
        }
    }

    /// Takes the write lock. The bot cannot store anything until it is released.
    pub fn lock(&self) -> WriteLock {
        let connection = self.open_writable();
        connection.execute_batch("BEGIN IMMEDIATE").unwrap();
        WriteLock(connection)
    }

    fn open_writable(&self) -> Connection {
        let connection = Connection::open(&self.0).unwrap();
        connection.busy_timeout(BUSY_TIMEOUT).unwrap();
        // Keeps the WAL of the killed bot: closing this connection must not run a checkpoint.
        connection
            .set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)
            .unwrap();
        connection
    }
}

/// Counts the unfinished deliveries. To poll with one connection is cheaper: each new one reads the schema.
pub fn unfinished_deliveries(connection: &Connection) -> i64 {
    let count = "SELECT (SELECT count(*) FROM outbox WHERE state IN ('pending', 'blocked'))
                      + (SELECT count(*) FROM alert_messages WHERE due_at IS NOT NULL)";
    let mut statement = connection.prepare_cached(count).unwrap();
    statement.query_row([], |row| row.get(0)).unwrap()
}

impl WriteLock {
    /// Releases the write lock without changes.
    pub fn release(self) {
        self.0.execute_batch("ROLLBACK").unwrap();
    }
}
