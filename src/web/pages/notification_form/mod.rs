//! `/incidents/7/notifications/new`: the form of a notification, and its review before it is sent. The buttons of the
//! form that add a recipient, insert a variable or use a template show the form again and send nothing.

mod drafts;
mod entered;
mod form;
mod recipients;
mod review;

use std::collections::HashMap;

use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};

use crate::domain::notification::{SendNotification, ValueSource};
use crate::domain::{Incident, IncidentId};
use crate::error::{Error, Result};
use crate::web::error_page::ErrorPage;
use crate::web::form::Form;
use crate::web::layout::PageResult;
use crate::web::pages::incident::{IncidentPath, incident_path};
use crate::web::pages::incident_tabs::Tab;
use crate::web::routes::{Access, Routes};
use crate::web::session::SignedIn;

use entered::Entered;
use form::FormState;

pub(crate) fn add_routes(routes: Routes) -> Routes {
    let path = "/incidents/{id}/notifications/new";
    routes
        .get(Access::SignedIn, path, show)
        .post(Access::SignedIn, path, submit)
}

/// Returns the path of the form.
pub(crate) fn form_path(id: IncidentId) -> String {
    format!("{}/new", Tab::Notifications.path(id))
}

/// The inputs of the form and of its review.
struct Compose {
    signed_in: SignedIn,
    incident: Incident,
    source: ValueSource,
}

impl Compose {
    async fn load(signed_in: SignedIn, id: IncidentId) -> Result<Self> {
        let viewer = signed_in.viewer.clone();
        let incident = signed_in.store().incident(viewer, id).await?;
        let store = signed_in.store();
        let page_url = signed_in.app.config.page_url(&incident_path(id));
        let settings = store.settings().await?;
        let source = ValueSource::new(
            settings.shared_of_incident_type(incident.incident_type),
            store.users().await?,
            store.webhooks().await?,
            signed_in.clock,
            page_url,
        );
        Ok(Self {
            signed_in,
            incident,
            source,
        })
    }

    /// Returns the request, or the problems of the form, one sentence each.
    fn read(&self, entered: &Entered) -> std::result::Result<SendNotification, Vec<String>> {
        let request = entered.request(&self.incident, &self.source)?;
        let problems = request.problems();
        let source = &self.source;
        let of_recipients = source.recipient_problems(&self.incident, &request.recipients);
        let problems = problems.into_iter().chain(of_recipients);
        let problems: Vec<_> = problems.collect();
        match problems.is_empty() {
            true => Ok(request),
            false => Err(problems),
        }
    }
}

async fn show(
    signed_in: SignedIn,
    path: IncidentPath,
    Query(query): Query<HashMap<String, String>>,
) -> PageResult {
    let compose = Compose::load(signed_in, path.id).await?;
    let value = |name: &str| query.get(name).map_or("", String::as_str);
    let entered = match value("draft").parse() {
        Ok(draft) => {
            let viewer = compose.signed_in.viewer.clone();
            let store = compose.signed_in.store();
            let draft = store.notification_draft(viewer, path.id, draft).await?;
            Entered::of_draft(draft.ok_or_else(unknown_draft)?)
        }
        Err(_) => Entered::of_template(&compose, value("to"), value("template")),
    };
    form::render(&compose, entered, FormState::default()).await
}

fn unknown_draft() -> ErrorPage {
    let text = "There's no such draft. It may have been sent or deleted.";
    ErrorPage::new(StatusCode::NOT_FOUND, "No such draft", text)
}

async fn submit(
    signed_in: SignedIn,
    path: IncidentPath,
    Query(query): Query<HashMap<String, String>>,
    sent: Form,
) -> PageResult {
    let compose = Compose::load(signed_in, path.id).await?;
    let mut entered = Entered::read(&sent);
    entered.add_recipient(sent.value("add"));
    if !sent.value("insert").is_empty() {
        entered.insert_variable(sent.value("insert"));
    }
    let shows_form = ["add", "insert"].map(|name| !sent.value(name).is_empty());
    let shows_form = shows_form.contains(&true) || query.contains_key("preview");
    match sent.value("step") {
        _ if shows_form => {}
        "more" | "edit" => {}
        "template" => {
            let draft = entered.draft;
            entered = Entered::of_template(&compose, &entered.to, &entered.template);
            entered.draft = draft;
        }
        "draft" => return drafts::save(&compose, &sent, entered).await,
        "delete" => return drafts::delete(&compose, &sent, &entered).await,
        "send" => return send(&compose, &sent, entered).await,
        _ => return review(&compose, entered).await,
    }
    form::render(&compose, entered, FormState::default()).await
}

/// Shows the recipients and the text before they are sent, or the form with its problems.
async fn review(compose: &Compose, entered: Entered) -> PageResult {
    match compose.read(&entered) {
        Ok(request) => review::render(compose, &entered, &request, None).await,
        Err(problems) => reject(compose, entered, problems).await,
    }
}

async fn reject(compose: &Compose, entered: Entered, problems: Vec<String>) -> PageResult {
    let state = FormState {
        status: StatusCode::UNPROCESSABLE_ENTITY,
        problems,
    };
    form::render(compose, entered, state).await
}

async fn send(compose: &Compose, sent: &Form, entered: Entered) -> PageResult {
    let request = match compose.read(&entered) {
        Ok(request) => request,
        Err(problems) => return reject(compose, entered, problems).await,
    };
    let (id, source) = (compose.incident.id, compose.source.clone());
    let filled = entered.clone();
    let sending = compose
        .signed_in
        .change(id, sent, move |incident, actor, context| {
            // The values are those of the moment at which it is sent.
            let request = filled
                .request(incident, &source)
                .map_err(|problems| Error::Rejected(problems.join(" ")))?;
            Ok(incident.send_notification(request, actor, context)?)
        });
    match sending.await {
        Ok(_) => {
            let tab = Tab::Notifications.path(id);
            Ok(Redirect::to(&format!("{tab}?sent=1")).into_response())
        }
        Err(Error::Rejected(reason)) => {
            review::render(compose, &entered, &request, Some(reason)).await
        }
        Err(error) => Err(error.into()),
    }
}
