//! Tests of the search for words: in the fields of incidents and on their timelines.

use muster::store::{ChangeTarget, IdempotencyKey, ListRequest, Store};
use muster_domain::{
    AddMessage, Change, DecisionContext, EditEntry, EventId, Importance, Incident, IncidentId,
    ListQuery, MessageEdit, MessageTs, Severity, StoredEntry, TimelineEntry, TimelineEvent, Update,
    UserClock, UserId, Viewer, Visibility,
};
use rusqlite::Connection;
use tokio_util::sync::CancellationToken;

use crate::support::{TestStore, alice, at, message_request};

/// Returns the numbers of the incidents that a user finds.
async fn search(store: &TestStore, viewer: Viewer, words: &str) -> Vec<i64> {
    let parameters = [("q", words), ("status", "any")];
    let request = ListRequest {
        viewer,
        query: ListQuery::parse(parameters).unwrap().query,
        clock: UserClock::new(at(0), "UTC"),
    };
    let list = store.incident_list(request).await.unwrap();
    assert_eq!(list.facets.total.value, list.page.incidents.len());
    list.page
        .incidents
        .iter()
        .map(|it| it.summary.id.number())
        .collect()
}

async fn finds(store: &TestStore, words: &str) -> bool {
    !search(store, Viewer::Operator, words).await.is_empty()
}

async fn add_note(store: &TestStore, id: IncidentId, text: &str) -> i64 {
    let event = TimelineEvent::Note {
        text: text.to_owned(),
    };
    let key = IdempotencyKey::action(text);
    let added = store.change(Viewer::Operator, id, key, move |incident| {
        let mut change = Change::new(incident.clone(), at(1));
        change.add_entry(TimelineEntry::by_actor(&alice(), event));
        Ok(change)
    });
    added.await.unwrap();
    let page = muster_commands::timeline::Page::first(id);
    let page = store
        .timeline_page(Viewer::Operator, page, 1)
        .await
        .unwrap();
    page.entries[0].id
}

fn target(id: IncidentId, key: &str) -> ChangeTarget {
    ChangeTarget {
        viewer: Viewer::Operator,
        id,
        key: IdempotencyKey::action(key),
        now: at(2),
    }
}

#[tokio::test]
async fn parts_of_words_are_found_in_every_field_and_script() {
    let store = TestStore::new();
    let incident = store.declare_incident("V1", Severity::Sev2).await;
    store.create_channel(1).await;
    let request = Update {
        title: Some("Überlastung der Bezahlseite 決済障害".to_owned()),
        summary: Some("The pool of connections was exhausted".to_owned()),
        root_cause: Some("A deploy halved max_connections".to_owned()),
        ..Update::default()
    };
    store.update_incident(incident.id, "V2", request).await;
    for words in [
        "bezahl",
        "UBERLAST",
        "überlast",
        "決済障",
        "障害",
        "connections pool",
        "halved MAX_",
        "incident-1",
        "IR-1",
        "ir-1",
        "1",
        "de",
        "A",
        "wa",
        "deploy of",
        "überlast der 障害",
        "deploy on",
    ] {
        let is_expected = words != "deploy on";
        assert_eq!(finds(&store, words).await, is_expected, "{words}");
    }
    // The earlier title is on the timeline.
    assert!(finds(&store, "<!channel> *Überlast*").await);
    assert!(!finds(&store, "checkout").await);
}

#[tokio::test]
async fn search_words_have_no_syntax() {
    let store = TestStore::new();
    store.declare_incident("V1", Severity::Sev2).await;
    add_note(
        &store,
        IncidentId(1),
        r#"Say "AND" to title:x* (or NOT) NEAR"#,
    )
    .await;
    for words in ["\"AND\"", "title:x*", "(or NOT)", "NEAR", "say and title"] {
        assert!(finds(&store, words).await, "{words}");
    }
    for words in [
        "say OR missing",
        "titl*",
        "\"",
        "\"\"\"",
        "{title}",
        "sa^y",
        "-say",
        "' OR 1=1",
        "%%%",
        "_ay",
    ] {
        let _ = finds(&store, words).await;
    }
    assert!(!finds(&store, "say OR missing").await);
    assert!(!finds(&store, "titl*").await);
    assert!(!finds(&store, "%%%").await);
}

#[tokio::test]
async fn edited_and_removed_notes_are_found_by_their_current_text() {
    let store = TestStore::new();
    let id = store.declare_incident("V1", Severity::Sev2).await.id;
    let note = add_note(&store, id, "Rolled back build 991").await;
    assert!(finds(&store, "build 991").await);
    let edit = move |incident: &Incident, entry: &StoredEntry, _: &DecisionContext<'_>| {
        let request = EditEntry {
            text: Some("Rolled back build 992".to_owned()),
            ..EditEntry::default()
        };
        incident.edit_entry(entry, request, &alice())
    };
    store
        .change_timeline_entry(target(id, "edit"), note, edit)
        .await
        .unwrap();
    assert!(finds(&store, "build 992").await);
    assert!(!finds(&store, "build 991").await);
    let flag = |incident: &Incident, entry: &StoredEntry, _: &DecisionContext<'_>| {
        incident.set_importance(entry, Importance::Important, &alice())
    };
    store
        .change_timeline_entry(target(id, "flag"), note, flag)
        .await
        .unwrap();
    assert!(finds(&store, "build 992").await);
    let remove = |incident: &Incident, entry: &StoredEntry, context: &DecisionContext<'_>| {
        incident.remove_text_entry(entry, &alice(), context)
    };
    store
        .change_timeline_entry(target(id, "remove"), note, remove)
        .await
        .unwrap();
    assert!(!finds(&store, "build 992").await);
}

