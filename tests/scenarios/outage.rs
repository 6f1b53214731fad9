//! Slack is down: what people do is stored and they are told so; what is owed goes out once when Slack
//! is back, and says how things stand then.

use muster::sandbox::{Down, Limits, Moment, PersonKind, Sandbox, Trouble};

use super::world::{World, by_each_door, over_http, over_socket};

/// What the log says when Slack is found to be down, without the call that found it.
const DOWN: &str = "Slack does not answer; what is owed is kept and sent later.";

const DECLARED: i64 = 50;
const UPDATED: i64 = 200;

#[tokio::test]
async fn an_outage_loses_none_of_fifty_declarations_and_two_hundred_updates() {
    over_http(async |world| a_long_day(world, Down::Reset).await).await;
}

#[tokio::test]
async fn an_outage_is_the_same_over_socket_mode() {
    over_socket(async |world| a_long_day(world, Down::Status(503)).await).await;
}

/// A crowd whose forms are open when Slack goes down: everybody sends theirs, and reads that it is
/// stored; then Slack comes back.
async fn a_long_day(world: &World, down: Down) {
    world.slack.limits(Limits::Off);
    world.person("alice").declares("Earlier").await;
    for number in 1..=DECLARED {
        let who = newcomer(world, "declarer", number);
        let command = format!("/datadog incident Outage {number}");
        world.slack.types(&who, "#general", &command).await;
    }
    for number in 0..UPDATED {
        let who = newcomer(world, "updater", number);
        world
            .slack
            .types(&who, "#general", "/datadog incident update")
            .await;
    }
    world.settles().await;
    let before = world.slack.calls().len();

    world.slack.goes_down(down);
    for number in 1..=DECLARED {
        let read = sends(world, &format!("declarer{number}"), &[]).await;
        // The first one is who finds out that Slack is down: the form just closed.
        let expected = (number > 1).then(|| declared_only(number + 1));
        assert_eq!(read, expected);
    }
    for number in 0..UPDATED {
        let who = format!("updater{number}");
        let incident = 2 + number % DECLARED;
        chooses(world, &who, incident).await;
        let field = match number / DECLARED {
            0 => ("Severity Level", "SEV-3 Moderate"),
            1 => ("Status", "STABLE"),
            2 => ("What happened", "A cable was cut."),
            _ => ("Severity Level", "SEV-1 Critical"),
        };
        let read = sends(world, &who, &[field]).await;
        assert_eq!(read, Some(changed_only(incident)));
    }
    let calls = &world.slack.calls()[before..];
    assert!(
        calls.iter().all(|call| call.error.is_some()),
        "nothing went out"
    );
    assert_found_out(world);

    world.slack.comes_back();
    let back = world.slack.calls().len();
    world.catches_up().await;
    for number in 1..=DECLARED {
        reads_once(world, number);
    }
    let calls = &world.slack.calls()[back..];
    let count = |method| calls.iter().filter(|call| call.method == method).count();
    assert_eq!(count("conversations.create"), 50);
    assert_eq!(
        count("chat.update"),
        0,
        "no card and no header was posted before its time"
    );
    assert_eq!(count("chat.postMessage"), 4 * 50);
}

/// Reads all that there is of an incident that was declared and changed while Slack was down.
fn reads_once(world: &World, number: i64) {
    let who = format!("declarer{number}");
    let incident = number + 1;
    let channel = format!("incident-{incident}-outage-{number}");
    let glance = format!(
        "IR-{incident} Outage {number}\n*Severity*\n:red_circle: SEV-1 Critical\n*Status*\nSTABLE\n\
         *Incident Commander*\n@{who}\n*Customer impact*\nUnknown\n"
    );
    let header = format!("{glance}What happened\nA cable was cut.\nDeclared by {who} ");
    let updater = |round: i64| format!("updater{}", number - 1 + round * DECLARED);
    let post = format!(
        "{who} declared this incident.\n\
         {} changed the severity from UNKNOWN to SEV-3.\n\
         {} changed the status from ACTIVE to STABLE.\n\
         {} wrote What happened: A cable was cut.\n\
         {} changed the severity from SEV-3 to SEV-1.",
        updater(0),
        updater(1),
        updater(2),
        updater(3)
    );
    let read = world.unread(&channel);
    assert_eq!(read.len(), 2, "{read:?}");
    assert!(read[0].starts_with(&header), "{}", read[0]);
    assert_eq!(read[1], post);
    assert_eq!(world.slack.pins(&channel).len(), 1);
    assert!(
        world
            .slack
            .topic(&channel)
            .starts_with("SEV-1 Critical · STABLE · ")
    );

    let cards = world.slack.messages("#incidents").into_iter();
    let mut cards = cards.filter(|card| card.as_read().starts_with(&format!("IR-{incident} ")));
    let card = cards.next().expect("the incident is announced");
    assert!(
        card.as_read()
            .contains(":red_circle: SEV-1 Critical\n*Status*\nSTABLE\n")
    );
    assert!(cards.next().is_none(), "one card");
    world.unread("#incidents");
    let thread = world.unread_replies("#incidents", &card.ts);
    assert_eq!(thread, [format!("{who} declared this incident.")]);
    let pointer = world.unread_by(&who);
    let expected =
        format!("IR-{incident} is declared: #{channel} is its channel, and you are in it.");
    assert_eq!(pointer, [expected]);
}

