//! `/datadog incident responders`: the modal for responders and roles. New role holders receive a direct
//! message and an invitation; concurrent changes are kept.

use muster_sandbox::{AccountKind, Input};

use muster_domain::people::role::RESPONDER_DESCRIPTION;
use serde_json::json;

use crate::harness::prelude::*;

const COMMUNICATIONS_LEAD: &str = "Communications Lead";

/// Returns the direct message to the new holder of a role, assigned by alice.
fn role_message(role: &str, description: &str) -> String {
    format!("alice made you {role} for IR-1 Checkout is slow.\n{description}\nChannel: #{CHANNEL}")
}

/// The description of the default role.
const COMMUNICATIONS_LEAD_DESCRIPTION: &str = "You keep customers and colleagues up to date.";

/// Opens the modal.
async fn open_responders_modal(user: &TestUser<'_>) {
    user.types(CHANNEL, "/datadog incident responders").await;
}

/// Selects users in a multi-select and submits the modal.
async fn submit_users(user: &TestUser<'_>, label: &str, users: &[&str]) {
    let slack = &user.world.slack;
    let users = users.iter().map(|it| (*it).to_owned()).collect();
    let form = user.modal();
    let filled = slack
        .fills(user.name, &form.id, label, Input::Many(users))
        .await;
    assert_eq!(filled, Ok(()));
    user.submits_and_closes(&[]).await;
}

/// Returns the unread posts in the incident channel, without the header.
fn read_posts(world: &World) -> Vec<String> {
    let read = world.unread(CHANNEL).into_iter();
    read.filter(|it| !it.starts_with("IR-1 ")).collect()
}

/// Returns the text of the header.
fn header_text(world: &World) -> String {
    let messages = world.slack.messages(CHANNEL);
    let header = messages
        .into_iter()
        .find(|it| it.rendered_text().starts_with("IR-1 "));
    header.unwrap().rendered_text().to_owned()
}

#[test]
fn responders_modal_assigns_roles_and_invites_users() {
    incident_over_both_transports(async |world, _, [alice, bob, chioma]| {
        let slack = &world.slack;
        open_responders_modal(&alice).await;
        let form = alice.modal();
        assert_eq!(form.title, "Responders of IR-1");
        assert_eq!(
            form.labels(),
            ["Incident Commander", COMMUNICATIONS_LEAD, "Responder"]
        );
        assert_eq!(alice.field_value("Incident Commander"), "U0ALICE0001");
        assert_eq!(alice.field_value(COMMUNICATIONS_LEAD), "");

        alice.fills(&[(COMMUNICATIONS_LEAD, "bob")]).await;
        submit_users(&alice, "Responder", &["chioma"]).await;
        alice.redelivers_last_request().await;
        assert_roles_are_explained(&bob, &chioma);
        assert_eq!(
            read_posts(world),
            ["alice made @bob Communications Lead.\nalice added @chioma to the responders."]
        );
        let header = header_text(world);
        assert!(header.contains("\nCommunications Lead: bob\n"), "{header}");
        for user in ["bob", "chioma"] {
            assert!(slack.members(CHANNEL).contains(&slack.user(user)), "{user}");
        }
        assert_eq!(
            world.timeline(1).await[1..],
            [
                "alice gave bob the role Communications Lead",
                "alice added chioma"
            ]
        );

        open_responders_modal(&bob).await;
        assert_eq!(bob.field_value(COMMUNICATIONS_LEAD), "U0BOB000001");
        // An unchanged submission posts nothing.
        bob.submits_and_closes(&[]).await;
        assert_eq!(read_posts(world), [""; 0]);
    });
}

fn assert_roles_are_explained(bob: &TestUser<'_>, chioma: &TestUser<'_>) {
    let lead = role_message(COMMUNICATIONS_LEAD, COMMUNICATIONS_LEAD_DESCRIPTION);
    assert_eq!(bob.reads_direct_messages(), [lead]);
    let responder = role_message("Responder", RESPONDER_DESCRIPTION);
    assert_eq!(chioma.reads_direct_messages(), [responder]);
}

