//! The table `postmortem_exports`.

use rusqlite::{Connection, Row, named_params};

use crate::domain::postmortem::{ExportState, ExportTarget, PostmortemChange, PostmortemExport};
use crate::domain::{IncidentId, Timestamp, UserId};
use crate::error::Result;
use crate::store::db::sql_types::parse_column;

/// Stores the change of an export. Changes of sections are ignored.
pub fn apply_change(
    tx: &Connection,
    incident: IncidentId,
    change: &PostmortemChange,
    at: Timestamp,
) -> Result<()> {
    let (target, outcome) = match change {
        PostmortemChange::ExportRequested { target, user } => {
            return request(tx, incident, (*target, user), at);
        }
        PostmortemChange::ExportDone {
            target,
            receipt,
            detail,
        } => {
            let receipt = Some(serde_json::to_string(receipt)?);
            let done = Outcome::new(ExportState::Done, detail);
            (target, Outcome { receipt, ..done })
        }
        PostmortemChange::ExportFailed {
            target,
            detail,
            delivery_id,
        } => {
            let delivery_id = Some(*delivery_id);
            let failed = Outcome::new(ExportState::Failed, detail);
            (
                target,
                Outcome {
                    delivery_id,
                    ..failed
                },
            )
        }
        PostmortemChange::ExportRetried { target } => {
            (target, Outcome::new(ExportState::Waiting, ""))
        }
        PostmortemChange::SectionSaved(_)
        | PostmortemChange::SectionRemoved { .. }
        | PostmortemChange::SectionsOrdered(_)
        | PostmortemChange::SectionFrozen { .. } => return Ok(()),
    };
    set_outcome(tx, incident, *target, &outcome, at)
}

/// The outcome of an export.
struct Outcome<'a> {
    state: ExportState,
    /// The receipt as JSON; `None` keeps an earlier one.
    receipt: Option<String>,
    detail: &'a str,
    delivery_id: Option<i64>,
}

impl<'a> Outcome<'a> {
    /// Creates an outcome that keeps an earlier receipt and cannot be retried.
    fn new(state: ExportState, detail: &'a str) -> Self {
        Self {
            state,
            receipt: None,
            detail,
            delivery_id: None,
        }
    }
}

fn request(
    tx: &Connection,
    incident: IncidentId,
    (target, user): (ExportTarget, &UserId),
    at: Timestamp,
) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO postmortem_exports (incident_id, target, state, detail, changed_at, requested_by)
         VALUES (:incident, :target, :state, '', :at, :user)
         ON CONFLICT (incident_id, target) DO UPDATE
            SET state = excluded.state, detail = '', delivery_id = NULL, changed_at = excluded.changed_at,
                requested_by = excluded.requested_by",
    )?
    .execute(named_params! {
        ":incident": incident.number(),
        ":target": target.as_str(),
        ":state": ExportState::Waiting.as_str(),
        ":at": at.to_string(),
        ":user": user.as_str(),
    })?;
    Ok(())
}

fn set_outcome(
    tx: &Connection,
    incident: IncidentId,
    target: ExportTarget,
    outcome: &Outcome<'_>,
    at: Timestamp,
) -> Result<()> {
    tx.prepare_cached(
        "UPDATE postmortem_exports
            SET state = :state, receipt = coalesce(:receipt, receipt), detail = :detail,
                delivery_id = :delivery_id, changed_at = :at
          WHERE incident_id = :incident AND target = :target",
    )?
    .execute(named_params! {
        ":incident": incident.number(),
        ":target": target.as_str(),
        ":state": outcome.state.as_str(),
        ":receipt": outcome.receipt,
        ":detail": outcome.detail,
        ":delivery_id": outcome.delivery_id,
        ":at": at.to_string(),
    })?;
    Ok(())
}

/// Returns the exports of a postmortem, in the order of their targets.
pub fn exports_of(tx: &Connection, incident: IncidentId) -> Result<Vec<PostmortemExport>> {
    let mut exports: Vec<PostmortemExport> = tx
        .prepare_cached(
            "SELECT target, state, receipt, detail, delivery_id, changed_at, requested_by FROM postmortem_exports
              WHERE incident_id = :incident",
        )?
        .query_map(named_params! { ":incident": incident.number() }, from_row)?
        .collect::<rusqlite::Result<_>>()?;
    exports.sort_by_key(|export| export.target);
    Ok(exports)
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<PostmortemExport> {
    let receipt: Option<String> = row.get("receipt")?;
    Ok(PostmortemExport {
        target: parse_column(row, "target")?,
        state: parse_column(row, "state")?,
        // The text is what `ExportDone` stored.
        receipt: receipt.and_then(|receipt| serde_json::from_str(&receipt).ok()),
        detail: row.get("detail")?,
        delivery_id: row.get("delivery_id")?,
        changed_at: parse_column(row, "changed_at")?,
        requested_by: UserId(row.get("requested_by")?),
    })
}
