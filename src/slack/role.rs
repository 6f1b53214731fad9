//! `/datadog incident role Communications Lead @ann`: which roles there are, and what is said of who has one.

use muster_commands::PersonId;
use muster_commands::mention::Whom;
use muster_commands::responders::Moved;
use muster_commands::role::{ChangeRole, Holders};

use super::mentioned::{anybody, whom};
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
    type Wanted = (Role, Way);

    fn named(&self) -> Option<&Whom> {
        self.holders.named()
    }

    async fn read(&self, bot: &Bot, asker: &PersonId) -> Result<Self::Wanted> {
        let settings = bot.store.settings().await?;
        let role = Role::called(&self.role, &settings)?;
        role.can_go(bot, &self.holders)?;
        let way = match &self.holders {
            Holders::With(who) => Way::To(whom(bot, who, asker, settings.guests()).await?),
            Holders::Without(who) => Way::From(anybody(bot, who, asker).await?),
            Holders::Nobody | Holders::Unsaid => Way::FromAll,
        };
        Ok((role, way))
    }

    fn decide((role, way): &Self::Wanted, incident: &Incident, by: &By) -> Decision {
        incident.assign(&role.goes(way, incident), by)
    }

    fn told(&self, _: &Bot, (role, way): &Self::Wanted, done: &Compared) -> Sentence {
        match way {
            Way::To(person) => told_given(role, person, done),
            Way::From(person) => told_taken(role, person, done),
            Way::FromAll => told_free(role, done),
        }
    }
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

    /// Sees that the role can go where it is to go.
    fn can_go(&self, bot: &Bot, holders: &Holders) -> Result<()> {
        let (name, command) = (self.name(), &bot.settings.command);
        Err(Error::Refused(match (self, holders) {
            (_, Holders::Unsaid) => format!(
                "Who is to have the role {name}? Type {command} incident role {name} @ann, for example."
            ),
            (Self::Commander, Holders::Without(_) | Holders::Nobody) => format!(
                "An incident needs a commander. {command} incident commander @ann, for example, makes somebody \
                 else lead it."
            ),
            (Self::Responder, Holders::Nobody) => format!(
                "Everybody who takes part is a responder. Type {command} incident role {name} remove @ann, for \
                 example."
            ),
            (_, Holders::With(_)) | (Self::Responder, Holders::Without(_)) | (Self::Team(_), _) => {
                return Ok(());
            }
        }))
    }

    /// Gives the request that gives the role to somebody, or takes it away.
    fn goes(&self, way: &Way, incident: &Incident) -> Assign {
        let (added, removed) = match way {
            Way::To(person) => (vec![person.clone()], Vec::new()),
            Way::From(person) => (Vec::new(), vec![person.clone()]),
            Way::FromAll => (Vec::new(), incident.holders(self.name()).cloned().collect()),
        };
        let mut request = Assign::default();
        match self {
            Self::Commander => request.commander = added.into_iter().next(),
            Self::Team(role) => request.roles.push((role.clone(), Moved { added, removed })),
            Self::Responder => request.responders = Moved { added, removed },
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
fn told_given(role: &Role, person: &PersonId, done: &Compared) -> Sentence {
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
fn told_taken(role: &Role, person: &PersonId, done: &Compared) -> Sentence {
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
fn told_free(role: &Role, done: &Compared) -> Sentence {
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
