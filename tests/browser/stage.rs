//! Where a story is played: a program, a browser, and what must hold when the story has ended.

use std::env;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::thread;

use futures_util::FutureExt;
use thirtyfour::WebDriver;

use crate::chromium::{Chromium, Installed};
use crate::hand::Hand;
use crate::program::Program;
use crate::window::Window;

/// How large the page is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    Desktop,
    Phone,
}

impl Screen {
    /// Gives width and height in the page's own pixels.
    pub fn size(self) -> (u32, u32) {
        match self {
            Self::Desktop => (1280, 860),
            Self::Phone => (390, 844),
        }
    }

    /// Gives how many pixels of the screen one of the page takes in each direction.
    pub fn pixel_ratio(self) -> u32 {
        match self {
            Self::Desktop => 1,
            Self::Phone => 2,
        }
    }
}

/// Where a story is played.
pub struct Stage {
    pub hand: Hand,
    pub screen: Screen,
    pub session: WebDriver,
    page: String,
}

impl Stage {
    /// Gives the first window, with the page opened by its bare address, as a newcomer opens it.
    pub async fn newcomer(&self) -> Window {
        let window = Window::only(self.session.clone(), self.hand, self.screen).await;
        window.visits(&self.page).await;
        window
    }

    /// Opens a second window in which the page is somebody else's.
    pub async fn somebody_else(&self, person: &str) -> Window {
        let window = Window::further(self.session.clone(), self.hand, self.screen).await;
        window.visits(&format!("{}/#as={person}", self.page)).await;
        window
    }
}

/// Plays a story, unless this machine has no browser.
///
/// The story fails if the console of the browser holds more than remarks, or the log of the program
/// more than word of its doings.
pub async fn by(hand: Hand, screen: Screen, story: impl AsyncFnOnce(&Stage)) {
    let Some(installed) = Installed::found() else {
        return;
    };
    let program = Program::started();
    let chromium = Chromium::started(installed, screen).await;
    let stage = Stage {
        hand,
        screen,
        session: chromium.session.clone(),
        page: program.page().to_owned(),
    };
    let told = AssertUnwindSafe(story(&stage)).catch_unwind().await;
    let console = said_in_console(&stage.session).await;
    if told.is_err() {
        keep_pictures(&stage.session).await;
    }
    drop(stage);
    chromium.quit().await;
    let log = program.stopped();
    if let Err(panic) = told {
        eprintln!("The console said: {console:#?}\nThe program logged: {log:#?}");
        resume_unwind(panic);
    }
    assert_eq!(console, [""; 0], "the console of the browser");
    assert_eq!(log, [""; 0], "the log of the program");
}

/// Gives what the browser wrote into its console, in all windows.
async fn said_in_console(session: &WebDriver) -> Vec<String> {
    let said = session.browser_log().await.unwrap_or_default();
    let said = said.into_iter().filter(|entry| entry.level != "DEBUG");
    said.map(|entry| format!("{} {}", entry.level, entry.message))
        .collect()
}

/// Keeps a picture of each window for whoever wants to know why a story failed.
async fn keep_pictures(session: &WebDriver) {
    let story = thread::current().name().unwrap_or("story").to_owned();
    for (at, window) in session
        .windows()
        .await
        .unwrap_or_default()
        .into_iter()
        .enumerate()
    {
        let file = env::temp_dir().join(format!("muster-{story}-{}.png", at + 1));
        let shown = session.switch_to_window(window).await;
        if shown.is_ok() && session.screenshot(&file).await.is_ok() {
            eprintln!("What was seen then: {}", file.display());
        }
    }
}
