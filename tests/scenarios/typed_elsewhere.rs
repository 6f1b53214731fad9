//! What is typed where no channel says which incident is meant: a form asks, and then goes on what was typed.

use muster::sandbox::Down;

use super::world::{World, by_each_door, over_http};

const CHANNEL: &str = "incident-1-checkout-is-slow";

const RUNBOOK: &str = "https://wiki.example.com/runbook";

/// What can be typed that is done at once; the title and the button of the form that asks; what the person
/// is told, if anything; what the incident's channel is told.
const AT_ONCE: [[&str; 5]; 11] = [
    [
        "inc sev2",
        "Change Incident",
        "Change",
        "You changed the severity of IR-1 from UNKNOWN to SEV-2.",
        "alice changed the severity from UNKNOWN to SEV-2.",
    ],
    [
        "incident title Checkout & cart are down",
        "Change Incident",
        "Change",
        "You changed the title of IR-1 from “Checkout is slow” to “Checkout & cart are down”.",
        "alice changed the title from “Checkout is slow” to “Checkout & cart are down”.",
    ],
    [
        "incident commander @bob",
        "Change Incident",
        "Change",
        "You changed the commander of IR-1 from @alice to @bob.",
        "alice changed the commander from alice to @bob.",
    ],
    [
        "incident role comm @chioma",
        "Change Role",
        "Change",
        "@chioma has the role Communications Lead in IR-1 now.",
        "alice gave @chioma the role Communications Lead.",
    ],
    [
        "incident impact since 5 minutes ago it burns",
        "Add Impact",
        "Add Impact",
        "The impact is on IR-1, since 2026-11-23 14:00 UTC.",
        "alice added an impact since 2026-11-23 14:00 UTC: it burns",
    ],
    [
        "incident impact end",
        "End Impact",
        "End Impact",
        "The impact of IR-1 ended 2026-11-23 14:05 UTC.",
        "alice ended the impact.",
    ],
    [
        "incident note at 14:01 UTC <b> & co",
        "Add Note",
        "Add Note",
        "Your note is on the timeline of IR-1: 2026-11-23 14:01 UTC.",
        "alice added a note: <b> & co",
    ],
    [
        "incident link https://wiki.example.com/runbook The runbook",
        "Add Document",
        "Add",
        "",
        "alice added the document The runbook.",
    ],
    [
        "task Restart the host @bob",
        "New Task",
        "Create",
        "",
        "alice added task 1 for bob: Restart the host @bob",
    ],
    [
        "task done 1",
        "Finish Task",
        "Finish",
        "",
        "alice finished task 1: Restart the host @bob",
    ],
    [
        "incident resolve",
        "Change Incident",
        "Change",
        "You changed the status of IR-1 from ACTIVE to RESOLVED.",
        "alice changed the status from ACTIVE to RESOLVED.",
    ],
];

#[tokio::test]
async fn what_is_done_at_once_is_done_once_it_is_known_for_which_incident() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        alice.declares("Checkout is slow").await;
        let here = &world.id(CHANNEL);
        for [typed, title, submit, told, posted] in AT_ONCE {
            let seen = alice.says("#general", &format!("/datadog {typed}")).await;
            let form = seen.view.unwrap_or_else(|| panic!("{typed} asks"));
            assert_eq!(
                (form.title.as_str(), form.submit.as_deref()),
                (title, Some(submit))
            );
            let remark = world.slack.read_view(&form);
            assert!(
                remark.contains(&format!("You typed: /datadog {typed}")),
                "{remark}"
            );
            assert_eq!(alice.reads(here), [""; 0], "{typed}");
            let seen = alice.submits(&[("Incident", "1")]).await;
            assert_eq!((seen.view, seen.errors.len()), (None, 0), "{typed}");
            alice.sends_it_again().await;
            let read = alice.reads_alone();
            let first = read.first().map_or("", String::as_str);
            assert_eq!(first, told, "{typed}");
            let posts = alice.reads(here);
            let posts = posts.iter().filter(|it| !it.starts_with("IR-1 "));
            assert_eq!(posts.collect::<Vec<_>>(), [posted], "{typed}");
        }
        alice.reads_everything();
    })
    .await;
}

