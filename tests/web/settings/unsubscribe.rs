//! Unsubscribing from the mails of a rule: the link in a mail, its page, and the addresses on the page of the rule.

use muster_domain::notification::RuleVisibility;
use muster_sandbox::Mail;
use reqwest::Method;
use serde_json::{Value, json};

use crate::browser::{Browser, OK, Page};
use crate::harness::prelude::*;
use crate::harness::scenario::incident_scenario_with_pages;

const PUBLIC_URL: &str = "https://muster.acme.example";
const EXEC: &str = "exec@acme.example";
const EDIT: &str = "/settings/rules/edit";
const CHANGE: &str = "/settings/rules/change";
const SUBSCRIBE: &str = "/settings/rules/subscribe";
const NOTIFICATIONS: &str = "/incidents/1/notifications";

/// The rule *Executives*, which reports each change of the severity to SEV-1.
fn executives() -> Value {
    json!({
        "name": "Executives",
        "when": "declared_or_updated",
        "conditions": [{ "field": "severity", "values": ["SEV-1"] }],
        "recipients": [EXEC],
    })
}

/// Restarts the bot behind an https address, with the rule *Executives*.
async fn starts_with_rule(world: &World) {
    world.restart_with_public_url(PUBLIC_URL).await;
    world.change_settings(&[("notification_rules", json!([executives()]))]);
}

/// Changes the severity of IR-1 so that the rule fires.
async fn raises(world: &World, alice: &TestUser<'_>, channel: &str) {
    alice.updates(channel, &[SEV_3]).await;
    alice.updates(channel, &[SEV_1]).await;
    world.advance(10).await;
    world.skips_messages();
}

fn mails(world: &World) -> Vec<Mail> {
    world.slack.mails_to(EXEC)
}

/// Returns the path of the link in the header of a mail.
fn unsubscribe_path(mail: &Mail) -> String {
    let header = mail.header("List-Unsubscribe").unwrap();
    let url = header.trim_matches(['<', '>']);
    url.strip_prefix(PUBLIC_URL).unwrap().to_owned()
}

/// Sends what mail providers send when a reader presses their button: no cookies, no origin. Returns the status and the
/// text of the page.
async fn one_click(world: &World, path: &str) -> (u16, String) {
    let provider = Browser::new(world);
    let form = [("List-Unsubscribe", "One-Click")];
    let request = provider.request(Method::POST, path).form(&form);
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    (
        status,
        crate::html::text_of(&response.text().await.unwrap()),
    )
}

/// Presses a button of the page.
async fn presses(reader: &Browser<'_>, page: &Page, path: &str, button: &str) -> Page {
    let page = reader.submits(page, path, &[("stop", button)]).await;
    assert_eq!(page.status, OK);
    page
}

/// Checks the headers and the last line of a mail of the rule.
fn assert_offers_unsubscribing(mail: &Mail) {
    let path = unsubscribe_path(mail);
    assert!(path.starts_with("/unsubscribe/1-1-1-"), "{path}");
    let one_click = "List-Unsubscribe=One-Click".to_owned();
    assert_eq!(mail.header("List-Unsubscribe-Post"), Some(one_click));
    let footer = format!("Don't want mails of this rule? Unsubscribe: {PUBLIC_URL}{path}\n");
    assert!(mail.text().ends_with(&footer), "{}", mail.text());
    let link = format!("href=\"{PUBLIC_URL}{path}\"");
    assert!(mail.html().contains(&link), "{}", mail.html());
}

#[test]
fn one_click_stops_the_mails_of_a_rule_until_an_admin_subscribes_again() {
    incident_scenario_with_pages(async |world, channel, [alice, ..]| {
        starts_with_rule(world).await;
        raises(world, &alice, channel).await;
        let [mail] = mails(world).try_into().unwrap();
        assert_offers_unsubscribing(&mail);
        let path = unsubscribe_path(&mail);
        let (status, page) = one_click(world, &path).await;
        assert_eq!(status, OK);
        let done = "Unsubscribed e•••@acme.example gets no more mails of the rule “Executives”.";
        assert!(page.starts_with(done), "{page}");
        let (status, page) = one_click(world, &path).await;
        assert_eq!(status, OK);
        assert!(page.starts_with("Already unsubscribed"), "{page}");

        raises(world, &alice, channel).await;
        assert_eq!(mails(world).len(), 1);
        let browser = alice.signs_in().await;
        browser.opens(NOTIFICATIONS).await.shows(&[
            "1 unsubscribed",
            "exec@acme.example: Unsubscribed",
            "The recipient unsubscribed from mails of this rule.",
        ]);
        let rule = browser.opens(&format!("{EDIT}?name=Executives")).await;
        rule.shows(&["exec@acme.example: no mails since Mon 23 Nov 15:05"]);
        let again = browser.submits(&rule, SUBSCRIBE, &[]).await;
        again.shows(&["The address gets the mails of this rule again."]);
        again.hides(&["Subscribe again"]);
        raises(world, &alice, channel).await;
        assert_eq!(mails(world).len(), 2);
    });
}

