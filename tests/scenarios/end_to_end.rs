//! The walk-through: one incident from the first symptom to its postmortem, entirely in Slack.

use muster_domain::postmortem::PostmortemView;
use muster_domain::{IncidentId, UserClock, Viewer};

use crate::harness::prelude::*;

#[test]
fn incident_runs_from_declaration_to_last_follow_up() {
    over_both_transports(async |world, _| {
        let channel = &declare(world).await;
        add_chat_and_call(world, channel).await;
        let channel = &update_and_add_impact(world, channel).await;
        add_note_and_message(world, channel).await;
        add_runbook_and_task(world, channel).await;
        resolve_and_add_follow_up(world, channel).await;
        generate_postmortem(world, channel).await;
        assert_eq!(world.timeline(1).await, EXPECTED_TIMELINE);
    });
}

/// The timeline, as read in the review a week later.
const EXPECTED_TIMELINE: [&str; 16] = [
    "alice declared it as UNKNOWN, customer impact unknown",
    "bob changed the chat from none to https://chat.example/war-room",
    "bob changed the video call from none to https://meet.example/abc",
    "alice added an impact",
    "alice noted “I found the host causing the issue.”",
    "alice changed title “Checkout is slow” to “Checkout times out”, severity “UNKNOWN” to “SEV-2”, \
     detection method “unknown” to “employee”, root cause “” to “db-1 is out of disk.”",
    "somebody saw the channel go from #incident-1-checkout-is-slow to #incident-1-checkout-times-out",
    "bob wrote “I am working on a fix.”",
    "alice added the document Free a full disk https://wiki.example/disk",
    "alice added task 1 “Free the disk of db-1”",
    "bob finished task 1",
    "alice changed status “active” to “stable”",
    "alice ended the impact",
    "alice changed status “stable” to “resolved”",
    "alice added follow-up 2 “Alarm when a disk is four fifths full”",
    "alice generated the postmortem of bob",
];

/// Steps 1 and 2: errors rise; alice declares, and all responders have one channel.
async fn declare(world: &World) -> String {
    let alice = world.user("alice");
    alice.types("#general", "/datadog incident").await;
    assert_eq!(alice.field_value("Incident Commander"), "U0ALICE0001");
    let fields = [
        ("Title", "Checkout is slow"),
        ("Severity Level", "UNKNOWN"),
        ("Customer impact", "Unknown"),
        ("Signals", "https://graphs.example/checkout"),
    ];
    alice.submits(&fields).await;
    assert_eq!(alice.reads_ephemeral(), [DECLARED_REPLY]);
    alice.reads_declaration(1);
    let channel = "incident-1-checkout-is-slow".to_owned();
    world.user("bob").joins(&channel).await;
    channel
}

/// Step 3: the team uses another chat and a video call.
async fn add_chat_and_call(world: &World, channel: &str) {
    let bob = world.user("bob");
    run_command(
        bob,
        channel,
        "incident chat https://chat.example/war-room",
        2,
    )
    .await;
    run_command(bob, channel, "incident call https://meet.example/abc", 2).await;
    let bookmarks = world.slack.bookmarks(channel);
    let links: Vec<_> = bookmarks.iter().map(|it| it.link.as_str()).collect();
    assert!(links.contains(&"https://meet.example/abc"), "{links:?}");
}

/// Steps 4 and 5: the cause is found; customers have been affected for a quarter of an hour.
async fn update_and_add_impact(world: &World, channel: &str) -> String {
    let alice = world.user("alice");
    world.advance_to_minute(20).await;
    let fields = [
        ("Title", "Checkout times out"),
        SEV_2,
        ("Detection Method", "Employee"),
        ("Why it happened", "db-1 is out of disk."),
    ];
    alice.updates(channel, &fields).await;
    world.expects_unread(4, "header, announcement, its reply, post");
    // The channel name follows the title from now on.
    let channel = "incident-1-checkout-times-out";
    let impact = "incident impact since 15 minutes ago customers cannot pay";
    run_command(alice, channel, impact, 3).await;
    channel.to_owned()
}

/// Steps 6 and 7: findings are written down, and important entries are flagged.
async fn add_note_and_message(world: &World, channel: &str) {
    let (alice, bob) = (world.user("alice"), world.user("bob"));
    let note = "incident note at 10 minutes ago I found the host causing the issue.";
    run_command(alice, channel, note, 2).await;
    let ts = bob.posts(channel, "I am working on a fix.").await;
    bob.adds_to_incident(channel, &ts).await;
    assert_eq!(bob.reads_ephemeral(), ["Added to the timeline of IR-1."]);
    let list = alice
        .opens_list(channel, "/datadog incident timeline")
        .await;
    alice.clicks(channel, &list, "timeline_flag").await;
    assert!(alice.last_ephemeral().rendered_text().contains("[Unflag]"));
    world.expects_unread(1, "reply");
}

