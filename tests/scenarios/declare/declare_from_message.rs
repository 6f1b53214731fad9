//! “Declare Incident” as a message action and as a global shortcut.

use muster_sandbox::{Fault, Visibility};

use crate::harness::prelude::*;

/// The callback IDs of the message action and of the global shortcut.
const DECLARE_FROM_MESSAGE: &str = "declare_incident";
const DECLARE_SHORTCUT: &str = "declare_shortcut";

/// The bot's reply in the thread of the message.
const THREAD_REPLY: &str = "Declared IR-1 from this message. Head to #incident-1-checkout-is-slow.";

/// A message whose first line becomes the title.
const MESSAGE: &str = "Checkout is slow\nCustomers call since noon.";

#[test]
fn declaring_from_a_message_posts_the_channel_in_its_thread() {
    over_both_transports(async |world, [alice, bob, ..]| {
        let ts = bob.posts("#incidents", MESSAGE).await;
        alice
            .uses_message_action("#incidents", &ts, DECLARE_FROM_MESSAGE)
            .await;
        assert_eq!(alice.modal().title, "Declare Incident");
        assert_eq!(alice.field_value("Title"), "Checkout is slow");
        alice.submits_and_closes(&[SEV_2]).await;

        assert_eq!(bob.reads_thread("#incidents", &ts), [THREAD_REPLY]);
        assert_eq!(alice.reads_ephemeral(), [""; 0]);
        assert_eq!(
            world.timeline(1).await,
            [
                "bob wrote “Checkout is slow\nCustomers call since noon.”",
                "alice declared it as SEV-2, customer impact unknown",
            ]
        );
        assert_first_entry(world, &ts).await;
        assert_eq!(world.slack.reactions("#incidents", &ts)[0].name, "pushpin");
        alice.reads_declaration(1);
        assert_header_links_the_message(world, &ts);

        // The message is already on the timeline, with its author.
        bob.adds_to_incident("#incidents", &ts).await;
        let screen = bob.submits(&[("Incident", "1")]).await;
        assert_eq!(screen.errors["Incident"], "Already on the timeline.");
    });
}

/// Checks that the header says from which message the incident was declared, and links it.
fn assert_header_links_the_message(world: &World, ts: &str) {
    let header = world.slack.pins(CHANNEL).pop().unwrap();
    let header = world.slack.message(CHANNEL, &header).unwrap();
    // Under load, the header mentions the user until the name is fetched.
    let text = header.rendered_text().replace('@', "");
    assert!(
        text.contains("Declared by alice from this message"),
        "{text}"
    );
    let permalink = world.slack.permalink("#incidents", ts).unwrap();
    let blocks = format!("{:?}", header.blocks);
    assert!(blocks.contains(&permalink), "{blocks}");
}

/// Checks that the first entry refers to a message in #incidents, and that alice recorded it.
async fn assert_first_entry(world: &World, ts: &str) {
    let entry = &world.entries(1).await[0];
    let message = entry.message.as_ref().unwrap();
    assert_eq!(message.ts.as_str(), ts);
    assert_eq!(
        Some(message.permalink.clone()),
        world.slack.permalink("#incidents", ts)
    );
    assert_eq!(
        entry
            .recorded_by
            .as_ref()
            .map(|it| world.user_name(it))
            .as_deref(),
        Some("alice")
    );
}

#[test]
fn declaring_from_a_reply_posts_the_channel_in_its_thread() {
    scenario(async |world, [alice, bob, ..]| {
        let parent = bob.posts("#general", "Anybody else?").await;
        let reply = alice.replies("#general", &parent, MESSAGE).await;
        declare_from_message(&bob, "#general", &reply).await;
        assert_eq!(alice.reads_thread("#general", &parent), [THREAD_REPLY]);
        alice.reads_declaration(1);
        assert_eq!(
            world.timeline(1).await[0],
            "alice wrote “Checkout is slow\nCustomers call since noon.”"
        );
    });
}

#[test]
fn thread_reply_uses_the_response_url_when_the_app_cannot_post() {
    scenario(async |world, [alice, ..]| {
        world
            .slack
            .add_channel("secret", Visibility::Private, &["alice", "bob"]);
        let ts = alice.posts("#secret", MESSAGE).await;
        declare_from_message(&alice, "#secret", &ts).await;
        assert_eq!(alice.reads_thread("#secret", &ts), [THREAD_REPLY]);
        assert_eq!(alice.reads("#secret"), [""; 0]);
        alice.reads_declaration(1);
    });
}

#[test]
fn declarer_receives_a_direct_message_when_the_thread_is_unavailable() {
    scenario(async |world, [alice, ..]| {
        world
            .slack
            .add_channel("secret", Visibility::Private, &["alice", "bob"]);
        let ts = alice.posts("#secret", MESSAGE).await;
        alice
            .uses_message_action("#secret", &ts, DECLARE_FROM_MESSAGE)
            .await;
        // By then the response URL of the click has expired.
        world.advance(3600).await;
        alice.submits(&[]).await;
        assert_eq!(alice.reads_direct_messages(), [DECLARED_REPLY]);
        alice.reads_declaration(1);
    });
}

