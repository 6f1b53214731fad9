//! The walk-through in a real browser: the sandbox's page as a new user sees it, by mouse, by keyboard and by
//! touch. `pages/` has the tests of the bot's own pages.
//!
//! Without Chromium and its driver, these tests are skipped, and one line says so. With
//! `MUSTER_BROWSER=required` in the environment, they fail instead.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod fixture;
mod guide;
#[allow(
    dead_code,
    unused_imports,
    reason = "each test program uses a part of it"
)]
#[path = "../scenarios/harness/mod.rs"]
pub mod harness;
mod input;
mod scroll_position;
mod selectors;
#[path = "../support/mod.rs"]
mod support;
#[allow(
    dead_code,
    unused_imports,
    reason = "each test program uses a part of it"
)]
#[path = "../web/transport/mod.rs"]
pub mod transport;
mod walkthrough_1;
mod walkthrough_2;
mod walkthrough_mixed;

mod chromium;
mod looks;
mod open_page;
mod pages;
mod picture;
mod private;
mod readme;
mod restart;
mod window;

use crate::fixture::{Screen, run_in_browser};
use crate::input::InputMethod;

#[tokio::test]
async fn walkthrough_completes_with_the_mouse() {
    run_in_browser(
        InputMethod::Mouse,
        Screen::Desktop,
        walkthrough_1::run_walkthrough,
    )
    .await;
}

#[tokio::test]
async fn walkthrough_completes_with_the_keyboard() {
    run_in_browser(
        InputMethod::Keyboard,
        Screen::Desktop,
        walkthrough_1::run_walkthrough,
    )
    .await;
}

#[tokio::test]
async fn walkthrough_completes_on_a_phone() {
    run_in_browser(
        InputMethod::Touch,
        Screen::Phone,
        walkthrough_1::run_walkthrough,
    )
    .await;
}

#[tokio::test]
async fn walkthrough_in_slack_and_on_the_page_ends_with_a_postmortem() {
    let scenario = walkthrough_mixed::run_walkthrough;
    run_in_browser(InputMethod::Mouse, Screen::Desktop, scenario).await;
}

#[tokio::test]
async fn walkthrough_of_the_readme_completes_as_written() {
    let scenario = readme::follow_walkthrough;
    run_in_browser(InputMethod::Mouse, Screen::Desktop, scenario).await;
}

#[tokio::test]
async fn text_has_enough_contrast_in_light_and_dark_scheme() {
    run_in_browser(InputMethod::Mouse, Screen::Desktop, looks::check_contrast).await;
}

#[tokio::test]
async fn private_incident_is_visible_only_to_its_responders() {
    run_in_browser(
        InputMethod::Mouse,
        Screen::Desktop,
        private::check_private_incident,
    )
    .await;
}

#[tokio::test]
async fn open_page_leads_from_the_sandbox_to_the_incident() {
    let scenario = open_page::check_open_page;
    run_in_browser(InputMethod::Mouse, Screen::Desktop, scenario).await;
}

#[tokio::test]
async fn scroll_position_is_preserved_when_a_message_arrives() {
    let scenario = scroll_position::check_scroll_position;
    run_in_browser(InputMethod::Touch, Screen::Phone, scenario).await;
}

#[tokio::test]
async fn button_stays_in_place_while_the_mouse_is_down_on_it() {
    let scenario = scroll_position::check_mouse_down;
    run_in_browser(InputMethod::Mouse, Screen::Desktop, scenario).await;
}

#[tokio::test]
async fn latest_message_stays_visible_above_the_phone_keyboard() {
    let scenario = scroll_position::check_phone_keyboard;
    run_in_browser(InputMethod::Touch, Screen::Phone, scenario).await;
}

#[tokio::test]
async fn late_response_does_not_revert_a_user_switch() {
    let scenario = scroll_position::check_user_switch;
    run_in_browser(InputMethod::Mouse, Screen::Desktop, scenario).await;
}

#[tokio::test]
async fn steps_of_the_guide_are_ticked_off_in_any_order() {
    run_in_browser(InputMethod::Mouse, Screen::Desktop, guide::check_guide).await;
}

#[tokio::test]
async fn guide_works_with_the_keyboard() {
    run_in_browser(
        InputMethod::Keyboard,
        Screen::Desktop,
        guide::check_keyboard,
    )
    .await;
}

#[tokio::test]
async fn restart_keeps_channels_and_a_broken_file_is_renamed() {
    run_in_browser(InputMethod::Mouse, Screen::Desktop, restart::check_restart).await;
}
