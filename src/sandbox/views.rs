//! Modals and Home tabs: opened, stacked, updated, closed.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Value, json};

use super::block_kit;
use super::ids;
use super::ids::PersonId;
use super::view_state;
use super::workspace::Workspace;

/// What kind of view it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ViewKind {
    /// A form over the screen.
    Modal,
    /// The app's Home tab.
    Home,
}

/// A modal or Home tab as it stands on somebody's screen.
#[derive(Clone, Debug, PartialEq)]
pub struct View {
    /// Its id, `V…`.
    pub id: String,
    /// Modal or Home tab.
    pub kind: ViewKind,
    /// Whose screen it is on.
    pub person: PersonId,
    /// The app's name for this kind of view; may be empty.
    pub callback_id: String,
    /// The app's name for this very view; may be empty.
    pub external_id: String,
    /// What the app keeps in it.
    pub private_metadata: String,
    /// The title; empty in a Home tab.
    pub title: String,
    /// The words on the button that sends it.
    pub submit: Option<String>,
    /// The words on the button that closes it.
    pub close: Option<String>,
    /// The blocks, with the ids and presets that Slack fills in.
    pub blocks: Value,
    /// Changes with every update.
    pub hash: String,
    /// What stands in the fields: `{block_id: {action_id: state}}`.
    pub values: Value,
    /// What is shown under which field (by block id).
    pub errors: BTreeMap<String, String>,
    pub(super) previous: Option<String>,
    pub(super) root: String,
    pub(super) content: Value,
}

/// Every view that is open or published.
#[derive(Default)]
pub(super) struct Views {
    all: BTreeMap<String, View>,
    /// The modals on each person's screen, the lowest first.
    stacks: HashMap<PersonId, Vec<String>>,
    homes: HashMap<PersonId, String>,
}

/// The most modals that may lie on each other (docs.slack.dev/surfaces/modals).
const HIGHEST_STACK: usize = 3;

impl View {
    /// Gives the block with this label or block id, or with an element of this action id.
    pub(super) fn field(&self, name: &str) -> Option<(&Value, &Value)> {
        view_state::fields(&self.blocks)
            .into_iter()
            .find(|(block, element)| {
                block["block_id"] == name
                    || element["action_id"] == name
                    || block["label"]["text"] == name
            })
    }

