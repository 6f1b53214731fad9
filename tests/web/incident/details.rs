//! The overview of an incident, and what a user sees of one that they may not see.

use crate::browser::OK;
use crate::harness::scenario::{incident_scenario_with_pages, scenario_with_pages};

#[test]
fn overview_shows_the_incident_as_slack_has_it() {
    incident_scenario_with_pages(async |world, channel, [alice, bob, _]| {
        alice
            .types(
                channel,
                "/datadog impact since 15 minutes ago payments fail",
            )
            .await;
        bob.types(
            "#general",
            "/datadog IR-1 note found <script>alert(1)</script> in the log",
        )
        .await;
        alice
            .types(
                channel,
                "/datadog link https://wiki.example.com/runbook Runbook",
            )
            .await;
        world.advance(60).await;
        world.skips_messages();
        let browser = bob.signs_in().await;
        let page = browser.opens("/incidents/1").await;
        assert_eq!(page.status, OK);
        page.shows(&[
            "IR-1",
            "Checkout is slow",
            "ACTIVE",
            "Incident Commander alice",
            "Customers affected for 16 min",
            "payments fail",
            "bob added a note: found <script>alert(1)</script> in the log",
            "Responders bob",
            "Runbook",
            "Time to detect",
        ]);
        page.hides(&["<script>alert"]);
        assert_eq!(browser.opens("/incidents/IR-1").await.path, "/incidents/1");
    });
}

#[test]
fn hidden_incident_is_the_same_404_as_a_missing_one() {
    incident_scenario_with_pages(async |world, channel, [alice, bob, _]| {
        alice.types(channel, "/datadog incident private").await;
        world.deliver_all().await;
        world.skips_messages();
        let browser = bob.signs_in().await;
        for (hidden, missing) in [
            ("/incidents/1", "/incidents/99"),
            ("/incidents/IR-1", "/incidents/IR-99"),
            ("/incidents/1?edit=title", "/incidents/99?edit=title"),
        ] {
            let [hidden, missing] = [browser.opens(hidden).await, browser.opens(missing).await];
            assert_eq!((hidden.status, missing.status), (404, 404));
            assert_eq!(hidden.html, missing.html);
            hidden.shows(&["There's no such incident, or you can't see it."]);
        }
        let posted = [("key", "abc"), ("title", "x")];
        let hidden = browser.posts("/incidents/1/fields/title", &posted).await;
        let missing = browser.posts("/incidents/99/fields/title", &posted).await;
        assert_eq!((hidden.status, missing.status), (404, 404));
        assert_eq!(hidden.html, missing.html);
        browser
            .opens("/incidents?status=any")
            .await
            .hides(&["IR-1"]);
        let of_alice = alice.signs_in().await;
        of_alice
            .opens("/incidents/1")
            .await
            .shows(&["Checkout is slow", "Private"]);
    });
}

#[test]
fn times_are_in_the_zone_of_the_user() {
    scenario_with_pages(async |world, [alice, ..]| {
        world.slack.set_time_zone("alice", "Asia/Tokyo");
        alice.declares("Checkout is slow").await;
        let browser = alice.signs_in().await;
        let page = browser.opens("/incidents/1").await;
        page.shows(&["Mon 23 Nov 23:05"]);
        assert!(page.html.contains("title=\"2026-11-23 14:05:00 UTC\""));
        browser
            .opens("/me")
            .await
            .shows(&["Asia/Tokyo, as set in Slack."]);
    });
}
