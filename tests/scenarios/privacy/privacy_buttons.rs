//! Buttons, modals, subscriptions and tasks of an incident that was made private: users without access get
//! the same replies as for an incident that does not exist.

use muster_sandbox::Message;

use crate::harness::prelude::*;
use crate::privacy::outsiders::{
    Button, NO_SUCH_INCIDENT, SECRET_TITLE, assert_hidden_from_outsider, assert_reveals_nothing,
    buttons, current_channel, declare_private, expects_responders_read,
};

const MINUTE: i64 = 60;

/// Has the user open every message with buttons, and lets a reminder become due.
async fn show_all_buttons(world: &World, user: &TestUser<'_>, here: &str) {
    for command in [
        "/datadog incident note Payroll was mailed out.",
        "/datadog task Call the payroll office",
        "/datadog followup Ask why payroll could be read",
        "/datadog incident link https://runbook.example/payroll Payroll",
        "/datadog incident impact since 2 weeks ago Payroll was public",
        "/datadog incident impact Payroll is public",
        "/datadog incident impact fixed",
        "/datadog incident impact It is public again",
        "/datadog incident impact remove",
        "/datadog incident timeline",
        "/datadog task list",
        "/datadog followup list",
        "/datadog incident links",
        "/datadog",
    ] {
        user.types(here, command).await;
    }
    user.posts(here, "https://meet.google.com/abc-defg-hij")
        .await;
    world.advance(61 * MINUTE).await;
}

/// Returns all buttons that the user sees in a channel.
fn buttons_in_channel(world: &World, here: &str, user: &TestUser<'_>) -> Vec<Button> {
    let id = world
        .slack
        .channel(here)
        .expect("the channel does not exist");
    let own = world.slack.ephemeral_messages(user.name).into_iter();
    let visible: Vec<Message> = own
        .filter(|message| message.channel == id)
        .chain(world.slack.messages(here))
        .collect();
    buttons(&visible)
}

/// Buttons that an incident with entries, tasks and links shows in its channel.
const INCIDENT_BUTTONS: [&str; 19] = [
    "link_chat",
    "timeline_flag",
    "timeline_edit",
    "timeline_remove",
    "timeline_order",
    "timeline_only",
    "task_done",
    "task_edit",
    "task_remove",
    "impact_remove",
    "impact_add_anyway",
    "impact_edit_draft",
    "task",
    "follow_up",
    "remove_link",
    "suggest_call",
    "post_update",
    "snooze_reminder",
    "stop_reminders",
];

fn assert_all_kinds_of_buttons(visible_buttons: &[Button]) {
    let names: Vec<&str> = visible_buttons
        .iter()
        .map(|button| button.action_id.as_str())
        .collect();
    for expected in INCIDENT_BUTTONS {
        assert!(
            names.contains(&expected),
            "{expected} is missing in {names:?}"
        );
    }
}

/// Asserts that buttons outside the incident channel do nothing.
async fn assert_other_buttons_do_nothing(bob: &TestUser<'_>) {
    for name in ["subscribe", "unsubscribe"] {
        let button = Button {
            action_id: name.to_owned(),
            value: "1".to_owned(),
        };
        assert_eq!(bob.clicks_forged_button(&button).await, [NO_SUCH_INCIDENT]);
    }
    for delivery in 1..20 {
        let button = Button {
            action_id: "retry_delivery".to_owned(),
            value: delivery.to_string(),
        };
        let reply_text = "That has already been retried.";
        assert_eq!(bob.clicks_forged_button(&button).await, [reply_text]);
    }
}

/// Returns whether the button belongs to the action menu. In #general, it runs its command there.
fn is_in_action_menu(button: &Button) -> bool {
    button.action_id.starts_with("action_menu ")
}

#[test]
fn buttons_of_a_private_incident_do_nothing_for_outsiders() {
    over_http(async |world, [alice, bob, ..]| {
        let slack = &world.slack;
        declare_private(&alice, &[]).await;
        let here = current_channel(world);
        show_all_buttons(world, &alice, &here).await;
        let visible_buttons = buttons_in_channel(world, &here, &alice);
        assert_all_kinds_of_buttons(&visible_buttons);
        expects_responders_read(
            world,
            &["alice"],
            19,
            "header, welcome, seven posts, reminder, nine replies",
        );
        let before = world.timeline(1).await;
        for button in visible_buttons
            .iter()
            .filter(|button| !is_in_action_menu(button))
        {
            assert_eq!(
                bob.clicks_forged_button(button).await,
                [NO_SUCH_INCIDENT],
                "{button:?}"
            );
            assert_eq!(slack.top_modal(bob.name), None, "{button:?}");
        }
        for button in visible_buttons
            .iter()
            .filter(|button| is_in_action_menu(button))
        {
            for reply_text in bob.clicks_forged_button(button).await {
                assert_reveals_nothing(&reply_text);
            }
            assert_eq!(slack.top_modal(bob.name), None, "{button:?}");
        }
        assert_other_buttons_do_nothing(&bob).await;
        assert_eq!(world.timeline(1).await, before);
        assert_hidden_from_outsider(world, &bob).await;
    });
}

