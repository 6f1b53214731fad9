//! Access to a private incident does not depend on what a request carries: Slack is asked whether the user is
//! a member of the channel.

use muster_sandbox::{ActionResult, Fault, Request};

use crate::harness::prelude::*;
use crate::privacy::outsiders::{
    NO_SUCH_INCIDENT, assert_hidden_from_outsider, assert_reveals_nothing, current_channel,
    declare_private, read_as_responders,
};

/// The reply while Slack does not say whether the user is a member of the channel.
const UNKNOWN_MEMBERSHIP: &str = "Slack didn’t say whether you’re in this channel, so nothing was changed. Try again in a \
                                  moment.";

/// Skips what responders read: other scenarios assert it, and here only what bob reads counts.
fn leave_responses_unread(world: &World, users: &[&str]) {
    drop(read_as_responders(world, users));
}

/// Returns a request of another user as if bob had sent it. `number` makes it a new request.
fn as_bob(world: &World, mut request: Request, number: usize) -> Request {
    let bob = world.slack.user("bob");
    request.who = Some(bob.clone());
    let payload = &mut request.payload;
    match payload.get("user_id") {
        Some(_) => payload["user_id"] = bob.to_string().into(),
        None => payload["user"]["id"] = bob.to_string().into(),
    }
    payload["trigger_id"] = format!("forged {number}").into();
    request
}

/// Has bob send alice’s last request. Returns what is read then.
async fn sends_as_bob(world: &World, number: usize) -> Vec<String> {
    let request = world.slack.last_request("alice").unwrap();
    delivers_as_bob(world, request, number).await
}

/// Has bob send a request of alice. Returns what is read then: ephemeral replies, to alice as well because the
/// response URL is hers, and errors of the form.
async fn delivers_as_bob(world: &World, request: Request, number: usize) -> Vec<String> {
    // Slack accepts one response per second.
    world.advance(1).await;
    leave_responses_unread(world, &["alice"]);
    let screen = world.slack.deliver(&as_bob(world, request, number)).await;
    world.deliver_all().await;
    let mut read = form_errors(&screen);
    for user in ["alice", "bob"] {
        read.extend(world.unread_ephemerals(user));
    }
    read
}

/// Returns the different errors of a form.
fn form_errors(screen: &ActionResult) -> Vec<String> {
    let mut errors: Vec<String> = screen.errors.values().cloned().collect();
    errors.dedup();
    errors
}

/// Has alice act on her private incident, and bob send each of her requests. `expected` is what he reads.
async fn assert_requests_are_answered(world: &World, expected: &str) {
    let alice = world.user("alice");
    let here = current_channel(world);
    alice.types(&here, "/datadog incident timeline").await;
    let timeline = alice.last_ephemeral();
    for (number, button) in ["timeline_order", "timeline_only"].into_iter().enumerate() {
        alice.clicks(&here, &timeline.ts, button).await;
        assert_eq!(sends_as_bob(world, number).await, [expected], "{button}");
    }
    for (number, (command, field)) in [
        ("incident update", ("Severity Level", "SEV-2 High")),
        ("incident note", ("Note", "Payroll was mailed out.")),
        ("task", ("What is to be done", "Call the payroll office")),
    ]
    .into_iter()
    .enumerate()
    {
        let command = format!("/datadog {command}");
        alice.types(&here, &command).await;
        alice.submits(&[field]).await;
        let mut request = world.slack.last_request("alice").unwrap();
        // The same form in another modal, so that the submission is a new one.
        alice.types(&here, &command).await;
        request.payload["view"]["id"] = alice.modal().id.into();
        let read = delivers_as_bob(world, request, 10 + number).await;
        assert_eq!(read, [expected], "{command}");
        alice.closes_modal().await;
    }
    leave_responses_unread(world, &["alice"]);
}

#[test]
fn forms_and_buttons_of_a_private_incident_are_rejected_for_outsiders() {
    over_both_transports(async |world, _| {
        let (alice, bob) = (world.user("alice"), world.user("bob"));
        declare_private(&alice, &[]).await;
        leave_responses_unread(world, &["alice"]);
        assert_requests_are_answered(world, NO_SUCH_INCIDENT).await;
        assert_hidden_from_outsider(world, &bob).await;
    });
}

