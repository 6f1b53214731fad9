//! Updates the groups for which something is due: the end of a hold or of flapping, or an alert that becomes stale.

use rusqlite::{Connection, named_params};

use crate::domain::alert::group::GroupStage;
use crate::domain::{ScheduleKind, Timestamp};
use crate::error::Result;
use crate::store::alert_groups::batch::TouchedGroup;
use crate::store::alert_groups::settle;
use crate::store::tables::alert_groups::{groups, messages};
use crate::store::tables::system::schedule;
use crate::store::tables::workspace::settings;

/// Updates up to `limit` groups that are due.
pub(in crate::store) fn claim_due(tx: &Connection, now: Timestamp, limit: i64) -> Result<()> {
    let keys: Vec<String> = tx
        .prepare_cached(
            "SELECT key FROM schedule WHERE kind = :kind AND due_at <= :now ORDER BY due_at LIMIT :limit",
        )?
        .query_map(
            named_params! {
                ":kind": ScheduleKind::AlertGroup.as_str(), ":now": now.to_string(), ":limit": limit,
            },
            |row| row.get(0),
        )?
        .collect::<rusqlite::Result<_>>()?;
    for key in keys {
        schedule::delete_entry(tx, ScheduleKind::AlertGroup, &key)?;
        let Ok(id) = key.parse() else {
            continue;
        };
        let settings = settings::current_settings(tx)?;
        let stage = groups::find_group(tx, id)?.stage;
        settle::settle(tx, &settings, id, &TouchedGroup::default(), now)?;
        if stage == GroupStage::Suggested {
            messages::refresh_message(tx, id, now)?;
        }
    }
    Ok(())
}

/// Returns when the next group is due.
pub(in crate::store) fn next_due_at(tx: &Connection) -> Result<Option<Timestamp>> {
    schedule::next_due_at(
        tx,
        ScheduleKind::AlertGroup,
        Timestamp::from_epoch_seconds(0),
    )
}
