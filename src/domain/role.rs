//! The roles that people have in an incident: who is given one, from whom it is taken, and who is told.

use muster_commands::PersonId;
use muster_commands::responders::{MOST_IN_A_ROLE, Moved};
use muster_commands::update::Update;
use serde::{Deserialize, Serialize};

use super::{
    By, Change, ChannelState, Decision, Effect, Entry, HowMany, Incident, Line, Moment, Note,
    Refusal, TeamRole, Visibility, What,
};

/// What whoever leads is called.
pub const COMMANDER: &str = "Incident Commander";

/// What the commander is about, as they are told.
pub const COMMANDER_IS: &str = "You lead the response: decide what is done next, hand out roles, and keep \
    severity and status true.";

/// What everybody else is called who takes part.
pub const RESPONDER: &str = "Responder";

/// What a responder is about, as they are told.
pub const RESPONDER_IS: &str =
    "You help to mend it: say in the channel what you do and what you find.";

/// A role that somebody has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holding {
    /// What the role is called.
    pub role: String,
    /// Who has it.
    pub person: PersonId,
    /// Since when.
    pub given_at: Moment,
}

/// Who is to take part with which role; what is empty stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assign {
    /// Who leads from now on.
    pub commander: Option<PersonId>,
    /// The roles that change hands.
    pub roles: Vec<(TeamRole, Moved)>,
    /// Who takes part from now on, and who no longer does.
    pub responders: Moved,
}

/// What became of a role, or of somebody's taking part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "news", rename_all = "snake_case")]
pub enum RoleNews {
    /// Somebody was given a role.
    Given {
        /// What the role is called.
        role: String,
        /// Who.
        person: PersonId,
        /// Who had it before, if only one may have it.
        instead_of: Option<PersonId>,
    },
    /// A role was taken from somebody.
    Taken {
        /// What the role is called.
        role: String,
        /// From whom.
        person: PersonId,
    },
    /// Somebody takes part from now on.
    Joined {
        /// Who.
        person: PersonId,
    },
    /// Somebody no longer takes part.
    Left {
        /// Who.
        person: PersonId,
    },
}

impl RoleNews {
    /// Gives everybody whom it names.
    pub fn people(&self) -> Vec<&PersonId> {
        match self {
            Self::Given {
                person, instead_of, ..
            } => [person].into_iter().chain(instead_of).collect(),
            Self::Taken { person, .. } | Self::Joined { person } | Self::Left { person } => {
                vec![person]
            }
        }
    }
}

impl Incident {
    /// Gives roles to people, and has people take part or no longer, and tells those whom it concerns.
    ///
    /// What is already so is not told. Whoever loses a role goes on taking part.
    pub fn assign(&self, request: &Assign, by: &By) -> Decision {
        let update = Update {
            commander: request.commander.clone(),
            ..Update::default()
        };
        let mut change = self.update(update, by)?;
        let mut incident = change.incident.clone();
        incident.acted(by);
        let mut news = Vec::new();
        for (role, moved) in &request.roles {
            incident.has_room_for(role, moved)?;
            incident.reseat(role, moved, by.at, &mut news);
        }
        self.joins(&mut incident, &request.responders, by.at, &mut news);
        if news.is_empty() {
            return Ok(change);
        }
        change.incident = incident;
        for news in news {
            self.tell_of_role(&mut change, request, by, news);
        }
        if self.channel_state == ChannelState::Open {
            change.then(Effect::ShowHeader);
        }
        Ok(change)
    }

    /// Gives the people who have a role, in the order in which they were given it.
    pub fn holders<'a>(&'a self, role: &'a str) -> impl Iterator<Item = &'a PersonId> {
        let holdings = self.roles.iter().filter(move |it| it.role == role);
        holdings.map(|it| &it.person)
    }

    /// Says whether somebody leads or has another role.
    pub fn has_role(&self, person: &PersonId) -> bool {
        self.commander == *person || self.roles.iter().any(|it| it.person == *person)
    }

    /// Sees that a role has room for those who are added.
    fn has_room_for(&self, role: &TeamRole, moved: &Moved) -> Result<(), Refusal> {
        let holders: Vec<_> = self.holders(&role.name).collect();
        let new = moved
            .added
            .iter()
            .filter(|it| !holders.contains(it))
            .count();
        let is_taken = |it: &&&PersonId| moved.removed.contains(it) && !moved.added.contains(it);
        let stay = holders.len() - holders.iter().filter(is_taken).count();
        if role.people == HowMany::Several && new > 0 && stay + new > MOST_IN_A_ROLE {
            return Err(Refusal(too_many(&role.name, holders.len())));
        }
        Ok(())
    }

