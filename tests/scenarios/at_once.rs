//! `/datadog incident severity SEV-2`, `status stable`, `resolve`, `title …`, `commander @ann`: one thing of
//! the channel's incident is changed at once, and the person is told.

use muster::sandbox::{Down, PersonKind};
use muster_commands::add_to_incident;

use super::glance::Glance;
use super::world::{World, by_each_door, over_http};

const CHANNEL: &str = "incident-1-checkout-is-slow";

/// What is typed after `incident`, what the person is told, and what the channel is told.
const CHANGES: [(&str, &str, &str); 13] = [
    (
        "severity SEV-2",
        "You changed the severity of IR-1 from UNKNOWN to SEV-2.",
        "alice changed the severity from UNKNOWN to SEV-2.",
    ),
    (
        "sev 3",
        "You changed the severity of IR-1 from SEV-2 to SEV-3.",
        "alice changed the severity from SEV-2 to SEV-3.",
    ),
    (
        "sev1",
        "You changed the severity of IR-1 from SEV-3 to SEV-1.",
        "alice changed the severity from SEV-3 to SEV-1.",
    ),
    (
        "SEV critical",
        "The severity of IR-1 is SEV-1 already. Nothing was changed.",
        "",
    ),
    (
        "status stable",
        "You changed the status of IR-1 from ACTIVE to STABLE.",
        "alice changed the status from ACTIVE to STABLE.",
    ),
    (
        "stable",
        "The status of IR-1 is STABLE already. Nothing was changed.",
        "",
    ),
    (
        "resolve",
        "You changed the status of IR-1 from STABLE to RESOLVED.",
        "alice changed the status from STABLE to RESOLVED.",
    ),
    (
        "reopen",
        "You changed the status of IR-1 from RESOLVED to ACTIVE.",
        "alice changed the status from RESOLVED to ACTIVE.",
    ),
    (
        "title Checkout is <down> & out",
        "You changed the title of IR-1 from “Checkout is slow” to “Checkout is <down> & out”.",
        "alice changed the title from “Checkout is slow” to “Checkout is <down> & out”.",
    ),
    (
        "title “Checkout is slow”",
        "You changed the title of IR-1 from “Checkout is <down> & out” to “Checkout is slow”.",
        "alice changed the title from “Checkout is <down> & out” to “Checkout is slow”.",
    ),
    (
        "commander @bob",
        "You changed the commander of IR-1 from @alice to @bob.",
        "alice changed the commander from alice to @bob.",
    ),
    (
        "ic me",
        "You changed the commander of IR-1 from @bob to @alice.",
        "alice changed the commander from bob to @alice.",
    ),
    (
        "ic @ALICE",
        "The commander of IR-1 is @alice already. Nothing was changed.",
        "",
    ),
];

#[tokio::test]
async fn one_thing_is_changed_at_once_and_told_as_from_the_form() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        alice.declares("Checkout is slow").await;
        let here = &world.id(CHANNEL);
        for (typed, told, posted) in CHANGES {
            let seen = alice
                .says(here, &format!("/datadog incident {typed}"))
                .await;
            assert_eq!(seen.view, None, "{typed} opens no form");
            assert_eq!(alice.reads_alone(), [told], "{typed}");
            let read = alice.reads(here);
            let posts: Vec<&str> = read
                .iter()
                .filter(|it| !it.starts_with("IR-1 "))
                .map(String::as_str)
                .collect();
            let expected: Vec<&str> = [posted].into_iter().filter(|it| !it.is_empty()).collect();
            assert_eq!(posts, expected, "{typed}");
        }
        world.catches_up().await;
        let glance = Glance {
            severity: ":red_circle: SEV-1 Critical",
            next_update: "2026-11-23 14:35 UTC",
            ..Glance::default()
        };
        let header = world
            .slack
            .messages(CHANNEL)
            .into_iter()
            .find(|it| it.as_read().starts_with("IR-1 "));
        assert_eq!(header.unwrap().as_read(), glance.header());
        assert_eq!(world.person("bob").reads_directly().len(), 1);
        // With the two times that the channel followed the title.
        assert_eq!(world.timeline(1).await.len(), 1 + 10 + 2);
        alice.reads_everything();
    })
    .await;
}

#[tokio::test]
async fn what_is_typed_once_is_done_once() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        alice.declares("Checkout is slow").await;
        bob.joins(CHANNEL).await;
        alice.says(CHANNEL, "/datadog incident sev2").await;
        bob.says(CHANNEL, "/datadog incident sev3").await;
        alice.sends_it_again().await;
        assert_eq!(
            alice.reads_alone(),
            [
                "You changed the severity of IR-1 from UNKNOWN to SEV-2.",
                "The severity of IR-1 is SEV-3."
            ]
        );
        assert_eq!(
            bob.reads_alone(),
            ["You changed the severity of IR-1 from SEV-2 to SEV-3."]
        );
        assert_eq!(world.timeline(1).await.len(), 3);
        alice.reads_everything();
    })
    .await;
}

