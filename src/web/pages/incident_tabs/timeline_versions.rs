//! The earlier versions of an edited entry: who wrote which text, and when. `?history=41` shows those of an entry.

use std::collections::HashMap;

use crate::domain::text::MUSTER;
use crate::domain::{
    Author, Incident, StoredEntry, TimelineEvent, Timestamp, UserClock, UserId, UserNames,
};
use crate::error::{Error, Result};
use crate::store::RecordedEntry;
use crate::web::pages::incident_tabs::TabState;
use crate::web::parts::{Time, actor_name, user_name};
use crate::web::session::SignedIn;

/// The field of the address that names the entry.
pub(super) const HISTORY: &str = "history";

/// The versions of one entry, which the page shows.
pub(super) struct EntryVersions {
    pub(super) entry: i64,
    pub(super) versions: Vec<Version>,
}

/// A version of an entry.
#[derive(Clone)]
pub(super) struct Version {
    /// When it was written.
    pub(super) written: Time,
    /// The user or the app who wrote it.
    pub(super) author: String,
    /// When it happened, according to this version; `None` if the versions next to it say the same.
    pub(super) dated: Option<Time>,
    pub(super) text: String,
}

/// Returns how often the entries of a page were edited.
pub(super) async fn edit_counts(
    signed_in: &SignedIn,
    incident: &Incident,
    entries: &[StoredEntry],
) -> Result<HashMap<i64, i64>> {
    let ids = entries.iter().map(|stored| stored.id).collect();
    let viewer = signed_in.viewer.clone();
    let store = signed_in.store();
    store.edit_counts(viewer, incident.id, ids).await
}

/// Returns the versions of the entry that the address names, the first one first; `None` if it names none.
pub(super) async fn versions(
    signed_in: &SignedIn,
    incident: &Incident,
    state: &TabState,
) -> Result<Option<EntryVersions>> {
    let entry = state.query.get(HISTORY).and_then(|it| it.parse().ok());
    let Some(entry) = entry else {
        return Ok(None);
    };
    let viewer = signed_in.viewer.clone();
    let history = signed_in.store().entry_history(viewer, incident.id, entry);
    match history.await {
        Ok((recorded, names)) => Ok(Some(EntryVersions {
            entry,
            versions: list(&recorded, &names, &signed_in.clock),
        })),
        Err(Error::NotFound(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Returns all versions. The store keeps each earlier one with the edit that replaced it, so a version was
/// written by the edit before.
fn list(recorded: &RecordedEntry, names: &UserNames, clock: &UserClock) -> Vec<Version> {
    let entry = &recorded.stored.entry;
    let dates = dates(recorded);
    let is_moved = |index: usize| {
        let neighbours = [index.checked_sub(1), index.checked_add(1)];
        let neighbours = neighbours.into_iter().flatten();
        neighbours
            .filter_map(|it| dates.get(it))
            .any(|it| *it != dates[index])
    };
    let edits = recorded.earlier.iter();
    let editor = |user: Option<&UserId>| match user {
        // Slack reports edits of messages without their user.
        None if entry.message.is_some() => "in Slack".to_owned(),
        user => actor_name(user, names),
    };
    let editors = edits.map(|it| (editor(it.edited_by.as_ref()), it.edited_at));
    let first = (author(entry.author.as_ref(), names), entry.recorded_at);
    let writers = std::iter::once(first).chain(editors);
    let events = recorded.earlier.iter().map(|it| &it.event);
    let events = events.chain([&entry.event]);
    let versions = writers.zip(events).enumerate();
    let versions = versions.map(|(index, ((author, at), event))| Version {
        written: Time::new(at, clock),
        author,
        dated: is_moved(index).then(|| Time::new(dates[index], clock)),
        text: written_text(event).to_owned(),
    });
    versions.collect()
}

/// Returns when it happened according to each version.
fn dates(recorded: &RecordedEntry) -> Vec<Timestamp> {
    let mut date = recorded.stored.entry.happened_at;
    let mut dates = vec![date];
    for earlier in recorded.earlier.iter().rev() {
        date = earlier.happened_at.unwrap_or(date);
        dates.push(date);
    }
    dates.reverse();
    dates
}

/// Returns the text of an entry that can be edited.
fn written_text(event: &TimelineEvent) -> &str {
    use TimelineEvent::{Message, Note, StatusUpdate};
    match event {
        Note { text } | StatusUpdate { text, .. } | Message { text } => text,
        _ => "",
    }
}

fn author(author: Option<&Author>, names: &UserNames) -> String {
    match author {
        Some(Author::User(user)) => user_name(user, names),
        Some(Author::App(app)) => app.clone(),
        None => MUSTER.to_owned(),
    }
}
