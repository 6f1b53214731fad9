//! An incident with the most of everything that it can have, in a team with the most of everything that it can
//! set: every form opens, every list turns, and everything fits that Slack takes.

use chrono::{DateTime, Duration};
use muster::domain::{
    Assign, By, Change, Decision, HowMany, Incident, Moment, NewImpact, NewTask, Refusal, TeamRole,
    Viewer,
};
use muster::sandbox::PersonKind;
use muster::store::Key;
use muster_commands::link::{AddLink, LinkKind};
use muster_commands::responders::{MOST_IN_A_ROLE, Moved};
use muster_commands::task::TaskKind;
use muster_commands::update::Update;
use muster_commands::{IncidentId, PersonId, Severity};
use serde_json::{Value, json};

use super::person::{Declared, Person};
use super::world::{World, over_http};

/// As many roles as a team can have.
const ROLES: usize = 20;

/// Everything that a team can set, as long and as much as it goes.
fn settings() -> Vec<(&'static str, Value)> {
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
        ("roles", json!(roles())),
        (
            "announced",
            json!(["declared", "title", "severity", "status", "commander"]),
        ),
        ("reminder_minutes", Value::Object(waits.collect())),
        ("archive_after_days", json!(365)),
    ]
}

fn roles() -> Vec<TeamRole> {
    let role = |number: usize| TeamRole {
        name: format!("{number:02} {}", "<".repeat(37)),
        people: HowMany::Several,
        description: "&".repeat(1_000),
    };
    (1..=ROLES).map(role).collect()
}

/// Gives the incident with the most of everything, each as long as it can be.
fn filled(incident: &Incident, documents: usize, people: &[PersonId], by: &By) -> Decision {
    let update = Update {
        title: Some("🔥".repeat(255)),
        severity: Some(Severity::Sev9),
        summary: Some("&".repeat(1_200)),
        root_cause: Some("<".repeat(1_200)),
        ..Update::default()
    };
    let mut incident = incident.update(update, by)?.incident;
    let moved = Moved {
        added: people.to_vec(),
        removed: Vec::new(),
    };
    let holders = Moved {
        added: people[..MOST_IN_A_ROLE].to_vec(),
        removed: Vec::new(),
    };
    let roles = roles().into_iter().map(|role| (role, holders.clone()));
    let everybody = Assign {
        commander: None,
        roles: roles.collect(),
        responders: moved.clone(),
    };
    incident = incident.assign(&everybody, by)?.incident;
    for number in 1..=50 {
        let started_at = by.at.after(-Duration::minutes(number));
        let new = NewImpact {
            description: "&".repeat(2_400),
            started_at,
            ended_at: Some(by.at).filter(|_| number > 1),
        };
        incident = incident.add_impact(new, by)?.incident;
    }
    incident = with_tasks(incident, people, by)?;
    for link in links(documents) {
        incident = incident.add_link(link, by)?.incident;
    }
    Ok(Change::to(incident, by.at))
}

/// Adds as many tasks as there can be.
fn with_tasks(mut incident: Incident, people: &[PersonId], by: &By) -> Result<Incident, Refusal> {
    for number in 1..=500 {
        let new = NewTask {
            kind: TaskKind::ALL[number % 2],
            description: format!("{number} {}", "&".repeat(1_990)),
            // Some are for everybody; so many rows for each would take their time.
            assignees: people[..if number <= 4 { people.len() } else { 3 }].to_vec(),
            due_at: Some(by.at.after(Duration::days(30))),
        };
        incident = incident.add_task(new, by)?.incident;
    }
    Ok(incident)
}

