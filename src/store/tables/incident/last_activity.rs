//! The columns of `incidents` with the last activity on the timeline, which are derived from it.

use rusqlite::{Connection, OptionalExtension, named_params};

use crate::domain::api::LastActivity;
use crate::domain::{IncidentId, UserId};
use crate::error::{Error, Result};
use crate::store::db::sql_types::parse_column;

/// Records that an entry was added to the incident's timeline.
pub fn record_activity(tx: &Connection, id: IncidentId, activity: &LastActivity) -> Result<()> {
    tx.prepare_cached(
        "UPDATE incidents SET last_activity_at = :at, last_activity_by = :user
          WHERE id = :id AND last_activity_at <= :at",
    )?
    .execute(named_params! {
        ":id": id.number(),
        ":at": activity.at.to_string(),
        ":user": activity.user.as_ref().map(UserId::as_str),
    })?;
    Ok(())
}

/// Returns the last activity on the incident's timeline.
pub fn last_activity(tx: &Connection, id: IncidentId) -> Result<LastActivity> {
    let activity = tx
        .prepare_cached("SELECT last_activity_at, last_activity_by FROM incidents WHERE id = :id")?
        .query_row(named_params! { ":id": id.number() }, |row| {
            Ok(LastActivity {
                at: parse_column(row, "last_activity_at")?,
                user: row
                    .get::<_, Option<String>>("last_activity_by")?
                    .map(UserId),
            })
        })
        .optional()?;
    activity.ok_or(Error::NotFound("incident"))
}
