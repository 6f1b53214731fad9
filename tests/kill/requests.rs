//! Everything that a person can ask for, killed at each of its moments and asked again.

use muster::sandbox::{Sandbox, Trouble};
use muster_commands::{add_to_incident, buttons, declare, responders, update, which_incident};

use super::again::{Blow, comes_again, killed_during};
use super::asks::Ask;
use super::cases::each;
use super::deliveries::{
    adds, chioma_writes, declares, fills_in, fills_in_changes, message_is_on_the_timeline,
};
use super::once::{happened, once, presses, sends_what, shows, told};
use super::standing::{CHANGED, CHANNEL, Standing};
use super::world::{World, eventually, is_fine};

const BOB_HAS_IT: &str = "alice gave bob the role Communications Lead.";

#[tokio::test]
async fn a_declaration_that_comes_again_declares_once() {
    each(
        "the form to declare",
        &Blow::ALL,
        async |mut world: World, blow| {
            let form = fills_in(&world).await;
            let slack = world.slack.clone();
            let gesture = slack.submits("alice", &form);
            comes_again(&mut world, (blow, Ask::Form(declare::FORM)), gesture).await;
            assert_eq!(slack.view("alice"), None, "the form is closed");
            Standing::declared().is_found(&world);
        },
    )
    .await;
}

#[tokio::test]
async fn a_change_that_comes_again_changes_once() {
    each(
        "the form to change",
        &Blow::ALL,
        async |mut world: World, blow| {
            declares(&world).await;
            world.settles().await;
            let form = fills_in_changes(&world).await;
            let slack = world.slack.clone();
            let gesture = slack.submits("alice", &form);
            comes_again(&mut world, (blow, Ask::Form(update::FORM)), gesture).await;
            assert_eq!(slack.view("alice"), None, "the form is closed");
            Standing::changed().is_found(&world);
        },
    )
    .await;
}

#[tokio::test]
async fn a_note_that_comes_again_is_added_once() {
    each("a note", &Blow::ALL, async |mut world: World, blow| {
        declares(&world).await;
        world.settles().await;
        let slack = world.slack.clone();
        let typed = "/datadog incident note since 1 minute ago it burns";
        let gesture = slack.types("alice", CHANNEL, typed);
        comes_again(&mut world, (blow, Ask::Typed("note")), gesture).await;
        let notes = "SELECT json_extract(what, '$.text') FROM timeline WHERE kind = 'note'";
        assert_eq!(world.records.ask(notes), ["it burns"]);
    })
    .await;
}

#[tokio::test]
async fn the_end_of_an_impact_that_comes_again_ends_it_once() {
    each(
        "the end of an impact",
        &Blow::ALL,
        async |mut world: World, blow| {
            declares(&world).await;
            world.settles().await;
            let slack = world.slack.clone();
            let gesture = slack.types("alice", CHANNEL, "/datadog incident impact end");
            comes_again(&mut world, (blow, Ask::Typed("impact")), gesture).await;
            let open = "SELECT number FROM impacts WHERE ended_at IS NULL";
            assert_eq!(world.records.ask(open), [""; 0]);
            let ended = "SELECT kind FROM timeline WHERE what ->> 'what' = 'impact_ended'";
            assert_eq!(world.records.ask(ended), ["impact"]);
        },
    )
    .await;
}

#[tokio::test]
async fn one_thing_that_is_typed_and_comes_again_is_changed_once() {
    each(
        "the command that changes one thing",
        &Blow::ALL,
        async |mut world: World, blow| {
            declares(&world).await;
            world.settles().await;
            let slack = world.slack.clone();
            let text = "/datadog incident role comm @bob";
            let gesture = slack.types("alice", CHANNEL, text);
            comes_again(&mut world, (blow, Ask::Typed("role")), gesture).await;
            Standing::declared()
                .gives_a_role("bob", BOB_HAS_IT)
                .is_found(&world);
        },
    )
    .await;
}

#[tokio::test]
async fn a_form_that_gives_a_role_and_comes_again_gives_it_once() {
    each(
        "the form of responders",
        &Blow::ALL,
        async |mut world: World, blow| {
            declares(&world).await;
            world.settles().await;
            let (place, text) = (("alice", CHANNEL), "/datadog incident responders");
            let fields = [("Communications Lead", "bob")];
            let form = world.opens(place, text, &fields).await;
            let slack = world.slack.clone();
            let gesture = slack.submits("alice", &form);
            comes_again(&mut world, (blow, Ask::Form(responders::FORM)), gesture).await;
            assert_eq!(slack.view("alice"), None, "the form is closed");
            Standing::declared()
                .gives_a_role("bob", BOB_HAS_IT)
                .is_found(&world);
        },
    )
    .await;
}

#[tokio::test]
async fn a_choice_that_comes_again_leads_to_the_form_to_change() {
    each(
        "the choice of an incident",
        &["killed"],
        async |mut world: World, _| {
            declares(&world).await;
            world.settles().await;
            let (place, text) = (("alice", "#general"), "/datadog incident update");
            let form = world.opens(place, text, &[("Incident", "1")]).await;
            let slack = world.slack.clone();
            let gesture = slack.submits("alice", &form);
            // It stores nothing, so it can only be asked again.
            let request = killed_during(&mut world, Ask::Form(which_incident::FORM), gesture)
                .await
                .unwrap();
            world.starts().await;
            for retry in [1, 2] {
                is_fine(&slack.redelivers(&request, retry).await);
            }
            let form = world.fills("alice", &CHANGED).await;
            world.submits("alice", &form).await;
            world.settles().await;
            Standing::changed().is_found(&world);
        },
    )
    .await;
}

