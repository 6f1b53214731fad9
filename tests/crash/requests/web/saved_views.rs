//! Crash tests for the forms of saved views.

use crate::harness::prelude::*;
use crate::web_form::{WebForm, test_form_redelivery, test_prepared_form_redelivery};

/// Returns the stored names of views.
fn view_names(world: &World) -> Vec<String> {
    world.database.query("SELECT name FROM saved_views")
}

#[tokio::test]
async fn repeated_save_form_saves_one_view() {
    let form = WebForm {
        route: "/incidents/views",
        path: "/incidents/views",
        user: "alice",
        fields: &[("name", "Checkout"), ("query", "q=checkout")],
        prepared_by: &[],
        sent_before: None,
    };
    test_form_redelivery(&form, |world| assert_eq!(view_names(world), ["Checkout"])).await;
}

fn save_checkout_view(world: &World) {
    let alice = world.slack.user("alice");
    world.database.insert_saved_view(&alice, "Checkout");
}

#[tokio::test]
async fn repeated_rename_form_renames_the_view_once() {
    let form = WebForm {
        route: "/incidents/views/{id}/rename",
        path: "/incidents/views/1/rename",
        user: "alice",
        fields: &[("name", "Shop")],
        prepared_by: &[],
        sent_before: None,
    };
    test_prepared_form_redelivery(&form, save_checkout_view, |world| {
        assert_eq!(view_names(world), ["Shop"]);
    })
    .await;
}

#[tokio::test]
async fn repeated_delete_form_deletes_the_view_once() {
    let form = WebForm {
        route: "/incidents/views/{id}/delete",
        path: "/incidents/views/1/delete",
        user: "alice",
        fields: &[],
        prepared_by: &[],
        sent_before: None,
    };
    test_prepared_form_redelivery(&form, save_checkout_view, |world| {
        assert!(view_names(world).is_empty());
    })
    .await;
}
