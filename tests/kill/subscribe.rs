//! A subscription, killed while it is asked for or ended: pressing once does it once, however often it is told.

use muster_commands::buttons;

use super::once::presses;
use super::standing::{CHANNEL, Standing};
use super::world::{World, eventually, is_fine};

/// Gives where the announcement stands.
async fn announcement(world: &World) -> (String, String) {
    let mut messages = world.slack.messages("incidents").into_iter();
    let card = messages.find(|message| message.as_read().starts_with("IR-1 "));
    let card = card.expect("the incident is announced");
    ("incidents".to_owned(), card.ts)
}

fn subscribers(world: &World) -> Vec<String> {
    world.records.ask("SELECT subscribers FROM incidents")
}

#[tokio::test]
async fn a_press_that_comes_again_subscribes_and_does_not_end_it() {
    presses(buttons::SUBSCRIBE, announcement, |world| {
        assert_eq!(subscribers(world), [r#"["U0ALICE0001"]"#]);
        Standing::declared().is_found(world);
    })
    .await;
}

#[tokio::test]
async fn a_press_that_comes_again_ends_a_subscription_and_does_not_begin_it_anew() {
    let finds = async |world: &World| {
        let (slack, button) = (&world.slack, buttons::SUBSCRIBE);
        let (channel, ts) = announcement(world).await;
        is_fine(&slack.clicks("alice", &channel, &ts, button, None).await);
        // Whoever changes something themselves is not told of it.
        let typed = slack.types("bob", CHANNEL, "/datadog incident stable");
        is_fine(&typed.await);
        let told = || {
            let direct = slack.direct_message("alice")?;
            Some((direct.to_string(), slack.messages(&direct).pop()?.ts))
        };
        eventually("word to a subscriber", async || told().is_some()).await;
        told().unwrap()
    };
    presses(buttons::UNSUBSCRIBE, finds, |world| {
        assert_eq!(subscribers(world), ["[]"]);
    })
    .await;
}
