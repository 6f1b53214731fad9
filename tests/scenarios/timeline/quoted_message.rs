//! A postmortem quotes Slack messages as they were when they were flagged, whatever becomes of them. A completed
//! one stays as it is.

use muster::store::{ChangeTarget, IdempotencyKey, Store};
use muster_domain::postmortem::{
    EditPostmortem, GeneratePostmortem, MakeText, PostmortemStatus, PostmortemView,
};
use muster_domain::{Actor, IncidentId, Timestamp, UserClock, UserId, Viewer};
use serde_json::json;

use crate::harness::prelude::*;

const INCIDENT: IncidentId = IncidentId(1);

/// The number of the section **Timeline**.
const TIMELINE: i64 = 4;

/// Posts a message, which is added to the timeline by a pushpin and flagged as important.
async fn posts_flagged(user: TestUser<'_>, channel: &str, text: &str) -> String {
    let ts = user.posts(channel, text).await;
    user.reacts(channel, &ts, "pushpin").await;
    toggles_newest_flag(user, channel).await;
    ts
}

/// Flags the newest entry of the timeline, or removes its flag.
async fn toggles_newest_flag(user: TestUser<'_>, channel: &str) {
    let list = user.opens_list(channel, "/datadog incident timeline").await;
    user.reads_ephemeral();
    user.clicks(channel, &list, "timeline_flag").await;
    user.reads_ephemeral();
}

/// Returns the lines of the important entries as a postmortem shows them.
async fn quoted(world: &World) -> Vec<String> {
    let store = world.store().await;
    let source = store.postmortem_source(Viewer::Operator, INCIDENT).await;
    let source = source.unwrap();
    let clock = UserClock::new(now(world), "UTC");
    let view = PostmortemView {
        clock: &clock,
        page_url: None,
        channel_url: None,
    };
    let text = source.render_text("{{incident.timeline}}", &view);
    text.lines().map(str::to_owned).collect()
}

/// Returns the section **Timeline** as readers see it.
async fn timeline_section(world: &World) -> String {
    let store = world.store().await;
    let source = store.postmortem_source(Viewer::Operator, INCIDENT).await;
    let clock = UserClock::new(now(world), "Europe/Paris");
    let view = PostmortemView {
        clock: &clock,
        page_url: None,
        channel_url: None,
    };
    let document = source.unwrap().render(&view);
    let mut sections = document.sections.into_iter();
    sections.find(|it| it.number == TIMELINE).unwrap().body
}

fn now(world: &World) -> Timestamp {
    Timestamp::from_epoch_millis(world.now())
}

fn target(world: &World, key: &str) -> ChangeTarget {
    ChangeTarget {
        viewer: Viewer::Operator,
        id: INCIDENT,
        key: IdempotencyKey::view(key),
        now: now(world),
    }
}

fn alice(world: &World) -> Actor {
    Actor::new(UserId::from("U0ALICE0001"), now(world))
}

fn link_to(world: &World, channel: &str, ts: &str) -> String {
    let url = world.slack.permalink(channel, ts).unwrap();
    format!("([message]({url}))")
}

#[test]
fn flagged_messages_are_quoted_as_they_were_flagged() {
    incident_over_both_transports(async |world, channel, [_, bob, ..]| {
        bob.joins(channel).await;
        assert_eq!(
            quoted(world).await,
            ["No entry of the timeline is marked as important."]
        );
        let stays = posts_flagged(bob, channel, "I found <the> host.\n# db-1").await;
        world.advance(5).await;
        let edited = posts_flagged(bob, channel, "Disk is 90% full.").await;
        world.advance(5).await;
        let deleted = posts_flagged(bob, channel, "Restarted *db-1*.").await;
        world.advance(5).await;
        bob.edits(channel, &edited, "Disk is fine.").await;
        bob.edits(channel, &deleted, "Did nothing.").await;
        world.advance(5).await;
        bob.deletes(channel, &deleted).await;
        let link = |ts: &str| link_to(world, channel, ts);
        let expected = [
            "* Mon 23 Nov 14:05 UTC bob wrote: I found \\<the\\> host.\\".to_owned(),
            format!("  \\# db-1 {}", link(&stays)),
            format!(
                "* Mon 23 Nov 14:05 UTC bob wrote: Disk is 90% full. {} (edited later)",
                link(&edited)
            ),
        ];
        let lines = quoted(world).await;
        assert_eq!(lines[..3], expected);
        assert_eq!(lines.len(), 4);
        let last = &lines[3];
        let text = " bob wrote: Restarted \\*db-1\\*. ";
        assert!(last.contains(text), "{last}");
        assert!(last.ends_with(") (deleted in Slack)"), "{last}");
        // A message that was deleted without a flag is not quoted.
        let ts = bob.posts(channel, "Oops.").await;
        bob.reacts(channel, &ts, "pushpin").await;
        bob.deletes(channel, &ts).await;
        assert_eq!(quoted(world).await, lines);
    });
}

