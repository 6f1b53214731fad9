//! The page of a conflict: another user changed the same field since the form was displayed. It shows both
//! values, who changed it and when.

use askama::Template;
use axum::http::StatusCode;

use crate::domain::{
    DetectionMethod, Incident, IncidentId, TimelineEntry, TimelineEvent, UserNames,
};
use crate::error::Result;
use crate::web::form::new_key;
use crate::web::layout::{Layout, PageResult, Section, page_with_status};
use crate::web::pages::incident::incident_path;
use crate::web::pages::incident_field::Field;
use crate::web::parts::{Time, user_name};
use crate::web::session::SignedIn;

#[derive(Template)]
#[template(path = "conflict.html", config = "src/web/askama.toml")]
struct ConflictTemplate {
    layout: Layout,
    page: String,
    id: String,
    label: &'static str,
    name: &'static str,
    /// The current value, and the one that the user wants, for reading.
    theirs: String,
    mine: String,
    /// The same as the form submits them.
    expected: String,
    value: String,
    changed_by: String,
    changed_at: Option<Time>,
    key: String,
}

/// Shows both values of a field.
pub(crate) async fn show(
    signed_in: &SignedIn,
    id: IncidentId,
    field: Field,
    value: &str,
) -> PageResult {
    let store = signed_in.store();
    let incident = store.incident(signed_in.viewer.clone(), id).await?;
    let change = last_change(signed_in, &incident, field).await?;
    let value = value.to_owned();
    let expected = field.value(&incident);
    let author = change.as_ref().and_then(|entry| entry.recorded_by.clone());
    let mut users = vec![value.as_str().into(), incident.commander.clone()];
    users.extend(author.clone());
    let names = store.user_names(users).await?;
    page_with_status(
        StatusCode::CONFLICT,
        &ConflictTemplate {
            layout: signed_in.layout(Section::Incidents),
            page: incident_path(id),
            id: id.to_string(),
            label: field.label(),
            name: field.name(),
            theirs: for_reading(field, &expected, &names),
            mine: for_reading(field, &value, &names),
            expected,
            value,
            changed_by: author.map_or("Someone".to_owned(), |user| user_name(&user, &names)),
            changed_at: change.map(|entry| signed_in.time(entry.happened_at)),
            key: new_key(),
        },
    )
}

fn for_reading(field: Field, value: &str, names: &UserNames) -> String {
    match field {
        Field::Commander => user_name(&value.into(), names),
        Field::Status => value.to_uppercase(),
        Field::DetectionMethod => {
            let method = value.parse::<DetectionMethod>();
            method.map_or(value.to_owned(), |method| method.label().to_owned())
        }
        Field::Title | Field::Severity | Field::Summary | Field::RootCause => value.to_owned(),
    }
}

/// Returns the entry of the last change of a field.
async fn last_change(
    signed_in: &SignedIn,
    incident: &Incident,
    field: Field,
) -> Result<Option<TimelineEntry>> {
    let viewer = signed_in.viewer.clone();
    let entries = signed_in.store().timeline(viewer, incident.id).await?;
    let is_change = |entry: &TimelineEntry| match &entry.event {
        TimelineEvent::Updated { changes } => changes.iter().any(|it| field.is_changed_by(it)),
        _ => false,
    };
    Ok(entries.into_iter().rev().find(is_change))
}
