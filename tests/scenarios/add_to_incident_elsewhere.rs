//! “Add to Incident” where no channel says which incident is meant: the form asks.

use muster::sandbox::Visibility;

use super::person::Person;
use super::world::{by_each_door, over_http, over_socket};

/// What people choose in the menu of a message.
const ADD: &str = "add_to_incident";

#[tokio::test]
async fn elsewhere_the_form_asks_which_incident() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        alice.declares("Checkout is slow").await;
        alice.declares("Search is down").await;
        let ts = bob.writes("#incidents", "Customers call.").await;
        bob.chooses("#incidents", &ts, ADD).await;
        let form = bob.form();
        assert_eq!(
            (form.title.as_str(), form.submit.as_deref()),
            ("Add to Incident", Some("Add"))
        );
        assert_eq!(
            bob.offered("Incident", "").await,
            [
                "IR-2 · UNKNOWN · Search is down",
                "IR-1 · UNKNOWN · Checkout is slow"
            ]
        );
        let seen = bob.submits(&[]).await;
        assert_eq!(
            seen.errors["Incident"],
            "Please complete this required field."
        );
        let seen = bob.submits(&[("Incident", "1")]).await;
        assert_eq!(seen.view, None, "the form closed");
        assert_eq!(bob.reads_alone(), ["Added to the timeline of IR-1."]);
        assert_eq!(
            world.timeline(1).await[1..],
            ["bob wrote “Customers call.”"]
        );
        assert_eq!(world.slack.reactions("#incidents", &ts)[0].name, "pushpin");

        // A second time it is said under the field, and another incident can be chosen.
        bob.chooses("#incidents", &ts, ADD).await;
        let seen = bob.submits(&[("Incident", "1")]).await;
        assert_eq!(seen.errors["Incident"], "Already on the timeline.");
        let seen = bob.submits(&[("Incident", "2")]).await;
        assert_eq!(seen.view, None, "the form closed");
        assert_eq!(bob.reads_alone(), ["Added to the timeline of IR-2."]);
        assert_eq!(world.timeline(1).await.len(), 2);
        assert_eq!(world.timeline(2).await.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_choice_that_arrives_twice_adds_once() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        alice.declares("Checkout is slow").await;
        adds(&alice, "#random", "Customers call.").await;
        world.leaps(5).await;
        alice.sends_it_again().await;
        let added = "Added to the timeline of IR-1.";
        assert_eq!(alice.reads_alone(), [added, added]);
        assert_eq!(
            world.timeline(1).await[1..],
            ["alice wrote “Customers call.”"]
        );
    })
    .await;
}

#[tokio::test]
async fn what_is_written_anew_while_the_form_asks_is_added_as_it_is_then() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        alice.declares("Checkout is slow").await;
        let ts = bob.writes("#incidents", "Custmers call.").await;
        alice.chooses("#incidents", &ts, ADD).await;
        bob.edits("#incidents", &ts, "Customers call.").await;
        let seen = alice.submits(&[("Incident", "1")]).await;
        assert_eq!(seen.view, None, "the form closed");
        assert_eq!(alice.reads_alone(), ["Added to the timeline of IR-1."]);
        let said = ["bob wrote “Customers call.”"];
        assert_eq!(world.timeline(1).await[1..], said);
        // It is followed from there on.
        bob.edits("#incidents", &ts, "Customers write.").await;
        let said = ["bob wrote “Customers write.”"];
        assert_eq!(world.timeline(1).await[1..], said);
    })
    .await;
}

#[tokio::test]
async fn what_is_deleted_while_the_form_asks_is_not_added() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        alice.declares("Checkout is slow").await;
        let ts = bob.writes("#incidents", "Wrong channel.").await;
        alice.chooses("#incidents", &ts, ADD).await;
        bob.deletes("#incidents", &ts).await;
        let seen = alice.submits(&[("Incident", "1")]).await;
        assert_eq!(
            seen.errors["Incident"],
            "That message was deleted meanwhile, so there is nothing to add. Close this form."
        );
        assert_eq!(world.timeline(1).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_message_is_added_from_where_the_bot_is_not() {
    by_each_door(async |world| {
        let (alice, slack) = (world.person("alice"), &world.slack);
        slack.add_channel("secret", Visibility::Private, &["alice"]);
        let direct = slack.opens_direct_message("alice", "bob").unwrap();
        alice.declares("Checkout is slow").await;
        for (place, link) in [("#general", true), ("#secret", false), (&direct, false)] {
            let ts = adds(&alice, place, "Customers call.").await;
            assert_eq!(alice.reads_alone(), ["Added to the timeline of IR-1."]);
            let last = slack.ephemerals("alice").pop().unwrap();
            assert_eq!(Some(last.channel), slack.channel(place));
            // Nobody sees a mark, and Slack tells the bot no address of what it must not see.
            assert_eq!(slack.reactions(place, &ts), []);
            let entry = world.entries(1).await.pop().unwrap();
            let permalink = slack.permalink(place, &ts).filter(|_| link);
            assert_eq!(
                entry.message.unwrap().permalink,
                permalink.unwrap_or_default()
            );
        }
        assert_eq!(
            world.timeline(1).await[1..],
            ["alice wrote “Customers call.”"; 3]
        );
    })
    .await;
}

#[tokio::test]
async fn without_an_open_incident_there_is_nothing_to_add_to() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        let ts = alice.writes("#random", "Customers call.").await;
        let seen = alice.chooses("#random", &ts, ADD).await;
        assert_eq!(seen.view, None);
        assert_eq!(
            alice.reads_alone(),
            ["No incident is open. /datadog incident declares one."]
        );
    })
    .await;
}

#[tokio::test]
async fn a_long_message_is_kept_whole() {
    // As much as fits into a request of 64 KiB: Slack sends the text twice.
    over_http(async |world| is_kept_whole(&world.person("alice"), 10_000).await).await;
    over_socket(async |world| is_kept_whole(&world.person("alice"), 30_000).await).await;
}

/// Adds a message of so many characters from elsewhere; all of it is on the timeline.
async fn is_kept_whole(alice: &Person<'_>, length: usize) {
    alice.declares("Checkout is slow").await;
    let words = "word & <wörd> \" ".chars().cycle();
    let text: String = words.take(length - 1).chain(['.']).collect();
    adds(alice, "#random", &text).await;
    assert_eq!(alice.reads_alone(), ["Added to the timeline of IR-1."]);
    let told = format!("alice wrote “{text}”");
    assert!(alice.world.timeline(1).await.pop().unwrap() == told);
}

/// Writes a message and adds it to the first incident; gives its `ts`.
async fn adds(person: &Person<'_>, place: &str, text: &str) -> String {
    let ts = person.writes(place, text).await;
    person.chooses(place, &ts, ADD).await;
    let seen = person.submits(&[("Incident", "1")]).await;
    assert_eq!(seen.view, None, "the form closed: {:?}", seen.errors);
    ts
}