#[test]
fn page_stops_mails_about_one_incident_and_shows_neither_address_nor_title() {
    incident_scenario_with_pages(async |world, channel, [alice, ..]| {
        starts_with_rule(world).await;
        let mut rule = executives();
        rule["visibility"] = json!(RuleVisibility::Any.as_str());
        world.change_settings(&[("notification_rules", json!([rule]))]);
        alice.types(channel, "/datadog incident private").await;
        let channel = "incident-1-checkout-is-slow-2";
        raises(world, &alice, channel).await;
        let path = unsubscribe_path(&mails(world)[0]);
        let reader = Browser::new(world);
        let page = reader.opens(&path).await;
        page.shows(&[
            "The rule “Executives” sends mails to e•••@acme.example.",
            "Stop mails of the rule “Executives” to e•••@acme.example",
            "Only stop mails about IR-1",
        ]);
        page.hides(&["Checkout", EXEC]);
        // Opening it, as a mail scanner does, changes nothing. Neither does a form that is none of its own.
        reader
            .posts(&path, &[])
            .await
            .shows(&["sends mails to e•••"]);
        raises(world, &alice, channel).await;
        assert_eq!(mails(world).len(), 2);

        let page = presses(&reader, &page, &path, "incident").await;
        page.shows(&["e•••@acme.example gets no more mails of the rule “Executives” about IR-1."]);
        raises(world, &alice, channel).await;
        alice.declares_with("Search is down", &[SEV_1]).await;
        assert_eq!(mails(world).len(), 3, "the mail about IR-2");
        world.skips_messages();
        let browser = alice.signs_in().await;
        let detail = "The recipient unsubscribed from mails of this rule about IR-1.";
        browser.opens(NOTIFICATIONS).await.shows(&[detail]);
        let rule = browser.opens(&format!("{EDIT}?name=Executives")).await;
        rule.shows(&["exec@acme.example: no mails about a private incident since"]);

        let page = presses(&reader, &page, &path, "rule").await;
        page.shows(&["e•••@acme.example gets no more mails of the rule “Executives”."]);
        alice.declares_with("Login is down", &[SEV_1]).await;
        world.skips_messages();
        assert_eq!(mails(world).len(), 3);
    });
}

#[test]
fn renamed_rule_stays_stopped_and_deleted_rule_is_forgotten() {
    incident_scenario_with_pages(async |world, channel, [alice, ..]| {
        starts_with_rule(world).await;
        raises(world, &alice, channel).await;
        let path = unsubscribe_path(&mails(world)[0]);
        one_click(world, &path).await;
        world.advance(60).await;
        let browser = alice.signs_in().await;
        let form = browser.opens(&format!("{EDIT}?name=Executives")).await;
        let renamed = [("name", "Board"), ("delay_minutes", "0")];
        let rule = browser.submits(&form, EDIT, &renamed).await;
        rule.shows(&["Saved.", "exec@acme.example: no mails since"]);
        raises(world, &alice, channel).await;
        assert_eq!(mails(world).len(), 1);
        // The link of a mail of the old name leads to the rule.
        let reader = Browser::new(world);
        let page = reader.opens(&path).await;
        page.shows(&["e•••@acme.example unsubscribed from mails of the rule “Board”"]);

        world.advance(60).await;
        let list = browser.opens("/settings").await;
        browser
            .submits(&list, CHANGE, &[("action", "delete")])
            .await
            .shows(&["Saved."]);
        let deleted = "The rule “Board” was deleted and sends no more mails.";
        reader.opens(&path).await.shows(&[deleted]);
        let (status, page) = one_click(world, &path).await;
        assert!(status == OK && page.contains(deleted), "{page}");
        // A new rule with the name of the old one asks again.
        world.change_settings(&[("notification_rules", json!([executives()]))]);
        raises(world, &alice, channel).await;
        assert_eq!(mails(world).len(), 2);
    });
}

