//! The accounts of the workspace: who comes, who goes, who may do what. The app hears of it, if it asked to.

use serde_json::{Value, json};

use super::Sandbox;
use super::ids::PersonId;
use super::people::{Account, PersonKind};
use super::workspace::Workspace;

impl Sandbox {
    /// Adds somebody to the workspace.
    pub fn add_person(&self, name: &str, real_name: &str, tz: &str, kind: PersonKind) -> PersonId {
        let id = self.shared.change(|workspace| {
            let id = workspace.add_person(&Account {
                name,
                real_name,
                tz,
                kind,
            });
            workspace.tell_of_person("team_join", &id);
            id
        });
        self.shared.hand_over_events();
        id
    }

    /// Makes somebody's account another kind of account: an admin's, a guest's.
    pub fn becomes(&self, name: &str, kind: PersonKind) {
        self.shared.change(|workspace| {
            let id = workspace.find_person(name).map(|person| person.id.clone());
            let Some(person) = id.and_then(|id| workspace.people.get_mut(&id)) else {
                return;
            };
            person.kind = kind;
            let id = person.id.clone();
            workspace.tell_of_person("user_change", &id);
        });
        self.shared.hand_over_events();
    }

    /// Switches an account off, as when somebody leaves; what they wrote stays.
    pub fn deactivates(&self, name: &str) {
        self.becomes(name, PersonKind::Deactivated);
    }

    /// Moves somebody to another time zone, such as `Asia/Tokyo`.
    pub fn moves(&self, name: &str, tz: &str) {
        self.shared.change(|workspace| {
            let id = workspace.find_person(name).map(|person| person.id.clone());
            let Some(person) = id.and_then(|id| workspace.people.get_mut(&id)) else {
                return;
            };
            tz.clone_into(&mut person.tz);
            let id = person.id.clone();
            workspace.tell_of_person("user_change", &id);
        });
        self.shared.hand_over_events();
    }

    /// Takes everybody's display name away: those who chose none are called by their full name.
    pub fn clears_display_names(&self) {
        self.shared.change(|workspace| {
            for person in workspace.people.values_mut() {
                person.display_name.clear();
            }
        });
    }

    /// Gives the handles of everybody who has an account, apps and those who left included.
    #[must_use]
    pub fn person_names(&self) -> Vec<String> {
        self.shared.with(|workspace| {
            let people = workspace.people.values();
            people.map(|person| person.name.clone()).collect()
        })
    }

    /// Gives what Slack keeps of somebody, as `users.info` tells it.
    #[must_use]
    pub fn user_info(&self, who: &str) -> Option<Value> {
        self.shared.with(|workspace| {
            let person = workspace.find_person(who)?;
            Some(workspace.user_json(person))
        })
    }
}

impl Workspace {
    /// Notes an event of an account: `team_join` or `user_change`.
    fn tell_of_person(&mut self, happening: &str, who: &PersonId) {
        let now = self.now().timestamp();
        let Some(person) = self.people.get_mut(who) else {
            return;
        };
        person.updated = now;
        let person = person.clone();
        let event = json!({
            "type": happening, "user": self.user_json(&person), "cache_ts": now,
        });
        self.event(happening, event);
    }
}
