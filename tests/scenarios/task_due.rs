//! Until when a task is to be done, typed behind its words and read in the zone of whoever types.

use muster::sandbox::Trouble;

use super::world::{by_each_door, over_http};

const CHANNEL: &str = "incident-1-checkout-is-slow";

#[tokio::test]
async fn a_task_is_due_at_the_time_that_is_typed_behind_it() {
    // Alice's clock shows an hour more than UTC.
    let typed = [
        (
            "task Restart the host @bob due tomorrow 17:00",
            "alice added task 1 for bob, due 2026-11-24 16:00 UTC: Restart the host @bob",
        ),
        (
            "followup Write it down due by friday @bob",
            "alice added follow-up 2 for bob, due 2026-11-27 22:59 UTC: Write it down @bob",
        ),
        (
            "task Pay what is due",
            "alice added task 3: Pay what is due",
        ),
        (
            "task due tomorrow 17:00: drain the host @bob",
            "alice added task 4 for bob, due 2026-11-24 16:00 UTC: drain the host @bob",
        ),
    ];
    by_each_door(async |world| {
        let alice = world.person("alice");
        alice.declares("Checkout is slow").await;
        for (typed, told) in typed {
            alice.says(CHANNEL, &format!("/datadog {typed}")).await;
            alice.sends_it_again().await;
            assert_eq!(alice.reads(CHANNEL), [told], "{typed}");
            assert_eq!(alice.reads_alone(), [""; 0]);
        }
        let told = world.person("bob").reads_directly();
        assert_eq!(told.len(), 3);
        assert!(told[0].contains("due 2026-11-24 16:00 UTC"), "{told:?}");
        // It reads back in the form as it was typed.
        alice.says(CHANNEL, "/datadog task list").await;
        let list = alice.last_alone().ts;
        alice.reads_alone();
        alice.picks(CHANNEL, &list, "task_edit", "1 task 1 0").await;
        assert_eq!(alice.field("Due date"), "2026-11-24");
        assert_eq!(alice.field("Due time"), "17:00");
        assert_eq!(alice.field("What is to be done"), "Restart the host @bob");
        alice.closes().await;
    })
    .await;
}

#[tokio::test]
async fn whoever_has_no_zone_that_i_know_is_told_that_it_was_read_in_utc() {
    over_http(async |world| {
        let alice = world.person("alice");
        alice.declares("Checkout is slow").await;
        world
            .slack
            .fails("users.info", 9, Trouble::Error("internal_error"));
        let bob = world.person("bob");
        for channel in [CHANNEL, "#general"] {
            if channel == CHANNEL {
                bob.joins(channel).await;
            }
            bob.says(channel, "/datadog task Restart it due tomorrow 17:00")
                .await;
            if channel != CHANNEL {
                assert_eq!(bob.reads_alone(), [""; 0]);
                bob.submits(&[("Incident", "1")]).await;
            }
            let told = "I do not know your time zone yet, so I read the time in UTC.";
            assert_eq!(bob.reads_alone(), [told]);
            let posts = alice.reads(CHANNEL);
            assert!(
                posts[0].contains(", due 2026-11-24 17:00 UTC: "),
                "{posts:?}"
            );
        }
        world.catches_up().await;
        alice.reads_everything();
        world.log.take();
    })
    .await;
}

#[tokio::test]
async fn a_due_date_that_cannot_be_is_refused_and_what_was_typed_is_told_back() {
    let refused = [
        (
            "task Restart <b> @bob due yesterday 17:00",
            "“yesterday 17:00” is over. Type a time that is still to come, such as tomorrow 17:00. Nothing was \
             added. You typed: Restart <b> @bob due yesterday 17:00",
        ),
        (
            "task Restart it due 25:99",
            "“25:99” is no time that I can read. Type one such as tomorrow 17:00, in 2 hours, or friday. Nothing \
             was added. You typed: Restart it due 25:99",
        ),
        (
            "task due tomorrow",
            "A task needs words: what is to be done? For example: /datadog task Roll back the release @ann \
             Nothing was added. You typed: due tomorrow",
        ),
        (
            "task due yesterday 17:00: restart it",
            "“yesterday 17:00” is over. Type a time that is still to come, such as tomorrow 17:00. Nothing was \
             added. You typed: due yesterday 17:00: restart it",
        ),
        (
            "task @bob due friday",
            "A task needs words: what is to be done? For example: /datadog task Roll back the release @ann \
             Nothing was added. You typed: @bob due friday",
        ),
    ];
    over_http(async |world| {
        let alice = world.person("alice");
        alice.declares("Checkout is slow").await;
        for channel in [CHANNEL, "#general"] {
            for (typed, told) in refused {
                let seen = alice.says(channel, &format!("/datadog {typed}")).await;
                assert_eq!(seen.view, None, "{typed}");
                assert_eq!(alice.reads_alone(), [told]);
            }
        }
        assert_eq!(world.timeline(1).await.len(), 1);
    })
    .await;
}
