//! Looking at a store without opening it: nothing is made, brought up or changed.

use std::fs::{File, TryLockError};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};

use super::migrations::newest;

/// What every SQLite file begins with, and where the version stands that `PRAGMA user_version` gives.
/// SQLite: sqlite.org/fileformat.html, “The Database Header”.
const MAGIC: &[u8; 16] = b"SQLite format 3\0";
const VERSION_AT: usize = 60;

/// What was seen of a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Look {
    /// There is none yet; it is made at the start.
    NotYet,
    /// It is there, and no bot uses it.
    Free,
    /// It is there, and a bot uses it.
    InUse,
    /// It is of a version that this program does not know.
    TooNew(i64),
    /// It may not be written to.
    ReadOnly,
    /// It cannot be read, and why.
    Unreadable(String),
}

/// Looks at the store in a file.
pub fn look(path: &Path) -> Look {
    let metadata = match std::fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Look::NotYet,
        Err(error) => return Look::Unreadable(error.to_string()),
    };
    let version = if beside(path, "-wal").exists() {
        version_in_use(path)
    } else {
        version_at_rest(path)
    };
    match version {
        Err(why) => Look::Unreadable(why),
        Ok(version) if version > newest() => Look::TooNew(version),
        Ok(_) if metadata.permissions().readonly() => Look::ReadOnly,
        Ok(_) if is_locked(path) => Look::InUse,
        Ok(_) => Look::Free,
    }
}

/// Gives the file whose lock says that a bot uses the store.
pub fn lock_of(path: &Path) -> PathBuf {
    beside(path, ".lock")
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut beside = path.as_os_str().to_owned();
    beside.push(ending);
    beside.into()
}

fn is_locked(path: &Path) -> bool {
    let lock = File::open(lock_of(path)).map(|file| file.try_lock_shared());
    matches!(lock, Ok(Err(TryLockError::WouldBlock)))
}

/// Reads the version from the file itself: SQLite would make files beside it.
fn version_at_rest(path: &Path) -> Result<i64, String> {
    let mut header = [0; 100];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut header));
    match read {
        Ok(()) if header.starts_with(MAGIC) => Ok(()),
        Ok(()) => Err("it is no SQLite database".to_owned()),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            Err("it is no SQLite database".to_owned())
        }
        Err(error) => Err(error.to_string()),
    }?;
    let mut version = [0; 4];
    version.copy_from_slice(&header[VERSION_AT..VERSION_AT + 4]);
    Ok(i64::from(u32::from_be_bytes(version)))
}

/// Asks SQLite for the version, which may still stand in the log beside the file.
fn version_in_use(path: &Path) -> Result<i64, String> {
    Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)
        .and_then(|connection| connection.query_row("PRAGMA user_version", [], |row| row.get(0)))
        .map_err(|error| error.to_string())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::store::Store;

    fn names(folder: &Path) -> Vec<std::ffi::OsString> {
        let files = std::fs::read_dir(folder).unwrap();
        let mut names: Vec<_> = files.map(|file| file.unwrap().file_name()).collect();
        names.sort();
        names
    }

    #[tokio::test]
    async fn a_store_is_seen_before_while_and_after_a_bot_uses_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("incidents.db");
        assert_eq!(look(&path), Look::NotYet);
        assert!(names(folder.path()).is_empty());

        let store = Store::open(&path).unwrap();
        assert_eq!(look(&path), Look::InUse);
        let closed = store.closed();
        drop(store);
        closed.await;
        let before = names(folder.path());
        assert_eq!(look(&path), Look::Free);
        assert_eq!(names(folder.path()), before);
        assert_eq!(before, ["incidents.db", "incidents.db.lock"]);
    }

    #[test]
    fn what_is_no_store_of_ours_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notes.txt");
        for text in ["", &"not a database ".repeat(20)] {
            std::fs::write(&path, text).unwrap();
            let why = "it is no SQLite database".to_owned();
            assert_eq!(look(&path), Look::Unreadable(why));
        }
        let path = folder.path().join("newer.db");
        let newer = Connection::open(&path).unwrap();
        newer.pragma_update(None, "user_version", 9).unwrap();
        drop(newer);
        assert_eq!(look(&path), Look::TooNew(9));
    }
}
