//! What leads to an incident that is private by now: old buttons and forms, subscriptions, tasks. Somebody
//! outside is answered as if there were no such incident.

use muster::sandbox::Message;

use super::outside::{
    Button, NO_SUCH, PRIVATE, SECRET, buttons, channel, declares_private,
    everything_inside_is_read, is_silent, outside_is_nothing,
};
use super::person::Person;
use super::world::{World, by_each_door, over_http};

const MINUTE: i64 = 60;

/// Has somebody show themselves everything that has buttons, and somebody be reminded.
async fn shows_everything(world: &World, person: &Person<'_>, here: &str) {
    for typed in [
        "/datadog incident note Payroll was mailed out.",
        "/datadog task Call the payroll office",
        "/datadog followup Ask why payroll could be read",
        "/datadog incident link https://runbook.example/payroll Payroll",
        "/datadog incident timeline",
        "/datadog task list",
        "/datadog followup list",
        "/datadog incident links",
        "/datadog",
    ] {
        person.says(here, typed).await;
    }
    person
        .writes(here, "https://meet.google.com/abc-defg-hij")
        .await;
    world.leaps(61 * MINUTE).await;
}

/// Gives every button that somebody saw in a channel.
fn buttons_in(world: &World, here: &str, person: &Person<'_>) -> Vec<Button> {
    let id = world.slack.channel(here).expect("there is such a channel");
    let own = world.slack.ephemerals(person.name).into_iter();
    let seen: Vec<Message> = own
        .filter(|message| message.channel == id)
        .chain(world.slack.messages(here))
        .collect();
    buttons(&seen)
}

/// What is answered to whoever presses a button in #general that does what is typed there.
fn is_of_a_tray(button: &Button) -> bool {
    button.name.starts_with("tray ")
}

#[tokio::test]
async fn no_button_of_a_private_incident_does_anything_for_somebody_outside() {
    over_http(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        declares_private(&alice, &[]).await;
        let here = channel(world);
        shows_everything(world, &alice, &here).await;
        let all = buttons_in(world, &here, &alice);
        let names: Vec<&str> = all.iter().map(|button| button.name.as_str()).collect();
        for expected in [
            "link_chat",
            "timeline_flag",
            "timeline_edit",
            "timeline_remove",
            "timeline_order",
            "timeline_only",
            "task_done",
            "task_edit",
            "task",
            "follow_up",
            "remove_link",
            "use_as_call",
            "post_update",
            "snooze_reminder",
            "stop_reminders",
        ] {
            assert!(
                names.contains(&expected),
                "{expected} is not among {names:?}"
            );
        }
        everything_inside_is_read(world, &["alice"]);
        let before = world.timeline(1).await;
        for button in all.iter().filter(|button| !is_of_a_tray(button)) {
            assert_eq!(bob.presses_as_if(button).await, [NO_SUCH], "{button:?}");
            assert_eq!(world.slack.view(bob.name), None, "{button:?}");
        }
        for button in all.iter().filter(|button| is_of_a_tray(button)) {
            for told in bob.presses_as_if(button).await {
                is_silent(&told);
            }
            assert_eq!(world.slack.view(bob.name), None, "{button:?}");
        }
        for name in ["subscribe", "unsubscribe"] {
            let button = Button {
                name: name.to_owned(),
                value: "1".to_owned(),
            };
            assert_eq!(bob.presses_as_if(&button).await, [NO_SUCH]);
        }
        for delivery in 1..20 {
            let button = Button {
                name: "try_again".to_owned(),
                value: delivery.to_string(),
            };
            let told = "That was tried again already.";
            assert_eq!(bob.presses_as_if(&button).await, [told]);
        }
        assert_eq!(world.timeline(1).await, before);
        everything_inside_is_read(world, &["alice"]);
        outside_is_nothing(world, &bob).await;
    })
    .await;
}

