//! An incident at every upper limit, in a team whose settings are at every upper limit: all modals open, all
//! lists page, and all messages fit Slack's limits.

use chrono::{DateTime, Duration};
use muster::store::{ChangeTarget, IdempotencyKey};
use muster_domain::{
    Actor, AddImpact, AddLink, AddTask, AssignRoles, Change, ConfiguredRole, Decision,
    DecisionContext, Incident, IncidentId, LinkKind, MAX_USERS_PER_ROLE, Rejection, RoleCapacity,
    Severity, TaskKind, Timestamp, Update, UserDiff, UserId, Viewer,
};
use muster_sandbox::AccountKind;
use serde_json::{Value, json};

use crate::harness::prelude::*;

/// The maximum number of roles of a team.
const MAX_ROLES: usize = 20;

/// Returns all settings at their maximum size.
fn max_settings() -> Vec<(&'static str, Value)> {
    let levels: Vec<String> = (0..=9).map(|number| format!("SEV-{number}")).collect();
    let of_levels = |long: usize| -> Value {
        let named = levels.iter().zip('A'..).map(|(level, sign)| {
            let text = format!("{}{sign}", "&".repeat(long - 1));
            (level.clone(), json!(text))
        });
        Value::Object(named.collect())
    };
    let waits = levels.iter().map(|level| (level.clone(), json!(30)));
    vec![
        ("severity_levels", json!(levels)),
        ("severity_labels", of_levels(40)),
        ("severity_descriptions", of_levels(120)),
        ("status_completed", json!(true)),
        ("roles", json!(max_roles())),
        (
            "announced",
            json!(["title", "severity", "status", "commander"]),
        ),
        ("reminder_minutes", Value::Object(waits.collect())),
        ("archive_after_days", json!(365)),
    ]
}

fn max_roles() -> Vec<ConfiguredRole> {
    let role = |number: usize| ConfiguredRole {
        name: format!("{number:02} {}", "<".repeat(37)),
        capacity: RoleCapacity::Several,
        description: "&".repeat(1_000),
        incident_type: None,
    };
    (1..=MAX_ROLES).map(role).collect()
}

/// Fills an incident up to every limit, with values of the maximum length.
fn fill_incident(
    incident: &Incident,
    documents: usize,
    users: &[UserId],
    actor: &Actor,
    ctx: &DecisionContext<'_>,
) -> Decision {
    let update = Update {
        title: Some("🔥".repeat(255)),
        severity: Some(Severity::Sev9),
        summary: Some("&".repeat(1_200)),
        root_cause: Some("<".repeat(1_200)),
        ..Update::default()
    };
    let mut incident = incident.update(update, actor, ctx)?.incident;
    let moved = UserDiff {
        added: users.to_vec(),
        removed: Vec::new(),
    };
    let holders = UserDiff {
        added: users[..MAX_USERS_PER_ROLE].to_vec(),
        removed: Vec::new(),
    };
    let roles = max_roles().into_iter().map(|role| (role, holders.clone()));
    let everybody = AssignRoles {
        commander: None,
        roles: roles.collect(),
        responders: moved.clone(),
    };
    incident = incident.assign_roles(&everybody, actor, ctx)?.incident;
    for number in 1..=50 {
        let started_at = actor.at.plus(-Duration::minutes(number));
        let new = AddImpact {
            description: "&".repeat(2_400),
            started_at,
            ended_at: Some(actor.at).filter(|_| number > 1),
        };
        incident = incident.add_impact(new, actor)?.incident;
    }
    incident = add_max_tasks(incident, users, actor)?;
    for link in max_links(documents) {
        incident = incident.add_link(link, actor)?.incident;
    }
    Ok(Change::new(incident, actor.at))
}

/// Adds the maximum number of tasks.
fn add_max_tasks(
    mut incident: Incident,
    users: &[UserId],
    actor: &Actor,
) -> Result<Incident, Rejection> {
    for number in 1..=500 {
        let new = AddTask {
            kind: TaskKind::ALL[number % 2],
            description: format!("{number} {}", "&".repeat(1_990)),
            // Only a few tasks are assigned to all users: that many rows for each task would take too long.
            assignees: users[..if number <= 4 { users.len() } else { 3 }].to_vec(),
            due_at: Some(actor.at.plus(Duration::days(30))),
        };
        incident = incident.add_task(new, actor)?.incident;
    }
    Ok(incident)
}

