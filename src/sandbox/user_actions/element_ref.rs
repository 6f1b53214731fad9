//! Identifies the Block Kit element of a user action.

use serde_json::Value;

use crate::user_actions::input_values::Input;

/// Identifies the element of an action.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ElementRef<'a> {
    pub(crate) location: ElementLocation<'a>,
    /// `None` searches all blocks.
    pub(crate) block_id: Option<&'a str>,
    pub(crate) action_id: &'a str,
}

/// The view or message that contains an element.
#[derive(Clone, Copy, Debug)]
pub(crate) enum ElementLocation<'a> {
    /// The ID of the view.
    View(&'a str),
    Message(MessageRef<'a>),
}

/// Identifies a message.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MessageRef<'a> {
    /// The name or ID of the channel.
    pub(crate) channel: &'a str,
    pub(crate) ts: &'a str,
}

impl<'a> ElementRef<'a> {
    /// Identifies an element of a view by its action ID in any block.
    pub(super) fn in_view(view_id: &'a str, action_id: &'a str) -> Self {
        Self {
            location: ElementLocation::View(view_id),
            block_id: None,
            action_id,
        }
    }

    /// Finds the block ID and the element. Several buttons may share an action ID in different
    /// blocks; the value distinguishes them.
    pub(super) fn find(&self, blocks: &Value, input: &Input) -> Result<(String, Value), String> {
        let mut matches = Vec::new();
        for block in blocks.as_array().into_iter().flatten() {
            let block_id = block["block_id"].as_str().unwrap_or_default();
            if self.block_id.is_some_and(|id| id != block_id) {
                continue;
            }
            let row = block["elements"].as_array().into_iter().flatten();
            let single = [block.get("accessory"), block.get("element")];
            for element in row.chain(single.into_iter().flatten()) {
                if element["action_id"] == self.action_id {
                    matches.push((block_id.to_owned(), element.clone()));
                }
            }
        }
        if let Input::Text(value) = input
            && matches
                .iter()
                .any(|(_, element)| element["type"] == "button")
        {
            matches.retain(|(_, element)| element["value"] == **value);
        }
        let first = matches.into_iter().next();
        first.ok_or_else(|| format!("There is nothing to click called {}.", self.action_id))
    }
}
