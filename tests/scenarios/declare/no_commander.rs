//! An incident that Muster declares by itself: it has no commander until a user takes command.

use muster_domain::{Severity, Update};

use crate::harness::prelude::*;

const ANNOUNCEMENT: &str = "IR-1 Checkout is slow\n*Severity*\n🟠 SEV-2 High\n*Status*\n🔥 ACTIVE\n\
    *Incident Commander*\nnone yet\n*Customer impact*\nUnknown\nDeclared by Muster 2026-11-23 14:05 UTC\n\
    [Join Channel] [Take Command] [Subscribe]";

const HEADER: &str = "IR-1 Checkout is slow\n*Severity*\n🟠 SEV-2 High\n*Status*\n🔥 ACTIVE\n\
    *Incident Commander*\nnone yet\n*Customer impact*\nUnknown\n\
    *Next update due* 2026-11-23 14:35 UTC\nDeclared by Muster 2026-11-23 14:05 UTC\n[Take Command]\n\
    [Update] [Severity] [Resolve] [Note] […]\n[Add Chat] [Add Video Call]";

/// Declares IR-1 as Muster, and reads all messages about it.
async fn declare(world: &World) -> DeclaredIncident {
    let incident = world.declares_as_muster("Checkout is slow").await;
    world.user("bob").reads_declaration(1);
    incident
}

#[test]
fn incident_of_muster_shows_that_it_has_no_commander() {
    scenario(async |world, [_, bob, _]| {
        let incident = world.declares_as_muster("Checkout is slow").await;
        assert_eq!(bob.reads("#incidents"), [ANNOUNCEMENT]);
        let posts = bob.reads(&incident.channel);
        assert_eq!(posts[0], HEADER);
        assert_eq!(posts.len(), 2, "the header and the welcome: {posts:?}");
        let slack = &world.slack;
        assert_eq!(slack.members(&incident.channel), [slack.bot_user()]);
        assert_eq!(
            slack.topic(&incident.channel),
            "SEV-2 High · ACTIVE · Commander: none yet"
        );
        bob.types("#general", "/datadog inc list").await;
        let listed = "Open incidents (1)\n🟠 IR-1 Checkout is slow\n[Open]\n\
                      🔥 ACTIVE · SEV-2 High · Commander: none yet · just now";
        assert_eq!(bob.reads_ephemeral(), [listed]);
        let home = bob.opens_home().await;
        assert!(home.contains("Commander: none yet"), "{home}");
    });
}

#[test]
fn alice_takes_command_with_one_click_on_the_announcement() {
    over_both_transports(async |world, [alice, ..]| {
        let incident = declare(world).await;
        alice
            .clicks("#incidents", &incident.announcement_ts, "take_command")
            .await;
        alice.redelivers_last_request().await;
        assert_eq!(
            alice.reads_ephemeral(),
            ["You're the commander of IR-1 now."]
        );
        check_taken(world, &incident);
        alice
            .types(&incident.channel, "/datadog incident timeline")
            .await;
        let timeline = alice.reads_ephemeral().join("\n");
        assert!(
            timeline.contains("Muster declared this incident."),
            "{timeline}"
        );
        assert!(
            timeline.contains("alice changed commander none → alice"),
            "{timeline}"
        );
    });
}

/// Checks what the channel and the announcement show after alice took command.
fn check_taken(world: &World, incident: &DeclaredIncident) {
    let (bob, slack) = (world.user("bob"), &world.slack);
    let taken = "alice changed commander none → @alice";
    let posts = bob.reads(&incident.channel);
    assert_eq!(posts.len(), 2, "{posts:?}");
    assert_eq!(posts[1], taken);
    assert!(
        posts[0].contains("Incident Commander*\n@alice"),
        "{posts:?}"
    );
    assert!(!posts[0].contains("Take Command"), "{posts:?}");
    let replies = bob.reads_thread("#incidents", &incident.announcement_ts);
    assert_eq!(replies, ["alice changed commander none → alice"]);
    let announced = bob.reads("#incidents");
    assert!(
        announced[0].contains("Incident Commander*\nalice"),
        "{announced:?}"
    );
    assert!(!announced[0].contains("Take Command"), "{announced:?}");
    let members = slack.members(&incident.channel);
    assert!(members.contains(&slack.user("alice")));
}

#[test]
fn header_has_the_button_and_the_first_click_counts() {
    scenario(async |world, [alice, bob, _]| {
        let incident = declare(world).await;
        let header = world.slack.pins(&incident.channel).remove(0);
        for user in [alice, bob] {
            user.joins(&incident.channel).await;
            user.reads_ephemeral();
        }
        // Bob has clicked before the header showed him that Alice was faster.
        let slack = &world.slack;
        let clicks = ["alice", "bob"].map(|user| {
            let channel = &incident.channel;
            slack.clicks(user, channel, &header, "take_command", None)
        });
        for click in clicks {
            click.await;
        }
        world.deliver_all().await;
        assert_eq!(alice.reads_ephemeral(), [""; 0]);
        assert_eq!(
            bob.reads_ephemeral(),
            ["alice is already the commander of IR-1. Nothing was changed."]
        );
        world.expects_unread(4, "header, post, announcement, its reply");
    });
}

#[test]
fn forms_and_reminders_work_without_a_commander() {
    scenario(async |world, [alice, ..]| {
        let incident = declare(world).await;
        alice.joins(&incident.channel).await;
        alice.reads_ephemeral();
        let screen = alice.updates(&incident.channel, &[SEV_1]).await;
        assert_eq!(screen.errors.len(), 0, "the commander stays empty");
        world.expects_unread(4, "header, post, announcement, its reply");
        world.advance_to_minute(60).await;
        let posts = alice.reads(&incident.channel);
        let reminder = "No update for 1 hour. What's the latest?";
        assert!(posts.iter().any(|it| it.starts_with(reminder)), "{posts:?}");
        alice.updates(&incident.channel, &[RESOLVED]).await;
        drop(world.take_all_unread());
        world.advance_to_minute(4 * 24 * 60).await;
        let posts = alice.reads(&incident.channel);
        assert!(
            posts.iter().any(|it| it.contains("postmortem")),
            "{posts:?}"
        );
        assert_eq!(alice.reads_direct_messages(), [""; 0]);
        drop(world.take_all_unread());
    });
}

#[test]
fn muster_changes_an_incident_and_removes_its_commander() {
    incident_scenario(async |world, channel, [alice, ..]| {
        let update = Update {
            severity: Some(Severity::Sev1),
            commander: Some(None),
            ..Update::default()
        };
        world.updates_as_muster(update).await;
        let posts = alice.reads(channel);
        let expected =
            "Muster updated the incident\nSeverity UNKNOWN → SEV-1\nCommander alice → none";
        assert!(posts.iter().any(|it| it == expected), "{posts:?}");
        assert!(
            posts[0].contains("Incident Commander*\nnone yet"),
            "{posts:?}"
        );
        assert!(posts[0].contains("[Take Command]"), "{posts:?}");
        assert_eq!(
            alice.reads_direct_messages(),
            [format!(
                "Muster removed you as Incident Commander of IR-1 Checkout is slow.\nChannel: #{channel}"
            )]
        );
        world.expects_unread(2, "announcement, its reply");
    });
}
