//! Pins on messages: a pin puts a message on the timeline, and the last one that is taken away takes it off.

use muster_commands::pin::Pin;

use super::{
    Author, By, Change, Edit, Effect, Entry, Incident, KeptEntry, MessageRef, Moment, What,
};

impl Incident {
    /// Puts a message on the timeline because somebody pinned it. What it says is asked for: Slack tells
    /// only which message it is.
    pub fn pinned(&self, pin: &Pin, now: Moment) -> Change {
        let by = By::new(pin.person.clone(), now);
        let mut incident = self.clone();
        incident.acted(&by);
        let author = pin
            .author
            .clone()
            .map_or_else(|| Author::App("an app".to_owned()), Author::Person);
        let mut change = Change::to(incident, now);
        if let Author::Person(person) = &author {
            change.then(Effect::LearnPerson {
                person: person.clone(),
            });
        }
        change.then(Effect::Mark {
            channel: pin.channel.clone(),
            ts: pin.ts.clone(),
        });
        change.then(Effect::ReadMessage {
            channel: pin.channel.clone(),
            ts: pin.ts.clone(),
        });
        change.record(Entry {
            author: Some(author),
            what: What::Message {
                text: String::new(),
            },
            happened_at: Moment::of_message(pin.ts.as_str()).unwrap_or(now),
            recorded_at: now,
            recorded_by: Some(pin.person.clone()),
            message: Some(MessageRef {
                channel: pin.channel.clone(),
                ts: pin.ts.clone(),
                permalink: String::new(),
                said_at: None,
            }),
        });
        change
    }

    /// Takes a message off the timeline because nobody pins it any more.
    pub fn unpinned(&self, kept: &KeptEntry, pin: &Pin, now: Moment) -> Change {
        let by = By::new(pin.person.clone(), now);
        let mut incident = self.clone();
        incident.acted(&by);
        let mut change = Change::to(incident, now);
        change
            .edits
            .push(Edit::remove(kept.id, Some(pin.person.clone())));
        change.then(Effect::Unmark {
            channel: pin.channel.clone(),
            ts: pin.ts.clone(),
        });
        change
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Owed;
    use crate::domain::sample::in_its_channel;

    fn pin() -> Pin {
        Pin {
            channel: "C0INCIDENT7".into(),
            ts: "1795440000.000100".into(),
            person: "U0BOB000001".into(),
            author: Some("U0CHIOMA001".into()),
            told_at: "1795440009.000100".into(),
        }
    }

    #[test]
    fn a_pinned_message_has_its_own_author_and_time_and_its_text_is_asked_for() {
        let incident = in_its_channel("");
        let change = incident.pinned(&pin(), incident.declared_at);
        let entry = &change.entries[0];
        assert_eq!(entry.author, Some(Author::Person("U0CHIOMA001".into())));
        assert_eq!(entry.happened_at, Moment::from_epoch_seconds(1_795_440_000));
        assert_eq!(entry.recorded_by, Some("U0BOB000001".into()));
        let owed: Vec<_> = change.effects.iter().map(Effect::owed).collect();
        assert_eq!(owed, [Owed::LearnPerson, Owed::Mark, Owed::ReadMessage]);
    }

    #[test]
    fn the_mark_goes_with_the_entry() {
        let incident = in_its_channel("");
        let kept = KeptEntry {
            id: 41,
            entry: incident
                .pinned(&pin(), incident.declared_at)
                .entries
                .remove(0),
            is_important: false,
        };
        let change = incident.unpinned(&kept, &pin(), incident.declared_at);
        assert_eq!(change.edits, [Edit::remove(41, Some("U0BOB000001".into()))]);
        let owed: Vec<_> = change.effects.iter().map(Effect::owed).collect();
        assert_eq!(owed, [Owed::Unmark]);
    }
}
