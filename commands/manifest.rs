//! The Slack app manifest, made from all that people can type and click, and what we call and hear.

use serde_json::{Value, json};

use crate::{ACTIONS, Action, COMMANDS, SHORTCUTS};

/// What the bot must be allowed to do.
///
/// Slack: which method and event needs which scope, docs.slack.dev/reference/scopes.
pub const SCOPES: &[&str] = &[
    "bookmarks:read",    // see whether a link is bookmarked already
    "bookmarks:write",   // bookmark the links of an incident in its channel
    "channels:history",  // hear of edited messages; find our own after a crash
    "channels:join",     // be in the global channel
    "channels:manage",   // open the incident's channel, invite, set its topic
    "channels:read",     // find a channel again; hear of joins, renames, archiving
    "chat:write",        // post, edit, answer one person
    "chat:write.public", // announce where the bot is not a member
    "commands",          // the slash command, the message actions and the shortcuts
    "groups:history",    // the same in the channels of private incidents
    "groups:read",       // find these again; hear of joins, renames, archiving
    "groups:write",      // open them, invite, take people out, set their topics, archive them
    "im:history",        // find our own words in private after a crash
    "im:write",          // a word in private: a role that was given, something to mend
    "pins:write",        // pin the header
    "reactions:read",    // hear of pins, and read what was pinned
    "reactions:write",   // mark the messages that are on the timeline
    "users:read",        // names and time zones
];

/// What Slack must tell the bot.
pub const EVENTS: &[&str] = &[
    "app_home_opened",
    "app_uninstalled",
    "channel_archive",
    "channel_deleted",
    "channel_rename",
    "channel_unarchive",
    "group_archive",
    "group_deleted",
    "group_rename",
    "group_unarchive",
    "member_joined_channel",
    "message.channels",
    "message.groups",
    "reaction_added",
    "reaction_removed",
    "tokens_revoked",
];

/// What differs from one installation to the next.
#[derive(Clone, Copy, Debug)]
pub struct ManifestOptions<'a> {
    /// The command's word, such as `/datadog`.
    pub command: &'a str,
    /// Where Slack reaches the bot, such as `https://muster.example.com`; `None` for Socket Mode,
    /// which needs no address.
    pub url: Option<&'a str>,
}

impl Default for ManifestOptions<'_> {
    /// `/datadog`, over Socket Mode.
    fn default() -> Self {
        Self {
            command: "/datadog",
            url: None,
        }
    }
}

/// Gives the app manifest, ready to be pasted where Slack asks for one.
///
/// Slack: docs.slack.dev/reference/app-manifest.
pub fn manifest(options: &ManifestOptions<'_>) -> Value {
    json!({
        "display_information": {
            "name": "Muster",
            "description": "Declare, update and close incidents without leaving Slack.",
            "background_color": "#4a1d5f",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": true,
                "messages_tab_enabled": true,
                "messages_tab_read_only_enabled": false,
            },
            "bot_user": { "display_name": "Muster", "always_online": true },
            "shortcuts": shortcuts(),
            "slash_commands": [slash_command(options)],
        },
        "oauth_config": { "scopes": { "bot": SCOPES } },
        "settings": {
            "event_subscriptions": with_address(options, "request_url", "events", json!({ "bot_events": EVENTS })),
            "interactivity": interactivity(options),
            "org_deploy_enabled": false,
            "socket_mode_enabled": options.url.is_none(),
            "token_rotation_enabled": false,
        },
    })
}

/// How long the hint of the command may grow. Slack takes 1,000 characters and shows one line.
const HINT: usize = 120;

fn slash_command(options: &ManifestOptions<'_>) -> Value {
    let command = json!({
        "command": options.command,
        "description": "Declare, update and list incidents",
        "usage_hint": usage_hint(),
        "should_escape": true,
    });
    with_address(options, "url", "commands", command)
}

/// Gives what can be typed, as far as Slack has room for it beside the command; help shows the rest.
fn usage_hint() -> String {
    let mut hint = String::new();
    for command in COMMANDS.iter().filter(|command| !command.typed.is_empty()) {
        if hint.len() + command.typed.len() > HINT {
            break;
        }
        hint.push_str(command.typed);
        hint.push_str(" | ");
    }
    hint + "help"
}

fn shortcuts() -> Value {
    let shortcut = |(kind, action): (&str, &Action)| {
        json!({
            "name": action.label,
            "type": kind,
            "callback_id": action.name,
            "description": action.says,
        })
    };
    let of_messages = ACTIONS.iter().map(|action| ("message", action));
    let global = SHORTCUTS.iter().map(|action| ("global", action));
    of_messages.chain(global).map(shortcut).collect()
}

fn interactivity(options: &ManifestOptions<'_>) -> Value {
    let interactivity = with_address(
        options,
        "request_url",
        "interactions",
        json!({ "is_enabled": true }),
    );
    with_address(
        options,
        "message_menu_options_url",
        "interactions",
        interactivity,
    )
}

/// Adds the address of one of our three doors, unless Socket Mode makes do without.
fn with_address(options: &ManifestOptions<'_>, key: &str, door: &str, mut part: Value) -> Value {
    if let Some(url) = options.url {
        part[key] = Value::String(format!("{}/slack/{door}", url.trim_end_matches('/')));
    }
    part
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_door_has_an_address_unless_socket_mode_is_on() {
        let url = Some("https://muster.example.com/");
        let manifest = manifest(&ManifestOptions {
            command: "/dd",
            url,
        });
        let at = |pointer| manifest.pointer(pointer).and_then(Value::as_str);
        let base = "https://muster.example.com/slack";
        let doors = [
            ("/features/slash_commands/0/url", "commands"),
            ("/settings/event_subscriptions/request_url", "events"),
            ("/settings/interactivity/request_url", "interactions"),
            (
                "/settings/interactivity/message_menu_options_url",
                "interactions",
            ),
        ];
        for (pointer, door) in doors {
            assert_eq!(at(pointer), Some(format!("{base}/{door}").as_str()));
        }
        assert_eq!(at("/features/slash_commands/0/command"), Some("/dd"));
        assert_eq!(manifest["settings"]["socket_mode_enabled"], false);

        let socket = super::manifest(&ManifestOptions::default());
        assert_eq!(socket["settings"]["socket_mode_enabled"], true);
        let socket = socket.to_string();
        assert!(!socket.contains("\"url\"") && !socket.contains("_url\""));
    }

    /// Slack: the lengths in docs.slack.dev/reference/app-manifest.
    #[test]
    fn the_manifest_keeps_slacks_limits() {
        let manifest = manifest(&ManifestOptions::default());
        let long = |pointer: &str| {
            let text = manifest.pointer(pointer).and_then(Value::as_str);
            text.map_or(usize::MAX, |text| text.chars().count())
        };
        assert!(long("/display_information/name") <= 35);
        assert!(long("/display_information/description") <= 140);
        assert!(long("/features/slash_commands/0/command") <= 32);
        assert!(long("/features/slash_commands/0/description") <= 2_000);
        assert!(long("/features/slash_commands/0/usage_hint") <= 1_000);
        assert!(ACTIONS.len() <= 5 && SHORTCUTS.len() <= 5);
        for place in 0..ACTIONS.len() + SHORTCUTS.len() {
            assert!(long(&format!("/features/shortcuts/{place}/name")) <= 24);
            assert!(long(&format!("/features/shortcuts/{place}/description")) <= 150);
        }
        assert!(SCOPES.is_sorted() && EVENTS.is_sorted());
    }
}
