//! Interactive elements: what each may hold (docs.slack.dev/reference/block-kit/block-elements).

use serde_json::Value;

use super::composition::{
    BOX, CONFIRM, DISPATCH, FILTER, GROUP, MENU_ITEM, OPTION, SLACK_FILE, check_text,
};
use super::rules::{Field, Need, Place, Report, Rule, Shape, check_shape, nothing_more};
use super::{Problem, Surface};

use Need::{May, Must};

/// Checks an element that must be of one of these types.
pub(super) fn check(report: &mut Report, place: &Place, value: &Value, types: &[&str]) {
    if !value.is_object() {
        report.add(&place.pointer, "must provide an object");
        return;
    }
    let Some(kind) = value.get("type") else {
        report.add(&place.pointer, "missing required field: type");
        return;
    };
    let kind = kind.as_str().unwrap_or_default();
    let shape = shape(kind).filter(|_| types.contains(&kind) && stands_on(kind, place.surface));
    if let Some(shape) = shape {
        check_shape(report, place, value, shape);
    } else if types.contains(&kind) && (kind == "mrkdwn" || kind == "plain_text") {
        check_text(report, place, value, (&["plain_text", "mrkdwn"], 3000));
    } else {
        report.problems.push(Problem {
            pointer: place.at("type").pointer,
            text: format!("unsupported type: {kind}"),
        });
    }
}

/// Tells whether an element may stand on this surface.
fn stands_on(kind: &str, surface: Surface) -> bool {
    match kind {
        "email_text_input" | "url_text_input" | "number_input" | "file_input" => {
            surface == Surface::Modal
        }
        "datetimepicker" => surface != Surface::Home,
        _ => true,
    }
}

const ACTION_ID: Field = Field("action_id", May, Rule::Words(1, 255));
const FOCUS: Field = Field("focus_on_load", May, Rule::Bool);
const PLACEHOLDER: Field = Field("placeholder", May, Rule::Plain(150));
const CONFIRMED: Field = Field("confirm", May, CONFIRM);
const DISPATCHED: Field = Field("dispatch_action_config", May, DISPATCH);
const OPTIONS: Field = Field("options", May, Rule::Many(1, 100, &OPTION));
const GROUPS: Field = Field("option_groups", May, Rule::Many(1, 100, &GROUP));
const INITIAL_OPTION: Field = Field("initial_option", May, OPTION);
const INITIAL_OPTIONS: Field = Field("initial_options", May, Rule::Many(1, 100, &OPTION));
const MAX_SELECTED: Field = Field("max_selected_items", May, Rule::Int(1, 100));
const MIN_QUERY: Field = Field("min_query_length", May, Rule::Int(0, 1000));
const RESPONSE_URL: Field = Field("response_url_enabled", May, Rule::Bool);
const DEFAULT_TO_CURRENT: Field = Field("default_to_current_conversation", May, Rule::Bool);
const FILTERED: Field = Field("filter", May, FILTER);
const LABEL: Field = Field("accessibility_label", May, Rule::Words(1, 75));
const STYLE: Field = Field("style", May, Rule::OneOf(&["primary", "danger"]));

const fn initial(name: &'static str) -> Field {
    Field(name, May, Rule::Words(1, 3000))
}

const fn initial_many(name: &'static str) -> Field {
    Field(name, May, Rule::Many(1, 100, &Rule::Words(1, 255)))
}

macro_rules! shapes {
    ($($kind:literal: $also:expr, [$($field:expr),* $(,)?];)*) => {
        /// Gives the shape of an element of this type.
        fn shape(kind: &str) -> Option<&'static Shape> {
            Some(match kind {
                $($kind => const { &Shape { fields: &[$($field),*], also: $also } },)*
                _ => return None,
            })
        }
    };
}

