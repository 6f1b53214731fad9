//! The page of an incident without a commander.

use crate::harness::scenario::scenario_with_pages;
use crate::html::option_value;

const PATH: &str = "/incidents/1";
const COMMANDER: &str = "/incidents/1/fields/commander";

#[test]
fn page_has_a_button_that_takes_command() {
    scenario_with_pages(async |world, [alice, bob, _]| {
        world.declares_as_muster("Checkout is slow").await;
        let (browser, other) = (alice.signs_in().await, bob.signs_in().await);
        let page = browser.opens(PATH).await;
        page.shows(&[
            "Incident Commander none yet Take Command",
            "Declared by Muster",
            "Muster declared this incident. from an alert",
        ]);
        let outdated = other.opens(PATH).await;
        browser.opens("/incidents").await.shows(&["none yet"]);

        let page = browser.submits(&page, COMMANDER, &[]).await;
        page.shows(&[
            "Incident Commander saved.",
            "Incident Commander alice",
            "alice changed commander none → alice from the web",
        ]);
        page.hides(&["Take Command", "none yet"]);

        let conflict = other.submits(&outdated, COMMANDER, &[]).await;
        assert_eq!(conflict.status, 409);
        conflict.shows(&["alice"]);
        world.skips_messages();
    });
}

#[test]
fn forms_offer_none_only_while_there_is_no_commander() {
    scenario_with_pages(async |world, [alice, ..]| {
        world.declares_as_muster("Checkout is slow").await;
        let browser = alice.signs_in().await;
        let form = browser.opens("/incidents/1?edit=commander").await;
        assert_eq!(option_value(&form.html, "none yet").as_deref(), Some(""));
        let unchanged = browser
            .submits(&form, COMMANDER, &[("commander", "")])
            .await;
        unchanged.shows(&["Incident Commander none yet"]);

        let form = browser.opens("/incidents/1?open=assign-roles").await;
        let path = "/incidents/1/actions/assign-roles";
        let alice_id = option_value(&form.html, "alice").unwrap();
        let fields = [("commander", alice_id.as_str()), ("responders", "")];
        let page = browser.submits(&form, path, &fields).await;
        page.shows(&["Responders saved.", "Incident Commander alice"]);

        let form = browser.opens("/incidents/1?edit=commander").await;
        assert_eq!(option_value(&form.html, "none yet"), None);
        let rejected = browser
            .submits(&form, COMMANDER, &[("commander", "")])
            .await;
        assert_eq!(rejected.status, 422);
        rejected.shows(&["An incident needs a commander. Pick one."]);
        world.skips_messages();
    });
}
