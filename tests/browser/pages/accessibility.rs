//! Runs axe-core on every page, in the light and the dark scheme, on a desktop and on a phone.

use serde_json::{Value, json};

use crate::pages::{PHONE_WIDTH, Pages, heading, recorder};
use crate::window::{ColorScheme, Window};

/// axe-core; see fixtures/axe/README.md.
const AXE: &str = include_str!("../../../fixtures/axe/axe.min.js");

/// Returns a line for each violation on the page.
const CHECK: &str = "
    const done = arguments[0];
    axe.run(document, OPTIONS).then((results) => done(
      results.violations.flatMap(({ id, nodes }) => nodes.map((node) =>
        `${id}: ${node.target.join(' ')}: ${node.failureSummary.replace(/\\s+/g, ' ')}`))),
      (error) => done([String(error)]));";

/// Shows what a page hides at first.
const OPEN_ALL: &str =
    "document.querySelectorAll('details').forEach((details) => { details.open = true; })";

/// Returns by how many pixels the page is wider than the window.
const OVERFLOW: &str = "return Math.max(0, document.documentElement.scrollWidth - innerWidth)";

const HEIGHT: u32 = 800;
const PIXEL_RATIO: f64 = 1.0;

const ALL_RULES: &str = "{ resultTypes: ['violations'] }";
const CONTRAST: &str = "{ resultTypes: ['violations'], runOnly: ['color-contrast'] }";

/// The widths and schemes. Only the contrast depends on the scheme.
const RUNS: [(u32, ColorScheme, &str); 4] = [
    (1280, ColorScheme::Light, ALL_RULES),
    (1280, ColorScheme::Dark, CONTRAST),
    (PHONE_WIDTH, ColorScheme::Light, CONTRAST),
    (PHONE_WIDTH, ColorScheme::Dark, ALL_RULES),
];

/// The list of incidents, and the pages and forms of an incident with everything in it.
const INCIDENT_PAGES: [&str; 29] = [
    "/incidents",
    "/incidents?status=any&severity=SEV-2&q=checkout&order=sideways",
    "/incidents?status=any&without=services&field.services=payments-gateway-03&field.region=eu",
    "/incidents/views/1",
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
    "/incidents/1/timeline?since=0",
    "/incidents/1/remediation",
    "/incidents/1/remediation?open=add-document",
    "/incidents/1/notifications",
    "/incidents/1/postmortem",
    "/incidents/1/postmortem?edit=title",
    "/incidents/1/postmortem?edit=owner",
    "/incidents/1/postmortem?edit=1",
    "/incidents/1/postmortem?edit=new",
    "/incidents/1/postmortem/sections/1/revisions",
    "/incidents/2",
    "/incidents/2/postmortem",
];

/// The other pages.
const OTHER_PAGES: [&str; 36] = [
    "/tasks?show=all",
    "/alerts",
    "/alerts?show=resolved",
    "/postmortems",
    "/postmortems?state=draft&mine=yes",
    "/clipboard?all=1",
    "/clipboard/new",
    "/help/clipboard",
    "/settings",
    "/settings/import",
    "/settings/import/values",
    "/settings/templates/edit",
    "/settings/templates/edit?name=Executive+summary",
    "/settings/postmortem-templates/edit",
    "/settings/postmortem-templates/edit?name=Postmortem",
    "/me",
    "/help",
    "/help/commands",
    "/settings/webhooks",
    "/settings/webhooks/new",
    "/settings/webhooks/new?kind=pagerduty",
    "/settings/webhooks/1",
    "/settings/webhooks/1/rotate",
    "/settings/api-keys",
    "/settings/api-keys/new",
    "/settings/api-keys/1/revoke",
    "/settings/alert-sources",
    "/settings/alert-sources/new",
    "/settings/alert-sources/new?kind=sns",
    "/settings/alert-sources/1",
    "/settings/alert-sources/1/mapping",
    "/settings/alert-sources/1/revoke",
    "/settings/alert-rules",
    "/settings/alert-rules/edit",
    "/settings/alert-rules/edit?name=All+alerts",
    "/no-such-page",
];

/// Checks the list of incidents and the pages of an incident.
pub async fn check_incident_pages(pages: &Pages<'_>) {
    prepare(pages).await;
    pages.signs_in().await;
    save_view(pages).await;
    set_services(pages).await;
    generate_postmortem(pages).await;
    check(pages, Vec::new(), &INCIDENT_PAGES).await;
}

/// Checks the pages to sign in, and those that belong to no incident.
pub async fn check_other_pages(pages: &Pages<'_>) {
    prepare(pages).await;
    let mut problems = Vec::new();
    pages.opens("/sign-in?to=/incidents/1").await;
    problems.extend(find_problems(&pages.window, "/sign-in").await);
    pages.opens_sign_in_link().await;
    problems.extend(find_problems(&pages.window, "/sign-in/{token}").await);
    pages.signs_in().await;
    add_to_clipboard(pages).await;
    add_webhook(pages).await;
    generate_postmortem(pages).await;
    add_api_key(pages).await;
    add_alert_source(pages).await;
    check(pages, problems, &OTHER_PAGES).await;
}

