//! `/datadog settings`: how the team works, shown to workspace admins, and changed by them.

use muster_commands::form::{FieldErrors, Submission};
use muster_commands::settings::{self, RoleLine, Standing, Use};
use serde_json::json;
use slack_morphism::prelude::*;

use super::asked::{Typed, tell_asker};
use super::cards;
use super::listener::Reply;
use super::open_form::{Opening, open};
use super::words::plain;
use crate::bot::Bot;
use crate::domain::{Announced, Declarers, HowMany, Settings, TeamRole, Wrong};
use crate::error::{Error, Result};
use crate::store::Key;

/// Typed: asks Slack, beside the answer, whether this person looks after the workspace; if so, the form is
/// opened.
///
/// # Errors
/// When the store cannot be read.
pub async fn typed(bot: &Bot, typed: Typed) -> Result<Reply> {
    let settings = bot.store.settings().await?;
    let standing = standing(&settings);
    let bot = bot.clone();
    let tasks = bot.tasks.clone();
    tasks.spawn(async move {
        let again = format!("Type it again: {} settings", bot.settings.command);
        let told = match bot.slack.is_admin(&typed.person).await {
            Ok(true) => {
                let opening = Opening {
                    for_whom: None,
                    trigger: typed.trigger,
                    form: settings::form(&standing),
                    response_url: typed.response_url,
                    again,
                };
                return open(&bot, opening);
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
        tell_asker(&bot, typed.response_url, cards::line(vec![plain(told)]));
    });
    Ok(Reply::Nothing)
}

/// Submitted: stores what the person changed, and says what that was.
///
/// # Errors
/// What is wrong with a field, or that it could not be stored.
pub async fn submitted(bot: &Bot, form: &Submission) -> Result<Reply> {
    let wanted = settings::read(&form.answers)?;
    let key = Key::view(&form.view);
    let changed = bot
        .store
        .change_settings(key, wanted, bot.clock.now())
        .await?
        .map_err(under_fields)?;
    if changed.is_empty() {
        return Ok(Reply::Nothing);
    }
    let keys: Vec<_> = changed.iter().map(|change| change.key).collect();
    tracing::info!(person = %form.person, "Changed settings: {}", keys.join(", "));
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

fn standing(settings: &Settings) -> Standing {
    Standing {
        levels: settings.severity_levels.clone(),
        unknown: Use::from(settings.severity_unknown),
        labels: settings.severity_labels.clone().into_iter().collect(),
        descriptions: settings.severity_descriptions.clone().into_iter().collect(),
        completed: Use::from(settings.status_completed),
        roles: settings.roles.iter().map(role).collect(),
        channel_name: settings.channel_name.clone(),
        announced: settings.announced.iter().filter_map(word).collect(),
        reminders: settings.reminder_minutes.clone().into_iter().collect(),
        unknown_after: settings.reminder_minutes_unknown,
        archive_after_days: settings.archive_after_days,
        guests: Use::from(settings.who_declares == Declarers::Everybody),
    }
}

/// Gives the setting's own word for something that may be announced.
fn word(announced: &Announced) -> Option<String> {
    json!(announced).as_str().map(str::to_owned)
}

fn role(role: &TeamRole) -> RoleLine {
    RoleLine {
        name: role.name.clone(),
        people: match role.people {
            HowMany::One => "one",
            HowMany::Several => "several",
        },
        description: role.description.clone(),
    }
}

/// Gives what is wrong with settings as sentences under the fields of their names.
fn under_fields(wrong: Vec<Wrong>) -> Error {
    let mut errors = FieldErrors::default();
    for Wrong { key, what } in wrong {
        errors.add(&key, format!("This {what}"));
    }
    Error::Form(errors)
}
