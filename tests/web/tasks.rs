//! The list of tasks.

use crate::browser::Browser;
use crate::harness::scenario::incident_scenario_with_pages;

#[test]
fn tasks_are_listed_by_assignee_deadline_and_kind() {
    incident_scenario_with_pages(async |world, channel, [alice, ..]| {
        let browser = alice.signs_in().await;
        let empty = browser.opens("/tasks").await;
        empty.shows(&["No open task is assigned to you."]);
        for command in [
            "/datadog task Roll back the release @bob due in 30 minutes",
            "/datadog task Call the vendor @alice",
            "/datadog followup Write a runbook <b> @bob",
        ] {
            alice.types(channel, command).await;
        }
        world.deliver_all().await;
        world.skips_messages();

        let mine = browser.opens("/tasks").await;
        mine.shows(&["Mine 1", "Call the vendor", "IR-1 Checkout is slow"]);
        mine.shows(&["task 2", "alice"]);
        mine.hides(&["Roll back", "runbook"]);
        let open = browser.opens("/tasks?show=open").await;
        open.shows(&["Open 3", "Roll back the release", "due Mon 23 Nov"]);
        open.shows(&["Write a runbook <b>"]);
        let text = open.text();
        assert!(
            text.find("Roll back") < text.find("Call the vendor"),
            "{text}"
        );
        let followups = browser.opens("/tasks?show=followups").await;
        followups.shows(&["Follow-ups 1", "Write a runbook"]);
        followups.hides(&["Call the vendor"]);
        let overdue = browser.opens("/tasks?show=overdue").await;
        overdue.shows(&["No task is overdue."]);
    });
}

#[test]
fn task_is_overdue_once_its_deadline_has_passed() {
    incident_scenario_with_pages(async |world, channel, [alice, bob, _]| {
        for command in [
            "/datadog task Roll back the release @bob due in 30 minutes",
            "/datadog task Call the vendor @alice",
        ] {
            alice.types(channel, command).await;
        }
        world.advance(90 * 60).await;
        world.skips_messages();
        let overdue = bob.signs_in().await.opens("/tasks?show=overdue").await;
        overdue.shows(&["Overdue 1", "Roll back the release", "overdue for"]);
        overdue.hides(&["Call the vendor"]);
    });
}

#[test]
fn task_is_finished_once_and_reopened() {
    incident_scenario_with_pages(async |world, channel, [alice, bob, _]| {
        alice.types(channel, "/datadog task Roll back @alice").await;
        let browser = alice.signs_in().await;
        let list = browser.opens("/tasks").await;
        let done = "/tasks/1/1/done";
        for _ in 0..2 {
            let page = browser.submits(&list, done, &[]).await;
            assert_eq!(page.path, "/tasks?show=mine&changed=1-1");
            page.shows(&[
                "IR-1 task 1 is done.",
                "Undo",
                "No open task is assigned to you.",
            ]);
        }
        // Another user finishes it from a page that still shows it.
        let page = bob.signs_in().await.posts(done, &[("key", "abc")]).await;
        page.shows(&["IR-1 task 1 is done."]);
        let page = browser.opens("/incidents/1").await;
        assert_eq!(
            page.html.matches("finished task 1").count(),
            1,
            "{}",
            page.text()
        );

        let list = browser.opens("/tasks?show=done").await;
        list.shows(&["Done 1", "Roll back", "Reopen"]);
        let page = browser.submits(&list, "/tasks/1/1/reopen", &[]).await;
        assert_eq!(page.path, "/tasks?show=done&changed=1-1");
        page.shows(&[
            "IR-1 task 1 is open again.",
            "No task has been finished yet.",
        ]);
        browser
            .opens("/tasks")
            .await
            .shows(&["Mine 1", "Roll back"]);
        world.skips_messages();
    });
}

/// Checks that the forms of IR-1 answer like those of an incident that does not exist.
async fn assert_forms_are_missing(browser: &Browser<'_>) {
    for way in ["done", "reopen"] {
        let key = [("key", "abc")];
        let hidden = browser.posts(&format!("/tasks/1/1/{way}"), &key).await;
        let missing = browser.posts(&format!("/tasks/99/1/{way}"), &key).await;
        assert_eq!((hidden.status, missing.status), (404, 404));
        assert_eq!(hidden.html, missing.html);
    }
}

#[test]
fn tasks_of_a_hidden_incident_are_not_listed_counted_or_changed() {
    incident_scenario_with_pages(async |world, channel, [alice, bob, _]| {
        alice
            .types(channel, "/datadog task Rotate the key @alice")
            .await;
        alice.types(channel, "/datadog incident private").await;
        world.deliver_all().await;
        let browser = bob.signs_in().await;
        for show in ["mine", "open", "overdue", "followups", "done"] {
            let page = browser
                .opens(&format!("/tasks?show={show}&changed=1-1"))
                .await;
            page.hides(&["IR-1", "Rotate", "class=\"count\">1"]);
        }
        assert_forms_are_missing(&browser).await;
        let browser = alice.signs_in().await;
        browser
            .opens("/tasks")
            .await
            .shows(&["Mine 1", "Rotate the key", "Private"]);
        assert_eq!(
            browser
                .posts("/tasks/1/9/done", &[("key", "a")])
                .await
                .status,
            422
        );
        assert_eq!(
            browser
                .posts("/tasks/x/1/done", &[("key", "b")])
                .await
                .status,
            404
        );
        assert_eq!(browser.posts("/tasks/1/1/done", &[]).await.status, 422);
        world.skips_messages();
    });
}
