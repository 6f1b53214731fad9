//! The due time of a task: typed after its text, in the author's time zone.

use muster_sandbox::Fault;

use crate::harness::prelude::*;

const DUE_TIMES: [(&str, &str); 4] = [
    (
        "task Restart the host @bob due tomorrow 17:00",
        "alice added task 1 for bob, due 2026-11-24 16:00 UTC: Restart the host",
    ),
    (
        "followup Write it down due by friday @bob",
        "alice added follow-up 2 for bob, due 2026-11-27 22:59 UTC: Write it down",
    ),
    (
        "task Pay what is due",
        "alice added task 3: Pay what is due",
    ),
    (
        "task due tomorrow 17:00: drain the host @bob",
        "alice added task 4 for bob, due 2026-11-24 16:00 UTC: drain the host",
    ),
];

#[test]
fn due_time_is_parsed_from_the_command() {
    // Alice's time zone is one hour ahead of UTC.
    incident_over_both_transports(async |_, _, [alice, bob, ..]| {
        for (command, expected) in DUE_TIMES {
            alice.types(CHANNEL, &format!("/datadog {command}")).await;
            alice.redelivers_last_request().await;
            assert_eq!(alice.reads(CHANNEL), [expected], "{command}");
            assert_eq!(alice.reads_ephemeral(), [""; 0]);
        }
        let messages = bob.reads_direct_messages();
        assert_eq!(messages.len(), 3);
        assert!(
            messages[0].contains("due 2026-11-24 16:00 UTC"),
            "{messages:?}"
        );
        // The modal shows the task as it was typed.
        let list = alice.opens_list(CHANNEL, "/datadog task list").await;
        alice.reads_ephemeral();
        alice.selects(CHANNEL, &list, "task_edit", FIRST_TASK).await;
        assert_eq!(alice.field_value("Due date"), "2026-11-24");
        assert_eq!(alice.field_value("Due time"), "17:00");
        assert_eq!(alice.field_value("Task"), "Restart the host");
        alice.closes_modal().await;
    });
}

#[test]
fn due_time_is_parsed_as_utc_when_the_time_zone_is_unknown() {
    incident_over_http(async |world, _, [alice, bob, ..]| {
        world
            .slack
            .fail_calls("users.info", 9, Fault::Error("internal_error"));
        for channel in [CHANNEL, "#general"] {
            if channel == CHANNEL {
                bob.joins(channel).await;
            }
            bob.types(channel, "/datadog task Restart it due tomorrow 17:00")
                .await;
            if channel != CHANNEL {
                assert_eq!(bob.reads_ephemeral(), [""; 0]);
                bob.submits(&[("Incident", "1")]).await;
            }
            let expected = "I don't know your time zone yet, so I used UTC.";
            assert_eq!(bob.reads_ephemeral(), [expected]);
            let posts = alice.reads(CHANNEL);
            assert!(
                posts[0].contains(", due 2026-11-24 17:00 UTC: "),
                "{posts:?}"
            );
        }
        world.deliver_all_advancing().await;
    });
}

#[test]
fn invalid_due_date_is_rejected_and_the_command_returned() {
    let rejected = [
        (
            "task Restart <b> @bob due yesterday 17:00",
            "That's in the past. Enter a future time, e.g. “tomorrow 17:00”. Nothing was added. You typed: \
             Restart <b> @bob due yesterday 17:00",
        ),
        (
            "task Restart it due 25:99",
            "I can't read “25:99” as a time. Try “tomorrow 17:00”, “in 2 hours” or “friday”. Nothing was \
             added. You typed: Restart it due 25:99",
        ),
        (
            "task due tomorrow",
            "What should be done? E.g. “/datadog task Roll back the release @ann”. Nothing was added. You \
             typed: due tomorrow",
        ),
        (
            "task due yesterday 17:00: restart it",
            "That's in the past. Enter a future time, e.g. “tomorrow 17:00”. Nothing was added. You typed: \
             due yesterday 17:00: restart it",
        ),
        (
            "task @bob due friday",
            "What should be done? E.g. “/datadog task Roll back the release @ann”. Nothing was added. You \
             typed: @bob due friday",
        ),
    ];
    incident_over_http(async |world, _, [alice, ..]| {
        for channel in [CHANNEL, "#general"] {
            for (command, expected) in rejected {
                let screen = alice.types(channel, &format!("/datadog {command}")).await;
                assert_eq!(screen.view, None, "{command}");
                assert_eq!(alice.reads_ephemeral(), [expected]);
            }
        }
        assert_eq!(world.timeline(1).await.len(), 1);
    });
}
