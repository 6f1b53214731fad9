//! Posts an activity in the incident's channel, with the present text of its timeline entry.

use serde::{Deserialize, Serialize};

use crate::delivery::{Coalesce, DeliverySpec, Failure, Needs, OrderingKey, SendPrivateReply};
use crate::{Activity, ActivityPost, Change, DecisionContext, Fetched, Incident, Origin};

/// Posts an activity in the incident's channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostActivity {
    /// The activity.
    pub activity: Activity,
}

impl DeliverySpec for PostActivity {
    /// `None` if the entry was removed before it was posted.
    type Output = Option<ActivityPost>;
    const PRIORITY: u8 = 90;
    const COALESCE: Coalesce = Coalesce::Batch;

    /// Shared with `CreateChannel`, so that posts wait until the channel exists.
    fn ordering_key(&self) -> OrderingKey {
        OrderingKey::new("posts")
    }

    fn needs(&self, incident: &Incident) -> Needs {
        Needs {
            unposted_entries: true,
            ..Needs::names(incident, self.activity.mentioned_users())
        }
    }

    /// A failed post cannot be reported in the channel. The user who caused it, or else the commander, is
    /// informed privately.
    fn on_failed(
        &self,
        incident: &Incident,
        failure: &Failure,
        ctx: &DecisionContext<'_>,
    ) -> Change {
        let (mut change, activity) = failure.record(self, incident, ctx);
        let actor = self.activity.actor.as_ref();
        let Some(user) = actor.or(incident.commander.as_ref()) else {
            return change;
        };
        change.enqueue(SendPrivateReply {
            user: user.clone(),
            origin: Origin {
                channel: incident.channel.as_ref().map(|channel| channel.id.clone()),
                response_url: None,
                thread_ts: None,
            },
            failure: Some(activity),
        });
        change
    }

    fn on_done(
        &self,
        incident: &Incident,
        posted: Option<ActivityPost>,
        ctx: &DecisionContext<'_>,
    ) -> Change {
        let mut change = Change::new(incident.clone(), ctx.now);
        change.fetched.extend(posted.map(Fetched::Post));
        change
    }
}
