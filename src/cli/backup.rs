//! `muster backup`: copies the database to a file while the bot is running.

use std::fmt;
use std::fs::File;
use std::path::{Path, PathBuf};

use crate::cli::command_error::CommandError;
use crate::error::Error;
use crate::store::{Counts, Snapshot};

/// Copies the store in `database` to a new file. Returns a summary for the operator.
///
/// An existing file is not replaced. If the copy fails, no partial file remains.
pub fn back_up(database: &Path, file: &Path) -> Result<String, CommandError> {
    if exists(file) {
        return Err(CommandError::failed(format!(
            "{} already exists, so no backup was made. Choose another file name.",
            file.display()
        )));
    }
    let partial = partial_path(file);
    let copied = copy_database(database, &partial, file).and_then(|counts| {
        if exists(file) {
            return Err(write_error(file, "the file was created by another program"));
        }
        std::fs::rename(&partial, file).map_err(|error| write_error(file, error))?;
        Ok(counts)
    });
    if copied.is_err() {
        // A partial copy must not be mistaken for a backup.
        drop(std::fs::remove_file(&partial));
    }
    Ok(summary(database, file, &copied?))
}

/// Returns whether a file exists. If that cannot be determined, it is not replaced.
fn exists(file: &Path) -> bool {
    file.try_exists().unwrap_or(true)
}

/// Copies the store, opens the copy and verifies it, and syncs it to disk. Errors name `file`, the name that
/// the copy receives.
fn copy_database(database: &Path, copy: &Path, file: &Path) -> Result<Counts, CommandError> {
    let store = Snapshot::open(database).map_err(|error| read_error(database, &error))?;
    // The operator knows the name of the backup, not the temporary one.
    let name = |path: &Path| path.display().to_string();
    let error = |cause: String| write_error(file, cause.replace(&name(copy), &name(file)));
    store.copy_to(copy).map_err(|it| error(it.cause()))?;
    let counts = Snapshot::open(copy).and_then(|copy| copy.count());
    let counts = counts.map_err(|it| error(it.cause()))?;
    let synced = File::open(copy).and_then(|copy| copy.sync_all());
    synced.map_err(|it| error(it.to_string()))?;
    Ok(counts)
}

/// Returns the temporary name of the file while it is incomplete.
fn partial_path(file: &Path) -> PathBuf {
    let mut partial = file.as_os_str().to_owned();
    partial.push(format!(".{:08x}.part", rand::random::<u32>()));
    partial.into()
}

fn summary(database: &Path, file: &Path, counts: &Counts) -> String {
    let size = std::fs::metadata(file).map_or(0, |metadata| metadata.len());
    format!(
        "Backed up {} to {} ({}).\n{} ({} open), {}, {}.",
        database.display(),
        file.display(),
        format_size(size),
        format_count(counts.incidents, "incident", "incidents"),
        counts.open_incidents,
        format_count(counts.entries, "timeline entry", "timeline entries"),
        format_count(counts.queued, "pending delivery", "pending deliveries"),
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
pub fn format_count(count: i64, singular: &str, plural: &str) -> String {
    format!("{count} {}", if count == 1 { singular } else { plural })
}

/// Returns the error for a store that cannot be read.
pub fn read_error(database: &Path, error: &Error) -> CommandError {
    let message = format!(
        "Can't read the database {}: {}. Run `muster verify` to find the cause.",
        database.display(),
        error.cause()
    );
    CommandError::store(error, message)
}

fn write_error(file: &Path, cause: impl fmt::Display) -> CommandError {
    CommandError::failed(format!(
        "Can't write the backup {}: {cause}. No file was left behind. Check that the folder exists and is \
         writable, and that the disk has space.",
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