shapes! {
    "button": nothing_more, [
        Field("text", Must, Rule::Plain(75)), ACTION_ID, Field("url", May, Rule::Words(1, 3000)),
        Field("value", May, Rule::Words(1, 2000)), STYLE, CONFIRMED, LABEL,
    ];
    "workflow_button": nothing_more, [
        Field("text", Must, Rule::Plain(75)), ACTION_ID, Field("workflow", Must, Rule::AnyObject), STYLE, LABEL,
    ];
    "feedback_buttons": nothing_more, [
        ACTION_ID, Field("positive_button", Must, FEEDBACK), Field("negative_button", Must, FEEDBACK),
    ];
    "icon_button": nothing_more, [
        Field("icon", Must, Rule::OneOf(&["trash"])), Field("text", Must, Rule::Plain(75)), ACTION_ID,
        Field("value", May, Rule::Words(1, 2000)), CONFIRMED, LABEL,
        Field("visible_to_user_ids", May, Rule::Many(1, 100, &Rule::Words(1, 255))),
    ];
    "image": one_picture, [
        Field("alt_text", Must, Rule::Words(1, 2000)), Field("image_url", May, Rule::Words(1, 3000)),
        Field("slack_file", May, SLACK_FILE),
    ];
    "checkboxes": initial_is_offered, [
        ACTION_ID, Field("options", Must, Rule::Many(1, 10, &BOX)),
        Field("initial_options", May, Rule::Many(1, 10, &BOX)), CONFIRMED, FOCUS,
    ];
    "radio_buttons": initial_is_offered, [
        ACTION_ID, Field("options", Must, Rule::Many(1, 10, &BOX)),
        Field("initial_option", May, BOX), CONFIRMED, FOCUS,
    ];
    "overflow": nothing_more, [
        ACTION_ID, Field("options", Must, Rule::Many(1, 5, &MENU_ITEM)), CONFIRMED,
    ];
    "static_select": options_or_groups, [
        ACTION_ID, OPTIONS, GROUPS, INITIAL_OPTION, CONFIRMED, FOCUS, PLACEHOLDER,
    ];
    "multi_static_select": options_or_groups, [
        ACTION_ID, OPTIONS, GROUPS, INITIAL_OPTIONS, CONFIRMED, MAX_SELECTED, FOCUS, PLACEHOLDER,
    ];
    "external_select": nothing_more, [
        ACTION_ID, INITIAL_OPTION, MIN_QUERY, CONFIRMED, FOCUS, PLACEHOLDER,
    ];
    "multi_external_select": nothing_more, [
        ACTION_ID, INITIAL_OPTIONS, MIN_QUERY, CONFIRMED, MAX_SELECTED, FOCUS, PLACEHOLDER,
    ];
    "users_select": nothing_more, [ACTION_ID, initial("initial_user"), CONFIRMED, FOCUS, PLACEHOLDER];
    "multi_users_select": nothing_more, [
        ACTION_ID, initial_many("initial_users"), CONFIRMED, MAX_SELECTED, FOCUS, PLACEHOLDER,
    ];
    "channels_select": nothing_more, [
        ACTION_ID, initial("initial_channel"), CONFIRMED, RESPONSE_URL, FOCUS, PLACEHOLDER,
    ];
    "multi_channels_select": nothing_more, [
        ACTION_ID, initial_many("initial_channels"), CONFIRMED, MAX_SELECTED, FOCUS, PLACEHOLDER,
    ];
    "conversations_select": nothing_more, [
        ACTION_ID, initial("initial_conversation"), DEFAULT_TO_CURRENT, CONFIRMED, RESPONSE_URL,
        FILTERED, FOCUS, PLACEHOLDER,
    ];
    "multi_conversations_select": nothing_more, [
        ACTION_ID, initial_many("initial_conversations"), DEFAULT_TO_CURRENT, CONFIRMED, MAX_SELECTED,
        FILTERED, FOCUS, PLACEHOLDER,
    ];
    "datepicker": nothing_more, [
        ACTION_ID, Field("initial_date", May, Rule::Digits("dddd-dd-dd")), CONFIRMED, FOCUS, PLACEHOLDER,
    ];
    "timepicker": nothing_more, [
        ACTION_ID, Field("initial_time", May, Rule::Digits("dd:dd")), CONFIRMED, FOCUS, PLACEHOLDER,
        Field("timezone", May, Rule::Words(1, 255)),
    ];
    "datetimepicker": nothing_more, [
        ACTION_ID, Field("initial_date_time", May, Rule::Int(1_000_000_000, 9_999_999_999)), CONFIRMED, FOCUS,
    ];
    "plain_text_input": lengths_fit, [
        ACTION_ID, Field("initial_value", May, Rule::Words(0, 3000)), Field("multiline", May, Rule::Bool),
        Field("min_length", May, Rule::Int(0, 3000)), Field("max_length", May, Rule::Int(1, 3000)),
        DISPATCHED, FOCUS, PLACEHOLDER,
    ];
    "number_input": nothing_more, [
        ACTION_ID, Field("is_decimal_allowed", Must, Rule::Bool), Field("initial_value", May, Rule::Number),
        Field("min_value", May, Rule::Number), Field("max_value", May, Rule::Number), DISPATCHED, FOCUS, PLACEHOLDER,
    ];
    "email_text_input": nothing_more, [ACTION_ID, initial("initial_value"), DISPATCHED, FOCUS, PLACEHOLDER];
    "url_text_input": nothing_more, [ACTION_ID, initial("initial_value"), DISPATCHED, FOCUS, PLACEHOLDER];
    "rich_text_input": nothing_more, [
        ACTION_ID, Field("initial_value", May, Rule::RichText), DISPATCHED, FOCUS, PLACEHOLDER,
    ];
    "file_input": nothing_more, [
        ACTION_ID, Field("filetypes", May, Rule::Many(1, 100, &Rule::Words(1, 20))),
        Field("max_files", May, Rule::Int(1, 10)),
    ];
}

