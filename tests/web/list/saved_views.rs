//! Saved views of the list.

use muster_sandbox::AccountKind;

use crate::browser::{Browser, OK, Page};
use crate::harness::scenario::incident_scenario_with_pages;

/// Saves the list at an address as a view.
async fn saves_view(browser: &Browser<'_>, path: &str, fields: &[(&str, &str)]) -> Page {
    let list = browser.opens(path).await;
    assert_eq!(list.status, OK);
    browser.submits(&list, "/incidents/views", fields).await
}

#[test]
fn view_is_saved_renamed_and_deleted() {
    incident_scenario_with_pages(async |_, _, [alice, ..]| {
        let browser = alice.signs_in().await;
        let path = "/incidents?severity=SEV-1&q=checkout&color=red";
        let saved = saves_view(&browser, path, &[("name", " Checkout ")]).await;
        assert_eq!(saved.path, "/incidents?q=checkout&severity=SEV-1");
        saved.shows(&["Any status Checkout 0", "Edit view"]);
        browser
            .opens("/incidents")
            .await
            .shows(&["Open 1", "Any status Checkout"]);
        let edited = browser.opens("/incidents/views/1").await;
        edited.shows(&[
            "Checkout",
            "“checkout”, open, SEV-1",
            "Only you see this view.",
        ]);
        let rename = "/incidents/views/1/rename";
        let renamed = browser.submits(&edited, rename, &[("name", "Shop")]).await;
        assert_eq!(renamed.path, "/incidents?q=checkout&severity=SEV-1");
        renamed.shows(&["Any status Shop 0"]);

        let delete = "/incidents/views/1/delete";
        let deleted = browser.submits(&edited, delete, &[]).await;
        assert_eq!(deleted.path, "/incidents");
        deleted.hides(&["Shop"]);
        assert_eq!(browser.submits(&edited, delete, &[]).await.status, OK);
        let again = browser.posts(delete, &[("key", "a2")]).await;
        assert_eq!(again.status, 404);
    });
}

#[test]
fn view_of_another_user_is_like_one_that_does_not_exist() {
    incident_scenario_with_pages(async |_, _, [alice, bob, _]| {
        let browser = alice.signs_in().await;
        saves_view(&browser, "/incidents?q=checkout", &[("name", "Shop")]).await;
        let of_bob = bob.signs_in().await;
        of_bob.opens("/incidents").await.hides(&["Shop"]);
        let hidden = of_bob.opens("/incidents/views/1").await;
        let missing = of_bob.opens("/incidents/views/99").await;
        assert_eq!((hidden.status, missing.status), (404, 404));
        assert_eq!(hidden.html, missing.html);
        for action in ["rename", "delete"] {
            let path = format!("/incidents/views/1/{action}");
            let page = of_bob
                .posts(&path, &[("name", "Mine"), ("key", "a1")])
                .await;
            assert_eq!(page.status, 404, "{path}");
        }
    });
}

#[test]
fn shared_view_is_changed_by_its_owner_and_by_admins() {
    incident_scenario_with_pages(async |world, _, [alice, bob, chioma]| {
        let of_alice = alice.signs_in().await;
        let fields = [("name", "Week"), ("shared", "yes")];
        saves_view(&of_alice, "/incidents?status=resolved&declared=7d", &fields).await;
        let of_bob = bob.signs_in().await;
        let list = of_bob.opens("/incidents").await;
        list.shows(&["Any status Week (shared)"]);
        let view = of_bob.opens("/incidents/views/1").await;
        view.shows(&[
            "Resolved, last 7 days",
            "Everyone sees this view. alice saved it.",
        ]);
        view.hides(&["Delete view"]);
        let rejected = of_bob
            .posts(
                "/incidents/views/1/rename",
                &[("name", "Mine"), ("key", "a1")],
            )
            .await;
        assert_eq!(rejected.status, 422);
        rejected.shows(&["Only its owner or an admin can change a view"]);
        world.slack.set_account_kind("chioma", AccountKind::Admin);
        let of_chioma = chioma.signs_in().await;
        let view = of_chioma.opens("/incidents/views/1").await;
        let rename = "/incidents/views/1/rename";
        let renamed = of_chioma
            .submits(&view, rename, &[("name", "Last week")])
            .await;
        renamed.shows(&["Any status Last week (shared) 0"]);
    });
}

#[test]
fn rejected_name_is_explained_and_stays_in_the_form() {
    incident_scenario_with_pages(async |_, _, [alice, ..]| {
        let browser = alice.signs_in().await;
        saves_view(&browser, "/incidents?q=a", &[("name", "Week")]).await;
        let again = saves_view(&browser, "/incidents?q=a", &[("name", "Week")]).await;
        assert_eq!(again.status, OK);
        for (name, reason) in [
            (
                "WEEK",
                "There’s already a view “Week”. Choose another name.",
            ),
            (" ", "Enter a name for the view."),
            (&*"x".repeat(61), "The name is too long."),
        ] {
            let page = saves_view(&browser, "/incidents?q=b", &[("name", name)]).await;
            assert_eq!(page.status, 422, "{name}");
            page.shows(&[reason, "“b” ×"]);
            let field = format!("value=\"{}\"", name.trim());
            assert!(page.html.contains(&field), "{name}");
        }
        saves_view(&browser, "/incidents?q=c", &[("name", "Month")]).await;
        let view = browser.opens("/incidents/views/2").await;
        let rename = "/incidents/views/2/rename";
        let page = browser.submits(&view, rename, &[("name", "week")]).await;
        assert_eq!(page.status, 422);
        page.shows(&["There’s already a view “Week”.", "Month"]);
        let page = browser
            .posts("/incidents/views", &[("name", "x"), ("query", "after=x")])
            .await;
        assert_eq!(page.status, 400);
    });
}