#[test]
fn message_that_is_flagged_again_is_quoted_in_its_new_version() {
    incident_scenario(async |world, channel, [_, bob, ..]| {
        bob.joins(channel).await;
        let ts = posts_flagged(bob, channel, "Disk is full.").await;
        world.advance(5).await;
        bob.edits(channel, &ts, "Disk was full.").await;
        world.advance(5).await;
        toggles_newest_flag(bob, channel).await;
        assert_eq!(
            quoted(world).await,
            ["No entry of the timeline is marked as important."]
        );
        world.advance(5).await;
        toggles_newest_flag(bob, channel).await;
        let lines = quoted(world).await;
        assert!(
            lines[0].contains(" bob wrote: Disk was full. ("),
            "{lines:?}"
        );
        assert!(lines[0].ends_with("))"), "{lines:?}");
    });
}

/// Generates the postmortem of the only incident.
async fn generate(world: &World, store: &Store) {
    world.change_settings(&[("postmortem_any_time", json!(true))]);
    let actor = alice(world);
    let generated = store.change_postmortem(target(world, "generate"), move |it, _, ctx| {
        Ok(it.generate_postmortem(GeneratePostmortem::default(), &actor, ctx)?)
    });
    generated.await.unwrap();
}

async fn set_status(world: &World, store: &Store, status: PostmortemStatus) {
    let request = EditPostmortem {
        status: Some(status),
        ..EditPostmortem::default()
    };
    let target = target(world, &format!("status {}", status.as_str()));
    let edited = store.edit_postmortem(target, request, alice(world), None);
    edited.await.unwrap();
}

#[test]
fn completed_postmortem_stays_as_it_was_until_it_is_a_draft_again() {
    incident_scenario(async |world, channel, [_, bob, ..]| {
        bob.joins(channel).await;
        posts_flagged(bob, channel, "Disk is full.").await;
        let store = world.store().await;
        generate(world, &store).await;
        let current = timeline_section(world).await;
        assert!(current.starts_with("* Mon 23 Nov 15:05 CET bob wrote: Disk is full. "));
        set_status(world, &store, PostmortemStatus::Completed).await;
        let frozen = timeline_section(world).await;
        assert_eq!(frozen, current.replace("15:05 CET", "14:05 UTC"));
        world.advance(60).await;
        posts_flagged(bob, channel, "Disk is empty.").await;
        assert_eq!(timeline_section(world).await, frozen);
        set_status(world, &store, PostmortemStatus::Draft).await;
        let current = timeline_section(world).await;
        assert!(current.contains("bob wrote: Disk is empty."), "{current}");

        let request = MakeText {
            number: TIMELINE,
            expected_revision: 1,
        };
        let saved = store.make_section_text(target(world, "text"), request, alice(world), None);
        saved.await.unwrap();
        let text = timeline_section(world).await;
        assert!(
            text.contains("14:05 UTC bob wrote: Disk is full."),
            "{text}"
        );
        let revisions = store.section_revisions(Viewer::Operator, INCIDENT, TIMELINE);
        let revisions = revisions.await.unwrap().into_iter();
        let bodies: Vec<_> = revisions.map(|it| it.body).collect();
        assert_eq!(bodies, [text, "{{incident.timeline}}".to_owned()]);
        world.deliver_all().await;
        let mut posts = world.take_all_unread().into_iter();
        assert!(posts.any(|it| it.contains("generated the postmortem")));
    });
}
