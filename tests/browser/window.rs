//! A window of the browser, and what the user sees in it. Elements may take a while to appear.

use std::path::Path;

use reqwest::Method;
use serde_json::{Value, json};
use thirtyfour::common::command::FormatRequestData;
use thirtyfour::error::WebDriverResult;
use thirtyfour::prelude::*;
use thirtyfour::{RequestData, SessionId};

use crate::fixture::Screen;
use crate::input::InputMethod;
use crate::selectors;

/// The colour scheme of the system.
#[derive(Clone, Copy, Debug)]
pub enum ColorScheme {
    Light,
    Dark,
}

impl ColorScheme {
    fn as_str(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// A window of the browser.
pub struct Window {
    pub input: InputMethod,
    pub screen: Screen,
    session: WebDriver,
    handle: WindowHandle,
}

impl Window {
    /// Returns the window that the browser opened with.
    pub async fn initial(session: WebDriver, input: InputMethod, screen: Screen) -> Self {
        let handle = session.window().await.unwrap();
        Self {
            input,
            screen,
            session,
            handle,
        }
    }

    /// Opens another window.
    pub async fn open_new(session: WebDriver, input: InputMethod, screen: Screen) -> Self {
        let handle = session.new_window().await.unwrap();
        Self {
            input,
            screen,
            session,
            handle,
        }
    }

    /// Returns the WebDriver session, switched to this window.
    pub async fn session(&self) -> &WebDriver {
        self.session
            .switch_to_window(self.handle.clone())
            .await
            .unwrap();
        &self.session
    }

    /// Returns the window that the last click opened.
    pub async fn switches_to_opened_window(&self) -> Self {
        let session = self.session().await;
        let mut windows = session.windows().await.unwrap();
        while windows.len() < 2 {
            windows = session.windows().await.unwrap();
        }
        Self {
            input: self.input,
            screen: self.screen,
            session: self.session.clone(),
            handle: windows.pop().unwrap(),
        }
    }

    /// Opens a URL of the bot's own pages.
    pub async fn opens(&self, address: &str) {
        self.session().await.goto(address).await.unwrap();
    }

    /// Opens a URL of the sandbox.
    pub async fn visits(&self, address: &str) {
        self.session().await.goto(address).await.unwrap();
        self.sees("//*[@id='page']//*[@data-person]").await;
    }

    /// Waits until an element is visible, and returns it.
    pub async fn sees(&self, selector: &str) -> WebElement {
        let query = self
            .session()
            .await
            .query(By::XPath(selector))
            .and_displayed();
        let element = query.first().await;
        element.unwrap_or_else(|why| panic!("Not visible: {selector}\n{why}"))
    }

    /// Returns whether an element is visible now.
    pub async fn is_visible(&self, selector: &str) -> bool {
        let query = self
            .session()
            .await
            .query(By::XPath(selector))
            .and_displayed();
        query.nowait().exists().await.unwrap()
    }

    /// Waits until an element has disappeared.
    pub async fn waits_until_gone(&self, selector: &str) {
        let query = self.session().await.query(By::XPath(selector));
        let gone = query.wait_until_gone().await;
        gone.unwrap_or_else(|why| panic!("Still present: {selector}\n{why}"));
    }

    /// Checks that an element is not present now.
    pub async fn does_not_see(&self, selector: &str) {
        assert_eq!(self.count(selector).await, 0, "{selector}");
    }

    /// Counts the matching elements.
    pub async fn count(&self, selector: &str) -> usize {
        let elements = self.session().await.find_all(By::XPath(selector)).await;
        elements.unwrap().len()
    }

    /// Returns an attribute of a visible element.
    pub async fn attribute(&self, selector: &str, name: &str) -> String {
        let value = self
            .sees(selector)
            .await
            .attr(name.to_owned())
            .await
            .unwrap();
        value.unwrap_or_else(|| panic!("{selector} has no {name}"))
    }

    /// Waits until a field of the modal has the given value.
    pub async fn waits_for_value(&self, label: &str, value: &str) {
        let field = self.sees(&selectors::field(label)).await;
        let wait = field.wait_until().has_value(value.to_owned());
        wait.await
            .unwrap_or_else(|why| panic!("{label} does not have the value {value}: {why}"));
    }

    /// Sets the colour scheme of the system. Waits until the page of the sandbox follows.
    pub async fn sets_color_scheme(&self, scheme: ColorScheme) {
        self.emulates_color_scheme(scheme).await;
        let value = scheme.as_str();
        self.sees(&format!("//html[@data-theme='{value}']")).await;
    }

    /// Sets the colour scheme of the system. Without motion, so that no colour is in between.
    pub async fn emulates_color_scheme(&self, scheme: ColorScheme) {
        let features = json!([
            {"name": "prefers-color-scheme", "value": scheme.as_str()},
            {"name": "prefers-reduced-motion", "value": "reduce"},
        ]);
        let parameters = json!({ "features": features });
        self.runs_devtools("Emulation.setEmulatedMedia", parameters)
            .await;
    }

    /// Runs a script before those of each page that is opened from now on.
    pub async fn runs_before_each_page(&self, source: &str) {
        let parameters = json!({"source": source});
        self.runs_devtools("Page.addScriptToEvaluateOnNewDocument", parameters)
            .await;
    }

    /// Runs a command of the Chrome DevTools Protocol. Returns its result.
    pub async fn runs_devtools(&self, method: &'static str, parameters: Value) -> Value {
        let command = DevToolsCommand(method, parameters);
        let result = self.session().await.handle().cmd(command).await;
        result.unwrap().value_json().unwrap()
    }

    /// Runs a script that calls its last argument with the result.
    pub async fn runs_async_script(&self, script: &str) -> Value {
        let result = self.session().await.execute_async(script, Vec::new()).await;
        result.unwrap().json().clone()
    }

    /// Sets the size of the window and the device pixel ratio.
    pub async fn resizes(&self, width: u32, height: u32, ratio: f64) {
        let metrics = json!({
            "width": width, "height": height, "deviceScaleFactor": ratio,
            "mobile": self.screen.is_phone(),
        });
        self.runs_devtools("Emulation.setDeviceMetricsOverride", metrics)
            .await;
    }

    /// Runs a script in the page.
    pub async fn runs_script(&self, script: &str, about: &[&WebElement]) -> Value {
        let about: WebDriverResult<Vec<Value>> = about.iter().map(|one| one.to_json()).collect();
        let result = self.session().await.execute(script, about.unwrap()).await;
        result.unwrap().json().clone()
    }

    /// Waits until a condition holds in the page, with a timeout below the 20 seconds after which the page
    /// renders itself again.
    pub async fn waits_until(&self, condition: &str) {
        let script = format!(
            "const [done] = arguments, end = Date.now() + 10000;
            const look = () => ({condition}) ? done(true)
              : Date.now() > end ? done(false) : setTimeout(look, 20);
            look()"
        );
        let session = self.session().await;
        let came = session.execute_async(script, Vec::new()).await.unwrap();
        assert_eq!(*came.json(), true, "{condition}");
    }

    /// Sets a marker in the page that a reload removes.
    pub async fn sets_reload_marker(&self) {
        self.runs_script("window.mark = true", &[]).await;
    }

    /// Checks that the page has not been reloaded since the marker was set.
    pub async fn assert_not_reloaded(&self) {
        assert_eq!(self.runs_script("return window.mark", &[]).await, true);
    }

    /// Takes a screenshot.
    pub async fn takes_screenshot(&self, file: &Path) {
        self.session().await.screenshot(file).await.unwrap();
    }
}

/// A command of the Chrome DevTools Protocol, with its parameters.
#[derive(Debug)]
struct DevToolsCommand(&'static str, Value);

impl FormatRequestData for DevToolsCommand {
    fn format_request(&self, session: &SessionId) -> RequestData {
        let path = format!("/session/{session}/goog/cdp/execute");
        RequestData::new(Method::POST, path).add_body(json!({"cmd": self.0, "params": self.1}))
    }
}
