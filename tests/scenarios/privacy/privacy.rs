//! Private incidents: only their responders have access. Every surface of the bot is checked as a responder
//! and as a user without access.

use muster_sandbox::Outage;
use proptest::prelude::*;

use crate::harness::prelude::*;
use crate::privacy::outsiders::{
    NO_SUCH_INCIDENT, PRIVATE_OPTION, SECRET_TITLE, assert_hidden_from_outsider, current_channel,
    declare_private, expects_responders_read, read_as_responders,
};

#[test]
fn incident_declared_private_is_hidden_from_the_start() {
    over_both_transports(async |world, [alice, bob, chioma]| {
        declare_private(&alice, &[("Incident Commander", "chioma")]).await;
        assert_eq!(
            alice.reads_ephemeral(),
            ["Declared IR-1. Head to #incident-1-payroll-leaked."]
        );
        let created = world.slack.calls().into_iter();
        let mut created = created.filter(|call| call.method == "conversations.create");
        assert!(created.all(|call| call.arguments["is_private"] == true));
        expects_responders_read(
            world,
            &["alice", "chioma"],
            3,
            "header, welcome, direct message",
        );
        assert_hidden_from_outsider(world, &bob).await;
        // The commander has access, although another user declared the incident.
        chioma.types("#general", "/datadog incident list").await;
        let listed = chioma.reads_ephemeral();
        assert!(
            listed[0].contains("IR-1 Payroll leaked\n[Open]\n🔥 ACTIVE · UNKNOWN · "),
            "{listed:?}"
        );
    });
}

#[test]
fn rejected_private_channel_is_not_created_as_public() {
    scenario(async |world, [alice, bob, ..]| {
        let rejected = muster_sandbox::Fault::Error("restricted_action");
        world.slack.fail_calls("conversations.create", 1, rejected);
        declare_private(&alice, &[]).await;
        let replies = alice.reads_ephemeral();
        assert!(
            replies[0].starts_with("IR-1 is saved, but has no channel."),
            "{replies:?}"
        );
        world.expects_warning("A delivery of IR-1 failed: conversations.create: restricted_action");
        assert_hidden_from_outsider(world, &bob).await;
        let private_reply = alice.last_ephemeral();
        alice
            .clicks("#general", &private_reply.ts, "retry_delivery")
            .await;
        assert_eq!(alice.reads_ephemeral().len(), 2);
        expects_responders_read(world, &["alice"], 2, "header, welcome");
        assert_hidden_from_outsider(world, &bob).await;
    });
}

#[test]
fn making_an_incident_private_hides_it_from_outsiders_everywhere() {
    scenario(async |world, [alice, bob, ..]| {
        let declared = alice.declares(SECRET_TITLE).await;
        // Bob subscribes, has the incident in his Home view, and has its modal open.
        bob.clicks("#incidents", &declared.announcement_ts, "subscribe")
            .await;
        bob.opens_home().await;
        bob.reads_ephemeral();
        bob.types("#general", "/datadog incident update").await;
        bob.submits(&[("Incident", "1")]).await;
        alice
            .types(&declared.channel, "/datadog incident private")
            .await;
        expects_responders_read(world, &["alice"], 4, "notice, header, post, reply");
        assert_hidden_from_outsider(world, &bob).await;

        // His submission is rejected as for an incident that does not exist.
        let screen = bob.submits(&[SEV_1]).await;
        assert_eq!(screen.errors.values().next().unwrap(), NO_SUCH_INCIDENT);
        bob.closes_modal().await;
        // No message about the incident reaches him.
        let next = "incident-1-payroll-leaked-2";
        alice.updates(next, &[SEV_2]).await;
        expects_responders_read(world, &["alice"], 2, "header, post");
        assert_hidden_from_outsider(world, &bob).await;
    });
}

