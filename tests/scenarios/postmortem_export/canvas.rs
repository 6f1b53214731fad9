//! Postmortems in the canvas of the incident's channel.

use muster_domain::postmortem::EditPostmortem;
use muster_sandbox::{Canvas, CanvasPolicy};

use crate::harness::prelude::*;
use crate::harness::scenario::incident_scenario_with_pages;
use crate::postmortem_export::{CONTENT, EXPORTED, decide, export_state, exports, generates, only_canvas};

fn heading(status: &str, title: &str, world: &World) -> String {
    let page = format!("{}/incidents/1/postmortem", world.base_url.borrow());
    format!(
        "# Postmortem of IR-1: {title}\n\n{status}. Exported by Muster. The next export replaces what you write \
         here: edit the postmortem ({page}) instead.\n\n"
    )
}

#[test]
fn postmortem_becomes_the_canvas_of_the_channel_and_mentions_no_one() {
    incident_scenario_with_pages(async |world, channel, [alice, ..]| {
        generates(world, channel).await;
        exports(world).await;
        let canvas = only_canvas(world, channel);
        let expected = Canvas {
            id: canvas.id.clone(),
            title: "Postmortem".to_owned(),
            is_tab: false,
            text: heading("Draft", "Checkout is slow", world) + CONTENT,
            mentions: Vec::new(),
        };
        assert_eq!(canvas, expected, "{}", canvas.text);
        assert_eq!(alice.reads(channel), [EXPORTED]);
        let url = format!("{}/docs/T0ACME00001/{}", world.slack.url(), canvas.id);
        let entries = world.timeline(1).await;
        let exported = format!("exported the postmortem to Slack canvas ({url})");
        assert!(entries.last().unwrap().ends_with(&exported), "{entries:?}");
        let done = ("done".to_owned(), Some(url), String::new());
        assert_eq!(export_state(world), done);
    });
}

#[test]
fn next_export_replaces_the_content_of_the_same_canvas() {
    incident_scenario_with_pages(async |world, channel, [alice, ..]| {
        generates(world, channel).await;
        exports(world).await;
        let first = only_canvas(world, channel);
        let request = EditPostmortem {
            title: Some("Checkout was down".to_owned()),
            ..EditPostmortem::default()
        };
        decide(world, "edit", move |incident, actor| {
            incident.edit_postmortem(request, Vec::new(), actor)
        })
        .await;
        exports(world).await;
        let second = only_canvas(world, channel);
        assert_eq!(second.id, first.id);
        let expected = heading("Draft", "Checkout was down", world) + CONTENT;
        assert_eq!(second.text, expected);
        assert_eq!(alice.reads(channel), [EXPORTED, EXPORTED]);
        let version = "SELECT receipt ->> 'version' FROM postmortem_exports";
        let version = world
            .open_database()
            .query_row(version, [], |row| row.get(0));
        assert_eq!(version, Ok(2));
    });
}

#[test]
fn deleted_canvas_is_created_again_and_the_export_says_so() {
    incident_scenario(async |world, channel, [alice, ..]| {
        generates(world, channel).await;
        exports(world).await;
        let deleted = only_canvas(world, channel);
        let result = world.slack.deletes_canvas("alice", &deleted.id).await;
        assert_eq!(result.error, None);
        exports(world).await;
        let created = only_canvas(world, channel);
        assert_ne!(created.id, deleted.id);
        assert_eq!(created.text, deleted.text);
        assert_eq!(alice.reads(channel), [EXPORTED, EXPORTED]);
        let (state, url, remark) = export_state(world);
        assert_eq!(state, "done");
        assert!(url.unwrap().ends_with(&created.id));
        assert_eq!(
            remark,
            "The canvas of the last export isn't in the channel any more, so Muster created another one."
        );
    });
}

#[test]
fn canvas_of_users_is_not_overwritten() {
    incident_scenario(async |world, channel, [alice, ..]| {
        generates(world, channel).await;
        world
            .slack
            .writes_canvas("alice", channel, "# Postmortem of IR-10: ours")
            .await;
        let before = only_canvas(world, channel);
        for _ in 0..2 {
            exports(world).await;
            let [theirs, postmortem] = world.slack.canvases(channel).try_into().unwrap();
            assert_eq!(theirs, before);
            assert!(postmortem.is_tab);
            assert_eq!(postmortem.title, "Postmortem");
            let first = postmortem.text.lines().next().unwrap();
            assert_eq!(first, "# Postmortem of IR-1: Checkout is slow");
        }
        assert_eq!(alice.reads(channel), [EXPORTED, EXPORTED]);
    });
}

#[test]
fn tab_next_to_a_canvas_of_users_is_explained() {
    incident_scenario(async |world, channel, [alice, ..]| {
        generates(world, channel).await;
        world.slack.writes_canvas("alice", channel, "Runbook").await;
        exports(world).await;
        let (_, _, remark) = export_state(world);
        assert_eq!(
            remark,
            "The channel has a canvas already, so the postmortem is in a tab next to it."
        );
        assert_eq!(alice.reads(channel), [EXPORTED]);
    });
}

#[test]
fn free_plan_gets_a_tab() {
    incident_scenario(async |world, channel, [alice, ..]| {
        world.slack.set_canvas_policy(CanvasPolicy::Free);
        generates(world, channel).await;
        for _ in 0..2 {
            exports(world).await;
            assert!(only_canvas(world, channel).is_tab);
        }
        assert_eq!(alice.reads(channel), [EXPORTED, EXPORTED]);
    });
}

#[test]
fn private_incident_gets_a_canvas_in_its_new_channel() {
    incident_scenario(async |world, channel, [alice, ..]| {
        generates(world, channel).await;
        exports(world).await;
        let public = only_canvas(world, channel);
        alice.types(channel, "/datadog incident private").await;
        drop(world.take_all_unread());
        let private = "incident-1-checkout-is-slow-2";
        exports(world).await;
        let canvas = only_canvas(world, private);
        assert_ne!(canvas.id, public.id);
        assert_eq!(only_canvas(world, channel), public);
        assert_eq!(alice.reads(private), [EXPORTED]);
    });
}
