//! Tracks whether Slack is reachable. The state is updated after calls and changes are logged.

use crate::app::{App, SlackState};
use crate::slack::client::error::SlackError;

/// Updates the state after a call.
///
/// A single call without a response does not mean that Slack is down: the worker's health probe decides.
pub(crate) fn record_call_result(app: &App, error: Option<&SlackError>) {
    match error {
        Some(error) if error.is_token_error() => set_token_rejected(app, error),
        // An API error is a response: Slack is reachable.
        None | Some(SlackError::Api { .. } | SlackError::RateLimited { .. }) => set_slack_up(app),
        // Response URLs are not part of the Web API.
        Some(error) if error.method() == "response_url" => {}
        Some(
            SlackError::Unreachable { .. }
            | SlackError::Unknown { .. }
            | SlackError::Timeout { .. },
        ) => {
            if app.state.slack() == SlackState::Up {
                app.state.set_slack(SlackState::Unknown);
                app.wake_worker();
            }
        }
    }
}

/// Updates the state after a health probe (`auth.test`).
pub(crate) fn record_probe_result(app: &App, error: Option<&SlackError>) {
    match error {
        Some(
            error @ (SlackError::Unreachable { .. }
            | SlackError::Unknown { .. }
            | SlackError::Timeout { .. }),
        ) => {
            let state = SlackState::Down("Slack isn't responding.".to_owned());
            if app.state.set_slack(state) {
                tracing::warn!(
                    "Slack isn't responding; deliveries are queued and sent later. {error}"
                );
            }
        }
        other => record_call_result(app, other),
    }
}

fn set_slack_up(app: &App) {
    app.state.set_last_response_at(app.clock.now());
    let was = app.state.slack();
    if app.state.set_slack(SlackState::Up) && matches!(was, SlackState::Down(_)) {
        tracing::info!("Slack responds again");
    }
}

fn set_token_rejected(app: &App, error: &SlackError) {
    let state = "Slack rejected SLACK_BOT_TOKEN. Reinstall the app and set the new token.";
    if app.state.set_slack(SlackState::Down(state.to_owned())) {
        tracing::error!("{state} Deliveries are queued and sent later. {error}");
    }
}
