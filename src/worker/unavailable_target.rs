//! Targets that are missing or inaccessible: they count as success.

use crate::slack::SlackError;
use crate::slack::client::SlackResult;
use crate::worker::job::Outcome;

/// Error codes for a message, user or channel that is missing or inaccessible.
///
/// Reactions, permalinks and user names are optional, and the message may be in a channel without the bot.
const UNAVAILABLE_CODES: [&str; 11] = [
    "not_in_channel",
    "channel_not_found",
    "message_not_found",
    "is_archived",
    "thread_locked",
    "not_reactable",
    "no_access",
    "too_many_emoji",
    "too_many_reactions",
    "user_not_found",
    "user_not_visible",
];

/// Returns the result of a call, or `Skipped` if its target is unavailable.
pub(crate) fn ignore_unavailable<T>(result: SlackResult<T>) -> SlackResult<Outcome<T>> {
    match result {
        Ok(output) => Ok(Outcome::Done(output)),
        Err(SlackError::Api { code, .. }) if UNAVAILABLE_CODES.contains(&code.as_str()) => {
            Ok(Outcome::Skipped)
        }
        Err(error) => Err(error),
    }
}
