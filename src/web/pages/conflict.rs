//! The page of a conflict: another user changed the same field since the form was displayed. It shows both
//! values, who changed it and when.

use askama::Template;
use axum::http::StatusCode;

use crate::domain::text::{MUSTER, NO_COMMANDER};
use crate::domain::{
    DetectionMethod, FieldChange, Incident, IncidentId, TimelineEntry, TimelineEvent, UserNames,
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
    label: String,
    /// The name of the field.
    field: String,
    /// The name of its input.
    name: String,
    /// The current value, and the one that the user wants, for reading.
    theirs: String,
    mine: String,
    /// The same as the form submits them.
    expected: String,
    values: Vec<String>,
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
    let value = value.to_owned();
    let expected = field.value(&incident);
    let mut users = vec![value.as_str().into()];
    users.extend(incident.commander.clone());
    let names = store.user_names(users).await?;
    let conflict = Conflict {
        label: field.label().to_owned(),
        field: field.name().to_owned(),
        input: field.name().to_owned(),
        theirs: for_reading(field, &expected, &names),
        mine: for_reading(field, &value, &names),
        expected,
        values: vec![value],
    };
    let is_change = move |change: &FieldChange| field.is_changed_by(change);
    show_values(signed_in, &incident, conflict, is_change).await
}

/// Both values of a field.
pub(crate) struct Conflict {
    pub(crate) label: String,
    /// The name of the field.
    pub(crate) field: String,
    /// The name of its input.
    pub(crate) input: String,
    /// The current value, for reading.
    pub(crate) theirs: String,
    /// The value that the user wants, for reading.
    pub(crate) mine: String,
    /// The current value, as the form submits it.
    pub(crate) expected: String,
    /// The values that the user wants, as the form submits them.
    pub(crate) values: Vec<String>,
}

/// Shows both values, and who changed the field last.
pub(crate) async fn show_values(
    signed_in: &SignedIn,
    incident: &Incident,
    conflict: Conflict,
    is_change: impl Fn(&FieldChange) -> bool,
) -> PageResult {
    let change = last_change(signed_in, incident, is_change).await?;
    let author = change.as_ref().and_then(|entry| entry.recorded_by.clone());
    let authors = author.iter().cloned().collect();
    let names = signed_in.store().user_names(authors).await?;
    page_with_status(
        StatusCode::CONFLICT,
        &ConflictTemplate {
            layout: signed_in.layout(Section::Incidents),
            page: incident_path(incident.id),
            id: incident.id.to_string(),
            label: conflict.label,
            field: conflict.field,
            name: conflict.input,
            theirs: conflict.theirs,
            mine: conflict.mine,
            expected: conflict.expected,
            values: conflict.values,
            changed_by: author.map_or(MUSTER.to_owned(), |user| user_name(&user, &names)),
            changed_at: change.map(|entry| signed_in.time(entry.happened_at)),
            key: new_key(),
        },
    )
}

fn for_reading(field: Field, value: &str, names: &UserNames) -> String {
    match field {
        Field::Commander if value.is_empty() => NO_COMMANDER.to_owned(),
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
    is_field_change: impl Fn(&FieldChange) -> bool,
) -> Result<Option<TimelineEntry>> {
    let viewer = signed_in.viewer.clone();
    let entries = signed_in.store().timeline(viewer, incident.id).await?;
    let is_change = |entry: &TimelineEntry| match &entry.event {
        TimelineEvent::Updated { changes } => changes.iter().any(&is_field_change),
        _ => false,
    };
    Ok(entries.into_iter().rev().find(is_change))
}
