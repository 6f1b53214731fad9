//! Tests of saved views.

use std::sync::atomic::{AtomicU32, Ordering};

use muster::error::Error;
use muster::store::IdempotencyKey;
use muster_domain::{SaveView, UserId, ViewAction, ViewAudience, ViewChange, ViewEditor};

use crate::support::{TestStore, at};

fn user(name: &str) -> UserId {
    UserId::from(name)
}

fn request(name: &str, audience: ViewAudience) -> SaveView {
    SaveView {
        name: name.to_owned(),
        query: "status=resolved&declared=7d".to_owned(),
        audience,
    }
}

/// Returns a new idempotency key.
fn key() -> IdempotencyKey {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    IdempotencyKey::web(&user("U0ALICE0001"), &number.to_string())
}

fn member(name: &str) -> ViewEditor {
    ViewEditor {
        user: user(name),
        is_admin: false,
    }
}

fn admin(name: &str) -> ViewEditor {
    ViewEditor {
        is_admin: true,
        ..member(name)
    }
}

fn rename(view: i64, name: &str) -> ViewChange {
    let action = ViewAction::Rename(name.to_owned());
    ViewChange { view, action }
}

fn delete(view: i64) -> ViewChange {
    let action = ViewAction::Delete;
    ViewChange { view, action }
}

/// Saves a view. Returns its ID.
async fn save(store: &TestStore, owner: &str, request: SaveView) -> Result<i64, Error> {
    let name = request.name.clone();
    store.save_view(key(), user(owner), request, at(0)).await?;
    let views = store.saved_views(user(owner)).await?;
    let saved = views.iter().find(|view| view.name == name);
    Ok(saved.unwrap().id)
}

async fn change(store: &TestStore, editor: ViewEditor, change: ViewChange) -> Result<(), Error> {
    store.change_view(key(), editor, change, at(0)).await
}

async fn names(store: &TestStore, name: &str) -> Vec<String> {
    let views = store.saved_views(user(name)).await.unwrap();
    views.into_iter().map(|view| view.name).collect()
}

#[tokio::test]
async fn views_are_listed_by_name_for_their_audience() {
    let store = TestStore::new();
    for (owner, name, audience) in [
        ("U0ALICE0001", "Last week", ViewAudience::Owner),
        ("U0ALICE0001", "checkout", ViewAudience::Everyone),
        ("U0BOB000001", "Last week", ViewAudience::Owner),
    ] {
        save(&store, owner, request(name, audience)).await.unwrap();
    }
    let views = store.saved_views(user("U0CAROL0001")).await.unwrap();
    assert_eq!(views[0].query, "status=resolved&declared=7d");
    let store = store.restart();
    assert_eq!(
        names(&store, "U0ALICE0001").await,
        ["checkout", "Last week"]
    );
    assert_eq!(
        names(&store, "U0BOB000001").await,
        ["checkout", "Last week"]
    );
    assert_eq!(names(&store, "U0CAROL0001").await, ["checkout"]);
}

#[tokio::test]
async fn view_saved_twice_is_one_and_a_used_name_is_rejected() {
    let store = TestStore::new();
    let week = |audience| save(&store, "U0ALICE0001", request("Week", audience));
    let first = week(ViewAudience::Owner).await.unwrap();
    assert_eq!(week(ViewAudience::Owner).await.unwrap(), first);
    let error = week(ViewAudience::Everyone).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "There’s already a view “Week”. Choose another name."
    );
    assert_eq!(names(&store, "U0ALICE0001").await, ["Week"]);
}

#[tokio::test]
async fn repeated_requests_change_nothing() {
    let store = TestStore::new();
    let alice = user("U0ALICE0001");
    let saving = key();
    let save = async |name: &str| {
        let request = request(name, ViewAudience::Owner);
        let saved = store.save_view(saving.clone(), alice.clone(), request, at(0));
        saved.await.unwrap();
    };
    save("Week").await;
    let renaming = key();
    for _ in 0..2 {
        let change = rename(1, "Month");
        let renamed = store.change_view(renaming.clone(), member(&alice.0), change, at(0));
        renamed.await.unwrap();
        save("Week").await;
    }
    assert_eq!(names(&store, "U0ALICE0001").await, ["Month"]);
    let deleting = key();
    for _ in 0..2 {
        let deleted = store.change_view(deleting.clone(), member(&alice.0), delete(1), at(0));
        deleted.await.unwrap();
    }
    assert!(names(&store, "U0ALICE0001").await.is_empty());
}

/// Saves a view for all users and one for Alice only. Returns their IDs.
async fn save_two_views(store: &TestStore) -> [i64; 2] {
    let shared = request("Shared", ViewAudience::Everyone);
    let own = request("Own", ViewAudience::Owner);
    [
        save(store, "U0ALICE0001", shared).await.unwrap(),
        save(store, "U0ALICE0001", own).await.unwrap(),
    ]
}

#[tokio::test]
async fn views_of_others_are_rejected() {
    let store = TestStore::new();
    let [shared, own] = save_two_views(&store).await;
    let [bob, admin] = [member("U0BOB000001"), admin("U0CAROL0001")];
    let error = change(&store, bob.clone(), delete(shared)).await;
    assert_eq!(
        error.unwrap_err().to_string(),
        "Only its owner or an admin can change a view that all users see."
    );
    for editor in [bob, admin] {
        for attempt in [rename(own, "Mine"), delete(own)] {
            let changed = change(&store, editor.clone(), attempt).await;
            assert!(matches!(changed, Err(Error::NotFound(_))));
        }
    }
    assert_eq!(names(&store, "U0ALICE0001").await, ["Own", "Shared"]);
}

#[tokio::test]
async fn views_are_renamed_and_deleted_by_owner_and_admin() {
    let store = TestStore::new();
    let [shared, own] = save_two_views(&store).await;
    let admin = admin("U0CAROL0001");
    let renames = |name| change(&store, admin.clone(), rename(shared, name));
    renames(" All  hands ").await.unwrap();
    assert_eq!(names(&store, "U0ALICE0001").await, ["All hands", "Own"]);
    let error = renames("own").await.unwrap_err().to_string();
    assert_eq!(error, "There’s already a view “Own”. Choose another name.");
    change(&store, admin.clone(), delete(shared)).await.unwrap();
    let alice = member("U0ALICE0001");
    change(&store, alice, delete(own)).await.unwrap();
    assert!(names(&store, "U0ALICE0001").await.is_empty());
}

#[tokio::test]
async fn fifty_views_are_the_most() {
    let store = TestStore::new();
    for number in 0..50 {
        let request = request(&format!("View {number}"), ViewAudience::Owner);
        save(&store, "U0ALICE0001", request).await.unwrap();
    }
    let request = request("One more", ViewAudience::Owner);
    let error = save(&store, "U0ALICE0001", request).await;
    assert_eq!(
        error.unwrap_err().to_string(),
        "You have 50 saved views. Delete one first."
    );
}
