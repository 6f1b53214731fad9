//! Commands outside an incident channel: the incident picker asks, then runs the command.

use muster_sandbox::Outage;

use crate::harness::prelude::*;

const RUNBOOK: &str = "https://wiki.example.com/runbook";

/// Quick edits: the command, the title and the button of the incident picker, the ephemeral reply (empty if
/// there is none), and the post in the incident channel.
const COMMAND_CASES: [[&str; 5]; 11] = [
    [
        "inc sev2",
        "Change Incident",
        "Change",
        "Changed the severity of IR-1 from UNKNOWN to SEV-2.",
        "alice changed severity UNKNOWN → SEV-2",
    ],
    [
        "incident title Checkout & cart are down",
        "Change Incident",
        "Change",
        "Changed the title of IR-1 from “Checkout is slow” to “Checkout & cart are down”.",
        "alice changed the title from “Checkout is slow” to “Checkout & cart are down”.",
    ],
    [
        "incident commander @bob",
        "Change Incident",
        "Change",
        "Changed the commander of IR-1 from @alice to @bob.",
        "alice changed commander alice → @bob",
    ],
    [
        "incident role comm @chioma",
        "Change Role",
        "Change",
        "@chioma is now Communications Lead for IR-1.",
        "alice made @chioma Communications Lead.",
    ],
    [
        "incident impact since 5 minutes ago it burns",
        "Add Impact",
        "Add Impact",
        "Added customer impact to IR-1, starting 2026-11-23 14:00 UTC.",
        "alice added an impact since 2026-11-23 14:00 UTC: it burns",
    ],
    [
        "incident impact end",
        "End Impact",
        "End Impact",
        "Customer impact of IR-1 ended 2026-11-23 14:05 UTC.",
        "alice ended the impact.",
    ],
    [
        "incident note at 14:01 UTC <b> & co",
        "Add Note",
        "Add Note",
        "Added your note to IR-1, at 2026-11-23 14:01 UTC.",
        "alice added a note: <b> & co",
    ],
    [
        "incident link https://wiki.example.com/runbook The runbook",
        "Add Document",
        "Add",
        "",
        "alice added the document The runbook.",
    ],
    [
        "task Restart the host @bob",
        "Add Task",
        "Add",
        "",
        "alice added task 1 for bob: Restart the host",
    ],
    [
        "task done 1",
        "Finish Task",
        "Finish",
        "",
        "alice finished task 1: Restart the host",
    ],
    [
        "incident stable",
        "Change Incident",
        "Change",
        "Changed the status of IR-1 from ACTIVE to STABLE.",
        "alice changed status ACTIVE → STABLE",
    ],
];

#[test]
fn command_is_applied_when_the_incident_is_picked() {
    incident_over_both_transports(async |world, _, [alice, ..]| {
        let here = &world.channel_id(CHANNEL);
        for [command, title, submit, expected, posted] in COMMAND_CASES {
            let screen = alice
                .types("#general", &format!("/datadog {command}"))
                .await;
            let form = screen.view.unwrap_or_else(|| panic!("{command} asks"));
            assert_eq!(
                (form.title.as_str(), form.submit.as_deref()),
                (title, Some(submit))
            );
            let remark = world.slack.render_view(&form);
            assert!(
                remark.contains(&format!("You typed: /datadog {command}")),
                "{remark}"
            );
            assert_eq!(alice.reads(here), [""; 0], "{command}");
            let screen = alice.submits(&[("Incident", "1")]).await;
            assert_eq!((screen.view, screen.errors.len()), (None, 0), "{command}");
            alice.redelivers_last_request().await;
            let read = alice.reads_ephemeral();
            let first = read.first().map_or("", String::as_str);
            assert_eq!(first, expected, "{command}");
            let posts = alice.reads(here);
            let posts = posts.iter().filter(|it| !it.starts_with("IR-1 "));
            assert_eq!(posts.collect::<Vec<_>>(), [posted], "{command}");
        }
        world.expects_unread(
            7,
            "announcement, three announcement replies, three direct messages",
        );
    });
}

