//! `/datadog` alone: the action tray. In an incident's channel it has what fits how the incident stands;
//! elsewhere it declares, lists and helps. A button does what its words do when they are typed.

use muster_commands::buttons::Pressed;
use muster_commands::{Status, tray};

use super::asked::{Clicked, Typed, tell_asker};
use super::cards::{self, how_long};
use super::client::Message;
use super::listener::{self, Reply};
use super::update;
use super::words::{self, Sentence, plain, strong};
use crate::bot::Bot;
use crate::domain::{Incident, Moment, Names, time_in_each};
use crate::error::Result;

/// Typed: shows the tray, only to the person. Of an incident that is over it says how long that took.
///
/// # Errors
/// When the store cannot be read.
pub async fn typed(bot: &Bot, typed: Typed) -> Result<Reply> {
    let (viewer, channel) = (typed.viewer(), typed.channel.clone());
    let store = &bot.store;
    let incident = store.incident_of_channel(viewer.clone(), channel).await?;
    let (sentence, choices) = match &incident {
        Some(incident) => {
            let changes = match incident.status.is_open() {
                true => Vec::new(),
                false => store.status_changes(viewer, incident.id).await?,
            };
            let took = took(incident, &changes).unwrap_or_default();
            (about(incident, &took), tray::of_incident(incident.status))
        }
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

fn about(incident: &Incident, took: &str) -> Sentence {
    vec![
        strong(incident.id.to_string()),
        plain(format!(
            " {} is {}{took}.",
            muster_commands::limits::cut(&incident.title, cards::TITLE_SHOWN),
            incident.status.shown()
        )),
    ]
}

/// Gives how long it took until an incident was resolved, and of that each status while it was open.
fn took(incident: &Incident, changes: &[(Moment, Status)]) -> Option<String> {
    let (declared_at, resolved_at) = (incident.declared_at, incident.resolved_at?);
    let spent = time_in_each(declared_at, changes, resolved_at).into_iter();
    let spent = spent.filter(|(status, spent)| status.is_open() && !spent.is_zero());
    let spent: Vec<String> = spent
        .map(|(status, spent)| format!("{} {}", status.shown(), how_long(spent)))
        .collect();
    let took = how_long(incident.time_to_resolve()?);
    // One status alone took as long as all.
    Some(match spent.len() {
        0 | 1 => format!(" after {took}"),
        _ => format!(" after {took}: {}", spent.join(", ")),
    })
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
