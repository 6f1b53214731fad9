//! Titles with any script and any sign: stored and displayed verbatim, without mentions.

use muster_domain::{IncidentId, Viewer};
use muster_sandbox::Message;
use serde_json::Value;

use crate::harness::prelude::*;

/// Titles, and the channel names that follow from them.
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
    ("🚒", "fire-engine"),
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

#[test]
fn title_is_stored_verbatim_and_mentions_no_one() {
    over_both_transports(async |world, [alice, ..]| {
        for (number, (title, name)) in (1..).zip(TITLES) {
            alice.types("#general", "/datadog incident").await;
            alice.submits_anyway(&[("Title", title)]).await;
            let channel = format!("incident-{number}-{name}");
            assert_title_is_shown_verbatim(&alice, number, title, channel.trim_end_matches('-'))
                .await;
            // Slack limits how many changes it accepts per minute.
            world.advance_stepwise(20).await;
        }
    });
}

#[test]
fn title_after_the_command_prefills_the_modal_verbatim() {
    scenario(async |_, [alice, ..]| {
        for (title, _) in TITLES {
            alice
                .types("#general", &format!("/datadog incident {title}"))
                .await;
            assert_eq!(alice.field_value("Title"), title);
        }
    });
}

#[test]
fn longest_title_is_shown_completely() {
    over_http(async |world, [alice, ..]| {
        for (number, sign) in (1..).zip(["ä", "語", "🚒", "<"]) {
            let title = sign.repeat(255);
            alice.types("#general", "/datadog incident").await;
            alice.submits(&[("Title", &title)]).await;
            let channels = world.slack.channel_names();
            let begins = format!("incident-{number}");
            let channel = channels.iter().find(|it| it.starts_with(&begins)).unwrap();
            assert!(channel.len() <= 80, "{channel}");
            assert_title_is_shown_verbatim(&alice, number, &title, channel).await;
        }
    });
}

#[test]
fn long_title_yields_a_valid_channel_name() {
    over_http(async |_, [alice, ..]| {
        let title = "ä".repeat(80);
        alice.types("#general", "/datadog incident").await;
        alice.submits(&[("Title", &title)]).await;
        let channel = format!("incident-1-{}", "a".repeat(69));
        assert_eq!(channel.len(), 80);
        assert_title_is_shown_verbatim(&alice, 1, &title, &channel).await;
    });
}

/// Reads every message that names an incident and checks that it shows the title verbatim, as plain text.
async fn assert_title_is_shown_verbatim(
    alice: &TestUser<'_>,
    number: i64,
    title: &str,
    channel: &str,
) {
    let world = alice.world;
    let stored = world
        .store()
        .await
        .incident(Viewer::Operator, IncidentId(number))
        .await;
    assert_eq!(stored.unwrap().title, title);

    let channel = &world.channel_id(channel);
    let begins = format!("IR-{number} {title}\n");
    let announcement = alice.announcement(number).unwrap();
    let header = world
        .slack
        .messages(channel)
        .into_iter()
        .find(|it| it.rendered_text().starts_with("IR-"));
    for message in [&announcement, &header.expect("the channel has no header")] {
        let read = message.rendered_text();
        assert!(
            read.starts_with(&begins) || read.contains(&format!("\n{title}\n")),
            "{read}"
        );
        assert_title_is_plain_text(world, message, title);
    }

    let list = alice
        .types("#general", "/datadog incident list")
        .await
        .ephemeral;
    assert_title_is_plain_text(world, &list[0], title);
    alice.types(channel, "/datadog incident update").await;
    assert_eq!(alice.field_value("Title"), title);
    alice.submits(&[("Title", "Another one")]).await;
    let posts = world.slack.messages(channel);
    let expected = format!("alice changed the title from “{title}” to “Another one”.");
    let post = posts.iter().find(|it| it.rendered_text() == expected);
    assert_title_is_plain_text(world, post.expect("the change is not posted"), title);
    alice.updates(channel, &[("Title", title)]).await;
    // The channel is renamed again.
    world.deliver_all_advancing().await;

    alice.reads_declaration(number);
}

/// Checks that a message mentions only the declarer, contains no other link, and applies no formatting from
/// the title.
fn assert_title_is_plain_text(world: &World, message: &Message, title: &str) {
    let mut live = mrkdwn_tokens(&message.text);
    collect_live_tokens(message.blocks.as_ref().unwrap(), title, &mut live);
    let alice = format!("@{}", world.slack.user("alice"));
    live.retain(|it| *it != alice && !it.starts_with("!date^") && !it.starts_with("#C"));
    assert_eq!(live, Vec::<String>::new(), "{}", message.rendered_text());
}

/// Collects the active elements of blocks: mentions, links, broadcasts, and formatted text with the title.
fn collect_live_tokens(block: &Value, title: &str, live: &mut Vec<String>) {
    match block {
        Value::Array(several) => several
            .iter()
            .for_each(|it| collect_live_tokens(it, title, live)),
        Value::Object(fields) => {
            let text = |name: &str| fields.get(name).and_then(Value::as_str).unwrap_or_default();
            match text("type") {
                "mrkdwn" => {
                    live.extend(mrkdwn_tokens(text("text")));
                    assert!(!text("text").contains(title), "{}", text("text"));
                }
                "plain_text" if text("text").contains(title) => {
                    assert_eq!(fields["emoji"], false, "emoji stay as typed");
                }
                "user" => live.push(format!("@{}", text("user_id"))),
                "channel" => live.push(format!("#{}", text("channel_id"))),
                kind @ ("link" | "broadcast" | "usergroup" | "emoji") => live.push(kind.to_owned()),
                _ => fields
                    .values()
                    .for_each(|it| collect_live_tokens(it, title, live)),
            }
        }
        _ => {}
    }
}

/// Returns the texts in angle brackets in mrkdwn: mentions and links.
fn mrkdwn_tokens(mrkdwn: &str) -> Vec<String> {
    let rest = mrkdwn.split('<').skip(1);
    rest.filter_map(|rest| rest.split_once('>'))
        .map(|(token, _)| token.to_owned())
        .collect()
}
