//! Status updates: by command, by the modal of a reminder, and where they appear.

use muster_sandbox::Outage;
use serde_json::json;

use crate::harness::prelude::*;
use crate::privacy::outsiders::declare_private;

const MINUTE: i64 = 60;
const UPDATE: &str = "/datadog incident update";

/// Returns the lines of the pinned header about updates.
fn update_lines(world: &World, channel: &str) -> Vec<String> {
    let header = world.slack.pins(channel).pop().unwrap();
    let header = world.slack.message(channel, &header).unwrap();
    let lines: Vec<String> = header.rendered_text().lines().map(str::to_owned).collect();
    let from = lines.iter().position(|it| it.starts_with("Last update "));
    let due = lines.iter().filter(|it| it.contains("Next update due"));
    let last = from.map(|from| lines[from..from + 2].to_vec());
    last.into_iter().flatten().chain(due.cloned()).collect()
}

/// Clicks **Post update** below the last reminder.
async fn click_post_update(user: &TestUser<'_>, channel: &str) {
    let messages = user.world.slack.messages(channel).into_iter();
    let mut reminders = messages.filter(|it| it.rendered_text().ends_with(" [Stop]"));
    let ts = reminders.next_back().unwrap().ts;
    user.clicks(channel, &ts, "post_update").await;
}

#[test]
fn update_reaches_the_channel_the_announcement_and_subscribers() {
    over_both_transports(async |world, [alice, bob, chioma]| {
        let declared = alice.declares_with("Checkout is slow", &[SEV_1]).await;
        let channel = &declared.channel;
        chioma
            .clicks("#incidents", &declared.announcement_ts, "subscribe")
            .await;
        chioma.reads_ephemeral();
        bob.joins(channel).await;
        world.advance(10 * MINUTE).await;
        let text = "Rolled back *deploy 991*, <!channel>. Error rate is dropping.";
        bob.types(channel, &format!("{UPDATE} {text}")).await;
        bob.redelivers_last_request().await;
        let due = "Next update due 2026-11-23 14:45 UTC";
        let post = format!("Update from bob\n{text}\n{due}");
        let read = bob.reads(channel);
        assert_eq!(read[1..], [post.as_str()], "one post besides the header");
        assert_eq!(
            alice.reads_thread("#incidents", &declared.announcement_ts),
            [post]
        );
        assert_eq!(
            chioma.reads_direct_messages(),
            [format!(
                "IR-1 Checkout is slow: update from bob\n{text}\n{due}\nChannel: #{channel}\n[Unsubscribe]"
            )]
        );
        assert_eq!(
            update_lines(world, channel),
            [
                "Last update 2026-11-23 14:15 UTC by bob",
                text,
                "*Next update due* 2026-11-23 14:45 UTC"
            ]
        );
        let timeline = world.timeline(1).await;
        assert_eq!(timeline[1..], [format!("bob updated “{text}”")]);
        assert_eq!(bob.reads_ephemeral(), [""; 0], "the post is the reply");
    });
}

#[test]
fn next_update_can_be_named_at_the_end_of_the_command() {
    incident_scenario(async |world, channel, [alice, ..]| {
        let text = format!("{UPDATE} Watching it. Next update in 90 min.");
        alice.types(channel, &text).await;
        let due = "2026-11-23 15:35 UTC";
        let read = alice.reads(channel);
        let post = format!("Update from alice\nWatching it.\nNext update due {due}");
        assert_eq!(read[1..], [post.as_str()]);
        world.expects_unread(1, "announcement reply");
        // UNKNOWN has no update reminder, but this one was promised.
        world.change_settings(&[("reminder_minutes_unknown", json!(0))]);
        world.advance(90 * MINUTE).await;
        let read = alice.reads(channel);
        let reminder = "@alice, no update for 1 hour 30 min. What's the latest?";
        assert!(read.iter().any(|it| it.starts_with(reminder)), "{read:?}");
        assert_eq!(update_lines(world, channel).len(), 2, "no next update");
        world.advance(24 * 60 * MINUTE).await;
        assert_eq!(alice.reads(channel), [""; 0], "reminded once");
    });
}

