//! `/postmortems`.

use muster_domain::postmortem::PostmortemStatus;
use serde_json::json;

use super::{attaches, generates, resolves, sets_status};
use crate::harness::scenario::scenario_with_pages;

const DAY: i64 = 24 * 60 * 60;

#[test]
fn resolved_incidents_are_listed_with_the_state_of_their_postmortem() {
    scenario_with_pages(async |world, [alice, bob, _]| {
        let browser = alice.signs_in().await;
        let empty = browser.opens("/postmortems").await;
        empty.shows(&[
            "Postmortems All states Not started Draft In Review Completed Attached",
            "No incident has been resolved yet.",
        ]);
        resolves(&alice, "Checkout is slow", "SEV-1").await;
        resolves(&bob, "Search is down", "SEV-2").await;
        resolves(&alice, "Invoices are sent twice", "SEV-3").await;
        resolves(&alice, "Login fails <b>", "SEV-4").await;
        alice.declares("Still open").await;
        generates(world, "alice", 2).await;
        generates(world, "alice", 3).await;
        sets_status(world, "alice", 3, PostmortemStatus::InReview).await;
        attaches(world, "alice", 4, "https://docs.example.com/pm?a=1&b=2").await;
        let page = browser.opens("/postmortems").await;
        page.shows(&[
            "IR-4 Login fails <b> SEV-4 alice resolved Mon 23 Nov",
            "Attached Draft Open IR-3 Invoices are sent twice SEV-3 alice resolved Mon 23 Nov",
            "In Review IR-2 Search is down SEV-2 bob resolved Mon 23 Nov",
            "Draft IR-1 Checkout is slow SEV-1 alice resolved Mon 23 Nov",
            "due Thu 26 Nov",
            "due Sat 28 Nov",
            "Not started Generate",
        ]);
        page.hides(&["Still open", "overdue"]);
        for link in [
            "href=\"https://docs.example.com/pm?a=1&#38;b=2\"",
            "<a class=\"button\" href=\"/incidents/1/postmortem\" aria-label=\"Generate the postmortem of IR-1\">",
            "<a href=\"/postmortems\" aria-current=\"page\">Postmortems</a>",
        ] {
            assert!(page.html.contains(link), "{link}: {}", page.html);
        }
        world.skips_messages();
    });
}

#[test]
fn postmortem_is_overdue_after_the_days_of_its_severity_until_it_is_completed() {
    scenario_with_pages(async |world, [alice, ..]| {
        for (title, severity) in [
            ("Checkout is slow", "SEV-1"),
            ("Search is down", "SEV-2"),
            ("Logs are late", "SEV-3"),
        ] {
            resolves(&alice, title, severity).await;
        }
        world.change_settings(&[("postmortem_reminder_days", json!({ "SEV-1": 3 }))]);
        world.advance(3 * DAY + 2 * 60 * 60).await;
        world.skips_messages();
        let browser = alice.signs_in().await;
        let page = browser.opens("/postmortems").await;
        page.shows(&["IR-1 Checkout is slow SEV-1 alice", "overdue for 2 hours"]);
        assert_eq!(page.html.matches("overdue for").count(), 1);
        page.hides(&["due Thu", "due Sat"]);
        generates(world, "alice", 1).await;
        let page = browser.opens("/postmortems").await;
        page.shows(&["overdue for 2 hours Draft"]);
        sets_status(world, "alice", 1, PostmortemStatus::Completed).await;
        let page = browser.opens("/postmortems").await;
        page.shows(&["IR-1 Checkout is slow SEV-1 alice", "Completed"]);
        page.hides(&["overdue"]);
        // A document elsewhere is due until its status here is Completed.
        world.change_settings(&[("postmortem_reminder_days", json!({ "SEV-2": 3 }))]);
        attaches(world, "alice", 2, "https://docs.example.com/search").await;
        let page = browser.opens("/postmortems").await;
        page.shows(&["overdue for 2 hours Attached Draft Open"]);
        sets_status(world, "alice", 2, PostmortemStatus::Completed).await;
        let page = browser.opens("/postmortems").await;
        page.shows(&["Attached Completed Open"]);
        page.hides(&["overdue"]);
    });
}

