//! The schemas of interactive elements (docs.slack.dev/reference/block-kit/block-elements).

use serde_json::Value;

use super::composition::{
    BOX, CONFIRM, DISPATCH, FILTER, GROUP, MENU_ITEM, OPTION, SLACK_FILE, check_text,
};
use super::rules::{
    Field, Location, Presence, Rule, Shape, Violations, check_shape, no_extra_check,
};
use super::{Surface, Violation};

use Presence::{Optional, Required};

/// Checks that a value is an element of one of these types, and its fields.
pub(super) fn check(
    violations: &mut Violations,
    location: &Location,
    value: &Value,
    types: &[&str],
) {
    if !value.is_object() {
        violations.add(&location.path, "must provide an object");
        return;
    }
    let Some(kind) = value.get("type") else {
        violations.add(&location.path, "missing required field: type");
        return;
    };
    let kind = kind.as_str().unwrap_or_default();
    let shape =
        shape(kind).filter(|_| types.contains(&kind) && is_allowed_on(kind, location.surface));
    if let Some(shape) = shape {
        check_shape(violations, location, value, shape);
    } else if types.contains(&kind) && (kind == "mrkdwn" || kind == "plain_text") {
        check_text(violations, location, value, &["plain_text", "mrkdwn"], 3000);
    } else {
        violations.list.push(Violation {
            path: location.child("type").path,
            text: format!("unsupported type: {kind}"),
        });
    }
}

/// Returns whether the element is allowed on this surface.
fn is_allowed_on(kind: &str, surface: Surface) -> bool {
    match kind {
        "email_text_input" | "url_text_input" | "number_input" | "file_input" => {
            surface == Surface::Modal
        }
        "datetimepicker" => surface != Surface::Home,
        _ => true,
    }
}

const ACTION_ID: Field = Field("action_id", Optional, Rule::Str(1, 255));
const FOCUS: Field = Field("focus_on_load", Optional, Rule::Bool);
const PLACEHOLDER: Field = Field("placeholder", Optional, Rule::PlainText(150));
const CONFIRMED: Field = Field("confirm", Optional, CONFIRM);
const DISPATCHED: Field = Field("dispatch_action_config", Optional, DISPATCH);
const OPTIONS: Field = Field("options", Optional, Rule::Array(1, 100, &OPTION));
const GROUPS: Field = Field("option_groups", Optional, Rule::Array(1, 100, &GROUP));
const INITIAL_OPTION: Field = Field("initial_option", Optional, OPTION);
const INITIAL_OPTIONS: Field = Field("initial_options", Optional, Rule::Array(1, 100, &OPTION));
const MAX_SELECTED: Field = Field("max_selected_items", Optional, Rule::Int(1, 100));
const MIN_QUERY: Field = Field("min_query_length", Optional, Rule::Int(0, 1000));
const RESPONSE_URL: Field = Field("response_url_enabled", Optional, Rule::Bool);
const DEFAULT_TO_CURRENT: Field = Field("default_to_current_conversation", Optional, Rule::Bool);
const FILTERED: Field = Field("filter", Optional, FILTER);
const LABEL: Field = Field("accessibility_label", Optional, Rule::Str(1, 75));
const STYLE: Field = Field("style", Optional, Rule::OneOf(&["primary", "danger"]));

const fn initial_value_field(name: &'static str) -> Field {
    Field(name, Optional, Rule::Str(1, 3000))
}

const fn initial_values_field(name: &'static str) -> Field {
    Field(name, Optional, Rule::Array(1, 100, &Rule::Str(1, 255)))
}

macro_rules! shapes {
    ($($kind:literal: $also:expr, [$($field:expr),* $(,)?];)*) => {
        /// Returns the shape of an element of this type.
        fn shape(kind: &str) -> Option<&'static Shape> {
            Some(match kind {
                $($kind => const { &Shape { fields: &[$($field),*], extra_check: $also } },)*
                _ => return None,
            })
        }
    };
}

