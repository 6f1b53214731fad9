//! What a decision says: the incident as it will be, and all that follows from it.

use super::{Effect, Entry, Incident, Moment};

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
    /// What we owe the world from now on, in order.
    pub effects: Vec<Effect>,
}

impl Change {
    /// Starts a change that leaves the incident like this.
    pub fn to(incident: Incident, at: Moment) -> Self {
        Self {
            at,
            incident,
            entries: Vec::new(),
            effects: Vec::new(),
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
}

/// Why a request is not carried out, in words for the person who asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal(pub String);
