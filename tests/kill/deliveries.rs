//! Every kind of delivery, killed at each of its moments.

use muster::domain::Owed;

use super::blow::{Blow, Turn, strike};
use super::cases::each;
use super::links;
use super::reminders::{of_a_reminder, of_an_archiving};
use super::standing::{CHANGED, CHANNEL, DECLARED, Standing, briefings};
use super::tasks;
use super::world::{World, is_fine};

/// Declares the incident.
pub async fn declares(world: &World) {
    let form = fills_in(world).await;
    world.submits("alice", &form).await;
}

/// Fills in the form that declares it; gives its id.
pub async fn fills_in(world: &World) -> String {
    let text = "/datadog incident Checkout is slow";
    world.opens(("alice", "#general"), text, &DECLARED).await
}

/// Fills in the form that changes it; gives its id.
pub async fn fills_in_changes(world: &World) -> String {
    let text = "/datadog incident update";
    world.opens(("alice", CHANNEL), text, &CHANGED).await
}

/// Changes it.
pub async fn changes(world: &World) {
    let form = fills_in_changes(world).await;
    world.submits("alice", &form).await;
}

/// Has chioma write a message in the incident's channel; gives its `ts`.
pub async fn chioma_writes(world: &World) -> String {
    world.slack.joins("chioma", CHANNEL).await;
    let text = "I am working on a fix.";
    let seen = world.slack.types("chioma", CHANNEL, text).await;
    seen.ts.expect("the message was posted")
}

/// Kills the bot while it delivers what a declaration owes.
async fn of_a_declaration(owed: Owed) {
    let name = format!("{} of a declaration", owed.as_str());
    each(&name, &Blow::ALL, async move |mut world: World, blow| {
        strike(&mut world, (owed, Turn::First, blow), declares).await;
        world.starts().await;
        world.settles().await;
        Standing::declared().is_found(&world);
        if owed == Owed::Brief {
            assert!(briefings(&world, "bob") > 0, "bob was briefed");
        }
    })
    .await;
}

/// Kills the bot while it delivers what a change owes.
async fn of_a_change(owed: Owed) {
    let name = format!("{} of a change", owed.as_str());
    each(&name, &Blow::ALL, async move |mut world: World, blow| {
        declares(&world).await;
        world.settles().await;
        strike(&mut world, (owed, Turn::Later, blow), changes).await;
        world.starts().await;
        world.settles().await;
        Standing::changed().is_found(&world);
    })
    .await;
}

/// Kills the bot while it delivers what a message on the timeline owes.
async fn of_a_message(owed: Owed) {
    let name = format!("{} of a message", owed.as_str());
    each(&name, &Blow::ALL, async move |mut world: World, blow| {
        declares(&world).await;
        world.settles().await;
        let ts = chioma_writes(&world).await;
        world.settles().await;
        if owed == Owed::LearnPerson {
            world.records.people_are_long_unheard_of();
        }
        let added = ts.clone();
        strike(&mut world, (owed, Turn::First, blow), async move |world| {
            adds(world, CHANNEL, &added).await;
        })
        .await;
        world.starts().await;
        world.settles().await;
        message_is_on_the_timeline(&world, CHANNEL, &ts);
        Standing::declared()
            .and("chioma")
            .with("message")
            .is_found(&world);
    })
    .await;
}

/// Kills the bot while it does what a repair owes: somebody has deleted the header.
async fn of_a_repair(owed: Owed) {
    let name = format!("{} of a repair", owed.as_str());
    each(&name, &Blow::ALL, async move |mut world: World, blow| {
        declares(&world).await;
        world.settles().await;
        let header = world.slack.pins(CHANNEL).pop().unwrap();
        let bot = world.slack.bot_user();
        world.slack.deletes(&bot, CHANNEL, &header).await;
        strike(&mut world, (owed, Turn::First, blow), async |world| {
            let typed = world
                .slack
                .types("alice", CHANNEL, "/datadog incident repair");
            is_fine(&typed.await);
        })
        .await;
        world.starts().await;
        world.settles().await;
        Standing::declared()
            .with("repaired")
            .telling("alice had this built again: a new header.")
            .is_found(&world);
        let direct = world.slack.direct_message("alice").unwrap();
        assert_eq!(world.slack.messages(&direct).len(), 1, "alice is told once");
    })
    .await;
}