const FEEDBACK: Rule = Rule::Object(&Shape {
    fields: &[
        Field("text", Must, Rule::Plain(75)),
        Field("value", Must, Rule::Words(1, 2000)),
        LABEL,
    ],
    also: nothing_more,
});

/// A picture comes from the web or from Slack, not from both.
pub(super) fn one_picture(report: &mut Report, pointer: &str, value: &Value) {
    let sources = ["image_url", "slack_file"]
        .iter()
        .filter(|name| value.get(**name).is_some());
    if sources.count() != 1 {
        report.add(pointer, "must define either `image_url` or `slack_file`");
    }
    if let Some(url) = value["image_url"].as_str()
        && !(url.starts_with("https://") || url.starts_with("http://"))
    {
        report.add(&format!("{pointer}/image_url"), "downloading image failed");
    }
}

fn options_or_groups(report: &mut Report, pointer: &str, value: &Value) {
    if value.get("options").is_some() == value.get("option_groups").is_some() {
        report.add(pointer, "must define either `options` or `option_groups`");
    }
    initial_is_offered(report, pointer, value);
}

/// Slack wants a preset to equal one of the options.
fn initial_is_offered(report: &mut Report, pointer: &str, value: &Value) {
    let groups = value["option_groups"].as_array().into_iter().flatten();
    let offered: Vec<&Value> = groups
        .chain([value])
        .filter_map(|holder| holder["options"].as_array())
        .flatten()
        .collect();
    let presets = value["initial_options"].as_array().into_iter().flatten();
    for preset in presets.chain(value.get("initial_option")) {
        if !offered.contains(&preset) {
            let name = if value.get("initial_option").is_some() {
                "initial_option"
            } else {
                "initial_options"
            };
            report.add(&format!("{pointer}/{name}"), "value not found in options");
        }
    }
}

fn lengths_fit(report: &mut Report, pointer: &str, value: &Value) {
    if let (Some(least), Some(most)) = (value["min_length"].as_i64(), value["max_length"].as_i64())
        && least > most
    {
        report.add(
            &format!("{pointer}/min_length"),
            "must be at most `max_length`",
        );
    }
}
