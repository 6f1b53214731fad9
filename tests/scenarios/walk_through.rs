//! The walk-through: one incident from the first doubt to its last follow-up, without leaving Slack.

use super::person::Person;
use super::world::{World, by_each_door};

#[tokio::test]
async fn an_incident_is_run_from_its_declaration_to_its_last_follow_up() {
    by_each_door(async |world| {
        let channel = &is_declared(world).await;
        is_talked_about_elsewhere(world, channel).await;
        let channel = &is_understood(world, channel).await;
        is_written_down(world, channel).await;
        is_remedied(world, channel).await;
        is_resolved(world, channel).await;
        assert_eq!(world.timeline(1).await, TIMELINE);
    })
    .await;
}

/// What the reviewer reads next week.
const TIMELINE: [&str; 15] = [
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
    "alice added task 1 “Free the disk of db-1 @bob”",
    "bob finished task 1",
    "alice changed status “active” to “stable”",
    "alice ended the impact",
    "alice changed status “stable” to “resolved”",
    "alice added follow-up 2 “Alarm when a disk is four fifths full @alice”",
];

/// Steps 1 and 2: errors rise; somebody declares, and everybody has a place to be.
async fn is_declared(world: &World) -> String {
    let alice = world.person("alice");
    alice.says("#general", "/datadog incident").await;
    assert_eq!(alice.field("Incident Commander"), "U0ALICE0001");
    let fields = [
        ("Title", "Checkout is slow"),
        ("Severity Level", "UNKNOWN"),
        ("Customer impact", "Unknown"),
        ("Signals", "https://graphs.example/checkout"),
    ];
    alice.submits(&fields).await;
    assert_eq!(
        alice.reads_alone(),
        ["IR-1 is declared: #incident-1-checkout-is-slow is its channel, and you are in it."]
    );
    alice.reads_of_declaration(1);
    let channel = "incident-1-checkout-is-slow".to_owned();
    world.person("bob").joins(&channel).await;
    alice.reads_everything();
    channel
}

/// Step 3: the team talks in another tool, and by video.
async fn is_talked_about_elsewhere(world: &World, channel: &str) {
    let bob = world.person("bob");
    does(bob, channel, "incident chat https://chat.example/war-room").await;
    does(bob, channel, "incident call https://meet.example/abc").await;
    let bookmarks = world.slack.bookmarks(channel);
    let links: Vec<_> = bookmarks.iter().map(|it| it.link.as_str()).collect();
    assert!(links.contains(&"https://meet.example/abc"), "{links:?}");
}

/// Steps 4 and 5: the cause is found, and customers have been hurt for a quarter of an hour.
async fn is_understood(world: &World, channel: &str) -> String {
    let alice = world.person("alice");
    world.comes_to(20).await;
    let fields = [
        ("Title", "Checkout times out"),
        ("Severity Level", "SEV-2 High"),
        ("Detection Method", "Employee"),
        ("Why it happened", "db-1 is out of disk."),
    ];
    alice.updates(channel, &fields).await;
    alice.reads_everything();
    // The channel is called as the incident from now on.
    let channel = "incident-1-checkout-times-out";
    let impact = "incident impact since 15 minutes ago customers cannot pay";
    does(alice, channel, impact).await;
    channel.to_owned()
}

/// Steps 6 and 7: what was found is written down, and what matters is flagged.
async fn is_written_down(world: &World, channel: &str) {
    let (alice, bob) = (world.person("alice"), world.person("bob"));
    let note = "incident note at 10 minutes ago I found the host causing the issue.";
    does(alice, channel, note).await;
    let ts = bob.writes(channel, "I am working on a fix.").await;
    bob.chooses(channel, &ts, "add_to_incident").await;
    assert_eq!(bob.reads_alone(), ["Added to the timeline of IR-1."]);
    alice.says(channel, "/datadog incident timeline").await;
    let list = alice.last_alone().ts;
    alice.presses(channel, &list, "timeline_flag").await;
    assert!(alice.last_alone().as_read().contains("[Unflag]"));
    alice.reads_everything();
}

/// Step 8: a runbook is linked; a task is given, due, and done.
async fn is_remedied(world: &World, channel: &str) {
    let (alice, bob) = (world.person("alice"), world.person("bob"));
    does(
        alice,
        channel,
        "incident link https://wiki.example/disk Free a full disk",
    )
    .await;
    alice
        .says(channel, "/datadog task Free the disk of db-1 @bob")
        .await;
    assert_eq!(bob.reads_direct().len(), 1, "an assignee is told");
    alice.reads_everything();
    bob.says(channel, "/datadog task list").await;
    let list = bob.last_alone().ts;
    bob.presses(channel, &list, "task_done").await;
    let [list] = bob.reads_alone().try_into().unwrap();
    assert!(list.starts_with("Tasks of IR-1 · 1 of 1 done"), "{list}");
    alice.reads_everything();
}

/// Steps 9 and 10, without mail and postmortem: it is stable, then resolved, and something is left to do.
async fn is_resolved(world: &World, channel: &str) {
    let alice = world.person("alice");
    does(alice, channel, "incident stable").await;
    world.comes_to(40).await;
    alice.says(channel, "/datadog incident update").await;
    alice.picks_in_form("status", "RESOLVED").await;
    alice.submits(&[("Impact ended", "10 minutes ago")]).await;
    alice.reads_everything();
    does(
        alice,
        channel,
        "followup Alarm when a disk is four fifths full @alice",
    )
    .await;
    does(alice, channel, "incident list").await;
}

/// Types a command, and reads all that is said of it.
async fn does(person: Person<'_>, channel: &str, text: &str) {
    person.says(channel, &format!("/datadog {text}")).await;
    person.reads_everything();
}
