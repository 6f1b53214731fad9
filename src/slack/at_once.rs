//! `/datadog incident severity SEV-2`, `status stable`, `resolve`, `title …`, `commander @ann`: one thing
//! of this channel's incident changed at once, and one line to the person who asked.

use muster_commands::at_once::AtOnce;
use muster_commands::slash::split;
use muster_commands::update::Update;
use muster_commands::{PersonId, Status, UnknownWord, title_trouble};

use super::asked::{Typed, answer_beside};
use super::cards;
use super::listener::Reply;
use super::meet::learn;
use super::mentioned::{stranger, whom};
use super::words::{Piece, Sentence, plain, strong};
use crate::bot::{Bot, SlackState};
use crate::domain::{By, Incident};
use crate::error::{Error, Result};
use crate::store::{Compared, Key};

/// Typed: changes that one thing, once, and says what changed. Whoever is named and we never met is asked
/// after first.
///
/// # Errors
/// As [`change_now`].
pub async fn typed(bot: &Bot, typed: Typed, change: AtOnce) -> Result<Reply> {
    let named = match &change {
        AtOnce::Commander(whom) => whom.as_ref(),
        AtOnce::Severity(_) | AtOnce::Status(_) | AtOnce::Title(_) => None,
    };
    let Some(stranger) = stranger(bot, named).await? else {
        return change_now(bot, typed, change).await;
    };
    let (asking, address) = (bot.clone(), typed.response_url.clone());
    Ok(answer_beside(bot, address, async move {
        learn(&asking, stranger).await;
        change_now(&asking, typed, change).await
    }))
}

/// Changes that one thing, once, and says what changed.
///
/// # Errors
/// [`Error::Refused`], in a line: outside an incident's channel, or when what was typed is nothing that it
/// could be changed to. Otherwise when it could not be stored.
async fn change_now(bot: &Bot, typed: Typed, change: AtOnce) -> Result<Reply> {
    let viewer = typed.viewer();
    let channel = typed.channel.clone();
    let found = bot
        .store
        .incident_of_channel(viewer.clone(), channel)
        .await?;
    let Some(incident) = found else {
        return Err(elsewhere(bot, &typed));
    };
    let request = match request(bot, &typed.person, &change).await {
        Ok(request) => request,
        Err(Error::Refused(why)) => {
            return Err(Error::Refused(format!("{why}{}", or_title(bot, &typed))));
        }
        Err(error) => return Err(error),
    };
    let by = By::new(typed.person, bot.clock.now());
    let key = Key::command(&typed.trigger);
    let done = bot
        .store
        .change_comparing(viewer, incident.id, key, move |incident| {
            incident.update(request, &by)
        })
        .await?;
    let mut sentence = told(&change, &done);
    sentence.extend(later(bot));
    Ok(Reply::Ephemeral(cards::line(sentence)))
}

/// Gives what is said to whoever types in another channel what is about an incident's own.
pub(super) fn elsewhere(bot: &Bot, typed: &Typed) -> Error {
    Error::Refused(format!(
        "This changes the incident of the channel in which it is typed, and this is no incident’s \
         channel.{}",
        or_title(bot, typed)
    ))
}

/// Gives how to say that what was typed is the title of a new incident.
pub(super) fn or_title(bot: &Bot, typed: &Typed) -> String {
    let (word, rest) = split(&typed.text);
    let title = muster_commands::typed_text::as_typed(rest);
    format!(
        " If it is the title of a new incident, type {} {word} \"{}\".",
        bot.settings.command,
        muster_commands::limits::cut(&title, 100)
    )
}

/// Gives that Slack tells the others later, if it does not answer us now.
pub(super) fn later(bot: &Bot) -> Option<Piece> {
    match bot.state.slack() {
        SlackState::Unknown | SlackState::Reached => None,
        SlackState::Trouble(_) => Some(plain(
            " Slack does not answer us right now: the others are told as soon as it does.",
        )),
    }
}

/// Gives what is to be changed, or says what there is to choose from.
async fn request(bot: &Bot, asker: &PersonId, change: &AtOnce) -> Result<Update> {
    let settings = bot.store.settings().await?;
    let mut update = Update::default();
    match change {
        AtOnce::Severity(said) => {
            let severity = settings.scale().read(said);
            update.severity = Some(severity.map_err(|unknown| refused(&unknown))?);
        }
        AtOnce::Status(said) => {
            let status = Status::read(said, &settings.statuses());
            update.status = Some(status.map_err(|unknown| refused(&unknown))?);
        }
        AtOnce::Title(title) => {
            let title = title.replace(['\r', '\n'], " ");
            if let Some(trouble) = title_trouble(&title) {
                let example = example(bot, change);
                return Err(Error::Refused(format!("{trouble} {example}")));
            }
            update.title = Some(title);
        }
        AtOnce::Commander(None) => {
            let example = example(bot, change);
            return Err(Error::Refused(format!("Who is to lead? {example}")));
        }
        AtOnce::Commander(Some(who)) => {
            update.commander = Some(whom(bot, who, asker, settings.guests()).await?);
        }
    }
    Ok(update)
}

fn example(bot: &Bot, change: &AtOnce) -> String {
    format!(
        "Type {} {}, for example.",
        bot.settings.command,
        change.example()
    )
}

/// Says which words there are.
fn refused(unknown: &UnknownWord) -> Error {
    let UnknownWord { kind, said, known } = unknown;
    Error::Refused(if said.is_empty() {
        format!("Which {kind}? Choose one of: {known}.")
    } else {
        unknown.to_string()
    })
}

/// Says what was changed, or that it is so already.
fn told(change: &AtOnce, done: &Compared) -> Sentence {
    let field = change.word();
    let of = |incident: &Incident| shown(change, incident);
    let id = done.now.id;
    match &done.before {
        Some(before) if of(before) != of(&done.now) => vec![
            plain(format!("You changed the {field} of {id} from ")),
            of(before),
            plain(" to "),
            of(&done.now),
            plain("."),
        ],
        Some(_) => vec![
            plain(format!("The {field} of {id} is ")),
            of(&done.now),
            plain(" already. Nothing was changed."),
        ],
        None => vec![
            plain(format!("The {field} of {id} is ")),
            of(&done.now),
            plain("."),
        ],
    }
}

/// Gives how the thing that was asked for stands.
fn shown(change: &AtOnce, incident: &Incident) -> Piece {
    match change {
        AtOnce::Severity(_) => strong(incident.severity.as_str()),
        AtOnce::Status(_) => strong(incident.status.shown()),
        AtOnce::Title(_) => plain(format!("“{}”", incident.title)),
        // What only one person sees notifies nobody.
        AtOnce::Commander(_) => Piece::Called(incident.commander.clone()),
    }
}
