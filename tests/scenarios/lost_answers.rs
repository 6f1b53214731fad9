//! Slack did what it was asked, and its answer was lost: nothing is missing afterwards and nothing is
//! there twice.

use muster::domain::Viewer;
use muster::sandbox::Trouble;
use muster_commands::{IncidentId, add_to_incident};

use super::world::{World, by_each_door, over_http};

/// Every method by which something is delivered, and how many of its calls lose their answer.
const METHODS: [(&str, usize); 14] = [
    ("conversations.create", 1),
    ("conversations.invite", 3),
    ("chat.postMessage", 6),
    ("chat.update", 2),
    ("pins.add", 1),
    ("conversations.setTopic", 2),
    ("conversations.setPurpose", 2),
    ("conversations.info", 2),
    ("conversations.rename", 1),
    ("bookmarks.add", 2),
    ("reactions.add", 1),
    ("chat.getPermalink", 1),
    ("users.info", 3),
    ("response_url", 1),
];

/// What the channel is called once the title has changed.
const DOWN: &str = "incident-1-checkout-is-down";

#[tokio::test]
async fn an_answer_that_never_arrives_doubles_nothing() {
    one_method_after_another(&Trouble::LostAnswer).await;
}

#[tokio::test]
async fn an_error_after_the_deed_doubles_nothing() {
    one_method_after_another(&Trouble::DoneBut("fatal_error")).await;
}

#[tokio::test]
async fn all_answers_lost_at_once_double_nothing() {
    for trouble in [Trouble::LostAnswer, Trouble::DoneBut("internal_error")] {
        by_each_door(async |world| {
            for (method, times) in METHODS {
                world.slack.fails(method, times, trouble.clone());
            }
            from_declaration_to_timeline(world).await;
            there_is_one_of_each(world, 2).await;
        })
        .await;
    }
}

async fn one_method_after_another(trouble: &Trouble) {
    for (method, times) in METHODS {
        over_http(async |world| {
            world.slack.fails(method, times, trouble.clone());
            from_declaration_to_timeline(world).await;
            // What only one person sees cannot be looked for: it is shown again.
            let pointers = if method == "response_url" { 2 } else { 1 };
            there_is_one_of_each(world, pointers).await;
            let lost = world.slack.calls().into_iter().filter(|call| {
                let word = call.error.as_deref().unwrap_or_default();
                call.method == method && ["answer_lost", "fatal_error"].contains(&word)
            });
            assert_eq!(lost.count(), times, "{method}");
        })
        .await;
    }
}

/// An incident is declared, changed, and gets a message on its timeline: every kind of delivery.
async fn from_declaration_to_timeline(world: &World) {
    let (alice, bob) = (world.person("alice"), world.person("bob"));
    alice
        .says("#general", "/datadog incident Checkout is slow")
        .await;
    let signals = "https://graphs.example/1\nhttps://graphs.example/2";
    alice
        .submits(&[("Incident Commander", "bob"), ("Signals", signals)])
        .await;
    world.catches_up().await;

    let channel = "incident-1-checkout-is-slow";
    bob.says(channel, "/datadog incident update").await;
    bob.submits(&[
        ("Title", "Checkout is down"),
        ("Severity Level", "SEV-1 Critical"),
        ("Incident Commander", "chioma"),
    ])
    .await;
    world.catches_up().await;

    let channel = DOWN;
    let ts = bob.writes(channel, "I am working on a fix.").await;
    alice.chooses(channel, &ts, add_to_incident::ACTION).await;
    world.catches_up().await;
    assert_eq!(world.slack.reactions(channel, &ts).len(), 1);
    assert_eq!(world.slack.reactions(channel, &ts)[0].users.len(), 1);
    let entries = world
        .store()
        .await
        .timeline(Viewer::Operator, IncidentId(1))
        .await
        .unwrap();
    let message = entries.into_iter().find_map(|entry| entry.message).unwrap();
    assert_eq!(Some(message.permalink), world.slack.permalink(channel, &ts));
}

async fn there_is_one_of_each(world: &World, pointers: usize) {
    let alice = world.person("alice");
    for commander in ["bob", "chioma"] {
        assert_eq!(world.person(commander).reads_directly().len(), 1);
    }
    is_one_channel_with_everybody(world);
    says_everything_once(world);
    is_announced_once(world);
    let mut told = vec![
        "IR-1 is declared: #incident-1-checkout-is-down is its channel, and you are in it.";
        pointers
    ];
    told.push("Added to the timeline of IR-1.");
    assert_eq!(alice.reads_alone(), told);

    let warned = world.log.take();
    let expected = "Slack does not answer; what is owed is kept and sent later.";
    assert!(
        warned.iter().all(|line| line.starts_with(expected)),
        "{warned:#?}"
    );
}

fn is_one_channel_with_everybody(world: &World) {
    let names = world.slack.channel_names();
    let ours: Vec<_> = names
        .iter()
        .filter(|name| name.starts_with("incident-"))
        .collect();
    assert_eq!(ours, [DOWN]);

    let mut members = world.slack.members(DOWN);
    members.sort();
    let mut expected = ["alice", "bob", "chioma"]
        .map(|name| world.slack.person(name))
        .to_vec();
    expected.push(world.slack.bot_user());
    expected.sort();
    assert_eq!(members, expected);

    let renamed = world.slack.messages(DOWN).into_iter();
    let renamed = renamed.filter(|it| it.subtype.as_deref() == Some("channel_name"));
    assert_eq!(renamed.count(), 1);
}

fn says_everything_once(world: &World) {
    let read = plain(world.person("alice").reads(DOWN));
    assert_eq!(read.len(), 3, "header, declaration, change: {read:#?}");
    let header = read
        .iter()
        .filter(|read| read.starts_with("IR-1 Checkout is down\n"));
    assert_eq!(header.count(), 1, "{read:#?}");
    assert!(
        read.iter()
            .any(|read| read.starts_with("alice declared this incident.\n"))
    );
    let changed = "bob changed the title from “Checkout is slow” to “Checkout is down”.\n\
                   bob changed the severity from UNKNOWN to SEV-1.\n\
                   bob changed the commander from bob to chioma.";
    assert!(read.iter().any(|read| read == changed), "{read:#?}");
    assert_eq!(world.slack.pins(DOWN).len(), 1);
    assert_eq!(world.slack.bookmarks(DOWN).len(), 2);
    assert!(
        world
            .slack
            .topic(DOWN)
            .starts_with("SEV-1 Critical · ACTIVE · ")
    );
    assert_eq!(world.slack.purpose(DOWN), "IR-1: Checkout is down");
}

fn is_announced_once(world: &World) {
    let alice = world.person("alice");
    let cards = alice.reads("#incidents");
    assert!(
        cards.len() == 1 && cards[0].starts_with("IR-1 Checkout is down\n"),
        "{cards:#?}"
    );
    let card = world.slack.messages("#incidents").pop().unwrap();
    assert_eq!(
        plain(alice.reads_thread("#incidents", &card.ts)),
        [
            "alice declared this incident.",
            "bob changed the severity from UNKNOWN to SEV-1.\n\
             bob changed the commander from bob to chioma."
        ]
    );
}

/// Whose name is not known yet is mentioned instead.
fn plain(read: Vec<String>) -> Vec<String> {
    read.into_iter().map(|read| read.replace('@', "")).collect()
}
