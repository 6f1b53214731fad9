//! Guests of the workspace see only the incidents that they take part in.

use muster_sandbox::{AccountKind, Visibility};
use serde_json::json;

use crate::browser::Browser;
use crate::harness::scenario::incident_scenario_with_pages;

/// Checks that the page of IR-1 is that of an incident that does not exist.
async fn assert_hidden(browser: &Browser<'_>) {
    let [hidden, missing] = [
        browser.opens("/incidents/1").await,
        browser.opens("/incidents/99").await,
    ];
    assert_eq!((hidden.status, missing.status), (404, 404));
    assert_eq!(hidden.html, missing.html);
}

#[test]
fn guest_sees_the_incidents_that_they_take_part_in_on_pages_and_in_slack() {
    incident_scenario_with_pages(async |world, channel, [alice, ..]| {
        let slack = &world.slack;
        slack.add_user("gus", "Gus Guest", "Europe/Paris", AccountKind::Guest);
        slack.add_channel("partners", Visibility::Public, &["gus"]);
        alice.types(channel, "/datadog task Roll back").await;
        let gus = world.user("gus");
        let browser = gus.signs_in_from("#partners").await;
        browser
            .opens("/incidents")
            .await
            .shows(&["No open incidents."]);
        browser.opens("/incidents?show=any").await.hides(&["IR-1"]);
        browser
            .opens("/tasks?show=open")
            .await
            .shows(&["Open 0", "No open tasks."]);
        assert_hidden(&browser).await;
        gus.types("#partners", "/datadog list").await;
        let list = gus.reads_ephemeral().concat();
        assert!(!list.contains("IR-1"), "{list}");
        // A similar title reveals nothing.
        let form = browser.opens("/incidents/new").await;
        let fields = [("title", "Checkout is slow")];
        let own = browser.submits(&form, "/incidents/new", &fields).await;
        assert_eq!(own.path, "/incidents/2");
        browser.opens("/incidents").await.shows(&["Open 1", "IR-2"]);

        // The declarer takes part, and so does a user that a member adds.
        slack.invites("alice", channel, "gus").await;
        alice.types(channel, "/datadog invite @gus").await;
        world.deliver_all().await;
        browser
            .opens("/incidents")
            .await
            .shows(&["Open 2", "IR-1 Checkout is slow"]);
        browser
            .opens("/tasks?show=open")
            .await
            .shows(&["Open 1", "Roll back"]);
        // Slack lets no app invite guests.
        world.expects_warning("A delivery of IR-2 failed: conversations.invite: cant_invite.");
        world.skips_messages();
    });
}

#[test]
fn guest_sees_all_public_incidents_if_everybody_reads() {
    incident_scenario_with_pages(async |world, channel, [alice, ..]| {
        let slack = &world.slack;
        slack.add_user("gus", "Gus Guest", "Europe/Paris", AccountKind::Guest);
        slack.add_channel("partners", Visibility::Public, &["gus"]);
        let browser = world.user("gus").signs_in_from("#partners").await;
        assert_eq!(browser.opens("/incidents/1").await.status, 404);
        world.change_settings(&[("who_reads", json!("everybody"))]);
        browser
            .opens("/incidents/1")
            .await
            .shows(&["Checkout is slow"]);
        browser.opens("/incidents").await.shows(&["Open 1"]);
        alice.types(channel, "/datadog incident private").await;
        world.deliver_all().await;
        assert_eq!(browser.opens("/incidents/1").await.status, 404);
        world.skips_messages();
    });
}
