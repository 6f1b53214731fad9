//! `/datadog incident link`, `chat` and `call`: the links of an incident, as commands and as modals.

use muster_sandbox::Outage;

use crate::harness::prelude::*;

const RUNBOOK: &str = "https://wiki.example/runbook?a=b&c=d";

/// Returns the bookmarks of a channel as pairs of title and URL.
pub fn channel_bookmarks(world: &World, channel: &str) -> Vec<(String, String)> {
    let bookmarks = world.slack.bookmarks(channel).into_iter();
    bookmarks.map(|it| (it.title, it.link)).collect()
}

#[test]
fn added_document_is_posted_and_bookmarked() {
    incident_over_both_transports(async |world, channel, [_, bob, ..]| {
        bob.joins(channel).await;
        bob.types(
            channel,
            &format!("/datadog incident link {RUNBOOK} The “runbook”"),
        )
        .await;
        let header = MessageText {
            details: "Documents\nThe “runbook”\n",
            ..MessageText::default()
        };
        let expected = "bob added the document The “runbook”.";
        assert_eq!(bob.reads(channel), [&header.header(), expected]);
        assert_eq!(bob.reads_ephemeral(), [""; 0]);
        let bookmark = ("The “runbook”".to_owned(), RUNBOOK.to_owned());
        assert_eq!(channel_bookmarks(world, channel), [bookmark]);
        assert_eq!(
            world.timeline(1).await[1..],
            [format!("bob added the document The “runbook” {RUNBOOK}")]
        );

        // The same command delivered twice adds one link; typed twice, it is rejected.
        bob.redelivers_last_request().await;
        assert_eq!(bob.reads(channel), [""; 0]);
        bob.types(channel, &format!("/datadog incident link {RUNBOOK}"))
            .await;
        assert_eq!(
            bob.reads_ephemeral(),
            ["This link is already in the documents, as “The “runbook””."]
        );
    });
}

#[test]
fn call_and_chat_are_set_and_replaced() {
    incident_scenario(async |world, channel, [alice, ..]| {
        for (command, header, reply_text) in link_commands() {
            alice.types(channel, command).await;
            assert_eq!(alice.reads(channel), [header.header().as_str(), reply_text]);
        }
        let expected = [
            ("Video call".to_owned(), "https://zoom.us/j/2".to_owned()),
            ("Chat".to_owned(), "http://10.0.0.1/irc".to_owned()),
        ];
        assert_eq!(channel_bookmarks(world, channel), expected);
        alice
            .types(channel, "/datadog incident call https://zoom.us/j/2")
            .await;
        assert_eq!(
            alice.reads_ephemeral(),
            ["That's already the incident's video call."]
        );
        assert_eq!(
            world.timeline(1).await[1..],
            [
                "alice changed the video call from none to https://zoom.us/j/1",
                "alice changed the chat from none to http://10.0.0.1/irc",
                "alice changed the video call from https://zoom.us/j/1 to https://zoom.us/j/2",
            ]
        );
    });
}

