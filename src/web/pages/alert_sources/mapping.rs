//! The form that edits the mapping of a source, and tries it with a body.

use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use crate::domain::alert::{
    Alert, AlertBatch, AlertSource, AlertStatus, FieldMapping, SourceKind, read_mapped,
};
use crate::error::Error;
use crate::store::SourceAction;
use crate::web::access::AdminSession;
use crate::web::error_page::ErrorPage;
use crate::web::form::{Form, new_key};
use crate::web::layout::{Layout, PageResult, Section, page_with_status};
use crate::web::pages::alert_sources::{find, redirect, source_path};
use crate::web::routes::{Access, Routes};
use crate::web::session::SignedIn;

const MAPPING: &str = "/settings/alert-sources/{id}/mapping";

/// The most alerts of a tried body that the page lists.
const LISTED_ALERTS: usize = 20;

/// How many bodies are searched for the one that is tried.
const SEARCHED_BODIES: u32 = 50;

/// The mapping that the form of a source without one contains.
const EXAMPLE: &str = "\
# Where the members of an alert are: JSON Pointers, tried in order.
title = [\"/title\"]
key = [\"/id\"]
status = [\"/status\"]
severity = [\"/severity\"]
description = [\"/message\"]
url = [\"/url\"]
group = []
started_at = [\"/time\"]
# The list of alerts; empty if a body is one alert. The other pointers start at an alert.
each = \"\"
# Values of the status that mean resolved, besides ok, resolved, recovered, up, closed and normal.
resolved = []

[labels]
service = \"/service\"
";

pub(super) fn add_routes(routes: Routes) -> Routes {
    routes
        .get(Access::Admin, MAPPING, show)
        .post(Access::Admin, MAPPING, change)
}

#[derive(Template)]
#[template(path = "alert_source_mapping.html", config = "src/web/askama.toml")]
struct MappingTemplate {
    layout: Layout,
    id: i64,
    name: String,
    has_mapping: bool,
    /// The mapping as TOML.
    mapping: String,
    /// The body that is tried.
    body: String,
    /// The alerts of the body, if it was tried.
    result: Option<Vec<AlertRow>>,
    error: Option<String>,
    key: String,
}

struct AlertRow {
    title: String,
    status: &'static str,
    key: String,
    severity: String,
    description: String,
    url: String,
    labels: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Selection {
    body: i64,
}

async fn show(
    AdminSession(signed_in): AdminSession,
    Path(id): Path<String>,
    Query(selection): Query<Selection>,
) -> PageResult {
    let source = find_mapped(&signed_in, &id).await?;
    let bodies = signed_in.store();
    let bodies = bodies.alert_bodies(source.identity.id, SEARCHED_BODIES);
    let bodies = bodies.await?;
    let selected = bodies.iter().find(|it| it.number == selection.body);
    let body = selected.or(bodies.first());
    let body = body.map(|it| String::from_utf8_lossy(&it.body).into_owned());
    let mapping = match &source.mapping {
        Some(mapping) => toml::to_string_pretty(mapping).map_err(Error::internal)?,
        None => EXAMPLE.to_owned(),
    };
    let template = MappingTemplate::new(&signed_in, &source, mapping, body.unwrap_or_default());
    page_with_status(StatusCode::OK, &template)
}

async fn change(
    AdminSession(signed_in): AdminSession,
    Path(id): Path<String>,
    form: Form,
) -> PageResult {
    let source = find_mapped(&signed_in, &id).await?;
    if form.value("action") == "remove" {
        return save(&signed_in, &source, &form, None).await;
    }
    let (text, body) = (form.text("mapping"), form.text("body"));
    let new_template =
        || MappingTemplate::new(&signed_in, &source, text.to_owned(), body.to_owned());
    let mapping = match parse_mapping(text) {
        Ok(mapping) => mapping,
        Err(reason) => {
            let template = MappingTemplate {
                error: Some(reason),
                ..new_template()
            };
            return page_with_status(StatusCode::UNPROCESSABLE_ENTITY, &template);
        }
    };
    if form.value("action") == "save" {
        return save(&signed_in, &source, &form, Some(mapping)).await;
    }
    let template = match read_mapped(body.as_bytes(), &mapping) {
        Ok(batch) => MappingTemplate {
            result: Some(alert_rows(&batch)),
            ..new_template()
        },
        Err(error) => MappingTemplate {
            error: Some(error.0),
            ..new_template()
        },
    };
    page_with_status(StatusCode::OK, &template)
}

async fn save(
    signed_in: &SignedIn,
    source: &AlertSource,
    form: &Form,
    mapping: Option<FieldMapping>,
) -> Result<Response, ErrorPage> {
    let key = form.key(&signed_in.user.id)?;
    let (id, now) = (source.identity.id, signed_in.now);
    let action = SourceAction::SetMapping(mapping.map(Box::new));
    let saving = signed_in.store().change_alert_source(key, id, action, now);
    saving.await?;
    tracing::info!(user = %signed_in.user.id, source = id, "Changed the mapping of a source of alerts");
    Ok(redirect(&source_path(id), ("saved", "mapping")))
}

/// Parses a mapping. It must say where the title is, without which no alert can be read.
fn parse_mapping(text: &str) -> Result<FieldMapping, String> {
    let mapping: FieldMapping = toml::from_str(text)
        .map_err(|error| format!("The mapping isn't valid: {}.", error.message()))?;
    if let Some(path) = invalid_path(&mapping) {
        return Err(format!("A JSON Pointer starts with a slash: /{path}."));
    }
    match mapping.title.is_empty() {
        true => Err("The mapping has no title.".to_owned()),
        false => Ok(mapping),
    }
}

/// Returns a JSON Pointer that does not start with a slash.
fn invalid_path(mapping: &FieldMapping) -> Option<&String> {
    let lists = [
        &mapping.title,
        &mapping.key,
        &mapping.status,
        &mapping.description,
        &mapping.severity,
        &mapping.url,
        &mapping.group,
        &mapping.started_at,
    ];
    let paths = lists.into_iter().flatten().chain(mapping.labels.values());
    let mut paths = paths.chain([&mapping.each]);
    paths.find(|path| !path.is_empty() && !path.starts_with('/'))
}

impl MappingTemplate {
    fn new(signed_in: &SignedIn, source: &AlertSource, mapping: String, body: String) -> Self {
        Self {
            layout: signed_in.layout(Section::Settings),
            id: source.identity.id,
            name: source.identity.name.clone(),
            has_mapping: source.mapping.is_some(),
            mapping,
            body,
            result: None,
            error: None,
            key: new_key(),
        }
    }
}

fn alert_rows(batch: &AlertBatch) -> Vec<AlertRow> {
    let alerts = batch.alerts.iter().take(LISTED_ALERTS);
    alerts.map(alert_row).collect()
}

fn alert_row(alert: &Alert) -> AlertRow {
    let labels = alert.labels.iter();
    let labels: Vec<_> = labels
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let url = alert.links.first().map(|link| link.url.clone());
    AlertRow {
        title: alert.title.clone(),
        status: match alert.status {
            AlertStatus::Firing => "firing",
            AlertStatus::Resolved => "resolved",
            AlertStatus::Acknowledged => "acknowledged",
            AlertStatus::Noted => "noted",
        },
        key: alert.key.clone(),
        severity: alert.severity.clone(),
        description: alert.description.clone(),
        url: url.unwrap_or_default(),
        labels: labels.join(", "),
    }
}

/// Returns the source of a path, if it can have a mapping.
async fn find_mapped(signed_in: &SignedIn, id: &str) -> Result<AlertSource, ErrorPage> {
    let source = find(signed_in, id).await?;
    match source.identity.kind {
        SourceKind::Json | SourceKind::Sns => Ok(source),
        SourceKind::Alertmanager
        | SourceKind::Grafana
        | SourceKind::Datadog
        | SourceKind::PagerDuty
        | SourceKind::Sentry => Err(Error::NotFound("mapping").into()),
    }
}
