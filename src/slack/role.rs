//! `/datadog incident role Communications Lead @ann`: which roles there are, and what is said of who has one.

use muster_commands::PersonId;
use muster_commands::role::{ChangeRole, Holders};

use super::mentioned::{anybody, whom};
use super::one_thing::OneThing;
use super::words::{Piece, Sentence, plain, strong};
use crate::bot::Bot;
use crate::domain::{By, Decision, Incident, Seat, Settings};
use crate::error::{Error, Result};
use crate::store::Compared;

/// To whom a role goes, or from whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// It is given to this person.
    To(PersonId),
    /// It is taken from this person.
    From(PersonId),
    /// It is taken from whoever has it.
    FromAll,
}

impl OneThing for ChangeRole {
    type Wanted = (Seat, Way);

    async fn read(&self, bot: &Bot, asker: &PersonId) -> Result<Self::Wanted> {
        let settings = bot.store.settings().await?;
        let role = role_called(&self.role, &settings)?;
        can_go(&role, bot, &self.holders)?;
        let way = match &self.holders {
            Holders::With(who) => Way::To(whom(bot, who, asker, settings.guests()).await?),
            Holders::Without(who) => Way::From(anybody(bot, who, asker).await?),
            Holders::Nobody | Holders::Unsaid => Way::FromAll,
        };
        Ok((role, way))
    }

    fn seated((role, way): &Self::Wanted) -> Option<(Seat, PersonId)> {
        match way {
            Way::To(person) => Some((role.clone(), person.clone())),
            Way::From(_) | Way::FromAll => None,
        }
    }

    fn decide((role, way): &Self::Wanted, incident: &Incident, by: &By) -> Decision {
        let (added, removed) = match way {
            Way::To(person) => (vec![person.clone()], Vec::new()),
            Way::From(person) => (Vec::new(), vec![person.clone()]),
            Way::FromAll => (Vec::new(), incident.holders(role.name()).cloned().collect()),
        };
        incident.assign(&role.goes(added, removed), by)
    }

    fn told(&self, _: &Bot, (role, way): &Self::Wanted, done: &Compared) -> Sentence {
        match way {
            Way::To(person) => told_given(role, person, done),
            Way::From(person) => told_taken(role, person, done),
            Way::FromAll => told_free(role, done),
        }
    }
}

/// Gives the role that is called so, or begins so, if only one does.
fn role_called(said: &str, settings: &Settings) -> Result<Seat> {
    let team = settings.roles.iter().cloned();
    let roles: Vec<Seat> = [Seat::Commander]
        .into_iter()
        .chain(team.map(|role| Seat::Role { role }))
        .chain([Seat::Responder])
        .collect();
    let said_short = said.to_lowercase();
    let is_called = |role: &&Seat| names(role).contains(&said_short);
    let begins = |role: &&Seat| role.name().to_lowercase().starts_with(&said_short);
    if let Some(role) = roles.iter().find(is_called) {
        return Ok(role.clone());
    }
    let beginning: Vec<&Seat> = roles.iter().filter(begins).collect();
    match beginning.as_slice() {
        [role] if !said.is_empty() => Ok((*role).clone()),
        _ => Err(unknown(said, &roles)),
    }
}

/// Gives all that a role may be called, in small letters.
fn names(role: &Seat) -> Vec<String> {
    let short: &[&str] = match role {
        Seat::Commander => &["commander", "ic"],
        Seat::Role { .. } | Seat::Responder => &[],
    };
    let short = short.iter().map(|name| (*name).to_owned());
    [role.name().to_lowercase()]
        .into_iter()
        .chain(short)
        .collect()
}

/// Sees that a role can go where it is to go.
fn can_go(role: &Seat, bot: &Bot, holders: &Holders) -> Result<()> {
    let (name, command) = (role.name(), &bot.settings.command);
    Err(Error::Refused(match (role, holders) {
        (_, Holders::Unsaid) => format!(
            "Who is to have the role {name}? Type {command} incident role {name} @ann, for example."
        ),
        (Seat::Commander, Holders::Without(_) | Holders::Nobody) => format!(
            "An incident needs a commander. {command} incident commander @ann, for example, makes somebody \
             else lead it."
        ),
        (Seat::Responder, Holders::Nobody) => format!(
            "Everybody who takes part is a responder. Type {command} incident role {name} remove @ann, for \
             example."
        ),
        (_, Holders::With(_)) | (Seat::Responder, Holders::Without(_)) | (Seat::Role { .. }, _) => {
            return Ok(());
        }
    }))
}

/// Says which roles there are.
fn unknown(said: &str, roles: &[Seat]) -> Error {
    let known: Vec<&str> = roles.iter().map(Seat::name).collect();
    let known = known.join(", ");
    Error::Refused(if said.is_empty() {
        format!("Which role? Choose one of: {known}.")
    } else {
        format!("“{said}” is no role that I know. Choose one of: {known}.")
    })
}

/// Says who has the role now, or that they had it already.
fn told_given(role: &Seat, person: &PersonId, done: &Compared) -> Sentence {
    let before = done.before.as_ref();
    let had_it = before.is_some_and(|before| role.is_of(person, before));
    let end = if had_it {
        " already. Nothing was changed."
    } else {
        " now."
    };
    vec![
        // What only one person sees notifies nobody.
        Piece::Called(person.clone()),
        plain(" has the role "),
        strong(role.name()),
        plain(format!(" in {}{end}", done.now.id)),
    ]
}

/// Says who no longer has the role, or why nothing was changed.
fn told_taken(role: &Seat, person: &PersonId, done: &Compared) -> Sentence {
    let before = done.before.as_ref();
    let had_it = before.is_none_or(|before| role.is_of(person, before));
    let id = done.now.id;
    let (says, end) = match (had_it, role.is_of(person, &done.now)) {
        (true, false) => (" no longer has the role ", "."),
        (false, _) => (" does not have the role ", ". Nothing was changed."),
        (true, true) => {
            let takes_part =
                format!(" has another role in {id}, and so takes part. Nothing was changed.");
            return vec![Piece::Called(person.clone()), plain(takes_part)];
        }
    };
    vec![
        Piece::Called(person.clone()),
        plain(says),
        strong(role.name()),
        plain(format!(" in {id}{end}")),
    ]
}

/// Says that nobody has the role now, or that nobody had it.
fn told_free(role: &Seat, done: &Compared) -> Sentence {
    let had_one = |before: &Incident| before.holders(role.name()).next().is_some();
    let end = match &done.before {
        Some(before) if !had_one(before) => " already. Nothing was changed.",
        Some(_) | None => " now.",
    };
    vec![
        plain("Nobody has the role "),
        strong(role.name()),
        plain(format!(" in {}{end}", done.now.id)),
    ]
}
