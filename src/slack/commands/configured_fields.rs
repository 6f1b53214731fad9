//! The fields that the team defines, in the modals that declare, update and resolve an incident.

use muster_commands::incident_picker;
use muster_commands::modal::configured_fields::{
    emptied_errors, field_defaults, required_errors, suggested_options,
};
use muster_commands::modal::{ConfiguredFields, FieldErrors, ViewSubmission};
use muster_commands::resolve;
use serde_json::Value;
use slack_morphism::prelude::SlackModalView;

use crate::domain::{FieldEdits, FieldForm, FieldValues, Incident, Rejection, Settings, Status};
use crate::error::{Error, Result};
use crate::slack::request_context::RequestContext;
use crate::slack::users::user_timezone::user_clock;

/// Adds the fields to the modal that declares an incident, with these values or their defaults.
pub(crate) async fn add_declared(
    ctx: &RequestContext,
    settings: &Settings,
    filled_in: FieldEdits,
    view: SlackModalView,
) -> Result<SlackModalView> {
    let clock = user_clock(ctx).await?;
    let mut values = field_defaults(settings, ctx.actor.at);
    let filled_in = filled_in.into_iter();
    values.extend(filled_in.filter_map(|(name, value)| Some((name, value?))));
    let fields = ConfiguredFields {
        form: FieldForm::Declare,
        settings,
        clock: &clock,
        values: &values,
    };
    Ok(fields.add_to(view))
}

/// Adds the fields with their values to a modal about an incident.
pub(crate) async fn add_current(
    ctx: &RequestContext,
    form: FieldForm,
    incident: &Incident,
    view: SlackModalView,
) -> Result<SlackModalView> {
    let settings = ctx.store().settings().await?;
    let clock = user_clock(ctx).await?;
    let fields = ConfiguredFields {
        form,
        settings: &settings,
        clock: &clock,
        values: &incident.fields,
    };
    Ok(fields.add_to(view))
}

/// Reads the fields of a declaration. An error appears under its field.
pub(crate) async fn read_declared(
    ctx: &RequestContext,
    form: &ViewSubmission,
) -> Result<std::result::Result<FieldEdits, FieldErrors>> {
    let settings = ctx.store().settings().await?;
    let clock = user_clock(ctx).await?;
    let fields = ConfiguredFields {
        form: FieldForm::Declare,
        settings: &settings,
        clock: &clock,
        values: &FieldValues::new(),
    };
    Ok(fields.read(&form.view_state))
}

/// Reads the changed fields of a modal about an incident, and checks those that `status` requires. An error appears
/// under its field.
pub(crate) async fn read_current(
    ctx: &RequestContext,
    form: &ViewSubmission,
    status: Option<Status>,
) -> Result<FieldEdits> {
    let settings = ctx.store().settings().await?;
    let id = ctx.incident_id()?;
    let incident = ctx.store().incident(ctx.viewer.clone(), id).await?;
    let clock = user_clock(ctx).await?;
    let fields = ConfiguredFields {
        form: FieldForm::Update,
        settings: &settings,
        clock: &clock,
        values: &incident.fields,
    };
    let edits = fields.read(&form.view_state)?;
    emptied_errors(&incident, &edits, &settings).into_result(())?;
    // Resolving an incident that is over only stores the texts.
    let is_over = form.callback_id == resolve::CALLBACK_ID && !incident.status.is_open();
    let changed = status.filter(|status| *status != incident.status && !is_over);
    let Some(status) = changed else {
        return Ok(edits);
    };
    let errors = required_errors(&incident, &edits, status, &settings);
    if errors.is_empty() {
        return Ok(edits);
    }
    // A field that is not in the modal cannot show its error.
    let is_in_modal = |(block, _): (&str, &str)| form.view_state.has_field(block);
    let is_complete = errors.iter().all(is_in_modal);
    match is_complete {
        true => Err(Error::InvalidForm(errors)),
        false => Err(Error::Rejected(format!(
            "{errors} Some of these fields are only on the page."
        ))),
    }
}

/// Returns whether the incident lacks a field that the status requires.
pub(crate) async fn is_any_missing(
    ctx: &RequestContext,
    incident: &Incident,
    status: Status,
) -> Result<bool> {
    let settings = ctx.store().settings().await?;
    let is_change = incident.status != status;
    Ok(is_change && !incident.missing_fields(status, &settings).is_empty())
}

/// Rejects a command that sets a status, if the incident lacks a field that the status requires. Says where the field
/// can be filled in.
pub(crate) async fn check_status(ctx: &RequestContext, status: Status) -> Result<()> {
    let settings = ctx.store().settings().await?;
    if settings
        .fields
        .iter()
        .all(|field| !field.required.is_due(status))
    {
        return Ok(());
    }
    let incident = ctx.incident().await?;
    match incident.required_fields_error(status, &settings) {
        Some(Rejection(reason)) if incident.status != status => Err(Error::Rejected(format!(
            "{reason} Type {} incident update.",
            ctx.slash_command()
        ))),
        Some(_) | None => Ok(()),
    }
}

/// Returns the values of a field that match what the user typed; none if they cannot be loaded.
pub(crate) async fn suggest_options(ctx: &RequestContext, field: &str, payload: &Value) -> Value {
    let settings = match ctx.store().settings().await {
        Ok(settings) => settings,
        Err(error) => {
            tracing::error!("Cannot list the values of a field: {error}");
            return suggested_options(&Settings::default(), "", "");
        }
    };
    suggested_options(&settings, field, incident_picker::query(payload))
}
