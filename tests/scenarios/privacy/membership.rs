//! Access to a private incident does not depend on what a request carries: Slack is asked whether the user is
//! a member of the channel.

use crate::harness::prelude::*;
use muster_sandbox::{ActionResult, Fault, Request};

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

/// Has bob send alice’s last click. Returns what is read then: to alice as well, because the response URL is
/// hers.
async fn clicks_as_bob(world: &World, number: usize) -> Vec<String> {
    // Slack accepts one response per second.
    world.advance(1).await;
    leave_responses_unread(world, &["alice"]);
    let request = world.slack.last_request("alice").unwrap();
    world.slack.deliver(&as_bob(world, request, number)).await;
    world.deliver_all().await;
    let users = ["alice", "bob"].into_iter();
    users
        .flat_map(|user| world.unread_ephemerals(user))
        .collect()
}

/// Has alice submit a form, and bob send its content from the same form of a public incident. Returns the
/// errors that he sees.
async fn submits_as_bob(world: &World, public: &str, form: &Form) -> Vec<String> {
    let (alice, bob) = (world.user("alice"), world.user("bob"));
    bob.types(public, form.command).await;
    let view = bob.modal();
    alice.types(&current_channel(world), form.command).await;
    alice.submits(&[form.field]).await;
    let before = world.timeline(1).await;
    let request = world.slack.last_request("alice").unwrap();
    let mut forged = as_bob(world, request, 0);
    forged.payload["view"]["id"] = view.id.as_str().into();
    let screen = world.slack.deliver(&forged).await;
    world.deliver_all().await;
    bob.closes_modal().await;
    assert_eq!(world.timeline(1).await, before, "{}", form.command);
    form_errors(&screen)
}

/// A form of an incident.
struct Form {
    command: &'static str,
    field: (&'static str, &'static str),
}

const FORMS: [Form; 3] = [
    Form {
        command: "/datadog incident update",
        field: ("Title", "Payroll, they say"),
    },
    Form {
        command: "/datadog incident note",
        field: ("Note", "Payroll was mailed out."),
    },
    Form {
        command: "/datadog task",
        field: ("Task", "Call the payroll office"),
    },
];

/// Returns the different errors of a form.
fn form_errors(screen: &ActionResult) -> Vec<String> {
    let mut errors: Vec<String> = screen.errors.values().cloned().collect();
    errors.dedup();
    errors
}

#[test]
fn forms_and_buttons_of_a_private_incident_are_rejected_for_outsiders() {
    over_both_transports(async |world, _| {
        let (alice, bob) = (world.user("alice"), world.user("bob"));
        declare_private(&alice, &[]).await;
        let here = current_channel(world);
        alice.types(&here, "/datadog incident timeline").await;
        let timeline = alice.last_ephemeral();
        for (number, button) in ["timeline_order", "timeline_only"].into_iter().enumerate() {
            alice.clicks(&here, &timeline.ts, button).await;
            assert_eq!(
                clicks_as_bob(world, number).await,
                [NO_SUCH_INCIDENT],
                "{button}"
            );
        }
        leave_responses_unread(world, &["alice"]);
        assert_hidden_from_outsider(world, &bob).await;

        let public = bob.declares("Search is down").await.channel;
        for form in FORMS {
            let errors = submits_as_bob(world, &public, &form).await;
            assert_eq!(errors, [NO_SUCH_INCIDENT], "{}", form.command);
        }
        leave_responses_unread(world, &["alice"]);
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
            let request = world.slack.last_request("alice").unwrap();
            let screen = world.slack.deliver(&as_bob(world, request, number)).await;
            world.deliver_all().await;
            let replies = screen
                .ephemeral
                .iter()
                .map(|reply| reply.rendered_text().to_owned());
            for read in replies.chain(bob.reads_ephemeral()) {
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