#[tokio::test]
async fn a_form_stands_in_the_place_of_the_question() {
    let forms = [
        ("task", "New Task", "New Task"),
        ("followup", "Create Follow-up", "New Follow-up"),
        (
            "incident responders",
            "Edit Responders",
            "Responders of IR-1",
        ),
        ("incident impact", "Add Impact", "Add Impact"),
        ("incident note", "Add Note", "Add Note"),
        ("incident note at 14:01", "Add Note", "Add Note"),
        ("incident link", "Add Document", "Add Document"),
        ("incident chat", "Add Chat", "Add Chat"),
        ("incident call", "Add Video Call", "Add Video Call"),
    ];
    by_each_door(async |world| {
        let alice = world.person("alice");
        alice.declares("Checkout is slow").await;
        for (typed, question, title) in forms {
            alice.says("#general", &format!("/datadog {typed}")).await;
            assert_eq!(alice.form().title, question, "{typed}");
            alice.submits(&[("Incident", "1")]).await;
            assert_eq!(alice.form().title, title, "{typed}");
            alice.closes().await;
        }
        alice.says("#general", "/datadog incident call").await;
        alice.submits(&[("Incident", "1")]).await;
        alice.submits(&[("Link", RUNBOOK)]).await;
        let posts = alice.reads(CHANNEL);
        assert_eq!(
            posts.last().unwrap(),
            &format!("alice set the video call to {RUNBOOK}.")
        );
        assert_eq!(alice.reads_alone(), [""; 0]);
        alice.reads_everything();
    })
    .await;
}

