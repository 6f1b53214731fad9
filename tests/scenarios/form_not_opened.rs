//! A form that Slack does not open: the person is told how to ask again, and has lost nothing.

use muster::sandbox::Trouble;

use super::world::{World, by_each_door};

#[tokio::test]
async fn a_form_that_slack_does_not_open_is_asked_for_again() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        slack_opens_no_form(world);
        let seen = alice
            .says("#general", "/datadog inc “Checkout & cart are slow”")
            .await;
        assert_eq!(seen.view, None);
        assert_eq!(
            alice.reads_alone(),
            [
                "Slack did not open the form in time, and nothing was stored. \
              Type it again: /datadog incident Checkout & cart are slow"
            ]
        );
        was_warned(world);

        let declared = alice.declares("Checkout is slow").await;
        for channel in [declared.channel.as_str(), "#general"] {
            slack_opens_no_form(world);
            alice.says(channel, "/datadog incident update").await;
            assert_eq!(
                alice.reads_alone(),
                [
                    "Slack did not open the form in time, and nothing was stored. \
                  Type it again: /datadog incident update"
                ]
            );
            was_warned(world);
        }

        let ts = alice.writes("#general", "Customers call.").await;
        slack_opens_no_form(world);
        alice.chooses("#general", &ts, "add_to_incident").await;
        assert_eq!(
            alice.reads_alone(),
            [
                "Slack did not open the form in time, and nothing was stored. \
              Choose “Add to Incident” again."
            ]
        );
        was_warned(world);
    })
    .await;
}

fn slack_opens_no_form(world: &World) {
    let late = Trouble::Error("expired_trigger_id");
    world.slack.fails("views.open", 1, late);
}

fn was_warned(world: &World) {
    let said = ["A form could not be opened: views.open: expired_trigger_id"];
    assert_eq!(world.log.take(), said);
}
