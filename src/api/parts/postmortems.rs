//! `POST /api/v2/incidents/{incident_id}/attachments/postmortems`: writes the postmortem of an incident in Muster.

use axum::http::StatusCode;
use axum::response::Response;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::api::auth::Writer;
use crate::api::error::{ApiError, Mistake};
use crate::api::parts::body::Envelope;
use crate::api::parts::{IncidentPath, PartRequest};
use crate::api::request::{Body, RequestBody};
use crate::api::response;
use crate::domain::api::{POSTMORTEM, SettingResourceKind};
use crate::domain::postmortem::WritePostmortem;

/// The attributes of a new postmortem.
#[derive(Deserialize, JsonSchema)]
pub(in crate::api) struct CreatePostmortem {
    /// The title. Without one, it is that of the incident.
    #[schemars(length(max = 200))]
    title: Option<String>,
    /// The document, in Markdown. Without one and without cells, the template is rendered.
    content: Option<String>,
    /// The parts of the document, if there is no content.
    #[schemars(length(max = 500))]
    cells: Option<Vec<Cell>>,
    /// The UUID of the template, or its name; the default template if it is missing.
    postmortem_template_id: Option<String>,
}

/// A part of a document.
#[derive(Deserialize, JsonSchema)]
struct Cell {
    /// The ID of the cell, which is not stored.
    #[serde(rename = "id")]
    _id: Option<String>,
    /// The kind of the cell.
    #[serde(rename = "type")]
    _kind: CellKind,
    /// The attributes of the cell.
    attributes: CellAttributes,
}

/// The kind of a cell.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum CellKind {
    Markdown,
}

/// The attributes of a cell.
#[derive(Deserialize, JsonSchema)]
struct CellAttributes {
    /// The definition of the cell.
    definition: CellDefinition,
}

/// The definition of a cell.
#[derive(Deserialize, JsonSchema)]
struct CellDefinition {
    /// The text, in Markdown.
    content: String,
}

impl RequestBody for Envelope<CreatePostmortem> {
    const TYPES: &'static [&'static str] = &["incident_attachments"];
}

/// `POST …/attachments/postmortems`.
pub(in crate::api) async fn create(
    Writer(caller): Writer,
    path: IncidentPath,
    body: Body<Envelope<CreatePostmortem>>,
) -> Result<Response, ApiError> {
    let id = caller.incident_of(path)?;
    let changing = caller.change_parts(id, body, move |request, body| {
        let attributes = body.parse()?.data.attributes;
        if request.caller.app.config.public_url.is_none() {
            let detail = "A postmortem needs the address of its page, which PUBLIC_URL sets.";
            return Err(ApiError::new(StatusCode::BAD_REQUEST, detail));
        }
        let template_id = attributes.postmortem_template_id.as_deref();
        let template = template_id
            .map(|id| template_name(&request, id))
            .transpose()?;
        let write = WritePostmortem {
            title: attributes.title,
            content: content(attributes.content, attributes.cells),
            template,
        };
        let (actor, tx) = (request.actor, request.tx);
        let incident = tx.change(id, |it, ctx| Ok(it.write_postmortem(write, actor, ctx)?))?;
        let document = request.attachment_document(incident, POSTMORTEM)?;
        Ok(response::created(&document))
    });
    changing.await
}

/// Returns the document: the content, or the cells one after another.
fn content(content: Option<String>, cells: Option<Vec<Cell>>) -> Option<String> {
    if content.is_some() {
        return content;
    }
    let cells = cells.filter(|cells| !cells.is_empty())?;
    let texts = cells.into_iter().map(|it| it.attributes.definition.content);
    Some(texts.collect::<Vec<_>>().join("\n\n"))
}

/// Returns the name of the template with a UUID or with a name, which must be for the type of the incident.
fn template_name(request: &PartRequest<'_, '_>, id: &str) -> Result<String, ApiError> {
    let settings = request.tx.settings()?;
    let of_type = settings.of_incident_type(request.incident.incident_type);
    let name = name_of_resource(request, id)?;
    let name = name.as_deref().unwrap_or(id);
    let problem = match (
        of_type.postmortem_template(name),
        settings.postmortem_template(name),
    ) {
        (Some(template), _) => return Ok(template.name.clone()),
        (None, Some(_)) => format!("the template “{name}” is for another incident type"),
        (None, None) => format!("there's no postmortem template “{id}”"),
    };
    let member = "/data/attributes/postmortem_template_id";
    Err(ApiError::invalid(vec![Mistake::in_member(member, problem)]))
}

/// Returns the name of the template with a UUID; `None` if there is none.
fn name_of_resource(request: &PartRequest<'_, '_>, id: &str) -> Result<Option<String>, ApiError> {
    let kind = SettingResourceKind::PostmortemTemplate;
    let store_id = request.caller.app.store.store_id();
    let mut resources = request.tx.setting_resources(kind)?.into_iter();
    let resource = resources.find(|it| {
        let own = kind.resource_id(store_id, it.number, &it.name);
        it.deleted_at.is_none() && own.eq_ignore_ascii_case(id)
    });
    Ok(resource.map(|it| it.name))
}
