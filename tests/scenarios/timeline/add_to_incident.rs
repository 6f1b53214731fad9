//! Message action “Add to Incident” in an incident channel: one click adds the message to the timeline.

use muster_domain::{Author, ChannelId, MessageRef, MessageTs, Timestamp, UserId};
use muster_sandbox::AccountKind;

use crate::harness::prelude::*;

#[test]
fn message_action_adds_message_with_author_time_and_permalink() {
    incident_over_both_transports(async |world, channel, [alice, bob, ..]| {
        bob.joins(channel).await;
        world.advance_to_minute(3).await;
        let ts = bob
            .posts(channel, "I am *working* on a fix, @alice: a < b & c.")
            .await;
        world.advance_to_minute(15).await;
        let screen = alice.adds_to_incident(channel, &ts).await;
        assert_eq!(screen.view, None, "one click opens no modal");
        assert_eq!(alice.reads_ephemeral(), ["Added to the timeline of IR-1."]);
        assert_eq!(bob.reads_ephemeral(), [""; 0]);
        assert_eq!(alice.reads(channel), [""; 0]);
        assert_has_app_reaction(world, channel, &ts);

        assert_eq!(
            world.timeline(1).await,
            [
                "alice declared it as UNKNOWN, customer impact unknown",
                "bob wrote “I am *working* on a fix, <@U0ALICE0001>: a < b & c.”"
            ]
        );
        assert_entry_has_times_and_permalink(world, channel, &ts).await;
    });
}

/// Checks that the last entry refers to a message of minute 3, which Alice added in minute 15.
async fn assert_entry_has_times_and_permalink(world: &World, channel: &str, ts: &str) {
    let entry = world.entries(1).await.pop().unwrap();
    let minutes = |timestamp: Timestamp| timestamp.duration_since(entry.happened_at).num_minutes();
    assert_eq!(
        (minutes(entry.happened_at), minutes(entry.recorded_at)),
        (0, 12)
    );
    assert_eq!(entry.happened_at.epoch_seconds(), 1_795_442_700 + 180);
    assert_eq!(entry.recorded_by, Some(UserId::from("U0ALICE0001")));
    assert_eq!(
        entry.message,
        Some(MessageRef {
            channel: ChannelId(world.slack.channel(channel).unwrap().0),
            permalink: world.slack.permalink(channel, ts).unwrap(),
            ts: MessageTs(ts.to_owned()),
            edited_ts: None,
        })
    );
}

#[test]
fn message_is_added_once_when_several_users_add_it() {
    incident_scenario(async |world, channel, [alice, bob, ..]| {
        bob.joins(channel).await;
        let ts = bob.posts(channel, "I found the host.").await;
        alice.adds_to_incident(channel, &ts).await;
        assert_eq!(alice.reads_ephemeral(), ["Added to the timeline of IR-1."]);
        for user in [alice, bob] {
            user.adds_to_incident(channel, &ts).await;
            assert_eq!(user.reads_ephemeral(), ["Already on the timeline."]);
        }
        assert_eq!(
            world.timeline(1).await[1..],
            ["bob wrote “I found the host.”"]
        );
        assert_has_app_reaction(world, channel, &ts);
    });
}

#[test]
fn redelivered_message_action_adds_message_once() {
    incident_scenario(async |world, channel, [alice, ..]| {
        let ts = alice.posts(channel, "I found the host.").await;
        alice.adds_to_incident(channel, &ts).await;
        world.advance(5).await;
        alice.redelivers_last_request().await;
        let added = "Added to the timeline of IR-1.";
        assert_eq!(alice.reads_ephemeral(), [added, added]);
        assert_eq!(
            world.timeline(1).await[1..],
            ["alice wrote “I found the host.”"]
        );
    });
}

