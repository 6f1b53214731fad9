//! The message action “Add to Incident”. In an incident channel it adds the message at once; elsewhere it
//! opens the incident picker.

use muster_commands::add_to_incident::{self, AddMessage};
use muster_commands::modal::{ViewSubmission, with_metadata};
use muster_commands::{IncidentId, incident_picker};
use serde_json::Value;

use crate::app::App;
use crate::domain::{Actor, Viewer};
use crate::error::{Error, Result};
use crate::slack::blocks::announcement;
use crate::slack::commands::incident_picker::{has_no_incidents, no_incident_error};
use crate::slack::dispatch::Reply;
use crate::slack::open_modal::{ModalRequest, open_modal};
use crate::slack::pending_message::{current_message, save_for_modal};
use crate::slack::request_context::{BlockAction, reply_ephemeral};
use crate::slack::text::activity::{bold, text};
use crate::store::IdempotencyKey;

/// Adds the message to the timeline of the channel's incident, or opens the incident picker.
pub async fn handle(app: &App, payload: &Value, clicked: BlockAction) -> Result<()> {
    let message = add_to_incident::read(payload)?;
    let viewer = Viewer::in_channel(&clicked.user, &message.channel);
    match app
        .store
        .incident_of_channel(viewer.clone(), message.channel.clone())
        .await?
    {
        Some(incident) => {
            let key = IdempotencyKey::action(&clicked.trigger_id);
            let by = clicked.actor(app);
            let added_to = app.store.change(viewer, incident.id, key, move |incident| {
                incident.add_message(message, &by)
            });
            added_to.await?;
            reply_ephemeral(app, clicked.response_url, added_message(incident.id));
            Ok(())
        }
        None if has_no_incidents(app, viewer).await? => Err(no_incident_error(app)),
        None => open_picker(app, message, clicked).await,
    }
}

/// Adds the message to the timeline of the incident selected in the picker.
pub async fn submit(app: &App, form: &ViewSubmission) -> Result<Reply> {
    let id = incident_picker::read(&form.view_state)?;
    let carried = form
        .private_metadata
        .message
        .clone()
        .ok_or(Error::NotFound("message"))?;
    let message = current_message(app, carried)
        .await?
        .ok_or_else(message_deleted_error)?;
    let by = Actor::new(form.user.clone(), app.clock.now());
    let viewer = Viewer::user(&form.user);
    app.store
        .change(
            viewer,
            id,
            IdempotencyKey::view(&form.view_id),
            move |incident| incident.add_message(message, &by),
        )
        .await?;
    reply_ephemeral(
        app,
        form.private_metadata.response_url.clone(),
        added_message(id),
    );
    Ok(Reply::Nothing)
}

fn message_deleted_error() -> Error {
    Error::Rejected(
        "That message was deleted meanwhile, so there is nothing to add. Close this form."
            .to_owned(),
    )
}

/// Opens the incident picker.
async fn open_picker(app: &App, message: AddMessage, clicked: BlockAction) -> Result<()> {
    let carried = save_for_modal(app, message, clicked.response_url.clone()).await?;
    open_modal(
        app,
        ModalRequest {
            user_to_check: None,
            trigger_id: clicked.trigger_id,
            view: with_metadata(incident_picker::add_to_incident_modal(), &carried),
            response_url: clicked.response_url,
            retry_hint: format!("Choose “{}” again.", add_to_incident::LABEL),
        },
    );
    Ok(())
}

fn added_message(id: IncidentId) -> crate::slack::client::Message {
    announcement::text_message(vec![
        text("Added to the timeline of "),
        bold(id.to_string()),
        text("."),
    ])
}
