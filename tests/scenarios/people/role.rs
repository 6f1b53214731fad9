//! `/datadog incident role Communications Lead @ann`: assigns a role directly. The reply names its holders.

use muster_sandbox::Outage;
use serde_json::json;

use crate::harness::prelude::*;

const ROLE_ASSIGNMENTS: [(&str, &str, &str); 5] = [
    (
        "Communications Lead @bob",
        "@bob is now Communications Lead for IR-1.",
        "alice made @bob Communications Lead.",
    ),
    (
        "comm @bob",
        "@bob is already Communications Lead for IR-1.",
        "",
    ),
    (
        "communications lead me",
        "@alice is now Communications Lead for IR-1.",
        "alice became Communications Lead, replacing bob.",
    ),
    (
        "responder @chioma",
        "@chioma is now Responder for IR-1.",
        "alice added @chioma to the responders.",
    ),
    (
        "IC @chioma",
        "@chioma is now Incident Commander for IR-1.",
        "alice changed commander alice → @chioma",
    ),
];

#[test]
fn role_command_assigns_the_role_and_posts_once() {
    incident_over_both_transports(async |world, _, [alice, bob, chioma]| {
        for (command, reply_text, posted) in ROLE_ASSIGNMENTS {
            let screen = alice
                .types(CHANNEL, &format!("/datadog incident role {command}"))
                .await;
            assert_eq!(screen.view, None, "{command} opens no modal");
            alice.redelivers_last_request().await;
            let read = alice.reads_ephemeral();
            // They are unresolved at first, so the request is deferred and answered when it is done.
            let is_deferred = ["Communications Lead @bob", "responder @chioma"].contains(&command);
            if posted.is_empty() || is_deferred {
                assert_eq!(read[0], reply_text, "{command}");
            } else {
                assert_eq!(read, [""; 0], "{command}");
            }
            let posts: Vec<String> = alice.reads(CHANNEL);
            let posts: Vec<&str> = posts
                .iter()
                .filter(|it| !it.starts_with("IR-1 "))
                .map(String::as_str)
                .collect();
            let expected: Vec<&str> = [posted].into_iter().filter(|it| !it.is_empty()).collect();
            assert_eq!(posts, expected, "{command}");
        }
        assert_eq!(bob.reads_direct_messages().len(), 2);
        assert_eq!(chioma.reads_direct_messages().len(), 2);
        world.expects_unread(2, "announcement, its reply");
    });
}

