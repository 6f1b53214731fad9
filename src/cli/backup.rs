//! `muster backup`: copies the database to a file while the bot is running.

use std::fs::File;
use std::path::{Path, PathBuf};

use crate::cli::serve::StartupError;
use crate::error::Error;
use crate::store::{Counts, Snapshot};

/// Copies the store in `database` to a new file. Returns a summary for the operator.
///
/// An existing file is not replaced. If the copy fails, no partial file remains.
pub fn back_up(database: &Path, file: &Path) -> Result<String, StartupError> {
    let taken = |file: &Path| file.try_exists().unwrap_or(true);
    if taken(file) {
        return Err(StartupError(format!(
            "{} is there already, and nothing was written: a backup replaces no file. Name another.",
            file.display()
        )));
    }
    let part = partial_path(file);
    let copied = copy_database(database, &part).and_then(|census| {
        if taken(file) {
            return Err(write_error(file, "another program made it meanwhile"));
        }
        std::fs::rename(&part, file).map_err(|error| write_error(file, error))?;
        Ok(census)
    });
    match copied {
        Ok(census) => Ok(summary(database, file, census)),
        Err(failure) => {
            // A partial copy must not be mistaken for a backup.
            drop(std::fs::remove_file(&part));
            Err(failure)
        }
    }
}

/// Copies the store, opens the copy and verifies it, and syncs it to disk.
fn copy_database(database: &Path, part: &Path) -> Result<Counts, StartupError> {
    let records = Snapshot::open(database).map_err(|error| read_error(database, &error))?;
    records
        .copy_to(part)
        .map_err(|error| write_error(part, error))?;
    let copied = Snapshot::open(part).map_err(|error| write_error(part, error))?;
    let census = copied.count().map_err(|error| write_error(part, error))?;
    drop(copied);
    File::open(part)
        .and_then(|file| file.sync_all())
        .map_err(|error| write_error(part, error))?;
    Ok(census)
}

/// Returns the temporary name of the file while it is incomplete.
fn partial_path(file: &Path) -> PathBuf {
    let mut part = file.as_os_str().to_owned();
    part.push(format!(".{:08x}.part", rand::random::<u32>()));
    part.into()
}

fn summary(database: &Path, file: &Path, census: Counts) -> String {
    let size = std::fs::metadata(file).map_or(0, |metadata| metadata.len());
    let Counts {
        incidents,
        open_incidents: open,
        entries,
        queued: owed,
    } = census;
    format!(
        "Backed up {} to {}: {}.\nIt holds {} ({open} open) with {}; {} to be sent.",
        database.display(),
        file.display(),
        format_size(size),
        format_count(incidents, "incident", "incidents"),
        format_count(entries, "line of timeline", "lines of timeline"),
        format_count(owed, "delivery waits", "deliveries wait"),
    )
}

/// Formats a number of bytes: `1.2 MB`.
fn format_size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{}.{} kB", bytes / 1_000, bytes % 1_000 / 100),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}

/// Formats a count with its noun: `1 incident`, `2 incidents`.
pub fn format_count(count: i64, one: &str, several: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { several })
}

/// Returns the message for a store that cannot be read.
pub fn read_error(database: &Path, error: &Error) -> StartupError {
    match error {
        Error::Rejected(sentence) => StartupError(sentence.clone()),
        Error::InvalidForm(_)
        | Error::IncidentRequired
        | Error::NotFound(_)
        | Error::Unauthorized
        | Error::StoreUnavailable(_)
        | Error::Internal(_) => StartupError(format!(
            "The store {} cannot be read: {error}. `muster verify` says what is wrong with it.",
            database.display()
        )),
    }
}

fn write_error(file: &Path, why: impl std::fmt::Display) -> StartupError {
    StartupError(format!(
        "The backup could not be written to {}: {why}. Nothing is left of it. Check that its folder is \
         there and may be written to, and that the disk has room.",
        file.display()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_formatted_with_units() {
        assert_eq!(format_size(999), "999 bytes");
        assert_eq!(format_size(1_250), "1.2 kB");
        assert_eq!(format_size(23_456_789), "23.4 MB");
    }
}
