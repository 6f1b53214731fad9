//! The fields that the team defines, in the modals that declare, update and resolve an incident.

use muster_commands::declare::incident_type::{self, INCIDENT_TYPE, TypeSelected};
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
use crate::slack::reply::Reply;
use crate::slack::request_context::RequestContext;
use crate::slack::users::user_timezone::user_clock;

/// Adds the incident type and its fields to the modal that declares an incident, with these values or their defaults.
pub(crate) async fn add_declared(
    ctx: &RequestContext,
    settings: &Settings,
    incident_type: i64,
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
        incident_type,
        clock: &clock,
        values: &values,
    };
    let view = fields.add_to(view);
    Ok(incident_type::with_select(
        view,
        settings,
        fields.incident_type,
    ))
}

/// Updates the open modal when an incident type is selected: its fields replace those of the type before.
pub(crate) async fn on_type_selected(
    ctx: &RequestContext,
    selection: TypeSelected,
) -> Result<Reply> {
    let settings = ctx.store().settings().await?;
    let clock = user_clock(ctx).await?;
    let fields = ConfiguredFields {
        form: FieldForm::Declare,
        settings: &settings,
        incident_type: selection.incident_type,
        clock: &clock,
        values: &field_defaults(&settings, ctx.actor.at),
    };
    if let Some(view) = selection.updated_view(fields.blocks()) {
        let slack = ctx.app.slack.clone();
        ctx.app.tasks.spawn(async move {
            let (view_id, hash) = (&selection.view_id, &selection.hash);
            if let Err(error) = slack.update_view(view_id, hash, &view).await {
                tracing::info!("Cannot update a modal: {error}");
            }
        });
    }
    Ok(Reply::Nothing)
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
        incident_type: incident.incident_type,
        clock: &clock,
        values: &incident.fields,
    };
    Ok(fields.add_to(view))
}

/// The incident type of a declaration, and its fields.
pub(crate) struct DeclaredFields {
    pub(crate) incident_type: i64,
    /// The values, or the errors that appear under the fields.
    pub(crate) edits: std::result::Result<FieldEdits, FieldErrors>,
    /// Whether the modal lacks fields that the type requires.
    pub(crate) is_incomplete: bool,
}

/// Reads the incident type and the fields of a declaration.
pub(crate) async fn read_declared(
    ctx: &RequestContext,
    form: &ViewSubmission,
) -> Result<DeclaredFields> {
    let settings = ctx.store().settings().await?;
    let clock = user_clock(ctx).await?;
    let fields = ConfiguredFields {
        form: FieldForm::Declare,
        settings: &settings,
        incident_type: incident_type::selected_type(&form.view_state, &settings),
        clock: &clock,
        values: &FieldValues::new(),
    };
    Ok(DeclaredFields {
        incident_type: fields.incident_type,
        edits: fields.read(&form.view_state),
        is_incomplete: form.view_state.has_field(INCIDENT_TYPE)
            && fields.is_incomplete(&form.view_state),
    })
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
        incident_type: incident.incident_type,
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
