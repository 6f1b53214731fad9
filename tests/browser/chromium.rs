//! Headless Chromium, driven by chromedriver.

use std::env;
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use serde_json::json;
use tempfile::TempDir;
use thirtyfour::common::capabilities::chromium::ChromiumLikeCapabilities;
use thirtyfour::extensions::query::ElementPollerWithTimeout;
use thirtyfour::{DesiredCapabilities, LoggingPrefsLogLevel, WebDriver};
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::fixture::Screen;

/// How long an element may take to appear on a busy machine.
const ELEMENT_TIMEOUT: Duration = Duration::from_secs(20);
/// The poll interval for elements.
const POLL_INTERVAL: Duration = Duration::from_millis(25);

/// The paths of the browser and its driver.
pub struct Installed {
    browser: PathBuf,
    driver: PathBuf,
}

impl Installed {
    /// Finds the browser. Prints once that the tests are skipped if there is none.
    pub fn find_browser() -> Option<&'static Self> {
        static INSTALLED: OnceLock<Option<Installed>> = OnceLock::new();
        INSTALLED.get_or_init(locate_browser).as_ref()
    }
}

fn locate_browser() -> Option<Installed> {
    let browser = ["chromium", "chromium-browser", "google-chrome"]
        .into_iter()
        .find_map(find_in_path);
    if let Some((browser, driver)) = browser.zip(find_in_path("chromedriver")) {
        return Some(Installed { browser, driver });
    }
    let needs = "they need Chromium and its chromedriver (apt install chromium chromium-driver).";
    let required = env::var("MUSTER_BROWSER").is_ok_and(|value| value == "required");
    assert!(!required, "The browser tests are required; {needs}");
    // Bypasses the test harness, which captures the output of passing tests.
    let message = format!("The browser tests were skipped: {needs}");
    drop(writeln!(io::stderr(), "{message}"));
    None
}

/// Returns the path of a program.
pub fn find_in_path(name: &str) -> Option<PathBuf> {
    let folders = env::var_os("PATH")?;
    let mut files = env::split_paths(&folders).map(|folder| folder.join(name));
    files.find(|file| file.is_file())
}

/// The number of attempts to start the driver.
const MAX_DRIVER_STARTS: usize = 5;

/// Limits the number of browsers. Two keep two processors busy; with more, the tests last longer.
static BROWSER_PERMITS: Semaphore = Semaphore::const_new(2);

/// A running browser with an empty profile. It is closed with the test.
pub struct Chromium {
    /// The WebDriver session. It retries for a while before it reports that an element is missing.
    pub session: WebDriver,
    driver: Child,
    /// Kept open, because the driver fails on a write to a closed pipe.
    _stdout: BufReader<ChildStdout>,
    _profile: TempDir,
    _permit: SemaphorePermit<'static>,
}

impl Chromium {
    /// Starts the driver, and the browser with a window of the given size, once a browser may be started.
    pub async fn start(installed: &Installed, screen: Screen) -> Self {
        let permit = BROWSER_PERMITS.acquire().await.unwrap();
        drop(rustls::crypto::ring::default_provider().install_default());
        let profile = tempfile::tempdir().unwrap();
        let (mut driver, stdout, port) = start_driver(installed, profile.path());
        let address = format!("http://127.0.0.1:{port}");
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let session = WebDriver::builder(address, capabilities(installed, screen, &profile))
            .client(client)
            .poller(Arc::new(ElementPollerWithTimeout::new(
                ELEMENT_TIMEOUT,
                POLL_INTERVAL,
            )))
            .connect()
            .await;
        let session = session.unwrap_or_else(|why| {
            drop(driver.kill());
            panic!("The browser did not start: {why}");
        });
        Self {
            session,
            driver,
            _stdout: stdout,
            _profile: profile,
            _permit: permit,
        }
    }

    /// Closes the browser, then the driver.
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

/// Starts the driver. It chooses a free IPv6 port and ends if the IPv4 port of the same number is in use; then it is
/// started again. Returns the driver, its output and its port.
fn start_driver(installed: &Installed, home: &Path) -> (Child, BufReader<ChildStdout>, u16) {
    let mut output = String::new();
    for _ in 0..MAX_DRIVER_STARTS {
        let mut driver = Command::new(&installed.driver)
            .args(["--port=0", "--log-level=SEVERE"])
            .env("HOME", home)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(driver.stdout.take().unwrap());
        match read_port(&mut stdout) {
            Ok(port) => return (driver, stdout, port),
            Err(read) => output = read,
        }
        drop(driver.wait());
    }
    panic!("chromedriver ended: {output}");
}

/// Reads the port that the driver has chosen. Returns its output if it ends.
fn read_port(stdout: &mut BufReader<ChildStdout>) -> Result<u16, String> {
    let mut output = String::new();
    loop {
        let mut text = String::new();
        if stdout.read_line(&mut text).unwrap() == 0 {
            return Err(output);
        }
        let port = text
            .split_once("started successfully on port ")
            .map(|(_, port)| port.trim().trim_end_matches('.'));
        if let Some(port) = port.and_then(|port| port.parse().ok()) {
            return Ok(port);
        }
        output.push_str(&text);
    }
}

/// The capabilities of the browser: local network only, headless, and all console messages.
fn capabilities(
    installed: &Installed,
    screen: Screen,
    profile: &TempDir,
) -> thirtyfour::Capabilities {
    let mut capabilities = DesiredCapabilities::chrome();
    capabilities
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
        // A request to any other host fails, which the console reports.
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
        &folder,
    ] {
        capabilities.add_arg(switch).unwrap();
    }
    let (width, height) = screen.size();
    let metrics = json!({
        "width": width, "height": height, "pixelRatio": screen.pixel_ratio(),
        "mobile": screen.is_phone(), "touch": screen.is_phone(),
    });
    let emulation = json!({"deviceMetrics": metrics});
    capabilities
        .add_experimental_option("mobileEmulation", emulation)
        .unwrap();
    capabilities
        .set_browser_log_level(LoggingPrefsLogLevel::All)
        .unwrap();
    capabilities.into()
}
