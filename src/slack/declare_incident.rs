//! “Declare Incident”, in the menu of a message and among the global shortcuts.

use muster_commands::form::{Carried, carrying};
use muster_commands::{add_to_incident, declare_incident};
use serde_json::Value;

use super::asked::Clicked;
use super::carried_message::carry;
use super::declare;
use super::open_form::{Opening, open, open_telling};
use crate::bot::Bot;
use crate::error::Result;

/// Clicked in a message's menu: opens the form, with the message's first line as the title. The message
/// is carried along, to be the first on the timeline.
///
/// # Errors
/// When this person may not declare, as far as we know, or the message could not be kept.
pub async fn clicked(bot: &Bot, payload: &Value, clicked: Clicked) -> Result<()> {
    let message = add_to_incident::read(payload)?;
    let title = declare_incident::title(&message);
    let (form, for_whom) = declare::form(bot, clicked.person.clone(), title).await?;
    let carried = carry(bot, message, clicked.response_url.clone()).await?;
    open(
        bot,
        Opening {
            trigger: clicked.trigger,
            form: carrying(form, &carried),
            response_url: clicked.response_url,
            again: again(),
            for_whom,
        },
    );
    Ok(())
}

/// Begun as a global shortcut: opens the empty form. There is no channel to answer in, so the person is
/// told in a direct message what comes of it.
///
/// # Errors
/// When this person may not declare, or the store cannot be read.
pub async fn begun(bot: &Bot, clicked: Clicked) -> Result<()> {
    let (form, for_whom) = declare::form(bot, clicked.person.clone(), String::new()).await?;
    open_telling(
        bot,
        Opening {
            trigger: clicked.trigger,
            form: carrying(form, &Carried::default()),
            response_url: None,
            again: again(),
            for_whom,
        },
        clicked.person,
    );
    Ok(())
}

fn again() -> String {
    format!("Choose “{}” again.", declare_incident::LABEL)
}
