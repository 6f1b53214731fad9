//! Declares and changes incidents: loads the inputs, decides, derives the consequences and stores the
//! change, in one transaction.

use rusqlite::Connection;

use crate::domain::{
    Change, ChannelId, Decision, DecisionContext, Incident, IncidentId, Timestamp, Viewer,
    consequences,
};
use crate::error::Result;
use crate::store::alert_groups::declare_with_related;
use crate::store::decision_context::DecisionInputs;
use crate::store::idempotency_key::{find_key, is_processed, record_key};
use crate::store::tables::incident::incidents;
use crate::store::{IdempotencyKey, Store, apply_change};

/// A request to change an incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeTarget {
    /// The user on whose behalf it is changed.
    pub viewer: Viewer,
    /// The incident.
    pub id: IncidentId,
    /// The idempotency key of the request.
    pub key: IdempotencyKey,
    /// The time of the request.
    pub now: Timestamp,
}

/// The state of an incident before and after a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// The state before the request; `None` if the request had already been processed.
    pub before: Option<Incident>,
    /// The current state.
    pub after: Incident,
}

impl Store {
    /// Declares an incident. `decide` receives the next incident number; its change is stored completely
    /// or not at all. Open alerts that look related are offered in its channel.
    ///
    /// Idempotent: if the key has been processed, returns the incident of that request.
    pub async fn declare(
        &self,
        key: IdempotencyKey,
        now: Timestamp,
        decide: impl FnOnce(IncidentId, &DecisionContext<'_>) -> Result<Change> + Send + 'static,
    ) -> Result<Incident> {
        self.write_thread
            .run(move |tx| {
                if let Some(id) = find_key(tx, &key)? {
                    return incidents::find_incident(tx, id);
                }
                let id = incidents::next_incident_id(tx)?;
                let change = declare_with_related(tx, now, |it| decide(id, &it.at(now)))?;
                record_key(tx, &key, Some(id), change.at)?;
                Ok(change.incident)
            })
            .await
    }

    /// Changes an incident that the viewer may see. The change is stored completely or not at all.
    ///
    /// Idempotent: if the key has been processed, returns the incident without changing it.
    pub async fn change(
        &self,
        viewer: Viewer,
        id: IncidentId,
        key: IdempotencyKey,
        decide: impl FnOnce(&Incident) -> Decision + Send + 'static,
    ) -> Result<Incident> {
        self.write_thread
            .run(move |tx| {
                let incident = incidents::find_visible_incident(tx, &viewer, id)?;
                let change = change_once(tx, incident, &key, |it, _| Ok(decide(it)?))?;
                Ok(change.after)
            })
            .await
    }

    /// Changes an incident like [`Store::change`]. The decision depends on more than the incident, and the
    /// result includes the previous state.
    pub async fn change_with_context(
        &self,
        target: ChangeTarget,
        decide: impl FnOnce(&Incident, &DecisionContext<'_>) -> Result<Change> + Send + 'static,
    ) -> Result<Applied> {
        self.write_thread
            .run(move |tx| {
                let ChangeTarget {
                    viewer,
                    id,
                    key,
                    now,
                } = target;
                let incident = incidents::find_visible_incident(tx, &viewer, id)?;
                change_once(tx, incident, &key, |it, inputs| decide(it, &inputs.at(now)))
            })
            .await
    }

    /// Changes the incident of a channel. Returns `None` if the channel belongs to no incident.
    /// Idempotent.
    pub async fn change_incident_of_channel(
        &self,
        channel: ChannelId,
        key: IdempotencyKey,
        now: Timestamp,
        decide: impl FnOnce(&Incident, &DecisionContext<'_>) -> Change + Send + 'static,
    ) -> Result<Option<Incident>> {
        self.write_thread
            .run(move |tx| {
                let Some(id) = incidents::incident_id_of_channel(tx, &channel)? else {
                    return Ok(None);
                };
                let incident = incidents::find_incident(tx, id)?;
                let change = change_once(tx, incident, &key, |it, inputs| {
                    Ok(decide(it, &inputs.at(now)))
                })?;
                Ok(Some(change.after))
            })
            .await
    }
}

impl Store {
    /// Records an event that changes no incident. Returns whether it is new.
    pub async fn record_event(&self, key: IdempotencyKey, now: Timestamp) -> Result<bool> {
        self.write_thread
            .run(move |tx| {
                let is_new = !is_processed(tx, &key)?;
                if is_new {
                    record_key(tx, &key, None, now)?;
                }
                Ok(is_new)
            })
            .await
    }
}

/// Makes a decision about an incident and stores it, unless the key has been processed.
pub(super) fn change_once(
    tx: &Connection,
    incident: Incident,
    key: &IdempotencyKey,
    decide: impl FnOnce(&Incident, &DecisionInputs<'_>) -> Result<Change>,
) -> Result<Applied> {
    if find_key(tx, key)?.is_some() {
        return Ok(Applied {
            before: None,
            after: incident,
        });
    }
    let change = run_decision(tx, Some(&incident), |inputs| decide(&incident, inputs))?;
    record_key(tx, key, Some(incident.id), change.at)?;
    Ok(Applied {
        before: Some(incident),
        after: change.incident,
    })
}

/// Makes a decision and stores it with its consequences. `before` is the incident before the decision;
/// `None` if it is declared.
pub(super) fn run_decision(
    tx: &Connection,
    before: Option<&Incident>,
    decide: impl FnOnce(&DecisionInputs<'_>) -> Result<Change>,
) -> Result<Change> {
    let inputs = DecisionInputs::load(tx, before.map(|incident| incident.id))?;
    let decision = decide(&inputs);
    inputs.check()?;
    let mut change = decision?;
    let at = change.at;
    consequences::derive(before, &mut change, &inputs.at(at));
    inputs.check()?;
    apply_change::apply(tx, before, &change)?;
    Ok(change)
}
