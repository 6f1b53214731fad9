//! `/settings`: the settings of the team, one form for each group. Workspace admins change them; other members
//! read them. The forms are made from the description of the settings, so a new setting needs no code here. Message
//! templates, notification rules and alert rules have pages of their own.

mod alert_rules;
mod confirm;
mod conflict;
mod field;
mod field_preview;
mod import;
mod import_format;
mod message_templates;
mod notification_rules;
mod postmortem_templates;
mod preview;
mod rules_change;
mod submission;
mod template_editor;

use askama::Template;
use axum::extract::{Path, Query};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect};
use serde::Deserialize;

use crate::domain::{ChangeSettings, MessageTemplate, SettingError, SettingGroup, Settings};
use crate::error::{Error, Result};
use crate::settings_toml;
use crate::web::access::{AdminSession, MemberSession};
use crate::web::error_page::ErrorPage;
use crate::web::form::{Form, new_key};
use crate::web::layout::{Layout, PageResult, Section, page, page_with_status};
use crate::web::pages::settings::confirm::Question;
use crate::web::pages::settings::field::SettingField;
use crate::web::pages::settings::message_templates::TemplateCategory;
use crate::web::pages::settings::notification_rules::RuleRow;
use crate::web::pages::settings::postmortem_templates::TemplateRow;
use crate::web::pages::settings::preview::PreviewRow;
use crate::web::pages::settings::submission::Submission;
use crate::web::routes::{Access, Routes};
use crate::web::session::SignedIn;

const PATH: &str = "/settings";

pub(crate) fn add_routes(routes: Routes) -> Routes {
    let routes =
        routes
            .get(Access::Member, PATH, show)
            .get(Access::Member, "/settings/export", export);
    let routes = template_editor::add_routes::<MessageTemplate>(routes);
    let routes = postmortem_templates::add_routes(routes);
    let routes = notification_rules::add_routes(routes);
    let routes = alert_rules::add_routes(routes);
    import::add_routes(routes)
        .get(Access::Member, "/settings/{group}", show_group)
        .post(Access::Admin, "/settings/{group}", save)
}

#[derive(Template)]
#[template(path = "settings.html", config = "src/web/askama.toml")]
struct SettingsTemplate {
    layout: Layout,
    rights: Rights,
    is_imported: bool,
    groups: Vec<GroupForm>,
    /// The message templates, which have pages of their own instead of a form.
    templates: Vec<TemplateCategory>,
    /// The postmortem templates.
    postmortem_templates: Vec<TemplateRow>,
    /// The notification rules, which have pages of their own, too.
    rules: Vec<RuleRow>,
    /// The text by which the rules are filtered.
    rule_search: String,
}

/// The rights of the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rights {
    Change,
    Read,
    /// Slack did not answer whether the user is an admin.
    Unknown,
}

/// The form of a group.
struct GroupForm {
    group: SettingGroup,
    fields: Vec<SettingField>,
    preview: Vec<PreviewRow>,
    key: String,
    state: FormState,
}

/// The state of a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FormState {
    Displayed,
    Saved,
    /// It was sent without any change.
    Unchanged,
    /// It shows the preview of values that are not stored.
    Previewed,
    Rejected,
}

#[derive(Deserialize)]
struct Outcome {
    #[serde(default)]
    saved: String,
    #[serde(default)]
    unchanged: String,
    /// The text by which the notification rules are filtered.
    #[serde(default)]
    rule: String,
}

impl GroupForm {
    fn new(group: SettingGroup, settings: &Settings, signed_in: &SignedIn) -> Self {
        let values = settings.values().into_iter();
        // Templates of postmortems have pages of their own.
        let is_field = |key: &str| key != postmortem_templates::KEY;
        let values = values.filter(|(setting, _)| setting.group == group && is_field(setting.key));
        Self {
            group,
            fields: values
                .map(|(setting, value)| SettingField::new(setting, &value))
                .collect(),
            preview: preview::rows(group, settings, signed_in),
            key: new_key(),
            state: FormState::Displayed,
        }
    }
}

async fn show(
    MemberSession(signed_in): MemberSession,
    Query(outcome): Query<Outcome>,
) -> PageResult {
    let rights = match signed_in.app.is_admin(&signed_in.user.id).await {
        Some(true) => Rights::Change,
        Some(false) => Rights::Read,
        None => Rights::Unknown,
    };
    let settings = signed_in.store().settings().await?;
    let groups = SettingGroup::ALL.into_iter().map(|group| GroupForm {
        state: match group.as_str() {
            name if name == outcome.saved => FormState::Saved,
            name if name == outcome.unchanged => FormState::Unchanged,
            _ => FormState::Displayed,
        },
        ..GroupForm::new(group, &settings, &signed_in)
    });
    let template = SettingsTemplate {
        layout: signed_in.layout(Section::Settings),
        rights,
        is_imported: outcome.saved == "import",
        groups: groups.collect(),
        templates: TemplateCategory::list(&settings),
        postmortem_templates: TemplateRow::list(&settings)?,
        rules: RuleRow::matching(&settings, &outcome.rule),
        rule_search: outcome.rule,
    };
    page(&template)
}

/// Renders one form, which was not stored.
fn render_form(signed_in: &SignedIn, status: StatusCode, form: GroupForm) -> PageResult {
    let template = SettingsTemplate {
        layout: signed_in.layout(Section::Settings),
        rights: Rights::Change,
        is_imported: false,
        groups: vec![form],
        templates: Vec::new(),
        postmortem_templates: Vec::new(),
        rules: Vec::new(),
        rule_search: String::new(),
    };
    page_with_status(status, &template)
}

