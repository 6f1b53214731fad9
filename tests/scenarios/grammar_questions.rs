//! Commands that may be a title: one line with a button for each.

use crate::harness::prelude::*;

const CHANNEL: &str = "incident-1-checkout-is-slow";

/// Types a command that is asked about. Returns the question and its message's `ts`.
async fn ask(user: &TestUser<'_>, channel: &str, text: &str) -> (String, String) {
    let screen = user.types(channel, text).await;
    assert_eq!(screen.view, None, "{text}");
    let message = user
        .world
        .slack
        .ephemeral_messages(user.name)
        .pop()
        .unwrap();
    let question = user.reads_ephemeral().join("\n");
    (question, message.ts)
}

#[test]
fn resolve_outside_an_incidents_channel_get_a_question() {
    over_both_transports(async |world, _| {
        let alice = world.user("alice");
        alice.declares("Checkout is slow").await;
        let (question, ts) = ask(&alice, "#general", "/datadog incident resolve now").await;
        assert_eq!(
            question,
            "Did you mean /datadog resolve now, or a new incident called “resolve now”?\n\
             [Resolve IR-1] [Declare “resolve now”]"
        );
        alice.clicks("#general", &ts, "action_menu 1").await;
        assert_eq!(alice.field_value("Title"), "resolve now");
        alice.closes_modal().await;
        alice.clicks("#general", &ts, "action_menu 0").await;
        assert_eq!(alice.reads_ephemeral(), ["Resolved IR-1."]);
        world.expects_unread(4, "header, announcement, announcement reply, post");
    });
}

#[test]
fn question_without_an_incident_offers_to_declare_only() {
    scenario(async |world, _| {
        let alice = world.user("alice");
        let text = "/datadog incident resolve fixed by rollback";
        let (question, ts) = ask(&alice, "#general", text).await;
        assert_eq!(
            question,
            "Did you mean /datadog resolve fixed by rollback, or a new incident called “resolve fixed by \
             rollback”?\n[Declare “resolve fixed by rollback”]"
        );
        alice.clicks("#general", &ts, "action_menu 0").await;
        assert_eq!(alice.field_value("Title"), "resolve fixed by rollback");
    });
}

#[test]
fn several_open_incidents_are_chosen_from() {
    over_http(async |world, _| {
        let alice = world.user("alice");
        alice.declares("Checkout is slow").await;
        alice.declares("Carts are lost").await;
        let (question, ts) = ask(&alice, "#general", "/datadog incident close it").await;
        assert!(
            question.contains("[Resolve an incident] [Declare “close it”]"),
            "{question}"
        );
        alice.clicks("#general", &ts, "action_menu 0").await;
        assert_eq!(alice.modal().title, "Resolve Incident");
        alice.submits(&[("Incident", "1")]).await;
        assert_eq!(alice.reads_ephemeral(), ["Resolved IR-1."]);
        world.expects_unread(4, "header, announcement, announcement reply, post");
    });
}

#[test]
fn typo_gets_a_question_in_an_incidents_channel() {
    over_http(async |world, _| {
        let alice = world.user("alice");
        alice.declares("Checkout is slow").await;
        for (text, question) in [
            (
                "incident resovle it",
                "Did you mean /datadog resolve it, or a new incident called “resovle it”?\n\
                 [Resolve IR-1] [Declare “resovle it”]",
            ),
            (
                "incident private keys leaked",
                "Did you mean /datadog private, or a new incident called “private keys leaked”?\n\
                 [Run it] [Declare “private keys leaked”]",
            ),
            (
                "incident search is down",
                "Did you mean /datadog search is down, or a new incident called “search is down”?\n\
                 [List Incidents] [Declare “search is down”]",
            ),
            (
                "incident IR-1 is back",
                "Did you mean /datadog show IR-1, or a new incident called “IR-1 is back”?\n\
                 [Show IR-1] [Declare “IR-1 is back”]",
            ),
        ] {
            let (question_text, _) = ask(&alice, CHANNEL, &format!("/datadog {text}")).await;
            assert_eq!(question_text, question);
        }
        assert_eq!(world.timeline(1).await.len(), 1);
    });
}
