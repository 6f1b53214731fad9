//! `/datadog settings`: shows the team's settings to workspace admins, who can change them.

use muster_commands::modal::{FieldErrors, ViewSubmission};
use muster_commands::settings::{self, ChangedSettings, RoleText, SettingsDefaults};
use serde_json::json;
use slack_morphism::prelude::SlackBlockPlainText;

use crate::domain::notification::RuleQuestion;
use crate::domain::text::text;
use crate::domain::{
    AnnouncedEvent, ConfiguredRole, RoleCapacity, SettingError, Settings, WhoDeclares,
};
use crate::error::{Error, Result};
use crate::slack::blocks::text_message;
use crate::slack::open_modal::{self, ModalRequest};
use crate::slack::reply::{Reply, text_view};
use crate::slack::request_context::RequestContext;

/// Fetches in the background whether the user is a workspace admin, and opens the modal if so.
pub(crate) async fn handle(ctx: &RequestContext) -> Result<Reply> {
    let settings = ctx.store().settings().await?;
    let view = settings::modal(&settings_defaults(&settings));
    let (ctx, tasks) = (ctx.clone(), ctx.app.tasks.clone());
    tasks.spawn(async move {
        let retry_hint = ctx.retry_hint("settings");
        let message = match ctx.app.slack.is_admin(ctx.user()).await {
            Ok(true) => {
                return open_modal::open_now(&ctx, &ModalRequest::new(view, retry_hint)).await;
            }
            Ok(false) => {
                "Only workspace admins can change settings. Ask one of them, or your Muster admin, who can \
                 use muster settings in a terminal."
                    .to_owned()
            }
            Err(error) => {
                tracing::warn!("Cannot fetch whether the user is a workspace admin: {error}");
                format!("Slack didn't confirm that you're a workspace admin. {retry_hint}")
            }
        };
        ctx.reply_ephemeral(text_message(vec![text(message)]));
    });
    Ok(Reply::Nothing)
}

/// Stores the changed settings and lists them.
pub(crate) async fn submit(ctx: &RequestContext, form: &ViewSubmission) -> Result<Reply> {
    let ChangedSettings { values, mut errors } = settings::read(&form.view_state);
    if !errors.is_empty() {
        // All invalid fields are reported together.
        let settings = ctx.store().settings().await?;
        if let Err(problems) = settings.with_values(values) {
            add_setting_errors(&mut errors, problems);
        }
        return Err(errors.into());
    }
    let settings = ctx.store().settings().await?;
    if let Ok(changed) = settings.with_values(values.clone()) {
        let questions = settings.rule_questions(&changed);
        if !questions.is_empty() {
            add_setting_errors(
                &mut errors,
                question_errors(&settings, &changed, &questions),
            );
            return Err(errors.into());
        }
    }
    let changes = ctx
        .app
        .change_settings(ctx.key.clone(), values.into(), &ctx.actor)
        .await?
        .map_err(|problems| {
            add_setting_errors(&mut errors, problems);
            Error::InvalidForm(errors)
        })?;
    if changes.is_empty() {
        return Ok(Reply::Nothing);
    }
    let keys: Vec<_> = changes.iter().map(|change| change.key).collect();
    let labels: Vec<_> = keys.iter().map(|key| settings::label(key)).collect();
    let message = format!(
        "Changed: {}. Applies from now on; existing posts aren't changed.",
        labels.join(", ")
    );
    let text = SlackBlockPlainText::new(message).into();
    Ok(Reply::View(text_view("Settings saved", text)))
}

/// Returns the errors that keep what notification rules name. A modal cannot ask.
fn question_errors(
    settings: &Settings,
    changed: &Settings,
    questions: &[RuleQuestion],
) -> Vec<SettingError> {
    let questions: Vec<_> = questions.iter().map(ToString::to_string).collect();
    let problem = format!(
        "can't change here. {} Change the rules first, or confirm on the page Settings.",
        questions.join(" ")
    );
    let changes = settings.diff(changed).into_iter().take(1);
    let errors = changes.map(|change| SettingError {
        key: change.key.to_owned(),
        problem: problem.clone(),
    });
    errors.collect()
}

fn settings_defaults(settings: &Settings) -> SettingsDefaults {
    SettingsDefaults {
        levels: settings.severity_levels.clone(),
        has_unknown: settings.severity_unknown,
        labels: settings.severity_labels.clone().into_iter().collect(),
        descriptions: settings.severity_descriptions.clone().into_iter().collect(),
        has_completed: settings.status_completed,
        roles: settings.roles.iter().map(role_text).collect(),
        channel_name: settings.channel_name.clone(),
        announced: settings
            .announced
            .iter()
            .filter_map(setting_value)
            .collect(),
        reminder_minutes: settings.reminder_minutes.clone().into_iter().collect(),
        unknown_reminder_minutes: settings.reminder_minutes_unknown,
        archive_after_days: settings.archive_after_days,
        may_guests_declare: settings.who_declares == WhoDeclares::Everyone,
    }
}

/// Returns the setting's value of an announced event.
fn setting_value(announced: &AnnouncedEvent) -> Option<String> {
    json!(announced).as_str().map(str::to_owned)
}

fn role_text(role: &ConfiguredRole) -> RoleText {
    RoleText {
        name: role.name.clone(),
        capacity: match role.capacity {
            RoleCapacity::One => "one",
            RoleCapacity::Several => "several",
        },
        description: role.description.clone(),
        incident_type: role.incident_type,
    }
}

/// Adds setting errors to their fields.
fn add_setting_errors(errors: &mut FieldErrors, problems: Vec<SettingError>) {
    for SettingError { key, problem } in problems {
        let (first, rest) = problem.split_at(problem.chars().next().map_or(0, char::len_utf8));
        errors.add(&key, format!("{}{rest}", first.to_uppercase()));
    }
}