/// Commands that assign no role, and the start of their replies.
fn role_rejections() -> [(&'static str, String); 8] {
    let roles = "Pick one of: Incident Commander, Communications Lead, Responder.";
    [
        ("role", format!("Which role? {roles}")),
        (
            "role scribe @bob",
            format!("I don't know the role “scribe”. {roles}"),
        ),
        ("role @bob", format!("Which role? {roles}")),
        (
            "role comm",
            "Who should be Communications Lead? E.g. “/datadog incident role Communications Lead @ann”."
                .to_owned(),
        ),
        (
            "role ic nobody",
            "An incident needs a commander. To hand over, type “/datadog incident commander @ann”."
                .to_owned(),
        ),
        (
            "role responder none",
            "Everyone involved is a responder. To remove one person, type “/datadog incident role \
             Responder remove @ann”."
                .to_owned(),
        ),
        (
            "role scribe nobody",
            format!("I don't know the role “scribe”. {roles}"),
        ),
        (
            "role comm @zed",
            "I can't find “zed”. Pick them from the list Slack shows when you type @."
                .to_owned(),
        ),
    ]
}

#[test]
fn unknown_role_or_user_is_rejected_with_the_valid_ones() {
    incident_scenario(async |world, _, [alice, ..]| {
        for (command, expected) in role_rejections() {
            alice
                .types(CHANNEL, &format!("/datadog incident {command}"))
                .await;
            assert_eq!(alice.reads_ephemeral(), [expected], "{command}");
        }
        assert_eq!(
            world.timeline(1).await.len(),
            1,
            "the timeline is unchanged"
        );
    });
}

/// Commands that remove users from roles, with the reply and the post.
const ROLE_REMOVALS: [(&str, &str, &str); 7] = [
    (
        "comm remove @bob",
        "@bob is no longer Communications Lead for IR-1.",
        "alice removed bob as Communications Lead.",
    ),
    (
        "comm remove @bob",
        "@bob isn't Communications Lead for IR-1.",
        "",
    ),
    (
        "comm nobody",
        "Nobody has the Communications Lead role in IR-1.",
        "",
    ),
    (
        "comm me",
        "@alice is now Communications Lead for IR-1.",
        "alice became Communications Lead.",
    ),
    (
        "comm -",
        "Nobody has the Communications Lead role in IR-1 anymore.",
        "alice stepped down as Communications Lead.",
    ),
    (
        "responder remove @alice",
        "@alice has another role in IR-1, so they stay a responder.",
        "",
    ),
    (
        "responder remove @bob",
        // A user who loses a role remains a responder.
        "@bob is no longer Responder for IR-1.",
        "alice removed bob from the responders.",
    ),
];

#[test]
fn user_removed_from_a_role_remains_a_responder() {
    incident_scenario(async |world, _, [alice, ..]| {
        alice
            .types(CHANNEL, "/datadog incident role comm @bob")
            .await;
        world.expects_unread(4, "header, post, direct message, reply");
        for (command, expected, posted) in ROLE_REMOVALS {
            alice
                .types(CHANNEL, &format!("/datadog incident role {command}"))
                .await;
            alice.redelivers_last_request().await;
            let reply = alice.reads_ephemeral().into_iter().next();
            let expected = Some(expected).filter(|_| posted.is_empty());
            assert_eq!(reply.as_deref(), expected, "{command}");
            let posts = alice.reads(CHANNEL);
            let posts: String = posts
                .into_iter()
                .filter(|it| !it.starts_with("IR-1 "))
                .collect();
            assert_eq!(posts, posted, "{command}");
        }
        world.expects_unread(1, "direct message about the lost role");
    });
}

#[test]
fn shared_role_is_removed_from_one_or_all_users() {
    over_http(async |world, [alice, ..]| {
        let role =
            json!({ "name": "Scribe", "people": "several", "description": "You write it down." });
        world.change_settings(&[("roles", json!([role]))]);
        alice.declares("Checkout is slow").await;
        for name in ["@bob", "@chioma", "me"] {
            alice
                .types(CHANNEL, &format!("/datadog incident role scribe {name}"))
                .await;
        }
        world.expects_unread(8, "header, three posts, two direct messages, three replies");
        alice
            .types(CHANNEL, "/datadog incident role scribe remove @chioma")
            .await;
        alice
            .types(CHANNEL, "/datadog incident role scribe nobody")
            .await;
        let posts = alice.reads(CHANNEL);
        assert_eq!(
            posts[1..],
            [
                "alice removed chioma as Scribe.",
                "alice removed bob as Scribe.\nalice stepped down as Scribe.",
            ]
        );
        assert!(!posts[0].contains("Scribe"), "{}", posts[0]);
        world.expects_unread(2, "direct messages about the lost role");
        assert_eq!(alice.reads_ephemeral(), [""; 0]);
    });
}

#[test]
fn title_that_begins_with_the_role_keyword_gets_a_question() {
    incident_over_http(async |_, _, [alice, ..]| {
        alice
            .types(CHANNEL, "/datadog incident role mapping is broken")
            .await;
        assert_eq!(
            alice.reads_ephemeral(),
            [
                "Did you mean /datadog role, or a new incident called “role mapping is broken”?\n\
                 [Change Role · IR-1] [Declare “role mapping is broken”]"
            ]
        );
    });
}

#[test]
fn users_may_assign_and_remove_their_own_roles() {
    incident_scenario(async |_, _, [_, bob, ..]| {
        bob.joins(CHANNEL).await;
        let role = "/datadog incident role";
        let steps = [
            ("responder me", "bob joined the responders."),
            ("communications lead me", "bob became Communications Lead."),
        ];
        for (command, expected) in steps {
            bob.types(CHANNEL, &format!("{role} {command}")).await;
            assert_eq!(bob.reads_ephemeral().len(), 0);
            assert_eq!(bob.reads(CHANNEL).last().unwrap(), expected);
        }
        bob.types(CHANNEL, "/datadog incident responders").await;
        bob.clears("Communications Lead").await;
        bob.submits(&[]).await;
        assert_eq!(
            bob.reads(CHANNEL).last().unwrap(),
            "bob stepped down as Communications Lead."
        );
        bob.types(CHANNEL, "/datadog incident responders").await;
        bob.clears("Responder").await;
        bob.submits(&[]).await;
        assert_eq!(
            bob.reads(CHANNEL).last().unwrap(),
            "bob left the responders."
        );
        assert_eq!(
            bob.reads_direct_messages(),
            [""; 0],
            "no direct message to the user who did it"
        );
    });
}

#[test]
fn responders_modal_confirms_stored_roles_while_slack_is_down() {
    incident_over_http(async |world, _, [alice, bob, ..]| {
        let slack = &world.slack;
        alice.types(CHANNEL, "/datadog incident responders").await;
        alice.fills(&[("Communications Lead", "bob")]).await;
        slack.start_outage(Outage::Status(503));
        alice.types(CHANNEL, "/datadog incident sev2").await;
        world.advance(10).await;
        let screen = alice.submits(&[]).await;
        let form = screen.view.expect("no modal is open");
        assert_eq!(form.title, "Responders saved");
        let text = slack.render_view(&form);
        let expected = "The responders of IR-1 are saved. Slack isn't responding right now: they'll be \
            notified when it's back. You don't need to do anything else.";
        assert!(text.contains(expected), "{text}");
        slack.end_outage();
        world.deliver_all_advancing().await;
        assert_eq!(bob.reads_direct_messages().len(), 1);
        world.expects_unread(4, "header, announcement, its reply, post, reply");
        world.expects_warning("Slack isn't responding;");
    });
}

#[test]
fn user_who_loses_a_role_receives_one_line() {
    incident_scenario(async |world, channel, [alice, bob, chioma]| {
        let role = "/datadog incident role Communications Lead";
        alice.types(channel, &format!("{role} @chioma")).await;
        world.expects_unread(4, "header, post, reply, direct message");
        bob.joins(channel).await;
        bob.types(channel, &format!("{role} remove @chioma")).await;
        let its_channel = "Channel: #incident-1-checkout-is-slow";
        let removed = format!(
            "bob removed you as Communications Lead of IR-1 Checkout is slow.\n{its_channel}"
        );
        assert_eq!(chioma.reads_direct_messages(), [removed]);
        world.expects_unread(2, "header, post");
        // The previous commander is notified as well, unless they did it.
        bob.types(channel, "/datadog incident commander @bob").await;
        let removed = format!(
            "bob removed you as Incident Commander of IR-1 Checkout is slow.\n{its_channel}"
        );
        assert_eq!(alice.reads_direct_messages(), [removed]);
        bob.types(channel, "/datadog incident commander @alice")
            .await;
        assert_eq!(bob.reads_direct_messages(), [""; 0]);
        world.expects_unread(5, "two announcement replies, two posts, direct message");
    });
}
