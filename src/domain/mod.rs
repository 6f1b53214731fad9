//! Incidents and what happens to them.
//!
//! Pure: it is told the time, it is handed an incident and a request, and it says what the
//! incident will be, what the timeline gains, and what we owe the world. It speaks plain text;
//! markup belongs to the edge that shows it.

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
mod moment;
mod naming;
mod note;
mod overdue;
mod owed;
mod person;
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
mod update;
mod visibility;

pub use bookmarks::{Bookmark, StandingBookmark, Step};
pub use called::{Called, called};
pub use change::{Change, Decision, Edit, Outcome, Refusal};
pub use channel::{Channel, ChannelNews, ChannelState};
pub use channel_name::{ChannelName, NAME_LIMIT, follows};
pub use company::Company;
pub use durations::time_in_each;
pub use effect::{Effect, Place};
pub use entry::{EntryEdit, Flag, KeptEntry};
pub use impact::{ENDS_BEFORE, Impact, ImpactEdit, NewImpact};
pub use impact_change::ImpactChange;
pub use incident::{Card, Incident};
pub use joined::Arrival;
pub use line::Line;
pub use link::{Document, LinkRef};
pub use moment::Moment;
pub use naming::{NameFound, Naming};
pub use note::{Note, WaitingNote};
pub use overdue::Overdue;
pub use owed::Owed;
pub use person::{By, Guests, KNOWN_FOR, Names, Person, PersonStanding};
pub use privacy::{Guarded, Viewer, Visibility};
pub use receipt::Receipt;
pub use reminder::{Adjust, QUIET, Reminder, ReminderChange, Touched, Wait};
pub use repair::{Found, FoundChannel, FoundPiece, Mended};
pub use responder::Responder;
pub use role::{Assign, Holding, RoleNews};
pub use said_time::{Untimely, WallClock};
pub use seat::Seat;
pub use settings::{
    Announced, Changed, Declarers, HowMany, SETTINGS, Setting, Settings, TeamRole, Wrong,
};
pub use stranger::{Became, Stranger};
pub use task::{NewTask, Task, TaskEdit};
pub use task_change::{TaskChange, TaskRef};
pub use timeline::{Author, Entry, EntryKind, FieldChange, MessageRef, What};
pub use visibility::Moved;
