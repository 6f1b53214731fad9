//! `/settings/samples`: sends the text of a rule or of a template to the user who asks for it, as a direct message.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};

use crate::domain::notification::{MessageText, NotificationText, TemplateValues};
use crate::domain::{Incident, Settings};
use crate::error::Result;
use crate::web::access::AdminSession;
use crate::web::error_page::ErrorPage;
use crate::web::form::Form;
use crate::web::layout::PageResult;

use crate::web::pages::settings::notification_rules::editor_path;
use crate::web::pages::settings::template_editor::{contacts, example_changes, latest_incident};
use crate::web::parts::channel_url;
use crate::web::session::SignedIn;

/// Sends a sample with the latest incident that the user may see. A form that is sent twice sends one.
pub(super) async fn send(AdminSession(signed_in): AdminSession, form: Form) -> PageResult {
    let key = form.key(&signed_in.user.id)?;
    let settings = signed_in.store().settings().await?;
    let incident = latest_incident(&signed_in).await?;
    // The second of two clicks: whether the first one's sample arrived is not known here.
    if !signed_in.store().record_event(key, signed_in.now).await? {
        return Ok(Redirect::to(&editor_of(&form)).into_response());
    }
    let text = text(&signed_in, &settings, form.value("template"), &incident).await?;
    let page = format!("/incidents/{}", incident.id.number());
    let page_url = signed_in.app.config.page_url(&page);
    let sent = signed_in
        .app
        .send_text(&signed_in.user.id, &text, page_url.as_deref());
    if let Err(error) = sent.await {
        tracing::warn!("Cannot send a sample: {error}");
        let text = format!("Slack didn't accept it ({error}). Go back and try again.");
        return Err(ErrorPage::new(
            StatusCode::BAD_GATEWAY,
            "No sample was sent",
            text,
        ));
    }
    let path = format!("{}&done=sampled", editor_of(&form));
    Ok(Redirect::to(&path).into_response())
}

/// Returns the path of the form that the sample was asked for from.
fn editor_of(form: &Form) -> String {
    match form.value("rule") {
        "" => {
            let mut query = form_urlencoded::Serializer::new(String::new());
            let query = query.append_pair("name", form.value("template"));
            format!("/settings/templates/edit?{}", query.finish())
        }
        rule => editor_path("name", rule),
    }
}

/// Returns the text of a template, or else the default one, marked as a sample.
async fn text(
    signed_in: &SignedIn,
    settings: &Settings,
    template: &str,
    incident: &Incident,
) -> Result<NotificationText> {
    let page = format!("/incidents/{}", incident.id.number());
    let page_url = signed_in.app.config.page_url(&page);
    let channel_url = incident.channel.as_ref().map(|it| channel_url(&it.id));
    let changes = example_changes(incident);
    let contacts = contacts(signed_in).await?;
    let values = TemplateValues {
        incident,
        settings,
        contacts: &contacts,
        clock: &signed_in.clock,
        page_url: page_url.as_deref(),
        channel_url: channel_url.as_deref(),
        changes: &changes,
    };
    let MessageText { subject, body } = match settings.message_template(template) {
        Some(template) => template.fill_in(&values),
        None => MessageText::without_template(&values),
    };
    Ok(NotificationText {
        subject: format!("Sample: {subject}"),
        body,
    })
}