#[tokio::test]
async fn a_click_that_comes_again_adds_its_message_once() {
    each(
        "the click that adds a message",
        &Blow::ALL,
        async |mut world: World, blow| {
            declares(&world).await;
            world.settles().await;
            let ts = chioma_writes(&world).await;
            let slack = world.slack.clone();
            let gesture = slack.message_action("alice", CHANNEL, &ts, "add_to_incident");
            comes_again(
                &mut world,
                (blow, Ask::Menu(add_to_incident::ACTION)),
                gesture,
            )
            .await;
            is_told(&world, "Added to the timeline of IR-1.").await;
            message_is_on_the_timeline(&world, CHANNEL, &ts);
            Standing::declared()
                .and("chioma")
                .with("message")
                .is_found(&world);
        },
    )
    .await;
}

#[tokio::test]
async fn a_form_that_comes_again_adds_its_message_once() {
    each(
        "the form that adds a message",
        &Blow::ALL,
        async |mut world: World, blow| {
            declares(&world).await;
            world.settles().await;
            let slack = world.slack.clone();
            let text = "Payments time out as well.";
            let ts = slack.types("chioma", "#incidents", text).await.ts.unwrap();
            adds(&world, "#incidents", &ts).await;
            let form = world.fills("alice", &[("Incident", "1")]).await;
            let gesture = slack.submits("alice", &form);
            comes_again(
                &mut world,
                (blow, Ask::Form(add_to_incident::FORM)),
                gesture,
            )
            .await;
            assert_eq!(slack.view("alice"), None, "the form is closed");
            is_told(&world, "Added to the timeline of IR-1.").await;
            message_is_on_the_timeline(&world, "#incidents", &ts);
            Standing::declared().with("message").is_found(&world);
        },
    )
    .await;
}

#[tokio::test]
async fn a_click_that_comes_again_tries_again_once() {
    each(
        "the button to try again",
        &Blow::ALL,
        async |mut world: World, blow| {
            let slack = world.slack.clone();
            slack.fails(
                "conversations.create",
                1,
                Trouble::Error("restricted_action"),
            );
            declares(&world).await;
            world.settles().await;
            let complaint = slack
                .ephemerals("alice")
                .pop()
                .expect("there is no channel");
            let gesture = slack.clicks("alice", "#general", &complaint.ts, "try_again", None);
            comes_again(&mut world, (blow, Ask::Button(buttons::TRY_AGAIN)), gesture).await;
            is_told(&world, "Trying again for IR-1.").await;
            Standing::declared()
                .with("undelivered")
                .with_a_later_channel()
                .is_found(&world);
        },
    )
    .await;
}

/// Waits until alice was told something that only she sees. It comes beside the answer, and is not kept:
/// it may come as often as the request came.
async fn is_told(world: &World, words: &str) {
    let told = async || {
        let ephemerals = world.slack.ephemerals("alice");
        ephemerals.iter().any(|it| it.as_read() == words)
    };
    eventually("word to alice", told).await;
}

#[tokio::test]
async fn a_button_of_the_tray_that_comes_again_does_what_it_says_once() {
    let finds = async |world: &World| shows(world, "/datadog").await;
    presses("tray incident stable", finds, |world| {
        let status = world.records.ask("SELECT status FROM incidents");
        assert_eq!(status, ["stable"]);
        happened(world, "changed", 1);
        told(world, "alice changed the status from ACTIVE to STABLE.");
    })
    .await;
}

#[tokio::test]
async fn a_severity_that_is_typed_and_comes_again_is_changed_once() {
    let types = async |slack: &Sandbox, (): &()| {
        slack
            .types("alice", CHANNEL, "/datadog incident sev1")
            .await
    };
    let ready = async |_: &World| ();
    once(Ask::Typed("at_once"), ready, types, |world, ()| {
        happened(world, "changed", 1);
        told(world, "alice changed the severity from SEV-2 to SEV-1.");
    })
    .await;
}

#[tokio::test]
async fn a_repair_that_is_typed_and_comes_again_is_done_once() {
    let types = async |slack: &Sandbox, (): &()| {
        slack
            .types("alice", CHANNEL, "/datadog incident repair")
            .await
    };
    let ready = async |_: &World| ();
    once(Ask::Typed("repair"), ready, types, |world, ()| {
        is_looked_at(world);
    })
    .await;
}

#[tokio::test]
async fn a_form_that_repairs_and_comes_again_repairs_once() {
    let fills = async |world: &World| {
        let place = ("alice", "#general");
        let which = [("Incident", "1")];
        world.opens(place, "/datadog incident repair", &which).await
    };
    let ask = Ask::Form(which_incident::FORM);
    sends_what(ask, fills, is_looked_at).await;
}

/// Looks at what came of a repair of an incident that lacks nothing.
fn is_looked_at(world: &World) {
    assert_eq!(world.records.count("outbox WHERE kind = 'repair'"), 1);
    let direct = world.slack.direct_message("alice").unwrap();
    let told = world.slack.messages(&direct);
    assert_eq!(told.len(), 1, "alice is told once: {told:#?}");
    Standing::declared().is_found(world);
}