/// Removes chioma in the open modal: first from her role, then from the responders.
async fn remove_role_and_responder(alice: &TestUser<'_>) {
    let world = alice.world;
    alice.clears(COMMUNICATIONS_LEAD).await;
    alice.submits(&[]).await;
    assert_eq!(
        read_posts(world),
        ["alice removed chioma as Communications Lead."]
    );
    assert!(
        !header_text(world).contains(COMMUNICATIONS_LEAD),
        "{}",
        header_text(world)
    );
    open_responders_modal(alice).await;
    submit_users(alice, "Responder", &["alice"]).await;
    assert_eq!(
        read_posts(world),
        ["alice removed chioma from the responders."]
    );
}

#[test]
fn replaced_role_holder_remains_a_responder() {
    incident_scenario(async |world, _, [alice, bob, chioma]| {
        open_responders_modal(&alice).await;
        alice.submits(&[(COMMUNICATIONS_LEAD, "bob")]).await;
        world.expects_unread(3, "header, post, direct message");

        open_responders_modal(&bob).await;
        bob.submits(&[
            (COMMUNICATIONS_LEAD, "chioma"),
            ("Incident Commander", "bob"),
        ])
        .await;
        assert_eq!(
            read_posts(world),
            [
                "bob changed commander alice → @bob\nbob made @chioma Communications Lead, replacing bob."
            ]
        );
        assert_eq!(chioma.reads_direct_messages().len(), 1);
        assert_eq!(
            bob.reads_direct_messages(),
            [""; 0],
            "no direct message to a user who takes the role"
        );
        open_responders_modal(&alice).await;
        let form = alice.modal();
        let others = form.value("Responder").unwrap();
        assert_eq!(others["selected_users"], json!(["U0ALICE0001"]));
        remove_role_and_responder(&alice).await;
        world.expects_unread(4, "announcement, its reply, two direct messages");
    });
}

#[test]
fn concurrent_responder_edits_are_merged() {
    scenario(async |world, [alice, bob, ..]| {
        world
            .slack
            .add_user("dan", "Dan", "Europe/Paris", AccountKind::Member);
        alice.declares("Checkout is slow").await;
        bob.joins(CHANNEL).await;
        open_responders_modal(&alice).await;
        open_responders_modal(&bob).await;
        submit_users(&alice, "Responder", &["chioma"]).await;
        submit_users(&bob, "Responder", &["dan"]).await;
        open_responders_modal(&alice).await;
        open_responders_modal(&bob).await;
        alice.submits(&[(COMMUNICATIONS_LEAD, "chioma")]).await;
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
        // Both assigned the one place of the role that they saw empty: the later submission wins.
        open_responders_modal(&alice).await;
        open_responders_modal(&bob).await;
        alice.submits(&[(COMMUNICATIONS_LEAD, "alice")]).await;
        bob.submits(&[(COMMUNICATIONS_LEAD, "bob")]).await;
        assert!(
            header_text(world).contains("\nCommunications Lead: bob\n"),
            "{}",
            header_text(world)
        );
        world.expects_unread(
            16,
            "header, announcement, its reply, six posts, seven direct messages",
        );
    });
}

/// Adds leo to the channel, deactivates the account and has the app fetch it.
async fn add_deactivated_leo(alice: &TestUser<'_>) {
    let world = alice.world;
    world
        .slack
        .add_user("leo", "Leo", "Europe/Paris", AccountKind::Member);
    world.user("leo").joins(CHANNEL).await;
    open_responders_modal(&world.user("leo")).await;
    world.slack.deactivate_account("leo");
    world.deliver_all().await;
}