/// Step 8: a runbook is linked; a task is assigned, gets a due time, and is done.
async fn add_runbook_and_task(world: &World, channel: &str) {
    let (alice, bob) = (world.user("alice"), world.user("bob"));
    run_command(
        alice,
        channel,
        "incident link https://wiki.example/disk Free a full disk",
        2,
    )
    .await;
    alice
        .types(channel, "/datadog task Free the disk of db-1 @bob")
        .await;
    assert_eq!(
        bob.reads_direct_messages().len(),
        1,
        "the assignee receives a direct message"
    );
    assert_eq!(
        world.unread("incident-1-checkout-times-out"),
        ["alice added task 1 for bob: Free the disk of db-1"]
    );
    let list = bob.opens_list(channel, "/datadog task list").await;
    bob.clicks(channel, &list, "task_done").await;
    let [list] = bob.reads_ephemeral().try_into().unwrap();
    assert!(list.starts_with("Tasks of IR-1 · 1 of 1 done"), "{list}");
    assert_eq!(
        world.unread("incident-1-checkout-times-out"),
        ["bob finished task 1: Free the disk of db-1"]
    );
}

/// Steps 9 and 10, without e-mail: the incident is stable, then resolved, with a follow-up.
async fn resolve_and_add_follow_up(world: &World, channel: &str) {
    let alice = world.user("alice");
    run_command(alice, channel, "incident stable", 4).await;
    world.advance_to_minute(40).await;
    alice.types(channel, "/datadog incident update").await;
    alice.selects_in_modal("status", "RESOLVED").await;
    alice.submits(&[("Impact ended", "10 minutes ago")]).await;
    world.expects_unread(4, "header, announcement, its reply, post");
    run_command(
        alice,
        channel,
        "followup Alarm when a disk is four fifths full @alice",
        1,
    )
    .await;
    run_command(alice, channel, "incident list", 1).await;
}

/// Step 10: the postmortem is generated from the closing summary, with the important entries only.
async fn generate_postmortem(world: &World, channel: &str) {
    let (alice, bob) = (world.user("alice"), world.user("bob"));
    let summaries = world.slack.messages(channel).into_iter();
    let mut summaries = summaries.filter(|it| it.rendered_text().contains("is RESOLVED*"));
    let summary = summaries.next().unwrap();
    let button = "action_menu incident postmortem";
    alice.clicks(channel, &summary.ts, button).await;
    assert_eq!(alice.field_value("Timeline"), "important");
    let fields = [("Timeline", "Marked as Important"), ("Owner", "bob")];
    alice.submits_and_closes(&fields).await;
    let posts = bob.reads(channel);
    let generated = "alice generated the postmortem. @bob owns it.";
    assert_eq!(posts.last().unwrap(), generated);
    world.expects_unread(1, "announcement reply");

    let document = rendered_postmortem(world).await;
    let section = |heading: &str| {
        let heading = format!("# {heading}\n");
        let (_, rest) = document.split_once(&heading).unwrap();
        rest.split("\n# ").next().unwrap().trim().to_owned()
    };
    let timeline = section("Timeline");
    let important = " bob wrote: I am working on a fix. ([message](";
    assert!(timeline.contains(important), "{timeline}");
    assert_eq!(timeline.lines().count(), 1, "one is important: {timeline}");
    let follow_ups = section("Action items");
    let follow_up = "Alarm when a disk is four fifths full";
    assert!(follow_ups.contains(follow_up), "{follow_ups}");
}

/// Returns the text of the document, each heading after a `#`.
async fn rendered_postmortem(world: &World) -> String {
    let store = world.store().await;
    let source = store.postmortem_source(Viewer::Operator, IncidentId(1));
    let source = source.await.unwrap();
    let now = muster_domain::Timestamp::from_epoch_seconds(world.now() / 1000);
    let clock = UserClock::new(now, "UTC");
    let view = PostmortemView {
        clock: &clock,
        page_url: None,
        channel_url: None,
    };
    let sections = source.render(&view).sections.into_iter();
    let texts = sections.map(|it| format!("# {}\n{}\n", it.heading, it.body));
    texts.collect()
}

/// Types a command that leads to `messages` messages.
async fn run_command(user: TestUser<'_>, channel: &str, text: &str, messages: usize) {
    user.types(channel, &format!("/datadog {text}")).await;
    user.world.expects_unread(messages, text);
}
