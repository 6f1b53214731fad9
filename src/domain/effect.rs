//! What we owe the world, and what the world gives back.

use muster_commands::{ChannelId, MessageTs, PersonId};
use serde::{Deserialize, Serialize};

use super::{
    Became, ChannelName, Line, Moment, Moved, Naming, Note, Owed, Reminder, Stranger, Visibility,
};

/// Something that we owe the world because of an incident. Stored as JSON in the outbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "effect", rename_all = "snake_case")]
pub enum Effect {
    /// Creates the incident's channel.
    OpenChannel {
        /// What it is to be called. Chosen once: a channel that we created without hearing of it is
        /// found by its name, whatever the incident is called meanwhile.
        name: ChannelName,
        /// The name after which it is tried: if it is one of those that follow from `name`, it is taken, and
        /// so are the ones before it. That of the channel that the incident leaves, or the last that was
        /// tried.
        #[serde(default)]
        after: Option<ChannelName>,
        /// Where the incident was declared, for the pointer that follows.
        declared_in: Option<Place>,
        /// Whether everybody may join it. A private channel that Slack refuses is no reason for a public one.
        #[serde(default)]
        visibility: Visibility,
        /// The channel that it takes the place of; `None` if it is the first.
        #[serde(default)]
        moved: Option<Moved>,
    },
    /// Brings a person into the incident's channel.
    Invite {
        /// Who.
        person: PersonId,
    },
    /// Posts the header of the incident's channel, or edits it to say how things stand.
    ShowHeader,
    /// Pins the header.
    PinHeader {
        /// The header's message.
        ts: MessageTs,
    },
    /// Sets the channel's topic to how things stand.
    SetTopic,
    /// Sets the channel's purpose.
    SetPurpose,
    /// Looks what the channel is called, and calls it as the incident is called, unless somebody gave it a
    /// name by hand.
    RenameChannel {
        /// Why.
        naming: Naming,
        /// The name after which it is tried, as for a channel that is created: the last of which an earlier
        /// attempt found that it is another's.
        #[serde(default)]
        after: Option<ChannelName>,
    },
    /// Takes somebody out of the incident's private channel who no longer takes part.
    Uninvite {
        /// Who.
        person: PersonId,
    },
    /// Tells the incident's channel what happened.
    Tell {
        /// What happened.
        line: Line,
    },
    /// Posts the incident's card in the global channel, or edits it to say how things stand.
    ShowCard,
    /// Tells the thread under the card what happened.
    Reply {
        /// What happened.
        line: Line,
    },
    /// Shows the person who declared, where they declared, where the incident lives; if they declared it
    /// because of a message, its thread is shown.
    Point {
        /// Who declared.
        person: PersonId,
        /// Where.
        place: Place,
        /// Why there is no channel to point to, if there is none.
        trouble: Option<Line>,
    },
    /// Tells a person directly, in a message that only they get.
    Direct {
        /// Who.
        person: PersonId,
        /// What.
        note: Note,
    },
    /// Puts a reaction on a message that is on the timeline.
    Mark {
        /// The channel of the message.
        channel: ChannelId,
        /// The message.
        ts: MessageTs,
    },
    /// Takes our reaction off a message that is no longer on the timeline.
    Unmark {
        /// The channel of the message.
        channel: ChannelId,
        /// The message.
        ts: MessageTs,
    },
    /// Asks Slack what a message says that is on the timeline.
    ReadMessage {
        /// The channel of the message.
        channel: ChannelId,
        /// The message.
        ts: MessageTs,
    },
    /// Brings the channel's bookmarks into step with the incident's links, one step at a time.
    Bookmark,
    /// Asks a person whether a link that they pasted is the incident's video call.
    OfferCall {
        /// Who pasted it.
        person: PersonId,
        /// Where it leads.
        url: String,
    },
    /// Asks Slack for the link to a message that is on the timeline.
    FindPermalink {
        /// The channel of the message.
        channel: ChannelId,
        /// The message.
        ts: MessageTs,
    },
    /// Reminds the incident's channel, unless it need not be reminded any more.
    Remind {
        /// Of what.
        of: Reminder,
        /// Since when that is so.
        since: Moment,
    },
    /// Archives the incident's channel, unless somebody spoke in it lately.
    ArchiveChannel,
    /// Finds out who is in the channel that the incident leaves, so that they come along.
    Gather {
        /// The channel.
        channel: ChannelId,
    },
    /// Takes the incident's card back, with what we wrote under it.
    Withdraw,
    /// Tells the channel that the incident left that it goes on elsewhere, and nothing else of it.
    Farewell {
        /// The channel.
        channel: ChannelId,
    },
    /// Archives the channel that the incident left.
    ArchiveFormer {
        /// The channel.
        channel: ChannelId,
    },
    /// Shows somebody who joined the incident's channel how things stand.
    Brief {
        /// Who.
        person: PersonId,
    },
    /// Looks what Slack has of the incident, so that what is missing can be built again.
    Repair {
        /// Who asked for it, and is told.
        person: PersonId,
    },
    /// Asks Slack who somebody is.
    LearnPerson {
        /// Who.
        person: PersonId,
    },
    /// Asks Slack who somebody is whom a person named, so that what they asked can be done.
    Meet {
        /// Who, and what was asked.
        stranger: Stranger,
    },
    /// Tells whoever named somebody whom we had not met what became of it.
    Answer {
        /// Who was named, by whom and where.
        stranger: Stranger,
        /// What became of it.
        became: Became,
    },
}

