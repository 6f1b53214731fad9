//! What becomes of deliveries that wait behind one of their kind.

use super::Effect;

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

impl Effect {
    /// Says what becomes of others of its kind that wait behind it in its lane.
    pub fn company(&self) -> Company {
        match self {
            Self::ShowHeader
            | Self::SetTopic
            | Self::SetPurpose
            | Self::RenameChannel { .. }
            | Self::ShowCard
            | Self::Remind { .. }
            | Self::ArchiveChannel
            | Self::Bookmark
            | Self::Withdraw
            | Self::Farewell { .. }
            | Self::ArchiveFormer { .. }
            | Self::Brief { .. } => Company::SaysTheSame,
            Self::Tell { .. } | Self::Reply { .. } | Self::Direct { .. } => Company::GoesAlong,
            Self::Gather { .. }
            | Self::OpenChannel { .. }
            | Self::Invite { .. }
            | Self::Uninvite { .. }
            | Self::PinHeader { .. }
            | Self::Point { .. }
            | Self::Mark { .. }
            | Self::Unmark { .. }
            | Self::ReadMessage { .. }
            | Self::OfferCall { .. }
            | Self::FindPermalink { .. }
            | Self::Repair { .. }
            | Self::Meet { .. }
            | Self::Answer { .. }
            | Self::LearnPerson { .. } => Company::Waits,
        }
    }
}
