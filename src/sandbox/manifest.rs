//! The installed app, parsed from its manifest.

use serde_json::Value;

use super::ids;
use super::ids::UserId;

/// An installed Slack app.
#[derive(Clone, Debug)]
pub(super) struct App {
    pub(super) id: String,
    pub(super) bot_id: String,
    pub(super) bot_user: UserId,
    /// The display name of the bot user.
    pub(super) name: String,
    pub(super) commands: Vec<Command>,
    pub(super) shortcuts: Vec<Shortcut>,
    pub(super) scopes: Vec<String>,
    /// The scopes of Sign in with Slack.
    pub(super) user_scopes: Vec<String>,
    /// The URLs to which Sign in with Slack sends browsers back.
    pub(super) redirect_urls: Vec<String>,
    /// The names of the subscribed events, such as `message.channels`.
    pub(super) events: Vec<String>,
    pub(super) home_tab: bool,
    pub(super) messages_tab: bool,
    pub(super) state: Installation,
}

/// The state of the installation and its tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Installation {
    /// Installed, with valid tokens.
    Active,
    /// Uninstalled: `account_inactive`.
    Uninstalled,
    /// The tokens were revoked: `token_revoked`.
    Revoked,
}

/// A registered slash command.
#[derive(Clone, Debug)]
pub(super) struct Command {
    pub(super) command: String,
    pub(super) description: String,
    pub(super) usage_hint: String,
    pub(super) should_escape: bool,
}

/// A registered shortcut.
#[derive(Clone, Debug)]
pub(super) struct Shortcut {
    pub(super) callback_id: String,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) kind: ShortcutKind,
}

/// The kind of a shortcut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ShortcutKind {
    /// In the search and the composer's menu.
    Global,
    /// In the menu of a message.
    Message,
}

impl ShortcutKind {
    /// Returns the name used in manifests.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Global => "global",
            Self::Message => "message",
        }
    }
}

impl App {
    /// Parses a manifest. The error is a sentence that names the field that Slack would reject.
    pub(super) fn parse(manifest: &Value) -> Result<Self, String> {
        let name = text(manifest, "/display_information/name");
        if name.is_empty() || name.chars().count() > 35 {
            return Err(format!(
                "The manifest's display_information.name must have 1 to 35 characters; it is “{name}”."
            ));
        }
        let display_name = match text(manifest, "/features/bot_user/display_name") {
            "" => name,
            display_name => display_name,
        };
        let app = Self {
            id: ids::from_name('A', name),
            bot_id: ids::from_name('B', name),
            bot_user: UserId(ids::from_name('U', name)),
            name: display_name.to_owned(),
            commands: commands(manifest)?,
            shortcuts: shortcuts(manifest)?,
            scopes: string_list(manifest, "/oauth_config/scopes/bot"),
            user_scopes: string_list(manifest, "/oauth_config/scopes/user"),
            redirect_urls: string_list(manifest, "/oauth_config/redirect_urls"),
            events: string_list(manifest, "/settings/event_subscriptions/bot_events"),
            home_tab: flag(manifest, "/features/app_home/home_tab_enabled").unwrap_or(false),
            messages_tab: flag(manifest, "/features/app_home/messages_tab_enabled").unwrap_or(true),
            state: Installation::Active,
        };
        app.check_scopes()?;
        Ok(app)
    }

    /// Returns whether the app was granted this scope.
    pub(super) fn has_scope(&self, scope: &str) -> bool {
        self.scopes.iter().any(|granted| granted == scope)
    }

    /// Returns whether the app receives events of this name.
    pub(super) fn is_subscribed(&self, event: &str) -> bool {
        self.state == Installation::Active && self.events.iter().any(|name| name == event)
    }

    fn check_scopes(&self) -> Result<(), String> {
        if !self.commands.is_empty() && !self.has_scope("commands") {
            return Err("The manifest has slash commands but not the scope `commands`.".to_owned());
        }
        for event in &self.events {
            let needed = scope_of_event(event)?;
            if !needed.is_empty() && !self.has_scope(needed) {
                return Err(format!(
                    "The manifest subscribes to `{event}` but doesn't request the scope `{needed}`."
                ));
            }
        }
        Ok(())
    }
}

