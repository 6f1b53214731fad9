//! `/datadog` alone: the action tray. In an incident's channel it has what fits how the incident stands;
//! elsewhere it declares, lists and helps. A button does what its words do when they are typed.

use muster_commands::buttons::Pressed;
use muster_commands::tray;

use super::asked::{Clicked, Typed, tell_asker};
use super::cards;
use super::client::Message;
use super::listener::{self, Reply};
use super::update;
use super::words::{self, Sentence, plain, strong};
use crate::bot::Bot;
use crate::domain::{Incident, Names};
use crate::error::Result;

/// Typed: shows the tray, only to the person.
///
/// # Errors
/// When the store cannot be read.
pub async fn typed(bot: &Bot, typed: Typed) -> Result<Reply> {
    let channel = typed.channel.clone();
    let incident = bot
        .store
        .incident_of_channel(typed.viewer(), channel)
        .await?;
    let (sentence, choices) = match &incident {
        Some(incident) => (about(incident), tray::of_incident(incident.status)),
        None => (vec![plain("What would you like to do?")], tray::ELSEWHERE),
    };
    Ok(Reply::Ephemeral(shown(sentence, choices)))
}

/// Pressed: does what is typed for it, where the tray stands. **Resolve Incident** asks first when an impact
/// ended that goes on.
///
/// # Errors
/// As what is typed for it.
pub async fn pressed(bot: &Bot, pressed: &Pressed, clicked: Clicked, text: &str) -> Result<()> {
    let typed = Typed {
        text: text.to_owned(),
        person: clicked.person,
        channel: pressed.channel.clone().unwrap_or_else(|| "".into()),
        trigger: clicked.trigger,
        response_url: clicked.response_url.clone(),
        chosen: None,
    };
    let incident = match tray::resolves(text) {
        true => {
            let channel = typed.channel.clone();
            bot.store
                .incident_of_channel(typed.viewer(), channel)
                .await?
        }
        false => None,
    };
    let reply = match incident.filter(|incident| incident.open_impact().is_some()) {
        Some(incident) => update::resolves(bot, &incident, typed).await?,
        None => listener::typed(bot, typed).await?,
    };
    match reply {
        Reply::Ephemeral(message) => tell_asker(bot, clicked.response_url, message),
        Reply::Nothing | Reply::Body(_) | Reply::NotYet | Reply::Challenge(_) => {}
    }
    Ok(())
}

fn about(incident: &Incident) -> Sentence {
    vec![
        strong(incident.id.to_string()),
        plain(format!(
            " {} is {}.",
            muster_commands::limits::cut(&incident.title, cards::TITLE_SHOWN),
            incident.status.shown()
        )),
    ]
}

fn shown(sentence: Sentence, choices: &[tray::Choice]) -> Message {
    let names = Names::default();
    let lines = [sentence];
    let mut blocks = vec![words::block(&lines, &names)];
    blocks.extend(tray::rows(choices));
    Message {
        text: words::mrkdwn(&lines, &names),
        blocks,
    }
}
