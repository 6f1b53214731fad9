//! Exports to a canvas that the workspace restricts, or whose responses are lost.

use muster_commands::payload::button_click;
use muster_sandbox::{CanvasPolicy, Fault};

use crate::harness::prelude::*;
use crate::postmortem_export::{CONTENT, EXPORTED, export_state, exports, generates, only_canvas};

/// The restrictions of a workspace, and the sentences about them.
const OBSTACLES: [(CanvasPolicy, &str); 3] = [
    (
        CanvasPolicy::SwitchedOff,
        "Canvases are switched off in this workspace. Ask a workspace admin to switch them on. \
         (Slack: `canvas_disabled_user_team`)",
    ),
    (
        CanvasPolicy::Restricted,
        "The workspace doesn't allow the app to write canvases. Ask a workspace admin to allow it. \
         (Slack: `restricted_action`)",
    ),
    (
        CanvasPolicy::Free,
        "The workspace's plan allows one canvas in a channel, and this channel has one that Muster didn't \
         write. Delete it, or export to another tool. (Slack: `free_team_canvas_tab_already_exists`)",
    ),
];

#[test]
fn restriction_of_the_workspace_is_explained_and_retried_by_a_user_only() {
    for (policy, why) in OBSTACLES {
        incident_scenario(async |world, channel, [alice, ..]| {
            generates(world, channel).await;
            world.slack.writes_canvas("alice", channel, "Runbook").await;
            world.slack.set_canvas_policy(policy);
            exports(world).await;
            let post = format!("Couldn't export the postmortem. {why}\n[Try again]");
            assert_eq!(alice.reads(channel), [post]);
            let failed = ("failed".to_owned(), None, why.to_owned());
            assert_eq!(export_state(world), failed);
            world.expects_warning("A delivery of IR-1 failed: ");

            world.slack.set_canvas_policy(CanvasPolicy::Paid);
            let last = world.slack.messages(channel).pop().unwrap().ts;
            alice
                .clicks(channel, &last, button_click::RETRY_DELIVERY)
                .await;
            assert_eq!(alice.reads_ephemeral(), ["Trying again for IR-1."]);
            assert_eq!(alice.reads(channel), [EXPORTED]);
            assert_eq!(world.slack.canvases(channel).len(), 2);
            assert_eq!(export_state(world).0, "done");
        });
    }
}

#[test]
fn lost_response_creates_no_second_canvas() {
    for (method, fault) in [
        ("conversations.canvases.create", Fault::LostResponse),
        (
            "conversations.canvases.create",
            Fault::ErrorAfterEffect("fatal_error"),
        ),
        ("conversations.info", Fault::LostResponse),
        ("canvases.edit", Fault::LostResponse),
        ("canvases.sections.lookup", Fault::LostResponse),
    ] {
        incident_scenario(async |world, channel, [alice, ..]| {
            generates(world, channel).await;
            world.slack.fail_calls(method, 1, fault.clone());
            exports(world).await;
            world.deliver_all_advancing().await;
            exports(world).await;
            world.deliver_all_advancing().await;
            let canvas = only_canvas(world, channel);
            assert!(canvas.text.ends_with(CONTENT), "{}", canvas.text);
            assert_eq!(alice.reads(channel), [EXPORTED, EXPORTED]);
        });
    }
}

#[test]
fn lost_response_of_a_tab_creates_no_second_tab() {
    incident_scenario(async |world, channel, [alice, ..]| {
        generates(world, channel).await;
        world.slack.writes_canvas("alice", channel, "Runbook").await;
        world
            .slack
            .fail_calls("canvases.create", 1, Fault::LostResponse);
        exports(world).await;
        world.deliver_all_advancing().await;
        let titles: Vec<_> = world
            .slack
            .canvases(channel)
            .into_iter()
            .map(|it| it.title)
            .collect();
        assert_eq!(titles, ["", "Postmortem"]);
        assert_eq!(alice.reads(channel), [EXPORTED]);
    });
}

#[test]
fn locked_canvas_is_written_later() {
    incident_scenario(async |world, channel, [alice, ..]| {
        generates(world, channel).await;
        exports(world).await;
        world
            .slack
            .fail_calls("canvases.edit", 2, Fault::Error("canvas_editing_locked"));
        exports(world).await;
        world.deliver_all_advancing().await;
        assert_eq!(alice.reads(channel), [EXPORTED, EXPORTED]);
        assert_eq!(export_state(world).0, "done");
    });
}

#[test]
fn archived_channel_gets_no_canvas_and_the_export_says_why() {
    incident_scenario(async |world, channel, _| {
        generates(world, channel).await;
        world.slack.archives("alice", channel).await;
        world.deliver_all().await;
        world.expects_unread(1, "the announcement");
        exports(world).await;
        assert_eq!(world.slack.canvases(channel), []);
        let (state, _, why) = export_state(world);
        assert_eq!(state, "failed");
        assert_eq!(
            why,
            "The incident's channel is archived. Unarchive it and invite the app, then try again."
        );
        world.expects_warning("A delivery of IR-1 failed: ");
    });
}