#[test]
fn unusable_next_update_is_rejected_and_the_text_returned() {
    incident_scenario(async |_, channel, [alice, ..]| {
        for (input, quoted) in [("-5", "-5"), ("3 weeks", "in 3 weeks")] {
            let text = format!("Watching it. Next update in {input}");
            alice.types(channel, &format!("{UPDATE} {text}")).await;
            let read = alice.reads_ephemeral();
            let [reply] = read.as_slice() else {
                panic!("one reply: {read:?}");
            };
            assert!(
                reply.starts_with(&format!("“{quoted}” is out of range.")),
                "{reply}"
            );
            assert!(reply.contains("1 minute to 7 days"), "{reply}");
            assert!(reply.ends_with(&format!("You typed: {text}")), "{reply}");
        }
        alice
            .types(channel, &format!("{UPDATE} next update in 5 min"))
            .await;
        let read = alice.reads_ephemeral();
        assert!(read[0].starts_with("What's the latest?"), "{read:?}");
    });
}

async fn assert_no_reminder_without_next_update(bob: &TestUser<'_>, channel: &str) {
    let world = bob.world;
    click_post_update(bob, channel).await;
    let fields = [
        ("What's the latest?", "Waiting."),
        ("Next update in", "No next update"),
    ];
    bob.submits(&fields).await;
    assert_eq!(update_lines(world, channel).len(), 2);
    world.expects_unread(4, "header, post, announcement reply, answered reminder");
    world.advance(24 * 60 * MINUTE).await;
    assert_eq!(bob.reads(channel), [""; 0]);
}

#[test]
fn reminder_opens_the_modal_which_promises_the_next_update() {
    over_both_transports(async |world, [alice, bob, ..]| {
        let declared = alice.declares_with("Checkout is slow", &[SEV_1]).await;
        let channel = declared.channel;
        bob.joins(&channel).await;
        world.advance(30 * MINUTE).await;
        click_post_update(&bob, &channel).await;
        assert_eq!(bob.modal().title, "Update on IR-1");
        assert_eq!(bob.field_value("Next update in"), "30");
        let screen = bob.submits(&[]).await;
        assert!(
            !screen.errors.is_empty(),
            "the text is required: {screen:?}"
        );
        bob.submits(&[
            ("What's the latest?", "On it."),
            ("Next update in", "2 hours"),
        ])
        .await;
        bob.redelivers_last_request().await;
        assert_eq!(
            update_lines(world, &channel),
            [
                "Last update 2026-11-23 14:35 UTC by bob",
                "On it.",
                "*Next update due* 2026-11-23 16:35 UTC"
            ]
        );
        world.expects_unread(4, "header, reminder, post, announcement reply");
        // A promise does not follow the settings.
        world.change_settings(&[("reminder_minutes", json!({ "SEV-1": 5 }))]);
        world.advance(119 * MINUTE).await;
        assert_eq!(alice.reads(&channel), [""; 0]);
        world.advance(MINUTE).await;
        let read = alice.reads(&channel);
        assert!(
            read[1].starts_with("@alice, no update for 2 hours."),
            "{read:?}"
        );
        assert_no_reminder_without_next_update(&bob, &channel).await;
    });
}

#[test]
fn update_to_a_resolved_incident_promises_nothing() {
    incident_scenario(async |world, channel, [alice, ..]| {
        alice.updates(channel, &[RESOLVED]).await;
        world.expects_unread(4, "header, announcement, announcement reply, post");
        let text = "All carts are repaired. Next update in 30 min";
        alice.types(channel, &format!("{UPDATE} {text}")).await;
        assert_eq!(
            alice.reads_ephemeral(),
            ["The incident is RESOLVED, so no next update is due."]
        );
        assert_eq!(
            alice.reads(channel)[1..],
            ["Update from alice\nAll carts are repaired."]
        );
        assert_eq!(update_lines(world, channel).len(), 2);
        world.expects_unread(1, "announcement reply");
    });
}