shapes! {
    "button": no_extra_check, [
        Field("text", Required, Rule::PlainText(75)), ACTION_ID, Field("url", Optional, Rule::Str(1, 3000)),
        Field("value", Optional, Rule::Str(1, 2000)), STYLE, CONFIRMED, LABEL,
    ];
    "workflow_button": no_extra_check, [
        Field("text", Required, Rule::PlainText(75)), ACTION_ID, Field("workflow", Required, Rule::AnyObject), STYLE, LABEL,
    ];
    "feedback_buttons": no_extra_check, [
        ACTION_ID, Field("positive_button", Required, FEEDBACK), Field("negative_button", Required, FEEDBACK),
    ];
    "icon_button": no_extra_check, [
        Field("icon", Required, Rule::OneOf(&["trash"])), Field("text", Required, Rule::PlainText(75)), ACTION_ID,
        Field("value", Optional, Rule::Str(1, 2000)), CONFIRMED, LABEL,
        Field("visible_to_user_ids", Optional, Rule::Array(1, 100, &Rule::Str(1, 255))),
    ];
    "image": check_image_source, [
        Field("alt_text", Required, Rule::Str(1, 2000)), Field("image_url", Optional, Rule::Str(1, 3000)),
        Field("slack_file", Optional, SLACK_FILE),
    ];
    "checkboxes": check_initial_options, [
        ACTION_ID, Field("options", Required, Rule::Array(1, 10, &BOX)),
        Field("initial_options", Optional, Rule::Array(1, 10, &BOX)), CONFIRMED, FOCUS,
    ];
    "radio_buttons": check_initial_options, [
        ACTION_ID, Field("options", Required, Rule::Array(1, 10, &BOX)),
        Field("initial_option", Optional, BOX), CONFIRMED, FOCUS,
    ];
    "overflow": no_extra_check, [
        ACTION_ID, Field("options", Required, Rule::Array(1, 5, &MENU_ITEM)), CONFIRMED,
    ];
    "static_select": check_options_or_groups, [
        ACTION_ID, OPTIONS, GROUPS, INITIAL_OPTION, CONFIRMED, FOCUS, PLACEHOLDER,
    ];
    "multi_static_select": check_options_or_groups, [
        ACTION_ID, OPTIONS, GROUPS, INITIAL_OPTIONS, CONFIRMED, MAX_SELECTED, FOCUS, PLACEHOLDER,
    ];
    "external_select": no_extra_check, [
        ACTION_ID, INITIAL_OPTION, MIN_QUERY, CONFIRMED, FOCUS, PLACEHOLDER,
    ];
    "multi_external_select": no_extra_check, [
        ACTION_ID, INITIAL_OPTIONS, MIN_QUERY, CONFIRMED, MAX_SELECTED, FOCUS, PLACEHOLDER,
    ];
    "users_select": no_extra_check, [ACTION_ID, initial_value_field("initial_user"), CONFIRMED, FOCUS, PLACEHOLDER];
    "multi_users_select": no_extra_check, [
        ACTION_ID, initial_values_field("initial_users"), CONFIRMED, MAX_SELECTED, FOCUS, PLACEHOLDER,
    ];
    "channels_select": no_extra_check, [
        ACTION_ID, initial_value_field("initial_channel"), CONFIRMED, RESPONSE_URL, FOCUS, PLACEHOLDER,
    ];
    "multi_channels_select": no_extra_check, [
        ACTION_ID, initial_values_field("initial_channels"), CONFIRMED, MAX_SELECTED, FOCUS, PLACEHOLDER,
    ];
    "conversations_select": no_extra_check, [
        ACTION_ID, initial_value_field("initial_conversation"), DEFAULT_TO_CURRENT, CONFIRMED, RESPONSE_URL,
        FILTERED, FOCUS, PLACEHOLDER,
    ];
    "multi_conversations_select": no_extra_check, [
        ACTION_ID, initial_values_field("initial_conversations"), DEFAULT_TO_CURRENT, CONFIRMED, MAX_SELECTED,
        FILTERED, FOCUS, PLACEHOLDER,
    ];
    "datepicker": no_extra_check, [
        ACTION_ID, Field("initial_date", Optional, Rule::Pattern("dddd-dd-dd")), CONFIRMED, FOCUS, PLACEHOLDER,
    ];
    "timepicker": no_extra_check, [
        ACTION_ID, Field("initial_time", Optional, Rule::Pattern("dd:dd")), CONFIRMED, FOCUS, PLACEHOLDER,
        Field("timezone", Optional, Rule::Str(1, 255)),
    ];
    "datetimepicker": no_extra_check, [
        ACTION_ID, Field("initial_date_time", Optional, Rule::Int(1_000_000_000, 9_999_999_999)), CONFIRMED, FOCUS,
    ];
    "plain_text_input": check_length_range, [
        ACTION_ID, Field("initial_value", Optional, Rule::Str(0, 3000)), Field("multiline", Optional, Rule::Bool),
        Field("min_length", Optional, Rule::Int(0, 3000)), Field("max_length", Optional, Rule::Int(1, 3000)),
        DISPATCHED, FOCUS, PLACEHOLDER,
    ];
    "number_input": no_extra_check, [
        ACTION_ID, Field("is_decimal_allowed", Required, Rule::Bool), Field("initial_value", Optional, Rule::Number),
        Field("min_value", Optional, Rule::Number), Field("max_value", Optional, Rule::Number), DISPATCHED, FOCUS, PLACEHOLDER,
    ];
    "email_text_input": no_extra_check, [ACTION_ID, initial_value_field("initial_value"), DISPATCHED, FOCUS, PLACEHOLDER];
    "url_text_input": no_extra_check, [ACTION_ID, initial_value_field("initial_value"), DISPATCHED, FOCUS, PLACEHOLDER];
    "rich_text_input": no_extra_check, [
        ACTION_ID, Field("initial_value", Optional, Rule::RichText), DISPATCHED, FOCUS, PLACEHOLDER,
    ];
    "file_input": no_extra_check, [
        ACTION_ID, Field("filetypes", Optional, Rule::Array(1, 100, &Rule::Str(1, 20))),
        Field("max_files", Optional, Rule::Int(1, 10)),
    ];
}

