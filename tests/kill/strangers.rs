//! Somebody whom the bot never met: asking Slack who that is, and what was asked about them, killed at each moment.

use muster::domain::Owed;
use muster::sandbox::Sandbox;

use super::asks::Ask;
use super::blow::{Blow, Turn, strike};
use super::cases::each;
use super::deliveries::declares;
use super::once::{once, told};
use super::standing::{CHANNEL, Standing};
use super::world::{World, is_fine};

const ASKED: &str = "/datadog incident role communications lead @chioma";

const TOLD: &str = "alice gave chioma the role Communications Lead.";

/// Kills the bot while it delivers what is owed to whoever named a stranger.
async fn of_a_stranger(owed: Owed) {
    let name = format!("{} of a stranger", owed.as_str());
    each(&name, &Blow::ALL, async move |mut world: World, blow| {
        declares(&world).await;
        world.settles().await;
        strike(&mut world, (owed, Turn::First, blow), async |world| {
            is_fine(&world.slack.types("alice", CHANNEL, ASKED).await);
        })
        .await;
        world.starts().await;
        world.settles().await;
        chioma_has_it(&world);
    })
    .await;
}

/// Looks at the role that alice gave to chioma, whom the bot had never met.
fn chioma_has_it(world: &World) {
    told(world, TOLD);
    let answers = world.slack.ephemerals("alice").into_iter();
    let answers = answers
        .filter(|it| it.as_read() == "@chioma has the role Communications Lead in IR-1 now.");
    let answers = answers.count();
    // What only one person sees leaves no trace: with each death of the bot it may come once more.
    assert!(
        (1..=world.lives).contains(&answers),
        "alice was answered {answers} times"
    );
    Standing::declared()
        .and("chioma")
        .gives_a_role("chioma", TOLD)
        .is_found(world);
}

#[tokio::test]
async fn who_somebody_is_is_asked_again_and_what_was_asked_is_done_once() {
    of_a_stranger(Owed::Meet).await;
}

#[tokio::test]
async fn whoever_named_a_stranger_is_answered_though_the_bot_died() {
    of_a_stranger(Owed::Answer).await;
}

#[tokio::test]
async fn what_is_typed_about_a_stranger_and_comes_again_is_done_once() {
    let types = async |slack: &Sandbox, (): &()| slack.types("alice", CHANNEL, ASKED).await;
    let ready = async |_: &World| ();
    once(Ask::Typed("role"), ready, types, |world, ()| {
        told(world, TOLD);
        Standing::declared()
            .and("chioma")
            .gives_a_role("chioma", TOLD)
            .is_found(world);
    })
    .await;
}