/// Kills the bot while it delivers what a pin on a message owes.
async fn of_a_pin(owed: Owed) {
    let name = format!("{} of a pin", owed.as_str());
    each(&name, &Blow::ALL, async move |mut world: World, blow| {
        declares(&world).await;
        world.settles().await;
        let ts = chioma_writes(&world).await;
        let pinned = ts.clone();
        strike(&mut world, (owed, Turn::First, blow), async move |world| {
            is_fine(
                &world
                    .slack
                    .reacts("alice", CHANNEL, &pinned, "pushpin")
                    .await,
            );
        })
        .await;
        world.starts().await;
        world.settles().await;
        let read = "SELECT json_extract(what, '$.text') FROM timeline WHERE message_ts IS NOT NULL";
        assert_eq!(world.records.ask(read), ["I am working on a fix."]);
        Standing::declared()
            .and("chioma")
            .with("message")
            .is_found(&world);
    })
    .await;
}

/// Kills the bot while it delivers what the end of a pin owes.
async fn of_a_pin_taken_away(owed: Owed) {
    let name = format!("{} of a pin taken away", owed.as_str());
    each(&name, &Blow::ALL, async move |mut world: World, blow| {
        declares(&world).await;
        world.settles().await;
        let ts = chioma_writes(&world).await;
        is_fine(&world.slack.reacts("alice", CHANNEL, &ts, "pushpin").await);
        world.settles().await;
        let unpinned = ts.clone();
        strike(&mut world, (owed, Turn::First, blow), async move |world| {
            let slack = &world.slack;
            is_fine(&slack.unreacts("alice", CHANNEL, &unpinned, "pushpin").await);
        })
        .await;
        world.starts().await;
        world.settles().await;
        assert_eq!(world.slack.reactions(CHANNEL, &ts), []);
        let on = "SELECT id FROM timeline WHERE message_ts IS NOT NULL AND removed_at IS NULL";
        assert_eq!(world.records.ask(on), [""; 0]);
    })
    .await;
}

/// Has alice choose “Add to Incident” in the menu of a message.
pub async fn adds(world: &World, channel: &str, ts: &str) {
    let slack = &world.slack;
    let chosen = slack.message_action("alice", channel, ts, "add_to_incident");
    is_fine(&chosen.await);
}

/// Looks at the mark on a message, and at its line on the timeline.
pub fn message_is_on_the_timeline(world: &World, channel: &str, ts: &str) {
    let (slack, records) = (&world.slack, &world.records);
    let marks = slack.reactions(channel, ts).into_iter();
    let marks: Vec<_> = marks.map(|it| (it.name, it.users)).collect();
    let mark = ("pushpin".to_owned(), vec![slack.bot_user()]);
    assert_eq!(marks, [mark], "the mark");
    let of_line = |column: &str| {
        let line = "FROM timeline WHERE message_ts IS NOT NULL";
        records.ask(&format!("SELECT {column} {line}"))
    };
    let link = slack.permalink(channel, ts).unwrap();
    assert_eq!(of_line("permalink"), [link], "the link to the message");
    let author = slack.person("chioma").to_string();
    assert_eq!(of_line("author"), [author], "who wrote it");
    assert_eq!(records.count("people"), 3, "everybody was asked after");
}

#[tokio::test]
async fn a_channel_is_created_once() {
    of_a_declaration(Owed::OpenChannel).await;
}

#[tokio::test]
async fn everybody_is_invited() {
    of_a_declaration(Owed::Invite).await;
}

#[tokio::test]
async fn a_header_is_posted_once() {
    of_a_declaration(Owed::ShowHeader).await;
}

#[tokio::test]
async fn a_header_is_pinned_once() {
    of_a_declaration(Owed::PinHeader).await;
}

#[tokio::test]
async fn a_declaration_is_told_once() {
    of_a_declaration(Owed::Tell).await;
}

