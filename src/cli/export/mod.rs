//! `muster export`: writes all incidents as JSON and Markdown to a folder.

mod changes;
mod durations;
mod fields;
mod json;
mod markdown;
mod notifications;
mod postmortem;

use std::path::Path;

use crate::cli::backup::read_error;
use crate::cli::command_error::CommandError;
use crate::domain::{IncidentId, Timestamp};
use crate::error::{Error, Result};
use crate::store::Snapshot;

/// Writes the current state of all incidents in `database` to a new or empty folder. Returns a summary for
/// the operator.
pub fn export(
    database: &Path,
    folder: &Path,
    now: Timestamp,
) -> std::result::Result<String, CommandError> {
    let mut store = Snapshot::open(database).map_err(|error| read_error(database, &error))?;
    store
        .require_current_version()
        .map_err(|error| read_error(database, &error))?;
    create_folder(folder)?;
    let mut contents = String::from("# Incidents\n\n");
    let ids = store.for_each_incident(|record, names| {
        let id = record.incident.id;
        let json = format!("{:#}\n", json::incident(record, names, now));
        write_file(folder, &format!("{id}.json"), &json)?;
        write_file(
            folder,
            &format!("{id}.md"),
            &markdown::incident(record, names, now),
        )?;
        if let Some(document) = postmortem::as_text(record, now) {
            write_file(folder, &format!("{id}-postmortem.md"), &document)?;
        }
        contents.push_str(&markdown::list_item(&record.incident));
        Ok(())
    });
    let ids = ids
        .and_then(|ids| write_file(folder, "incidents.md", &contents).map(|()| ids))
        .map_err(|error| {
            CommandError::failed(format!(
                "The export to {} is incomplete: {error}. Delete it, check that the disk has space, and try \
                 again.",
                folder.display()
            ))
        })?;
    Ok(summary(folder, &ids))
}

/// Creates the folder. An existing one must be empty, so that no file is replaced or mistaken for a new one.
fn create_folder(folder: &Path) -> std::result::Result<(), CommandError> {
    let entries = std::fs::create_dir_all(folder).and_then(|()| std::fs::read_dir(folder));
    let mut entries = entries.map_err(|error| {
        CommandError::failed(format!(
            "Can't create the folder {}: {error}. Choose another one.",
            folder.display()
        ))
    })?;
    match entries.next() {
        None => Ok(()),
        Some(_) => Err(CommandError::failed(format!(
            "{} isn't empty, so nothing was exported. Choose a new or empty folder.",
            folder.display()
        ))),
    }
}

fn write_file(folder: &Path, name: &str, text: &str) -> Result<()> {
    std::fs::write(folder.join(name), text).map_err(Error::internal)
}

fn summary(folder: &Path, ids: &[IncidentId]) -> String {
    let folder = folder.display();
    match ids {
        [] => format!("There are no incidents. Wrote an empty list to {folder}/incidents.md."),
        [only] => format!("Exported {only} to {folder} as JSON and Markdown."),
        [first, .., last] => format!(
            "Exported {} incidents ({first} to {last}) to {folder} as JSON and Markdown. \
             {folder}/incidents.md lists them.",
            ids.len()
        ),
    }
}
