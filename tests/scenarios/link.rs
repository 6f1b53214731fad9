//! `/datadog incident link`, `chat` and `call`: links of an incident, typed and filled in.

use muster::sandbox::Down;

use super::glance::Glance;
use super::world::{World, by_each_door, over_http};

const RUNBOOK: &str = "https://wiki.example/runbook?a=b&c=d";

/// Gives the bookmarks of a channel, each as its title and where it leads.
pub fn bookmarks(world: &World, channel: &str) -> Vec<(String, String)> {
    let standing = world.slack.bookmarks(channel).into_iter();
    standing.map(|it| (it.title, it.link)).collect()
}

#[tokio::test]
async fn a_document_is_added_told_shown_and_bookmarked() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        let declared = alice.declares("Checkout is slow").await;
        let channel = declared.channel.as_str();
        bob.joins(channel).await;
        bob.says(
            channel,
            &format!("/datadog incident link {RUNBOOK} The “runbook”"),
        )
        .await;
        let header = Glance {
            more: "Documents\nThe “runbook”\n",
            ..Glance::default()
        };
        let told = "bob added the document The “runbook”.";
        assert_eq!(bob.reads(channel), [&header.header(), told]);
        assert_eq!(bob.reads_alone(), [""; 0]);
        let bookmark = ("The “runbook”".to_owned(), RUNBOOK.to_owned());
        assert_eq!(bookmarks(world, channel), [bookmark]);
        assert_eq!(
            world.timeline(1).await[1..],
            [format!("bob added the document The “runbook” {RUNBOOK}")]
        );

        // The same command delivered twice adds once; typed twice, it is refused.
        bob.sends_it_again().await;
        assert_eq!(bob.reads(channel), [""; 0]);
        bob.says(channel, &format!("/datadog incident link {RUNBOOK}"))
            .await;
        assert_eq!(
            bob.reads_alone(),
            ["This link is among the documents already, as “The “runbook””."]
        );
    })
    .await;
}

#[tokio::test]
async fn a_video_call_and_a_chat_are_set_and_replaced_from_what_to_what() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        let declared = alice.declares("Checkout is slow").await;
        let channel = declared.channel.as_str();
        for (typed, header, told) in links() {
            alice.says(channel, typed).await;
            assert_eq!(alice.reads(channel), [header.header().as_str(), told]);
        }
        let expected = [
            ("Video call".to_owned(), "https://zoom.us/j/2".to_owned()),
            ("Chat".to_owned(), "http://10.0.0.1/irc".to_owned()),
        ];
        assert_eq!(bookmarks(world, channel), expected);
        alice
            .says(channel, "/datadog incident call https://zoom.us/j/2")
            .await;
        assert_eq!(
            alice.reads_alone(),
            ["That is the incident's video call already."]
        );
        assert_eq!(
            world.timeline(1).await[1..],
            [
                "alice changed the video call from none to https://zoom.us/j/1",
                "alice changed the chat from none to http://10.0.0.1/irc",
                "alice changed the video call from https://zoom.us/j/1 to https://zoom.us/j/2",
            ]
        );
    })
    .await;
}

/// What is typed, the header as it then is, and what is told.
fn links() -> [(&'static str, Glance<'static>, &'static str); 3] {
    let call = Glance {
        more: "Video call https://zoom.us/j/1\n",
        buttons: "\n[Add Chat]",
        ..Glance::default()
    };
    let chat = Glance {
        more: "Video call https://zoom.us/j/1\nChat http://10.0.0.1/irc\n",
        buttons: "",
        ..Glance::default()
    };
    let other_call = Glance {
        more: "Video call https://zoom.us/j/2\nChat http://10.0.0.1/irc\n",
        ..chat
    };
    [
        (
            "/datadog incident call https://zoom.us/j/1",
            call,
            "alice set the video call to https://zoom.us/j/1.",
        ),
        (
            "/datadog incident chat http://10.0.0.1/irc",
            chat,
            "alice set the chat to http://10.0.0.1/irc.",
        ),
        (
            "/datadog incident call https://zoom.us/j/2",
            other_call,
            "alice changed the video call from https://zoom.us/j/1 to https://zoom.us/j/2.",
        ),
    ]
}

#[tokio::test]
async fn what_is_no_link_is_refused_in_one_line_with_an_example() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        let declared = alice.declares("Checkout is slow").await;
        let example = "For example: /datadog incident";
        let no_link = "is no link: a link begins with https:// or http://.";
        let refusals = [
            (
                "link javascript:alert(1)",
                format!("“javascript:alert(1)” {no_link} {example} link https://wiki.example.com/runbook Runbook"),
            ),
            (
                "call center is down",
                format!(
                    "“center” {no_link} {example} call https://zoom.us/j/123456 If it is the title of a \
                     new incident, type /datadog incident \"call center is down\"."
                ),
            ),
            (
                "chat https://chat.example now",
                format!(
                    "“https://chat.example” has words behind it: please give the link alone. \
                     {example} chat https://chat.example.com/incident"
                ),
            ),
        ];
        for (typed, told) in refusals {
            alice.says(&declared.channel, &format!("/datadog incident {typed}")).await;
            assert_eq!(alice.reads_alone(), [told]);
        }
        assert_eq!(alice.reads(&declared.channel), [""; 0]);
        assert_eq!(world.timeline(1).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn add_chat_and_add_video_call_in_the_header_open_a_form() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        let declared = alice.declares("Checkout is slow").await;
        let channel = declared.channel.as_str();
        let header = world.slack.pins(channel).pop().unwrap();
        alice.presses(channel, &header, "link_call").await;
        assert_eq!(alice.form().title, "Add Video Call");
        let seen = alice.submits(&[("Link", "zoom.us/j/1")]).await;
        assert_eq!(
            seen.errors["Link"],
            "This is no link: a link begins with https:// or http://."
        );
        assert_eq!(alice.field("Link"), "zoom.us/j/1");
        let seen = alice.submits(&[("Link", "HTTPS://zoom.us/j/1")]).await;
        assert_eq!(seen.view, None, "the form closed: {:?}", seen.errors);
        assert_eq!(
            alice.reads(channel).pop().unwrap(),
            "alice set the video call to https://zoom.us/j/1."
        );
        // Sent twice, it is done once.
        alice.sends_it_again().await;
        assert_eq!(alice.reads(channel), [""; 0]);

        // The form shows what is set; untouched, it changes nothing, also if another was faster.
        bob.joins(channel).await;
        bob.says(channel, "/datadog incident call").await;
        assert_eq!(bob.field("Link"), "https://zoom.us/j/1");
        alice
            .says(channel, "/datadog incident call https://zoom.us/j/2")
            .await;
        alice.reads(channel);
        bob.submits(&[]).await;
        assert_eq!(bob.reads(channel), [""; 0]);

        bob.says(channel, "/datadog incident link").await;
        bob.submits(&[("Link", RUNBOOK), ("Name", "")]).await;
        assert_eq!(
            bob.reads(channel).pop().unwrap(),
            "bob added the document wiki.example/runbook."
        );
    })
    .await;
}