/// Where a person was when they asked for something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The channel; `None` where there was none, as with a global shortcut.
    pub channel: Option<ChannelId>,
    /// Where an answer can be sent without being in that channel.
    /// Slack: good for 30 minutes and 5 answers, docs.slack.dev/interactivity/handling-user-interaction.
    pub response_url: Option<String>,
    /// The thread of the message that it was about; `None` if it was about none.
    #[serde(default)]
    pub thread: Option<MessageTs>,
}

impl Effect {
    /// Owes a look at what the channel is called, by which no name was tried yet.
    pub fn naming(naming: Naming) -> Self {
        Self::RenameChannel {
            naming,
            after: None,
        }
    }

    /// Says what this is about.
    pub fn owed(&self) -> Owed {
        match self {
            Self::OpenChannel { .. } => Owed::OpenChannel,
            Self::Invite { .. } => Owed::Invite,
            Self::Uninvite { .. } => Owed::Uninvite,
            Self::ShowHeader => Owed::ShowHeader,
            Self::PinHeader { .. } => Owed::PinHeader,
            Self::SetTopic => Owed::SetTopic,
            Self::SetPurpose => Owed::SetPurpose,
            Self::RenameChannel { .. } => Owed::RenameChannel,
            Self::Tell { .. } => Owed::Tell,
            Self::ShowCard => Owed::ShowCard,
            Self::Reply { .. } => Owed::Reply,
            Self::Point { .. } => Owed::Point,
            Self::Direct { .. } => Owed::Direct,
            Self::Mark { .. } => Owed::Mark,
            Self::Unmark { .. } => Owed::Unmark,
            Self::ReadMessage { .. } => Owed::ReadMessage,
            Self::Bookmark => Owed::Bookmark,
            Self::OfferCall { .. } => Owed::OfferCall,
            Self::FindPermalink { .. } => Owed::FindPermalink,
            Self::Remind { .. } => Owed::Remind,
            Self::ArchiveChannel => Owed::ArchiveChannel,
            Self::Gather { .. } => Owed::Gather,
            Self::Withdraw => Owed::Withdraw,
            Self::Farewell { .. } => Owed::Farewell,
            Self::ArchiveFormer { .. } => Owed::ArchiveFormer,
            Self::Brief { .. } => Owed::Brief,
            Self::Repair { .. } => Owed::Repair,
            Self::LearnPerson { .. } => Owed::LearnPerson,
            Self::Meet { .. } => Owed::Meet,
            Self::Answer { .. } => Owed::Answer,
        }
    }

    /// Gives the lane of this incident in which it goes out in order.
    ///
    /// The channel and the posts share one, so that a post waits until there is a channel.
    pub fn lane(&self) -> String {
        match self {
            Self::Gather { .. } | Self::OpenChannel { .. } | Self::Tell { .. } => {
                "posts".to_owned()
            }
            // One after the other: somebody may be taken out and brought in again at once.
            Self::Invite { person } | Self::Uninvite { person } => format!("invite {person}"),
            Self::ShowHeader => "header".to_owned(),
            Self::PinHeader { .. } => "pin".to_owned(),
            Self::SetTopic => "topic".to_owned(),
            Self::SetPurpose => "purpose".to_owned(),
            Self::RenameChannel { .. } => "name".to_owned(),
            Self::ShowCard | Self::Reply { .. } | Self::Withdraw => "card".to_owned(),
            Self::Farewell { channel } | Self::ArchiveFormer { channel } => {
                format!("former {channel}")
            }
            Self::Point { .. } => "pointer".to_owned(),
            Self::Direct { person, .. } => format!("direct {person}"),
            // One after the other: a message may be pinned and unpinned at once.
            Self::Mark { channel, ts } | Self::Unmark { channel, ts } => {
                format!("mark {channel} {ts}")
            }
            Self::ReadMessage { channel, ts } => format!("message {channel} {ts}"),
            Self::Bookmark => "bookmarks".to_owned(),
            Self::OfferCall { person, .. } => format!("offer {person}"),
            Self::FindPermalink { channel, ts } => format!("permalink {channel} {ts}"),
            Self::Remind { of, .. } => of.lane(),
            Self::ArchiveChannel => "archive".to_owned(),
            Self::Brief { person } => format!("brief {person}"),
            Self::Repair { .. } => "repair".to_owned(),
            Self::LearnPerson { person } => format!("person {person}"),
            Self::Meet { stranger } => format!("meet {}", stranger.person),
            Self::Answer { stranger, .. } => format!("answer {}", stranger.by),
        }
    }
}
