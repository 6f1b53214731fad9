//! What we owe the world, and what the world gives back.

use muster_commands::{ChannelId, MessageTs, PersonId};
use serde::{Deserialize, Serialize};

use super::{ChannelName, ChannelNews, FieldChange, Moment, Note, Person, TaskChange, What};

/// Something that we owe the world because of an incident. Stored as JSON in the outbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "effect", rename_all = "snake_case")]
pub enum Effect {
    /// Creates the incident's channel.
    OpenChannel {
        /// What it is to be called. Chosen once: a channel that we created without hearing of it is
        /// found by its name, whatever the incident is called meanwhile.
        name: ChannelName,
        /// Where the incident was declared, for the pointer that follows.
        declared_in: Option<Place>,
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
    /// Shows the person who declared, where they declared, where the incident lives.
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
    /// Asks Slack who somebody is.
    LearnPerson {
        /// Who.
        person: PersonId,
    },
}

/// Where a person was when they asked for something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The channel.
    pub channel: ChannelId,
    /// Where an answer can be sent without being in that channel.
    /// Slack: good for 30 minutes and 5 answers, docs.slack.dev/interactivity/handling-user-interaction.
    pub response_url: Option<String>,
}

/// Something that happened, as it is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Who did it; `None` when Muster noticed it by itself.
    pub by: Option<PersonId>,
    /// What happened.
    pub what: What,
    /// When.
    pub at: Moment,
}

impl Line {
    /// Gives everybody whom it names.
    pub fn people(&self) -> Vec<&PersonId> {
        let mut people: Vec<_> = self.by.iter().collect();
        match &self.what {
            What::Changed { changes } => {
                for change in changes {
                    if let FieldChange::Commander { from, to } = change {
                        people.extend([from, to]);
                    }
                }
            }
            What::Undelivered { person, .. } => people.extend(person),
            What::TaskAdded { assignees, .. } => people.extend(assignees),
            What::TaskEdited { changes, .. } => {
                people.extend(changes.iter().filter_map(TaskChange::person));
            }
            What::Responders { news } => people.extend(news.people()),
            What::Declared { .. }
            | What::ImpactStarted { .. }
            | What::ImpactEnded { .. }
            | What::ImpactEdited { .. }
            | What::DocumentAdded { .. }
            | What::DocumentRemoved { .. }
            | What::LinkChanged { .. }
            | What::TaskDone { .. }
            | What::TaskReopened { .. }
            | What::Message { .. }
            | What::ChannelArchived
            | What::ChannelUnarchived
            | What::ChannelRenamed { .. }
            | What::ChannelDeleted => {}
        }
        people
    }
}

/// What an effect is about, for people, metrics and priorities.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Owed {
    /// The incident's channel.
    OpenChannel,
    /// A person in the channel.
    Invite,
    /// The header of the channel.
    ShowHeader,
    /// The pin on the header.
    PinHeader,
    /// A post in the channel.
    Tell,
    /// The pointer to the channel.
    Point,
    /// The card in the global channel.
    ShowCard,
    /// A reply under the card.
    Reply,
    /// A word to one person, directly.
    Direct,
    /// The reaction on a message.
    Mark,
    /// The channel's topic.
    SetTopic,
    /// The channel's purpose.
    SetPurpose,
    /// The bookmarks of the channel.
    Bookmark,
    /// The question whether a link is the incident's call.
    OfferCall,
    /// The link to a message.
    FindPermalink,
    /// What Slack knows of a person.
    LearnPerson,
}

impl Owed {
    /// Every kind, what matters more first: the channel and its people, then what people read,
    /// then the announcement, then what makes it comfortable.
    pub const BY_PRIORITY: [Self; 16] = [
        Self::OpenChannel,
        Self::Invite,
        Self::ShowHeader,
        Self::Point,
        Self::Tell,
        Self::Direct,
        Self::ShowCard,
        Self::Reply,
        Self::OfferCall,
        Self::Mark,
        Self::SetTopic,
        Self::PinHeader,
        Self::Bookmark,
        Self::SetPurpose,
        Self::FindPermalink,
        Self::LearnPerson,
    ];

