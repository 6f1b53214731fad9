//! The pictures of the pages in the README.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::harness::user::TestUser;
use crate::pages::{Pages, heading};

/// The size of the page in the pictures, so that its text is readable in the README.
const WIDTH: u32 = 1100;
const HEIGHT: u32 = 720;
const PIXEL_RATIO: f64 = 2.0;

const PICTURES: [(&str, &str); 2] = [("incidents", "/incidents"), ("incident", "/incidents/5")];

/// The incidents in the pictures: title, severity, and the minutes until the next one.
const INCIDENTS: [(&str, &str, i64); 5] = [
    ("Invoices are sent twice", "SEV-3", 47),
    ("Search results are stale", "SEV-4", 31),
    ("Login fails in Safari", "SEV-2", 22),
    ("Backups of the warehouse fail", "SEV-3", 18),
    ("Checkout is slow", "SEV-1", 2),
];

/// Checks that the pictures are current: the pages show the same text. `UPDATE_FIXTURES` takes them again.
pub async fn check_pictures(pages: &Pages<'_>) {
    pages.world.slack.clear_display_names();
    prepare(pages).await;
    pages.signs_in().await;
    write_summary(pages).await;
    for (name, path) in PICTURES {
        pages.opens(path).await;
        pages.window.sees(&heading("")).await;
        // Opening a page resets the size.
        pages.window.resizes(WIDTH, HEIGHT, PIXEL_RATIO).await;
        let text = "return document.querySelector('main').innerText + '\\n'";
        let text = pages.window.runs_script(text, &[]).await;
        let text = text.as_str().unwrap();
        if env::var_os("UPDATE_FIXTURES").is_some() {
            let hidden = json!({ "hidden": true });
            pages
                .window
                .runs_devtools("Emulation.setScrollbarsHidden", hidden)
                .await;
            pages
                .window
                .takes_screenshot(&fixture_path(&format!("{name}.png")))
                .await;
            fs::write(fixture_path(&format!("{name}.txt")), text).unwrap();
        }
        let pictured = fs::read_to_string(fixture_path(&format!("{name}.txt"))).unwrap();
        assert_eq!(text, pictured, "fixtures/{name}.png is outdated");
    }
}

async fn prepare(pages: &Pages<'_>) {
    let [alice, bob, chioma] = &pages.users;
    let declarers = [alice, bob, chioma, bob, alice];
    for (declarer, (title, severity, minutes)) in declarers.into_iter().zip(INCIDENTS) {
        let incident = declarer.declares(title).await;
        run(
            pages,
            declarer,
            &incident.channel,
            &[&format!("severity {severity}")],
        )
        .await;
        match title {
            "Login fails in Safari" => {
                let commands = ["incident stable", "incident update A fix is being deployed"];
                run(pages, declarer, &incident.channel, &commands).await;
            }
            "Checkout is slow" => fill(pages, &incident.channel).await,
            _ => {}
        }
        pages.world.advance(minutes * 60).await;
        pages.delivers().await;
    }
}

/// Runs the incident of the second picture.
async fn fill(pages: &Pages<'_>, channel: &str) {
    let [alice, bob, _] = &pages.users;
    let first = [
        "incident impact since 12 minutes ago One in five payments fails",
        "incident note Release 991 went out at 17:50",
    ];
    run(pages, alice, channel, &first).await;
    pages.world.advance(4 * 60).await;
    bob.joins(channel).await;
    let second = [
        "incident update Rolling back release 991",
        "task Watch the payment queue",
        "followup Add an alert on slow payments due friday",
    ];
    run(pages, bob, channel, &second).await;
    pages.world.advance(3 * 60).await;
}

async fn write_summary(pages: &Pages<'_>) {
    const WRITE: &str = "
        const field = document.querySelector('#summary');
        field.value = 'Payments time out: release 991 halved the connection pool of the payment service.';
        field.form.requestSubmit();";
    pages.opens("/incidents/5?edit=summary").await;
    pages.window.runs_script(WRITE, &[]).await;
    let written = "//main//p[contains(normalize-space(.), 'halved the connection pool')]";
    pages.window.sees(written).await;
    pages.delivers().await;
}

async fn run(pages: &Pages<'_>, user: &TestUser<'_>, channel: &str, commands: &[&str]) {
    for command in commands {
        user.types(channel, &format!("/datadog {command}")).await;
        pages.delivers().await;
    }
}

fn fixture_path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(name)
}
