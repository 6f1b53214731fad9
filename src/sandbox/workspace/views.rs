//! Modals and Home views: opening, stacking, updating, closing.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::block_kit;
use crate::ids;
use crate::ids::UserId;
use crate::workspace::Workspace;
use crate::workspace::view_state;

/// The kind of a view.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ViewKind {
    /// A modal.
    Modal,
    /// The app's Home tab.
    Home,
}

/// A modal or Home view of a user.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct View {
    /// The view ID, `V…`.
    pub id: String,
    /// Modal or Home view.
    pub kind: ViewKind,
    /// The user who sees it.
    pub user: UserId,
    /// The callback ID. May be empty.
    pub callback_id: String,
    /// The external ID. May be empty.
    pub external_id: String,
    /// The private metadata.
    pub private_metadata: String,
    /// The title. Empty in a Home view.
    pub title: String,
    /// The label of the submit button.
    pub submit: Option<String>,
    /// The label of the close button.
    pub close: Option<String>,
    /// The blocks, with the IDs and defaults that Slack adds.
    pub blocks: Value,
    /// Changes with every update.
    pub hash: String,
    /// The state of the fields: `{block_id: {action_id: state}}`.
    pub values: Value,
    /// The errors shown under the fields, by block ID.
    pub errors: BTreeMap<String, String>,
    pub(crate) previous: Option<String>,
    pub(crate) root: String,
    pub(crate) content: Value,
}

/// All open modals and published Home views.
#[derive(Default)]
pub(crate) struct Views {
    by_id: BTreeMap<String, View>,
    /// The modal stack of each user, bottom first.
    stacks: HashMap<UserId, Vec<String>>,
    home_views: HashMap<UserId, String>,
}

/// The maximum height of a modal stack (docs.slack.dev/surfaces/modals).
const MAX_STACK_HEIGHT: usize = 3;

impl View {
    /// Returns the block with this label or block ID, or with an element of this action ID.
    pub(crate) fn field(&self, name: &str) -> Option<view_state::Field<'_>> {
        view_state::fields(&self.blocks).into_iter().find(|field| {
            let names = [&field.block["block_id"], &field.element["action_id"]];
            names.contains(&&Value::from(name)) || field.block["label"]["text"] == name
        })
    }

    /// Returns the state of the field with this label, block ID or action ID.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&Value> {
        let field = self.field(name)?;
        self.values.get(field.block_id())?.get(field.action_id())
    }

    /// Returns the labels of the fields, from top to bottom.
    #[must_use]
    pub fn labels(&self) -> Vec<String> {
        view_state::fields(&self.blocks)
            .iter()
            .filter_map(|field| field.block["label"]["text"].as_str())
            .map(str::to_owned)
            .collect()
    }

    /// Replaces the content. The state of a field is preserved if the field still exists.
    fn set_content(&mut self, content: Value) {
        let text = |name: &str| content[name].as_str().unwrap_or_default().to_owned();
        let label = |name: &str| content[name]["text"].as_str().map(str::to_owned);
        self.callback_id = text("callback_id");
        self.external_id = text("external_id");
        self.private_metadata = text("private_metadata");
        self.title = label("title").unwrap_or_default();
        self.submit = label("submit");
        self.close = label("close");
        self.blocks = content["blocks"].clone();
        self.values = view_state::values(&self.blocks, &self.values);
        self.errors.clear();
        self.content = content;
    }
}

