//! Saves and deletes drafts.

use axum::response::{IntoResponse, Redirect};

use crate::error::Error;
use crate::web::form::Form;
use crate::web::layout::PageResult;
use crate::web::pages::incident_tabs::Tab;
use crate::web::pages::notification_form::entered::Entered;
use crate::web::pages::notification_form::{Compose, reject};

/// Saves what was entered as a draft.
pub(super) async fn save(compose: &Compose, sent: &Form, entered: Entered) -> PageResult {
    let draft = entered.as_draft(&compose.signed_in.user.id, compose.signed_in.now);
    let id = compose.incident.id;
    let saving = compose
        .signed_in
        .change(id, sent, move |incident, actor, _| {
            Ok(incident.save_draft(draft, actor))
        });
    match saving.await {
        Ok(_) => {
            let tab = Tab::Notifications.path(id);
            Ok(Redirect::to(&format!("{tab}?draft=saved")).into_response())
        }
        Err(Error::Rejected(reason)) => {
            // The text stays, as a new draft.
            let entered = Entered {
                draft: None,
                ..entered
            };
            reject(compose, entered, vec![reason]).await
        }
        Err(error) => Err(error.into()),
    }
}

/// Deletes a draft.
pub(super) async fn delete(compose: &Compose, sent: &Form, entered: &Entered) -> PageResult {
    let id = compose.incident.id;
    if let Some(draft) = entered.draft {
        let deleting = compose
            .signed_in
            .change(id, sent, move |incident, actor, _| {
                Ok(incident.delete_draft(draft, actor))
            });
        match deleting.await {
            // Another user has deleted or sent it.
            Ok(_) | Err(Error::Rejected(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let tab = Tab::Notifications.path(id);
    Ok(Redirect::to(&format!("{tab}?draft=deleted")).into_response())
}