    /// Gives the state of the field with this label, block id or action id.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&Value> {
        let (block, element) = self.field(name)?;
        self.values
            .get(block["block_id"].as_str()?)?
            .get(element["action_id"].as_str()?)
    }

    /// Gives the labels of the fields, from top to bottom.
    #[must_use]
    pub fn labels(&self) -> Vec<String> {
        view_state::fields(&self.blocks)
            .iter()
            .filter_map(|(block, _)| block["label"]["text"].as_str())
            .map(str::to_owned)
            .collect()
    }

    /// Takes in what the app wants shown; what was entered stays where the field stays.
    fn fill(&mut self, content: Value) {
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
    /// Opens a modal on somebody's screen: on top of `over` if that lies there, else on an empty screen.
    ///
    /// The content was checked. An error is Slack's code.
    pub(super) fn open_modal(
        &mut self,
        person: &PersonId,
        content: &Value,
        over: Option<&str>,
    ) -> Result<View, &'static str> {
        self.check_external_id(content, None)?;
        let stack = self.views.stacks.get(person).cloned().unwrap_or_default();
        let over = over.filter(|below| stack.iter().any(|id| id == below));
        let stack = if over.is_some() {
            stack
        } else {
            self.clear_screen(person)
        };
        if stack.len() >= HIGHEST_STACK {
            return Err("push_limit_reached");
        }
        let mut view = self.new_view(person, ViewKind::Modal, content);
        view.previous = stack.last().cloned();
        view.root = stack.first().cloned().unwrap_or_else(|| view.id.clone());
        let stack = self.views.stacks.entry(person.clone()).or_default();
        stack.push(view.id.clone());
        self.views.all.insert(view.id.clone(), view.clone());
        Ok(view)
    }

    /// Publishes somebody's Home tab.
    pub(super) fn publish_home(
        &mut self,
        person: &PersonId,
        content: &Value,
        hash: Option<&str>,
    ) -> Result<View, &'static str> {
        if let Some(id) = self.views.homes.get(person).cloned() {
            return self.update_view(&id, content, hash);
        }
        self.check_external_id(content, None)?;
        let view = self.new_view(person, ViewKind::Home, content);
        self.views.homes.insert(person.clone(), view.id.clone());
        self.views.all.insert(view.id.clone(), view.clone());
        Ok(view)
    }

    /// Shows other content in a view. A hash must be the view's own, or the answer is `hash_conflict`.
    pub(super) fn update_view(
        &mut self,
        id: &str,
        content: &Value,
        hash: Option<&str>,
    ) -> Result<View, &'static str> {
        self.check_external_id(content, Some(id))?;
        let content = block_kit::with_presets(content, self.next_serial());
        let new_hash = self.new_hash();
        let view = self.views.all.get_mut(id).ok_or("not_found")?;
        if hash.is_some_and(|hash| hash != view.hash) {
            return Err("hash_conflict");
        }
        view.fill(content);
        view.hash = new_hash;
        Ok(view.clone())
    }

    /// Gives a view that is open or published.
    pub(super) fn view(&self, id: &str) -> Option<&View> {
        self.views.all.get(id)
    }

    /// Changes a view in place.
    pub(super) fn with_view<T>(
        &mut self,
        id: &str,
        change: impl FnOnce(&mut View) -> T,
    ) -> Option<T> {
        self.views.all.get_mut(id).map(change)
    }

    /// Gives the view with this external id.
    pub(super) fn view_called(&self, external_id: &str) -> Option<&View> {
        let mut all = self.views.all.values();
        all.find(|view| !external_id.is_empty() && view.external_id == external_id)
    }

    /// Gives the modals on somebody's screen, the lowest first.
    pub(super) fn screen_of(&self, person: &str) -> Vec<&View> {
        let stack = self.views.stacks.get(person).map_or(&[][..], Vec::as_slice);
        stack
            .iter()
            .filter_map(|id| self.views.all.get(id))
            .collect()
    }

    /// Gives somebody's Home tab, once it was published.
    pub(super) fn home_of(&self, person: &str) -> Option<&View> {
        self.views.all.get(self.views.homes.get(person)?)
    }

    /// Takes a modal off the screen, with what lies above it.
    pub(super) fn close_view(&mut self, id: &str) {
        for stack in self.views.stacks.values_mut() {
            if let Some(place) = stack.iter().position(|view| view == id) {
                for closed in stack.drain(place..) {
                    self.views.all.remove(&closed);
                }
            }
        }
    }

    /// Takes every modal off somebody's screen; gives the empty stack.
    pub(super) fn clear_screen(&mut self, person: &PersonId) -> Vec<String> {
        for id in self.views.stacks.remove(person).unwrap_or_default() {
            self.views.all.remove(&id);
        }
        Vec::new()
    }

    /// Gives a view as Slack does.
    pub(super) fn view_json(&self, view: &View) -> Value {
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
        match self.view_called(named) {
            Some(view) if Some(view.id.as_str()) != own => Err("duplicate_external_id"),
            Some(_) | None => Ok(()),
        }
    }

    fn new_view(&mut self, person: &PersonId, kind: ViewKind, content: &Value) -> View {
        let serial = self.next_serial();
        let id = ids::numbered('V', serial);
        let mut view = View {
            root: id.clone(),
            id,
            kind,
            person: person.clone(),
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
        view.fill(block_kit::with_presets(content, serial));
        view
    }

    fn new_hash(&mut self) -> String {
        let seed = format!("hash {}", self.next_serial());
        format!("{}.{}", self.now().timestamp(), ids::secret(&seed, 8))
    }
}
