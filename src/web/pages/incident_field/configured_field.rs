//! The fields that the team defines: their values on the overview, and the form that changes one of them.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use muster_commands::modal::FieldErrors;
use muster_commands::modal::configured_fields::block_name;

use crate::domain::{
    FieldChange, FieldDefinition, FieldEdits, FieldForm, FieldKind, FieldParser, FieldSection,
    FieldValue, Incident, IncidentId, Settings, Update,
};
use crate::error::{Error, Result};
use crate::web::error_page::ErrorPage;
use crate::web::form::{Form, new_key};
use crate::web::layout::PageResult;
use crate::web::pages::conflict::{self, Conflict};
use crate::web::pages::incident::{self, incident_path};
use crate::web::pages::incident_tabs::TabState;
use crate::web::parts::{FieldEditForm, FieldInput, Time, stored_lines};
use crate::web::session::SignedIn;

/// A field on the overview.
pub(crate) struct FieldRow {
    pub(crate) name: String,
    pub(crate) label: String,
    pub(crate) value: String,
    /// The value, if it is a time.
    pub(crate) time: Option<Time>,
    pub(crate) form: Option<FieldEditForm>,
}

/// The fields on the overview, by the sections of the page.
pub(crate) struct FieldSections {
    pub(crate) what_happened: Vec<FieldRow>,
    pub(crate) why_it_happened: Vec<FieldRow>,
    pub(crate) attributes: Vec<FieldRow>,
}

impl FieldSections {
    /// Reads the fields of an incident.
    pub(crate) async fn read(
        signed_in: &SignedIn,
        incident: &Incident,
        state: &TabState,
    ) -> Result<Self> {
        let settings = signed_in.store().settings().await?;
        let rows = |section| rows(signed_in, incident, &settings, section, state);
        Ok(Self {
            what_happened: rows(FieldSection::WhatHappened),
            why_it_happened: rows(FieldSection::WhyItHappened),
            attributes: rows(FieldSection::Attributes),
        })
    }
}

/// Returns the fields of a section: those that can be filled in, and those with a value.
fn rows(
    signed_in: &SignedIn,
    incident: &Incident,
    settings: &Settings,
    section: FieldSection,
    state: &TabState,
) -> Vec<FieldRow> {
    let of_type = settings.of_incident_type(incident.incident_type);
    let offered = of_type.form_fields(FieldForm::Update);
    let is_visible = |field: &&FieldDefinition| {
        let has_value = incident.fields.contains_key(&field.name);
        field.section == section && (has_value || offered.contains(field))
    };
    let open = state.editing_field.as_ref();
    let rows = settings.fields.iter().filter(is_visible).map(|field| {
        let value = incident.fields.get(&field.name);
        FieldRow {
            name: field.name.clone(),
            label: field.label(),
            value: value.map_or_else(String::new, readable),
            time: match value {
                Some(FieldValue::Datetime(at)) => Some(signed_in.time(*at)),
                Some(_) | None => None,
            },
            form: open.filter(|form| form.field == field.name).cloned(),
        }
    });
    rows.collect()
}

/// Returns a value for reading, a text array with one text per line.
fn readable(value: &FieldValue) -> String {
    match value {
        FieldValue::TextArray(texts) => texts.join("\n"),
        FieldValue::SingleSelect(_)
        | FieldValue::MultiSelect(_)
        | FieldValue::Text(_)
        | FieldValue::Number(_)
        | FieldValue::Datetime(_) => value.to_line(),
    }
}

/// Returns the form of the field with this name; `None` if there is no such field.
pub(crate) async fn edit_form(
    signed_in: &SignedIn,
    incident: &Incident,
    name: &str,
) -> Result<Option<FieldEditForm>> {
    let settings = signed_in.store().settings().await?;
    let field = settings.field(name);
    let Some(field) = field.filter(|it| it.is_for(incident.incident_type)) else {
        return Ok(None);
    };
    let value = incident.fields.get(name);
    let input = FieldInput::new(field, &settings, &signed_in.clock, value);
    Ok(Some(FieldEditForm {
        page: incident_path(incident.id),
        field: name.to_owned(),
        input: input.focused(),
        key: new_key(),
    }))
}

/// Returns the label of the field with this name; `None` if there is no such field.
pub(crate) async fn label(signed_in: &SignedIn, name: &str) -> Result<Option<String>> {
    let settings = signed_in.store().settings().await?;
    Ok(settings.field(name).map(FieldDefinition::label))
}

/// The new values of a form, and the values that it displayed.
pub(crate) struct SubmittedFields {
    pub(crate) edits: FieldEdits,
    pub(crate) expected: FieldEdits,
}

