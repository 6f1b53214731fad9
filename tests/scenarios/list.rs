//! `/datadog incident list`: open and closed incidents, page by page, as an ephemeral reply.

use muster_sandbox::Fault;

use crate::harness::prelude::*;
use crate::privacy::outsiders::{current_channel, declare_private};

/// Reads the lists, without numbers of minutes: Slack's rate limits delay some declarations by seconds.
fn reads_list(user: &TestUser<'_>) -> Vec<String> {
    let without_minutes = |list: String| {
        let tokens: Vec<&str> = list.split(' ').collect();
        let is_minutes = |at: usize| {
            tokens
                .get(at + 1)
                .is_some_and(|next| next.starts_with("min"))
        };
        let tokens = tokens.iter().enumerate();
        let tokens = tokens.map(|(at, token)| if is_minutes(at) { "n" } else { *token });
        tokens.collect::<Vec<_>>().join(" ")
    };
    let lists = user.reads_ephemeral().into_iter();
    lists.map(without_minutes).collect()
}

#[test]
fn list_sorts_open_incidents_by_status_and_severity() {
    over_both_transports(async |world, [alice, bob, ..]| {
        let minor = [("Severity Level", "SEV-5 Minor")];
        alice.declares_with("Checkout is slow", &minor).await;
        let search = alice.declares("Search is down").await;
        world.advance_to_minute(60).await;
        let critical = [SEV_1, ("Incident Commander", "bob")];
        let carts = alice.declares_with("Carts are lost", &critical).await;
        let mail = alice.declares("No mail goes out").await;
        let stable = [STABLE, SEV_3];
        alice.updates(&search.channel, &stable).await;
        alice.updates(&mail.channel, &[RESOLVED]).await;
        world.expects_unread(
            9,
            "two headers, two announcements, two announcement replies, two posts, reminder",
        );

        world.advance_to_minute(3 * 60 + 5).await;
        let screen = alice.types("#general", "/datadog inc LIST").await;
        assert_eq!(screen.ephemeral.len(), 1);
        assert_eq!(
            reads_list(&alice),
            ["Open incidents (3)\n\
              🔴 IR-3 Carts are lost\n[Open]\n\
              🔥 ACTIVE · SEV-1 Critical · @bob · 2 hours n min ago\n\
              🟣 IR-1 Checkout is slow\n[Open]\n\
              🔥 ACTIVE · SEV-5 Minor · @alice · 3 hours n min ago\n\
              🟡 IR-2 Search is down\n[Open]\n\
              🧯 STABLE · SEV-3 Moderate · @alice · 3 hours n min ago"]
        );
        assert_eq!(bob.reads_ephemeral(), [""; 0]);
        assert_eq!(bob.reads("#general"), [""; 0]);
        // A reminder was posted within the two hours, and the header shows when the next update is due.
        assert_eq!(bob.reads(&carts.channel).len(), 2);
    });
}

#[test]
fn list_explains_declaring_when_no_incident_is_open() {
    scenario(async |_, [alice, ..]| {
        alice.types("#general", "/datadog incident list").await;
        assert_eq!(alice.reads_ephemeral(), [NO_OPEN_INCIDENT]);
    });
}

/// Returns the number of incidents on a page of a list, and its first and last line.
fn page_parts(list: &str) -> (usize, &str, &str) {
    let (first, last) = (list.lines().next(), list.lines().last());
    let count = list.matches("[Open]").count();
    (count, first.unwrap(), last.unwrap())
}

#[test]
fn list_is_paged_and_counts_all_incidents() {
    over_http(async |_, [alice, ..]| {
        alice.declares_many(23).await;
        let list = alice.opens_list("#general", "/datadog incident list").await;
        let first = alice.reads_ephemeral().pop().unwrap();
        assert!(
            first.contains("\n🔴 IR-20 Trouble 20 in Ünit 0\n"),
            "{first}"
        );
        let paging = (10, "Open incidents (23)", "[Next]");
        assert_eq!(page_parts(&first), paging);
        assert!(first.contains("\nPage 1 of 3\n"), "{first}");
        for (button, expected, page) in [
            ("list_next", (10, "[Previous] [Next]"), "Page 2 of 3"),
            ("list_next", (3, "[Previous]"), "Page 3 of 3"),
            ("list_previous", (10, "[Previous] [Next]"), "Page 2 of 3"),
            ("list_previous", (10, "[Next]"), "Page 1 of 3"),
        ] {
            alice.clicks("#general", &list, button).await;
            let read = alice.reads_ephemeral().pop().unwrap();
            let (count, heading, buttons) = page_parts(&read);
            assert_eq!((count, buttons), expected);
            assert_eq!(heading, "Open incidents (23)");
            assert!(read.contains(page), "{read}");
        }
    });
}

/// The entries of the three incidents in the scenarios about filters.
const MAIL: &str =
    "⚪ IR-3 Mail to customers is late\n[Open]\n🔥 ACTIVE · UNKNOWN · @alice · n min ago";
const SEARCH: &str =
    "🟡 IR-2 Search is down\n[Open]\n✅ RESOLVED · SEV-3 Moderate · @bob · n min ago, after n min";
const CHECKOUT: &str =
    "⚪ IR-1 Checkout is slow\n[Open]\n✅ RESOLVED · UNKNOWN · @alice · n min ago, after n min";

