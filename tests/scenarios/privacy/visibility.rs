//! `/datadog incident private` and `public`: the incident moves to a new channel. Making it private deletes
//! its announcement.

use muster_commands::payload::button_click;
use muster_sandbox::Fault;

use crate::harness::prelude::*;

const PRIVATE_COMMAND: &str = "/datadog incident private";
const PUBLIC_COMMAND: &str = "/datadog incident public";

/// The reply to the user who made the incident private.
const MADE_PRIVATE_REPLY: &str = "This incident is now private: visible to its responders only, and not \
    announced. I'm creating a private channel, adding everyone here, and archiving this one.";

/// The last post in the old channel.
const OLD_CHANNEL_NOTICE: &str = "This incident is now private and has moved to a new channel. Everyone \
    here was added. This channel is archived.";

/// The name of the incident's new channel.
const SECOND_CHANNEL: &str = "incident-1-checkout-is-slow-2";

#[test]
fn private_incident_moves_to_a_private_channel_with_the_same_users() {
    over_both_transports(async |world, [alice, ..]| {
        let slack = &world.slack;
        let declared = declare_with_bob(world).await;
        let here = declared.channel.as_str();
        alice.updates(here, &[STABLE]).await;
        world.expects_unread(4, "header, announcement, its reply, post");

        alice.types(here, PRIVATE_COMMAND).await;
        assert_eq!(alice.reads_ephemeral(), [MADE_PRIVATE_REPLY]);
        // The old channel gets only the notice.
        assert_eq!(alice.reads(here), [OLD_CHANNEL_NOTICE]);
        assert!(slack.is_archived(here));
        // The new channel is set up like every incident channel.
        assert!(!slack.is_archived(SECOND_CHANNEL));
        let read = alice.reads(SECOND_CHANNEL);
        assert!(read[0].starts_with("IR-1 Checkout is slow"), "{read:?}");
        assert!(
            read[0].contains("Private: visible to responders only."),
            "{read:?}"
        );
        assert_eq!(read[1..], ["alice made this incident private."]);
        assert_eq!(channel_users(world, SECOND_CHANNEL), ["alice", "bob"]);
        assert_eq!(slack.pins(SECOND_CHANNEL).len(), 1);
        let topic = slack.topic(SECOND_CHANNEL);
        assert!(topic.ends_with(" · Private"), "{topic}");
        // The announcement is deleted.
        assert!(announcements(world).is_empty());
        assert_eq!(world.timeline(1).await[2..], ["alice made it private"]);

        // Changes are posted in the new channel only.
        alice.updates(SECOND_CHANNEL, &[SEV_1]).await;
        assert_eq!(
            alice.reads(SECOND_CHANNEL).len(),
            2,
            "the header and the change"
        );
        assert!(announcements(world).is_empty());
    });
}

#[test]
fn incident_made_public_again_gets_a_new_announcement() {
    scenario(async |world, [alice, bob, ..]| {
        let declared = declare_with_bob(world).await;
        alice.types(&declared.channel, PRIVATE_COMMAND).await;
        world.expects_unread(4, "header, two posts, reply");
        bob.types(SECOND_CHANNEL, PUBLIC_COMMAND).await;
        assert_eq!(
            bob.reads_ephemeral(),
            [
                "This incident is now public and announced. I'm creating a public channel, adding everyone \
                 here, and archiving this one."
            ]
        );
        let third = "incident-1-checkout-is-slow-3";
        assert_eq!(
            alice.reads(SECOND_CHANNEL),
            [format!(
                "This incident is now public and has moved to a new channel. This channel is archived. #{third}"
            )]
        );
        assert!(world.slack.is_archived(SECOND_CHANNEL));
        let read = alice.reads(third);
        assert_eq!(read[1..], ["bob made this incident public."]);
        assert!(!read[0].contains("Private"), "{read:?}");
        assert_eq!(channel_users(world, third), ["alice", "bob"]);
        let announcement = alice
            .announcement(1)
            .expect("the incident is not announced")
            .ts;
        assert_eq!(alice.reads("#incidents").len(), 1);
        assert_eq!(alice.reads_thread("#incidents", &announcement), [""; 0]);
    });
}

