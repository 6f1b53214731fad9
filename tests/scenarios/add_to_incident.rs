//! “Add to Incident” in an incident's channel: one click puts a message on its timeline.

use muster::domain::{Author, MessageRef};
use muster::sandbox::PersonKind;
use muster_commands::{ChannelId, MessageTs, PersonId};

use super::world::{World, by_each_door};

/// What people choose in the menu of a message.
const ADD: &str = "add_to_incident";

#[tokio::test]
async fn a_message_is_added_by_one_click_with_its_author_its_time_and_its_address() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        let declared = alice.declares("Checkout is slow").await;
        let channel = declared.channel.as_str();
        bob.joins(channel).await;
        world.comes_to(3).await;
        let ts = bob
            .writes(channel, "I am *working* on a fix, @alice: a < b & c.")
            .await;
        world.comes_to(15).await;
        let seen = alice.chooses(channel, &ts, ADD).await;
        assert_eq!(seen.view, None, "no form for one click");
        assert_eq!(alice.reads_alone(), ["Added to the timeline of IR-1."]);
        assert_eq!(bob.reads_alone(), [""; 0]);
        assert_eq!(alice.reads(channel), [""; 0]);
        is_marked(world, channel, &ts);

        let entry = world.entries(1).await.pop().unwrap();
        assert_eq!(
            world.timeline(1).await,
            [
                "alice declared it as UNKNOWN, customer impact unknown",
                "bob wrote “I am *working* on a fix, <@U0ALICE0001>: a < b & c.”"
            ]
        );
        let minutes =
            |moment: muster::domain::Moment| moment.since(entry.happened_at).num_minutes();
        assert_eq!(
            (minutes(entry.happened_at), minutes(entry.recorded_at)),
            (0, 12)
        );
        assert_eq!(entry.happened_at.epoch_seconds(), 1_795_442_700 + 180);
        assert_eq!(entry.recorded_by, Some(PersonId::from("U0ALICE0001")));
        assert_eq!(
            entry.message,
            Some(MessageRef {
                channel: ChannelId(world.slack.channel(channel).unwrap().0),
                permalink: world.slack.permalink(channel, &ts).unwrap(),
                ts: MessageTs(ts),
                said_at: None,
            })
        );
    })
    .await;
}

#[tokio::test]
async fn a_message_is_added_once_whoever_clicks() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        let declared = alice.declares("Checkout is slow").await;
        let channel = declared.channel.as_str();
        bob.joins(channel).await;
        let ts = bob.writes(channel, "I found the host.").await;
        alice.chooses(channel, &ts, ADD).await;
        assert_eq!(alice.reads_alone(), ["Added to the timeline of IR-1."]);
        for person in [alice, bob] {
            person.chooses(channel, &ts, ADD).await;
            assert_eq!(person.reads_alone(), ["Already on the timeline."]);
        }
        assert_eq!(
            world.timeline(1).await[1..],
            ["bob wrote “I found the host.”"]
        );
        is_marked(world, channel, &ts);
    })
    .await;
}

#[tokio::test]
async fn a_click_that_arrives_twice_adds_once() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        let declared = alice.declares("Checkout is slow").await;
        let ts = alice.writes(&declared.channel, "I found the host.").await;
        alice.chooses(&declared.channel, &ts, ADD).await;
        world.leaps(5).await;
        alice.sends_it_again().await;
        let added = "Added to the timeline of IR-1.";
        assert_eq!(alice.reads_alone(), [added, added]);
        assert_eq!(
            world.timeline(1).await[1..],
            ["alice wrote “I found the host.”"]
        );
    })
    .await;
}

#[tokio::test]
async fn a_reply_in_a_thread_is_added_like_any_message() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        let declared = alice.declares("Checkout is slow").await;
        let channel = declared.channel.as_str();
        let parent = alice.writes(channel, "Any idea?").await;
        let reply = alice.replies(channel, &parent, "It is the disk.").await;
        alice.chooses(channel, &reply, ADD).await;
        assert_eq!(alice.reads_alone(), ["Added to the timeline of IR-1."]);
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
        is_marked(world, channel, &reply);
    })
    .await;
}

#[tokio::test]
async fn what_bots_and_webhooks_say_and_files_can_be_added() {
    by_each_door(async |world| {
        let (alice, slack) = (world.person("alice"), &world.slack);
        let declared = alice.declares("Checkout is slow").await;
        let channel = declared.channel.as_str();
        let ours = slack.messages(channel).pop().unwrap().ts;
        let alert = slack
            .integration_says(channel, "Nagios", "CPU &gt; 90 %")
            .unwrap();
        let file = slack
            .shares_file("alice", channel, "graph.png")
            .await
            .ts
            .unwrap();
        for ts in [&ours, &alert, &file] {
            alice.chooses(channel, ts, ADD).await;
            assert_eq!(alice.reads_alone(), ["Added to the timeline of IR-1."]);
            is_marked(world, channel, ts);
        }
        assert_eq!(
            world.timeline(1).await[1..],
            [
                "muster wrote “alice declared this incident.”",
                "the app Nagios wrote “CPU > 90 %”",
                "alice wrote “(file: graph.png)”",
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn a_message_of_somebody_who_left_is_added() {
    by_each_door(async |world| {
        let (alice, slack) = (world.person("alice"), &world.slack);
        slack.add_person("dora", "Dora Novak", "Europe/Prague", PersonKind::Person);
        let declared = alice.declares("Checkout is slow").await;
        let channel = declared.channel.as_str();
        let dora = world.person("dora");
        dora.joins(channel).await;
        let ts = dora.writes(channel, "Have you looked at the disk?").await;
        slack.deactivates("dora");
        alice.chooses(channel, &ts, ADD).await;
        assert_eq!(alice.reads_alone(), ["Added to the timeline of IR-1."]);
        assert_eq!(
            world.timeline(1).await[1..],
            ["dora wrote “Have you looked at the disk?”"]
        );
        let entry = world.entries(1).await.pop().unwrap();
        let author = PersonId(slack.person("dora").0);
        assert_eq!(entry.author, Some(Author::Person(author)));
    })
    .await;
}

#[tokio::test]
async fn in_the_channel_of_a_resolved_incident_a_message_is_still_added_to_it() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        let declared = alice.declares("Checkout is slow").await;
        alice
            .updates(&declared.channel, &[("Status", "RESOLVED")])
            .await;
        alice.reads_everything();
        let ts = alice.writes(&declared.channel, "It was the disk.").await;
        alice.chooses(&declared.channel, &ts, ADD).await;
        assert_eq!(alice.reads_alone(), ["Added to the timeline of IR-1."]);
        assert_eq!(
            world.timeline(1).await.pop().unwrap(),
            "alice wrote “It was the disk.”"
        );
    })
    .await;
}

/// Makes sure that everybody sees that a message was taken, once.
fn is_marked(world: &World, channel: &str, ts: &str) {
    let reactions = world.slack.reactions(channel, ts);
    let shown: Vec<_> = reactions
        .iter()
        .map(|it| (it.name.as_str(), &it.users))
        .collect();
    assert_eq!(shown, [("pushpin", &vec![world.slack.bot_user()])]);
}
