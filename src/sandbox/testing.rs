//! A workspace for unit tests: no server, fixed clock.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::manifest::App;
use super::workspace::Workspace;
use crate::rate_limits::Limits;

/// Returns the time at which every test starts.
pub(super) fn start_time() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_447_205, 0).unwrap_or_default()
}

/// Returns the manifest of an app that uses many features of Slack.
pub(super) fn manifest() -> Value {
    json!({
        "display_information": {"name": "Lantern"},
        "features": {
            "app_home": {"home_tab_enabled": true, "messages_tab_enabled": true},
            "slash_commands": [{"command": "/lantern", "description": "Light", "usage_hint": "[on|off]", "should_escape": true}],
            "shortcuts": [
                {"name": "Light it", "callback_id": "light", "description": "Light", "type": "global"},
                {"name": "Save", "callback_id": "save", "description": "Save this", "type": "message"}
            ]
        },
        "oauth_config": {"scopes": {"bot": [
            "commands", "chat:write", "chat:write.public", "channels:manage", "channels:read", "channels:join",
            "channels:history", "groups:write", "groups:read", "groups:history", "users:read", "reactions:read",
            "reactions:write", "pins:read", "pins:write", "bookmarks:read", "bookmarks:write", "im:write", "im:history"
        ]}},
        "settings": {"event_subscriptions": {"bot_events": [
            "message.channels", "message.groups", "message.im", "reaction_added", "reaction_removed",
            "member_joined_channel", "member_left_channel", "channel_created", "channel_rename", "channel_archive",
            "channel_unarchive", "channel_deleted", "pin_added", "app_home_opened", "app_uninstalled", "tokens_revoked"
        ]}}
    })
}

/// Creates a new workspace.
pub(super) fn workspace() -> Workspace {
    let app = App::parse(&manifest()).unwrap_or_else(|error| panic!("{error}"));
    Workspace::new(Arc::new(start_time), app, Limits::Off)
}
