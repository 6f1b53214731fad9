//! What a person is told directly, in a message that only they get.

use muster_commands::PersonId;
use serde::{Deserialize, Serialize};

use super::{By, Change, ChannelState, Effect, Incident, Line, Mended, Moment, TaskRef, role};

/// What a person is told directly. What concerns one person of one incident and waits together goes out in
/// one message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "note", rename_all = "snake_case")]
pub enum Note {
    /// They were given a role.
    RoleGiven {
        /// Who gave it.
        by: PersonId,
        /// What the role is called.
        role: String,
        /// What it is about; may be empty.
        description: String,
    },
    /// They were given a task.
    TaskGiven {
        /// Who gave it.
        by: PersonId,
        /// Which one.
        task: TaskRef,
        /// Until when; `None` if it may take any time.
        due_at: Option<Moment>,
    },
    /// A task of theirs is overdue.
    TaskOverdue {
        /// Which one.
        task: TaskRef,
        /// Since when.
        due_at: Moment,
    },
    /// What they had repaired.
    Repaired {
        /// What was done; nothing if nothing was missing.
        mended: Vec<Mended>,
    },
    /// Something was announced of an incident that they subscribed to.
    Announced {
        /// What happened.
        line: Line,
    },
}

/// A note that waits until it is known what becomes of the incident's channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingNote {
    /// Whom it is for.
    pub person: PersonId,
    /// What it says.
    pub note: Note,
}

impl Note {
    /// Gives everybody whom it names.
    pub fn people(&self) -> Vec<&PersonId> {
        match self {
            Self::RoleGiven { by, .. } | Self::TaskGiven { by, .. } => vec![by],
            Self::TaskOverdue { .. } | Self::Repaired { .. } => Vec::new(),
            Self::Announced { line } => line.people(),
        }
    }

    /// Says whether it is still worth telling: not of a task that somebody has no longer, or that is done.
    pub fn still_concerns(&self, person: &PersonId, incident: &Incident, now: Moment) -> bool {
        match self {
            Self::RoleGiven { .. } | Self::Announced { .. } | Self::Repaired { .. } => true,
            Self::TaskGiven { task, .. } => incident
                .task(task.number)
                .is_some_and(|task| task.done_at.is_none() && task.assignees.contains(person)),
            Self::TaskOverdue { task, .. } => incident
                .task(task.number)
                .is_some_and(|task| task.is_overdue_for(person, now)),
        }
    }

    /// Says whether it tells that this role was given.
    pub fn gives(&self, wanted: &str) -> bool {
        match self {
            Self::RoleGiven { role, .. } => role == wanted,
            Self::TaskGiven { .. }
            | Self::TaskOverdue { .. }
            | Self::Repaired { .. }
            | Self::Announced { .. } => false,
        }
    }
}

impl Change {
    /// Tells a person directly: at once, or as soon as it is known whether there is a channel to lead
    /// them to.
    pub fn tell_directly(&mut self, person: PersonId, note: Note) {
        match self.incident.channel_state {
            ChannelState::Awaited => {
                self.incident
                    .waiting_notes
                    .push(WaitingNote { person, note });
            }
            ChannelState::Open
            | ChannelState::Refused
            | ChannelState::Archived
            | ChannelState::Deleted => self.then(Effect::Direct { person, note }),
        }
    }

    /// Tells whoever leads now that they do, unless they took it themselves.
    pub(super) fn tell_commander(&mut self, by: &By) {
        let waiting = &mut self.incident.waiting_notes;
        waiting.retain(|waiting| !waiting.note.gives(role::COMMANDER));
        let commander = self.incident.commander.clone();
        if commander == by.person {
            return;
        }
        let note = Note::RoleGiven {
            by: by.person.clone(),
            role: role::COMMANDER.to_owned(),
            description: role::COMMANDER_IS.to_owned(),
        };
        self.tell_directly(commander, note);
    }

    /// Sends the notes that waited for the channel.
    pub(super) fn send_waiting_notes(&mut self) {
        for WaitingNote { person, note } in std::mem::take(&mut self.incident.waiting_notes) {
            self.then(Effect::Direct { person, note });
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use muster_commands::ChannelId;
    use muster_commands::update::Update;

    use super::*;
    use crate::domain::sample::incident;
    use crate::domain::{By, ChannelName, Receipt, role};

    fn commanded_by(incident: &Incident, person: &str) -> Incident {
        let request = Update {
            commander: Some(PersonId::from(person)),
            ..Update::default()
        };
        let by = By::new(PersonId::from("U0ALICE0001"), incident.declared_at);
        incident.update(request, &by).unwrap().incident
    }

    fn told(change: &Change) -> Vec<&str> {
        let people = change.effects.iter().filter_map(|effect| match effect {
            Effect::Direct { person, note } if note.gives(role::COMMANDER) => Some(person.as_str()),
            _ => None,
        });
        people.collect()
    }

    #[test]
    fn who_leads_once_there_is_a_channel_is_told_and_who_no_longer_does_is_not() {
        let incident = commanded_by(&incident("Checkout"), "U0BOB000001");
        let incident = commanded_by(&incident, "U0CHIOMA001");
        let opening = Effect::OpenChannel {
            visibility: incident.visibility,
            moved: None,
            name: ChannelName::of(&incident),
            after: None,
            declared_in: None,
        };
        let receipt = Receipt::Channel {
            id: ChannelId::from("C0INCIDENT7"),
            name: "incident-7".to_owned(),
        };
        let opened = incident.delivered(&opening, &receipt, incident.declared_at);
        let refused = incident.undelivered(&opening, 5, "", incident.declared_at);
        for change in [opened, refused] {
            assert_eq!(told(&change), ["U0CHIOMA001"]);
            assert!(change.incident.waiting_notes.is_empty());
        }
    }
}