    /// Takes a role from some and gives it to others.
    fn reseat(&mut self, role: &TeamRole, moved: &Moved, at: Moment, news: &mut Vec<RoleNews>) {
        let name = &role.name;
        for person in &moved.added {
            if self.holders(name).any(|holder| holder == person) {
                continue;
            }
            let instead_of = match role.people {
                HowMany::One => self.holders(name).next().cloned(),
                HowMany::Several => None,
            };
            if let Some(before) = &instead_of {
                self.loses(name, before);
            }
            self.takes_part(person, at);
            self.roles.push(Holding {
                role: name.clone(),
                person: person.clone(),
                given_at: at,
            });
            news.push(RoleNews::Given {
                role: name.clone(),
                person: person.clone(),
                instead_of,
            });
        }
        for person in &moved.removed {
            if !moved.added.contains(person) && self.loses(name, person) {
                news.push(RoleNews::Taken {
                    role: name.clone(),
                    person: person.clone(),
                });
            }
        }
    }

    /// Takes a role from somebody; says whether they had it.
    fn loses(&mut self, role: &str, person: &PersonId) -> bool {
        let before = self.roles.len();
        self.roles
            .retain(|it| it.role != role || it.person != *person);
        self.roles.len() < before
    }

    /// Has people take part in what the incident becomes, or no longer; whoever has a role stays.
    fn joins(&self, becomes: &mut Self, moved: &Moved, at: Moment, news: &mut Vec<RoleNews>) {
        for person in &moved.added {
            let took_part = self.people().any(|known| known == person);
            if !took_part && !becomes.has_role(person) {
                becomes.takes_part(person, at);
                news.push(RoleNews::Joined {
                    person: person.clone(),
                });
            }
        }
        for person in &moved.removed {
            let took_part = self.people().any(|known| known == person);
            if took_part && !becomes.has_role(person) {
                becomes.responders.retain(|it| it.person != *person);
                news.push(RoleNews::Left {
                    person: person.clone(),
                });
            }
        }
    }

    /// Records what became of a role, brings people into the channel, and tells those whom it concerns.
    fn tell_of_role(&self, change: &mut Change, request: &Assign, by: &By, news: RoleNews) {
        for person in news.people() {
            change.then(Effect::LearnPerson {
                person: person.clone(),
            });
        }
        let given = match &news {
            RoleNews::Given { role, person, .. } => Some((role.as_str(), person)),
            RoleNews::Joined { person } => Some((RESPONDER, person)),
            RoleNews::Taken { .. } | RoleNews::Left { .. } => None,
        };
        if let Some((role, person)) = given {
            if self.channel_state == ChannelState::Open {
                change.then(Effect::Invite {
                    person: person.clone(),
                });
            }
            if *person != by.person {
                let note = Note::RoleGiven {
                    by: by.person.clone(),
                    role: role.to_owned(),
                    description: request.description(role),
                };
                change.tell_directly(person.clone(), note);
            }
        }
        if let RoleNews::Left { person } = &news
            && self.visibility == Visibility::Private
            && self.channel_state == ChannelState::Open
        {
            change.then(Effect::Uninvite {
                person: person.clone(),
            });
        }
        change.forget_notes_of(&news);
        let what = What::Responders { news };
        change.record(Entry::by(by, what.clone()));
        self.post(change, Line::by(by, what));
    }
}

/// Says that a role that so many people have is not given to more than can have it.
fn too_many(role: &str, have: usize) -> String {
    let have = match have {
        1 => "1 person has".to_owned(),
        many => format!("{many} people have"),
    };
    format!(
        "{have} the role {role}, and {MOST_IN_A_ROLE} is the most. Nothing was changed: take it from somebody \
         first."
    )
}

impl Assign {
    /// Gives the role that is full, if that is why an incident did not take this.
    pub fn full_role(&self, refusal: &str) -> Option<&str> {
        let mut names = self.roles.iter().map(|(role, _)| role.name.as_str());
        names.find(|name| {
            refusal.contains(&format!(
                " the role {name}, and {MOST_IN_A_ROLE} is the most"
            ))
        })
    }

    /// Gives what somebody is told of a role that they are given.
    fn description(&self, wanted: &str) -> String {
        let mut roles = self.roles.iter().map(|(role, _)| role);
        match roles.find(|role| role.name == wanted) {
            Some(role) => role.description.clone(),
            None => RESPONDER_IS.to_owned(),
        }
    }
}

impl Change {
    /// Forgets the notes that still wait to tell somebody of a role which they no longer have.
    fn forget_notes_of(&mut self, news: &RoleNews) {
        let lost = match news {
            RoleNews::Given {
                role,
                instead_of: Some(person),
                ..
            }
            | RoleNews::Taken { role, person } => (role.as_str(), person),
            RoleNews::Left { person } => (RESPONDER, person),
            RoleNews::Given {
                instead_of: None, ..
            }
            | RoleNews::Joined { .. } => return,
        };
        let (role, person) = lost;
        let waiting = &mut self.incident.waiting_notes;
        waiting.retain(|it| it.person != *person || !it.note.gives(role));
    }
}

#[cfg(test)]
mod tests;
