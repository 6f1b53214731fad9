//! Error help: why a delivery failed and how to fix it, as a sentence for users.

use crate::slack::SlackError;

/// Returns why a delivery failed and how to fix it.
pub(crate) fn error_help(error: &SlackError) -> String {
    match error {
        error if error.is_token_error() => {
            "Slack did not take the app’s token for a whole day: install the app again and set the \
             new SLACK_BOT_TOKEN."
                .to_owned()
        }
        SlackError::Api { code, needed, .. } => api_error_help(code, needed.as_deref()),
        SlackError::RateLimited { .. }
        | SlackError::Unreachable { .. }
        | SlackError::Unknown { .. }
        | SlackError::Timeout { .. } => "Slack did not take it for a whole day.".to_owned(),
    }
}

fn api_error_help(code: &str, needed: Option<&str>) -> String {
    let advice = match code {
        "missing_scope" => {
            return format!(
                "The app lacks the scope {}: update it with what `muster manifest` prints, and \
                 install it to the workspace again.",
                needed.unwrap_or("that this needs")
            );
        }
        "restricted_action" | "cannot_create_channel" | "no_permission" | "access_denied" => {
            "The workspace does not let the app do this: ask a workspace admin to allow it."
        }
        "not_authorized" => {
            "Slack lets only whoever created the channel do this, or a workspace admin: ask one."
        }
        "name_taken" => "Twenty channels of that name are taken: archive and rename old ones.",
        "user_not_found" | "user_not_visible" | "no_user" => {
            "Slack does not know this person here."
        }
        "user_is_restricted" | "cant_invite" | "ura_max_channels" => {
            "This person is a guest whom the app may not invite: ask a workspace admin to add them."
        }
        "user_disabled" => "This person’s account is deactivated.",
        "org_user_not_in_team" => "This person is not in this workspace.",
        "messages_tab_disabled" => {
            "The app cannot be written to in private: switch its Messages tab on, under App Home, or update it \
             with what `muster manifest` prints."
        }
        "cannot_dm_bot" => "This is an app, which nobody can write to.",
        "not_in_channel" => "The app is not in the channel: type /invite and its name there.",
        "channel_not_found" => "Slack does not show the app that channel: invite it there.",
        "is_archived" | "is_inactive" => "The channel is archived.",
        "too_many_bookmarks" => "The channel has 100 bookmarks, as many as Slack allows.",
        "too_many_pins" => "The channel has 100 pins, as many as Slack allows.",
        "invalid_link" => "Slack does not take this link.",
        other => return format!("Slack says `{other}`."),
    };
    format!("{advice} (Slack says `{code}`.)")
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
    fn unknown_error_code_is_quoted() {
        assert_eq!(api_error_help("brand_new", None), "Slack says `brand_new`.");
    }
}
