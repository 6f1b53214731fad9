//! The postmortem of a private incident: outsiders see nothing of it.

use super::{POSTMORTEM, resolve, skip_messages};
use crate::harness::prelude::*;
use crate::privacy::outsiders::{
    Button, NO_SUCH_INCIDENT, assert_hidden_from_outsider, current_channel, declare_private,
};

const DAY: i64 = 24 * 60 * 60;

/// Has an outsider try each way to the postmortem.
async fn try_as_outsider(chioma: &TestUser<'_>) {
    let unknown = "I can't find IR-1. Check the number; a private incident is visible to its responders only.";
    for command in ["pm IR-1", "postmortem IR-1 https://wiki.example/pm"] {
        let text = format!("/datadog {command}");
        let screen = chioma.types("#general", &text).await;
        assert_eq!(screen.view, None);
        assert_eq!(chioma.reads_ephemeral(), [unknown]);
    }
    for (action_id, value) in [
        ("postmortem_open", "1"),
        ("post_update", "1 postmortem"),
        ("snooze_reminder", "1 postmortem"),
        ("stop_reminders", "1 postmortem"),
    ] {
        let button = Button {
            action_id: action_id.to_owned(),
            value: value.to_owned(),
        };
        let reply = chioma.clicks_forged_button(&button).await;
        assert_eq!(reply, [NO_SUCH_INCIDENT], "{action_id}");
    }
}

#[test]
fn postmortem_of_a_private_incident_stays_in_its_channel() {
    over_http(async |world, [alice, bob, chioma]| {
        declare_private(&alice, &[SEV_1]).await;
        let channel = &current_channel(world);
        resolve(&alice, channel).await;
        alice.types(channel, POSTMORTEM).await;
        alice.submits_and_closes(&[("Owner", "bob")]).await;
        // The owner can read it: they become a responder.
        let member = world.slack.user("bob");
        assert!(world.slack.members(channel).contains(&member), "{member}");
        let posts = bob.reads(channel);
        let generated = "alice generated the postmortem. @bob owns it.";
        assert!(posts.contains(&generated.to_owned()), "{posts:#?}");
        assert_eq!(alice.reads("#incidents"), [""; 0]);
        try_as_outsider(&chioma).await;

        world.advance(3 * DAY).await;
        let [message] = bob.reads_direct_messages().try_into().unwrap();
        assert!(message.starts_with("The postmortem of IR-1 "), "{message}");
        assert_eq!(alice.reads_direct_messages(), [""; 0]);
        let reply = bob.opens_list(channel, POSTMORTEM).await;
        bob.clicks(channel, &reply, "postmortem_open").await;
        bob.submits_and_closes(&[("Status", "Completed")]).await;
        try_as_outsider(&chioma).await;
        skip_messages(world);
        assert_hidden_from_outsider(world, &chioma).await;
    });
}
