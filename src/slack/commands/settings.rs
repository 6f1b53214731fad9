//! `/datadog settings`: shows the team's settings to workspace admins, who can change them.

use muster_commands::modal::{FieldErrors, ViewSubmission};
use muster_commands::settings::{self, RoleText, SettingsDefaults};
use serde_json::json;
use slack_morphism::prelude::*;

use crate::app::App;
use crate::domain::{
    AnnouncedEvent, ConfiguredRole, RoleCapacity, SettingError, Settings, WhoDeclares,
};
use crate::error::{Error, Result};
use crate::slack::blocks::announcement;
use crate::slack::dispatch::Reply;
use crate::slack::open_modal::{ModalRequest, open_modal};
use crate::slack::request_context::{SlashCommand, reply_ephemeral};
use crate::slack::text::activity::text;
use crate::store::IdempotencyKey;

/// Fetches in the background whether the user is a workspace admin, and opens the modal if so.
pub async fn handle(app: &App, typed: SlashCommand) -> Result<Reply> {
    let settings = app.store.settings().await?;
    let standing = settings_defaults(&settings);
    let app = app.clone();
    let tasks = app.tasks.clone();
    tasks.spawn(async move {
        let again = format!("Type it again: {} settings", app.config.command);
        let told = match app.slack.is_admin(&typed.user).await {
            Ok(true) => {
                let opening = ModalRequest {
                    user_to_check: None,
                    trigger_id: typed.trigger_id,
                    view: settings::modal(&standing),
                    response_url: typed.response_url,
                    retry_hint: again,
                };
                return open_modal(&app, opening);
            }
            Ok(false) => {
                "Settings are for workspace admins. Ask one of them; whoever runs this bot can change \
                 them too, with muster settings."
                    .to_owned()
            }
            Err(trouble) => {
                tracing::warn!("Whether somebody is an admin could not be found out: {trouble}");
                format!("Slack did not say whether you are a workspace admin. {again}")
            }
        };
        reply_ephemeral(&app, typed.response_url, announcement::text_message(vec![text(told)]));
    });
    Ok(Reply::Nothing)
}

/// Stores the changed settings and lists them.
pub async fn submit(app: &App, form: &ViewSubmission) -> Result<Reply> {
    let wanted = settings::read(&form.view_state)?;
    let key = IdempotencyKey::view(&form.view_id);
    let changed = app
        .store
        .change_settings(key, wanted, app.clock.now())
        .await?
        .map_err(setting_field_errors)?;
    if changed.is_empty() {
        return Ok(Reply::Nothing);
    }
    let keys: Vec<_> = changed.iter().map(|change| change.key).collect();
    tracing::info!(user = %form.user, "Changed settings: {}", keys.join(", "));
    let told = format!(
        "Changed: {}. It holds from now on; what is posted already stays as it is until it changes.",
        keys.join(", ")
    );
    let text: SlackBlockText = SlackBlockPlainText::new(told).into();
    let view = SlackModalView::new(
        SlackBlockPlainTextOnly::from("Settings stored"),
        vec![SlackSectionBlock::new().with_text(text).into()],
    )
    .with_close(SlackBlockPlainTextOnly::from("Close"));
    Ok(Reply::Body(
        json!({ "response_action": "update", "view": SlackView::Modal(view) }),
    ))
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
    }
}

/// Converts setting errors into errors of the fields.
fn setting_field_errors(wrong: Vec<SettingError>) -> Error {
    let mut errors = FieldErrors::default();
    for SettingError { key, problem: what } in wrong {
        errors.add(&key, format!("This {what}"));
    }
    Error::InvalidForm(errors)
}
