//! Tests of the facts that a postmortem is filled in with, of its text and of its export.

use std::path::Path;
use std::process::Command;

use comrak::nodes::NodeValue;
use comrak::{Arena, Options, parse_document};
use muster::store::{ChangeTarget, IdempotencyKey};
use muster_domain::postmortem::{
    EditPostmortem, EditSection, GeneratePostmortem, PostmortemSource, PostmortemStatus,
    PostmortemView, QuoteState, SourceEntry,
};
use muster_domain::{
    AccountKind, Actor, Author, Change, FieldValue, Incident, IncidentId, Severity, Status,
    StoredEntry, TimelineEntry, TimelineEvent, Timestamp, User, UserClock, UserId, Viewer,
    Visibility,
};
use proptest::prelude::*;
use serde_json::Value;

use crate::support::{TestStore, alice, alice_at, at, declare_request, status_request};

const DAY: i64 = 24 * 3_600;

/// Declares an incident that affects these services.
async fn declare(store: &TestStore, at: Timestamp, services: &[&str]) -> Incident {
    let actor = alice_at(at);
    let declare = move |id, ctx: &muster_domain::DecisionContext<'_>| {
        let request = declare_request(Severity::Sev2);
        Ok(Incident::declare(id, request, &actor, None, ctx)?)
    };
    let key = IdempotencyKey::view(&format!("{at} {services:?}"));
    let declared = store.declare(key, at, declare).await.unwrap();
    let services: Vec<_> = services.iter().map(|it| (*it).to_owned()).collect();
    edit(store, declared.id, "services", move |incident| {
        let services = FieldValue::MultiSelect(services);
        incident.fields.insert("services".to_owned(), services);
    })
    .await
}

/// Changes an incident in a way that no request can.
async fn edit(
    store: &TestStore,
    id: IncidentId,
    key: &str,
    edit: impl FnOnce(&mut Incident) + Send + 'static,
) -> Incident {
    let key = IdempotencyKey::view(&format!("{key} {id}"));
    let decide = move |incident: &Incident| {
        let mut incident = incident.clone();
        edit(&mut incident);
        Ok(Change::new(incident, at(0)))
    };
    let changed = store.change(Viewer::Operator, id, key, decide).await;
    changed.unwrap()
}

async fn similar(store: &TestStore, viewer: Viewer, id: IncidentId) -> Vec<i64> {
    let source = store.postmortem_source(viewer, id).await.unwrap();
    source.similar.iter().map(|it| it.id.number()).collect()
}

#[tokio::test]
async fn similar_incidents_are_public_recent_and_share_a_service() {
    let store = TestStore::new();
    let days = |days: i64| at(days * DAY);
    declare(&store, days(-91), &["checkout"]).await;
    let private = declare(&store, days(-3), &["checkout"]).await;
    edit(&store, private.id, "private", |it| {
        it.visibility = Visibility::Private;
    })
    .await;
    declare(&store, days(-2), &["search"]).await;
    declare(&store, days(-1), &["checkout", "pay"]).await;
    declare(&store, days(-1), &["pay"]).await;
    let id = declare(&store, at(0), &["pay", "checkout"]).await.id;
    declare(&store, at(1), &["pay"]).await;
    assert_eq!(similar(&store, Viewer::Operator, id).await, [5, 4]);

    let gus = UserId::from("U0GUS000001");
    let guest = User {
        id: gus.clone(),
        name: "gus".to_owned(),
        handle: String::new(),
        time_zone: String::new(),
        email: None,
        account_kind: AccountKind::Guest,
    };
    store.save_user(guest, at(0)).await.unwrap();
    let joins = move |incident: &Incident| incident.join(&Actor::new(gus.clone(), at(0)));
    let key = IdempotencyKey::view("join");
    let joined = store.change(Viewer::Operator, id, key, joins).await;
    joined.unwrap();
    let gus = Viewer::user(&UserId::from("U0GUS000001"));
    assert_eq!(similar(&store, gus, id).await, [0; 0]);
}

fn target(id: IncidentId, key: &str) -> ChangeTarget {
    ChangeTarget {
        viewer: Viewer::Operator,
        id,
        key: IdempotencyKey::view(key),
        now: at(0),
    }
}

/// Resolves IR-1 and generates its postmortem, whose first section is edited; then it is completed.
async fn complete_postmortem(store: &TestStore) {
    let id = declare(store, at(0), &["checkout"]).await.id;
    store
        .update_incident(id, "resolve", status_request(Status::Resolved))
        .await;
    let generated = store.change_postmortem(target(id, "generate"), |it, _, ctx| {
        Ok(it.generate_postmortem(GeneratePostmortem::default(), &alice(), ctx)?)
    });
    generated.await.unwrap();
    let request = EditSection {
        number: Some(1),
        expected_revision: 1,
        heading: "Summary".to_owned(),
        body: "The **disk** of {{incident.id}} was full.".to_owned(),
    };
    let saved = store.save_section(target(id, "save"), request, alice());
    saved.await.unwrap();
    let request = EditPostmortem {
        status: Some(PostmortemStatus::Completed),
        ..EditPostmortem::default()
    };
    let completed = store.edit_postmortem(target(id, "complete"), request, alice(), None);
    completed.await.unwrap();
}

/// Runs `muster` with a database, and expects success.
fn run(database: &Path, arguments: [&str; 2]) {
    let ran = Command::new(env!("CARGO_BIN_EXE_muster"))
        .args(arguments)
        .env("DATABASE_PATH", database)
        .current_dir(database.parent().unwrap())
        .output()
        .unwrap();
    assert!(ran.status.success(), "{ran:?}");
}

