//! The table `alert_group_members`.

use chrono::Duration;
use rusqlite::{Connection, OptionalExtension, named_params};
use sha2::{Digest, Sha256};

use crate::domain::alert::group::{
    FLAPPING_QUIET_PERIOD, GroupCounts, SourceHabit, is_flapping, stale_at,
};
use crate::domain::alert::{SourceKind, StoredAlert};
use crate::domain::{IncidentId, Timestamp};
use crate::error::Result;
use crate::store::db::sql_types::{parse_column, parse_optional_column};

/// The number of cycles that are compared to recognize a flapping alert.
const COMPARED_CYCLES: i64 = 4;

/// Returns the group of an alert; `None` if no rule matched it.
pub(crate) fn group_of(tx: &Connection, alert: i64) -> Result<Option<i64>> {
    let group = tx
        .prepare_cached("SELECT group_id FROM alert_group_members WHERE alert_id = :alert")?
        .query_row(named_params! { ":alert": alert }, |row| row.get(0))
        .optional()?;
    Ok(group)
}

/// Adds an alert that fires to a group.
pub(crate) fn insert(
    tx: &Connection,
    group: i64,
    alert: &StoredAlert,
    now: Timestamp,
) -> Result<()> {
    let flapping_until =
        is_flapping(&recent_cycles(tx, alert)?, now).then(|| now.plus(FLAPPING_QUIET_PERIOD));
    tx.prepare_cached(
        "INSERT INTO alert_group_members (alert_id, group_id, is_firing, title_hash, flapping_until, last_seen_at,
                                          stale_at)
         VALUES (:alert, :group, 1, :title_hash, :flapping_until, :now, :stale_at)",
    )?
    .execute(named_params! {
        ":alert": alert.id,
        ":group": group,
        ":title_hash": title_hash(&alert.report.title),
        ":flapping_until": flapping_until.map(String::from),
        ":now": now.to_string(),
        ":stale_at": stale_time(alert, Duration::zero(), now).map(String::from),
    })?;
    Ok(())
}

/// Returns whether an incident has an alert that fired with a title before another alert did.
pub(crate) fn has_title(
    tx: &Connection,
    incident: IncidentId,
    title: &str,
    before: i64,
) -> Result<bool> {
    let has_title = tx.prepare_cached(HAS_TITLE)?.query_row(
        named_params! {
            ":incident": incident.number(), ":title_hash": title_hash(title), ":before": before,
        },
        |row| row.get(0),
    )?;
    Ok(has_title)
}

/// Finds the title in an index: an incident can have many alerts.
const HAS_TITLE: &str = "SELECT EXISTS (SELECT 1 FROM alert_groups
             CROSS JOIN alert_group_members ON group_id = alert_groups.id
                  WHERE incident_id = :incident AND title_hash = :title_hash AND alert_id < :before)";

/// Returns a number that distinguishes a title from others.
fn title_hash(title: &str) -> i64 {
    let digest = Sha256::digest(title.as_bytes());
    let start = digest.iter().take(8);
    start.fold(0, |hash, byte| (hash << 8) | i64::from(*byte))
}

/// Stores that an alert was reported again, or is resolved.
pub(crate) fn update(tx: &Connection, alert: &StoredAlert, now: Timestamp) -> Result<()> {
    let (last_seen_at, longest_gap, flapping_until): (Timestamp, i64, Option<Timestamp>) = tx
        .prepare_cached(
            "SELECT last_seen_at, longest_gap, flapping_until FROM alert_group_members
              WHERE alert_id = :alert",
        )?
        .query_row(named_params! { ":alert": alert.id }, |row| {
            let flapping_until = parse_optional_column(row, "flapping_until")?;
            Ok((
                parse_column(row, "last_seen_at")?,
                row.get("longest_gap")?,
                flapping_until,
            ))
        })?;
    let gap = now.duration_since(last_seen_at).num_seconds();
    let longest_gap = longest_gap.max(gap);
    let stale_at = stale_time(alert, Duration::seconds(longest_gap), now);
    // A resolve of a flapping alert is one more change of it.
    let flapping_until = flapping_until.map(|until| match alert.is_open() {
        true => until,
        false => now.plus(FLAPPING_QUIET_PERIOD),
    });
    tx.prepare_cached(
        "UPDATE alert_group_members
            SET is_firing = :is_firing, last_seen_at = :now, longest_gap = :gap, stale_at = :stale_at,
                flapping_until = :flapping_until
          WHERE alert_id = :alert",
    )?
    .execute(named_params! {
        ":alert": alert.id,
        ":is_firing": alert.is_open(),
        ":now": now.to_string(),
        ":gap": longest_gap,
        ":stale_at": stale_at.filter(|_| alert.is_open()).map(String::from),
        ":flapping_until": flapping_until.map(String::from),
    })?;
    Ok(())
}

/// Returns the numbers of alerts of a group.
pub(crate) fn count(tx: &Connection, group: i64, now: Timestamp) -> Result<GroupCounts> {
    count_up_to(tx, group, u32::MAX, now)
}

/// Returns the numbers of alerts of a group, or `limit` for each that is higher.
pub(crate) fn count_up_to(
    tx: &Connection,
    group: i64,
    limit: u32,
    now: Timestamp,
) -> Result<GroupCounts> {
    count_of_groups(tx, ":id", group, limit, now)
}

/// Returns the numbers of alerts of an incident, of all its groups, or `limit` for each that is higher.
pub(crate) fn count_of_incident(
    tx: &Connection,
    incident: IncidentId,
    limit: u32,
    now: Timestamp,
) -> Result<GroupCounts> {
    let groups = "SELECT id FROM alert_groups WHERE incident_id = :id";
    count_of_groups(tx, groups, incident.number(), limit, now)
}

