//! The declaration of an incident from a group: by a user in a form, or by the rule.

use rusqlite::Connection;

use crate::domain::alert::group::{AlertOrigin, GroupTexts};
use crate::domain::alert::rule::AlertRule;
use crate::domain::{Actor, Declare, Incident, IncidentId, Settings, Source, Timestamp};
use crate::error::{Error, Result};
use crate::store::Store;
use crate::store::alert_groups::added_alerts::{origin_of, severities_of};
use crate::store::alert_groups::settle::rule_of;
use crate::store::changes::run_decision;
use crate::store::tables::alert_groups::groups::{self, StoredGroup};
use crate::store::tables::api::incident_types;
use crate::store::tables::incident::incidents;
use crate::store::tables::workspace::settings;

impl Store {
    /// Returns the declaration of an incident from a group, as its rule makes it.
    pub async fn alert_declaration(&self, group: i64, now: Timestamp) -> Result<Declare> {
        self.read_pool
            .run(move |tx| {
                let group = groups::find_group(tx, group)?;
                let settings = settings::current_settings(tx)?;
                let rule = rule_of(&settings, &group);
                let origin = origin_of(tx, group.id, None)?;
                let texts = texts(tx, &group, &rule, &origin)?;
                with_type(tx, &rule, rule.declaration(&texts, &settings, now))
            })
            .await
    }
}

/// Declares an incident from a group. Returns `None` if the declaration is rejected.
pub(super) fn declare_by_rule(
    tx: &Connection,
    group: &StoredGroup,
    rule: &AlertRule,
    settings: &Settings,
    now: Timestamp,
) -> Result<Option<IncidentId>> {
    let origin = origin_of(tx, group.id, None)?;
    let request = rule.declaration(&texts(tx, group, rule, &origin)?, settings, now);
    let request = with_type(tx, rule, request)?;
    let actor = Actor::muster(now, Source::Alert);
    let id = incidents::next_incident_id(tx)?;
    let declared = run_decision(tx, None, |inputs| {
        let change = Incident::declare(id, request, &actor, None, &inputs.at(now))?;
        Ok(change.with_alerts(&origin))
    });
    match declared {
        Ok(_) => Ok(Some(id)),
        Err(Error::Rejected(reason)) => {
            tracing::warn!("An alert rule could not declare an incident: {reason}");
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// Returns the declaration with the incident type of the rule, if it still exists.
fn with_type(tx: &Connection, rule: &AlertRule, mut request: Declare) -> Result<Declare> {
    if let Some(name) = &rule.incident_type
        && let Some(number) = incident_types::number_of(tx, name)?
    {
        request.incident_type = number;
    }
    Ok(request)
}

fn texts(
    tx: &Connection,
    group: &StoredGroup,
    rule: &AlertRule,
    origin: &AlertOrigin,
) -> Result<GroupTexts> {
    let links = origin.alerts.named.iter().filter_map(|it| it.link.clone());
    Ok(GroupTexts {
        title: group.title.clone(),
        severity: rule.worst(severities_of(tx, group.id)?),
        service: group.service.clone(),
        fields: group.fields.clone(),
        signals: links.collect(),
    })
}
