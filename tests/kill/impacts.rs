//! Impacts: the forms that add one, end it and change it, killed at each of their moments.

use muster_commands::{impact, update};

use super::asks::Ask;
use super::once::{happened, is_typed, sends, sends_what, shows, told};
use super::standing::CHANNEL;
use super::world::{World, is_fine};

#[tokio::test]
async fn a_form_that_adds_an_impact_and_comes_again_adds_it_once() {
    let fills = async |world: &World| {
        is_typed(world, "/datadog incident impact end").await;
        let fields = [("What customers notice", "Carts fail.")];
        let place = ("alice", CHANNEL);
        world
            .opens(place, "/datadog incident impact", &fields)
            .await
    };
    sends_what(Ask::Form(impact::FORM), fills, |world| {
        assert_eq!(world.records.count("impacts"), 2);
        happened(world, "impact_started", 2);
        told(world, "alice added an impact: Carts fail.");
    })
    .await;
}

#[tokio::test]
async fn a_form_that_changes_an_impact_and_comes_again_changes_it_once() {
    let typed = "/datadog incident impact edit";
    let fields = [("What customers notice", "Carts fail.")];
    sends(Ask::Form(impact::EDIT_FORM), (typed, &fields), |world| {
        let description = world.records.ask("SELECT description FROM impacts");
        assert_eq!(description, ["Carts fail."]);
        happened(world, "impact_edited", 1);
        told(world, "alice described the impact: Carts fail.");
    })
    .await;
}

#[tokio::test]
async fn a_form_that_ends_an_impact_and_comes_again_ends_it_once() {
    let typed = "/datadog incident impact edit";
    let fields = [("Ended", "now")];
    sends(Ask::Form(impact::EDIT_FORM), (typed, &fields), |world| {
        let open = "impacts WHERE ended_at IS NULL";
        assert_eq!(world.records.count(open), 0);
        happened(world, "impact_edited", 1);
    })
    .await;
}

#[tokio::test]
async fn a_form_that_resolves_and_comes_again_ends_the_impact_once() {
    let fills = async |world: &World| {
        is_typed(world, "/datadog incident stable").await;
        let (channel, tray) = shows(world, "/datadog").await;
        let button = "tray incident resolve";
        let pressed = world.slack.clicks("alice", &channel, &tray, button, None);
        is_fine(&pressed.await);
        world.fills("alice", &[("Impact ended", "now")]).await
    };
    sends_what(Ask::Form(update::RESOLVE_FORM), fills, |world| {
        let open = "impacts WHERE ended_at IS NULL";
        assert_eq!(world.records.count(open), 0);
        happened(world, "impact_ended", 1);
        told(world, "alice changed the status from STABLE to RESOLVED.");
    })
    .await;
}
