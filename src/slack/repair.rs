//! `/datadog incident repair`: has somebody look what Slack no longer has, and builds that again.

use muster_commands::IncidentId;

use super::asked::Typed;
use super::cards;
use super::listener::Reply;
use super::which_incident::{Meant, meant};
use super::words::plain;
use crate::bot::{Bot, SlackState};
use crate::domain::By;
use crate::error::Result;

/// Typed: owes a look at the incident that is meant. A direct message says what came of it.
///
/// # Errors
/// When there is no incident to choose, or it could not be stored.
pub async fn typed(bot: &Bot, typed: Typed) -> Result<Reply> {
    let incident = match meant(bot, &typed).await? {
        Meant::This(incident) => incident,
        Meant::Asked(reply) => return Ok(reply),
    };
    let (viewer, key) = (typed.viewer(), typed.key());
    let by = By::new(typed.person, bot.clock.now());
    bot.store
        .change(viewer, incident.id, key, move |incident| {
            incident.repair(&by)
        })
        .await?;
    Ok(Reply::Ephemeral(cards::line(vec![plain(told(
        bot,
        incident.id,
    ))])))
}

fn told(bot: &Bot, id: IncidentId) -> String {
    match bot.state.slack() {
        SlackState::Unknown | SlackState::Reached => format!(
            "Looking what Slack has of {id}. What is missing is built again, and a direct message tells you \
             what it was."
        ),
        SlackState::Trouble(_) => format!(
            "Slack does not answer us right now. As soon as it does, what is missing of {id} is built \
             again, and a direct message tells you what it was."
        ),
    }
}
