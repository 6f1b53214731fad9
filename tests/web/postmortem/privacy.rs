//! The postmortem of an incident that a user may not see.

use muster::web::{Method, routes};
use muster_sandbox::{AccountKind, Visibility};

use super::{PAGE, generates, saves};
use crate::browser::Browser;
use crate::harness::scenario::incident_scenario_with_pages;

/// Checks that every route of the postmortem of IR-1 answers as for an incident that does not exist.
async fn assert_hidden(browser: &Browser<'_>) {
    let of_postmortem = routes().into_iter();
    let of_postmortem =
        of_postmortem.filter(|it| it.path.starts_with("/incidents/{id}/postmortem"));
    let mut count = 0;
    for route in of_postmortem {
        let path = route
            .path
            .replace("{number}", "1")
            .replace("{action}", "remove");
        let name = if path.contains("exports") {
            "canvas"
        } else {
            "title"
        };
        let path = path.replace("{name}", name);
        let [hidden, missing] = ["1", "99"].map(|it| path.replace("{id}", it));
        let [hidden, missing] = match route.method {
            Method::Get => [browser.opens(&hidden).await, browser.opens(&missing).await],
            Method::Post => {
                let fields = [
                    ("key", "c0ffee"),
                    ("title", "Mine"),
                    ("url", "https://example.com"),
                ];
                let hidden = browser.posts(&hidden, &fields).await;
                [hidden, browser.posts(&missing, &fields).await]
            }
        };
        assert_eq!((hidden.status, missing.status), (404, 404), "{path}");
        assert_eq!(hidden.html, missing.html, "{path}");
        count += 1;
    }
    assert!(count > 12, "{count}");
}

#[test]
fn postmortem_of_a_private_incident_does_not_exist_for_others() {
    incident_scenario_with_pages(async |world, channel, [alice, bob, _]| {
        let browser = generates(&alice, channel).await;
        saves(&browser, "1", "Secret plans.").await;
        alice.types(channel, "/datadog incident private").await;
        world.deliver_all_advancing().await;
        assert_hidden(&bob.signs_in().await).await;
        let page = browser.opens(PAGE).await;
        page.shows(&["Private", "Secret plans."]);
        page.hides(&["Section removed.", "Mine"]);
        world.skips_messages();
    });
}

#[test]
fn guest_sees_the_postmortem_of_an_incident_that_they_take_part_in() {
    incident_scenario_with_pages(async |world, channel, [alice, ..]| {
        let slack = &world.slack;
        slack.add_user("gus", "Gus Guest", "Europe/Paris", AccountKind::Guest);
        slack.add_channel("partners", Visibility::Public, &["gus"]);
        let browser = generates(&alice, channel).await;
        saves(&browser, "1", "Disk full.").await;
        let of_gus = world.user("gus").signs_in_from("#partners").await;
        assert_hidden(&of_gus).await;
        slack.invites("alice", channel, "gus").await;
        alice.types(channel, "/datadog invite @gus").await;
        world.deliver_all().await;
        of_gus.opens(PAGE).await.shows(&["Disk full."]);
        world.skips_messages();
    });
}
