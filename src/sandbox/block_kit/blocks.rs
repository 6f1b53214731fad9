//! The schemas of blocks and the surfaces that allow them (docs.slack.dev/reference/block-kit/blocks).

use std::collections::HashSet;

use serde_json::Value;

use super::Surface;
use super::composition::SLACK_FILE;
use super::elements::check_image_source;
use super::rules::{
    Field, Location, Presence, Rule, Shape, Violations, check_shape, no_extra_check,
};

use Presence::{Optional, Required};

/// Checks the blocks of a surface, and that their IDs are unique.
pub(super) fn check(violations: &mut Violations, blocks: &[Value], surface: Surface, path: &str) {
    let mut ids = HashSet::new();
    let mut markdown = 0;
    for (n, block) in blocks.iter().enumerate() {
        let location = Location {
            surface,
            path: format!("{path}/{n}"),
        };
        check_block(violations, &location, block);
        if let Some(id) = block["block_id"].as_str()
            && !ids.insert(id)
        {
            let text = format!("`block_id` \"{id}\" already exists");
            violations.add(&location.child("block_id").path, &text);
        }
        check_action_ids(violations, &location, block);
        if block["type"] == "markdown" {
            markdown += block["text"]
                .as_str()
                .map_or(0, |text| text.chars().count());
        }
    }
    if markdown > MAX_MARKDOWN_LENGTH {
        violations.add(
            path,
            &format!("must be less than {} characters", MAX_MARKDOWN_LENGTH + 1),
        );
    }
    let tables = blocks
        .iter()
        .filter(|block| block["type"] == "table")
        .count();
    if tables > 1 {
        violations.add(path, "only one table allowed");
    }
}

/// The maximum total length of all markdown blocks, in characters.
const MAX_MARKDOWN_LENGTH: usize = 12_000;

const EVERYWHERE: &[Surface] = &[Surface::Message, Surface::Modal, Surface::Home];
const MESSAGES: &[Surface] = &[Surface::Message];

const ACCESSORIES: &[&str] = &[
    "button",
    "checkboxes",
    "radio_buttons",
    "overflow",
    "datepicker",
    "timepicker",
    "static_select",
    "external_select",
    "users_select",
    "channels_select",
    "conversations_select",
    "multi_static_select",
    "multi_external_select",
    "multi_users_select",
    "multi_channels_select",
    "multi_conversations_select",
    "image",
    "workflow_button",
];

const ACTIONS: &[&str] = &[
    "button",
    "checkboxes",
    "radio_buttons",
    "overflow",
    "datepicker",
    "timepicker",
    "datetimepicker",
    "static_select",
    "external_select",
    "users_select",
    "channels_select",
    "conversations_select",
    "multi_static_select",
    "multi_external_select",
    "multi_users_select",
    "multi_channels_select",
    "multi_conversations_select",
    "workflow_button",
];

const INPUTS: &[&str] = &[
    "plain_text_input",
    "number_input",
    "email_text_input",
    "url_text_input",
    "rich_text_input",
    "file_input",
    "checkboxes",
    "radio_buttons",
    "datepicker",
    "timepicker",
    "datetimepicker",
    "static_select",
    "external_select",
    "users_select",
    "channels_select",
    "conversations_select",
    "multi_static_select",
    "multi_external_select",
    "multi_users_select",
    "multi_channels_select",
    "multi_conversations_select",
];

const BLOCK_ID: Field = Field("block_id", Optional, Rule::Str(1, 255));

/// A table cell: plain or rich text.
const CELL: Rule = Rule::AnyObject;

macro_rules! shapes {
    ($($kind:literal: $surfaces:expr, $also:expr, [$($field:expr),* $(,)?];)*) => {
        /// Returns the surfaces that allow a block of this type, and its shape.
        fn shape(kind: &str) -> Option<(&'static [Surface], &'static Shape)> {
            Some(match kind {
                $($kind => ($surfaces, const { &Shape { fields: &[$($field),*], extra_check: $also } }),)*
                _ => return None,
            })
        }
    };
}

