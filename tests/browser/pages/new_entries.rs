//! Reading a timeline while another user writes: the page stays where it is, and a notice leads to the newest entry.

use crate::pages::Pages;
use crate::window::Window;

const NOTICE: &str = "//p[contains(@class, 'new-entries')]//a";

/// Scrolls an entry in the middle to the top of the window, and remembers its place.
const SCROLL: &str = "
    const entry = document.querySelectorAll('.log li[id]')[9];
    entry.scrollIntoView();
    window.entry = entry.id;
    window.place = entry.getBoundingClientRect().top;";

/// Returns by how many pixels the entry has moved.
const MOVED: &str = "
    const { top } = document.getElementById(window.entry).getBoundingClientRect();
    return Math.abs(top - window.place)";

/// Alice reads, and bob adds notes in Slack.
pub async fn read_while_another_user_writes(pages: &Pages<'_>) {
    let [_, bob, _] = &pages.users;
    let channel = bob.declares("Search is down").await.channel;
    for number in 1..=20 {
        write_note(pages, &channel, &format!("Host {number} is checked")).await;
    }
    pages.signs_in().await;
    pages.opens("/incidents/1/timeline").await;
    let alice = &pages.window;
    alice.sees(&entry("Host 20 is checked")).await;
    alice.runs_script(SCROLL, &[]).await;

    write_note(pages, &channel, "The disk is full").await;
    assert_notice(alice, "1 new entry").await;
    write_note(pages, &channel, "The disk is replaced").await;
    assert_notice(alice, "2 new entries").await;

    alice.clicks(NOTICE).await;
    alice.waits_until(&in_sight("The disk is replaced")).await;
    alice.waits_until_gone(NOTICE).await;
    let focus = "return document.activeElement.textContent.includes('The disk is replaced')";
    assert_eq!(alice.runs_script(focus, &[]).await, true);

    // At the newest end, entries simply appear.
    write_note(pages, &channel, "The index is rebuilt").await;
    alice.waits_until(&in_sight("The index is rebuilt")).await;
    alice.does_not_see(NOTICE).await;
}

async fn write_note(pages: &Pages<'_>, channel: &str, text: &str) {
    let [_, bob, _] = &pages.users;
    bob.types(channel, &format!("/datadog note {text}")).await;
    pages.delivers().await;
}

/// Checks that the notice says this, and that nothing has moved.
async fn assert_notice(alice: &Window, text: &str) {
    alice
        .sees(&format!("{NOTICE}[normalize-space(.)='{text}']"))
        .await;
    let moved = alice.runs_script(MOVED, &[]).await;
    assert!(moved.as_f64().unwrap() < 1.0, "the page jumps by {moved}");
}

/// Returns the path of the entry with this text.
fn entry(text: &str) -> String {
    format!("//main//li[starts-with(@id, 'entry-') and contains(normalize-space(.), '{text}')]")
}

/// Returns the condition that the entry with this text is below the top bar and above the end of the window.
fn in_sight(text: &str) -> String {
    format!(
        "[...document.querySelectorAll('.log li[id]')].some((entry) => {{
            const {{ top, bottom }} = entry.getBoundingClientRect();
            const bar = document.querySelector('.top').getBoundingClientRect().bottom;
            return entry.textContent.includes('{text}') && top >= bar && bottom <= innerHeight;
        }})"
    )
}