#[test]
fn ineligible_user_is_rejected_under_the_field() {
    incident_scenario(async |world, _, [alice, ..]| {
        add_deactivated_leo(&alice).await;

        let left = "leo's account is deactivated. Pick an active member.";
        open_responders_modal(&alice).await;
        let muster = world.slack.bot_user();
        let fields = [
            ("Incident Commander", "leo"),
            (COMMUNICATIONS_LEAD, &*muster),
        ];
        let screen = alice.submits(&fields).await;
        assert_eq!(screen.errors["Incident Commander"], left);
        assert_eq!(
            screen.errors[COMMUNICATIONS_LEAD],
            "I can't be assigned. Pick a person."
        );
        assert_eq!(
            alice.field_value(COMMUNICATIONS_LEAD),
            &*muster,
            "the input is kept"
        );
        let screen = alice
            .updates(CHANNEL, &[("Incident Commander", "leo")])
            .await;
        assert_eq!(screen.errors["Incident Commander"], left);
        alice
            .types("#general", "/datadog incident It is down")
            .await;
        let screen = alice.submits(&[("Incident Commander", "leo")]).await;
        assert_eq!(screen.errors["Incident Commander"], left);
    });
}

#[test]
fn commander_is_required() {
    incident_scenario(async |_, _, [alice, ..]| {
        open_responders_modal(&alice).await;
        alice.clears("Incident Commander").await;
        let screen = alice.submits(&[]).await;
        assert_eq!(
            screen.errors["Incident Commander"],
            "Please complete this required field."
        );
    });
}

#[test]
fn acting_user_becomes_a_responder() {
    incident_scenario(async |world, _, [alice, bob, ..]| {
        bob.joins(CHANNEL).await;
        bob.types(CHANNEL, "/datadog incident sev2").await;
        open_responders_modal(&alice).await;
        let form = alice.modal();
        let others = form.value("Responder").unwrap();
        assert_eq!(others["selected_users"], json!(["U0BOB000001"]));
        world.expects_unread(4, "header, announcement, its reply, post, reply");
    });
}

const INELIGIBLE_USERS: [(&str, &str); 2] = [
    ("deploybot", "deploybot is an app. Pick a person."),
    (
        "gus",
        "gus is a guest, and guests can't be responders here. Pick a member.",
    ),
];

async fn assert_commands_reject(alice: &TestUser<'_>, who: &str, why: &str) {
    let commands = [
        format!("commander @{who}"),
        format!("role communications lead @{who}"),
    ];
    for command_text in commands {
        alice
            .types(CHANNEL, &format!("/datadog incident {command_text}"))
            .await;
        let replies = alice.reads_ephemeral();
        assert!(
            replies.len() == 1 && replies[0].starts_with(why),
            "{replies:?}"
        );
    }
}

/// Opens the modal of a command and selects an app in one of its fields.
async fn assert_modal_rejects_newbot(alice: &TestUser<'_>, command: &str, field: &str) {
    let world = alice.world;
    let why = "newbot is an app. Pick a person.";
    alice
        .types(CHANNEL, &format!("/datadog incident {command}"))
        .await;
    let form = alice.modal();
    // Slack reports a selection at once.
    let newbot = Some("newbot");
    let screen = world
        .slack
        .clicks_in_view("alice", &form.id, field, newbot)
        .await;
    assert_eq!(screen.error, None);
    world.deliver_all().await;
    let screen = alice.submits(&[]).await;
    assert!(!screen.errors.is_empty(), "{command}");
    assert!(
        screen.errors.values().all(|error| error == why),
        "{:?}",
        screen.errors
    );
    world.slack.closes("alice", &form.id).await;
}

#[test]
fn bot_and_guest_are_rejected_in_commands_and_modal() {
    scenario(async |world, [alice, ..]| {
        let slack = &world.slack;
        let zone = "Europe/Paris";
        slack.add_user("deploybot", "Deploy Bot", zone, AccountKind::Bot);
        slack.add_user("gus", "Gus Guest", zone, AccountKind::Guest);
        alice.declares("Checkout is slow").await;
        world.change_settings(&[("who_declares", json!("no_guests"))]);
        for (who, why) in INELIGIBLE_USERS {
            assert_commands_reject(&alice, who, why).await;
        }
        slack.add_user("newbot", "New Bot", zone, AccountKind::Bot);
        for (command, field) in [
            ("update", "commander"),
            ("responders", "role Communications Lead"),
        ] {
            assert_modal_rejects_newbot(&alice, command, field).await;
        }
        assert_eq!(
            world.timeline(1).await.len(),
            1,
            "the timeline is unchanged"
        );
    });
}
