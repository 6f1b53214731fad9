//! Declaring an incident that may be declared already.

use crate::harness::scenario::incident_scenario_with_pages;
use crate::html::form_fields;

const PATH: &str = "/incidents/new";

#[test]
fn similar_incident_is_shown_before_another_is_declared_as_entered() {
    incident_scenario_with_pages(async |world, _, [_, bob, _]| {
        let browser = bob.signs_in().await;
        let form = browser.opens(PATH).await;
        let fields = [
            ("title", "Checkout is down"),
            ("severity", "SEV-2"),
            ("customer_impact", "yes"),
            ("signals", "https://graphs.example.com/a"),
        ];
        let guard = browser.submits(&form, PATH, &fields).await;
        assert_eq!(guard.status, 409);
        guard.shows(&[
            "Already declared?",
            "This may already be an open incident. Nothing is declared yet.",
            "IR-1 Checkout is slow",
            "Open Join",
            "Declare another",
        ]);
        assert_eq!(world.incident_channels().len(), 1, "nothing is declared");
        let values = form_fields(&guard.html, PATH).unwrap();
        for (name, value) in fields {
            assert!(
                values.contains(&(name.to_owned(), value.to_owned())),
                "{values:?}"
            );
        }
        // A mistake after the question does not ask it again.
        let again = browser.submits(&guard, PATH, &[("title", "")]).await;
        assert_eq!(again.status, 422);
        let page = browser
            .submits(&again, PATH, &[("title", "Checkout is down")])
            .await;
        assert_eq!(page.path, "/incidents/2");
        page.shows(&[
            "Checkout is down",
            "SEV-2 High",
            "https://graphs.example.com/a",
        ]);
        world.skips_messages();
    });
}

#[test]
fn user_joins_a_similar_incident_instead_of_declaring_one() {
    incident_scenario_with_pages(async |world, channel, [_, bob, _]| {
        let browser = bob.signs_in().await;
        let form = browser.opens(PATH).await;
        let fields = [("title", "chekout slow!")];
        let guard = browser.submits(&form, PATH, &fields).await;
        for _ in 0..2 {
            let page = browser.submits(&guard, "/incidents/1/join", &[]).await;
            assert_eq!(page.path, "/incidents/1");
            let page = browser.opens("/incidents/1").await;
            page.shows(&["Responders bob"]);
            assert_eq!(page.html.matches("joined").count(), 1);
        }
        assert!(
            world
                .slack
                .members(channel)
                .contains(&world.slack.user("bob"))
        );
        assert_eq!(world.incident_channels().len(), 1);

        // A responder is offered no **Join**.
        let guard = browser
            .submits(&browser.opens(PATH).await, PATH, &fields)
            .await;
        guard.hides(&["/incidents/1/join"]);
        world.skips_messages();
    });
}

#[test]
fn test_incident_and_an_old_or_resolved_one_open_no_guard() {
    incident_scenario_with_pages(async |world, channel, [alice, bob, _]| {
        let browser = bob.signs_in().await;
        let fields = [("title", "Checkout is slow")];
        let form = browser.opens("/incidents/new?test=1").await;
        assert_eq!(
            browser.submits(&form, PATH, &fields).await.path,
            "/incidents/2"
        );
        alice.types(channel, "/datadog severity SEV-3").await;
        alice.types(channel, "/datadog resolve Rolled back").await;
        let form = browser.opens(PATH).await;
        assert_eq!(
            browser.submits(&form, PATH, &fields).await.path,
            "/incidents/3"
        );
        world.skips_messages();
    });
}

#[test]
fn hidden_incident_cannot_be_joined() {
    incident_scenario_with_pages(async |world, channel, [alice, bob, _]| {
        alice.types(channel, "/datadog incident private").await;
        world.deliver_all().await;
        let browser = bob.signs_in().await;
        let key = [("key", "abc")];
        let [hidden, missing] = [
            browser.posts("/incidents/1/join", &key).await,
            browser.posts("/incidents/99/join", &key).await,
        ];
        assert_eq!((hidden.status, missing.status), (404, 404));
        assert_eq!(hidden.html, missing.html);
        assert_eq!(browser.opens("/incidents/1").await.status, 404);
        world.skips_messages();
    });
}
