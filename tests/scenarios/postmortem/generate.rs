//! **Generate Postmortem**: by command, in the closing summary, in the action menu and on Home.

use serde_json::json;

use super::{POSTMORTEM, bookmarks, find_message, links_to, resolve, skip_messages};
use crate::harness::prelude::*;
use crate::harness::scenario::incident_scenario_with_pages;

#[test]
fn postmortem_is_generated_once_and_announced() {
    incident_over_both_transports(async |world, channel, [alice, bob, ..]| {
        resolve(&alice, channel).await;
        alice.types(channel, POSTMORTEM).await;
        let form = alice.modal();
        assert_eq!(form.title, "Postmortem of IR-1");
        assert_eq!(form.submit.as_deref(), Some("Generate"));
        assert_eq!(alice.field_value("Owner"), "U0ALICE0001");
        assert_eq!(alice.field_value("Timeline"), "all");
        let text = form.blocks.to_string();
        for part in [
            "None of the 3 entries is marked as important yet.",
            "Written elsewhere already? Attach it: /datadog postmortem IR-1 https://…",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        let fields = [("Owner", "bob"), ("Timeline", "Marked as Important")];
        alice.submits_and_closes(&fields).await;
        alice.redelivers_last_request().await;
        let read = alice.reads(channel);
        let [header, post] = read.as_slice() else {
            panic!("header, post: {read:#?}");
        };
        assert!(header.contains("\nPostmortem Draft · bob\n"), "{header}");
        assert_eq!(post, "alice generated the postmortem. @bob owns it.");
        let announcement = alice.announcement(1).unwrap().ts;
        let thread = alice.reads_thread("#incidents", &announcement);
        assert_eq!(thread, ["alice generated the postmortem. bob owns it."]);
        let member = world.slack.user("bob");
        assert!(world.slack.members(channel).contains(&member), "{member}");
        let timeline = world.timeline(1).await;
        assert_eq!(timeline[3..], ["alice generated the postmortem of bob"]);
        assert_eq!(bob.reads_direct_messages(), [""; 0]);
    });
}

#[test]
fn postmortem_of_an_open_incident_is_rejected_in_words_unless_the_setting_allows_it() {
    incident_scenario(async |world, channel, [alice, ..]| {
        let rejected = "IR-1 is ACTIVE. Its postmortem can be generated when it's RESOLVED. To resolve it, type \
                       /datadog resolve IR-1.";
        for text in ["postmortem", "pm all", "pm https://wiki.example/pm"] {
            let screen = alice.types(channel, &format!("/datadog {text}")).await;
            assert_eq!(screen.view, None);
            assert_eq!(alice.reads_ephemeral(), [rejected]);
        }
        alice.types(channel, "/datadog").await;
        let menu = alice.reads_ephemeral().concat();
        assert!(!menu.contains("Postmortem"), "{menu}");
        world.change_settings(&[("postmortem_any_time", json!(true))]);
        let menu = alice.opens_list(channel, "/datadog").await;
        assert!(alice.reads_ephemeral()[0].contains("[Generate Postmortem]"));
        let button = "action_menu incident postmortem";
        alice.clicks(channel, &menu, button).await;
        alice.submits_and_closes(&[]).await;
        skip_messages(world);
        alice.types(channel, "/datadog").await;
        let menu = alice.reads_ephemeral().concat();
        assert!(menu.contains(" [Postmortem] "), "{menu}");
    });
}

#[test]
fn closing_summary_menu_and_home_open_the_modal() {
    incident_scenario(async |world, channel, [alice, bob, ..]| {
        world.advance_to_minute(1).await;
        resolve(&alice, channel).await;
        let title = "Postmortem of IR-1";
        let summary = find_message(world, channel, "*IR-1 is RESOLVED*");
        let buttons = "[Generate Postmortem] [Add Follow-up] [Timeline] [Reopen]";
        let text = summary.rendered_text();
        assert!(text.ends_with(buttons), "{text}");
        let button = "action_menu incident postmortem";
        bob.clicks(channel, &summary.ts, button).await;
        assert_eq!(bob.modal().title, title);
        bob.closes_modal().await;

        let menu = alice.opens_list(channel, "/datadog").await;
        alice.clicks(channel, &menu, button).await;
        assert_eq!(alice.modal().title, title);
        alice.closes_modal().await;
        alice.reads_ephemeral();

        let home = alice.opens_home().await;
        let offered = " · No postmortem\n[Generate Postmortem]\n";
        assert!(home.contains(offered), "{home}");
        let of_bob = bob.opens_home().await;
        assert!(of_bob.contains(" · No postmortem\nAll"), "{of_bob}");
        alice.clicks_at_home("postmortem_open").await;
        assert_eq!(alice.modal().title, title);
        let screen = alice.submits(&[]).await;
        let blocks = screen.view.unwrap().blocks.to_string();
        let says = "The postmortem of IR-1 is generated. Its page has no address yet. Ask your Muster admin to set \
                    PUBLIC_URL.";
        assert!(blocks.contains(says), "{blocks}");
        alice.closes_modal().await;
        assert!(alice.reads_home().contains(" · Postmortem: Draft\nAll"));
        skip_messages(world);
    });
}

#[test]
fn each_selection_and_template_is_chosen() {
    incident_scenario(async |world, channel, [alice, ..]| {
        let templates = json!([
            { "name": "Long", "content": "## Summary\n\n## Timeline\n\n{{incident.timeline}}" },
            { "name": "Short", "content": "## What we learned\n\n*One sentence.*" },
        ]);
        world.change_settings(&[("postmortem_templates", templates)]);
        alice
            .types(channel, "/datadog incident note db-1 is full.")
            .await;
        let list = alice
            .opens_list(channel, "/datadog incident timeline")
            .await;
        alice.clicks(channel, &list, "timeline_flag").await;
        resolve(&alice, channel).await;
        for (command, timeline) in [
            ("post-mortem", "important"),
            ("post mortem all", "all"),
            ("pm important", "important"),
        ] {
            alice.types(channel, &format!("/datadog {command}")).await;
            assert_eq!(alice.field_value("Timeline"), timeline, "{command}");
            let text = alice.modal().blocks.to_string();
            let hint = "1 of 4 entries is marked as important.";
            assert!(text.contains(hint), "{text}");
            alice.closes_modal().await;
        }
        alice.types("#general", "/datadog postmortem IR-1").await;
        assert_eq!(alice.field_value("Template"), "Long");
        alice.submits(&[("Template", "Short")]).await;
        alice.closes_modal().await;
        let store = world.store().await;
        let viewer = muster_domain::Viewer::Operator;
        let source = store.postmortem_source(viewer, muster_domain::IncidentId(1));
        let sections = source.await.unwrap().document.sections;
        let headings: Vec<_> = sections.iter().map(|it| it.heading.as_str()).collect();
        assert_eq!(headings, ["What we learned"]);
        skip_messages(world);
    });
}

#[test]
fn posts_header_and_bookmark_lead_to_the_page() {
    incident_scenario_with_pages(async |world, channel, [alice, ..]| {
        resolve(&alice, channel).await;
        assert_eq!(bookmarks(world, channel), []);
        alice.types("#general", "/datadog pm IR-1").await;
        let screen = alice.submits(&[]).await;
        let view = screen.view.unwrap();
        let blocks = view.blocks.to_string();
        assert!(
            blocks.contains("The postmortem of IR-1 is generated.\""),
            "{blocks}"
        );
        assert!(blocks.contains("/incidents/1/postmortem\""), "{blocks}");
        alice.closes_modal().await;
        let [(title, url)] = bookmarks(world, channel).try_into().unwrap();
        assert_eq!(title, "Postmortem");
        assert!(url.ends_with("/incidents/1/postmortem"), "{url}");
        let read = alice.reads(channel);
        assert!(
            read[0].contains("\nPostmortem Draft · alice\n"),
            "{read:#?}"
        );
        let generated = "alice generated the postmortem and owns it.\n[Open Postmortem]";
        assert_eq!(read[1..], [generated]);
        for part in ["*Status*", "generated the postmortem"] {
            assert!(links_to(world, channel, part, &url), "{part}");
        }
        let announcement = alice.announcement(1).unwrap().ts;
        let thread = alice.reads_thread("#incidents", &announcement);
        assert_eq!(thread, [generated]);

        alice.types(channel, POSTMORTEM).await;
        let summary =
            "Postmortem of IR-1: Draft. Owner: @alice\n[Open Postmortem] [Edit Postmortem]";
        assert_eq!(alice.reads_ephemeral(), [summary]);
    });
}

#[test]
fn postmortem_of_a_test_is_announced_nowhere() {
    scenario(async |world, [alice, ..]| {
        alice
            .types("#general", "/datadog incident test Drill")
            .await;
        alice.submits_and_closes(&[]).await;
        let channel = &world.incident_channels()[0];
        resolve(&alice, channel).await;
        alice.types(channel, POSTMORTEM).await;
        alice.submits_and_closes(&[]).await;
        let posts = alice.reads(channel);
        assert_eq!(
            posts.last().unwrap(),
            "alice generated the postmortem and owns it."
        );
        assert_eq!(alice.reads("#incidents"), [""; 0]);
    });
}
