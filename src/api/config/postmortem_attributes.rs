//! The attributes of postmortem templates. The content is in the settings; what has no effect here is stored as it was
//! sent.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::api::config::request::ConfigRequest;
use crate::api::config::resource::{Document, OfAnyIncidentType, Resource, ToOne};
use crate::api::error::{ApiError, Mistake};
use crate::api::members::present;
use crate::api::request::RequestBody;
use crate::domain::postmortem::PostmortemTemplate;
use crate::domain::{Settings, Timestamp};
use crate::store::SettingResource;

const TYPES: &[&str] = &["postmortem_templates", "postmortem_template"];

/// The attributes of a new postmortem template.
#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "NewPostmortemTemplate")]
pub(super) struct NewTemplate {
    /// The name.
    name: String,
    /// The content: Markdown with variables; that of Muster's template if it is missing.
    content: Option<String>,
    /// The editor of the postmortems.
    location: Option<Location>,
    /// When the template was made the default; null if it is none. The latest one is the default.
    is_default: Option<String>,
    /// The destination in Confluence.
    confluence_postmortem_settings: Option<ConfluenceSettings>,
    /// The destination in Google Docs.
    google_docs_postmortem_settings: Option<GoogleDocsSettings>,
}

/// The changed attributes of a postmortem template.
#[derive(Default, Deserialize, JsonSchema)]
#[schemars(rename = "PostmortemTemplateChange")]
pub(super) struct TemplateChange {
    /// The name.
    pub(super) name: Option<String>,
    /// The content.
    pub(super) content: Option<String>,
    /// The editor of the postmortems.
    location: Option<Location>,
    /// When the template was made the default; null if it is none. The latest one is the default.
    #[serde(default, deserialize_with = "present")]
    #[schemars(with = "Option<String>")]
    is_default: Option<Option<String>>,
    /// The destination in Confluence.
    confluence_postmortem_settings: Option<ConfluenceSettings>,
    /// The destination in Google Docs.
    google_docs_postmortem_settings: Option<GoogleDocsSettings>,
}

impl From<NewTemplate> for TemplateChange {
    fn from(new: NewTemplate) -> Self {
        Self {
            name: Some(new.name),
            content: new.content,
            location: new.location,
            is_default: new.is_default.map(Some),
            confluence_postmortem_settings: new.confluence_postmortem_settings,
            google_docs_postmortem_settings: new.google_docs_postmortem_settings,
        }
    }
}

/// The editor of postmortems. Muster always writes its own page.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(super) enum Location {
    /// The page of the postmortem.
    #[default]
    DatadogNotebooks,
    /// A page in Confluence.
    Confluence,
    /// A document of Google.
    GoogleDocs,
}

/// A destination in Confluence.
#[derive(Clone, Deserialize, Serialize, JsonSchema)]
pub(super) struct ConfluenceSettings {
    account_id: String,
    space_id: String,
    parent_id: Option<String>,
}

/// A destination in Google Docs.
#[derive(Clone, Deserialize, Serialize, JsonSchema)]
pub(super) struct GoogleDocsSettings {
    account_id: String,
    parent_folder_id: String,
}

pub(super) type CreateTemplate = Document<NewTemplate, Option<OfAnyIncidentType>>;
pub(super) type UpdateTemplate = Document<Option<TemplateChange>, Option<Value>>;

impl RequestBody for CreateTemplate {
    const TYPES: &'static [&'static str] = TYPES;
}

impl RequestBody for UpdateTemplate {
    const TYPES: &'static [&'static str] = TYPES;
}

/// The attributes that are stored with the resource.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct StoredAttributes {
    location: Location,
    is_default: Option<Timestamp>,
    confluence_postmortem_settings: Option<ConfluenceSettings>,
    google_docs_postmortem_settings: Option<GoogleDocsSettings>,
    /// Whether `is_default` has just been changed.
    #[serde(skip)]
    moves: Option<Move>,
}

/// The new position of a template. The first one is the default.
#[derive(Clone, Copy)]
enum Move {
    First,
    BehindFirst,
}

impl StoredAttributes {
    /// Returns the attributes of a resource.
    pub(super) fn from_resource(resource: &SettingResource) -> Self {
        serde_json::from_value(resource.attributes.clone()).unwrap_or_default()
    }

