//! Sending a notification from its page.

use muster_sandbox::Fault;

use crate::browser::{Browser, Page};
use crate::harness::scenario::{incident_scenario_with_pages, scenario_with_pages};
use crate::harness::world::World;
use crate::html::form_fields;

const PATH: &str = "/incidents/1/notifications/new";
const TAB: &str = "/incidents/1/notifications";

/// Fills in the form and reviews it.
async fn reviews(browser: &Browser<'_>, fields: &[(&str, &str)]) -> Page {
    let form = browser.opens(PATH).await;
    browser.submits(&form, PATH, fields).await
}

/// Fills in the form, reviews it and sends the notification.
async fn sends(browser: &Browser<'_>, fields: &[(&str, &str)]) -> Page {
    let review = reviews(browser, fields).await;
    assert_eq!(review.status, 200, "{}", review.text());
    browser.submits(&review, PATH, &[("step", "send")]).await
}

/// Returns the texts of the top-level messages in a channel, or of the direct messages to `@user`.
fn posts(world: &World, target: &str) -> Vec<String> {
    let direct = target.strip_prefix('@').map(|user| {
        let channel = world.slack.direct_message_channel(user);
        channel.map_or_else(String::new, |channel| channel.to_string())
    });
    let messages = world.slack.messages(&direct.unwrap_or(target.to_owned()));
    let messages = messages.into_iter();
    messages.map(|it| it.rendered_text().to_owned()).collect()
}

fn count(texts: &[String], part: &str) -> usize {
    texts.iter().filter(|text| text.contains(part)).count()
}

fn value(page: &Page, name: &str) -> String {
    let fields = form_fields(&page.html, PATH).unwrap();
    let field = fields.into_iter().find(|(known, _)| known == name);
    field.unwrap().1
}

#[test]
fn notification_is_reviewed_and_sent_once_to_each_target() {
    incident_scenario_with_pages(async |world, channel, [alice, bob, chioma]| {
        for user in [&bob, &chioma] {
            user.types("#general", "/datadog help").await;
        }
        world.skips_messages();
        let browser = alice.signs_in().await;
        let page = browser.opens(TAB).await;
        page.shows(&["No notifications yet.", "New notification"]);
        let form = browser.opens(PATH).await;
        assert_eq!(value(&form, "subject"), "[IR-1] Checkout is slow");
        form.shows(&["IR-1 Checkout is slow", "Status: ACTIVE", "Variables"]);
        let fields = [
            ("to", "bob, @oncall\n#general; @incident-slack-channel, bob"),
            ("subject", "Checkout in {{incident.status}}"),
            ("body", "**{{incident.title}}** is being fixed."),
        ];
        let review = browser.submits(&form, PATH, &fields).await;
        review.shows(&[
            "Review the notification",
            "the incident's channel",
            "Checkout in ACTIVE",
            "Checkout is slow is being fixed.",
            "Send to bob, @oncall, #general and the incident's channel",
        ]);
        // A double click.
        for _ in 0..2 {
            let page = browser.submits(&review, PATH, &[("step", "send")]).await;
            assert_eq!(page.status, 200);
            page.shows(&["Notification sent."]);
        }
        assert_sent_to_each_target_once(world, &browser, channel).await;
        world.skips_messages();
    });
}

async fn assert_sent_to_each_target_once(world: &World, browser: &Browser<'_>, channel: &str) {
    browser.opens(TAB).await.shows(&[
        "Checkout in ACTIVE",
        "alice, sent by hand",
        "5 sent",
        "bob, by mail: Accepted by the relay",
        "chioma, by mail: Accepted by the relay",
        "@oncall: Sent to its members",
        "#general: Posted",
        "the incident's channel: Posted",
    ]);
    for address in ["bob@acme.example", "chioma@acme.example"] {
        let [mail] = world.slack.mails_to(address).try_into().unwrap();
        assert_eq!(mail.subject(), "Checkout in ACTIVE");
        assert!(
            mail.text().contains("Checkout is slow is being fixed."),
            "{}",
            mail.text()
        );
    }
    for target in ["#general", channel] {
        assert_eq!(
            count(&posts(world, target), "is being fixed"),
            1,
            "{target}"
        );
    }
    let posted = "notified bob, @oncall, #general, the incident's channel";
    assert_eq!(count(&posts(world, channel), posted), 1);
    let timeline = browser
        .opens("/incidents/1/timeline?show=notifications")
        .await;
    timeline.shows(&["alice notified bob", "“Checkout in ACTIVE”"]);
    timeline.hides(&["declared this incident"]);
}