impl SubmittedFields {
    /// Reads the fields that the user changed.
    pub(crate) fn read(
        signed_in: &SignedIn,
        settings: &Settings,
        fields: &[&FieldDefinition],
        form: &Form,
    ) -> std::result::Result<Self, FieldErrors> {
        let parser = FieldParser {
            settings,
            clock: &signed_in.clock,
        };
        let (mut edits, mut expected) = (FieldEdits::new(), FieldEdits::new());
        let mut errors = FieldErrors::default();
        for field in fields {
            let name = block_name(&field.name);
            let displayed = form.expected(&name).map(|lines| {
                let items = match field.kind {
                    FieldKind::Text => vec![lines.to_owned()],
                    FieldKind::SingleSelect
                    | FieldKind::MultiSelect
                    | FieldKind::TextArray
                    | FieldKind::Number
                    | FieldKind::Datetime => lines.lines().map(str::to_owned).collect(),
                };
                let items = items.into_iter().filter(|item| !item.is_empty());
                FieldValue::from_items(field.kind, items.collect())
            });
            let entered: Vec<_> = form.values(&name).collect();
            let current = displayed.clone().flatten();
            match parser.parse(field, &entered, current.as_ref()) {
                Ok(value) if Some(&value) == displayed.as_ref() => {}
                Ok(value) => drop(edits.insert(field.name.clone(), value)),
                Err(problem) => errors.add(&name, problem),
            }
            expected.extend(displayed.map(|value| (field.name.clone(), value)));
        }
        errors.into_result(Self { edits, expected })
    }
}

/// Changes one field. A form that displayed another value is a conflict.
pub(crate) async fn submit(
    signed_in: &SignedIn,
    id: IncidentId,
    name: &str,
    form: &Form,
) -> PageResult {
    let settings = signed_in.store().settings().await?;
    let field = settings.field(name).ok_or_else(ErrorPage::unknown_path)?;
    match store(signed_in, id, &settings, field, form).await {
        Ok(()) => {
            let page = format!("{}?saved={name}", incident_path(id));
            Ok(Redirect::to(&page).into_response())
        }
        Err(Error::Rejected(reason)) => reject(signed_in, id, name, form, &reason).await,
        Err(Error::Conflict) => show_conflict(signed_in, id, field, form).await,
        Err(error) => Err(error.into()),
    }
}

async fn store(
    signed_in: &SignedIn,
    id: IncidentId,
    settings: &Settings,
    field: &FieldDefinition,
    form: &Form,
) -> Result<()> {
    let submitted = SubmittedFields::read(signed_in, settings, &[field], form);
    let submitted = submitted.map_err(|errors| Error::Rejected(errors.to_string()))?;
    let [update, expected] = [submitted.edits, submitted.expected].map(|fields| Update {
        fields,
        ..Update::default()
    });
    let change = signed_in.change(id, form, move |incident, actor, context| {
        if update.conflicts_with(&expected, incident) {
            return Err(Error::Conflict);
        }
        Ok(incident.update(update, actor, context)?)
    });
    change.await.map(drop)
}

/// Shows the form again, with the value that was entered and why it is not accepted.
async fn reject(
    signed_in: &SignedIn,
    id: IncidentId,
    name: &str,
    form: &Form,
    reason: &str,
) -> PageResult {
    let viewer = signed_in.viewer.clone();
    let incident = signed_in.store().incident(viewer, id).await?;
    let edit = edit_form(signed_in, &incident, name).await?;
    let state = TabState {
        status: StatusCode::UNPROCESSABLE_ENTITY,
        editing_field: edit.map(|edit| FieldEditForm {
            input: edit.input.submitted(form, Some(reason)),
            ..edit
        }),
        ..TabState::default()
    };
    incident::render(signed_in, &incident, state).await
}

async fn show_conflict(
    signed_in: &SignedIn,
    id: IncidentId,
    field: &FieldDefinition,
    form: &Form,
) -> PageResult {
    let viewer = signed_in.viewer.clone();
    let incident = signed_in.store().incident(viewer, id).await?;
    let input = block_name(&field.name);
    let current = incident.fields.get(&field.name);
    let values = form.values(&input).filter(|value| !value.is_empty());
    let values: Vec<_> = values.map(str::to_owned).collect();
    let for_reading = |value: &FieldValue| value.form_items(&signed_in.clock).join(", ");
    let conflict = Conflict {
        label: field.label(),
        field: field.name.clone(),
        theirs: current.map_or_else(String::new, for_reading),
        mine: values.join(", "),
        expected: stored_lines(current),
        input,
        values,
    };
    let name = field.name.clone();
    let is_change = move |change: &FieldChange| match change {
        FieldChange::Configured { name: changed, .. } => *changed == name,
        _ => false,
    };
    conflict::show_values(signed_in, &incident, conflict, is_change).await
}
