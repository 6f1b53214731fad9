//! The browser of this machine: Chromium, without a screen, driven by its chromedriver.

use std::env;
use std::io::{self, BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use serde_json::json;
use tempfile::TempDir;
use thirtyfour::common::capabilities::chromium::ChromiumLikeCapabilities;
use thirtyfour::extensions::query::ElementPollerWithTimeout;
use thirtyfour::{DesiredCapabilities, LoggingPrefsLogLevel, WebDriver};

use crate::stage::Screen;

/// How long something may take to appear, on a machine that is busy with other things.
const PATIENCE: Duration = Duration::from_secs(20);
/// How often it is looked for.
const GLANCE: Duration = Duration::from_millis(25);

/// Where the browser and its driver are.
pub struct Installed {
    browser: PathBuf,
    driver: PathBuf,
}

impl Installed {
    /// Finds the browser; says once that the stories are left out if there is none.
    pub fn found() -> Option<&'static Self> {
        static FOUND: OnceLock<Option<Installed>> = OnceLock::new();
        FOUND.get_or_init(search).as_ref()
    }
}

fn search() -> Option<Installed> {
    let browser = ["chromium", "chromium-browser", "google-chrome"]
        .into_iter()
        .find_map(in_path);
    if let Some((browser, driver)) = browser.zip(in_path("chromedriver")) {
        return Some(Installed { browser, driver });
    }
    let needs = "they need Chromium and its chromedriver (apt install chromium chromium-driver).";
    let required = env::var("MUSTER_BROWSER").is_ok_and(|word| word == "required");
    assert!(!required, "The browser stories are required; {needs}");
    // Past the test harness, which keeps the words of tests that pass to itself.
    let line = format!("The browser stories were left out: {needs}");
    drop(writeln!(io::stderr(), "{line}"));
    None
}

fn in_path(name: &str) -> Option<PathBuf> {
    let folders = env::var_os("PATH")?;
    let mut files = env::split_paths(&folders).map(|folder| folder.join(name));
    files.find(|file| file.is_file())
}

/// A running browser, with nothing in it from before. It does not outlive the test.
pub struct Chromium {
    /// What drives it; it looks again and again, for a while, before it says that something is not there.
    pub session: WebDriver,
    driver: Child,
    /// The driver would break at its first word if nobody held the other end.
    _words: BufReader<ChildStdout>,
    _profile: TempDir,
}

impl Chromium {
    /// Starts the driver, and the browser with a window of this size.
    pub async fn started(installed: &Installed, screen: Screen) -> Self {
        drop(rustls::crypto::ring::default_provider().install_default());
        let profile = tempfile::tempdir().unwrap();
        let mut driver = Command::new(&installed.driver)
            .args(["--port=0", "--log-level=SEVERE"])
            .env("HOME", profile.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut words = BufReader::new(driver.stdout.take().unwrap());
        let address = format!("http://127.0.0.1:{}", port(&mut words));
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let session = WebDriver::builder(address, wishes(installed, screen, &profile))
            .client(client)
            .poller(Arc::new(ElementPollerWithTimeout::new(PATIENCE, GLANCE)))
            .connect()
            .await;
        let session = session.unwrap_or_else(|why| {
            drop(driver.kill());
            panic!("The browser did not start: {why}");
        });
        Self {
            session,
            driver,
            _words: words,
            _profile: profile,
        }
    }

    /// Closes the browser, then its driver.
    pub async fn quit(self) {
        let closed = self.session.clone().quit().await;
        drop(self);
        closed.unwrap();
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        drop(self.driver.kill());
        drop(self.driver.wait());
    }
}

/// Reads the port that the driver took for itself.
fn port(words: &mut BufReader<ChildStdout>) -> u16 {
    let mut said = String::new();
    loop {
        let mut line = String::new();
        let read = words.read_line(&mut line).unwrap();
        assert!(read > 0, "chromedriver ended: {said}");
        let port = line
            .split_once("started successfully on port ")
            .map(|(_, port)| port.trim().trim_end_matches('.'));
        if let Some(port) = port.and_then(|port| port.parse().ok()) {
            return port;
        }
        said.push_str(&line);
    }
}

/// What is asked of the browser: no network but this machine's, no screen, every word of its console.
fn wishes(installed: &Installed, screen: Screen, profile: &TempDir) -> thirtyfour::Capabilities {
    let mut wishes = DesiredCapabilities::chrome();
    wishes
        .set_binary(&installed.browser.to_string_lossy())
        .unwrap();
    let folder = format!("--user-data-dir={}", profile.path().display());
    for switch in [
        "--headless=new",
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--no-proxy-server",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-extensions",
        "--lang=en-GB",
        &folder,
    ] {
        wishes.add_arg(switch).unwrap();
    }
    let (width, height) = screen.size();
    let metrics = json!({
        "width": width, "height": height, "pixelRatio": screen.pixel_ratio(),
        "mobile": screen == Screen::Phone, "touch": screen == Screen::Phone,
    });
    let emulation = json!({"deviceMetrics": metrics});
    wishes
        .add_experimental_option("mobileEmulation", emulation)
        .unwrap();
    wishes
        .set_browser_log_level(LoggingPrefsLogLevel::All)
        .unwrap();
    wishes.into()
}