/// The address of a form, such as after a rejected submission, leads to its place on the page.
async fn show_group(MemberSession(_): MemberSession, Path(name): Path<String>) -> PageResult {
    let group = find_group(&name)?;
    Ok(Redirect::to(&format!("{PATH}#{}", group.as_str())).into_response())
}

fn find_group(name: &str) -> std::result::Result<SettingGroup, ErrorPage> {
    let mut groups = SettingGroup::ALL.into_iter();
    let group = groups.find(|group| group.as_str() == name);
    group.ok_or_else(|| ErrorPage::unknown_path().with_way_on(PATH, "All settings"))
}

async fn export(MemberSession(signed_in): MemberSession) -> PageResult {
    let settings = signed_in.store().settings().await?;
    let headers = [
        (header::CONTENT_TYPE, "application/toml; charset=utf-8"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"muster-settings.toml\"",
        ),
    ];
    Ok((headers, settings_toml::to_toml(&settings)).into_response())
}

async fn save(
    AdminSession(signed_in): AdminSession,
    Path(name): Path<String>,
    form: Form,
) -> PageResult {
    let group = find_group(&name)?;
    if has_own_pages(group) {
        return Err(ErrorPage::wrong_method());
    }
    let submission = Submission::read(group, &form);
    if !form.value("preview").is_empty() {
        return show_preview(&signed_in, group, &submission).await;
    }
    let settings = signed_in.store().settings().await?;
    if let Ok(after) = settings.with_values(submission.values.clone()) {
        let questions = confirm::open_questions(&settings, &after, &form);
        if !questions.is_empty() {
            let question = Question {
                form: &form,
                action: &format!("{PATH}/{name}"),
                cancel: &format!("{PATH}#{name}"),
            };
            return confirm::show(&signed_in, &questions, &question);
        }
    }
    match store(&signed_in, &form, &submission).await {
        Ok(outcome) => {
            let path = format!("{PATH}?{outcome}={name}#{name}");
            Ok(Redirect::to(&path).into_response())
        }
        Err(Rejection::Invalid(errors)) => {
            show_rejected(&signed_in, group, &submission, &errors).await
        }
        Err(Rejection::Other(Error::Conflict)) => {
            conflict::show(&signed_in, group, &submission).await
        }
        Err(Rejection::Other(error)) => Err(error.into()),
    }
}

/// Returns whether the settings of a group have pages of their own instead of a form.
fn has_own_pages(group: SettingGroup) -> bool {
    matches!(
        group,
        SettingGroup::MessageTemplates | SettingGroup::NotificationRules | SettingGroup::AlertRules
    )
}

/// Why a submission is not stored.
enum Rejection {
    Invalid(Vec<SettingError>),
    Other(Error),
}

impl From<Error> for Rejection {
    fn from(error: Error) -> Self {
        Self::Other(error)
    }
}

/// Stores a submission. Returns the outcome for the address of the page.
async fn store(
    signed_in: &SignedIn,
    form: &Form,
    submission: &Submission,
) -> std::result::Result<&'static str, Rejection> {
    let key = form.key(&signed_in.user.id)?;
    let settings = signed_in.store().settings().await?;
    let errors = submission.errors(&settings);
    if !submission.unreadable.is_empty() {
        return Err(Rejection::Invalid(errors));
    }
    if submission.values.is_empty() {
        return Ok("unchanged");
    }
    let request = ChangeSettings {
        values: submission.values.clone(),
        displayed: submission.displayed.clone(),
    };
    let actor = signed_in.actor();
    let outcome = signed_in.app.change_settings(key, request, &actor).await?;
    outcome.map_err(Rejection::Invalid)?;
    Ok("saved")
}

async fn show_rejected(
    signed_in: &SignedIn,
    group: SettingGroup,
    submission: &Submission,
    errors: &[SettingError],
) -> PageResult {
    let form = form_with_input(signed_in, group, submission, errors).await?;
    render_form(signed_in, StatusCode::UNPROCESSABLE_ENTITY, form)
}

/// Returns the form with what the user entered, its errors, and the preview of its values if they are valid.
async fn form_with_input(
    signed_in: &SignedIn,
    group: SettingGroup,
    submission: &Submission,
    errors: &[SettingError],
) -> Result<GroupForm> {
    let settings = signed_in.store().settings().await?;
    let mut form = GroupForm::new(group, &settings, signed_in);
    for field in &mut form.fields {
        field.enter(submission, errors);
    }
    form.state = FormState::Rejected;
    if errors.is_empty()
        && let Ok(entered) = settings.with_values(submission.values.clone())
    {
        form.preview = preview::rows(group, &entered, signed_in);
        form.state = FormState::Previewed;
    }
    Ok(form)
}

async fn show_preview(
    signed_in: &SignedIn,
    group: SettingGroup,
    submission: &Submission,
) -> PageResult {
    let settings = signed_in.store().settings().await?;
    let errors = submission.errors(&settings);
    if !errors.is_empty() {
        return show_rejected(signed_in, group, submission, &errors).await;
    }
    let form = form_with_input(signed_in, group, submission, &errors).await?;
    render_form(signed_in, StatusCode::OK, form)
}