#[test]
fn visibility_can_be_changed_repeatedly() {
    scenario(async |world, [alice, ..]| {
        let slack = &world.slack;
        let mut here = declare_with_bob(world).await.channel;
        let begun = world.now();
        for (number, command) in (2..=6).zip([PRIVATE_COMMAND, PUBLIC_COMMAND].into_iter().cycle())
        {
            alice.types(&here, command).await;
            assert!(slack.is_archived(&here), "#{here}");
            here = format!("incident-1-checkout-is-slow-{number}");
            assert_eq!(channel_users(world, &here), ["alice", "bob"], "#{here}");
        }
        let took = (world.now() - begun) / 1000;
        assert!(took <= 60, "it took {took} s");
        assert!(!slack.is_archived(&here));
        assert!(slack.topic(&here).ends_with(" · Private"));
        // Names of the incident's own channels are skipped.
        let created = slack.calls().into_iter();
        let created = created.filter(|call| call.method == "conversations.create");
        assert_eq!(created.count(), 6);
        world.expects_unread(20, "five headers, 10 posts, five replies");

        // This also holds when the incident has left more channels than the number of names tried at once.
        for (number, command) in (7..=24).zip([PUBLIC_COMMAND, PRIVATE_COMMAND].into_iter().cycle())
        {
            alice.types(&here, command).await;
            world.deliver_all_advancing().await;
            here = format!("incident-1-checkout-is-slow-{number}");
        }
        assert_eq!(channel_users(world, &here), ["alice", "bob"], "#{here}");
        world.expects_unread(72, "18 headers, 36 posts, 18 replies");
    });
}

#[test]
fn created_channel_is_looked_up_when_the_response_is_lost() {
    scenario(async |world, [alice, ..]| {
        let slack = &world.slack;
        let declared = declare_with_bob(world).await;
        slack.fail_calls("conversations.create", 1, Fault::LostResponse);
        slack.fail_calls("conversations.list", 1, Fault::RateLimited(30));
        alice.types(&declared.channel, PRIVATE_COMMAND).await;
        let took = world.deliver_all_advancing().await;
        assert!((30..=60).contains(&took), "it took {took} s");
        assert_eq!(channel_users(world, SECOND_CHANNEL), ["alice", "bob"]);
        let next_but_one = "incident-1-checkout-is-slow-3";
        assert_eq!(slack.channel(next_but_one), None);
        world.expects_unread(4, "header, two posts, reply");
    });
}

/// The advice on `restricted_action`.
const RESTRICTED_ADVICE: &str = "The workspace doesn't allow the app to do this. Ask a workspace admin to \
    allow it. (Slack: `restricted_action`)";

/// The post in the new channel.
const BOB_MADE_IT_PRIVATE: &str = "bob made this incident private.";

