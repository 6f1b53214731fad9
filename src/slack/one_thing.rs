//! One thing of an incident that is changed at once, and one line to the person who asked: the way that
//! `/datadog incident status stable` and `/datadog incident role Scribe @ann` go alike.

use muster_commands::PersonId;

use super::asked::Typed;
use super::cards;
use super::listener::Reply;
use super::mentioned::is_stranger;
use super::strangers::asks_after;
use super::which_incident::{Meant, meant, or_title};
use super::words::{Piece, Sentence, plain};
use crate::bot::{Bot, SlackState};
use crate::domain::{By, Decision, Incident, Seat};
use crate::error::{Error, Result};
use crate::store::Compared;

/// One thing that is to be changed at once.
pub trait OneThing: Send + Sync + 'static {
    /// What the words mean, once they are read.
    type Wanted: Clone + Send + Sync + 'static;

    /// Reads the words of somebody by what the team uses, or says what there is to choose from.
    fn read(
        &self,
        bot: &Bot,
        asker: &PersonId,
    ) -> impl Future<Output = Result<Self::Wanted>> + Send;

    /// Gives who is to be what, if somebody is.
    fn seated(wanted: &Self::Wanted) -> Option<(Seat, PersonId)>;

    /// Decides the change.
    fn decide(wanted: &Self::Wanted, incident: &Incident, by: &By) -> Decision;

    /// Says what was changed, or that it is so already.
    fn told(&self, bot: &Bot, wanted: &Self::Wanted, done: &Compared) -> Sentence;
}

/// Typed: changes that one thing, once, and says what changed. If it is about somebody whom we never met, it
/// is stored, and done once Slack said who they are.
///
/// # Errors
/// [`Error::Refused`], in a line: when what was typed is nothing that it could be changed to, or no incident
/// is open that could be meant. Otherwise when it could not be stored.
pub async fn typed<T: OneThing>(bot: &Bot, typed: Typed, thing: T) -> Result<Reply> {
    // Words that mean nothing are refused before anybody chooses an incident for them.
    let wanted = match thing.read(bot, &typed.person).await {
        Ok(wanted) => wanted,
        Err(Error::Refused(why)) => {
            return Err(Error::Refused(format!("{why}{}", or_title(bot, &typed))));
        }
        Err(error) => return Err(error),
    };
    let incident = match meant(bot, &typed).await? {
        Meant::This(incident) => incident,
        Meant::Asked(reply) => return Ok(reply),
    };
    if let Some((seat, person)) = T::seated(&wanted)
        && !seat.is_of(&person, &incident)
        && is_stranger(bot, &person).await?
    {
        return asks_after(bot, typed, incident.id, (seat, person)).await;
    }
    let (viewer, key, asked) = (typed.viewer(), typed.key(), wanted.clone());
    let by = By::new(typed.person, bot.clock.now());
    let done = bot
        .store
        .change_comparing(viewer, incident.id, key, move |incident, _| {
            Ok(T::decide(&asked, incident, &by)?)
        })
        .await?;
    let mut sentence = thing.told(bot, &wanted, &done);
    sentence.extend(later(bot));
    Ok(Reply::Ephemeral(cards::line(sentence)))
}

/// Gives that Slack tells the others later, if it does not answer us now.
fn later(bot: &Bot) -> Option<Piece> {
    match bot.state.slack() {
        SlackState::Unknown | SlackState::Reached => None,
        SlackState::Trouble(_) => Some(plain(
            " Slack does not answer us right now: the others are told as soon as it does.",
        )),
    }
}
