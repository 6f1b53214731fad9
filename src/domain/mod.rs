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
mod deliveries;
mod durations;
mod effect;
mod home;
mod impact;
mod incident;
mod link;
mod moment;
mod note;
mod overdue;
mod person;
mod privacy;
mod responder;
pub mod role;
mod said_time;
#[cfg(test)]
pub mod sample;
mod settings;
mod subscription;
mod task;
mod task_change;
mod timeline;
mod update;

pub use bookmarks::{Bookmark, StandingBookmark, Step};
pub use called::{Called, called};
pub use change::{Change, Decision, Refusal};
pub use channel::{Channel, ChannelNews, ChannelState};
pub use channel_name::{ChannelName, NAME_LIMIT};
pub use durations::time_in_each;
pub use effect::{Company, Effect, Line, Owed, Place, Receipt};
pub use impact::{ENDS_BEFORE, Impact, ImpactEdit, NewImpact};
pub use incident::{Card, Incident};
pub use link::{Document, LinkRef};
pub use moment::Moment;
pub use note::{Note, WaitingNote};
pub use overdue::Overdue;
pub use person::{By, Guests, Names, Person, PersonStanding};
pub use privacy::{Guarded, Viewer, Visibility};
pub use responder::Responder;
pub use role::{Assign, Holding, RoleNews};
pub use said_time::{Untimely, WallClock};
pub use settings::{
    Announced, Changed, Declarers, HowMany, SETTINGS, Setting, Settings, TeamRole, Wrong,
};
pub use task::{NewTask, Task, TaskEdit};
pub use task_change::{TaskChange, TaskRef};
pub use timeline::{Author, Entry, EntryKind, FieldChange, ImpactChange, MessageRef, What};
