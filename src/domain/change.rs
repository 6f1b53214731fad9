//! What a decision says: the incident as it will be, and all that follows from it.

use muster_commands::PersonId;

use super::{
    Adjust, Announced, By, ChannelName, Effect, Entry, Incident, Line, Moment, Naming, Reminder,
    Settings, What,
};

/// What a request does, or why it does nothing.
pub type Decision = Result<Change, Refusal>;

/// A change to one incident. The store keeps all of it or nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// When it happens.
    pub at: Moment,
    /// The incident as it will be.
    pub incident: Incident,
    /// What the timeline gains.
    pub entries: Vec<Entry>,
    /// What is changed of what the timeline has.
    pub edits: Vec<Edit>,
    /// What we owe the world from now on, in order.
    pub effects: Vec<Effect>,
    /// What becomes of reminders, beyond what follows from the incident itself.
    pub reminders: Vec<(Reminder, Adjust)>,
}

impl Change {
    /// Starts a change that leaves the incident like this.
    pub fn to(incident: Incident, at: Moment) -> Self {
        Self {
            at,
            incident,
            entries: Vec::new(),
            edits: Vec::new(),
            effects: Vec::new(),
            reminders: Vec::new(),
        }
    }

    /// Adds a line to the timeline.
    pub fn record(&mut self, entry: Entry) {
        self.entries.push(entry);
    }

    /// Adds something that we owe the world.
    pub fn then(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    /// Gives it as the team works: what a channel is called, and what the global channel hears of.
    #[must_use]
    pub fn fitted(mut self, settings: &Settings) -> Self {
        let effects = std::mem::take(&mut self.effects);
        let template = &settings.channel_name;
        let called = |incident: &Incident| ChannelName::from_template(template, incident);
        for effect in effects {
            match effect {
                Effect::OpenChannel {
                    after,
                    declared_in,
                    visibility,
                    moved,
                    ..
                } => self.effects.push(Effect::OpenChannel {
                    name: called(&self.incident),
                    after,
                    declared_in,
                    visibility,
                    moved,
                }),
                Effect::RenameChannel {
                    naming: Naming::Changed,
                    ..
                } if !self.incident.calls_for(&called(&self.incident)) => {}
                Effect::Reply { line } => {
                    if let Some(line) = announced(line, settings) {
                        let told = self.incident.told_to_subscribers(&line);
                        self.effects.push(Effect::Reply { line });
                        self.effects.extend(told);
                    }
                }
                other => self.effects.push(other),
            }
        }
        self
    }
}

/// Gives as much of a line as the global channel hears of.
fn announced(mut line: Line, settings: &Settings) -> Option<Line> {
    if let What::Declared { .. } = line.what {
        return Some(line).filter(|_| settings.announced.contains(&Announced::Declared));
    }
    if let What::Changed { changes } = &mut line.what {
        changes.retain(|change| settings.announces(change));
        if changes.is_empty() {
            return None;
        }
    }
    Some(line)
}

/// A change of one entry that is on the timeline already. What was there before is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The entry.
    pub entry: i64,
    /// What becomes of it.
    pub outcome: Outcome,
}

/// What becomes of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It says this, at this time.
    Rewritten {
        /// What it tells.
        what: What,
        /// When that happened.
        happened_at: Moment,
        /// Who rewrote it.
        by: PersonId,
    },
    /// It is important, or no longer.
    Flagged(bool),
    /// It is taken off the timeline.
    Removed {
        /// Who did it; `None` if its message was deleted.
        by: Option<PersonId>,
    },
}

impl Edit {
    /// Has an entry say something else.
    pub fn rewrite(entry: i64, what: What, happened_at: Moment, by: &By) -> Self {
        let by = by.person.clone();
        let outcome = Outcome::Rewritten {
            what,
            happened_at,
            by,
        };
        Self { entry, outcome }
    }

    /// Flags an entry as important, or takes that back.
    pub fn flag(entry: i64, is_important: bool) -> Self {
        let outcome = Outcome::Flagged(is_important);
        Self { entry, outcome }
    }

    /// Takes an entry off the timeline.
    pub fn remove(entry: i64, by: Option<PersonId>) -> Self {
        let outcome = Outcome::Removed { by };
        Self { entry, outcome }
    }
}

/// Why a request is not carried out, in words for the person who asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal(pub String);