fn count_of_groups(
    tx: &Connection,
    groups: &str,
    id: i64,
    limit: u32,
    now: Timestamp,
) -> Result<GroupCounts> {
    let members = format!("SELECT 1 FROM alert_group_members WHERE group_id IN ({groups})");
    let counts = tx
        .prepare_cached(&format!(
            "SELECT (SELECT count(*) FROM ({members} LIMIT :limit)) AS total,
                    (SELECT count(*) FROM ({members} AND is_firing = 1 LIMIT :limit)) AS firing,
                    (SELECT count(*) FROM ({members} AND is_firing = 0 AND flapping_until > :now
                      LIMIT :limit)) AS flapping"
        ))?
        .query_row(
            named_params! { ":id": id, ":now": now.to_string(), ":limit": limit },
            |row| {
                Ok(GroupCounts {
                    total: row.get("total")?,
                    firing: row.get("firing")?,
                    flapping: row.get("flapping")?,
                })
            },
        )?;
    Ok(counts)
}

/// Finds both times at the start of a range of an index: a group can have many alerts.
const NEXT_DUE: &str = "SELECT min(due_at) AS next FROM (
        SELECT min(flapping_until) AS due_at FROM alert_group_members
         WHERE group_id = :group AND is_firing = 0 AND flapping_until > :now
        UNION ALL
        SELECT min(stale_at) FROM alert_group_members
         WHERE group_id = :group AND is_firing = 1 AND stale_at > :now)";

/// Returns when an alert of a group next stops flapping or becomes stale.
pub(crate) fn next_due_at(
    tx: &Connection,
    group: i64,
    now: Timestamp,
) -> Result<Option<Timestamp>> {
    let next = tx.prepare_cached(NEXT_DUE)?.query_row(
        named_params! { ":group": group, ":now": now.to_string() },
        |row| parse_optional_column(row, "next"),
    )?;
    Ok(next)
}

/// Returns the starts of the last cycles of an alert.
fn recent_cycles(tx: &Connection, alert: &StoredAlert) -> Result<Vec<Timestamp>> {
    let cycles = tx
        .prepare_cached(
            "SELECT received_at FROM alerts WHERE source_id = :source AND key = :key
              ORDER BY id DESC LIMIT :limit",
        )?
        .query_map(
            named_params! {
                ":source": alert.source.id, ":key": alert.report.key, ":limit": COMPARED_CYCLES,
            },
            |row| parse_column(row, 0),
        )?
        .collect::<rusqlite::Result<_>>()?;
    Ok(cycles)
}

fn stale_time(alert: &StoredAlert, longest_gap: Duration, now: Timestamp) -> Option<Timestamp> {
    let habit = match alert.source.kind {
        SourceKind::Alertmanager | SourceKind::Grafana => SourceHabit::Repeats(longest_gap),
        SourceKind::Sentry => SourceHabit::NeverResolves,
        SourceKind::Datadog | SourceKind::PagerDuty | SourceKind::Sns | SourceKind::Json => {
            SourceHabit::Resolves
        }
    };
    stale_at(habit, now)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn schema() -> Connection {
        let tx = Connection::open_in_memory().unwrap();
        tx.execute_batch(include_str!("../../../../schema.sql"))
            .unwrap();
        tx.pragma_update(None, "foreign_keys", false).unwrap();
        tx
    }

    #[test]
    fn neither_a_due_time_nor_a_title_is_looked_for_in_all_alerts() {
        let tx = schema();
        for (sql, search) in [
            (
                NEXT_DUE,
                "alert_group_members_flapping (group_id=? AND is_firing=? AND flapping_until>?)",
            ),
            (
                NEXT_DUE,
                "alert_group_members_of_group (group_id=? AND is_firing=? AND stale_at>?)",
            ),
            (
                HAS_TITLE,
                "alert_group_members_by_title (group_id=? AND title_hash=? AND rowid<?)",
            ),
        ] {
            let steps = plan(&tx, sql);
            assert!(steps.contains(search), "{steps}");
        }
    }

    fn plan(tx: &Connection, sql: &str) -> String {
        let mut statement = tx.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        // Without values of the parameters.
        let steps = statement
            .raw_query()
            .mapped(|row| row.get::<_, String>("detail"));
        let steps = steps.collect::<rusqlite::Result<Vec<_>>>();
        steps.unwrap().join("\n")
    }

    #[test]
    fn counts_end_at_the_limit() {
        let tx = schema();
        for alert in 1..=9 {
            tx.execute(
                "INSERT INTO alert_group_members (alert_id, group_id, is_firing, flapping_until, last_seen_at)
                 VALUES (?1, ?1 % 2, ?1 < 4, iif(?1 > 6, '2026-11-23T15:00:00.000Z', NULL), '')",
                [alert],
            )
            .unwrap();
        }
        let now = "2026-11-23T14:05:00Z".parse().unwrap();
        let counts = |total, firing, flapping| GroupCounts {
            total,
            firing,
            flapping,
        };
        assert_eq!(count(&tx, 1, now).unwrap(), counts(5, 2, 2));
        assert_eq!(count_up_to(&tx, 1, 2, now).unwrap(), counts(2, 2, 2));
        assert_eq!(count_up_to(&tx, 0, 1, now).unwrap(), counts(1, 1, 1));
        assert_eq!(count_up_to(&tx, 7, 1, now).unwrap(), counts(0, 0, 0));
    }
}
