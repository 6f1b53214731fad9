//! A subscription, killed while it is asked for: pressing once subscribes once, however often it is told.

use super::again::{Blow, OF_ALICE, comes_again};
use super::cases::each;
use super::deliveries::declares;
use super::standing::Standing;
use super::world::World;

#[tokio::test]
async fn a_press_that_comes_again_subscribes_and_does_not_end_it() {
    each(
        "the button to subscribe",
        &Blow::ALL,
        async |mut world: World, blow| {
            declares(&world).await;
            world.settles().await;
            let slack = world.slack.clone();
            let mut messages = slack.messages("incidents").into_iter();
            let card = messages.find(|message| message.as_read().starts_with("IR-1 "));
            let ts = card.expect("the incident is announced").ts;
            let gesture = slack.clicks("alice", "incidents", &ts, "subscribe", None);
            comes_again(&mut world, (blow, OF_ALICE), gesture).await;
            let subscribers = world.records.ask("SELECT subscribers FROM incidents");
            assert_eq!(subscribers, [r#"["U0ALICE0001"]"#]);
            Standing::declared().is_found(&world);
        },
    )
    .await;
}
