//! `/datadog incident responders`: who takes part with which role, as a form; whoever is given a role is told
//! and brought in, and nobody undoes what another did.

use muster::domain::role::RESPONDER_IS;
use muster::sandbox::{Input, PersonKind};

use serde_json::json;

use super::person::Person;
use super::world::{World, by_each_door};

const CHANNEL: &str = "incident-1-checkout-is-slow";
const LEAD: &str = "Communications Lead";

/// What somebody is told directly who was given a role by alice.
fn given(role: &str, description: &str) -> String {
    format!(
        "alice gave you the role {role} in IR-1 Checkout is slow.\n{description}\nIts channel is #{CHANNEL}."
    )
}

/// What the preset role is about.
const LEAD_IS: &str = "Tells customers and colleagues how things stand.";

/// Opens the form.
async fn opens(person: &Person<'_>) {
    person.says(CHANNEL, "/datadog incident responders").await;
}

/// Chooses people in a field that takes several, and sends the form.
async fn chooses(person: &Person<'_>, label: &str, people: &[&str]) {
    let slack = &person.world.slack;
    let people = people.iter().map(|it| (*it).to_owned()).collect();
    let form = person.form();
    let filled = slack
        .fills(person.name, &form.id, label, Input::Many(people))
        .await;
    assert_eq!(filled, Ok(()));
    let seen = person.submits(&[]).await;
    assert_eq!(seen.view, None, "the form closed: {:?}", seen.errors);
}

/// Gives the posts in the incident's channel that were not read yet, without the header.
fn posts(world: &World) -> Vec<String> {
    let read = world.unread(CHANNEL).into_iter();
    read.filter(|it| !it.starts_with("IR-1 ")).collect()
}

/// Gives the header as it stands.
fn header(world: &World) -> String {
    let messages = world.slack.messages(CHANNEL);
    let header = messages
        .into_iter()
        .find(|it| it.as_read().starts_with("IR-1 "));
    header.unwrap().as_read().to_owned()
}

#[tokio::test]
async fn the_form_shows_who_has_what_and_whoever_is_given_a_role_is_told_and_brought_in() {
    by_each_door(async |world| {
        let (alice, bob, chioma) = (world.person("alice"), world.person("bob"), world.person("chioma"));
        alice.declares("Checkout is slow").await;
        opens(&alice).await;
        let form = alice.form();
        assert_eq!(form.title, "Responders of IR-1");
        assert_eq!(form.labels(), ["Incident Commander", LEAD, "Responder"]);
        assert_eq!(alice.field("Incident Commander"), "U0ALICE0001");
        assert_eq!(alice.field(LEAD), "");

        alice.fills(&[(LEAD, "bob")]).await;
        chooses(&alice, "Responder", &["chioma"]).await;
        alice.sends_it_again().await;
        assert_eq!(bob.reads_directly(), [given(LEAD, LEAD_IS)]);
        assert_eq!(chioma.reads_directly(), [given("Responder", RESPONDER_IS)]);
        assert_eq!(
            posts(world),
            ["alice gave @bob the role Communications Lead.\nalice added @chioma to the responders."]
        );
        assert!(header(world).contains("\nCommunications Lead: bob\n"), "{}", header(world));
        for person in ["bob", "chioma"] {
            assert!(world.slack.members(CHANNEL).contains(&world.slack.person(person)), "{person}");
        }
        assert_eq!(
            world.timeline(1).await[1..],
            ["alice gave bob the role Communications Lead", "alice added chioma"]
        );

        opens(&bob).await;
        assert_eq!(bob.field(LEAD), "U0BOB000001");
        let seen = bob.submits(&[]).await;
        assert_eq!(seen.view, None);
        assert_eq!(posts(world), [""; 0], "untouched, it tells nobody");
        alice.reads_everything();
    })
    .await;
}

#[tokio::test]
async fn a_role_of_one_changes_hands_and_whoever_had_it_goes_on_taking_part() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        alice.declares("Checkout is slow").await;
        opens(&alice).await;
        alice.submits(&[(LEAD, "bob")]).await;
        alice.reads_everything();

        opens(&bob).await;
        bob.submits(&[(LEAD, "chioma"), ("Incident Commander", "bob")])
            .await;
        assert_eq!(
            posts(world),
            ["bob changed the commander from alice to @bob.\n\
              bob gave @chioma the role Communications Lead, which bob had."]
        );
        assert_eq!(world.person("chioma").reads_directly().len(), 1);
        assert_eq!(
            bob.reads_directly(),
            [""; 0],
            "who takes it themselves knows it"
        );
        opens(&alice).await;
        let form = alice.form();
        let others = form.value("Responder").unwrap();
        assert_eq!(others["selected_users"], json!(["U0ALICE0001"]));

        alice.empties(LEAD).await;
        alice.submits(&[]).await;
        assert_eq!(
            posts(world),
            ["alice took the role Communications Lead from chioma."]
        );
        assert!(!header(world).contains(LEAD), "{}", header(world));
        opens(&alice).await;
        chooses(&alice, "Responder", &["alice"]).await;
        assert_eq!(posts(world), ["alice took chioma off the responders."]);
        alice.reads_everything();
    })
    .await;
}

