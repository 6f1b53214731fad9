//! Inspects a database file without opening the store: nothing is created, migrated or changed.

use std::fs::{File, TryLockError};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};

use crate::store::db::migrations::current_version;

/// The start of every SQLite file, and the offset of the version that `PRAGMA user_version` returns.
/// SQLite: sqlite.org/fileformat.html, “The Database Header”.
const MAGIC: &[u8; 16] = b"SQLite format 3\0";
const VERSION_OFFSET: usize = 60;

/// The state of a database file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreStatus {
    /// The file does not exist; the bot creates it when it starts.
    Missing,
    /// The file exists and no bot is using it.
    Free,
    /// A bot is using the file.
    InUse,
    /// The schema version is newer than this program's.
    TooNew(i64),
    /// The file is read-only.
    ReadOnly,
    /// The file cannot be read, with the reason.
    Unreadable(String),
}

/// Returns the state of a database file.
pub fn inspect(path: &Path) -> StoreStatus {
    let metadata = match std::fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return StoreStatus::Missing,
        Err(error) => return StoreStatus::Unreadable(error.to_string()),
    };
    let version = if sibling_path(path, "-wal").exists() {
        version_from_sqlite(path)
    } else {
        version_from_header(path)
    };
    match version {
        Err(why) => StoreStatus::Unreadable(why),
        Ok(version) if version > current_version() => StoreStatus::TooNew(version),
        Ok(_) if metadata.permissions().readonly() => StoreStatus::ReadOnly,
        Ok(_) if is_locked(path) => StoreStatus::InUse,
        Ok(_) => StoreStatus::Free,
    }
}

/// Returns the path of the lock file. A running bot holds a lock on it.
pub fn lock_path(path: &Path) -> PathBuf {
    sibling_path(path, ".lock")
}

fn sibling_path(path: &Path, ending: &str) -> PathBuf {
    let mut beside = path.as_os_str().to_owned();
    beside.push(ending);
    beside.into()
}

fn is_locked(path: &Path) -> bool {
    let lock = File::open(lock_path(path)).map(|file| file.try_lock_shared());
    matches!(lock, Ok(Err(TryLockError::WouldBlock)))
}

/// Reads the version from the file header, because SQLite would create files next to the database.
fn version_from_header(path: &Path) -> Result<i64, String> {
    let mut header = [0; 100];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut header));
    match read {
        Ok(()) if header.starts_with(MAGIC) => Ok(()),
        Ok(()) => Err("it is not a SQLite database".to_owned()),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            Err("it is not a SQLite database".to_owned())
        }
        Err(error) => Err(error.to_string()),
    }?;
    let mut version = [0; 4];
    version.copy_from_slice(&header[VERSION_OFFSET..VERSION_OFFSET + 4]);
    Ok(i64::from(u32::from_be_bytes(version)))
}

/// Reads the version with SQLite, because the WAL may contain a newer one.
fn version_from_sqlite(path: &Path) -> Result<i64, String> {
    Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)
        .and_then(|connection| connection.query_row("PRAGMA user_version", [], |row| row.get(0)))
        .map_err(|error| error.to_string())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::store::Store;

    fn file_names(folder: &Path) -> Vec<std::ffi::OsString> {
        let files = std::fs::read_dir(folder).unwrap();
        let mut names: Vec<_> = files.map(|file| file.unwrap().file_name()).collect();
        names.sort();
        names
    }

    #[tokio::test]
    async fn status_is_reported_before_while_and_after_a_bot_uses_the_store() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("incidents.db");
        assert_eq!(inspect(&path), StoreStatus::Missing);
        assert!(file_names(folder.path()).is_empty());

        let store = Store::open(&path).unwrap();
        assert_eq!(inspect(&path), StoreStatus::InUse);
        let closed = store.closed();
        drop(store);
        closed.await;
        let before = file_names(folder.path());
        assert_eq!(inspect(&path), StoreStatus::Free);
        assert_eq!(file_names(folder.path()), before);
        assert_eq!(before, ["incidents.db", "incidents.db.lock"]);
    }

    #[test]
    fn inspect_rejects_other_files_and_newer_schemas() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notes.txt");
        for text in ["", &"not a database ".repeat(20)] {
            std::fs::write(&path, text).unwrap();
            let why = "it is not a SQLite database".to_owned();
            assert_eq!(inspect(&path), StoreStatus::Unreadable(why));
        }
        let path = folder.path().join("newer.db");
        let newer = Connection::open(&path).unwrap();
        newer.pragma_update(None, "user_version", 9).unwrap();
        drop(newer);
        assert_eq!(inspect(&path), StoreStatus::TooNew(9));
    }
}
