//! The Slack app manifest, generated from the commands, actions, scopes and events.

use serde_json::{Value, json};

use crate::{ACTIONS, Action, COMMANDS, SHORTCUTS};

/// The bot token scopes.
///
/// Slack: the scopes of each method and event, docs.slack.dev/reference/scopes.
pub const SCOPES: &[&str] = &[
    "app_mentions:read", // receive mentions of the app
    "bookmarks:read",    // list the bookmarks before adding one
    "bookmarks:write",   // sync the links of an incident with the bookmarks of its channel
    "canvases:read",     // recognize the canvas of a postmortem after a crash
    "canvases:write",    // export postmortems to the canvas of the incident's channel
    "channels:history",  // receive edited messages; look up sent messages after a crash
    "channels:join",     // join the announcements channel
    "channels:manage",   // create, rename and archive incident channels, invite users, set topics
    "channels:read",     // look up channels; receive joins, renames and archiving
    "chat:write",        // post and edit messages, send ephemeral messages
    "chat:write.public", // announce in channels without the bot
    "commands",          // the slash command, message actions and shortcuts
    "groups:history",    // as channels:history, in the channels of private incidents
    "groups:read",       // as channels:read, for these channels
    "groups:write",      // create, rename and archive them, invite and kick users, set topics
    "im:history",        // receive direct messages; look up sent ones after a crash
    "im:write",          // direct messages, such as role assignments and overdue notices
    "pins:write",        // pin the header
    "reactions:read",    // receive pushpin reactions and read their messages
    "reactions:write",   // add a pushpin to messages on the timeline
    "usergroups:read",   // members of the user groups of services and teams
    "users:read",        // names, account kinds and time zones
    "users:read.email",  // addresses for notifications by mail
];

/// The bot events.
pub const EVENTS: &[&str] = &[
    "app_home_opened",
    "app_mention",
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
    "message.im",
    "reaction_added",
    "reaction_removed",
    "tokens_revoked",
    "user_change",
];

/// The differences between installations.
#[derive(Clone, Copy, Debug)]
pub struct ManifestOptions<'a> {
    /// The name of the slash command, such as `/datadog`.
    pub command: &'a str,
    /// The public base URL, such as `https://muster.example.com`; `None` for Socket Mode, which
    /// needs no URL.
    pub url: Option<&'a str>,
    /// The URL of the pages, such as `https://muster.example.com`, to which Slack sends browsers back; `None`
    /// without Sign in with Slack.
    pub sign_in_url: Option<&'a str>,
}

impl Default for ManifestOptions<'_> {
    /// Returns the options for `/datadog` in Socket Mode.
    fn default() -> Self {
        Self {
            command: "/datadog",
            url: None,
            sign_in_url: None,
        }
    }
}

/// Returns the app manifest as JSON, ready to be pasted into Slack.
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
        "oauth_config": oauth_config(options),
        "settings": {
            "event_subscriptions": with_request_url(options, "request_url", "events", json!({ "bot_events": EVENTS })),
            "interactivity": interactivity(options),
            "org_deploy_enabled": false,
            "socket_mode_enabled": options.url.is_none(),
            "token_rotation_enabled": false,
        },
    })
}

/// The user scopes of Sign in with Slack.
pub const SIGN_IN_SCOPES: &[&str] = &["openid", "profile", "email"];

/// The path of the pages to which Slack sends browsers back.
pub const SIGN_IN_BACK_PATH: &str = "/sign-in/slack/back";

fn oauth_config(options: &ManifestOptions<'_>) -> Value {
    let Some(url) = options.sign_in_url else {
        return json!({ "scopes": { "bot": SCOPES } });
    };
    json!({
        "redirect_urls": [format!("{}{SIGN_IN_BACK_PATH}", url.trim_end_matches('/'))],
        "scopes": { "bot": SCOPES, "user": SIGN_IN_SCOPES },
    })
}

/// The maximum length of the usage hint. Slack allows 1,000 characters, but shows one line.
const LONGEST_USAGE_HINT: usize = 120;

