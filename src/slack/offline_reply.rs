//! Replies while Slack is unreachable: they confirm that a request is stored.

use crate::app::App;
use crate::slack::reply::{OfflineReply, Reply};

/// The sentence that explains why no message appears, without its end.
pub(crate) const SLACK_IS_DOWN: &str = "Slack isn't responding right now";

/// Chooses the confirmation of a stored change by whether Slack is reachable.
pub(crate) fn resolve(app: &App, reply: Reply) -> Reply {
    match reply {
        Reply::Saved(saved) if app.state.is_slack_down() => match saved.offline {
            OfflineReply::Message(message) => Reply::Ephemeral(message),
            OfflineReply::View(view) => Reply::View(view),
        },
        Reply::Saved(saved) => saved.message.map_or(Reply::Nothing, Reply::Ephemeral),
        other @ (Reply::Nothing
        | Reply::Ephemeral(_)
        | Reply::Replacement(_)
        | Reply::Modal(_)
        | Reply::View(_)) => other,
    }
}

/// Returns the confirmation: what is stored, and what happens as soon as Slack is reachable.
pub(crate) fn saved_text(stored: &str, later: &str) -> String {
    format!("{stored} {SLACK_IS_DOWN}: {later} You don't need to do anything else.")
}