/// Returns `documents` documents, a chat URL and a call URL, with the longest URLs and names.
fn max_links(documents: usize) -> impl Iterator<Item = AddLink> {
    let address = |number: usize| {
        let begins = format!("https://example.com/{number}?");
        let rest = "&".repeat(2_048 - begins.len());
        format!("{begins}{rest}")
    };
    let link = move |(number, kind)| AddLink {
        kind,
        url: address(number),
        title: match kind {
            LinkKind::Document => format!("{number:03} {}", "<".repeat(196)),
            LinkKind::Chat | LinkKind::Call => String::new(),
        },
    };
    let documents = (1..=documents).map(|number| (number, LinkKind::Document));
    let others = [(101, LinkKind::Chat), (102, LinkKind::Call)];
    documents.chain(others).map(link)
}

/// Declares the incident and fills it up to every limit.
async fn declare_max_incident(world: &World) -> DeclaredIncident {
    declare_with_documents(world, 100).await
}

/// Declares the incident with the given number of documents. Each is a bookmark, and adding bookmarks takes
/// time.
async fn declare_with_documents(world: &World, documents: usize) -> DeclaredIncident {
    let names: Vec<String> = (1..=100).map(|number| format!("helper{number}")).collect();
    for name in &names {
        let kind = AccountKind::Member;
        world.slack.add_user(name, name, "Asia/Tokyo", kind);
    }
    world.change_settings(&max_settings());
    let alice = world.user("alice");
    let declared = alice.declares("Checkout is slow").await;
    let at = Timestamp::new(DateTime::from_timestamp_millis(world.now()).unwrap());
    let users: Vec<UserId> = names
        .iter()
        .map(|name| UserId::from(&*world.slack.user(name)))
        .collect();
    let actor = Actor::new(UserId::from("U0ALICE0001"), at);
    let target = ChangeTarget {
        viewer: Viewer::Operator,
        id: IncidentId(1),
        key: IdempotencyKey::view("V0MOST"),
        now: at,
    };
    let store = world.store().await;
    store
        .change_with_context(target, move |incident, ctx| {
            Ok(fill_incident(incident, documents, &users, &actor, ctx)?)
        })
        .await
        .unwrap();
    declared
}

/// Checks that submitting the open modal without input changes nothing.
async fn assert_untouched_modal_changes_nothing(user: &TestUser<'_>, channel: &str) {
    let (world, form) = (user.world, user.modal());
    let before = world.timeline(1).await.len();
    let screen = user.submits(&[]).await;
    assert_eq!(screen.view, None, "{}: {:?}", form.title, screen.errors);
    assert_eq!(world.timeline(1).await.len(), before, "{}", form.title);
    assert_eq!(user.reads(channel), [""; 0], "{}", form.title);
    assert_eq!(user.reads("#incidents"), [""; 0], "{}", form.title);
    user.reads_ephemeral();
}

#[test]
fn untouched_modal_changes_nothing_when_the_incident_is_full() {
    over_http(async |world, [alice, ..]| {
        let channel = &declare_max_incident(world).await.channel;
        for command in [
            "incident update",
            "incident responders",
            "incident impact edit 1",
            "incident impact edit 50",
            "incident chat",
            "incident call",
        ] {
            alice.types(channel, &format!("/datadog {command}")).await;
            assert_untouched_modal_changes_nothing(&alice, channel).await;
        }
        let note = format!("/datadog incident note {}", "&".repeat(2_400));
        alice.types(channel, &note).await;
        world.expects_unread(2, "header, post, reply");
        for (list, button) in [
            ("task list", "task_edit"),
            ("followup list", "task_edit"),
            ("incident timeline", "timeline_edit"),
        ] {
            let ts = alice.opens_list(channel, &format!("/datadog {list}")).await;
            alice.clicks(channel, &ts, button).await;
            assert_untouched_modal_changes_nothing(&alice, channel).await;
        }
    });
}