#[test]
fn redelivered_submission_declares_and_replies_once() {
    scenario(async |world, [alice, bob, ..]| {
        let ts = bob.posts("#incidents", MESSAGE).await;
        declare_from_message(&alice, "#incidents", &ts).await;
        world.advance(5).await;
        alice.redelivers_last_request().await;
        assert_eq!(bob.reads_thread("#incidents", &ts), [THREAD_REPLY]);
        assert_eq!(world.timeline(1).await.len(), 2);
        alice.reads_declaration(1);
    });
}

#[test]
fn long_message_is_the_first_entry_and_its_beginning_the_title() {
    scenario(async |world, [alice, ..]| {
        let text = "word & <wörd> \" ".repeat(500).trim().to_owned();
        let ts = alice.posts("#incidents", &text).await;
        alice
            .uses_message_action("#incidents", &ts, DECLARE_FROM_MESSAGE)
            .await;
        let title = alice.field_value("Title");
        assert!(
            title.starts_with("word & <wörd>") && title.ends_with('…'),
            "{title}"
        );
        alice
            .submits_and_closes(&[("Title", "Checkout is slow")])
            .await;
        assert_eq!(world.timeline(1).await[0], format!("alice wrote “{text}”"));
        assert_eq!(alice.reads_thread("#incidents", &ts), [THREAD_REPLY]);
        alice.reads_declaration(1);
    });
}

#[test]
fn message_is_preserved_when_a_field_is_invalid() {
    scenario(async |world, [alice, ..]| {
        let ts = alice.posts("#incidents", MESSAGE).await;
        alice
            .uses_message_action("#incidents", &ts, DECLARE_FROM_MESSAGE)
            .await;
        let screen = alice.submits(&[("Signals", "see the graph")]).await;
        assert_eq!(
            screen.errors["Signals"],
            "Line 1 contains a space. Enter one link per line and nothing else."
        );
        alice.clears("Signals").await;
        alice.submits(&[]).await;
        assert_eq!(world.timeline(1).await.len(), 2);
        assert_eq!(alice.reads_thread("#incidents", &ts), [THREAD_REPLY]);
        alice.reads_declaration(1);
    });
}

#[test]
fn global_shortcut_declares_and_sends_a_direct_message() {
    scenario(async |_, [alice, ..]| {
        alice.runs_shortcut(DECLARE_SHORTCUT).await;
        assert_eq!(alice.field_value("Title"), "");
        alice
            .submits_and_closes(&[("Title", "Checkout is slow")])
            .await;
        assert_eq!(alice.reads_direct_messages(), [DECLARED_REPLY]);
        alice.reads_declaration(1);
    });
}

#[test]
fn modal_error_is_sent_where_the_user_is() {
    scenario(async |world, [alice, ..]| {
        let slack = &world.slack;
        let expected = "Slack didn't open the form in time, so nothing was saved. Choose “Declare \
            Incident” again.";
        let ts = alice.posts("#general", MESSAGE).await;
        let rejected = || Fault::Error("expired_trigger_id");
        slack.fail_calls("views.open", 1, rejected());
        alice
            .uses_message_action("#general", &ts, DECLARE_FROM_MESSAGE)
            .await;
        assert_eq!(alice.reads_ephemeral(), [expected]);
        slack.fail_calls("views.open", 1, rejected());
        alice.runs_shortcut(DECLARE_SHORTCUT).await;
        assert_eq!(alice.reads_direct_messages(), [expected]);
        world.expects_warning("A form could not be opened: views.open: expired_trigger_id");
        world.expects_warning("A form could not be opened: views.open: expired_trigger_id");
    });
}

#[test]
fn declarer_is_informed_privately_when_the_channel_is_not_created() {
    scenario(async |world, [alice, ..]| {
        let rejected = Fault::Error("restricted_action");
        world.slack.fail_calls("conversations.create", 1, rejected);
        let ts = alice.posts("#incidents", MESSAGE).await;
        declare_from_message(&alice, "#incidents", &ts).await;
        assert_eq!(alice.reads_thread("#incidents", &ts), [""; 0]);
        assert_eq!(
            alice.reads_ephemeral(),
            [
                "IR-1 is saved, but has no channel. Couldn't create the incident's channel. The workspace \
                 doesn't allow the app to do this. Ask a workspace admin to allow it. (Slack: \
                 `restricted_action`)\n[Try again]"
            ]
        );
        world.expects_warning("A delivery of IR-1 failed: conversations.create: restricted_action");
        world.expects_unread(1, "announcement, its reply");
    });
}

/// Declares an incident from a message.
async fn declare_from_message(user: &TestUser<'_>, channel: &str, ts: &str) {
    user.uses_message_action(channel, ts, DECLARE_FROM_MESSAGE)
        .await;
    user.submits_and_closes(&[]).await;
}