#[test]
fn queued_messages_are_not_sent_to_outsiders_when_made_private() {
    scenario(async |world, [alice, bob, ..]| {
        let slack = &world.slack;
        let declared = alice.declares(SECRET_TITLE).await;
        bob.clicks("#incidents", &declared.announcement_ts, "subscribe")
            .await;
        bob.reads_ephemeral();
        alice
            .types(&declared.channel, "/datadog incident update")
            .await;
        slack.start_outage(Outage::Reset);
        alice
            .submits(&[("Title", "Payroll is on the web"), STABLE])
            .await;
        alice
            .types(&declared.channel, "/datadog incident private")
            .await;
        slack.end_outage();
        world.advance_stepwise(60).await;
        world.deliver_all_advancing().await;
        world.expects_warning("Slack isn't responding;");
        expects_responders_read(world, &["alice"], 3, "notice, header, reply");
        assert_hidden_from_outsider(world, &bob).await;
    });
}

#[test]
fn incident_picker_hides_private_incidents_from_outsiders() {
    scenario(async |world, [alice, bob, ..]| {
        declare_private(&alice, &[]).await;
        expects_responders_read(world, &["alice"], 3, "header, welcome, reply");
        alice.declares("Search is down").await;
        let ts = bob.posts("#general", "Something is odd.").await;
        bob.types("#general", "/datadog incident update").await;
        assert_picker_hides_incident(&bob).await;
        bob.adds_to_incident("#general", &ts).await;
        assert_picker_hides_incident(&bob).await;
        bob.types("#general", "/datadog incident list").await;
        let listed = bob.reads_ephemeral();
        assert!(
            listed.len() == 1 && !listed[0].contains("IR-1 "),
            "{listed:?}"
        );
        // A responder is offered both incidents.
        alice.types("#general", "/datadog incident update").await;
        assert_eq!(alice.suggested_options("Incident", "").await.len(), 2);
    });
}

#[test]
fn selected_incident_does_not_exist_when_it_becomes_private() {
    scenario(async |world, [alice, bob, ..]| {
        let declared = alice.declares(SECRET_TITLE).await;
        let ts = bob.posts("#general", "Something is odd.").await;
        bob.adds_to_incident("#general", &ts).await;
        bob.fills(&[("Incident", "1")]).await;
        alice
            .types(&declared.channel, "/datadog incident private")
            .await;
        expects_responders_read(world, &["alice"], 4, "notice, header, post, reply");
        let screen = bob.submits(&[]).await;
        assert_eq!(screen.errors["Incident"], NO_SUCH_INCIDENT);
        bob.closes_modal().await;
        assert_hidden_from_outsider(world, &bob).await;
    });
}

/// Types into the incident picker and checks that no input offers IR-1.
async fn assert_picker_hides_incident(bob: &TestUser<'_>) {
    for text in ["", "1", "IR-1", "payroll"] {
        let offered = bob.suggested_options("Incident", text).await;
        let others = offered.iter().all(|it| it.starts_with("IR-2 "));
        assert!(others, "{text}: {offered:?}");
    }
    bob.closes_modal().await;
}

/// An event in the life of an incident, before a user without access looks at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    MakePrivate,
    MakePublic,
    Update,
    Retitle,
    Invite,
    /// A note, a task for a user, a follow-up and a link.
    AddItems,
    /// A message of the channel gets a pushpin, and another user's message in #incidents is added.
    AddMessages,
    /// No status update until the channel is reminded.
    Silence,
    Repair,
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, failure_persistence: None, ..ProptestConfig::default() })]

    /// After any sequence of steps, a user without access sees nothing of a private incident, and a responder
    /// sees it everywhere.
    #[test]
    fn outsiders_never_read_of_a_private_incident(
        steps in prop::collection::vec(
            prop::sample::select(vec![
                Step::MakePrivate, Step::MakePublic, Step::Update, Step::Retitle, Step::Invite,
                Step::AddItems, Step::AddMessages, Step::Silence, Step::Repair,
            ]),
            1..6,
        ),
    ) {
        over_http(async |world, _| run_steps(world, &steps).await);
    }
}

