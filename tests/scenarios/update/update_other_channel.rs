//! `/datadog incident update` outside an incident channel: the incident picker opens.

use crate::harness::prelude::*;

#[test]
fn update_opens_the_incident_picker_in_other_channels() {
    incident_over_both_transports(async |world, _, [alice, bob, ..]| {
        let search = alice.declares_with("Search is down", &[SEV_1]).await;
        bob.types("#random", "/datadog incident edit").await;
        assert_picker_requires_an_incident(bob).await;
        bob.submits(&[("Incident", "2")]).await;
        assert_eq!(bob.modal().title, "Update IR-2");
        assert_eq!(bob.field_value("Title"), "Search is down");
        bob.submits_and_closes(&[STABLE]).await;
        let expected = "bob changed status ACTIVE → STABLE";
        assert_eq!(bob.reads(&search.channel).pop().unwrap(), expected);
        assert_eq!(
            bob.reads_thread("#incidents", &search.announcement_ts),
            [expected]
        );
        assert_eq!(bob.reads("#random"), [""; 0]);
        assert_eq!(world.timeline(1).await.len(), 1);
        bob.reads("#incidents");
    });
}

/// Checks the open incident picker: it offers both incidents, and cannot be submitted without one.
async fn assert_picker_requires_an_incident(bob: TestUser<'_>) {
    let form = bob.modal();
    assert_eq!(
        (form.title.as_str(), form.submit.as_deref()),
        ("Update Incident", Some("Continue"))
    );
    assert_eq!(form.labels(), ["Incident"]);
    assert_eq!(
        bob.suggested_options("Incident", "").await,
        [
            "IR-2 · SEV-1 · Search is down",
            "IR-1 · UNKNOWN · Checkout is slow"
        ]
    );
    let screen = bob.submits(&[]).await;
    assert_eq!(
        screen.errors["Incident"],
        "Please complete this required field."
    );
}

#[test]
fn incident_resolved_while_the_picker_is_open_can_be_selected() {
    incident_scenario(async |world, channel, [alice, bob, ..]| {
        bob.types("#random", "/datadog incident update").await;
        bob.fills(&[("Incident", "1")]).await;
        alice.updates(channel, &[RESOLVED]).await;
        bob.submits(&[]).await;
        assert_eq!(bob.field_value("Status"), "resolved");
        bob.submits(&[("Status", "ACTIVE")]).await;
        assert_eq!(
            world.timeline(1).await[1..],
            [
                "alice changed status “active” to “resolved”",
                "bob changed status “resolved” to “active”",
            ]
        );
        world.expects_unread(4, "two announcement replies, two posts");
    });
}

#[test]
fn update_picker_offers_resolved_incidents_when_none_is_open() {
    scenario(async |world, [alice, ..]| {
        let entry = "No open incidents. To declare one, type /datadog incident.";
        let screen = alice.types("#general", "/datadog incident update").await;
        assert_eq!(screen.view, None);
        assert_eq!(alice.reads_ephemeral(), [entry]);

        let declared = alice.declares("Checkout is slow").await;
        alice.updates(&declared.channel, &[RESOLVED]).await;
        world.expects_unread(4, "header, announcement, its reply, post");
        alice.types("#general", "/datadog incident update").await;
        assert_eq!(
            alice.suggested_options("Incident", "").await,
            ["IR-1 · UNKNOWN · RESOLVED · Checkout is slow"]
        );
        let screen = alice.submits(&[("Incident", "1")]).await;
        assert_eq!(screen.view.unwrap().title, "Update IR-1");
    });
}

#[test]
fn incident_picker_searches_by_title_and_number() {
    over_http(async |_, [alice, ..]| {
        alice.declares_many(150).await;
        alice.types("#general", "/datadog incident update").await;
        let options = alice.suggested_options("Incident", "").await;
        // Slack shows at most a hundred options: the most severe first, then the newest.
        assert_eq!(options.len(), 100);
        assert_eq!(options[0], "IR-146 · SEV-1 · Trouble 146 in Ünit 6");
        assert_eq!(
            alice.suggested_options("Incident", "ünit 9").await.len(),
            15,
            "the search ignores case"
        );
        assert_eq!(
            alice.suggested_options("Incident", "trouble 33").await,
            ["IR-33 · SEV-2 · Trouble 33 in Ünit 3"]
        );
        assert_eq!(
            alice.suggested_options("Incident", "IR-150").await,
            ["IR-150 · SEV-5 · Trouble 150 in Ünit 0"]
        );
        assert_eq!(
            alice.suggested_options("Incident", "no such thing").await,
            [""; 0]
        );
        alice.submits(&[("Incident", "33")]).await;
        assert_eq!(alice.field_value("Title"), "Trouble 33 in Ünit 3");
    });
}