fn slash_command(options: &ManifestOptions<'_>) -> Value {
    let command = json!({
        "command": options.command,
        "description": "Declare, update and list incidents",
        "usage_hint": usage_hint(),
        "should_escape": true,
    });
    with_request_url(options, "url", "commands", command)
}

/// Returns the usage of as many commands as Slack shows next to the slash command. Help lists the
/// rest.
fn usage_hint() -> String {
    let mut hint = String::new();
    for command in COMMANDS.iter().filter(|command| !command.usage.is_empty()) {
        if hint.len() + command.usage.len() > LONGEST_USAGE_HINT {
            break;
        }
        hint.push_str(command.usage);
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
            "description": action.summary,
        })
    };
    let of_messages = ACTIONS.iter().map(|action| ("message", action));
    let global = SHORTCUTS.iter().map(|action| ("global", action));
    of_messages.chain(global).map(shortcut).collect()
}

fn interactivity(options: &ManifestOptions<'_>) -> Value {
    let interactivity = with_request_url(
        options,
        "request_url",
        "interactions",
        json!({ "is_enabled": true }),
    );
    with_request_url(
        options,
        "message_menu_options_url",
        "interactions",
        interactivity,
    )
}

/// Sets the URL of an endpoint, unless Socket Mode is used.
fn with_request_url(
    options: &ManifestOptions<'_>,
    key: &str,
    door: &str,
    mut part: Value,
) -> Value {
    if let Some(url) = options.url {
        part[key] = Value::String(format!("{}/slack/{door}", url.trim_end_matches('/')));
    }
    part
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_endpoint_has_a_url_unless_socket_mode_is_used() {
        let url = Some("https://muster.example.com/");
        let manifest = manifest(&ManifestOptions {
            command: "/dd",
            url,
            sign_in_url: None,
        });
        let at = |path| manifest.pointer(path).and_then(Value::as_str);
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
        for (path, door) in doors {
            assert_eq!(at(path), Some(format!("{base}/{door}").as_str()));
        }
        assert_eq!(at("/features/slash_commands/0/command"), Some("/dd"));
        assert_eq!(manifest["settings"]["socket_mode_enabled"], false);

        let socket = super::manifest(&ManifestOptions::default());
        assert_eq!(socket["settings"]["socket_mode_enabled"], true);
        let socket = socket.to_string();
        assert!(!socket.contains("\"url\"") && !socket.contains("_url\""));
    }

    #[test]
    fn sign_in_adds_its_redirect_url_and_scopes() {
        let without = manifest(&ManifestOptions::default());
        assert_eq!(
            without["oauth_config"],
            json!({ "scopes": { "bot": SCOPES } })
        );
        let with = manifest(&ManifestOptions {
            sign_in_url: Some("https://muster.example.com/"),
            ..ManifestOptions::default()
        });
        assert_eq!(
            with["oauth_config"]["redirect_urls"],
            json!(["https://muster.example.com/sign-in/slack/back"])
        );
        assert_eq!(
            with["oauth_config"]["scopes"]["user"],
            json!(SIGN_IN_SCOPES)
        );
        assert_eq!(with["settings"], without["settings"]);
    }

    /// Slack: the limits in docs.slack.dev/reference/app-manifest.
    #[test]
    fn manifest_is_within_slacks_limits() {
        let manifest = manifest(&ManifestOptions::default());
        let long = |path: &str| {
            let text = manifest.pointer(path).and_then(Value::as_str);
            text.map_or(usize::MAX, |text| text.chars().count())
        };
        assert!(long("/display_information/name") <= 35);
        assert!(long("/display_information/description") <= 140);
        assert!(long("/features/slash_commands/0/command") <= 32);
        assert!(long("/features/slash_commands/0/description") <= 2_000);
        assert!(long("/features/slash_commands/0/usage_hint") <= 1_000);
        assert!(ACTIONS.len() <= 5 && SHORTCUTS.len() <= 5);
        for index in 0..ACTIONS.len() + SHORTCUTS.len() {
            assert!(long(&format!("/features/shortcuts/{index}/name")) <= 24);
            assert!(long(&format!("/features/shortcuts/{index}/description")) <= 150);
        }
        assert!(SCOPES.is_sorted() && EVENTS.is_sorted());
    }
}
