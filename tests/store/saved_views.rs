//! Tests of saved views.

use muster::error::Error;
use muster_domain::{SaveView, UserId, ViewAudience, ViewEditor};

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

fn editor(name: &str, is_admin: bool) -> ViewEditor {
    ViewEditor {
        user: user(name),
        is_admin,
    }
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
        let saved = store
            .save_view(user(owner), request(name, audience), at(0))
            .await
            .unwrap();
        assert_eq!(saved.query, "status=resolved&declared=7d");
    }
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
    let alice = user("U0ALICE0001");
    let save = |request| store.save_view(alice.clone(), request, at(0));
    let first = save(request("Week", ViewAudience::Owner)).await.unwrap();
    assert_eq!(
        save(request("Week", ViewAudience::Owner)).await.unwrap(),
        first
    );
    let error = save(request("WEEK", ViewAudience::Everyone))
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "There’s already a view “Week”. Choose another name."
    );
    assert_eq!(names(&store, "U0ALICE0001").await, ["Week"]);
}

/// Saves a view for all users and one for Alice only. Returns their IDs.
async fn save_two_views(store: &TestStore) -> [i64; 2] {
    let mut ids = [0; 2];
    let views = [
        ("Shared", ViewAudience::Everyone),
        ("Own", ViewAudience::Owner),
    ];
    for (id, (name, audience)) in ids.iter_mut().zip(views) {
        let saved = store.save_view(user("U0ALICE0001"), request(name, audience), at(0));
        *id = saved.await.unwrap().id;
    }
    ids
}

#[tokio::test]
async fn views_of_others_are_rejected() {
    let store = TestStore::new();
    let [shared, own] = save_two_views(&store).await;
    let [bob, admin] = [editor("U0BOB000001", false), editor("U0CAROL0001", true)];
    let error = store.delete_view(bob.clone(), shared).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "Only its owner or an admin can change a view that all users see."
    );
    for editor in [bob, admin] {
        let renamed = store
            .rename_view(editor.clone(), own, "Mine".to_owned())
            .await;
        assert!(matches!(renamed, Err(Error::NotFound(_))));
        let deleted = store.delete_view(editor, own).await;
        assert!(matches!(deleted, Err(Error::NotFound(_))));
    }
    assert_eq!(names(&store, "U0ALICE0001").await, ["Own", "Shared"]);
}

#[tokio::test]
async fn views_are_renamed_and_deleted_by_owner_and_admin() {
    let store = TestStore::new();
    let [shared, own] = save_two_views(&store).await;
    let admin = editor("U0CAROL0001", true);
    let rename = |name: &str| store.rename_view(admin.clone(), shared, name.to_owned());
    rename(" All  hands ").await.unwrap();
    assert_eq!(names(&store, "U0ALICE0001").await, ["All hands", "Own"]);
    let error = rename("own").await.unwrap_err().to_string();
    assert_eq!(error, "There’s already a view “Own”. Choose another name.");
    store.delete_view(admin.clone(), shared).await.unwrap();
    let alice = editor("U0ALICE0001", false);
    store.delete_view(alice, own).await.unwrap();
    assert!(names(&store, "U0ALICE0001").await.is_empty());
}

#[tokio::test]
async fn fifty_views_are_the_most() {
    let store = TestStore::new();
    let alice = user("U0ALICE0001");
    for number in 0..50 {
        let request = request(&format!("View {number}"), ViewAudience::Owner);
        store
            .save_view(alice.clone(), request, at(0))
            .await
            .unwrap();
    }
    let error = store
        .save_view(alice, request("One more", ViewAudience::Owner), at(0))
        .await;
    assert_eq!(
        error.unwrap_err().to_string(),
        "You have 50 saved views. Delete one first."
    );
}
