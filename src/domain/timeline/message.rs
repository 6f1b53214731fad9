//! Slack messages on the timeline, and their later versions: edits, deletions and fetched texts.

use crate::delivery::{AddPushpin, FetchPermalink, FetchUser};
use crate::{
    Actor, AddMessage, Author, Change, ChannelId, Decision, DecisionContext, Incident, MessageRef,
    MessageTs, StoredEntry, TimelineEdit, TimelineEditKind, TimelineEntry, TimelineEvent,
    Timestamp,
};

/// A new version of a Slack message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageEdit {
    /// The message's channel.
    pub channel: ChannelId,
    /// The message's timestamp, which identifies it.
    pub ts: MessageTs,
    /// The new text.
    pub text: String,
    /// Slack's timestamp of the edit.
    pub edited_ts: MessageTs,
}

/// A message as fetched from Slack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchedText {
    /// The message's channel.
    pub channel: ChannelId,
    /// The message's timestamp, which identifies it.
    pub ts: MessageTs,
    /// The text.
    pub text: String,
    /// Slack's timestamp of the last edit; `None` if the message was not edited.
    pub edited_ts: Option<MessageTs>,
}

impl Incident {
    /// Adds a Slack message to the timeline, with its own author and time.
    ///
    /// The store rejects a message that is already on the timeline.
    pub fn add_message(&self, message: AddMessage, actor: &Actor) -> Decision {
        let mut incident = self.clone();
        incident.touch_responder(actor);
        let author = match (message.author.id, message.author.name) {
            (Some(user), _) => Author::User(user),
            (None, Some(app)) => Author::App(app),
            (None, None) => Author::App("an app".to_owned()),
        };
        let mut change = Change::new(incident, actor.at);
        if let Author::User(user) = &author {
            change.enqueue(FetchUser { user: user.clone() });
        }
        change.enqueue(AddPushpin {
            channel: message.channel.clone(),
            ts: message.ts.clone(),
        });
        if message.permalink.is_none() {
            change.enqueue(FetchPermalink {
                channel: message.channel.clone(),
                ts: message.ts.clone(),
                is_first: false,
            });
        }
        change.add_entry(TimelineEntry {
            author: Some(author),
            event: TimelineEvent::Message { text: message.text },
            happened_at: Timestamp::from_message_ts(&message.ts.to_string()).unwrap_or(actor.at),
            recorded_at: actor.at,
            recorded_by: actor.user.clone(),
            source: actor.source,
            message: Some(MessageRef {
                channel: message.channel,
                ts: message.ts,
                permalink: message.permalink.unwrap_or_default(),
                edited_ts: message.edited_ts,
            }),
        });
        Ok(change)
    }

    /// Applies the edit of a Slack message to an entry. The previous text is kept.
    ///
    /// If edits arrive out of order, the latest one stays, and older ones are kept as earlier versions.
    pub fn message_edited(
        &self,
        entry: &StoredEntry,
        edit: &MessageEdit,
        ctx: &DecisionContext<'_>,
    ) -> Change {
        let mut change = Change::new(self.clone(), ctx.now);
        let TimelineEvent::Message { text } = &entry.entry.event else {
            return change;
        };
        let current = entry.edited_ts();
        let (new, old, edited_ts) = if current > Some(&edit.edited_ts) {
            (text, &edit.text, current)
        } else {
            (&edit.text, text, Some(&edit.edited_ts))
        };
        change.edits.push(TimelineEdit {
            entry_id: entry.id,
            kind: TimelineEditKind::MessageChanged {
                text: new.clone(),
                edited_ts: edited_ts.cloned(),
                previous_text: Some(old.clone()).filter(|old| old != new),
            },
        });
        change
    }

    /// Sets the text that was fetched for an entry that had none. An edit that was applied before wins if it
    /// is newer.
    pub fn message_fetched(
        &self,
        entry: &StoredEntry,
        fetched: &FetchedText,
        ctx: &DecisionContext<'_>,
    ) -> Change {
        let mut change = Change::new(self.clone(), ctx.now);
        let no_text = TimelineEvent::Message {
            text: String::new(),
        };
        let current = entry.edited_ts();
        let is_older = current.is_some() && current < fetched.edited_ts.as_ref();
        if entry.entry.event == no_text || is_older {
            change.edits.push(TimelineEdit {
                entry_id: entry.id,
                kind: TimelineEditKind::MessageChanged {
                    text: fetched.text.clone(),
                    edited_ts: fetched.edited_ts.clone(),
                    previous_text: None,
                },
            });
        }
        change
    }

    /// Removes an entry whose Slack message was deleted. The store keeps its text.
    pub fn message_deleted(&self, entry: &StoredEntry, ctx: &DecisionContext<'_>) -> Change {
        let mut change = Change::new(self.clone(), ctx.now);
        change.edits.push(TimelineEdit::remove(entry.id, None));
        change
    }
}

impl StoredEntry {
    /// Returns Slack's timestamp of the last edit of the entry's message.
    fn edited_ts(&self) -> Option<&MessageTs> {
        self.entry.message.as_ref()?.edited_ts.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{context, incident_with_channel};
    use crate::{Actor, MessageRef, TimelineEntry, Timestamp};

    /// Returns the entry of a message with the text `First.`, which was edited at 2.1.
    fn edited_message_entry(at: Timestamp) -> StoredEntry {
        let alice = Actor::new("U0ALICE0001".into(), at);
        let text = "First.".to_owned();
        let mut entry = StoredEntry {
            id: 41,
            entry: TimelineEntry::by_actor(&alice, TimelineEvent::Message { text }),
            is_important: false,
        };
        entry.entry.message = Some(MessageRef {
            channel: "C0GENERAL01".into(),
            ts: "1.1".into(),
            permalink: String::new(),
            edited_ts: Some("2.1".into()),
        });
        entry
    }

    #[test]
    fn latest_edit_of_a_message_stays_and_older_texts_are_saved() {
        let incident = incident_with_channel("");
        let ctx = context(incident.declared_at);
        let entry = edited_message_entry(ctx.now);
        let changed = |edited_ts: &str, text: &str| {
            let edit = MessageEdit {
                channel: "C0GENERAL01".into(),
                ts: "1.1".into(),
                text: text.to_owned(),
                edited_ts: edited_ts.into(),
            };
            incident.message_edited(&entry, &edit, &ctx).edits.remove(0)
        };
        let expected = |text: &str, edited_ts: &str, previous_text: Option<&str>| TimelineEdit {
            entry_id: 41,
            kind: TimelineEditKind::MessageChanged {
                text: text.to_owned(),
                edited_ts: Some(edited_ts.into()),
                previous_text: previous_text.map(str::to_owned),
            },
        };
        assert_eq!(
            changed("3.1", "New."),
            expected("New.", "3.1", Some("First."))
        );
        assert_eq!(
            changed("1.9", "Old."),
            expected("First.", "2.1", Some("Old."))
        );
        assert_eq!(changed("3.1", "First."), expected("First.", "3.1", None));
    }
}
