//! The fixture of a browser test: a program, a browser, and the checks at the end.

use std::cell::RefCell;
use std::env;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::path::PathBuf;
use std::thread;

use futures_util::FutureExt;
use tempfile::TempDir;
use thirtyfour::WebDriver;

use crate::chromium::{Chromium, Installed};
use crate::input::InputMethod;
use crate::support::binary::muster;
use crate::support::process::Process;
use crate::window::Window;

/// The size of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    Desktop,
    Phone,
    SmallPhone,
}

impl Screen {
    /// Returns width and height in CSS pixels.
    pub fn size(self) -> (u32, u32) {
        match self {
            Self::Desktop => (1280, 860),
            Self::Phone => (390, 844),
            Self::SmallPhone => (360, 640),
        }
    }

    /// Returns the device pixels per CSS pixel.
    pub fn pixel_ratio(self) -> u32 {
        match self {
            Self::Desktop => 1,
            Self::Phone | Self::SmallPhone => 2,
        }
    }

    /// Returns whether the page is used by touch.
    pub fn is_phone(self) -> bool {
        matches!(self, Self::Phone | Self::SmallPhone)
    }
}

/// The fixture of a browser test.
pub struct Fixture {
    pub input: InputMethod,
    pub screen: Screen,
    pub session: WebDriver,
    folder: TempDir,
    program: RefCell<Process>,
    expected_warning: RefCell<Option<String>>,
}

impl Fixture {
    /// Returns the first window, with the page opened by its base URL, as a new user opens it.
    pub async fn open_page(&self) -> Window {
        let window = Window::initial(self.session.clone(), self.input, self.screen).await;
        window.visits(&self.page()).await;
        window
    }

    /// Opens a second window, in which the page belongs to another user.
    pub async fn open_page_as(&self, user: &str) -> Window {
        let window = Window::open_new(self.session.clone(), self.input, self.screen).await;
        window.visits(&format!("{}/#as={user}", self.page())).await;
        window
    }

    /// Stops the program, calls `while_stopped`, and starts it again. The pages must be opened again.
    pub async fn restart_program(&self, while_stopped: impl FnOnce()) {
        // A page that loses its server writes errors to the console.
        self.session.goto("about:blank").await.unwrap();
        assert_eq!(self.program.borrow_mut().terminate(), 0);
        while_stopped();
        self.program
            .replace(Process::start(&mut muster(self.folder.path()), "Slack"));
    }

    /// Returns the path of the sandbox's file.
    pub fn sandbox_file(&self) -> PathBuf {
        self.folder.path().join("var/sandbox.json")
    }

    /// Expects one warning with these words in the log of the running program.
    pub fn expects_warning(&self, words: &str) {
        self.expected_warning.replace(Some(words.to_owned()));
    }

    fn page(&self) -> String {
        self.program.borrow().url("Slack").to_owned()
    }
}

/// Runs a test, unless this machine has no browser.
///
/// The test fails if the browser's console contains more than debug messages, or the program's log contains
/// warnings or errors.
pub async fn run_in_browser(
    input: InputMethod,
    screen: Screen,
    scenario: impl AsyncFnOnce(&Fixture),
) {
    let Some(installed) = Installed::find_browser() else {
        return;
    };
    // As a new user does: in an empty folder, with no configuration except free ports.
    let folder = tempfile::tempdir().unwrap();
    let program = Process::start(&mut muster(folder.path()), "Slack");
    let chromium = Chromium::start(installed, screen).await;
    let fixture = Fixture {
        input,
        screen,
        session: chromium.session.clone(),
        folder,
        program: RefCell::new(program),
        expected_warning: RefCell::default(),
    };
    let outcome = AssertUnwindSafe(scenario(&fixture)).catch_unwind().await;
    let console = console_messages(&fixture.session).await;
    if outcome.is_err() {
        save_screenshots(&fixture.session).await;
    }
    let Fixture {
        folder: _folder,
        program,
        expected_warning,
        session,
        ..
    } = fixture;
    drop(session);
    chromium.quit().await;
    let mut program = program.into_inner();
    let code = program.terminate();
    let log = program.log_warnings();
    if let Err(panic) = outcome {
        eprintln!("Console of the browser: {console:#?}\nLog of the program: {log:#?}");
        resume_unwind(panic);
    }
    assert_eq!(console, [""; 0], "the console of the browser");
    assert_eq!(code, 0, "the exit code of the program");
    assert_only_expected_warning(&log, expected_warning.into_inner());
}

fn assert_only_expected_warning(log: &[String], expected: Option<String>) {
    match expected {
        Some(words) => {
            assert_eq!(log.len(), 1, "{log:?}");
            assert!(log[0].contains(&words), "{log:?}");
        }
        None => assert_eq!(log, [""; 0], "the log of the program"),
    }
}

/// Returns the console messages of all windows, without debug messages.
pub async fn console_messages(session: &WebDriver) -> Vec<String> {
    let messages = session.browser_log().await.unwrap_or_default();
    let messages = messages.into_iter().filter(|entry| entry.level != "DEBUG");
    messages
        .map(|entry| format!("{} {}", entry.level, entry.message))
        .collect()
}

/// Saves a screenshot of each window of a failed test.
pub async fn save_screenshots(session: &WebDriver) {
    let test_name = thread::current().name().unwrap_or("story").to_owned();
    for (at, window) in session
        .windows()
        .await
        .unwrap_or_default()
        .into_iter()
        .enumerate()
    {
        let file = env::temp_dir().join(format!("muster-{test_name}-{}.png", at + 1));
        let switched = session.switch_to_window(window).await;
        if switched.is_ok() && session.screenshot(&file).await.is_ok() {
            eprintln!("Screenshot: {}", file.display());
        }
    }
}
