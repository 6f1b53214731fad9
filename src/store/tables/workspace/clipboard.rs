//! The table `clipboard_items`: links that a user collects.

use rusqlite::{Connection, Row, named_params};

use crate::domain::{AddToClipboard, ClipboardItem, Timestamp, UserId};
use crate::error::Result;
use crate::store::db::sql_types::parse_column;
use crate::store::{IdempotencyKey, Store, idempotency_key};

impl Store {
    /// Returns the clipboard of a user, the item that was added last first.
    pub async fn clipboard(&self, owner: UserId) -> Result<Vec<ClipboardItem>> {
        self.read_pool.run(move |tx| select_items(tx, &owner)).await
    }

    /// Adds a link to the clipboard of a user. A URL that is on it already moves to the top and gets the title.
    pub async fn add_to_clipboard(
        &self,
        key: IdempotencyKey,
        owner: UserId,
        request: AddToClipboard,
        now: Timestamp,
    ) -> Result<()> {
        self.write_thread
            .run(move |tx| {
                if idempotency_key::is_processed(tx, &key)? {
                    return Ok(());
                }
                let items = select_items(tx, &owner)?;
                if items.iter().all(|item| item.url != request.url) {
                    AddToClipboard::check_space(items.len())?;
                }
                upsert_item(tx, &owner, &request, now)?;
                idempotency_key::record_key(tx, &key, None, now)
            })
            .await
    }

    /// Removes items from the clipboard of a user. Items that are not on it are ignored.
    pub async fn remove_from_clipboard(
        &self,
        key: IdempotencyKey,
        owner: UserId,
        items: Vec<i64>,
        now: Timestamp,
    ) -> Result<()> {
        self.write_thread
            .run(move |tx| {
                if idempotency_key::is_processed(tx, &key)? {
                    return Ok(());
                }
                for id in items {
                    delete_item(tx, &owner, id)?;
                }
                idempotency_key::record_key(tx, &key, None, now)
            })
            .await
    }
}

fn select_items(tx: &Connection, owner: &UserId) -> Result<Vec<ClipboardItem>> {
    let items = tx
        .prepare_cached(
            "SELECT id, url, title, added_at FROM clipboard_items WHERE owner = :owner
              ORDER BY position DESC",
        )?
        .query_map(named_params! { ":owner": owner.as_str() }, from_row)?
        .collect::<rusqlite::Result<_>>()?;
    Ok(items)
}

fn upsert_item(
    tx: &Connection,
    owner: &UserId,
    request: &AddToClipboard,
    now: Timestamp,
) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO clipboard_items (owner, url, title, position, added_at)
         SELECT :owner, :url, :title, ifnull(max(position), 0) + 1, :now
           FROM clipboard_items WHERE owner = :owner
         ON CONFLICT (owner, url) DO UPDATE
            SET title = excluded.title, position = excluded.position, added_at = excluded.added_at",
    )?
    .execute(named_params! {
        ":owner": owner.as_str(),
        ":url": request.url,
        ":title": request.title,
        ":now": now.to_string(),
    })?;
    Ok(())
}

fn delete_item(tx: &Connection, owner: &UserId, id: i64) -> Result<()> {
    tx.prepare_cached("DELETE FROM clipboard_items WHERE id = :id AND owner = :owner")?
        .execute(named_params! { ":id": id, ":owner": owner.as_str() })?;
    Ok(())
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<ClipboardItem> {
    Ok(ClipboardItem {
        id: row.get("id")?,
        url: row.get("url")?,
        title: row.get("title")?,
        added_at: parse_column(row, "added_at")?,
    })
}
