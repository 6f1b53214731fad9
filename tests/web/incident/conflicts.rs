//! Two users change the same thing: nothing is overwritten, and each conflict names who changed it, and when.

use crate::browser::{Browser, Page};
use crate::harness::scenario::incident_scenario_with_pages;
use crate::harness::user::TestUser;

fn action(name: &str) -> String {
    format!("/incidents/1/actions/{name}")
}

/// Sends a form that was opened before another user changed the value, and takes **Use mine**.
async fn uses_mine(browser: &Browser<'_>, form: &Page, name: &str, fields: &[(&str, &str)]) {
    let conflict = browser.submits(form, &action(name), fields).await;
    assert_eq!(conflict.status, 409, "{name}");
    conflict.shows(&[
        "bob changed this Mon 23 Nov 15:06, after you opened the page. Nothing of yours is stored yet.",
        "Now: ",
        "Use mine",
        "Keep theirs",
    ]);
    for (_, value) in fields {
        assert!(conflict.html.contains(value), "{name}: {value} is lost");
    }
    let saved = browser.submits(&conflict, &action(name), &[]).await;
    assert_eq!(saved.status, 200, "{name}");
    saved.shows(&[fields[0].1]);
}

/// The forms of these actions, opened by alice.
struct Forms {
    impact: Page,
    task: Page,
    chat: Page,
    resolve: Page,
}

async fn opens_forms(browser: &Browser<'_>) -> Forms {
    let open = async |name: &str, tab: &str| {
        let number = i32::from(name.starts_with("edit"));
        let path = format!("/incidents/1{tab}?open={name}&number={number}");
        browser.opens(&path).await
    };
    Forms {
        impact: open("edit-impact", "").await,
        task: open("edit-task", "/remediation").await,
        chat: open("set-chat", "").await,
        resolve: open("resolve", "").await,
    }
}

/// Bob changes all of it meanwhile.
async fn changes_all(bob: TestUser<'_>, forms: &Forms) {
    let browser = bob.signs_in().await;
    for (page, name, field) in [
        (&forms.impact, "edit-impact", ("description", "logins fail")),
        (&forms.task, "edit-task", ("description", "Buy a disk")),
        (
            &forms.chat,
            "set-chat",
            ("url", "https://chat.example.com/b"),
        ),
    ] {
        let key = format!("c0ffee{}", name.len());
        let fields = [field, ("key", key.as_str())];
        browser.submits(page, &action(name), &fields).await;
    }
    bob.types("#general", "/datadog IR-1 update").await;
    bob.submits_and_closes(&[("Why it happened", "A bad disk")])
        .await;
}

#[test]
fn conflict_names_who_changed_it_and_when() {
    incident_scenario_with_pages(async |world, channel, [alice, bob, _]| {
        alice.types(channel, "/datadog impact payments fail").await;
        alice.types(channel, "/datadog task Free the disk").await;
        let browser = alice.signs_in().await;
        let forms = opens_forms(&browser).await;
        world.advance(60).await;
        changes_all(bob, &forms).await;
        let fields = [("description", "carts fail")];
        uses_mine(&browser, &forms.impact, "edit-impact", &fields).await;
        let fields = [("description", "Clean the disk")];
        uses_mine(&browser, &forms.task, "edit-task", &fields).await;
        let url = [("url", "https://chat.example.com/a")];
        let set_chat = action("set-chat");
        let conflict = browser.submits(&forms.chat, &set_chat, &url).await;
        conflict.shows(&["bob changed this", "Now: https://chat.example.com/b"]);
        let fields = [("root_cause", "A full disk")];
        uses_mine(&browser, &forms.resolve, "resolve", &fields).await;
        world.deliver_all_advancing().await;
        world.skips_messages();
    });
}

#[test]
fn value_that_the_other_user_set_too_is_no_conflict() {
    incident_scenario_with_pages(async |world, channel, [alice, bob, _]| {
        alice.types(channel, "/datadog task Free the disk").await;
        let browser = alice.signs_in().await;
        let path = "/incidents/1/remediation?open=edit-task&number=1";
        let form = browser.opens(path).await;
        let of_bob = bob.signs_in().await;
        let fields = [("description", "Buy a disk")];
        let form_of_bob = of_bob.opens(path).await;
        for (browser, form) in [(&of_bob, &form_of_bob), (&browser, &form)] {
            let saved = browser.submits(form, &action("edit-task"), &fields).await;
            assert_eq!(saved.status, 200);
            saved.shows(&["Buy a disk"]);
        }
        world.skips_messages();
    });
}

#[test]
fn status_button_of_an_old_page_asks_first() {
    incident_scenario_with_pages(async |world, _, [alice, bob, _]| {
        let browser = alice.signs_in().await;
        let page = browser.opens("/incidents/1").await;
        world.advance(60).await;
        bob.types("#general", "/datadog IR-1 resolve disk replaced")
            .await;
        let stable = action("stabilize");
        let conflict = browser.submits(&page, &stable, &[]).await;
        assert_eq!(conflict.status, 409);
        conflict.shows(&[
            "bob changed this too",
            "bob changed Status of IR-1 Mon 23 Nov 15:06",
            "Now RESOLVED",
            "Yours STABLE",
            "Keep theirs",
        ]);
        let path = "/incidents/1/fields/status";
        let mine = browser.submits(&conflict, path, &[]).await;
        mine.shows(&["Status saved.", "Status STABLE"]);
        // Who wants what is already so gets no question.
        let same = browser.submits(&page, &stable, &[("key", "c0ffee")]).await;
        same.shows(&["The incident is STABLE."]);
        world.deliver_all_advancing().await;
        world.skips_messages();
    });
}

#[test]
fn detection_method_is_changed_like_in_slack() {
    incident_scenario_with_pages(async |world, _, [alice, bob, _]| {
        let browser = alice.signs_in().await;
        let page = browser.opens("/incidents/1").await;
        page.shows(&["Detection Method Unknown", "Detected Mon 23 Nov 15:05"]);
        let form = browser.opens("/incidents/1?edit=detection_method").await;
        form.shows(&["Customer Employee Monitor Other Unknown"]);
        let path = "/incidents/1/fields/detection_method";
        let method = [("detection_method", "monitor")];
        let saved = browser.submits(&form, path, &method).await;
        saved.shows(&["Detection Method saved.", "Detection Method Monitor"]);

        bob.types("#general", "/datadog IR-1 update").await;
        assert_eq!(bob.field_value("Detection Method"), "monitor");
        bob.submits_and_closes(&[("Detection Method", "Customer")])
            .await;
        let method = [("detection_method", "employee"), ("key", "c0ffee")];
        let conflict = browser.submits(&form, path, &method).await;
        assert_eq!(conflict.status, 409);
        conflict.shows(&[
            "bob changed Detection Method",
            "Now Customer",
            "Yours Employee",
        ]);
        let method = [("detection_method", "guess"), ("key", "c0ffee1")];
        let invalid = browser.submits(&form, path, &method).await;
        assert_eq!(invalid.status, 422);
        world.skips_messages();
    });
}
