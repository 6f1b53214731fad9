//! `/datadog incident role Communications Lead @ann`: a role is given at once, and the person who asked is
//! told who has it.

use muster::sandbox::Down;
use serde_json::json;

use super::world::{by_each_door, over_http};

const CHANNEL: &str = "incident-1-checkout-is-slow";

#[tokio::test]
async fn a_role_is_given_at_once_and_told_once() {
    let given = [
        (
            "Communications Lead @bob",
            "@bob has the role Communications Lead in IR-1 now.",
            "alice gave @bob the role Communications Lead.",
        ),
        (
            "comm @bob",
            "@bob has the role Communications Lead in IR-1 already. Nothing was changed.",
            "",
        ),
        (
            "communications lead me",
            "@alice has the role Communications Lead in IR-1 now.",
            "alice took the role Communications Lead, which bob had.",
        ),
        (
            "responder @chioma",
            "@chioma has the role Responder in IR-1 now.",
            "alice added @chioma to the responders.",
        ),
        (
            "IC @chioma",
            "@chioma has the role Incident Commander in IR-1 now.",
            "alice changed the commander from alice to @chioma.",
        ),
    ];
    by_each_door(async |world| {
        let alice = world.person("alice");
        alice.declares("Checkout is slow").await;
        for (typed, told, posted) in given {
            let seen = alice
                .says(CHANNEL, &format!("/datadog incident role {typed}"))
                .await;
            assert_eq!(seen.view, None, "{typed} opens no form");
            alice.sends_it_again().await;
            let read = alice.reads_alone();
            assert_eq!(read.len(), 2, "{typed}: {read:?}");
            assert_eq!(read[0], told);
            let posts: Vec<String> = alice.reads(CHANNEL);
            let posts: Vec<&str> = posts
                .iter()
                .filter(|it| !it.starts_with("IR-1 "))
                .map(String::as_str)
                .collect();
            let expected: Vec<&str> = [posted].into_iter().filter(|it| !it.is_empty()).collect();
            assert_eq!(posts, expected, "{typed}");
        }
        assert_eq!(world.person("bob").reads_directly().len(), 1);
        assert_eq!(world.person("chioma").reads_directly().len(), 2);
        alice.reads_everything();
    })
    .await;
}

#[tokio::test]
async fn a_role_or_a_person_that_is_not_there_is_answered_with_those_that_are() {
    let roles = "Choose one of: Incident Commander, Communications Lead, Responder.";
    let refusals = [
        ("role", format!("Which role? {roles}")),
        (
            "role scribe @bob",
            format!("“scribe” is no role that I know. {roles}"),
        ),
        ("role @bob", format!("Which role? {roles}")),
        (
            "role comm",
            "Who is to have the role Communications Lead? Type /datadog incident role \
             Communications Lead @ann, for example."
                .to_owned(),
        ),
        (
            "role ic nobody",
            "An incident needs a commander. /datadog incident commander @ann, for example, makes somebody else \
             lead it."
                .to_owned(),
        ),
        (
            "role responder none",
            "Everybody who takes part is a responder. Type /datadog incident role Responder remove @ann, for \
             example."
                .to_owned(),
        ),
        (
            "role scribe nobody",
            format!("“scribe” is no role that I know. {roles}"),
        ),
        (
            "role comm @zed",
            "I know nobody called “zed”. Choose from the list that Slack shows as you type @."
                .to_owned(),
        ),
    ];
    by_each_door(async |world| {
        let alice = world.person("alice");
        alice.declares("Checkout is slow").await;
        for (typed, told) in refusals.clone() {
            alice.says(CHANNEL, &format!("/datadog incident {typed}")).await;
            assert_eq!(
                alice.reads_alone(),
                [format!("{told} If it is the title of a new incident, type /datadog incident \"{typed}\".")]
            );
        }
        assert_eq!(world.timeline(1).await.len(), 1, "nothing was changed");
    })
    .await;
}

