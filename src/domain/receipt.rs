//! What the world gives back for what we owed it.

use muster_commands::{ChannelId, MessageTs, PersonId};

use super::{ChannelNews, Found, Moment, NameFound, Person};

/// What the world gave back for an effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Receipt {
    /// The channel exists.
    Channel {
        /// Its id.
        id: ChannelId,
        /// Its name, as Slack took it.
        name: String,
    },
    /// The message stands.
    Message {
        /// The channel that it stands in.
        channel: ChannelId,
        /// Its identity there.
        ts: MessageTs,
    },
    /// The link to a message.
    Permalink(String),
    /// What a message says.
    Said {
        /// Its text, as plain text.
        text: String,
        /// The link to it; empty if Slack gave none.
        permalink: String,
        /// When it was edited last, by Slack's clock; `None` if it never was.
        said_at: Option<MessageTs>,
    },
    /// What the incident's channel is called.
    NameFound(NameFound),
    /// The incident's channel has the name that was chosen.
    NameGiven {
        /// The channel.
        channel: ChannelId,
        /// Its name, as Slack took it.
        name: String,
    },
    /// Somebody spoke in the channel lately, and when they did so last.
    Spoken(Moment),
    /// What Slack has of the incident.
    Found(Found),
    /// One step is made, and there is more to do.
    NotAll,
    /// The channel that it was for can no longer be written to.
    ChannelGone {
        /// Which channel.
        channel: ChannelId,
        /// What became of it.
        news: ChannelNews,
    },
    /// Who somebody is.
    Person(Person),
    /// Who somebody is whom we had not met, and whether they can take part.
    Met {
        /// Who; `None` if Slack does not tell us of them.
        person: Option<Person>,
        /// Why they cannot take part; `None` if they can, as far as we know.
        refusal: Option<String>,
    },
    /// Who is in a channel.
    People(Vec<PersonId>),
    /// The message is gone.
    Withdrawn(MessageTs),
    /// It is done, and there is nothing to remember.
    Nothing,
}
