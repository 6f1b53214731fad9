//! Slack outages: requests are stored and confirmed. When Slack is available again, queued deliveries are
//! sent once, with the current state.

use std::time::Duration;

use muster_sandbox::{AccountKind, HoldPoint, Limits, Outage, Sandbox};

use crate::support::scenario::{over_both_transports, over_http, over_socket_mode, scenario};
use crate::support::world::World;

/// The log message for an outage, without the call that failed.
const OUTAGE_WARNING: &str = "Slack does not answer; what is owed is kept and sent later.";

const DECLARATIONS: i64 = 50;
const UPDATES: i64 = 200;

#[tokio::test]
async fn outage_loses_none_of_fifty_declarations_and_two_hundred_updates() {
    over_http(async |world| submit_during_outage(world, Outage::Reset).await).await;
}

#[tokio::test]
async fn outage_loses_nothing_over_socket_mode() {
    over_socket_mode(async |world| submit_during_outage(world, Outage::Status(503)).await).await;
}

/// Many users submit open modals during an outage and read that their changes are stored. Then Slack is
/// available again.
async fn submit_during_outage(world: &World, down: Outage) {
    world.slack.set_limits(Limits::Off);
    world.user("alice").declares("Earlier").await;
    for number in 1..=DECLARATIONS {
        let who = add_user(world, "declarer", number);
        let command = format!("/datadog incident Outage {number}");
        world.slack.types(&who, "#general", &command).await;
    }
    for number in 0..UPDATES {
        let who = add_user(world, "updater", number);
        world
            .slack
            .types(&who, "#general", "/datadog incident update")
            .await;
    }
    world.deliver_all().await;
    let before = world.slack.calls().len();

    world.slack.start_outage(down);
    for number in 1..=DECLARATIONS {
        let read = submit_modal(world, &format!("declarer{number}"), &[]).await;
        // The first request detects the outage: its modal just closes.
        let expected = (number > 1).then(|| declared_offline_reply(number + 1));
        assert_eq!(read, expected);
    }
    for number in 0..UPDATES {
        let who = format!("updater{number}");
        let incident = 2 + number % DECLARATIONS;
        select_incident(world, &who, incident).await;
        let field = match number / DECLARATIONS {
            0 => ("Severity Level", "SEV-3 Moderate"),
            1 => ("Status", "STABLE"),
            2 => ("What happened", "A cable was cut."),
            _ => ("Severity Level", "SEV-1 Critical"),
        };
        let read = submit_modal(world, &who, &[field]).await;
        assert_eq!(read, Some(changed_offline_reply(incident)));
    }
    let calls = &world.slack.calls()[before..];
    assert!(
        calls.iter().all(|call| call.error.is_some()),
        "nothing was sent"
    );
    assert_outage_is_logged(world);

    world.slack.end_outage();
    let back = world.slack.calls().len();
    world.deliver_all_advancing().await;
    for number in 1..=DECLARATIONS {
        read_each_message_once(world, number);
    }
    let calls = &world.slack.calls()[back..];
    let count = |method| calls.iter().filter(|call| call.method == method).count();
    assert_eq!(count("conversations.create"), 50);
    assert_eq!(
        count("chat.update"),
        0,
        "no announcement and no header was posted during the outage"
    );
    assert_eq!(count("chat.postMessage"), 4 * 50);
}

