//! `/datadog` without arguments: the action menu. Each button does the same as its command.

use serde_json::json;

use crate::harness::prelude::*;
use crate::reliability::store_errors::StoreLock;

/// Opens the action menu in a channel. Returns its text and the message's `ts`.
async fn show_action_menu(user: &TestUser<'_>, channel: &str) -> (Vec<String>, String) {
    user.types(channel, "/datadog").await;
    let tray = user
        .world
        .slack
        .ephemeral_messages(user.name)
        .pop()
        .unwrap();
    (user.reads_ephemeral(), tray.ts)
}

/// Returns the text without the incident's duration, which varies by a second or two with Slack's rate
/// limits.
fn without_duration(read: &str) -> String {
    match read.split_once(" after ") {
        Some((before, rest)) => format!("{before}.\n{}", rest.split_once(".\n").unwrap().1),
        None => read.to_owned(),
    }
}

/// The action menu of each status, the command of the button to click, and the status after it.
const MENUS: [(&str, &str, &str); 4] = [
    (
        "IR-1 Checkout is slow is ACTIVE.\n\
             [Post Update] [Set to Stable] [Resolve Incident] [Set Severity] [Add Note]\n\
             [Edit Incident] [Edit Responders] [Add Impact] [Add Task] [Notify]\n\
             [Links] [Timeline] [List Incidents]",
        "stable",
        "STABLE",
    ),
    (
        "IR-1 Checkout is slow is STABLE.\n\
             [Post Update] [Resolve Incident] [Set Severity] [Add Note] [Edit Incident]\n\
             [Edit Responders] [Add Impact] [Add Task] [Notify] [Links]\n\
             [Timeline] [List Incidents]",
        "resolve",
        "RESOLVED",
    ),
    (
        "IR-1 Checkout is slow is RESOLVED.\n\
             [Post Update] [Complete Incident] [Generate Postmortem] [Reopen] [Add Note]\n\
             [Edit Incident] [Add Follow-up] [Notify] [Links] [Timeline]\n\
             [List Incidents]",
        "complete",
        "COMPLETED",
    ),
    (
        "IR-1 Checkout is slow is COMPLETED.\n\
             [Post Update] [Generate Postmortem] [Reopen] [Add Note] [Edit Incident]\n\
             [Add Follow-up] [Notify] [Links] [Timeline] [List Incidents]",
        "reopen",
        "ACTIVE",
    ),
];

#[test]
fn action_menu_fits_the_status_in_an_incident_channel() {
    incident_over_both_transports(async |world, _, [alice, ..]| {
        world.change_settings(&[("status_completed", json!(true))]);
        for (tray, button, status) in MENUS {
            let (read, ts) = show_action_menu(&alice, CHANNEL).await;
            assert_eq!(without_duration(&read[0]), tray);
            let button = format!("action_menu incident {button}");
            alice.clicks(CHANNEL, &ts, &button).await;
            if status == "RESOLVED" {
                alice.submits_and_closes(&[]).await;
                world.expects_unread(4, "header, announcement, its reply, post");
                continue;
            }
            alice.redelivers_last_request().await;
            assert_eq!(alice.reads_ephemeral(), [""; 0]);
            let posts = alice.reads(CHANNEL);
            let text = posts.last().map_or("", String::as_str);
            assert!(text.ends_with(&format!("→ {status}")), "{posts:?}");
            world.expects_unread(2, "header, announcement, its reply, post");
        }
        assert_eq!(world.timeline(1).await.len(), 5);
    });
}

/// Sets the severity in two clicks. An untouched form changes nothing.
async fn set_severity_from_header(bob: &TestUser<'_>, channel: &str, header: &str) {
    bob.clicks(channel, header, "action_menu incident severity")
        .await;
    bob.submits_and_closes(&[]).await;
    assert_eq!(bob.reads(channel), [""; 0]);
    bob.clicks(channel, header, "action_menu incident severity")
        .await;
    bob.submits_and_closes(&[SEV_2]).await;
    let read = bob.reads(channel);
    assert!(read[0].contains("SEV-2 High"), "{read:?}");
    assert_eq!(read[1..], ["bob changed severity UNKNOWN → SEV-2"]);
}

