//! Saved views: a name for the URL of a list, for one user or for all.

use crate::{Rejection, Timestamp, UserId};

/// The maximum length of a name, in characters.
pub const LONGEST_VIEW_NAME: usize = 60;

/// The maximum length of the query string of a view, in bytes.
pub const LONGEST_VIEW_QUERY: usize = 2_000;

/// The maximum number of views that a user may own.
pub const MAX_SAVED_VIEWS: usize = 50;

/// A saved view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedView {
    /// Its ID.
    pub id: i64,
    /// The user who saved it.
    pub owner: UserId,
    /// The users who see it.
    pub audience: ViewAudience,
    /// Its name.
    pub name: String,
    /// The query string of the list, without a cursor.
    pub query: String,
    /// When it was saved.
    pub created_at: Timestamp,
}

/// The users who see a saved view.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ViewAudience {
    /// Its owner only.
    #[default]
    Owner,
    /// All users.
    Everyone,
}

/// A request to save a view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaveView {
    /// The name.
    pub name: String,
    /// The query string of the list.
    pub query: String,
    /// The users who see it.
    pub audience: ViewAudience,
}

/// A change of a saved view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ViewChange {
    /// The ID of the view.
    pub view: i64,
    /// The action.
    pub action: ViewAction,
}

/// An action on a saved view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ViewAction {
    /// Renames it.
    Rename(String),
    /// Deletes it.
    Delete,
}

/// A user who renames or deletes a view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ViewEditor {
    /// The user.
    pub user: UserId,
    /// Whether the user is an admin of the workspace.
    pub is_admin: bool,
}

impl SavedView {
    /// Returns whether a user sees the view in the list of views.
    pub fn is_visible_to(&self, user: &UserId) -> bool {
        self.audience == ViewAudience::Everyone || self.owner == *user
    }

    /// Returns whether a user may rename or delete the view: its owner, and an admin if all users see it.
    pub fn may_be_edited_by(&self, editor: &ViewEditor) -> bool {
        self.owner == editor.user || (editor.is_admin && self.audience == ViewAudience::Everyone)
    }
}

impl SaveView {
    /// Checks a new view against the views that its owner has, and returns it with its name trimmed.
    ///
    /// # Errors
    /// Returns a [`Rejection`] if the name is empty, too long or in use, the query too long, or there are too
    /// many views.
    pub fn checked(self, owned: &[SavedView]) -> Result<Self, Rejection> {
        if owned.len() >= MAX_SAVED_VIEWS {
            return Err(Rejection(format!(
                "You have {MAX_SAVED_VIEWS} saved views. Delete one first."
            )));
        }
        if self.query.len() > LONGEST_VIEW_QUERY {
            return Err(Rejection(
                "This filter is too long to save. Remove some of its values.".to_owned(),
            ));
        }
        let name = checked_view_name(&self.name, owned, None)?;
        Ok(Self { name, ..self })
    }
}

/// Returns a view's name without surrounding blanks. `renamed` is the view that gets the name, if it exists.
///
/// # Errors
/// Returns a [`Rejection`] if the name is empty, too long, or that of another view of the same owner.
pub fn checked_view_name(
    name: &str,
    owned: &[SavedView],
    renamed: Option<i64>,
) -> Result<String, Rejection> {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() {
        return Err(Rejection("Enter a name for the view.".to_owned()));
    }
    if name.chars().count() > LONGEST_VIEW_NAME {
        return Err(Rejection(format!(
            "The name is too long. Use at most {LONGEST_VIEW_NAME} characters."
        )));
    }
    let lower = name.to_lowercase();
    let others = owned.iter().filter(|view| Some(view.id) != renamed);
    if let Some(view) = others
        .into_iter()
        .find(|it| it.name.to_lowercase() == lower)
    {
        return Err(Rejection(format!(
            "There’s already a view “{}”. Choose another name.",
            view.name
        )));
    }
    Ok(name)
}
