//! A link to a call that somebody pastes: whether it is the incident's is asked once, of them alone.

use super::world::by_each_door;

const ZOOM: &str = "https://us02web.zoom.us/j/123?pwd=a&b=c";
const OFFER: &str = "Use as this incident's call? https://us02web.zoom.us/j/123?pwd=a&b=c\n\
                     [Use as Video Call]";

#[tokio::test]
async fn whoever_pastes_a_link_to_a_call_is_asked_once_and_one_click_takes_it() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        let declared = alice.declares("Checkout is slow").await;
        let channel = declared.channel.as_str();
        bob.joins(channel).await;
        bob.writes(channel, &format!("We are in {ZOOM}")).await;
        assert_eq!(bob.reads_alone(), [OFFER]);
        assert_eq!(alice.reads_alone(), [""; 0]);
        assert_eq!(bob.reads(channel), [""; 0]);
        let offer = bob.last_alone().ts;

        // Again, by anybody, or as Slack's second delivery: it was asked.
        bob.sends_it_again().await;
        let ts = alice.writes(channel, &format!("once more: {ZOOM}")).await;
        alice
            .edits(channel, &ts, &format!("once more, here: {ZOOM}"))
            .await;
        assert_eq!((alice.reads_alone().len(), bob.reads_alone().len()), (0, 0));

        bob.presses(channel, &offer, "use_as_call").await;
        assert_eq!(bob.reads_alone(), ["That is the video call of IR-1 now."]);
        let told = format!("bob set the video call to {ZOOM}.");
        assert_eq!(bob.reads(channel).pop().unwrap(), told);
        // The press that Slack delivers twice is done once.
        bob.sends_it_again().await;
        assert_eq!(bob.reads(channel), [""; 0]);

        // An incident that has a call asks nobody.
        alice
            .writes(channel, "https://meet.google.com/abc-defg-hij")
            .await;
        assert_eq!(alice.reads_alone(), [""; 0]);
        assert_eq!(bob.reads_alone(), [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn a_press_that_comes_after_another_call_was_set_changes_nothing_and_says_so() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        let declared = alice.declares("Checkout is slow").await;
        let channel = declared.channel.as_str();
        bob.joins(channel).await;
        let meet = "https://meet.google.com/abc-defg-hij";
        bob.writes(channel, ZOOM).await;
        bob.reads_alone();
        let offer = bob.last_alone().ts;
        alice.writes(channel, meet).await;
        alice.reads_alone();
        let other = alice.last_alone().ts;
        alice.presses(channel, &other, "use_as_call").await;
        alice.reads_alone();
        bob.presses(channel, &offer, "use_as_call").await;
        assert_eq!(
            bob.reads_alone(),
            [format!(
                "Nothing was changed: the video call is {meet} by now."
            )]
        );
        assert_eq!(
            alice.reads(channel).pop().unwrap(),
            format!("alice set the video call to {meet}.")
        );
        // Somebody else's question about the link that it is by now.
        alice
            .says(channel, &format!("/datadog incident call {ZOOM}"))
            .await;
        alice.reads(channel);
        bob.presses(channel, &offer, "use_as_call").await;
        assert_eq!(
            bob.reads_alone(),
            ["That is the incident's video call already."]
        );
    })
    .await;
}

#[tokio::test]
async fn nobody_is_asked_elsewhere_about_other_links_or_about_what_apps_write() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        let declared = alice.declares("Checkout is slow").await;
        let channel = declared.channel.as_str();
        alice.writes("#general", ZOOM).await;
        alice
            .writes(channel, "https://zoom.us/pricing and zoom.us/j/1")
            .await;
        world
            .slack
            .integration_says(channel, "Calendar", &format!("<{ZOOM}>"))
            .unwrap();
        world.settles().await;
        assert_eq!(alice.reads_alone(), [""; 0]);

        alice.updates(channel, &[("Status", "RESOLVED")]).await;
        alice.reads_everything();
        alice.writes(channel, ZOOM).await;
        assert_eq!(alice.reads_alone(), [""; 0]);
    })
    .await;
}