#[test]
fn header_buttons_open_their_modals_and_lists() {
    incident_over_both_transports(async |world, channel, [_, bob, ..]| {
        bob.joins(channel).await;
        let header = world.slack.pins(channel).pop().unwrap();
        let modals = [
            ("post_update", "Update on IR-1"),
            ("action_menu incident severity", "Severity of IR-1"),
            ("action_menu incident resolve", "Resolve IR-1"),
            ("action_menu incident note", "Add Note"),
        ];
        for (button, title) in modals {
            bob.clicks(channel, &header, button).await;
            assert_eq!(bob.modal().title, title);
            bob.closes_modal().await;
        }
        let more = "action_menu more";
        let modals = [
            ("Add Task", "Add Task"),
            ("Edit Responders", "Responders of IR-1"),
            ("Add Impact", "Add Impact"),
        ];
        for (option, title) in modals {
            bob.selects(channel, &header, more, option).await;
            assert_eq!(bob.modal().title, title);
            bob.closes_modal().await;
        }
        for (option, begins) in [
            ("Links, chat, video call", "Links of IR-1"),
            ("Timeline", "Timeline of IR-1"),
        ] {
            bob.selects(channel, &header, more, option).await;
            let read = bob.reads_ephemeral();
            assert!(read.len() == 1 && read[0].starts_with(begins), "{read:?}");
        }
        set_severity_from_header(&bob, channel, &header).await;
        world.expects_unread(2, "announcement, its reply");
    });
}

#[test]
fn action_menu_shows_durations_of_a_resolved_incident() {
    over_http(async |world, [alice, ..]| {
        // Reminders are off, so that no delivery waits and advances the clock.
        world.change_settings(&[("reminder_minutes", json!({}))]);
        let severity = [SEV_3];
        alice.declares_with("Checkout is slow", &severity).await;
        for (minute, command) in [
            (40, "stable"),
            (72, "resolve Rolled back"),
            (80, "reopen"),
            (90, "resolve Rolled back"),
        ] {
            world.advance_to_minute(minute).await;
            alice
                .types(CHANNEL, &format!("/datadog incident {command}"))
                .await;
            world.expects_unread(4, "header, announcement, its reply, post");
            let (read, _) = show_action_menu(&alice, CHANNEL).await;
            let took = match minute {
                72 => "RESOLVED after 1 hour 12 min: ACTIVE 40 min, STABLE 32 min.\n",
                // The time between resolving and reopening counts for neither status.
                90 => "RESOLVED after 1 hour 30 min: ACTIVE 50 min, STABLE 32 min.\n",
                40 => "STABLE.\n",
                _ => "ACTIVE.\n",
            };
            assert!(read[0].contains(&format!(" is {took}")), "{read:?}");
        }
    });
}

#[test]
fn action_menu_in_other_channels_declares_lists_and_helps() {
    scenario(async |world, [alice, ..]| {
        let (read, ts) = show_action_menu(&alice, "#general").await;
        assert_eq!(
            read,
            ["What would you like to do?\n[Declare Incident] [List Incidents] [Help]"]
        );
        alice
            .clicks("#general", &ts, "action_menu incident list")
            .await;
        assert_eq!(alice.reads_ephemeral(), [NO_OPEN_INCIDENT]);
        alice.clicks("#general", &ts, "action_menu help").await;
        let help = alice.reads_ephemeral();
        assert!(
            help.len() == 1 && help[0].starts_with("Type these after /datadog"),
            "{help:?}"
        );

        alice.clicks("#general", &ts, "action_menu incident").await;
        alice.submits(&[("Title", "Checkout is slow")]).await;
        assert_eq!(alice.reads_ephemeral(), [DECLARED_REPLY]);
        world.expects_unread(3, "header, welcome, announcement, its reply");
    });
}

#[test]
fn action_menu_button_opens_its_modal() {
    incident_scenario(async |_, _, [alice, ..]| {
        let forms = [
            ("action_menu incident update", "Update IR-1"),
            ("action_menu incident responders", "Responders of IR-1"),
        ];
        for (button, title) in forms {
            let (_, ts) = show_action_menu(&alice, CHANNEL).await;
            alice.clicks(CHANNEL, &ts, button).await;
            assert_eq!(alice.modal().title, title);
            alice.submits(&[]).await;
        }
    });
}

#[test]
fn failed_click_is_reported_to_the_user() {
    incident_over_http(async |world, _, [alice, ..]| {
        let (_, ts) = show_action_menu(&alice, CHANNEL).await;
        let lock = StoreLock::acquire(world);
        alice
            .clicks(CHANNEL, &ts, "action_menu incident stable")
            .await;
        let replies = alice.reads_ephemeral();
        assert!(
            replies.len() == 1 && replies[0].starts_with("Nothing was saved"),
            "{replies:?}"
        );
        lock.release();
        world.expects_warning("A request wasn't stored: database is locked");
    });
}
