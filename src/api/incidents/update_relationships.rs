//! The relationships in a body that changes an incident.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::api::error::{ApiError, Mistake};
use crate::api::incidents::commander::CommanderRelationships;
use crate::api::members::{UserRelationship, present};
use crate::domain::api::{OWN_CHANNEL, POSTMORTEM, ResourceType, parse_part_id};
use crate::domain::{Actor, Incident};
use crate::store::ApiTransaction;

/// The relationships that change.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
pub(super) struct UpdateRelationships {
    /// The Incident Commander; null for none.
    #[serde(default, deserialize_with = "present")]
    #[schemars(with = "Option<UserRelationship>")]
    commander_user: Option<Option<UserRelationship>>,
    /// The integrations that the incident keeps. Others are removed, except its own channel.
    integrations: Option<Integrations>,
    /// The postmortem of the incident. Another one can't be linked here.
    postmortem: Option<Postmortem>,
}

/// The integrations that an incident keeps.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
struct Integrations {
    /// The integrations.
    #[schemars(length(max = 200))]
    data: Vec<IntegrationIdentifier>,
}

/// The identifier of an integration.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
struct IntegrationIdentifier {
    /// The UUID of the integration.
    id: String,
    /// The type of the resource.
    #[serde(rename = "type")]
    _kind: IntegrationsType,
}

/// The type of integrations.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
enum IntegrationsType {
    /// An integration.
    #[serde(rename = "incident_integrations")]
    IncidentIntegrations,
}

/// A relationship to a postmortem.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
struct Postmortem {
    /// The postmortem.
    data: PostmortemIdentifier,
}

/// The identifier of a postmortem.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
struct PostmortemIdentifier {
    /// The UUID of the attachment with the postmortem.
    id: String,
    /// The type of the resource.
    #[serde(rename = "type")]
    _kind: PostmortemsType,
}

/// The type of postmortems.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
enum PostmortemsType {
    /// A postmortem.
    #[serde(rename = "incident_postmortems")]
    IncidentPostmortems,
}

impl UpdateRelationships {
    /// Returns the commander.
    pub(super) fn commander(&self) -> CommanderRelationships {
        CommanderRelationships {
            commander_user: self.commander_user.clone(),
        }
    }

    /// Returns the numbers of the integrations that the incident loses.
    ///
    /// # Errors
    /// An integration that the incident does not have is unknown.
    pub(super) fn removed_integrations(
        &self,
        incident: &Incident,
        store_id: &str,
    ) -> Result<Vec<i64>, ApiError> {
        let Some(integrations) = &self.integrations else {
            return Ok(Vec::new());
        };
        let number = |it: &IntegrationIdentifier| {
            let number = parse_part_id(store_id, ResourceType::Integration, incident.id, &it.id);
            let exists = |number: &i64| {
                let mut stored = incident.integrations();
                *number == OWN_CHANNEL || stored.any(|it| it.number == *number)
            };
            let unknown = || ApiError::not_found("incident integration doesn't exist");
            number.filter(exists).ok_or_else(unknown)
        };
        let stays: Vec<i64> = integrations
            .data
            .iter()
            .map(number)
            .collect::<Result<_, _>>()?;
        let stored = incident.integrations().map(|it| it.number);
        Ok(stored.filter(|it| !stays.contains(it)).collect())
    }

    /// Returns the mistake of a postmortem that the incident does not have.
    pub(super) fn postmortem_mistake(
        &self,
        incident: &Incident,
        store_id: &str,
    ) -> Option<Mistake> {
        let id = &self.postmortem.as_ref()?.data.id;
        let number = parse_part_id(store_id, ResourceType::Attachment, incident.id, id);
        let is_own = number == Some(POSTMORTEM) && incident.postmortem.is_some();
        let detail = format!(
            "isn't the postmortem of {}. POST …/attachments adds one",
            incident.id
        );
        let member = "/data/relationships/postmortem/data/id";
        (!is_own).then(|| Mistake::in_member(member, detail))
    }
}

/// Removes integrations of an incident.
pub(super) fn remove_integrations(
    tx: &ApiTransaction<'_>,
    incident: &Incident,
    numbers: &[i64],
    actor: &Actor,
) -> Result<(), ApiError> {
    for number in numbers {
        tx.change(incident.id, |incident, _| {
            Ok(incident.remove_integration(*number, actor)?)
        })?;
    }
    Ok(())
}