#[test]
fn buttons_in_the_old_channel_do_nothing_for_outsiders() {
    over_http(async |world, [alice, bob, ..]| {
        let old = alice.declares(SECRET_TITLE).await.channel;
        bob.joins(&old).await;
        show_all_buttons(world, &alice, &old).await;
        for command in ["timeline", "links"] {
            bob.types(&old, &format!("/datadog incident {command}"))
                .await;
        }
        bob.types(&old, "/datadog task list").await;
        bob.leaves(&old).await;
        expects_responders_read(
            world,
            &["alice", "bob"],
            20,
            "header, four posts, reminder, ten replies",
        );
        alice.types(&old, "/datadog incident private").await;
        expects_responders_read(world, &["alice"], 4, "notice, header, post, reply");
        let before = world.timeline(1).await;
        let count = click_rejected_buttons(&bob, &old).await;
        assert!(count > 20, "only {count} buttons");
        assert_eq!(world.timeline(1).await, before);
        assert_hidden_from_outsider(world, &bob).await;
    });
}

/// Clicks every button that bob sees in a channel, except the action menu. Returns their number.
async fn click_rejected_buttons(bob: &TestUser<'_>, channel: &str) -> usize {
    let slack = &bob.world.slack;
    let id = slack.channel(channel).unwrap();
    let own = slack.ephemeral_messages("bob").into_iter();
    let visible: Vec<Message> = own
        .chain(slack.messages(channel))
        .filter(|message| message.channel == id)
        .collect();
    let mut count = 0;
    for message in &visible {
        let buttons = buttons([message]);
        for button in buttons.iter().filter(|it| !is_in_action_menu(it)) {
            bob.selects(channel, &message.ts, &button.action_id, &button.value)
                .await;
            assert_eq!(bob.reads_ephemeral(), [NO_SUCH_INCIDENT], "{button:?}");
            bob.world.advance(1).await;
            count += 1;
        }
    }
    count
}

/// Commands that open a modal in an incident channel.
const MODAL_COMMANDS: [&str; 8] = [
    "incident update",
    "incident responders",
    "incident impact",
    "incident note",
    "incident link",
    "incident chat",
    "task",
    "followup",
];

#[test]
fn open_modal_stores_nothing_when_the_incident_becomes_private() {
    for command in MODAL_COMMANDS {
        over_http(async |world, [alice, bob, ..]| {
            let old = alice.declares(SECRET_TITLE).await.channel;
            bob.joins(&old).await;
            bob.types(&old, &format!("/datadog {command}")).await;
            bob.leaves(&old).await;
            alice.types(&old, "/datadog incident private").await;
            expects_responders_read(world, &["alice"], 4, "notice, header, post, reply");
            let before = world.timeline(1).await;
            let labels = bob.modal().labels();
            let fill = |label: &'static str, value: &'static str| {
                labels
                    .iter()
                    .any(|it| it == label)
                    .then_some((label, value))
            };
            let fields = [
                fill("Title", "Payroll, they say"),
                fill("Incident Commander", "bob"),
                fill("Note", "I know of it."),
                fill("Link", "https://chat.example"),
                fill("Task", "Find out more"),
            ];
            let fields: Vec<_> = fields.into_iter().flatten().collect();
            let screen = bob.submits(&fields).await;
            let errors: Vec<_> = screen.errors.values().collect();
            assert!(!errors.is_empty(), "{command}: {labels:?}");
            assert!(
                errors.iter().all(|error| *error == NO_SUCH_INCIDENT),
                "{command}: {errors:?}"
            );
            bob.closes_modal().await;
            assert_eq!(world.timeline(1).await, before, "{command}");
            assert_hidden_from_outsider(world, &bob).await;
        });
    }
}