#[test]
fn private_channel_can_be_retried_when_its_creation_is_rejected() {
    scenario(async |world, [alice, bob, ..]| {
        let slack = &world.slack;
        let declared = declare_with_bob(world).await;
        let here = declared.channel.as_str();
        let rejected = Fault::Error("restricted_action");
        slack.fail_calls("conversations.create", 1, rejected);
        bob.types(here, PRIVATE_COMMAND).await;
        assert_eq!(bob.reads_ephemeral(), [MADE_PRIVATE_REPLY]);
        assert_eq!(alice.reads(here), [OLD_CHANNEL_NOTICE]);
        assert!(slack.is_archived(here));
        assert!(announcements(world).is_empty());
        assert_eq!(slack.channel(SECOND_CHANNEL), None);
        assert_eq!(
            bob.reads_direct_messages(),
            [format!(
                "IR-1 is saved, but has no channel. Couldn't create the incident's channel. \
                 {RESTRICTED_ADVICE}\n[Try again]"
            )]
        );
        assert_eq!(
            world.timeline(1).await[1..],
            [
                "bob made it private".to_owned(),
                format!("somebody missed create_channel: {RESTRICTED_ADVICE}")
            ]
        );
        world.expects_warning("A delivery of IR-1 failed: conversations.create: restricted_action");

        let direct = slack.direct_message_channel("bob").unwrap();
        let ts = bob.last_direct_message().ts;
        bob.clicks(&direct, &ts, "retry_delivery").await;
        assert_eq!(bob.reads_ephemeral(), ["Trying again for IR-1."]);
        assert_eq!(alice.reads(SECOND_CHANNEL)[1..], [BOB_MADE_IT_PRIVATE]);
        assert_eq!(channel_users(world, SECOND_CHANNEL), ["alice", "bob"]);
        assert!(announcements(world).is_empty());
        bob.reads_ephemeral();
    });
}

#[test]
fn user_replies_to_a_deleted_announcement_remain() {
    scenario(async |world, [alice, bob, ..]| {
        let declared = declare_with_bob(world).await;
        bob.replies("#incidents", &declared.announcement_ts, "Is it us?")
            .await;
        alice.types(&declared.channel, PRIVATE_COMMAND).await;
        let left = world.slack.replies("#incidents", &declared.announcement_ts);
        let left: Vec<_> = left.iter().filter(|it| !it.deleted).collect();
        assert_eq!(left.len(), 1);
        assert_eq!(left[0].rendered_text(), "Is it us?");
        world.expects_unread(4, "header, two posts, reply");
    });
}

#[test]
fn visibility_command_without_effect_is_answered() {
    scenario(async |world, [alice, ..]| {
        let declared = declare_with_bob(world).await;
        alice.types(&declared.channel, PUBLIC_COMMAND).await;
        assert_eq!(alice.reads_ephemeral(), ["IR-1 is already public."]);
        alice.types("#general", PRIVATE_COMMAND).await;
        assert_eq!(
            alice.reads_ephemeral(),
            [
                "This isn't an incident's channel. Type /datadog incident private in the incident's \
                 channel, or add its number: /datadog incident private IR-7"
            ]
        );
        // A command that is typed or delivered twice is applied once.
        alice.types(&declared.channel, PRIVATE_COMMAND).await;
        world.advance(5).await;
        alice.redelivers_last_request().await;
        world.expects_unread(4, "header, two posts, reply");
        assert_eq!(world.timeline(1).await.len(), 2);
        alice.types(SECOND_CHANNEL, PRIVATE_COMMAND).await;
        assert_eq!(alice.reads_ephemeral(), ["IR-1 is already private."]);
    });
}

#[test]
fn user_invited_to_the_private_channel_becomes_a_responder() {
    scenario(async |world, [alice, _, chioma]| {
        let declared = declare_with_bob(world).await;
        alice.types(&declared.channel, PRIVATE_COMMAND).await;
        world.expects_unread(4, "header, two posts, reply");
        chioma.types("#general", "/datadog incident list").await;
        assert_eq!(chioma.reads_ephemeral(), [NO_OPEN_INCIDENT]);
        alice.invites(SECOND_CHANNEL, "chioma").await;
        assert_eq!(world.unread_briefings("chioma").len(), 1);
        chioma.types("#general", "/datadog incident list").await;
        let listed = chioma.reads_ephemeral();
        assert!(listed[0].contains("IR-1 Checkout is slow"), "{listed:?}");
    });
}

