//! Who changes and who reads the settings.

use muster_sandbox::{AccountKind, Fault, Visibility};

use super::forms::{ARCHIVING, saves};
use crate::browser::OK;
use crate::harness::scenario::scenario_with_pages;

#[test]
fn members_read_the_settings_and_guests_do_not() {
    scenario_with_pages(async |world, [_, bob, _]| {
        let browser = bob.signs_in().await;
        let page = browser.opens("/settings").await;
        page.shows(&[
            "Workspace admins change these settings.",
            "Severity levels SEV-1 to SEV-5",
        ]);
        page.hides(&["<form", "Import"]);
        assert_eq!(browser.opens("/settings/export").await.status, OK);
        let denied = browser
            .posts(ARCHIVING, &[("archive_after_days", "9")])
            .await;
        assert_eq!(denied.status, 403);
        denied.shows(&["Only workspace admins can change settings. Nothing was changed."]);
        // Made an admin in Slack, bob may change them five minutes later at the latest.
        world.slack.set_account_kind("bob", AccountKind::Admin);
        world.deliver_all().await;
        assert_eq!(browser.opens("/settings/import").await.status, 403);
        world.advance(5 * 60).await;
        saves(&browser, ARCHIVING, &[("archive_after_days", "9")])
            .await
            .shows(&["Saved."]);

        let slack = &world.slack;
        slack.add_user("gus", "Gus Guest", "Europe/Paris", AccountKind::Guest);
        slack.add_channel("partners", Visibility::Public, &["gus"]);
        let guest = world.user("gus").signs_in_from("#partners").await;
        guest.opens("/incidents").await.hides(&["/settings"]);
        for path in [
            "/settings",
            "/settings/export",
            "/settings/import",
            "/settings/import/values",
            ARCHIVING,
        ] {
            let page = guest.opens(path).await;
            assert_eq!(page.status, 403, "{path}");
            page.shows(&["This page is for members of the workspace, and you're a guest."]);
        }
        assert_eq!(guest.posts(ARCHIVING, &[]).await.status, 403);
    });
}

#[test]
fn settings_are_read_only_while_slack_does_not_answer() {
    scenario_with_pages(async |world, [alice, ..]| {
        let browser = alice.signs_in().await;
        world.slack.fail_calls("users.info", 1, Fault::Status(500));
        let page = browser.opens("/settings").await;
        assert_eq!(page.status, OK);
        page.shows(&[
            "Slack didn't confirm that you're a workspace admin, so the settings are read-only.",
        ]);
        page.hides(&["<form"]);
        world.slack.fail_calls("users.info", 1, Fault::Status(500));
        let days = [("key", "a1"), ("archive_after_days", "9")];
        let denied = browser.posts(ARCHIVING, &days).await;
        assert_eq!(denied.status, 503);
        denied.shows(&["Slack didn't confirm that you're a workspace admin. Nothing was changed."]);
        assert_eq!(world.log.take_warnings().len(), 2);
        // Asked again, and then known for five minutes, even during an outage.
        let page = browser.opens("/settings").await;
        world.slack.fail_calls("users.info", 1, Fault::Status(500));
        let saved = browser.submits(&page, ARCHIVING, &days[1..]).await;
        saved.shows(&["Saved."]);
    });
}
