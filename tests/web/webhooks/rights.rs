//! Who sees webhooks, and what they learn of private incidents.

use super::{PATH, adds_webhook, notifies, receiver};
use crate::harness::scenario::{incident_scenario_with_pages, scenario_with_pages};

#[test]
fn only_admins_see_webhooks() {
    incident_scenario_with_pages(async |world, _, [alice, bob, _]| {
        let admin = alice.signs_in().await;
        let receiver = receiver(world).await;
        adds_webhook(&admin, &receiver).await;
        admin.opens("/settings").await.shows(&["Webhooks"]);
        let member = bob.signs_in().await;
        member.opens("/settings").await.hides(&[PATH]);
        for path in [
            PATH,
            "/settings/webhooks/new",
            "/settings/webhooks/1",
            "/settings/webhooks/2",
        ] {
            let page = member.opens(path).await;
            assert_eq!(page.status, 403, "{path}");
            page.hides(&["deploys"]);
        }
        let posted = member.posts("/settings/webhooks/1/test", &[]).await;
        assert_eq!(posted.status, 403);
        assert!(receiver.take().is_empty());
    });
}

#[test]
fn private_incident_is_sent_to_explicit_recipients_and_logged_for_its_responders() {
    scenario_with_pages(async |world, [alice, bob, _]| {
        let admin = alice.signs_in().await;
        let receiver = receiver(world).await;
        adds_webhook(&admin, &receiver).await;
        bob.types("#general", "/datadog incident Data leak").await;
        bob.fills_several("Options", &["Private (visible to responders only)"])
            .await;
        bob.submits_and_closes(&[]).await;
        world.skips_messages();
        assert!(receiver.take().is_empty(), "nothing is sent by itself");
        notifies(world, "bob", &["@webhook-deploys"]).await;
        let received = receiver.take();
        let attributes = &received[0].body["data"]["incident"]["attributes"];
        assert_eq!(attributes["visibility"], "private");
        let page = admin.opens("/settings/webhooks/1").await;
        page.shows(&["No notification was sent to it yet."]);
        page.hides(&["IR-1", "Data leak"]);
    });
}
