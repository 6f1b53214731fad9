//! The part of `muster verify` that compares the incidents with Slack.

use std::collections::HashMap;
use std::time::Duration;

use crate::cli::report::Report;
use crate::domain::{ChannelId, ChannelState, Incident, MessageTs, Visibility};
use crate::slack::SlackError;
use crate::slack::client::{ChannelInfo, SlackApi, SlackResult, operator_help};

/// How to repair objects that Slack has lost.
const REPAIR_HINT: &str = "`/datadog incident repair`, typed in Slack, repairs it.";

/// Maximum number of attempts of a call that is rate limited.
const MAX_ATTEMPTS: usize = 20;

impl Report {
    /// Checks that Slack has the channels of all incidents, and the headers and announcements of open ones.
    pub(super) async fn check_slack(&mut self, slack: &SlackApi, incidents: &[Incident]) {
        // Channels that are not listed, such as private ones, are looked up one by one.
        let listed = retry_while_rate_limited(async || {
            slack.find_channels(Visibility::Public, |_| true).await
        })
        .await;
        let channels: HashMap<ChannelId, ChannelInfo> = match listed {
            Ok(channels) => channels.into_iter().map(|it| (it.id.clone(), it)).collect(),
            Err(error) => return self.fail("Slack", operator_help(&error)),
        };
        let errors_before = self.error_count();
        for incident in incidents {
            let checked = match self.check_channel(slack, incident, &channels).await {
                Ok(()) => self.check_messages(slack, incident).await,
                Err(error) => Err(error),
            };
            if let Err(error) = checked {
                return self.fail("Slack", operator_help(&error));
            }
        }
        if self.error_count() == errors_before {
            let message =
                "It has every channel, and the header and announcement of every open incident.";
            self.pass("Slack", message);
        }
    }

    async fn check_channel(
        &mut self,
        slack: &SlackApi,
        incident: &Incident,
        channels: &HashMap<ChannelId, ChannelInfo>,
    ) -> SlackResult<()> {
        let Some(channel) = &incident.channel else {
            return Ok(());
        };
        let in_slack = match channels.get(&channel.id) {
            Some(listed) => Some(listed.clone()),
            None => {
                retry_while_rate_limited(async || {
                    ignore_not_found(slack.channel_info(&channel.id).await)
                })
                .await?
            }
        };
        if let Some(message) = channel_mismatch(incident, in_slack.as_ref()) {
            self.fail(&incident.id.to_string(), message);
        }
        Ok(())
    }

    /// Checks the header and the announcement of an open incident.
    async fn check_messages(&mut self, slack: &SlackApi, incident: &Incident) -> SlackResult<()> {
        if !incident.status.is_open() {
            return Ok(());
        }
        let channel = incident.channel.as_ref();
        let header = channel
            .filter(|_| incident.channel_state == ChannelState::Open)
            .and_then(|channel| Some((&channel.id, incident.header.as_ref()?)));
        let announcement = incident
            .announcement
            .as_ref()
            .map(|it| (&it.channel, &it.ts));
        for (name, message) in [("header", header), ("announcement", announcement)] {
            let Some((channel, ts)) = message else {
                continue;
            };
            if !message_exists(slack, channel, ts).await? {
                let message = format!("Its {name} is gone from Slack. {REPAIR_HINT}");
                self.fail(&incident.id.to_string(), message);
            }
        }
        Ok(())
    }
}

/// Returns how the channel in Slack differs from the store, if it does.
fn channel_mismatch(incident: &Incident, in_slack: Option<&ChannelInfo>) -> Option<String> {
    let channel = incident.channel.as_ref();
    let name = channel.map_or("", |channel| &channel.name);
    match (incident.channel_state, in_slack) {
        (ChannelState::Open, None) => Some(format!(
            "Slack no longer has its channel #{name}, or does not show it to the app. {REPAIR_HINT}"
        )),
        (ChannelState::Open, Some(in_slack)) if in_slack.is_archived => Some(format!(
            "Its channel #{name} is archived, and the store says that it is in use. Unarchive it in \
             Slack, or let `/datadog incident repair` record it."
        )),
        (ChannelState::Archived | ChannelState::Deleted, Some(in_slack))
            if !in_slack.is_archived =>
        {
            Some(format!(
                "Its channel #{name} is in use in Slack, and the store says that it is {}. {REPAIR_HINT}",
                incident.channel_state.as_str()
            ))
        }
        (ChannelState::Open, Some(in_slack)) if in_slack.name != name => Some(format!(
            "Its channel is called #{} in Slack and #{name} in the store. {REPAIR_HINT}",
            in_slack.name
        )),
        (
            ChannelState::Open
            | ChannelState::Pending
            | ChannelState::Failed
            | ChannelState::Archived
            | ChannelState::Deleted,
            _,
        ) => None,
    }
}

/// Returns whether a message exists; `false` if its channel is gone.
async fn message_exists(
    slack: &SlackApi,
    channel: &ChannelId,
    ts: &MessageTs,
) -> SlackResult<bool> {
    let exists = retry_while_rate_limited(async || {
        ignore_not_found(slack.message_exists(channel, ts).await)
    });
    Ok(exists.await?.unwrap_or_default())
}

/// Returns the object, or `None` if Slack does not show it to the app.
fn ignore_not_found<T>(result: SlackResult<T>) -> SlackResult<Option<T>> {
    match result {
        Ok(object) => Ok(Some(object)),
        Err(error) if error.has_code(&["channel_not_found", "not_in_channel"]) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Repeats a rate-limited call after the delay that Slack requests.
async fn retry_while_rate_limited<T>(call: impl AsyncFn() -> SlackResult<T>) -> SlackResult<T> {
    for _ in 0..MAX_ATTEMPTS {
        match call().await {
            Err(SlackError::RateLimited { wait, .. }) => {
                tokio::time::sleep(wait.max(Duration::from_secs(1))).await;
            }
            result => return result,
        }
    }
    call().await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::incident_with_channel;

    fn open(name: &str) -> Option<ChannelInfo> {
        Some(ChannelInfo {
            id: "C0INCIDENT7".into(),
            name: name.to_owned(),
            creator: String::new(),
            created: 0,
            is_member: true,
            is_archived: false,
        })
    }

    fn archived(name: &str) -> Option<ChannelInfo> {
        open(name).map(|channel| ChannelInfo {
            is_archived: true,
            ..channel
        })
    }

    #[test]
    fn channel_that_differs_from_the_store_is_reported() {
        let mut incident = incident_with_channel("Checkout");
        let mismatch = |incident: &Incident, in_slack: Option<ChannelInfo>| {
            channel_mismatch(incident, in_slack.as_ref()).unwrap_or_default()
        };
        assert_eq!(mismatch(&incident, open("incident-7")), "");
        assert!(
            mismatch(&incident, None).starts_with("Slack no longer has its channel #incident-7")
        );
        assert!(mismatch(&incident, archived("incident-7")).contains("is archived"));
        let renamed = mismatch(&incident, open("war-room"));
        assert!(
            renamed.contains("#war-room in Slack and #incident-7"),
            "{renamed}"
        );
        incident.channel_state = ChannelState::Archived;
        assert_eq!(mismatch(&incident, archived("incident-7")), "");
        assert_eq!(mismatch(&incident, None), "");
        let reopened = mismatch(&incident, open("incident-7"));
        assert!(reopened.contains("says that it is archived"), "{reopened}");
    }
}