/// Returns fields with an invalid text, and the problem that the page names.
fn invalid_fields<'a>(long: &'a str, many: &'a str) -> Vec<(&'static str, &'a str, &'static str)> {
    vec![
        ("to", "", "Add at least one recipient."),
        ("to", "alice@\nexample.com", "“alice@” isn't a mail address"),
        ("to", "alise", "Do you mean @alice?"),
        ("to", "@role:Scribe", "No one has the role Scribe."),
        (
            "to",
            many,
            "There are 500 recipients, and a notification can have 100.",
        ),
        (
            "subject",
            long,
            "The subject has 1000 characters, and 400 is the maximum.",
        ),
        ("subject", "", "Enter a subject."),
        ("body", "", "Enter a body."),
        (
            "body",
            "Now {{incident.comander}}",
            "In the body, there's no {{incident.comander}}; did you mean {{incident.commander}}?",
        ),
        ("subject", "Now {{incident.title", "isn't closed"),
    ]
}

#[test]
fn invalid_form_is_answered_in_words_and_loses_nothing() {
    incident_scenario_with_pages(async |world, _, [alice, ..]| {
        let browser = alice.signs_in().await;
        let before = posts(world, "#general");
        let long = "x".repeat(1_000);
        let many: Vec<String> = (1..=500).map(|it| format!("a{it}@example.com")).collect();
        for (field, text, problem) in invalid_fields(&long, &many.join(", ")) {
            let mut fields = vec![("to", "#general"), ("subject", "News"), ("body", "Text")];
            fields.retain(|(name, _)| *name != field);
            fields.push((field, text));
            let page = reviews(&browser, &fields).await;
            assert_eq!(page.status, 422, "{field}");
            page.shows(&["Nothing is sent yet.", problem]);
            for (name, text) in fields {
                assert_eq!(value(&page, name), text, "{name}");
            }
        }
        assert_eq!(posts(world, "#general"), before);
        browser.opens(TAB).await.shows(&["No notifications yet."]);
        world.skips_messages();
    });
}

#[test]
fn buttons_of_the_form_change_the_form_and_send_nothing() {
    incident_scenario_with_pages(async |world, _, [alice, ..]| {
        let browser = alice.signs_in().await;
        let form = browser.opens(PATH).await;
        form.shows(&["+ The incident commander", "+ The responders"]);
        let fields = [
            ("more", "#general"),
            ("add", "@commander"),
            ("subject", "About {{inc"),
        ];
        let form = browser.submits(&form, PATH, &fields).await;
        assert_eq!(form.status, 200);
        assert_eq!(value(&form, "to"), "#general\n@commander");
        let inserted = [("insert", "incident.id")];
        let form = browser.submits(&form, PATH, &inserted).await;
        assert_eq!(value(&form, "subject"), "About {{incident.id}}");
        form.shows(&["About IR-1"]);
        let template = [("template", "Resolved"), ("step", "template")];
        let form = browser.submits(&form, PATH, &template).await;
        assert_eq!(value(&form, "subject"), "[IR-1] Resolved: Checkout is slow");
        assert_eq!(value(&form, "to"), "#general\n@commander");
        let review = browser.submits(&form, PATH, &[]).await;
        review.shows(&["Send to alice and #general"]);
        let form = browser.submits(&review, PATH, &[("step", "edit")]).await;
        assert_eq!(value(&form, "to"), "#general\n@commander");
        let page = sends(&browser, &[("to", "#general")]).await;
        page.shows(&["Notification sent.", "[IR-1] Checkout is slow"]);
        world.skips_messages();
    });
}

#[test]
fn title_with_markup_and_variables_is_sent_as_text() {
    scenario_with_pages(async |world, [alice, ..]| {
        let title = "Fix {{template}} 🔥 <b>now</b> \u{202E}evil";
        alice.declares_with(title, &[]).await;
        world.skips_messages();
        let browser = alice.signs_in().await;
        let page = sends(&browser, &[("to", "#general")]).await;
        page.shows(&["[IR-1] Fix {{template}} 🔥 <b>now</b> evil"]);
        page.hides(&["<b>now"]);
        assert_eq!(count(&posts(world, "#general"), "Fix {{template}} 🔥"), 1);
        world.skips_messages();
    });
}

#[test]
fn target_that_failed_is_tried_again() {
    incident_scenario_with_pages(async |world, _, [alice, ..]| {
        let browser = alice.signs_in().await;
        sends(&browser, &[("to", "#nowhere, #general")]).await;
        let page = browser.opens(TAB).await;
        page.shows(&[
            "1 sent",
            "1 failed",
            "#nowhere: Failed",
            "channel_not_found",
            "#general: Posted",
            "Try again",
        ]);
        let fault = Fault::Error("restricted_action");
        world.slack.fail_calls("chat.postMessage", 1, fault);
        let retry = "/incidents/1/actions/retry-delivery";
        let channel = world
            .slack
            .add_channel("nowhere", muster_sandbox::Visibility::Public, &[]);
        let page = browser.submits(&page, retry, &[]).await;
        page.shows(&["Muster tries again."]);
        let page = browser.opens(TAB).await;
        page.shows(&["#nowhere: Failed", "restricted_action"]);
        browser.submits(&page, retry, &[]).await;
        let page = browser.opens(TAB).await;
        page.shows(&["2 sent", "#nowhere: Posted"]);
        page.hides(&["Try again"]);
        let again = posts(world, &channel);
        assert_eq!(count(&again, "[IR-1] Checkout is slow"), 1);
        world.skips_messages();
        drop(world.log.take_warnings());
    });
}

