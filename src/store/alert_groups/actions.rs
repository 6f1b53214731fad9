//! The actions of users on groups: declare an incident, add them to one, ignore them.

use rusqlite::Connection;

use crate::domain::alert::group::{GroupStage, IncidentPhase};
use crate::domain::alert::rule::AlertRule;
use crate::domain::{
    Actor, Change, DecisionContext, Incident, IncidentId, ScheduleKind, Timestamp, UserId, Viewer,
};
use crate::error::{Error, Result};
use crate::store::alert_groups::added_alerts::origin_of;
use crate::store::alert_groups::settle::rule_of;
use crate::store::changes::{change_once, run_decision};
use crate::store::idempotency_key::{find_key, is_processed, record_key};
use crate::store::tables::alert_groups::groups::{self, StoredGroup};
use crate::store::tables::alert_groups::messages;
use crate::store::tables::incident::incidents;
use crate::store::tables::system::schedule;
use crate::store::tables::workspace::settings;
use crate::store::{Applied, ChangeTarget, IdempotencyKey, Store};

/// A request to ignore a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IgnoreGroup {
    /// The group.
    pub group: i64,
    /// The user.
    pub user: UserId,
    /// How long; `None` for the window of its rule.
    pub duration: Option<chrono::Duration>,
    /// When it was requested.
    pub now: Timestamp,
}

impl Store {
    /// Returns a group and its rule.
    pub async fn alert_group(&self, id: i64) -> Result<(StoredGroup, AlertRule)> {
        self.read_pool
            .run(move |tx| {
                let group = groups::find_group(tx, id)?;
                let rule = rule_of(&*settings::current_settings(tx)?, &group);
                Ok((group, rule))
            })
            .await
    }

    /// Declares an incident from a group, like [`Store::declare`]. The group belongs to it afterwards.
    ///
    /// Rejects a group that belongs to an open incident.
    pub async fn declare_from_alerts(
        &self,
        key: IdempotencyKey,
        actor: Actor,
        group: i64,
        decide: impl FnOnce(IncidentId, &DecisionContext<'_>) -> Result<Change> + Send + 'static,
    ) -> Result<Incident> {
        self.write_thread
            .run(move |tx| {
                if let Some(id) = find_key(tx, &key)? {
                    return incidents::find_incident(tx, id);
                }
                let mut group = groups::find_group(tx, group)?;
                reject_attached(tx, &group, &actor)?;
                let id = incidents::next_incident_id(tx)?;
                let origin = origin_of(tx, group.id, None)?;
                let change = run_decision(tx, None, |inputs| {
                    Ok(decide(id, &inputs.at(actor.at))?.with_alerts(&origin))
                })?;
                group.is_added = false;
                attach(tx, &mut group, id, &actor)?;
                record_key(tx, &key, Some(id), change.at)?;
                Ok(change.incident)
            })
            .await
    }

    /// Adds a group to an incident that the viewer may see.
    pub async fn add_alerts_to_incident(
        &self,
        target: ChangeTarget,
        actor: Actor,
        group: i64,
    ) -> Result<Applied> {
        self.write_thread
            .run(move |tx| {
                let incident = incidents::find_visible_incident(tx, &target.viewer, target.id)?;
                let mut group = groups::find_group(tx, group)?;
                let is_added = group.incident == Some(target.id);
                if is_added || is_processed(tx, &target.key)? {
                    return change_once(tx, incident, &target.key, |it, _| {
                        Ok(Change::new(it.clone(), target.now))
                    });
                }
                reject_attached(tx, &group, &actor)?;
                let origin = origin_of(tx, group.id, Some(target.id))?;
                let applied = change_once(tx, incident, &target.key, |it, inputs| {
                    Ok(it.add_alerts(&origin.alerts, Some(&actor), &inputs.at(target.now)))
                })?;
                group.is_added = true;
                attach(tx, &mut group, target.id, &actor)?;
                Ok(applied)
            })
            .await
    }

    /// Ignores a group for a while: nothing is posted about its alerts. Returns until when.
    ///
    /// Rejects a group that belongs to an incident.
    pub async fn ignore_alert_group(
        &self,
        key: IdempotencyKey,
        request: IgnoreGroup,
    ) -> Result<Timestamp> {
        self.write_thread
            .run(move |tx| {
                let mut group = groups::find_group(tx, request.group)?;
                if is_processed(tx, &key)? {
                    return Ok(group.ignored_until.unwrap_or(request.now));
                }
                if group.incident.is_some() {
                    return Err(Error::Rejected(
                        "These alerts belong to an incident, so they can't be ignored.".to_owned(),
                    ));
                }
                let settings = settings::current_settings(tx)?;
                let window = rule_of(&settings, &group).window();
                let until = request.now.plus(request.duration.unwrap_or(window));
                group.stage = GroupStage::Ignored;
                group.ignored_until = Some(until);
                group.handled_by = Some(request.user);
                group.acts_at = None;
                groups::save(tx, &mut group)?;
                schedule::delete_entry(tx, ScheduleKind::AlertGroup, &group.id.to_string())?;
                messages::refresh_message(tx, group.id, request.now)?;
                record_key(tx, &key, None, request.now)?;
                Ok(until)
            })
            .await
    }
}

/// Links a group to an incident. Its card then has no buttons.
pub(super) fn attach(
    tx: &Connection,
    group: &mut StoredGroup,
    incident: IncidentId,
    actor: &Actor,
) -> Result<()> {
    group.stage = GroupStage::Attached;
    group.incident = Some(incident);
    group.handled_by = actor.user.clone();
    group.acts_at = None;
    group.resolution_reported_at = None;
    group.reopening_offered_at = None;
    groups::save(tx, group)?;
    messages::refresh_message(tx, group.id, actor.at)
}

/// Rejects a group that belongs to an open incident. A user who may not see that incident learns only that there is
/// one.
pub(super) fn reject_attached(tx: &Connection, group: &StoredGroup, actor: &Actor) -> Result<()> {
    let Some(incident) = group.incident else {
        return Ok(());
    };
    if let IncidentPhase::Resolved(_) = groups::phase_of(tx, incident)? {
        return Ok(());
    }
    let viewer = actor.user.as_ref().map(Viewer::user);
    let visible = viewer.map(|viewer| incidents::find_visible_incident(tx, &viewer, incident));
    Err(Error::Rejected(match visible {
        Some(Ok(incident)) => format!("These alerts already belong to {}.", incident.id),
        Some(Err(_)) | None => "These alerts already belong to an incident.".to_owned(),
    }))
}
