//! Links: what they owe, and asking for one, killed at each of its moments.

use muster::domain::Owed;
use muster_commands::link::LinkKind;
use muster_commands::{call_link, link_buttons};

use super::again::{self, comes_again};
use super::asks::Ask;
use super::blow::{Blow, Turn, strike};
use super::cases::each;
use super::deliveries::declares;
use super::once::{happened, is_typed, presses, sends, shows, told};
use super::standing::{CHANNEL, Standing};
use super::world::{World, eventually, is_fine};

const RUNBOOK: &str = "https://example.com/runbook";

/// Kills the bot while it delivers what a document owes.
pub async fn of_a_link(owed: Owed) {
    let name = format!("{} of a link", owed.as_str());
    each(&name, &Blow::ALL, async move |mut world: World, blow| {
        declares(&world).await;
        world.settles().await;
        strike(&mut world, (owed, Turn::Later, blow), async |world| {
            let text = format!("/datadog incident link {RUNBOOK} Runbook");
            is_fine(&world.slack.types("alice", CHANNEL, &text).await);
        })
        .await;
        world.starts().await;
        world.settles().await;
        has_the_runbook(&world);
    })
    .await;
}

/// Kills the bot while it asks somebody about a call. What only one person sees leaves no trace: with
/// each death of the bot they may be asked once more.
pub async fn of_a_call(owed: Owed) {
    let name = format!("{} of a pasted link", owed.as_str());
    each(&name, &Blow::ALL, async move |mut world: World, blow| {
        declares(&world).await;
        world.settles().await;
        world.slack.joins("chioma", CHANNEL).await;
        // Her briefing is told by the same method.
        world.settles().await;
        strike(&mut world, (owed, Turn::First, blow), async |world| {
            world
                .slack
                .types("chioma", CHANNEL, "https://zoom.us/j/1")
                .await;
        })
        .await;
        world.starts().await;
        world.settles().await;
        let asked = world.slack.ephemerals("chioma").into_iter();
        let asked = asked.filter(|it| it.as_read().starts_with("Use as this incident's call? "));
        assert!(
            (1..=world.lives).contains(&asked.count()),
            "chioma is asked"
        );
        Standing::declared().and("chioma").is_found(&world);
    })
    .await;
}

#[tokio::test]
async fn a_link_that_is_typed_and_comes_again_is_added_once() {
    let blows = &again::Blow::ALL;
    each(
        "the command that adds a link",
        blows,
        async |mut world: World, blow| {
            declares(&world).await;
            world.settles().await;
            let slack = world.slack.clone();
            let text = format!("/datadog incident link {RUNBOOK} Runbook");
            let gesture = slack.types("alice", CHANNEL, &text);
            comes_again(&mut world, (blow, Ask::Typed("link")), gesture).await;
            has_the_runbook(&world);
        },
    )
    .await;
}

/// Looks at the document that alice added.
fn has_the_runbook(world: &World) {
    Standing::declared()
        .with("document_added")
        .telling("alice added the document Runbook.")
        .bookmarked("Runbook", RUNBOOK)
        .is_found(world);
}

/// Has alice send the form of a link.
async fn link_is_sent(
    kind: LinkKind,
    (word, fields): (&str, &[(&str, &str)]),
    looks: impl Fn(&World),
) {
    let typed = format!("/datadog incident {word}");
    sends(Ask::Form(kind.form()), (&typed, fields), looks).await;
}

#[tokio::test]
async fn a_form_that_adds_a_document_and_comes_again_adds_it_once() {
    let fields = [("Link", RUNBOOK), ("Name", "Runbook")];
    link_is_sent(LinkKind::Document, ("link", &fields), has_the_runbook).await;
}

#[tokio::test]
async fn a_form_that_sets_the_chat_and_comes_again_sets_it_once() {
    let fields = [("Link", "https://chat.example.com/1")];
    link_is_sent(LinkKind::Chat, ("chat", &fields), |world| {
        happened(world, "link_changed", 1);
        told(world, "alice set the chat to https://chat.example.com/1.");
    })
    .await;
}

#[tokio::test]
async fn a_form_that_sets_the_call_and_comes_again_sets_it_once() {
    let fields = [("Link", "https://zoom.us/j/1")];
    link_is_sent(LinkKind::Call, ("call", &fields), |world| {
        happened(world, "link_changed", 1);
        told(world, "alice set the video call to https://zoom.us/j/1.");
    })
    .await;
}

#[tokio::test]
async fn a_link_that_is_removed_again_is_gone_once() {
    let finds = async |world: &World| {
        let typed = format!("/datadog incident link {RUNBOOK} Runbook");
        is_typed(world, &typed).await;
        shows(world, "/datadog incident links").await
    };
    presses(link_buttons::REMOVE, finds, |world| {
        happened(world, "document_removed", 1);
        told(world, "alice removed the document Runbook.");
    })
    .await;
}

#[tokio::test]
async fn a_call_that_is_taken_again_is_set_once() {
    let finds = async |world: &World| {
        let slack = &world.slack;
        let pasted = slack.types("alice", CHANNEL, "https://zoom.us/j/1").await;
        assert_eq!(pasted.trouble, None);
        let asked = async || {
            let told = slack.ephemerals("alice").pop();
            told.is_some_and(|it| it.as_read().starts_with("Use as this incident's call? "))
        };
        eventually("question", asked).await;
        let asked = slack.ephemerals("alice").pop().unwrap();
        (CHANNEL.to_owned(), asked.ts)
    };
    presses(call_link::USE, finds, |world| {
        let call = world.records.ask("SELECT call FROM incidents");
        assert_eq!(call, ["https://zoom.us/j/1"]);
        happened(world, "link_changed", 1);
    })
    .await;
}
