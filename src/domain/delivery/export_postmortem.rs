//! Exports the postmortem to another tool.

use serde::{Deserialize, Serialize};

use crate::delivery::{Coalesce, DeliverySpec, Failure, Needs, OrderingKey, PostActivity};
use crate::postmortem::{ExportReceipt, ExportTarget, PostmortemChange};
use crate::{
    Activity, Change, ChannelState, DecisionContext, Incident, TimelineEntry, TimelineEvent,
};

/// Exports the postmortem in its current state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportPostmortem {
    /// The tool.
    pub target: ExportTarget,
    /// Whether the user has confirmed that people who can't see a private incident can read the export.
    #[serde(default)]
    pub is_confirmed: bool,
    /// The titles that attempts have used, by which a page is found whose creation is uncertain.
    #[serde(default)]
    pub titles: Vec<String>,
}

/// An exported postmortem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportedPostmortem {
    /// The page.
    pub receipt: ExportReceipt,
    /// A remark for the user, as a sentence; may be empty.
    pub detail: String,
}

impl DeliverySpec for ExportPostmortem {
    type Output = ExportedPostmortem;
    const PRIORITY: u8 = 222;
    const COALESCE: Coalesce = Coalesce::Latest;

    fn ordering_key(&self) -> OrderingKey {
        OrderingKey::of_object("postmortem", self.target.as_str())
    }

    fn needs(&self, incident: &Incident) -> Needs {
        Needs {
            postmortem_export: Some(self.target),
            ..Needs::names(incident, [])
        }
    }

    fn on_done(
        &self,
        incident: &Incident,
        exported: ExportedPostmortem,
        ctx: &DecisionContext<'_>,
    ) -> Change {
        let mut change = Change::new(incident.clone(), ctx.now);
        let event = TimelineEvent::PostmortemExported {
            target: self.target,
            url: exported.receipt.url.clone(),
        };
        change.postmortem.push(PostmortemChange::ExportDone {
            target: self.target,
            receipt: exported.receipt,
            detail: exported.detail,
        });
        change.add_entry(TimelineEntry::automatic(event.clone(), ctx.now));
        if incident.channel_state == ChannelState::Open {
            let activity = Activity::automatic(event, ctx.now);
            change.enqueue(PostActivity { activity });
        }
        change
    }

    fn on_failed(
        &self,
        incident: &Incident,
        failure: &Failure,
        ctx: &DecisionContext<'_>,
    ) -> Change {
        let mut change = failure.report(self, incident, ctx);
        change.postmortem.push(PostmortemChange::ExportFailed {
            target: self.target,
            detail: failure.reason.clone(),
            delivery_id: failure.delivery_id,
        });
        change
    }

    fn on_retry(&self, incident: &Incident, ctx: &DecisionContext<'_>) -> Change {
        let mut change = Change::new(incident.clone(), ctx.now);
        let target = self.target;
        change
            .postmortem
            .push(PostmortemChange::ExportRetried { target });
        change
    }
}
