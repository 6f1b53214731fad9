//! `/datadog incident role Communications Lead @ann`: a role is given at once, and the person who asked is
//! told who has it.

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
async fn outside_an_incidents_channel_it_says_where_to_type_it_and_a_title_is_a_title() {
    over_http(async |world| {
        let alice = world.person("alice");
        alice.declares("Checkout is slow").await;
        alice.says("#general", "/datadog incident role comm @bob").await;
        assert_eq!(
            alice.reads_alone(),
            ["This changes the incident of the channel in which it is typed, and this is no incident’s \
              channel. If it is the title of a new incident, type /datadog incident \"role comm @bob\"."]
        );
        alice.says(CHANNEL, "/datadog incident role mapping is broken").await;
        assert_eq!(alice.field("Title"), "role mapping is broken");
    })
    .await;
}
