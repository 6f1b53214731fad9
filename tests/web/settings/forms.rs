//! The forms of the settings.

use serde_json::json;

use crate::browser::{Browser, OK, Page};
use crate::harness::prelude::*;
use crate::harness::scenario::scenario_with_pages;

const SEVERITIES: &str = "/settings/severities";
const FIELDS: &str = "/settings/fields";
pub(crate) const ARCHIVING: &str = "/settings/archiving";

/// Saves fields of a group, as its form on the settings page sends them.
pub(crate) async fn saves(browser: &Browser<'_>, action: &str, fields: &[(&str, &str)]) -> Page {
    let page = browser.opens("/settings").await;
    browser.submits(&page, action, fields).await
}

/// The form, the field, its value, and the preview of it.
const CHANGES: [(&str, &str, &str, &str); 8] = [
    (
        "/settings/roles",
        "roles",
        "Scribe (several): Write.",
        "Scribe Several people. Write.",
    ),
    (
        FIELDS,
        "services",
        "[\r\n  { name = \"checkout\", slack = \"@oncall\" },\r\n  \"search\",\r\n]",
        "Services Some of the values. Values: checkout (@oncall joins) and search.",
    ),
    (
        FIELDS,
        "fields",
        "[{ name = \"region\", type = \"single_select\", values = [\"eu\"], required = \"resolved\" }]",
        "Region One of the values. Required from RESOLVED on. Values: eu.",
    ),
    (
        "/settings/channels",
        "channel_name",
        "inc-{{public_id}}-{{title}}",
        "#inc-42-checkout-is-slow",
    ),
    (
        "/settings/announcements",
        "announced",
        "title",
        "Posted below it: new title.",
    ),
    (
        "/settings/reminders",
        "reminder_minutes",
        "SEV-0: 15",
        "SEV-0 Reminds after 15 min without an update.",
    ),
    (
        ARCHIVING,
        "archive_after_days",
        "14",
        "is archived Mon 7 Dec",
    ),
    (
        "/settings/access",
        "who_declares",
        "no_guests",
        "Members can declare incidents, guests can't.",
    ),
];

#[test]
fn admin_changes_each_kind_of_setting() {
    scenario_with_pages(async |world, [alice, ..]| {
        let browser = alice.signs_in().await;
        let labels = "SEV-0: All hands\r\nSEV-1: Critical";
        let saved = saves(
            &browser,
            SEVERITIES,
            &[
                ("severity_levels", "SEV-0 SEV-1"),
                ("severity_labels", labels),
                ("status_completed", "yes"),
            ],
        )
        .await;
        assert_eq!(saved.path, "/settings?saved=severities#severities");
        saved.shows(&["Saved.", "SEV-0 All hands", "SEV-1 Critical", "COMPLETED"]);
        for (action, field, value, preview) in CHANGES {
            let saved = saves(&browser, action, &[(field, value)]).await;
            saved.shows(&["Saved.", preview]);
        }
        let log = world.log.take_warnings();
        assert!(log.is_empty(), "{log:?}");
        // Slack offers what the page has stored.
        alice.types("#general", "/datadog incident Checkout").await;
        alice
            .submits(&[("Severity Level", "SEV-0 All hands")])
            .await;
        assert_eq!(
            alice.reads_ephemeral(),
            ["Declared IR-1. Head to #inc-1-checkout."]
        );
        world.skips_messages();
    });
}

/// The form, the field, its value, and the reason for the rejection.
const INVALID: [(&str, &str, &str, &str); 7] = [
    (
        ARCHIVING,
        "archive_after_days",
        "400",
        "Must be at most 365 days, not 400.",
    ),
    (
        ARCHIVING,
        "archive_after_days",
        "soon",
        "Enter a whole number of days, such as 30 (0 = never).",
    ),
    (
        "/settings/channels",
        "channel_name",
        "{{nubmer}}",
        "Can't use {{nubmer}}. Variables: public_id,",
    ),
    (
        "/settings/roles",
        "roles",
        "Responder (one)",
        "Can't include Responder, which is built in.",
    ),
    (
        FIELDS,
        "teams",
        "[\n  payments,\n]",
        "Line 2 isn't valid TOML: ",
    ),
    (
        FIELDS,
        "teams",
        "[\"payments\", \"Payments\"]",
        "Must have unique values: Payments is listed twice.",
    ),
    (
        "/settings/access",
        "who_reads",
        "nobody",
        "Must be \"members\" or \"everybody\".",
    ),
];

