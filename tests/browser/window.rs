//! A window of the browser, and what somebody sees in it. Whatever is looked for may take a while to appear.

use std::path::Path;

use reqwest::Method;
use serde_json::{Value, json};
use thirtyfour::common::command::FormatRequestData;
use thirtyfour::error::WebDriverResult;
use thirtyfour::prelude::*;
use thirtyfour::{RequestData, SessionId};

use crate::hand::Hand;
use crate::places;
use crate::stage::Screen;

/// Which colours the system prefers.
#[derive(Clone, Copy, Debug)]
pub enum Scheme {
    Light,
    Dark,
}

/// A window of the browser.
pub struct Window {
    pub hand: Hand,
    pub screen: Screen,
    session: WebDriver,
    handle: WindowHandle,
}

impl Window {
    /// Gives the window that the browser was opened with.
    pub async fn only(session: WebDriver, hand: Hand, screen: Screen) -> Self {
        let handle = session.window().await.unwrap();
        Self {
            hand,
            screen,
            session,
            handle,
        }
    }

    /// Opens another window.
    pub async fn further(session: WebDriver, hand: Hand, screen: Screen) -> Self {
        let handle = session.new_window().await.unwrap();
        Self {
            hand,
            screen,
            session,
            handle,
        }
    }

    /// Gives what drives the browser, turned to this window.
    pub async fn session(&self) -> &WebDriver {
        self.session
            .switch_to_window(self.handle.clone())
            .await
            .unwrap();
        &self.session
    }

    /// Opens an address.
    pub async fn visits(&self, address: &str) {
        self.session().await.goto(address).await.unwrap();
        self.sees("//*[@id='page']//*[@data-person]").await;
    }

    /// Waits until something is to be seen, and gives it.
    pub async fn sees(&self, place: &str) -> WebElement {
        let query = self.session().await.query(By::XPath(place)).and_displayed();
        let found = query.first().await;
        found.unwrap_or_else(|why| panic!("Not to be seen: {place}\n{why}"))
    }

    /// Tells whether something is to be seen now.
    pub async fn shows(&self, place: &str) -> bool {
        let query = self.session().await.query(By::XPath(place)).and_displayed();
        query.nowait().exists().await.unwrap()
    }

    /// Waits until something is not there any more.
    pub async fn sees_no_longer(&self, place: &str) {
        let query = self.session().await.query(By::XPath(place));
        let gone = query.wait_until_gone().await;
        gone.unwrap_or_else(|why| panic!("Still there: {place}\n{why}"));
    }

    /// Makes sure that something is not there now.
    pub async fn does_not_see(&self, place: &str) {
        assert_eq!(self.count(place).await, 0, "{place}");
    }

    /// Gives how often something is there now.
    pub async fn count(&self, place: &str) -> usize {
        let found = self.session().await.find_all(By::XPath(place)).await;
        found.unwrap().len()
    }

    /// Gives an attribute of something that is to be seen.
    pub async fn attribute(&self, place: &str, name: &str) -> String {
        let value = self.sees(place).await.attr(name.to_owned()).await.unwrap();
        value.unwrap_or_else(|| panic!("{place} has no {name}"))
    }

    /// Waits until a field of the form says this.
    pub async fn field_says(&self, label: &str, value: &str) {
        let field = self.sees(&places::field(label)).await;
        let wait = field.wait_until().has_value(value.to_owned());
        wait.await
            .unwrap_or_else(|why| panic!("{label} does not say {value}: {why}"));
    }

    /// Makes the system prefer light or dark colours.
    pub async fn prefers(&self, scheme: Scheme) {
        let value = match scheme {
            Scheme::Light => "light",
            Scheme::Dark => "dark",
        };
        let feature = json!({"name": "prefers-color-scheme", "value": value});
        let command = DevTools("Emulation.setEmulatedMedia", json!({"features": [feature]}));
        self.session().await.handle().cmd(command).await.unwrap();
        self.sees(&format!("//html[@data-theme='{value}']")).await;
    }

    /// Makes the window this large, with so many pixels of the picture for one of the page.
    pub async fn is_seen_large(&self, width: u32, height: u32, ratio: f64) {
        let metrics = json!({
            "width": width, "height": height, "deviceScaleFactor": ratio,
            "mobile": self.screen == Screen::Phone,
        });
        let command = DevTools("Emulation.setDeviceMetricsOverride", metrics);
        self.session().await.handle().cmd(command).await.unwrap();
    }

    /// Runs a script in the page.
    pub async fn asks(&self, script: &str, about: &[&WebElement]) -> Value {
        let about: WebDriverResult<Vec<Value>> = about.iter().map(|one| one.to_json()).collect();
        let answer = self.session().await.execute(script, about.unwrap()).await;
        answer.unwrap().json().clone()
    }

    /// Waits until a condition holds in the page; not so long that the page draws itself anew, as it does
    /// every 20 seconds.
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

    /// Leaves a mark in the page that does not outlive its being loaded anew.
    pub async fn leaves_a_mark(&self) {
        self.asks("window.mark = true", &[]).await;
    }

    /// Makes sure that the page was not loaded anew since it was marked.
    pub async fn still_bears_the_mark(&self) {
        assert_eq!(self.asks("return window.mark", &[]).await, true);
    }

    /// Takes a picture.
    pub async fn is_pictured(&self, file: &Path) {
        self.session().await.screenshot(file).await.unwrap();
    }
}

/// A command of Chromium's own protocol, by its name and parameters.
#[derive(Debug)]
struct DevTools(&'static str, Value);

impl FormatRequestData for DevTools {
    fn format_request(&self, session: &SessionId) -> RequestData {
        let path = format!("/session/{session}/goog/cdp/execute");
        RequestData::new(Method::POST, path).add_body(json!({"cmd": self.0, "params": self.1}))
    }
}
