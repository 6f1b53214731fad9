//! The postmortem in Slack: generated, attached, edited, announced and reminded of.

mod attach;
mod generate;
mod private;
mod reminder;
mod status;

use crate::harness::prelude::*;

const POSTMORTEM: &str = "/datadog incident postmortem";

/// Resolves the incident of a channel as the user, and reads all messages about it.
async fn resolve(user: &TestUser<'_>, channel: &str) {
    let command = "/datadog incident resolve Rolled back.";
    user.types(channel, command).await;
    skip_messages(user.world);
}

/// Generates the postmortem of a resolved incident with these values, and reads all messages about it.
async fn generate(user: &TestUser<'_>, channel: &str, fields: &[(&str, &str)]) {
    user.types(channel, POSTMORTEM).await;
    user.submits_and_closes(fields).await;
    skip_messages(user.world);
}

/// Reads all messages that the story is not about.
fn skip_messages(world: &World) {
    drop(world.take_all_unread());
    world.read_all_direct_messages();
}

/// Returns the last message of a channel that contains a text.
fn find_message(world: &World, channel: &str, part: &str) -> muster_sandbox::Message {
    let messages = world.slack.messages(channel).into_iter();
    let mut matching = messages.filter(|it| it.rendered_text().contains(part));
    matching.next_back().expect("no message contains the text")
}

/// Returns whether the last message of a channel that contains a text has a link to the URL.
fn links_to(world: &World, channel: &str, part: &str, url: &str) -> bool {
    let blocks = find_message(world, channel, part).blocks;
    blocks.is_some_and(|it| it.to_string().contains(&format!("\"{url}\"")))
}

/// Returns the links of the bookmarks of a channel, with their titles.
fn bookmarks(world: &World, channel: &str) -> Vec<(String, String)> {
    let bookmarks = world.slack.bookmarks(channel).into_iter();
    bookmarks.map(|it| (it.title, it.link)).collect()
}
