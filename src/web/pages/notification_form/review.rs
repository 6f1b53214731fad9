//! The page that shows a notification before it is sent: its recipients and its text.

use askama::Template;
use axum::http::StatusCode;

use crate::domain::Visibility;
use crate::domain::notification::{Recipient, SendNotification};
use crate::web::form::new_key;
use crate::web::layout::{Layout, PageResult, Section, page_with_status};
use crate::web::markdown::{Html, render_message};
use crate::web::pages::incident_tabs::{IncidentHead, Tab, TabState};
use crate::web::pages::notification_form::entered::Entered;
use crate::web::pages::notification_form::{Compose, form_path};

#[derive(Template)]
#[template(path = "notification_review.html", config = "src/web/askama.toml")]
struct ReviewTemplate {
    layout: Layout,
    head: IncidentHead,
    path: String,
    key: String,
    entered: Entered,
    recipients: Vec<RecipientRow>,
    /// The recipients that may not see the incident.
    outsiders: Vec<Outsider>,
    /// The number of users and the other recipients.
    audience: String,
    is_private: bool,
    subject: String,
    body: Html,
    problem: Option<String>,
}

/// A recipient.
struct RecipientRow {
    label: String,
    /// The users that it leads to now, unless it is a single user.
    users: String,
}

/// A recipient that may not see the incident.
struct Outsider {
    value: String,
    label: String,
    is_confirmed: bool,
}

/// Renders the review of a request that could be sent, with the reason why it was not.
pub(super) async fn render(
    compose: &Compose,
    entered: &Entered,
    request: &SendNotification,
    problem: Option<String>,
) -> PageResult {
    let Compose {
        signed_in,
        incident,
        source,
    } = compose;
    let outsiders = incident.outsiders(&request.recipients).into_iter();
    let outsiders = outsiders.map(|outsider| Outsider {
        value: outsider.to_string(),
        label: source.recipient_label(outsider),
        is_confirmed: request.confirmed.contains(outsider),
    });
    let recipients = request.recipients.iter();
    let status = match problem {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    let tab = TabState::default();
    page_with_status(
        status,
        &ReviewTemplate {
            layout: signed_in.layout(Section::Incidents),
            head: IncidentHead::read(signed_in, incident, Tab::Notifications, &tab).await?,
            path: form_path(incident.id),
            key: new_key(),
            entered: entered.clone(),
            recipients: recipients.map(|it| recipient_row(compose, it)).collect(),
            outsiders: outsiders.collect(),
            audience: source.audience_text(&incident.audience(&request.recipients)),
            is_private: incident.visibility == Visibility::Private,
            subject: request.text.subject.clone(),
            body: render_message(&request.text.body),
            problem,
        },
    )
}

fn recipient_row(compose: &Compose, recipient: &Recipient) -> RecipientRow {
    let source = &compose.source;
    let audience = compose.incident.audience(std::slice::from_ref(recipient));
    let users = audience.users.iter().map(|user| source.user_name(user));
    RecipientRow {
        label: source.recipient_label(recipient),
        users: match recipient.user() {
            Some(_) => String::new(),
            None => users.collect::<Vec<_>>().join(", "),
        },
    }
}