#[test]
fn removed_responder_is_kicked_from_the_private_channel() {
    scenario(async |world, [alice, bob, ..]| {
        let declared = declare_with_bob(world).await;
        set_responders(world, &declared.channel, &["bob"]).await;
        set_responders(world, &declared.channel, &[]).await;
        assert_eq!(
            channel_users(world, &declared.channel),
            ["alice", "bob"],
            "users who are not responders may stay in a public channel"
        );
        alice.types(&declared.channel, PRIVATE_COMMAND).await;
        world.expects_unread(7, "header, four posts, direct message, reply");

        set_responders(world, SECOND_CHANNEL, &[]).await;
        assert_eq!(
            alice.reads(SECOND_CHANNEL),
            ["alice removed bob from the responders."]
        );
        assert_eq!(channel_users(world, SECOND_CHANNEL), ["alice"]);
        bob.types("#general", "/datadog incident list").await;
        assert_eq!(bob.reads_ephemeral(), [NO_OPEN_INCIDENT]);

        set_responders(world, SECOND_CHANNEL, &["bob"]).await;
        assert_eq!(channel_users(world, SECOND_CHANNEL), ["alice", "bob"]);
        world.unread_briefings("bob");
        world.expects_unread(2, "post, direct message");
    });
}

#[test]
fn rejected_kick_is_reported_in_the_private_channel() {
    scenario(async |world, [alice, ..]| {
        let slack = &world.slack;
        let declared = declare_with_bob(world).await;
        alice.types(&declared.channel, PRIVATE_COMMAND).await;
        world.expects_unread(4, "header, two posts, reply");
        let rejection = Fault::Error("restricted_action");
        slack.fail_calls("conversations.kick", 1, rejection);
        set_responders(world, SECOND_CHANNEL, &[]).await;
        assert_eq!(
            alice.reads(SECOND_CHANNEL),
            [
                "alice removed bob from the responders.\nbob couldn't be removed from the channel and can \
                 still read it. Remove them by hand. The workspace doesn't allow the app to do this. Ask a \
                 workspace admin to allow it. (Slack: `restricted_action`)\n[Try again]"
            ]
        );
        let post = slack.messages(SECOND_CHANNEL).pop().unwrap();
        alice
            .clicks(SECOND_CHANNEL, &post.ts, button_click::RETRY_DELIVERY)
            .await;
        assert_eq!(channel_users(world, SECOND_CHANNEL), ["alice"]);
        assert_eq!(alice.reads_ephemeral(), ["Trying again for IR-1."]);
        world.expects_warning("A delivery of IR-1 failed: conversations.kick: restricted_action");
    });
}

/// Adds responders without a role, as alice.
async fn set_responders(world: &World, channel: &str, users: &[&str]) {
    let alice = world.user("alice");
    alice.types(channel, "/datadog incident responders").await;
    match users {
        [] => alice.clears("Responder").await,
        _ => alice.fills_several("Responder", users).await,
    }
    alice.submits(&[]).await;
}

/// Declares an incident whose channel bob has joined without becoming a responder.
async fn declare_with_bob(world: &World) -> DeclaredIncident {
    let declared = world.user("alice").declares("Checkout is slow").await;
    world.user("bob").joins(&declared.channel).await;
    world.unread_briefings("bob");
    declared
}

/// Returns the names of the users in a channel, without the bot.
fn channel_users(world: &World, channel: &str) -> Vec<String> {
    let app = world.slack.bot_user();
    let members = world.slack.members(channel).into_iter();
    let users = members.filter(|member| *member != app);
    let mut names: Vec<_> = users
        .map(|member| world.user_name(&member.to_string().into()))
        .collect();
    names.sort();
    names
}

/// Returns the bot's messages in the announcements channel.
fn announcements(world: &World) -> Vec<String> {
    let app = world.slack.bot_user();
    let mut matches = Vec::new();
    for message in world.slack.messages("#incidents") {
        let replies = world.slack.replies("#incidents", &message.ts);
        for it in [message].into_iter().chain(replies) {
            if it.user == app && !it.deleted && it.subtype.is_none() {
                matches.push(it.rendered_text().to_owned());
            }
        }
    }
    matches
}
