//! `/datadog incident`: from the command to the announcement.

use super::world::by_each_door;

#[tokio::test]
async fn declaring_opens_a_channel_and_tells_the_global_channel() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        alice.says("#general", "/datadog incident Checkout is slow").await;
        let seen = alice
            .submits(&[("Severity Level", "SEV-2 High"), ("Incident Commander", "bob")])
            .await;
        assert_eq!(seen.view, None, "the form closed");

        let channel = "incident-1-checkout-is-slow";
        assert_eq!(
            alice.reads_alone(),
            ["IR-1 is declared: #incident-1-checkout-is-slow is its channel, and you are in it."]
        );
        let header = "IR-1 Checkout is slow\n\
             *Severity*\n:red_circle: SEV-2 High\n\
             *Status*\nACTIVE\n\
             *Incident Commander*\n@bob\n\
             *Customer impact*\nUnknown\n\
             Declared by alice 2026-11-23 14:05 UTC";
        assert_eq!(
            alice.reads(channel),
            [
                header,
                "alice declared this incident.\n\
                 `/datadog incident update` changes how things stand. *Add to Incident*, in the menu \
                 of a message, puts it on the timeline."
            ]
        );
        // They are brought in side by side, in whatever order Slack hears of them.
        let mut members = world.slack.members(channel);
        members.sort();
        let mut expected = [world.slack.bot_user(), world.slack.person("alice"), world.slack.person("bob")];
        expected.sort();
        assert_eq!(members, expected);
        assert_eq!(
            world.slack.topic(channel),
            format!("SEV-2 High · ACTIVE · Commander: <@{}>", world.slack.person("bob"))
        );
        assert_eq!(world.slack.purpose(channel), "IR-1: Checkout is slow");
        let header_ts = world.slack.messages(channel).into_iter().find(|message| message.as_read() == header);
        assert_eq!(world.slack.pins(channel), [header_ts.unwrap().ts]);

        let card = world.slack.messages("incidents").pop().unwrap();
        assert_eq!(
            alice.reads("#incidents"),
            // It calls nobody: whom it concerns was called in the channel.
            [format!("{}\n[Join Channel]", header.replace("@bob", "bob"))]
        );
        assert_eq!(
            alice.reads_thread("#incidents", &card.ts),
            ["alice declared this incident."]
        );
        assert!(card.text.contains("[SEV-2 · ACTIVE] IR-1 Checkout is slow"), "{}", card.text);
    })
    .await;
}
