//! The table `saved_views`: saved views of the list of incidents.

use rusqlite::{Connection, OptionalExtension, Row, named_params};

use crate::domain::{
    Rejection, SaveView, SavedView, Timestamp, UserId, ViewAction, ViewAudience, ViewChange,
    ViewEditor, checked_view_name,
};
use crate::error::{Error, Result};
use crate::store::db::sql_types::parse_column;
use crate::store::{IdempotencyKey, Store, idempotency_key};

const COLUMNS: &str = "id, owner, is_shared, name, query, created_at";

impl Store {
    /// Returns the views that a user sees, by name: the user's own and those for all users.
    pub async fn saved_views(&self, user: UserId) -> Result<Vec<SavedView>> {
        self.read_pool
            .run(move |tx| {
                let mut views = select_views(tx, "owner = :user OR is_shared = 1", &user)?;
                views.sort_by_cached_key(|view| (view.name.to_lowercase(), view.id));
                Ok(views)
            })
            .await
    }

    /// Saves a view of a user, unless the user has already saved the same one.
    pub async fn save_view(
        &self,
        key: IdempotencyKey,
        owner: UserId,
        request: SaveView,
        now: Timestamp,
    ) -> Result<()> {
        self.write_thread
            .run(move |tx| {
                if idempotency_key::is_processed(tx, &key)? {
                    return Ok(());
                }
                let owned = select_views(tx, "owner = :user", &owner)?;
                let same = |view: &SavedView| {
                    view.name == request.name.trim()
                        && view.query == request.query
                        && view.audience == request.audience
                };
                if !owned.iter().any(same) {
                    insert_view(tx, &owner, &request.checked(&owned)?, now)?;
                }
                idempotency_key::record_key(tx, &key, None, now)
            })
            .await
    }

    /// Changes a view. `Error::NotFound` also means that the user does not see it.
    pub async fn change_view(
        &self,
        key: IdempotencyKey,
        editor: ViewEditor,
        change: ViewChange,
        now: Timestamp,
    ) -> Result<()> {
        self.write_thread
            .run(move |tx| {
                if idempotency_key::is_processed(tx, &key)? {
                    return Ok(());
                }
                let view = find_editable_view(tx, &editor, change.view)?;
                match change.action {
                    ViewAction::Rename(name) => rename_view(tx, &view, &name)?,
                    ViewAction::Delete => delete_view(tx, &view)?,
                }
                idempotency_key::record_key(tx, &key, None, now)
            })
            .await
    }
}

fn rename_view(tx: &Connection, view: &SavedView, name: &str) -> Result<()> {
    let owned = select_views(tx, "owner = :user", &view.owner)?;
    let name = checked_view_name(name, &owned, Some(view.id))?;
    tx.prepare_cached("UPDATE saved_views SET name = :name WHERE id = :id")?
        .execute(named_params! { ":id": view.id, ":name": name })?;
    Ok(())
}

fn delete_view(tx: &Connection, view: &SavedView) -> Result<()> {
    tx.prepare_cached("DELETE FROM saved_views WHERE id = :id")?
        .execute(named_params! { ":id": view.id })?;
    Ok(())
}

fn insert_view(tx: &Connection, owner: &UserId, request: &SaveView, now: Timestamp) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO saved_views (owner, is_shared, name, query, created_at)
         VALUES (:owner, :is_shared, :name, :query, :now)",
    )?
    .execute(named_params! {
        ":owner": owner.as_str(),
        ":is_shared": request.audience == ViewAudience::Everyone,
        ":name": request.name,
        ":query": request.query,
        ":now": now.to_string(),
    })?;
    Ok(())
}

fn select_views(tx: &Connection, condition: &str, user: &UserId) -> Result<Vec<SavedView>> {
    let views = tx
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM saved_views WHERE {condition} ORDER BY id"
        ))?
        .query_map(named_params! { ":user": user.as_str() }, from_row)?
        .collect::<rusqlite::Result<_>>()?;
    Ok(views)
}

/// Returns a view that the user may rename or delete.
fn find_editable_view(tx: &Connection, editor: &ViewEditor, id: i64) -> Result<SavedView> {
    let view = tx
        .prepare_cached(&format!("SELECT {COLUMNS} FROM saved_views WHERE id = :id"))?
        .query_row(named_params! { ":id": id }, from_row)
        .optional()?
        .filter(|view| view.is_visible_to(&editor.user))
        .ok_or(Error::NotFound("saved view"))?;
    if view.may_be_edited_by(editor) {
        Ok(view)
    } else {
        let why = "Only its owner or an admin can change a view that all users see.";
        Err(Rejection(why.to_owned()).into())
    }
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<SavedView> {
    let is_shared: bool = row.get("is_shared")?;
    Ok(SavedView {
        id: row.get("id")?,
        owner: UserId(row.get("owner")?),
        audience: if is_shared {
            ViewAudience::Everyone
        } else {
            ViewAudience::Owner
        },
        name: row.get("name")?,
        query: row.get("query")?,
        created_at: parse_column(row, "created_at")?,
    })
}