#[tokio::test]
async fn what_stood_before_is_edited_once_and_told_in_one_message() {
    for down in [Down::Reset, Down::Status(500), Down::Error("fatal_error")] {
        by_each_door(async |world| {
            let alice = world.person("alice");
            let told = alice.declares("Checkout is slow").await;
            for number in 0..8 {
                let who = newcomer(world, "updater", number);
                world
                    .slack
                    .types(&who, "#general", "/datadog incident update")
                    .await;
            }
            world.settles().await;
            let before = world.slack.calls().len();
            world.slack.goes_down(down.clone());
            for number in 0..8 {
                let who = format!("updater{number}");
                chooses(world, &who, told.number).await;
                let severity = if number % 2 == 0 {
                    "SEV-3 Moderate"
                } else {
                    "SEV-2 High"
                };
                sends(world, &who, &[("Severity Level", severity)]).await;
            }
            assert_found_out(world);
            assert_eq!(alice.reads(&told.channel), [""; 0]);

            world.slack.comes_back();
            world.catches_up().await;
            let mut lines = vec!["updater0 changed the severity from UNKNOWN to SEV-3.".to_owned()];
            for number in 1..8 {
                let (from, to) = if number % 2 == 0 { (2, 3) } else { (3, 2) };
                lines.push(format!(
                    "updater{number} changed the severity from SEV-{from} to SEV-{to}."
                ));
            }
            let read = alice.reads(&told.channel);
            assert!(read[0].contains(":red_circle: SEV-2 High"), "{}", read[0]);
            assert_eq!(read[1..], [lines.join("\n")]);
            let card = alice.reads("#incidents");
            assert!(
                card.len() == 1 && card[0].contains("SEV-2 High"),
                "{card:?}"
            );
            let thread = alice.reads_thread("#incidents", &told.card);
            assert_eq!(thread, [lines.join("\n")]);
            let calls = world.slack.calls().split_off(before);
            let done = |method| {
                let done = calls.iter().filter(|call| call.error.is_none());
                done.filter(|call| call.method == method).count()
            };
            let counts = ["chat.update", "chat.postMessage", "conversations.setTopic"].map(done);
            assert_eq!(counts, [2, 2, 1]);
        })
        .await;
    }
}

#[tokio::test]
async fn after_more_than_half_an_hour_the_pointer_comes_as_a_direct_message() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        alice
            .says("#general", "/datadog incident Checkout is slow")
            .await;
        world.slack.goes_down(Down::Status(503));
        alice.submits(&[]).await;
        world.leaps(31 * 60).await;
        assert_found_out(world);
        world.slack.comes_back();
        world.catches_up().await;

        let channel = "incident-1-checkout-is-slow";
        assert_eq!(alice.reads(channel).len(), 2);
        assert_eq!(alice.reads("#incidents").len(), 1);
        let card = world.slack.messages("#incidents").pop().unwrap();
        assert_eq!(alice.reads_thread("#incidents", &card.ts).len(), 1);
        let direct = world.slack.direct_message("alice").unwrap();
        assert_eq!(
            alice.reads(&direct),
            ["IR-1 is declared: #incident-1-checkout-is-slow is its channel, and you are in it."]
        );
    })
    .await;
}

#[tokio::test]
async fn a_bot_that_starts_while_slack_is_down_delivers_when_slack_is_back() {
    over_http(async |world| {
        let alice = world.person("alice");
        alice
            .says("#general", "/datadog incident Checkout is slow")
            .await;
        world.slack.goes_down(Down::Reset);
        alice.submits(&[]).await;
        world.stops().await;
        world.starts().await;
        assert_eq!(world.gets("/readyz").await.0, 503);
        world.later(60).await;
        let warned = world.log.take();
        assert!(
            warned.len() == 2 && warned.iter().all(|line| line.starts_with(DOWN)),
            "{warned:?}"
        );

        world.slack.comes_back();
        world.catches_up().await;
        assert_eq!(world.gets("/readyz").await.0, 200);
        reads_declaration(world);
    })
    .await;
}