/// Checks these pages. Panics if one of them or an earlier one has a problem.
async fn check(pages: &Pages<'_>, mut problems: Vec<String>, paths: &[&str]) {
    for path in paths {
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

/// Saves a view of the list.
async fn save_view(pages: &Pages<'_>) {
    const SAVE: &str = "
        document.querySelector('details.save').open = true;
        document.querySelector('#view-name').value = 'Payments';
        document.querySelector('details.save form button').click();";
    pages.opens("/incidents?status=any&q=pay").await;
    pages.window.runs_script(SAVE, &[]).await;
    pages
        .window
        .sees("//nav[@aria-label='Views']//a[starts-with(normalize-space(.), 'Payments')]")
        .await;
}

/// Sets more services of an incident than a facet shows.
async fn set_services(pages: &Pages<'_>) {
    const SAVE: &str = "
        const boxes = document.querySelectorAll('form.edit input[type=checkbox]');
        boxes.forEach((box) => { box.checked = true; });
        document.querySelector('form.edit button').click();
        return boxes.length;";
    let services = (1..=12).map(|number| format!("payments-gateway-{number:02}"));
    let services: Vec<String> = services.collect();
    pages
        .world
        .change_settings(&[("services", json!(services))]);
    pages.opens("/incidents/1?edit=services").await;
    assert_eq!(pages.window.runs_script(SAVE, &[]).await, 12);
    pages.window.sees("//*[. = 'Services saved.']").await;
    pages.delivers().await;
}

/// Adds a link to the clipboard.
async fn add_to_clipboard(pages: &Pages<'_>) {
    const ADD: &str = "document.querySelector('form.edit button').click();";
    let url = "https%3A%2F%2Fgraphs.example.com%2Fd%2Fcheckout%3Ffrom%3Dnow-1h%26to%3Dnow";
    let form = format!("/clipboard/new?title=Checkout&url={url}");
    pages.opens(&form).await;
    pages.window.runs_script(ADD, &[]).await;
    pages.window.sees("//a[. = 'Select All']").await;
}

/// Adds a webhook.
async fn add_webhook(pages: &Pages<'_>) {
    const ADD: &str = "
        document.querySelector('#name').value = 'deploys';
        document.querySelector('#url').value = 'http://127.0.0.1:9/muster';
        document.querySelector('form.edit button').click();";
    pages.opens("/settings/webhooks/new").await;
    pages.window.runs_script(ADD, &[]).await;
    pages.window.sees("//a[. = 'deploys']").await;
}

/// Generates the postmortem of an incident that is not resolved yet.
async fn generate_postmortem(pages: &Pages<'_>) {
    const GENERATE: &str = "document.querySelector('form[action$=generate] button').click();";
    pages
        .world
        .change_settings(&[("postmortem_any_time", json!(true))]);
    pages.opens("/incidents/1/postmortem").await;
    pages.window.runs_script(GENERATE, &[]).await;
    pages.window.sees("//*[. = 'Postmortem generated.']").await;
    pages.delivers().await;
}

/// Creates an API key.
async fn add_api_key(pages: &Pages<'_>) {
    const ADD: &str = "
        document.querySelector('#name').value = 'CI';
        document.querySelector('form.edit button').click();";
    pages.opens("/settings/api-keys/new").await;
    pages.window.runs_script(ADD, &[]).await;
    pages.window.sees("//a[. = 'Revoke']").await;
}

/// Adds a source of alerts.
async fn add_alert_source(pages: &Pages<'_>) {
    const ADD: &str = "
        document.querySelector('#name').value = 'backup';
        document.querySelector('form.edit button').click();";
    pages.opens("/settings/alert-sources/new?kind=json").await;
    pages.window.runs_script(ADD, &[]).await;
    pages.window.sees("//a[. = 'backup']").await;
}

/// Returns the problems of a page in both schemes and widths.
async fn find_problems(window: &Window, path: &str) -> Vec<String> {
    window.sees(&heading("")).await;
    window.runs_script(AXE, &[]).await;
    window.runs_script(OPEN_ALL, &[]).await;
    let mut problems = Vec::new();
    for (width, scheme, options) in RUNS {
        window.resizes(width, HEIGHT, PIXEL_RATIO).await;
        window.emulates_color_scheme(scheme).await;
        let overflow = window.runs_script(OVERFLOW, &[]).await;
        if overflow.as_i64() != Some(0) {
            problems.push(format!(
                "{path}, {width} px: scrolls sideways by {overflow}"
            ));
        }
        let check = CHECK.replace("OPTIONS", options);
        let Value::Array(violations) = window.runs_async_script(&check).await else {
            panic!("axe-core has no result");
        };
        let describe = |it| format!("{path}, {width} px, {scheme:?}: {it}");
        problems.extend(violations.iter().map(describe));
    }
    problems
}