#[tokio::test]
async fn what_somebody_still_sees_in_the_old_channel_does_nothing_any_more() {
    over_http(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        let old = alice.declares(SECRET).await.channel;
        bob.joins(&old).await;
        shows_everything(world, &alice, &old).await;
        for typed in ["timeline", "links"] {
            bob.says(&old, &format!("/datadog incident {typed}")).await;
        }
        bob.says(&old, "/datadog task list").await;
        bob.leaves(&old).await;
        everything_inside_is_read(world, &["alice", "bob"]);
        alice.says(&old, "/datadog incident private").await;
        everything_inside_is_read(world, &["alice"]);
        let before = world.timeline(1).await;
        let id = world.slack.channel(&old).unwrap();
        let own = world.slack.ephemerals("bob").into_iter();
        let seen: Vec<Message> = own
            .chain(world.slack.messages(&old))
            .filter(|message| message.channel == id)
            .collect();
        let mut pressed = 0;
        for message in &seen {
            for button in buttons([message]).iter().filter(|it| !is_of_a_tray(it)) {
                bob.picks(&old, &message.ts, &button.name, &button.value)
                    .await;
                assert_eq!(bob.reads_alone(), [NO_SUCH], "{button:?}");
                world.leaps(1).await;
                pressed += 1;
            }
        }
        assert!(pressed > 20, "only {pressed} buttons");
        assert_eq!(world.timeline(1).await, before);
        everything_inside_is_read(world, &["alice"]);
        outside_is_nothing(world, &bob).await;
    })
    .await;
}

#[tokio::test]
async fn a_form_that_was_open_when_its_incident_became_private_stores_nothing() {
    for typed in [
        "incident update",
        "incident responders",
        "incident impact",
        "incident note",
        "incident link",
        "incident chat",
        "task",
        "followup",
    ] {
        over_http(async |world| {
            let (alice, bob) = (world.person("alice"), world.person("bob"));
            let old = alice.declares(SECRET).await.channel;
            bob.joins(&old).await;
            bob.says(&old, &format!("/datadog {typed}")).await;
            bob.leaves(&old).await;
            everything_inside_is_read(world, &["alice", "bob"]);
            alice.says(&old, "/datadog incident private").await;
            everything_inside_is_read(world, &["alice"]);
            let before = world.timeline(1).await;
            let labels = bob.form().labels();
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
                fill("What is to be done", "Find out more"),
            ];
            let fields: Vec<_> = fields.into_iter().flatten().collect();
            let seen = bob.submits(&fields).await;
            let told: Vec<_> = seen.errors.values().collect();
            assert!(!told.is_empty(), "{typed}: {labels:?}");
            assert!(
                told.iter().all(|told| *told == NO_SUCH),
                "{typed}: {told:?}"
            );
            bob.closes().await;
            assert_eq!(world.timeline(1).await, before, "{typed}");
            outside_is_nothing(world, &bob).await;
        })
        .await;
    }
}

#[tokio::test]
async fn whoever_is_let_into_the_private_channel_while_the_bot_is_down_is_not_refused_there() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        declares_private(&alice, &[]).await;
        let here = channel(world);
        everything_inside_is_read(world, &["alice"]);
        world.stops().await;
        world.slack.invites("alice", &here, "bob").await;
        world.starts().await;
        outside_is_nothing(world, &bob).await;

        bob.says(&here, "/datadog incident timeline").await;
        let read = bob.reads_alone();
        assert!(read[0].starts_with("Timeline of IR-1"), "{read:?}");
        for (typed, fields) in [
            ("update", [("Status", "STABLE")]),
            ("note", [("Note", "I know of it.")]),
        ] {
            bob.says(&here, &format!("/datadog incident {typed}")).await;
            let seen = bob.submits(&fields).await;
            assert_eq!(seen.view, None, "{typed}: {:?}", seen.errors);
        }
        // Whoever does something takes part, and knows of it everywhere.
        bob.says("#general", "/datadog incident list").await;
        let listed = bob.reads_alone();
        assert!(listed[0].contains("IR-1 Payroll leaked"), "{listed:?}");
        everything_inside_is_read(world, &["alice", "bob"]);
    })
    .await;
}

