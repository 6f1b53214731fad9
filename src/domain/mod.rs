//! Incidents and the decisions about them.
//!
//! The domain is pure: a decision takes an incident, a request and the current time, and returns the new
//! state, the timeline entries and the deliveries to enqueue. Texts are plain; the transports add markup.

pub mod analytics;
pub mod delivery;
mod direct_message;
mod human_time;
pub mod people;
pub mod schedule;
#[cfg(test)]
pub mod testing;

mod change;
mod channel;
pub mod consequences;
mod decision_context;
mod impact;
mod incident;
mod link;
mod settings;
mod task;
pub mod text;
mod timeline;
mod timestamp;

pub use crate::domain::analytics::durations::time_in_each_status;
pub use crate::domain::channel::channel_name::{ChannelName, NAME_LIMIT, has_mutable_variables};
pub use crate::domain::channel::rename_channel::{ChannelNameFound, RenameReason};
pub use crate::domain::delivery::{Coalesce, Delivery, DeliveryKind, Fetched, Origin};
pub use crate::domain::direct_message::{DirectMessage, PendingDirectMessage};
pub use crate::domain::human_time::{TimeParseError, UserClock};
pub use crate::domain::impact::impact_change::ImpactChange;
pub use crate::domain::incident::change_visibility::ChannelMove;
pub use crate::domain::incident::repair::{
    ChannelLookup, MessageLookup, RepairAction, RepairReport,
};
pub use crate::domain::link::bookmarks::{Bookmark, BookmarkStep, ExistingBookmark};
pub use crate::domain::people::access::{AccessSubject, Viewer, Visibility};
pub use crate::domain::people::match_user::{UserMatch, match_user};
pub use crate::domain::people::member_joined::JoinCause;
pub use crate::domain::people::responders::Responder;
pub use crate::domain::people::role::{AssignRoles, RoleAssignment, RoleChange};
pub use crate::domain::people::role_target::RoleTarget;
pub use crate::domain::people::unresolved_user::{Resolution, UnresolvedUser};
pub use crate::domain::people::user::{AccountKind, Actor, GuestPolicy, USER_TTL, User, UserNames};
pub use crate::domain::schedule::{
    ARCHIVE_QUIET_PERIOD, Reminder, ScheduleChange, ScheduleEntry, ScheduleKind, TriggeredBy,
};
pub use crate::domain::task::task_change::{TaskChange, TaskRef};
pub use crate::domain::timeline::activity::Activity;
pub use crate::domain::timeline::edit::{EditEntry, Importance, StoredEntry};
pub use crate::domain::timeline::entry::{Author, EntryKind, MessageRef, TimelineEntry};
pub use crate::domain::timeline::event::{FieldChange, TimelineEvent};
pub use crate::domain::timeline::message::{FetchedText, MessageEdit};
pub use change::{Change, Decision, Rejection, TimelineEdit, TimelineEditKind};
pub use channel::{Channel, ChannelEvent, ChannelState};
pub use decision_context::{DecisionContext, UserLookup};
pub use impact::{AddImpact, ENDS_BEFORE_START, EditImpact, Impact};
pub use incident::{Announcement, Incident};
pub use link::{Document, LinkRef};
pub use settings::{
    AnnouncedEvent, ConfiguredRole, RoleCapacity, SETTINGS, Setting, SettingChange, SettingError,
    Settings, WhoDeclares,
};
pub use task::{AddTask, EditTask, Task};
pub use timestamp::Timestamp;
