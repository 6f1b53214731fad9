//! Saved views: a list is saved under a name, renamed and deleted.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};

use crate::domain::{
    FilterNames, SaveView, SavedView, ViewAction, ViewAudience, ViewChange, ViewEditor,
};
use crate::error::Error;
use crate::web::error_page::ErrorPage;
use crate::web::form::{Form, new_key};
use crate::web::layout::{Layout, PageResult, Section, page, page_with_status};
use crate::web::pages::incidents::address::{address, parse, query_string, read};
use crate::web::pages::incidents::{PATH, SaveForm, show_rejected};
use crate::web::parts::user_name;
use crate::web::routes::{Access, Routes};
use crate::web::session::SignedIn;

pub(super) fn add_routes(routes: Routes) -> Routes {
    routes
        .post(Access::SignedIn, "/incidents/views", save)
        .get(Access::SignedIn, "/incidents/views/{id}", show)
        .post(Access::SignedIn, "/incidents/views/{id}/rename", rename)
        .post(Access::SignedIn, "/incidents/views/{id}/delete", delete)
}

#[derive(Template)]
#[template(path = "saved_view.html", config = "src/web/askama.toml")]
struct ViewTemplate {
    layout: Layout,
    id: i64,
    /// The stored name.
    title: String,
    /// The name in the form.
    name: String,
    sentence: String,
    address: String,
    owner: String,
    is_shared: bool,
    is_editable: bool,
    /// The idempotency keys of its forms.
    keys: [String; 2],
    error: Option<String>,
}

/// Saves the list of a query string. The same view saved again is the same view.
async fn save(signed_in: SignedIn, form: Form) -> PageResult {
    let query = Some(form.value("query"));
    let parsed = read(signed_in.store(), &signed_in.viewer, query).await?;
    let key = form.key(&signed_in.user.id)?;
    let form = SaveForm {
        name: form.value("name").to_owned(),
        is_shared: form.value("shared") == "yes",
        query: query_string(&parsed.query.first_page()),
        key: new_key(),
        error: None,
    };
    let request = SaveView {
        name: form.name.clone(),
        query: form.query.clone(),
        audience: match form.is_shared {
            true => ViewAudience::Everyone,
            false => ViewAudience::Owner,
        },
    };
    let owner = signed_in.user.id.clone();
    match signed_in
        .store()
        .save_view(key, owner, request, signed_in.now)
        .await
    {
        Ok(()) => Ok(Redirect::to(&address(&parsed.query.first_page())).into_response()),
        Err(Error::Rejected(reason)) => {
            let error = Some(reason);
            show_rejected(&signed_in, SaveForm { error, ..form }).await
        }
        Err(other) => Err(other.into()),
    }
}

async fn show(signed_in: SignedIn, Path(id): Path<String>) -> PageResult {
    let view = find_view(&signed_in, &id).await?;
    page(&load(&signed_in, view).await?)
}

async fn rename(signed_in: SignedIn, Path(id): Path<String>, form: Form) -> PageResult {
    let view = find_view(&signed_in, &id).await?;
    let name = form.value("name").to_owned();
    let renaming = ViewChange {
        view: view.id,
        action: ViewAction::Rename(name.clone()),
    };
    match change(&signed_in, &form, renaming).await {
        Ok(()) => Ok(Redirect::to(&list_address(&view)).into_response()),
        Err(Error::Rejected(reason)) => {
            let template = ViewTemplate {
                name,
                error: Some(reason),
                ..load(&signed_in, view).await?
            };
            page_with_status(StatusCode::UNPROCESSABLE_ENTITY, &template)
        }
        Err(other) => Err(other.into()),
    }
}

async fn delete(signed_in: SignedIn, Path(id): Path<String>, form: Form) -> PageResult {
    let id = id.parse().map_err(|_| Error::NotFound("saved view"))?;
    let action = ViewAction::Delete;
    change(&signed_in, &form, ViewChange { view: id, action }).await?;
    Ok(Redirect::to(PATH).into_response())
}

/// Changes a view. A repeated form is accepted although its view may not exist any more.
async fn change(signed_in: &SignedIn, form: &Form, change: ViewChange) -> Result<(), Error> {
    let store = signed_in.store();
    let views = store.saved_views(signed_in.user.id.clone()).await?;
    let editor = match views.iter().find(|view| view.id == change.view) {
        Some(view) => editor(signed_in, view).await,
        None => ViewEditor {
            user: signed_in.user.id.clone(),
            is_admin: false,
        },
    };
    let key = form.key(&signed_in.user.id)?;
    store.change_view(key, editor, change, signed_in.now).await
}

/// Returns a view that the user sees.
async fn find_view(signed_in: &SignedIn, id: &str) -> Result<SavedView, ErrorPage> {
    let views = signed_in.store().saved_views(signed_in.user.id.clone());
    let mut views = views.await?.into_iter();
    let view = views.find(|view| view.id.to_string() == id);
    Ok(view.ok_or(Error::NotFound("saved view"))?)
}

/// Returns the user as the editor of a view. Slack is asked only about the view of another user.
async fn editor(signed_in: &SignedIn, view: &SavedView) -> ViewEditor {
    let user = signed_in.user.id.clone();
    let is_admin = view.owner != user
        && signed_in
            .app
            .slack
            .is_admin(&user)
            .await
            .inspect_err(|error| {
                tracing::warn!("Cannot fetch whether the user is a workspace admin: {error}");
            })
            .unwrap_or(false);
    ViewEditor { user, is_admin }
}

fn list_address(view: &SavedView) -> String {
    address(&parse(Some(&view.query)).unwrap_or_default().query)
}

async fn load(signed_in: &SignedIn, view: SavedView) -> Result<ViewTemplate, ErrorPage> {
    let (store, query) = (signed_in.store(), Some(view.query.as_str()));
    let parsed = read(store, &signed_in.viewer, query).await;
    let filter = parsed.unwrap_or_default().query.filter;
    let mut users: Vec<_> = filter.commanders.iter().cloned().collect();
    users.push(view.owner.clone());
    let names = store.user_names(users).await?;
    let settings = store.settings().await?;
    let is_editable = view.may_be_edited_by(&editor(signed_in, &view).await);
    Ok(ViewTemplate {
        layout: signed_in.layout(Section::Incidents),
        id: view.id,
        sentence: filter.sentence(FilterNames {
            users: &names,
            settings: &settings,
        }),
        address: list_address(&view),
        owner: user_name(&view.owner, &names),
        is_shared: view.audience == ViewAudience::Everyone,
        is_editable,
        title: view.name.clone(),
        name: view.name,
        keys: [new_key(), new_key()],
        error: None,
    })
}
