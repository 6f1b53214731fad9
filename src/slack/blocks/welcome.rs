//! The first message of an incident channel.

use crate::domain::{Activity, UserNames};
use crate::slack::blocks::activity::activity;
use crate::slack::blocks::context_block;
use crate::slack::client::Message;

/// Returns the first message of a channel, below its header, with the main commands.
pub fn welcome(declaration: &Activity, names: &UserNames, command: &str) -> Message {
    let mut message = activity(std::slice::from_ref(declaration), names);
    message.blocks.push(context_block(&format!(
        "`{command} incident update` changes how things stand. *Add to Incident*, in the menu of a \
         message, puts it on the timeline."
    )));
    message
}