/// Words after `list`, and the lists.
fn expected_lists() -> [(&'static str, String); 7] {
    [
        (
            "resolved",
            format!("Resolved incidents (2)\n{SEARCH}\n{CHECKOUT}"),
        ),
        (
            "closed",
            format!("Resolved incidents (2)\n{SEARCH}\n{CHECKOUT}"),
        ),
        (
            "all",
            format!("All incidents (3)\n{MAIL}\n{SEARCH}\n{CHECKOUT}"),
        ),
        ("mine", format!("My open incidents (1)\n{MAIL}")),
        ("SLOW", format!("Incidents matching “SLOW” (1)\n{CHECKOUT}")),
        (
            "s",
            format!("Incidents matching “s” (3)\n{MAIL}\n{SEARCH}\n{CHECKOUT}"),
        ),
        (
            "<none> & *none*",
            "No incident title contains “<none> & *none*”.".to_owned(),
        ),
    ]
}

#[test]
fn list_filters_closed_incidents_own_incidents_and_words() {
    over_both_transports(async |world, [alice, bob, ..]| {
        let checkout = alice.declares("Checkout is slow").await;
        let search = bob.declares_with("Search is down", &[SEV_3]).await;
        alice.declares("Mail to customers is late").await;
        world.advance_to_minute(10).await;
        alice.updates(&checkout.channel, &[RESOLVED]).await;
        world.advance_to_minute(20).await;
        bob.updates(&search.channel, &[RESOLVED]).await;
        world.advance_to_minute(21).await;
        world.expects_unread(
            8,
            "two headers, two announcements, two announcement replies, two posts",
        );
        for (words, expected) in expected_lists() {
            let command = format!("/datadog incident list {words}");
            alice.types("#general", &command).await;
            assert_eq!(reads_list(&alice), [expected], "{words}");
        }
        bob.types("#general", "/datadog incident list mine").await;
        assert_eq!(bob.reads_ephemeral(), ["You aren't in any open incident."]);
    });
}

#[test]
fn list_without_a_match_says_so() {
    scenario(async |_, [alice, ..]| {
        for (words, reply) in [
            ("resolved", "No incident has been resolved yet."),
            ("all", "No incident has been declared yet."),
            ("mine", "You aren't in any open incident."),
            ("checkout", "No incident title contains “checkout”."),
        ] {
            let command = format!("/datadog incident list {words}");
            alice.types("#general", &command).await;
            assert_eq!(alice.reads_ephemeral(), [reply]);
        }
    });
}

#[test]
fn search_without_a_match_offers_to_declare_an_incident_with_that_title() {
    over_both_transports(async |_, [alice, ..]| {
        let command = "/datadog incident Search index is stale";
        let question = alice.opens_list("#general", command).await;
        assert_eq!(
            alice.reads_ephemeral(),
            ["No incident title contains “index is stale”.\n[Declare “Search index is stale”]"]
        );
        alice.clicks("#general", &question, "action_menu 0").await;
        assert_eq!(alice.field_value("Title"), "Search index is stale");
        alice.closes_modal().await;
    });
}

#[test]
fn private_incidents_are_listed_for_their_responders_only() {
    over_http(async |world, [alice, bob, ..]| {
        declare_private(&alice, &[]).await;
        alice.updates(&current_channel(world), &[RESOLVED]).await;
        world.expects_unread(4, "header, welcome, post, reply");
        for filter in ["resolved", "all", "leaked"] {
            let command = format!("/datadog incident list {filter}");
            alice.types("#general", &command).await;
            let read = alice.reads_ephemeral().pop().unwrap();
            assert!(
                read.contains("⚪ IR-1 Payroll leaked\n[Open]\n✅ RESOLVED"),
                "{read}"
            );
            assert!(read.ends_with(" · Private"), "{read}");
            bob.types("#general", &command).await;
            let read = bob.reads_ephemeral().pop().unwrap();
            assert!(read.starts_with("No incident "), "{read}");
        }
        let home = alice.opens_home().await;
        assert!(
            home.contains("Recently resolved\n⚪ IR-1 Payroll leaked"),
            "{home}"
        );
        let home = bob.opens_home().await;
        assert!(!home.contains("Recently resolved"), "{home}");
    });
}

/// Declares an incident while Slack rejects the creation of its channel.
async fn declare_without_channel(user: &TestUser<'_>, title: &str, fault: Fault) {
    let slack = &user.world.slack;
    slack.fail_calls("conversations.create", 1, fault);
    user.types("#general", &format!("/datadog incident {title}"))
        .await;
    user.submits(&[]).await;
}

#[test]
fn list_shows_the_channel_state() {
    incident_scenario(async |world, _, [alice, ..]| {
        let slack = &world.slack;
        let search = alice.declares("Search is down").await;
        let mail = alice.declares("No mail goes out").await;
        slack.archives("alice", &search.channel).await;
        slack.deletes_channel("alice", &mail.channel).await;
        let restricted = Fault::Error("restricted_action");
        declare_without_channel(&alice, "Carts are lost", restricted).await;
        declare_without_channel(&alice, "Login fails", Fault::RateLimited(30)).await;
        world.expects_unread(4, "three announcements, announcement reply, reply");
        world.expects_warning("A delivery of IR-4 failed: conversations.create: restricted_action");

        alice.types("#general", "/datadog incident list").await;
        let list = alice.reads_ephemeral().pop().unwrap();
        let details: Vec<_> = list
            .lines()
            .filter(|it| it.contains(" · "))
            .filter_map(|it| it.rsplit(" · ").next())
            .collect();
        assert_eq!(
            details,
            [
                "creating the channel…",
                "no channel",
                "channel deleted",
                "channel archived",
                "just now",
            ]
        );
        assert_eq!(list.matches("[Open]").count(), 2, "{list}");
        world.advance_stepwise(35).await;
        world.expects_unread(4, "header, welcome, announcement, its reply, reply");
    });
}
