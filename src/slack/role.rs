//! `/datadog incident role Communications Lead @ann`: gives a role of this channel's incident at once.

use muster_commands::PersonId;
use muster_commands::mention::Whom;
use muster_commands::responders::Moved;
use muster_commands::role::GiveRole;

use super::mentioned::whom;
use super::one_thing::OneThing;
use super::words::{Piece, Sentence, plain, strong};
use crate::bot::Bot;
use crate::domain::{Assign, By, Decision, Incident, Settings, TeamRole, role};
use crate::error::{Error, Result};
use crate::store::Compared;

/// A role that can be given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Role {
    /// The one who leads.
    Commander,
    /// A role of the team.
    Team(TeamRole),
    /// Everybody else who takes part.
    Responder,
}

impl OneThing for GiveRole {
    type Wanted = (Role, PersonId);

    fn named(&self) -> Option<&Whom> {
        self.whom.as_ref()
    }

    async fn read(&self, bot: &Bot, asker: &PersonId) -> Result<Self::Wanted> {
        read(bot, asker, self).await
    }

    fn decide((role, person): &Self::Wanted, incident: &Incident, by: &By) -> Decision {
        incident.assign(&role.to(person), by)
    }

    fn told(&self, _: &Bot, (role, person): &Self::Wanted, done: &Compared) -> Sentence {
        told(role, person, done)
    }
}

/// Gives the role and the person who are meant.
async fn read(bot: &Bot, asker: &PersonId, given: &GiveRole) -> Result<(Role, PersonId)> {
    let settings = bot.store.settings().await?;
    let role = Role::called(&given.role, &settings)?;
    let Some(who) = &given.whom else {
        return Err(Error::Refused(format!(
            "Who is to have the role {}? Type {} incident role {} @ann, for example.",
            role.name(),
            bot.settings.command,
            role.name()
        )));
    };
    let person = whom(bot, who, asker, settings.guests()).await?;
    Ok((role, person))
}

impl Role {
    /// Gives the role that is called so, or begins so, if only one does.
    fn called(said: &str, settings: &Settings) -> Result<Self> {
        let team = settings.roles.iter().cloned().map(Self::Team);
        let roles: Vec<Self> = [Self::Commander]
            .into_iter()
            .chain(team)
            .chain([Self::Responder])
            .collect();
        let said_short = said.to_lowercase();
        let is_called = |role: &&Self| role.names().contains(&said_short);
        let begins = |role: &&Self| role.name().to_lowercase().starts_with(&said_short);
        if let Some(role) = roles.iter().find(is_called) {
            return Ok(role.clone());
        }
        let beginning: Vec<&Self> = roles.iter().filter(begins).collect();
        match beginning.as_slice() {
            [role] if !said.is_empty() => Ok((*role).clone()),
            _ => Err(unknown(said, &roles)),
        }
    }

    /// Gives what the role is called.
    fn name(&self) -> &str {
        match self {
            Self::Commander => role::COMMANDER,
            Self::Team(team) => &team.name,
            Self::Responder => role::RESPONDER,
        }
    }

    /// Gives all that the role may be called, in small letters.
    fn names(&self) -> Vec<String> {
        let short: &[&str] = match self {
            Self::Commander => &["commander", "ic"],
            Self::Team(_) | Self::Responder => &[],
        };
        let short = short.iter().map(|name| (*name).to_owned());
        [self.name().to_lowercase()]
            .into_iter()
            .chain(short)
            .collect()
    }

    /// Gives the request that gives the role to somebody.
    fn to(&self, person: &PersonId) -> Assign {
        let mut request = Assign::default();
        let moved = Moved {
            added: vec![person.clone()],
            removed: Vec::new(),
        };
        match self {
            Self::Commander => request.commander = Some(person.clone()),
            Self::Team(role) => request.roles.push((role.clone(), moved)),
            Self::Responder => request.responders = moved,
        }
        request
    }

    /// Says whether somebody has the role.
    fn is_of(&self, person: &PersonId, incident: &Incident) -> bool {
        match self {
            Self::Commander => incident.commander == *person,
            Self::Team(role) => incident.holders(&role.name).any(|holder| holder == person),
            Self::Responder => incident.people().any(|known| known == person),
        }
    }
}

/// Says which roles there are.
fn unknown(said: &str, roles: &[Role]) -> Error {
    let known: Vec<&str> = roles.iter().map(Role::name).collect();
    let known = known.join(", ");
    Error::Refused(if said.is_empty() {
        format!("Which role? Choose one of: {known}.")
    } else {
        format!("“{said}” is no role that I know. Choose one of: {known}.")
    })
}

/// Says who has the role now, or that they had it already.
fn told(role: &Role, person: &PersonId, done: &Compared) -> Sentence {
    let had_it = done
        .before
        .as_ref()
        .is_some_and(|before| role.is_of(person, before));
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