/// The command, the header after it, and the post.
fn link_commands() -> [(&'static str, MessageText<'static>, &'static str); 3] {
    let call = MessageText {
        details: "Video call https://zoom.us/j/1\n",
        buttons: "\n[Add Chat]",
        ..MessageText::default()
    };
    let chat = MessageText {
        details: "Video call https://zoom.us/j/1\nChat http://10.0.0.1/irc\n",
        buttons: "",
        ..MessageText::default()
    };
    let other_call = MessageText {
        details: "Video call https://zoom.us/j/2\nChat http://10.0.0.1/irc\n",
        ..chat
    };
    [
        (
            "/datadog incident call https://zoom.us/j/1",
            call,
            "alice set the video call to https://zoom.us/j/1.",
        ),
        (
            "/datadog incident chat http://10.0.0.1/irc",
            chat,
            "alice set the chat to http://10.0.0.1/irc.",
        ),
        (
            "/datadog incident call https://zoom.us/j/2",
            other_call,
            "alice changed the video call from https://zoom.us/j/1 to https://zoom.us/j/2.",
        ),
    ]
}

#[test]
fn invalid_link_is_rejected_with_an_example() {
    incident_scenario(async |world, channel, [alice, ..]| {
        let example = "E.g. “/datadog incident";
        let no_link = "isn't a link. Links start with https:// or http://.";
        let rejections = [
            (
                "link javascript:alert(1)",
                format!(
                    "“javascript:alert(1)” {no_link} {example} link https://wiki.example.com/runbook Runbook”."
                ),
            ),
            (
                "call center is down",
                format!(
                    "“center” {no_link} {example} call https://zoom.us/j/123456”. To declare an incident \
                     with this title, put it in quotes: /datadog incident \"call center is down\"."
                ),
            ),
        ];
        for (command, expected) in rejections {
            alice
                .types(channel, &format!("/datadog incident {command}"))
                .await;
            assert_eq!(alice.reads_ephemeral(), [expected]);
        }
        assert_eq!(alice.reads(channel), [""; 0]);
        assert_eq!(world.timeline(1).await.len(), 1);
    });
}

#[test]
fn header_buttons_open_the_chat_and_call_modals() {
    incident_scenario(async |world, channel, [alice, bob, ..]| {
        let header = world.slack.pins(channel).pop().unwrap();
        alice.clicks(channel, &header, "link_call").await;
        assert_eq!(alice.modal().title, "Add Video Call");
        let screen = alice.submits(&[("Link", "zoom")]).await;
        assert_eq!(
            screen.errors["Link"],
            "This isn't a link. Links start with https:// or http://."
        );
        assert_eq!(alice.field_value("Link"), "zoom");
        let screen = alice.submits(&[("Link", "zoom.us/j/1")]).await;
        assert_eq!(screen.view, None, "the modal closes: {:?}", screen.errors);
        assert_eq!(
            alice.reads(channel).pop().unwrap(),
            "alice set the video call to https://zoom.us/j/1."
        );
        // A submission that is delivered twice is applied once.
        alice.redelivers_last_request().await;
        assert_eq!(alice.reads(channel), [""; 0]);

        // The modal shows the current link. An unchanged submission changes nothing, even after a concurrent
        // change.
        bob.joins(channel).await;
        bob.types(channel, "/datadog incident call").await;
        assert_eq!(bob.field_value("Link"), "https://zoom.us/j/1");
        alice
            .types(channel, "/datadog incident call https://zoom.us/j/2")
            .await;
        alice.reads(channel);
        bob.submits(&[]).await;
        assert_eq!(bob.reads(channel), [""; 0]);

        bob.types(channel, "/datadog incident link").await;
        bob.submits(&[("Link", RUNBOOK), ("Name", "")]).await;
        assert_eq!(
            bob.reads(channel).pop().unwrap(),
            "bob added the document wiki.example/runbook."
        );
    });
}

#[test]
fn resolved_incident_accepts_links_without_header_buttons() {
    incident_scenario(async |world, channel, [alice, ..]| {
        alice.updates(channel, &[RESOLVED]).await;
        world.expects_unread(4, "header, announcement, its reply, post");
        alice
            .types(channel, &format!("/datadog incident link {RUNBOOK} Review"))
            .await;
        let read = alice.reads(channel);
        assert_eq!(read[1], "alice added the document Review.");
        assert!(!read[0].contains("Add Chat"), "{}", read[0]);
    });
}

#[test]
fn link_added_while_archived_is_bookmarked_when_unarchived() {
    incident_over_http(async |world, channel, [alice, ..]| {
        let slack = &world.slack;
        alice.types(channel, "/datadog incident call").await;
        slack.archives("alice", channel).await;
        world.deliver_all().await;
        alice
            .submits_and_closes(&[("Link", "https://zoom.us/j/1")])
            .await;
        assert_eq!(channel_bookmarks(world, channel), []);
        slack.unarchives("alice", channel).await;
        world.deliver_all().await;
        let bookmark = ("Video call".to_owned(), "https://zoom.us/j/1".to_owned());
        assert_eq!(channel_bookmarks(world, channel), [bookmark]);
        world.expects_unread(1, "header");
    });
}

#[test]
fn link_is_stored_with_an_offline_reply_while_slack_is_down() {
    incident_over_http(async |world, channel, [alice, ..]| {
        let slack = &world.slack;
        slack.start_outage(Outage::Status(503));
        for (url, responses) in [("https://zoom.us/j/1", 0), ("https://zoom.us/j/2", 1)] {
            let command = format!("/datadog incident call {url}");
            let screen = alice.types(channel, &command).await;
            assert_eq!(screen.ephemeral.len(), responses, "{:?}", screen.ephemeral);
        }
        assert_eq!(
            alice.reads_ephemeral(),
            [
                "Saved. Slack isn't responding right now: the channel will be updated when it's back. You \
                 don't need to do anything else."
            ]
        );
        slack.end_outage();
        world.deliver_all_advancing().await;
        assert_eq!(channel_bookmarks(world, channel).len(), 1);
        assert_eq!(
            alice.reads(channel).pop().unwrap(),
            "alice set the video call to https://zoom.us/j/1.\n\
             alice changed the video call from https://zoom.us/j/1 to https://zoom.us/j/2."
        );
        world.expects_warning("Slack isn't responding;");
    });
}

#[test]
fn bookmarks_edited_by_users_are_not_changed() {
    incident_over_http(async |world, channel, [alice, ..]| {
        for (url, title) in [("https://a.example", "A"), ("https://b.example", "B")] {
            alice
                .types(channel, &format!("/datadog incident link {url} {title}"))
                .await;
            world.deliver_all_advancing().await;
        }
        let renamed = world
            .slack
            .renames_bookmark("alice", channel, "A", "Ours, really");
        renamed.await;
        alice
            .types(channel, "/datadog incident chat https://c.example")
            .await;
        world.deliver_all_advancing().await;
        let titles: Vec<_> = channel_bookmarks(world, channel)
            .into_iter()
            .map(|it| it.0)
            .collect();
        assert_eq!(titles, ["Ours, really", "B", "Chat"]);
        alice.reads(channel);
    });
}
