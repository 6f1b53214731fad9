//! “Declare Incident”, in the menu of a message and among the global shortcuts.

use muster::sandbox::{Trouble, Visibility};

use super::person::Person;
use super::world::by_each_door;

/// What people choose in the menu of a message, and among the global shortcuts.
const DECLARE: &str = "declare_incident";
const ANYWHERE: &str = "declare_incident_anywhere";

/// What the thread of the message reads then.
const POINTER: &str =
    "IR-1 is declared because of this: #incident-1-checkout-is-slow is its channel.";

/// A message of which the first line is a title.
const MESSAGE: &str = "Checkout is slow\nCustomers call since noon.";

#[tokio::test]
async fn a_message_becomes_an_incident_and_its_thread_leads_there() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        let ts = bob.writes("#incidents", MESSAGE).await;
        alice.chooses("#incidents", &ts, DECLARE).await;
        assert_eq!(alice.form().title, "Declare Incident");
        assert_eq!(alice.field("Title"), "Checkout is slow");
        let seen = alice.submits(&[("Severity Level", "SEV-2 High")]).await;
        assert_eq!(seen.view, None, "the form closed");

        assert_eq!(bob.reads_thread("#incidents", &ts), [POINTER]);
        assert_eq!(alice.reads_alone(), [""; 0]);
        assert_eq!(
            world.timeline(1).await,
            [
                "bob wrote “Checkout is slow\nCustomers call since noon.”",
                "alice declared it as SEV-2, customer impact unknown",
            ]
        );
        let entry = &world.entries(1).await[0];
        let message = entry.message.as_ref().unwrap();
        assert_eq!(message.ts.as_str(), ts);
        assert_eq!(
            Some(message.permalink.clone()),
            world.slack.permalink("#incidents", &ts)
        );
        assert_eq!(
            entry
                .recorded_by
                .as_ref()
                .map(|it| world.name(it))
                .as_deref(),
            Some("alice")
        );
        assert_eq!(world.slack.reactions("#incidents", &ts)[0].name, "pushpin");
        alice.reads_of_declaration(1);

        // It is on the timeline already, and its author may say so.
        bob.chooses("#incidents", &ts, "add_to_incident").await;
        let seen = bob.submits(&[("Incident", "1")]).await;
        assert_eq!(seen.errors["Incident"], "Already on the timeline.");
    })
    .await;
}

#[tokio::test]
async fn a_reply_leads_from_the_thread_that_it_stands_in() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        let parent = bob.writes("#general", "Anybody else?").await;
        let reply = alice.replies("#general", &parent, MESSAGE).await;
        declares(&bob, "#general", &reply).await;
        assert_eq!(alice.reads_thread("#general", &parent), [POINTER]);
        alice.reads_of_declaration(1);
        assert_eq!(
            world.timeline(1).await[0],
            "alice wrote “Checkout is slow\nCustomers call since noon.”"
        );
    })
    .await;
}

#[tokio::test]
async fn where_the_bot_may_not_write_the_click_itself_is_answered_in_the_thread() {
    by_each_door(async |world| {
        let (alice, slack) = (world.person("alice"), &world.slack);
        slack.add_channel("secret", Visibility::Private, &["alice", "bob"]);
        let ts = alice.writes("#secret", MESSAGE).await;
        declares(&alice, "#secret", &ts).await;
        assert_eq!(alice.reads_thread("#secret", &ts), [POINTER]);
        assert_eq!(alice.reads("#secret"), [""; 0]);
        alice.reads_of_declaration(1);
    })
    .await;
}

#[tokio::test]
async fn when_no_thread_can_be_written_to_the_person_is_told_directly() {
    by_each_door(async |world| {
        let (alice, slack) = (world.person("alice"), &world.slack);
        slack.add_channel("secret", Visibility::Private, &["alice", "bob"]);
        let ts = alice.writes("#secret", MESSAGE).await;
        alice.chooses("#secret", &ts, DECLARE).await;
        // By then the address of the click is no longer good.
        world.leaps(3600).await;
        alice.submits(&[]).await;
        assert_eq!(
            alice.reads_direct(),
            ["IR-1 is declared: #incident-1-checkout-is-slow is its channel, and you are in it."]
        );
        alice.reads_of_declaration(1);
    })
    .await;
}

