//! Integration metadata: links to channels and issues in other tools, which programs store with an incident.

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::link::edit_document::NamedUrl;
use crate::string_enum::{ParseEnumError, normalize, parse_enum};
use crate::{
    Activity, Actor, Change, Decision, Incident, Rejection, TimelineEntry, TimelineEvent,
    Timestamp, UserId,
};

/// The maximum number of integrations of an incident.
const MAX_INTEGRATIONS: usize = 100;

/// The tool that integration metadata refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IntegrationKind {
    /// Channels of Slack.
    Slack,
    /// Channels of Microsoft Teams.
    MicrosoftTeams,
    /// Issues of Jira.
    Jira,
}

/// Links to channels or issues, as a program stored them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Integration {
    /// Its number within the incident, from 1. Numbers are not used again.
    pub number: i64,
    /// The tool.
    pub kind: IntegrationKind,
    /// The metadata, in Datadog's shape of the tool.
    pub metadata: Value,
    /// Whether it was changed since it was added.
    pub is_edited: bool,
    /// When it was added.
    pub created_at: Timestamp,
    /// The user who added it; `None` if it was no user.
    pub created_by: Option<UserId>,
    /// When it was last changed.
    pub modified_at: Timestamp,
    /// The user who last changed it; `None` if it was no user.
    pub modified_by: Option<UserId>,
    /// When it was removed; `None` if it was not.
    pub removed_at: Option<Timestamp>,
}

/// A request to store integration metadata.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PutIntegration {
    /// The tool.
    pub kind: IntegrationKind,
    /// The metadata, in Datadog's shape of the tool.
    pub metadata: Value,
}

impl IntegrationKind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Slack, Self::MicrosoftTeams, Self::Jira];

    /// Returns the name in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Slack => "slack",
            Self::MicrosoftTeams => "microsoft_teams",
            Self::Jira => "jira",
        }
    }

    /// Returns the linked object within a sentence.
    pub fn label(self) -> &'static str {
        match self {
            Self::Slack => "Slack channel",
            Self::MicrosoftTeams => "Microsoft Teams channel",
            Self::Jira => "Jira issue",
        }
    }

    /// Returns the linked objects of some metadata, with their addresses.
    pub fn links(self, metadata: &Value) -> Vec<NamedUrl> {
        let (list, names): (_, &[&str]) = match self {
            Self::Slack => ("channels", &["channel_name", "channel_id"]),
            Self::MicrosoftTeams => ("teams", &["ms_channel_name"]),
            Self::Jira => ("issues", &["issue_key", "project_key"]),
        };
        let text = |object: &Value, name: &str| object[name].as_str().map(str::to_owned);
        let links = metadata[list].as_array().into_iter().flatten();
        let links = links.map(|object| {
            let mut names = names.iter().filter_map(|name| text(object, name));
            NamedUrl {
                title: names.next().unwrap_or_default(),
                url: text(object, "redirect_url").unwrap_or_default(),
            }
        });
        links.collect()
    }
}

impl FromStr for IntegrationKind {
    type Err = ParseEnumError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let normalized = normalize(text);
        parse_enum("integration", text, &Self::ALL, Self::as_str, |it| {
            normalize(it.as_str()) == normalized
        })
    }
}

impl Integration {
    /// Returns the linked objects, with their addresses.
    pub fn links(&self) -> Vec<NamedUrl> {
        self.kind.links(&self.metadata)
    }
}

impl Incident {
    /// Returns the integrations that have not been removed.
    pub fn integrations(&self) -> impl Iterator<Item = &Integration> {
        self.integrations
            .iter()
            .filter(|it| it.removed_at.is_none())
    }

    /// Adds links to other tools and posts them in the incident's channel.
    pub fn add_integration(&self, request: PutIntegration, actor: &Actor) -> Decision {
        if self.integrations().count() >= MAX_INTEGRATIONS {
            return Err(Rejection(format!(
                "{} has {MAX_INTEGRATIONS} integrations, the maximum. Nothing was added.",
                self.id
            )));
        }
        let mut incident = self.clone();
        let last = self.integrations.iter().map(|it| it.number).max();
        let PutIntegration { kind, metadata } = request;
        let to = kind.links(&metadata);
        incident.integrations.push(Integration {
            number: last.unwrap_or(0) + 1,
            kind,
            metadata,
            is_edited: false,
            created_at: actor.at,
            created_by: actor.user.clone(),
            modified_at: actor.at,
            modified_by: actor.user.clone(),
            removed_at: None,
        });
        let event = TimelineEvent::IntegrationChanged {
            integration: kind,
            from: Vec::new(),
            to,
        };
        Ok(incident.record_integration(event, actor))
    }

