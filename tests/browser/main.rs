//! The walk-through in a real browser: the sandbox's page, as somebody who starts the program for the first time
//! meets it, by mouse, by keyboard and by touch.
//!
//! Without Chromium and its driver these stories are left out, which is said in one line; with
//! `MUSTER_BROWSER=required` in the environment they fail then.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod chromium;
mod hand;
mod looks;
mod picture;
mod places;
mod private;
mod program;
mod reading;
mod stage;
mod walk;
mod walk_on;
mod window;

use hand::Hand;
use stage::{Screen, by};

#[tokio::test]
async fn an_incident_is_lived_through_with_the_mouse() {
    by(Hand::Mouse, Screen::Desktop, walk::the_whole_way).await;
}

#[tokio::test]
async fn an_incident_is_lived_through_with_the_keyboard_alone() {
    by(Hand::Keyboard, Screen::Desktop, walk::the_whole_way).await;
}

#[tokio::test]
async fn an_incident_is_lived_through_on_a_phone() {
    by(Hand::Touch, Screen::Phone, walk::the_whole_way).await;
}

#[tokio::test]
async fn light_and_dark_can_both_be_read() {
    by(Hand::Mouse, Screen::Desktop, looks::light_and_dark).await;
}

#[tokio::test]
async fn a_private_incident_is_seen_by_those_who_take_part_and_by_nobody_else() {
    by(
        Hand::Mouse,
        Screen::Desktop,
        private::is_seen_by_those_who_take_part,
    )
    .await;
}

#[tokio::test]
async fn whoever_scrolls_up_is_left_there_whatever_comes() {
    let story = reading::whoever_scrolls_up_is_left_there;
    by(Hand::Touch, Screen::Phone, story).await;
}

#[tokio::test]
async fn what_is_pressed_stays_where_it_is() {
    let story = reading::what_is_pressed_stays_where_it_is;
    by(Hand::Mouse, Screen::Desktop, story).await;
}

#[tokio::test]
async fn the_end_stays_in_sight_above_the_keyboard_of_a_phone() {
    let story = reading::the_end_stays_in_sight_above_the_keyboard;
    by(Hand::Touch, Screen::Phone, story).await;
}

#[tokio::test]
async fn whoever_goes_on_is_not_taken_back() {
    let story = reading::whoever_goes_on_is_not_taken_back;
    by(Hand::Mouse, Screen::Desktop, story).await;
}
