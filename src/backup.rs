//! `muster backup`: copies the store to a file, while the bot runs.

use std::fs::File;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::serve::Failure;
use crate::store::{Census, Records};

/// Copies the store in `database` to a new file; gives what is said of it.
///
/// # Errors
/// A sentence when there is no store, when the file is there already, or when it cannot be written; then
/// nothing is left of it.
pub fn back_up(database: &Path, file: &Path) -> Result<String, Failure> {
    let taken = |file: &Path| file.try_exists().unwrap_or(true);
    if taken(file) {
        return Err(Failure(format!(
            "{} is there already, and nothing was written: a backup replaces no file. Name another.",
            file.display()
        )));
    }
    let part = part_of(file);
    let copied = copy(database, &part).and_then(|census| {
        if taken(file) {
            return Err(unwritten(file, "another program made it meanwhile"));
        }
        std::fs::rename(&part, file).map_err(|error| unwritten(file, error))?;
        Ok(census)
    });
    match copied {
        Ok(census) => Ok(said(database, file, census)),
        Err(failure) => {
            // A copy that is not whole must not be taken for a backup.
            drop(std::fs::remove_file(&part));
            Err(failure)
        }
    }
}

/// Copies the store, reads the copy again to see that it is whole, and has it written to the disk.
fn copy(database: &Path, part: &Path) -> Result<Census, Failure> {
    let records = Records::open(database).map_err(|error| unread(database, &error))?;
    records
        .copy_to(part)
        .map_err(|error| unwritten(part, error))?;
    let copied = Records::open(part).map_err(|error| unwritten(part, error))?;
    let census = copied.census().map_err(|error| unwritten(part, error))?;
    drop(copied);
    File::open(part)
        .and_then(|file| file.sync_all())
        .map_err(|error| unwritten(part, error))?;
    Ok(census)
}

/// Gives the name of the file until it is whole.
fn part_of(file: &Path) -> PathBuf {
    let mut part = file.as_os_str().to_owned();
    part.push(format!(".{:08x}.part", rand::random::<u32>()));
    part.into()
}

fn said(database: &Path, file: &Path, census: Census) -> String {
    let size = std::fs::metadata(file).map_or(0, |metadata| metadata.len());
    let Census {
        incidents,
        open,
        entries,
        owed,
    } = census;
    format!(
        "Backed up {} to {}: {}.\nIt holds {} ({open} open) with {}; {} to be sent.",
        database.display(),
        file.display(),
        in_words(size),
        counted(incidents, "incident", "incidents"),
        counted(entries, "line of timeline", "lines of timeline"),
        counted(owed, "delivery waits", "deliveries wait"),
    )
}

/// Gives a number of bytes in words: `1.2 MB`.
fn in_words(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{}.{} kB", bytes / 1_000, bytes % 1_000 / 100),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}

/// Gives how many there are of something: `1 incident`, `2 incidents`.
pub fn counted(count: i64, one: &str, several: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { several })
}

/// Gives what is said of a store that cannot be read.
pub fn unread(database: &Path, error: &Error) -> Failure {
    match error {
        Error::Refused(sentence) => Failure(sentence.clone()),
        Error::Form(_)
        | Error::NotFound(_)
        | Error::Unauthorized
        | Error::NotStored(_)
        | Error::Internal(_) => Failure(format!(
            "The store {} cannot be read: {error}. `muster verify` says what is wrong with it.",
            database.display()
        )),
    }
}

fn unwritten(file: &Path, why: impl std::fmt::Display) -> Failure {
    Failure(format!(
        "The backup could not be written to {}: {why}. Nothing is left of it. Check that its folder is \
         there and may be written to, and that the disk has room.",
        file.display()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_said_in_words() {
        assert_eq!(in_words(999), "999 bytes");
        assert_eq!(in_words(1_250), "1.2 kB");
        assert_eq!(in_words(23_456_789), "23.4 MB");
    }
}
