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

#[test]
fn action_menu_fits_the_status_in_an_incident_channel() {
    let trays = [
        (
            "IR-1 Checkout is slow is ACTIVE.\n[Edit Incident] [Edit Responders] [Add Impact] [New Task] [Set to Stable]\n\
             [Timeline]",
            "stable",
            "STABLE",
        ),
        (
            "IR-1 Checkout is slow is STABLE.\n[Edit Incident] [Edit Responders] [New Task] [Resolve Incident] [Timeline]",
            "resolve",
            "RESOLVED",
        ),
        (
            "IR-1 Checkout is slow is RESOLVED.\n[Edit Incident] [Create Follow-up] [Reopen] [Timeline]",
            "reopen",
            "ACTIVE",
        ),
    ];
    incident_over_both_transports(async |world, _, [alice, ..]| {
        for (tray, button, status) in trays {
            let (read, ts) = show_action_menu(&alice, CHANNEL).await;
            assert_eq!(without_duration(&read[0]), tray);
            alice
                .clicks(CHANNEL, &ts, &format!("action_menu incident {button}"))
                .await;
            alice.redelivers_last_request().await;
            assert_eq!(alice.reads_ephemeral(), [""; 0]);
            let posts = alice.reads(CHANNEL);
            let text = posts.last().map_or("", String::as_str);
            assert!(text.ends_with(&format!("→ {status}")), "{posts:?}");
            world.expects_unread(2, "header, announcement, its reply, post");
        }
        assert_eq!(world.timeline(1).await.len(), 4);
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
            (72, "resolve"),
            (80, "reopen"),
            (90, "resolve"),
        ] {
            world.advance_to_minute(minute).await;
            alice
                .types(CHANNEL, &format!("/datadog incident {command}"))
                .await;
            world.expects_unread(4, "header, announcement, its reply, post, reply");
            let (read, _) = show_action_menu(&alice, CHANNEL).await;
            let took = match minute {
                72 => "RESOLVED after 1 hour 12 minutes: ACTIVE 40 minutes, STABLE 32 minutes.\n",
                // The time between resolving and reopening counts for neither status.
                90 => "RESOLVED after 1 hour 30 minutes: ACTIVE 50 minutes, STABLE 32 minutes.\n",
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
            help.len() == 1 && help[0].starts_with("What you can type\n"),
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
            replies.len() == 1 && replies[0].starts_with("Nothing was stored"),
            "{replies:?}"
        );
        lock.release();
        world.expects_warning("Nothing of a request was stored: database is locked");
    });
}
