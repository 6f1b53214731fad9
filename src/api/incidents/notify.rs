//! The recipients of a notification about a declaration or an update.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::api::auth::Caller;
use crate::api::error::{ApiError, Mistake};
use crate::domain::notification::{NotificationAuthor, Recipient, parse_recipients};
use crate::domain::{IncidentId, User};
use crate::store::ApiTransaction;

/// A recipient.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
pub(super) struct NotificationHandle {
    /// The displayed name, which Muster does not use.
    #[serde(rename = "display_name")]
    _display_name: Option<String>,
    /// The handle: `@ann@example.org`, `@commander`, `@webhook-deploys`, `#exec`.
    handle: Option<String>,
}

/// Sends a notification with the default text to the recipients, if there are any.
pub(super) fn notify(
    tx: &ApiTransaction<'_>,
    caller: &Caller,
    id: IncidentId,
    handles: &[NotificationHandle],
) -> Result<(), ApiError> {
    if handles.is_empty() {
        return Ok(());
    }
    let recipients = recipients(&tx.users()?, handles)?;
    if recipients.is_empty() {
        return Ok(());
    }
    let author = match &caller.user {
        Some(user) => NotificationAuthor::User(user.id.clone()),
        None => NotificationAuthor::Rule(format!("API key {}", caller.key.name)),
    };
    let actor = caller.actor();
    tx.change(id, |incident, ctx| {
        Ok(incident.notify_recipients(author, recipients, &actor, ctx)?)
    })?;
    Ok(())
}

fn recipients(users: &[User], handles: &[NotificationHandle]) -> Result<Vec<Recipient>, ApiError> {
    let mut recipients = Vec::new();
    let mut mistakes = Vec::new();
    for (position, handle) in handles.iter().enumerate() {
        let handle = handle.handle.as_deref().unwrap_or_default();
        match parse_recipients(without_mark(handle), users) {
            Ok(parsed) => recipients.extend(parsed),
            Err(problems) => {
                let pointer = format!("/data/attributes/notification_handles/{position}/handle");
                mistakes.push(Mistake::in_member(pointer, problems.join(" ")));
            }
        }
    }
    match mistakes.is_empty() {
        true => Ok(recipients),
        false => Err(ApiError::invalid(mistakes)),
    }
}

/// Returns a handle without the mark before a mail address: Datadog writes `@ann@example.org`.
fn without_mark(handle: &str) -> &str {
    match handle.strip_prefix('@') {
        Some(address) if address.contains('@') => address,
        Some(_) | None => handle,
    }
}
