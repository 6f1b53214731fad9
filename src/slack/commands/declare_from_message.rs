//! “Declare Incident”: a message action and a global shortcut.

use muster_commands::modal::{PrivateMetadata, with_metadata};
use muster_commands::{add_to_incident, declare_from_message};
use serde_json::Value;

use crate::app::App;
use crate::error::Result;
use crate::slack::commands::declare;
use crate::slack::open_modal::{ModalRequest, open_modal, open_modal_or_dm};
use crate::slack::pending_message::save_for_modal;
use crate::slack::request_context::BlockAction;

/// Handles the message action: opens the modal with the first line of the message as the title. The
/// message becomes the first timeline entry.
pub async fn handle(app: &App, payload: &Value, clicked: BlockAction) -> Result<()> {
    let message = add_to_incident::read(payload)?;
    let title = declare_from_message::suggested_title(&message);
    let (form, for_whom) = declare::declare_modal(app, clicked.user.clone(), title).await?;
    let carried = save_for_modal(app, message, clicked.response_url.clone()).await?;
    open_modal(
        app,
        ModalRequest {
            trigger_id: clicked.trigger_id,
            view: with_metadata(form, &carried),
            response_url: clicked.response_url,
            retry_hint: retry_hint(),
            user_to_check: for_whom,
        },
    );
    Ok(())
}

/// Handles the global shortcut: opens an empty modal. A shortcut has no channel, so failures are reported
/// in a direct message.
pub async fn handle_shortcut(app: &App, clicked: BlockAction) -> Result<()> {
    let (form, for_whom) = declare::declare_modal(app, clicked.user.clone(), String::new()).await?;
    open_modal_or_dm(
        app,
        ModalRequest {
            trigger_id: clicked.trigger_id,
            view: with_metadata(form, &PrivateMetadata::default()),
            response_url: None,
            retry_hint: retry_hint(),
            user_to_check: for_whom,
        },
        clicked.user,
    );
    Ok(())
}

fn retry_hint() -> String {
    format!("Choose “{}” again.", declare_from_message::LABEL)
}
