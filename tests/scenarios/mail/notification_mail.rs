//! Notifications by mail: what arrives, conversations, and what happens when the relay does not accept a mail.

use muster::config::{MailDestination, MailLogin};
use muster::secret::Secret;
use muster::store::{ChangeTarget, IdempotencyKey};
use muster_commands::payload::button_click;
use muster_domain::notification::{NotificationText, Recipient, SendNotification};
use muster_domain::{Actor, IncidentId, Source, Timestamp, UserId, Viewer};
use muster_sandbox::{Fault, Mail};

use crate::harness::prelude::*;
use crate::harness::scenario::incident_scenario_with_pages;
use crate::support::workspace::sandbox_mail;

const EXEC: &str = "exec@acme.example";
const BOB: &str = "bob@acme.example";
const MINUTES: i64 = 60;
const HOURS: i64 = 60 * MINUTES;

/// Sends a notification about IR-1 on behalf of alice, and delivers what can be delivered now.
async fn notifies(world: &World, body: &str, recipients: &[&str]) {
    let user = UserId(world.slack.user("alice").0);
    let now = Timestamp::from_epoch_millis(world.now());
    let target = ChangeTarget {
        viewer: Viewer::user(&user),
        id: IncidentId(1),
        key: IdempotencyKey::web(&user, body),
        now,
    };
    let recipients: Vec<Recipient> = recipients.iter().map(|it| it.parse().unwrap()).collect();
    let request = SendNotification {
        draft: None,
        confirmed: recipients.clone(),
        recipients,
        template: None,
        text: NotificationText {
            subject: "[IR-1] Checkout is slow".to_owned(),
            body: body.to_owned(),
        },
    };
    let actor = Actor::with_source(user, now, Source::Web);
    let store = world.store().await;
    let sent = store.change_with_context(target, move |incident, ctx| {
        Ok(incident.send_notification(request, &actor, ctx)?)
    });
    sent.await.unwrap();
    world.deliver_all().await;
}

/// Returns the mention of bob.
fn bob(world: &World) -> String {
    format!("<@{}>", world.slack.user("bob"))
}

/// Returns the state and the detail of each target.
fn targets(world: &World) -> Vec<(String, String)> {
    let database = world.open_database();
    let mut rows = database
        .prepare("SELECT state, detail FROM notification_targets ORDER BY notification, position")
        .unwrap();
    let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
    rows.unwrap().map(Result::unwrap).collect()
}

fn states(world: &World) -> Vec<String> {
    targets(world).into_iter().map(|(state, _)| state).collect()
}

fn skips_messages(world: &World) {
    drop(world.take_all_unread());
}

/// Makes bob join the channel, so that his address becomes known.
async fn bob_joins(world: &World, channel: &str) {
    world.slack.joins("bob", channel).await;
    world.deliver_all().await;
    skips_messages(world);
}

