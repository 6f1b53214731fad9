//! The pages on a phone: an incident is declared with a title, a tap and a button, and the pages can be installed.

use serde_json::{Value, json};

use crate::pages::{Pages, button_starting, heading};

/// Returns the size of the button that declares, and whether it is above the bar at the bottom.
const DECLARE_BUTTON: &str = "
    const box = document.querySelector('.declare .submit .primary').getBoundingClientRect();
    const bar = document.querySelector('nav.main').getBoundingClientRect();
    return [box.width, box.height, box.top >= 0 && box.bottom <= bar.top]";

/// Alice declares an incident on her phone.
pub async fn declare(pages: &Pages<'_>) {
    let phone = &pages.window;
    pages.signs_in().await;
    phone
        .clicks("//nav[@aria-label='Main']//a[@href='/incidents/new']")
        .await;
    phone.sees(&heading("Declare Incident")).await;
    let focus = phone
        .runs_script("return document.activeElement.id", &[])
        .await;
    assert_eq!(focus, "title");
    phone.types("Checkout is slow").await;
    phone
        .clicks("//label[.//input[@name='severity' and @value='SEV-2']]")
        .await;
    // The button is visible without scrolling.
    phone.sees(&button_starting("Declare Incident")).await;
    let Value::Array(button) = phone.runs_script(DECLARE_BUTTON, &[]).await else {
        panic!("no button");
    };
    assert!(button[0].as_f64().unwrap() > 150.0, "{button:?}");
    assert!(button[1].as_f64().unwrap() >= 44.0, "{button:?}");
    assert_eq!(button[2], true, "the bar covers the button: {button:?}");
    phone.clicks(&button_starting("Declare Incident")).await;
    phone.sees(&heading("Checkout is slow")).await;
    phone
        .sees("//main//*[contains(@class, 'severity-2')]")
        .await;
    pages.delivers().await;
    // The bar is within reach of a thumb.
    let bar =
        "return innerHeight - document.querySelector('.thumb-bar').getBoundingClientRect().bottom";
    assert_eq!(phone.runs_script(bar, &[]).await, 0);
}

/// Returns the visible entries of the navigation that are too small for a thumb or partly outside of the screen.
const UNREACHABLE_ENTRIES: &str = "
    const boxes = [...document.querySelectorAll('nav.main a, nav.main summary')]
      .filter((entry) => entry.checkVisibility())
      .map((entry) => [entry.textContent, entry.getBoundingClientRect()]);
    const isReachable = ({ left, right, top, bottom }) =>
      left >= 0 && right <= innerWidth && top >= 0 && bottom <= innerHeight && right - left >= 44 && bottom - top >= 44;
    return boxes.filter(([, box]) => !isReachable(box)).map(([text]) => text)";

/// Returns the text of the current entry of the navigation.
const CURRENT_ENTRY: &str =
    "return document.querySelector('nav.main [aria-current]').textContent.trim()";

/// Alice opens each section on her phone, also from the page of an incident.
pub async fn reach_every_section(pages: &Pages<'_>) {
    pages.users[0].declares("Checkout is slow").await;
    pages.delivers().await;
    let phone = &pages.window;
    pages.signs_in().await;
    for start in ["/incidents", "/incidents/1"] {
        for (section, title) in [
            ("Tasks", "Tasks"),
            ("Alerts", "Alerts"),
            ("Postmortems", "Postmortems"),
            ("Settings", "Settings"),
            ("Help", "Handbook"),
        ] {
            pages.opens(start).await;
            if !["Tasks", "Alerts"].contains(&section) {
                phone
                    .clicks("//nav[@aria-label='Main']//summary[normalize-space(.)='More']")
                    .await;
            }
            let unreachable = phone.runs_script(UNREACHABLE_ENTRIES, &[]).await;
            assert_eq!(unreachable, json!([]), "{start}, {section}");
            let entry = format!("//nav[@aria-label='Main']//a[normalize-space(.)='{section}']");
            phone.clicks(&entry).await;
            phone.sees(&heading(title)).await;
            assert_eq!(phone.runs_script(CURRENT_ENTRY, &[]).await, section);
        }
    }
}

/// Alice filters the list by a service, and lifts the filter.
pub async fn filter_by_service(pages: &Pages<'_>) {
    let long = "a-service-with-a-name-that-is-much-too-long-for-the-screen-of-a-small-phone";
    let services = json!(["checkout", long]);
    pages.world.change_settings(&[("services", services)]);
    let phone = &pages.window;
    for title in ["Checkout is slow", "Mail is late"] {
        pages.users[0].declares(title).await;
    }
    pages.delivers().await;
    pages.signs_in().await;
    pages.opens("/incidents/1?edit=services").await;
    let option = format!("//form//label[contains(., '{long}')]");
    phone.clicks(&option).await;
    phone.clicks(&button_starting("Save")).await;
    phone.sees("//*[. = 'Services saved.']").await;
    pages.delivers().await;
    pages.opens("/incidents").await;
    phone.clicks("//summary[. = 'Filters']").await;
    phone.clicks("//summary[. = 'Services']").await;
    phone.clicks(&option).await;
    phone.clicks(&button_starting("Apply filters")).await;
    let chip = format!("//li[contains(., 'Services: {long}')]");
    phone.sees(&chip).await;
    phone
        .sees("//main//a[contains(., 'Checkout is slow')]")
        .await;
    let overflow = "return document.documentElement.scrollWidth - innerWidth";
    let overflow = phone.runs_script(overflow, &[]).await;
    assert!(overflow.as_i64().unwrap() <= 0, "{overflow} px too wide");
    phone.clicks(&format!("{chip}//a")).await;
    phone.sees("//main//a[contains(., 'Mail is late')]").await;
}

/// The browser finds nothing that prevents an installation.
pub async fn check_installable(pages: &Pages<'_>) {
    pages.signs_in().await;
    let read = pages
        .window
        .runs_devtools("Page.getAppManifest", json!({}))
        .await;
    assert_eq!(read["errors"], json!([]), "{read}");
    assert!(
        read["url"]
            .as_str()
            .unwrap()
            .ends_with("/manifest.webmanifest")
    );
    let read = pages
        .window
        .runs_devtools("Page.getInstallabilityErrors", json!({}))
        .await;
    assert_eq!(read["installabilityErrors"], json!([]), "{read}");
}
