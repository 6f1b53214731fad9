//! The messages that the bot posted, as the expected state compares them.

use muster_sandbox::{Message, Sandbox};

use crate::harness::World;

/// Checks the ephemeral reply with the new channel.
pub fn assert_private_reply(world: &World, channel: &str) {
    let replies = world
        .slack
        .ephemeral_messages("alice")
        .into_iter()
        .filter(|it| {
            let read = it.rendered_text();
            read.starts_with("Declared IR-1. ") && read.contains(&format!("Head to #{channel}"))
        });
    world.assert_repeated_by_restarts(replies.count(), "the reply with the channel");
}

/// Checks the briefings. Each restart may repeat a briefing, and it is missing if the bot was not running
/// when Slack sent the event. The declarer receives none.
pub fn assert_briefings(world: &World) {
    let alices = briefing_count(world, "alice");
    assert_eq!(alices, 0, "the briefings of the declarer");
    let bobs = briefing_count(world, "bob");
    assert!(bobs <= world.start_count, "bob was briefed {bobs} times");
}

/// Counts the briefings of a user.
pub fn briefing_count(world: &World, user: &str) -> usize {
    let messages = world.slack.ephemeral_messages(user).into_iter();
    messages
        .filter(|it| it.rendered_text().starts_with("Welcome to IR-1. "))
        .count()
}

/// Filters the messages that the bot posted.
pub fn app_messages(slack: &Sandbox, messages: Vec<Message>) -> Vec<Message> {
    let app = slack.bot_user();
    let is_ours = |it: &Message| it.user == app && it.subtype.is_none() && !it.deleted;
    messages.into_iter().filter(is_ours).collect()
}

/// Returns the direct messages of the bot to a user, including those in threads.
pub fn direct_messages(slack: &Sandbox, user: &str) -> Vec<Message> {
    let Some(direct) = slack.direct_message_channel(user) else {
        return Vec::new();
    };
    let messages = app_messages(slack, slack.messages(&direct)).into_iter();
    let with_replies = |message: Message| {
        let replies = app_messages(slack, slack.replies(&direct, &message.ts));
        [message].into_iter().chain(replies)
    };
    messages.flat_map(with_replies).collect()
}

pub fn is_header(message: &Message) -> bool {
    message.rendered_text().starts_with("IR-1 ")
}

/// Returns the lines of messages, sorted, because batched posts share a message. Leaves out the list of
/// commands, which the first post contains only if it is not batched, and the mention sign, which appears
/// only until the user is fetched.
pub fn sorted_lines(messages: &[Message]) -> Vec<String> {
    let lines = messages.iter().flat_map(|it| it.rendered_text().lines());
    let texts = lines.filter(|text| !text.starts_with("Use the buttons above "));
    let mut texts: Vec<String> = texts.map(|text| text.replace('@', "")).collect();
    texts.sort_unstable();
    texts
}

pub fn sorted<'a>(lines: &[&'a str]) -> Vec<&'a str> {
    let mut lines = lines.to_vec();
    lines.sort_unstable();
    lines
}
