//! The users of the workspace and their user objects (`users.info`).

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::ids;
use crate::ids::UserId;
use crate::workspace::Workspace;
use crate::workspace::time_zones;

/// The kind of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AccountKind {
    /// A full member.
    Member,
    /// A full member who is an admin of the workspace.
    Admin,
    /// A full member who owns the workspace. Owners are admins as well.
    Owner,
    /// A guest. Guests see only the channels they were invited to, and apps cannot invite them.
    Guest,
    /// The bot user of an app.
    Bot,
    /// A deactivated account.
    Deactivated,
}

impl AccountKind {
    /// Returns whether the account is that of a full member.
    pub(crate) fn is_full_member(self) -> bool {
        matches!(self, Self::Member | Self::Admin | Self::Owner)
    }
}

/// A user of the workspace.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct User {
    pub(crate) id: UserId,
    /// The handle, such as `alice`.
    pub(crate) name: String,
    /// The display name, or empty.
    pub(crate) display_name: String,
    pub(crate) real_name: String,
    /// An IANA time zone.
    pub(crate) tz: String,
    pub(crate) kind: AccountKind,
    /// Six hexadecimal digits.
    pub(crate) color: String,
    /// When the account last changed, in epoch seconds.
    pub(crate) updated: i64,
}

/// The data of a new account.
pub(crate) struct NewAccount<'a> {
    pub(crate) name: &'a str,
    pub(crate) real_name: &'a str,
    pub(crate) tz: &'a str,
    pub(crate) kind: AccountKind,
}

const COLORS: &[&str] = &[
    "9f69e7", "4bbe2e", "e7392d", "3c989f", "674b1b", "e96699", "e0a729", "684b6c", "5b89d5",
    "2b6836",
];

/// A user group.
#[derive(Clone, Debug)]
pub(crate) struct UserGroup {
    pub(crate) id: String,
    /// The name in mentions, without `@`.
    pub(crate) handle: String,
    pub(crate) users: Vec<UserId>,
}

impl Workspace {
    /// Adds a user group with these members. Names without a user are left out.
    pub(crate) fn add_user_group(&mut self, handle: &str, members: &[&str]) -> String {
        let id = ids::from_name('S', handle);
        let users = members.iter().filter_map(|name| self.find_user(name));
        let group = UserGroup {
            id: id.clone(),
            handle: handle.to_owned(),
            users: users.map(|user| user.id.clone()).collect(),
        };
        self.user_groups.insert(id.clone(), group);
        id
    }

    /// Adds a user. Full members join #general, as in Slack.
    pub(crate) fn add_user(&mut self, account: &NewAccount) -> UserId {
        let mut id = UserId(ids::from_name('U', account.name));
        if self.users.contains_key(&id) {
            id = UserId(ids::from_serial('U', self.next_serial()));
        }
        let user = User {
            id: id.clone(),
            name: account.name.to_owned(),
            display_name: account.name.to_owned(),
            real_name: account.real_name.to_owned(),
            tz: account.tz.to_owned(),
            kind: account.kind,
            color: COLORS[self.users.len() % COLORS.len()].to_owned(),
            updated: self.now().timestamp(),
        };
        self.users.insert(id.clone(), user);
        if account.kind.is_full_member()
            && let Some(general) = self
                .channels
                .values_mut()
                .find(|channel| channel.is_general)
        {
            general.members.push(id.clone());
        }
        id
    }

    /// Returns the user with this ID or handle (with or without `@`).
    pub(crate) fn find_user(&self, who: &str) -> Option<&User> {
        let name = who.trim_start_matches('@');
        self.users
            .get(who)
            .or_else(|| self.users.values().find(|user| user.name == name))
    }

    /// Returns the user object of `users.info`.
    pub(crate) fn user_json(&self, user: &User) -> Value {
        let now = self.now();
        let zone = time_zones::find_zone(&user.tz);
        let deleted = user.kind == AccountKind::Deactivated;
        let guest = user.kind == AccountKind::Guest;
        let owner = user.kind == AccountKind::Owner;
        let admin = owner || user.kind == AccountKind::Admin;
        let mut object = json!({
            "id": user.id, "team_id": self.team.id, "name": user.name, "deleted": deleted,
            "profile": self.profile_json(user), "is_bot": user.kind == AccountKind::Bot,
            "updated": user.updated, "is_app_user": false,
        });
        if !deleted {
            let more = json!({
                "color": user.color, "real_name": user.real_name, "tz": user.tz,
                "tz_label": zone.label(now), "tz_offset": zone.offset(now),
                "is_admin": admin, "is_owner": owner, "is_primary_owner": false,
                "is_restricted": guest, "is_ultra_restricted": false,
                "is_email_confirmed": user.kind != AccountKind::Bot,
                "who_can_share_contact_card": "EVERYONE",
            });
            merge(&mut object, more);
        }
        object
    }

    fn profile_json(&self, user: &User) -> Value {
        let hash = ids::secret(&user.id, 12);
        let image = |size: u32| {
            format!(
                "https://avatars.slack-edge.com/{}-{hash}_{size}.png",
                user.id
            )
        };
        let (first, last) = user
            .real_name
            .split_once(' ')
            .unwrap_or((&user.real_name, ""));
        let mut profile = json!({
            "title": "", "phone": "", "skype": "",
            "real_name": user.real_name, "real_name_normalized": user.real_name,
            "display_name": user.display_name,
            "display_name_normalized": user.display_name,
            "fields": null, "status_text": "", "status_emoji": "", "status_expiration": 0,
            "status_emoji_display_info": [], "status_text_canonical": "",
            "avatar_hash": hash, "first_name": first, "last_name": last,
            "image_24": image(24), "image_32": image(32), "image_48": image(48),
            "image_72": image(72), "image_192": image(192), "image_512": image(512),
            "team": self.team.id,
        });
        if user.kind == AccountKind::Bot {
            let more = if user.id == self.app.bot_user {
                json!({"bot_id": self.app.bot_id, "api_app_id": self.app.id, "always_active": true})
            } else {
                json!({"bot_id": user.id.replacen('U', "B", 1), "api_app_id": "", "always_active": false})
            };
            merge(&mut profile, more);
        } else if self.app.has_scope("users:read.email") {
            let email = format!("{}@{}.example", user.name, self.team.domain);
            merge(&mut profile, json!({"email": email}));
        }
        profile
    }

    /// Returns the `user` field of an interaction payload.
    pub(crate) fn user_of_interaction(&self, who: &UserId) -> Value {
        let name = self
            .users
            .get(who)
            .map_or_else(String::new, |user| user.name.clone());
        json!({"id": who, "username": name, "name": name, "team_id": self.team.id})
    }
}

/// Copies the fields of one JSON object into another.
pub(crate) fn merge(into: &mut Value, more: Value) {
    if let (Some(into), Value::Object(more)) = (into.as_object_mut(), more) {
        into.extend(more);
    }
}