#[test]
fn modals_for_new_items_open_when_the_incident_is_full() {
    over_http(async |world, [alice, ..]| {
        let channel = &declare_max_incident(world).await.channel;
        for command in [
            "incident",
            "incident test",
            "incident impact",
            "incident note",
            "incident link",
            "task",
            "followup",
        ] {
            alice.types(channel, &format!("/datadog {command}")).await;
            alice.closes_modal().await;
        }
        // Outside an incident channel, the incident picker opens and keeps the typed command in its private
        // metadata.
        let note = format!("/datadog incident note {}", "&".repeat(400));
        for command in ["/datadog incident update", note.as_str()] {
            alice.types("#general", command).await;
            assert_eq!(alice.suggested_options("Incident", "").await.len(), 1);
            alice.closes_modal().await;
        }
        let zone = "Europe/Oslo";
        world
            .slack
            .add_user("olga", "Olga Owner", zone, AccountKind::Admin);
        let olga = world.user("olga");
        olga.types("#general", "/datadog settings").await;
        assert_untouched_modal_changes_nothing(&olga, channel).await;
    });
}

/// Opens every page of the user's last list. Returns the number of pages.
async fn count_pages(user: &TestUser<'_>, channel: &str, button: &str) -> usize {
    let (list, mut pages) = (user.last_ephemeral().ts, 1);
    while user
        .last_ephemeral()
        .rendered_text()
        .contains(&format!("[{}]", next_page_label(button)))
    {
        user.clicks(channel, &list, button).await;
        pages += 1;
    }
    user.reads_ephemeral();
    pages
}

/// Returns the label of the button that leads to the next page.
fn next_page_label(button: &str) -> &'static str {
    match button {
        "timeline_on" => "Older",
        _ => "Later",
    }
}

#[test]
fn lists_are_paged_when_the_incident_is_full() {
    over_http(async |world, [alice, ..]| {
        let channel = &declare_max_incident(world).await.channel;
        for command in ["", "help", "incident list"] {
            alice.types(channel, &format!("/datadog {command}")).await;
        }
        for number in 1..=25 {
            world.advance(60).await;
            let note = format!("{number} {}", "&".repeat(2_300));
            alice
                .types(channel, &format!("/datadog incident note {note}"))
                .await;
        }
        world.expects_unread(29, "header, 25 posts, 28 replies");
        for (command, button, pages) in [
            ("task list", "tasks_later", 17),
            ("followup list", "tasks_later", 17),
            ("incident links", "links_later", 5),
            ("incident timeline", "timeline_on", 3),
        ] {
            alice.types(channel, &format!("/datadog {command}")).await;
            let turned = count_pages(&alice, channel, button).await;
            assert!(turned >= pages, "{command} has {turned} pages");
        }
        let helper = world.user("helper1");
        assert!(helper.opens_home().await.contains("🔥"));
        helper.clicks_at_home("home_next").await;
        alice.opens_home().await;
    });
}

#[test]
fn all_messages_fit_block_kit_limits_when_the_incident_is_full() {
    over_http(async |world, [alice, _, chioma]| {
        let slack = &world.slack;
        let declared = declare_with_documents(world, 12).await;
        // The channel name follows the title.
        let id = slack.channel(&declared.channel).unwrap();
        let channel = &*id;
        alice.types(channel, "/datadog incident repair").await;
        world.deliver_all_advancing().await;
        assert_eq!(slack.bookmarks(channel).len(), 14);
        chioma.joins(channel).await;
        assert_eq!(world.unread_briefings("chioma").len(), 1);
        for command in [
            "incident commander @bob",
            "incident role 01 @chioma",
            "incident impact end",
            "incident severity SEV-0",
        ] {
            alice.types(channel, &format!("/datadog {command}")).await;
            world.deliver_all_advancing().await;
        }
        world.advance(31 * 60).await;
        world.deliver_all_advancing().await;
        world.expects_unread(14, "header, announcement, two announcement replies, four posts, reminder, two direct messages, five replies");
    });
}
