//! Edits the post that reports a timeline entry, after the entry was rewritten or removed.

use serde::{Deserialize, Serialize};

use crate::delivery::{Coalesce, DeliverySpec, Failure, Needs, OrderingKey};
use crate::{Change, DecisionContext, Incident};

/// Edits the post that reports a timeline entry. Skipped if the entry has no post in the current channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditActivityPost {
    /// The entry's ID.
    pub entry: i64,
}

impl DeliverySpec for EditActivityPost {
    type Output = ();
    const PRIORITY: u8 = 135;
    const COALESCE: Coalesce = Coalesce::Latest;

    /// Shared with the posts, so that it waits for the post that it edits.
    fn ordering_key(&self) -> OrderingKey {
        OrderingKey::new("posts")
    }

    fn needs(&self, _incident: &Incident) -> Needs {
        Needs {
            post_of: Some(self.entry),
            ..Needs::default()
        }
    }

    /// Not posted in the channel: the timeline is right, and an earlier post that is not is no reason to
    /// disturb all users.
    fn on_failed(
        &self,
        incident: &Incident,
        failure: &Failure,
        ctx: &DecisionContext<'_>,
    ) -> Change {
        failure.record(self, incident, ctx).0
    }

    fn on_done(&self, incident: &Incident, (): (), ctx: &DecisionContext<'_>) -> Change {
        Change::new(incident.clone(), ctx.now)
    }
}
