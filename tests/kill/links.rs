//! What links owe, killed at each of its moments.

use muster::domain::Owed;

use super::blow::{Blow, Turn, strike};
use super::cases::each;
use super::deliveries::declares;
use super::standing::{CHANNEL, Standing};
use super::world::{World, is_fine};

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
        Standing::declared()
            .with("document_added")
            .telling("alice added the document Runbook.")
            .bookmarked("Runbook", RUNBOOK)
            .is_found(&world);
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
