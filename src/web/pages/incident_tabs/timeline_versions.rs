//! The earlier versions of an edited entry: who wrote which text, and when. `?history=41` shows those of an entry.

use std::collections::HashMap;

use crate::domain::{
    Author, Incident, StoredEntry, TimelineEvent, Timestamp, UserClock, UserId, UserNames,
};
use crate::error::{Error, Result};
use crate::store::RecordedEntry;
use crate::web::pages::incident_tabs::TabState;
use crate::web::parts::{Time, user_name};
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
    /// When it happened, according to this version; `None` if the next version says the same.
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
    let mut written = (author(entry.author.as_ref(), names), entry.recorded_at);
    let mut versions: Vec<(Version, Option<Timestamp>)> = Vec::new();
    for earlier in &recorded.earlier {
        let (author, at) = written;
        versions.push((
            version(author, Time::new(at, clock), &earlier.event),
            earlier.happened_at,
        ));
        written = (editor(earlier.edited_by.as_ref(), names), earlier.edited_at);
    }
    let (author, at) = written;
    let current = version(author, Time::new(at, clock), &entry.event);
    versions.push((current, Some(entry.happened_at)));
    for index in (1..versions.len()).rev() {
        let (dated, next) = (versions[index - 1].1, versions[index].1);
        if dated != next {
            for moved in [index - 1, index] {
                versions[moved].0.dated = versions[moved].1.map(|at| Time::new(at, clock));
            }
        }
    }
    versions.into_iter().map(|(version, _)| version).collect()
}

fn version(author: String, written: Time, event: &TimelineEvent) -> Version {
    Version {
        written,
        author,
        dated: None,
        text: written_text(event).to_owned(),
    }
}

/// Returns the text of an entry that can be edited.
fn written_text(event: &TimelineEvent) -> &str {
    match event {
        TimelineEvent::Note { text }
        | TimelineEvent::StatusUpdate { text, .. }
        | TimelineEvent::Message { text } => text,
        _ => "",
    }
}

fn author(author: Option<&Author>, names: &UserNames) -> String {
    match author {
        Some(Author::User(user)) => user_name(user, names),
        Some(Author::App(app)) => app.clone(),
        None => "Muster".to_owned(),
    }
}

/// Returns the user of an edit. Slack reports edits of messages without their user.
fn editor(user: Option<&UserId>, names: &UserNames) -> String {
    user.map_or("in Slack".to_owned(), |user| user_name(user, names))
}
