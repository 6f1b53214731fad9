//! Inspects a database file without opening the store: nothing is created, migrated or changed.

use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::store::db::migrations::current_version;

const NOT_A_DATABASE: &str = "it isn't a SQLite database";

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
    // SQLite reads an empty file as an empty database.
    if metadata.len() == 0 {
        return StoreStatus::Unreadable(NOT_A_DATABASE.to_owned());
    }
    match schema_version(path) {
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::NotADatabase) => {
            StoreStatus::Unreadable(NOT_A_DATABASE.to_owned())
        }
        Err(error) => StoreStatus::Unreadable(error.to_string()),
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
    let mut sibling = path.as_os_str().to_owned();
    sibling.push(ending);
    sibling.into()
}

fn is_locked(path: &Path) -> bool {
    let lock = File::open(lock_path(path)).map(|file| file.try_lock_shared());
    matches!(lock, Ok(Err(TryLockError::WouldBlock)))
}

/// Reads the schema version.
fn schema_version(path: &Path) -> rusqlite::Result<i64> {
    let mut uri = "file:".to_owned();
    for byte in path.as_os_str().as_encoded_bytes() {
        uri.push_str(&format!("%{byte:02x}"));
    }
    // If there is no WAL, SQLite would create one next to the database, unless that is immutable.
    if !sibling_path(path, "-wal").exists() {
        uri.push_str("?immutable=1");
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    Connection::open_with_flags(uri, flags)?.query_row("PRAGMA user_version", [], |row| row.get(0))
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
            let why = "it isn't a SQLite database".to_owned();
            assert_eq!(inspect(&path), StoreStatus::Unreadable(why));
        }
        let path = folder.path().join("newer.db");
        let newer = Connection::open(&path).unwrap();
        newer.pragma_update(None, "user_version", 9).unwrap();
        drop(newer);
        assert_eq!(inspect(&path), StoreStatus::TooNew(9));
    }
}
