//! `muster export`: every incident, as JSON and as Markdown, to a folder.

mod json;
mod lengths;
mod markdown;

use std::path::Path;

use muster_commands::IncidentId;

use crate::backup::unread;
use crate::domain::Moment;
use crate::error::{Error, Result};
use crate::serve::Failure;
use crate::store::Records;

/// Writes every incident in `database`, as it is now, to a folder that is new or empty; gives what is said of
/// it.
///
/// # Errors
/// A sentence when there is no store, when something is in the folder, or when it cannot be written.
pub fn export(database: &Path, folder: &Path, now: Moment) -> std::result::Result<String, Failure> {
    let mut records = Records::open(database).map_err(|error| unread(database, &error))?;
    records
        .is_of_today()
        .map_err(|error| unread(database, &error))?;
    begin(folder)?;
    let mut contents = String::from("# Incidents\n\n");
    let written = records.each(|recorded, names| {
        let id = recorded.incident.id;
        let json = format!("{:#}\n", json::incident(recorded, names, now));
        write(folder, &format!("{id}.json"), &json)?;
        write(
            folder,
            &format!("{id}.md"),
            &markdown::incident(recorded, names, now),
        )?;
        contents.push_str(&markdown::in_one_line(&recorded.incident));
        Ok(())
    });
    let written = written
        .and_then(|ids| write(folder, "incidents.md", &contents).map(|()| ids))
        .map_err(|error| {
            Failure(format!(
                "Not every incident could be written to {}: {error}. Remove what is there, and see that \
                 the disk has room; nothing of the store was changed.",
                folder.display()
            ))
        })?;
    Ok(said(folder, &written))
}

/// Makes the folder; one that is there must be empty, so that nothing in it is replaced or mistaken.
fn begin(folder: &Path) -> std::result::Result<(), Failure> {
    let begun = std::fs::create_dir_all(folder).and_then(|()| std::fs::read_dir(folder));
    let mut there = begun.map_err(|error| {
        Failure(format!(
            "The folder {} cannot be made: {error}. Name another.",
            folder.display()
        ))
    })?;
    match there.next() {
        None => Ok(()),
        Some(_) => Err(Failure(format!(
            "{} is not empty, and nothing was written. Name a folder that is new or empty.",
            folder.display()
        ))),
    }
}

fn write(folder: &Path, name: &str, text: &str) -> Result<()> {
    std::fs::write(folder.join(name), text).map_err(Error::internal)
}

fn said(folder: &Path, written: &[IncidentId]) -> String {
    let folder = folder.display();
    match written {
        [] => format!("The store holds no incident; {folder}/incidents.md says so."),
        [only] => format!("Wrote {only} to {folder}, as JSON and as Markdown."),
        [first, .., last] => format!(
            "Wrote {} incidents to {folder}, {first} to {last}, each as JSON and as Markdown. \
             {folder}/incidents.md lists them.",
            written.len()
        ),
    }
}
