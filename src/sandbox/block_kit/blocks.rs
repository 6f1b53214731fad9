//! Blocks: what each may hold and on which surface it may stand (docs.slack.dev/reference/block-kit/blocks).

use std::collections::HashSet;

use serde_json::Value;

use super::Surface;
use super::composition::SLACK_FILE;
use super::elements::one_picture;
use super::rules::{Field, Need, Place, Report, Rule, Shape, check_shape, nothing_more};

use Need::{May, Must};

/// Checks the blocks of a surface, and that no id stands twice.
pub(super) fn check(report: &mut Report, blocks: &[Value], surface: Surface, pointer: &str) {
    let mut ids = HashSet::new();
    let mut markdown = 0;
    for (n, block) in blocks.iter().enumerate() {
        let place = Place {
            surface,
            pointer: format!("{pointer}/{n}"),
        };
        check_block(report, &place, block);
        if let Some(id) = block["block_id"].as_str()
            && !ids.insert(id)
        {
            let text = format!("`block_id` \"{id}\" already exists");
            report.add(&place.at("block_id").pointer, &text);
        }
        check_action_ids(report, &place, block);
        if block["type"] == "markdown" {
            markdown += block["text"]
                .as_str()
                .map_or(0, |text| text.chars().count());
        }
    }
    if markdown > LONGEST_MARKDOWN {
        report.add(
            pointer,
            &format!("must be less than {} characters", LONGEST_MARKDOWN + 1),
        );
    }
    let tables = blocks
        .iter()
        .filter(|block| block["type"] == "table")
        .count();
    if tables > 1 {
        report.add(pointer, "only one table allowed");
    }
}

/// The most characters of all markdown blocks together.
const LONGEST_MARKDOWN: usize = 12_000;

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

const BLOCK_ID: Field = Field("block_id", May, Rule::Words(1, 255));

/// A cell of a table: plain or rich text.
const CELL: Rule = Rule::AnyObject;

macro_rules! shapes {
    ($($kind:literal: $surfaces:expr, $also:expr, [$($field:expr),* $(,)?];)*) => {
        /// Gives the shape of a block of this type, and where it may stand.
        fn shape(kind: &str) -> Option<(&'static [Surface], &'static Shape)> {
            Some(match kind {
                $($kind => ($surfaces, const { &Shape { fields: &[$($field),*], also: $also } }),)*
                _ => return None,
            })
        }
    };
}

shapes! {
    "section": EVERYWHERE, text_or_fields, [
        BLOCK_ID, Field("text", May, Rule::Text(3000)), Field("fields", May, Rule::Many(1, 10, &Rule::Text(2000))),
        Field("accessory", May, Rule::Element(ACCESSORIES)), Field("expand", May, Rule::Bool),
    ];
    "header": EVERYWHERE, nothing_more, [BLOCK_ID, Field("text", Must, Rule::Plain(150))];
    "divider": EVERYWHERE, nothing_more, [BLOCK_ID];
    "context": EVERYWHERE, nothing_more, [
        BLOCK_ID, Field("elements", Must, Rule::Many(1, 10, &Rule::Element(&["image", "plain_text", "mrkdwn"]))),
    ];
    "actions": EVERYWHERE, nothing_more, [
        BLOCK_ID, Field("elements", Must, Rule::Many(1, 25, &Rule::Element(ACTIONS))),
    ];
    "context_actions": MESSAGES, nothing_more, [
        BLOCK_ID, Field("elements", Must, Rule::Many(1, 5, &Rule::Element(&["feedback_buttons", "icon_button"]))),
    ];
    "input": EVERYWHERE, nothing_more, [
        BLOCK_ID, Field("label", Must, Rule::Plain(2000)), Field("element", Must, Rule::Element(INPUTS)),
        Field("hint", May, Rule::Plain(2000)), Field("optional", May, Rule::Bool),
        Field("dispatch_action", May, Rule::Bool),
    ];
    "image": EVERYWHERE, one_picture, [
        BLOCK_ID, Field("alt_text", Must, Rule::Words(1, 2000)), Field("image_url", May, Rule::Words(1, 3000)),
        Field("slack_file", May, SLACK_FILE), Field("title", May, Rule::Plain(2000)),
    ];
    "rich_text": EVERYWHERE, nothing_more, [BLOCK_ID, Field("elements", Must, Rule::RichText)];
    "markdown": MESSAGES, nothing_more, [BLOCK_ID, Field("text", Must, Rule::Words(1, 12_000))];
    "table": MESSAGES, cells_fit, [
        BLOCK_ID, Field("rows", Must, Rule::Many(1, 100, &Rule::Many(1, 20, &CELL))),
        Field("column_settings", May, Rule::Many(1, 20, &Rule::AnyObject)),
    ];
    "file": MESSAGES, nothing_more, [
        BLOCK_ID, Field("external_id", Must, Rule::Words(1, 255)), Field("source", Must, Rule::OneOf(&["remote"])),
    ];
    "video": EVERYWHERE, nothing_more, [
        BLOCK_ID, Field("alt_text", Must, Rule::Words(1, 2000)), Field("title", Must, Rule::Plain(199)),
        Field("thumbnail_url", Must, Rule::Words(1, 3000)), Field("video_url", Must, Rule::Words(1, 3000)),
        Field("author_name", May, Rule::Words(1, 49)), Field("description", May, Rule::Plain(199)),
        Field("provider_icon_url", May, Rule::Words(1, 3000)), Field("provider_name", May, Rule::Words(1, 255)),
        Field("title_url", May, Rule::Words(1, 3000)),
    ];
}

fn check_block(report: &mut Report, place: &Place, block: &Value) {
    if !block.is_object() {
        report.add(&place.pointer, "must provide an object");
        return;
    }
    let Some(kind) = block.get("type") else {
        report.add(&place.pointer, "missing required field: type");
        return;
    };
    let kind = kind.as_str().unwrap_or_default();
    match shape(kind) {
        Some((surfaces, shape)) if surfaces.contains(&place.surface) => {
            let before = report.problems.len();
            check_shape(report, place, block, shape);
            if report.problems.len() > before {
                let problem = super::Problem {
                    pointer: place.pointer.clone(),
                    text: "failed to match all allowed schemas".to_owned(),
                };
                report.problems.insert(before, problem);
            }
        }
        Some(_) | None => {
            report.add(
                &place.at("type").pointer,
                &format!("unsupported type: {kind}"),
            );
        }
    }
}

fn check_action_ids(report: &mut Report, place: &Place, block: &Value) {
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
            report.add(&place.at("elements").at(n).at("action_id").pointer, &text);
        }
    }
}

fn text_or_fields(report: &mut Report, pointer: &str, block: &Value) {
    if block.get("text").is_none() && block.get("fields").is_none() {
        report.add(pointer, "must define either `text` or `fields`");
    }
}

fn cells_fit(report: &mut Report, pointer: &str, block: &Value) {
    let rows = block["rows"].as_array().into_iter().flatten();
    let cells = rows.filter_map(Value::as_array).flatten();
    let length: usize = cells
        .map(|cell| super::rich_text::text(cell).chars().count())
        .sum();
    if length > 10_000 {
        report.add(
            &format!("{pointer}/rows"),
            "must be less than 10001 characters",
        );
    }
}
