//! The metadata of integrations, in Datadog's shapes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::api::error::ApiError;
use crate::api::query::Mistakes;
use crate::domain::{IntegrationKind, PutIntegration};
use crate::error::Error;

/// The attributes of integration metadata.
#[derive(Deserialize, JsonSchema)]
pub(in crate::api) struct PutMetadata {
    /// The ID of the incident, which is that of the path.
    #[serde(rename = "incident_id")]
    _incident_id: Option<String>,
    /// The tool: 1 is Slack, 7 is Microsoft Teams, 8 is Jira.
    #[schemars(range(min = 0, max = 100))]
    integration_type: i64,
    /// The links.
    metadata: Metadata,
    /// The status, which Muster sets.
    #[serde(rename = "status")]
    #[schemars(range(min = 0, max = 5))]
    _status: Option<i64>,
}

/// The links of an integration.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(in crate::api) enum Metadata {
    /// Channels of Slack.
    Slack(SlackMetadata),
    /// Issues of Jira.
    Jira(JiraMetadata),
    /// Channels of Microsoft Teams.
    Teams(TeamsMetadata),
}

/// Channels of Slack.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub(in crate::api) struct SlackMetadata {
    /// The channels.
    #[schemars(length(max = 100))]
    pub(in crate::api) channels: Vec<SlackChannel>,
}

/// A channel of Slack.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub(in crate::api) struct SlackChannel {
    /// Its ID.
    #[schemars(length(max = 100))]
    pub(in crate::api) channel_id: String,
    /// Its name, with `#`.
    #[schemars(length(max = 200))]
    pub(in crate::api) channel_name: String,
    /// Its address.
    pub(in crate::api) redirect_url: String,
    /// The ID of the workspace.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 100))]
    pub(in crate::api) team_id: Option<String>,
}

/// Issues of Jira.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub(in crate::api) struct JiraMetadata {
    /// The issues.
    #[schemars(length(max = 100))]
    issues: Vec<JiraIssue>,
}

/// An issue of Jira.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
struct JiraIssue {
    /// The address of the Jira.
    #[schemars(length(max = 2048))]
    account: String,
    /// The key of the project.
    #[schemars(length(max = 200))]
    project_key: String,
    /// The key of the issue.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 200))]
    issue_key: Option<String>,
    /// The ID of the type of the issue.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 200))]
    issuetype_id: Option<String>,
    /// The address of the issue.
    #[serde(skip_serializing_if = "Option::is_none")]
    redirect_url: Option<String>,
}

/// Channels of Microsoft Teams.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub(in crate::api) struct TeamsMetadata {
    /// The channels.
    #[schemars(length(max = 100))]
    teams: Vec<TeamsChannel>,
}

/// A channel of Microsoft Teams.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
struct TeamsChannel {
    /// The ID of the tenant.
    #[schemars(length(max = 200))]
    ms_tenant_id: String,
    /// The ID of the channel.
    #[schemars(length(max = 200))]
    ms_channel_id: String,
    /// The name of the channel.
    #[schemars(length(max = 200))]
    ms_channel_name: String,
    /// The address of the channel.
    redirect_url: String,
}

/// Returns the number of a tool on Datadog's wire.
pub(in crate::api) fn type_number(kind: IntegrationKind) -> i64 {
    match kind {
        IntegrationKind::Slack => 1,
        IntegrationKind::MicrosoftTeams => 7,
        IntegrationKind::Jira => 8,
    }
}

impl PutMetadata {
    /// Returns the request, or all its mistakes.
    pub(in crate::api) fn into_request(self) -> Result<PutIntegration, ApiError> {
        let mut mistakes = Mistakes::default();
        let kind = self.metadata.kind();
        let named = IntegrationKind::ALL.map(type_number);
        if !named.contains(&self.integration_type) {
            let detail = "isn't one of 1 (Slack), 7 (Microsoft Teams), 8 (Jira)";
            mistakes.add_attribute("integration_type", detail);
        } else if type_number(kind) != self.integration_type {
            let detail = "isn't the metadata of this integration_type";
            mistakes.add_attribute("metadata", detail);
        }
        let (list, urls) = self.metadata.urls();
        if urls.is_empty() {
            mistakes.add_attribute(&format!("metadata/{list}"), "can't be empty");
        }
        for (index, url) in urls.into_iter().enumerate() {
            if let Some(url) = url {
                let member = format!("metadata/{list}/{index}/redirect_url");
                mistakes.require_url(&member, url);
            }
        }
        mistakes.into_result()?;
        let metadata: Value = serde_json::to_value(&self.metadata).map_err(Error::from)?;
        Ok(PutIntegration { kind, metadata })
    }
}

impl Metadata {
    fn kind(&self) -> IntegrationKind {
        match self {
            Self::Slack(_) => IntegrationKind::Slack,
            Self::Jira(_) => IntegrationKind::Jira,
            Self::Teams(_) => IntegrationKind::MicrosoftTeams,
        }
    }

    /// Returns the name of the list, and the address of each item.
    fn urls(&self) -> (&'static str, Vec<Option<&str>>) {
        match self {
            Self::Slack(SlackMetadata { channels }) => {
                let urls = channels.iter().map(|it| Some(it.redirect_url.as_str()));
                ("channels", urls.collect())
            }
            Self::Jira(JiraMetadata { issues }) => {
                let urls = issues.iter().map(|it| it.redirect_url.as_deref());
                ("issues", urls.collect())
            }
            Self::Teams(TeamsMetadata { teams }) => {
                let urls = teams.iter().map(|it| Some(it.redirect_url.as_str()));
                ("teams", urls.collect())
            }
        }
    }
}