#[tokio::test]
async fn edited_deleted_and_restored_messages_are_found_by_their_current_text() {
    let store = TestStore::new();
    let id = store.declare_incident("V1", Severity::Sev2).await.id;
    let add = |key: &str| {
        let message: AddMessage = message_request("1795447205.000100");
        store.change_with_context(target(id, key), move |incident, _| {
            Ok(incident.add_message(message, &alice())?)
        })
    };
    add("add").await.unwrap();
    assert!(finds(&store, "working on").await);
    let message = message_request("1795447205.000100");
    let edit = |ts: &str, text: &str| MessageEdit {
        channel: message.channel.clone(),
        ts: message.ts.clone(),
        edited_ts: MessageTs::from(ts),
        text: text.to_owned(),
    };
    let key = IdempotencyKey::event(&EventId::from("Ev1"));
    store
        .apply_message_edit(key, edit("1795447206.000100", "Deployed a fix"), at(3))
        .await
        .unwrap();
    assert!(finds(&store, "deployed").await);
    assert!(!finds(&store, "working on").await);
    let key = IdempotencyKey::event(&EventId::from("Ev2"));
    let (channel, ts) = (message.channel.clone(), message.ts.clone());
    store
        .apply_message_deletion(key, channel, ts, at(4))
        .await
        .unwrap();
    assert!(!finds(&store, "deployed").await);
    // An edit of a removed message must not bring it back.
    let key = IdempotencyKey::event(&EventId::from("Ev3"));
    store
        .apply_message_edit(key, edit("1795447209.000100", "Deployed twice"), at(5))
        .await
        .unwrap();
    assert!(!finds(&store, "deployed").await);
    add("again").await.unwrap();
    assert!(finds(&store, "deployed twice").await);
}

#[tokio::test]
async fn words_of_private_incidents_are_found_by_responders_only() {
    let store = TestStore::new();
    let id = store.declare_incident("V1", Severity::Sev2).await.id;
    add_note(&store, id, "The secret is out").await;
    let change = store.change(
        Viewer::Operator,
        id,
        IdempotencyKey::action("private"),
        |incident| {
            let mut incident = incident.clone();
            incident.visibility = Visibility::Private;
            Ok(Change::new(incident, at(2)))
        },
    );
    change.await.unwrap();
    let [bob, outsider] = ["U0BOB000001", "U0OUTSIDER1"].map(|it| Viewer::user(&UserId::from(it)));
    for words in ["überlast", "secret", "IR-1", "se"] {
        assert!(
            search(&store, outsider.clone(), words).await.is_empty(),
            "{words}"
        );
    }
    for words in ["überlast", "secret", "IR-1"] {
        assert_eq!(search(&store, bob.clone(), words).await, [1], "{words}");
    }
}

/// Returns the number of texts that are not indexed yet.
fn unindexed_texts(store: &TestStore) -> i64 {
    let database = Connection::open(store.folder.path().join("incidents.db")).unwrap();
    let count = "SELECT count(*) FROM unindexed_texts";
    database.query_row(count, [], |row| row.get(0)).unwrap()
}

#[tokio::test]
async fn changed_texts_are_indexed_in_the_background_and_after_a_restart() {
    let store = TestStore::new();
    let incident = store.declare_incident("V1", Severity::Sev2).await;
    add_note(&store, incident.id, "The disk is full").await;
    let store = store.restart();
    assert_eq!(unindexed_texts(&store), 2);
    let is_indexed = async {
        while unindexed_texts(&store) > 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        () = Store::clone(&store).run_indexing(CancellationToken::new()) => {}
        () = is_indexed => {}
    }
    assert_eq!(unindexed_texts(&store), 0);
    assert!(finds(&store, "disk").await);
}

#[tokio::test]
async fn one_long_timeline_does_not_hide_other_incidents() {
    let store = TestStore::new();
    for key in ["V1", "V2", "V3"] {
        store.declare_incident(key, Severity::Sev2).await;
    }
    add_note(&store, IncidentId(1), "graph 7").await;
    let filled = store.change(
        Viewer::Operator,
        IncidentId(2),
        IdempotencyKey::action("many"),
        |incident| {
            let mut change = Change::new(incident.clone(), at(1));
            for number in 0..2_000 {
                let text = format!("graph {number}");
                let event = TimelineEvent::Note { text };
                change.add_entry(TimelineEntry::by_actor(&alice(), event));
            }
            Ok(change)
        },
    );
    filled.await.unwrap();
    add_note(&store, IncidentId(3), "another graph").await;
    assert_eq!(search(&store, Viewer::Operator, "graph").await, [3, 2, 1]);
    assert_eq!(search(&store, Viewer::Operator, "graph 1999").await, [2]);
}
