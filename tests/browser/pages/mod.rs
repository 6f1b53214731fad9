//! The bot's own pages in a real browser: accessible, by keyboard alone, on a phone, under their strict policy.
//!
//! The bot, the users and the clock are those of the scenarios; the browser belongs to one of the users.

mod accessibility;
mod keyboard;
mod message_templates;
mod new_entries;
mod phone;
mod pictures;
mod postmortem;
mod print;
mod recorder;

use std::panic::{AssertUnwindSafe, resume_unwind};

use futures_util::FutureExt;

use crate::chromium::{Chromium, Installed};
use crate::fixture::{Screen, console_messages, save_screenshots};
use crate::harness::scenario::scenario_with_pages;
use crate::harness::user::TestUser;
use crate::harness::world::World;
use crate::input::InputMethod;
use crate::window::Window;

/// The width of a small phone.
const PHONE_WIDTH: u32 = 360;

/// A browser on the pages, in a world with alice, bob and chioma.
struct Pages<'w> {
    world: &'w World,
    users: [TestUser<'w>; 3],
    window: Window,
}

impl Pages<'_> {
    /// Opens a page.
    async fn opens(&self, path: &str) {
        let url = format!("{}{path}", self.world.base_url.borrow());
        self.window.opens(&url).await;
    }

    /// Opens the sign-in link of alice, without using it.
    async fn opens_sign_in_link(&self) {
        let alice = &self.users[0];
        alice.types("#general", "/datadog web").await;
        let blocks = alice.last_ephemeral().blocks.unwrap();
        let url = blocks[1]["elements"][0]["url"].as_str().unwrap().to_owned();
        self.window.opens(&url).await;
    }

    /// Signs alice in.
    async fn signs_in(&self) {
        self.opens_sign_in_link().await;
        self.window.clicks(&button_starting("Continue as")).await;
        self.window.sees(&heading("Incidents")).await;
    }

    /// Delivers what the last form caused, and marks all messages in Slack as read.
    async fn delivers(&self) {
        self.world.deliver_all().await;
        drop(self.world.take_all_unread());
        self.world.read_all_direct_messages();
    }
}

/// Returns the path of a heading by its text.
fn heading(text: &str) -> String {
    format!("//main//h1[contains(normalize-space(.), '{text}')]")
}

/// Returns the path of a link by its text.
fn link(text: &str) -> String {
    format!("//a[normalize-space(.)='{text}' or @aria-label='{text}']")
}

/// Returns the path of a button by the start of its text.
fn button_starting(text: &str) -> String {
    format!("//button[starts-with(normalize-space(.), '{text}')]")
}

/// Runs a test of the pages, unless this machine has no browser. It fails if the browser's console contains
/// anything, except about pages that do not exist and about conflicts.
fn run_on_pages(input: InputMethod, screen: Screen, scenario: impl AsyncFn(&Pages<'_>)) {
    let Some(installed) = Installed::find_browser() else {
        return;
    };
    scenario_with_pages(async |world, users| {
        let chromium = Chromium::start(installed, screen).await;
        let session = chromium.session.clone();
        let pages = Pages {
            world,
            users,
            window: Window::initial(session.clone(), input, screen).await,
        };
        recorder::start(&pages.window).await;
        let outcome = AssertUnwindSafe(scenario(&pages)).catch_unwind().await;
        let console = console_messages(&session).await;
        if outcome.is_err() {
            save_screenshots(&session).await;
        }
        drop(session);
        pages.delivers().await;
        drop(pages);
        chromium.quit().await;
        if let Err(panic) = outcome {
            eprintln!("Console of the browser: {console:#?}");
            resume_unwind(panic);
        }
        let is_expected = |message: &String| {
            ["404", "409"]
                .iter()
                .any(|it| message.contains(&format!("status of {it}")))
        };
        let is_unexpected = |message: &&String| !is_expected(message);
        let unexpected: Vec<_> = console.iter().filter(is_unexpected).collect();
        assert_eq!(unexpected, [""; 0], "the console of the browser");
    });
}

#[test]
fn every_page_of_an_incident_is_accessible_in_both_schemes_and_widths() {
    let check = accessibility::check_incident_pages;
    run_on_pages(InputMethod::Mouse, Screen::Desktop, check);
}

#[test]
fn every_other_page_is_accessible_in_both_schemes_and_widths() {
    let check = accessibility::check_other_pages;
    run_on_pages(InputMethod::Mouse, Screen::Desktop, check);
}

#[test]
fn incident_is_run_on_the_pages_by_keyboard_alone() {
    let check = keyboard::run_incident;
    run_on_pages(InputMethod::Keyboard, Screen::Desktop, check);
}

#[test]
fn message_template_is_previewed_and_completed_while_it_is_written() {
    let check = message_templates::write_template;
    run_on_pages(InputMethod::Mouse, Screen::Desktop, check);
}

#[test]
fn section_is_written_while_another_user_saves_others() {
    let check = postmortem::write_section;
    run_on_pages(InputMethod::Mouse, Screen::Desktop, check);
}

#[test]
fn incident_is_declared_on_a_phone_with_three_inputs() {
    let check = phone::declare;
    run_on_pages(InputMethod::Touch, Screen::SmallPhone, check);
}

#[test]
fn list_is_filtered_by_a_service_on_a_phone() {
    let check = phone::filter_by_service;
    run_on_pages(InputMethod::Touch, Screen::SmallPhone, check);
}

#[test]
fn every_section_is_in_reach_on_a_small_phone() {
    let check = phone::reach_every_section;
    run_on_pages(InputMethod::Touch, Screen::SmallPhone, check);
}

#[test]
fn timeline_stays_in_place_and_leads_to_new_entries_by_keyboard() {
    let check = new_entries::read_while_another_user_writes;
    run_on_pages(InputMethod::Keyboard, Screen::Desktop, check);
}

#[test]
fn timeline_stays_in_place_and_leads_to_new_entries_on_a_phone() {
    let check = new_entries::read_while_another_user_writes;
    run_on_pages(InputMethod::Touch, Screen::SmallPhone, check);
}

#[test]
fn pages_can_be_installed_in_the_browser() {
    let check = phone::check_installable;
    run_on_pages(InputMethod::Mouse, Screen::Desktop, check);
}

#[test]
fn postmortem_is_printed_without_controls() {
    let check = print::print_postmortem;
    run_on_pages(InputMethod::Mouse, Screen::Desktop, check);
}

#[test]
fn pictures_in_the_readme_are_current() {
    let check = pictures::check_pictures;
    run_on_pages(InputMethod::Mouse, Screen::Desktop, check);
}