impl Workspace {
    /// Opens a modal: on top of the stack if `over` is part of it, else after closing all modals
    /// of the user.
    ///
    /// The content has been validated. The error is Slack's error code.
    pub(crate) fn open_modal(
        &mut self,
        user: &UserId,
        content: &Value,
        over: Option<&str>,
    ) -> Result<View, &'static str> {
        self.check_external_id(content, None)?;
        let stack = self.views.stacks.get(user).cloned().unwrap_or_default();
        let over = over.filter(|below| stack.iter().any(|id| id == below));
        let stack = if over.is_some() {
            stack
        } else {
            self.clear_modals(user)
        };
        if stack.len() >= MAX_STACK_HEIGHT {
            return Err("push_limit_reached");
        }
        let mut view = self.new_view(user, ViewKind::Modal, content);
        view.previous = stack.last().cloned();
        view.root = stack.first().cloned().unwrap_or_else(|| view.id.clone());
        let stack = self.views.stacks.entry(user.clone()).or_default();
        stack.push(view.id.clone());
        self.views.by_id.insert(view.id.clone(), view.clone());
        Ok(view)
    }

    /// Publishes a user's Home view.
    pub(crate) fn publish_home(
        &mut self,
        user: &UserId,
        content: &Value,
        hash: Option<&str>,
    ) -> Result<View, &'static str> {
        if let Some(id) = self.views.home_views.get(user).cloned() {
            return self.update_view(&id, content, hash);
        }
        self.check_external_id(content, None)?;
        let view = self.new_view(user, ViewKind::Home, content);
        self.views.home_views.insert(user.clone(), view.id.clone());
        self.views.by_id.insert(view.id.clone(), view.clone());
        Ok(view)
    }

    /// Replaces the content of a view. If `hash` is given and is not the view's hash, the error
    /// is `hash_conflict`.
    pub(crate) fn update_view(
        &mut self,
        id: &str,
        content: &Value,
        hash: Option<&str>,
    ) -> Result<View, &'static str> {
        self.check_external_id(content, Some(id))?;
        let content = block_kit::view_with_defaults(content, self.next_serial());
        let new_hash = self.new_hash();
        let view = self.views.by_id.get_mut(id).ok_or("not_found")?;
        if hash.is_some_and(|hash| hash != view.hash) {
            return Err("hash_conflict");
        }
        view.set_content(content);
        view.hash = new_hash;
        Ok(view.clone())
    }

    /// Returns an open or published view.
    pub(crate) fn view(&self, id: &str) -> Option<&View> {
        self.views.by_id.get(id)
    }

    /// Modifies a view in place.
    pub(crate) fn with_view<T>(
        &mut self,
        id: &str,
        change: impl FnOnce(&mut View) -> T,
    ) -> Option<T> {
        self.views.by_id.get_mut(id).map(change)
    }

    /// Returns the view with this external ID.
    pub(crate) fn find_view_by_external_id(&self, external_id: &str) -> Option<&View> {
        let mut views = self.views.by_id.values();
        views.find(|view| !external_id.is_empty() && view.external_id == external_id)
    }

    /// Returns the modal stack of a user, bottom first.
    pub(crate) fn modal_stack(&self, user: &str) -> Vec<&View> {
        let stack = self.views.stacks.get(user).map_or(&[][..], Vec::as_slice);
        stack
            .iter()
            .filter_map(|id| self.views.by_id.get(id))
            .collect()
    }

    /// Returns the user's Home view, if it was published.
    pub(crate) fn home_view(&self, user: &str) -> Option<&View> {
        self.views.by_id.get(self.views.home_views.get(user)?)
    }

    /// Returns all published Home views.
    pub(crate) fn published_home_views(&self) -> Vec<View> {
        let ids = self.views.home_views.values();
        ids.filter_map(|id| self.views.by_id.get(id).cloned())
            .collect()
    }

    /// Adds Home views that were published before a restart.
    pub(crate) fn restore_home_views(&mut self, views: Vec<View>) {
        for view in views {
            let (user, id) = (view.user.clone(), view.id.clone());
            self.views.home_views.insert(user, id.clone());
            self.views.by_id.insert(id, view);
        }
    }

    /// Closes a modal and those above it.
    pub(crate) fn close_view(&mut self, id: &str) {
        for stack in self.views.stacks.values_mut() {
            if let Some(index) = stack.iter().position(|view| view == id) {
                for closed in stack.drain(index..) {
                    self.views.by_id.remove(&closed);
                }
            }
        }
    }

    /// Closes all modals of a user and returns the empty stack.
    pub(crate) fn clear_modals(&mut self, user: &UserId) -> Vec<String> {
        for id in self.views.stacks.remove(user).unwrap_or_default() {
            self.views.by_id.remove(&id);
        }
        Vec::new()
    }

    /// Returns the view object of the Web API.
    pub(crate) fn view_json(&self, view: &View) -> Value {
        let content = &view.content;
        let or_null = |name: &str| content.get(name).cloned().unwrap_or(Value::Null);
        let flag = |name: &str| content[name].as_bool().unwrap_or(false);
        let kind = match view.kind {
            ViewKind::Modal => "modal",
            ViewKind::Home => "home",
        };
        json!({
            "id": view.id, "team_id": self.team.id, "type": kind, "blocks": view.blocks,
            "private_metadata": view.private_metadata, "callback_id": view.callback_id,
            "state": {"values": view.values}, "hash": view.hash, "title": or_null("title"),
            "clear_on_close": flag("clear_on_close"), "notify_on_close": flag("notify_on_close"),
            "close": or_null("close"), "submit": or_null("submit"),
            "previous_view_id": view.previous, "root_view_id": view.root, "app_id": self.app.id,
            "external_id": view.external_id, "app_installed_team_id": self.team.id,
            "bot_id": self.app.bot_id,
        })
    }

    fn check_external_id(&self, content: &Value, own: Option<&str>) -> Result<(), &'static str> {
        let named = content["external_id"].as_str().unwrap_or_default();
        match self.find_view_by_external_id(named) {
            Some(view) if Some(view.id.as_str()) != own => Err("duplicate_external_id"),
            Some(_) | None => Ok(()),
        }
    }

    fn new_view(&mut self, user: &UserId, kind: ViewKind, content: &Value) -> View {
        let serial = self.next_serial();
        let id = ids::from_serial('V', serial);
        let mut view = View {
            root: id.clone(),
            id,
            kind,
            user: user.clone(),
            callback_id: String::new(),
            external_id: String::new(),
            private_metadata: String::new(),
            title: String::new(),
            submit: None,
            close: None,
            blocks: Value::Null,
            hash: self.new_hash(),
            values: Value::Null,
            errors: BTreeMap::new(),
            previous: None,
            content: Value::Null,
        };
        view.set_content(block_kit::view_with_defaults(content, serial));
        view
    }

    fn new_hash(&mut self) -> String {
        let seed = format!("hash {}", self.next_serial());
        format!("{}.{}", self.now().timestamp(), ids::secret(&seed, 8))
    }
}
