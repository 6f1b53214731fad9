//! Who asks for something, and where they can be answered: read from what Slack sends.

use muster_commands::buttons::Pressed;
use muster_commands::form::Submission;
use muster_commands::{ChannelId, IncidentId, PersonId};
use serde_json::Value;

use crate::bot::Bot;
use crate::domain::{By, Moment, Place, Viewer};
use crate::slack::client::Message;
use crate::store::Key;

/// A slash command that somebody typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed {
    /// What follows the command's word.
    pub text: String,
    /// Who typed it.
    pub person: PersonId,
    /// Where.
    pub channel: ChannelId,
    /// What opens a form, within three seconds.
    pub trigger: String,
    /// Where the person can be answered for 30 minutes.
    pub response_url: Option<String>,
    /// What was chosen since, if the channel does not say which incident is meant.
    pub chosen: Option<Choice>,
}

/// The incident that somebody chose in a form for what they typed elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The incident.
    pub incident: IncidentId,
    /// The form: what makes the choice known when it comes again.
    pub view: String,
    /// When the words were typed for which it was chosen.
    pub typed_at: Moment,
}

/// Something that somebody clicked: a message action or a button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clicked {
    /// Who clicked.
    pub person: PersonId,
    /// What opens a form, within three seconds; also what makes the click known when it comes again.
    pub trigger: String,
    /// Where the person can be answered for 30 minutes; `None` on a form.
    pub response_url: Option<String>,
}

impl Typed {
    /// Reads a slash command; what is missing is empty.
    pub fn read(fields: &Value) -> Self {
        Self {
            text: text(fields, "/text"),
            person: PersonId(text(fields, "/user_id")),
            channel: ChannelId(text(fields, "/channel_id")),
            trigger: text(fields, "/trigger_id"),
            response_url: Some(text(fields, "/response_url")).filter(|url| !url.is_empty()),
            chosen: None,
        }
    }

    /// Gives who wants to see something, and where.
    pub fn viewer(&self) -> Viewer {
        let person = self.person.clone();
        Viewer::Person {
            person,
            channel: self.place(),
        }
    }

    /// Gives the channel that says which incident is meant; `None` if that was chosen in a form.
    pub fn place(&self) -> Option<ChannelId> {
        self.chosen.is_none().then(|| self.channel.clone())
    }

    /// Gives where whoever typed it can be answered.
    pub fn asked_in(&self) -> Place {
        Place {
            channel: Some(self.channel.clone()).filter(|channel| !channel.as_str().is_empty()),
            response_url: self.response_url.clone(),
            thread: None,
        }
    }

    /// Gives what makes it known when it comes again.
    pub fn key(&self) -> Key {
        match &self.chosen {
            Some(choice) => Key::view(&choice.view),
            None => Key::action(&self.trigger),
        }
    }
}

impl Typed {
    /// Gives what was typed after the word `incident`, to say how to type it again.
    pub fn after_incident(&self) -> &str {
        let text = self.text.trim();
        text.split_once(char::is_whitespace)
            .map_or("", |(_, rest)| rest.trim())
    }
}

impl Clicked {
    /// Reads who clicked; what is missing is empty.
    pub fn read(payload: &Value) -> Self {
        // Without a trigger no form opens, but the click is still known when it comes again.
        let trigger = Some(text(payload, "/trigger_id")).filter(|trigger| !trigger.is_empty());
        Self {
            person: PersonId(text(payload, "/user/id")),
            trigger: trigger.unwrap_or_else(|| {
                let action = ["/action_ts", "/actions/0/action_ts"].map(|at| text(payload, at));
                format!("{}:{}", text(payload, "/user/id"), action.concat())
            }),
            response_url: Some(text(payload, "/response_url")).filter(|url| !url.is_empty()),
        }
    }

    /// Gives who wants to see something.
    pub fn viewer(&self) -> Viewer {
        Viewer::person(&self.person)
    }

    /// Gives who asks, and that it is now.
    pub fn by(&self, bot: &Bot) -> By {
        By::new(self.person.clone(), bot.clock.now())
    }
}

/// Gives who wants to see something by pressing a button, and where it stands.
pub fn presser(pressed: &Pressed) -> Viewer {
    Viewer::Person {
        person: pressed.person.clone(),
        channel: pressed.channel.clone(),
    }
}

/// Gives who sends a form, and where they asked for it: whoever is in a private incident's channel is let in
/// there, though nobody told us that they came.
pub fn sender(form: &Submission) -> Viewer {
    Viewer::Person {
        person: form.person.clone(),
        channel: form.carried.channel.clone(),
    }
}

/// Tells the person who asked something, beside the answer to Slack, so that it never waits for a call.
/// They can ask again, so it is not kept.
pub fn tell_asker(bot: &Bot, response_url: Option<String>, message: Message) {
    let Some(address) = response_url else {
        tracing::warn!("Somebody could not be answered: Slack gave no address for it");
        return;
    };
    let slack = bot.slack.clone();
    bot.tasks.spawn(async move {
        if let Err(trouble) = slack.answer(&address, &message).await {
            tracing::warn!("Somebody could not be answered: {trouble}");
        }
    });
}

/// Puts a message in the place of the one on which a person pressed a button and which only they see,
/// beside the answer to Slack. They can press again, so it is not kept.
pub fn replace_seen(bot: &Bot, response_url: Option<String>, message: Message) {
    let Some(address) = response_url else {
        tracing::warn!("Somebody could not be answered: Slack gave no address for it");
        return;
    };
    let slack = bot.slack.clone();
    bot.tasks.spawn(async move {
        if let Err(trouble) = slack.replace(&address, &message).await {
            tracing::warn!("Somebody could not be answered: {trouble}");
        }
    });
}

/// Tells somebody directly who asked where they cannot be answered, as at their Home. They can ask again,
/// so it is not kept.
pub fn tell_directly(bot: &Bot, person: PersonId, message: Message) {
    let slack = bot.slack.clone();
    bot.tasks.spawn(async move {
        if let Err(trouble) = slack.say(&person, &message).await {
            tracing::warn!("Somebody could not be told directly: {trouble}");
        }
    });
}

/// Tells a person something that only they see: where they asked, or else directly.
pub fn tell_person(bot: &Bot, response_url: Option<String>, person: PersonId, message: Message) {
    match response_url {
        Some(_) => tell_asker(bot, response_url, message),
        None => tell_directly(bot, person, message),
    }
}

/// Gives where whoever sends a form can be answered.
pub fn sent_in(form: &Submission) -> Place {
    Place {
        channel: form.carried.channel.clone(),
        response_url: form.carried.response_url.clone(),
        thread: None,
    }
}

fn text(payload: &Value, pointer: &str) -> String {
    payload
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned()
}
