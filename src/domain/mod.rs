//! Incidents and the decisions about them.
//!
//! The domain is pure: a decision takes an incident, a request and the current time, and returns the new
//! state, the timeline entries and the deliveries to enqueue. Texts are plain; the transports add markup.

mod bookmarks;
mod called;
mod change;
mod channel;
mod channel_name;
mod company;
mod deliveries;
mod durations;
mod effect;
mod entry;
mod home;
mod impact;
mod impact_change;
mod incident;
mod joined;
mod line;
mod link;
mod naming;
mod note;
mod overdue;
mod owed;
mod pin;
mod privacy;
mod receipt;
mod reminder;
mod reminder_settings;
mod reopening;
mod repair;
mod responder;
pub mod role;
mod said_time;
#[cfg(test)]
pub mod sample;
mod seat;
mod settings;
mod stranger;
mod subscription;
mod task;
mod task_change;
mod timeline;
mod timestamp;
mod update;
mod user;
mod visibility;

pub use bookmarks::{Bookmark, BookmarkStep, ExistingBookmark};
pub use called::{UserMatch, match_user};
pub use change::{Change, Decision, Rejection, TimelineEdit, TimelineEditKind};
pub use channel::{Channel, ChannelEvent, ChannelState};
pub use channel_name::{ChannelName, NAME_LIMIT, has_mutable_variables};
pub use company::Coalesce;
pub use durations::time_in_each_status;
pub use effect::{Delivery, Origin};
pub use entry::{EditEntry, Importance, StoredEntry};
pub use impact::{AddImpact, ENDS_BEFORE_START, EditImpact, Impact};
pub use impact_change::ImpactChange;
pub use incident::{Announcement, Incident};
pub use joined::JoinCause;
pub use line::Activity;
pub use link::{Document, LinkRef};
pub use naming::{ChannelNameFound, RenameReason};
pub use note::{DirectMessage, PendingDirectMessage};
pub use overdue::OverdueNotice;
pub use owed::DeliveryKind;
pub use privacy::{AccessSubject, Viewer, Visibility};
pub use receipt::DeliveryOutput;
pub use reminder::{
    ARCHIVE_QUIET_PERIOD, Reminder, ReminderAdjustment, ReminderContext, ReminderState, TriggeredBy,
};
pub use repair::{ChannelLookup, MessageLookup, RepairAction, RepairReport};
pub use responder::Responder;
pub use role::{AssignRoles, RoleAssignment, RoleChange};
pub use said_time::{TimeParseError, UserClock};
pub use seat::RoleTarget;
pub use settings::{
    AnnouncedEvent, ConfiguredRole, RoleCapacity, SETTINGS, Setting, SettingChange, SettingError,
    Settings, WhoDeclares,
};
pub use stranger::{Resolution, UnresolvedUser};
pub use task::{AddTask, EditTask, Task};
pub use task_change::{TaskChange, TaskRef};
pub use timeline::{Author, EntryKind, FieldChange, MessageRef, TimelineEntry, TimelineEvent};
pub use timestamp::Timestamp;
pub use user::{AccountKind, Actor, GuestPolicy, USER_TTL, User, UserNames};
pub use visibility::ChannelMove;
