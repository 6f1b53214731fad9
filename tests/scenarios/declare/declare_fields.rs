//! The fields of the declaration modal: title and signals, and their validation errors.

use muster_sandbox::AccountKind;

use crate::harness::prelude::*;

#[test]
fn title_is_required_and_other_fields_keep_their_values() {
    over_both_transports(async |_, [alice, ..]| {
        alice.types("#general", "/datadog incident").await;
        assert_eq!(alice.field_value("Title"), "");
        let rest = [
            SEV_3,
            ("Incident Commander", "bob"),
            ("Customer impact", "No"),
            ("Signals", "https://graphs.example/1"),
        ];
        alice.fills(&rest).await;
        let long = "ä".repeat(256);
        let attempts = [
            // Slack itself reports an empty required field.
            ("", "Please complete this required field."),
            ("   ", "An incident needs a title."),
            ("\u{200B}\u{3164}", "An incident needs a title."),
            (
                &long,
                "This title is 256 characters long; 255 is the most. \
                 Please shorten it.",
            ),
        ];
        for (title, error) in attempts {
            let screen = alice.submits(&[("Title", title)]).await;
            assert_eq!(screen.errors["Title"], error, "{title:?}");
            assert_eq!(alice.field_value("Title"), title);
            assert_eq!(alice.field_value("Severity Level"), "SEV-3");
            assert_eq!(alice.field_value("Incident Commander"), "U0BOB000001");
            assert_eq!(alice.field_value("Customer impact"), "no");
            assert_eq!(alice.field_value("Signals"), "https://graphs.example/1");
        }
        alice
            .submits_and_closes(&[("Title", "Checkout is slow")])
            .await;
        alice.reads_declaration(1);
    });
}

#[test]
fn all_invalid_fields_are_reported_together() {
    scenario(async |world, [alice, ..]| {
        let zone = "Europe/Paris";
        world
            .slack
            .add_user("deploybot", "Deploy Bot", zone, AccountKind::Bot);
        alice.types("#general", "/datadog incident").await;
        let form = alice.modal();
        // Slack reports a selection at once, so that the user is fetched.
        let deploybot = Some("deploybot");
        let selection = world
            .slack
            .clicks_in_view("alice", &form.id, "commander", deploybot)
            .await;
        assert_eq!(selection.error, None);
        world.deliver_all().await;
        let title = "x".repeat(300);
        let screen = alice
            .submits(&[("Title", &title), ("Signals", "see the graph")])
            .await;
        for label in ["Incident Commander", "Signals", "Title"] {
            assert!(
                screen.errors.contains_key(label),
                "{label}: {:?}",
                screen.errors
            );
        }
        let error = &screen.errors["Incident Commander"];
        assert!(error.starts_with("deploybot is an app."), "{error}");
        assert_eq!(alice.field_value("Title"), title);

        let screen = alice
            .submits(&[
                ("Title", "Checkout is slow"),
                ("Incident Commander", "bob"),
                ("Signals", ""),
            ])
            .await;
        assert_eq!(screen.view, None, "the modal closes");
        alice.reads_declaration(1);
    });
}

#[test]
fn signals_appear_in_the_header_and_the_bookmarks() {
    scenario(async |world, [alice, ..]| {
        let links =
            "https://graphs.example/checkout?from=now-1h&to=now\n\n  http://logs.example/#q ";
        alice.opens_declare_modal().await;
        alice.submits(&[("Signals", links)]).await;
        let header = MessageText {
            details: "Signals\nhttps://graphs.example/checkout?from=now-1h&to=now\nhttp://logs.example/#q\n",
            ..MessageText::default()
        };
        let channel = "incident-1-checkout-is-slow";
        assert_eq!(alice.reads(channel), [&header.header(), WELCOME_TEXT]);
        let bookmarks = world.slack.bookmarks(channel);
        let rendered: Vec<_> = bookmarks.iter().map(|it| (&*it.title, &*it.link)).collect();
        assert_eq!(
            rendered,
            [
                (
                    "Signal 1",
                    "https://graphs.example/checkout?from=now-1h&to=now"
                ),
                ("Signal 2", "http://logs.example/#q"),
            ]
        );
        assert_eq!(alice.reads("#incidents"), [header.announcement()]);
        alice.reads_declaration(1);
    });
}

#[test]
fn header_shows_ten_signals_and_refers_to_the_bookmarks() {
    over_http(async |world, [alice, ..]| {
        let links: Vec<_> = (1..=12)
            .map(|it| format!("https://a.example/{it}"))
            .collect();
        alice.opens_declare_modal().await;
        alice.submits(&[("Signals", &links.join("\n"))]).await;
        let more = format!(
            "Signals\n{}\nand 2 more in the bookmarks\n",
            links[..10].join("\n")
        );
        let header = MessageText {
            details: &more,
            ..MessageText::default()
        };
        let channel = "incident-1-checkout-is-slow";
        assert_eq!(alice.reads(channel), [&header.header(), WELCOME_TEXT]);
        let bookmarked: Vec<_> = world
            .slack
            .bookmarks(channel)
            .into_iter()
            .map(|it| it.link)
            .collect();
        assert_eq!(bookmarked, links);
        alice.reads_declaration(1);
    });
}

#[test]
fn invalid_signal_is_rejected_with_its_line_number() {
    scenario(async |_, [alice, ..]| {
        alice.opens_declare_modal().await;
        let many: String = (1..=21)
            .map(|it| format!("https://a.example/{it}\n"))
            .collect();
        let long = format!("https://a.example/{}", "x".repeat(2_100));
        let attempts = [
            (
                long.as_str(),
                "Line 1 is 2118 characters long; a link can have at most 2048.",
            ),
            (
                "https://a.example\nsee the graph",
                "Line 2 contains a space. Enter one link per line and nothing else.",
            ),
            (
                "graphs",
                "Line 1 isn't a link. Links start with https:// or http://.",
            ),
            (
                &many,
                "That's 21 links; the limit is 20. Keep the most important ones and post the others in the \
                 incident's channel.",
            ),
        ];
        for (signals, error) in attempts {
            let screen = alice.submits(&[("Signals", signals)]).await;
            assert_eq!(screen.errors["Signals"], error);
            assert_eq!(alice.field_value("Signals"), signals);
            assert_eq!(alice.field_value("Title"), "Checkout is slow");
        }
        alice.submits(&[("Signals", "")]).await;
        alice.reads_declaration(1);
    });
}
