//! An incident from signing in to its end, without a mouse.

use serde_json::Value;
use thirtyfour::prelude::Key;

use crate::pages::{Pages, button_starting, heading, link, recorder};
use crate::window::Window;

/// Returns the element with the focus, and whether the focus is visible.
const FOCUS: &str = "
    const el = document.activeElement, style = getComputedStyle(el);
    const isVisible = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
    return [el === document.body ? '' : el.outerHTML.slice(0, 120), isVisible]";

/// The most stops of the Tab key on one page.
const MAX_STOPS: usize = 80;

/// Alice declares an incident, posts an update, flags an entry, resolves, and signs out.
pub async fn run_incident(pages: &Pages<'_>) {
    let alice = &pages.window;
    pages.signs_in().await;
    go_to_pages(alice).await;
    declare(alice).await;
    pages.delivers().await;
    assert_every_stop_is_visible(alice).await;

    alice.clicks(&link("Post update")).await;
    let text = "//textarea[contains(@id, 'post-update')]";
    assert_has_focus(alice, text).await;
    alice.types("The index is rebuilding").await;
    alice.submits_form().await;
    alice
        .sees("//main//*[contains(normalize-space(.), 'The index is rebuilding')]")
        .await;
    pages.delivers().await;

    flag_entry(alice).await;
    keep_focus_when_others_change(pages).await;

    alice.clicks(&link("Resolve")).await;
    alice.sees("//form[starts-with(@id, 'resolve')]").await;
    alice.types("Restarted the index").await;
    alice.submits_form().await;
    alice
        .sees("//main//*[contains(@class, 'status-resolved')]")
        .await;
    pages.delivers().await;
    recorder::assert_clean(alice).await;
    sign_out_and_go_back(pages).await;
}

/// By two keys, by a name in the palette, and to the search.
async fn go_to_pages(alice: &Window) {
    alice.types("gt").await;
    alice.sees(&heading("Tasks")).await;
    for name in ["Settings", "Incidents"] {
        alice.presses_with_modifier(Key::Control, "k").await;
        alice.sees("//dialog[@open]//button").await;
        alice.types(name).await;
        alice
            .sees(&format!("//dialog//button[1][.='{name}']"))
            .await;
        alice.presses_key(Key::Enter).await;
        alice.sees(&heading(name)).await;
    }
    alice.types("/").await;
    assert_has_focus(alice, "//main//input[@type='search']").await;
    alice
        .runs_script("document.activeElement.blur()", &[])
        .await;
}

async fn declare(alice: &Window) {
    alice.types("c").await;
    alice.sees(&heading("Declare Incident")).await;
    assert_has_focus(alice, "//input[@id='title']").await;
    alice.types("Search is down").await;
    let severity = "//input[@name='severity' and @value='SEV-2']";
    alice.tabs_to_radio(severity).await;
    alice.clicks(&button_starting("Declare Incident")).await;
    alice.sees(&heading("Search is down")).await;
}

async fn flag_entry(alice: &Window) {
    alice.clicks(&tab("Timeline")).await;
    alice
        .clicks(&format!("({})[1]", button_starting("Flag")))
        .await;
    alice
        .sees("//main//*[contains(@class, 'flag') and normalize-space(.)='Important']")
        .await;
}

/// Bob writes while alice is on a link, then while she types.
async fn keep_focus_when_others_change(pages: &Pages<'_>) {
    let [_, bob, _] = &pages.users;
    let alice = &pages.window;
    pages.delivers().await;
    let overview = alice.sees(&tab("Overview")).await;
    alice.tabs_to(&overview).await;
    bob.types("#general", "/datadog IR-1 note The disk was full")
        .await;
    alice
        .sees("//main//li[contains(normalize-space(.), 'The disk was full')]")
        .await;
    assert_has_focus(alice, &tab("Overview")).await;
    pages.delivers().await;

    let note = alice
        .sees("//section[@aria-label='Add a note']//textarea")
        .await;
    alice.tabs_to(&note).await;
    alice.types("Half of a sent").await;
    bob.types("#general", "/datadog IR-1 severity SEV-1").await;
    pages.delivers().await;
    alice.types("ence").await;
    let written = alice
        .runs_script("return document.activeElement.value", &[])
        .await;
    assert_eq!(written, "Half of a sentence");
    alice.submits_form().await;
    alice
        .sees("//main//li[contains(normalize-space(.), 'Half of a sentence')]")
        .await;
    pages.delivers().await;
}

/// Nothing of the incident is visible after signing out.
async fn sign_out_and_go_back(pages: &Pages<'_>) {
    let alice = &pages.window;
    alice.clicks("//a[@href='/me']").await;
    alice.clicks(&button_starting("Sign out")).await;
    alice.sees(&heading("Sign in")).await;
    for _ in 0..3 {
        alice.session().await.back().await.unwrap();
        alice.sees(&heading("Sign in")).await;
        assert!(
            !alice
                .is_visible("//*[contains(text(), 'Search is down')]")
                .await
        );
    }
}

/// Returns the path of a tab of the incident.
fn tab(name: &str) -> String {
    format!(
        "//nav[contains(@class, 'incident-tabs')]//a[starts-with(normalize-space(.), '{name}')]"
    )
}

/// Checks that the user sees the focus at each stop of the Tab key.
async fn assert_every_stop_is_visible(user: &Window) {
    let mut stops = 0;
    user.runs_script("document.activeElement.blur()", &[]).await;
    for _ in 0..MAX_STOPS {
        user.presses_key(Key::Tab).await;
        let Value::Array(focus) = user.runs_script(FOCUS, &[]).await else {
            panic!("no focus");
        };
        if focus[0] == "" {
            break;
        }
        assert_eq!(focus[1], true, "the focus is invisible on {}", focus[0]);
        stops += 1;
    }
    assert!((20..MAX_STOPS).contains(&stops), "{stops} stops");
}

/// Checks that an element has the focus. The script of the page may still be about to set it.
async fn assert_has_focus(user: &Window, selector: &str) {
    let element = user.sees(selector).await;
    user.waits_until(
        "document.readyState === 'complete' && document.activeElement !== document.body",
    )
    .await;
    let focus = user.runs_script(FOCUS, &[]).await;
    assert!(
        user.has_focus(&element).await,
        "{selector} has no focus, but {focus}"
    );
}
