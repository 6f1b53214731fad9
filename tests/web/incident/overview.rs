//! Changing an incident on its overview: updates, impacts, responders, links, status and visibility.

use crate::browser::{Browser, Page};
use crate::harness::scenario::incident_scenario_with_pages;
use crate::html::option_value;

const PATH: &str = "/incidents/1";

/// Opens the form of an action, fills it in and submits it.
async fn submits(browser: &Browser<'_>, action: &str, fields: &[(&str, &str)]) -> Page {
    let form = browser.opens(&format!("{PATH}?open={action}")).await;
    let path = format!("{PATH}/actions/{action}");
    browser.submits(&form, &path, fields).await
}

#[test]
fn status_update_is_posted_with_its_next_update() {
    incident_scenario_with_pages(async |world, channel, [alice, ..]| {
        let browser = alice.signs_in().await;
        let empty = submits(&browser, "post-update", &[("text", "")]).await;
        assert_eq!(empty.status, 422);
        empty.shows(&["What's the latest? E.g."]);
        let fields = [("text", "Rolled back"), ("next_update", "30")];
        let page = submits(&browser, "post-update", &fields).await;
        page.shows(&["Update posted.", "Rolled back"]);
        let posts = alice.reads(channel);
        assert!(
            posts.iter().any(|post| post.contains("Rolled back")),
            "{posts:?}"
        );
        world.skips_messages();
    });
}

#[test]
fn impact_is_added_edited_ended_and_removed() {
    incident_scenario_with_pages(async |world, _, [alice, ..]| {
        let browser = alice.signs_in().await;
        let fields = [
            ("description", "payments fail"),
            ("started", "20 min ago"),
            ("ended", ""),
        ];
        let page = submits(&browser, "add-impact", &fields).await;
        page.shows(&[
            "Impact added.",
            "payments fail",
            "Customers affected for 20 min",
        ]);

        let form = browser
            .opens("/incidents/1?open=edit-impact&number=1")
            .await;
        let edit = "/incidents/1/actions/edit-impact";
        let fields = [("description", "card payments fail")];
        let page = browser.submits(&form, edit, &fields).await;
        page.shows(&["Impact saved.", "card payments fail", "for 20 min"]);

        let page = submits(&browser, "end-impact", &[("ended", "5 min ago")]).await;
        page.shows(&["Impact ended.", "15 min"]);
        page.hides(&["Customers affected</dt>"]);

        let remove = "/incidents/1/actions/remove-impact";
        let page = browser.submits(&page, remove, &[]).await;
        page.shows(&["Impact removed.", "No customer impact recorded."]);
        world.skips_messages();
    });
}

#[test]
fn start_long_before_the_declaration_is_confirmed_first() {
    incident_scenario_with_pages(async |world, _, [alice, ..]| {
        let browser = alice.signs_in().await;
        let fields = [("description", "payments fail"), ("started", "3 days ago")];
        let page = submits(&browser, "add-impact", &fields).await;
        assert_eq!(page.status, 422);
        page.shows(&[
            "more than a day before IR-1 was declared",
            "The start is right",
        ]);
        let add = "/incidents/1/actions/add-impact";
        let fields = [
            ("description", "payments fail"),
            ("started", "3 days ago"),
            ("confirmed", "yes"),
        ];
        let page = browser.submits(&page, add, &fields).await;
        page.shows(&["Impact added."]);
        world.skips_messages();
    });
}

#[test]
fn roles_and_responders_are_assigned_from_the_list() {
    incident_scenario_with_pages(async |world, _, [alice, bob, _]| {
        bob.types("#general", "/datadog help").await;
        let browser = alice.signs_in().await;
        let form = browser.opens("/incidents/1?open=assign-roles").await;
        let bob_id = option_value(&form.html, "bob").unwrap();
        let path = "/incidents/1/actions/assign-roles";
        let fields = [("commander", bob_id.as_str()), ("responders", "")];
        let page = browser.submits(&form, path, &fields).await;
        page.shows(&["Responders saved.", "Incident Commander bob"]);

        let unknown = [("commander", "U0NOBODY000")];
        let rejected = submits(&browser, "assign-roles", &unknown).await;
        assert_eq!(rejected.status, 422);
        rejected.shows(&["Muster doesn't know this user."]);
        world.skips_messages();
    });
}