#[tokio::test]
async fn what_is_shown_is_shown_where_it_was_typed() {
    let shown = [
        ("task list", "Tasks of IR-1"),
        ("incident links", "Links of IR-1"),
        ("incident timeline", "Timeline of IR-1"),
    ];
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        alice.declares("Checkout is slow").await;
        for (typed, begins) in shown {
            bob.says("#general", &format!("/datadog {typed}")).await;
            assert_eq!(bob.form().submit.as_deref(), Some("Show"), "{typed}");
            bob.submits(&[("Incident", "1")]).await;
            let read = bob.reads_alone();
            assert!(read.len() == 1 && read[0].starts_with(begins), "{read:?}");
        }
        assert_eq!(alice.reads(CHANNEL), [""; 0]);
        assert_eq!(world.timeline(1).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn words_that_mean_nothing_are_refused_before_anybody_chooses() {
    let refused = [
        ("task @bob", "A task needs words: what is to be done?"),
        ("incident sev 9", "“9” is no severity"),
        (
            "incident role scribe @bob",
            "“scribe” is no role that I know.",
        ),
        ("incident link runbook", "“runbook” is no link"),
        (
            "incident note at 25:99 it burns",
            "“25:99” is no time that I can read.",
        ),
        (
            "incident impact end someday",
            "“someday” is no time that I can read.",
        ),
    ];
    over_http(async |world| {
        let alice = world.person("alice");
        alice.declares("Checkout is slow").await;
        for (typed, why) in refused {
            let seen = alice.says("#general", &format!("/datadog {typed}")).await;
            assert_eq!(seen.view, None, "{typed}");
            let read = alice.reads_alone();
            assert!(read.len() == 1 && read[0].starts_with(why), "{read:?}");
        }
        // What only the incident knows is said under its field.
        alice.says("#general", "/datadog task done 7").await;
        let seen = alice.submits(&[("Incident", "1")]).await;
        assert_eq!(seen.errors["Incident"], "IR-1 has no task 7.");
        alice.closes().await;
        // What makes it private leads to another channel: that is typed in its own.
        alice.says("#general", "/datadog incident private").await;
        let read = alice.reads_alone();
        assert!(
            read[0].starts_with("This is not the channel of an incident."),
            "{read:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn where_nothing_is_open_what_was_typed_is_told_back() {
    let none = "No incident is open. /datadog incident declares one.";
    let typed = [
        ("incident stable", none.to_owned()),
        ("task", none.to_owned()),
        (
            "task Restart <b> @bob",
            format!("{none} Nothing was done. You typed: /datadog task Restart <b> @bob"),
        ),
        (
            "inc impact on carts & more",
            format!(
                "{none} If it is the title of a new incident, type /datadog inc \"impact on carts & more\". \
                 Nothing was done. You typed: /datadog inc impact on carts & more"
            ),
        ),
    ];
    by_each_door(async |world| {
        let alice = world.person("alice");
        for (typed, told) in &typed {
            let seen = alice.says("#general", &format!("/datadog {typed}")).await;
            assert_eq!(seen.view, None, "{typed}");
            assert_eq!(alice.reads_alone(), [told.as_str()]);
        }
    })
    .await;
}

#[tokio::test]
async fn what_may_be_a_title_says_how_it_becomes_one() {
    over_http(async |world| {
        let alice = world.person("alice");
        alice.declares("Checkout is slow").await;
        alice.says("#general", "/datadog incident impact on carts").await;
        let form = world.slack.read_view(&alice.form());
        let remark = "You typed: /datadog incident impact on carts If it is the title of a new incident, type \
                      /datadog incident \"impact on carts\".";
        assert!(form.contains(remark), "{form}");
        alice.closes().await;
    })
    .await;
}

#[tokio::test]
async fn a_length_of_time_counts_from_when_it_was_typed() {
    over_http(async |world| {
        let alice = world.person("alice");
        alice.declares("Checkout is slow").await;
        for (typed, told) in [
            (
                "incident impact since 15 minutes ago",
                "added an impact since 2026-11-23 13:50 UTC.",
            ),
            (
                "task Call them due in 2 hours",
                "added task 1, due 2026-11-23 16:25 UTC: Call them",
            ),
        ] {
            alice.says("#general", &format!("/datadog {typed}")).await;
            // She looks for the incident's number first.
            world.later(20 * 60).await;
            alice.submits(&[("Incident", "1")]).await;
            let posts = alice.reads(CHANNEL);
            assert!(posts.iter().any(|it| it.contains(told)), "{posts:?}");
        }
        alice.reads_everything();
    })
    .await;
}

#[tokio::test]
async fn a_text_that_no_form_can_carry_is_told_back() {
    over_http(async |world| {
        let alice = world.person("alice");
        alice.declares("Checkout is slow").await;
        let long = format!("incident note {}", "äöü ".repeat(800));
        let seen = alice.says("#general", &format!("/datadog {long}")).await;
        assert_eq!(seen.view, None);
        let read = alice.reads_alone();
        let begins = "This is no incident's channel, and what you typed is too long to be kept while you choose \
                      an incident. Nothing was done: type it in the channel of the one that you mean. You typed: \
                      /datadog incident note äöü äöü";
        assert!(read[0].starts_with(begins), "{read:?}");
    })
    .await;
}

#[tokio::test]
async fn while_slack_does_not_answer_the_form_says_what_was_done() {
    over_http(async |world| {
        let alice = world.person("alice");
        alice.declares("Checkout is slow").await;
        alice.says("#general", "/datadog incident stable").await;
        alice.fills(&[("Incident", "1")]).await;
        fails_once(world).await;
        let seen = alice.submits(&[]).await;
        let form = world.slack.read_view(&seen.view.unwrap());
        assert!(
            form.contains(
                "You changed the status of IR-1 from ACTIVE to STABLE. Slack does not answer us right now: the \
                 others are told as soon as it does."
            ),
            "{form}"
        );
        world.slack.comes_back();
        world.catches_up().await;
        world.log.take();
        let posts = alice.reads(CHANNEL);
        assert_eq!(posts.last().unwrap(), "alice added task 1: Look at it\nalice changed the status from ACTIVE to STABLE.");
        alice.reads_everything();
    })
    .await;
}

/// Takes Slack down, and has the bot find that out.
async fn fails_once(world: &World) {
    world.slack.goes_down(Down::Reset);
    world
        .person("alice")
        .says(CHANNEL, "/datadog task Look at it")
        .await;
}