    /// Replaces the links of an integration. Metadata without a difference changes nothing.
    pub fn edit_integration(
        &self,
        number: i64,
        request: PutIntegration,
        actor: &Actor,
    ) -> Decision {
        let mut incident = self.clone();
        let integration = incident.integration_mut(number)?;
        if integration.kind == request.kind && integration.metadata == request.metadata {
            return Ok(Change::new(self.clone(), actor.at));
        }
        let from = integration.links();
        integration.kind = request.kind;
        integration.metadata = request.metadata;
        integration.is_edited = true;
        integration.modified_at = actor.at;
        integration.modified_by = actor.user.clone();
        let event = TimelineEvent::IntegrationChanged {
            integration: integration.kind,
            from,
            to: integration.links(),
        };
        Ok(incident.record_integration(event, actor))
    }

    /// Removes an integration. The linked objects are not changed.
    pub fn remove_integration(&self, number: i64, actor: &Actor) -> Decision {
        let mut incident = self.clone();
        let integration = incident.integration_mut(number)?;
        integration.removed_at = Some(actor.at);
        let event = TimelineEvent::IntegrationChanged {
            integration: integration.kind,
            from: integration.links(),
            to: Vec::new(),
        };
        Ok(incident.record_integration(event, actor))
    }

    fn integration_mut(&mut self, number: i64) -> Result<&mut Integration, Rejection> {
        let mut integrations = self.integrations.iter_mut();
        let integration = integrations.find(|it| it.number == number && it.removed_at.is_none());
        integration.ok_or_else(|| Rejection("This integration has been removed.".to_owned()))
    }

    fn record_integration(mut self, event: TimelineEvent, actor: &Actor) -> Change {
        self.touch_responder(actor);
        let mut change = Change::new(self, actor.at);
        change.add_entry(TimelineEntry::by_actor(actor, event.clone()));
        let incident = change.incident.clone();
        incident.enqueue_activity(&mut change, Activity::by_actor(actor, event));
        change
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::incident_with_channel;

    #[test]
    fn integration_is_added_edited_and_removed_once() {
        let incident = incident_with_channel("");
        let alice = Actor::new("U0ALICE0001".into(), incident.declared_at);
        let slack = |name: &str| PutIntegration {
            kind: IntegrationKind::Slack,
            metadata: json!({ "channels": [{ "channel_id": "C1", "channel_name": name, "redirect_url": "https://a.example" }] }),
        };
        let added = incident.add_integration(slack("#one"), &alice).unwrap();
        let same = added.incident.edit_integration(1, slack("#one"), &alice);
        assert_eq!(same.unwrap(), Change::new(added.incident.clone(), alice.at));
        let edited = added.incident.edit_integration(1, slack("#two"), &alice);
        let edited = edited.unwrap().incident;
        let integration = edited.integrations().next().unwrap();
        let link = NamedUrl {
            title: "#two".to_owned(),
            url: "https://a.example".to_owned(),
        };
        assert_eq!(
            (integration.is_edited, integration.links()),
            (true, vec![link])
        );
        let removed = edited.remove_integration(1, &alice).unwrap().incident;
        assert_eq!(removed.integrations().count(), 0);
        assert!(removed.remove_integration(1, &alice).is_err());
        let again = removed.add_integration(slack("#one"), &alice).unwrap();
        assert_eq!(again.incident.integrations().next().unwrap().number, 2);
    }

    #[test]
    fn links_are_named_after_the_channel_or_the_issue() {
        let issues = json!({ "issues": [
            { "account": "https://a.example", "project_key": "OPS", "issue_key": "OPS-1", "redirect_url": "https://a.example/1" },
            { "account": "https://a.example", "project_key": "OPS" },
        ] });
        let links = IntegrationKind::Jira.links(&issues);
        let links: Vec<_> = links.iter().map(|it| (&*it.title, &*it.url)).collect();
        assert_eq!(links, [("OPS-1", "https://a.example/1"), ("OPS", "")]);
        assert_eq!(IntegrationKind::Slack.links(&json!({})), []);
    }
}
