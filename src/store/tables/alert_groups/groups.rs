//! The table `alert_groups`.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, Row, named_params};

use crate::domain::alert::group::{
    GroupStage, GroupState, IncidentPhase, MAX_DECLARED_PER_HOUR, RuleLoad,
};
use crate::domain::alert::rule::AlertRule;
use crate::domain::{IncidentId, Status, Timestamp, UserId};
use crate::error::{Error, Result};
use crate::store::db::sql_types::{json_column, parse_column, parse_optional_column};
use crate::store::tables::alert_groups::storms;

/// A stored group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredGroup {
    /// Its ID; 0 until it is stored.
    pub id: i64,
    /// The name of the rule when the group began.
    pub rule: String,
    /// The grouping key.
    pub key: String,
    /// The title that the rule makes from the first alert.
    pub title: String,
    /// The service, made in the same way; empty if there is none.
    pub service: String,
    /// The values of other fields, made in the same way.
    pub fields: BTreeMap<String, String>,
    /// The stage.
    pub stage: GroupStage,
    /// Whether the rule made private incidents when the group began.
    pub is_private: bool,
    /// Whether an alert only says that its monitor has no data.
    pub is_about_the_monitor: bool,
    /// The number of alerts that the source left out of its last request.
    pub omitted: u64,
    /// When the first alert was received.
    pub opened_at: Timestamp,
    /// When an alert last fired.
    pub last_alert_at: Timestamp,
    /// When the rule acts, if it holds back.
    pub acts_at: Option<Timestamp>,
    /// When a card was enqueued or an incident declared.
    pub acted_at: Option<Timestamp>,
    /// When the rule declared an incident.
    pub declared_at: Option<Timestamp>,
    /// The storm that it is part of.
    pub storm: Option<i64>,
    /// The incident that it belongs to.
    pub incident: Option<IncidentId>,
    /// Whether the incident was declared before, and not from the group.
    pub is_added: bool,
    /// The user who declared, added or ignored.
    pub handled_by: Option<UserId>,
    /// Until when a user ignores it.
    pub ignored_until: Option<Timestamp>,
    /// When all alerts were reported as resolved, and none has fired since.
    pub resolution_reported_at: Option<Timestamp>,
    /// When a message asked to reopen the incident.
    pub reopening_offered_at: Option<Timestamp>,
}

const COLUMNS: &str = "id, rule, key, title, service, fields, stage, is_private, is_about_the_monitor, omitted, \
     opened_at, last_alert_at, acts_at, acted_at, declared_at, storm_id, incident_id, is_added, handled_by, ignored_until, \
     resolution_reported_at, reopening_offered_at";

/// Returns a group.
pub(crate) fn find_group(tx: &Connection, id: i64) -> Result<StoredGroup> {
    let group = tx
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM alert_groups WHERE id = :id"
        ))?
        .query_row(named_params! { ":id": id }, from_row)
        .optional()?;
    group.ok_or(Error::NotFound("alert group"))
}

/// Returns the last group of a rule with a key.
pub(crate) fn find_latest(tx: &Connection, rule: &str, key: &str) -> Result<Option<StoredGroup>> {
    let group = tx
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM alert_groups WHERE rule = :rule AND key = :key ORDER BY id DESC LIMIT 1"
        ))?
        .query_row(named_params! { ":rule": rule, ":key": key }, from_row)
        .optional()?;
    Ok(group)
}

/// Adds a group, or stores a changed one.
const SAVE: &str =
    "INSERT INTO alert_groups (id, rule, key, title, service, fields, stage, is_private, is_about_the_monitor, omitted,
                               opened_at, last_alert_at, acts_at, acted_at, declared_at, storm_id, incident_id,
                               is_added, handled_by, ignored_until, resolution_reported_at, reopening_offered_at)
     VALUES (nullif(:id, 0), :rule, :key, :title, :service, :fields, :stage, :is_private, :is_about_the_monitor,
             :omitted, :opened_at, :last_alert_at, :acts_at, :acted_at, :declared_at, :storm, :incident,
             :is_added, :handled_by, :ignored_until, :resolution_reported_at, :reopening_offered_at)
     ON CONFLICT (id) DO UPDATE
        SET stage = excluded.stage, is_about_the_monitor = excluded.is_about_the_monitor,
            omitted = excluded.omitted, last_alert_at = excluded.last_alert_at, acts_at = excluded.acts_at, acted_at = excluded.acted_at,
            declared_at = excluded.declared_at, storm_id = excluded.storm_id,
            incident_id = excluded.incident_id, is_added = excluded.is_added, handled_by = excluded.handled_by,
            ignored_until = excluded.ignored_until,
            resolution_reported_at = excluded.resolution_reported_at,
            reopening_offered_at = excluded.reopening_offered_at";

