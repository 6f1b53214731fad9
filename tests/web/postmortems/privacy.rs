//! The postmortem of a private incident is listed for its responders only, and its files are those of an incident
//! that does not exist.

use muster_sandbox::{AccountKind, Visibility};

use super::{generates, resolves, writes};
use crate::browser::{Browser, OK};
use crate::harness::scenario::scenario_with_pages;

const SECRET: [&str; 2] = ["Payroll", "salaries"];

/// Checks that a user sees nothing of IR-1, and the same as of an incident that does not exist.
async fn assert_hidden(browser: &Browser<'_>) {
    for query in ["", "?mine=yes", "?state=draft", "?test=yes&resolved=7d"] {
        let list = browser.opens(&format!("/postmortems{query}")).await;
        assert_eq!(list.status, OK);
        list.hides(&SECRET);
        list.hides(&["IR-1 "]);
    }
    for extension in ["md", "html"] {
        let [hidden, missing] = [1, 99].map(|id| format!("/incidents/{id}/postmortem.{extension}"));
        let hidden = browser.opens(&hidden).await;
        let missing = browser.opens(&missing).await;
        assert_eq!((hidden.status, missing.status), (404, 404));
        assert_eq!(hidden.html, missing.html);
    }
}

#[test]
fn postmortem_of_a_private_incident_is_hidden_from_outsiders() {
    scenario_with_pages(async |world, [alice, bob, _]| {
        let declared = alice.declares("Payroll leaked").await;
        alice
            .types(&declared.channel, "/datadog incident resolve Keys rotated")
            .await;
        world.deliver_all().await;
        generates(world, "alice", 1).await;
        writes(
            world,
            ("alice", 1),
            "Summary",
            "All salaries were readable.",
        )
        .await;
        alice
            .types(&declared.channel, "/datadog incident private")
            .await;
        world.deliver_all().await;
        world.skips_messages();
        assert_hidden(&bob.signs_in().await).await;
        let browser = alice.signs_in().await;
        let list = browser.opens("/postmortems").await;
        list.shows(&["IR-1 Payroll leaked Private", "Draft"]);
        let file = browser.opens("/incidents/1/postmortem.md").await;
        assert!(file.html.contains("**Visibility:** private"));
        assert!(file.html.contains("All salaries were readable."));
    });
}

#[test]
fn guest_sees_the_postmortems_of_incidents_that_they_take_part_in() {
    scenario_with_pages(async |world, [alice, ..]| {
        let slack = &world.slack;
        slack.add_user("gus", "Gus Guest", "Europe/Paris", AccountKind::Guest);
        slack.add_channel("partners", Visibility::Public, &["gus"]);
        let gus = world.user("gus").signs_in_from("#partners").await;
        resolves(&alice, "Payroll leaked", "SEV-1").await;
        generates(world, "alice", 1).await;
        assert_hidden(&gus).await;
        let form = gus.opens("/incidents/new").await;
        let fields = [("title", "Partner portal is down")];
        let own = gus.submits(&form, "/incidents/new", &fields).await;
        assert_eq!(own.path, "/incidents/2");
        let form = gus.opens("/incidents/2?open=resolve").await;
        gus.submits(&form, "/incidents/2/actions/resolve", &[])
            .await;
        let list = gus.opens("/postmortems").await;
        list.shows(&["IR-2 Partner portal is down", "Not started Generate"]);
        assert_hidden(&gus).await;
        world.expects_warning("A delivery of IR-2 failed: conversations.invite: cant_invite.");
        world.skips_messages();
    });
}
