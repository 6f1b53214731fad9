//! Shared by the stories of the exports: a postmortem of IR-1, and exports on behalf of alice.

use std::sync::atomic::{AtomicU32, Ordering};

use muster::config::{ConfluenceConfig, DatadogConfig};
use muster::error::Result;
use muster::store::{ChangeTarget, IdempotencyKey};
use muster_commands::payload::button_click;
use muster_domain::postmortem::{
    EditPostmortem, EditSection, ExportTarget, GeneratePostmortem, PostmortemExport, RequestExport,
};
use muster_domain::{
    Actor, Change, DecisionContext, Incident, IncidentId, Source, Timestamp, UserId, Viewer,
};
use serde_json::json;

use crate::harness::prelude::*;

/// The template: all kinds of Markdown, and what the tools do not accept as it is.
const TEMPLATE: &str = "\
## Summary

{{incident.title}} was **slow** for *all* customers. See [the graph](https://graphs.example/1?a=1&b=2).

> No error was logged.

## Timeline & causes

1. Deploy 991
2. Rollback

### Later

- [x] Add an alert
- [ ] <b>Add a test</b>

| Service | Minutes |
| --- | --- |
| checkout | 20 |

```sql
SELECT 1 WHERE a[b[0]]>1;
```
";

/// The numbers of the requests, so that none repeats another.
static REQUESTS: AtomicU32 = AtomicU32::new(0);

impl World {
    /// Restarts the bot with a Confluence.
    pub(super) async fn restarts_with_confluence(&self, config: ConfluenceConfig) {
        self.stop().await;
        *self.confluence.borrow_mut() = Some(config);
        self.start().await;
    }

    /// Restarts the bot with a Datadog.
    pub(super) async fn restarts_with_datadog(&self, config: DatadogConfig) {
        self.stop().await;
        *self.datadog.borrow_mut() = Some(config);
        self.start().await;
    }

    /// Generates the postmortem of IR-1 from the template, and reads what is posted about it.
    pub(super) async fn generates_postmortem(&self) {
        let template = json!([{ "name": "Postmortem", "content": TEMPLATE }]);
        self.change_settings(&[
            ("postmortem_any_time", json!(true)),
            ("postmortem_templates", template),
        ]);
        self.decides(|incident, actor, ctx| {
            Ok(incident.generate_postmortem(GeneratePostmortem::default(), actor, ctx)?)
        })
        .await
        .unwrap();
        self.deliver_all().await;
        drop(self.take_all_unread());
    }

    /// Exports the postmortem of IR-1. Returns why it is rejected, if it is.
    pub(super) async fn exports(&self, target: ExportTarget) -> Option<String> {
        self.requests_export(RequestExport {
            target,
            is_confirmed: false,
        })
        .await
    }

    /// Exports the postmortem of a private incident, after the warning.
    pub(super) async fn confirms_export(&self, target: ExportTarget) -> Option<String> {
        self.requests_export(RequestExport {
            target,
            is_confirmed: true,
        })
        .await
    }

    async fn requests_export(&self, request: RequestExport) -> Option<String> {
        let rejection = self
            .decides(move |incident, actor, _| Ok(incident.export_postmortem(request, actor)?))
            .await
            .err();
        self.deliver_all().await;
        rejection.map(|error| error.to_string())
    }

    /// Changes the text of the first section.
    pub(super) async fn writes_summary(&self, text: &str) {
        let store = self.store().await;
        let (target, actor) = self.request();
        let revision = self.postmortem_document().await.sections[0].revision;
        let request = EditSection {
            number: Some(1),
            expected_revision: revision,
            heading: "Summary".to_owned(),
            body: text.to_owned(),
        };
        store.save_section(target, request, actor).await.unwrap();
        self.deliver_all().await;
    }

    /// Changes the title of the postmortem.
    pub(super) async fn renames_postmortem(&self, title: &str) {
        let request = EditPostmortem {
            title: Some(title.to_owned()),
            ..EditPostmortem::default()
        };
        let renamed = self.decides(move |incident, actor, _| {
            Ok(incident.edit_postmortem(request, Vec::new(), actor)?)
        });
        renamed.await.unwrap();
        self.deliver_all().await;
    }

    /// Returns the only export of the postmortem of IR-1.
    pub(super) async fn only_export(&self) -> PostmortemExport {
        let mut exports = self.postmortem_document().await.exports;
        assert_eq!(exports.len(), 1, "{exports:?}");
        exports.remove(0)
    }

    async fn postmortem_document(&self) -> muster_domain::postmortem::PostmortemDocument {
        let viewer = Viewer::user(&self.alice());
        let store = self.store().await;
        let source = store.postmortem_source(viewer, IncidentId(1)).await;
        source.unwrap().document
    }

    fn alice(&self) -> UserId {
        UserId(self.slack.user("alice").0)
    }

    fn request(&self) -> (ChangeTarget, Actor) {
        let (user, now) = (self.alice(), Timestamp::from_epoch_millis(self.now()));
        let number = REQUESTS.fetch_add(1, Ordering::Relaxed);
        let target = ChangeTarget {
            viewer: Viewer::user(&user),
            id: IncidentId(1),
            key: IdempotencyKey::web(&user, &format!("request {number}")),
            now,
        };
        (target, Actor::with_source(user, now, Source::Web))
    }

    async fn decides(
        &self,
        decision: impl FnOnce(&Incident, &Actor, &DecisionContext<'_>) -> Result<Change>
        + Send
        + 'static,
    ) -> Result<()> {
        let (target, actor) = self.request();
        let store = self.store().await;
        let changed =
            store.change_with_context(target, move |incident, ctx| decision(incident, &actor, ctx));
        changed.await.map(drop)
    }
}

impl TestUser<'_> {
    /// Reads that the export failed, for this reason.
    pub(super) fn reads_failure(&self, channel: &str, reason: &str) {
        let failure = format!("Couldn't export the postmortem. {reason}\n[Try again]");
        assert_eq!(self.reads(channel), [failure]);
        let warning = format!("A delivery of IR-1 failed: {reason}");
        self.world.expects_warning(&warning);
    }

    /// Clicks **Try again** below the latest failure.
    pub(super) async fn tries_again(&self, channel: &str) {
        let messages = self.world.slack.messages(channel);
        let failure = messages
            .iter()
            .rfind(|it| it.rendered_text().ends_with("[Try again]"));
        let ts = &failure.unwrap().ts;
        self.clicks(channel, ts, button_click::RETRY_DELIVERY).await;
        assert_eq!(self.reads_ephemeral(), ["Trying again for IR-1."]);
    }
}