async fn run_steps(world: &World, steps: &[Step]) {
    let (alice, bob) = (world.user("alice"), world.user("bob"));
    alice.declares(SECRET_TITLE).await;
    let mut is_private = false;
    for step in steps.iter().chain(&[Step::MakePrivate]) {
        match step {
            Step::MakePrivate => is_private = true,
            Step::MakePublic => is_private = false,
            _ => {}
        }
        run_step(world, *step).await;
        world.deliver_all_advancing().await;
        let read = read_as_responders(world, &["alice", "chioma"]);
        let is_complete = read.iter().all(|text| !text.contains("[Try again]"));
        assert!(is_complete, "a delivery failed: {read:#?}");
        if is_private {
            assert_hidden_from_outsider(world, &bob).await;
        } else {
            bob.reads_direct_messages();
        }
        alice.types("#general", "/datadog incident list").await;
        let listed = alice.reads_ephemeral();
        assert!(listed[0].contains("IR-1 "), "{listed:?}");
    }
}

/// Runs a step in the incident channel as alice.
async fn run_step(world: &World, step: Step) {
    let alice = world.user("alice");
    let here = current_channel(world);
    match step {
        Step::MakePrivate | Step::MakePublic => {
            let to = if step == Step::MakePrivate {
                "private"
            } else {
                "public"
            };
            alice.types(&here, &format!("/datadog incident {to}")).await;
        }
        Step::Update => drop(alice.updates(&here, &[STABLE]).await),
        Step::Retitle => {
            let title = ("Title", "Payroll is on the web");
            alice.updates(&here, &[title]).await;
        }
        Step::Invite => alice.invites(&here, "chioma").await,
        Step::AddItems => {
            for command in [
                "incident note Payroll was mailed out.",
                "task Call the payroll office @chioma",
                "followup Ask why payroll could be read",
                "incident link https://runbook.example/payroll Payroll",
                "incident timeline",
            ] {
                alice.types(&here, &format!("/datadog {command}")).await;
            }
        }
        Step::AddMessages => add_messages(&alice, &here).await,
        Step::Silence => world.advance(61 * 60).await,
        Step::Repair => drop(alice.types(&here, "/datadog incident repair").await),
    }
}

/// Adds a message of the channel by its pushpin, and bob's message in #incidents by the message action.
async fn add_messages(alice: &TestUser<'_>, here: &str) {
    let world = alice.world;
    let ts = alice.posts(here, "Payroll is in the mail.").await;
    alice.reacts(here, &ts, "pushpin").await;
    let bob = world.user("bob");
    let ts = bob.posts("#incidents", "Why is everybody so busy?").await;
    alice.adds_to_incident("#incidents", &ts).await;
    alice.submits(&[("Incident", "1")]).await;
    let topic = world.slack.topic(here);
    let is_private = topic.ends_with(" · Private");
    let marks = world.slack.reactions("#incidents", &ts).len();
    assert_eq!(marks, usize::from(!is_private), "{topic}");
}

#[test]
fn private_incident_from_a_message_leaves_no_trace_in_its_channel() {
    scenario(async |world, [alice, bob, ..]| {
        let ts = bob.posts("#incidents", "Something is odd here.").await;
        alice
            .uses_message_action("#incidents", &ts, "declare_incident")
            .await;
        alice.fills_several("Options", &[PRIVATE_OPTION]).await;
        alice.submits(&[("Title", SECRET_TITLE)]).await;
        expects_responders_read(world, &["alice"], 3, "header, welcome, reply");
        assert_eq!(world.slack.reactions("#incidents", &ts), []);
        assert_eq!(bob.reads_thread("#incidents", &ts), [""; 0]);
        // Edits and the deletion of the message by its author are applied to the timeline without a message.
        bob.edits("#incidents", &ts, "Something was odd here.")
            .await;
        assert_eq!(
            world.timeline(1).await[0],
            "bob wrote “Something was odd here.”"
        );
        bob.deletes("#incidents", &ts).await;
        assert_hidden_from_outsider(world, &bob).await;
        let counted = world.store().await.count_by_status().await.unwrap();
        assert!(counted.iter().all(|(_, count)| *count == 0), "{counted:?}");
    });
}
