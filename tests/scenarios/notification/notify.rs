//! `/datadog incident notify`: the modal, the posts, and the users who become responders.

use serde_json::json;

use crate::harness::prelude::*;
use crate::privacy::outsiders::declare_private;

const NOTIFY: &str = "/datadog incident notify";

fn posts(world: &World, channel: &str, part: &str) -> usize {
    let messages = world.slack.messages(channel);
    let matching = messages
        .iter()
        .filter(|it| it.rendered_text().contains(part));
    matching.count()
}

fn skip_messages(world: &World) {
    drop(world.take_all_unread());
    world.read_all_direct_messages();
}

#[test]
fn modal_notifies_users_groups_and_channels_once() {
    incident_over_both_transports(async |world, channel, [alice, ..]| {
        alice.types(channel, &format!("{NOTIFY} #general")).await;
        assert_eq!(alice.field_value("Subject"), "[IR-1] Checkout is slow");
        let fields = [
            ("Other recipients", "#general\n@oncall"),
            ("People", "bob"),
            ("Subject", "IR-1 is {{incident.status}}"),
            ("Body", "We roll back."),
        ];
        alice.submits_and_closes(&fields).await;
        alice.redelivers_last_request().await;
        world.deliver_all_advancing().await;
        for user in ["bob", "chioma"] {
            let address = format!("{user}@acme.example");
            let [mail] = world.slack.mails_to(&address).try_into().unwrap();
            assert_eq!(
                (mail.subject(), mail.text().contains("We roll back.")),
                ("IR-1 is ACTIVE".to_owned(), true)
            );
            let member = world.slack.user(user);
            assert!(world.slack.members(channel).contains(&member), "{user}");
        }
        assert_eq!(posts(world, "#general", "IR-1 is ACTIVE"), 1);
        assert_eq!(posts(world, channel, "“IR-1 is ACTIVE”"), 1);
        let timeline = world.timeline(1).await;
        assert_eq!(
            timeline[1..],
            [
                "alice notified 3 recipients",
                "alice added bob",
                "alice added chioma"
            ]
        );
        skip_messages(world);
    });
}

#[test]
fn notified_users_do_not_join_if_the_setting_is_off() {
    incident_scenario(async |world, channel, [alice, ..]| {
        world.change_settings(&[("notified_become_responders", json!(false))]);
        alice.types(channel, &format!("{NOTIFY} @oncall")).await;
        alice.submits_and_closes(&[("People", "bob")]).await;
        world.deliver_all_advancing().await;
        let [mail] = world
            .slack
            .mails_to("chioma@acme.example")
            .try_into()
            .unwrap();
        assert_eq!(mail.subject(), "[IR-1] Checkout is slow");
        assert_eq!(world.timeline(1).await.len(), 2);
        let bob = world.slack.user("bob");
        assert!(!world.slack.members(channel).contains(&bob));
        skip_messages(world);
    });
}

#[test]
fn problems_are_shown_at_their_fields() {
    incident_scenario(async |world, channel, [alice, ..]| {
        alice.types(channel, NOTIFY).await;
        for (fields, problem) in [
            (vec![], "Add at least one recipient."),
            (vec![("Other recipients", "alise")], "Do you mean @alice?"),
            (
                vec![
                    ("Other recipients", "#general"),
                    ("Body", "{{incident.comander}}"),
                ],
                "did you mean {{incident.commander}}?",
            ),
        ] {
            let result = alice.submits(&fields).await;
            let errors = format!("{:?}", result.errors);
            assert!(errors.contains(problem), "{errors}");
        }
        assert_eq!(world.timeline(1).await.len(), 1);
    });
}

#[test]
fn template_is_shown_before_it_is_sent() {
    incident_scenario(async |world, channel, [alice, ..]| {
        alice.types(channel, &format!("{NOTIFY} #general")).await;
        alice.submits(&[("Template", "Resolved")]).await;
        assert_eq!(posts(world, "#general", "Resolved"), 0);
        let subject = alice.field_value("Subject");
        assert_eq!(subject, "[IR-1] Resolved: Checkout is slow");
        alice.submits_and_closes(&[]).await;
        world.deliver_all_advancing().await;
        assert_eq!(posts(world, "#general", &subject), 1);
        skip_messages(world);
    });
}

#[test]
fn outsiders_of_a_private_incident_are_named_and_confirmed() {
    scenario(async |world, [alice, ..]| {
        declare_private(&alice, &[]).await;
        world.deliver_all_advancing().await;
        let mut channels = world.slack.channel_names().into_iter();
        let channel = channels
            .find(|name| name.starts_with("incident-1"))
            .unwrap();
        alice.types(&channel, &format!("{NOTIFY} #general")).await;
        alice.submits(&[("People", "bob")]).await;
        world.deliver_all_advancing().await;
        assert_eq!(posts(world, "#general", "private incident"), 0);
        let label = "The incident is private, and these recipients can't see it";
        let both = ["Send it to bob", "Send it to #general"];
        alice.fills_several(label, &both).await;
        alice.submits_and_closes(&[]).await;
        world.deliver_all_advancing().await;
        assert_eq!(posts(world, "#general", "A private incident (IR-1)"), 1);
        let bob = world.slack.user("bob");
        assert!(world.slack.members(&channel).contains(&bob));
        skip_messages(world);
    });
}