#[test]
fn outsiders_of_a_private_incident_must_be_confirmed() {
    scenario_with_pages(async |world, [alice, bob, chioma]| {
        bob.types("#general", "/datadog help").await;
        let browser = alice.signs_in().await;
        let form = browser.opens("/incidents/new").await;
        let private = [("title", "Leak"), ("ticked", "private")];
        browser.submits(&form, "/incidents/new", &private).await;
        world.skips_messages();
        let to = ("to", "@responders, bob, #general, eve@example.com");
        let review = reviews(&browser, &[to]).await;
        review.shows(&[
            "A private incident (IR-1)",
            "This incident is private",
            "Send it to bob",
            "Send it to #general",
            "Send it to eve@example.com",
        ]);
        review.hides(&["Send it to the responders"]);
        let some = [("confirmed", "#general"), ("step", "send")];
        let page = browser.submits(&review, PATH, &some).await;
        assert_eq!(page.status, 422);
        page.shows(&[
            "IR-1 is private, and a user can't see it.",
            "Nothing is sent yet.",
        ]);
        assert_eq!(count(&posts(world, "#general"), "private incident"), 0);
        let bob_id = format!("<@{}>", world.slack.user("bob"));
        confirms(&browser, &page, &[&bob_id, "#general", "eve@example.com"]).await;
        assert_eq!(
            count(&posts(world, "#general"), "A private incident (IR-1)"),
            1
        );
        for address in ["alice@acme.example", "bob@acme.example", "eve@example.com"] {
            let [mail] = world.slack.mails_to(address).try_into().unwrap();
            assert_eq!(mail.subject(), "A private incident (IR-1)");
        }
        // A user who was notified became a responder; another one may not know of the incident.
        assert_eq!(bob.signs_in().await.opens(PATH).await.status, 200);
        assert_eq!(chioma.signs_in().await.opens(PATH).await.status, 404);
        world.skips_messages();
        drop(world.log.take_warnings());
    });
}

/// Confirms the outsiders, and sends the notification.
async fn confirms(browser: &Browser<'_>, page: &Page, outsiders: &[&str]) {
    let mut fields = form_fields(&page.html, PATH).unwrap();
    fields.retain(|(name, _)| name != "confirmed");
    for outsider in outsiders {
        fields.push(("confirmed".to_owned(), (*outsider).to_owned()));
    }
    fields.push(("step".to_owned(), "send".to_owned()));
    let fields: Vec<_> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let page = browser.posts(PATH, &fields).await;
    page.shows(&["Notification sent."]);
}

#[test]
fn draft_is_saved_edited_sent_once_and_deleted() {
    incident_scenario_with_pages(async |world, _, [alice, bob, _]| {
        let of_alice = alice.signs_in().await;
        let form = of_alice.opens(PATH).await;
        let draft = [
            ("to", "alise"),
            ("subject", "Later {{inc"),
            ("step", "draft"),
        ];
        let page = of_alice.submits(&form, PATH, &draft).await;
        page.shows(&["Draft saved.", "Drafts", "Later {{inc", "alice · to alise"]);

        let of_bob = bob.signs_in().await;
        let form = of_bob.opens(&format!("{PATH}?draft=1")).await;
        assert_eq!(value(&form, "to"), "alise");
        let rest = [
            ("to", "#general"),
            ("subject", "Now"),
            ("body", "It's fixed."),
        ];
        let review = of_bob.submits(&form, PATH, &rest).await;
        let stale = of_alice.opens(&format!("{PATH}?draft=1")).await;
        let page = of_bob.submits(&review, PATH, &[("step", "send")]).await;
        page.shows(&["Notification sent."]);
        page.hides(&["Drafts"]);

        // Alice has the same draft open.
        let review = of_alice.submits(&stale, PATH, &rest).await;
        let page = of_alice.submits(&review, PATH, &[("step", "send")]).await;
        assert_eq!(page.status, 422);
        page.shows(&["This draft was sent or deleted meanwhile."]);
        assert_eq!(count(&posts(world, "#general"), "It's fixed."), 1);

        let form = of_alice.opens(PATH).await;
        let page = of_alice.submits(&form, PATH, &[("step", "draft")]).await;
        page.shows(&["Draft saved."]);
        let page = of_alice.submits(&page, PATH, &[("step", "delete")]).await;
        page.shows(&["Draft deleted."]);
        page.hides(&["Drafts"]);
        let gone = of_alice.opens(&format!("{PATH}?draft=2")).await;
        assert_eq!(gone.status, 404);
        world.skips_messages();
    });
}