#[test]
fn incident_is_stabilized_resolved_and_reopened() {
    incident_scenario_with_pages(async |world, _, [alice, ..]| {
        let browser = alice.signs_in().await;
        let page = browser.opens(PATH).await;
        let set = |name: &str| format!("{PATH}/actions/{name}");
        let page = browser.submits(&page, &set("stabilize"), &[]).await;
        page.shows(&["The incident is STABLE.", "Set to ACTIVE"]);
        let fields = [
            ("text", "Rolled back"),
            ("root_cause", "A full disk"),
            ("severity", "SEV-2"),
        ];
        let page = submits(&browser, "resolve", &fields).await;
        page.shows(&[
            "Incident resolved.",
            "RESOLVED",
            "A full disk",
            "SEV-2 High",
        ]);
        page.hides(&["open=resolve"]);
        // The settings do not use COMPLETED.
        page.hides(&["actions/complete"]);
        let page = browser.submits(&page, &set("reopen"), &[]).await;
        page.shows(&["Incident reopened.", "ACTIVE"]);
        world.deliver_all_advancing().await;
        world.skips_messages();
    });
}

#[test]
fn chat_and_call_are_set_and_removed() {
    incident_scenario_with_pages(async |world, _, [alice, ..]| {
        let browser = alice.signs_in().await;
        let rejected = submits(&browser, "set-call", &[("url", "not a link")]).await;
        assert_eq!(rejected.status, 422);
        rejected.shows(&["This"]);
        let page = submits(&browser, "set-call", &[("url", "call.example.com/7")]).await;
        page.shows(&["Video call saved.", "Join call"]);
        let page = submits(&browser, "set-chat", &[("url", "https://chat.example.com")]).await;
        page.shows(&["Chat saved."]);
        let remove = "/incidents/1/actions/remove-call";
        let page = browser.submits(&page, remove, &[]).await;
        page.shows(&["Video call removed.", "Video call: none"]);
        world.skips_messages();
    });
}

#[test]
fn visibility_is_changed_after_a_question() {
    incident_scenario_with_pages(async |world, _, [alice, bob, _]| {
        let browser = alice.signs_in().await;
        let question = browser.opens("/incidents/1?open=make-private").await;
        question.shows(&["Only its responders will see the incident"]);
        let path = "/incidents/1/actions/make-private";
        let page = browser.submits(&question, path, &[]).await;
        page.shows(&["The incident is private.", "Private", "Make public"]);
        world.deliver_all_advancing().await;
        world.skips_messages();
        let of_bob = bob.signs_in().await;
        for path in ["", "/timeline", "/remediation", "/notifications"] {
            let hidden = of_bob.opens(&format!("{PATH}{path}")).await;
            assert_eq!(hidden.status, 404, "{path}");
        }
        for action in [
            "add-note",
            "repair",
            "retry-delivery",
            "assign-roles",
            "make-public",
        ] {
            let fields = [("key", "abc"), ("number", "1"), ("text", "x")];
            let hidden = of_bob
                .posts(&format!("{PATH}/actions/{action}"), &fields)
                .await;
            assert_eq!(hidden.status, 404, "{action}");
        }
    });
}

#[test]
fn subscription_and_repair_are_buttons() {
    incident_scenario_with_pages(async |world, _, [alice, ..]| {
        let browser = alice.signs_in().await;
        let page = browser.opens(PATH).await;
        let subscribe = "/incidents/1/actions/subscribe";
        let page = browser.submits(&page, subscribe, &[]).await;
        page.shows(&["Subscription changed.", "Unsubscribe"]);
        let page = browser
            .submits(&page, "/incidents/1/actions/repair", &[])
            .await;
        page.shows(&["Muster checks Slack and recreates what is missing."]);
        world.skips_messages();
    });
}