#[tokio::test]
async fn two_people_who_edit_at_once_do_not_undo_each_other() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        world
            .slack
            .add_person("dan", "Dan", "Europe/Paris", PersonKind::Person);
        alice.declares("Checkout is slow").await;
        bob.joins(CHANNEL).await;
        opens(&alice).await;
        opens(&bob).await;
        chooses(&alice, "Responder", &["chioma"]).await;
        chooses(&bob, "Responder", &["dan"]).await;
        opens(&alice).await;
        opens(&bob).await;
        alice.submits(&[(LEAD, "chioma")]).await;
        bob.submits(&[("Incident Commander", "dan")]).await;
        assert_eq!(
            world.timeline(1).await[1..],
            [
                "alice added chioma",
                "bob added dan",
                "alice gave chioma the role Communications Lead",
                "bob changed commander “alice” to “dan”",
            ]
        );
        // Both took the one seat that they saw empty: the later one has it.
        opens(&alice).await;
        opens(&bob).await;
        alice.submits(&[(LEAD, "alice")]).await;
        bob.submits(&[(LEAD, "bob")]).await;
        assert!(
            header(world).contains("\nCommunications Lead: bob\n"),
            "{}",
            header(world)
        );
        alice.reads_everything();
    })
    .await;
}

#[tokio::test]
async fn whoever_cannot_take_part_is_named_under_the_field_and_nothing_is_lost() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        alice.declares("Checkout is slow").await;
        world
            .slack
            .add_person("leo", "Leo", "Europe/Paris", PersonKind::Person);
        world.person("leo").joins(CHANNEL).await;
        opens(&world.person("leo")).await;
        world.slack.deactivates("leo");
        world.leaps(25 * 3600).await;
        // Once a day, and when somebody is named, it is asked again who they are.
        for commander in ["@leo", "me"] {
            alice
                .says(CHANNEL, &format!("/datadog incident commander {commander}"))
                .await;
            alice.reads_everything();
        }
        world.log.take();

        let left = "The account of leo is deactivated. Choose somebody who is here.";
        opens(&alice).await;
        let muster = world.slack.bot_user();
        let fields = [("Incident Commander", "leo"), (LEAD, &*muster)];
        let seen = alice.submits(&fields).await;
        assert_eq!(seen.errors["Incident Commander"], left);
        assert_eq!(
            seen.errors[LEAD],
            "That is me, and I cannot take part. Choose a person."
        );
        assert_eq!(alice.field(LEAD), &*muster, "nothing is lost");
        let seen = alice
            .updates(CHANNEL, &[("Incident Commander", "leo")])
            .await;
        assert_eq!(seen.errors["Incident Commander"], left);
        alice.says("#general", "/datadog incident It is down").await;
        let seen = alice.submits(&[("Incident Commander", "leo")]).await;
        assert_eq!(seen.errors["Incident Commander"], left);
        alice.reads_everything();
    })
    .await;
}

#[tokio::test]
async fn an_incident_is_not_left_without_a_commander() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        alice.declares("Checkout is slow").await;
        opens(&alice).await;
        alice.empties("Incident Commander").await;
        let seen = alice.submits(&[]).await;
        assert_eq!(
            seen.errors["Incident Commander"],
            "Please complete this required field."
        );
    })
    .await;
}

#[tokio::test]
async fn whoever_acts_takes_part_from_then_on() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        alice.declares("Checkout is slow").await;
        bob.joins(CHANNEL).await;
        bob.says(CHANNEL, "/datadog incident sev2").await;
        opens(&alice).await;
        let form = alice.form();
        let others = form.value("Responder").unwrap();
        assert_eq!(others["selected_users"], json!(["U0BOB000001"]));
        alice.reads_everything();
        bob.reads_everything();
    })
    .await;
}

#[tokio::test]
async fn an_app_or_a_guest_who_may_not_is_known_by_the_time_the_form_comes() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        let zone = "Europe/Paris";
        world
            .slack
            .add_person("deploybot", "Deploy Bot", zone, PersonKind::Bot);
        world
            .slack
            .add_person("gus", "Gus Guest", zone, PersonKind::Guest);
        alice.declares("Checkout is slow").await;
        world.sets(&[("who_declares", json!("no_guests"))]);
        let refused = [
            ("deploybot", "deploybot is an app. Choose a person."),
            (
                "gus",
                "gus is a guest, and guests do not take part in incidents here. Choose a member.",
            ),
        ];
        for (who, why) in refused {
            let typed = [
                format!("commander @{who}"),
                format!("role communications lead @{who}"),
            ];
            for typed in typed {
                alice
                    .says(CHANNEL, &format!("/datadog incident {typed}"))
                    .await;
                let told = alice.reads_alone();
                assert!(told.len() == 1 && told[0].starts_with(why), "{told:?}");
            }
        }
        world
            .slack
            .add_person("newbot", "New Bot", zone, PersonKind::Bot);
        let why = "newbot is an app. Choose a person.";
        for (command, field) in [
            ("update", "commander"),
            ("responders", "role Communications Lead"),
        ] {
            alice
                .says(CHANNEL, &format!("/datadog incident {command}"))
                .await;
            let form = alice.form();
            // Slack tells of a choice as soon as it is made.
            let newbot = Some("newbot");
            let seen = world
                .slack
                .acts_in_view("alice", &form.id, field, newbot)
                .await;
            assert_eq!(seen.trouble, None);
            world.settles().await;
            let seen = alice.submits(&[]).await;
            assert!(!seen.errors.is_empty(), "{command}");
            assert!(
                seen.errors.values().all(|error| error == why),
                "{:?}",
                seen.errors
            );
            world.slack.closes("alice", &form.id).await;
        }
        assert_eq!(world.timeline(1).await.len(), 1, "nothing was changed");
    })
    .await;
}
