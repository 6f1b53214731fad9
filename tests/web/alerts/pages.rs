//! The pages of the sources.

use muster_domain::alert::SourceKind;

use super::intake_scenario_with_pages;
use super::{Sender, alerts};
use crate::browser::{Browser, Page};
use crate::harness::world::World;
use crate::html;

const PATH: &str = "/settings/alert-sources";
const NEW: &str = "/settings/alert-sources/new";
const REVOKE: &str = "/settings/alert-sources/1/revoke";

/// Returns the value of a field of the form.
fn field(page: &Page, name: &str) -> String {
    let fields = html::form_fields(&page.html, PATH).unwrap();
    let field = fields.into_iter().find(|(known, _)| known == name);
    field.unwrap().1
}

/// Adds a source on the page. Returns the sender that uses its token, and the page after it.
async fn adds_source<'w>(
    world: &'w World,
    browser: &Browser<'_>,
    kind: SourceKind,
) -> (Sender<'w>, Page) {
    let form = browser.opens(&format!("{NEW}?kind={kind}")).await;
    let token = field(&form, "token");
    let base_url = world.base_url.borrow().clone();
    let setup = kind.setup(&base_url, &token);
    assert!(form.html.contains(&setup.url), "{}", form.html);
    let snippet = setup.snippet.unwrap_or_default();
    let first_row = snippet.lines().next().unwrap_or_default();
    form.shows(&[kind.label(), setup.steps[0], first_row]);
    let page = browser.submits(&form, PATH, &[("name", "prom-eu")]).await;
    (Sender { world, kind, token }, page)
}

#[test]
fn source_is_shown_once_listed_used_and_revoked() {
    intake_scenario_with_pages(async |world, [alice, ..]| {
        let browser = alice.signs_in().await;
        browser.opens("/settings").await.shows(&["Alert sources"]);
        browser.opens(PATH).await.shows(&["There are none yet."]);
        let (tool, page) = adds_source(world, &browser, SourceKind::Alertmanager).await;
        page.shows(&[
            "Added prom-eu.",
            "prom-eu · Prometheus Alertmanager",
            "by alice · nothing received yet",
        ]);
        page.hides(&[&tool.token]);
        let body = include_str!("../../../fixtures/alerts/alertmanager.json");
        assert_eq!(tool.sends(body).await.status, 202);
        assert_eq!(tool.sends("<b>no JSON").await.status, 400);
        browser.opens(PATH).await.shows(&["last received"]);
        let page = browser.opens("/settings/alert-sources/1").await;
        page.shows(&[
            "Accepted Alerts: 1 fired, 1 ignored (not firing), 3 omitted by the sender.",
            "Rejected The body isn't valid JSON",
            "<b>no JSON",
            "21 % of checkouts fail",
        ]);
        page.hides(&[&tool.token, "<b>no JSON"]);
        let page = browser.opens(REVOKE).await;
        page.shows(&["Revoke prom-eu?", "Its requests get 404 from now on."]);
        let page = browser.submits(&page, REVOKE, &[]).await;
        page.shows(&["Revoked prom-eu.", "There are none yet."]);
        assert_eq!(tool.sends(body).await.status, 404);
        assert_eq!(alerts(world).len(), 1);
        let log = world.log.everything();
        assert!(!log.contains(&tool.token), "{log}");
    });
}

#[test]
fn form_of_each_kind_contains_its_set_up() {
    intake_scenario_with_pages(async |world, [alice, ..]| {
        let browser = alice.signs_in().await;
        for kind in SourceKind::ALL {
            let form = browser.opens(&format!("{NEW}?kind={kind}")).await;
            let token = field(&form, "token");
            let setup = kind.setup(&world.base_url.borrow(), &token);
            for step in setup.steps {
                form.shows(&[step]);
            }
            assert_eq!(
                form.html.contains("name=\"secret\""),
                kind.can_be_signed(),
                "{kind}"
            );
            assert_eq!(
                form.html.contains("name=\"topics\""),
                kind == SourceKind::Sns,
                "{kind}"
            );
        }
    });
}

