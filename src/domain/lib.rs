//! Incidents and the decisions about them.
//!
//! The domain is pure: a decision takes an incident, a request and the current time, and returns the new
//! state, the timeline entries and the deliveries to enqueue. Texts are plain; the transports add markup.

#![warn(clippy::wildcard_enum_match_arm)]

pub mod alert;
mod analytics;
pub mod api;
pub mod api_key;
pub mod delivery;
mod direct_message;
pub mod field;
mod human_time;
pub mod notification;
pub mod people;
pub mod postmortem;
mod schedule;
#[cfg(any(test, feature = "testing"))]
pub mod testing;

mod change;
mod channel;
pub mod consequences;
mod decision_context;
mod ids;
mod impact;
mod incident;
mod incident_list;
mod incident_type;
pub mod link;
mod settings;
mod string_enum;
mod task;
pub mod text;
mod timeline;
mod timestamp;
pub mod webhook;

pub use crate::analytics::durations::time_in_each_status;
pub use crate::analytics::named_durations::{NamedDuration, status_durations};
pub use crate::channel::channel_name::{ChannelName, NAME_LIMIT, has_mutable_variables};
pub use crate::channel::rename_channel::{ChannelNameFound, RenameReason};
pub use crate::delivery::{Coalesce, Delivery, DeliveryKind, Fetched, Origin};
pub use crate::direct_message::{
    ButtonSubject, DirectMessage, DirectMessageThread, PendingDirectMessage, SentDirectMessage,
};
pub use crate::field::{
    FieldDefinition, FieldEdits, FieldForm, FieldKind, FieldOption, FieldParser, FieldSection,
    FieldValue, FieldValues, RequiredFrom, SlackGroup,
};
pub use crate::human_time::{TimeParseError, UserClock};
pub use crate::impact::impact_change::ImpactChange;
pub use crate::impact::impact_state::ImpactState;
pub use crate::incident::change_visibility::ChannelMove;
pub use crate::incident::declare::Declare;
pub use crate::incident::fields::{CustomerImpact, DetectionMethod, IncidentKind, Status};
pub use crate::incident::import::{
    ImportDocument, ImportIncident, ImportNote, ImportSource, ImportTask, LONGEST_IMPORTED_TITLE,
};
pub use crate::incident::repair::{ChannelLookup, MessageLookup, RepairAction, RepairReport};
pub use crate::incident::resolve::Resolve;
pub use crate::incident::severity::Severity;
pub use crate::incident::severity_scale::{DEFAULT_LEVELS, SeverityLevel, SeverityScale};
pub use crate::incident::similar_title::TitleTokens;
pub use crate::incident::status_update::{NextUpdate, PostStatusUpdate, StatusUpdate};
pub use crate::incident::title::{LONGEST_TITLE, is_blank, title_error};
pub use crate::incident::update::Update;
pub use crate::incident_list::field_filter::{FieldSelection, WITHOUT};
pub use crate::incident_list::filter_query::{LONGEST_SEARCH, ListQuery, ParsedListQuery};
pub use crate::incident_list::filter_sentence::{FilterNames, FilterPart};
pub use crate::incident_list::incident_filter::{
    DeclaredRange, FilterField, FilteredIncident, IncidentFilter, ListPeriod, TimeBounds,
};
pub use crate::incident_list::list_order::{ListCursor, ListGrouping, ListSort};
pub use crate::incident_list::saved_view::{
    LONGEST_VIEW_NAME, LONGEST_VIEW_QUERY, MAX_SAVED_VIEWS, SaveView, SavedView, ViewAction,
    ViewAudience, ViewChange, ViewEditor, checked_view_name,
};
pub use crate::link::add_link::{AddLink, LONGEST_NAME, LinkKind};
pub use crate::link::bookmarks::{Bookmark, BookmarkStep, ExistingBookmark};
pub use crate::link::clipboard::{
    AddToClipboard, ClipboardItem, MAX_CLIPBOARD_ITEMS, clipboard_title,
};
pub use crate::link::edit_document::{EditDocument, NamedUrl};
pub use crate::link::integration::{Integration, IntegrationKind, PutIntegration};
pub use crate::link::signal::Signal;
pub use crate::notification::{
    ContactLookup, MessageTemplate, MessageText, TEMPLATE_VARIABLES, TemplateAttribute,
    TemplateError, TemplateValues, TemplateVariable, UserContact, unclosed_variable,
};
pub use crate::people::access::{AccessSubject, Viewer, Visibility};
pub use crate::people::match_user::{UserMatch, match_user};
pub use crate::people::member_joined::JoinCause;
pub use crate::people::responders::Responder;
pub use crate::people::role::{AssignRoles, RoleAssignment, RoleChange};
pub use crate::people::role_target::RoleTarget;
pub use crate::people::source::Source;
pub use crate::people::unresolved_user::{Resolution, UnresolvedUser};
pub use crate::people::user::{AccountKind, Actor, GuestPolicy, USER_TTL, User, UserNames};
pub use crate::people::user_diff::{MAX_USERS_PER_ROLE, UserDiff};
pub use crate::schedule::{
    ARCHIVE_QUIET_PERIOD, Reminder, ReminderOutcome, ReminderPost, SNOOZED_TASK, ScheduleChange,
    ScheduleEntry, ScheduleKind, TriggeredBy,
};
pub use crate::string_enum::ParseEnumError;
pub use crate::task::handle::TaskHandle;
pub use crate::task::kind::TaskKind;
pub use crate::task::revise_task::ReviseTask;
pub use crate::task::task_change::{TaskChange, TaskRef};
pub use crate::timeline::activity::Activity;
pub use crate::timeline::add_message::{AddMessage, MessageAuthor};
pub use crate::timeline::edit::{EditEntry, Importance, StoredEntry};
pub use crate::timeline::entry::{Author, EntryKind, MessageRef, TimelineEntry};
pub use crate::timeline::event::TimelineEvent;
pub use crate::timeline::field_change::FieldChange;
pub use crate::timeline::message::{FetchedText, MessageEdit};
pub use crate::timeline::post::{ActivityPost, PostedEntry, PostedState};
pub use crate::timeline::pushpin::PushpinReaction;
pub use crate::timeline::restore::{RemovableEntry, RemovalState};
pub use change::{Change, Decision, Rejection, TimelineEdit, TimelineEditKind};
pub use channel::{Channel, ChannelEvent, ChannelState, channel_url};
pub use decision_context::{DecisionContext, UserLookup};
pub use ids::{ChannelId, EventId, IncidentId, MessageTs, ParseIncidentIdError, UserId};
pub use impact::{AddImpact, ENDS_BEFORE_START, EditImpact, Impact};
pub use incident::{Announcement, Incident};
pub use incident_type::{DEFAULT_INCIDENT_TYPE, IncidentTypeName};
pub use link::{Document, LinkRef};
pub use settings::{
    AnnouncedEvent, ChangeSettings, ConfiguredRole, Rename, RoleCapacity, SETTINGS, Setting,
    SettingChange, SettingError, SettingGroup, SettingKind, Settings, WhoDeclares, WhoReads,
    item_name, renames,
};
pub use task::{AddTask, EditTask, Task};
pub use timestamp::Timestamp;