    /// Gives the word that the store and the metrics use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OpenChannel => "open_channel",
            Self::Invite => "invite",
            Self::ShowHeader => "show_header",
            Self::PinHeader => "pin_header",
            Self::Tell => "tell",
            Self::Point => "point",
            Self::ShowCard => "show_card",
            Self::Reply => "reply",
            Self::Direct => "direct",
            Self::Mark => "mark",
            Self::SetTopic => "set_topic",
            Self::SetPurpose => "set_purpose",
            Self::Bookmark => "bookmark",
            Self::OfferCall => "offer_call",
            Self::FindPermalink => "find_permalink",
            Self::LearnPerson => "learn_person",
        }
    }
}

impl Effect {
    /// Says what this is about.
    pub fn owed(&self) -> Owed {
        match self {
            Self::OpenChannel { .. } => Owed::OpenChannel,
            Self::Invite { .. } => Owed::Invite,
            Self::ShowHeader => Owed::ShowHeader,
            Self::PinHeader { .. } => Owed::PinHeader,
            Self::SetTopic => Owed::SetTopic,
            Self::SetPurpose => Owed::SetPurpose,
            Self::Tell { .. } => Owed::Tell,
            Self::ShowCard => Owed::ShowCard,
            Self::Reply { .. } => Owed::Reply,
            Self::Point { .. } => Owed::Point,
            Self::Direct { .. } => Owed::Direct,
            Self::Mark { .. } => Owed::Mark,
            Self::Bookmark => Owed::Bookmark,
            Self::OfferCall { .. } => Owed::OfferCall,
            Self::FindPermalink { .. } => Owed::FindPermalink,
            Self::LearnPerson { .. } => Owed::LearnPerson,
        }
    }

    /// Gives the lane of this incident in which it goes out in order.
    ///
    /// The channel and the posts share one, so that a post waits until there is a channel.
    pub fn lane(&self) -> String {
        match self {
            Self::OpenChannel { .. } | Self::Tell { .. } => "posts".to_owned(),
            Self::Invite { person } => format!("invite {person}"),
            Self::ShowHeader => "header".to_owned(),
            Self::PinHeader { .. } => "pin".to_owned(),
            Self::SetTopic => "topic".to_owned(),
            Self::SetPurpose => "purpose".to_owned(),
            Self::ShowCard | Self::Reply { .. } => "card".to_owned(),
            Self::Point { .. } => "pointer".to_owned(),
            Self::Direct { person, .. } => format!("direct {person}"),
            Self::Mark { channel, ts } => format!("mark {channel} {ts}"),
            Self::Bookmark => "bookmarks".to_owned(),
            Self::OfferCall { person, .. } => format!("offer {person}"),
            Self::FindPermalink { channel, ts } => format!("permalink {channel} {ts}"),
            Self::LearnPerson { person } => format!("person {person}"),
        }
    }

    /// Says what becomes of others of its kind that wait behind it in its lane.
    pub fn company(&self) -> Company {
        match self {
            Self::ShowHeader
            | Self::SetTopic
            | Self::SetPurpose
            | Self::ShowCard
            | Self::Bookmark => Company::SaysTheSame,
            Self::Tell { .. } | Self::Reply { .. } | Self::Direct { .. } => Company::GoesAlong,
            Self::OpenChannel { .. }
            | Self::Invite { .. }
            | Self::PinHeader { .. }
            | Self::Point { .. }
            | Self::Mark { .. }
            | Self::OfferCall { .. }
            | Self::FindPermalink { .. }
            | Self::LearnPerson { .. } => Company::Waits,
        }
    }
}

/// What becomes of deliveries that wait behind one of their kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Company {
    /// It says how things stand, so one is enough for all.
    SaysTheSame,
    /// Its words go out in the same message.
    GoesAlong,
    /// It waits for its own turn.
    Waits,
}

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
    /// One step is made, and there is more to do.
    NotAll,
    /// The channel that it was for can no longer be written to.
    ChannelGone(ChannelNews),
    /// Who somebody is.
    Person(Person),
    /// It is done, and there is nothing to remember.
    Nothing,
}
