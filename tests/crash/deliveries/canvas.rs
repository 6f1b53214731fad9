//! Crash tests for the export of postmortems to canvases: the channel has one canvas, with the whole postmortem.

use muster_domain::DeliveryKind;

use crate::expected_state::CHANNEL;
use crate::harness::{World, assert_accepted};
use crate::kill_points::{DeliveryCase, kill_during};

/// Requests an export, and a commit of the bot with which it notices it.
async fn export(world: &World) {
    world.database.insert_postmortem_export("canvas");
    let help = world.slack.types("chioma", "#general", "/datadog help");
    assert_accepted(&help.await);
}

/// Checks that the channel has one canvas, and that each export was posted once.
fn assert_one_canvas(world: &World, exports: usize) {
    let canvases = world.slack.canvases(CHANNEL);
    let texts: Vec<&str> = canvases.iter().map(|canvas| &*canvas.text).collect();
    let expected = "# Postmortem of IR-1: Checkout is slow\n\nDraft. Exported by Muster. The next export replaces \
                    what you write here.\n\n## Summary\n\nIt was slow.";
    assert_eq!(texts, [expected], "the canvases");
    let messages = world.slack.messages(CHANNEL);
    let posts = messages.iter().filter(|message| {
        let text = message.rendered_text();
        text.starts_with("The postmortem was exported: Slack canvas")
    });
    assert_eq!(posts.count(), exports, "the posts");
    let receipt = format!(
        "postmortem_exports WHERE state = 'done' AND receipt ->> 'id' = '{}' AND receipt ->> 'version' = {exports}",
        canvases[0].id
    );
    assert_eq!(world.database.count(&receipt), 1, "the receipt");
    world.assert_all_is_done();
}

/// Kills the bot while it creates the canvas.
pub async fn kill_during_canvas_export(kind: DeliveryKind) {
    let case = DeliveryCase::create(kind, "a postmortem");
    let prepare = async |world: &World| world.database.insert_postmortem();
    let act = async |world: &World, (): &()| export(world).await;
    kill_during(case, prepare, act, |world, ()| assert_one_canvas(world, 1)).await;
}

/// Kills the bot while it replaces the content of the canvas.
pub async fn kill_during_canvas_update(kind: DeliveryKind) {
    let case = DeliveryCase::edit(kind, "an exported postmortem");
    let prepare = async |world: &World| {
        world.database.insert_postmortem();
        export(world).await;
    };
    let act = async |world: &World, (): &()| export(world).await;
    kill_during(case, prepare, act, |world, ()| assert_one_canvas(world, 2)).await;
}
