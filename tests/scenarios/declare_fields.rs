//! What is filled in when an incident is declared: its title and its signals, and what is wrong with them.

use super::glance::{Glance, WELCOME};
use super::world::{by_each_door, over_http};

#[tokio::test]
async fn a_title_is_asked_for_until_there_is_one_and_the_rest_stays_filled_in() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        alice.says("#general", "/datadog incident").await;
        assert_eq!(alice.field("Title"), "");
        let rest = [
            ("Severity Level", "SEV-3 Moderate"),
            ("Incident Commander", "bob"),
            ("Customer impact", "No"),
            ("Signals", "https://graphs.example/1"),
        ];
        alice.fills(&rest).await;
        let long = "ä".repeat(256);
        let attempts = [
            // Of a field that is empty Slack itself says so.
            ("", "Please complete this required field."),
            ("   ", "An incident needs a title."),
            ("\u{200B}\u{3164}", "An incident needs a title."),
            (
                &long,
                "This title is 256 characters long; 255 is the most. \
                 Please shorten it: nothing of what you typed is lost.",
            ),
        ];
        for (title, error) in attempts {
            let seen = alice.submits(&[("Title", title)]).await;
            assert_eq!(seen.errors["Title"], error, "{title:?}");
            assert_eq!(alice.field("Title"), title);
            assert_eq!(alice.field("Severity Level"), "SEV-3");
            assert_eq!(alice.field("Incident Commander"), "U0BOB000001");
            assert_eq!(alice.field("Customer impact"), "no");
            assert_eq!(alice.field("Signals"), "https://graphs.example/1");
        }
        let seen = alice.submits(&[("Title", "Checkout is slow")]).await;
        assert_eq!(seen.view, None, "the form closed");
        alice.reads_of_declaration(1);
    })
    .await;
}

#[tokio::test]
async fn what_was_seen_is_in_the_header_and_among_the_bookmarks() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        let links = "https://graphs.example/checkout?from=now-1h&to=now\n\n  http://logs.example/#q ";
        alice.says("#general", "/datadog incident Checkout is slow").await;
        alice.submits(&[("Signals", links)]).await;
        let header = Glance {
            more: "Signals\nhttps://graphs.example/checkout?from=now-1h&to=now\nhttp://logs.example/#q\n",
            ..Glance::default()
        };
        let channel = "incident-1-checkout-is-slow";
        assert_eq!(alice.reads(channel), [&header.header(), WELCOME]);
        let bookmarks = world.slack.bookmarks(channel);
        let shown: Vec<_> = bookmarks.iter().map(|it| (&*it.title, &*it.link)).collect();
        assert_eq!(
            shown,
            [
                ("Signal 1", "https://graphs.example/checkout?from=now-1h&to=now"),
                ("Signal 2", "http://logs.example/#q"),
            ]
        );
        assert_eq!(alice.reads("#incidents"), [header.card()]);
        alice.reads_of_declaration(1);
    })
    .await;
}

#[tokio::test]
async fn of_many_signals_the_header_shows_ten_and_says_where_the_others_are() {
    over_http(async |world| {
        let alice = world.person("alice");
        let links: Vec<_> = (1..=12)
            .map(|it| format!("https://a.example/{it}"))
            .collect();
        alice
            .says("#general", "/datadog incident Checkout is slow")
            .await;
        alice.submits(&[("Signals", &links.join("\n"))]).await;
        let more = format!(
            "Signals\n{}\nand 2 more among the bookmarks\n",
            links[..10].join("\n")
        );
        let header = Glance {
            more: &more,
            ..Glance::default()
        };
        let channel = "incident-1-checkout-is-slow";
        assert_eq!(alice.reads(channel), [&header.header(), WELCOME]);
        let bookmarked: Vec<_> = world
            .slack
            .bookmarks(channel)
            .into_iter()
            .map(|it| it.link)
            .collect();
        assert_eq!(bookmarked, links);
        alice.reads_of_declaration(1);
    })
    .await;
}

#[tokio::test]
async fn a_line_that_is_no_link_is_named_under_the_field() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        alice
            .says("#general", "/datadog incident Checkout is slow")
            .await;
        let many: String = (1..=21)
            .map(|it| format!("https://a.example/{it}\n"))
            .collect();
        let long = format!("https://a.example/{}", "x".repeat(2_100));
        let attempts = [
            (
                long.as_str(),
                "Line 1 is 2118 characters long; 2048 is the most for a link.",
            ),
            (
                "https://a.example\nsee the graph",
                "Line 2 has a space in it: please write one link a line, and nothing else.",
            ),
            (
                "graphs.example/1",
                "Line 1 is no link: a link begins with https:// or http://.",
            ),
            (
                &many,
                "These are 21 links; 20 is the most. Please keep those that matter: \
                 the others can be posted in the incident's channel.",
            ),
        ];
        for (signals, error) in attempts {
            let seen = alice.submits(&[("Signals", signals)]).await;
            assert_eq!(seen.errors["Signals"], error);
            assert_eq!(alice.field("Signals"), signals);
            assert_eq!(alice.field("Title"), "Checkout is slow");
        }
        alice.submits(&[("Signals", "")]).await;
        alice.reads_of_declaration(1);
    })
    .await;
}
