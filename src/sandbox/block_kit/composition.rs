//! The schemas of composition objects: texts, options, confirmation dialogs.

use serde_json::Value;

use super::rules::{Field, Location, Presence, Rule, Shape, Violations, check, no_extra_check};

use Presence::{Optional, Required};

/// The `confirm` object.
pub(super) const CONFIRM: Rule = Rule::Object(&Shape {
    fields: &[
        Field("title", Required, Rule::PlainText(100)),
        Field("text", Required, Rule::Text(300)),
        Field("confirm", Required, Rule::PlainText(30)),
        Field("deny", Required, Rule::PlainText(30)),
        Field("style", Optional, Rule::OneOf(&["primary", "danger"])),
    ],
    extra_check: no_extra_check,
});

/// The `dispatch_action_config` object.
pub(super) const DISPATCH: Rule = Rule::Object(&Shape {
    fields: &[Field(
        "trigger_actions_on",
        Optional,
        Rule::Array(
            1,
            2,
            &Rule::OneOf(&["on_enter_pressed", "on_character_entered"]),
        ),
    )],
    extra_check: no_extra_check,
});

/// The conversation filter of a select.
pub(super) const FILTER: Rule = Rule::Object(&Shape {
    fields: &[
        Field(
            "include",
            Optional,
            Rule::Array(1, 4, &Rule::OneOf(&["im", "mpim", "private", "public"])),
        ),
        Field("exclude_external_shared_channels", Optional, Rule::Bool),
        Field("exclude_bot_users", Optional, Rule::Bool),
    ],
    extra_check: no_extra_check,
});

/// An option of a select: plain text only.
pub(super) const OPTION: Rule = Rule::Object(&Shape {
    fields: &[
        Field("text", Required, Rule::PlainText(75)),
        Field("value", Required, Rule::Str(1, 150)),
        Field("description", Optional, Rule::PlainText(75)),
    ],
    extra_check: no_extra_check,
});

/// An option of checkboxes or radio buttons: plain text or mrkdwn.
pub(super) const BOX: Rule = Rule::Object(&Shape {
    fields: &[
        Field("text", Required, Rule::Text(75)),
        Field("value", Required, Rule::Str(1, 150)),
        Field("description", Optional, Rule::Text(75)),
    ],
    extra_check: no_extra_check,
});

/// An option of an overflow menu. It may have a URL.
pub(super) const MENU_ITEM: Rule = Rule::Object(&Shape {
    fields: &[
        Field("text", Required, Rule::PlainText(75)),
        Field("value", Required, Rule::Str(1, 150)),
        Field("description", Optional, Rule::PlainText(75)),
        Field("url", Optional, Rule::Str(1, 3000)),
    ],
    extra_check: no_extra_check,
});

/// An option group.
pub(super) const GROUP: Rule = Rule::Object(&Shape {
    fields: &[
        Field("label", Required, Rule::PlainText(75)),
        Field("options", Required, Rule::Array(1, 100, &OPTION)),
    ],
    extra_check: no_extra_check,
});

/// An image that was uploaded to Slack.
pub(super) const SLACK_FILE: Rule = Rule::Object(&Shape {
    fields: &[
        Field("id", Optional, Rule::Str(1, 255)),
        Field("url", Optional, Rule::Str(1, 3000)),
    ],
    extra_check: no_extra_check,
});

const PLAIN_TEXT: &[&str] = &["type", "text", "emoji"];
const MRKDWN: &[&str] = &["type", "text", "verbatim"];

/// Checks a text object: its type and its maximum length in characters.
pub(super) fn check_text(
    violations: &mut Violations,
    location: &Location,
    value: &Value,
    types: &[&str],
    most: usize,
) {
    let Some(object) = value.as_object() else {
        violations.add(&location.path, "must provide an object");
        return;
    };
    let Some(kind) = object.get("type") else {
        violations.add(&location.path, "missing required field: type");
        return;
    };
    let kind = kind.as_str().unwrap_or_default();
    if !types.contains(&kind) {
        let text = format!("unsupported type: {kind}");
        violations.add(&location.child("type").path, &text);
        return;
    }
    let allowed = if kind == "mrkdwn" { MRKDWN } else { PLAIN_TEXT };
    for (name, value) in object {
        if !allowed.contains(&name.as_str()) {
            violations.add(
                &location.path,
                &format!("invalid additional property: {name}"),
            );
        } else if (name == "emoji" || name == "verbatim") && !value.is_boolean() {
            violations.add(&location.child(name).path, "must provide a boolean");
        }
    }
    match object.get("text") {
        Some(text) => check(
            violations,
            &location.child("text"),
            text,
            Rule::Str(1, most),
        ),
        None => violations.add(&location.path, "missing required field: text"),
    }
}
