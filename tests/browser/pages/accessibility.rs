//! Runs axe-core on every page, in the light and the dark scheme, on a desktop and on a phone.

use serde_json::Value;

use crate::pages::{PHONE_WIDTH, Pages, heading, recorder};
use crate::window::{ColorScheme, Window};

/// axe-core; see fixtures/axe/README.md.
const AXE: &str = include_str!("../../../fixtures/axe/axe.min.js");

/// Returns a line for each violation on the page.
const CHECK: &str = "
    const done = arguments[0];
    axe.run(document, { resultTypes: ['violations'] }).then((results) => done(
      results.violations.flatMap(({ id, nodes }) => nodes.map((node) =>
        `${id}: ${node.target.join(' ')}: ${node.failureSummary.replace(/\\s+/g, ' ')}`))),
      (error) => done([String(error)]));";

/// Returns by how many pixels the page is wider than the window.
const OVERFLOW: &str = "return Math.max(0, document.documentElement.scrollWidth - innerWidth)";

const HEIGHT: u32 = 800;
const PIXEL_RATIO: f64 = 1.0;

/// The pages and forms of an incident with everything in it.
const PAGES: [&str; 24] = [
    "/incidents",
    "/incidents?show=closed",
    "/incidents/new",
    "/incidents/new?test=1",
    "/incidents/1",
    "/incidents/1?edit=title",
    "/incidents/1?edit=severity",
    "/incidents/1?edit=summary",
    "/incidents/1?open=post-update",
    "/incidents/1?open=resolve",
    "/incidents/1?open=add-impact",
    "/incidents/1?open=assign-roles",
    "/incidents/1?open=make-private",
    "/incidents/1/timeline",
    "/incidents/1/timeline?open=add-note",
    "/incidents/1/remediation",
    "/incidents/1/remediation?open=add-document",
    "/incidents/1/notifications",
    "/incidents/2",
    "/tasks?show=all",
    "/me",
    "/help",
    "/help/commands",
    "/no-such-page",
];

/// Checks every page.
pub async fn check_every_page(pages: &Pages<'_>) {
    prepare(pages).await;
    let mut problems = Vec::new();
    pages.opens("/sign-in?to=/incidents/1").await;
    problems.extend(find_problems(&pages.window, "/sign-in").await);
    pages.opens_sign_in_link().await;
    problems.extend(find_problems(&pages.window, "/sign-in/{token}").await);
    pages.signs_in().await;
    for path in PAGES {
        pages.opens(path).await;
        problems.extend(find_problems(&pages.window, path).await);
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    recorder::assert_clean(&pages.window).await;
}

/// Declares an incident and fills it, and resolves another one.
async fn prepare(pages: &Pages<'_>) {
    let [alice, bob, _] = &pages.users;
    let incident = alice.declares("Checkout is slow").await;
    let channel = incident.channel.as_str();
    for command in [
        "severity SEV-2",
        "incident impact since 15 minutes ago Customers cannot pay",
        "incident note Release 991 went out just before",
        "incident update Rolled back, errors are falling",
        "task Add an alert on slow payments due tomorrow",
        "followup Test the rollback",
        "incident commander @bob",
    ] {
        alice.types(channel, &format!("/datadog {command}")).await;
        pages.delivers().await;
    }
    let search = bob.declares("Search is down").await;
    let resolve = "/datadog incident resolve Restarted the index";
    bob.types(&search.channel, resolve).await;
    pages.delivers().await;
}

/// Returns the problems of a page in both schemes and widths.
async fn find_problems(window: &Window, path: &str) -> Vec<String> {
    window.sees(&heading("")).await;
    window.runs_script(AXE, &[]).await;
    let mut problems = Vec::new();
    for width in [1280, PHONE_WIDTH] {
        window.resizes(width, HEIGHT, PIXEL_RATIO).await;
        let overflow = window.runs_script(OVERFLOW, &[]).await;
        if overflow.as_i64() != Some(0) {
            problems.push(format!(
                "{path}, {width} px: scrolls sideways by {overflow}"
            ));
        }
        for scheme in [ColorScheme::Light, ColorScheme::Dark] {
            window.emulates_color_scheme(scheme).await;
            let Value::Array(violations) = window.runs_async_script(CHECK).await else {
                panic!("axe-core has no result");
            };
            problems.extend(
                violations
                    .iter()
                    .map(|it| format!("{path}, {width} px, {scheme:?}: {it}")),
            );
        }
    }
    problems
}
