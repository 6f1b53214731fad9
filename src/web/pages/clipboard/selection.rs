//! The buttons below the clipboard: the selected items become documents of an incident, or are removed.
//! **Declare Incident** is a link to the form that declares one, which reads the items itself: with the URLs in
//! its address, a few long ones would exceed what proxies accept.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};

use crate::domain::{ClipboardItem, IncidentId};
use crate::error::{Error, Result};
use crate::web::form::Form;
use crate::web::layout::PageResult;
use crate::web::pages::clipboard::{PATH, PageState, Selection, render};
use crate::web::routes::{Access, Routes};
use crate::web::session::SignedIn;

/// The field of the selected items.
pub(super) const ITEM: &str = "item";

const INCIDENT: &str = "incident";

pub(super) fn add_routes(routes: Routes) -> Routes {
    routes
        .post(
            Access::SignedIn,
            "/clipboard/add-to-incident",
            add_to_incident,
        )
        .post(Access::SignedIn, "/clipboard/remove", remove)
}

/// Returns the items of the user that a form or an address selects, in the order of the clipboard. Items of
/// other users are left out, like those that do not exist.
pub(in crate::web::pages) async fn selected_items(
    signed_in: &SignedIn,
    form: &Form,
) -> Result<Vec<ClipboardItem>> {
    let ids = selected_ids(form);
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut items = signed_in
        .store()
        .clipboard(signed_in.user.id.clone())
        .await?;
    items.retain(|item| ids.contains(&item.id));
    Ok(items)
}

fn selected_ids(form: &Form) -> Vec<i64> {
    let ids = form.values(ITEM).filter_map(|id| id.parse().ok());
    ids.collect()
}

async fn add_to_incident(signed_in: SignedIn, sent: Form) -> PageResult {
    let added = add_documents(&signed_in, &sent).await;
    finish(&signed_in, &sent, added).await
}

/// Adds the selected items to the documents of the incident. Returns the path of the clipboard that names it.
async fn add_documents(signed_in: &SignedIn, sent: &Form) -> Result<String> {
    let items = selected_items(signed_in, sent).await?;
    check_selection(&items)?;
    let id: IncidentId = sent
        .value(INCIDENT)
        .parse()
        .map_err(|_| Error::Rejected("Choose the incident that gets the links.".to_owned()))?;
    let requests = items.iter().map(ClipboardItem::as_document).collect();
    signed_in
        .change(id, sent, move |incident, actor, _| {
            Ok(incident.add_documents(requests, actor)?)
        })
        .await?;
    Ok(format!("{PATH}?to={}", id.number()))
}

async fn remove(signed_in: SignedIn, sent: Form) -> PageResult {
    let removed = remove_items(&signed_in, &sent).await;
    finish(&signed_in, &sent, removed).await
}

/// Removes the selected items. Returns the path of the clipboard with their number.
async fn remove_items(signed_in: &SignedIn, sent: &Form) -> Result<String> {
    let ids = selected_ids(sent);
    check_selection(&ids)?;
    let (user, count) = (&signed_in.user.id, ids.len());
    let key = sent.key(user)?;
    let store = signed_in.store();
    store
        .remove_from_clipboard(key, user.clone(), ids, signed_in.now)
        .await?;
    Ok(format!("{PATH}?removed={count}"))
}

fn check_selection<T>(selected: &[T]) -> Result<()> {
    match selected {
        [] => Err(Error::Rejected(
            "Select at least one link first.".to_owned(),
        )),
        [..] => Ok(()),
    }
}

/// Returns to the clipboard, or shows it with the selection and the reason of a rejection.
async fn finish(signed_in: &SignedIn, sent: &Form, outcome: Result<String>) -> PageResult {
    let reason = match outcome {
        Ok(path) => return Ok(Redirect::to(&path).into_response()),
        Err(Error::Rejected(reason)) => reason,
        Err(error) => return Err(error.into()),
    };
    let state = PageState {
        selection: Selection::Items(selected_ids(sent)),
        incident: sent.value(INCIDENT).to_owned(),
        problem: Some(reason),
        ..PageState::default()
    };
    render(signed_in, state, StatusCode::UNPROCESSABLE_ENTITY).await
}