#[test]
fn commands_with_a_private_channel_reveal_nothing_to_outsiders() {
    over_http(async |world, _| {
        let (alice, bob) = (world.user("alice"), world.user("bob"));
        declare_private(&alice, &[]).await;
        leave_responses_unread(world, &["alice"]);
        let here = current_channel(world);
        for (number, command) in [
            "",
            "incident list",
            "incident timeline",
            "incident sev2",
            "task list",
        ]
        .into_iter()
        .enumerate()
        {
            alice.types(&here, &format!("/datadog {command}")).await;
            for read in sends_as_bob(world, number).await {
                assert_reveals_nothing(&read);
            }
            assert_eq!(world.slack.top_modal("bob"), None, "{command}");
            leave_responses_unread(world, &["alice"]);
        }
        assert_hidden_from_outsider(world, &bob).await;
    });
}

/// Invites bob to the channel of alice’s private incident while the bot is stopped, so that it does not know.
async fn invite_bob_unnoticed(world: &World) {
    declare_private(&world.user("alice"), &[]).await;
    let here = current_channel(world);
    leave_responses_unread(world, &["alice"]);
    world.stop().await;
    world.slack.invites("alice", &here, "bob").await;
    world.start().await;
}

async fn assert_timeline_is_shown(bob: &TestUser<'_>, here: &str) {
    bob.types(here, "/datadog incident timeline").await;
    let read = bob.reads_ephemeral();
    assert!(read[0].starts_with("Timeline of IR-1"), "{read:?}");
}

#[test]
fn member_whose_join_was_not_reported_uses_buttons_and_forms() {
    over_both_transports(async |world, _| {
        let bob = world.user("bob");
        invite_bob_unnoticed(world).await;
        let here = current_channel(world);
        assert_timeline_is_shown(&bob, &here).await;
        let timeline = bob.last_ephemeral().ts;
        bob.clicks(&here, &timeline, "timeline_order").await;
        let read = bob.reads_ephemeral();
        assert!(read[0].starts_with("Timeline of IR-1"), "{read:?}");
        bob.types(&here, "/datadog incident list").await;
        assert!(bob.reads_ephemeral()[0].contains("IR-1 Payroll leaked"));
        let screen = bob
            .updates(&here, &[("Severity Level", "SEV-2 High")])
            .await;
        assert_eq!(screen.view, None, "the modal closes: {:?}", screen.errors);
        leave_responses_unread(world, &["alice", "bob"]);
    });
}

#[test]
fn nothing_is_lost_while_slack_does_not_say_who_is_a_member() {
    scenario(async |world, _| {
        let bob = world.user("bob");
        invite_bob_unnoticed(world).await;
        let here = current_channel(world);
        bob.types(&here, "/datadog incident note").await;
        let error = Fault::Error("internal_error");
        // One submission and four commands.
        world.slack.fail_calls("conversations.members", 5, error);
        let screen = bob.submits(&[("Note", "I know of it.")]).await;
        assert_eq!(
            form_errors(&screen),
            [UNKNOWN_MEMBERSHIP],
            "the input is kept"
        );
        for command in ["incident timeline", "incident sev2", "task list"] {
            bob.types(&here, &format!("/datadog {command}")).await;
            assert_eq!(bob.reads_ephemeral(), [UNKNOWN_MEMBERSHIP], "{command}");
        }
        // Commands that are not about the incident are not affected.
        bob.types(&here, "/datadog help").await;
        assert_eq!(bob.reads_ephemeral().len(), 1);

        let screen = bob.submits(&[]).await;
        assert_eq!(screen.view, None, "the modal closes: {:?}", screen.errors);
        assert_eq!(
            world.timeline(1).await.pop().unwrap(),
            "bob noted “I know of it.”"
        );
        leave_responses_unread(world, &["alice", "bob"]);
    });
}

#[test]
fn user_who_was_removed_from_the_channel_has_no_access_with_old_messages() {
    scenario(async |world, _| {
        let bob = world.user("bob");
        invite_bob_unnoticed(world).await;
        let here = current_channel(world);
        assert_timeline_is_shown(&bob, &here).await;
        let timeline = bob.last_ephemeral().ts;
        bob.types(&here, "/datadog incident update").await;
        bob.clicks(&here, &timeline, "timeline_order").await;
        bob.reads_ephemeral();
        let click = world.slack.last_request("bob").unwrap();
        world.slack.removes("alice", &here, "bob").await;
        world.deliver_all().await;
        world.advance(1).await;
        world.slack.deliver(&as_bob(world, click, 1)).await;
        world.deliver_all().await;
        assert_eq!(bob.reads_ephemeral(), [NO_SUCH_INCIDENT]);
        let screen = bob.submits(&[("Title", "Payroll, they say")]).await;
        assert_eq!(form_errors(&screen), [NO_SUCH_INCIDENT]);
        bob.closes_modal().await;
        leave_responses_unread(world, &["alice", "bob"]);
        assert_hidden_from_outsider(world, &bob).await;
    });
}