#[test]
fn secret_and_topics_are_stored_and_not_shown_again() {
    intake_scenario_with_pages(async |_, [alice, ..]| {
        let browser = alice.signs_in().await;
        let form = browser.opens(&format!("{NEW}?kind=grafana")).await;
        let fields = [("name", "Grafana"), ("secret", "s3cret")];
        browser
            .submits(&form, PATH, &fields)
            .await
            .shows(&["Grafana · Grafana · signed"]);
        let page = browser.opens("/settings/alert-sources/1").await;
        page.shows(&["Signature checked"]);
        page.hides(&["s3cret"]);
        let action = "/settings/alert-sources/1/secret";
        let page = browser.submits(&page, action, &[("secret", "")]).await;
        page.shows(&["Saved the secret.", "Signature not checked"]);
        let page = browser
            .submits(&page, action, &[("secret", "s3cret")])
            .await;
        page.shows(&["Signature checked"]);
        page.hides(&["s3cret"]);
        let form = browser.opens(&format!("{NEW}?kind=sns")).await;
        let topics = "arn:aws:sns:eu-west-1:1:a\r\n\r\n arn:aws:sns:eu-west-1:1:b";
        let fields = [("name", "AWS"), ("topics", topics), ("raw", "yes")];
        browser.submits(&form, PATH, &fields).await;
        let page = browser.opens("/settings/alert-sources/2").await;
        page.shows(&[
            "arn:aws:sns:eu-west-1:1:a arn:aws:sns:eu-west-1:1:b",
            "Raw delivery accepted",
            "Nothing was received yet.",
        ]);
        let exported = browser.opens("/settings/export").await;
        exported.hides(&["s3cret"]);
    });
}

#[test]
fn invalid_source_is_rejected_with_what_was_entered() {
    intake_scenario_with_pages(async |world, [alice, ..]| {
        let browser = alice.signs_in().await;
        adds_source(world, &browser, SourceKind::Json).await;
        let long = "a".repeat(61);
        for (changed, reason) in [
            (("name", ""), "Enter a name"),
            (("name", long.as_str()), "A name has at most 60 characters."),
            (
                ("name", "PROM-EU"),
                "There's already a source named PROM-EU.",
            ),
            (("token", "short"), "The token isn't one that Muster made."),
        ] {
            let form = browser.opens(&format!("{NEW}?kind=sns")).await;
            let fields = [("name", "AWS"), ("topics", "arn:aws:sns:x"), changed];
            let page = browser.submits(&form, PATH, &fields).await;
            assert_eq!(page.status, 422, "{reason}");
            page.shows(&[reason]);
            assert_eq!(field(&page, "topics"), "arn:aws:sns:x");
            assert_eq!(field(&page, "kind"), "sns");
        }
        for id in ["2", "x"] {
            for path in [format!("{PATH}/{id}"), format!("{PATH}/{id}/revoke")] {
                assert_eq!(browser.opens(&path).await.status, 404, "{path}");
            }
        }
    });
}

#[test]
fn only_admins_see_sources() {
    intake_scenario_with_pages(async |world, [alice, bob, _]| {
        let admin = alice.signs_in().await;
        adds_source(world, &admin, SourceKind::Json).await;
        let member = bob.signs_in().await;
        member.opens("/settings").await.hides(&[PATH]);
        for path in [
            PATH,
            NEW,
            "/settings/alert-sources/1",
            REVOKE,
            "/settings/alert-sources/1/mapping",
        ] {
            let page = member.opens(path).await;
            assert_eq!(page.status, 403, "{path}");
            page.hides(&["prom-eu"]);
        }
        for path in [
            PATH,
            REVOKE,
            "/settings/alert-sources/1/topics",
            "/settings/alert-sources/1/mapping",
        ] {
            assert_eq!(member.posts(path, &[]).await.status, 403, "{path}");
        }
        admin.opens(PATH).await.shows(&["prom-eu · JSON"]);
    });
}
