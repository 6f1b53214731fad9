//! `/datadog incident list`: what is open, the worst first, for the asker alone.

use muster::sandbox::Trouble;

use super::world::{by_each_door, over_http};

#[tokio::test]
async fn open_incidents_are_listed_by_status_the_worst_first_with_their_age() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        let minor = [("Severity Level", "SEV-5 Minor")];
        let checkout = alice.declares_with("Checkout is slow", &minor).await;
        let search = alice.declares("Search is down").await;
        world.comes_to(60).await;
        let critical = [
            ("Severity Level", "SEV-1 Critical"),
            ("Incident Commander", "bob"),
        ];
        let carts = alice.declares_with("Carts are lost", &critical).await;
        let mail = alice.declares("No mail goes out").await;
        let stable = [("Status", "STABLE"), ("Severity Level", "SEV-3 Moderate")];
        alice.updates(&search.channel, &stable).await;
        alice
            .updates(&mail.channel, &[("Status", "RESOLVED")])
            .await;
        alice.reads_everything();

        world.comes_to(3 * 60).await;
        let seen = alice.says("#general", "/datadog inc LIST").await;
        assert_eq!(seen.ephemeral.len(), 1);
        assert_eq!(
            alice.reads_alone(),
            [format!(
                "ACTIVE\n\
                 IR-3 Carts are lost · SEV-1 Critical · @bob · 2 hours ago · #{}\n\
                 IR-1 Checkout is slow · SEV-5 Minor · @alice · 3 hours ago · #{}\n\
                 STABLE\n\
                 IR-2 Search is down · SEV-3 Moderate · @alice · 2 hours ago · #{}",
                carts.channel, checkout.channel, search.channel
            )]
        );
        assert_eq!(bob.reads_alone(), [""; 0]);
        assert_eq!(bob.reads("#general"), [""; 0]);
        // In two hours of silence a critical incident is nudged; its header says when it is next.
        assert_eq!(bob.reads(&carts.channel).len(), 2);
    })
    .await;
}

#[tokio::test]
async fn when_no_incident_is_open_the_list_says_how_to_declare_one() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        alice.says("#general", "/datadog incident list").await;
        assert_eq!(
            alice.reads_alone(),
            ["No incident is open. /datadog incident declares one."]
        );
    })
    .await;
}

#[tokio::test]
async fn of_many_incidents_the_worst_thirty_are_listed_and_the_others_counted() {
    over_http(async |world| {
        let alice = world.person("alice");
        alice.declares_many(33).await;
        alice.says("#general", "/datadog incident list").await;
        let list = alice.reads_alone().pop().unwrap();
        let lines: Vec<_> = list.lines().collect();
        assert_eq!(lines.len(), 32);
        assert!(lines[1].starts_with("IR-32 Trouble 32 in Ünit 2 · SEV-1 Critical · @alice · "));
        assert!(lines[30].starts_with("IR-19 Trouble 19 in Ünit 9 · UNKNOWN · @alice · "));
        assert_eq!(lines[31], "and 3 more that are open");
    })
    .await;
}

#[tokio::test]
async fn the_list_says_what_became_of_a_channel() {
    by_each_door(async |world| {
        let (alice, slack) = (world.person("alice"), &world.slack);
        alice.declares("Checkout is slow").await;
        let search = alice.declares("Search is down").await;
        let mail = alice.declares("No mail goes out").await;
        slack.archives("alice", &search.channel).await;
        slack.deletes_channel("alice", &mail.channel).await;
        slack.fails(
            "conversations.create",
            1,
            Trouble::Error("restricted_action"),
        );
        alice
            .says("#general", "/datadog incident Carts are lost")
            .await;
        alice.submits(&[]).await;
        slack.fails("conversations.create", 1, Trouble::RateLimited(30));
        alice
            .says("#general", "/datadog incident Login fails")
            .await;
        alice.submits(&[]).await;
        alice.reads_everything();
        assert_eq!(world.log.take().len(), 1, "one channel was refused");

        alice.says("#general", "/datadog incident list").await;
        let list = alice.reads_alone().pop().unwrap();
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
        world.later(35).await;
        alice.reads_everything();
    })
    .await;
}