#[test]
fn invalid_settings_are_rejected_under_their_fields_and_stay_in_them() {
    scenario_with_pages(async |_, [alice, ..]| {
        let browser = alice.signs_in().await;
        let fields = [
            ("severity_labels", "SEV-1: Bad\nSEV-2: bad"),
            ("severity_descriptions", "SEV-1 Everything is down."),
        ];
        let page = saves(&browser, SEVERITIES, &fields).await;
        assert_eq!(page.status, 422);
        page.shows(&[
            "Nothing is saved yet. Correct the marked fields.",
            "Must have unique labels: SEV-1 and SEV-2 are both “bad”.",
            "Line 1: use the format “SEV-2: Many customers affected.”.",
        ]);
        assert!(page.html.contains("SEV-1: Bad\nSEV-2: bad"));
        for (action, field, value, problem) in INVALID {
            let page = saves(&browser, action, &[(field, value)]).await;
            assert_eq!(page.status, 422, "{value}");
            page.shows(&[problem]);
            let is_in_field =
                page.html.replace("&#34;", "\"").contains(value) || field == "who_reads";
            assert!(is_in_field, "{value}");
        }
        // Corrected on the page of the rejection.
        let fixed = [
            ("severity_labels", "SEV-1: Bad"),
            ("severity_descriptions", ""),
        ];
        let saved = browser.submits(&page, SEVERITIES, &fixed).await;
        saved.shows(&["Saved.", "SEV-1 Bad"]);
        assert_eq!(browser.opens(SEVERITIES).await.path, "/settings#severities");
        assert_eq!(browser.opens("/settings/nothing").await.status, 404);
    });
}

#[test]
fn preview_shows_the_values_and_stores_nothing() {
    scenario_with_pages(async |_, [alice, ..]| {
        let browser = alice.signs_in().await;
        let page = browser.opens("/settings").await;
        page.shows(&[
            "SEV-1 Critical",
            "#incident-42-checkout-is-slow",
            "Channels are never archived.",
        ]);
        let fields = [
            ("channel_name", "{{severity}}-{{yyyy}}"),
            ("preview", "yes"),
        ];
        let preview = browser.submits(&page, "/settings/channels", &fields).await;
        assert_eq!(preview.status, OK);
        preview.shows(&["This is a preview. Nothing is saved yet.", "#sev-1-2026"]);
        browser
            .opens("/settings")
            .await
            .shows(&["#incident-42-checkout-is-slow"]);
        let saved = browser.submits(&preview, "/settings/channels", &[]).await;
        saved.shows(&["Saved.", "#sev-1-2026"]);
        let fields = [("channel_name", "- -"), ("preview", "yes")];
        let page = saves(&browser, "/settings/channels", &fields).await;
        assert_eq!(page.status, 422);
    });
}

#[test]
fn change_of_another_admin_is_not_overwritten() {
    scenario_with_pages(async |world, [alice, ..]| {
        let browser = alice.signs_in().await;
        let form = browser.opens("/settings").await;
        world.change_settings(&[("archive_after_days", json!(7))]);
        let mine = [("archive_after_days", "30")];
        let conflict = browser.submits(&form, ARCHIVING, &mine).await;
        assert_eq!(conflict.status, 409);
        conflict.shows(&[
            "Another admin changed this too",
            "Archive channels after (days) Now 7 Yours 30",
            "Nothing of yours is saved yet.",
        ]);
        // Another change after the page of the conflict is a conflict again.
        world.change_settings(&[("archive_after_days", json!(8))]);
        let again = browser.submits(&conflict, ARCHIVING, &[]).await;
        assert_eq!(again.status, 409);
        again.shows(&["Now 8 Yours 30"]);
        let saved = browser.submits(&again, ARCHIVING, &[]).await;
        saved.shows(&["Saved."]);
        // Another setting of the same form, and the same value, are no conflicts.
        let form = browser.opens("/settings").await;
        world.change_settings(&[("severity_unknown", json!(false))]);
        let mine = [("status_completed", "yes"), ("severity_unknown", "no")];
        let saved = browser.submits(&form, SEVERITIES, &mine).await;
        saved.shows(&["Saved.", "COMPLETED"]);
    });
}

#[test]
fn unchanged_or_repeated_form_stores_nothing() {
    scenario_with_pages(async |world, [alice, ..]| {
        let browser = alice.signs_in().await;
        let page = browser.opens("/settings").await;
        let unchanged = browser.submits(&page, SEVERITIES, &[]).await;
        assert_eq!(unchanged.path, "/settings?unchanged=severities#severities");
        unchanged.shows(&["Nothing to save: no value is changed."]);
        let form = browser.opens("/settings").await;
        let days = [("archive_after_days", "9")];
        browser
            .submits(&form, ARCHIVING, &days)
            .await
            .shows(&["Saved."]);
        // Set back in a terminal: the repeated form does not change it again.
        world.change_settings(&[("archive_after_days", json!(0))]);
        browser.submits(&form, ARCHIVING, &days).await;
        let page = browser.opens("/settings").await;
        page.shows(&["Channels are never archived."]);
        let keyless = browser.posts(ARCHIVING, &days).await;
        assert_eq!(keyless.status, 422);
        keyless.shows(&["This form has no valid key."]);
    });
}

#[test]
fn changed_reminder_reschedules_open_incidents() {
    scenario_with_pages(async |world, [alice, ..]| {
        let declared = alice.declares("Checkout is slow").await;
        alice.updates(&declared.channel, &[SEV_1]).await;
        let browser = alice.signs_in().await;
        let fields = [("reminder_minutes", "SEV-1: 5")];
        saves(&browser, "/settings/reminders", &fields).await;
        world.skips_messages();
        world.advance(5 * 60).await;
        world.deliver_all().await;
        let posts = alice.reads(&declared.channel);
        assert!(posts.iter().any(|post| post.contains("5 min")), "{posts:?}");
        world.skips_messages();
    });
}
