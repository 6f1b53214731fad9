//! What an effect is about: what it is called, and what goes first.

use serde::{Deserialize, Serialize};

/// What an effect is about, for people, metrics and priorities.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Owed {
    /// The incident's channel.
    OpenChannel,
    /// A person in the channel.
    Invite,
    /// A person out of the channel.
    Uninvite,
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
    /// The reaction on a message, taken off.
    Unmark,
    /// What a message says.
    ReadMessage,
    /// The channel's topic.
    SetTopic,
    /// The channel's purpose.
    SetPurpose,
    /// The channel's name.
    RenameChannel,
    /// The bookmarks of the channel.
    Bookmark,
    /// The question whether a link is the incident's call.
    OfferCall,
    /// The link to a message.
    FindPermalink,
    /// A reminder in the channel.
    Remind,
    /// That the channel is archived.
    ArchiveChannel,
    /// Who is in the former channel.
    Gather,
    /// The end of the card.
    Withdraw,
    /// The last post in the former channel.
    Farewell,
    /// The end of the former channel.
    ArchiveFormer,
    /// The briefing of a person who joined.
    Brief,
    /// A look at what Slack has of the incident.
    Repair,
    /// What Slack knows of a person.
    LearnPerson,
    /// What was asked about somebody whom we never met.
    Meet,
    /// The answer to that.
    Answer,
}

impl Owed {
    /// Every kind, what matters more first: the channel and its people, then what people read,
    /// then the announcement, then what makes it comfortable.
    pub const BY_PRIORITY: [Self; 30] = [
        Self::Withdraw,
        Self::Gather,
        Self::OpenChannel,
        Self::Uninvite,
        Self::Invite,
        Self::ShowHeader,
        Self::Meet,
        Self::Answer,
        Self::Point,
        Self::Tell,
        Self::Direct,
        Self::ShowCard,
        Self::Reply,
        Self::Remind,
        Self::OfferCall,
        Self::Mark,
        Self::ReadMessage,
        Self::Unmark,
        Self::SetTopic,
        Self::RenameChannel,
        Self::PinHeader,
        Self::Farewell,
        Self::ArchiveFormer,
        Self::Brief,
        Self::Bookmark,
        Self::SetPurpose,
        Self::FindPermalink,
        Self::LearnPerson,
        Self::ArchiveChannel,
        Self::Repair,
    ];

    /// Gives the word that the store and the metrics use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OpenChannel => "open_channel",
            Self::Invite => "invite",
            Self::Uninvite => "uninvite",
            Self::ShowHeader => "show_header",
            Self::PinHeader => "pin_header",
            Self::Tell => "tell",
            Self::Point => "point",
            Self::ShowCard => "show_card",
            Self::Reply => "reply",
            Self::Direct => "direct",
            Self::Mark => "mark",
            Self::Unmark => "unmark",
            Self::ReadMessage => "read_message",
            Self::SetTopic => "set_topic",
            Self::SetPurpose => "set_purpose",
            Self::RenameChannel => "rename_channel",
            Self::Bookmark => "bookmark",
            Self::OfferCall => "offer_call",
            Self::FindPermalink => "find_permalink",
            Self::Remind => "remind",
            Self::ArchiveChannel => "archive_channel",
            Self::Gather => "gather",
            Self::Withdraw => "withdraw",
            Self::Farewell => "farewell",
            Self::ArchiveFormer => "archive_former",
            Self::Brief => "brief",
            Self::Repair => "repair",
            Self::LearnPerson => "learn_person",
            Self::Meet => "meet",
            Self::Answer => "answer",
        }
    }
}