const FEEDBACK: Rule = Rule::Object(&Shape {
    fields: &[
        Field("text", Required, Rule::PlainText(75)),
        Field("value", Required, Rule::Str(1, 2000)),
        LABEL,
    ],
    extra_check: no_extra_check,
});

/// An image has either an `image_url` or a `slack_file`.
pub(super) fn check_image_source(violations: &mut Violations, path: &str, value: &Value) {
    let sources = ["image_url", "slack_file"]
        .iter()
        .filter(|name| value.get(**name).is_some());
    if sources.count() != 1 {
        violations.add(path, "must define either `image_url` or `slack_file`");
    }
    if let Some(url) = value["image_url"].as_str()
        && !(url.starts_with("https://") || url.starts_with("http://"))
    {
        violations.add(&format!("{path}/image_url"), "downloading image failed");
    }
}

fn check_options_or_groups(violations: &mut Violations, path: &str, value: &Value) {
    if value.get("options").is_some() == value.get("option_groups").is_some() {
        violations.add(path, "must define either `options` or `option_groups`");
    }
    check_initial_options(violations, path, value);
}

/// Slack requires an initial option to equal one of the options.
fn check_initial_options(violations: &mut Violations, path: &str, value: &Value) {
    let groups = value["option_groups"].as_array().into_iter().flatten();
    let offered: Vec<&Value> = groups
        .chain([value])
        .filter_map(|holder| holder["options"].as_array())
        .flatten()
        .collect();
    let initial_options = value["initial_options"].as_array().into_iter().flatten();
    for initial in initial_options.chain(value.get("initial_option")) {
        if !offered.contains(&initial) {
            let name = if value.get("initial_option").is_some() {
                "initial_option"
            } else {
                "initial_options"
            };
            violations.add(&format!("{path}/{name}"), "value not found in options");
        }
    }
}

fn check_length_range(violations: &mut Violations, path: &str, value: &Value) {
    if let (Some(least), Some(most)) = (value["min_length"].as_i64(), value["max_length"].as_i64())
        && least > most
    {
        violations.add(
            &format!("{path}/min_length"),
            "must be at most `max_length`",
        );
    }
}
