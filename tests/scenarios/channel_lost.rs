//! A channel of ours that is no longer as we left it: we come back to it if we can, and note what others
//! did to it.

use muster::domain::{Viewer, What};
use muster::sandbox::Trouble;
use muster_commands::IncidentId;

use super::person::{Declared, Person};
use super::world::{by_each_door, over_http};

#[tokio::test]
async fn a_bot_that_was_removed_from_an_incidents_channel_comes_back_to_tell() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        let told = alice.declares("Checkout is slow").await;
        world
            .slack
            .leaves(&world.slack.bot_user(), &told.channel)
            .await;
        raises(&alice, &told).await;
        assert_raised(&alice, &told);
        assert!(
            world
                .slack
                .members(&told.channel)
                .contains(&world.slack.bot_user())
        );
    })
    .await;
}

#[tokio::test]
async fn a_bot_that_cannot_come_back_says_so_and_goes_on_with_the_announcement() {
    over_http(async |world| {
        let alice = world.person("alice");
        let told = alice.declares("Checkout is slow").await;
        world.slack.fails("conversations.setTopic", 2, Trouble::Error("not_in_channel"));
        let refusal = Trouble::Error("method_not_supported_for_channel_type");
        world.slack.fails("conversations.join", 2, refusal);
        raises(&alice, &told).await;
        let read = alice.reads(&told.channel);
        assert_eq!(
            read.last().unwrap(),
            "alice changed the severity from UNKNOWN to SEV-1.\n\
             The channel’s topic could not be set. The app is not in the channel: type /invite and its \
             name there. (Slack says `not_in_channel`.)\n[Try again]"
        );
        assert_eq!(alice.reads("#incidents").len(), 1);
        assert_eq!(alice.reads_thread("#incidents", &told.card).len(), 1);
        assert_eq!(world.log.take().len(), 1);
    })
    .await;
}

/// What Slack says of a channel of ours that is no more what it was, what the card says then, and what
/// the timeline.
const NO_MORE: [(&str, &str, &str, What); 4] = [
    (
        "chat.postMessage",
        "is_archived",
        "Its channel is archived.",
        What::ChannelArchived,
    ),
    (
        "chat.update",
        "is_inactive",
        "Its channel is archived.",
        What::ChannelArchived,
    ),
    (
        "conversations.setTopic",
        "is_archived",
        "Its channel is archived.",
        What::ChannelArchived,
    ),
    (
        "chat.postMessage",
        "channel_not_found",
        "Its channel was deleted.",
        What::ChannelDeleted,
    ),
];

#[tokio::test]
async fn a_channel_that_turns_out_to_be_archived_or_gone_is_a_fact_and_no_error() {
    for (method, code, told_there, on_the_timeline) in NO_MORE {
        by_each_door(async |world| {
            let alice = world.person("alice");
            let told = alice.declares("Checkout is slow").await;
            world.slack.fails(method, 1, Trouble::Error(code));
            raises(&alice, &told).await;
            alice.reads(&told.channel);
            let card = alice.reads("#incidents");
            assert!(card[0].ends_with(&format!("\n{told_there}")), "{card:?}");
            assert_eq!(alice.reads_thread("#incidents", &told.card).len(), 1);
            let entries = world
                .store()
                .await
                .timeline(Viewer::Operator, IncidentId(1))
                .await
                .unwrap();
            let noted = entries.iter().filter(|entry| entry.what == on_the_timeline);
            assert_eq!(noted.count(), 1);
        })
        .await;
    }
}

async fn raises(alice: &Person<'_>, told: &Declared) {
    alice.says(&told.channel, "/datadog incident update").await;
    alice.submits(&[("Severity Level", "SEV-1 Critical")]).await;
    alice.world.catches_up().await;
}

fn assert_raised(alice: &Person<'_>, told: &Declared) {
    let line = "alice changed the severity from UNKNOWN to SEV-1.";
    let read = alice.reads(&told.channel);
    assert!(read.len() == 2 && read[1] == line, "{read:?}");
    assert_eq!(alice.reads("#incidents").len(), 1);
    assert_eq!(alice.reads_thread("#incidents", &told.card), [line]);
}
