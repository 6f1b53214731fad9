//! Sends `rename_channel` (`conversations.info`, `conversations.rename`).

use crate::app::App;
use crate::domain::{
    ChannelEvent, ChannelName, ChannelNameFound, DeliveryOutput, RenameReason,
    has_mutable_variables,
};
use crate::slack::client::{ChannelInfo, SlackResult};
use crate::store::{Attempt, CompletedDeliveries};
use crate::worker::jobs::create_channel::{
    channel_result, name_taken_error, save_progress, writable_channel,
};

/// The names that the channel can get.
#[derive(Clone, Copy, Debug)]
struct NameCandidates<'a> {
    /// The preferred name.
    name: &'a ChannelName,
    /// The last alternative name that is known to be taken; those before it are taken as well.
    after: Option<&'a ChannelName>,
}

/// Reads the channel's name. Renames the channel if a new name is reserved in the store. Returns
/// `name_taken` if all names are taken.
///
/// The name is read directly before the rename, so that a rename by a user is kept and an uncertain rename
/// is not repeated.
pub async fn rename_channel(
    app: &App,
    attempt: &Attempt,
    naming: RenameReason,
    after: Option<&ChannelName>,
) -> SlackResult<CompletedDeliveries> {
    let Some(channel) = writable_channel(&attempt.incident) else {
        return Ok(CompletedDeliveries::with_coalesced(
            attempt,
            DeliveryOutput::Nothing,
        ));
    };
    let receipt = match app.slack.channel_info(channel).await {
        Ok(there) if there.is_archived => DeliveryOutput::ChannelUnavailable {
            channel: channel.clone(),
            event: ChannelEvent::Archived,
        },
        Ok(there) => match reserved_name(attempt, naming, &there) {
            Some(name) => apply_name(app, attempt, NameCandidates { name, after }, there).await?,
            None => channel_name_found(there, expected_name(attempt)),
        },
        Err(trouble) => channel_result(channel, Err(trouble))?,
    };
    Ok(CompletedDeliveries::with_coalesced(attempt, receipt))
}

/// Returns the name for the current state of the incident, if the template has variables that can change.
pub fn expected_name(attempt: &Attempt) -> Option<ChannelName> {
    let template = &attempt.settings.channel_name;
    has_mutable_variables(template).then(|| ChannelName::from_template(template, &attempt.incident))
}

/// Returns the reserved name, if the current state still leads to it and no user renamed the channel.
fn reserved_name<'a>(
    attempt: &'a Attempt,
    naming: RenameReason,
    there: &ChannelInfo,
) -> Option<&'a ChannelName> {
    let channel = attempt.incident.channel.as_ref()?;
    let given = channel.requested_name.as_ref()?;
    let is_chosen =
        naming == RenameReason::NameReserved && expected_name(attempt).as_ref() == Some(given);
    (is_chosen && channel.is_own_name(&there.name)).then_some(given)
}

/// Renames the channel to the first free name. A failed attempt stores its progress, as in `create_channel`.
async fn apply_name(
    app: &App,
    attempt: &Attempt,
    names: NameCandidates<'_>,
    there: ChannelInfo,
) -> SlackResult<DeliveryOutput> {
    let mut came_to = names.after.cloned();
    let answer = rename_to_first_free(app, names, there, &mut came_to).await;
    if answer.is_err() && came_to.as_ref() != names.after {
        save_progress(app, attempt, came_to).await;
    }
    answer
}

/// Tries one name after the other; `came_to` becomes the last one that is taken by another channel.
async fn rename_to_first_free(
    app: &App,
    names: NameCandidates<'_>,
    there: ChannelInfo,
    came_to: &mut Option<ChannelName>,
) -> SlackResult<DeliveryOutput> {
    let NameCandidates { name, after } = names;
    // An attempt that timed out may have set a name which the next attempt found to be taken.
    if after.is_some_and(|after| name.has_candidate_up_to(&there.name, after)) {
        return Ok(channel_name_found(there, Some(name.clone())));
    }
    for tried in name.candidates(after) {
        if tried.as_str() == there.name {
            return Ok(channel_name_found(there, Some(name.clone())));
        }
        match app.slack.rename_channel(&there.id, tried.as_str()).await {
            Ok(renamed) => {
                return Ok(DeliveryOutput::ChannelRenamed {
                    channel: there.id,
                    name: renamed.name,
                });
            }
            Err(trouble) if trouble.has_code(&["name_taken"]) => *came_to = Some(tried),
            Err(trouble) => return channel_result(&there.id, Err(trouble)),
        }
    }
    // All names are taken. The operator may free any of them, so that the next attempt starts again.
    *came_to = None;
    Err(name_taken_error("conversations.rename"))
}

fn channel_name_found(there: ChannelInfo, wanted: Option<ChannelName>) -> DeliveryOutput {
    DeliveryOutput::ChannelNameFound(ChannelNameFound {
        channel: there.id,
        name: there.name,
        expected_name: wanted,
    })
}
