//! **Open Page** in Slack. A link in a message that several users see carries no token.

use serde_json::Value;

use crate::browser::Browser;
use crate::harness::scenario::incident_scenario_with_pages;

/// Returns the URL of the button with this action.
fn button_url(blocks: Option<&Value>, action: &str) -> Option<String> {
    let rows = blocks?.as_array()?.iter();
    let elements = rows.filter_map(|row| row["elements"].as_array()).flatten();
    let mut buttons = elements.filter(|element| element["action_id"] == action);
    Some(buttons.next()?["url"].as_str()?.to_owned())
}

#[test]
fn header_and_announcement_link_to_the_page_without_a_token() {
    incident_scenario_with_pages(async |world, channel, [alice, ..]| {
        let page = format!("{}/incidents/1", world.base_url.borrow());
        let announcement = alice.announcement(1).unwrap();
        let header = world.slack.messages(channel).into_iter();
        let header = header.map(|message| message.blocks).find(Option::is_some);
        for blocks in [announcement.blocks, header.flatten()] {
            assert_eq!(button_url(blocks.as_ref(), "open_page"), Some(page.clone()));
        }
    });
}

#[test]
fn page_of_an_incident_is_opened_by_each_synonym() {
    incident_scenario_with_pages(async |world, channel, [alice, ..]| {
        for (target, text) in [
            ("#general", "/datadog web IR-1"),
            ("#general", "/datadog page IR-7"),
            ("#general", "/datadog open page IR-1"),
            ("#general", "/datadog IR-1 open the page"),
            (channel, "/datadog incident page"),
            (channel, "/datadog open page"),
        ] {
            alice.types(target, text).await;
            let reply = alice.reads_ephemeral().concat();
            match text.contains("IR-7") {
                true => assert!(!reply.contains("[Open Page]"), "{text}: {reply}"),
                false => assert!(
                    reply.starts_with("Open IR-1 in your browser."),
                    "{text}: {reply}"
                ),
            }
        }
        // A title that begins with `open` is no request for a page.
        alice
            .types("#general", "/datadog incident open page is down")
            .await;
        assert_eq!(alice.field_value("Title"), "open page is down");
        world.skips_messages();
    });
}

#[test]
fn action_menu_and_home_open_a_link_for_their_user() {
    incident_scenario_with_pages(async |world, channel, [alice, bob, _]| {
        alice.types(channel, "/datadog").await;
        let menu = alice.last_ephemeral();
        alice.reads_ephemeral();
        alice.clicks(channel, &menu.ts, "action_menu web").await;
        let link = alice.last_ephemeral();
        assert_eq!(
            alice.reads_ephemeral(),
            ["Open IR-1 in your browser. Works once, for 10 minutes, for you.\n[Open Page]"]
        );
        let url = button_url(link.blocks.as_ref(), "open_page").unwrap();
        assert!(url.contains("/sign-in/"), "{url}");

        bob.opens_home().await;
        bob.clicks_at_home("sign_in").await;
        let modal = bob.modal();
        assert_eq!(modal.title, "Open Page");
        let url = button_url(Some(&modal.blocks), "open_page").unwrap();
        let path = url.replace(world.base_url.borrow().as_str(), "");
        let browser = Browser::new(world);
        browser.opens(&path).await.shows(&["Continue as bob?"]);
    });
}
