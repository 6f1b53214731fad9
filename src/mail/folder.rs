//! The folder that receives mail without a relay: one `.eml` file for each delivery.

use std::io;
use std::path::Path;

use super::{MailError, MailErrorClass, MailStage};

/// Writes a mail. A mail that is already there is left alone, so that a repeated delivery changes nothing.
pub(super) async fn write_mail(folder: &Path, name: &str, content: &[u8]) -> Result<(), MailError> {
    write_file(folder, name, content).await.map_err(|error| {
        let words = error.to_string();
        MailError::new(MailStage::Folder, MailErrorClass::NotSent, &words)
    })
}

/// Writes a temporary file and renames it, so that a reader never sees half a mail.
async fn write_file(folder: &Path, name: &str, content: &[u8]) -> io::Result<()> {
    let path = folder.join(format!("{name}.eml"));
    if tokio::fs::try_exists(&path).await? {
        return Ok(());
    }
    tokio::fs::create_dir_all(folder).await?;
    let temporary = folder.join(format!(".{name}.part"));
    tokio::fs::write(&temporary, content).await?;
    tokio::fs::File::open(&temporary).await?.sync_all().await?;
    tokio::fs::rename(&temporary, &path).await
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn second_write_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let mail = folder.path().join("mail");
        write_mail(&mail, "7", b"first").await.unwrap();
        write_mail(&mail, "7", b"second").await.unwrap();
        let names: Vec<_> = std::fs::read_dir(&mail)
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert_eq!(names, ["7.eml"]);
        assert_eq!(std::fs::read(mail.join("7.eml")).unwrap(), b"first");
    }
}
