//! The page of an incident, with its tabs and forms.

mod configured_fields;
mod conflicts;
mod details;
mod fields;
mod history;
mod list_position;
mod new_entries;
mod new_notification;
mod no_commander;
mod notifications;
mod overview;
mod remediation;
mod timeline;
mod undo;

use crate::browser::Page;

/// Returns the ID of the entry that contains the first occurrence of a text on the page.
pub fn entry_before(page: &Page, text: &str) -> String {
    let (before, _) = page.html.split_once(text).unwrap();
    let (_, id) = before.rsplit_once("id=\"entry-").unwrap();
    id.split('"').next().unwrap().to_owned()
}
