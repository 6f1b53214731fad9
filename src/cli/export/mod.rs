//! `muster export`: writes all incidents as JSON and Markdown to a folder.

mod durations;

mod json;
mod markdown;

use std::path::Path;

use muster_commands::IncidentId;

use crate::cli::backup::read_error;
use crate::cli::serve::StartupError;
use crate::domain::Timestamp;
use crate::error::{Error, Result};
use crate::store::Snapshot;

/// Writes the current state of all incidents in `database` to a new or empty folder. Returns a summary for
/// the operator.
pub fn export(
    database: &Path,
    folder: &Path,
    now: Timestamp,
) -> std::result::Result<String, StartupError> {
    let mut records = Snapshot::open(database).map_err(|error| read_error(database, &error))?;
    records
        .require_current_version()
        .map_err(|error| read_error(database, &error))?;
    create_folder(folder)?;
    let mut contents = String::from("# Incidents\n\n");
    let written = records.for_each_incident(|recorded, names| {
        let id = recorded.incident.id;
        let json = format!("{:#}\n", json::incident(recorded, names, now));
        write_file(folder, &format!("{id}.json"), &json)?;
        write_file(
            folder,
            &format!("{id}.md"),
            &markdown::incident(recorded, names, now),
        )?;
        contents.push_str(&markdown::list_item(&recorded.incident));
        Ok(())
    });
    let written = written
        .and_then(|ids| write_file(folder, "incidents.md", &contents).map(|()| ids))
        .map_err(|error| {
            StartupError(format!(
                "Not every incident could be written to {}: {error}. Remove the written files, and check that \
                 the disk has space. The store was not changed.",
                folder.display()
            ))
        })?;
    Ok(summary(folder, &written))
}

/// Creates the folder. An existing one must be empty, so that no file is replaced or taken for a new one.
fn create_folder(folder: &Path) -> std::result::Result<(), StartupError> {
    let begun = std::fs::create_dir_all(folder).and_then(|()| std::fs::read_dir(folder));
    let mut there = begun.map_err(|error| {
        StartupError(format!(
            "The folder {} cannot be created: {error}. Choose another.",
            folder.display()
        ))
    })?;
    match there.next() {
        None => Ok(()),
        Some(_) => Err(StartupError(format!(
            "{} is not empty, and nothing was written. Name a folder that is new or empty.",
            folder.display()
        ))),
    }
}

fn write_file(folder: &Path, name: &str, text: &str) -> Result<()> {
    std::fs::write(folder.join(name), text).map_err(Error::internal)
}

fn summary(folder: &Path, written: &[IncidentId]) -> String {
    let folder = folder.display();
    match written {
        [] => format!("The store contains no incidents; {folder}/incidents.md is an empty list."),
        [only] => format!("Wrote {only} to {folder}, as JSON and as Markdown."),
        [first, .., last] => format!(
            "Wrote {} incidents to {folder}, {first} to {last}, each as JSON and as Markdown. \
             {folder}/incidents.md lists them.",
            written.len()
        ),
    }
}
