//! Error help: why a delivery failed and how to fix it, as a sentence for users.

use crate::slack::SlackError;

/// The code of a group that is too large to be invited. Slack has no such code: the worker itself rejects the group.
pub(crate) const TOO_MANY_MEMBERS: &str = "too_many_members";

/// Returns why a delivery failed and how to fix it.
pub(crate) fn error_help(error: &SlackError) -> String {
    match error {
        error if error.is_token_error() => {
            "Slack rejected the app's token for a whole day. Reinstall the app and set the new \
             SLACK_BOT_TOKEN."
                .to_owned()
        }
        SlackError::Api {
            method,
            code,
            needed,
        } => canvas_error_help(method, code)
            .unwrap_or_else(|| api_error_help(code, needed.as_deref())),
        SlackError::RateLimited { .. }
        | SlackError::Unreachable { .. }
        | SlackError::Unknown { .. }
        | SlackError::Timeout { .. } => "Slack didn't accept it for a whole day.".to_owned(),
    }
}

fn api_error_help(code: &str, needed: Option<&str>) -> String {
    let advice = match code {
        "missing_scope" => {
            return format!(
                "The app is missing {}. Update it with the output of `muster manifest` and reinstall \
                 it to the workspace.",
                needed.map_or_else(
                    || "a scope".to_owned(),
                    |scope| format!("the scope {scope}")
                )
            );
        }
        "restricted_action" | "cannot_create_channel" | "no_permission" | "access_denied" => {
            "The workspace doesn't allow the app to do this. Ask a workspace admin to allow it."
        }
        "not_authorized" => {
            "Only the channel's creator or a workspace admin can do this. Ask one of them."
        }
        "name_taken" => "20 channels with that name exist already. Rename the old ones.",
        "user_not_found" | "user_not_visible" | "no_user" => "Slack can't find this person.",
        "user_is_restricted" | "cant_invite" | "ura_max_channels" => {
            "This person is a guest, and the app can't invite guests. Ask a workspace admin to add them."
        }
        "user_disabled" => "This person's account is deactivated.",
        "org_user_not_in_team" => "This person isn't in this workspace.",
        "messages_tab_disabled" => {
            "The app's Messages tab is off. Turn it on under App Home, or update the app with the output of \
             `muster manifest`."
        }
        "cannot_dm_bot" => "This is an app, and apps can't receive direct messages.",
        "not_in_channel" => "The app isn't in the channel. Type /invite and its name there.",
        "channel_not_found" => "The app can't see that channel. Invite it there.",
        "is_archived" | "is_inactive" => "The channel is archived.",
        "too_many_bookmarks" => "The channel has 100 bookmarks, Slack's limit.",
        "too_many_pins" => "The channel has 100 pins, Slack's limit.",
        "invalid_link" => "Slack rejected this link.",
        TOO_MANY_MEMBERS => return GROUP_TOO_LARGE.to_owned(),
        other => return group_error_help(other),
    };
    format!("{advice} (Slack: `{code}`)")
}

/// Returns the help for an error of a canvas, if there is more to say than for other methods.
fn canvas_error_help(method: &str, code: &str) -> Option<String> {
    let advice = match code {
        "canvas_disabled_user_team" => {
            "Canvases are switched off in this workspace. Ask a workspace admin to switch them on."
        }
        "restricted_action" if method.contains("canvases") => {
            "The workspace doesn't allow the app to write canvases. Ask a workspace admin to allow it."
        }
        "free_team_canvas_tab_already_exists" => {
            "The workspace's plan allows one canvas in a channel, and this channel has one that Muster didn't \
             write. Delete it, or export to another tool."
        }
        "team_tier_cannot_create_channel_canvases"
        | "free_teams_cannot_create_non_tabbed_canvases"
        | "free_teams_cannot_create_standalone_canvases"
        | "free_teams_cannot_edit_standalone_canvases" => {
            "The workspace's plan doesn't allow this canvas. Export to another tool, or upgrade the plan."
        }
        "canvas_too_large" => "The postmortem is longer than a canvas can be. Shorten it.",
        "canvas_creation_failed"
        | "channel_canvas_creation_failed"
        | "canvas_tab_creation_failed"
        | "canvas_editing_failed" => {
            "Slack couldn't save the canvas. Try again; if it fails again, export to another tool."
        }
        _ => return None,
    };
    Some(format!("{advice} (Slack: `{code}`)"))
}

const GROUP_TOO_LARGE: &str = "It has more than 200 members. Name a smaller group in the settings.";

/// Returns the help for an error of a user group, or the code of any other error.
fn group_error_help(code: &str) -> String {
    let advice = match code {
        "no_such_subteam" => "There is no such user group. Correct it in the settings.",
        "plan_upgrade_required" => "The workspace's plan has no user groups.",
        other => return format!("Slack answered `{other}`."),
    };
    format!("{advice} (Slack: `{code}`)")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_scope_is_reported_with_instructions() {
        let error = SlackError::Api {
            method: "pins.add",
            code: "missing_scope".to_owned(),
            needed: Some("pins:write".to_owned()),
        };
        let help = error_help(&error);
        assert!(
            help.contains("pins:write") && help.contains("muster manifest"),
            "{help}"
        );
    }

    #[test]
    fn error_of_a_canvas_says_what_the_plan_or_an_admin_must_allow() {
        let help = |method: &'static str| {
            let code = "restricted_action".to_owned();
            error_help(&SlackError::Api {
                method,
                code,
                needed: None,
            })
        };
        assert_eq!(
            help("canvases.edit"),
            "The workspace doesn't allow the app to write canvases. Ask a workspace admin to allow it. \
             (Slack: `restricted_action`)"
        );
        assert!(!help("conversations.create").contains("canvases"));
    }

    #[test]
    fn unknown_error_code_is_quoted() {
        assert_eq!(
            api_error_help("brand_new", None),
            "Slack answered `brand_new`."
        );
    }
}
