//! Slack outages: requests are stored and confirmed. When Slack is available again, queued deliveries are
//! sent once, with the current state.

use std::time::Duration;

use muster_sandbox::{AccountKind, HoldPoint, Message, Outage, Sandbox};

use crate::harness::prelude::*;

/// How many users the bot looks up per minute while it handles their requests.
pub const LOOKUPS_PER_MINUTE: i64 = 20;

/// The log message for an outage, without the call that failed.
const OUTAGE_WARNING: &str = "Slack isn't responding; deliveries are queued and sent later.";

/// How often `submit_severity_changes` changes the severity.
const SEVERITY_CHANGES: i64 = 8;

#[test]
fn changes_during_an_outage_are_batched_in_one_message() {
    for down in [
        Outage::Reset,
        Outage::Status(500),
        Outage::Error("fatal_error"),
    ] {
        over_both_transports(async |world, [alice, ..]| {
            let slack = &world.slack;
            let declared = alice.declares("Checkout is slow").await;
            open_update_modals(world, SEVERITY_CHANGES).await;
            world.deliver_all().await;
            let before = slack.calls().len();
            slack.start_outage(down.clone());
            submit_severity_changes(world, declared.number).await;
            assert_outage_is_logged(world);
            assert_eq!(alice.reads(&declared.channel), [""; 0]);

            slack.end_outage();
            world.deliver_all_advancing().await;
            let posted = severity_changes_post();
            let read = alice.reads(&declared.channel);
            assert!(read[0].contains("🟠 SEV-2 High"), "{}", read[0]);
            assert_eq!(read[1..], [posted.as_str()]);
            let announcement = alice.reads("#incidents");
            assert!(
                announcement.len() == 1 && announcement[0].contains("SEV-2 High"),
                "{announcement:?}"
            );
            let thread = alice.reads_thread("#incidents", &declared.announcement_ts);
            assert_eq!(thread, [posted]);
            let calls = slack.calls().split_off(before);
            let done = |method| {
                let done = calls.iter().filter(|call| call.error.is_none());
                done.filter(|call| call.method == method).count()
            };
            let counts = ["chat.update", "chat.postMessage", "conversations.setTopic"].map(done);
            assert_eq!(counts, [2, 2, 1]);
        });
    }
}

/// Submits the open update modals: the severity alternates between SEV-3 and SEV-2.
async fn submit_severity_changes(world: &World, incident: i64) {
    for number in 0..SEVERITY_CHANGES {
        let who = format!("updater{number}");
        select_incident(world, &who, incident).await;
        let severity = if number % 2 == 0 {
            "SEV-3 Moderate"
        } else {
            "SEV-2 High"
        };
        submit_modal(world, &who, &[("Severity Level", severity)]).await;
    }
}

/// Returns the post about all changes that `submit_severity_changes` submits.
fn severity_changes_post() -> String {
    let mut lines = vec!["updater0 changed severity UNKNOWN → SEV-3".to_owned()];
    for number in 1..SEVERITY_CHANGES {
        let (from, to) = if number % 2 == 0 { (2, 3) } else { (3, 2) };
        lines.push(format!(
            "updater{number} changed severity SEV-{from} → SEV-{to}"
        ));
    }
    lines.join("\n")
}

#[test]
fn private_reply_is_a_direct_message_after_half_an_hour() {
    scenario(async |world, [alice, ..]| {
        let slack = &world.slack;
        alice.opens_declare_modal().await;
        slack.start_outage(Outage::Status(503));
        alice.submits(&[]).await;
        world.advance(31 * 60).await;
        assert_outage_is_logged(world);
        slack.end_outage();
        world.deliver_all_advancing().await;

        let channel = "incident-1-checkout-is-slow";
        assert_eq!(alice.reads(channel).len(), 2);
        assert_eq!(alice.reads("#incidents").len(), 1);
        let announcement = slack.messages("#incidents").pop().unwrap();
        assert_eq!(alice.reads_thread("#incidents", &announcement.ts).len(), 0);
        let direct = slack.direct_message_channel("alice").unwrap();
        assert_eq!(alice.reads(&direct), [DECLARED_REPLY]);
    });
}

#[test]
fn app_started_while_slack_is_down_delivers_after_the_outage() {
    over_http(async |world, [alice, ..]| {
        let slack = &world.slack;
        alice.opens_declare_modal().await;
        slack.start_outage(Outage::Reset);
        alice.submits(&[]).await;
        world.stop().await;
        world.start().await;
        assert_eq!(world.get_page("/readyz").await.0, 503);
        world.advance_stepwise(60).await;
        let warned = world.log.take_warnings();
        assert!(
            warned.len() == 2 && warned.iter().all(|entry| entry.starts_with(OUTAGE_WARNING)),
            "{warned:?}"
        );

        slack.end_outage();
        world.deliver_all_advancing().await;
        assert_eq!(world.get_page("/readyz").await.0, 200);
        read_declaration(world);
    });
}

