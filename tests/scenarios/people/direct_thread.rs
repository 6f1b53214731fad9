//! Direct messages about one incident are one thread.

use muster_sandbox::Fault;

use crate::harness::prelude::*;

#[test]
fn later_messages_about_an_incident_are_replies_to_the_first() {
    incident_over_both_transports(async |world, channel, [alice, bob, ..]| {
        let announcement = alice.announcement(1).unwrap().ts;
        bob.clicks("#incidents", &announcement, "subscribe").await;
        bob.reads_ephemeral();
        for command in ["incident sev2", "incident stable", "task Roll back @bob"] {
            let command = format!("/datadog {command}");
            alice.types(channel, &command).await;
            world.advance(5).await;
        }
        let read = bob.reads_direct_messages();
        assert_eq!(read.len(), 3, "{read:#?}");
        assert_eq!(bob.direct_replies().len(), 2, "one message and its replies");
        assert!(read[0].ends_with("\n[Unsubscribe]"), "{read:#?}");
        let others = read[1..].iter();
        assert_eq!(others.filter(|it| it.contains("[Unsubscribe]")).count(), 0);

        // Another incident has a thread of its own.
        let second = alice.declares("Search is slow").await;
        alice
            .types(&second.channel, "/datadog task Look @bob")
            .await;
        assert_eq!(bob.reads_direct_messages().len(), 1);
        assert_eq!(bob.direct_replies().len(), 2);
        world.expects_unread(7, "header, two announcement replies, four posts");
    });
}

#[test]
fn unsubscribe_is_offered_once_even_if_the_first_message_is_about_a_task() {
    incident_scenario(async |world, channel, [alice, bob, ..]| {
        let announcement = alice.announcement(1).unwrap().ts;
        alice.types(channel, "/datadog task Roll back @bob").await;
        bob.clicks("#incidents", &announcement, "subscribe").await;
        bob.reads_ephemeral();
        for command in ["incident sev2", "incident stable"] {
            let command = format!("/datadog {command}");
            alice.types(channel, &command).await;
            world.advance(5).await;
        }
        let read = bob.reads_direct_messages();
        let offers: Vec<bool> = read.iter().map(|it| it.contains("[Unsubscribe]")).collect();
        assert_eq!(offers, [false, true, false], "{read:#?}");
        let direct = world.slack.direct_message_channel("bob").unwrap();
        let offer = bob.direct_replies().into_iter().next().unwrap();
        bob.clicks(&direct, &offer.ts, "unsubscribe").await;
        assert_eq!(bob.reads_ephemeral(), ["Unsubscribed from IR-1."]);
        world.expects_unread(
            7,
            "header, announcement, two announcement replies, three posts",
        );
    });
}

#[test]
fn deleted_first_message_starts_a_new_thread() {
    incident_scenario(async |world, channel, [alice, bob, ..]| {
        let announcement = alice.announcement(1).unwrap().ts;
        bob.clicks("#incidents", &announcement, "subscribe").await;
        bob.reads_ephemeral();
        alice.types(channel, "/datadog incident sev2").await;
        let first = bob.last_direct_message();
        let direct = world.slack.direct_message_channel("bob").unwrap();
        let app = world.slack.bot_user();
        world.slack.deletes(&app, &direct, &first.ts).await;
        alice.types(channel, "/datadog incident stable").await;
        let read = bob.reads_direct_messages();
        assert_eq!(read.len(), 1, "{read:#?}");
        assert!(read[0].ends_with("\n[Unsubscribe]"), "{read:#?}");
        world
            .slack
            .fail_calls("chat.postMessage", 3, Fault::LostResponse);
        alice.types(channel, "/datadog incident sev3").await;
        world.deliver_all_advancing().await;
        let read = bob.reads_direct_messages();
        assert_eq!(read.len(), 1, "sent once: {read:#?}");
        assert!(bob.last_direct_message().thread_ts.is_some(), "a reply");
        world.expects_unread(8, "header, announcement, three replies, three posts");
    });
}