#[tokio::test]
async fn a_form_that_arrives_twice_declares_once() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        let ts = bob.writes("#incidents", MESSAGE).await;
        declares(&alice, "#incidents", &ts).await;
        world.leaps(5).await;
        alice.sends_it_again().await;
        assert_eq!(bob.reads_thread("#incidents", &ts), [POINTER]);
        assert_eq!(world.timeline(1).await.len(), 2);
        alice.reads_of_declaration(1);
    })
    .await;
}

#[tokio::test]
async fn a_long_message_is_the_first_entry_whole_and_its_beginning_the_title() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        let text = "word & <wörd> \" ".repeat(500).trim().to_owned();
        let ts = alice.writes("#incidents", &text).await;
        alice.chooses("#incidents", &ts, DECLARE).await;
        let title = alice.field("Title");
        assert!(
            title.starts_with("word & <wörd>") && title.ends_with('…'),
            "{title}"
        );
        let seen = alice.submits(&[("Title", "Checkout is slow")]).await;
        assert_eq!(seen.view, None, "the form closed");
        assert_eq!(world.timeline(1).await[0], format!("alice wrote “{text}”"));
        assert_eq!(alice.reads_thread("#incidents", &ts), [POINTER]);
        alice.reads_of_declaration(1);
    })
    .await;
}

#[tokio::test]
async fn what_is_filled_in_wrong_is_said_and_the_message_is_not_forgotten() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        let ts = alice.writes("#incidents", MESSAGE).await;
        alice.chooses("#incidents", &ts, DECLARE).await;
        let seen = alice.submits(&[("Signals", "see the graph")]).await;
        assert_eq!(
            seen.errors["Signals"],
            "Line 1 has a space in it: please write one link a line, and nothing else."
        );
        alice.empties("Signals").await;
        alice.submits(&[]).await;
        assert_eq!(world.timeline(1).await.len(), 2);
        assert_eq!(alice.reads_thread("#incidents", &ts), [POINTER]);
        alice.reads_of_declaration(1);
    })
    .await;
}

#[tokio::test]
async fn the_shortcut_declares_from_anywhere_and_a_direct_message_leads_there() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        alice.starts(ANYWHERE).await;
        assert_eq!(alice.field("Title"), "");
        let seen = alice.submits(&[("Title", "Checkout is slow")]).await;
        assert_eq!(seen.view, None, "the form closed");
        assert_eq!(
            alice.reads_direct(),
            ["IR-1 is declared: #incident-1-checkout-is-slow is its channel, and you are in it."]
        );
        alice.reads_of_declaration(1);
    })
    .await;
}

#[tokio::test]
async fn a_form_that_slack_does_not_open_is_said_where_the_person_is() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        let told = "Slack did not open the form in time, and nothing was stored. \
                    Choose “Declare Incident” again.";
        let ts = alice.writes("#general", MESSAGE).await;
        let refused = || Trouble::Error("expired_trigger_id");
        world.slack.fails("views.open", 1, refused());
        alice.chooses("#general", &ts, DECLARE).await;
        assert_eq!(alice.reads_alone(), [told]);
        world.slack.fails("views.open", 1, refused());
        alice.starts(ANYWHERE).await;
        assert_eq!(alice.reads_direct(), [told]);
        assert_eq!(world.log.take().len(), 2);
    })
    .await;
}

#[tokio::test]
async fn without_a_channel_the_person_is_told_and_not_the_thread() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        let refused = Trouble::Error("restricted_action");
        world.slack.fails("conversations.create", 1, refused);
        let ts = alice.writes("#incidents", MESSAGE).await;
        declares(&alice, "#incidents", &ts).await;
        assert_eq!(alice.reads_thread("#incidents", &ts), [""; 0]);
        assert_eq!(
            alice.reads_alone(),
            [
                "IR-1 is stored, but it has no channel. The incident’s channel could not be created. \
                 The workspace does not let the app do this: ask a workspace admin to allow it. \
                 (Slack says `restricted_action`.)\n[Try again]"
            ]
        );
        assert_eq!(world.log.take().len(), 1);
        alice.reads_everything();
    })
    .await;
}

/// Declares an incident because of a message.
async fn declares(person: &Person<'_>, channel: &str, ts: &str) {
    person.chooses(channel, ts, DECLARE).await;
    let seen = person.submits(&[]).await;
    assert_eq!(seen.view, None, "the form closed: {:?}", seen.errors);
}