#[tokio::test]
async fn whoever_leaves_the_channel_takes_part_until_somebody_takes_them_off() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        declares_private(&alice, &[]).await;
        let here = channel(world);
        alice
            .says(&here, "/datadog task Call the office @bob")
            .await;
        everything_inside_is_read(world, &["alice", "bob"]);
        world.slack.removes("alice", &here, "bob").await;
        bob.says("#general", "/datadog incident list").await;
        assert!(bob.reads_alone()[0].contains("IR-1 Payroll leaked"));

        alice.says(&here, "/datadog incident responders").await;
        alice.empties("Responder").await;
        alice.submits(&[]).await;
        everything_inside_is_read(world, &["alice"]);
        outside_is_nothing(world, &bob).await;
        // The task is theirs still, and nobody tells them of it.
        alice.says(&here, "/datadog task list").await;
        let list = alice.last_alone().ts;
        alice.picks(&here, &list, "task_edit", "1 task 1 0").await;
        alice
            .submits(&[("Due date", "2026-11-23"), ("Due time", "16:30")])
            .await;
        world.leaps(2 * 24 * 60 * MINUTE).await;
        everything_inside_is_read(world, &["alice"]);
        outside_is_nothing(world, &bob).await;
    })
    .await;
}

#[tokio::test]
async fn a_subscriber_outside_hears_nothing_more_until_the_incident_is_public_again() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        let old = alice.declares(SECRET).await;
        bob.presses("#incidents", &old.card, "subscribe").await;
        let pressed = world.slack.last_request("bob").unwrap();
        for person in [alice, bob] {
            let home = person.opens_home().await;
            assert!(
                home.contains("Open incidents (1)\nACTIVE\nIR-1 Payroll leaked"),
                "{home}"
            );
        }
        bob.reads_alone();
        alice.says(&old.channel, "/datadog incident private").await;
        everything_inside_is_read(world, &["alice"]);
        let home = alice.reads_home();
        assert!(
            home.contains("My incidents (1)\nACTIVE\nIR-1 Payroll leaked · UNKNOWN · Private"),
            "{home}"
        );
        is_silent(&bob.reads_home());
        assert_eq!(alice.card(1), None, "no card stays");
        let here = channel(world);
        alice
            .updates(&here, &[("Severity Level", "SEV-1 Critical")])
            .await;
        everything_inside_is_read(world, &["alice"]);
        outside_is_nothing(world, &bob).await;
        // The card that he still has on his screen does not let him end it, nor begin it.
        world.leaps(5).await;
        let mut again = pressed;
        again.payload["trigger_id"] = "another".into();
        world.slack.deliver(&again).await;
        world.settles().await;
        assert_eq!(bob.reads_alone(), [NO_SUCH]);

        alice.says(&here, "/datadog incident public").await;
        alice.reads_everything();
        let home = bob.reads_home();
        assert!(
            home.contains("Open incidents (1)\nACTIVE\nIR-1 Payroll leaked"),
            "{home}"
        );
        alice
            .updates(&channel(world), &[("Severity Level", "SEV-2 High")])
            .await;
        let told = bob.reads_direct();
        assert!(
            told[0].starts_with(
                "IR-1 Payroll leaked: alice changed the severity from SEV-1 to SEV-2."
            ),
            "{told:?}"
        );
        alice.reads_everything();
    })
    .await;
}

#[tokio::test]
async fn a_private_incident_that_is_declared_because_of_a_message_leaves_no_trace_there() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        let ts = bob.writes("#incidents", "Something is odd here.").await;
        alice.chooses("#incidents", &ts, "declare_incident").await;
        alice.fills_several("Options", &[PRIVATE]).await;
        alice.submits(&[("Title", SECRET)]).await;
        everything_inside_is_read(world, &["alice"]);
        assert_eq!(world.slack.reactions("#incidents", &ts), []);
        assert_eq!(bob.reads_thread("#incidents", &ts), [""; 0]);
        // Rewritten or deleted by whoever wrote it, it is followed on the timeline, and nobody is told.
        bob.edits("#incidents", &ts, "Something was odd here.")
            .await;
        assert_eq!(
            world.timeline(1).await[0],
            "bob wrote “Something was odd here.”"
        );
        bob.deletes("#incidents", &ts).await;
        everything_inside_is_read(world, &["alice"]);
        outside_is_nothing(world, &bob).await;
        let counted = world.store().await.count_by_status().await.unwrap();
        assert!(counted.iter().all(|(_, count)| *count == 0), "{counted:?}");
    })
    .await;
}