/// Checks the parts of the bodies of the mail “We **roll back**.”
fn assert_bodies(world: &World, mail: &Mail) {
    let (text, html) = (mail.text(), mail.html());
    let page = format!("Incident page: {}/incidents/1", world.base_url.borrow());
    for part in [
        "ACTIVE · UNKNOWN",
        "IR-1 Checkout is slow",
        "We roll back.",
        &page,
        "/archives/C",
        "alice sent",
        "Replies aren't read.",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(html.contains("<strong>roll back</strong>"), "{html}");
}

#[test]
fn user_and_address_get_a_mail_each_with_the_state_and_links() {
    incident_scenario_with_pages(async |world, channel, _| {
        bob_joins(world, channel).await;
        // The address of bob is given twice, and he gets one mail.
        notifies(world, "We **roll back**.", &[&bob(world), EXEC, BOB]).await;
        assert_eq!(states(world), ["sent", "sent"]);
        let [mail] = world.slack.mails_to(BOB).try_into().unwrap();
        assert_eq!(mail.subject(), "[IR-1] Checkout is slow");
        assert_eq!(mail.header("From").unwrap(), "Muster <muster@acme.example>");
        let to = mail.header("To").unwrap();
        assert!(
            to.contains("bob") && to.contains("<bob@acme.example>"),
            "{to}"
        );
        assert_eq!(mail.header("X-Muster-Incident").unwrap(), "IR-1");
        assert_bodies(world, &mail);
        let [mail] = world.slack.mails_to(EXEC).try_into().unwrap();
        assert_eq!(mail.header("To").unwrap(), EXEC);
        // Bob gets no direct message besides.
        let unread = world.take_all_unread();
        assert!(
            !unread.iter().any(|text| text.contains("We roll back")),
            "{unread:#?}"
        );
    });
}

#[test]
fn later_mails_join_the_conversation_of_the_same_recipient() {
    incident_scenario(async |world, _, _| {
        notifies(world, "First.", &[EXEC]).await;
        notifies(world, "Second.", &[EXEC, BOB]).await;
        notifies(world, "Third.", &[EXEC]).await;
        skips_messages(world);
        let mails = world.slack.mails_to(EXEC);
        let root = mails[0].message_id();
        let roots: Vec<String> = mails.iter().map(Mail::thread_root).collect();
        assert_eq!(roots, [root.as_str(); 3]);
        let mut ids: Vec<String> = mails.iter().map(Mail::message_id).collect();
        ids.dedup();
        assert_eq!(ids.len(), 3);
        assert!(
            mails
                .iter()
                .all(|mail| mail.subject() == "[IR-1] Checkout is slow")
        );
        assert_eq!(
            mails[2].header("In-Reply-To"),
            Some(root.trim_matches(['<', '>']).to_owned())
        );
        let [other] = world.slack.mails_to(BOB).try_into().unwrap();
        assert_ne!(other.thread_root(), root);
    });
}

#[test]
fn relay_that_is_down_for_two_hours_gets_each_mail_once() {
    incident_scenario(async |world, _, _| {
        world
            .slack
            .fail_calls("smtp.connect", 10, Fault::Error("421 4.3.2 Down"));
        world
            .slack
            .fail_calls("smtp.rcpt", 2, Fault::Error("450 4.2.0 Greylisted"));
        notifies(world, "We roll back.", &[EXEC]).await;
        assert_eq!(
            (states(world), world.slack.mails().len()),
            (vec!["waiting".to_owned()], 0)
        );
        for _ in 0..12 {
            world.advance(10 * MINUTES).await;
        }
        skips_messages(world);
        assert_eq!(states(world), ["sent"]);
        assert_eq!(world.slack.mails_to(EXEC).len(), 1);
    });
}

#[test]
fn mail_that_is_a_day_old_fails() {
    incident_scenario(async |world, _, _| {
        world.slack.fail_calls("smtp.connect", 1000, Fault::Reset);
        notifies(world, "We roll back.", &[EXEC]).await;
        world.advance(25 * HOURS).await;
        skips_messages(world);
        world.expects_warning("A delivery of IR-1 failed: ");
        assert_eq!(states(world), ["failed"]);
        assert_eq!(world.slack.mails(), []);
    });
}

#[test]
fn rejected_address_harms_no_other_and_can_be_tried_again() {
    incident_scenario(async |world, channel, [alice, ..]| {
        let rejected = Fault::Error("550 5.1.1 <exec@acme.example> No such user");
        world.slack.fail_calls("smtp.rcpt", 1, rejected);
        notifies(world, "We roll back.", &[EXEC]).await;
        notifies(world, "Still.", &[BOB]).await;
        let words = "The mail relay refused the recipient: 550 5.1.1 <the address> No such user.";
        assert_eq!(targets(world)[0], ("failed".to_owned(), words.to_owned()));
        assert_eq!(states(world), ["failed", "sent"]);
        let warned = world.log.take_warnings();
        assert!(
            warned.len() == 1 && !warned[0].contains(EXEC),
            "{warned:#?}"
        );
        let failure = format!("Couldn't send a mail. {words}\n[Try again]");
        let read = alice.reads(channel);
        assert!(
            read.iter().any(|text| text.ends_with(&failure)),
            "{read:#?}"
        );

        let messages = world.slack.messages(channel).into_iter();
        let mut messages = messages.filter(|it| it.rendered_text().ends_with("[Try again]"));
        let ts = messages.next().unwrap().ts;
        alice
            .clicks(channel, &ts, button_click::RETRY_DELIVERY)
            .await;
        skips_messages(world);
        assert_eq!(states(world), ["sent", "sent"]);
        assert_eq!(world.slack.mails_to(EXEC).len(), 1);
    });
}

#[test]
fn mail_without_an_answer_is_repeated_once_with_the_same_bytes() {
    incident_scenario(async |world, _, _| {
        world.slack.fail_calls("smtp.dot", 1, Fault::LostResponse);
        notifies(world, "We roll back.", &[EXEC]).await;
        world.advance(4 * MINUTES).await;
        assert_eq!(
            (states(world), world.slack.mails().len()),
            (vec!["waiting".to_owned()], 1)
        );
        world.advance(2 * MINUTES).await;
        assert_eq!(states(world), ["sent"]);
        let mails = world.slack.mails_to(EXEC);
        assert_eq!(mails.len(), 2);
        assert_eq!(mails[0].content, mails[1].content);

        world.slack.fail_calls("smtp.dot", 2, Fault::LostResponse);
        notifies(world, "In doubt.", &[EXEC]).await;
        world.advance(6 * MINUTES).await;
        world.advance(2 * HOURS).await;
        skips_messages(world);
        world.expects_warning("A delivery of IR-1 failed: ");
        assert_eq!(states(world), ["sent", "uncertain"]);
        assert_eq!(world.slack.mails_to(EXEC).len(), 4);
    });
}

#[test]
fn wrong_login_parks_all_mail_and_loses_none() {
    incident_scenario(async |world, _, _| {
        let mut config = sandbox_mail(&world.slack);
        let MailDestination::Relay(relay) = &mut config.destination else {
            panic!("expected a relay");
        };
        let login = |password: &str| MailLogin {
            user: "muster".to_owned(),
            password: Secret::new(password),
        };
        relay.login = Some(login("wrong"));
        let mut right = config.clone();
        world.slack.set_mail_login("muster", "right");
        world.stop().await;
        *world.mail.borrow_mut() = Some(config);
        world.start().await;
        for number in 0..5 {
            notifies(world, &format!("Number {number}."), &[EXEC, BOB]).await;
        }
        world.advance(30 * HOURS).await;
        assert_eq!(states(world), ["waiting"; 10]);
        let (status, page) = world.get_page("/readyz").await;
        assert_eq!(status, 503);
        assert!(
            page.contains("The mail relay refused the login: 535"),
            "{page}"
        );
        assert!(page.contains("All mail waits, and none is lost."), "{page}");
        world.expects_warning("All mail waits. ");

        if let MailDestination::Relay(relay) = &mut right.destination {
            relay.login = Some(login("right"));
        }
        world.stop().await;
        *world.mail.borrow_mut() = Some(right);
        world.start().await;
        world.advance(10 * MINUTES).await;
        skips_messages(world);
        assert_eq!(states(world), ["sent"; 10]);
        assert_eq!(world.slack.mails().len(), 10);
        assert_eq!(world.get_page("/readyz").await.0, 200);
    });
}
