//! The alerts that look related to an incident that a user declares: they are offered in its channel and on its page.

use rusqlite::Connection;

use crate::domain::alert::group::{AlertAddition, GroupStage, RelatedAlerts, RelatedGroups};
use crate::domain::alert::rule::AlertRule;
use crate::domain::{Actor, Change, Incident, IncidentId, Timestamp};
use crate::error::{Error, Result};
use crate::store::alert_groups::actions::{attach, reject_attached};
use crate::store::alert_groups::added_alerts::origin_of;
use crate::store::alert_groups::settle::rule_named;
use crate::store::changes::{change_once, run_decision};
use crate::store::decision_context::DecisionInputs;
use crate::store::idempotency_key::is_processed;
use crate::store::tables::alert_groups::groups::{self, StoredGroup};
use crate::store::tables::alert_groups::{members, related};
use crate::store::tables::incident::incidents;
use crate::store::tables::workspace::settings;
use crate::store::{Applied, ChangeTarget, Store};

/// The most open groups that an incident is compared with, the newest first. It bounds the time of a declaration.
const MAX_COMPARED: i64 = 200;

/// The most groups that are offered.
const MAX_RELATED: usize = 5;

impl Store {
    /// Returns the alerts that looked related to an incident when it was declared, and still belong to none.
    pub async fn related_alerts(&self, incident: IncidentId) -> Result<RelatedAlerts> {
        self.read_pool
            .run(move |tx| {
                let mut alerts = RelatedAlerts::default();
                for group in unattached(tx, incident)? {
                    if group.stage != GroupStage::Ignored {
                        add(tx, &mut alerts, group.id, group.title)?;
                    }
                }
                Ok(alerts)
            })
            .await
    }

    /// Adds the alerts that look related to an incident that the viewer may see.
    ///
    /// Rejects the request if they belong to an incident already.
    pub async fn attach_related_alerts(
        &self,
        target: ChangeTarget,
        actor: Actor,
    ) -> Result<Applied> {
        self.write_thread
            .run(move |tx| {
                let incident = incidents::find_visible_incident(tx, &target.viewer, target.id)?;
                let mut groups = match is_processed(tx, &target.key)? {
                    true => Vec::new(),
                    false => unattached_or_rejection(tx, target.id, &actor)?,
                };
                let mut alerts = AlertAddition::default();
                for group in &groups {
                    alerts.append(origin_of(tx, group.id, Some(target.id))?.alerts);
                }
                let applied = change_once(tx, incident, &target.key, |it, inputs| {
                    Ok(it.add_alerts(&alerts, Some(&actor), &inputs.at(target.now)))
                })?;
                for group in &mut groups {
                    group.is_added = true;
                    attach(tx, group, target.id, &actor)?;
                }
                Ok(applied)
            })
            .await
    }
}

/// Declares an incident on behalf of a user. Open alerts that look related are offered in its channel.
pub(in crate::store) fn declare_with_related(
    tx: &Connection,
    now: Timestamp,
    decide: impl FnOnce(&DecisionInputs<'_>) -> Result<Change>,
) -> Result<Change> {
    let mut alerts = RelatedAlerts::default();
    let change = run_decision(tx, None, |inputs| {
        let change = decide(inputs)?;
        alerts = find_related(tx, &change.incident, now)?;
        Ok(change.with_related_alerts(&alerts))
    })?;
    related::insert(tx, change.incident.id, &alerts.groups)?;
    Ok(change)
}

/// Returns the open groups that look related to an incident. A test has none, nor has an imported incident; groups of
/// rules that make private incidents or tests are never named.
fn find_related(tx: &Connection, incident: &Incident, now: Timestamp) -> Result<RelatedAlerts> {
    let mut alerts = RelatedAlerts::default();
    if incident.kind.is_test() || incident.imported_at.is_some() {
        return Ok(alerts);
    }
    let settings = settings::current_settings(tx)?;
    let windows = settings.alert_rules.iter().map(AlertRule::window);
    let longest = windows.fold(AlertRule::default().window(), Ord::max);
    let criteria = RelatedGroups::new(incident);
    for group in related::open_groups(tx, now.plus(-longest), MAX_COMPARED)? {
        if alerts.groups.len() == MAX_RELATED {
            break;
        }
        if !criteria.contain(&group.title, &group.service) {
            continue;
        }
        let rule = rule_named(&settings, &group.rule);
        let is_open = now.duration_since(group.last_alert_at) < rule.window();
        if is_open && !rule.private && !rule.test {
            add(tx, &mut alerts, group.id, group.title)?;
        }
    }
    Ok(alerts)
}

fn add(tx: &Connection, alerts: &mut RelatedAlerts, group: i64, title: String) -> Result<()> {
    // Whether an alert flaps does not matter here.
    let never = Timestamp::from_epoch_seconds(0);
    alerts.count += members::count(tx, group, never)?.total;
    alerts.groups.push(group);
    alerts.titles.push(title);
    Ok(())
}

/// Returns the related groups that belong to no incident.
fn unattached(tx: &Connection, incident: IncidentId) -> Result<Vec<StoredGroup>> {
    let ids = related::groups_of(tx, incident)?.into_iter();
    let groups = ids.map(|id| groups::find_group(tx, id));
    let mut groups = groups.collect::<Result<Vec<_>>>()?;
    groups.retain(|group| group.incident.is_none());
    Ok(groups)
}

fn unattached_or_rejection(
    tx: &Connection,
    incident: IncidentId,
    actor: &Actor,
) -> Result<Vec<StoredGroup>> {
    let open = unattached(tx, incident)?;
    if !open.is_empty() {
        return Ok(open);
    }
    for group in related::groups_of(tx, incident)? {
        let group = groups::find_group(tx, group)?;
        if group.incident == Some(incident) {
            let reason = format!("These alerts already belong to {incident}.");
            return Err(Error::Rejected(reason));
        }
        reject_attached(tx, &group, actor)?;
    }
    Err(Error::Rejected(format!(
        "No alerts look related to {incident}."
    )))
}