#[tokio::test]
async fn a_role_is_told_of_once() {
    of_a_declaration(Owed::Direct).await;
}

#[tokio::test]
async fn a_new_role_is_told_of_once() {
    of_a_change(Owed::Direct).await;
}

#[tokio::test]
async fn a_task_is_told_of_once() {
    tasks::of_a_task(Owed::Direct).await;
}

#[tokio::test]
async fn whoever_is_given_a_task_is_invited() {
    tasks::of_a_task(Owed::Invite).await;
}

#[tokio::test]
async fn a_pointer_is_shown() {
    of_a_declaration(Owed::Point).await;
}

#[tokio::test]
async fn whoever_is_brought_into_the_channel_is_briefed() {
    of_a_declaration(Owed::Brief).await;
}

#[tokio::test]
async fn a_card_is_posted_once() {
    of_a_declaration(Owed::ShowCard).await;
}

#[tokio::test]
async fn a_declaration_is_told_once_under_the_card() {
    of_a_declaration(Owed::Reply).await;
}

#[tokio::test]
async fn a_topic_is_set_once() {
    of_a_declaration(Owed::SetTopic).await;
}

#[tokio::test]
async fn a_purpose_is_set_once() {
    of_a_declaration(Owed::SetPurpose).await;
}

#[tokio::test]
async fn a_link_is_bookmarked_once() {
    of_a_declaration(Owed::Bookmark).await;
}

#[tokio::test]
async fn a_document_is_bookmarked_once() {
    links::of_a_link(Owed::Bookmark).await;
}

#[tokio::test]
async fn whoever_pasted_a_call_is_asked() {
    links::of_a_call(Owed::OfferCall).await;
}

#[tokio::test]
async fn a_new_commander_is_invited() {
    of_a_change(Owed::Invite).await;
}

#[tokio::test]
async fn a_header_is_edited_in_place() {
    of_a_change(Owed::ShowHeader).await;
}

#[tokio::test]
async fn a_card_is_edited_in_place() {
    of_a_change(Owed::ShowCard).await;
}

#[tokio::test]
async fn a_change_is_told_once() {
    of_a_change(Owed::Tell).await;
}

#[tokio::test]
async fn a_change_is_told_once_under_the_card() {
    of_a_change(Owed::Reply).await;
}

#[tokio::test]
async fn a_topic_follows_a_change_once() {
    of_a_change(Owed::SetTopic).await;
}

#[tokio::test]
async fn a_channel_follows_the_title_once() {
    of_a_change(Owed::RenameChannel).await;
}

#[tokio::test]
async fn a_message_is_marked_once() {
    of_a_message(Owed::Mark).await;
}

#[tokio::test]
async fn a_message_is_linked() {
    of_a_message(Owed::FindPermalink).await;
}

#[tokio::test]
async fn an_author_is_asked_after() {
    of_a_message(Owed::LearnPerson).await;
}

#[tokio::test]
async fn a_pinned_message_is_read() {
    of_a_pin(Owed::ReadMessage).await;
}

#[tokio::test]
async fn the_mark_on_a_message_that_is_no_longer_pinned_is_taken_off() {
    of_a_pin_taken_away(Owed::Unmark).await;
}

#[tokio::test]
async fn a_reminder_is_posted_once() {
    of_a_reminder(Owed::Remind).await;
}

#[tokio::test]
async fn a_channel_is_archived_once() {
    of_an_archiving(Owed::ArchiveChannel).await;
}

#[test]
fn no_kind_of_delivery_is_forgotten() {
    let stories = concat!(
        include_str!("deliveries.rs"),
        include_str!("strangers.rs"),
        include_str!("visibility.rs")
    );
    for owed in Owed::BY_PRIORITY {
        let killed = format!("(Owed::{owed:?}).await");
        assert!(stories.contains(&killed), "nobody kills {owed:?}");
    }
}

#[tokio::test]
async fn an_incident_is_looked_at_and_its_header_is_built_again_once() {
    of_a_repair(Owed::Repair).await;
}
