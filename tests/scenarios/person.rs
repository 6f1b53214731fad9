//! Somebody of the workspace, and what they can do: type, fill in, click, read.

use muster::sandbox::{Message, Seen};

use super::world::World;

/// Somebody of the workspace.
#[derive(Clone, Copy)]
pub struct Person<'w> {
    pub world: &'w World,
    pub name: &'w str,
}

/// An incident that somebody declared, with everything about it read.
#[derive(Clone, Debug)]
pub struct Declared {
    /// Its number.
    pub number: i64,
    /// The name of its channel.
    pub channel: String,
    /// Its card in the global channel.
    pub card: String,
    /// The title.
    pub title: String,
}

impl Person<'_> {
    /// Types something and sends it; gives what is then on their screen.
    pub async fn says(&self, channel: &str, text: &str) -> Seen {
        let seen = self.world.slack.types(self.name, channel, text).await;
        assert_eq!(seen.trouble, None, "Slack itself complained");
        self.world.settles().await;
        // A form is opened beside the answer.
        Seen {
            view: self.world.slack.view(self.name),
            ..seen
        }
    }

    /// Fills in the form on their screen by its labels, as people do.
    pub async fn fills(&self, fields: &[(&str, &str)]) {
        let view = self.world.slack.view(self.name).expect("a form is open");
        for (label, value) in fields {
            let filled = self
                .world
                .slack
                .fills(self.name, &view.id, label, *value)
                .await;
            assert_eq!(filled, Ok(()), "filling in {label}");
        }
    }

    /// Fills in the form on their screen and sends it.
    pub async fn submits(&self, fields: &[(&str, &str)]) -> Seen {
        self.fills(fields).await;
        let view = self.world.slack.view(self.name).expect("a form is open");
        let seen = self.world.slack.submits(self.name, &view.id).await;
        assert_eq!(seen.trouble, None, "Slack itself complained");
        self.world.settles().await;
        seen
    }

    /// Writes a message; gives its `ts`.
    pub async fn writes(&self, channel: &str, text: &str) -> String {
        let seen = self.says(channel, text).await;
        seen.ts.expect("the message was posted")
    }

    /// Chooses an action in the menu of a message.
    pub async fn chooses(&self, channel: &str, ts: &str, action: &str) -> Seen {
        let slack = &self.world.slack;
        let seen = slack.message_action(self.name, channel, ts, action).await;
        assert_eq!(seen.trouble, None, "Slack itself complained");
        self.world.settles().await;
        Seen {
            view: slack.view(self.name),
            ..seen
        }
    }

    /// Presses a button of a message.
    pub async fn presses(&self, channel: &str, ts: &str, button: &str) -> Seen {
        let slack = &self.world.slack;
        let seen = slack.clicks(self.name, channel, ts, button, None).await;
        assert_eq!(seen.trouble, None, "Slack itself complained");
        self.world.settles().await;
        seen
    }

    /// Reads what the bot newly wrote or changed in a channel.
    pub fn reads(&self, channel: &str) -> Vec<String> {
        self.world.unread(channel)
    }

    /// Reads what the bot newly wrote under a message.
    pub fn reads_thread(&self, channel: &str, ts: &str) -> Vec<String> {
        self.world.unread_replies(channel, ts)
    }

    /// Reads what only they see.
    pub fn reads_alone(&self) -> Vec<String> {
        self.world.unread_by(self.name)
    }

    /// Declares an incident in #general with a title, and reads everything that is said of it.
    pub async fn declares(&self, title: &str) -> Declared {
        self.declares_with(title, &[]).await
    }

    /// Declares an incident in #general with more than a title, and reads everything that is said of it.
    pub async fn declares_with(&self, title: &str, fields: &[(&str, &str)]) -> Declared {
        self.says("#general", &format!("/datadog incident {title}"))
            .await;
        let seen = self.submits(fields).await;
        assert_eq!(seen.view, None, "the form closed: {:?}", seen.errors);
        let pointer = self.reads_alone();
        let [pointer] = pointer.as_slice() else {
            panic!("one pointer, not {pointer:?}");
        };
        let (number, channel) = pointer
            .strip_prefix("IR-")
            .and_then(|rest| rest.strip_suffix(" is its channel, and you are in it."))
            .and_then(|rest| rest.split_once(" is declared: #"))
            .unwrap_or_else(|| panic!("no pointer: {pointer}"));
        self.reads(channel);
        self.reads("#incidents");
        let card = self.card(number).expect("the incident is announced").ts;
        self.reads_thread("#incidents", &card);
        Declared {
            number: number.parse().unwrap(),
            channel: channel.to_owned(),
            card,
            title: title.to_owned(),
        }
    }

    fn card(&self, number: &str) -> Option<Message> {
        let begins = format!("IR-{number} ");
        let messages = self.world.slack.messages("#incidents");
        messages
            .into_iter()
            .find(|message| message.as_read().starts_with(&begins))
    }
}