#[tokio::test]
async fn a_title_that_begins_with_one_of_the_words_is_a_title() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        alice.declares("Checkout is slow").await;
        for title in [
            "resolve the checkout outage",
            "status page is down",
            "severity of alerts is wrong",
        ] {
            for channel in [CHANNEL, "#general"] {
                alice
                    .says(channel, &format!("/datadog incident {title}"))
                    .await;
                assert_eq!(alice.field("Title"), title);
            }
        }
    })
    .await;
}

#[tokio::test]
async fn what_there_is_not_is_answered_with_what_there_is() {
    let long = "x".repeat(256);
    let title = format!("title {long}");
    let refusals = [
        (
            "severity SEV-9",
            "“SEV-9” is no severity that I know. Choose one of: UNKNOWN, SEV-1 Critical, SEV-2 High, SEV-3 Moderate, \
             SEV-4 Low, SEV-5 Minor.",
        ),
        (
            "sev",
            "Which severity? Choose one of: UNKNOWN, SEV-1 Critical, SEV-2 High, SEV-3 Moderate, \
             SEV-4 Low, SEV-5 Minor.",
        ),
        (
            "status dead",
            "“dead” is no status that I know. Choose one of: ACTIVE, STABLE, RESOLVED.",
        ),
        (
            "status",
            "Which status? Choose one of: ACTIVE, STABLE, RESOLVED.",
        ),
        (
            "title",
            "An incident needs a title. Type /datadog incident title Checkout is down, for example.",
        ),
        (
            title.as_str(),
            "This title is 256 characters long; 255 is the most. Please shorten it: nothing of what you typed \
             is lost. Type /datadog incident title Checkout is down, for example.",
        ),
        (
            "commander",
            "Who is to lead? Type /datadog incident commander @ann, for example.",
        ),
        (
            "commander @zed",
            "I know nobody called “zed”. Choose from the list that Slack shows as you type @.",
        ),
        (
            "ic @alic",
            "I know nobody called “alic”. Do you mean @alice? Or choose from the list that Slack shows as you \
             type @.",
        ),
        (
            "ic @Sam",
            "Several people are called “Sam”: @sam1 (Sam), @sam2 (Sam). Type one of these, or choose from the \
             list that Slack shows as you type @.",
        ),
        (
            "ic @muster",
            "That is me, and I cannot take part. Choose a person.",
        ),
        (
            "ic @leo",
            "The account of leo is deactivated. Choose somebody who is here.",
        ),
    ];
    by_each_door(async |world| {
        let alice = world.person("alice");
        alice.declares("Checkout is slow").await;
        everybody_is_known(world).await;
        for (typed, told) in refusals {
            let seen = alice
                .says(CHANNEL, &format!("/datadog incident {typed}"))
                .await;
            assert_eq!(seen.view, None, "{typed}");
            let read = alice.reads_alone();
            assert!(
                read.len() == 1 && read[0].starts_with(told),
                "{typed}: {read:#?}"
            );
            assert!(
                read[0].contains("If it is the title of a new incident, type /datadog incident \"")
            );
        }
        assert_eq!(world.timeline(1).await.len(), 2, "nothing was changed");
    })
    .await;
}

/// Has the bot meet several people: two of one name as they speak to it, one who left by their message.
async fn everybody_is_known(world: &World) {
    let (slack, alice) = (&world.slack, world.person("alice"));
    for name in ["sam1", "sam2", "leo"] {
        slack.add_person(name, "Sam", "Europe/Paris", PersonKind::Person);
    }
    // Whoever joins an incident's channel is known from then on; what they wrote elsewhere says who they were.
    let ts = world.person("leo").writes("#general", "I am off.").await;
    slack.deactivates("leo");
    alice
        .chooses("#general", &ts, add_to_incident::ACTION)
        .await;
    alice.submits(&[("Incident", "1")]).await;
    alice.reads_alone();
    slack.clears_display_names();
    for name in ["sam1", "sam2"] {
        world.person(name).says("#general", "/datadog help").await;
        world.person(name).reads_alone();
    }
}

#[tokio::test]
async fn while_slack_is_down_what_is_typed_is_stored_and_told_in_one_message_later() {
    over_http(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        alice.declares("Checkout is slow").await;
        bob.says("#general", "/datadog help").await;
        bob.reads_alone();
        world.slack.goes_down(Down::Status(503));
        world.leaps(10).await;
        for typed in ["ic @bob", "ic me", "ic @bob"] {
            alice.says(CHANNEL, &format!("/datadog incident {typed}")).await;
        }
        let told = alice.reads_alone();
        assert_eq!(
            told[2],
            "You changed the commander of IR-1 from @alice to @bob. Slack does not answer us right now: the \
             others are told as soon as it does."
        );
        world.slack.comes_back();
        world.catches_up().await;
        let direct = bob.reads_directly();
        let [notes] = direct.as_slice() else {
            panic!("one message, not {direct:#?}");
        };
        let lines: Vec<&str> = notes.lines().collect();
        assert_eq!(lines.len(), 5, "two notes and where to go: {notes}");
        assert_eq!(lines[0], lines[2]);
        alice.reads_everything();
        world.log.take();
    })
    .await;
}
