//! The posts about notes follow the notes: rewritten, or crossed out.

use muster_sandbox::Outage;

use crate::harness::prelude::*;

/// Opens the newest entry of the timeline for editing. Returns the `ts` of the list.
async fn open_newest_entry(user: TestUser<'_>, channel: &str) -> String {
    let list = user.opens_list(channel, "/datadog incident timeline").await;
    user.reads_ephemeral();
    user.clicks(channel, &list, "timeline_edit").await;
    list
}

#[test]
fn edited_note_updates_its_post_and_the_list() {
    incident_over_both_transports(async |_, channel, [alice, ..]| {
        alice
            .types(channel, "/datadog incident note wrong note")
            .await;
        assert_eq!(alice.reads(channel), ["alice added a note: wrong note"]);
        open_newest_entry(alice, channel).await;
        alice.submits_and_closes(&[("Note", "right note")]).await;
        assert_eq!(
            alice.reads(channel),
            ["alice added a note: right note (edited)"]
        );
        let [list] = &alice.reads_ephemeral()[..] else {
            panic!("the list is updated, and nothing else is said");
        };
        assert!(list.contains("alice added a note: right note\n"), "{list}");

        let list = open_newest_entry(alice, channel).await;
        alice.submits_and_closes(&[("When", "14:00 UTC")]).await;
        assert_eq!(alice.reads(channel), [""; 0], "the post shows no time");
        assert_eq!(alice.reads_ephemeral().len(), 1);
        alice.clicks(channel, &list, "timeline_remove").await;
        assert_eq!(
            alice.reads(channel),
            ["alice added a note: right note Removed by alice."]
        );
        alice.reads_ephemeral();
    });
}

#[test]
fn one_note_of_a_shared_post_is_crossed_out() {
    incident_scenario(async |world, channel, [alice, ..]| {
        world.slack.start_outage(Outage::Status(500));
        for note in ["one", "two"] {
            let command = format!("/datadog incident note {note}");
            alice.types(channel, &command).await;
        }
        alice.reads_ephemeral();
        // The note is corrected before another user could read it.
        let store = world.store().await;
        assert!(store.outbox_stats().await.unwrap().depth > 0);
        world.slack.end_outage();
        world.deliver_all_advancing().await;
        world.expects_warning("Slack isn't responding;");
        assert_eq!(
            alice.reads(channel),
            ["alice added a note: one\nalice added a note: two"]
        );
        let list = alice
            .opens_list(channel, "/datadog incident timeline")
            .await;
        alice.reads_ephemeral();
        alice.clicks(channel, &list, "timeline_remove").await;
        assert_eq!(
            alice.reads(channel),
            ["alice added a note: one\nalice added a note: two Removed by alice."]
        );
        alice.reads_ephemeral();
    });
}

#[test]
fn note_without_a_post_is_removed_silently() {
    incident_scenario(async |world, channel, [alice, ..]| {
        alice.types(channel, "/datadog incident note oops").await;
        alice.reads(channel);
        let post = world.slack.messages(channel).pop().unwrap().ts;
        let app = world.slack.bot_user();
        world.slack.deletes(&app, channel, &post).await;
        let list = alice
            .opens_list(channel, "/datadog incident timeline")
            .await;
        alice.clicks(channel, &list, "timeline_remove").await;
        alice.reads_ephemeral();
        assert_eq!(alice.reads(channel), [""; 0]);
        assert_eq!(world.timeline(1).await.len(), 1);
    });
}