#[test]
fn user_invited_to_the_private_channel_while_the_app_is_down_has_access() {
    over_both_transports(async |world, [alice, bob, ..]| {
        declare_private(&alice, &[]).await;
        let here = current_channel(world);
        expects_responders_read(world, &["alice"], 3, "header, welcome, reply");
        world.stop().await;
        world.slack.invites("alice", &here, "bob").await;
        world.start().await;
        assert_hidden_from_outsider(world, &bob).await;

        bob.types(&here, "/datadog incident timeline").await;
        let read = bob.reads_ephemeral();
        assert!(read[0].starts_with("Timeline of IR-1"), "{read:?}");
        for (command, fields) in [("update", [STABLE]), ("note", [("Note", "I know of it.")])] {
            bob.types(&here, &format!("/datadog incident {command}"))
                .await;
            let screen = bob.submits(&fields).await;
            assert_eq!(screen.view, None, "{command}: {:?}", screen.errors);
        }
        // A user who acts on the incident becomes a responder and has access everywhere.
        bob.types("#general", "/datadog incident list").await;
        let listed = bob.reads_ephemeral();
        assert!(listed[0].contains("IR-1 Payroll leaked"), "{listed:?}");
        expects_responders_read(world, &["alice", "bob"], 3, "header, two posts");
    });
}

#[test]
fn user_who_leaves_the_channel_remains_a_responder() {
    scenario(async |world, [alice, bob, ..]| {
        declare_private(&alice, &[]).await;
        let here = current_channel(world);
        alice
            .types(&here, "/datadog task Call the office @bob")
            .await;
        expects_responders_read(
            world,
            &["alice", "bob"],
            5,
            "header, welcome, post, reply, direct message",
        );
        world.slack.removes("alice", &here, "bob").await;
        bob.types("#general", "/datadog incident list").await;
        assert!(bob.reads_ephemeral()[0].contains("IR-1 Payroll leaked"));

        alice.types(&here, "/datadog incident responders").await;
        alice.clears("Responder").await;
        alice.submits(&[]).await;
        expects_responders_read(world, &["alice"], 1, "post");
        assert_hidden_from_outsider(world, &bob).await;
        // The task is still assigned to bob, but no message mentions it to him.
        let list = alice.opens_list(&here, "/datadog task list").await;
        alice.selects(&here, &list, "task_edit", FIRST_TASK).await;
        alice
            .submits(&[("Due date", "2026-11-23"), ("Due time", "16:30")])
            .await;
        world.advance(2 * 24 * 60 * MINUTE).await;
        expects_responders_read(world, &["alice"], 3, "post, reminder, reply");
        assert_hidden_from_outsider(world, &bob).await;
    });
}

const OPEN_INCIDENTS: &str = "Open incidents (1)\n⚪ IR-1 Payroll leaked";

/// Makes the incident public: bob's Home view shows it, and he is still a subscriber.
async fn assert_public_again(world: &World, here: &str) {
    let (alice, bob) = (world.user("alice"), world.user("bob"));
    alice.types(here, "/datadog incident public").await;
    world.expects_unread(5, "header, announcement, its reply, two posts, reply");
    let home = bob.reads_home();
    let open = OPEN_INCIDENTS.replace('⚪', "🔴");
    assert!(home.contains(&open), "{home}");
    alice.updates(&current_channel(world), &[SEV_2]).await;
    let messages = bob.reads_direct_messages();
    assert!(
        messages[0].starts_with("IR-1 Payroll leaked: alice changed severity SEV-1 → SEV-2"),
        "{messages:?}"
    );
    world.expects_unread(4, "header, announcement, its reply, post");
}

#[test]
fn subscriber_receives_nothing_while_the_incident_is_private() {
    scenario(async |world, [alice, bob, ..]| {
        let slack = &world.slack;
        let old = alice.declares(SECRET_TITLE).await;
        bob.clicks("#incidents", &old.announcement_ts, "subscribe")
            .await;
        let click = slack.last_request("bob").unwrap();
        for user in [alice, bob] {
            let home = user.opens_home().await;
            assert!(home.contains(OPEN_INCIDENTS), "{home}");
        }
        bob.reads_ephemeral();
        alice.types(&old.channel, "/datadog incident private").await;
        expects_responders_read(world, &["alice"], 4, "notice, header, post, reply");
        let home = alice.reads_home();
        assert!(
            home.contains(
                "My incidents (1)\n⚪ IR-1 Payroll leaked\n[Open]\n🔥 ACTIVE · UNKNOWN · "
            ),
            "{home}"
        );
        assert_reveals_nothing(&bob.reads_home());
        assert_eq!(alice.announcement(1), None, "the announcement is deleted");
        let here = current_channel(world);
        alice.updates(&here, &[SEV_1]).await;
        expects_responders_read(world, &["alice"], 2, "header, post");
        assert_hidden_from_outsider(world, &bob).await;
        // The outdated announcement on his screen lets him neither unsubscribe nor subscribe.
        world.advance(5).await;
        let mut again = click;
        again.payload["trigger_id"] = "another".into();
        slack.deliver(&again).await;
        world.deliver_all().await;
        assert_eq!(bob.reads_ephemeral(), [NO_SUCH_INCIDENT]);
        assert_public_again(world, &here).await;
    });
}