#[test]
fn modal_replaces_the_incident_picker() {
    let forms = [
        ("task", "Add Task", "Add Task"),
        ("followup", "Add Follow-up", "Add Follow-up"),
        (
            "incident responders",
            "Edit Responders",
            "Responders of IR-1",
        ),
        ("incident impact", "Add Impact", "Add Impact"),
        ("incident note", "Add Note", "Add Note"),
        ("incident note at 14:01", "Add Note", "Add Note"),
        ("incident link", "Add Document", "Add Document"),
        ("incident chat", "Add Chat", "Add Chat"),
        ("incident call", "Add Video Call", "Add Video Call"),
    ];
    incident_scenario(async |_, _, [alice, ..]| {
        for (command, question, title) in forms {
            alice
                .types("#general", &format!("/datadog {command}"))
                .await;
            assert_eq!(alice.modal().title, question, "{command}");
            alice.submits(&[("Incident", "1")]).await;
            assert_eq!(alice.modal().title, title, "{command}");
            alice.closes_modal().await;
        }
        alice.types("#general", "/datadog incident call").await;
        alice.submits(&[("Incident", "1")]).await;
        alice.submits(&[("Link", RUNBOOK)]).await;
        let posts = alice.reads(CHANNEL);
        assert_eq!(
            posts.last().unwrap(),
            &format!("alice set the video call to {RUNBOOK}.")
        );
        assert_eq!(alice.reads_ephemeral(), [""; 0]);
    });
}

#[test]
fn list_is_shown_where_the_command_was_entered() {
    let rendered = [
        ("task list", "Tasks of IR-1"),
        ("incident links", "Links of IR-1"),
        ("incident timeline", "Timeline of IR-1"),
    ];
    incident_scenario(async |world, _, [alice, bob, ..]| {
        for (command, begins) in rendered {
            bob.types("#general", &format!("/datadog {command}")).await;
            assert_eq!(bob.modal().submit.as_deref(), Some("Show"), "{command}");
            bob.submits(&[("Incident", "1")]).await;
            let read = bob.reads_ephemeral();
            assert!(read.len() == 1 && read[0].starts_with(begins), "{read:?}");
        }
        assert_eq!(alice.reads(CHANNEL), [""; 0]);
        assert_eq!(world.timeline(1).await.len(), 1);
    });
}

#[test]
fn invalid_command_is_rejected_before_the_incident_picker() {
    let rejected = [
        ("task @bob", "What should be done?"),
        ("incident sev 9", "I don't know the severity “9”"),
        (
            "incident role scribe @bob",
            "I don't know the role “scribe”",
        ),
        ("incident link runbook", "“runbook” isn't a link"),
        (
            "incident note at 25:99 it burns",
            "I can't read “25:99” as a time.",
        ),
        (
            "incident impact end someday",
            "I can't read “someday” as a time.",
        ),
    ];
    incident_over_http(async |_, _, [alice, ..]| {
        for (command, why) in rejected {
            let screen = alice
                .types("#general", &format!("/datadog {command}"))
                .await;
            assert_eq!(screen.view, None, "{command}");
            let read = alice.reads_ephemeral();
            assert!(read.len() == 1 && read[0].starts_with(why), "{read:?}");
        }
        // Errors that depend on the incident are shown under its field.
        alice.types("#general", "/datadog task done 7").await;
        let screen = alice.submits(&[("Incident", "1")]).await;
        assert_eq!(screen.errors["Incident"], "IR-1 has no task 7.");
        alice.closes_modal().await;
        // Changing the visibility moves the incident to a new channel, so it must be typed in the incident
        // channel.
        alice.types("#general", "/datadog incident private").await;
        let read = alice.reads_ephemeral();
        assert!(
            read[0].starts_with("This isn't an incident's channel."),
            "{read:?}"
        );
    });
}