#[test]
fn list_is_filtered_by_state_owner_and_period() {
    scenario_with_pages(async |world, [alice, bob, _]| {
        resolves(&alice, "Checkout is slow", "SEV-3").await;
        resolves(&bob, "Search is down", "SEV-3").await;
        world.advance(10 * DAY).await;
        resolves(&alice, "Login fails", "SEV-3").await;
        generates(world, "bob", 2).await;
        generates(world, "alice", 3).await;
        let browser = alice.signs_in().await;
        for (query, listed) in [
            ("", &[3, 2, 1][..]),
            ("?state=not_started", &[1]),
            ("?state=draft", &[3, 2]),
            ("?mine=yes", &[3, 1]),
            ("?state=draft&mine=yes", &[3]),
            ("?resolved=7d", &[3]),
            ("?resolved=30d&state=draft", &[3, 2]),
            ("?resolved=7d&mine=yes&state=not_started", &[]),
            ("?state=nonsense&resolved=13d", &[3, 2, 1]),
        ] {
            let page = browser.opens(&format!("/postmortems{query}")).await;
            let links = page.html.split("class=\"what\" href=\"/incidents/").skip(1);
            let numbers: Vec<i64> = links
                .map(|link| link.split('/').next().unwrap().parse().unwrap())
                .collect();
            assert_eq!(numbers, listed, "{query}");
        }
        for (query, text) in [
            ("?state=completed", "No postmortem is completed."),
            ("?state=in_review", "No postmortem is in review."),
            ("?state=attached", "No document is attached."),
            ("?state=completed&mine=yes", "No postmortem matches."),
        ] {
            let page = browser.opens(&format!("/postmortems{query}")).await;
            page.shows(&[text, "Show all postmortems"]);
        }
        world.skips_messages();
    });
}

#[test]
fn tests_are_listed_by_filter_and_reopened_incidents_with_their_postmortem() {
    scenario_with_pages(async |world, [alice, ..]| {
        let browser = alice.signs_in().await;
        alice
            .types("#general", "/datadog incident test Drill")
            .await;
        alice.submits_and_closes(&[]).await;
        world.deliver_all().await;
        let drill = world.incident_channels()[0].clone();
        alice.types(&drill, "/datadog incident resolve Done").await;
        world.deliver_all().await;
        world.skips_messages();
        let channel = alice.declares("Checkout is slow").await.channel;
        alice
            .types(&channel, "/datadog incident resolve Fixed")
            .await;
        world.deliver_all().await;
        for command in [
            "followup Test the rollback",
            "followup Add an alert",
            "task Tell sales",
        ] {
            alice.types(&channel, &format!("/datadog {command}")).await;
        }
        world.deliver_all().await;
        let page = browser.opens("/postmortems").await;
        page.shows(&["IR-2 Checkout is slow", "2 open follow-ups Not started"]);
        page.hides(&["Drill"]);
        let page = browser.opens("/postmortems?test=yes").await;
        page.shows(&["IR-2 Checkout is slow", "IR-1 Drill TEST"]);
        generates(world, "alice", 2).await;
        alice.types(&channel, "/datadog status active").await;
        world.deliver_all().await;
        let page = browser.opens("/postmortems?state=draft&mine=yes").await;
        page.shows(&["IR-2 Checkout is slow UNKNOWN alice ACTIVE 2 open follow-ups Draft"]);
        page.hides(&["resolved Mon"]);
        let page = browser.opens("/postmortems?resolved=7d").await;
        page.shows(&["No postmortem matches."]);
        world.skips_messages();
    });
}

#[test]
fn long_list_continues_on_the_next_page() {
    scenario_with_pages(async |world, [alice, ..]| {
        for number in 1..=52 {
            let declared = alice.declares(&format!("Outage {number}")).await;
            alice
                .types(&declared.channel, "/datadog incident resolve Fixed")
                .await;
            world.deliver_all().await;
            world.skips_messages();
        }
        let browser = alice.signs_in().await;
        let first = browser.opens("/postmortems?state=not_started").await;
        first.shows(&["IR-52 Outage 52", "IR-3 Outage 3", "Next page"]);
        first.hides(&["IR-2 ", "First page"]);
        let (_, next) = first.html.split_once("class=\"pager\"").unwrap();
        let next = crate::html::attribute(next, "href").unwrap();
        let second = browser.opens(&next).await;
        second.shows(&["IR-2 Outage 2", "IR-1 Outage 1", "First page"]);
        second.hides(&["IR-3 ", "Next page"]);
        let wrong = browser.opens("/postmortems?state=draft&after=7").await;
        assert_eq!(wrong.status, 400);
        wrong.shows(&[
            "This link doesn’t lead to a page of the list.",
            "First page",
        ]);
        assert!(wrong.html.contains("href=\"/postmortems?state=draft\""));
        let beyond = browser.opens("/postmortems?after=2.7.7").await;
        assert_eq!(beyond.status, 422);
    });
}