#[tokio::test]
async fn export_and_backup_contain_postmortems() {
    let store = TestStore::new();
    complete_postmortem(&store).await;
    run(&store.path(), ["backup", "copy.db"]);
    let copy = store.folder.path().join("copy.db");
    run(&copy, ["export", "out"]);
    let read = |name: &str| {
        let path = store.folder.path().join("out").join(name);
        std::fs::read_to_string(path).unwrap()
    };
    let page = read("IR-1-postmortem.md");
    let title =
        "# IR-1 \\<\\!channel\\> \\*Überlast\\* \\&lt; 🔥\n\n**Incident:** IR-1 · **Owner:** ";
    assert!(page.starts_with(title), "{page}");
    assert!(page.contains(" · **Status:** Completed · "), "{page}");
    let summary = " UTC\n\n## Summary\n\nThe **disk** of IR-1 was full.\n";
    assert!(page.contains(summary), "{page}");
    assert!(page.contains("\n* **Severity**: SEV-2\n"), "{page}");
    assert!(read("IR-1.md").contains("](IR-1-postmortem.md) (Completed)\n"));
    let incident: Value = serde_json::from_str(&read("IR-1.json")).unwrap();
    let postmortem = &incident["postmortem"];
    assert_eq!(postmortem["status"], "completed");
    assert_eq!(postmortem["owner"]["id"], "U0BOB000001");
    let section = &postmortem["sections"][0];
    assert_eq!(section["frozen"], "The **disk** of IR-1 was full.");
    assert_eq!(section["body"], "The **disk** of {{incident.id}} was full.");
    let revisions = postmortem["revisions"].as_array().unwrap();
    let of_summary: Vec<_> = revisions.iter().filter(|it| it["section"] == 1).collect();
    assert_eq!(of_summary.len(), 2);
    assert_eq!(postmortem["exports"], serde_json::json!([]));
}

/// Returns the facts of an incident in which every text is this one, and every entry is important.
fn with_text(source: &PostmortemSource, text: &str) -> PostmortemSource {
    let mut source = source.clone();
    let incident = &mut source.incident;
    for target in [
        &mut incident.title,
        &mut incident.summary,
        &mut incident.root_cause,
    ] {
        *target = text.to_owned();
    }
    for signal in &mut incident.signals {
        signal.name = text.to_owned();
    }
    for contact in source.contacts.values_mut() {
        contact.name = text.to_owned();
    }
    source.entries = entries_with_text(text);
    source
}

fn entries_with_text(text: &str) -> Vec<SourceEntry> {
    let actor = alice();
    let text = || text.to_owned();
    let mut app = TimelineEntry::by_actor(&actor, TimelineEvent::Message { text: text() });
    app.author = Some(Author::App(text()));
    let entries = [
        app,
        TimelineEntry::by_actor(&actor, TimelineEvent::Note { text: text() }),
        TimelineEntry::by_actor(
            &actor,
            TimelineEvent::DocumentAdded {
                title: text(),
                url: "https://example.com/a".to_owned(),
            },
        ),
    ];
    entries
        .into_iter()
        .zip(1..)
        .map(|(entry, id)| SourceEntry {
            stored: StoredEntry {
                id,
                entry,
                is_important: true,
            },
            state: QuoteState::Deleted,
        })
        .collect()
}

/// Returns what a document of the default template has besides text: headings, and the addresses of its links.
fn markup(document: &str) -> (usize, Vec<String>) {
    let mut options = Options::default();
    options.extension.autolink = true;
    options.extension.table = true;
    options.extension.tasklist = true;
    options.extension.strikethrough = true;
    options.extension.footnotes = true;
    let arena = Arena::new();
    let (mut headings, mut links) = (0, Vec::new());
    for node in parse_document(&arena, document, &options).descendants() {
        match &node.data().value {
            NodeValue::HtmlBlock(_) | NodeValue::HtmlInline(_) => panic!("HTML in {document}"),
            NodeValue::Image(_) | NodeValue::Table(_) | NodeValue::CodeBlock(_) => {
                panic!("unexpected markup in {document}")
            }
            NodeValue::Heading(_) => headings += 1,
            NodeValue::Link(link) => links.push(link.url.clone()),
            _ => {}
        }
    }
    (headings, links)
}

#[tokio::test]
async fn texts_of_users_add_no_markup_to_a_document() {
    let store = TestStore::new();
    complete_postmortem(&store).await;
    let source = store.postmortem_source(Viewer::Operator, IncidentId(1));
    let source = source.await.unwrap();
    let clock = UserClock::new(at(60), "Europe/Paris");
    let view = PostmortemView {
        clock: &clock,
        page_url: Some("https://muster.example.com/incidents/1"),
        channel_url: None,
    };
    let template = source.settings.postmortem_templates[0].content.clone();
    let expected = markup(&with_text(&source, "Text").render_text(&template, &view));
    let any_text = "(?s)(<script>|</p>|javascript:|https://|www\\.|[-*_`\\[\\]<>#|~&!@:/ (){}=+.1\n\t]|\\PC){1,40}";
    let config = ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    proptest!(config, |(text in any_text)| {
        let source = with_text(&source, &text);
        let document = source.render_text(&template, &view);
        prop_assert_eq!(&markup(&document), &expected);
        prop_assert_eq!(source.render_text(&document, &view), document);
    });
}
