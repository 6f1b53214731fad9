//! The exports of a postmortem and their states.

use muster::store::{ChangeTarget, IdempotencyKey};
use muster_domain::postmortem::{ExportReceipt, ExportTarget, PostmortemChange};
use muster_domain::{Change, IncidentId, UserId, Viewer};

use super::{PAGE, generates};
use crate::harness::scenario::incident_scenario_with_pages;
use crate::harness::world::World;

/// Stores changes of exports, as the deliveries of exports do.
async fn stores(world: &World, key: &str, changes: Vec<PostmortemChange>) {
    let now = muster_domain::Timestamp::from_epoch_seconds(world.now());
    let target = ChangeTarget {
        viewer: Viewer::Operator,
        id: "IR-1".parse::<IncidentId>().unwrap(),
        key: IdempotencyKey::web(&UserId::from("U0TEST00001"), key),
        now,
    };
    let store = world.store().await;
    let changed = store.change_sections(target, move |incident, _, _| {
        let mut change = Change::new(incident.clone(), now);
        change.postmortem = changes;
        Ok(change)
    });
    changed.await.unwrap();
}

fn requested(target: ExportTarget, user: &str) -> PostmortemChange {
    PostmortemChange::ExportRequested {
        target,
        user: UserId::from(user),
    }
}

#[test]
fn states_of_exports_are_shown() {
    incident_scenario_with_pages(async |world, channel, [alice, ..]| {
        let browser = generates(&alice, channel).await;
        let page = browser.opens(PAGE).await;
        page.shows(&["Exports Slack canvas Export"]);
        let user = world.slack.user("alice").to_string();
        let targets = ExportTarget::ALL.map(|it| requested(it, &user));
        stores(world, "a", targets.to_vec()).await;
        browser
            .opens(PAGE)
            .await
            .shows(&["Slack canvas : waiting alice, Mon 23 Nov 15:05 Confluence"]);
        let receipt = ExportReceipt {
            id: "F1".to_owned(),
            url: "https://example.slack.com/docs/F1".to_owned(),
            version: 2,
        };
        let done = PostmortemChange::ExportDone {
            target: ExportTarget::Canvas,
            receipt,
            detail: "Shortened.".to_owned(),
        };
        let failed = PostmortemChange::ExportFailed {
            target: ExportTarget::Confluence,
            detail: "Confluence didn't answer.".to_owned(),
            delivery_id: 77,
        };
        stores(world, "b", vec![done, failed]).await;
        let page = browser.opens(PAGE).await;
        page.shows(&[
            "Slack canvas version 2 : exported alice, Mon 23 Nov 15:05 Shortened. Export again",
            "failed",
            "Confluence didn't answer. Try again",
        ]);
        assert!(
            page.html
                .contains("href=\"https://example.slack.com/docs/F1\"")
        );
        world.skips_messages();
    });
}
