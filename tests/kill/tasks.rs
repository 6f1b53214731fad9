//! What a task owes, killed at each of its moments.

use muster::domain::Owed;

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
        let direct = world.slack.direct_message("chioma").unwrap_or_default();
        let told = world.slack.messages(&direct);
        let told: Vec<_> = told.iter().map(|it| it.as_read().replace('@', "")).collect();
        let expected = format!(
            "alice gave you task 1 of IR-1 Checkout is slow: Roll back chioma\nIts channel is #{CHANNEL}."
        );
        assert_eq!(told, [expected], "what chioma is told");
        Standing::declared()
            .and("chioma")
            .with("task_added")
            .telling("alice added task 1 for chioma: Roll back chioma")
            .is_found(&world);
    })
    .await;
}
