//! `POST /api/v2/incidents/{incident_id}/attachments/postmortems`: writes the postmortem of an incident in Muster.

use axum::http::StatusCode;
use axum::response::Response;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::api::auth::Writer;
use crate::api::error::{ApiError, Mistake};
use crate::api::parts::IncidentPath;
use crate::api::parts::body::Envelope;
use crate::api::request::{Body, RequestBody};
use crate::api::response;
use crate::domain::Settings;
use crate::domain::api::POSTMORTEM;
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
    /// The template; the default one without an ID.
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
        let settings = request.tx.settings()?;
        let template = template_name(&settings, attributes.postmortem_template_id.as_deref())?;
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

/// Returns the name of the template that a request names.
fn template_name(settings: &Settings, id: Option<&str>) -> Result<Option<String>, ApiError> {
    let Some(id) = id else {
        return Ok(None);
    };
    let template = settings.postmortem_template(id);
    let template = template.ok_or_else(|| {
        let member = "/data/attributes/postmortem_template_id";
        let mistake = Mistake::in_member(member, format!("there's no postmortem template “{id}”"));
        ApiError::invalid(vec![mistake])
    })?;
    Ok(Some(template.name.clone()))
}