#[tokio::test]
async fn a_resolved_incident_still_takes_links_and_offers_no_buttons() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        let declared = alice.declares("Checkout is slow").await;
        let channel = declared.channel.as_str();
        alice.updates(channel, &[("Status", "RESOLVED")]).await;
        alice.reads_everything();
        alice
            .says(channel, &format!("/datadog incident link {RUNBOOK} Review"))
            .await;
        let read = alice.reads(channel);
        assert_eq!(read[1], "alice added the document Review.");
        assert!(!read[0].contains("Add Chat"), "{}", read[0]);
    })
    .await;
}

#[tokio::test]
async fn what_was_added_while_the_channel_was_archived_is_bookmarked_when_it_is_back() {
    over_http(async |world| {
        let alice = world.person("alice");
        let declared = alice.declares("Checkout is slow").await;
        let channel = declared.channel.as_str();
        alice.says(channel, "/datadog incident call").await;
        world.slack.archives("alice", channel).await;
        world.settles().await;
        let seen = alice.submits(&[("Link", "https://zoom.us/j/1")]).await;
        assert_eq!(seen.view, None, "the form closed: {:?}", seen.errors);
        assert_eq!(bookmarks(world, channel), []);
        world.slack.unarchives("alice", channel).await;
        world.settles().await;
        let bookmark = ("Video call".to_owned(), "https://zoom.us/j/1".to_owned());
        assert_eq!(bookmarks(world, channel), [bookmark]);
        alice.reads_everything();
    })
    .await;
}

#[tokio::test]
async fn while_slack_does_not_answer_a_link_is_stored_and_the_person_is_told_so() {
    over_http(async |world| {
        let alice = world.person("alice");
        let declared = alice.declares("Checkout is slow").await;
        let channel = declared.channel.as_str();
        world.slack.goes_down(Down::Status(503));
        for (url, answers) in [("https://zoom.us/j/1", 0), ("https://zoom.us/j/2", 1)] {
            let typed = format!("/datadog incident call {url}");
            let seen = alice.says(channel, &typed).await;
            assert_eq!(seen.ephemeral.len(), answers, "{:?}", seen.ephemeral);
        }
        assert_eq!(
            alice.reads_alone(),
            ["That is stored. Slack does not answer us right now: the channel says so as soon as Slack \
              does. There is nothing more to do here."]
        );
        world.slack.comes_back();
        world.catches_up().await;
        assert_eq!(bookmarks(world, channel).len(), 1);
        assert_eq!(
            alice.reads(channel).pop().unwrap(),
            "alice set the video call to https://zoom.us/j/1.\n\
             alice changed the video call from https://zoom.us/j/1 to https://zoom.us/j/2."
        );
        world.log.take();
    })
    .await;
}

#[tokio::test]
async fn what_people_bookmarked_or_rewrote_themselves_is_left_alone() {
    over_http(async |world| {
        let alice = world.person("alice");
        let declared = alice.declares("Checkout is slow").await;
        let channel = declared.channel.as_str();
        for (url, title) in [("https://a.example", "A"), ("https://b.example", "B")] {
            alice
                .says(channel, &format!("/datadog incident link {url} {title}"))
                .await;
            world.catches_up().await;
        }
        let titles = ("A", "Ours, really");
        world
            .slack
            .rewrites_bookmark("alice", channel, titles)
            .await;
        alice
            .says(channel, "/datadog incident chat https://c.example")
            .await;
        world.catches_up().await;
        let titles: Vec<_> = bookmarks(world, channel)
            .into_iter()
            .map(|it| it.0)
            .collect();
        assert_eq!(titles, ["Ours, really", "B", "Chat"]);
        alice.reads(channel);
    })
    .await;
}