#[tokio::test]
async fn a_command_is_answered_even_when_no_form_can_be_opened() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        world.slack.fails("views.open", 1, Trouble::Reset);
        alice.says("#general", "/datadog incident Checkout is slow").await;
        assert_eq!(
            alice.reads_alone(),
            ["If Slack opened no form, nothing was stored. Type it again: /datadog incident Checkout is slow"]
        );
        let unopened = "A form could not be opened: views.open: ";
        assert_eq!(world.log.take(), [format!("{unopened}the connection broke")]);

        // Whoever finds out cannot be told: no way leads to them but through Slack.
        world.slack.goes_down(Down::Status(503));
        alice.says("#general", "/datadog incident Checkout is slow").await;
        let warned = world.log.take();
        let expected = [unopened, "Somebody could not be answered: response_url: ", DOWN];
        assert_eq!(warned.len(), expected.len(), "{warned:#?}");
        for (warned, expected) in warned.iter().zip(expected) {
            assert!(warned.starts_with(expected), "{warned}");
        }

        let seen = alice.says("#general", "/datadog incident Checkout is slow").await;
        assert_eq!(seen.view, None);
        assert_eq!(
            alice.reads_alone(),
            [
                "Slack does not answer us right now. If no form opens, nothing was stored. \
                 Type it again: /datadog incident Checkout is slow"
            ]
        );
        world.log.take();
        world.slack.comes_back();
        world.leaps(10).await;
        let seen = alice.says("#general", "/datadog incident Checkout is slow").await;
        assert!(seen.view.is_some(), "the form is open");
    })
    .await;
}

#[tokio::test]
async fn a_call_that_hangs_holds_up_nobody_else() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        alice
            .says("#general", "/datadog incident Checkout is slow")
            .await;
        bob.says("#general", "/datadog incident Search is slow")
            .await;
        let held = world.slack.hold("conversations.create", Moment::Before);
        let announced = async {
            held.reached().await;
            let card = |slack: &Sandbox| {
                let messages = slack.messages("#incidents");
                messages
                    .into_iter()
                    .find(|message| message.as_read().starts_with("IR-"))
            };
            world
                .slack
                .until(card)
                .await
                .expect("the other one is announced")
        };
        let view = world.slack.view("bob").unwrap();
        world.slack.submits("bob", &view.id).await;
        let (_, first) = tokio::join!(alice.submits(&[]), async {
            let first = announced.await;
            held.release();
            first
        });
        assert!(first.as_read().starts_with("IR-2 "), "{}", first.as_read());
        world.catches_up().await;
        assert_eq!(alice.reads("#incidents").len(), 2);
        for card in world.slack.messages("#incidents") {
            alice.reads_thread("#incidents", &card.ts);
        }
        assert_eq!(alice.reads("incident-1-search-is-slow").len(), 2);
        assert_eq!(alice.reads("incident-2-checkout-is-slow").len(), 2);
        assert_eq!((alice.reads_alone().len(), bob.reads_alone().len()), (1, 1));
    })
    .await;
}

/// Adds somebody to the workspace; gives their name.
fn newcomer(world: &World, kind: &str, number: i64) -> String {
    let name = format!("{kind}{number}");
    world
        .slack
        .add_person(&name, &name, "Europe/Paris", PersonKind::Person);
    name
}

/// Fills in the form on somebody's screen and sends it; gives what the screen then says, `None` if the
/// form closed.
async fn sends(world: &World, who: &str, fields: &[(&str, &str)]) -> Option<String> {
    let view = world.slack.view(who).expect("a form is open").id;
    for (label, value) in fields {
        let filled = world.slack.fills(who, &view, label, *value).await;
        assert_eq!(filled, Ok(()), "filling in {label}");
    }
    let seen = world.slack.submits(who, &view).await;
    assert_eq!((seen.status, seen.trouble), (Some(200), None));
    if !world.log.has_any() {
        world.settles().await;
    }
    seen.view.map(|view| world.slack.read_view(&view))
}

/// Chooses which incident is to be updated.
async fn chooses(world: &World, who: &str, incident: i64) {
    let number = incident.to_string();
    assert_eq!(
        sends(world, who, &[("Incident", &number)]).await.is_some(),
        true
    );
}

fn declared_only(incident: i64) -> String {
    format!(
        "IR-{incident} is stored. Slack does not answer us right now: its channel and its announcement \
         come as soon as Slack does. There is nothing more to do here."
    )
}

fn changed_only(incident: i64) -> String {
    format!(
        "What you changed of IR-{incident} is stored. Slack does not answer us right now: its channel \
         and its announcement say so as soon as Slack does. There is nothing more to do here."
    )
}

/// Sees that the log said once that Slack is down.
fn assert_found_out(world: &World) {
    let warned = world.log.take();
    assert_eq!(warned.len(), 1, "{warned:?}");
    assert!(warned[0].starts_with(DOWN), "{warned:?}");
}

/// Reads the declaration of “Checkout is slow” as the first incident, everything once.
fn reads_declaration(world: &World) {
    let alice = world.person("alice");
    assert_eq!(alice.reads("incident-1-checkout-is-slow").len(), 2);
    assert_eq!(alice.reads("#incidents").len(), 1);
    let card = world.slack.messages("#incidents").pop().unwrap();
    assert_eq!(alice.reads_thread("#incidents", &card.ts).len(), 1);
    assert_eq!(
        alice.reads_alone(),
        ["IR-1 is declared: #incident-1-checkout-is-slow is its channel, and you are in it."]
    );
}