#[test]
fn user_is_listed_by_name_and_gets_no_direct_message_instead() {
    incident_scenario_with_pages(async |world, channel, [alice, bob, _]| {
        bob.signs_in().await;
        starts_with_rule(world).await;
        let mut rule = executives();
        rule["recipients"] = json!(["<@U0BOB000001>"]);
        world.change_settings(&[("notification_rules", json!([rule]))]);
        raises(world, &alice, channel).await;
        let mails = world.slack.mails_to("bob@acme.example");
        let path = unsubscribe_path(&mails[0]);
        one_click(world, &path).await;
        alice.updates(channel, &[SEV_3]).await;
        alice.updates(channel, &[SEV_1]).await;
        assert_eq!(world.slack.mails_to("bob@acme.example").len(), 1);
        assert_eq!(bob.reads_direct_messages(), [""; 0]);
        world.skips_messages();
        let browser = alice.signs_in().await;
        let page = browser.opens(&format!("{EDIT}?name=Executives")).await;
        page.shows(&["bob: no mails since"]);
        page.hides(&["bob@acme.example"]);
    });
}

#[test]
fn forged_link_is_a_page_that_stops_nothing() {
    incident_scenario_with_pages(async |world, channel, [alice, ..]| {
        starts_with_rule(world).await;
        raises(world, &alice, channel).await;
        let path = unsubscribe_path(&mails(world)[0]);
        let proof = path.rsplit('-').next().unwrap();
        let forged = [
            "/unsubscribe/1-1-1".to_owned(),
            format!("/unsubscribe/1-1-2-{proof}"),
            format!("/unsubscribe/2-1-1-{proof}"),
            path[..path.len() - 1].to_owned(),
            "/unsubscribe/%F0%9F%94%A5".to_owned(),
        ];
        let reader = Browser::new(world);
        for path in forged {
            let page = reader.opens(&path).await;
            assert_eq!(page.status, 404, "{path}");
            page.shows(&["Link not valid", "Copy the whole link from the mail."]);
            let (status, page) = one_click(world, &path).await;
            assert_eq!(status, 404);
            assert!(page.contains("nothing was changed"), "{page}");
        }
        raises(world, &alice, channel).await;
        assert_eq!(mails(world).len(), 2);
    });
}

#[test]
fn mail_that_a_user_sent_and_mail_without_https_have_no_link() {
    incident_scenario_with_pages(async |world, channel, [alice, ..]| {
        // PUBLIC_URL is the bot's own address, without encryption.
        world.change_settings(&[("notification_rules", json!([executives()]))]);
        raises(world, &alice, channel).await;
        world.restart_with_public_url(PUBLIC_URL).await;
        let browser = alice.signs_in().await;
        let path = "/incidents/1/notifications/new";
        let form = browser.opens(path).await;
        let review = browser.submits(&form, path, &[("to", EXEC)]).await;
        browser.submits(&review, path, &[("step", "send")]).await;
        world.skips_messages();
        let mails = mails(world);
        assert_eq!(mails.len(), 2);
        for mail in mails {
            assert_eq!(mail.header("List-Unsubscribe"), None);
            assert_eq!(mail.header("List-Unsubscribe-Post"), None);
            assert!(!mail.text().contains("Unsubscribe"), "{}", mail.text());
        }
    });
}

#[test]
fn mail_of_two_rules_names_the_last_one_and_later_mails_only_the_other() {
    incident_scenario_with_pages(async |world, channel, [alice, ..]| {
        starts_with_rule(world).await;
        let mut board = executives();
        board["name"] = json!("Board");
        let rules = json!([executives(), board]);
        world.change_settings(&[("notification_rules", rules)]);
        raises(world, &alice, channel).await;
        let [mail] = mails(world).try_into().unwrap();
        let board = "The rule “Board” sent this notification about IR-1.";
        assert!(mail.text().contains(board), "{}", mail.text());
        let path = unsubscribe_path(&mail);
        assert!(path.starts_with("/unsubscribe/1-2-1-"), "{path}");
        let (_, page) = one_click(world, &path).await;
        assert!(
            page.contains("no more mails of the rule “Board”."),
            "{page}"
        );

        raises(world, &alice, channel).await;
        let [_, mail] = mails(world).try_into().unwrap();
        let executives = "The rule “Executives” sent this notification about IR-1.";
        assert!(mail.text().contains(executives), "{}", mail.text());
        let reader = Browser::new(world);
        let page = reader.opens(&unsubscribe_path(&mail)).await;
        page.shows(&["The rule “Executives” sends mails to e•••@acme.example."]);
    });
}