#[test]
fn thread_reply_can_be_added() {
    incident_scenario(async |world, channel, [alice, ..]| {
        let parent = alice.posts(channel, "Any idea?").await;
        let reply = alice.replies(channel, &parent, "It is the disk.").await;
        alice.adds_to_incident(channel, &reply).await;
        assert_eq!(alice.reads_ephemeral(), ["Added to the timeline of IR-1."]);
        let entry = world.entries(1).await.pop().unwrap();
        let permalink = entry.message.unwrap().permalink;
        assert!(
            permalink.contains(&format!("?thread_ts={parent}")),
            "{permalink}"
        );
        assert_eq!(
            world.timeline(1).await[1..],
            ["alice wrote “It is the disk.”"]
        );
        assert_has_app_reaction(world, channel, &reply);
    });
}

#[test]
fn messages_of_bots_and_webhooks_and_files_can_be_added() {
    incident_scenario(async |world, channel, [alice, ..]| {
        let slack = &world.slack;
        let alert = slack
            .post_as_integration(channel, "Nagios", "CPU &gt; 90 %")
            .unwrap();
        let file = slack
            .shares_file("alice", channel, "graph.png")
            .await
            .ts
            .unwrap();
        for ts in [&alert, &file] {
            alice.adds_to_incident(channel, ts).await;
            assert_eq!(alice.reads_ephemeral(), ["Added to the timeline of IR-1."]);
            assert_has_app_reaction(world, channel, ts);
        }
        assert_eq!(
            world.timeline(1).await[1..],
            [
                "the app Nagios wrote “CPU > 90 %”",
                "alice wrote “(file: graph.png)”",
            ]
        );
    });
}

#[test]
fn message_of_the_app_itself_is_on_the_timeline_already() {
    incident_scenario(async |world, channel, [alice, ..]| {
        let ours = world.slack.messages(channel).pop().unwrap().ts;
        alice.adds_to_incident(channel, &ours).await;
        assert_eq!(alice.reads_ephemeral(), ["Already on the timeline."]);
        assert_eq!(world.timeline(1).await.len(), 1);
    });
}

#[test]
fn message_of_deactivated_user_can_be_added() {
    scenario(async |world, [alice, ..]| {
        let slack = &world.slack;
        slack.add_user("dora", "Dora Novak", "Europe/Prague", AccountKind::Member);
        let channel = &alice.declares("Checkout is slow").await.channel;
        let dora = world.user("dora");
        dora.joins(channel).await;
        let ts = dora.posts(channel, "Have you looked at the disk?").await;
        slack.deactivate_account("dora");
        alice.adds_to_incident(channel, &ts).await;
        assert_eq!(alice.reads_ephemeral(), ["Added to the timeline of IR-1."]);
        assert_eq!(
            world.timeline(1).await[1..],
            ["dora wrote “Have you looked at the disk?”"]
        );
        let entry = world.entries(1).await.pop().unwrap();
        let author = UserId(slack.user("dora").0);
        assert_eq!(entry.author, Some(Author::User(author)));
    });
}

#[test]
fn message_can_be_added_when_the_incident_is_resolved() {
    incident_scenario(async |world, channel, [alice, ..]| {
        alice.updates(channel, &[RESOLVED]).await;
        world.expects_unread(4, "header, announcement, its reply, post");
        let ts = alice.posts(channel, "It was the disk.").await;
        alice.adds_to_incident(channel, &ts).await;
        assert_eq!(alice.reads_ephemeral(), ["Added to the timeline of IR-1."]);
        assert_eq!(
            world.timeline(1).await.pop().unwrap(),
            "alice wrote “It was the disk.”"
        );
    });
}

/// Checks that the pushpin shows every member once that the message was added.
fn assert_has_app_reaction(world: &World, channel: &str, ts: &str) {
    let reactions = world.slack.reactions(channel, ts);
    let rendered: Vec<_> = reactions
        .iter()
        .map(|it| (it.name.as_str(), &it.users))
        .collect();
    assert_eq!(rendered, [("pushpin", &vec![world.slack.bot_user()])]);
}
