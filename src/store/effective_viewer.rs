//! Resolves what a viewer may see, from their account and the setting `who_reads`, in the transaction that reads.

use rusqlite::Connection;

use crate::domain::{Viewer, WhoReads};
use crate::error::Result;
use crate::store::tables::workspace::{settings, users};

/// Returns the viewer with the restrictions of their account. Every read on behalf of a viewer begins with it.
pub(crate) fn effective_viewer(tx: &Connection, viewer: &Viewer) -> Result<Viewer> {
    let Viewer::User { user, .. } = viewer else {
        return Ok(viewer.clone());
    };
    let who_reads = settings::current_settings(tx)?.who_reads;
    if who_reads == WhoReads::Everyone {
        return Ok(viewer.clone());
    }
    let user = users::find_user(tx, user)?;
    let account_kind = user.map(|(user, _)| user.account_kind);
    Ok(viewer.clone().with_account(account_kind, who_reads))
}
