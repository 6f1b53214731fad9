//! The page of a postmortem.

mod conflicts;
mod exports;
mod fields;
mod generate;
mod live;
mod privacy;
mod revisions;
mod sections;

use crate::browser::{Browser, Page};
use crate::harness::user::TestUser;
use crate::html::form_fields;

/// The page of the postmortem of IR-1.
pub const PAGE: &str = "/incidents/1/postmortem";

/// Returns the path that the form of a section is sent to.
pub fn section(name: &str) -> String {
    format!("{PAGE}/sections/{name}")
}

/// Returns the path of a field of the postmortem.
pub fn field(name: &str) -> String {
    format!("{PAGE}/fields/{name}")
}

/// Alice resolves IR-1 in its channel.
pub async fn resolves(alice: &TestUser<'_>, channel: &str) {
    let resolve = "/datadog incident resolve Freed the disk";
    alice.types(channel, resolve).await;
}

/// Alice resolves IR-1, signs in and generates its postmortem. Returns her browser.
pub async fn generates<'w>(alice: &TestUser<'w>, channel: &str) -> Browser<'w> {
    resolves(alice, channel).await;
    let browser = alice.signs_in().await;
    let form = browser.opens(PAGE).await;
    let page = browser
        .submits(&form, &format!("{PAGE}/generate"), &[])
        .await;
    page.shows(&["Postmortem generated."]);
    browser
}

/// Opens the form of a section.
pub async fn opens_form(browser: &Browser<'_>, name: &str) -> Page {
    browser.opens(&format!("{PAGE}?edit={name}")).await
}

/// Opens the form of a section and saves a text.
pub async fn saves(browser: &Browser<'_>, name: &str, body: &str) -> Page {
    let form = opens_form(browser, name).await;
    browser
        .submits(&form, &section(name), &[("body", body)])
        .await
}

/// Returns the text in a field of the first form that is sent to a path.
pub fn value(page: &Page, path: &str, name: &str) -> String {
    let fields = form_fields(&page.html, path).unwrap();
    let field = fields.into_iter().find(|(known, _)| known == name);
    field.unwrap().1
}

/// Returns the headings of the sections in their order.
pub fn headings(page: &Page) -> Vec<String> {
    let parts = page.html.split("<h2 id=\"heading-").skip(1);
    let heading = |part: &str| {
        let (_, rest) = part.split_once('>').unwrap();
        rest.split('<').next().unwrap().trim().to_owned()
    };
    parts.map(heading).collect()
}
