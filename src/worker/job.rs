//! The worker's half of a delivery kind: its rate limits, and the calls of an attempt.

use crate::app::App;
use crate::domain::delivery::DeliverySpec;
use crate::domain::{ChannelEvent, ChannelId, ChannelState, Incident, SeverityScale};
use crate::slack::client::SlackApi;
use crate::store::{Attempt, ReadyDelivery};
use crate::worker::job_error::JobError;
use crate::worker::rate_limits::RateLimitKey;

/// The worker's half of a delivery kind.
pub(crate) trait Job: DeliverySpec {
    /// Why an attempt fails.
    type Error: Into<JobError>;

    /// The method that every attempt calls; `None` if they differ. While its rate limit is closed, the kind is
    /// not polled.
    const METHOD: Option<&'static str>;

    /// The channel that the delivery is sent to.
    const TARGET: Target = Target::Other;

    /// Returns the rate-limit keys of an attempt, including its lookup if an earlier one is uncertain.
    fn rate_limits(&self, _ready: &ReadyDelivery) -> Vec<RateLimitKey> {
        Self::METHOD.map(RateLimitKey::Method).into_iter().collect()
    }

    /// Makes one attempt.
    fn send(
        &self,
        job: &JobContext<'_>,
    ) -> impl Future<Output = Result<Outcome<Self::Output>, Self::Error>> + Send;
}

/// The channel that a delivery is sent to. If the bot is not a member of it, it joins and tries again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// The incident's channel. If it is archived or inaccessible, that is an outcome, not an error.
    IncidentChannel,
    /// The channel of the announcement.
    AnnouncementThread,
    /// Another one, or none. The job handles missing access itself.
    Other,
}

impl Target {
    /// Returns the channel, if it exists.
    pub(crate) fn channel(self, incident: &Incident) -> Option<&ChannelId> {
        match self {
            Self::IncidentChannel => writable_channel(incident),
            Self::AnnouncementThread => {
                let announcement = incident.announcement.as_ref();
                announcement.map(|announcement| &announcement.channel)
            }
            Self::Other => None,
        }
    }
}

/// The outcome of an attempt that did not return an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome<T> {
    /// The delivery is done, and all coalesced ones with it.
    Done(T),
    /// The delivery is done, and of the coalesced ones these: their content is in the message.
    DoneWith(T, Vec<i64>),
    /// The delivery is not necessary any more, nor are the coalesced ones.
    Skipped,
    /// The incident's channel cannot be written to any more.
    ChannelUnavailable(ChannelEvent),
    /// One step is done. The delivery is enqueued again for the next one.
    Incomplete,
}

/// The inputs of an attempt.
#[derive(Clone, Copy)]
pub(crate) struct JobContext<'a> {
    pub(crate) app: &'a App,
    pub(crate) slack: &'a SlackApi,
    pub(crate) attempt: &'a Attempt,
    /// The current state of the incident.
    pub(crate) incident: &'a Incident,
}

impl<'a> JobContext<'a> {
    pub(crate) fn new(app: &'a App, attempt: &'a Attempt) -> Self {
        Self {
            app,
            slack: &app.slack,
            attempt,
            incident: &attempt.incident,
        }
    }

    /// Returns the incident's channel if the bot can post in it.
    pub(crate) fn writable_channel(&self) -> Option<&'a ChannelId> {
        writable_channel(self.incident)
    }

    /// Returns whether an earlier attempt may have succeeded.
    pub(crate) fn is_uncertain(&self) -> bool {
        self.attempt.delivery.uncertain_since.is_some()
    }

    /// Returns the severity levels that the team uses.
    pub(crate) fn severity_scale(&self) -> SeverityScale {
        self.attempt.settings.severity_scale()
    }

    /// Returns the IDs of the coalesced deliveries.
    pub(crate) fn coalesced_ids(&self) -> Vec<i64> {
        let coalesced = self.attempt.coalesced.iter();
        coalesced.map(|delivery| delivery.id).collect()
    }

    /// Returns the IDs and payloads of the coalesced deliveries, which are of the kind of the delivery.
    pub(crate) fn coalesced<S: DeliverySpec>(&self) -> impl Iterator<Item = (i64, &'a S)> {
        let coalesced = self.attempt.coalesced.iter();
        coalesced.filter_map(|queued| Some((queued.id, S::from_delivery(&queued.payload)?)))
    }
}

fn writable_channel(incident: &Incident) -> Option<&ChannelId> {
    match incident.channel_state {
        ChannelState::Open => incident.channel.as_ref().map(|channel| &channel.id),
        ChannelState::Pending
        | ChannelState::Failed
        | ChannelState::Archived
        | ChannelState::Deleted => None,
    }
}
