//! `/datadog incident list`: the open incidents, most severe first, as an ephemeral reply.

use muster_sandbox::Fault;

use crate::harness::prelude::*;

#[test]
fn list_sorts_open_incidents_by_status_and_severity() {
    over_both_transports(async |world, [alice, bob, ..]| {
        let minor = [("Severity Level", "SEV-5 Minor")];
        let checkout = alice.declares_with("Checkout is slow", &minor).await;
        let search = alice.declares("Search is down").await;
        world.advance_to_minute(60).await;
        let critical = [SEV_1, ("Incident Commander", "bob")];
        let carts = alice.declares_with("Carts are lost", &critical).await;
        let mail = alice.declares("No mail goes out").await;
        let stable = [STABLE, SEV_3];
        alice.updates(&search.channel, &stable).await;
        alice.updates(&mail.channel, &[RESOLVED]).await;
        world.expects_unread(
            9,
            "two headers, two announcements, two announcement replies, two posts, reminder",
        );

        world.advance_to_minute(3 * 60).await;
        let screen = alice.types("#general", "/datadog inc LIST").await;
        assert_eq!(screen.ephemeral.len(), 1);
        assert_eq!(
            alice.reads_ephemeral(),
            [format!(
                "ACTIVE\n\
                 IR-3 Carts are lost · SEV-1 Critical · @bob · 2 hours ago · #{}\n\
                 IR-1 Checkout is slow · SEV-5 Minor · @alice · 3 hours ago · #{}\n\
                 STABLE\n\
                 IR-2 Search is down · SEV-3 Moderate · @alice · 2 hours ago · #{}",
                carts.channel, checkout.channel, search.channel
            )]
        );
        assert_eq!(bob.reads_ephemeral(), [""; 0]);
        assert_eq!(bob.reads("#general"), [""; 0]);
        // A reminder was posted within the two hours, and the header shows when the next update is due.
        assert_eq!(bob.reads(&carts.channel).len(), 2);
    });
}

#[test]
fn list_explains_declaring_when_no_incident_is_open() {
    scenario(async |_, [alice, ..]| {
        alice.types("#general", "/datadog incident list").await;
        assert_eq!(alice.reads_ephemeral(), [NO_OPEN_INCIDENT]);
    });
}

#[test]
fn list_shows_thirty_incidents_and_counts_the_rest() {
    over_http(async |_, [alice, ..]| {
        alice.declares_many(33).await;
        alice.types("#general", "/datadog incident list").await;
        let list = alice.reads_ephemeral().pop().unwrap();
        let lines: Vec<_> = list.lines().collect();
        assert_eq!(lines.len(), 32);
        assert!(lines[1].starts_with("IR-32 Trouble 32 in Ünit 2 · SEV-1 Critical · @alice · "));
        assert!(lines[30].starts_with("IR-19 Trouble 19 in Ünit 9 · UNKNOWN · @alice · "));
        assert_eq!(lines[31], "and 3 more that are open");
    });
}

/// Declares an incident while Slack rejects the creation of its channel.
async fn declare_without_channel(user: &TestUser<'_>, title: &str, fault: Fault) {
    let slack = &user.world.slack;
    slack.fail_calls("conversations.create", 1, fault);
    user.types("#general", &format!("/datadog incident {title}"))
        .await;
    user.submits(&[]).await;
}

#[test]
fn list_shows_the_channel_state() {
    incident_scenario(async |world, _, [alice, ..]| {
        let slack = &world.slack;
        let search = alice.declares("Search is down").await;
        let mail = alice.declares("No mail goes out").await;
        slack.archives("alice", &search.channel).await;
        slack.deletes_channel("alice", &mail.channel).await;
        let restricted = Fault::Error("restricted_action");
        declare_without_channel(&alice, "Carts are lost", restricted).await;
        declare_without_channel(&alice, "Login fails", Fault::RateLimited(30)).await;
        world.expects_unread(4, "three announcements, announcement reply, reply");
        world
            .expects_warning("Gave up a delivery of IR-4: conversations.create: restricted_action");

        alice.types("#general", "/datadog incident list").await;
        let list = alice.reads_ephemeral().pop().unwrap();
        let places: Vec<_> = list
            .lines()
            .filter_map(|it| it.rsplit(" · ").next())
            .collect();
        assert_eq!(
            places,
            [
                "ACTIVE",
                "its channel is on its way",
                "it has no channel",
                "its channel was deleted",
                "#incident-2-search-is-down is archived",
                "#incident-1-checkout-is-slow",
            ]
        );
        world.advance_stepwise(35).await;
        world.expects_unread(4, "header, welcome, announcement, its reply, reply");
    });
}
