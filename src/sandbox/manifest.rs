//! The app that is installed in the workspace, as its manifest describes it.

use serde_json::Value;

use super::ids;
use super::ids::PersonId;

/// An installed Slack app.
#[derive(Clone, Debug)]
pub(super) struct App {
    pub(super) id: String,
    pub(super) bot_id: String,
    pub(super) bot_user: PersonId,
    /// The bot user's display name.
    pub(super) name: String,
    pub(super) commands: Vec<Command>,
    pub(super) shortcuts: Vec<Shortcut>,
    pub(super) scopes: Vec<String>,
    /// The names of the subscribed events, such as `message.channels`.
    pub(super) events: Vec<String>,
    pub(super) home_tab: bool,
    pub(super) messages_tab: bool,
    pub(super) state: Installation,
}

/// Whether the app's tokens are good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Installation {
    /// Installed, and its tokens work.
    Good,
    /// Taken out of the workspace: `account_inactive`.
    Uninstalled,
    /// Its tokens were revoked: `token_revoked`.
    Revoked,
}

/// A slash command that the app registered.
#[derive(Clone, Debug)]
pub(super) struct Command {
    pub(super) command: String,
    pub(super) description: String,
    pub(super) usage_hint: String,
    pub(super) should_escape: bool,
}

/// A shortcut that the app registered.
#[derive(Clone, Debug)]
pub(super) struct Shortcut {
    pub(super) callback_id: String,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) place: ShortcutPlace,
}

/// Where people find a shortcut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ShortcutPlace {
    /// In the search and the composer's menu.
    Global,
    /// In the menu of a message.
    Message,
}

impl ShortcutPlace {
    /// Gives the word that manifests use.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Global => "global",
            Self::Message => "message",
        }
    }
}

impl App {
    /// Reads a manifest. An error is a sentence that says what Slack would refuse.
    pub(super) fn read(manifest: &Value) -> Result<Self, String> {
        let name = text(manifest, "/display_information/name");
        if name.is_empty() || name.chars().count() > 35 {
            return Err(format!(
                "The manifest's display_information.name must have 1 to 35 characters; it is “{name}”."
            ));
        }
        let shown = match text(manifest, "/features/bot_user/display_name") {
            "" => name,
            shown => shown,
        };
        let app = Self {
            id: ids::named('A', name),
            bot_id: ids::named('B', name),
            bot_user: PersonId(ids::named('U', name)),
            name: shown.to_owned(),
            commands: commands(manifest)?,
            shortcuts: shortcuts(manifest)?,
            scopes: words(manifest, "/oauth_config/scopes/bot"),
            events: words(manifest, "/settings/event_subscriptions/bot_events"),
            home_tab: flag(manifest, "/features/app_home/home_tab_enabled", false),
            messages_tab: flag(manifest, "/features/app_home/messages_tab_enabled", true),
            state: Installation::Good,
        };
        app.check_scopes()?;
        Ok(app)
    }

    /// Tells whether the app was granted this scope.
    pub(super) fn may(&self, scope: &str) -> bool {
        self.scopes.iter().any(|granted| granted == scope)
    }

    /// Tells whether the app is told of events of this name.
    pub(super) fn is_subscribed(&self, event: &str) -> bool {
        self.state == Installation::Good && self.events.iter().any(|name| name == event)
    }

    fn check_scopes(&self) -> Result<(), String> {
        if !self.commands.is_empty() && !self.may("commands") {
            return Err("The manifest has slash commands but not the scope `commands`.".to_owned());
        }
        for event in &self.events {
            let needed = scope_of_event(event)?;
            if !needed.is_empty() && !self.may(needed) {
                return Err(format!(
                    "The manifest subscribes to `{event}` but does not ask for the scope `{needed}`."
                ));
            }
        }
        Ok(())
    }
}

/// Gives the scope that an event needs (empty: none), as docs.slack.dev/reference/events lists them.
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
                "The manifest subscribes to `{unknown}`, an event that the sandbox does not know."
            ));
        }
    })
}

fn commands(manifest: &Value) -> Result<Vec<Command>, String> {
    let mut commands = Vec::new();
    for command in list(manifest, "/features/slash_commands") {
        let word = text(command, "/command");
        if !word.starts_with('/') || word.contains(' ') || word.chars().count() > 32 {
            return Err(format!(
                "The slash command “{word}” must start with /, hold no space and have at most 32 characters."
            ));
        }
        if text(command, "/description").is_empty() {
            return Err(format!("The slash command “{word}” needs a description."));
        }
        commands.push(Command {
            command: word.to_owned(),
            description: text(command, "/description").to_owned(),
            usage_hint: text(command, "/usage_hint").to_owned(),
            should_escape: flag(command, "/should_escape", false),
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
            place: match text(shortcut, "/type") {
                "global" => ShortcutPlace::Global,
                "message" => ShortcutPlace::Message,
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

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

fn flag(value: &Value, pointer: &str, preset: bool) -> bool {
    value
        .pointer(pointer)
        .and_then(Value::as_bool)
        .unwrap_or(preset)
}

fn list<'a>(value: &'a Value, pointer: &str) -> &'a [Value] {
    value
        .pointer(pointer)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

fn words(value: &Value, pointer: &str) -> Vec<String> {
    list(value, pointer)
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
    fn an_app_is_read_from_its_manifest() {
        let app = App::read(&json!({
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
        assert_eq!(app.shortcuts[0].place, ShortcutPlace::Message);
        assert!(app.is_subscribed("channel_archive") && app.may("commands"));
    }

    #[test]
    fn an_event_without_its_scope_is_refused() {
        let manifest = json!({
            "display_information": {"name": "Lantern"},
            "settings": {"event_subscriptions": {"bot_events": ["pin_added"]}}
        });
        assert!(App::read(&manifest).unwrap_err().contains("`pins:read`"));
    }
}
