//! The first message of an incident channel.

use crate::domain::{Activity, UserNames};
use crate::slack::blocks::activity::activity;
use crate::slack::blocks::context_block;
use crate::slack::client::Message;

/// Returns the first message of a channel, below its header, with the main commands.
pub fn welcome(declaration: &Activity, names: &UserNames, command: &str) -> Message {
    let mut message = activity(std::slice::from_ref(declaration), names);
    message.blocks.push(context_block(&format!(
        "Use the buttons above to post updates, set the severity and resolve; `{command}` has more. \
         React :pushpin: to a message to add it to the timeline."
    )));
    message
}