/// Reads all messages about an incident that was declared and changed during the outage.
fn read_each_message_once(world: &World, number: i64) {
    let who = format!("declarer{number}");
    let incident = number + 1;
    let channel = format!("incident-{incident}-outage-{number}");
    let glance = format!(
        "IR-{incident} Outage {number}\n*Severity*\n:red_circle: SEV-1 Critical\n*Status*\nSTABLE\n\
         *Incident Commander*\n@{who}\n*Customer impact*\nUnknown\n"
    );
    let header = format!("{glance}What happened\nA cable was cut.\nDeclared by {who} ");
    let updater = |round: i64| format!("updater{}", number - 1 + round * DECLARATIONS);
    let post = format!(
        "{who} declared this incident.\n\
         {} changed the severity from UNKNOWN to SEV-3.\n\
         {} changed the status from ACTIVE to STABLE.\n\
         {} wrote What happened: A cable was cut.\n\
         {} changed the severity from SEV-3 to SEV-1.",
        updater(0),
        updater(1),
        updater(2),
        updater(3)
    );
    let read = world.unread(&channel);
    assert_eq!(read.len(), 2, "{read:?}");
    assert!(read[0].starts_with(&header), "{}", read[0]);
    assert_eq!(read[1], post);
    assert_eq!(world.slack.pins(&channel).len(), 1);
    assert!(
        world
            .slack
            .topic(&channel)
            .starts_with("SEV-1 Critical · STABLE · ")
    );

    let announcements = world.slack.messages("#incidents").into_iter();
    let mut announcements = announcements.filter(|announcement| {
        announcement
            .rendered_text()
            .starts_with(&format!("IR-{incident} "))
    });
    let announcement = announcements.next().expect("the incident is not announced");
    assert!(
        announcement
            .rendered_text()
            .contains(":red_circle: SEV-1 Critical\n*Status*\nSTABLE\n")
    );
    assert!(announcements.next().is_none(), "expected one announcement");
    world.unread("#incidents");
    let thread = world.unread_replies("#incidents", &announcement.ts);
    assert_eq!(thread, [format!("{who} declared this incident.")]);
    let private_reply = world.unread_ephemerals(&who);
    let expected =
        format!("IR-{incident} is declared: #{channel} is its channel, and you are in it.");
    assert_eq!(private_reply, [expected]);
}

#[tokio::test]
async fn changes_during_an_outage_are_batched_in_one_message() {
    for down in [
        Outage::Reset,
        Outage::Status(500),
        Outage::Error("fatal_error"),
    ] {
        over_both_transports(async |world| {
            let alice = world.user("alice");
            let declared = alice.declares("Checkout is slow").await;
            for number in 0..8 {
                let who = add_user(world, "updater", number);
                world
                    .slack
                    .types(&who, "#general", "/datadog incident update")
                    .await;
            }
            world.deliver_all().await;
            let before = world.slack.calls().len();
            world.slack.start_outage(down.clone());
            for number in 0..8 {
                let who = format!("updater{number}");
                select_incident(world, &who, declared.number).await;
                let severity = if number % 2 == 0 {
                    "SEV-3 Moderate"
                } else {
                    "SEV-2 High"
                };
                submit_modal(world, &who, &[("Severity Level", severity)]).await;
            }
            assert_outage_is_logged(world);
            assert_eq!(alice.reads(&declared.channel), [""; 0]);

            world.slack.end_outage();
            world.deliver_all_advancing().await;
            let mut lines = vec!["updater0 changed the severity from UNKNOWN to SEV-3.".to_owned()];
            for number in 1..8 {
                let (from, to) = if number % 2 == 0 { (2, 3) } else { (3, 2) };
                lines.push(format!(
                    "updater{number} changed the severity from SEV-{from} to SEV-{to}."
                ));
            }
            let read = alice.reads(&declared.channel);
            assert!(read[0].contains(":red_circle: SEV-2 High"), "{}", read[0]);
            assert_eq!(read[1..], [lines.join("\n")]);
            let announcement = alice.reads("#incidents");
            assert!(
                announcement.len() == 1 && announcement[0].contains("SEV-2 High"),
                "{announcement:?}"
            );
            let thread = alice.reads_thread("#incidents", &declared.announcement_ts);
            assert_eq!(thread, [lines.join("\n")]);
            let calls = world.slack.calls().split_off(before);
            let done = |method| {
                let done = calls.iter().filter(|call| call.error.is_none());
                done.filter(|call| call.method == method).count()
            };
            let counts = ["chat.update", "chat.postMessage", "conversations.setTopic"].map(done);
            assert_eq!(counts, [2, 2, 1]);
        })
        .await;
    }
}

#[tokio::test]
async fn private_reply_is_a_direct_message_after_half_an_hour() {
    scenario(async |world| {
        let alice = world.user("alice");
        alice
            .types("#general", "/datadog incident Checkout is slow")
            .await;
        world.slack.start_outage(Outage::Status(503));
        alice.submits(&[]).await;
        world.advance(31 * 60).await;
        assert_outage_is_logged(world);
        world.slack.end_outage();
        world.deliver_all_advancing().await;

        let channel = "incident-1-checkout-is-slow";
        assert_eq!(alice.reads(channel).len(), 2);
        assert_eq!(alice.reads("#incidents").len(), 1);
        let announcement = world.slack.messages("#incidents").pop().unwrap();
        assert_eq!(alice.reads_thread("#incidents", &announcement.ts).len(), 1);
        let direct = world.slack.direct_message_channel("alice").unwrap();
        assert_eq!(
            alice.reads(&direct),
            ["IR-1 is declared: #incident-1-checkout-is-slow is its channel, and you are in it."]
        );
    })
    .await;
}

