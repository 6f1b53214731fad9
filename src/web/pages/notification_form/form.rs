//! The page with the form of a notification.

use askama::Template;
use axum::http::StatusCode;

use crate::domain::MessageTemplate;
use crate::domain::notification::NotificationText;
use crate::web::form::new_key;
use crate::web::layout::{Layout, PageResult, Section, page_with_status};
use crate::web::markdown::{Html, render_message};
use crate::web::pages::incident_tabs::{IncidentHead, Tab, TabState};
use crate::web::pages::notification_form::entered::Entered;
use crate::web::pages::notification_form::recipients::{known_recipients, quick_choices};
use crate::web::pages::notification_form::{Compose, form_path};
use crate::web::parts::{Choice, variable_completion};

/// The state of the form besides what was entered.
#[derive(Default)]
pub(super) struct FormState {
    pub(super) status: StatusCode,
    /// Why it was not accepted, one sentence each.
    pub(super) problems: Vec<String>,
}

#[derive(Template)]
#[template(path = "notification_form.html", config = "src/web/askama.toml")]
struct FormTemplate {
    layout: Layout,
    head: IncidentHead,
    path: String,
    back: String,
    key: String,
    entered: Entered,
    problems: Vec<String>,
    quick: Vec<Choice>,
    known: Vec<Choice>,
    templates: Vec<TemplateGroup>,
    variables: Vec<(String, String)>,
    /// The variables with the name that is being written.
    completions: Vec<(String, String)>,
    /// The problems of the variables.
    variable_problems: Vec<String>,
    subject: String,
    body: Html,
}

/// The message templates of a category.
struct TemplateGroup {
    category: String,
    names: Vec<String>,
}

/// Renders the form.
pub(super) async fn render(compose: &Compose, entered: Entered, state: FormState) -> PageResult {
    let Compose {
        signed_in,
        incident,
        source,
    } = compose;
    let variables = source.settings.template_variables();
    let written = [entered.text.subject.as_str(), &entered.text.body];
    let completions = variable_completion::completions(&written, &variables);
    let NotificationText { subject, body } = entered.filled_in(incident, source);
    let tab = TabState::default();
    page_with_status(
        state.status,
        &FormTemplate {
            layout: signed_in.layout(Section::Incidents),
            head: IncidentHead::read(signed_in, incident, Tab::Notifications, &tab).await?,
            path: form_path(incident.id),
            back: Tab::Notifications.path(incident.id),
            key: new_key(),
            quick: quick_choices(incident),
            known: known_recipients(compose).await?,
            templates: template_groups(compose),
            completions,
            variables,
            variable_problems: entered.variable_problems(source),
            subject,
            body: render_message(&body),
            problems: state.problems,
            entered,
        },
    )
}

fn template_groups(compose: &Compose) -> Vec<TemplateGroup> {
    let groups = compose.source.settings.templates_by_category().into_iter();
    let name = |template: &MessageTemplate| template.name.clone();
    let groups = groups.map(|(category, templates)| TemplateGroup {
        category: category.to_owned(),
        names: templates.into_iter().map(name).collect(),
    });
    groups.collect()
}
