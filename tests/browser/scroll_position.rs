//! Reading while other users post: the scroll position and pressed elements stay in place.

use crate::fixture::Fixture;
use crate::selectors::{button, composer, message, within};
use crate::walkthrough_1;
use crate::window::Window;

const MESSAGE: &str = "Who is on the database?";
/// How far up the user scrolls, in CSS pixels.
const SCROLL_DISTANCE: u32 = 300;
/// Number of help messages that are higher than the screen.
const HELP_COUNT: u32 = 6;
/// Whether the list is scrolled to its end.
const IS_AT_END: &str = "(({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight < 1)\
    (document.querySelector('main .messages'))";

/// The message arrives while the user scrolls up. The scroll position must not change.
pub async fn check_scroll_position(fixture: &Fixture) {
    let alice = fixture.open_page().await;
    walkthrough_1::open_general(&alice).await;
    for _ in 0..HELP_COUNT {
        send_text(&alice, "/datadog help").await;
    }
    alice
        .sees(&format!("({})[{HELP_COUNT}]", help_message()))
        .await;
    let chioma = open_general_as_chioma(fixture).await;
    let script = format!(
        "const list = document.querySelector('main .messages'); {}",
        on_message_script(&format!(
            "list.scrollTop -= {SCROLL_DISTANCE}; window.place = list.scrollTop"
        ))
    );
    alice.runs_script(&script, &[]).await;
    send_text(&chioma, MESSAGE).await;

    let button = button("1 new message");
    alice.sees(&button).await;
    let offset = "return document.querySelector('main .messages').scrollTop - window.place";
    assert_eq!(alice.runs_script(offset, &[]).await, 0);
    alice.clicks(&button).await;
    alice.waits_until_gone(&button).await;
    alice.waits_until(IS_AT_END).await;
}

/// A phone's keyboard takes half of the screen. The last message must stay visible above it.
pub async fn check_phone_keyboard(fixture: &Fixture) {
    let alice = fixture.open_page().await;
    walkthrough_1::open_general(&alice).await;
    for _ in 0..HELP_COUNT {
        send_text(&alice, "/datadog help").await;
    }
    alice
        .sees(&format!("({})[{HELP_COUNT}]", help_message()))
        .await;
    alice.waits_until(IS_AT_END).await;
    let (width, height) = fixture.screen.size();
    alice.resizes(width, height / 2, 2.0).await;
    alice
        .waits_until(&format!("innerHeight === {}", height / 2))
        .await;
    alice.waits_until(IS_AT_END).await;
}

/// The message would move the button while the mouse is down on it. It is not rendered until the mouse is
/// released.
pub async fn check_mouse_down(fixture: &Fixture) {
    let alice = fixture.open_page().await;
    walkthrough_1::open_general(&alice).await;
    send_text(&alice, "/datadog help").await;
    let dismiss = within(&help_message(), &button("Dismiss"));
    alice.sees(&dismiss).await;
    let chioma = open_general_as_chioma(fixture).await;
    let script = on_message_script("requestAnimationFrame(() => { window.heard = true })");
    alice.runs_script(&script, &[]).await;

    alice.presses_mouse_on(&dismiss).await;
    send_text(&chioma, MESSAGE).await;
    alice.waits_until("window.heard").await;
    alice.releases_mouse().await;
    alice.waits_until_gone(&help_message()).await;
    alice.sees(&message(MESSAGE)).await;
}

/// The page switches to Bob, although a response for Alice arrives later.
pub async fn check_user_switch(fixture: &Fixture) {
    let alice = fixture.open_page().await;
    walkthrough_1::open_general(&alice).await;
    let chioma = open_general_as_chioma(fixture).await;
    alice
        .runs_script(&on_message_script("window.heard = true"), &[])
        .await;

    let bob = "//a[@data-person='U0BOB000001']";
    alice.presses_mouse_on(bob).await;
    send_text(&chioma, MESSAGE).await;
    alice.waits_until("window.heard").await;
    alice.releases_mouse().await;
    alice.sees(&format!("{bob}[@aria-current='true']")).await;
    alice.sees(&message(MESSAGE)).await;
}

fn help_message() -> String {
    message("Type these after")
}

/// Opens a window for Chioma in the same channel.
async fn open_general_as_chioma(fixture: &Fixture) -> Window {
    let chioma = fixture.open_page_as("U0CHIOMA001").await;
    walkthrough_1::open_general(&chioma).await;
    chioma
}

/// Returns a script that runs `what` as soon as the page receives the message, before it renders it.
fn on_message_script(what: &str) -> String {
    format!(
        "const ask = window.fetch;
        window.fetch = async (...asked) => {{
          const answer = await ask(...asked);
          const read = answer.json.bind(answer);
          answer.json = async () => {{
            const said = await read();
            if (JSON.stringify(said).includes('{MESSAGE}')) {{ window.fetch = ask; {what} }}
            return said;
          }};
          return answer;
        }};"
    )
}

async fn send_text(user: &Window, text: &str) {
    user.focuses(&composer("general")).await;
    user.types(text).await;
    user.sends_message().await;
}