shapes! {
    "section": EVERYWHERE, check_text_or_fields, [
        BLOCK_ID, Field("text", Optional, Rule::Text(3000)), Field("fields", Optional, Rule::Array(1, 10, &Rule::Text(2000))),
        Field("accessory", Optional, Rule::Element(ACCESSORIES)), Field("expand", Optional, Rule::Bool),
    ];
    "header": EVERYWHERE, no_extra_check, [BLOCK_ID, Field("text", Required, Rule::PlainText(150))];
    "divider": EVERYWHERE, no_extra_check, [BLOCK_ID];
    "context": EVERYWHERE, no_extra_check, [
        BLOCK_ID, Field("elements", Required, Rule::Array(1, 10, &Rule::Element(&["image", "plain_text", "mrkdwn"]))),
    ];
    "actions": EVERYWHERE, no_extra_check, [
        BLOCK_ID, Field("elements", Required, Rule::Array(1, 25, &Rule::Element(ACTIONS))),
    ];
    "context_actions": MESSAGES, no_extra_check, [
        BLOCK_ID, Field("elements", Required, Rule::Array(1, 5, &Rule::Element(&["feedback_buttons", "icon_button"]))),
    ];
    "input": EVERYWHERE, no_extra_check, [
        BLOCK_ID, Field("label", Required, Rule::PlainText(2000)), Field("element", Required, Rule::Element(INPUTS)),
        Field("hint", Optional, Rule::PlainText(2000)), Field("optional", Optional, Rule::Bool),
        Field("dispatch_action", Optional, Rule::Bool),
    ];
    "image": EVERYWHERE, check_image_source, [
        BLOCK_ID, Field("alt_text", Required, Rule::Str(1, 2000)), Field("image_url", Optional, Rule::Str(1, 3000)),
        Field("slack_file", Optional, SLACK_FILE), Field("title", Optional, Rule::PlainText(2000)),
    ];
    "rich_text": EVERYWHERE, no_extra_check, [BLOCK_ID, Field("elements", Required, Rule::RichText)];
    "markdown": MESSAGES, no_extra_check, [BLOCK_ID, Field("text", Required, Rule::Str(1, 12_000))];
    "table": MESSAGES, check_table_length, [
        BLOCK_ID, Field("rows", Required, Rule::Array(1, 100, &Rule::Array(1, 20, &CELL))),
        Field("column_settings", Optional, Rule::Array(1, 20, &Rule::AnyObject)),
    ];
    "file": MESSAGES, no_extra_check, [
        BLOCK_ID, Field("external_id", Required, Rule::Str(1, 255)), Field("source", Required, Rule::OneOf(&["remote"])),
    ];
    "video": EVERYWHERE, no_extra_check, [
        BLOCK_ID, Field("alt_text", Required, Rule::Str(1, 2000)), Field("title", Required, Rule::PlainText(199)),
        Field("thumbnail_url", Required, Rule::Str(1, 3000)), Field("video_url", Required, Rule::Str(1, 3000)),
        Field("author_name", Optional, Rule::Str(1, 49)), Field("description", Optional, Rule::PlainText(199)),
        Field("provider_icon_url", Optional, Rule::Str(1, 3000)), Field("provider_name", Optional, Rule::Str(1, 255)),
        Field("title_url", Optional, Rule::Str(1, 3000)),
    ];
}

fn check_block(violations: &mut Violations, location: &Location, block: &Value) {
    if !block.is_object() {
        violations.add(&location.path, "must provide an object");
        return;
    }
    let Some(kind) = block.get("type") else {
        violations.add(&location.path, "missing required field: type");
        return;
    };
    let kind = kind.as_str().unwrap_or_default();
    match shape(kind) {
        Some((surfaces, shape)) if surfaces.contains(&location.surface) => {
            let before = violations.list.len();
            check_shape(violations, location, block, shape);
            if violations.list.len() > before {
                let problem = super::Violation {
                    path: location.path.clone(),
                    text: "failed to match all allowed schemas".to_owned(),
                };
                violations.list.insert(before, problem);
            }
        }
        Some(_) | None => {
            violations.add(
                &location.child("type").path,
                &format!("unsupported type: {kind}"),
            );
        }
    }
}

fn check_action_ids(violations: &mut Violations, location: &Location, block: &Value) {
    let mut ids = HashSet::new();
    for (n, element) in block["elements"]
        .as_array()
        .into_iter()
        .flatten()
        .enumerate()
    {
        if let Some(id) = element["action_id"].as_str()
            && !ids.insert(id)
        {
            let text = format!("`action_id` \"{id}\" already exists");
            violations.add(
                &location.child("elements").child(n).child("action_id").path,
                &text,
            );
        }
    }
}

fn check_text_or_fields(violations: &mut Violations, path: &str, block: &Value) {
    if block.get("text").is_none() && block.get("fields").is_none() {
        violations.add(path, "must define either `text` or `fields`");
    }
}

fn check_table_length(violations: &mut Violations, path: &str, block: &Value) {
    let rows = block["rows"].as_array().into_iter().flatten();
    let cells = rows.filter_map(Value::as_array).flatten();
    let length: usize = cells
        .map(|cell| super::rich_text::text(cell).chars().count())
        .sum();
    if length > 10_000 {
        violations.add(
            &format!("{path}/rows"),
            "must be less than 10001 characters",
        );
    }
}
