//! Titles in any script and with any sign: kept and shown as typed, and nobody is called by them.

use muster::domain::Viewer;
use muster::sandbox::Message;
use muster_commands::IncidentId;
use serde_json::Value;

use super::person::Person;
use super::world::{World, by_each_door, over_http};

/// What people may call an incident, and what its channel is then called.
const TITLES: [(&str, &str); 12] = [
    (
        "<!channel> <!here> <@U0BOB000001>",
        "channel-here-u0bob000001",
    ),
    ("@channel @here @everyone @bob", "channel-here-everyone-bob"),
    (
        "*bold* _slanted_ ~struck~ `code`",
        "bold-_slanted_-struck-code",
    ),
    ("&lt; &amp;lt; & <b>", "lt-amp-lt-b"),
    (":fire: 🔥🔥", "fire-fire-fire"),
    ("🔥", "fire"),
    ("支払いが遅い", "zhi-fu-igachi-i"),
    ("الدفع بطيء", "ldf-bty"),
    ("\u{202E}drawkcab", "drawkcab"),
    (
        "<https://evil.example|Überlast>",
        "https-evil-example-uberlast",
    ),
    ("> quoted {{severity}} #random \"", "quoted-severity-random"),
    ("…", ""),
];

#[tokio::test]
async fn a_title_is_kept_and_shown_as_typed_and_calls_nobody() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        for (number, (title, name)) in (1..).zip(TITLES) {
            alice.says("#general", "/datadog incident").await;
            alice.submits(&[("Title", title)]).await;
            let channel = format!("incident-{number}-{name}");
            shows(&alice, number, title, channel.trim_end_matches('-')).await;
            // Slack lets so many changes through in a minute.
            world.later(20).await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_title_that_is_typed_after_the_command_is_filled_in_as_typed() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        for (title, _) in TITLES {
            alice
                .says("#general", &format!("/datadog incident {title}"))
                .await;
            assert_eq!(alice.field("Title"), title);
        }
    })
    .await;
}

#[tokio::test]
async fn the_longest_title_is_shown_whole() {
    over_http(async |world| {
        let alice = world.person("alice");
        for (number, sign) in (1..).zip(["ä", "語", "🔥", "<"]) {
            let title = sign.repeat(255);
            alice.says("#general", "/datadog incident").await;
            alice.submits(&[("Title", &title)]).await;
            let channels = world.slack.channel_names();
            let begins = format!("incident-{number}");
            let channel = channels.iter().find(|it| it.starts_with(&begins)).unwrap();
            assert!(channel.len() <= 80, "{channel}");
            shows(&alice, number, &title, channel).await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_long_title_in_any_script_gets_a_channel_that_slack_takes() {
    over_http(async |world| {
        let alice = world.person("alice");
        let title = "ä".repeat(80);
        alice.says("#general", "/datadog incident").await;
        alice.submits(&[("Title", &title)]).await;
        let channel = format!("incident-1-{}", "a".repeat(69));
        assert_eq!(channel.len(), 80);
        shows(&alice, 1, &title, &channel).await;
    })
    .await;
}

/// Reads everything that names an incident: the title stands there as typed, and is nothing but text.
async fn shows(alice: &Person<'_>, number: i64, title: &str, channel: &str) {
    let world = alice.world;
    let stored = world
        .store()
        .await
        .incident(Viewer::Operator, IncidentId(number))
        .await;
    assert_eq!(stored.unwrap().title, title);

    let channel = &world.id(channel);
    let begins = format!("IR-{number} {title}\n");
    let card = alice.card(number).unwrap();
    let header = world
        .slack
        .messages(channel)
        .into_iter()
        .find(|it| it.as_read().starts_with("IR-"));
    for message in [&card, &header.expect("the channel has a header")] {
        let read = message.as_read();
        assert!(
            read.starts_with(&begins) || read.contains(&format!("\n{title}\n")),
            "{read}"
        );
        is_only_text(world, message, title);
    }

    let list = alice
        .says("#general", "/datadog incident list")
        .await
        .ephemeral;
    is_only_text(world, &list[0], title);
    alice.says(channel, "/datadog incident update").await;
    assert_eq!(alice.field("Title"), title);
    alice.submits(&[("Title", "Another one")]).await;
    let posts = world.slack.messages(channel);
    let told = format!("alice changed the title from “{title}” to “Another one”.");
    let post = posts.iter().find(|it| it.as_read() == told);
    is_only_text(world, post.expect("the change is told"), title);
    alice.updates(channel, &[("Title", title)]).await;
    // The channel follows once more.
    world.catches_up().await;

    alice.reads_of_declaration(number);
}

/// Makes sure that a message calls nobody but the person who declared, leads nowhere, and formats
/// nothing of the title.
fn is_only_text(world: &World, message: &Message, title: &str) {
    let mut live = tokens(&message.text);
    collect(message.blocks.as_ref().unwrap(), title, &mut live);
    let alice = format!("@{}", world.slack.person("alice"));
    live.retain(|it| *it != alice && !it.starts_with("!date^") && !it.starts_with("#C"));
    assert_eq!(live, Vec::<String>::new(), "{}", message.as_read());
}

/// Collects what is live in some blocks: mentions, links, broadcasts, and marked-up text with the title.
fn collect(block: &Value, title: &str, live: &mut Vec<String>) {
    match block {
        Value::Array(several) => several.iter().for_each(|it| collect(it, title, live)),
        Value::Object(fields) => {
            let text = |name: &str| fields.get(name).and_then(Value::as_str).unwrap_or_default();
            match text("type") {
                "mrkdwn" => {
                    live.extend(tokens(text("text")));
                    assert!(!text("text").contains(title), "{}", text("text"));
                }
                "plain_text" if text("text").contains(title) => {
                    assert_eq!(fields["emoji"], false, "emoji stay as typed");
                }
                "user" => live.push(format!("@{}", text("user_id"))),
                "channel" => live.push(format!("#{}", text("channel_id"))),
                kind @ ("link" | "broadcast" | "usergroup" | "emoji") => live.push(kind.to_owned()),
                _ => fields.values().for_each(|it| collect(it, title, live)),
            }
        }
        _ => {}
    }
}

/// Gives what stands between angle brackets in mrkdwn: mentions and links.
fn tokens(mrkdwn: &str) -> Vec<String> {
    let rest = mrkdwn.split('<').skip(1);
    rest.filter_map(|rest| rest.split_once('>'))
        .map(|(token, _)| token.to_owned())
        .collect()
}