#[test]
fn update_of_ten_thousand_characters_is_stored_and_cut_in_posts() {
    incident_over_http(async |world, channel, [alice, ..]| {
        let text = "0123456789 ".repeat(1_000);
        alice.types(channel, &format!("{UPDATE} {text}")).await;
        let read = alice.reads(channel);
        let post = &read[1];
        assert!(
            post.contains("…\n(Cut here: too long for a Slack message."),
            "{post}"
        );
        assert!(post.chars().count() < 3_100, "{}", post.chars().count());
        assert!(update_lines(world, channel)[1].ends_with('…'));
        let timeline = world.timeline(1).await;
        assert_eq!(timeline[1], format!("alice updated “{}”", text.trim()));
        world.expects_unread(1, "announcement reply");
    });
}

#[test]
fn update_during_an_outage_is_saved_and_posted_later() {
    incident_over_both_transports(async |world, channel, [alice, ..]| {
        world.slack.start_outage(Outage::Status(503));
        world.advance(120).await;
        alice
            .types(channel, &format!("{UPDATE} It is the database."))
            .await;
        alice
            .types(channel, &format!("{UPDATE} Failing over."))
            .await;
        let read = alice.reads_ephemeral();
        let saved = "Your update on IR-1 is saved. Slack isn't responding right now: it will be posted \
            when it's back.";
        assert!(read.iter().any(|it| it.starts_with(saved)), "{read:?}");
        world.slack.end_outage();
        world.deliver_all_advancing().await;
        let read = alice.reads(channel);
        let posts = ["It is the database.", "Failing over."];
        assert_eq!(
            read[1..],
            posts.map(|it| format!("Update from alice\n{it}"))
        );
        assert_eq!(update_lines(world, channel)[1], "Failing over.");
        world.expects_unread(2, "announcement replies");
        world.expects_warning("Slack isn't responding;");
    });
}

#[test]
fn update_of_a_private_incident_stays_private() {
    scenario(async |world, [alice, bob, ..]| {
        declare_private(&alice, &[]).await;
        let channel = &world.incident_channels()[0];
        world.expects_unread(3, "header, welcome, reply");
        alice
            .types(channel, &format!("{UPDATE} The file is gone."))
            .await;
        assert_eq!(
            alice.reads(channel)[1..],
            ["Update from alice\nThe file is gone."]
        );
        // Nothing else is posted anywhere.
        world.expects_unread(0, "messages");
        bob.types("#general", &format!("{UPDATE} I know of it."))
            .await;
        let read = bob.reads_ephemeral();
        assert!(read[0].starts_with(NO_OPEN_INCIDENT), "{read:?}");
        // When the incident becomes public, what was posted before stays where it was.
        alice.types(channel, "/datadog incident public").await;
        world.deliver_all_advancing().await;
        let unread = world.take_all_unread();
        assert!(
            !unread
                .iter()
                .any(|it| it.starts_with("#incidents") && it.contains("The file")),
            "{unread:?}"
        );
    });
}

#[test]
fn update_from_another_channel_asks_for_the_incident_and_confirms() {
    incident_scenario(async |world, channel, [alice, ..]| {
        alice
            .types("#general", &format!("{UPDATE} Rolled back."))
            .await;
        assert_eq!(alice.modal().title, "Post Update");
        alice.submits(&[("Incident", "1")]).await;
        assert_eq!(alice.reads_ephemeral(), ["Posted your update on IR-1."]);
        assert_eq!(
            alice.reads(channel)[1..],
            ["Update from alice\nRolled back."]
        );
        world.expects_unread(1, "announcement reply");
    });
}
