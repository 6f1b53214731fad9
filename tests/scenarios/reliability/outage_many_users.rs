//! A Slack outage during which many users declare and update incidents.

use muster_sandbox::{Limits, Outage};

use crate::harness::prelude::*;
use crate::reliability::outage::{
    LOOKUPS_PER_MINUTE, add_user, assert_outage_is_logged, declared_offline_reply,
    open_update_modals, select_incident, submit_modal,
};

const DECLARATIONS: i64 = 50;
const UPDATES: i64 = 200;

#[test]
fn outage_loses_none_of_fifty_declarations_and_two_hundred_updates() {
    over_http(async |world, _| submit_during_outage(world, Outage::Reset).await);
}

#[test]
fn outage_loses_nothing_over_socket_mode() {
    over_socket_mode(async |world, _| submit_during_outage(world, Outage::Status(503)).await);
}

/// Many users submit open modals during an outage and read that their changes are stored. Then Slack is
/// available again.
async fn submit_during_outage(world: &World, down: Outage) {
    world.slack.set_limits(Limits::Off);
    world.user("alice").declares("Earlier").await;
    for number in 1..=DECLARATIONS {
        let who = add_user(world, "declarer", number);
        let command = format!("/datadog incident Outage {number}");
        if number % LOOKUPS_PER_MINUTE == 0 {
            world.advance_clock(61);
        }
        world.slack.types(&who, "#general", &command).await;
    }
    open_update_modals(world, UPDATES).await;
    world.deliver_all().await;
    let before = world.slack.calls().len();

    world.slack.start_outage(down);
    submit_declarations(world).await;
    submit_updates(world).await;
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
    assert_eq!(count("chat.postMessage"), 3 * 50);
}

/// Submits the open declaration modals during the outage.
async fn submit_declarations(world: &World) {
    for number in 1..=DECLARATIONS {
        let read = submit_modal(world, &format!("declarer{number}"), &[]).await;
        // The first request detects the outage: its modal just closes.
        let expected = (number > 1).then(|| declared_offline_reply(number + 1));
        assert_eq!(read, expected);
    }
}

/// Submits the open update modals during the outage: four changes of each declared incident.
async fn submit_updates(world: &World) {
    for number in 0..UPDATES {
        let who = format!("updater{number}");
        let incident = 2 + number % DECLARATIONS;
        select_incident(world, &who, incident).await;
        let field = match number / DECLARATIONS {
            0 => SEV_3,
            1 => STABLE,
            2 => ("What happened", "A cable was cut."),
            _ => SEV_1,
        };
        let read = submit_modal(world, &who, &[field]).await;
        assert_eq!(read, Some(changed_offline_reply(incident)));
    }
}

/// Reads all messages about an incident that was declared and changed during the outage.
fn read_each_message_once(world: &World, number: i64) {
    let who = format!("declarer{number}");
    let incident = number + 1;
    let channel = format!("incident-{incident}-outage-{number}");
    read_channel_once(world, number, &channel);
    read_announcement_once(world, number);
    let private_reply = world.unread_ephemerals(&who);
    let expected = format!("Declared IR-{incident}. Head to #{channel}.");
    assert_eq!(private_reply, [expected]);
}

/// Reads the header of the incident and the one post in its channel.
fn read_channel_once(world: &World, number: i64, channel: &str) {
    let who = format!("declarer{number}");
    let incident = number + 1;
    let glance = format!(
        "IR-{incident} Outage {number}\n*Severity*\n🔴 SEV-1 Critical\n*Status*\n🧯 STABLE\n\
         *Incident Commander*\n@{who}\n*Customer impact*\nUnknown\n"
    );
    let header = format!("{glance}What happened\nA cable was cut.\nDeclared by {who} ");
    let updater = |round: i64| format!("updater{}", number - 1 + round * DECLARATIONS);
    let post = format!(
        "{who} declared this incident.\n\
         {} changed severity UNKNOWN → SEV-3\n\
         {} changed status ACTIVE → STABLE\n\
         {} wrote What happened: A cable was cut.\n\
         {} changed severity SEV-3 → SEV-1",
        updater(0),
        updater(1),
        updater(2),
        updater(3)
    );
    let read = world.unread(channel);
    assert_eq!(read.len(), 2, "{read:?}");
    assert!(read[0].starts_with(&header), "{}", read[0]);
    // A user whose name has not been fetched is mentioned.
    assert_eq!(read[1].replace('@', ""), post);
    assert_eq!(world.slack.pins(channel).len(), 1);
    assert!(
        world
            .slack
            .topic(channel)
            .starts_with("SEV-1 Critical · STABLE · ")
    );
}

/// Reads the one announcement of the incident, which has no replies.
fn read_announcement_once(world: &World, number: i64) {
    let incident = number + 1;
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
            .contains("🔴 SEV-1 Critical\n*Status*\n🧯 STABLE\n")
    );
    assert!(announcements.next().is_none(), "expected one announcement");
    world.unread("#incidents");
    let thread = world.unread_replies("#incidents", &announcement.ts);
    assert_eq!(thread, [""; 0]);
}

fn changed_offline_reply(incident: i64) -> String {
    format!(
        "Your changes to IR-{incident} are saved. Slack isn't responding right now: its channel and \
         announcement will be updated when it's back. You don't need to do anything else."
    )
}
