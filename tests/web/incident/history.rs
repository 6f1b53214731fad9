//! The earlier versions of timeline entries, and bursts of changes.

use crate::harness::scenario::incident_scenario_with_pages;
use crate::incident::entry_before;

const TIMELINE: &str = "/incidents/1/timeline";
const EDIT: &str = "/incidents/1/actions/edit-entry";

#[test]
fn edited_note_shows_who_wrote_what_and_when() {
    incident_scenario_with_pages(async |world, channel, [alice, bob, _]| {
        alice
            .types(channel, "/datadog note Disk is <b>ful</b>")
            .await;
        let browser = alice.signs_in().await;
        let id = entry_before(&browser.opens(TIMELINE).await, "Disk is");
        let form = format!("{TIMELINE}?open=edit-entry&number={id}");
        for fields in [("text", "Disk *is* full"), ("at", "14:50")] {
            world.advance(60).await;
            let form = browser.opens(&form).await;
            browser.submits(&form, EDIT, &[fields]).await;
        }
        // Bob reads it in New York.
        let of_bob = bob.signs_in().await;
        let page = of_bob.opens(TIMELINE).await;
        page.shows(&["08:50 alice added a note: Disk *is* full edited 2×"]);
        page.hides(&["ful&", "Versions"]);
        let link = format!("{TIMELINE}?history={id}#entry-{id}");
        assert!(page.html.contains(&format!("href=\"{link}\"")));
        let page = of_bob.opens(&link).await;
        page.shows(&[
            "Mon 23 Nov 09:05 alice Disk is <b>ful</b>",
            "Mon 23 Nov 09:06 alice, dated Mon 23 Nov 09:05 Disk *is* full",
            "Mon 23 Nov 09:07 alice, dated Mon 23 Nov 08:50 · now Disk *is* full",
        ]);
        page.hides(&["<b>ful"]);
        for unknown in ["999", "x", ""] {
            let page = of_bob.opens(&format!("{TIMELINE}?history={unknown}")).await;
            page.shows(&["edited 2×"]);
            page.hides(&["aria-label=\"Versions\""]);
        }
        world.skips_messages();
    });
}

#[test]
fn message_edited_in_slack_keeps_its_first_text() {
    incident_scenario_with_pages(async |world, channel, [alice, ..]| {
        let ts = alice.posts(channel, "db-1 is down").await;
        alice.adds_to_incident(channel, &ts).await;
        world.deliver_all().await;
        world.advance(60).await;
        alice.edits(channel, &ts, "db-2 is down").await;
        let browser = alice.signs_in().await;
        let page = browser.opens(TIMELINE).await;
        let id = entry_before(&page, "db-2 is down");
        let page = browser.opens(&format!("{TIMELINE}?history={id}")).await;
        page.shows(&[
            "edited 1×",
            "alice db-1 is down",
            "in Slack · now db-2 is down",
        ]);
        world.skips_messages();
    });
}

#[test]
fn changes_of_one_user_within_two_minutes_are_one_row() {
    incident_scenario_with_pages(async |world, channel, [alice, bob, _]| {
        alice.types(channel, "/datadog sev2").await;
        alice.types(channel, "/datadog stable").await;
        let browser = bob.signs_in().await;
        let page = browser.opens(TIMELINE).await;
        page.shows(&["09:05 alice changed status and severity (2 changes)"]);
        let (_, burst) = page.html.split_once("<details id=\"burst-").unwrap();
        let (burst, _) = burst.split_once("</details>").unwrap();
        assert_eq!(burst.matches("id=\"entry-").count(), 2);
        assert!(!burst.starts_with(" open"));

        // A flagged entry is always in sight, and another user is another row.
        let id = entry_before(&page, "changed severity");
        let flag = "/incidents/1/actions/flag-entry";
        let page = browser.submits(&page, flag, &[("number", &id)]).await;
        page.hides(&["<details id=\"burst-"]);
        bob.types("#general", "/datadog IR-1 active").await;
        world.advance(150).await;
        bob.types("#general", "/datadog IR-1 sev3").await;
        browser
            .opens(TIMELINE)
            .await
            .hides(&["<details id=\"burst-"]);
        world.deliver_all_advancing().await;
        world.skips_messages();
    });
}

#[test]
fn entered_time_is_shown_as_it_will_be_stored() {
    incident_scenario_with_pages(async |_, _, [alice, ..]| {
        let browser = alice.signs_in().await;
        for (path, reading) in [
            ("/time/past?text=10+min+ago", "= Mon 23 Nov 14:55"),
            ("/time/future?text=tomorrow+17:00", "= Tue 24 Nov 17:00"),
            ("/time/past?text=", ""),
            ("/time/past", ""),
        ] {
            let echo = browser.opens(path).await;
            assert_eq!((echo.status, echo.html.as_str()), (200, reading), "{path}");
        }
        let invalid = browser.opens("/time/past?text=in+2+hours").await;
        assert!(invalid.html.starts_with("That's in the future."));
        assert_eq!(browser.opens("/time/never?text=x").await.status, 404);
    });
}
