//! The tasks, the follow-ups and the documents of an incident.

use crate::harness::scenario::incident_scenario_with_pages;
use crate::html::option_value;

const PATH: &str = "/incidents/1/remediation";

#[test]
fn task_is_added_for_a_user_with_a_due_time() {
    incident_scenario_with_pages(async |world, channel, [alice, bob, _]| {
        bob.types("#general", "/datadog help").await;
        let browser = alice.signs_in().await;
        let page = browser.opens(PATH).await;
        page.shows(&["Tasks", "Follow-ups", "Documents", "No tasks yet."]);
        let bob_id = option_value(&page.html, "bob").unwrap();
        let act = |name: &str| format!("/incidents/1/actions/{name}");
        let fields = [
            ("description", "Free the disk due tomorrow 17:00"),
            ("assignees", bob_id.as_str()),
        ];
        let page = browser.submits(&page, &act("add-task"), &fields).await;
        page.shows(&[
            "Task added.",
            "Free the disk bob · due Tue 24 Nov 17:00",
            "Remediation 1",
        ]);
        let posts = alice.reads(channel);
        assert!(
            posts.iter().any(|post| post.contains("Free the disk")),
            "{posts:?}"
        );

        world.deliver_all_advancing().await;
        world.skips_messages();
    });
}

#[test]
fn task_is_edited_finished_reopened_and_removed() {
    incident_scenario_with_pages(async |world, channel, [alice, ..]| {
        alice
            .types(channel, "/datadog task Free the disk due tomorrow 17:00")
            .await;
        let browser = alice.signs_in().await;
        let act = |name: &str| format!("/incidents/1/actions/{name}");
        let form = browser
            .opens(&format!("{PATH}?open=edit-task&number=1"))
            .await;
        let fields = [("description", "Free both disks"), ("due", "")];
        let page = browser.submits(&form, &act("edit-task"), &fields).await;
        page.shows(&["Saved.", "Free both disks Not assigned"]);
        page.hides(&["due <time"]);

        let page = browser.submits(&page, &act("finish-task"), &[]).await;
        page.shows(&["Done.", "Reopen"]);
        let page = browser.submits(&page, &act("reopen-task"), &[]).await;
        page.shows(&["Reopened."]);
        let page = browser.submits(&page, &act("remove-task"), &[]).await;
        page.shows(&["Removed.", "No tasks yet."]);
        world.deliver_all_advancing().await;
        world.skips_messages();
    });
}

#[test]
fn rejected_task_stays_in_the_form() {
    incident_scenario_with_pages(async |world, _, [alice, ..]| {
        let browser = alice.signs_in().await;
        let page = browser.opens(PATH).await;
        let add = "/incidents/1/actions/add-follow-up";
        for (description, due, reason) in [
            ("", "", "What should be done?"),
            ("Free the disk", "yesterday", "That's in the past."),
        ] {
            let fields = [("description", description), ("due", due)];
            let page = browser.submits(&page, add, &fields).await;
            assert_eq!(page.status, 422);
            page.shows(&[reason]);
            assert!(page.html.contains(&format!("value=\"{due}\"")));
            assert!(page.html.contains(&format!("value=\"{description}\"")));
        }
        world.skips_messages();
    });
}

#[test]
fn edit_of_a_task_that_changed_meanwhile_is_a_conflict() {
    incident_scenario_with_pages(async |world, channel, [alice, bob, _]| {
        alice.types(channel, "/datadog task Free the disk").await;
        let browser = alice.signs_in().await;
        let path = format!("{PATH}?open=edit-task&number=1");
        let [first, second] = [browser.opens(&path).await, browser.opens(&path).await];
        let edit = "/incidents/1/actions/edit-task";
        browser
            .submits(&first, edit, &[("description", "Free both disks")])
            .await;
        let fields = [("description", "Buy a disk")];
        let conflict = browser.submits(&second, edit, &fields).await;
        assert_eq!(conflict.status, 409);
        conflict.shows(&["alice changed this Mon 23 Nov", "Now: Free both disks"]);
        bob.types("#general", "/datadog help").await;
        // Another field is no conflict.
        let third = browser.opens(&path).await;
        let saved = browser
            .submits(&third, edit, &[("due", "tomorrow 12:00")])
            .await;
        saved.shows(&["Saved.", "Free both disks", "due Tue 24 Nov 12:00"]);
        world.skips_messages();
    });
}

#[test]
fn document_is_added_and_removed() {
    incident_scenario_with_pages(async |world, _, [alice, ..]| {
        let browser = alice.signs_in().await;
        let page = browser.opens(PATH).await;
        let add = "/incidents/1/actions/add-document";
        let fields = [("url", "wiki.example.com/runbook"), ("name", "Runbook")];
        let page = browser.submits(&page, add, &fields).await;
        page.shows(&["Document added.", "Runbook"]);
        assert!(
            page.html
                .contains("href=\"https://wiki.example.com/runbook\"")
        );
        let rejected = browser
            .submits(&page, add, &[("url", "javascript:alert(1)")])
            .await;
        assert_eq!(rejected.status, 422);
        let remove = "/incidents/1/actions/remove-document";
        let page = browser.submits(&page, remove, &[]).await;
        page.shows(&["Document removed.", "No documents yet."]);
        world.skips_messages();
    });
}