#[tokio::test]
async fn a_role_is_taken_away_at_once_and_whoever_had_it_goes_on_taking_part() {
    let taken = [
        (
            "comm remove @bob",
            "@bob no longer has the role Communications Lead in IR-1.",
            "alice took the role Communications Lead from bob.",
        ),
        (
            "comm remove @bob",
            "@bob does not have the role Communications Lead in IR-1. Nothing was changed.",
            "",
        ),
        (
            "comm nobody",
            "Nobody has the role Communications Lead in IR-1 already. Nothing was changed.",
            "",
        ),
        (
            "comm me",
            "@alice has the role Communications Lead in IR-1 now.",
            "alice took the role Communications Lead.",
        ),
        (
            "comm -",
            "Nobody has the role Communications Lead in IR-1 now.",
            "alice gave up the role Communications Lead.",
        ),
        (
            "responder remove @alice",
            "@alice has another role in IR-1, and so takes part. Nothing was changed.",
            "",
        ),
        (
            "responder remove @bob",
            // Whoever loses a role goes on taking part.
            "@bob no longer has the role Responder in IR-1.",
            "alice took bob off the responders.",
        ),
    ];
    by_each_door(async |world| {
        let alice = world.person("alice");
        alice.declares("Checkout is slow").await;
        alice
            .says(CHANNEL, "/datadog incident role comm @bob")
            .await;
        alice.reads_everything();
        for (typed, told, posted) in taken {
            alice
                .says(CHANNEL, &format!("/datadog incident role {typed}"))
                .await;
            alice.sends_it_again().await;
            assert_eq!(alice.reads_alone()[0], told);
            let posts = alice.reads(CHANNEL);
            let posts: String = posts
                .into_iter()
                .filter(|it| !it.starts_with("IR-1 "))
                .collect();
            assert_eq!(posts, posted, "{typed}");
        }
        alice.reads_everything();
    })
    .await;
}

#[tokio::test]
async fn a_role_of_several_is_taken_from_one_or_from_all() {
    over_http(async |world| {
        let alice = world.person("alice");
        let role =
            json!({ "name": "Scribe", "people": "several", "description": "You write it down." });
        world.sets(&[("roles", json!([role]))]);
        alice.declares("Checkout is slow").await;
        for name in ["@bob", "@chioma", "me"] {
            alice
                .says(CHANNEL, &format!("/datadog incident role scribe {name}"))
                .await;
        }
        alice.reads_everything();
        alice
            .says(CHANNEL, "/datadog incident role scribe remove @chioma")
            .await;
        alice
            .says(CHANNEL, "/datadog incident role scribe nobody")
            .await;
        let posts = alice.reads(CHANNEL);
        assert_eq!(
            posts[1..],
            [
                "alice took the role Scribe from chioma.",
                "alice took the role Scribe from bob.\nalice gave up the role Scribe.",
            ]
        );
        assert!(!posts[0].contains("Scribe"), "{}", posts[0]);
        assert_eq!(alice.reads_alone().len(), 2);
        alice.reads_everything();
    })
    .await;
}

#[tokio::test]
async fn a_title_that_begins_with_the_word_is_a_title() {
    over_http(async |world| {
        let alice = world.person("alice");
        alice.declares("Checkout is slow").await;
        alice
            .says(CHANNEL, "/datadog incident role mapping is broken")
            .await;
        assert_eq!(alice.field("Title"), "role mapping is broken");
    })
    .await;
}

#[tokio::test]
async fn whoever_comes_and_goes_by_their_own_hand_is_told_of_in_their_own_name() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        alice.declares("Checkout is slow").await;
        bob.joins(CHANNEL).await;
        let role = "/datadog incident role";
        let steps = [
            ("responder me", "bob joined the responders."),
            (
                "communications lead me",
                "bob took the role Communications Lead.",
            ),
        ];
        for (typed, told) in steps {
            bob.says(CHANNEL, &format!("{role} {typed}")).await;
            assert_eq!(bob.reads_alone().len(), 1);
            assert_eq!(bob.reads(CHANNEL).last().unwrap(), told);
        }
        bob.says(CHANNEL, "/datadog incident responders").await;
        bob.empties("Communications Lead").await;
        bob.submits(&[]).await;
        assert_eq!(
            bob.reads(CHANNEL).last().unwrap(),
            "bob gave up the role Communications Lead."
        );
        bob.says(CHANNEL, "/datadog incident responders").await;
        bob.empties("Responder").await;
        bob.submits(&[]).await;
        assert_eq!(
            bob.reads(CHANNEL).last().unwrap(),
            "bob left the responders."
        );
        assert_eq!(
            bob.reads_directly(),
            [""; 0],
            "who does it themselves knows it"
        );
        alice.reads_everything();
    })
    .await;
}

#[tokio::test]
async fn while_slack_is_down_the_form_says_that_the_roles_are_stored() {
    over_http(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        alice.declares("Checkout is slow").await;
        alice.says(CHANNEL, "/datadog incident responders").await;
        alice.fills(&[("Communications Lead", "bob")]).await;
        world.slack.goes_down(Down::Status(503));
        alice.says(CHANNEL, "/datadog incident sev2").await;
        world.leaps(10).await;
        let seen = alice.submits(&[]).await;
        let form = seen.view.expect("the form says it");
        assert_eq!(form.title, "Responders stored");
        let said = world.slack.read_view(&form);
        let told = "Who takes part in IR-1 is stored. Slack does not answer us right now: everybody is told as \
                    soon as it does. There is nothing more to do here.";
        assert!(said.contains(told), "{said}");
        world.slack.comes_back();
        world.catches_up().await;
        assert_eq!(bob.reads_directly().len(), 1);
        alice.reads_everything();
        world.log.take();
    })
    .await;
}