    /// Returns the attributes with changed ones.
    pub(super) fn with(mut self, change: TemplateChange) -> Result<Self, ApiError> {
        self.location = change.location.unwrap_or(self.location);
        let confluence = change.confluence_postmortem_settings;
        self.confluence_postmortem_settings = confluence.or(self.confluence_postmortem_settings);
        let google = change.google_docs_postmortem_settings;
        self.google_docs_postmortem_settings = google.or(self.google_docs_postmortem_settings);
        if let Some(is_default) = change.is_default {
            self.is_default = is_default.as_deref().map(parse_time).transpose()?;
            self.moves = Some(match self.is_default {
                Some(_) => Move::First,
                None => Move::BehindFirst,
            });
        }
        let missing = match self.location {
            Location::DatadogNotebooks => None,
            Location::Confluence => self
                .confluence_postmortem_settings
                .is_none()
                .then_some("confluence_postmortem_settings"),
            Location::GoogleDocs => self
                .google_docs_postmortem_settings
                .is_none()
                .then_some("google_docs_postmortem_settings"),
        };
        match missing {
            None => Ok(self),
            Some(name) => Err(invalid(name, "is missing, and its location needs it")),
        }
    }

    /// Moves a template to its new position.
    pub(super) fn reorder(&self, templates: &mut Vec<PostmortemTemplate>, name: &str) {
        let Some(index) = templates.iter().position(|it| it.name == name) else {
            return;
        };
        match self.moves {
            Some(Move::First) => {
                let template = templates.remove(index);
                templates.insert(0, template);
            }
            Some(Move::BehindFirst) if index == 0 && templates.len() > 1 => templates.swap(0, 1),
            Some(Move::BehindFirst) | None => {}
        }
    }
}

/// The attributes of a postmortem template.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "PostmortemTemplateAttributes")]
pub(super) struct TemplateAttributes {
    name: String,
    content: String,
    location: Location,
    is_default: Option<String>,
    #[serde(rename = "createdAt")]
    created_at: String,
    #[serde(rename = "modifiedAt")]
    modified_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    confluence_postmortem_settings: Option<ConfluenceSettings>,
    #[serde(skip_serializing_if = "Option::is_none")]
    google_docs_postmortem_settings: Option<GoogleDocsSettings>,
}

/// The relationships of a postmortem template.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "PostmortemTemplateRelationships")]
pub(super) struct TemplateRelationships {
    incident_type: ToOne,
    last_modified_by_user: ToOne,
}

/// Returns a postmortem template as a resource.
pub(super) fn resource(
    request: &ConfigRequest<'_, '_>,
    it: &SettingResource,
    settings: &Settings,
) -> Resource<TemplateAttributes, TemplateRelationships> {
    let templates = &settings.postmortem_templates;
    let template = templates.iter().find(|template| template.name == it.name);
    let stored = StoredAttributes::from_resource(it);
    let is_first = templates.first().is_some_and(|first| first.name == it.name);
    let since = stored.is_default.unwrap_or(it.modified.at);
    Resource {
        kind: TYPES[0],
        id: request.id(it),
        attributes: TemplateAttributes {
            name: it.name.clone(),
            content: template.map_or_else(String::new, |template| template.content.clone()),
            location: stored.location,
            is_default: is_first.then(|| since.to_string()),
            created_at: it.created.at.to_string(),
            modified_at: it.modified.at.to_string(),
            confluence_postmortem_settings: stored.confluence_postmortem_settings,
            google_docs_postmortem_settings: stored.google_docs_postmortem_settings,
        },
        relationships: TemplateRelationships {
            incident_type: request.type_relationship(it.incident_type),
            last_modified_by_user: request.user_relationship(it.modified.user.as_ref()),
        },
    }
}

fn parse_time(text: &str) -> Result<Timestamp, ApiError> {
    let error = |_| invalid("is_default", "isn't a time such as 2026-11-23T14:05:00Z");
    text.parse().map_err(error)
}

fn invalid(attribute: &str, detail: &str) -> ApiError {
    let member = format!("/data/attributes/{attribute}");
    ApiError::invalid(vec![Mistake::in_member(member, detail)])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::api::schema::mistakes;

    #[test]
    fn bodies_are_accepted_and_mistakes_are_listed() {
        let body = json!({ "data": {
            "type": "postmortem_template",
            "attributes": {
                "name": "Short", "content": "## Timeline", "location": "confluence",
                "is_default": null,
                "confluence_postmortem_settings": { "account_id": "a", "space_id": "s" },
            },
            "relationships": { "incident_type": { "data": { "type": "incident_types", "id": "1" } } },
        } });
        assert_eq!(mistakes::<CreateTemplate>(&body), []);
        assert_eq!(mistakes::<UpdateTemplate>(&body), []);
        let wrong = json!({ "data": { "type": "postmortem_template", "attributes": {
            "location": "wiki", "is_default": true,
        } } });
        assert_eq!(mistakes::<CreateTemplate>(&wrong).len(), 3);
    }
}
