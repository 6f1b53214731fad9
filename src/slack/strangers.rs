//! What a person asks for about somebody whom we never met, and what they are told of it.
//!
//! What is typed and gives one person a role is stored as it was asked, and done once Slack said who that is: an
//! app, a guest or somebody who left is refused, and never told or brought in. A form and a task say more than
//! that one name, so they are stored at once, by the person's id, with whatever else they say; whoever sent them
//! is told if the person turns out to be one who cannot take part.

use muster_commands::form::FieldErrors;
use muster_commands::{IncidentId, PersonId};

use super::asked::{Typed, tell_person};
use super::cards;
use super::client::Message;
use super::listener::Reply;
use super::meet::meet;
use super::mentioned::{can_take_part, is_stranger};
use super::words::{Piece, plain, strong};
use crate::bot::{Bot, SlackState};
use crate::domain::{Became, By, Incident, Moment, Place, Seat, Stranger};
use crate::error::{Error, Result};
use crate::store::Facts;

/// An answer that comes later than that says what it was that was asked.
const LATE: chrono::Duration = chrono::Duration::minutes(1);

/// Stores what was typed about somebody whom we never met: it is done once Slack said who they are.
///
/// # Errors
/// [`Error::Refused`] with what would be refused of anybody, or that it could not be stored.
pub async fn asks_after(
    bot: &Bot,
    typed: Typed,
    incident: IncidentId,
    (seat, person): (Seat, PersonId),
) -> Result<Reply> {
    let stranger = Stranger {
        person: person.clone(),
        seat: Some(seat),
        by: typed.person.clone(),
        at: bot.clock.now(),
        place: typed.asked_in(),
    };
    let (viewer, key) = (typed.viewer(), typed.key());
    let asks = move |incident: &Incident| incident.asks_after(stranger);
    bot.store.change(viewer, incident, key, asks).await?;
    Ok(match bot.state.slack() {
        // The answer comes as soon as Slack said who they are, or says that it takes longer.
        SlackState::Unknown | SlackState::Reached => Reply::Nothing,
        SlackState::Trouble(_) => Reply::Ephemeral(waits(&person)),
    })
}

/// Gives those of some people whom we never met, when what is asked of them is stored by their ids: whoever
/// named them is told if one of them cannot take part. They are asked after beside that at once, so that what is
/// said of them says their names.
///
/// # Errors
/// When the store cannot be read.
pub async fn among(
    bot: &Bot,
    people: impl IntoIterator<Item = &PersonId>,
    (by, place): (&By, &Place),
) -> Result<Vec<Stranger>> {
    let mut strangers: Vec<Stranger> = Vec::new();
    for person in people {
        if strangers.iter().all(|it| it.person != *person) && is_stranger(bot, person).await? {
            meet(bot, person.clone());
            strangers.push(by_id(person, (by, place)));
        }
    }
    Ok(strangers)
}

/// A person whom a form names in one of its fields.
pub struct Named {
    field: &'static str,
    stranger: Stranger,
    is_us: bool,
}

impl Named {
    /// Gives whom a form names in a field, and who sent it from where.
    pub fn new(bot: &Bot, (field, person): (&'static str, &PersonId), sent: (&By, &Place)) -> Self {
        Self {
            field,
            stranger: by_id(person, sent),
            is_us: bot.state.is_us(person),
        }
    }

    /// Sees that they can take part, as far as we know in the moment of the decision; gives them back if we never
    /// met them.
    ///
    /// # Errors
    /// Why they cannot, under the field; or when the store cannot be read.
    pub fn stranger(self, facts: &Facts<'_>) -> Result<Option<Stranger>> {
        let known = facts.person(&self.stranger.person)?;
        match can_take_part(known, facts.settings()?.guests(), self.is_us) {
            Ok(is_stranger) => Ok(is_stranger.then_some(self.stranger)),
            Err(Error::Refused(why)) => Err(FieldErrors::one(self.field, why).into()),
            Err(other) => Err(other),
        }
    }
}

fn by_id(person: &PersonId, (by, place): (&By, &Place)) -> Stranger {
    Stranger {
        person: person.clone(),
        seat: None,
        by: by.person.clone(),
        at: by.at,
        place: place.clone(),
    }
}

/// Tells whoever waits that it takes longer. It is stored, and they are told what becomes of it: so this is
/// not kept.
pub fn tell_that_it_waits(bot: &Bot, stranger: &Stranger) {
    let address = stranger.place.response_url.clone();
    tell_person(bot, address, stranger.by.clone(), waits(&stranger.person));
}

fn waits(person: &PersonId) -> Message {
    cards::line(vec![
        plain("I have not met "),
        Piece::Called(person.clone()),
        plain(
            " yet, and Slack does not say right now who that is. What you asked is stored: it is done as soon \
             as Slack says so, and you are told. There is nothing more to do here.",
        ),
    ])
}

/// Gives what whoever named somebody is told of what became of it.
pub fn told(stranger: &Stranger, became: &Became, id: IncidentId, now: Moment) -> Message {
    // What only one person sees notifies nobody.
    let called = Piece::Called(stranger.person.clone());
    let role = stranger.seat.as_ref().map_or("", Seat::name);
    let has_it = |end: &str| {
        vec![
            called.clone(),
            plain(" has the role "),
            strong(role),
            plain(format!(" in {id} {end}")),
        ]
    };
    cards::line(match became {
        Became::Seated {
            instead_of: Some(before),
        } => vec![
            plain(format!("You changed the commander of {id} from ")),
            Piece::Called(before.clone()),
            plain(" to "),
            called,
            plain("."),
        ],
        Became::Seated { instead_of: None } => has_it("now."),
        Became::Already => has_it("already. Nothing was changed."),
        Became::Refused { why } if stranger.seat.is_none() => vec![
            plain(format!("{why} What you stored of {id} still names ")),
            called,
            plain("."),
        ],
        Became::Refused { why } if now.since(stranger.at) < LATE => vec![plain(why.clone())],
        Became::Refused { why } => vec![
            plain("You asked for "),
            called,
            plain(" to have the role "),
            strong(role),
            plain(format!(" in {id}. That was not done. {why}")),
        ],
    })
}
