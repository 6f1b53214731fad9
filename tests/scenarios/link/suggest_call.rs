//! A call link in a message: the bot asks its author once, privately, whether it is the incident's call.

use crate::harness::prelude::*;

const ZOOM_URL: &str = "https://us02web.zoom.us/j/123?pwd=a&b=c";
const CALL_SUGGESTION: &str = "Use as this incident's call? https://us02web.zoom.us/j/123?pwd=a&b=c\n\
                     [Use as Video Call]";

#[test]
fn pasted_call_url_is_suggested_once_and_set_by_one_click() {
    incident_over_both_transports(async |_, channel, [alice, bob, ..]| {
        bob.joins(channel).await;
        bob.posts(channel, &format!("We are in {ZOOM_URL}")).await;
        assert_eq!(bob.reads_ephemeral(), [CALL_SUGGESTION]);
        assert_eq!(alice.reads_ephemeral(), [""; 0]);
        assert_eq!(bob.reads(channel), [""; 0]);
        let offer = bob.last_ephemeral().ts;

        // The link is suggested once: not for a redelivery, another user's message or an edit.
        bob.redelivers_last_request().await;
        let ts = alice
            .posts(channel, &format!("once more: {ZOOM_URL}"))
            .await;
        alice
            .edits(channel, &ts, &format!("once more, here: {ZOOM_URL}"))
            .await;
        assert_eq!(
            (alice.reads_ephemeral().len(), bob.reads_ephemeral().len()),
            (0, 0)
        );

        bob.clicks(channel, &offer, "suggest_call").await;
        assert_eq!(
            bob.reads_ephemeral(),
            ["That's now the video call of IR-1."]
        );
        let expected = format!("bob set the video call to {ZOOM_URL}.");
        assert_eq!(bob.reads(channel).pop().unwrap(), expected);
        // A click that Slack delivers twice is applied once.
        bob.redelivers_last_request().await;
        assert_eq!(bob.reads(channel), [""; 0]);

        // If the incident has a call, no call is suggested.
        alice
            .posts(channel, "https://meet.google.com/abc-defg-hij")
            .await;
        assert_eq!(alice.reads_ephemeral(), [""; 0]);
        assert_eq!(bob.reads_ephemeral(), [""; 0]);
    });
}

#[test]
fn click_on_an_outdated_call_suggestion_is_rejected() {
    incident_scenario(async |_, channel, [alice, bob, ..]| {
        bob.joins(channel).await;
        let google_url = "https://meet.google.com/abc-defg-hij";
        bob.posts(channel, ZOOM_URL).await;
        bob.reads_ephemeral();
        let offer = bob.last_ephemeral().ts;
        alice.posts(channel, google_url).await;
        alice.reads_ephemeral();
        let other = alice.last_ephemeral().ts;
        alice.clicks(channel, &other, "suggest_call").await;
        alice.reads_ephemeral();
        bob.clicks(channel, &offer, "suggest_call").await;
        assert_eq!(
            bob.reads_ephemeral(),
            [format!(
                "The video call was set to {google_url} in the meantime. Nothing was changed."
            )]
        );
        assert_eq!(
            alice.reads(channel).pop().unwrap(),
            format!("alice set the video call to {google_url}.")
        );
        // Alice sets the call to the link of bob's suggestion, and bob then accepts it.
        alice
            .types(channel, &format!("/datadog incident call {ZOOM_URL}"))
            .await;
        alice.reads(channel);
        bob.clicks(channel, &offer, "suggest_call").await;
        assert_eq!(
            bob.reads_ephemeral(),
            ["That's already the incident's video call."]
        );
    });
}

#[test]
fn call_is_not_suggested_for_other_channels_links_or_apps() {
    incident_scenario(async |world, channel, [alice, ..]| {
        alice.posts("#general", ZOOM_URL).await;
        alice
            .posts(channel, "https://zoom.us/pricing and zoom.us/j/1")
            .await;
        world
            .slack
            .post_as_integration(channel, "Calendar", &format!("<{ZOOM_URL}>"))
            .unwrap();
        world.deliver_all().await;
        assert_eq!(alice.reads_ephemeral(), [""; 0]);

        alice.updates(channel, &[RESOLVED]).await;
        world.expects_unread(4, "header, announcement, its reply, post");
        alice.posts(channel, ZOOM_URL).await;
        assert_eq!(alice.reads_ephemeral(), [""; 0]);
    });
}
