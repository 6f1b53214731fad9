//! Opening a form beside the answer to Slack, which never waits for a call.

use muster_commands::PersonId;
use muster_commands::form::asked_in;
use serde_json::json;
use slack_morphism::prelude::{SlackModalView, SlackView};

use super::asked::{Typed, tell_asker, tell_directly};
use super::client::Message;
use super::declare::may_declare;
use super::listener::Reply;
use super::meet::learn_soon;
use super::words::plain;
use super::{Trouble, cards, reached, trouble_told};
use crate::bot::{Bot, SlackState};

/// What a form needs to be opened, and what the person is told if it cannot be.
pub struct Opening {
    /// What opens it, within three seconds.
    pub trigger: String,
    /// The form.
    pub form: SlackModalView,
    /// Where the person can be told that it was not opened; `None` if they were told already.
    pub response_url: Option<String>,
    /// How to ask for it again, with all that was given: `Type it again: /datadog incident …`.
    pub again: String,
    /// Who is to be known before it opens; `None` if it opens for everybody.
    pub for_whom: Option<PersonId>,
}

/// Opens the form that a command asks for; gives the answer to the command. Where a form asked which
/// incident is meant, it stands in its place. When we know already that Slack does not answer us, the answer
/// is the only thing that reaches the person for certain.
pub fn open_typed(bot: &Bot, typed: Typed, form: SlackModalView, again: String) -> Reply {
    open_typed_for(bot, typed, (form, None), again)
}

/// Opens the form that a command asks for, once it is known who somebody is; else as [`open_typed`].
pub fn open_typed_for(
    bot: &Bot,
    typed: Typed,
    (form, for_whom): (SlackModalView, Option<PersonId>),
    again: String,
) -> Reply {
    let form = asked_in(form, typed.place().as_ref());
    if typed.chosen.is_some() {
        let view = SlackView::Modal(form);
        return Reply::Body(json!({ "response_action": "update", "view": view }));
    }
    let opening = Opening {
        trigger: typed.trigger,
        form,
        response_url: typed.response_url,
        again,
        for_whom,
    };
    match bot.state.slack() {
        SlackState::Unknown | SlackState::Reached => {
            open(bot, opening);
            Reply::Nothing
        }
        SlackState::Trouble(_) => {
            let told = format!(
                "Slack does not answer us right now. If no form opens, nothing was stored. {}",
                opening.again
            );
            let response_url = None;
            open(
                bot,
                Opening {
                    response_url,
                    ..opening
                },
            );
            Reply::Ephemeral(cards::line(vec![plain(told)]))
        }
    }
}

/// Opens a form. If Slack does not open it, the person is told how to ask again.
pub fn open(bot: &Bot, opening: Opening) {
    let bot = bot.clone();
    let tasks = bot.tasks.clone();
    tasks.spawn(async move {
        if let Some(told) = opened(&bot, &opening).await
            && opening.response_url.is_some()
        {
            tell_asker(&bot, opening.response_url, told);
        }
    });
}

/// Opens a form that somebody asked for where they cannot be answered. If Slack does not open it, they
/// are told directly how to ask again.
pub fn open_telling(bot: &Bot, opening: Opening, person: PersonId) {
    let bot = bot.clone();
    let tasks = bot.tasks.clone();
    tasks.spawn(async move {
        if let Some(told) = opened(&bot, &opening).await {
            tell_directly(&bot, person, told);
        }
    });
}

/// Opens a form; gives what the person is to be told if it may not be opened for them, or Slack did not.
async fn opened(bot: &Bot, opening: &Opening) -> Option<Message> {
    if let Some(person) = &opening.for_whom {
        learn_soon(bot, person.clone()).await;
        let allowed = async {
            let settings = bot.store.settings().await?;
            may_declare(bot, &settings, person).await
        };
        if let Err(error) = allowed.await {
            return Some(trouble_told::line(&error));
        }
    }
    let trouble = bot
        .slack
        .open_form(&opening.trigger, &opening.form)
        .await
        .err()?;
    tracing::warn!("A form could not be opened: {trouble}");
    reached::note(bot, Some(&trouble));
    let what = match trouble {
        Trouble::Refused { .. } if !trouble.is(&["expired_trigger_id"]) => {
            "Slack refused to open the form, and nothing was stored. If it does so again, tell \
             whoever runs this bot."
        }
        Trouble::Refused { .. } | Trouble::Limited { .. } | Trouble::Unreached { .. } => {
            "Slack did not open the form in time, and nothing was stored."
        }
        // It may have opened all the same.
        Trouble::Unsure { .. } | Trouble::Silent { .. } => {
            "If Slack opened no form, nothing was stored."
        }
    };
    Some(cards::line(vec![plain(format!(
        "{what} {}",
        opening.again
    ))]))
}
