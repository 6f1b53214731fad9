//! Tasks: what they owe, and asking for one, killed at each of its moments.

use muster::domain::Owed;

use super::again::{self, OF_ALICE, comes_again};
use super::blow::{Blow, Turn, strike};
use super::cases::each;
use super::deliveries::declares;
use super::standing::{CHANNEL, Standing};
use super::world::{World, is_fine};

/// Kills the bot while it delivers what a task owes.
pub async fn of_a_task(owed: Owed) {
    let name = format!("{} of a task", owed.as_str());
    each(&name, &Blow::ALL, async move |mut world: World, blow| {
        declares(&world).await;
        world.settles().await;
        strike(&mut world, (owed, Turn::Later, blow), async |world| {
            let text = "/datadog task Roll back @chioma";
            is_fine(&world.slack.types("alice", CHANNEL, text).await);
        })
        .await;
        world.starts().await;
        world.settles().await;
        is_chiomas(&world);
    })
    .await;
}

#[tokio::test]
async fn a_form_that_gives_a_task_and_comes_again_gives_it_once() {
    let blows = &again::Blow::ALL;
    each(
        "the form of a task",
        blows,
        async |mut world: World, blow| {
            declares(&world).await;
            world.settles().await;
            let fields = [
                ("What is to be done", "Roll back @chioma"),
                ("Assignees", "chioma"),
            ];
            let place = ("alice", CHANNEL);
            let form = world.opens(place, "/datadog task", &fields).await;
            let slack = world.slack.clone();
            let gesture = slack.submits("alice", &form);
            comes_again(&mut world, (blow, OF_ALICE), gesture).await;
            assert_eq!(slack.view("alice"), None, "the form is closed");
            is_chiomas(&world);
        },
    )
    .await;
}

#[tokio::test]
async fn a_choice_that_comes_again_does_once_what_was_typed_elsewhere() {
    let blows = &again::Blow::ALL;
    each(
        "the choice for which incident",
        blows,
        async |mut world: World, blow| {
            declares(&world).await;
            world.settles().await;
            let (place, text) = (("alice", "#general"), "/datadog task Roll back @chioma");
            let form = world.opens(place, text, &[("Incident", "1")]).await;
            let slack = world.slack.clone();
            let gesture = slack.submits("alice", &form);
            comes_again(&mut world, (blow, OF_ALICE), gesture).await;
            assert_eq!(slack.view("alice"), None, "the form is closed");
            is_chiomas(&world);
        },
    )
    .await;
}

/// Looks at the task that alice gave to chioma, and at all that is told of it.
fn is_chiomas(world: &World) {
    let direct = world.slack.direct_message("chioma").unwrap_or_default();
    let told = world.slack.messages(&direct);
    let told: Vec<_> = told
        .iter()
        .map(|it| it.as_read().replace('@', ""))
        .collect();
    let expected = format!(
        "alice gave you task 1 of IR-1 Checkout is slow: Roll back chioma\nIts channel is #{CHANNEL}."
    );
    assert_eq!(told, [expected], "what chioma is told");
    Standing::declared()
        .and("chioma")
        .with("task_added")
        .telling("alice added task 1 for chioma: Roll back chioma")
        .is_found(world);
}
