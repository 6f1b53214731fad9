//! The people of the workspace, and how `users.info` tells of them.

use serde_json::{Value, json};

use super::ids;
use super::ids::PersonId;
use super::time_zones;
use super::workspace::Workspace;

/// What kind of account somebody has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PersonKind {
    /// A full member.
    Person,
    /// A full member who looks after the workspace.
    Admin,
    /// A full member whom the workspace belongs to; an admin as well.
    Owner,
    /// A guest: sees only the channels that they were invited to, and no app may invite them.
    Guest,
    /// The bot user of an app.
    Bot,
    /// Somebody who left: the account is switched off.
    Deactivated,
}

impl PersonKind {
    /// Tells whether it is the account of a full member.
    pub(super) fn is_member(self) -> bool {
        matches!(self, Self::Person | Self::Admin | Self::Owner)
    }
}

/// A member of the workspace.
#[derive(Clone, Debug)]
pub(super) struct Person {
    pub(super) id: PersonId,
    /// The handle, such as `alice`.
    pub(super) name: String,
    /// What they chose to be called; empty if they chose nothing.
    pub(super) display_name: String,
    pub(super) real_name: String,
    /// An IANA time zone.
    pub(super) tz: String,
    pub(super) kind: PersonKind,
    /// Six hexadecimal digits.
    pub(super) color: &'static str,
    /// When the account last changed, in epoch seconds.
    pub(super) updated: i64,
}

/// What is asked of a new account.
pub(super) struct Account<'a> {
    pub(super) name: &'a str,
    pub(super) real_name: &'a str,
    pub(super) tz: &'a str,
    pub(super) kind: PersonKind,
}

const COLORS: &[&str] = &[
    "9f69e7", "4bbe2e", "e7392d", "3c989f", "674b1b", "e96699", "e0a729", "684b6c", "5b89d5",
    "2b6836",
];

impl Workspace {
    /// Adds somebody. Full members are in #general from the start, as in Slack.
    pub(super) fn add_person(&mut self, account: &Account) -> PersonId {
        let mut id = PersonId(ids::named('U', account.name));
        if self.people.contains_key(&id) {
            id = PersonId(ids::numbered('U', self.next_serial()));
        }
        let person = Person {
            id: id.clone(),
            name: account.name.to_owned(),
            display_name: account.name.to_owned(),
            real_name: account.real_name.to_owned(),
            tz: account.tz.to_owned(),
            kind: account.kind,
            color: COLORS[self.people.len() % COLORS.len()],
            updated: self.now().timestamp(),
        };
        self.people.insert(id.clone(), person);
        if account.kind.is_member()
            && let Some(general) = self
                .channels
                .values_mut()
                .find(|channel| channel.is_general)
        {
            general.members.push(id.clone());
        }
        id
    }

    /// Gives the person with this id or handle (with or without `@`).
    pub(super) fn find_person(&self, who: &str) -> Option<&Person> {
        let name = who.trim_start_matches('@');
        self.people
            .get(who)
            .or_else(|| self.people.values().find(|person| person.name == name))
    }

    /// Gives somebody as `users.info` does.
    pub(super) fn user_json(&self, person: &Person) -> Value {
        let now = self.now();
        let zone = time_zones::named(&person.tz);
        let deleted = person.kind == PersonKind::Deactivated;
        let guest = person.kind == PersonKind::Guest;
        let owner = person.kind == PersonKind::Owner;
        let admin = owner || person.kind == PersonKind::Admin;
        let mut user = json!({
            "id": person.id, "team_id": self.team.id, "name": person.name, "deleted": deleted,
            "profile": self.profile_json(person), "is_bot": person.kind == PersonKind::Bot,
            "updated": person.updated, "is_app_user": false,
        });
        if !deleted {
            let more = json!({
                "color": person.color, "real_name": person.real_name, "tz": person.tz,
                "tz_label": zone.label(now), "tz_offset": zone.offset(now),
                "is_admin": admin, "is_owner": owner, "is_primary_owner": false,
                "is_restricted": guest, "is_ultra_restricted": false,
                "is_email_confirmed": person.kind != PersonKind::Bot,
                "who_can_share_contact_card": "EVERYONE",
            });
            merge(&mut user, more);
        }
        user
    }

    fn profile_json(&self, person: &Person) -> Value {
        let hash = ids::secret(&person.id, 12);
        let image = |size: u32| {
            format!(
                "https://avatars.slack-edge.com/{}-{hash}_{size}.png",
                person.id
            )
        };
        let (first, last) = person
            .real_name
            .split_once(' ')
            .unwrap_or((&person.real_name, ""));
        let mut profile = json!({
            "title": "", "phone": "", "skype": "",
            "real_name": person.real_name, "real_name_normalized": person.real_name,
            "display_name": person.display_name,
            "display_name_normalized": person.display_name,
            "fields": null, "status_text": "", "status_emoji": "", "status_expiration": 0,
            "status_emoji_display_info": [], "status_text_canonical": "",
            "avatar_hash": hash, "first_name": first, "last_name": last,
            "image_24": image(24), "image_32": image(32), "image_48": image(48),
            "image_72": image(72), "image_192": image(192), "image_512": image(512),
            "team": self.team.id,
        });
        if person.kind == PersonKind::Bot {
            let more = if person.id == self.app.bot_user {
                json!({"bot_id": self.app.bot_id, "api_app_id": self.app.id, "always_active": true})
            } else {
                json!({"bot_id": person.id.replacen('U', "B", 1), "api_app_id": "", "always_active": false})
            };
            merge(&mut profile, more);
        } else if self.app.may("users:read.email") {
            let email = format!("{}@{}.example", person.name, self.team.domain);
            merge(&mut profile, json!({"email": email}));
        }
        profile
    }

    /// Gives the `user` field of an interaction.
    pub(super) fn user_of_interaction(&self, who: &PersonId) -> Value {
        let name = self
            .people
            .get(who)
            .map_or_else(String::new, |person| person.name.clone());
        json!({"id": who, "username": name, "name": name, "team_id": self.team.id})
    }
}

/// Puts the fields of one JSON object into another.
pub(super) fn merge(into: &mut Value, more: Value) {
    if let (Some(into), Value::Object(more)) = (into.as_object_mut(), more) {
        into.extend(more);
    }
}