#[tokio::test]
async fn app_started_while_slack_is_down_delivers_after_the_outage() {
    over_http(async |world| {
        let alice = world.user("alice");
        alice
            .types("#general", "/datadog incident Checkout is slow")
            .await;
        world.slack.start_outage(Outage::Reset);
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

        world.slack.end_outage();
        world.deliver_all_advancing().await;
        assert_eq!(world.get_page("/readyz").await.0, 200);
        read_declaration(world);
    })
    .await;
}

#[tokio::test]
async fn hanging_call_does_not_delay_other_deliveries() {
    scenario(async |world| {
        let (alice, bob) = (world.user("alice"), world.user("bob"));
        alice
            .types("#general", "/datadog incident Checkout is slow")
            .await;
        bob.types("#general", "/datadog incident Search is slow")
            .await;
        let pending_call = world
            .slack
            .hold_call("conversations.create", HoldPoint::Before);
        let announced = async {
            pending_call.wait_for_call().await;
            let announcement = |slack: &Sandbox| {
                let messages = slack.messages("#incidents");
                messages
                    .into_iter()
                    .find(|message| message.rendered_text().starts_with("IR-"))
            };
            world
                .slack
                .wait_for(announcement)
                .await
                .expect("the other incident is not announced")
        };
        let view = world.slack.top_modal("bob").unwrap();
        world.slack.submits("bob", &view.id).await;
        let (_, first) = tokio::join!(alice.submits(&[]), async {
            let first = announced.await;
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
        for announcement in world.slack.messages("#incidents") {
            alice.reads_thread("#incidents", &announcement.ts);
        }
        assert_eq!(alice.reads("incident-1-search-is-slow").len(), 2);
        assert_eq!(alice.reads("incident-2-checkout-is-slow").len(), 2);
        assert_eq!(
            (alice.reads_ephemeral().len(), bob.reads_ephemeral().len()),
            (1, 1)
        );
    })
    .await;
}

#[tokio::test]
async fn request_is_acknowledged_while_slack_hangs() {
    over_http(async |world| {
        let alice = world.user("alice");
        alice
            .types("#general", "/datadog incident Checkout is slow")
            .await;
        world.stop().await;
        // Shortens the request timeout, so that the test does not wait for ten seconds.
        world.slack_timeout.set(Some(Duration::from_millis(300)));
        world.slack.start_outage(Outage::Hang);
        world.start().await;
        assert_outage_is_logged(world);
        let read = submit_modal(world, "alice", &[]).await;
        assert_eq!(read, Some(declared_offline_reply(1)));
        world.stop().await;
        world.slack.end_outage();
        world.slack_timeout.set(None);
        world.start().await;
        world.deliver_all_advancing().await;
        read_declaration(world);
    })
    .await;
}

/// Adds a user to the workspace. Returns their name.
fn add_user(world: &World, kind: &str, number: i64) -> String {
    let name = format!("{kind}{number}");
    world
        .slack
        .add_user(&name, &name, "Europe/Paris", AccountKind::Member);
    name
}

/// Fills in the open modal and submits it. Returns the text of the modal after it, `None` if it closed.
async fn submit_modal(world: &World, who: &str, fields: &[(&str, &str)]) -> Option<String> {
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
async fn select_incident(world: &World, who: &str, incident: i64) {
    let number = incident.to_string();
    let next = submit_modal(world, who, &[("Incident", &number)]).await;
    assert!(next.is_some(), "the update modal opens");
}

fn declared_offline_reply(incident: i64) -> String {
    format!(
        "IR-{incident} is stored. Slack does not answer us right now: its channel and its announcement \
         come as soon as Slack does. There is nothing more to do here."
    )
}

fn changed_offline_reply(incident: i64) -> String {
    format!(
        "What you changed of IR-{incident} is stored. Slack does not answer us right now: its channel \
         and its announcement say so as soon as Slack does. There is nothing more to do here."
    )
}

/// Checks that the outage was logged once.
fn assert_outage_is_logged(world: &World) {
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
    assert_eq!(alice.reads_thread("#incidents", &announcement.ts).len(), 1);
    assert_eq!(
        alice.reads_ephemeral(),
        ["IR-1 is declared: #incident-1-checkout-is-slow is its channel, and you are in it."]
    );
}
