//! Who is meant by a mention: found among the people whom the store knows, so that no call to Slack stands
//! between a person and the answer.

use muster_commands::PersonId;
use muster_commands::mention::{Mention, Whom};

use crate::bot::Bot;
use crate::domain::{Called, Guests, Person, called};
use crate::error::{Error, Result};

/// Gives the person who is meant, if they can take part.
///
/// # Errors
/// [`Error::Refused`], in a line: nobody or several are called so, with those who nearly are; or the one
/// who is meant cannot take part. Otherwise when the store cannot be read.
pub async fn mentioned(bot: &Bot, mention: &Mention, guests: Guests) -> Result<PersonId> {
    let id = found(bot, mention).await?;
    takes_part(bot, &id, guests).await?;
    Ok(id)
}

/// Gives the person who is meant, whether they can take part or not.
///
/// # Errors
/// [`Error::Refused`], in a line: nobody or several are called so, with those who nearly are. Otherwise when
/// the store cannot be read.
async fn found(bot: &Bot, mention: &Mention) -> Result<PersonId> {
    match mention {
        Mention::Id(id) => Ok(id.clone()),
        Mention::Name(name) => {
            let people = bot.store.people().await?;
            match called(name, &people) {
                Called::One(person) => Ok(person.id.clone()),
                Called::Several(people) => Err(Error::Refused(format!(
                    "Several people are called “{name}”: {}. Type one of these, or choose from the list that \
                     Slack shows as you type @.",
                    listed(&people)
                ))),
                Called::Nobody(near) if near.is_empty() => Err(Error::Refused(format!(
                    "I know nobody called “{name}”. Choose from the list that Slack shows as you type @."
                ))),
                Called::Nobody(near) => Err(Error::Refused(format!(
                    "I know nobody called “{name}”. Do you mean {}? Or choose from the list that Slack shows \
                     as you type @.",
                    listed(&near)
                ))),
            }
        }
    }
}

/// Gives the person who is meant, who may be the one who asks.
///
/// # Errors
/// As [`mentioned`].
pub async fn whom(bot: &Bot, whom: &Whom, asker: &PersonId, guests: Guests) -> Result<PersonId> {
    match whom {
        Whom::Me => Ok(asker.clone()),
        Whom::Mentioned(mention) => mentioned(bot, mention, guests).await,
    }
}

/// Gives the person who is meant, who may be the one who asks, and may no longer be able to take part.
///
/// # Errors
/// [`Error::Refused`], in a line, when nobody or several are called so. Otherwise when the store cannot be
/// read.
pub async fn anybody(bot: &Bot, whom: &Whom, asker: &PersonId) -> Result<PersonId> {
    match whom {
        Whom::Me => Ok(asker.clone()),
        Whom::Mentioned(mention) => found(bot, mention).await,
    }
}

/// Says whether we never met somebody.
///
/// # Errors
/// When the store cannot be read.
pub async fn is_stranger(bot: &Bot, id: &PersonId) -> Result<bool> {
    Ok(bot.store.person(id.clone()).await?.is_none())
}

/// Sees that somebody can take part, as far as we know; says whether we never met them: then they are asked after
/// once what is asked is stored.
///
/// # Errors
/// [`Error::Refused`] with why they cannot, or when the store cannot be read.
pub async fn takes_part(bot: &Bot, id: &PersonId, guests: Guests) -> Result<bool> {
    let known = bot.store.person(id.clone()).await?;
    can_take_part(known.map(|(person, _)| person), guests, bot.state.is_us(id))
}

/// Sees that somebody can take part of whom we know this; says whether we never met them.
///
/// # Errors
/// [`Error::Refused`] with why they cannot.
pub fn can_take_part(known: Option<Person>, guests: Guests, is_us: bool) -> Result<bool> {
    match known {
        Some(person) => {
            person.can_take_part(guests)?;
            Ok(false)
        }
        None if is_us => Err(Error::Refused(
            "That is me, and I cannot take part. Choose a person.".to_owned(),
        )),
        None => Ok(true),
    }
}

/// Gives people as they can be typed, with what they are called.
fn listed(people: &[&Person]) -> String {
    let one = |person: &&Person| match (&person.handle, &person.name) {
        (handle, name) if handle.is_empty() => format!("@{name}"),
        (handle, name) if handle.to_lowercase() == name.to_lowercase() => format!("@{handle}"),
        (handle, name) => format!("@{handle} ({name})"),
    };
    let all: Vec<String> = people.iter().map(one).collect();
    all.join(", ")
}