#[test]
fn command_is_returned_when_no_incident_is_open() {
    let commands = [
        ("incident stable", NO_OPEN_INCIDENT.to_owned()),
        ("task", NO_OPEN_INCIDENT.to_owned()),
        (
            "task Restart <b> @bob",
            format!(
                "{NO_OPEN_INCIDENT} Nothing was done. You typed: /datadog task Restart <b> @bob"
            ),
        ),
        (
            "inc impact on carts & more",
            format!(
                "{NO_OPEN_INCIDENT} To declare an incident with this title, put it in quotes: /datadog inc \
                 \"impact on carts & more\". Nothing was done. You typed: /datadog inc impact on carts & \
                 more"
            ),
        ),
    ];
    scenario(async |_, [alice, ..]| {
        for (command, expected) in &commands {
            let screen = alice
                .types("#general", &format!("/datadog {command}"))
                .await;
            assert_eq!(screen.view, None, "{command}");
            assert_eq!(alice.reads_ephemeral(), [expected.as_str()]);
        }
    });
}

#[test]
fn picker_explains_how_to_declare_when_the_command_may_be_a_title() {
    incident_over_http(async |world, _, [alice, ..]| {
        alice
            .types("#general", "/datadog incident impact on carts")
            .await;
        let form = world.slack.render_view(&alice.modal());
        let remark = "You typed: /datadog incident impact on carts To declare an incident with this title, \
            put it in quotes: /datadog incident \"impact on carts\".";
        assert!(form.contains(remark), "{form}");
        alice.closes_modal().await;
    });
}

#[test]
fn relative_time_counts_from_when_the_command_was_entered() {
    incident_over_http(async |world, _, [alice, ..]| {
        for (command, expected) in [
            (
                "incident impact since 15 minutes ago",
                "added an impact since 2026-11-23 13:50 UTC.",
            ),
            (
                "task Call them due in 2 hours",
                "added task 1, due 2026-11-23 16:25 UTC: Call them",
            ),
        ] {
            alice
                .types("#general", &format!("/datadog {command}"))
                .await;
            // Alice looks up the incident's number first.
            world.advance_stepwise(20 * 60).await;
            alice.submits(&[("Incident", "1")]).await;
            let posts = alice.reads(CHANNEL);
            assert!(posts.iter().any(|it| it.contains(expected)), "{posts:?}");
        }
        world.expects_unread(2, "announcement, reply");
    });
}

#[test]
fn command_too_long_for_private_metadata_is_returned() {
    incident_over_http(async |_, _, [alice, ..]| {
        let long = format!("incident note {}", "äöü ".repeat(800));
        let screen = alice.types("#general", &format!("/datadog {long}")).await;
        assert_eq!(screen.view, None);
        let read = alice.reads_ephemeral();
        let begins = "This isn't an incident's channel, and your text is too long to keep while you choose \
            an incident. Nothing was done: type it in the incident's channel. You typed: /datadog incident \
            note äöü äöü";
        assert!(read[0].starts_with(begins), "{read:?}");
    });
}

#[test]
fn picker_confirms_the_change_while_slack_is_down() {
    incident_over_http(async |world, _, [alice, ..]| {
        let slack = &world.slack;
        alice.types("#general", "/datadog incident stable").await;
        alice.fills(&[("Incident", "1")]).await;
        cause_detected_outage(world).await;
        let screen = alice.submits(&[]).await;
        let form = slack.render_view(&screen.view.unwrap());
        assert!(
            form.contains(
                "Changed the status of IR-1 from ACTIVE to STABLE. Slack isn't responding right now: \
                 others will see it when it's back."
            ),
            "{form}"
        );
        slack.end_outage();
        world.deliver_all_advancing().await;
        world.expects_warning("Slack isn't responding;");
        let posts = alice.reads(CHANNEL);
        assert_eq!(
            posts.last().unwrap(),
            "alice added task 1: Look at it\nalice changed status ACTIVE → STABLE"
        );
        world.expects_unread(2, "announcement, its reply");
    });
}

/// Starts a Slack outage and has the bot detect it.
async fn cause_detected_outage(world: &World) {
    world.slack.start_outage(Outage::Reset);
    world
        .user("alice")
        .types(CHANNEL, "/datadog task Look at it")
        .await;
}
