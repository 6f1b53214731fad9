//! An incident that is declared, and something that is asked of it: killed at each moment of that, asked
//! again, and done once.

use muster::sandbox::{Sandbox, Seen};

use super::again::{Blow, comes_again};
use super::asks::Ask;
use super::cases::each;
use super::deliveries::declares;
use super::standing::CHANNEL;
use super::world::{World, is_fine};

/// Has something asked of an incident that is declared, at each moment and by each door; looks at what came
/// of it. What is made ready is handed to the gesture.
pub async fn once<Ready>(
    ask: Ask,
    ready: impl AsyncFn(&World) -> Ready,
    gesture: impl AsyncFn(&Sandbox, &Ready) -> Seen,
    looks: impl Fn(&World, &Ready),
) {
    let name = ask.to_string();
    each(&name, &Blow::ALL, async |mut world: World, blow| {
        declares(&world).await;
        world.settles().await;
        let ready = ready(&world).await;
        world.settles().await;
        let slack = world.slack.clone();
        comes_again(&mut world, (blow, ask), gesture(&slack, &ready)).await;
        looks(&world, &ready);
        let left = "SELECT kind || ' ' || state FROM outbox WHERE state <> 'done'";
        assert_eq!(world.records.ask(left), [""; 0], "what was not delivered");
        assert_eq!(world.complaints(), [""; 0], "the log of the last life");
    })
    .await;
}

/// Has alice send a form that she opened by typing and filled in.
pub async fn sends(ask: Ask, (typed, fields): (&str, &[(&str, &str)]), looks: impl Fn(&World)) {
    let fills = async |world: &World| world.opens(("alice", CHANNEL), typed, fields).await;
    sends_what(ask, fills, looks).await;
}

/// Has alice send a form that she opened in some way, and filled in.
pub async fn sends_what(ask: Ask, fills: impl AsyncFn(&World) -> String, looks: impl Fn(&World)) {
    let sends = async |slack: &Sandbox, form: &String| slack.submits("alice", form).await;
    once(ask, fills, sends, |world, _| {
        assert_eq!(world.slack.view("alice"), None, "the form is closed");
        looks(world);
    })
    .await;
}

/// Has alice press a button of a message: the first one of its name.
pub async fn presses(
    button: &'static str,
    finds: impl AsyncFn(&World) -> (String, String),
    looks: impl Fn(&World),
) {
    let presses = async |slack: &Sandbox, (channel, ts): &(String, String)| {
        slack.clicks("alice", channel, ts, button, None).await
    };
    once(Ask::Button(button), finds, presses, |world, _| looks(world)).await;
}

/// Has alice type words that Slack takes, and gives the message that only she sees then.
pub async fn shows(world: &World, typed: &str) -> (String, String) {
    is_typed(world, typed).await;
    let shown = world.slack.ephemerals("alice").pop();
    let shown = shown.expect("alice is shown something");
    (CHANNEL.to_owned(), shown.ts)
}

/// Has alice type words in the incident's channel that lead to no form.
pub async fn is_typed(world: &World, typed: &str) {
    is_fine(&world.slack.types("alice", CHANNEL, typed).await);
    world.settles().await;
}

/// Looks at the timeline: how often it says that something happened.
pub fn happened(world: &World, what: &str, times: i64) {
    let lines = format!("timeline WHERE what ->> 'what' = '{what}'");
    assert_eq!(world.records.count(&lines), times, "{what} on the timeline");
}

/// Looks at what the incident's channel is told: a line comes once.
pub fn told(world: &World, line: &str) {
    let posts = world.slack.messages(CHANNEL).into_iter();
    let lines: Vec<String> = posts
        .flat_map(|post| {
            post.as_read()
                .lines()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        })
        .collect();
    let told = lines.iter().filter(|it| it.replace('@', "") == line);
    assert_eq!(told.count(), 1, "“{line}” in {lines:#?}");
}