/// Returns the scope that an event requires, or an empty string (docs.slack.dev/reference/events).
fn scope_of_event(event: &str) -> Result<&'static str, String> {
    Ok(match event {
        "app_mention" => "app_mentions:read",
        "message.channels" => "channels:history",
        "message.groups" => "groups:history",
        "message.im" => "im:history",
        "message.mpim" => "mpim:history",
        "reaction_added" | "reaction_removed" => "reactions:read",
        "member_joined_channel"
        | "member_left_channel"
        | "channel_created"
        | "channel_rename"
        | "channel_archive"
        | "channel_unarchive"
        | "channel_deleted"
        | "channel_left" => "channels:read",
        "group_rename" | "group_archive" | "group_unarchive" | "group_deleted" | "group_left" => {
            "groups:read"
        }
        "pin_added" | "pin_removed" => "pins:read",
        "link_shared" => "links:read",
        "team_join" | "user_change" => "users:read",
        "subteam_created" | "subteam_updated" | "subteam_members_changed" => "usergroups:read",
        "app_home_opened" | "app_uninstalled" | "tokens_revoked" | "app_rate_limited" => "",
        unknown => {
            return Err(format!(
                "The manifest subscribes to `{unknown}`, an event that the sandbox doesn't support."
            ));
        }
    })
}

fn commands(manifest: &Value) -> Result<Vec<Command>, String> {
    let mut commands = Vec::new();
    for command in list(manifest, "/features/slash_commands") {
        let name = text(command, "/command");
        if !name.starts_with('/') || name.contains(' ') || name.chars().count() > 32 {
            return Err(format!(
                "The slash command “{name}” must start with /, hold no space and have at most 32 characters."
            ));
        }
        if text(command, "/description").is_empty() {
            return Err(format!("The slash command “{name}” needs a description."));
        }
        commands.push(Command {
            command: name.to_owned(),
            description: text(command, "/description").to_owned(),
            usage_hint: text(command, "/usage_hint").to_owned(),
            should_escape: flag(command, "/should_escape").unwrap_or(false),
        });
    }
    Ok(commands)
}

fn shortcuts(manifest: &Value) -> Result<Vec<Shortcut>, String> {
    let mut shortcuts = Vec::new();
    for shortcut in list(manifest, "/features/shortcuts") {
        let name = text(shortcut, "/name");
        if name.is_empty() || name.chars().count() > 24 {
            return Err(format!(
                "The shortcut “{name}” must have a name of 1 to 24 characters."
            ));
        }
        shortcuts.push(Shortcut {
            callback_id: text(shortcut, "/callback_id").to_owned(),
            name: name.to_owned(),
            description: text(shortcut, "/description").to_owned(),
            kind: match text(shortcut, "/type") {
                "global" => ShortcutKind::Global,
                "message" => ShortcutKind::Message,
                other => {
                    return Err(format!(
                        "The shortcut “{name}” has the type “{other}”; Slack knows global and message."
                    ));
                }
            },
        });
    }
    if shortcuts.len() > 10 {
        return Err("An app may have at most 10 shortcuts.".to_owned());
    }
    Ok(shortcuts)
}

fn text<'a>(value: &'a Value, path: &str) -> &'a str {
    value
        .pointer(path)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

fn flag(value: &Value, path: &str) -> Option<bool> {
    value.pointer(path).and_then(Value::as_bool)
}

fn list<'a>(value: &'a Value, path: &str) -> &'a [Value] {
    value
        .pointer(path)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

fn string_list(value: &Value, path: &str) -> Vec<String> {
    list(value, path)
        .iter()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use serde_json::json;

    use super::*;

    #[test]
    fn app_is_parsed_from_its_manifest() {
        let app = App::parse(&json!({
            "display_information": {"name": "Lantern"},
            "features": {
                "slash_commands": [{"command": "/lantern", "description": "Light", "should_escape": true}],
                "shortcuts": [{"name": "Light it", "callback_id": "light", "description": "Light", "type": "message"}]
            },
            "oauth_config": {"scopes": {"bot": ["commands", "channels:read"]}},
            "settings": {"event_subscriptions": {"bot_events": ["channel_archive"]}}
        }))
        .unwrap();
        assert_eq!(app.bot_user, "U0LANTERN01");
        assert!(app.commands[0].should_escape);
        assert_eq!(app.shortcuts[0].kind, ShortcutKind::Message);
        assert!(app.is_subscribed("channel_archive") && app.has_scope("commands"));
    }

    #[test]
    fn event_subscription_without_its_scope_is_rejected() {
        let manifest = json!({
            "display_information": {"name": "Lantern"},
            "settings": {"event_subscriptions": {"bot_events": ["pin_added"]}}
        });
        assert!(App::parse(&manifest).unwrap_err().contains("`pins:read`"));
    }
}
