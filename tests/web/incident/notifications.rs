//! The messages that Muster sent about an incident.

use muster_sandbox::Fault;

use crate::harness::scenario::{incident_scenario_with_pages, scenario_with_pages};

const PATH: &str = "/incidents/1/notifications";

#[test]
fn sent_messages_are_listed_with_their_recipients() {
    incident_scenario_with_pages(async |world, channel, [alice, ..]| {
        alice.types(channel, "/datadog update Rolled back").await;
        world.skips_messages();
        let browser = alice.signs_in().await;
        let page = browser.opens(PATH).await;
        page.shows(&[
            "No notifications yet.",
            "Posted by Muster",
            "Announcement",
            "Reply to the announcement",
            "Post in the channel",
            "Mon 23 Nov 15:05",
        ]);
        page.hides(&["Try again", "Failed"]);
    });
}

#[test]
fn failed_delivery_is_tried_again() {
    scenario_with_pages(async |world, [alice, ..]| {
        let fault = Fault::Error("too_many_pins");
        world.slack.fail_calls("pins.add", 1, fault);
        alice.declares("Checkout is slow").await;
        world.skips_messages();
        let browser = alice.signs_in().await;
        let page = browser.opens(PATH).await;
        page.shows(&[
            "Notifications 1",
            "Failed posts",
            "pin header",
            "too_many_pins",
            "Try again",
        ]);
        let retry = "/incidents/1/actions/retry-delivery";
        let page = browser.submits(&page, retry, &[]).await;
        page.shows(&["Muster tries again."]);
        let page = browser.opens(PATH).await;
        page.hides(&["Failed", "Try again"]);
        world.skips_messages();
        drop(world.log.take_warnings());
    });
}