/// Adds a group and sets its ID, or stores a changed one.
pub(crate) fn save(tx: &Connection, group: &mut StoredGroup) -> Result<()> {
    let time = |at: Option<Timestamp>| at.map(String::from);
    tx.prepare_cached(SAVE)?.execute(named_params! {
        ":id": group.id,
        ":rule": group.rule,
        ":key": group.key,
        ":title": group.title,
        ":service": group.service,
        ":fields": serde_json::to_string(&group.fields)?,
        ":stage": group.stage.as_str(),
        ":is_private": group.is_private,
        ":is_about_the_monitor": group.is_about_the_monitor,
        ":omitted": i64::try_from(group.omitted).unwrap_or(i64::MAX),
        ":opened_at": group.opened_at.to_string(),
        ":last_alert_at": group.last_alert_at.to_string(),
        ":acts_at": time(group.acts_at),
        ":acted_at": time(group.acted_at),
        ":declared_at": time(group.declared_at),
        ":storm": group.storm,
        ":incident": group.incident.map(IncidentId::number),
        ":is_added": group.is_added,
        ":handled_by": group.handled_by.as_ref().map(UserId::as_str),
        ":ignored_until": time(group.ignored_until),
        ":resolution_reported_at": time(group.resolution_reported_at),
        ":reopening_offered_at": time(group.reopening_offered_at),
    })?;
    if group.id == 0 {
        group.id = tx.last_insert_rowid();
    }
    Ok(())
}

/// Returns the state of a group, with that of its incident.
pub(crate) fn state_of(tx: &Connection, group: &StoredGroup) -> Result<GroupState> {
    if let Some(incident) = group.incident {
        return Ok(GroupState::Attached(incident, phase_of(tx, incident)?));
    }
    Ok(match group.stage {
        GroupStage::Waiting => GroupState::Waiting,
        GroupStage::Suggested => GroupState::Suggested,
        GroupStage::InStorm => GroupState::InStorm,
        GroupStage::Listed | GroupStage::Attached => GroupState::Listed,
        GroupStage::Ignored => {
            GroupState::Ignored(group.ignored_until.unwrap_or(group.last_alert_at))
        }
    })
}

/// Returns how far an incident is.
pub(crate) fn phase_of(tx: &Connection, incident: IncidentId) -> Result<IncidentPhase> {
    let phase = tx
        .prepare_cached("SELECT status, declared_at, resolved_at FROM incidents WHERE id = :id")?
        .query_row(named_params! { ":id": incident.number() }, |row| {
            let status: Status = parse_column(row, "status")?;
            let declared_at: Timestamp = parse_column(row, "declared_at")?;
            let resolved_at: Option<Timestamp> = parse_optional_column(row, "resolved_at")?;
            Ok(match status {
                Status::Active => IncidentPhase::Active,
                Status::Stable => IncidentPhase::Stable,
                Status::Resolved | Status::Completed => {
                    IncidentPhase::Resolved(resolved_at.unwrap_or(declared_at))
                }
            })
        })?;
    Ok(phase)
}

/// Returns what a rule posted recently.
pub(crate) fn load_of(tx: &Connection, rule: &AlertRule, now: Timestamp) -> Result<RuleLoad> {
    let period_start = now.plus(-rule.limit_period());
    let recent: u32 = tx
        .prepare_cached(
            "SELECT count(*) FROM (SELECT 1 FROM alert_groups
              WHERE rule = :rule AND acted_at > :since LIMIT :limit)",
        )?
        .query_row(
            named_params! { ":rule": rule.name, ":since": period_start.to_string(), ":limit": rule.limit },
            |row| row.get(0),
        )?;
    let declared_this_hour: u32 = tx
        .prepare_cached(
            "SELECT count(*) FROM (SELECT 1 FROM alert_groups WHERE declared_at > :since LIMIT :limit)",
        )?
        .query_row(
            named_params! {
                ":since": now.plus(-chrono::Duration::hours(1)).to_string(),
                ":limit": MAX_DECLARED_PER_HOUR,
            },
            |row| row.get(0),
        )?;
    Ok(RuleLoad {
        recent,
        is_storm: storms::current(tx, &rule.name, period_start)?.is_some(),
        declared_this_hour,
    })
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<StoredGroup> {
    Ok(StoredGroup {
        id: row.get("id")?,
        rule: row.get("rule")?,
        key: row.get("key")?,
        title: row.get("title")?,
        service: row.get("service")?,
        fields: json_column(row, "fields")?,
        stage: parse_column(row, "stage")?,
        is_private: row.get("is_private")?,
        is_about_the_monitor: row.get("is_about_the_monitor")?,
        omitted: u64::try_from(row.get::<_, i64>("omitted")?).unwrap_or_default(),
        opened_at: parse_column(row, "opened_at")?,
        last_alert_at: parse_column(row, "last_alert_at")?,
        acts_at: parse_optional_column(row, "acts_at")?,
        acted_at: parse_optional_column(row, "acted_at")?,
        declared_at: parse_optional_column(row, "declared_at")?,
        storm: row.get("storm_id")?,
        incident: row.get::<_, Option<i64>>("incident_id")?.map(IncidentId),
        is_added: row.get("is_added")?,
        handled_by: row.get::<_, Option<String>>("handled_by")?.map(UserId),
        ignored_until: parse_optional_column(row, "ignored_until")?,
        resolution_reported_at: parse_optional_column(row, "resolution_reported_at")?,
        reopening_offered_at: parse_optional_column(row, "reopening_offered_at")?,
    })
}