/// Gives so many documents, a chat and a call, with the longest addresses and names.
fn links(documents: usize) -> impl Iterator<Item = AddLink> {
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

/// Declares the incident, and fills it with all that it can have.
async fn declared(world: &World) -> Declared {
    declared_with(world, 100).await
}

/// Declares the incident with so many documents: each is a bookmark, and these take their time.
async fn declared_with(world: &World, documents: usize) -> Declared {
    let names: Vec<String> = (1..=100).map(|number| format!("helper{number}")).collect();
    for name in &names {
        let kind = PersonKind::Person;
        world.slack.add_person(name, name, "Asia/Tokyo", kind);
    }
    world.sets(&settings());
    let alice = world.person("alice");
    let declared = alice.declares("Checkout is slow").await;
    let at = Moment::new(DateTime::from_timestamp_millis(world.now()).unwrap());
    let people: Vec<PersonId> = names
        .iter()
        .map(|name| PersonId::from(&*world.slack.person(name)))
        .collect();
    let by = By::new(PersonId::from("U0ALICE0001"), at);
    let fills = move |incident: &Incident| filled(incident, documents, &people, &by);
    let (id, key) = (IncidentId(1), Key::view("V0MOST"));
    let store = world.store().await;
    store
        .change(Viewer::Operator, id, key, fills)
        .await
        .unwrap();
    alice.reads_everything();
    declared
}

/// Sees that the form on somebody's screen changes nothing when it is sent as it was opened.
async fn changes_nothing(person: &Person<'_>, channel: &str) {
    let (world, form) = (person.world, person.form());
    let before = world.timeline(1).await.len();
    let seen = person.submits(&[]).await;
    assert_eq!(seen.view, None, "{}: {:?}", form.title, seen.errors);
    assert_eq!(world.timeline(1).await.len(), before, "{}", form.title);
    assert_eq!(person.reads(channel), [""; 0], "{}", form.title);
    assert_eq!(person.reads("#incidents"), [""; 0], "{}", form.title);
    person.reads_alone();
}

#[tokio::test]
async fn every_form_opens_and_changes_nothing_when_it_is_sent_as_it_was_opened() {
    over_http(async |world| {
        let (alice, declared) = (world.person("alice"), declared(world).await);
        let channel = declared.channel.as_str();
        for typed in [
            "incident update",
            "incident responders",
            "incident impact edit 1",
            "incident impact edit 50",
            "incident chat",
            "incident call",
        ] {
            alice.says(channel, &format!("/datadog {typed}")).await;
            changes_nothing(&alice, channel).await;
        }
        let note = format!("/datadog incident note {}", "&".repeat(2_400));
        alice.says(channel, &note).await;
        alice.reads_everything();
        for (list, button) in [
            ("task list", "task_edit"),
            ("followup list", "task_edit"),
            ("incident timeline", "timeline_edit"),
        ] {
            alice.says(channel, &format!("/datadog {list}")).await;
            let ts = alice.last_alone().ts;
            alice.presses(channel, &ts, button).await;
            changes_nothing(&alice, channel).await;
        }
    })
    .await;
}

#[tokio::test]
async fn every_form_for_something_new_opens() {
    over_http(async |world| {
        let (alice, declared) = (world.person("alice"), declared(world).await);
        let channel = declared.channel.as_str();
        for typed in [
            "incident",
            "incident test",
            "incident impact",
            "incident note",
            "incident link",
            "task",
            "followup",
        ] {
            alice.says(channel, &format!("/datadog {typed}")).await;
            alice.closes().await;
        }
        // Elsewhere it is asked which incident is meant, and what was typed is carried along.
        let note = format!("/datadog incident note {}", "&".repeat(400));
        for typed in ["/datadog incident update", note.as_str()] {
            alice.says("#general", typed).await;
            assert_eq!(alice.offered("Incident", "").await.len(), 1);
            alice.closes().await;
        }
        let zone = "Europe/Oslo";
        world
            .slack
            .add_person("olga", "Olga Owner", zone, PersonKind::Admin);
        let olga = world.person("olga");
        olga.says("#general", "/datadog settings").await;
        changes_nothing(&olga, channel).await;
    })
    .await;
}

/// Turns every page of the list that somebody was shown last; gives how many there are.
async fn turns(person: &Person<'_>, channel: &str, button: &str) -> usize {
    let (list, mut pages) = (person.last_alone().ts, 1);
    while person
        .last_alone()
        .as_read()
        .contains(&format!("[{}]", later(button)))
    {
        person.presses(channel, &list, button).await;
        pages += 1;
    }
    person.reads_alone();
    pages
}

/// Gives the words on a button that leads on.
fn later(button: &str) -> &'static str {
    match button {
        "timeline_on" => "Older",
        _ => "Later",
    }
}

#[tokio::test]
async fn every_list_is_shown_and_turned() {
    over_http(async |world| {
        let (alice, declared) = (world.person("alice"), declared(world).await);
        let channel = declared.channel.as_str();
        for typed in ["", "help", "incident list"] {
            alice.says(channel, &format!("/datadog {typed}")).await;
        }
        for number in 1..=25 {
            world.leaps(60).await;
            let note = format!("{number} {}", "&".repeat(2_300));
            alice
                .says(channel, &format!("/datadog incident note {note}"))
                .await;
        }
        alice.reads_everything();
        for (typed, button, pages) in [
            ("task list", "tasks_later", 17),
            ("followup list", "tasks_later", 17),
            ("incident links", "links_later", 5),
            ("incident timeline", "timeline_on", 3),
        ] {
            alice.says(channel, &format!("/datadog {typed}")).await;
            let turned = turns(&alice, channel, button).await;
            assert!(turned >= pages, "{typed} has {turned} pages");
        }
        let helper = world.person("helper1");
        assert!(helper.opens_home().await.contains("🔥"));
        helper.presses_at_home("home_next").await;
        alice.opens_home().await;
        alice.reads_everything();
    })
    .await;
}

#[tokio::test]
async fn everything_that_is_posted_fits() {
    over_http(async |world| {
        let (alice, declared) = (world.person("alice"), declared_with(world, 12).await);
        // Its name follows the title.
        let id = world.slack.channel(&declared.channel).unwrap();
        let channel = &*id;
        alice.says(channel, "/datadog incident repair").await;
        world.catches_up().await;
        assert_eq!(world.slack.bookmarks(channel).len(), 14);
        world.person("chioma").joins(channel).await;
        assert_eq!(world.briefings_of("chioma").len(), 1);
        for typed in [
            "incident commander @bob",
            "incident role 01 @chioma",
            "incident impact end",
            "incident severity SEV-0",
        ] {
            alice.says(channel, &format!("/datadog {typed}")).await;
            world.catches_up().await;
        }
        world.leaps(31 * 60).await;
        world.catches_up().await;
        reads_all(world);
    })
    .await;
}

/// Has everybody read everything that was said.
fn reads_all(world: &World) {
    world.person("alice").reads_everything();
    for name in world.slack.person_names() {
        world.unread_by(&name);
        world.briefings_of(&name);
    }
}
