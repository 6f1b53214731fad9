//! Sends `RenameChannel` with `conversations.info` and `conversations.rename`.

use crate::domain::delivery::RenameChannel;
use crate::domain::delivery::rename_channel::RenameOutput;
use crate::domain::{
    ChannelEvent, ChannelName, ChannelNameFound, RenameReason, has_mutable_variables,
};
use crate::slack::SlackError;
use crate::slack::client::{ChannelInfo, SlackResult};
use crate::store::{Attempt, ReadyDelivery};
use crate::worker::job::{Job, JobContext, Outcome, Target};
use crate::worker::rate_limits::RateLimitKey;
use crate::worker::taken_names::{name_taken_error, save_progress};

impl Job for RenameChannel {
    type Error = SlackError;
    const METHOD: Option<&'static str> = Some("conversations.info");
    const TARGET: Target = Target::IncidentChannel;

    /// A rename that follows a change of the incident also waits until the channel may be renamed again, so
    /// that several changes lead to one rename.
    fn rate_limits(&self, ready: &ReadyDelivery) -> Vec<RateLimitKey> {
        let rename = match self.reason {
            RenameReason::IncidentChanged => ready.channel.clone().map(RateLimitKey::Renames),
            RenameReason::NameReserved => Some(RateLimitKey::Method("conversations.rename")),
            RenameReason::NameReported => None,
        };
        let info = RateLimitKey::Method("conversations.info");
        [info].into_iter().chain(rename).collect()
    }

    /// Reads the channel's name. Renames the channel if a new name is reserved in the store. Returns
    /// `name_taken` if all names are taken.
    ///
    /// The name is read directly before the rename, so that a rename by a user is kept and an uncertain rename
    /// is not repeated.
    async fn send(&self, job: &JobContext<'_>) -> SlackResult<Outcome<RenameOutput>> {
        let Some(channel) = job.writable_channel() else {
            return Ok(Outcome::Skipped);
        };
        let info = job.slack.channel_info(channel).await?;
        if info.is_archived {
            return Ok(Outcome::ChannelUnavailable(ChannelEvent::Archived));
        }
        let output = match reserved_name(self, job.attempt, &info) {
            Some(name) => apply_name(job, self, name, info).await?,
            None => name_found(info, expected_name(job.attempt)),
        };
        Ok(Outcome::Done(output))
    }
}

/// Returns the reserved name, if the current state still leads to it and no user renamed the channel.
fn reserved_name<'a>(
    payload: &RenameChannel,
    attempt: &'a Attempt,
    info: &ChannelInfo,
) -> Option<&'a ChannelName> {
    let channel = attempt.incident.channel.as_ref()?;
    let reserved = channel.requested_name.as_ref()?;
    let is_current = payload.reason == RenameReason::NameReserved
        && expected_name(attempt).as_ref() == Some(reserved);
    (is_current && channel.is_own_name(&info.name)).then_some(reserved)
}

/// Renames the channel to the first free name. A failed attempt stores its progress.
async fn apply_name(
    job: &JobContext<'_>,
    payload: &RenameChannel,
    name: &ChannelName,
    info: ChannelInfo,
) -> SlackResult<RenameOutput> {
    let mut last_tried = payload.last_tried.clone();
    let result = rename_to_first_free(job, payload, name, info, &mut last_tried).await;
    if result.is_err() && last_tried != payload.last_tried {
        let progress = RenameChannel {
            last_tried,
            ..payload.clone()
        };
        save_progress(job, progress).await;
    }
    result
}

/// Tries one name after the other; `last_tried` becomes the last one that is taken by another channel.
async fn rename_to_first_free(
    job: &JobContext<'_>,
    payload: &RenameChannel,
    name: &ChannelName,
    info: ChannelInfo,
    last_tried: &mut Option<ChannelName>,
) -> SlackResult<RenameOutput> {
    let earlier = payload.last_tried.as_ref();
    // An attempt that timed out may have set a name which the next attempt found to be taken.
    if earlier.is_some_and(|last| name.has_candidate_up_to(&info.name, last)) {
        return Ok(name_found(info, Some(name.clone())));
    }
    for candidate in name.candidates(earlier) {
        if candidate.as_str() == info.name {
            return Ok(name_found(info, Some(name.clone())));
        }
        match job.slack.rename_channel(&info.id, candidate.as_str()).await {
            Ok(renamed) => {
                return Ok(RenameOutput::Renamed {
                    channel: info.id,
                    name: renamed.name,
                });
            }
            Err(error) if error.has_code(&["name_taken"]) => *last_tried = Some(candidate),
            Err(error) => return Err(error),
        }
    }
    // All names are taken. The operator may free any of them, so that the next attempt starts again.
    *last_tried = None;
    Err(name_taken_error("conversations.rename"))
}

/// Returns the name for the current state of the incident, if the template has variables that can change.
pub(crate) fn expected_name(attempt: &Attempt) -> Option<ChannelName> {
    let template = &attempt.settings.channel_name;
    has_mutable_variables(template).then(|| ChannelName::from_template(template, &attempt.incident))
}

fn name_found(info: ChannelInfo, expected_name: Option<ChannelName>) -> RenameOutput {
    RenameOutput::Read(ChannelNameFound {
        channel: info.id,
        name: info.name,
        expected_name,
    })
}
