//! Somebody reads while others write: what they read stays where it is, and so does what they press.

use crate::places::{button, composer, message, within};
use crate::stage::Stage;
use crate::walk;
use crate::window::Window;

const SAID: &str = "Who is on the database?";
/// How far up somebody reads, in the page's own pixels.
const UP: u32 = 300;
/// Whether the reader is at the end of the list.
const AT_THE_END: &str = "(({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight < 1)\
    (document.querySelector('main .messages'))";

/// The page hears of the message at the very moment at which she scrolls up; she is left where she reads.
pub async fn whoever_scrolls_up_is_left_there(stage: &Stage) {
    let alice = stage.newcomer().await;
    walk::opens_general(&alice).await;
    for _ in 0..2 {
        says(&alice, "/datadog help").await;
    }
    alice.sees(&format!("({})[2]", help())).await;
    let chioma = in_general(stage).await;
    let script = format!(
        "const list = document.querySelector('main .messages'); {}",
        on_hearing(&format!(
            "list.scrollTop -= {UP}; window.place = list.scrollTop"
        ))
    );
    alice.asks(&script, &[]).await;
    says(&chioma, SAID).await;

    let button = button("1 new message");
    alice.sees(&button).await;
    let place = "return document.querySelector('main .messages').scrollTop - window.place";
    assert_eq!(alice.asks(place, &[]).await, 0);
    alice.presses(&button).await;
    alice.sees_no_longer(&button).await;
    alice.waits_until(AT_THE_END).await;
}

/// A phone's keyboard takes half of the screen; what was said last stays in sight above it.
pub async fn the_end_stays_in_sight_above_the_keyboard(stage: &Stage) {
    let alice = stage.newcomer().await;
    walk::opens_general(&alice).await;
    for _ in 0..2 {
        says(&alice, "/datadog help").await;
    }
    alice.sees(&format!("({})[2]", help())).await;
    alice.waits_until(AT_THE_END).await;
    let (width, height) = stage.screen.size();
    alice.is_seen_large(width, height / 2, 2.0).await;
    alice
        .waits_until(&format!("innerHeight === {}", height / 2))
        .await;
    alice.waits_until(AT_THE_END).await;
}

/// The message would move the button away while the mouse is down on it; it waits until she lets go.
pub async fn what_is_pressed_stays_where_it_is(stage: &Stage) {
    let alice = stage.newcomer().await;
    walk::opens_general(&alice).await;
    says(&alice, "/datadog help").await;
    let dismiss = within(&help(), &button("Dismiss"));
    alice.sees(&dismiss).await;
    let chioma = in_general(stage).await;
    let script = on_hearing("requestAnimationFrame(() => { window.heard = true })");
    alice.asks(&script, &[]).await;

    alice.holds_down(&dismiss).await;
    says(&chioma, SAID).await;
    alice.waits_until("window.heard").await;
    alice.lets_go().await;
    alice.sees_no_longer(&help()).await;
    alice.sees(&message(SAID)).await;
}

/// What she becomes is Bob, whatever was asked as Alice and is answered only then.
pub async fn whoever_goes_on_is_not_taken_back(stage: &Stage) {
    let alice = stage.newcomer().await;
    walk::opens_general(&alice).await;
    let chioma = in_general(stage).await;
    alice.asks(&on_hearing("window.heard = true"), &[]).await;

    let bob = "//a[@data-person='U0BOB000001']";
    alice.holds_down(bob).await;
    says(&chioma, SAID).await;
    alice.waits_until("window.heard").await;
    alice.lets_go().await;
    alice.sees(&format!("{bob}[@aria-current='true']")).await;
    alice.sees(&message(SAID)).await;
}

fn help() -> String {
    message("What you can type")
}

/// Opens a window of Chioma's, in the same channel.
async fn in_general(stage: &Stage) -> Window {
    let chioma = stage.somebody_else("U0CHIOMA001").await;
    walk::opens_general(&chioma).await;
    chioma
}

/// A script that does something as soon as the page hears of the message, before it draws it.
fn on_hearing(what: &str) -> String {
    format!(
        "const ask = window.fetch;
        window.fetch = async (...asked) => {{
          const answer = await ask(...asked);
          const read = answer.json.bind(answer);
          answer.json = async () => {{
            const said = await read();
            if (JSON.stringify(said).includes('{SAID}')) {{ window.fetch = ask; {what} }}
            return said;
          }};
          return answer;
        }};"
    )
}

async fn says(somebody: &Window, text: &str) {
    somebody.goes_to(&composer("general")).await;
    somebody.types(text).await;
    somebody.sends().await;
}
