//! Keeps the workspace in a JSON file over restarts.
//!
//! A change is written within [`SAVE_DELAY`], so a killed process loses at most the changes since then. The
//! file is replaced atomically. A file that cannot be read is renamed, and the sandbox starts empty.

mod saved_workspace;

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::server::Shared;
use crate::storage::saved_workspace::SavedWorkspace;
use crate::workspace::Workspace;

/// Changes within this time are written together.
const SAVE_DELAY: Duration = Duration::from_millis(200);

/// The file of the workspace.
#[derive(Clone)]
pub struct Storage {
    /// The path.
    pub path: PathBuf,
    /// Receives sentences about a file that cannot be read or written.
    pub warn: Arc<dyn Fn(&str) + Send + Sync>,
}

/// The state of the file.
pub(crate) struct StorageState {
    storage: Storage,
    file: Mutex<FileState>,
}

#[derive(Default)]
struct FileState {
    /// The content of the file, as far as it is known.
    saved: Vec<u8>,
    /// Shown on the page.
    warning: Option<String>,
    /// Whether the warning is about the last write.
    is_write_failing: bool,
    /// Whether the file must not be overwritten.
    is_read_only: bool,
}

/// A storage whose file has been read.
pub(crate) struct OpenedStorage {
    pub(crate) state: StorageState,
    saved: Option<SavedWorkspace>,
}

impl OpenedStorage {
    /// Reads the file. If that is impossible, renames it and warns.
    pub(crate) fn open(storage: Storage) -> Self {
        let mut file = FileState::default();
        let saved = match read(&storage.path) {
            Ok(saved) => saved,
            Err(problem) => {
                let warning = move_broken_file(&storage.path, &problem, &mut file);
                (storage.warn)(&warning);
                file.warning = Some(warning);
                None
            }
        };
        let file = Mutex::new(file);
        Self {
            state: StorageState { storage, file },
            saved,
        }
    }

    /// Returns how far the clock was moved forward.
    pub(crate) fn advanced_seconds(&self) -> i64 {
        self.saved
            .as_ref()
            .map_or(0, |saved| saved.advanced_seconds)
    }

    /// Restores the saved content, if there is any, into a new workspace.
    pub(crate) fn restore_into(self, workspace: &mut Workspace) -> StorageState {
        if let Some(saved) = self.saved {
            saved.restore_into(workspace);
        }
        self.state
    }
}

impl StorageState {
    /// Returns the warning for the page.
    pub(crate) fn warning(&self) -> Option<String> {
        self.lock().warning.clone()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, FileState> {
        self.file.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shared {
    /// Writes the workspace if it has changed.
    pub(crate) fn save(&self) {
        let Some(state) = &self.storage else {
            return;
        };
        // Locked before the workspace is copied, so that an older copy never replaces a newer one.
        let mut file = state.lock();
        if file.is_read_only {
            return;
        }
        let advanced = self.time.offset_seconds();
        let saved = self.with(|workspace| SavedWorkspace::from_workspace(workspace, advanced));
        let result = serde_json::to_vec(&saved).map_err(io::Error::from);
        let result = result.and_then(|bytes| {
            if bytes != file.saved {
                write_atomically(&state.storage.path, &bytes)?;
                file.saved = bytes;
            }
            Ok(())
        });
        match result {
            Ok(()) if file.is_write_failing => {
                file.is_write_failing = false;
                file.warning = None;
                self.announce_change();
            }
            Ok(()) => {}
            Err(error) if !file.is_write_failing => {
                let warning = write_warning(&state.storage.path, &error);
                (state.storage.warn)(&warning);
                file.is_write_failing = true;
                file.warning = Some(warning);
                self.announce_change();
            }
            Err(_) => {}
        }
    }
}

/// Writes all changes until the sandbox stops.
pub(crate) async fn save_changes(shared: Arc<Shared>) {
    let mut changes = shared.changes.subscribe();
    loop {
        tokio::select! {
            () = shared.stopping.cancelled() => return,
            changed = changes.changed() => {
                if changed.is_err() {
                    return;
                }
            }
        }
        tokio::time::sleep(SAVE_DELAY).await;
        changes.mark_unchanged();
        let shared = Arc::clone(&shared);
        let _ = tokio::task::spawn_blocking(move || shared.save()).await;
    }
}

/// Reads the file. Returns `None` if there is none.
fn read(path: &Path) -> Result<Option<SavedWorkspace>, String> {
    match fs::read(path) {
        Ok(bytes) => SavedWorkspace::parse(&bytes).map(Some),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.to_string()),
    }
}

/// Renames a file that cannot be read, and returns the warning. If the file cannot be renamed, it is not
/// overwritten either.
fn move_broken_file(path: &Path, problem: &str, file: &mut FileState) -> String {
    let unread = format!("Can't read {} ({problem}).", path.display());
    let target = free_name(path);
    match fs::rename(path, &target) {
        Ok(()) => format!(
            "{unread} It was renamed to {}, and the sandbox starts with a new workspace.",
            target.display()
        ),
        Err(error) => {
            file.is_read_only = true;
            format!(
                "{unread} Can't rename it either ({error}). The sandbox starts with a new workspace, which \
                 will be lost when the program stops."
            )
        }
    }
}

/// Returns the first unused name `<path>.broken-<n>`.
fn free_name(path: &Path) -> PathBuf {
    let mut number = 1;
    loop {
        let mut name = path.as_os_str().to_owned();
        name.push(format!(".broken-{number}"));
        let name = PathBuf::from(name);
        if fs::symlink_metadata(&name).is_err() {
            return name;
        }
        number += 1;
    }
}

fn write_warning(path: &Path, error: &io::Error) -> String {
    format!(
        "Can't save the sandbox to {} ({error}). Channels and messages will be lost when the program stops.",
        path.display()
    )
}

/// Writes a temporary file and renames it.
fn write_atomically(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut temporary = path.as_os_str().to_owned();
    temporary.push(".new");
    let mut file = File::create(&temporary)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&temporary, path)
}
