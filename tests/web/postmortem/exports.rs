//! The exports of a postmortem and their states.

use muster::store::{ChangeTarget, IdempotencyKey};
use muster_domain::postmortem::{ExportTarget, PostmortemChange};
use muster_domain::{Change, IncidentId, Timestamp, UserId, Viewer};

use super::{PAGE, generates, saves};
use crate::browser::{Browser, Page};
use crate::harness::scenario::incident_scenario_with_pages;
use crate::harness::world::World;
use crate::support::confluence::{Confluence, Edition, TOKEN};

const RETRY: &str = "/incidents/1/actions/retry-delivery";

const REJECTION: &str = "IR-1 is private, and everyone who can read notebooks in Datadog could read its postmortem. \
                       Nothing was exported.";

fn export(target: ExportTarget) -> String {
    format!("{PAGE}/exports/{}", target.as_str())
}

/// Starts the bot again with a new Confluence.
async fn restarts_with_confluence(world: &World) -> Confluence {
    let confluence = Confluence::start(Edition::Cloud).await;
    world.stop().await;
    *world.confluence.borrow_mut() = Some(confluence.config());
    world.start().await;
    confluence
}

/// Presses a button of the page.
async fn presses(browser: &Browser<'_>, path: &str) -> Page {
    let page = browser.opens(PAGE).await;
    browser.submits(&page, path, &[]).await
}

/// Stores that an export was requested, as the form does, without sending it.
async fn requests(world: &World, target: ExportTarget) {
    let now = Timestamp::from_epoch_millis(world.now());
    let user = UserId::from(world.slack.user("alice").0.as_str());
    let target_of_change = ChangeTarget {
        viewer: Viewer::Operator,
        id: IncidentId(1),
        key: IdempotencyKey::web(&user, "requested"),
        now,
    };
    let store = world.store().await;
    let changed = store.change_sections(target_of_change, move |incident, _, _| {
        let mut change = Change::new(incident.clone(), now);
        let requested = PostmortemChange::ExportRequested { target, user };
        change.postmortem.push(requested);
        Ok(change)
    });
    changed.await.unwrap();
}

#[test]
fn postmortem_is_exported_to_a_canvas_once_for_each_click() {
    incident_scenario_with_pages(async |world, channel, [alice, ..]| {
        let browser = generates(&alice, channel).await;
        let page = browser.opens(PAGE).await;
        page.shows(&[
            "Exports Markdown HTML Slack canvas Export",
            "Confluence Not configured. It needs CONFLUENCE_URL, CONFLUENCE_TOKEN and CONFLUENCE_SPACE.",
            "Datadog notebook Not configured. It needs DATADOG_API_KEY and DATADOG_APP_KEY.",
        ]);
        let path = export(ExportTarget::Canvas);
        // A double click.
        for _ in 0..2 {
            let done = browser.submits(&page, &path, &[]).await;
            assert_eq!(done.path, format!("{PAGE}?saved=export#exports"));
            done.shows(&["Export requested."]);
        }
        let page = browser.opens(PAGE).await;
        page.shows(&[
            "Slack canvas version 1 : exported alice, Mon 23 Nov 15:05",
            "Export again",
        ]);
        saves(&browser, "1", "Disk full.").await;
        presses(&browser, &path).await;
        let page = browser.opens(PAGE).await;
        page.shows(&["Slack canvas version 2 : exported"]);
        requests(world, ExportTarget::Canvas).await;
        let waiting = browser.opens(PAGE).await;
        waiting.shows(&["Slack canvas version 2 : waiting alice, Mon 23 Nov 15:05 Confluence"]);
        let wiki = format!("{PAGE}/exports/wiki");
        let unknown = browser.posts(&wiki, &[("key", "c0ffee")]).await;
        assert_eq!(unknown.status, 404);
        let unconfigured = export(ExportTarget::Notebook);
        let rejected = browser.posts(&unconfigured, &[("key", "c0ffee")]).await;
        assert_eq!(rejected.status, 422);
        rejected.shows(&["Not configured. It needs DATADOG_API_KEY and DATADOG_APP_KEY."]);
        world.skips_messages();
    });
}

#[test]
fn failed_export_is_explained_and_tried_again() {
    incident_scenario_with_pages(async |world, channel, [alice, ..]| {
        let confluence = restarts_with_confluence(world).await;
        let browser = generates(&alice, channel).await;
        confluence.set_token("another");
        presses(&browser, &export(ExportTarget::Confluence)).await;
        let page = browser.opens(PAGE).await;
        page.shows(&[
            "Confluence: failed alice, Mon 23 Nov 15:05 Confluence rejected the token (401).",
            "Try again",
        ]);
        confluence.set_token(TOKEN);
        let again = browser.submits(&page, RETRY, &[]).await;
        assert_eq!(again.path, format!("{PAGE}?saved=retry-delivery"));
        again.shows(&["Muster tries again."]);
        let page = browser.opens(PAGE).await;
        page.shows(&["Confluence version 1 : exported", "Export again"]);
        assert_eq!(confluence.only_page().title, "IR-1 Checkout is slow");
        browser
            .opens("/incidents/1/timeline")
            .await
            .shows(&["The postmortem was exported: Confluence"]);
        world.expects_warning("A delivery of IR-1 failed: ");
        world.skips_messages();
    });
}

#[test]
fn private_postmortem_is_exported_after_a_question_or_not_at_all() {
    incident_scenario_with_pages(async |world, channel, [alice, ..]| {
        let confluence = restarts_with_confluence(world).await;
        let browser = generates(&alice, channel).await;
        alice.types(channel, "/datadog incident private").await;
        world.deliver_all_advancing().await;
        let page = browser.opens(PAGE).await;
        page.shows(&["Private", REJECTION]);
        let notebook = export(ExportTarget::Notebook);
        assert!(!page.html.contains(&notebook), "no button");
        let rejected = browser.posts(&notebook, &[("key", "c0ffee")]).await;
        assert_eq!(rejected.status, 422);
        rejected.shows(&[REJECTION]);

        let path = export(ExportTarget::Confluence);
        let question = browser.submits(&page, &path, &[]).await;
        assert_eq!(question.status, 409);
        question.shows(&[
            "Export it to Confluence?",
            "IR-1 is private, and everyone who can read the Confluence space could read its postmortem.",
            "Nothing is exported yet.",
            "Cancel",
        ]);
        assert!(confluence.pages().is_empty());
        let done = browser.submits(&question, &path, &[]).await;
        done.shows(&["Export requested."]);
        assert_eq!(confluence.pages().len(), 1);
        world.skips_messages();
    });
}