#[test]
fn hanging_call_does_not_delay_other_deliveries() {
    scenario(async |world, [alice, bob, ..]| {
        let slack = &world.slack;
        alice.opens_declare_modal().await;
        bob.types("#general", "/datadog incident new Search is slow")
            .await;
        let pending_call = slack.hold_call("conversations.create", HoldPoint::Before);
        let view = slack.top_modal("bob").unwrap();
        slack.submits("bob", &view.id).await;
        let (_, first) = tokio::join!(alice.submits(&[]), async {
            pending_call.wait_for_call().await;
            let first = wait_for_announcement(world).await;
            pending_call.release();
            first
        });
        assert!(
            first.rendered_text().starts_with("IR-2 "),
            "{}",
            first.rendered_text()
        );
        world.deliver_all_advancing().await;
        assert_eq!(alice.reads("#incidents").len(), 2);
        for announcement in slack.messages("#incidents") {
            alice.reads_thread("#incidents", &announcement.ts);
        }
        assert_eq!(alice.reads("incident-1-search-is-slow").len(), 2);
        assert_eq!(alice.reads("incident-2-checkout-is-slow").len(), 2);
        assert_eq!(
            (alice.reads_ephemeral().len(), bob.reads_ephemeral().len()),
            (1, 1)
        );
    });
}

/// Waits until an incident is announced. Returns the announcement.
async fn wait_for_announcement(world: &World) -> Message {
    let announcement = |slack: &Sandbox| {
        let messages = slack.messages("#incidents");
        messages
            .into_iter()
            .find(|message| message.rendered_text().starts_with("IR-"))
    };
    let announced = world.slack.wait_for(announcement).await;
    announced.expect("the other incident is not announced")
}

#[test]
fn request_is_acknowledged_while_slack_hangs() {
    over_http(async |world, [alice, ..]| {
        let slack = &world.slack;
        alice.opens_declare_modal().await;
        world.stop().await;
        // Shortens the request timeout, so that the test does not wait for ten seconds.
        world.slack_timeout.set(Some(Duration::from_millis(300)));
        slack.start_outage(Outage::Hang);
        world.start().await;
        assert_outage_is_logged(world);
        let read = submit_modal(world, "alice", &[]).await;
        assert_eq!(read, Some(declared_offline_reply(1)));
        world.stop().await;
        slack.end_outage();
        world.slack_timeout.set(None);
        world.start().await;
        world.deliver_all_advancing().await;
        read_declaration(world);
    });
}

/// Adds a user to the workspace. Returns their name.
pub fn add_user(world: &World, kind: &str, number: i64) -> String {
    let name = format!("{kind}{number}");
    world
        .slack
        .add_user(&name, &name, "Europe/Paris", AccountKind::Member);
    name
}

/// Adds users named `updater` and a number, from 0, and opens the update modal for each.
/// They do not all do so within one minute, because each of them is looked up.
pub async fn open_update_modals(world: &World, count: i64) {
    for number in 0..count {
        if number % LOOKUPS_PER_MINUTE == 0 {
            world.advance_clock(61);
        }
        let who = add_user(world, "updater", number);
        world
            .slack
            .types(&who, "#general", "/datadog incident update")
            .await;
    }
}

/// Fills in the open modal and submits it. Returns the text of the modal after it, `None` if it closed.
pub async fn submit_modal(world: &World, who: &str, fields: &[(&str, &str)]) -> Option<String> {
    let view = world.slack.top_modal(who).expect("no modal is open").id;
    for (label, value) in fields {
        let filled = world.slack.fills(who, &view, label, *value).await;
        assert_eq!(filled, Ok(()), "filling in {label}");
    }
    let screen = world.slack.submits(who, &view).await;
    assert_eq!((screen.status, screen.error), (Some(200), None));
    if !world.log.has_warnings() {
        world.deliver_all().await;
    }
    screen.view.map(|view| world.slack.render_view(&view))
}

/// Selects the incident to update.
pub async fn select_incident(world: &World, who: &str, incident: i64) {
    let number = incident.to_string();
    let next = submit_modal(world, who, &[("Incident", &number)]).await;
    assert!(next.is_some(), "the update modal opens");
}

/// Returns the reply to a declaration during an outage.
pub fn declared_offline_reply(incident: i64) -> String {
    format!(
        "IR-{incident} is saved. Slack isn't responding right now: its channel and announcement will be \
         created when it's back. You don't need to do anything else."
    )
}

/// Checks that the outage was logged once.
pub fn assert_outage_is_logged(world: &World) {
    let warned = world.log.take_warnings();
    assert_eq!(warned.len(), 1, "{warned:?}");
    assert!(warned[0].starts_with(OUTAGE_WARNING), "{warned:?}");
}

/// Reads all messages about the declaration of “Checkout is slow” as the first incident.
fn read_declaration(world: &World) {
    let alice = world.user("alice");
    assert_eq!(alice.reads("incident-1-checkout-is-slow").len(), 2);
    assert_eq!(alice.reads("#incidents").len(), 1);
    let announcement = world.slack.messages("#incidents").pop().unwrap();
    assert_eq!(alice.reads_thread("#incidents", &announcement.ts).len(), 0);
    assert_eq!(alice.reads_ephemeral(), [DECLARED_REPLY]);
}
