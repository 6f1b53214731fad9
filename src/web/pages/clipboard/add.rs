//! The form that adds a link to the clipboard. The address may fill it in: `?url=https://…&title=…`. Opening it
//! changes nothing, so that a link of another site cannot add anything by itself.

use askama::Template;
use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use muster_commands::modal::FieldErrors;

use crate::domain::{AddToClipboard, clipboard_title};
use crate::error::{Error, Result};
use crate::web::form::{Form, new_key};
use crate::web::layout::{Layout, PageResult, Section, page_with_status};
use crate::web::pages::clipboard;
use crate::web::routes::{Access, Routes};
use crate::web::session::SignedIn;

/// The path of the form.
pub(super) const PATH: &str = "/clipboard/new";

const URL: &str = "url";
const TITLE: &str = "title";

pub(super) fn add_routes(routes: Routes) -> Routes {
    routes
        .get(Access::SignedIn, PATH, show)
        .post(Access::SignedIn, clipboard::PATH, submit)
}

#[derive(Template)]
#[template(path = "clipboard_item.html", config = "src/web/askama.toml")]
struct AddTemplate {
    layout: Layout,
    key: String,
    url: String,
    title: String,
    url_problem: Option<String>,
    title_problem: Option<String>,
    /// Why nothing can be added.
    rejection: Option<String>,
}

impl AddTemplate {
    fn new(signed_in: &SignedIn, form: &Form) -> Self {
        Self {
            layout: signed_in.layout(Section::Clipboard),
            key: new_key(),
            url: form.value(URL).to_owned(),
            title: form.value(TITLE).to_owned(),
            url_problem: None,
            title_problem: None,
            rejection: None,
        }
    }
}

async fn show(signed_in: SignedIn, RawQuery(query): RawQuery) -> PageResult {
    let form = AddTemplate::new(&signed_in, &Form::of_query(query.as_deref()));
    // The title of a page may be longer than that of an item.
    let title = clipboard_title(&form.title);
    page_with_status(StatusCode::OK, &AddTemplate { title, ..form })
}

async fn submit(signed_in: SignedIn, sent: Form) -> PageResult {
    let form = AddTemplate::new(&signed_in, &sent);
    let form = match add(&signed_in, &sent).await {
        Ok(path) => return Ok(Redirect::to(&path).into_response()),
        Err(Error::InvalidForm(errors)) => {
            let problem = |field: &str| {
                let error = errors.iter().find(|(name, _)| *name == field);
                error.map(|(_, problem)| problem.to_owned())
            };
            AddTemplate {
                url_problem: problem(URL),
                title_problem: problem(TITLE),
                ..form
            }
        }
        Err(Error::Rejected(reason)) => AddTemplate {
            rejection: Some(reason),
            ..form
        },
        Err(error) => return Err(error.into()),
    };
    page_with_status(StatusCode::UNPROCESSABLE_ENTITY, &form)
}

/// Adds the link. Returns the path of the clipboard that names it.
async fn add(signed_in: &SignedIn, sent: &Form) -> Result<String> {
    let request = AddToClipboard::new(sent.value(URL), sent.value(TITLE));
    let mut errors = FieldErrors::default();
    if let Some(problem) = request.url_error() {
        errors.add(URL, problem);
    }
    if let Some(problem) = request.title_error() {
        errors.add(TITLE, problem);
    }
    let request = errors.into_result(request)?;
    let user = &signed_in.user.id;
    let (key, url, store) = (sent.key(user)?, request.url.clone(), signed_in.store());
    store
        .add_to_clipboard(key, user.clone(), request, signed_in.now)
        .await?;
    let items = store.clipboard(user.clone()).await?;
    let added = items.iter().find(|item| item.url == url);
    Ok(match added {
        Some(item) => format!("{}?added={}", clipboard::PATH, item.id),
        None => clipboard::PATH.to_owned(),
    })
}
